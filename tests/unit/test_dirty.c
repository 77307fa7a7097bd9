/* SPDX-License-Identifier: MIT */
/* mem/ram: dirty bits for several clients, pages with code, blocks in memory and in files. */
#include "mem/ram.h"

#include "base/bql.h"
#include "mem/address_space.h"
#include "unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

enum { RAM = 0x80000000, PAGES = 200, SIZE = PAGES * 4096 };

static MemoryRegion ram;
static RAMBlock *block;
static AddressSpace *const as = &address_space_memory;

static int setup(void **state)
{
    bql_lock();
    io_mem_init();
    memory_map_init();
    assert_true(memory_region_init_ram(&ram, NULL, "ram", SIZE, NULL));
    block = ram.ram_block;
    memory_region_add_subregion(get_system_memory(), RAM, &ram);
    return 0;
}

static int teardown(void **state)
{
    memory_region_del_subregion(get_system_memory(), &ram);
    memory_region_finalize(&ram);
    memory_map_destroy();
    bql_unlock();
    return 0;
}

static ram_addr_t page(unsigned n)
{
    return block->offset + n * 4096;
}

static void test_exactly_the_pages_of_a_write_become_dirty(void **state)
{
    memory_region_set_log(&ram, true, DIRTY_VGA);
    for (unsigned first = 60; first < 70; first++) {
        for (unsigned last = first; last < 135; last += 7) {
            physical_memory_test_and_clear_dirty(block->offset, SIZE, DIRTY_VGA);
            assert_false(physical_memory_get_dirty(block->offset, SIZE, DIRTY_VGA));
            /* from the last byte of one page to the first byte of another */
            assert_int_equal(address_space_set(as, RAM + first * 4096 + 4095, 1,
                                               last > first ? (last - first - 1) * 4096 + 2 : 1),
                             MEMTX_OK);
            for (unsigned n = 0; n < PAGES; n++) {
                assert_int_equal(physical_memory_get_dirty(page(n), 1, DIRTY_VGA),
                                 n >= first && n <= last);
            }
        }
    }
    memory_region_set_log(&ram, false, DIRTY_VGA);
}

static void test_clients_do_not_see_each_others_bits(void **state)
{
    memory_region_set_log(&ram, true, DIRTY_VGA);
    memory_global_dirty_log_start();
    assert_true(physical_memory_test_and_clear_dirty(page(3), 4096, DIRTY_VGA));
    assert_false(physical_memory_test_and_clear_dirty(page(3), 4096, DIRTY_VGA));
    assert_true(physical_memory_test_and_clear_dirty(page(3), 4096, DIRTY_MIGRATION));
    memory_global_dirty_log_stop();
    address_space_stb(as, RAM + 3 * 4096, 1, NULL);
    assert_true(physical_memory_get_dirty(page(3), 1, DIRTY_VGA));
    assert_false(
        physical_memory_get_dirty(page(3), 1, DIRTY_MIGRATION)); /* nobody watches for it */
    memory_global_dirty_log_start();
    assert_true(
        physical_memory_get_dirty(page(3), 1, DIRTY_MIGRATION)); /* all is dirty at the start */
    memory_global_dirty_log_stop();
    memory_region_set_log(&ram, false, DIRTY_VGA);
}

static unsigned resets;

static void on_reset(ram_addr_t addr, uint64_t len)
{
    resets++;
}

static void test_a_page_may_be_written_freely_until_someone_must_know(void **state)
{
    memory_set_dirty_reset_hook(on_reset);
    assert_true(ram_write_is_free(block, page(5)));
    memory_page_set_code(page(5));
    assert_false(ram_write_is_free(block, page(5)));
    assert_true(ram_write_is_free(block, page(6)));
    memory_page_clear_code(page(5));
    assert_true(ram_write_is_free(block, page(5)));

    memory_region_set_log(&ram, true, DIRTY_VGA);
    assert_true(ram_write_is_free(block, page(5))); /* dirty already: once more tells nothing new */
    resets = 0;
    assert_true(memory_region_test_and_clear_dirty(&ram, 5 * 4096, 1, DIRTY_VGA));
    assert_int_equal(resets, 1);
    assert_false(ram_write_is_free(block, page(5)));
    ram_written(block, page(5), 1);
    assert_true(ram_write_is_free(block, page(5)));
    memory_region_set_log(&ram, false, DIRTY_VGA);
    memory_set_dirty_reset_hook(NULL);
}

static Str told;

static void on_code_write(ram_addr_t addr, uint64_t len)
{
    str_printf(&told, "%" PRIx64 "+%" PRIx64 " ", addr - block->offset, len);
}

