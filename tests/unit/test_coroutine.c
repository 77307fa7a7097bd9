/* SPDX-License-Identifier: MIT */
/* loop/coroutine.h */
#include <fcntl.h>
#include <unistd.h>
#include "base/types.h"
#include "loop/coroutine.h"
#include "loop/thread.h"
#include "unit/unit.h"

static char order[64];

static void note(const char *s)
{
    strcat(order, s);
}

static void coroutine_fn three_steps(void *opaque)
{
    note("1");
    coroutine_yield();
    note("2");
    coroutine_yield();
    note("3");
}

static int setup(void **state)
{
    order[0] = 0;
    return 0;
}

static int teardown(void **state)
{
    coroutine_pool_cleanup();
    return 0;
}

static void test_a_coroutine_goes_on_where_it_yielded(void **state)
{
    Coroutine *co = coroutine_create(three_steps, NULL);

    coroutine_enter(co);
    note("a");
    coroutine_enter(co);
    note("b");
    coroutine_enter(co);
    assert_string_equal(order, "1a2b3");
}

static Coroutine *seen_self;

static void coroutine_fn look_at_self(void *opaque)
{
    seen_self = coroutine_self();
    assert_true(in_coroutine());
}

static void test_a_coroutine_knows_itself_and_a_thread_is_none(void **state)
{
    Coroutine *co = coroutine_create(look_at_self, NULL);

    assert_null(coroutine_self());
    coroutine_enter(co);
    assert_ptr_equal(seen_self, co);
    assert_false(in_coroutine());
}

static Coroutine *inner;

static void coroutine_fn enters_inner(void *opaque)
{
    note("(");
    coroutine_enter(inner);
    note(")");
    coroutine_yield();
    coroutine_enter(inner);
    note(".");
}

static void test_a_yield_goes_back_to_whoever_entered(void **state)
{
    Coroutine *outer = coroutine_create(enters_inner, NULL);

    inner = coroutine_create(three_steps, NULL);
    coroutine_enter(outer);
    note("t");
    coroutine_enter(inner); /* the thread may enter what the other coroutine began */
    note("t");
    coroutine_enter(outer);
    assert_string_equal(order, "(1)t2t3.");
}

static void coroutine_fn deep(void *opaque)
{
    volatile char frame[COROUTINE_STACK / 4];

    for (size_t i = 0; i < sizeof(frame); i++) {
        frame[i] = i;
    }
    coroutine_yield();
    for (size_t i = 0; i < sizeof(frame); i++) {
        assert_int_equal(frame[i], (char)i);
    }
}

static void test_many_coroutines_keep_their_own_stacks(void **state)
{
    Coroutine *co[100];

    for (int round = 0; round < 2; round++) { /* the second round reuses stacks */
        for (size_t i = 0; i < ARRAY_SIZE(co); i++) {
            co[i] = coroutine_create(deep, NULL);
            coroutine_enter(co[i]);
        }
        for (size_t i = 0; i < ARRAY_SIZE(co); i++) {
            coroutine_enter(co[i]);
        }
    }
}

static void *enter_on_thread(void *co)
{
    coroutine_enter(co);
    return NULL;
}

static void test_a_coroutine_may_go_on_in_another_thread(void **state)
{
    Coroutine *co = coroutine_create(three_steps, NULL);

    coroutine_enter(co);
    thread_join(thread_create("other", enter_on_thread, co));
    coroutine_enter(co);
    assert_string_equal(order, "123");
}

/* ---- with the loop ---- */

typedef struct SlowRead {
    int fd[2];
    Coroutine *co;
    char byte;
    bool done;
    Timer tick;
    unsigned ticks;
} SlowRead;

static void wake_reader(void *opaque)
{
    coroutine_enter(((SlowRead *)opaque)->co);
}

static void coroutine_fn slow_read(void *opaque)
{
    SlowRead *s = opaque;

    s->co = coroutine_self();
    aio_set_fd_handler(aio_get_main_context(), s->fd[0], wake_reader, NULL, s);
    while (read(s->fd[0], &s->byte, 1) != 1) {
        coroutine_yield();
    }
    aio_set_fd_handler(aio_get_main_context(), s->fd[0], NULL, NULL, NULL);
    s->done = true;
}

static void start_slow_read(void *opaque)
{
    coroutine_enter(coroutine_create(slow_read, opaque));
}

static void on_tick(void *opaque)
{
    SlowRead *s = opaque;

    if (++s->ticks == 10) {
        assert_int_equal(write(s->fd[1], "!", 1), 1);
    }
    timer_mod_ns(&s->tick, clock_get_ns(VM_CLOCK_REALTIME) + NANOSECONDS_PER_MS);
}

static void test_one_started_by_a_bh_yields_on_a_slow_read_while_a_timer_keeps_firing(void **state)
{
    SlowRead s = {0};

    assert_int_equal(pipe2(s.fd, O_NONBLOCK), 0);
    timer_init_ns(&s.tick, VM_CLOCK_REALTIME, on_tick, &s);
    timer_mod_ns(&s.tick, 0);
    bh_schedule_oneshot(aio_get_main_context(), start_slow_read, &s);
    while (!s.done) {
        aio_poll(aio_get_main_context(), true);
    }
    assert_int_equal(s.byte, '!');
    assert_true(s.ticks >= 10);
    timer_del(&s.tick);
    close(s.fd[0]);
    close(s.fd[1]);
}

static void test_a_scheduled_coroutine_is_entered_by_its_context(void **state)
{
    Coroutine *co = coroutine_create(three_steps, NULL);

    aio_co_schedule(aio_get_main_context(), co);
    assert_string_equal(order, "");
    aio_poll(aio_get_main_context(), true);
    assert_string_equal(order, "1");
    coroutine_enter(co);
    coroutine_enter(co);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_coroutine_goes_on_where_it_yielded),
        T(test_a_coroutine_knows_itself_and_a_thread_is_none),
        T(test_a_yield_goes_back_to_whoever_entered),
        T(test_many_coroutines_keep_their_own_stacks),
        T(test_a_coroutine_may_go_on_in_another_thread),
        T(test_one_started_by_a_bh_yields_on_a_slow_read_while_a_timer_keeps_firing),
        T(test_a_scheduled_coroutine_is_entered_by_its_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
