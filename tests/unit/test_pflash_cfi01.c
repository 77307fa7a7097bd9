/* SPDX-License-Identifier: MIT */
/* hw/block/pflash_cfi01: two 16-bit chips side by side, as on the virt board. */
#include "unit/device_test.h"
#include "backend/block/block.h"
#include "base/alloc.h"
#include <fcntl.h>
#include <unistd.h>

enum { FLASH = 0x20000000, BLOCKS = 4, SECTOR = 64 * 1024, SIZE = BLOCKS * SECTOR };

static char path[] = "/tmp/teemu-test-flash-XXXXXX";
static int fd;
static Device *flash;

static Device *new_flash(const char *drive)
{
    Device *dev = device_new("cfi.pflash01", NULL);

    object_property_set_uint(&dev->obj, "num-blocks", BLOCKS, NULL);
    object_property_set_uint(&dev->obj, "sector-length", SECTOR, NULL);
    object_property_set_str(&dev->obj, "drive", drive, NULL);
    return dev;
}

static void make_drive(size_t size, const char *more)
{
    char *text = xasprintf("file=%s,if=pflash,format=raw,id=f0%s", path, more);
    KeyVals *kv = keyval_parse("-drive", text, NULL, NULL);

    assert_int_equal(ftruncate(fd, size), 0);
    assert_non_null(blk_new_from_opts(kv, false, NULL));
    keyval_free(kv);
    free(text);
}

static int up_file(void **state)
{
    machine_up(state);
    strcpy(path + strlen(path) - 6, "XXXXXX");
    fd = mkstemp(path);
    return 0;
}

static int up(void **state)
{
    up_file(state);
    make_drive(SIZE, "");
    assert_int_equal(pwrite(fd, "boot", 4, 16), 4);
    flash = realize_at(new_flash("f0"), FLASH);
    return 0;
}

static int down(void **state)
{
    machine_down(state);
    blk_cleanup();
    close(fd);
    unlink(path);
    return 0;
}

static void cmd(uint32_t off, uint8_t c)
{
    mem_write32(FLASH + off, c << 16 | c);
}

static uint32_t rd(uint32_t off)
{
    return mem_read32(FLASH + off);
}

static uint32_t in_file(uint32_t off)
{
    uint32_t v;

    assert_int_equal(pread(fd, &v, 4, off), 4);
    return v;
}

static void test_it_reads_as_memory(void **state)
{
    assert_int_equal(rd(16), 0x746f6f62);
    assert_int_equal(mem_read(FLASH + 17, 1), 'o');
    assert_int_equal(mem_read(FLASH + 16, 8), 0x746f6f62);
}

static void test_the_cfi_table_is_given_by_both_chips(void **state)
{
    cmd(0x55 * 4, 0x98);
    assert_int_equal(rd(0x10 * 4), 0x00510051);
    assert_int_equal(rd(0x11 * 4), 0x00520052);
    assert_int_equal(rd(0x12 * 4), 0x00590059);
    assert_int_equal(mem_read(FLASH + 0x10 * 4 + 2, 2), 0x51);
    assert_int_equal(rd(0x27 * 4) & 0xff, 17); /* 128 KiB a chip */
    assert_int_equal(rd(0x2d * 4) & 0xff, BLOCKS - 1);
    assert_int_equal(rd(0x2f * 4) & 0xff, 0x80); /* 32 KiB blocks: 0x80 times 256 */
    cmd(0, 0xff);
    assert_int_equal(rd(16), 0x746f6f62);
}

static void test_the_ids_are_intels(void **state)
{
    cmd(0, 0x90);
    assert_int_equal(rd(0), 0x00890089);
    assert_int_equal(rd(4), 0x00180018);
    cmd(0, 0xff);
}

static void test_erasing_and_programming_reach_the_drive(void **state)
{
    cmd(SECTOR, 0x20);
    cmd(SECTOR, 0xd0);
    assert_int_equal(rd(SECTOR), 0x00800080); /* status: ready, no error */
    cmd(0, 0xff);
    assert_int_equal(rd(SECTOR), 0xffffffff);
    assert_int_equal(in_file(2 * SECTOR - 4), 0xffffffff);
    assert_int_equal(in_file(2 * SECTOR), 0);
    cmd(SECTOR + 8, 0x40);
    mem_write32(FLASH + SECTOR + 8, 0x12345678);
    cmd(0, 0xff);
    assert_int_equal(rd(SECTOR + 8), 0x12345678);
    assert_int_equal(in_file(SECTOR + 8), 0x12345678);
    cmd(SECTOR + 8, 0x10); /* ones do not come back without erasing */
    mem_write32(FLASH + SECTOR + 8, 0xffff0000);
    cmd(0, 0xff);
    assert_int_equal(rd(SECTOR + 8), 0x12340000);
}

