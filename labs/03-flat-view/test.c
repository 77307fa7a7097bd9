/* SPDX-License-Identifier: MIT */
/* Chapter 3: flat views, through mem/flatview.h.  Most tests draw their tree above the code. */
#include "mem/flatview.h"

#include <sys/mman.h>
#include "base/alloc.h"
#include "base/bql.h"
#include "lab.h"

static const MemoryRegionOps no_ops;
static MemoryRegion root, a, b, c, d;

/* ---- helpers: making trees, and saying what a view shows ---- */

static void begin(uint64_t root_size)
{
    bql_lock();
    memory_region_init(&root, NULL, "root", root_size);
}

static void io(MemoryRegion *mr, const char *name, uint64_t size)
{
    memory_region_init_io(mr, NULL, &no_ops, NULL, name, size);
}

static void show(Str *out, const FlatView *view)
{
    for (size_t i = 0; i < view->count; i++) {
        const FlatRange *r = &view->ranges[i];

        str_printf(out, "%s%" PRIx64 "-%" PRIx64 " %s", i ? ", " : "", r->first, r->last,
                   r->mr ? r->mr->name : "(no region)");
        if (r->offset) {
            str_printf(out, "+%" PRIx64, r->offset);
        }
        if (r->readonly) {
            str_append(out, " readonly");
        }
    }
}

/* The view of @mr must be, for example, "0-3f a, 40-7f b+40 readonly".  @when: what is new since
 * the test began, or "". */
static void expect_view(MemoryRegion *mr, const char *when, const char *expected, const char *file,
                        int line)
{
    FlatView *view = flatview_new(mr);
    Str found = {0};

    show(&found, view);
    lab_expect_true(!strcmp(str_get(&found), expected), file, line,
                    "%s\nexpected the view: %s\n            found: %s", when, expected,
                    str_get(&found));
    str_free(&found);
    flatview_free(view);
}
#define EXPECT_VIEW(mr, expected)            expect_view(mr, "", expected, __FILE__, __LINE__)
#define EXPECT_VIEW_WHEN(when, mr, expected) expect_view(mr, when, expected, __FILE__, __LINE__)

/* ---- looking up, in a view made by hand ---- */

static FlatView *view_by_hand(void)
{
    FlatView *view = xnew(FlatView);

    view->ranges = xnew_n(FlatRange, 4);
    view->ranges[0] = (FlatRange){.first = 0x10, .last = 0x1f, .mr = &a};
    view->ranges[1] = (FlatRange){.first = 0x20, .last = 0x20, .mr = &b};
    view->ranges[2] = (FlatRange){.first = 0x40, .last = 0x7f, .mr = &c};
    view->ranges[3] = (FlatRange){.first = UINT64_MAX, .last = UINT64_MAX, .mr = &d};
    view->count = view->capacity = 4;
    view->refs = 1;
    return view;
}

/* How many pages of @n bytes at @p have been touched; -1 if this system does not say. */
static int pages_touched(void *p, size_t n)
{
    size_t page = host_page_size(), pages = n / page;
    unsigned char *here = xcalloc(pages, 1);
    int touched = 0;

    if (mincore(p, n, here)) {
        touched = -1;
    }
    for (size_t i = 0; touched >= 0 && i < pages; i++) {
        touched += here[i] & 1;
    }
    free(here);
    return touched;
}

/* A search in a view so large that looking at each range would show: the array is fresh memory of
 * the host's, all zeroes, and only what is looked at becomes a page. */
static void expect_few_looks(void)
{
    enum { RANGES = 1 << 18 };
    size_t bytes = RANGES * sizeof(FlatRange);
    FlatView view = {.count = RANGES, .capacity = RANGES, .refs = 1};
    int before, after;

    view.ranges = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(view.ranges != MAP_FAILED);
    madvise(view.ranges, bytes, MADV_NOHUGEPAGE);
    before = pages_touched(view.ranges, bytes);
    expect_equal(flatview_search(&view, 1), RANGES, "flatview_search of 2^18 ranges 0-0 for 1");
    after = pages_touched(view.ranges, bytes);
    expect_true(before != 0 || after <= 64,
                "flatview_search must be quick, O(log ranges): it looked at nearly all of 2^18");
    munmap(view.ranges, bytes);
}

