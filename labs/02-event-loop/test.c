/* SPDX-License-Identifier: MIT */
/* Chapter 2: one turn of an event loop, through loop/aio.h and loop/aio_steps.h.
 *
 * Nobody really sleeps here.  ppoll and clock_gettime below stand in for the C library's: the clock
 * is a number that only a sleep moves on, and what another thread might do at an awkward moment is
 * done by a hook, at just that moment.  The linker passes some calls of our functions (see the file
 * `lab`, wrap) through here, so that we see when they come and whether the lock is held. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "lab.h"
#include "loop/aio_int.h"

#define MS NANOSECONDS_PER_MS

/* ---- a host of our own ---- */

static struct {
    int64_t now;
    unsigned polls; /* calls of ppoll */
    int64_t timeout; /* of the last one; -1: for ever */
    bool slept_for_ever; /* nothing was ready, and nothing would have come */
    bool interrupt; /* the next ppoll is ended by a signal */
    struct pollfd asked[32]; /* what the last one waited for, and the answer */
    size_t n;
    void (*in_sleep)(void); /* called once, when a ppoll begins */
    void (*in_clock)(void); /* called once, when the clock is read */
    void (*after_look)(void); /* called once, when the bottom halves have been looked at */
} host = {.now = 1000 * NANOSECONDS_PER_SECOND};

static void call_once(void (**hook)(void))
{
    void (*fn)(void) = *hook;

    *hook = NULL;
    if (fn) {
        fn();
    }
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    call_once(&host.in_clock);
    ts->tv_sec = host.now / NANOSECONDS_PER_SECOND;
    ts->tv_nsec = host.now % NANOSECONDS_PER_SECOND;
    return 0;
}

bool __real_bh_any_scheduled(AioContext *ctx);
bool __wrap_bh_any_scheduled(AioContext *ctx);
bool __wrap_bh_any_scheduled(AioContext *ctx)
{
    bool any = __real_bh_any_scheduled(ctx);

    call_once(&host.after_look);
    return any;
}

static bool locked(AioContext *ctx)
{
    if (pthread_mutex_trylock(&ctx->lock)) {
        return true;
    }
    pthread_mutex_unlock(&ctx->lock);
    return false;
}

static struct {
    unsigned sweeps; /* calls of aio_sweep_handlers that could free something */
    bool unlocked_sweep;
    bool unlocked_query; /* a handler's descriptor was added without the lock */
} seen;

void __real_aio_sweep_handlers(AioContext *ctx);
void __wrap_aio_sweep_handlers(AioContext *ctx);
void __wrap_aio_sweep_handlers(AioContext *ctx)
{
    seen.unlocked_sweep |= !locked(ctx);
    seen.sweeps += !ctx->walkers;
    __real_aio_sweep_handlers(ctx);
}

static AioContext *ctx; /* of the test */

size_t __real_aio_poll_set_add(AioPollSet *set, int fd, short events);
size_t __wrap_aio_poll_set_add(AioPollSet *set, int fd, short events);
size_t __wrap_aio_poll_set_add(AioPollSet *set, int fd, short events)
{
    seen.unlocked_query |= ctx && fd != ctx->notifier.fd && !locked(ctx);
    return __real_aio_poll_set_add(set, fd, events);
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *ts, const sigset_t *mask)
{
    int ready;

    host.polls++;
    host.timeout = ts ? ts->tv_sec * NANOSECONDS_PER_SECOND + ts->tv_nsec : -1;
    expect_true(!ts || (ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < 1000000000),
                "ppoll was given a wrong time-out: tv_sec %lld, tv_nsec %ld",
                (long long)(ts ? ts->tv_sec : 0), ts ? ts->tv_nsec : 0);
    call_once(&host.in_sleep);
    if (host.interrupt) {
        host.interrupt = false;
        errno = EINTR;
        return -1;
    }
    ready = poll(fds, n, 0);
    if (ready == 0 && ts) {
        host.now += host.timeout;
    } else if (ready == 0) {
        host.slept_for_ever = true;
    }
    host.n = MIN(n, ARRAY_SIZE(host.asked));
    for (size_t i = 0; i < host.n; i++) {
        host.asked[i] = fds[i];
    }
    return ready;
}

