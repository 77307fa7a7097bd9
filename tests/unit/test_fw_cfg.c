/* SPDX-License-Identifier: MIT */
/* hw/nvram/fw_cfg. */
#include "unit/device_test.h"
#include "hw/nvram/fw_cfg.h"
#include <endian.h>

enum { FW_CFG = 0x10100000, SELECT = FW_CFG + 8, DMA = FW_CFG + 16 };
#define DESC (TEST_RAM + 0x100)
#define BUF  (TEST_RAM + 0x1000)

static Device *fw;

static int up(void **state)
{
    machine_up(state);
    fw = realize_at(device_new(TYPE_FW_CFG_MEM, NULL), FW_CFG);
    return 0;
}

static void choose(uint16_t key)
{
    mem_write(SELECT, htobe16(key), 2);
}

/* Start a DMA through the descriptor at DESC; returns the control word it leaves. */
static uint32_t dma(uint32_t control, uint32_t len, uint64_t addr)
{
    mem_write32(DESC, htobe32(control));
    mem_write32(DESC + 4, htobe32(len));
    mem_write(DESC + 8, htobe64(addr), 8);
    mem_write(DMA, htobe64(DESC), 8);
    return be32toh(mem_read32(DESC));
}

static void test_the_signature_reads_byte_by_byte_and_as_a_word(void **state)
{
    choose(FW_CFG_SIGNATURE);
    assert_int_equal(mem_read(FW_CFG, 1), 'Q');
    assert_int_equal(mem_read(FW_CFG, 1), 'E');
    assert_int_equal(mem_read(FW_CFG, 1), 'M');
    assert_int_equal(mem_read(FW_CFG, 1), 'U');
    assert_int_equal(mem_read(FW_CFG, 1), 0); /* behind the end */
    choose(FW_CFG_SIGNATURE);
    assert_int_equal(mem_read(FW_CFG, 8), 0x554d4551);
    assert_int_equal(be64toh(mem_read(DMA, 8)), 0x51454d5520434647);
    assert_int_equal(be32toh(mem_read(DMA + 4, 4)), 0x20434647);
    choose(FW_CFG_ID);
    assert_int_equal(mem_read(FW_CFG, 4), 3);
}

static void test_bit_14_of_a_key_means_writing_and_selects_the_same_item(void **state)
{
    choose(0x4000 | FW_CFG_SIGNATURE);
    assert_int_equal(mem_read(FW_CFG, 4), 0x554d4551);
}

static void test_a_write_of_no_bytes_is_no_write(void **state)
{
    assert_int_equal(dma(16, 0, BUF), 0);
    assert_int_equal(dma(16, 1, BUF), 1);
}

static void test_zeroes_go_as_far_as_there_is_memory(void **state)
{
    mem_write32(BUF + 4, 0x55555555);
    assert_int_equal(dma(FW_CFG_SIGNATURE << 16 | 8 | 2, UINT32_MAX, BUF), 1);
    assert_int_equal(mem_read32(BUF), 0x554d4551);
    assert_int_equal(mem_read32(BUF + 4), 0);
}

static void test_files_are_listed_in_the_directory(void **state)
{
    char name[56] = {0};

    assert_true(fw_cfg_add_file(fw, "opt/a", "hello", 5, NULL));
    assert_true(fw_cfg_add_file(fw, "opt/b", "x", 1, NULL));
    assert_true(fw_cfg_add_file(fw, "opt/a", "hello!", 6, NULL)); /* replaced, not added */
    choose(FW_CFG_FILE_DIR);
    assert_int_equal(be32toh(mem_read32(FW_CFG)), 2);
    assert_int_equal(be32toh(mem_read32(FW_CFG)), 6);
    assert_int_equal(be16toh(mem_read(FW_CFG, 2)), FW_CFG_FILE_FIRST);
    mem_read(FW_CFG, 2);
    for (int i = 0; i < 56; i++) {
        name[i] = mem_read(FW_CFG, 1);
    }
    assert_string_equal(name, "opt/a");
    choose(FW_CFG_FILE_FIRST);
    assert_int_equal(mem_read(FW_CFG, 1), 'h');
}

static void test_dma_selects_skips_and_reads_with_zeroes_behind_the_end(void **state)
{
    char got[8];

    fw_cfg_add_bytes(fw, FW_CFG_KERNEL_DATA, "0123456789", 10);
    address_space_set(&address_space_memory, BUF, 0xff, 16);
    assert_int_equal(dma(FW_CFG_KERNEL_DATA << 16 | 8 | 4, 6, 0), 0);
    assert_int_equal(dma(2, 6, BUF), 0);
    address_space_read(&address_space_memory, BUF, got, 8);
    assert_memory_equal(got, "6789\0\0\xff\xff", 8);
}

static void test_bad_dma_is_answered_with_the_error_bit(void **state)
{
    assert_int_equal(dma(FW_CFG_ID << 16 | 8 | 2, 4, 0x40000000), 1); /* no memory there */
    assert_int_equal(dma(FW_CFG_ID << 16 | 8 | 16, 4, BUF), 1);       /* a write */
    assert_int_equal(dma(0x7777 << 16 | 8 | 2, 4, BUF), 0);           /* an unknown item is empty */
    assert_int_equal(mem_read32(BUF), 0);
    mem_write(DMA, htobe64(0x40000000), 8); /* no descriptor there: nothing happens */
    assert_int_equal(dma(FW_CFG_ID << 16 | 8 | 2, 4, FW_CFG), 1); /* its own registers */
}

static void test_the_dma_address_may_be_written_in_halves(void **state)
{
    mem_write32(DESC, htobe32(FW_CFG_ID << 16 | 8 | 2));
    mem_write32(DESC + 4, htobe32(4));
    mem_write(DESC + 8, htobe64(BUF), 8);
    mem_write32(DMA, 0);
    mem_write32(DMA + 4, htobe32(DESC));
    assert_int_equal(mem_read32(DESC), 0);
    assert_int_equal(mem_read32(BUF), 3);
}

static void test_too_many_files_are_refused(void **state)
{
    char name[64];
    Error *err = NULL;

    for (int i = 0; i < FW_CFG_FILES_MAX; i++) {
        snprintf(name, sizeof(name), "f%d", i);
        assert_true(fw_cfg_add_file(fw, name, "", 0, NULL));
    }
    assert_false(fw_cfg_add_file(fw, "more", "", 0, &err));
    assert_non_null(strstr(err_msg(err), "more than 32"));
    err_free(err);
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = 0;
    assert_false(fw_cfg_add_file(fw, name, "", 0, NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, machine_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_the_signature_reads_byte_by_byte_and_as_a_word),
        T(test_bit_14_of_a_key_means_writing_and_selects_the_same_item),
        T(test_a_write_of_no_bytes_is_no_write),
        T(test_zeroes_go_as_far_as_there_is_memory),
        T(test_files_are_listed_in_the_directory),
        T(test_dma_selects_skips_and_reads_with_zeroes_behind_the_end),
        T(test_bad_dma_is_answered_with_the_error_bit),
        T(test_the_dma_address_may_be_written_in_halves),
        T(test_too_many_files_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