static void test_search_finds_the_range_that_ends_at_the_address_or_later(void **state)
{
    static const struct {
        hwaddr addr;
        size_t index;
    } cases[] = {{0, 0},    {0xf, 0},  {0x10, 0}, {0x1f, 0}, {0x20, 1},      {0x21, 2},
                 {0x3f, 2}, {0x40, 2}, {0x7f, 2}, {0x80, 3}, {UINT64_MAX, 3}};
    FlatView *view = view_by_hand();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        expect_equal(flatview_search(view, cases[i].addr), cases[i].index,
                     "flatview_search of ranges 10-1f, 20-20, 40-7f, 2^64-1 for %#" PRIx64,
                     cases[i].addr);
    }
    view->count = 3;
    expect_equal(flatview_search(view, 0x80), 3, "flatview_search behind the last of 3 ranges");
    view->count = 0;
    expect_equal(flatview_search(view, 0), 0, "flatview_search in an empty view");
    flatview_free(view);
    expect_few_looks();
}

static void test_lookup_finds_a_range_or_a_hole(void **state)
{
    static const hwaddr inside[] = {0x10, 0x1f, 0x20, 0x40, 0x7f, UINT64_MAX};
    static const hwaddr holes[] = {0, 0xf, 0x21, 0x3f, 0x80, UINT64_MAX - 1};
    FlatView *view = view_by_hand();

    for (size_t i = 0; i < ARRAY_SIZE(inside); i++) {
        const FlatRange *r = flatview_lookup(view, inside[i]);

        expect_true(r != NULL, "at %#" PRIx64 ": expected a range, found a hole", inside[i]);
        expect_true(r->first <= inside[i] && inside[i] <= r->last,
                    "at %#" PRIx64 ": found the range %#" PRIx64 "-%#" PRIx64, inside[i], r->first,
                    r->last);
    }
    for (size_t i = 0; i < ARRAY_SIZE(holes); i++) {
        expect_true(flatview_lookup(view, holes[i]) == NULL,
                    "at %#" PRIx64 ": expected a hole, found a range", holes[i]);
    }
    view->count = 3; /* what is in the array behind them does not count */
    expect_true(flatview_lookup(view, UINT64_MAX) == NULL,
                "behind the last of 3 ranges: expected a hole, found a range");
    view->count = 0;
    expect_true(flatview_lookup(view, 0x10) == NULL,
                "in an empty view: expected a hole, found a range");
    flatview_free(view);
}

