/* SPDX-License-Identifier: MIT */
/* loop/clock.h and loop/timer.h: what fires, when, and in which order. */
#include <unistd.h>
#include "base/types.h"
#include "loop/aio.h"
#include "loop/thread.h"
#include "unit/unit.h"

static int64_t fake_now;

static int64_t fake_source(void)
{
    return fake_now;
}

static char order[64]; /* one letter per call */

static void note(const char *letter)
{
    strcat(order, letter);
}

static void call_a(void *opaque)
{
    note("a");
}

static void call_b(void *opaque)
{
    note("b");
}

static void call_c(void *opaque)
{
    note("c");
}

static int setup(void **state)
{
    fake_now = 0;
    order[0] = 0;
    clock_virtual_set_source(fake_source);
    clock_virtual_enable(true);
    return 0;
}

static int teardown(void **state)
{
    clock_virtual_enable(false);
    clock_virtual_set_source(NULL);
    clock_virtual_set_notify(NULL);
    return 0;
}

static void test_a_timer_fires_once_at_its_deadline_and_not_before(void **state)
{
    Timer t;

    timer_init_ns(&t, VM_CLOCK_VIRTUAL, call_a, NULL);
    assert_false(timer_pending(&t));
    timer_mod_ns(&t, 1000);
    assert_true(timer_pending(&t));
    assert_int_equal(timer_expire_ns(&t), 1000);
    fake_now = 999;
    assert_false(timer_run_clock(VM_CLOCK_VIRTUAL));
    fake_now = 1000;
    assert_true(timer_run_clock(VM_CLOCK_VIRTUAL));
    assert_false(timer_run_clock(VM_CLOCK_VIRTUAL));
    assert_string_equal(order, "a");
    assert_false(timer_pending(&t));
}

static void test_timers_fire_by_deadline_and_equal_ones_in_order_of_arming(void **state)
{
    Timer a, b, c;

    timer_init_ns(&a, VM_CLOCK_VIRTUAL, call_a, NULL);
    timer_init_ns(&b, VM_CLOCK_VIRTUAL, call_b, NULL);
    timer_init_ns(&c, VM_CLOCK_VIRTUAL, call_c, NULL);
    timer_mod_ns(&c, 20);
    timer_mod_ns(&b, 10);
    timer_mod_ns(&a, 20);
    fake_now = 20;
    timer_run_clock(VM_CLOCK_VIRTUAL);
    assert_string_equal(order, "bca");
}

static void test_a_moved_timer_fires_at_the_new_time_only_and_a_deleted_one_never(void **state)
{
    Timer *a = timer_new_ns(VM_CLOCK_VIRTUAL, call_a, NULL);
    Timer *b = timer_new_ns(VM_CLOCK_VIRTUAL, call_b, NULL);

    timer_mod_ns(a, 10);
    timer_mod_ns(a, 30);
    timer_mod_ns(b, 10);
    timer_del(b);
    fake_now = 20;
    assert_false(timer_run_clock(VM_CLOCK_VIRTUAL));
    fake_now = 30;
    assert_true(timer_run_clock(VM_CLOCK_VIRTUAL));
    assert_string_equal(order, "a");
    timer_mod_ns(a, 40);
    timer_free(a);
    timer_free(b);
    assert_int_equal(clock_deadline_ns(VM_CLOCK_VIRTUAL), -1);
}

static Timer rearming;
static int rearmed;

static void rearm_into_the_past(void *opaque)
{
    rearmed++;
    timer_mod_ns(&rearming, 0);
}

static void test_a_timer_that_rearms_into_the_past_does_not_starve_the_others(void **state)
{
    Timer other;

    timer_init_ns(&rearming, VM_CLOCK_VIRTUAL, rearm_into_the_past, NULL);
    timer_init_ns(&other, VM_CLOCK_VIRTUAL, call_a, NULL);
    timer_mod_ns(&rearming, -5);
    timer_mod_ns(&other, 10);
    fake_now = 10;
    timer_run_clock(VM_CLOCK_VIRTUAL);
    assert_int_equal(rearmed, 1);
    assert_string_equal(order, "a");
    timer_del(&rearming);
}

static Timer *victim, *suicide;

static void kill_victim(void *opaque)
{
    note("k");
    timer_free(victim);
    timer_free(suicide);
}

static void test_a_callback_may_free_its_own_timer_and_one_that_is_due_too(void **state)
{
    suicide = timer_new_ns(VM_CLOCK_VIRTUAL, kill_victim, NULL);
    victim = timer_new_ns(VM_CLOCK_VIRTUAL, call_a, NULL);
    timer_mod_ns(suicide, 1);
    timer_mod_ns(victim, 2);
    fake_now = 5;
    timer_run_clock(VM_CLOCK_VIRTUAL);
    assert_string_equal(order, "k");
}

static void test_the_virtual_clock_and_its_timers_stand_still_while_disabled(void **state)
{
    int64_t t0;
    Timer t;

    clock_virtual_set_source(NULL);
    clock_virtual_enable(false);
    t0 = clock_get_ns(VM_CLOCK_VIRTUAL);
    timer_init_ns(&t, VM_CLOCK_VIRTUAL, call_a, NULL);
    timer_mod_ns(&t, t0);
    usleep(2000);
    assert_true(clock_get_ns(VM_CLOCK_VIRTUAL) == t0);
    assert_false(timer_run_clock(VM_CLOCK_VIRTUAL));
    assert_int_equal(clock_deadline_ns(VM_CLOCK_VIRTUAL), -1);
    clock_virtual_enable(true);
    usleep(2000);
    assert_true(clock_get_ns(VM_CLOCK_VIRTUAL) >= t0 + 2 * NANOSECONDS_PER_MS);
    assert_int_equal(clock_deadline_ns(VM_CLOCK_VIRTUAL), 0);
    assert_true(timer_run_clock(VM_CLOCK_VIRTUAL));
    clock_virtual_enable(false);
    t0 = clock_get_ns(VM_CLOCK_VIRTUAL);
    usleep(1000);
    assert_true(clock_get_ns(VM_CLOCK_VIRTUAL) == t0);
}

