/* SPDX-License-Identifier: MIT */
/* From the tree to the flat view.
 *
 *     tree                                   flat view
 *     system 0..f                             0-3 ram
 *       dev   4..7, priority 1        ===>    4-7 dev
 *       ram   0..b                            8-b ram, from offset 8 on
 *
 * The idea: visit what wins an overlap first, and let everything that comes later fill only the
 * gaps that are left. So nothing is ever cut or replaced once it is in the list.
 *
 * Ends of regions reach 2^64, and a window into the far end of a region puts that region's start
 * below 0: places are computed with 128 bits, half open, and stored with 64, both ends included. */
#include "mem/flatview.h"

#include "base/alloc.h"

typedef __int128 Place;

/* Make room at index @i of the list and put [first, end) of @mr there, whose byte 0 is at @base. */
static void insert_range(FlatView *view, size_t i, MemoryRegion *mr, Place first, Place end,
                         Place base, bool readonly)
{
    if (view->count == view->capacity) {
        view->capacity = view->capacity ? 2 * view->capacity : 16;
        view->ranges = xrealloc(view->ranges, view->capacity * sizeof(FlatRange));
    }
    memmove(&view->ranges[i + 1], &view->ranges[i], (view->count - i) * sizeof(FlatRange));
    view->count++;
    view->ranges[i] = (FlatRange){
        .first = (hwaddr)first,
        .last = (hwaddr)(end - 1),
        .offset = (hwaddr)(first - base),
        .mr = mr,
        .ram = mr->ram_block,
        .readonly = readonly,
        .rom_device = mr->rom_device,
        .romd_mode = mr->romd_mode,
    };
}

/* Give @mr the parts of [first, end) that nobody has yet. */
static void fill_gaps(FlatView *view, MemoryRegion *mr, Place first, Place end, Place base,
                      bool readonly)
{
    size_t i = flatview_search(view, (hwaddr)first);

    while (first < end) {
        Place taken = i < view->count ? view->ranges[i].first : end;

        if (taken > first) {
            insert_range(view, i++, mr, first, MIN(taken, end), base, readonly);
        }
        if (taken >= end) {
            break;
        }
        first = (Place)view->ranges[i++].last + 1;
    }
}

/* Show @mr, whose byte 0 is at @base, inside the window [first, end). */
static void render(FlatView *view, MemoryRegion *mr, Place base, Place first, Place end,
                   bool readonly)
{
    Place size = mr->size == UINT64_MAX ? (Place)1 << 64 : (Place)mr->size;
    MemoryRegion *sub;

    first = MAX(first, base);
    end = MIN(end, base + size);
    if (!mr->enabled || first >= end) {
        return;
    }
    readonly |= mr->readonly;
    if (mr->alias) {
        render(view, mr->alias, base - mr->alias_offset, first, end, readonly);
        return;
    }
    LIST_FOREACH(sub, &mr->subregions, subregions_link) { /* winners first */
        render(view, sub, base + sub->addr, first, end, readonly);
    }
    if (mr->terminates) {
        fill_gaps(view, mr, first, end, base, readonly);
    }
}

static bool continues(const FlatRange *a, const FlatRange *b)
{
    return a->last + 1 == b->first && a->mr == b->mr &&
           a->offset + (b->first - a->first) == b->offset && a->readonly == b->readonly;
}

/* Join neighbours that were rendered in pieces but show one stretch of one region. */
static void simplify(FlatView *view)
{
    size_t n = 0;

    for (size_t i = 0; i < view->count; i++) {
        if (n && continues(&view->ranges[n - 1], &view->ranges[i])) {
            view->ranges[n - 1].last = view->ranges[i].last;
        } else {
            view->ranges[n++] = view->ranges[i];
        }
    }
    view->count = n;
}

FlatView *flatview_new(MemoryRegion *root)
{
    static uint64_t last_id; /* big lock */
    FlatView *view = xnew(FlatView);

    view->id = ++last_id;
    view->refs = 1;
    view->root = root;
    if (root) {
        render(view, root, 0, 0, (Place)1 << 64, false);
        simplify(view);
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
    size_t low = 0, high = view->count; /* the answer is in [low, high] */

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (view->ranges[mid].last < addr) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

const FlatRange *flatview_lookup(const FlatView *view, hwaddr addr)
{
    size_t i = flatview_search(view, addr);

    return i < view->count && view->ranges[i].first <= addr ? &view->ranges[i] : NULL;
}

bool flatrange_equal(const FlatRange *a, const FlatRange *b)
{
    return a->first == b->first && a->last == b->last && a->offset == b->offset && a->mr == b->mr &&
           a->ram == b->ram && a->readonly == b->readonly && a->rom_device == b->rom_device &&
           a->romd_mode == b->romd_mode;
}
