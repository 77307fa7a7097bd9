/* SPDX-License-Identifier: MIT */
/* hw/intc/riscv_aclint_*: software and timer interrupts reach the right hart at the right time. */
#include "unit/device_test.h"
#include "hw/intc/riscv_aclint.h"

enum { SWI = 0x2000000, MTIMER = 0x2004000, MTIME = MTIMER + 0x7ff8, HARTS = 3 };

static Wire soft[HARTS], timer[HARTS];
static Device *swi, *mtimer;

static int up(void **state)
{
    machine_up(state);
    swi = riscv_aclint_swi_create(SWI, 0, HARTS, false, NULL);
    mtimer = riscv_aclint_mtimer_create(MTIMER, 0, HARTS, ACLINT_TIMEBASE_FREQ, NULL);
    for (int i = 0; i < HARTS; i++) {
        device_connect_irq(swi, i, wire_init(&soft[i]));
        device_connect_irq(mtimer, i, wire_init(&timer[i]));
    }
    bus_cold_reset(system_bus());
    return 0;
}

static void test_msip_raises_the_line_of_its_hart(void **state)
{
    mem_write32(SWI + 4, 0xffffffff);
    assert_int_equal(soft[0].level, 0);
    assert_int_equal(soft[1].level, 1);
    assert_int_equal(mem_read32(SWI + 4), 1);
    mem_write32(SWI + 4, 0);
    assert_int_equal(soft[1].level, 0);
    mem_write32(SWI + 4 * HARTS, 1); /* no such hart: only a log line */
    assert_int_equal(mem_read32(SWI + 4 * HARTS), 0);
}

static void test_sswi_raises_and_reads_as_zero(void **state)
{
    Device *s = riscv_aclint_swi_create(0x2f00000, 0, HARTS, true, NULL);
    Wire w;

    device_connect_irq(s, 2, wire_init(&w));
    mem_write32(0x2f00008, 1);
    assert_int_equal(w.level, 1);
    assert_int_equal(mem_read32(0x2f00008), 0);
    w.level = 0;
    mem_write32(0x2f00008, 0);
    assert_int_equal(w.level, 0);
}

static void test_mtime_counts_ten_million_ticks_a_second(void **state)
{
    uint64_t t = mem_read(MTIME, 8);

    assert_int_equal(t, 0); /* reset started it */
    clock_step(NANOSECONDS_PER_SECOND);
    assert_int_equal(mem_read(MTIME, 8), 10000000);
    assert_int_equal(riscv_aclint_mtimer_time(mtimer), 10000000);
    clock_step(99);
    assert_int_equal(mem_read(MTIME, 8), 10000000);
    clock_step(1);
    assert_int_equal(mem_read32(MTIME), 10000001);
    assert_int_equal(mem_read32(MTIME + 4), 0);
}

/* mtimecmp is 0 at power-on: the timer is due until the guest sets it.  Half a register will do. */
static void test_the_lower_half_of_mtimecmp_alone_sets_a_timer(void **state)
{
    assert_int_equal(mem_read(MTIMER, 8), 0);
    assert_int_equal(timer[0].level, 1);
    mem_write32(MTIMER, 100);
    assert_int_equal(timer[0].level, 0);
    clock_step(10000);
    assert_int_equal(timer[0].level, 1);
}

static void test_mtimecmp_fires_at_exactly_its_tick(void **state)
{
    mem_write(MTIMER, UINT64_MAX, 8);
    mem_write(MTIMER + 8, 50, 8);
    clock_step(4999);
    assert_int_equal(timer[1].level, 0);
    clock_step(1);
    assert_int_equal(timer[1].level, 1);
    assert_int_equal(timer[0].level, 0);
    mem_write(MTIMER + 8, 51, 8); /* a later one lowers the line */
    assert_int_equal(timer[1].level, 0);
    mem_write(MTIMER + 8, 49, 8); /* a past one raises it */
    assert_int_equal(timer[1].level, 1);
    mem_write(MTIMER + 8, UINT64_MAX, 8);
    assert_int_equal(timer[1].level, 0);
    clock_step(1000 * NANOSECONDS_PER_SECOND);
    assert_int_equal(timer[1].level, 0);
}

static void test_mtimecmp_is_written_in_halves(void **state)
{
    mem_write32(MTIMER + 4, 0);
    mem_write32(MTIMER, 100);
    assert_int_equal(mem_read(MTIMER, 8), 100);
    assert_int_equal(mem_read32(MTIMER + 4), 0);
    clock_step(10000);
    assert_int_equal(timer[0].level, 1);
}

static void test_writing_mtime_moves_all_timers(void **state)
{
    mem_write(MTIMER + 16, 1000, 8);
    mem_write(MTIME, 990, 8);
    assert_int_equal(mem_read(MTIME, 8), 990);
    clock_step(999);
    assert_int_equal(timer[2].level, 0);
    clock_step(1);
    assert_int_equal(timer[2].level, 1);
    mem_write32(MTIME, 0);
    assert_int_equal(timer[2].level, 0);
    mem_write(MTIME, UINT64_MAX - 1, 8);
    assert_int_equal(timer[2].level, 1);
}

static void test_reset_lowers_msip_and_starts_mtime_over(void **state)
{
    mem_write32(SWI, 1);
    mem_write(MTIMER, 5, 8);
    clock_step(12345);
    assert_int_equal(soft[0].level + timer[0].level, 2);
    bus_cold_reset(system_bus());
    assert_int_equal(soft[0].level + timer[0].level, 0);
    assert_int_equal(mem_read(MTIME, 8), 0);
    assert_int_equal(mem_read(MTIMER, 8), 5); /* kept, as boards do; mtime has not reached it */
}

static void test_too_many_harts_are_refused(void **state)
{
    Error *err = NULL;

    assert_null(riscv_aclint_swi_create(0x3000000, 0, 100000, false, &err));
    assert_non_null(strstr(err_msg(err), "num-harts must be 1 to 512"));
    err_free(err);
    assert_null(riscv_aclint_mtimer_create(0x3000000, 0, 0, 1, NULL));
    assert_null(riscv_aclint_mtimer_create(0x3000000, 0, 1, 0, NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, machine_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_msip_raises_the_line_of_its_hart),
        T(test_sswi_raises_and_reads_as_zero),
        T(test_mtime_counts_ten_million_ticks_a_second),
        T(test_the_lower_half_of_mtimecmp_alone_sets_a_timer),
        T(test_mtimecmp_fires_at_exactly_its_tick),
        T(test_mtimecmp_is_written_in_halves),
        T(test_writing_mtime_moves_all_timers),
        T(test_reset_lowers_msip_and_starts_mtime_over),
        T(test_too_many_harts_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
