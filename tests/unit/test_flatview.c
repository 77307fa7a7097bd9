/* SPDX-License-Identifier: MIT */
/* mem/flatview: rendering against an oracle that asks, for every byte, who is there. */
#include "mem/flatview.h"

#include "base/bql.h"
#include "unit/unit.h"

static const MemoryRegionOps no_ops;

static uint64_t seed;

static unsigned rnd(unsigned n)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (seed >> 33) % n;
}

/* ---- the oracle: walk the tree for one address ---- */

typedef struct Answer {
    const MemoryRegion *mr;
    hwaddr offset;
    bool readonly;
} Answer;

/* What is at @off of @mr?  @off is signed and wide, so nothing wraps. */
static bool ask(const MemoryRegion *mr, __int128 off, bool readonly, Answer *answer)
{
    __int128 size = mr->size == UINT64_MAX ? (__int128)1 << 64 : (__int128)mr->size;
    const MemoryRegion *sub;

    if (!mr->enabled || off < 0 || off >= size) {
        return false;
    }
    readonly |= mr->readonly;
    if (mr->alias) {
        return ask(mr->alias, off + mr->alias_offset, readonly, answer);
    }
    LIST_FOREACH(sub, &mr->subregions, subregions_link)
    {
        if (ask(sub, off - sub->addr, readonly, answer)) {
            return true;
        }
    }
    if (mr->terminates) {
        *answer = (Answer){mr, (hwaddr)off, readonly};
    }
    return mr->terminates;
}

static void compare_at(const FlatView *view, const MemoryRegion *root, hwaddr addr)
{
    const FlatRange *r = flatview_lookup(view, addr);
    Answer want;

    if (!ask(root, addr, false, &want)) {
        assert_null(r);
        return;
    }
    assert_non_null(r);
    assert_ptr_equal(r->mr, want.mr);
    assert_int_equal(r->offset + (addr - r->first), want.offset);
    assert_int_equal(r->readonly, want.readonly);
}

static void check_order(const FlatView *view)
{
    for (size_t i = 0; i < view->count; i++) {
        assert_true(view->ranges[i].first <= view->ranges[i].last);
        if (i) {
            assert_true(view->ranges[i - 1].last < view->ranges[i].first);
        }
    }
}

/* ---- random trees ---- */

enum { REGIONS = 24, SPAN = 256 };

typedef struct Forest {
    MemoryRegion root, r[REGIONS];
    int count;
} Forest;

static void add_random(Forest *f)
{
    MemoryRegion *mr = &f->r[f->count],
                 *parent = f->count && rnd(2) ? &f->r[rnd(f->count)] : &f->root;
    uint64_t size = rnd(8) ? 1 + rnd(SPAN / 2) : rnd(2) ? 0 : UINT64_MAX;

    if (f->count && rnd(4) == 0) { /* only older regions are shown, so there is no cycle */
        memory_region_init_alias(mr, NULL, "alias", &f->r[rnd(f->count)], rnd(SPAN / 2), size);
        parent = &f->root;
    } else if (rnd(3) == 0) {
        memory_region_init(mr, NULL, "container", size);
    } else {
        memory_region_init_io(mr, NULL, &no_ops, NULL, "io", size);
    }
    while (parent->alias) {
        parent = &f->root;
    }
    memory_region_set_enabled(mr, rnd(8) != 0);
    memory_region_set_readonly(mr, rnd(4) == 0);
    memory_region_add_subregion_overlap(parent, rnd(SPAN), mr, (int)rnd(4) - 1);
    f->count++;
}

static void test_a_random_tree_is_rendered_as_byte_by_byte_asking_has_it(void **state)
{
    bql_lock();
    for (seed = 1; seed <= 4000; seed++) {
        uint64_t this_seed = seed;
        Forest f = {.count = 0};
        FlatView *view;

        memory_region_init(&f.root, NULL, "root", UINT64_MAX);
        for (int n = 1 + rnd(REGIONS); f.count < n;) {
            add_random(&f);
        }
        view = flatview_new(&f.root);
        check_order(view);
        for (hwaddr addr = 0; addr < 4 * SPAN; addr++) {
            compare_at(view, &f.root, addr);
        }
        compare_at(view, &f.root, UINT64_MAX);
        compare_at(view, &f.root, UINT64_MAX - SPAN);
        flatview_free(view);
        while (f.count--) {
            memory_region_del_subregion(f.r[f.count].container, &f.r[f.count]);
            memory_region_finalize(&f.r[f.count]);
        }
        memory_region_finalize(&f.root);
        seed = this_seed;
    }
    bql_unlock();
}