/* ---- what each test has: a context, a pipe, and a diary of who was called ---- */

static int pipe_out, pipe_in; /* what is written to pipe_in can be read from pipe_out */
static char diary[64];

static void note(const char *letter)
{
    if (strlen(diary) + 2 < sizeof(diary)) {
        strcat(diary, letter);
    }
}

static void note_a(void *opaque)
{
    note("a");
}

static void note_b(void *opaque)
{
    note("b");
}

static void note_c(void *opaque)
{
    note("c");
}

static void begin(void)
{
    int fd[2];

    ctx = aio_context_new("test", NULL);
    assert_non_null(ctx);
    assert_int_equal(pipe2(fd, O_NONBLOCK | O_CLOEXEC), 0);
    pipe_out = fd[0];
    pipe_in = fd[1];
}

static void put(const char *text)
{
    assert_int_equal(write(pipe_in, text, strlen(text)), strlen(text));
}

/* A handler that empties the pipe. */
static void take(void *opaque)
{
    char buffer[16];
    ssize_t n = read(pipe_out, buffer, sizeof(buffer) - 1);

    note(n > 0 ? "r" : "-");
}

static void expect_diary(const char *expected, const char *when)
{
    expect_true(!strcmp(diary, expected), "%s: expected the calls \"%s\", found \"%s\"", when,
                expected, diary);
}

/* Steps of a turn, one by one. */
static AioPollSet set;

static int64_t prepare(int64_t timeout_ns)
{
    aio_prepare(ctx, &timeout_ns);
    return timeout_ns;
}

static bool query_poll_check(int64_t timeout_ns)
{
    aio_poll_set_clear(&set);
    aio_query(ctx, &set);
    aio_poll_fds(&set, timeout_ns);
    return aio_check(ctx, &set);
}

static const struct pollfd *find_fd(const struct pollfd *fds, size_t n, int fd)
{
    for (size_t i = 0; i < n; i++) {
        if (fds[i].fd == fd) {
            return &fds[i];
        }
    }
    return NULL;
}

/* ---- prepare ---- */

static void test_prepare_finds_how_long_the_loop_may_sleep(void **state)
{
    int64_t timeout = -1;
    Timer near, far;
    BH *bh;

    begin();
    expect_true(!aio_prepare(ctx, &timeout), "nothing is due, but prepare said so");
    expect_number(timeout, -1, "time-out of an empty context");
    expect_number(prepare(5 * MS), 5 * MS, "time-out that another context wants, nothing of ours");
    aio_timer_init(ctx, &far, VM_CLOCK_REALTIME, note_a, NULL);
    aio_timer_init(ctx, &near, VM_CLOCK_REALTIME, note_a, NULL);
    timer_mod_ns(&far, host.now + 900 * MS);
    timer_mod_ns(&near, host.now + 7 * MS + 1);
    expect_number(prepare(-1), 7 * MS + 1, "time-out, the nearest timer 7000001 ns away");
    expect_number(prepare(5 * MS), 5 * MS, "time-out, a timer in 7 ms, another context wants 5 ms");
    expect_number(prepare(9 * MS), 7 * MS + 1, "time-out, a timer in 7 ms, another one wants 9 ms");
    host.now += 8 * MS;
    timeout = 5 * MS;
    expect_true(aio_prepare(ctx, &timeout), "a timer is due, but prepare did not say so");
    expect_number(timeout, 0, "time-out when a timer is due");
    timer_del(&near);
    bh = bh_new(ctx, note_a, NULL);
    bh_schedule(bh);
    timeout = -1;
    expect_true(aio_prepare(ctx, &timeout), "a bottom half is scheduled, prepare did not say so");
    expect_number(timeout, 0, "time-out when a bottom half is scheduled");
    expect_diary("", "prepare");
}

/* ---- query ---- */

