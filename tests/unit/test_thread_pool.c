/* SPDX-License-Identifier: MIT */
/* loop/thread_pool.h, loop/iothread.h and loop/thread.h */
#include <unistd.h>
#include "loop/iothread.h"
#include "loop/thread_pool.h"
#include "unit/unit.h"

typedef struct Job {
    int in, out, ret;
    pthread_t worked_on, done_on;
    bool done;
} Job;

static int work(void *opaque)
{
    Job *j = opaque;

    j->out = j->in * 2;
    j->worked_on = pthread_self();
    return j->in;
}

static void work_is_done(void *opaque, int ret)
{
    Job *j = opaque;

    j->ret = ret;
    j->done_on = pthread_self();
    j->done = true;
}

static void test_work_is_done_by_a_worker_and_reported_in_the_submitters_thread(void **state)
{
    AioContext *ctx = aio_get_main_context();
    Job j = {.in = 21};

    thread_pool_submit(ctx, work, &j, work_is_done);
    assert_int_equal(thread_pool_pending(ctx), 1);
    while (!j.done) {
        aio_poll(ctx, true);
    }
    assert_int_equal(j.out, 42);
    assert_int_equal(j.ret, 21);
    assert_false(pthread_equal(j.worked_on, pthread_self()));
    assert_true(pthread_equal(j.done_on, pthread_self()));
    assert_int_equal(thread_pool_pending(ctx), 0);
}

static void test_drain_waits_for_all_of_a_thousand(void **state)
{
    static Job j[1000];

    for (size_t i = 0; i < ARRAY_SIZE(j); i++) {
        j[i].in = i;
        thread_pool_submit(aio_get_main_context(), work, &j[i], work_is_done);
    }
    thread_pool_drain(aio_get_main_context());
    for (size_t i = 0; i < ARRAY_SIZE(j); i++) {
        assert_true(j[i].done);
        assert_int_equal(j[i].out, 2 * i);
    }
}

static atomic_int meeting;

/* Ends only when two of them run at the same time. */
static int meet(void *opaque)
{
    meeting++;
    while (meeting < 2) {
        usleep(100);
    }
    return 0;
}

static void test_two_blocking_jobs_run_side_by_side(void **state)
{
    Job a = {0}, b = {0};

    thread_pool_submit(aio_get_main_context(), meet, &a, work_is_done);
    thread_pool_submit(aio_get_main_context(), meet, &b, work_is_done);
    thread_pool_drain(aio_get_main_context());
    assert_true(a.done && b.done);
}

static void test_the_pool_starts_again_after_cleanup(void **state)
{
    Job j = {.in = 1};

    thread_pool_cleanup();
    thread_pool_submit(aio_get_main_context(), work, &j, work_is_done);
    thread_pool_drain(aio_get_main_context());
    assert_true(j.done);
}

/* ---- iothreads ---- */

typedef struct Visit {
    pthread_t thread;
    AioContext *ctx;
    Job job;
    Timer timer;
    atomic_bool timer_fired, visited;
} Visit;

static void visit(void *opaque)
{
    Visit *v = opaque;

    v->thread = pthread_self();
    v->ctx = aio_get_current_context();
    v->job.in = 4;
    thread_pool_submit(v->ctx, work, &v->job, work_is_done);
    v->visited = true;
}

static void on_timer(void *opaque)
{
    ((Visit *)opaque)->timer_fired = true;
}

static void test_an_iothread_serves_its_own_context_in_its_own_thread(void **state)
{
    IOThread *t = iothread_new("io0", NULL);
    Visit v = {0};

    assert_ptr_equal(iothread_find("io0"), t);
    aio_timer_init(iothread_get_context(t), &v.timer, VM_CLOCK_REALTIME, on_timer, &v);
    timer_mod_ns(&v.timer, clock_get_ns(VM_CLOCK_REALTIME) + NANOSECONDS_PER_MS);
    bh_schedule_oneshot(iothread_get_context(t), visit, &v);
    while (!v.timer_fired || !v.visited) {
        usleep(100);
    }
    iothread_free(t); /* what was submitted from there is done first */
    assert_false(pthread_equal(v.thread, pthread_self()));
    assert_true(v.job.done);
    assert_true(pthread_equal(v.job.done_on, v.thread));
    assert_null(iothread_find("io0"));
    assert_ptr_equal(aio_get_current_context(), aio_get_main_context());
}

/* ---- threads ---- */

static char names[256];

static void list_thread(const Thread *t, void *opaque)
{
    assert_true(thread_tid(t) > 0);
    strcat(names, thread_name(t));
    strcat(names, ",");
}

static void *report_self(void *arg)
{
    char comm[16];

    pthread_getname_np(pthread_self(), comm, sizeof(comm));
    assert_string_equal(comm, "IO a-rather-lon"); /* the kernel's 15 bytes */
    assert_non_null(thread_self());
    return arg;
}

static void test_threads_are_listed_by_name_until_joined(void **state)
{
    Thread *t;

    thread_pool_cleanup();
    t = thread_create("IO a-rather-long-name", report_self, names);
    thread_foreach(list_thread, NULL);
    assert_string_equal(names, "IO a-rather-long-name,");
    assert_ptr_equal(thread_join(t), names);
    names[0] = 0;
    thread_foreach(list_thread, NULL);
    assert_string_equal(names, "");
    assert_null(thread_self());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_is_done_by_a_worker_and_reported_in_the_submitters_thread),
        cmocka_unit_test(test_drain_waits_for_all_of_a_thousand),
        cmocka_unit_test(test_two_blocking_jobs_run_side_by_side),
        cmocka_unit_test(test_the_pool_starts_again_after_cleanup),
        cmocka_unit_test(test_an_iothread_serves_its_own_context_in_its_own_thread),
        cmocka_unit_test(test_threads_are_listed_by_name_until_joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