static void test_ranges_are_equal_when_every_member_is(void **state)
{
    static const FlatRange first = {.first = 0x1000, .last = 0x1fff, .offset = 0x10, .mr = &a};
    FlatRange r = first;

    expect_true(flatrange_equal(&first, &r), "a copy of a range must be equal to it");
    memset(&r, 0xff, sizeof(r)); /* what lies between the members is no part of a range */
    r.first = first.first, r.last = first.last, r.offset = first.offset;
    r.mr = first.mr, r.ram = first.ram;
    r.readonly = r.rom_device = r.romd_mode = false;
    expect_true(flatrange_equal(&first, &r), "ranges with the same members must be equal");
#define DIFFERS(member, value)                                                                     \
    r = first;                                                                                     \
    r.member = value;                                                                              \
    expect_true(!flatrange_equal(&first, &r), "ranges that differ in ." #member " were equal")
    DIFFERS(first, 0x1001);
    DIFFERS(last, 0x1ffe);
    DIFFERS(offset, 0);
    DIFFERS(mr, &b);
    DIFFERS(ram, (RAMBlock *)&b);
    DIFFERS(readonly, true);
    DIFFERS(rom_device, true);
    DIFFERS(romd_mode, true);
#undef DIFFERS
}

/* ---- rendering ---- */

/*  root 0..fff:   a at 100..1ff   b at 800..8ff */
static void test_regions_side_by_side_are_listed_by_address(void **state)
{
    begin(0x1000);
    io(&a, "a", 0x100);
    io(&b, "b", 0x100);
    memory_region_add_subregion(&root, 0x800, &b);
    memory_region_add_subregion(&root, 0x100, &a);
    EXPECT_VIEW(&root, "100-1ff a, 800-8ff b");
    EXPECT_VIEW(NULL, "");
    memory_region_set_address(&a, 0x700);
    EXPECT_VIEW_WHEN("a is moved to 700", &root, "700-7ff a, 800-8ff b");
}

/*  a fills all; b over its middle, c over its end */
static void test_a_winner_cuts_the_loser_into_pieces(void **state)
{
    begin(0x1000);
    io(&a, "a", 0x1000);
    io(&b, "b", 0x100);
    io(&c, "c", 0x100);
    memory_region_add_subregion_overlap(&root, 0, &a, 0);
    memory_region_add_subregion_overlap(&root, 0x400, &b, 1);
    memory_region_add_subregion_overlap(&root, 0xf00, &c, 1);
    EXPECT_VIEW(&root, "0-3ff a, 400-4ff b, 500-eff a+500, f00-fff c");
    memory_region_set_enabled(&b, false);
    EXPECT_VIEW_WHEN("b is disabled now", &root, "0-eff a, f00-fff c");
}

/*  priorities -1, 0 and 1; equal ones: the later one wins */
static void test_priority_decides_an_overlap_and_then_the_order_of_adding(void **state)
{
    begin(0x1000);
    io(&a, "low", 0x300);
    io(&b, "first", 0x100);
    io(&c, "second", 0x100);
    io(&d, "high", 0x80);
    memory_region_add_subregion_overlap(&root, 0x40, &d, 1);
    memory_region_add_subregion_overlap(&root, 0x40, &b, 0);
    memory_region_add_subregion_overlap(&root, 0x80, &c, 0);
    memory_region_add_subregion_overlap(&root, 0, &a, -1);
    EXPECT_VIEW(&root, "0-3f low, 40-bf high, c0-17f second+40, 180-2ff low+180");
}

/*  container b at 100..1ff of root holds c at its 80..17f: half of c sticks out */
static void test_a_child_is_shown_only_inside_its_container(void **state)
{
    begin(0x1000);
    memory_region_init(&b, NULL, "container", 0x100);
    io(&c, "c", 0x100);
    io(&a, "a", 0x1000);
    memory_region_add_subregion_overlap(&root, 0, &a, -1);
    memory_region_add_subregion(&root, 0x100, &b);
    memory_region_add_subregion(&b, 0x80, &c);
    EXPECT_VIEW(&root, "0-17f a, 180-1ff c, 200-fff a+200");
    memory_region_set_address(&b, 0xf40); /* now root's end cuts it too: 64 bytes are left */
    EXPECT_VIEW_WHEN("the container is moved to f40", &root, "0-fbf a, fc0-fff c");
    memory_region_set_enabled(&b, false); /* and with a container go its children */
    EXPECT_VIEW_WHEN("the container is disabled now", &root, "0-fff a");
}

/*  RAM of 2000 seen through two windows, the second one above the first, in the other order */
static void test_an_alias_shows_a_part_of_another_region(void **state)
{
    begin(UINT64_MAX);
    io(&a, "ram", 0x2000);
    memory_region_init_alias(&b, NULL, "upper", &a, 0x1800, 0x800);
    memory_region_init_alias(&c, NULL, "lower", &a, 0x400, 0x400);
    memory_region_add_subregion(&root, 0x8000, &b);
    memory_region_add_subregion(&root, 0xa000, &c);
    EXPECT_VIEW(&root, "8000-87ff ram+1800, a000-a3ff ram+400");
    memory_region_set_alias_offset(&b, 0x1c00); /* only 400 bytes are left behind that place */
    EXPECT_VIEW_WHEN("the window at 8000 shows the RAM from 1c00 on", &root,
                     "8000-83ff ram+1c00, a000-a3ff ram+400");
    memory_region_set_enabled(&a, false); /* the target is off: so is what its windows show */
    EXPECT_VIEW_WHEN("the RAM is disabled now", &root, "");
}

/*  alias -> alias -> container with two children */
static void test_an_alias_of_an_alias_of_a_container_is_followed(void **state)
{
    MemoryRegion box;

    begin(0x10000);
    memory_region_init(&box, NULL, "box", 0x1000);
    io(&a, "a", 0x100);
    io(&b, "b", 0x100);
    memory_region_add_subregion(&box, 0x200, &a);
    memory_region_add_subregion(&box, 0x400, &b);
    memory_region_init_alias(&c, NULL, "c", &box, 0x100, 0x800);
    memory_region_init_alias(&d, NULL, "d", &c, 0x180, 0x400); /* from 280 of the box on */
    memory_region_add_subregion(&root, 0x5000, &d);
    EXPECT_VIEW(&root, "5000-507f a+80, 5180-527f b");
}

/*  readonly comes down the tree: from an alias, and from a container */
static void test_readonly_is_inherited_from_above(void **state)
{
    begin(0x10000);
    io(&a, "a", 0x1000);
    io(&c, "c", 0x1000);
    memory_region_init(&d, NULL, "box", 0x1000);
    memory_region_init_alias(&b, NULL, "window", &a, 0, 0x800);
    memory_region_add_subregion(&d, 0, &c);
    memory_region_add_subregion(&root, 0, &a);
    memory_region_add_subregion(&root, 0x2000, &b);
    memory_region_add_subregion(&root, 0x4000, &d);
    memory_region_set_readonly(&b, true);
    memory_region_set_readonly(&d, true);
    EXPECT_VIEW(&root, "0-fff a, 2000-27ff a readonly, 4000-4fff c readonly");
    memory_region_set_readonly(&b, false);
    memory_region_set_readonly(&a, true);
    EXPECT_VIEW_WHEN("a itself is readonly now, its window is not", &root,
                     "0-fff a readonly, 2000-27ff a readonly, 4000-4fff c readonly");
}

/*  three windows that continue each other are one range; windows that do not are not */
static void test_neighbours_that_continue_each_other_are_joined(void **state)
{
    begin(0x10000);
    io(&a, "a", 0x3000);
    memory_region_init_alias(&b, NULL, "b", &a, 0, 0x1000);
    memory_region_init_alias(&c, NULL, "c", &a, 0x1000, 0x1000);
    memory_region_init_alias(&d, NULL, "d", &a, 0x2000, 0x1000);
    memory_region_add_subregion(&root, 0x4000, &b);
    memory_region_add_subregion(&root, 0x5000, &c);
    memory_region_add_subregion(&root, 0x6000, &d);
    EXPECT_VIEW(&root, "4000-6fff a");
    memory_region_set_alias_offset(&c, 0x800); /* neighbours, but not of one stretch */
    EXPECT_VIEW_WHEN("the window at 5000 shows a from 800 on", &root,
                     "4000-4fff a, 5000-5fff a+800, 6000-6fff a+2000");
    memory_region_set_alias_offset(&c, 0x1000);
    memory_region_set_readonly(&c, true); /* one stretch, but not shown in the same way */
    EXPECT_VIEW_WHEN("the window at 5000 is readonly", &root,
                     "4000-4fff a, 5000-5fff a+1000 readonly, 6000-6fff a+2000");
    memory_region_set_readonly(&c, false);
    memory_region_set_address(&d, 0x6001); /* a hole of one byte between them */
    EXPECT_VIEW_WHEN("the window at 6000 is moved to 6001", &root,
                     "4000-5fff a, 6001-7000 a+2000");
}

/*  sizes of 2^64, the last byte, and a window that begins beyond the start of its target */
static void test_the_last_byte_of_the_address_space_can_be_reached(void **state)
{
    begin(UINT64_MAX);
    io(&a, "a", UINT64_MAX);
    io(&b, "b", 0x1000);
    memory_region_add_subregion(&root, 0, &a);
    EXPECT_VIEW(&root, "0-ffffffffffffffff a");
    memory_region_add_subregion_overlap(&root, UINT64_MAX - 0xfff, &b, 1);
    EXPECT_VIEW_WHEN("b of 1000 bytes lies at the very end", &root,
                     "0-ffffffffffffefff a, fffffffffffff000-ffffffffffffffff b");
    memory_region_set_address(&b, UINT64_MAX - 0x7ff); /* half of it lies beyond the end */
    EXPECT_VIEW_WHEN("b is moved on by 800 bytes, beyond the end", &root,
                     "0-fffffffffffff7ff a, fffffffffffff800-ffffffffffffffff b");
    memory_region_set_enabled(&a, false);
    memory_region_init_alias(&c, NULL, "c", &a, UINT64_MAX - 0xff, 0x100);
    memory_region_add_subregion(&root, 0x100, &c);
    memory_region_set_enabled(&a, true);
    memory_region_del_subregion(&root, &a);
    EXPECT_VIEW_WHEN("a is seen only through a window at 100", &root,
                     "100-1ff a+ffffffffffffff00, fffffffffffff800-ffffffffffffffff b");
}

static void test_ram_and_flash_carry_their_memory_and_mode(void **state)
{
    const FlatRange *r;
    FlatView *view;
    uint64_t id;

    begin(UINT64_MAX);
    assert_true(memory_region_init_ram(&a, NULL, "ram", 0x1000, NULL));
    assert_true(memory_region_init_rom_device(&b, NULL, &no_ops, NULL, "flash", 0x1000, NULL));
    memory_region_add_subregion(&root, 0, &a);
    memory_region_add_subregion(&root, 0x1000, &b);
    view = flatview_new(&root);
    expect_equal(view->count, 2, "ranges of a view of RAM and flash");
    expect_equal(view->refs, 1, "references of a new view");
    expect_true(view->root == &root, "the view must name its root");
    r = &view->ranges[0];
    expect_true(r->ram && r->ram == a.ram_block, ".ram of RAM: its block was not there");
    expect_true(!r->rom_device && !r->romd_mode, ".rom_device of RAM was set");
    r = &view->ranges[1];
    expect_true(r->ram && r->ram == b.ram_block, ".ram of flash: its block was not there");
    expect_true(r->rom_device && r->romd_mode, ".rom_device, .romd_mode of flash were not set");
    id = view->id;
    flatview_free(view);
    memory_region_rom_device_set_romd(&b, false);
    view = flatview_new(&root);
    expect_true(id && view->id && view->id != id,
                "view->id must not be 0, nor that of another view, not even of one freed long ago");
    expect_true(view->ranges[1].rom_device && !view->ranges[1].romd_mode,
                ".romd_mode must follow the region's");
    flatview_free(view);
}

static void test_a_thousand_regions_fit_in_a_view(void **state)
{
    enum { COUNT = 1000 };
    MemoryRegion *many = xnew_n(MemoryRegion, COUNT);
    FlatView *view;

    begin(UINT64_MAX);
    memory_region_transaction_begin();
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned slot = i * 7 % COUNT; /* not in order of address */

        io(&many[slot], "io", 0x10);
        memory_region_add_subregion(&root, 0x20 * slot, &many[slot]);
    }
    memory_region_transaction_commit();
    view = flatview_new(&root);
    expect_equal(view->count, COUNT, "ranges of a view of 1000 regions");
    for (unsigned i = 0; i < COUNT; i++) {
        expect_true(view->ranges[i].mr == &many[i], "range %u shows another region than number %u",
                    i, i);
        expect_equal(view->ranges[i].first, 0x20 * i, "start of range %u", i);
    }
    flatview_free(view);
    free(many);
}