static void test_query_appends_each_descriptor_with_what_it_waits_for(void **state)
{
    const struct pollfd *p;

    begin();
    aio_set_fd_handler(ctx, pipe_out, note_a, NULL, NULL);
    aio_set_fd_handler(ctx, pipe_in, note_a, note_b, NULL);
    aio_poll_set_add(&set, 1000, POLLOUT); /* of another context, which was asked before */
    aio_query(ctx, &set);
    expect_number(set.n, 4,
                  "descriptors: one of another context, our event notifier, a pipe's two");
    expect_number(set.fds[0].fd, 1000, "the descriptor that was there before");
    p = find_fd(set.fds, set.n, pipe_out);
    expect_true(p && p->events == POLLIN, "a handler with read only must wait for POLLIN");
    p = find_fd(set.fds, set.n, pipe_in);
    expect_true(p && p->events == (POLLIN | POLLOUT), "a handler with both must wait for both");
    aio_set_fd_handler(ctx, pipe_out, NULL, NULL, NULL);
    aio_poll_set_clear(&set);
    aio_query(ctx, &set);
    expect_true(!find_fd(set.fds, set.n, pipe_out), "a removed handler was asked for");
}

static void query_inside(void *opaque)
{
    AioPollSet inner = {0};

    aio_set_fd_handler(ctx, pipe_out, NULL, NULL, NULL);
    aio_query(ctx, &inner); /* the handler is on the list still, since we are called from it */
    note(find_fd(inner.fds, inner.n, pipe_out) ? "X" : "q");
    aio_poll_set_free(&inner);
}

static void test_query_leaves_out_a_handler_that_is_deleted_but_still_listed(void **state)
{
    begin();
    aio_set_fd_handler(ctx, pipe_out, query_inside, NULL, NULL);
    put("x");
    aio_poll(ctx, true);
    expect_diary("q", "q: the deleted handler was left out, X: it was asked for");
}

/* ---- poll ---- */

static void test_poll_sleeps_exactly_as_long_as_it_is_told(void **state)
{
    begin();
    expect_number(aio_poll_fds(&set, 3 * NANOSECONDS_PER_SECOND + 7), 0, "descriptors ready");
    expect_number(host.polls, 1, "calls of ppoll");
    expect_number(host.timeout, 3 * NANOSECONDS_PER_SECOND + 7, "nanoseconds given to ppoll");
    aio_poll_fds(&set, 0);
    expect_number(host.timeout, 0, "nanoseconds given to ppoll");
    aio_poll_fds(&set, -1);
    expect_number(host.timeout, -1, "time-out given to ppoll (-1: NULL, for ever)");
    put("x");
    aio_poll_set_add(&set, pipe_out, POLLIN);
    aio_poll_set_add(&set, pipe_in, POLLIN);
    expect_number(aio_poll_fds(&set, -1), 1, "descriptors ready");
    expect_true(set.fds[0].revents == POLLIN && !set.fds[1].revents, "revents is not ppoll's");
}

static void test_a_signal_counts_as_a_time_out_with_nothing_ready(void **state)
{
    begin();
    aio_poll_set_add(&set, pipe_out, POLLIN);
    set.fds[0].revents = POLLIN; /* what was there before: ppoll does not touch it then */
    host.interrupt = true;
    expect_number(aio_poll_fds(&set, -1), 0, "descriptors ready after EINTR");
    expect_number(set.fds[0].revents, 0, "revents after EINTR");
}

/* ---- check and dispatch ---- */

static void test_check_notes_and_dispatch_calls(void **state)
{
    begin();
    aio_set_fd_handler(ctx, pipe_out, take, NULL, NULL);
    expect_number(prepare(-1), -1, "time-out");
    expect_true(!query_poll_check(0), "check found something ready, but nothing is");
    expect_true(!aio_dispatch(ctx), "dispatch said that it called somebody");
    expect_diary("", "a turn with nothing to do");
    put("x");
    prepare(-1);
    expect_true(query_poll_check(-1), "check did not find the readable descriptor");
    expect_diary("", "check");
    expect_true(aio_dispatch(ctx), "dispatch said that it called nobody");
    expect_diary("r", "dispatch");
    expect_true(!aio_dispatch(ctx), "a second dispatch called the handler again");
    expect_diary("r", "a second dispatch without a check");
}