static int notified;

static void on_deadline_moved(void)
{
    notified++;
}

static void test_the_hook_hears_of_each_nearer_virtual_deadline_and_of_no_other(void **state)
{
    Timer a, b, host;

    timer_init_ns(&a, VM_CLOCK_VIRTUAL, call_a, NULL);
    timer_init_ns(&b, VM_CLOCK_VIRTUAL, call_b, NULL);
    timer_init_ns(&host, VM_CLOCK_HOST, call_b, NULL);
    clock_virtual_set_notify(on_deadline_moved);
    notified = 0;
    timer_mod_ns(&a, 100);
    assert_int_equal(notified, 1);
    timer_mod_ns(&b, 200);
    timer_mod_ns(&host, 1);
    assert_int_equal(notified, 1);
    timer_mod_ns(&b, 50);
    assert_int_equal(notified, 2);
    assert_int_equal(clock_deadline_ns(VM_CLOCK_VIRTUAL), 50);
    timer_del(&a);
    timer_del(&b);
    timer_del(&host);
}

static void test_a_stepped_clock_fires_a_timer_at_exactly_its_time(void **state)
{
    Timer t;

    timer_init_ns(&t, VM_CLOCK_VIRTUAL, call_a, NULL);
    timer_mod_ns(&t, 12345);
    while (order[0] == 0) {
        fake_now += clock_deadline_ns(VM_CLOCK_VIRTUAL);
        timer_run_clock(VM_CLOCK_VIRTUAL);
    }
    assert_int_equal(fake_now, 12345);
}

static void test_a_heap_of_random_timers_fires_sorted(void **state)
{
    enum { N = 2000 };
    static Timer t[N];
    unsigned seed = 1;
    int64_t last = 0;

    for (int i = 0; i < N; i++) {
        timer_init_ns(&t[i], VM_CLOCK_VIRTUAL, call_a, NULL);
    }
    for (int i = 0; i < 4 * N; i++) {
        seed = seed * 1103515245 + 12345;
        if (seed >> 30 == 0) {
            timer_del(&t[seed % N]);
        } else {
            timer_mod_ns(&t[seed % N], 1 + (seed >> 8) % 100000);
        }
    }
    for (;;) {
        int64_t next = clock_deadline_ns(VM_CLOCK_VIRTUAL);
        int64_t nearest = INT64_MAX;

        for (int i = 0; i < N; i++) {
            if (timer_pending(&t[i])) {
                nearest = MIN(nearest, timer_expire_ns(&t[i]));
            }
        }
        if (nearest == INT64_MAX) {
            assert_int_equal(next, -1);
            break;
        }
        fake_now += next;
        assert_int_equal(fake_now, nearest);
        assert_true(fake_now >= last);
        last = fake_now;
        order[0] = 0;
        for (int i = 0; i < N; i++) {
            if (timer_expire_ns(&t[i]) == fake_now) {
                timer_del(&t[i]);
            }
        }
    }
}

static Timer cross[4];
static int cross_fired;

static void count_cross(void *opaque)
{
    cross_fired++;
}

static void *arm_from_thread(void *arg)
{
    Timer *t = arg;

    for (int i = 0; i < 2000; i++) {
        timer_mod_ns(t, clock_get_ns(VM_CLOCK_REALTIME) + i % 7 * 1000);
        if (i % 5 == 0) {
            timer_del(t);
        }
    }
    timer_mod_ns(t, 0);
    return NULL;
}

static void test_timers_may_be_armed_and_deleted_from_any_thread(void **state)
{
    Thread *thread[ARRAY_SIZE(cross)];
    bool pending = true;

    for (size_t i = 0; i < ARRAY_SIZE(cross); i++) {
        timer_init_ns(&cross[i], VM_CLOCK_REALTIME, count_cross, NULL);
        thread[i] = thread_create("arm", arm_from_thread, &cross[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(cross); i++) {
        timer_run_clock(VM_CLOCK_REALTIME);
        thread_join(thread[i]);
    }
    while (pending) {
        aio_poll(aio_get_main_context(), false);
        pending = false;
        for (size_t i = 0; i < ARRAY_SIZE(cross); i++) {
            pending |= timer_pending(&cross[i]);
        }
    }
    assert_true(cross_fired >= (int)ARRAY_SIZE(cross));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_timer_fires_once_at_its_deadline_and_not_before),
        T(test_timers_fire_by_deadline_and_equal_ones_in_order_of_arming),
        T(test_a_moved_timer_fires_at_the_new_time_only_and_a_deleted_one_never),
        T(test_a_timer_that_rearms_into_the_past_does_not_starve_the_others),
        T(test_a_callback_may_free_its_own_timer_and_one_that_is_due_too),
        T(test_the_virtual_clock_and_its_timers_stand_still_while_disabled),
        T(test_the_hook_hears_of_each_nearer_virtual_deadline_and_of_no_other),
        T(test_a_stepped_clock_fires_a_timer_at_exactly_its_time),
        T(test_a_heap_of_random_timers_fires_sorted),
        T(test_timers_may_be_armed_and_deleted_from_any_thread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
