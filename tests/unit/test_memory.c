/* SPDX-License-Identifier: MIT */
/* mem: the access-size rules, the re-entrancy guard, holes, and how trees are printed. */
#include "mem/memory.h"

#include "base/bql.h"
#include "base/log.h"
#include "mem/dma.h"
#include "unit/unit.h"

/* A device that remembers each access, and reads as its offsets: byte n is 0x10 + n. */
typedef struct Probe {
    MemoryRegion mr;
    MemoryRegionOps ops;
    unsigned count;
    struct {
        hwaddr addr;
        uint64_t data;
        unsigned size;
    } seen[16];
} Probe;

static uint64_t pattern(hwaddr addr, unsigned size)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < size; i++) {
        v |= (0x10 + addr + i) << 8 * i;
    }
    return v;
}

static void note(Probe *p, hwaddr addr, uint64_t data, unsigned size)
{
    if (p->count < ARRAY_SIZE(p->seen)) {
        p->seen[p->count].addr = addr;
        p->seen[p->count].data = data;
        p->seen[p->count].size = size;
    }
    p->count++;
}

static uint64_t probe_read(void *opaque, hwaddr addr, unsigned size)
{
    Probe *p = opaque;
    uint64_t v = pattern(addr, size);

    note(p, addr, 0, size);
    return p->ops.endianness == DEVICE_BIG_ENDIAN ? __builtin_bswap64(v) >> (64 - 8 * size) : v;
}

static void probe_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    note(opaque, addr, data, size);
}

static void probe_init(Probe *p, AccessSizes valid, AccessSizes impl)
{
    *p = (Probe){.ops = {.read = probe_read, .write = probe_write, .valid = valid, .impl = impl}};
    memory_region_init_io(&p->mr, NULL, &p->ops, p, "probe", 0x40);
}

static const AccessSizes any = {0};

static void test_each_size_from_8_to_64_bits_reads_what_lies_there(void **state)
{
    for (unsigned impl_min = 1; impl_min <= 8; impl_min *= 2) {
        for (unsigned impl_max = impl_min; impl_max <= 8; impl_max *= 2) {
            for (unsigned size = 1; size <= 8; size *= 2) {
                for (hwaddr addr = 0; addr < 16; addr++) {
                    Probe p;
                    uint64_t v;

                    probe_init(&p, (AccessSizes){1, 8, true},
                               (AccessSizes){impl_min, impl_max, true});
                    assert_int_equal(memory_region_dispatch_read(&p.mr, addr, &v, size), MEMTX_OK);
                    assert_int_equal(v, pattern(addr, size));
                    for (unsigned i = 0; i < p.count; i++) {
                        assert_in_range(p.seen[i].size, impl_min, impl_max);
                    }
                    p.ops.endianness = DEVICE_BIG_ENDIAN;
                    assert_int_equal(memory_region_dispatch_read(&p.mr, addr, &v, size), MEMTX_OK);
                    assert_int_equal(v, pattern(addr, size));
                    memory_region_finalize(&p.mr);
                }
            }
        }
    }
}

static void test_a_wide_write_is_split_lowest_address_first(void **state)
{
    Probe p;

    probe_init(&p, any, (AccessSizes){.max = 2});
    assert_int_equal(memory_region_dispatch_write(&p.mr, 8, 0x8877665544332211, 8), MEMTX_OK);
    assert_int_equal(p.count, 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(p.seen[i].addr, 8 + 2 * i);
        assert_int_equal(p.seen[i].size, 2);
    }
    assert_int_equal(p.seen[0].data, 0x2211);
    assert_int_equal(p.seen[3].data, 0x8877);
    memory_region_finalize(&p.mr);
}

static void test_a_narrow_write_reaches_its_lane_of_the_aligned_word(void **state)
{
    Probe p;

    probe_init(&p, any, (AccessSizes){.min = 4, .max = 4});
    assert_int_equal(memory_region_dispatch_write(&p.mr, 6, 0xabcd, 2), MEMTX_OK);
    assert_int_equal(p.count, 1);
    assert_int_equal(p.seen[0].addr, 4);
    assert_int_equal(p.seen[0].size, 4);
    assert_int_equal(p.seen[0].data, 0xabcd0000);
    memory_region_finalize(&p.mr);
}

static void test_a_big_endian_device_gets_the_value_it_means(void **state)
{
    Probe p;

    probe_init(&p, any, any);
    p.ops.endianness = DEVICE_BIG_ENDIAN;
    assert_int_equal(memory_region_dispatch_write(&p.mr, 0, 0x3412, 2), MEMTX_OK);
    assert_int_equal(p.seen[0].data, 0x1234);
    memory_region_finalize(&p.mr);
}