static void test_a_region_of_2_to_the_64_reaches_the_last_byte(void **state)
{
    MemoryRegion root, io;
    FlatView *view;

    bql_lock();
    memory_region_init(&root, NULL, "root", UINT64_MAX);
    memory_region_init_io(&io, NULL, &no_ops, NULL, "io", UINT64_MAX);
    memory_region_add_subregion(&root, 0, &io);
    view = flatview_new(&root);
    assert_int_equal(view->count, 1);
    assert_int_equal(view->ranges[0].last, UINT64_MAX);
    assert_non_null(flatview_lookup(view, UINT64_MAX));
    flatview_free(view);

    memory_region_set_address(&io, UINT64_MAX - 0xfff); /* the rest would lie beyond: it is cut */
    view = flatview_new(&root);
    assert_int_equal(view->count, 1);
    assert_int_equal(view->ranges[0].first, UINT64_MAX - 0xfff);
    assert_int_equal(view->ranges[0].last, UINT64_MAX);
    flatview_free(view);
    memory_region_del_subregion(&root, &io);
    memory_region_finalize(&io);
    memory_region_finalize(&root);
    bql_unlock();
}

static void test_pieces_of_one_region_are_joined_again(void **state)
{
    MemoryRegion root, io, a, b;
    FlatView *view;

    bql_lock();
    memory_region_init(&root, NULL, "root", UINT64_MAX);
    memory_region_init_io(&io, NULL, &no_ops, NULL, "io", 0x2000);
    memory_region_init_alias(&a, NULL, "low half", &io, 0, 0x1000);
    memory_region_init_alias(&b, NULL, "high half", &io, 0x1000, 0x1000);
    memory_region_add_subregion(&root, 0x8000, &a);
    memory_region_add_subregion(&root, 0x9000, &b);
    view = flatview_new(&root);
    assert_int_equal(view->count, 1);
    assert_int_equal(view->ranges[0].first, 0x8000);
    assert_int_equal(view->ranges[0].last, 0x9fff);
    assert_ptr_equal(view->ranges[0].mr, &io);
    flatview_free(view);
    memory_region_del_subregion(&root, &a);
    memory_region_del_subregion(&root, &b);
    memory_region_finalize(&a);
    memory_region_finalize(&b);
    memory_region_finalize(&io);
    memory_region_finalize(&root);
    bql_unlock();
}

static void test_among_equals_the_region_added_later_wins(void **state)
{
    MemoryRegion root, first, second;
    FlatView *view;

    bql_lock();
    memory_region_init(&root, NULL, "root", 0x1000);
    memory_region_init_io(&first, NULL, &no_ops, NULL, "first", 0x100);
    memory_region_init_io(&second, NULL, &no_ops, NULL, "second", 0x80);
    memory_region_add_subregion(&root, 0, &first);
    memory_region_add_subregion(&root, 0x40, &second);
    view = flatview_new(&root);
    assert_int_equal(view->count, 3);
    assert_ptr_equal(flatview_lookup(view, 0x3f)->mr, &first);
    assert_ptr_equal(flatview_lookup(view, 0x40)->mr, &second);
    assert_ptr_equal(flatview_lookup(view, 0xc0)->mr, &first);
    assert_int_equal(flatview_lookup(view, 0xc0)->offset, 0xc0);
    assert_null(flatview_lookup(view, 0x100));
    assert_int_equal(flatview_search(view, 0x100), 3);
    flatview_free(view);
    memory_region_del_subregion(&root, &first);
    memory_region_del_subregion(&root, &second);
    memory_region_finalize(&first);
    memory_region_finalize(&second);
    memory_region_finalize(&root);
    bql_unlock();
}

static void test_an_empty_view_has_nothing_anywhere(void **state)
{
    FlatView *view = flatview_new(NULL);

    assert_null(flatview_lookup(view, 0));
    assert_null(flatview_lookup(view, UINT64_MAX));
    flatview_free(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_view_has_nothing_anywhere),
        cmocka_unit_test(test_among_equals_the_region_added_later_wins),
        cmocka_unit_test(test_pieces_of_one_region_are_joined_again),
        cmocka_unit_test(test_a_region_of_2_to_the_64_reaches_the_last_byte),
        cmocka_unit_test(test_a_random_tree_is_rendered_as_byte_by_byte_asking_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
