/* SPDX-License-Identifier: MIT */
/* From the tree to the flat view: your version of src/mem/flatview.c.
 *
 * mem/flatview.h says what each function must do, mem/memory.h what a MemoryRegion is, and the
 * chapter (README.md beside this file) how one becomes the other.  Functions and variables that you
 * add must be static.
 *
 * As it stands this file renders nothing: every address is a hole. */
#include "mem/flatview.h"

#include "base/alloc.h"

/* Wide enough for a place below 0 and for one past 2^64.  printf does not know it: to look at one,
 * print (uint64_t)place with "%" PRIx64 to stderr. */
typedef __int128 Place;

/* Show @mr, whose byte 0 is at @base, inside the window [first, end).  @readonly: something above
 * it in the tree forbids writes. */
static void render(FlatView *view, MemoryRegion *mr, Place base, Place first, Place end,
                   bool readonly)
{
    /* exercises 2 to 5 */
}

FlatView *flatview_new(MemoryRegion *root)
{
    static uint64_t last_id; /* under the big lock, like all of this function */
    FlatView *view = xnew(FlatView);

    view->id = ++last_id;
    view->refs = 1;
    view->root = root;
    if (root) {
        render(view, root, 0, 0, (Place)1 << 64, false);
        /* exercise 6: join the pieces */
    }
    return view;
}

void flatview_free(FlatView *view)
{
    free(view->ranges);
    free(view);
}

size_t flatview_search(const FlatView *view, hwaddr addr)
{
    return view->count; /* exercise 1 */
}

const FlatRange *flatview_lookup(const FlatView *view, hwaddr addr)
{
    return NULL; /* exercise 1 */
}

bool flatrange_equal(const FlatRange *a, const FlatRange *b)
{
    return false; /* exercise 7 */
}