/* ---- random trees against an oracle that asks, for every byte, who is there.  They grow, so the
 * first tree that differs is a small one. ---- */

enum { REGIONS = 24, SPAN = 256, TREES = 500 };

static MemoryRegion forest[REGIONS];
static uint64_t seed = 1;

static unsigned rnd(unsigned n)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (seed >> 33) % n;
}

typedef struct Answer {
    const MemoryRegion *mr;
    hwaddr offset;
    bool readonly;
} Answer;

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
    LIST_FOREACH(sub, &mr->subregions, subregions_link) {
        if (ask(sub, off - sub->addr, readonly, answer)) {
            return true;
        }
    }
    if (mr->terminates) {
        *answer = (Answer){mr, (hwaddr)off, readonly};
    }
    return mr->terminates;
}

static void add_random(unsigned i)
{
    MemoryRegion *mr = &forest[i], *parent = i && rnd(2) ? &forest[rnd(i)] : &root;
    uint64_t size = rnd(8) ? 1 + rnd(SPAN / 2) : rnd(2) ? 0 : UINT64_MAX;
    char name[16];

    if (i && rnd(4) == 0) { /* only older regions are shown, so there is no cycle */
        snprintf(name, sizeof(name), "window%u", i);
        memory_region_init_alias(mr, NULL, name, &forest[rnd(i)], rnd(SPAN / 2), size);
        parent = &root;
    } else if (rnd(3) == 0) {
        snprintf(name, sizeof(name), "box%u", i);
        memory_region_init(mr, NULL, name, size);
    } else {
        snprintf(name, sizeof(name), "io%u", i);
        io(mr, name, size);
    }
    while (parent->alias) {
        parent = &root;
    }
    memory_region_set_enabled(mr, rnd(8) != 0);
    memory_region_set_readonly(mr, rnd(4) == 0);
    memory_region_add_subregion_overlap(parent, rnd(SPAN), mr, (int)rnd(4) - 1);
}

