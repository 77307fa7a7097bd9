/* SPDX-License-Identifier: MIT */
/* The main loop: one turn over two contexts, with the big lock dropped while it sleeps. */
#include "loop/main_loop.h"

#include <unistd.h>
#include "base/phase.h"
#include "base/trace.h"
#include "loop/aio_int.h"
#include "loop/signal.h"

TRACE_EVENT(main_loop_poll, "the main loop sleeps until something is to be done");

bool in_main_thread(void)
{
    static __thread int answer = -1;

    if (answer < 0) {
        answer = gettid() == getpid();
    }
    return answer;
}

bool init_main_loop(Error **errp)
{
    INIT_STEP();
    assert(in_main_thread());
    if (!aio_main_contexts_init(errp) || !signal_init(errp)) {
        return false;
    }
    bql_lock();
    return true;
}

static AioPollSet poll_set; /* of main_loop_wait: keeps its memory from turn to turn */

void main_loop_cleanup(void)
{
    assert(in_main_thread());
    signal_cleanup();
    aio_main_contexts_cleanup();
    aio_poll_set_free(&poll_set);
    bql_unlock();
}

void main_loop_notify(void)
{
    /* Not aio_notify: who asks has set a flag that prepare does not look at, so the event must stay
     * set until the next sleep even if nobody is about to sleep now. */
    event_notifier_set(&aio_get_main_context()->notifier);
}

static void sleep_in_poll(AioPollSet *set, int64_t timeout_ns)
{
    int64_t since = trace_on(main_loop_poll) ? trace_clock_ns() : 0;
    int ready = aio_poll_fds(set, timeout_ns);

    if (since) {
        trace_span(main_loop_poll, "main-loop", since, "%zu descriptors, timeout %" PRId64
                   " ns, %d ready", set->n, timeout_ns, ready);
    }
}

void main_loop_wait(bool nonblocking)
{
    /* Devices' descriptors first: what they schedule in the main context is done in this turn. */
    AioContext *const contexts[] = {iohandler_get_context(), aio_get_main_context()};
    AioPollSet *set = &poll_set;
    int64_t timeout_ns = nonblocking ? 0 : -1;

    assert(in_main_thread() && bql_locked());
    aio_poll_set_clear(set);
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
        aio_prepare(contexts[i], &timeout_ns);
    }
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
        aio_query(contexts[i], set);
    }
    bql_unlock();
    sleep_in_poll(set, timeout_ns);
    bql_lock();
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
        aio_check(contexts[i], set);
    }
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
        aio_dispatch(contexts[i]);
    }
}
