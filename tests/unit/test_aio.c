/* SPDX-License-Identifier: MIT */
/* loop/aio.h and loop/aio_steps.h: one turn of one context. */
#include <fcntl.h>
#include <unistd.h>
#include "base/log.h"
#include "loop/aio_steps.h"
#include "loop/thread.h"
#include "unit/unit.h"

typedef struct Fixture {
    AioContext *ctx;
    int fd[2]; /* a pipe: read end, write end */
    char got[32];
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof(*f));

    f->ctx = aio_context_new("test", NULL);
    assert_non_null(f->ctx);
    assert_int_equal(pipe2(f->fd, O_NONBLOCK | O_CLOEXEC), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;

    close(f->fd[0]);
    close(f->fd[1]);
    aio_context_unref(f->ctx);
    free(f);
    return 0;
}

static void put(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void take(void *opaque)
{
    Fixture *f = opaque;
    size_t len = strlen(f->got);
    ssize_t n = read(f->fd[0], f->got + len, sizeof(f->got) - 1 - len);

    if (n > 0) {
        f->got[len + n] = 0;
    }
}

static void nothing(void *opaque)
{
}

static void test_a_readable_descriptor_calls_its_handler(void **state)
{
    Fixture *f = *state;

    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    assert_false(aio_poll(f->ctx, false));
    put(f->fd[1], "x");
    assert_true(aio_poll(f->ctx, true));
    assert_string_equal(f->got, "x");
    assert_false(aio_poll(f->ctx, false));
}

static void note_writable(void *opaque)
{
    strcat(((Fixture *)opaque)->got, "w");
}

static void test_a_writable_descriptor_calls_its_write_handler_until_removed(void **state)
{
    Fixture *f = *state;

    aio_set_fd_handler(f->ctx, f->fd[1], NULL, note_writable, f);
    aio_poll(f->ctx, true);
    aio_poll(f->ctx, true);
    aio_set_fd_handler(f->ctx, f->fd[1], NULL, NULL, NULL);
    assert_false(aio_poll(f->ctx, false));
    assert_string_equal(f->got, "ww");
}

static void test_a_hang_up_wakes_the_reader(void **state)
{
    Fixture *f = *state;

    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    close(f->fd[1]);
    assert_true(aio_poll(f->ctx, true));
    f->fd[1] = dup(f->fd[0]);
    aio_set_fd_handler(f->ctx, f->fd[0], NULL, NULL, NULL);
}

static void remove_myself(void *opaque)
{
    Fixture *f = opaque;

    strcat(f->got, "r");
    aio_set_fd_handler(f->ctx, f->fd[0], NULL, NULL, NULL);
}

static void test_a_handler_may_remove_itself(void **state)
{
    Fixture *f = *state;

    aio_set_fd_handler(f->ctx, f->fd[0], remove_myself, NULL, f);
    put(f->fd[1], "x");
    assert_true(aio_poll(f->ctx, true));
    assert_false(aio_poll(f->ctx, false));
    assert_string_equal(f->got, "r");
}

static void add_again(void *opaque)
{
    remove_myself(opaque);
    aio_set_fd_handler(((Fixture *)opaque)->ctx, ((Fixture *)opaque)->fd[0], take, NULL, opaque);
}

static void test_a_handler_may_remove_itself_and_add_another_for_the_same_descriptor(void **state)
{
    Fixture *f = *state;

    aio_set_fd_handler(f->ctx, f->fd[0], add_again, NULL, f);
    put(f->fd[1], "x");
    aio_poll(f->ctx, true);
    assert_string_equal(f->got, "r");
    aio_poll(f->ctx, true);
    assert_string_equal(f->got, "rx");
}

static int others[16]; /* read ends that are all readable */
static int calls;

static void remove_all(void *opaque)
{
    Fixture *f = opaque;

    calls++;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        aio_set_fd_handler(f->ctx, others[i], NULL, NULL, NULL);
    }
}

static void test_a_handler_that_is_removed_by_another_is_not_called(void **state)
{
    Fixture *f = *state;

    put(f->fd[1], "x");
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        others[i] = dup(f->fd[0]);
        aio_set_fd_handler(f->ctx, others[i], remove_all, NULL, f);
    }
    calls = 0;
    aio_poll(f->ctx, true);
    assert_int_equal(calls, 1);
    assert_false(aio_poll(f->ctx, false));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        close(others[i]);
    }
}

static void nested_read(void *opaque)
{
    Fixture *f = opaque;

    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    put(f->fd[1], "n");
    while (!f->got[0]) {
        aio_poll(f->ctx, true);
    }
}

static void test_a_nested_aio_poll_completes_a_read(void **state)
{
    Fixture *f = *state;

    bh_schedule_oneshot(f->ctx, nested_read, f);
    assert_true(aio_poll(f->ctx, true));
    assert_string_equal(f->got, "n");
}