/* For the student: the tree, winners first, with addresses inside the region above. */
static void print_tree(const MemoryRegion *mr, unsigned depth)
{
    const MemoryRegion *sub;

    fprintf(stderr, "%*s%s at %" PRIx64 ", size %" PRIx64, 2 * depth, "", mr->name, mr->addr,
            mr->size);
    if (mr->alias) {
        fprintf(stderr, ", shows %s from %" PRIx64 " on", mr->alias->name, mr->alias_offset);
    }
    fprintf(stderr, "%s%s\n", mr->readonly ? ", readonly" : "", mr->enabled ? "" : ", disabled");
    LIST_FOREACH(sub, &mr->subregions, subregions_link) {
        print_tree(sub, depth + 1);
    }
}

/* Fails, with all that is known about the tree, unless @right. */
static void expect_in_tree(bool right, const FlatView *view, unsigned tree, hwaddr addr,
                           const char *expected, const char *found)
{
    Str all = {0};

    if (right) {
        return;
    }
    print_tree(&root, 0);
    show(&all, view);
    expect_true(false, "tree %u, address %#" PRIx64 ": expected %s, found %s\nin the view: %s",
                tree, addr, expected, found, str_get(&all));
}

static void describe(char *text, size_t size, const MemoryRegion *mr, hwaddr offset, bool readonly)
{
    snprintf(text, size, "%s+%" PRIx64 "%s", mr->name, offset, readonly ? " readonly" : "");
}