static void test_bottom_halves_come_first_then_descriptors_then_timers(void **state)
{
    Timer t;

    begin();
    aio_timer_init(ctx, &t, VM_CLOCK_REALTIME, note_c, NULL);
    timer_mod_ns(&t, host.now);
    aio_set_fd_handler(ctx, pipe_out, take, NULL, NULL);
    put("x");
    bh_schedule_oneshot(ctx, note_a, NULL);
    bh_schedule_oneshot(ctx, note_b, NULL);
    expect_true(aio_poll(ctx, true), "aio_poll said that it called nobody");
    expect_diary("abrc", "two bottom halves a and b, a descriptor r, a timer c");
    bh_schedule_oneshot(ctx, note_a, NULL);
    expect_true(aio_poll(ctx, false), "only a bottom half ran, aio_poll said nobody");
    timer_mod_ns(&t, host.now);
    expect_true(aio_poll(ctx, false), "only a timer ran, aio_poll said nobody");
}

static void test_readers_and_writers_hear_what_concerns_them(void **state)
{
    begin();
    aio_set_fd_handler(ctx, pipe_in, note_a, note_b, NULL); /* writable, never readable */
    aio_poll(ctx, true);
    expect_diary("b", "a descriptor that is only writable, reader a and writer b");
    aio_set_fd_handler(ctx, pipe_in, NULL, NULL, NULL);
    aio_set_fd_handler(ctx, pipe_out, note_a, NULL, NULL);
    close(pipe_in); /* the other end hung up: POLLHUP, and no POLLIN */
    aio_poll(ctx, true);
    expect_diary("ba", "a hang-up must wake the reader a");
}

static void test_an_error_wakes_the_reader(void **state)
{
    begin();
    aio_set_fd_handler(ctx, pipe_in, note_a, NULL, NULL);
    aio_poll(ctx, false);
    expect_diary("", "the writing end of a pipe is never readable");
    close(pipe_out); /* POLLERR, and nothing else */
    aio_poll(ctx, false);
    expect_diary("a", "an error on the descriptor must wake the reader a: read() tells which");
}

static void note_w(void *opaque)
{
    note("w");
}

static void test_an_error_wakes_the_writer(void **state)
{
    static char page[4096];

    begin();
    while (write(pipe_in, page, sizeof(page)) > 0) { /* full: no longer writable */
    }
    aio_set_fd_handler(ctx, pipe_in, NULL, note_w, NULL);
    aio_poll(ctx, false);
    expect_diary("", "a full pipe");
    close(pipe_out); /* nobody will ever read: POLLERR */
    aio_poll(ctx, false);
    expect_diary("w", "an error on the descriptor must wake the writer w");
}

/* ---- what may happen in between ---- */

static void test_a_handler_removed_before_check_is_not_called(void **state)
{
    begin();
    aio_set_fd_handler(ctx, pipe_out, take, NULL, NULL);
    put("x");
    prepare(-1);
    aio_poll_set_clear(&set);
    aio_query(ctx, &set);
    aio_poll_fds(&set, 0);
    aio_set_fd_handler(ctx, pipe_out, NULL, NULL, NULL);
    aio_set_fd_handler(ctx, pipe_in, NULL, note_b, NULL); /* and a new one, which was not asked */
    expect_true(!aio_check(ctx, &set), "check found a removed handler or one it never asked for");
    expect_true(!aio_dispatch(ctx), "dispatch called a removed handler or one it never asked for");
    expect_diary("", "removed between query and check");
}

enum { MANY = 8 };
static int many[MANY]; /* all readable */

static void remove_all(void *opaque)
{
    note("x");
    for (int i = 0; i < MANY; i++) {
        aio_set_fd_handler(ctx, many[i], NULL, NULL, NULL);
    }
}

