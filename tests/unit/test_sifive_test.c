/* SPDX-License-Identifier: MIT */
/* hw/misc/sifive_test: a guest ends the machine. */
#include "unit/device_test.h"
#include "loop/runstate.h"

static int status;

static int up(void **state)
{
    machine_up(state);
    realize_at(device_new("riscv.sifive.test", NULL), 0x100000);
    status = -1;
    return 0;
}

static void test_pass_exits_with_0(void **state)
{
    mem_write32(0x100000, 0x5555);
    assert_true(main_loop_should_exit(&status));
    assert_int_equal(status, 0);
}

static void test_fail_exits_with_the_code_in_the_upper_half(void **state)
{
    mem_write32(0x100000, 42 << 16 | 0x3333);
    assert_true(main_loop_should_exit(&status));
    assert_int_equal(status, 42);
}

static int resets;

static void on_reset(ShutdownCause cause)
{
    assert_int_equal(cause, SHUTDOWN_CAUSE_GUEST_RESET);
    resets++;
}

static void test_reset_resets_and_goes_on(void **state)
{
    runstate_set_reset_hook(on_reset);
    mem_write(0x100000, 0x7777, 2);
    assert_false(main_loop_should_exit(&status));
    assert_int_equal(resets, 1);
}

static void test_anything_else_does_nothing(void **state)
{
    mem_write32(0x100000, 0x1234);
    mem_write32(0x100004, 0x5555);
    assert_int_equal(mem_read32(0x100000), 0);
    assert_true(access_fails(0x100000, 1, true));
    assert_false(main_loop_should_exit(&status));
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, machine_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_anything_else_does_nothing),
        T(test_reset_resets_and_goes_on),
        T(test_pass_exits_with_0),
        T(test_fail_exits_with_the_code_in_the_upper_half),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