static void test_the_accelerator_hears_of_device_writes_to_code_only(void **state)
{
    memory_set_code_write_hook(on_code_write);
    memory_page_set_code(page(10));
    memory_page_set_code(page(12));
    address_space_set(as, RAM + 9 * 4096, 0, 16);
    assert_string_equal(str_get(&told), "");
    address_space_set(as, RAM + 10 * 4096 + 8, 0, 4);
    assert_string_equal(str_get(&told), "a008+4 ");
    str_free(&told);
    ram_written(block, page(9) + 100, 3 * 4096); /* up to page 12, byte 99 */
    assert_string_equal(str_get(&told), "a000+1000 c000+64 ");
    assert_true(memory_page_has_code(page(12))); /* the hook decides */
    str_free(&told);
    memory_page_clear_code(page(10));
    memory_page_clear_code(page(12));
    memory_set_code_write_hook(NULL);
}

static void test_blocks_are_found_by_both_addresses(void **state)
{
    MemoryRegion second;
    RAMBlock *b;

    assert_true(memory_region_init_ram(&second, NULL, "second", 0x3000, NULL));
    b = second.ram_block;
    assert_ptr_equal(ram_block_find(b->offset + 0x2fff), b);
    assert_null(ram_block_find(b->offset + 0x3000));
    assert_ptr_equal(ram_block_find(block->offset), block);
    assert_ptr_equal(ram_block_from_host(b->host + 0x2fff), b);
    assert_null(ram_block_from_host(&second));
    memory_region_finalize(&second);
    assert_null(ram_block_find(page(PAGES) + 0x200000));
}

static void test_a_new_block_is_dirty_and_without_code_where_another_was(void **state)
{
    MemoryRegion second;
    ram_addr_t at;

    assert_true(memory_region_init_ram(&second, NULL, "second", 0x1000, NULL));
    at = memory_region_get_ram_addr(&second);
    memory_page_set_code(at);
    physical_memory_test_and_clear_dirty(at, 4096, DIRTY_VGA);
    memory_region_finalize(&second);
    assert_true(memory_region_init_ram(&second, NULL, "third", 0x1000, NULL));
    assert_int_equal(memory_region_get_ram_addr(&second), at);
    assert_false(memory_page_has_code(at));
    assert_true(physical_memory_get_dirty(at, 1, DIRTY_VGA));
    memory_region_finalize(&second);
}

static void test_a_shared_file_sees_the_guests_writes_and_a_private_one_does_not(void **state)
{
    for (int share = 0; share <= 1; share++) {
        char path[] = "/tmp/test_dirty_XXXXXX";
        int fd = mkstemp(path);
        MemoryRegion mr;
        char c = 0;

        assert_true(memory_region_init_ram_from_file(&mr, NULL, "file", 0x2000, path, share, NULL));
        *(char *)memory_region_get_ram_ptr(&mr) = 'x';
        assert_int_equal(lseek(fd, 0, SEEK_END), 0x2000);
        assert_int_equal(pread(fd, &c, 1, 0), 1);
        assert_int_equal(c, share ? 'x' : 0);
        memory_region_finalize(&mr);
        close(fd);
        unlink(path);
    }
}

static void test_an_impossible_block_is_refused_in_words(void **state)
{
    Error *err = NULL;
    MemoryRegion mr;
    char path[] = "/tmp/test_dirty_XXXXXX";
    int fd = mkstemp(path);

    assert_false(memory_region_init_ram(&mr, NULL, "huge", UINT64_MAX, &err));
    assert_non_null(strstr(err_msg(err), "huge"));
    err_free(err);
    err = NULL;
    assert_false(memory_region_init_ram(&mr, NULL, "none", 0, &err));
    err_free(err);
    err = NULL;
    assert_int_equal(write(fd, "abc", 3), 3);
    assert_false(memory_region_init_ram_from_file(&mr, NULL, "file", 0x2000, path, true, &err));
    assert_non_null(strstr(err_msg(err), "3 bytes"));
    err_free(err);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly_the_pages_of_a_write_become_dirty),
        cmocka_unit_test(test_clients_do_not_see_each_others_bits),
        cmocka_unit_test(test_a_page_may_be_written_freely_until_someone_must_know),
        cmocka_unit_test(test_the_accelerator_hears_of_device_writes_to_code_only),
        cmocka_unit_test(test_blocks_are_found_by_both_addresses),
        cmocka_unit_test(test_a_new_block_is_dirty_and_without_code_where_another_was),
        cmocka_unit_test(test_a_shared_file_sees_the_guests_writes_and_a_private_one_does_not),
        cmocka_unit_test(test_an_impossible_block_is_refused_in_words),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