static void test_a_callback_may_remove_itself_and_all_others(void **state)
{
    begin();
    put("x");
    for (int i = 0; i < MANY; i++) {
        many[i] = dup(pipe_out);
        aio_set_fd_handler(ctx, many[i], remove_all, NULL, NULL);
    }
    aio_poll(ctx, true);
    expect_diary("x", "the first of 8 handlers removed all 8");
    expect_true(!aio_poll(ctx, false), "somebody was called after all were removed");
}

static void remove_then_write(void *opaque)
{
    note("x");
    aio_set_fd_handler(ctx, *(int *)opaque, NULL, NULL, NULL);
}

static void test_a_reader_that_removes_the_handler_keeps_its_writer_quiet(void **state)
{
    int ends[2];

    begin();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    aio_set_fd_handler(ctx, ends[0], remove_then_write, note_b, &ends[0]); /* both are ready */
    aio_poll(ctx, false);
    expect_diary("x", "the reader x removed the handler, so its writer b must not be called");
}

static void test_the_list_is_walked_with_its_lock_and_swept_at_the_end(void **state)
{
    begin();
    aio_set_fd_handler(ctx, pipe_out, remove_then_write, NULL, &pipe_out);
    put("x");
    aio_poll(ctx, true);
    expect_diary("x", "a handler x that removes itself");
    expect_true(seen.sweeps > 0, "aio_sweep_handlers was not called when the last walker had left: "
                                 "deleted handlers stay for ever");
    expect_true(!seen.unlocked_sweep, "aio_sweep_handlers was called without ctx->lock");
    expect_true(!seen.unlocked_query, "query walks over ctx->handlers without ctx->lock");
}

static int inner_turns;

static void nest(void *opaque)
{
    note("n");
    if (inner_turns++ < 3) {
        aio_poll(ctx, false); /* it must neither call us again for the same event ... */
    }
    take(NULL);
    aio_set_fd_handler(ctx, pipe_out, NULL, NULL, NULL);
}

static void other_nested(void *opaque)
{
    note("o");
    aio_set_fd_handler(ctx, *(int *)opaque, NULL, NULL, NULL);
    aio_poll(ctx, false); /* ... nor free what the turn outside still walks over */
}

static void test_a_callback_may_run_a_turn_of_its_own(void **state)
{
    begin();
    for (int i = 0; i < 3; i++) {
        many[i] = dup(pipe_out);
        aio_set_fd_handler(ctx, many[i], other_nested, NULL, &many[i]);
    }
    put("x");
    aio_poll(ctx, true);
    expect_diary("ooo", "three handlers o, each removes itself and runs a turn");
    aio_poll(ctx, false);
    diary[0] = 0;
    inner_turns = 3;
    aio_set_fd_handler(ctx, pipe_out, nest, NULL, NULL);
    aio_poll(ctx, false);
    expect_diary("nr", "a handler n that reads r and removes itself");
}

static void nest_once(void *opaque)
{
    note("n");
    aio_poll(ctx, false);
}

static void test_an_event_that_an_inner_turn_delivered_is_not_delivered_again(void **state)
{
    begin();
    bh_schedule_oneshot(ctx, nest_once, NULL);
    aio_set_fd_handler(ctx, pipe_out, take, NULL, NULL);
    put("x");
    aio_poll(ctx, true);
    expect_diary("nr", "a bottom half n whose inner turn reads r all that there was to read");
}

/* ---- waking ---- */

static void test_a_blocking_turn_sleeps_until_the_timer_and_no_longer(void **state)
{
    int64_t began;
    Timer t;

    begin();
    began = host.now;
    aio_timer_init(ctx, &t, VM_CLOCK_REALTIME, note_c, NULL);
    timer_mod_ns(&t, host.now + 12345678);
    expect_true(!aio_poll(ctx, false), "a turn that may not block called somebody");
    expect_number(host.now - began, 0, "nanoseconds slept in a turn that may not block");
    expect_true(aio_poll(ctx, true), "the timer was not called after the sleep");
    expect_number(host.now - began, 12345678, "nanoseconds slept");
    expect_diary("c", "one timer c");
}

