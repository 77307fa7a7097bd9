/* SPDX-License-Identifier: MIT */
/* mem/address_space: accesses, translation, mapping, listeners, and readers that race with changes.
 */
#include "mem/address_space.h"

#include "base/bql.h"
#include "base/log.h"
#include "mem/ram.h"
#include "unit/unit.h"

#include <pthread.h>

enum { RAM = 0x80000000, RAM_SIZE = 0x10000, ROM = 0x1000, IO = 0x10000000 };

static MemoryRegion ram, rom, io;
static AddressSpace *const as = &address_space_memory;
static uint8_t regs[0x100];

static uint64_t io_read(void *opaque, hwaddr addr, unsigned size)
{
    uint64_t v = 0;

    assert_true(bql_locked());
    memcpy(&v, regs + addr, size);
    return v;
}

static void io_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    assert_true(bql_locked());
    memcpy(regs + addr, &data, size);
}

static const MemoryRegionOps io_ops = {.read = io_read, .write = io_write};

static int setup(void **state)
{
    log_set_file("/dev/null", NULL);
    bql_lock();
    io_mem_init();
    memory_map_init();
    assert_true(memory_region_init_ram(&ram, NULL, "ram", RAM_SIZE, NULL));
    assert_true(memory_region_init_rom(&rom, NULL, "rom", 0x1000, NULL));
    memory_region_init_io(&io, NULL, &io_ops, NULL, "regs", sizeof(regs));
    memory_region_transaction_begin();
    memory_region_add_subregion(get_system_memory(), RAM, &ram);
    memory_region_add_subregion(get_system_memory(), ROM, &rom);
    memory_region_add_subregion(get_system_memory(), IO, &io);
    memory_region_transaction_commit();
    bql_unlock();
    return 0;
}

static int teardown(void **state)
{
    bql_lock();
    memory_region_del_subregion(get_system_memory(), &ram);
    memory_region_del_subregion(get_system_memory(), &rom);
    memory_region_del_subregion(get_system_memory(), &io);
    memory_region_finalize(&ram);
    memory_region_finalize(&rom);
    memory_region_finalize(&io);
    memory_map_destroy();
    bql_unlock();
    return 0;
}

static void test_what_is_stored_in_each_size_is_loaded_again(void **state)
{
    for (unsigned size = 1; size <= 8; size *= 2) {
        uint64_t mask = ~0ULL >> (64 - 8 * size), v = 0x8877665544332211 & mask;

        for (unsigned i = 0; i < 8; i++) { /* aligned or not */
            MemTxResult r = MEMTX_ERROR;

            address_space_st_le(as, RAM + 0x100 + i, v, size, &r);
            assert_int_equal(r, MEMTX_OK);
            assert_int_equal(address_space_ld_le(as, RAM + 0x100 + i, size, NULL), v);
        }
        address_space_st_le(as, IO + 8, v, size, NULL);
        assert_int_equal(address_space_ld_le(as, IO + 8, size, NULL), v);
    }
    assert_int_equal(address_space_ldb(as, RAM + 0x107, NULL), 0x11);
}

static void test_a_transfer_may_cross_ram_io_and_holes(void **state)
{
    uint8_t out[64], in[64];

    for (int i = 0; i < 64; i++) {
        out[i] = i + 1;
    }
    assert_int_equal(address_space_write(as, IO + 3, out, 64),
                     MEMTX_OK); /* pieces as io takes them */
    assert_memory_equal(regs + 3, out, 64);
    assert_int_equal(address_space_read(as, IO + 3, in, 64), MEMTX_OK);
    assert_memory_equal(in, out, 64);

    assert_int_equal(address_space_write(as, RAM - 32, out, 64), MEMTX_DECODE_ERROR);
    assert_int_equal(address_space_read(as, RAM - 32, in, 64), MEMTX_DECODE_ERROR);
    assert_int_equal(in[0], 0xff);
    assert_memory_equal(in + 32, out + 32, 32);

    assert_int_equal(address_space_set(as, RAM + 5, 0xa5, 1000), MEMTX_OK);
    assert_int_equal(address_space_ldb(as, RAM + 4, NULL),
                     memory_region_get_ram_ptr(&ram) ? out[36] : 0);
    assert_int_equal(address_space_ldb(as, RAM + 1004, NULL), 0xa5);
    assert_int_not_equal(address_space_ldb(as, RAM + 1005, NULL), 0xa5);
}

