/* SPDX-License-Identifier: MIT */
/* hw/timer/goldfish_rtc. */
#include "unit/device_test.h"

enum { RTC = 0x101000 };
#define SECOND 1000000000LL

static Wire wire;
static Device *rtc;

static int up(void **state)
{
    machine_up(state);
    rtc = realize_at(device_new("goldfish_rtc", NULL), RTC);
    device_connect_irq(rtc, 0, wire_init(&wire));
    return 0;
}

static uint64_t read_time(void)
{
    uint64_t low = mem_read32(RTC);

    return (uint64_t)mem_read32(RTC + 4) << 32 | low;
}

static void set_alarm(uint64_t t)
{
    mem_write32(RTC + 0xc, t >> 32);
    mem_write32(RTC + 0x8, t);
}

static void test_it_shows_the_wall_clock_even_if_the_machine_stood_still(void **state)
{
    assert_int_equal(read_time(), clock_get_ns(VM_CLOCK_HOST));
    test_stood_still += 5 * SECOND;
    assert_int_equal(read_time(), clock_get_ns(VM_CLOCK_HOST));
}

static void test_the_upper_word_is_latched_by_reading_the_lower(void **state)
{
    uint32_t high;

    mem_write32(RTC + 4, 7);
    mem_write32(RTC, 0xffffffff);
    mem_read32(RTC);
    clock_step(1);
    high = mem_read32(RTC + 4);
    assert_int_equal(high, 7);
    assert_int_equal(mem_read32(RTC), 0);
    assert_int_equal(mem_read32(RTC + 4), 8);
}

static void test_the_alarm_interrupts_when_enabled(void **state)
{
    uint64_t t = read_time();

    mem_write32(RTC + 0x10, 1);
    set_alarm(t + 1000);
    assert_int_equal(mem_read32(RTC + 0x18), 1);
    clock_step(999);
    assert_int_equal(wire.level, 0);
    clock_step(1);
    assert_int_equal(wire.level, 1);
    assert_int_equal(mem_read32(RTC + 0x18), 0);
    mem_write32(RTC + 0x1c, 1);
    assert_int_equal(wire.level, 0);
}

static void test_an_alarm_in_the_past_goes_off_at_once(void **state)
{
    set_alarm(read_time() - 1);
    assert_int_equal(wire.level, 0); /* not enabled yet */
    mem_write32(RTC + 0x10, 1);
    assert_int_equal(wire.level, 1);
}

static void test_a_cleared_alarm_stays_silent(void **state)
{
    mem_write32(RTC + 0x10, 1);
    set_alarm(read_time() + 10);
    mem_write32(RTC + 0x14, 1);
    clock_step(100);
    assert_int_equal(wire.level, 0);
}

static void test_setting_the_time_moves_the_alarm(void **state)
{
    mem_write32(RTC + 0x10, 1);
    mem_write32(RTC + 4, 1);
    mem_write32(RTC, 0);
    set_alarm((1ULL << 32) + 50);
    mem_write32(RTC, 40);
    clock_step(9);
    assert_int_equal(wire.level, 0);
    clock_step(1);
    assert_int_equal(wire.level, 1);
}

static void test_a_loaded_alarm_still_goes_off(void **state)
{
    Str saved = {0};
    StateReader in;

    mem_write32(RTC + 0x10, 1);
    set_alarm(read_time() + 100);
    state_save(rtc, &saved);
    device_reset(rtc);
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    assert_true(state_load(rtc, &in, NULL));
    clock_step(100);
    assert_int_equal(wire.level, 1);
    str_free(&saved);
}

static void test_eight_bytes_are_two_registers(void **state)
{
    assert_int_equal(mem_read(RTC, 8), clock_get_ns(VM_CLOCK_HOST));
    mem_write(RTC, 7 * SECOND, 8);
    assert_int_equal(read_time(), 7 * SECOND);
}

static void test_an_alarm_of_eight_bytes_is_set_at_once(void **state)
{
    mem_write(RTC, 7 * SECOND, 8);
    mem_write(RTC + 0x8, 8 * SECOND, 8); /* its lower word alone would be in the past */
    assert_int_equal(mem_read32(RTC + 0x18), 1);
    clock_step(SECOND);
    assert_int_equal(mem_read32(RTC + 0x18), 0);
}

static void test_less_than_a_word_is_not_allowed(void **state)
{
    assert_true(access_fails(RTC, 1, false));
    assert_true(access_fails(RTC, 2, false));
    assert_true(access_fails(RTC + 0x24, 4, false)); /* behind the last register */
    mem_write32(RTC + 0x20, 5);
    assert_int_equal(mem_read32(RTC + 0x20), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, machine_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_it_shows_the_wall_clock_even_if_the_machine_stood_still),
        T(test_the_upper_word_is_latched_by_reading_the_lower),
        T(test_the_alarm_interrupts_when_enabled),
        T(test_an_alarm_in_the_past_goes_off_at_once),
        T(test_a_cleared_alarm_stays_silent),
        T(test_setting_the_time_moves_the_alarm),
        T(test_a_loaded_alarm_still_goes_off),
        T(test_eight_bytes_are_two_registers),
        T(test_an_alarm_of_eight_bytes_is_set_at_once),
        T(test_less_than_a_word_is_not_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