static void test_each_turn_begins_with_an_empty_set(void **state)
{
    size_t first;

    begin();
    aio_set_fd_handler(ctx, pipe_out, take, NULL, NULL);
    aio_poll(ctx, false);
    first = host.n;
    expect_number(first, 2, "descriptors given to ppoll: the event notifier, a handler");
    aio_poll(ctx, false);
    expect_number(host.n, first, "descriptors given to ppoll in the next turn, nothing new");
}

static BH *late;

static void schedule_late(void)
{
    bh_schedule(late);
}

static void check_woken(const char *when)
{
    aio_poll(ctx, true);
    aio_poll(ctx, false);
    expect_true(!host.slept_for_ever && host.timeout < 1000 * MS && !strcmp(diary, "b"),
                "a bottom half was scheduled %s; calls \"%s\", %s", when, diary,
                strcmp(diary, "b") ? "it was never called" : "the loop slept on");
}

static void test_no_wake_up_is_lost_while_the_loop_sleeps(void **state)
{
    begin();
    late = bh_new(ctx, note_b, NULL);
    host.in_sleep = schedule_late;
    check_woken("by another thread just after ppoll began");
}

static void test_no_wake_up_is_lost_just_before_the_loop_sleeps(void **state)
{
    Timer t;

    begin();
    late = bh_new(ctx, note_b, NULL);
    aio_timer_init(ctx, &t, VM_CLOCK_REALTIME, note_a, NULL);
    timer_mod_ns(&t, host.now + 3600 * NANOSECONDS_PER_SECOND);
    host.in_clock = schedule_late; /* prepare reads the clock to see how far the timer is */
    aio_poll(ctx, true);
    expect_true(host.now < 2000 * NANOSECONDS_PER_SECOND,
                "a bottom half was scheduled by another thread while prepare looked at the timers; "
                "the loop slept for an hour");
    aio_poll(ctx, false);
    expect_diary("b", "the bottom half b");
}

static void test_no_wake_up_is_lost_between_two_looks(void **state)
{
    begin();
    late = bh_new(ctx, note_b, NULL);
    host.after_look = schedule_late;
    check_woken("by another thread just after prepare had looked at the bottom halves");
}

static void notify(void);

static void test_who_changes_something_in_prepare_wakes_the_loop(void **state)
{
    Timer t;

    begin();
    aio_timer_init(ctx, &t, VM_CLOCK_REALTIME, note_a, NULL);
    timer_mod_ns(&t, host.now + 3600 * NANOSECONDS_PER_SECOND);
    host.in_clock = notify;
    aio_poll(ctx, true);
    expect_true(host.now < 2000 * NANOSECONDS_PER_SECOND,
                "another thread called aio_notify while prepare looked at the timers; "
                "the loop slept for an hour");
}

static bool notifier_was_ready(void)
{
    for (size_t i = 0; i < host.n; i++) {
        if (host.asked[i].revents && host.asked[i].fd != pipe_out && host.asked[i].fd != pipe_in) {
            return true;
        }
    }
    return false;
}

static void notify(void)
{
    aio_notify(ctx);
}

static void test_a_wake_up_is_over_after_one_turn(void **state)
{
    begin();
    host.in_sleep = notify;
    aio_poll(ctx, true);
    expect_true(notifier_was_ready(), "aio_notify in the sleep did not end it");
    aio_poll(ctx, false);
    expect_true(!notifier_was_ready(), "the event notifier is still set in the next turn");
}

static void test_nobody_is_notified_outside_the_sleep(void **state)
{
    begin();
    aio_poll(ctx, false);
    aio_notify(ctx); /* does nothing: the next turn looks at everything anyway */
    aio_poll(ctx, false);
    expect_true(!notifier_was_ready(),
                "aio_notify between two turns cost a system call: prepare counted the context in, "
                "and check did not count it out");
}