static void test_an_access_outside_valid_is_a_bus_error_and_never_seen(void **state)
{
    Probe p;
    uint64_t v = 0;

    probe_init(&p, (AccessSizes){.min = 4, .max = 4}, any);
    assert_int_equal(memory_region_dispatch_read(&p.mr, 0, &v, 1), MEMTX_DECODE_ERROR);
    assert_int_equal(v, 0xff);
    assert_int_equal(memory_region_dispatch_read(&p.mr, 0, &v, 8), MEMTX_DECODE_ERROR);
    assert_int_equal(memory_region_dispatch_write(&p.mr, 2, 0, 4), MEMTX_DECODE_ERROR);
    assert_int_equal(p.count, 0);
    assert_int_equal(memory_region_dispatch_read(&p.mr, 4, &v, 4), MEMTX_OK);
    assert_int_equal(p.count, 1);
    memory_region_finalize(&p.mr);
}

/* ---- the guard ---- */

static int master, victim; /* two devices */
static MemTxResult inner_result;
static unsigned depth;

/* A write of N makes the device write to address N. */
static void dma_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    depth++;
    dma_st_le(&address_space_memory, opaque, data, 1, 4, &inner_result);
    depth--;
}

static uint64_t read_zero(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static const MemoryRegionOps dma_ops = {.read = read_zero, .write = dma_write};

static void test_dma_that_comes_round_to_the_device_is_a_bus_error(void **state)
{
    MemoryRegion a, b, ram;
    MemTxResult r;

    memory_region_init_io(&a, &master, &dma_ops, &master, "dma-a", 0x1000);
    memory_region_init_io(&b, &victim, &dma_ops, &victim, "dma-b", 0x1000);
    assert_true(memory_region_init_ram(&ram, NULL, "ram", 0x1000, NULL));
    memory_region_add_subregion(get_system_memory(), 0x1000, &a);
    memory_region_add_subregion(get_system_memory(), 0x2000, &b);
    memory_region_add_subregion(get_system_memory(), 0x3000, &ram);

    address_space_stl_le(&address_space_memory, 0x1000, 0x3000, &r); /* to RAM: fine */
    assert_int_equal(r, MEMTX_OK);
    assert_int_equal(inner_result, MEMTX_OK);
    assert_int_equal(address_space_ldl_le(&address_space_memory, 0x3000, NULL), 1);

    address_space_stl_le(&address_space_memory, 0x1000, 0x1000, &r); /* to itself */
    assert_int_equal(r, MEMTX_OK);
    assert_int_equal(inner_result, MEMTX_ERROR);
    assert_int_equal(depth, 0);

    /* a bottom half's access counts as the device's own, too */
    dma_st_le(&address_space_memory, &master, 0x1000, 0, 4, &r);
    assert_int_equal(r, MEMTX_ERROR);
    /* another device may */
    dma_st_le(&address_space_memory, &master, 0x2000, 0x3004, 4, &r);
    assert_int_equal(r, MEMTX_OK);
    assert_int_equal(inner_result, MEMTX_OK);
    assert_int_equal(address_space_ldl_le(&address_space_memory, 0x3004, NULL), 1);

    memory_region_del_subregion(get_system_memory(), &a);
    memory_region_del_subregion(get_system_memory(), &b);
    memory_region_del_subregion(get_system_memory(), &ram);
    memory_region_finalize(&a);
    memory_region_finalize(&b);
    memory_region_finalize(&ram);
}

/* ---- holes ---- */

static void tell_pc(Str *out)
{
    str_append(out, "pc 0x1234 (main+0x4)");
}

static char *log_of(void (*fn)(void))
{
    static char text[1024];
    char path[] = "/tmp/test_memory_XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "r");
    size_t n;

    assert_true(log_set_file(path, NULL));
    fn();
    assert_true(log_set_file("/dev/null", NULL));
    n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = 0;
    fclose(f);
    remove(path);
    return text;
}

static void touch_hole(void)
{
    MemTxResult r;

    assert_int_equal(address_space_ldl_le(&address_space_memory, 0x5010, &r), 0xffffffff);
    assert_int_equal(r, MEMTX_DECODE_ERROR);
}

static void test_an_access_to_a_hole_names_the_nearest_region_and_the_pc(void **state)
{
    Probe p;
    char *text;

    probe_init(&p, any, any);
    memory_region_add_subregion(get_system_memory(), 0x5000 - 0x40, &p.mr);
    memory_set_whereabouts_hook(tell_pc);
    text = log_of(touch_hole);
    memory_set_whereabouts_hook(NULL);
    assert_non_null(strstr(text, "0x5010"));
    assert_non_null(strstr(text, "probe at 0x4fc0-0x4fff"));
    assert_non_null(strstr(text, "pc 0x1234 (main+0x4)"));
    memory_region_del_subregion(get_system_memory(), &p.mr);
    memory_region_finalize(&p.mr);
}

static void test_a_port_without_device_reads_as_ones(void **state)
{
    MemTxResult r;

    assert_int_equal(address_space_ldw_le(&address_space_io, 0x61, &r), 0xffff);
    assert_int_equal(r, MEMTX_OK);
}

static void test_mtree_prints_trees_and_flat_views_as_qemu_does(void **state)
{
    MemoryRegion ram, alias, io, off;
    Str out = {0};

    assert_true(memory_region_init_rom(&ram, NULL, "board.rom", 0x2000, NULL));
    memory_region_init_alias(&alias, NULL, "rom-window", &ram, 0x1000, 0x1000);
    memory_region_init_io(&io, NULL, &dma_ops, NULL, "uart", 8);
    memory_region_init_io(&off, NULL, &dma_ops, NULL, "off", 0x10);
    memory_region_add_subregion(get_system_memory(), 0x10000, &io);
    memory_region_add_subregion_overlap(get_system_memory(), 0x8000, &alias, -1);
    memory_region_add_subregion(get_system_memory(), 0x20000, &off);
    memory_region_set_enabled(&off, false);

    mtree_print(&out, 0);
    assert_string_equal(
        str_get(&out),
        "address-space: memory\n"
        "  0000000000000000-ffffffffffffffff (prio 0, i/o): system\n"
        "    0000000000008000-0000000000008fff (prio -1, rom): alias rom-window @board.rom "
        "0000000000001000-0000000000001fff\n"
        "    0000000000010000-0000000000010007 (prio 0, i/o): uart\n"
        "    0000000000020000-000000000002000f (prio 0, i/o): off [disabled]\n"
        "\n"
        "address-space: I/O\n"
        "  0000000000000000-000000000000ffff (prio 0, i/o): io\n"
        "\n"
        "memory-region: board.rom\n"
        "  0000000000000000-0000000000001fff (prio 0, rom): board.rom\n"
        "\n");
    str_free(&out);

    mtree_print(&out, MTREE_FLAT);
    assert_string_equal(
        str_get(&out),
        "FlatView #0\n"
        " AS \"memory\", root: system\n"
        " Root memory region: system\n"
        "  0000000000008000-0000000000008fff (prio 0, rom): board.rom @0000000000001000\n"
        "  0000000000010000-0000000000010007 (prio 0, i/o): uart\n"
        "\n"
        "FlatView #1\n"
        " AS \"I/O\", root: io\n"
        " Root memory region: io\n"
        "  0000000000000000-000000000000ffff (prio 0, i/o): io\n"
        "\n");
    str_free(&out);
    memory_region_del_subregion(get_system_memory(), &alias);
    memory_region_del_subregion(get_system_memory(), &io);
    memory_region_del_subregion(get_system_memory(), &off);
    memory_region_finalize(&alias);
    memory_region_finalize(&io);
    memory_region_finalize(&off);
    memory_region_finalize(&ram);
}

static int setup(void **state)
{
    log_set_file("/dev/null", NULL);
    bql_lock();
    io_mem_init();
    memory_map_init();
    return 0;
}

static int teardown(void **state)
{
    memory_map_destroy();
    bql_unlock();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_size_from_8_to_64_bits_reads_what_lies_there),
        cmocka_unit_test(test_a_wide_write_is_split_lowest_address_first),
        cmocka_unit_test(test_a_narrow_write_reaches_its_lane_of_the_aligned_word),
        cmocka_unit_test(test_a_big_endian_device_gets_the_value_it_means),
        cmocka_unit_test(test_an_access_outside_valid_is_a_bus_error_and_never_seen),
        cmocka_unit_test(test_dma_that_comes_round_to_the_device_is_a_bus_error),
        cmocka_unit_test(test_an_access_to_a_hole_names_the_nearest_region_and_the_pc),
        cmocka_unit_test(test_a_port_without_device_reads_as_ones),
        cmocka_unit_test(test_mtree_prints_trees_and_flat_views_as_qemu_does),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