static void test_a_transfer_may_end_at_the_last_address(void **state)
{
    uint8_t in[16];

    assert_int_equal(address_space_read(as, UINT64_MAX - 15, in, 16), MEMTX_DECODE_ERROR);
    assert_int_equal(address_space_ldq_le(as, UINT64_MAX - 3, NULL),
                     UINT64_MAX); /* wraps; no harm */
}

static void test_a_rom_ignores_writes_but_the_loader_gets_through(void **state)
{
    uint32_t v = 0x12345678;
    MemTxResult r;

    address_space_stl_le(as, ROM, 1, &r);
    assert_int_equal(r, MEMTX_OK);
    assert_int_equal(address_space_ldl_le(as, ROM, NULL), 0);
    address_space_write_rom(as, ROM, &v, 4);
    assert_int_equal(address_space_ldl_le(as, ROM, NULL), v);
    assert_int_equal(address_space_write(as, ROM, "abcdefgh", 8), MEMTX_OK);
    assert_int_equal(address_space_ldl_le(as, ROM, NULL), v);
}

static void test_translation_says_what_may_be_accessed_directly(void **state)
{
    MemoryRegionSection s;
    hwaddr xlat, len = 0x1000000;

    bql_lock();
    s = address_space_find(as, RAM + 0x1234);
    assert_ptr_equal(s.mr, &ram);
    assert_int_equal(s.first, RAM);
    assert_int_equal(s.last, RAM + RAM_SIZE - 1);
    assert_ptr_equal(memory_section_host(&s, RAM + 0x1234, true),
                     (uint8_t *)memory_region_get_ram_ptr(&ram) + 0x1234);
    assert_int_equal(memory_section_ram_addr(&s, RAM + 0x1234),
                     memory_region_get_ram_addr(&ram) + 0x1234);
    s = address_space_find(as, ROM);
    assert_non_null(memory_section_host(&s, ROM, false));
    assert_null(memory_section_host(&s, ROM, true));
    s = address_space_find(as, IO);
    assert_null(memory_section_host(&s, IO, false));
    s = address_space_find(as, 0x4000);
    assert_ptr_equal(s.mr, &io_mem_unassigned);
    assert_int_equal(s.first, 0x2000);
    assert_int_equal(s.last, IO - 1);

    assert_ptr_equal(address_space_translate(as, RAM + 0x100, &xlat, &len, false), &ram);
    assert_int_equal(xlat, 0x100);
    assert_int_equal(len, RAM_SIZE - 0x100);
    bql_unlock();
}

static void test_a_rom_device_reads_as_memory_until_told_otherwise(void **state)
{
    MemoryRegion flash;

    bql_lock();
    assert_true(memory_region_init_rom_device(&flash, NULL, &io_ops, NULL, "flash", 0x1000, NULL));
    memory_region_add_subregion(get_system_memory(), 0x20000000, &flash);
    memset(memory_region_get_ram_ptr(&flash), 0x77, 0x1000);
    address_space_stl_le(as, 0x20000010, 0xcafe, NULL); /* a command */
    assert_int_equal(address_space_ldl_le(as, 0x20000010, NULL), 0x77777777);
    memory_region_rom_device_set_romd(&flash, false);
    assert_int_equal(address_space_ldl_le(as, 0x20000010, NULL), 0xcafe);
    memory_region_rom_device_set_romd(&flash, true);
    assert_int_equal(address_space_ldl_le(as, 0x20000010, NULL), 0x77777777);
    memory_region_del_subregion(get_system_memory(), &flash);
    memory_region_finalize(&flash);
    bql_unlock();
}