const LabTest lab_tests[] = {
    LAB_TEST(test_prepare_finds_how_long_the_loop_may_sleep, 7,
             "aio_prepare: -1 means for ever, and is larger than any number; the time-out may only "
             "go down"),
    LAB_TEST(test_query_appends_each_descriptor_with_what_it_waits_for, 5,
             "aio_query: the notifier's descriptor, and those of ctx->handlers"),
    LAB_TEST(test_query_leaves_out_a_handler_that_is_deleted_but_still_listed, 3,
             "aio_int.h: what does AioHandler.deleted say?"),
    LAB_TEST(test_poll_sleeps_exactly_as_long_as_it_is_told, 5,
             "aio_poll_fds: seconds and nanoseconds are two members; for ever is a NULL pointer"),
    LAB_TEST(test_a_signal_counts_as_a_time_out_with_nothing_ready, 4,
             "man ppoll, RETURN VALUE and ERRORS; what does revents hold then?"),
    LAB_TEST(test_check_notes_and_dispatch_calls, 7,
             "aio_check copies revents from each handler's slot; aio_dispatch takes it and leaves "
             "none"),
    LAB_TEST(test_bottom_halves_come_first_then_descriptors_then_timers, 6,
             "aio_dispatch: bh_dispatch, your walk, timer_group_run; each says whether it called "
             "anybody"),
    LAB_TEST(test_readers_and_writers_hear_what_concerns_them, 4,
             "man 2 poll: which bits beside POLLIN must make somebody read()?"),
    LAB_TEST(test_an_error_wakes_the_writer, 3,
             "man 2 poll: which bits beside POLLOUT must make somebody write()?"),
    LAB_TEST(test_an_error_wakes_the_reader, 2,
             "man 2 poll: which bits come without having been asked for?"),
    LAB_TEST(test_a_handler_removed_before_check_is_not_called, 4,
             "aio_check: ask `deleted`, and AIO_NOT_POLLED"),
    LAB_TEST(test_a_callback_may_remove_itself_and_all_others, 5,
             "dispatch: what does ctx->walkers hold back? Which handlers may be called after a "
             "callback returned?"),
    LAB_TEST(test_a_reader_that_removes_the_handler_keeps_its_writer_quiet, 3,
             "dispatch: after each callback, look at the handler again"),
    LAB_TEST(test_the_list_is_walked_with_its_lock_and_swept_at_the_end, 2,
             "aio_int.h: what does it say above aio_sweep_handlers, and beside lock?"),
    LAB_TEST(test_a_callback_may_run_a_turn_of_its_own, 4,
             "walkers is a number, not a yes or no: two turns may walk at once"),
    LAB_TEST(test_an_event_that_an_inner_turn_delivered_is_not_delivered_again, 3,
             "dispatch: when is h->revents taken, before the call or after it?"),
    LAB_TEST(test_a_blocking_turn_sleeps_until_the_timer_and_no_longer, 6,
             "aio_poll: what is the time-out before prepare lowers it?"),
    LAB_TEST(test_no_wake_up_is_lost_while_the_loop_sleeps, 3,
             "aio_query: is the event notifier among the descriptors?"),
    LAB_TEST(test_no_wake_up_is_lost_just_before_the_loop_sleeps, 3,
             "the comment on about_to_sleep in aio_int.h: who does what first?"),
    LAB_TEST(test_no_wake_up_is_lost_between_two_looks, 2,
             "the drawing in the chapter: 1 comes before 2, and there are two things to look at"),
    LAB_TEST(test_who_changes_something_in_prepare_wakes_the_loop, 2,
             "aio_prepare: all looking comes after the announcement"),
    LAB_TEST(test_each_turn_begins_with_an_empty_set, 2,
             "aio_poll: aio_steps.h has more than five functions"),
    LAB_TEST(test_a_wake_up_is_over_after_one_turn, 3,
             "aio_check: event_notifier_test_and_clear"),
    LAB_TEST(test_nobody_is_notified_outside_the_sleep, 2,
             "each aio_prepare has its aio_check, which undoes about_to_sleep"),
    LAB_TESTS_END,
};
