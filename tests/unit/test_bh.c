/* SPDX-License-Identifier: MIT */
/* Bottom halves: order, once-ness, and that none is lost whoever schedules it. */
#include <signal.h>
#include <unistd.h>
#include "base/log.h"
#include "base/trace.h"
#include "loop/aio.h"
#include "loop/thread.h"
#include "unit/unit.h"

static char order[64];

static void call_letter(void *opaque)
{
    strcat(order, opaque);
}

static int setup(void **state)
{
    order[0] = 0;
    *state = aio_context_new("test", NULL);
    return *state == NULL;
}

static int teardown(void **state)
{
    aio_context_unref(*state);
    return 0;
}

static void test_bottom_halves_run_in_the_order_of_scheduling(void **state)
{
    BH *a = bh_new(*state, call_letter, "a"), *b = bh_new(*state, call_letter, "b");

    bh_schedule(b);
    bh_schedule_oneshot(*state, call_letter, "o");
    bh_schedule(a);
    assert_true(aio_poll(*state, true));
    assert_string_equal(order, "boa");
    bh_delete(a);
    bh_delete(b);
    assert_false(aio_poll(*state, false));
}

static void test_scheduling_twice_before_it_runs_is_scheduling_once(void **state)
{
    BH *a = bh_new(*state, call_letter, "a");

    bh_schedule(a);
    bh_schedule(a);
    aio_poll(*state, true);
    assert_false(aio_poll(*state, false));
    bh_schedule(a);
    aio_poll(*state, true);
    assert_string_equal(order, "aa");
    bh_delete(a);
}

static void test_a_cancelled_one_does_not_run_and_can_be_scheduled_again(void **state)
{
    BH *a = bh_new(*state, call_letter, "a");

    bh_schedule(a);
    bh_cancel(a);
    assert_false(aio_poll(*state, false));
    bh_schedule(a);
    bh_cancel(a);
    bh_schedule(a);
    assert_true(aio_poll(*state, false));
    assert_string_equal(order, "a");
    bh_delete(a);
}

static void test_a_deleted_one_does_not_run(void **state)
{
    BH *a = bh_new(*state, call_letter, "a");

    bh_schedule(a);
    bh_delete(a);
    bh_delete(NULL);
    assert_false(aio_poll(*state, false));
    assert_string_equal(order, "");
}

static BH *self;

static void schedule_myself(void *opaque)
{
    strcat(order, "s");
    bh_schedule(self);
}

static void delete_myself(void *opaque)
{
    strcat(order, "d");
    bh_delete(self);
}

static void test_one_that_schedules_itself_runs_once_per_turn(void **state)
{
    self = bh_new(*state, schedule_myself, NULL);
    bh_schedule(self);
    aio_poll(*state, true);
    assert_string_equal(order, "s");
    aio_poll(*state, true);
    assert_string_equal(order, "ss");
    bh_delete(self);
}

static void test_one_may_delete_itself(void **state)
{
    self = bh_new(*state, delete_myself, NULL);
    bh_schedule(self);
    aio_poll(*state, true);
    assert_false(aio_poll(*state, false));
    assert_string_equal(order, "d");
}

static void poll_inside(void *opaque)
{
    strcat(order, "(");
    aio_poll(opaque, false);
    strcat(order, ")");
}

static void test_an_inner_turn_runs_the_rest_of_the_outer_one(void **state)
{
    bh_schedule_oneshot(*state, call_letter, "a");
    bh_schedule_oneshot(*state, poll_inside, *state);
    bh_schedule_oneshot(*state, call_letter, "b");
    bh_schedule_oneshot(*state, call_letter, "c");
    aio_poll(*state, true);
    assert_string_equal(order, "a(bc)");
}

static void test_an_unscheduled_context_forgets_oneshots_when_freed(void **state)
{
    AioContext *ctx = aio_context_new("short", NULL);

    bh_schedule_oneshot(ctx, call_letter, "x");
    bh_new(ctx, call_letter, "x");
    aio_context_unref(ctx);
    assert_string_equal(order, "");
}

/* ---- many producers ---- */