static void test_compare_and_swap_works_on_ram_only(void **state)
{
    bool failed;

    address_space_stq_le(as, RAM, 5, NULL);
    assert_false(address_space_cmpxchg_le(as, RAM, 8, 4, 6, &failed));
    assert_false(failed);
    assert_true(address_space_cmpxchg_le(as, RAM, 8, 5, 6, &failed));
    assert_int_equal(address_space_ldq_le(as, RAM, NULL), 6);
    assert_true(address_space_cmpxchg_le(as, RAM, 4, 6, 7, &failed));
    assert_int_equal(address_space_ldq_le(as, RAM, NULL), 7);
    address_space_cmpxchg_le(as, IO, 4, 0, 1, &failed);
    assert_true(failed);
    address_space_cmpxchg_le(as, ROM, 4, 0, 1, &failed);
    assert_true(failed);
}

/* ---- mapping ---- */

static void test_ram_is_mapped_directly_and_cut_at_its_end(void **state)
{
    hwaddr len = 0x1000;
    uint8_t *p = address_space_map(as, RAM + RAM_SIZE - 0x10, &len, true);

    assert_ptr_equal(p, (uint8_t *)memory_region_get_ram_ptr(&ram) + RAM_SIZE - 0x10);
    assert_int_equal(len, 0x10);
    physical_memory_test_and_clear_dirty(memory_region_get_ram_addr(&ram), RAM_SIZE, DIRTY_VGA);
    address_space_unmap(as, p, len, true, len);
}

static void test_io_is_mapped_through_a_bounded_number_of_buffers(void **state)
{
    hwaddr len = 16;
    uint8_t *p;
    void *maps[1000];
    int n = 0;

    regs[0] = 42;
    p = address_space_map(as, IO, &len, false);
    assert_int_equal(p[0], 42);
    address_space_unmap(as, p, len, false, len);

    p = address_space_map(as, IO, &len, true);
    memset(p, 0x66, 16);
    address_space_unmap(as, p, len, true, 8);
    assert_int_equal(regs[7], 0x66);
    assert_int_not_equal(regs[8], 0x66);

    while (n < 1000 && (maps[n] = address_space_map(as, 0x5000, &len, true))) {
        n++;
    }
    assert_in_range(n, 1, 999);
    assert_int_equal(len, 0);
    while (n--) {
        address_space_unmap(as, maps[n], 16, true, 0);
    }
}

static void test_ram_outlives_its_region_while_it_is_mapped(void **state)
{
    MemoryRegion extra;
    hwaddr len = 0x1000;
    uint8_t *p;

    bql_lock();
    assert_true(memory_region_init_ram(&extra, NULL, "extra", 0x1000, NULL));
    memory_region_add_subregion(get_system_memory(), 0x40000000, &extra);
    p = address_space_map(as, 0x40000000, &len, true);
    memory_region_del_subregion(get_system_memory(), &extra);
    memory_region_finalize(&extra);
    memset(p, 1, len);
    address_space_unmap(as, p, len, true, len);
    bql_unlock();
}

/* ---- listeners ---- */

typedef struct Diary {
    MemoryListener l;
    Str text;
} Diary;

static void on_add(MemoryListener *l, const MemoryRegionSection *s)
{
    str_printf(&container_of(l, Diary, l)->text, "+%s@%" PRIx64 " ", s->mr->name, s->first);
}

static void on_del(MemoryListener *l, const MemoryRegionSection *s)
{
    str_printf(&container_of(l, Diary, l)->text, "-%s@%" PRIx64 " ", s->mr->name, s->first);
}

static void on_commit(MemoryListener *l)
{
    str_append(&container_of(l, Diary, l)->text, "commit ");
}