static void test_a_buffer_is_programmed_at_once(void **state)
{
    cmd(0, 0x20);
    cmd(0, 0xd0);
    cmd(0x100, 0xe8);
    assert_int_equal(rd(0), 0x00800080);
    cmd(0x100, 3); /* four words */
    for (int i = 0; i < 4; i++) {
        mem_write32(FLASH + 0x100 + 4 * i, 0xabcd0000 + i);
    }
    assert_int_equal(in_file(0x100), 0xffffffff);
    cmd(0x100, 0xd0);
    assert_int_equal(rd(0), 0x00800080);
    cmd(0, 0xff);
    assert_int_equal(rd(0x10c), 0xabcd0003);
    assert_int_equal(in_file(0x10c), 0xabcd0003);
}

static void test_bad_sequences_set_error_bits_until_cleared(void **state)
{
    cmd(0, 0x20);
    cmd(0, 0x11); /* not the confirmation */
    assert_int_equal(rd(0), 0x00b000b0);
    cmd(0, 0x50);
    cmd(0, 0x70);
    assert_int_equal(rd(0), 0x00800080);
    cmd(0, 0xe8);
    mem_write32(FLASH, 0xffffffff); /* too many words */
    assert_int_equal(rd(0), 0x00900090);
    cmd(0, 0x50);
    cmd(0, 0xee); /* no such command */
    assert_int_equal(rd(16), 0x746f6f62);
}

static void test_a_read_only_drive_refuses(void **state)
{
    make_drive(SIZE, ",readonly=on");
    realize_at(new_flash("f0"), FLASH);
    cmd(0, 0x20);
    cmd(0, 0xd0);
    assert_int_equal(rd(0), 0x00a200a2);
    cmd(0, 0x40);
    cmd(0, 0);
    cmd(0, 0xff);
    assert_int_equal(rd(0), 0);
}

static void test_a_drive_of_another_size_is_refused_with_the_fix(void **state)
{
    Error *err = NULL;

    make_drive(SIZE - 4096, "");
    assert_false(device_realize_and_unref(new_flash("f0"), system_bus(), &err));
    assert_non_null(strstr(err_msg(err), "truncate -s 262144"));
    err_free(err);
    assert_true(device_realize_and_unref(new_flash(NULL), system_bus(), NULL));
}

static void test_reset_returns_to_reading(void **state)
{
    cmd(0, 0x90);
    device_reset(flash);
    assert_int_equal(rd(16), 0x746f6f62);
    cmd(0x100, 0xe8);
    cmd(0x100, 1);
    device_reset(flash);
    assert_int_equal(rd(16), 0x746f6f62);
}

static void test_random_writes_do_no_harm(void **state)
{
    unsigned seed = 5;
    static const uint8_t commands[] = {0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0x90, 0x98, 0xd0, 0xe8};

    for (int i = 0; i < 3000; i++) {
        seed = seed * 1103515245 + 12345;
        mem_write(FLASH + (seed >> 8) % SIZE / 8 * 8,
                  i % 3 ? commands[(seed >> 20) % ARRAY_SIZE(commands)] : seed >> 16,
                  1 << (seed >> 28) % 4);
        mem_read32(FLASH + (seed >> 10) % SIZE / 4 * 4);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_it_reads_as_memory),
        T(test_the_cfi_table_is_given_by_both_chips),
        T(test_the_ids_are_intels),
        T(test_erasing_and_programming_reach_the_drive),
        T(test_a_buffer_is_programmed_at_once),
        T(test_bad_sequences_set_error_bits_until_cleared),
        cmocka_unit_test_setup_teardown(test_a_read_only_drive_refuses, up_file, down),
        cmocka_unit_test_setup_teardown(test_a_drive_of_another_size_is_refused_with_the_fix,
                                        up_file, down),
        T(test_reset_returns_to_reading),
        T(test_random_writes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