enum { THREADS = 8, PER_THREAD = 125000 };

typedef struct Producer {
    AioContext *ctx;
    Thread *thread;
    BH *bh;
    atomic_uint asked; /* written before each bh_schedule */
    unsigned seen; /* what the callback last saw */
} Producer;

static unsigned oneshots;

static void count_oneshot(void *opaque)
{
    oneshots++;
}

static void look(void *opaque)
{
    Producer *p = opaque;

    p->seen = p->asked;
}

static void *produce(void *arg)
{
    Producer *p = arg;

    for (unsigned i = 1; i <= PER_THREAD; i++) {
        if (i % 8 == 0) {
            bh_schedule_oneshot(p->ctx, count_oneshot, NULL);
        }
        p->asked = i;
        bh_schedule(p->bh);
    }
    return NULL;
}

static Producer by_signal;

static void on_alarm(int sig)
{
    by_signal.asked++;
    bh_schedule(by_signal.bh);
}

static bool all_seen(const Producer *p, int n)
{
    for (int i = 0; i < n; i++) {
        if (p[i].seen != PER_THREAD) {
            return false;
        }
    }
    return true;
}

static void test_none_of_a_million_from_eight_threads_and_a_signal_handler_is_lost(void **state)
{
    static Producer p[THREADS];
    const struct sigaction sa = {.sa_handler = on_alarm};
    timer_t alarm_timer;
    const struct itimerspec every_50us = {{0, 50000}, {0, 50000}};
    unsigned signals;

    by_signal.ctx = *state;
    by_signal.bh = bh_new(*state, look, &by_signal);
    sigaction(SIGALRM, &sa, NULL);
    assert_int_equal(timer_create(CLOCK_MONOTONIC, NULL, &alarm_timer), 0);
    timer_settime(alarm_timer, 0, &every_50us, NULL);
    for (int i = 0; i < THREADS; i++) {
        p[i].ctx = *state;
        p[i].bh = bh_new(*state, look, &p[i]);
        p[i].thread = thread_create("producer", produce, &p[i]);
    }
    /* A lost one would leave us asleep for ever in one of these. */
    while (!all_seen(p, THREADS) || oneshots != THREADS * (PER_THREAD / 8)) {
        aio_poll(*state, true);
    }
    timer_delete(alarm_timer);
    signal(SIGALRM, SIG_IGN);
    signals = by_signal.asked;
    while (by_signal.seen != signals) {
        aio_poll(*state, true);
    }
    assert_true(signals > 0);
    for (int i = 0; i < THREADS; i++) {
        thread_join(p[i].thread);
        bh_delete(p[i].bh);
    }
    bh_delete(by_signal.bh);
    aio_poll(*state, false);
}

typedef struct Suicide {
    AioContext *ctx;
    BH *bh;
} Suicide;

static void delete_and_take_a_turn(void *opaque)
{
    Suicide *s = opaque;

    bh_delete(s->bh);
    aio_poll(s->ctx, false);
}

static void test_a_traced_bottom_half_may_be_gone_when_its_call_returns(void **state)
{
    Suicide s = {.ctx = *state};

    assert_true(log_set_file("/dev/null", NULL));
    assert_true(trace_set("bh_call", true, NULL));
    s.bh = bh_new(*state, delete_and_take_a_turn, &s);
    bh_schedule(s.bh);
    assert_true(aio_poll(*state, false));
    assert_true(trace_set("bh_call", false, NULL));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_bottom_halves_run_in_the_order_of_scheduling),
        T(test_scheduling_twice_before_it_runs_is_scheduling_once),
        T(test_a_cancelled_one_does_not_run_and_can_be_scheduled_again),
        T(test_a_deleted_one_does_not_run),
        T(test_one_that_schedules_itself_runs_once_per_turn),
        T(test_one_may_delete_itself),
        T(test_an_inner_turn_runs_the_rest_of_the_outer_one),
        T(test_an_unscheduled_context_forgets_oneshots_when_freed),
        T(test_none_of_a_million_from_eight_threads_and_a_signal_handler_is_lost),
        T(test_a_traced_bottom_half_may_be_gone_when_its_call_returns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
