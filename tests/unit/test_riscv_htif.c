/* SPDX-License-Identifier: MIT */
/* hw/char/riscv_htif. */
#include "unit/device_test.h"
#include "base/alloc.h"
#include "hw/char/riscv_htif.h"
#include "loop/runstate.h"
#include "unit/chr_test.h"

#define TOHOST   (TEST_RAM + 0x1000)
#define FROMHOST (TEST_RAM + 0x1040)

static TestChr *chr;
static int status;

static int up(void **state)
{
    machine_up(state);
    chr = test_chr_new("c0");
    assert_non_null(htif_create(TOHOST, FROMHOST, "c0", NULL));
    return 0;
}

static int down(void **state)
{
    machine_down(state);
    chardev_cleanup();
    return 0;
}

static uint64_t command(unsigned dev, unsigned cmd, uint64_t payload)
{
    return (uint64_t)dev << 56 | (uint64_t)cmd << 48 | payload;
}

static void test_a_character_is_written_and_answered(void **state)
{
    mem_write(TOHOST, command(1, 1, 'A'), 8);
    assert_string_equal(chr_out(chr), "A");
    assert_int_equal(mem_read(TOHOST, 8), 0);
    assert_int_equal(mem_read(FROMHOST, 8), command(1, 1, 0x141));
}

static void test_a_32_bit_guest_writes_the_high_half_last(void **state)
{
    mem_write32(TOHOST, 'B');
    assert_string_equal(chr_out(chr), "");
    mem_write32(TOHOST + 4, 0x01010000);
    assert_string_equal(chr_out(chr), "B");
}

static void test_a_character_is_read_when_asked_for(void **state)
{
    assert_int_equal(chr_type(chr, "x"), 0);
    mem_write(TOHOST, command(1, 0, 0), 8);
    assert_int_equal(chr_type(chr, "xy"), 1);
    assert_int_equal(mem_read(FROMHOST, 8), command(1, 0, 0x178));
    assert_int_equal(chr_type(chr, "y"), 0);
    mem_write(TOHOST, command(1, 0, 0), 8);
    assert_int_equal(chr_type(chr, "y"), 0); /* the last answer is still there */
    mem_write(FROMHOST, 0, 8);
    assert_int_equal(chr_type(chr, "y"), 1);
}

static void test_an_odd_payload_ends_the_machine(void **state)
{
    mem_write(TOHOST, 7 << 1 | 1, 8);
    assert_true(main_loop_should_exit(&status));
    assert_int_equal(status, 7);
}

static void test_the_write_system_call_prints(void **state)
{
    hwaddr args = TEST_RAM + 0x2000, text = TEST_RAM + 0x3000;

    address_space_write(&address_space_memory, text, "syscall\n", 8);
    mem_write(args, 64, 8);
    mem_write(args + 8, 1, 8);
    mem_write(args + 16, text, 8);
    mem_write(args + 24, 8, 8);
    mem_write(TOHOST, args, 8);
    assert_string_equal(chr_out(chr), "syscall\n");
    assert_int_equal(mem_read(args, 8), 8);
    assert_int_equal(mem_read(FROMHOST, 8), 1);
    mem_write(args, 9999, 8);
    mem_write(TOHOST, args, 8);
    assert_int_equal(mem_read(args, 8), (uint64_t)-38);
    mem_write(TOHOST, 0x40000000, 8); /* arguments where no memory is */
    mem_write(args, 64, 8);
    mem_write(args + 16, TOHOST, 8); /* a text that lies in the device itself */
    mem_write(TOHOST, args, 8);
    assert_int_equal(mem_read(args, 8), 0);
}

static void test_nonsense_is_only_logged(void **state)
{
    mem_write(TOHOST, command(9, 9, 9), 8);
    mem_write(TOHOST, command(1, 5, 9), 8);
    mem_write(TOHOST, 0, 8);
    mem_write(TOHOST + 16, 1, 8); /* between the two words */
    assert_int_equal(mem_read(TOHOST + 16, 8), 0);
    assert_false(main_loop_should_exit(&status));
    mem_write32(TEST_RAM + 0x1048, 5); /* behind it there is RAM */
    assert_int_equal(mem_read32(TEST_RAM + 0x1048), 5);
}

static void test_words_far_apart_are_refused(void **state)
{
    Error *err = NULL;

    assert_null(htif_create(0, 1 << 20, NULL, &err));
    assert_non_null(strstr(err_msg(err), "less than 64 KiB apart"));
    err_free(err);
    assert_null(htif_create(8, 8, NULL, NULL));
    assert_null(htif_create(4, 8, NULL, NULL));
    assert_null(htif_create(UINT64_MAX - 7, 0, NULL, NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_character_is_written_and_answered),
        T(test_a_32_bit_guest_writes_the_high_half_last),
        T(test_a_character_is_read_when_asked_for),
        T(test_an_odd_payload_ends_the_machine),
        T(test_the_write_system_call_prints),
        T(test_nonsense_is_only_logged),
        T(test_words_far_apart_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