static void compare_at(const FlatView *view, hwaddr addr, unsigned tree)
{
    char expected[64] = "a hole", found[64] = "a hole";
    const FlatRange *r = flatview_lookup(view, addr);
    Answer want = {NULL, 0, false};

    if (ask(&root, addr, false, &want)) {
        describe(expected, sizeof(expected), want.mr, want.offset, want.readonly);
    }
    if (r) {
        describe(found, sizeof(found), r->mr, r->offset + (addr - r->first), r->readonly);
    }
    expect_in_tree(!strcmp(expected, found), view, tree, addr, expected, found);
}

static void test_random_trees_are_what_asking_byte_by_byte_says(void **state)
{
    for (unsigned tree = 0; tree < TREES; tree++) {
        unsigned count = 1 + rnd(1 + tree * REGIONS / TREES);
        FlatView *view;

        begin(UINT64_MAX);
        for (unsigned i = 0; i < count; i++) {
            add_random(i);
        }
        view = flatview_new(&root);
        for (size_t i = 1; i < view->count; i++) {
            expect_in_tree(view->ranges[i - 1].last < view->ranges[i].first, view, tree,
                           view->ranges[i].first, "ranges in order", "two that overlap");
        }
        for (hwaddr addr = 0; addr < 4 * SPAN; addr++) {
            compare_at(view, addr, tree);
        }
        compare_at(view, UINT64_MAX, tree);
        flatview_free(view);
        while (count--) {
            memory_region_del_subregion(forest[count].container, &forest[count]);
            memory_region_finalize(&forest[count]);
        }
        memory_region_finalize(&root);
        bql_unlock();
    }
}

