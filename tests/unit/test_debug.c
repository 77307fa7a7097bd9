/* SPDX-License-Identifier: MIT */
/* target/debug.c: breakpoints and watchpoints as sets. */
#include "target/debug.h"
#include "unit/riscv.h"

static RISCVCPU *cpu;

static int setup(void **state)
{
    cpu = test_hart("rv64");
    test_flushes = test_breakpoints = 0;
    return 0;
}

static int teardown(void **state)
{
    debug_remove_points();
    test_hart_free(cpu);
    return 0;
}

static void test_a_breakpoint_is_at_its_address_only(void **state)
{
    assert_true(debug_break_insert(0x1000));
    assert_true(debug_break_insert(0x800));
    assert_true(debug_break_insert(0xffffffff80000000));
    assert_true(debug_break_at(0x800));
    assert_true(debug_break_at(0x1000));
    assert_true(debug_break_at(0xffffffff80000000));
    assert_false(debug_break_at(0x1001));
    assert_false(debug_break_at(0));
    assert_int_equal(test_breakpoints, 3);
    assert_true(debug_break_remove(0x1000));
    assert_false(debug_break_at(0x1000));
    assert_true(debug_break_at(0x800));
    assert_false(debug_break_remove(0x1000));
}

static void test_one_that_was_set_twice_is_removed_twice(void **state)
{
    assert_true(debug_break_insert(0x1000));
    assert_true(debug_break_insert(0x1000));
    assert_int_equal(test_breakpoints, 1);
    assert_true(debug_break_remove(0x1000));
    assert_true(debug_break_at(0x1000));
    assert_true(debug_break_remove(0x1000));
    assert_false(debug_break_at(0x1000));
}

static void test_there_is_an_end_to_how_many(void **state)
{
    unsigned n = 0, w = 0;

    while (n < 100000 && debug_break_insert(2 * n)) {
        n++;
    }
    while (w < 100000 && debug_watch_insert(16 * w, 8, WATCH_READ)) {
        w++;
    }
    assert_in_range(n, 1000, 10000);
    assert_in_range(w, 64, 1000);
    debug_remove_points();
    assert_false(debug_break_at(0));
    assert_null(debug_watch_find(0, 8, WATCH_READ));
}

static void test_a_watchpoint_fires_when_any_byte_is_touched(void **state)
{
    assert_true(debug_watch_insert(0x1004, 4, WATCH_WRITE));
    assert_null(debug_watch_find(0x1000, 4, WATCH_WRITE));
    assert_non_null(debug_watch_find(0x1000, 5, WATCH_WRITE));
    assert_non_null(debug_watch_find(0x1007, 1, WATCH_WRITE));
    assert_null(debug_watch_find(0x1008, 8, WATCH_WRITE));
    assert_non_null(debug_watch_find(0x1000, 16, WATCH_READ | WATCH_WRITE));
}

static void test_a_watchpoint_waits_for_its_kind_of_access(void **state)
{
    assert_true(debug_watch_insert(0x1000, 8, WATCH_WRITE));
    assert_null(debug_watch_find(0x1000, 8, WATCH_READ));
    assert_true(debug_watch_insert(0x1000, 8, WATCH_READ));
    assert_int_equal(debug_watch_find(0x1000, 8, WATCH_READ)->kind, WATCH_READ);
    assert_false(debug_watch_remove(0x1000, 8, WATCH_READ | WATCH_WRITE));
    assert_false(debug_watch_remove(0x1000, 4, WATCH_READ));
    assert_true(debug_watch_remove(0x1000, 8, WATCH_READ));
    assert_null(debug_watch_find(0x1000, 8, WATCH_READ));
    assert_non_null(debug_watch_find(0x1000, 8, WATCH_WRITE));
}

static void test_watchpoints_may_cross_pages_and_reach_the_last_byte(void **state)
{
    assert_true(debug_watch_insert(0x1ffc, 8, WATCH_READ));
    assert_true(debug_page_is_watched(0x1000));
    assert_true(debug_page_is_watched(0x2000));
    assert_false(debug_page_is_watched(0x3000));
    assert_true(debug_watch_insert(~0ULL, 1, WATCH_READ));
    assert_true(debug_page_is_watched(0xfffffffffffff000));
    assert_non_null(debug_watch_find(~0ULL - 3, 4, WATCH_READ));
}

static void test_impossible_watchpoints_are_refused(void **state)
{
    assert_false(debug_watch_insert(0x1000, 0, WATCH_READ));
    assert_false(debug_watch_insert(~0ULL, 2, WATCH_READ));
    assert_int_equal(debug_watches, 0);
}

static void test_tlbs_are_flushed_when_watchpoints_come_and_go(void **state)
{
    debug_watch_insert(0x1000, 8, WATCH_READ);
    assert_int_equal(test_flushes, 1);
    debug_watch_remove(0x1000, 8, WATCH_READ);
    assert_int_equal(test_flushes, 2);
    debug_break_insert(0x1000);
    assert_int_equal(test_flushes, 2);
}

static void test_a_step_ends_a_wait_for_interrupts(void **state)
{
    cpu->cpu.halted = true;
    debug_set_step(&cpu->cpu, 0, 0, 0);
    assert_true(cpu->cpu.halted);
    debug_set_step(&cpu->cpu, SSTEP_ENABLE, 0, 0);
    assert_false(cpu->cpu.halted);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_breakpoint_is_at_its_address_only),
        TEST(test_one_that_was_set_twice_is_removed_twice),
        TEST(test_there_is_an_end_to_how_many),
        TEST(test_a_watchpoint_fires_when_any_byte_is_touched),
        TEST(test_a_watchpoint_waits_for_its_kind_of_access),
        TEST(test_watchpoints_may_cross_pages_and_reach_the_last_byte),
        TEST(test_impossible_watchpoints_are_refused),
        TEST(test_tlbs_are_flushed_when_watchpoints_come_and_go),
        TEST(test_a_step_ends_a_wait_for_interrupts),
    };

    return cmocka_run_group_tests_name("debug", tests, test_setup, NULL);
}