static void test_prepare_chooses_the_nearest_deadline_of_all_sources(void **state)
{
    Fixture *f = *state;
    AioContext *other = aio_context_new("other", NULL);
    int64_t timeout = -1, now = clock_get_ns(VM_CLOCK_REALTIME);
    Timer far, near, nearest;
    AioPollSet set = {0};

    aio_timer_init(f->ctx, &far, VM_CLOCK_REALTIME, nothing, NULL);
    aio_timer_init(other, &near, VM_CLOCK_REALTIME, nothing, NULL);
    aio_timer_init(other, &nearest, VM_CLOCK_HOST, nothing, NULL);
    assert_false(aio_prepare(f->ctx, &timeout));
    assert_int_equal(timeout, -1);
    timer_mod_ns(&far, now + 3600 * NANOSECONDS_PER_SECOND);
    timer_mod_ns(&near, now + 60 * NANOSECONDS_PER_SECOND);
    timer_mod_ns(&nearest, clock_get_ns(VM_CLOCK_HOST) + 30 * NANOSECONDS_PER_SECOND);
    aio_prepare(f->ctx, &timeout);
    assert_true(timeout > 3500 * NANOSECONDS_PER_SECOND);
    aio_prepare(other, &timeout);
    assert_in_range(timeout, 20 * NANOSECONDS_PER_SECOND, 30 * NANOSECONDS_PER_SECOND);
    bh_schedule_oneshot(other, nothing, NULL);
    assert_true(aio_prepare(other, &timeout));
    assert_int_equal(timeout, 0);
    aio_query(f->ctx, &set);
    aio_query(other, &set);
    aio_poll_fds(&set, 0);
    for (int i = 0; i < 2; i++) { /* each prepare has its check */
        aio_check(f->ctx, &set);
        aio_check(other, &set);
    }
    aio_poll_set_free(&set);
    timer_del(&far);
    timer_del(&near);
    timer_del(&nearest);
    aio_context_unref(other);
}

static void test_query_lists_each_descriptor_with_what_it_waits_for(void **state)
{
    Fixture *f = *state;
    AioPollSet set = {0};

    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    aio_set_fd_handler(f->ctx, f->fd[1], NULL, nothing, f);
    aio_query(f->ctx, &set);
    assert_int_equal(set.n, 3); /* and the context's own event notifier */
    assert_int_equal(set.fds[1].fd, f->fd[0]);
    assert_int_equal(set.fds[1].events, POLLIN);
    assert_int_equal(set.fds[2].fd, f->fd[1]);
    assert_int_equal(set.fds[2].events, POLLOUT);
    aio_poll_set_free(&set);
}

static void test_check_calls_nobody_and_dispatch_does(void **state)
{
    Fixture *f = *state;
    AioPollSet set = {0};
    int64_t timeout = -1;

    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    put(f->fd[1], "c");
    aio_prepare(f->ctx, &timeout);
    aio_query(f->ctx, &set);
    assert_int_equal(aio_poll_fds(&set, timeout), 1);
    assert_true(aio_check(f->ctx, &set));
    assert_string_equal(f->got, "");
    assert_true(aio_dispatch(f->ctx));
    assert_string_equal(f->got, "c");
    aio_poll_set_free(&set);
}

static void test_a_handler_removed_between_query_and_check_is_not_called(void **state)
{
    Fixture *f = *state;
    AioPollSet set = {0};
    int64_t timeout = -1;

    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    put(f->fd[1], "c");
    aio_prepare(f->ctx, &timeout);
    aio_query(f->ctx, &set);
    aio_poll_fds(&set, timeout);
    aio_set_fd_handler(f->ctx, f->fd[0], NULL, NULL, NULL);
    assert_false(aio_check(f->ctx, &set));
    assert_false(aio_dispatch(f->ctx));
    aio_poll_set_free(&set);
}

static void test_poll_sleeps_as_long_as_it_is_told(void **state)
{
    AioPollSet set = {0};
    int64_t t0 = clock_get_ns(VM_CLOCK_REALTIME);

    assert_int_equal(aio_poll_fds(&set, 3 * NANOSECONDS_PER_MS), 0);
    assert_true(clock_get_ns(VM_CLOCK_REALTIME) - t0 >= 3 * NANOSECONDS_PER_MS);
}

static void test_the_log_of_a_turn_is_prepare_query_poll_check_dispatch(void **state)
{
    Fixture *f = *state;
    char path[] = "/tmp/teemu-test-aio-XXXXXX", line[128], steps[128] = "", step[16];
    int fd = mkstemp(path);
    FILE *log;

    assert_true(fd >= 0);
    assert_true(log_set_file(path, NULL));
    assert_true(log_set_items("loop", NULL));
    aio_poll(f->ctx, false);
    assert_true(log_set_items("", NULL));
    log = fdopen(fd, "r");
    while (fgets(line, sizeof(line), log)) {
        assert_int_equal(sscanf(line, "loop: %15s", step), 1);
        strcat(steps, step);
        strcat(steps, " ");
    }
    fclose(log);
    unlink(path);
    assert_string_equal(steps, "prepare query poll check dispatch ");
}

static void note_fired(void *opaque)
{
    strcat(((Fixture *)opaque)->got, "t");
}

