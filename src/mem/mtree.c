/* SPDX-License-Identifier: MIT */
/* "info mtree": the trees as boards built them, and with -f the flat views as the guest sees them.
 *
 * An alias is printed as one line that names its target; a target that is not below the roots gets
 * a tree of its own at the end. */
#include "base/alloc.h"
#include "base/log.h"
#include "mem/memory_int.h"
#include "qom/property.h"

LOG_ITEM(mtree, "the flat view of an address space each time it changes");

/* Regions that aliases refer to, each once, in order of appearance. */
typedef struct Targets {
    MemoryRegion **regions;
    size_t count;
    unsigned flags; /* set of MTREE_* */
} Targets;

static void targets_add(Targets *t, MemoryRegion *mr)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->regions[i] == mr) {
            return;
        }
    }
    t->regions = xrealloc(t->regions, (t->count + 1) * sizeof(mr));
    t->regions[t->count++] = mr;
}

static hwaddr last_of(hwaddr first, uint64_t size)
{
    return size == UINT64_MAX ? UINT64_MAX : first + size - (size != 0);
}

static void print_owner(Str *out, const MemoryRegion *mr, unsigned flags)
{
    char *path;

    if ((flags & MTREE_OWNER) && mr->owner) {
        path = object_get_path(mr->owner);
        str_printf(out, " owner:{dev path=%s}", path ? path : "?");
        free(path);
    }
}

static void print_line(Str *out, const MemoryRegion *mr, hwaddr at, unsigned depth,
                       unsigned flags)
{
    str_printf(out, "%*s%016" PRIx64 "-%016" PRIx64 " (prio %d, %s): ", 2 + 2 * (int)depth, "", at,
               last_of(at, mr->size), mr->priority, memory_region_kind(mr));
    if (mr->alias) {
        str_printf(out, "alias %s @%s %016" PRIx64 "-%016" PRIx64, mr->name, mr->alias->name,
                   mr->alias_offset, last_of(mr->alias_offset, mr->size));
    } else {
        str_append(out, mr->name);
    }
    str_append(out, mr->enabled ? "" : " [disabled]");
    print_owner(out, mr, flags);
    str_append(out, "\n");
}

/* The children of @mr by rising address; among equals the winner first.  To be freed. */
static const MemoryRegion **sorted_children(const MemoryRegion *mr, size_t *count)
{
    const MemoryRegion **list = NULL, *sub;
    size_t n = 0;

    LIST_FOREACH(sub, &mr->subregions, subregions_link) {
        size_t i = n++;

        list = xrealloc(list, n * sizeof(*list));
        for (; i > 0 && list[i - 1]->addr > sub->addr; i--) {
            list[i] = list[i - 1];
        }
        list[i] = sub;
    }
    *count = n;
    return list;
}

static void print_tree(Str *out, const MemoryRegion *mr, hwaddr at, unsigned depth,
                       Targets *targets)
{
    size_t count;
    const MemoryRegion **children = sorted_children(mr, &count);

    print_line(out, mr, at, depth, targets->flags);
    if (mr->alias) {
        targets_add(targets, mr->alias);
    }
    for (size_t i = 0; i < count; i++) {
        print_tree(out, children[i], at + children[i]->addr, depth + 1, targets);
    }
    free(children);
}

static void print_trees(Str *out, unsigned flags)
{
    Targets targets = {.flags = flags};
    AddressSpace *as;

    LIST_FOREACH(as, &address_spaces, link) {
        str_printf(out, "address-space: %s\n", as->name);
        if (as->root) {
            print_tree(out, as->root, as->root->addr, 0, &targets);
        }
        str_append(out, "\n");
    }
    for (size_t i = 0; i < targets.count; i++) { /* printing may find more */
        str_printf(out, "memory-region: %s\n", targets.regions[i]->name);
        print_tree(out, targets.regions[i], targets.regions[i]->addr, 0, &targets);
        str_append(out, "\n");
    }
    free(targets.regions);
}

/* ---- flat views ---- */

static void print_range(Str *out, const FlatRange *r, unsigned flags)
{
    const char *kind = memory_region_kind(r->mr);

    if (r->readonly && !r->rom_device && r->ram) {
        kind = "rom";
    }
    str_printf(out, "  %016" PRIx64 "-%016" PRIx64 " (prio %d, %s): %s", r->first, r->last,
               r->mr->priority, kind, r->mr->name);
    if (r->offset) {
        str_printf(out, " @%016" PRIx64, r->offset);
    }
    print_owner(out, r->mr, flags);
    str_append(out, "\n");
}

/* Has an address space before @as the same view? */
static bool shown_before(const AddressSpace *as)
{
    const AddressSpace *other;

    LIST_FOREACH(other, &address_spaces, link) {
        if (other == as) {
            break;
        }
        if (other->view == as->view) {
            return true;
        }
    }
    return false;
}

/* A view is one sorted array, and a look-up a binary search in it. */
static void print_dispatch(Str *out, const FlatView *view)
{
    unsigned steps = 0;

    while (view->count >> steps) {
        steps++;
    }
    str_printf(out, "  Dispatch: binary search among %zu ranges, at most %u comparisons\n",
               view->count, steps);
}

static void print_view(Str *out, const FlatView *view, unsigned number, unsigned flags)
{
    const AddressSpace *as;

    str_printf(out, "FlatView #%u\n", number);
    LIST_FOREACH(as, &address_spaces, link) {
        if (as->view == view) {
            str_printf(out, " AS \"%s\", root: %s\n", as->name,
                       as->root ? as->root->name : "(none)");
        }
    }
    str_printf(out, " Root memory region: %s\n", view->count ? view->root->name : "(none)");
    for (size_t i = 0; i < view->count; i++) {
        print_range(out, &view->ranges[i], flags);
    }
    if (flags & MTREE_DISPATCH) {
        print_dispatch(out, view);
    }
    str_append(out, view->count ? "\n" : "  No rendered FlatView\n\n");
}

void mtree_log(const AddressSpace *as)
{
    Str out = {0};

    if (!log_on(mtree) || !as->view->count) { /* it is emptied when the machine goes */
        return;
    }
    for (size_t i = 0; i < as->view->count; i++) {
        print_range(&out, &as->view->ranges[i], 0);
    }
    log_printf("mtree: address-space: %s\n%s\n", as->name, str_get(&out));
    str_free(&out);
}

void mtree_print(Str *out, unsigned flags)
{
    unsigned number = 0;
    AddressSpace *as;

    if (!(flags & MTREE_FLAT)) {
        print_trees(out, flags);
        return;
    }
    LIST_FOREACH(as, &address_spaces, link) {
        if (!shown_before(as)) {
            print_view(out, as->view, number++, flags);
        }
    }
}