static void test_listeners_hear_differences_only_and_once_per_transaction(void **state)
{
    Diary d = {.l = {.region_add = on_add, .region_del = on_del, .commit = on_commit}};
    MemoryRegion a, b;

    bql_lock();
    memory_listener_register(&d.l, as);
    assert_string_equal(str_get(&d.text), "+rom@1000 +regs@10000000 +ram@80000000 commit ");
    str_free(&d.text);
    memory_region_init_io(&a, NULL, &io_ops, NULL, "a", 0x100);
    memory_region_init_io(&b, NULL, &io_ops, NULL, "b", 0x100);

    memory_region_transaction_begin();
    memory_region_add_subregion(get_system_memory(), 0x6000, &a);
    memory_region_add_subregion(get_system_memory(), 0x7000, &b);
    memory_region_set_address(&b, 0x8000);
    memory_region_transaction_commit();
    assert_string_equal(str_get(&d.text), "+a@6000 +b@8000 commit ");
    str_free(&d.text);

    memory_region_transaction_begin(); /* nothing in the end */
    memory_region_set_enabled(&a, false);
    memory_region_set_enabled(&a, true);
    memory_region_transaction_commit();
    assert_string_equal(str_get(&d.text), "");

    memory_region_set_address(&a, 0x6080);
    assert_string_equal(str_get(&d.text), "-a@6000 +a@6080 commit ");
    str_free(&d.text);

    memory_region_del_subregion(get_system_memory(), &a);
    memory_region_del_subregion(get_system_memory(), &b);
    str_free(&d.text);
    memory_listener_unregister(&d.l);
    assert_string_equal(str_get(&d.text), "-ram@80000000 -regs@10000000 -rom@1000 commit ");
    str_free(&d.text);
    memory_region_finalize(&a);
    memory_region_finalize(&b);
    bql_unlock();
}

static void test_address_spaces_with_one_root_share_one_view(void **state)
{
    AddressSpace cpu;

    bql_lock();
    address_space_init(&cpu, get_system_memory(), "cpu");
    assert_ptr_equal(cpu.view, as->view);
    memory_region_set_enabled(&io, false);
    assert_ptr_equal(cpu.view, as->view);
    memory_region_set_enabled(&io, true);
    address_space_destroy(&cpu);
    bql_unlock();
}

/* ---- races ---- */

static atomic_bool stop;

static void *hammer(void *arg)
{
    long bad = 0;

    while (!atomic_load(&stop)) {
        MemTxResult r;
        uint32_t v = address_space_ldl_le(as, 0x70000000, &r);

        bad += r == MEMTX_OK && v != 0x5a5a5a5a;
        address_space_ldl_le(as, IO, NULL);
    }
    return (void *)bad;
}

static void test_readers_race_with_ram_that_comes_and_goes(void **state)
{
    pthread_t t[2];

    atomic_store(&stop, false);
    for (int i = 0; i < 2; i++) {
        pthread_create(&t[i], NULL, hammer, NULL);
    }
    for (int i = 0; i < 300; i++) {
        MemoryRegion extra;

        bql_lock();
        assert_true(memory_region_init_ram(&extra, NULL, "extra", 0x1000, NULL));
        memset(memory_region_get_ram_ptr(&extra), 0x5a, 0x1000);
        memory_region_add_subregion(get_system_memory(), 0x70000000, &extra);
        bql_unlock();
        bql_lock();
        memory_region_del_subregion(get_system_memory(), &extra);
        memory_region_finalize(&extra);
        bql_unlock();
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        void *bad;

        pthread_join(t[i], &bad);
        assert_null(bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_stored_in_each_size_is_loaded_again),
        cmocka_unit_test(test_a_transfer_may_cross_ram_io_and_holes),
        cmocka_unit_test(test_a_transfer_may_end_at_the_last_address),
        cmocka_unit_test(test_a_rom_ignores_writes_but_the_loader_gets_through),
        cmocka_unit_test(test_translation_says_what_may_be_accessed_directly),
        cmocka_unit_test(test_a_rom_device_reads_as_memory_until_told_otherwise),
        cmocka_unit_test(test_compare_and_swap_works_on_ram_only),
        cmocka_unit_test(test_ram_is_mapped_directly_and_cut_at_its_end),
        cmocka_unit_test(test_io_is_mapped_through_a_bounded_number_of_buffers),
        cmocka_unit_test(test_ram_outlives_its_region_while_it_is_mapped),
        cmocka_unit_test(test_listeners_hear_differences_only_and_once_per_transaction),
        cmocka_unit_test(test_address_spaces_with_one_root_share_one_view),
        cmocka_unit_test(test_readers_race_with_ram_that_comes_and_goes),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