const LabTest lab_tests[] = {
    LAB_TEST(test_search_finds_the_range_that_ends_at_the_address_or_later, 6,
             "flatview_search: which range is the first whose last address is not below addr? Mind "
             "an address just behind a range, and one behind them all"),
    LAB_TEST(test_lookup_finds_a_range_or_a_hole, 6,
             "flatview_lookup: what flatview_search finds may begin only after the address, and it "
             "may find nothing"),
    LAB_TEST(test_ranges_are_equal_when_every_member_is, 4,
             "flatrange_equal: look at each member of FlatRange in mem/flatview.h, and at nothing "
             "else that its bytes hold"),
    LAB_TEST(test_regions_side_by_side_are_listed_by_address, 6,
             "render: a child's byte 0 is at its container's base plus child->addr; the list stays "
             "sorted when a range is put where flatview_search says"),
    LAB_TEST(test_a_winner_cuts_the_loser_into_pieces, 8,
             "filling gaps: a region may have to be entered in several pieces; where does the "
             "offset of the second piece begin?"),
    LAB_TEST(test_priority_decides_an_overlap_and_then_the_order_of_adding, 6,
             "render: mr->subregions is sorted already, winners first; who comes first keeps what "
             "it has"),
    LAB_TEST(test_a_child_is_shown_only_inside_its_container, 8,
             "render: each step down makes the window [first, end) smaller, never larger; a region "
             "that is not enabled takes all below it along"),
    LAB_TEST(test_an_alias_shows_a_part_of_another_region, 8,
             "render, the alias: if its byte 0 is at base, where would byte 0 of the target be?"),
    LAB_TEST(test_an_alias_of_an_alias_of_a_container_is_followed, 4,
             "render, the alias: the target is rendered like any other region, by render itself"),
    LAB_TEST(test_readonly_is_inherited_from_above, 6,
             "render: readonly is true from the first region on that says so, all the way down"),
    LAB_TEST(test_neighbours_that_continue_each_other_are_joined, 8,
             "joining: same region, next address, next offset, same readonly; after joining two, "
             "the third is compared with the longer one"),
    LAB_TEST(test_the_last_byte_of_the_address_space_can_be_reached, 6,
             "ends are half open in 128 bits and inclusive in 64; UINT64_MAX as a size means 2^64"),
    LAB_TEST(test_ram_and_flash_carry_their_memory_and_mode, 4,
             "FlatRange has a copy of the region's RAM block, rom_device and romd_mode; the view's "
             "own members are set by flatview_new of starter.c"),
    LAB_TEST(test_a_thousand_regions_fit_in_a_view, 4,
             "the array grows: count, capacity, and xrealloc"),
    LAB_TEST(test_random_trees_are_what_asking_byte_by_byte_says, 4,
             "something in a mixture of priorities, windows and containers: make the tests above "
             "pass first, then draw the tree that is printed here"),
    LAB_TESTS_END,
};