static void test_a_blocking_poll_wakes_for_the_nearest_timer(void **state)
{
    Fixture *f = *state;
    Timer t;

    aio_timer_init(f->ctx, &t, VM_CLOCK_REALTIME, note_fired, f);
    timer_mod_ns(&t, clock_get_ns(VM_CLOCK_REALTIME) + 2 * NANOSECONDS_PER_MS);
    while (!aio_poll(f->ctx, true)) {
    }
    assert_string_equal(f->got, "t");
}

static atomic_bool awake;

static void *wake_later(void *arg)
{
    Fixture *f = arg;

    while (!awake) { /* the first ones may come before the sleep, where they mean nothing */
        usleep(2000);
        aio_notify(f->ctx);
    }
    return NULL;
}

static void test_aio_notify_ends_a_sleep_from_another_thread(void **state)
{
    Fixture *f = *state;
    Thread *t = thread_create("waker", wake_later, f);

    assert_false(aio_poll(f->ctx, true)); /* returns at all */
    awake = true;
    thread_join(t);
}

static void *add_handler_later(void *arg)
{
    Fixture *f = arg;

    usleep(5000);
    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    return NULL;
}

static void test_a_handler_added_by_another_thread_during_the_sleep_is_served(void **state)
{
    Fixture *f = *state;
    Thread *t;

    put(f->fd[1], "x");
    t = thread_create("adder", add_handler_later, f);
    while (!f->got[0]) {
        aio_poll(f->ctx, true);
    }
    thread_join(t);
    assert_string_equal(f->got, "x");
}

static int events_seen;

static void on_event(EventNotifier *e)
{
    assert_true(event_notifier_test_and_clear(e));
    events_seen++;
}

static void test_an_event_notifier_set_twice_is_seen_once(void **state)
{
    Fixture *f = *state;
    EventNotifier e;

    assert_true(event_notifier_init(&e, false, NULL));
    aio_set_event_notifier(f->ctx, &e, on_event);
    assert_false(aio_poll(f->ctx, false));
    event_notifier_set(&e);
    event_notifier_set(&e);
    assert_true(aio_poll(f->ctx, true));
    assert_false(aio_poll(f->ctx, false));
    assert_int_equal(events_seen, 1);
    aio_set_event_notifier(f->ctx, &e, NULL);
    event_notifier_cleanup(&e);
}

static char listing[512];

static void list_callback(const AioCallback *cb, void *opaque)
{
    static const char *const kinds[] = {"fd", "bh", "timer"};

    snprintf(listing + strlen(listing), sizeof(listing) - strlen(listing), "%s %s %s\n",
             kinds[cb->kind], cb->site->name, cb->site->func);
}

static void find_ours(AioContext *ctx, void *opaque)
{
    *(bool *)opaque |= !strcmp(aio_context_name(ctx), "test");
}

static void test_all_callbacks_are_listed_by_name_and_by_who_registered_them(void **state)
{
    Fixture *f = *state;
    BH *bh = bh_new(f->ctx, nothing, NULL);
    Timer t;
    bool found = false;

    aio_timer_init(f->ctx, &t, VM_CLOCK_HOST, note_fired, f);
    timer_mod_ns(&t, 1);
    aio_set_fd_handler(f->ctx, f->fd[0], take, NULL, f);
    aio_foreach_callback(f->ctx, list_callback, NULL);
    assert_string_equal(
        listing,
        "fd take NULL test_all_callbacks_are_listed_by_name_and_by_who_registered_them\n"
        "bh nothing test_all_callbacks_are_listed_by_name_and_by_who_registered_them\n"
        "timer note_fired test_all_callbacks_are_listed_by_name_and_by_who_registered_them\n");
    aio_context_foreach(find_ours, &found);
    assert_true(found);
    timer_del(&t);
    bh_delete(bh);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_readable_descriptor_calls_its_handler),
        T(test_a_writable_descriptor_calls_its_write_handler_until_removed),
        T(test_a_hang_up_wakes_the_reader),
        T(test_a_handler_may_remove_itself),
        T(test_a_handler_may_remove_itself_and_add_another_for_the_same_descriptor),
        T(test_a_handler_that_is_removed_by_another_is_not_called),
        T(test_a_nested_aio_poll_completes_a_read),
        T(test_prepare_chooses_the_nearest_deadline_of_all_sources),
        T(test_query_lists_each_descriptor_with_what_it_waits_for),
        T(test_check_calls_nobody_and_dispatch_does),
        T(test_a_handler_removed_between_query_and_check_is_not_called),
        T(test_poll_sleeps_as_long_as_it_is_told),
        T(test_the_log_of_a_turn_is_prepare_query_poll_check_dispatch),
        T(test_a_blocking_poll_wakes_for_the_nearest_timer),
        T(test_aio_notify_ends_a_sleep_from_another_thread),
        T(test_a_handler_added_by_another_thread_during_the_sleep_is_served),
        T(test_an_event_notifier_set_twice_is_seen_once),
        T(test_all_callbacks_are_listed_by_name_and_by_who_registered_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
