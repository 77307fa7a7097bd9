/* SPDX-License-Identifier: MIT */
/* Address spaces: publishing flat views, and telling listeners the difference.
 *
 * A commit renders each address space (once per distinct root), compares with the view in force
 * and, if they differ: begin, region_del for what went, the new view is published, region_add for
 * what came, commit. Readers under RCU see the old view or the new one, never something between. */
#include "mem/address_space.h"

#include "base/alloc.h"
#include "base/bql.h"
#include "base/rcu.h"
#include "mem/memory_int.h"

List address_spaces = LIST_INIT(address_spaces);

MemoryRegionSection section_of(AddressSpace *as, const FlatRange *r)
{
    return (MemoryRegionSection){
        .as = as,
        .first = r->first,
        .last = r->last,
        .offset = r->offset,
        .mr = r->mr,
        .ram = r->ram,
        .readonly = r->readonly,
        .rom_device = r->rom_device,
        .romd_mode = r->romd_mode,
    };
}

static void free_view(void *view)
{
    flatview_free(view);
}

static void view_unref(FlatView *view)
{
    if (--view->refs == 0) {
        rcu_defer(free_view, view);
    }
}

/* ---- differences ---- */

enum Change { DELETED, ADDED };

static void tell(MemoryListener *l, AddressSpace *as, const FlatRange *r, enum Change change)
{
    MemoryRegionSection s = section_of(as, r);

    if (change == DELETED && l->region_del) {
        l->region_del(l, &s);
    }
    if (change == ADDED && l->region_add) {
        l->region_add(l, &s);
    }
}

/* Tell @l of each range of @a that @b does not have. */
static void tell_missing(MemoryListener *l, AddressSpace *as, const FlatView *a, const FlatView *b,
                         enum Change change)
{
    size_t j = 0;

    for (size_t i = 0; i < a->count; i++) {
        while (j < b->count && b->ranges[j].first < a->ranges[i].first) {
            j++;
        }
        if (j == b->count || !flatrange_equal(&a->ranges[i], &b->ranges[j])) {
            tell(l, as, &a->ranges[i], change);
        }
    }
}

static bool views_equal(const FlatView *a, const FlatView *b)
{
    bool equal = a->count == b->count;

    for (size_t i = 0; equal && i < a->count; i++) {
        equal = flatrange_equal(&a->ranges[i], &b->ranges[i]);
    }
    return equal;
}

/* Put @new (a reference, taken over) in force. */
static void set_view(AddressSpace *as, FlatView *new)
{
    FlatView *old = as->view;
    MemoryListener *l;

    if (views_equal(old, new)) {
        view_unref(new);
        return;
    }
    LIST_FOREACH(l, &as->listeners, link) {
        if (l->begin) {
            l->begin(l);
        }
    }
    for (List *p = as->listeners.prev; p != &as->listeners; p = p->prev) { /* the last one first */
        tell_missing(list_entry(p, MemoryListener, link), as, old, new, DELETED);
    }
    atomic_store(&as->view, new);
    mtree_log(as);
    LIST_FOREACH(l, &as->listeners, link) {
        tell_missing(l, as, new, old, ADDED);
    }
    LIST_FOREACH(l, &as->listeners, link) {
        if (l->commit) {
            l->commit(l);
        }
    }
    view_unref(old);
}

/* A view of @root, shared with an address space before @as that was rendered in this round. */
static FlatView *render_or_share(AddressSpace *as)
{
    AddressSpace *other;

    LIST_FOREACH(other, &address_spaces, link) {
        if (other == as) {
            break;
        }
        if (other->root == as->root) {
            FlatView *view = other->view;

            view->refs++;
            return view;
        }
    }
    return flatview_new(as->root);
}

void address_spaces_update(void)
{
    AddressSpace *as;

    LIST_FOREACH(as, &address_spaces, link) {
        set_view(as, render_or_share(as));
    }
}

bool address_spaces_show(const MemoryRegion *mr)
{
    AddressSpace *as;

    LIST_FOREACH(as, &address_spaces, link) {
        const FlatView *view = as->view;

        for (size_t i = 0; i < view->count; i++) {
            if (view->ranges[i].mr == mr) {
                return true;
            }
        }
    }
    return false;
}

/* ---- life ---- */

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name)
{
    assert(bql_locked());
    as->name = xstrdup(name);
    as->root = root;
    list_init(&as->listeners);
    list_init(&as->link);
    list_push_back(&address_spaces, &as->link);
    atomic_init(&as->view, render_or_share(as));
}

void address_space_destroy(AddressSpace *as)
{
    assert(bql_locked() && list_empty(&as->listeners));
    list_remove(&as->link);
    view_unref(as->view);
    free(as->name);
    as->name = NULL;
    as->root = NULL;
}

/* ---- listeners ---- */

void memory_listener_register(MemoryListener *l, AddressSpace *as)
{
    List *before = &as->listeners;
    const FlatView *view = as->view;
    MemoryListener *other;

    assert(bql_locked());
    l->as = as;
    LIST_FOREACH(other, &as->listeners, link) {
        if (l->priority < other->priority) {
            before = &other->link;
            break;
        }
    }
    list_insert_before(before, &l->link);
    if (l->begin) {
        l->begin(l);
    }
    for (size_t i = 0; i < view->count; i++) {
        tell(l, as, &view->ranges[i], ADDED);
    }
    if (l->commit) {
        l->commit(l);
    }
}

void memory_listener_unregister(MemoryListener *l)
{
    const FlatView *view = l->as->view;

    assert(bql_locked());
    if (l->begin) {
        l->begin(l);
    }
    for (size_t i = view->count; i-- > 0;) {
        tell(l, l->as, &view->ranges[i], DELETED);
    }
    if (l->commit) {
        l->commit(l);
    }
    list_remove(&l->link);
    l->as = NULL;
}
