/* SPDX-License-Identifier: MIT */
/* One turn of an AioContext, step by step.
 *
 *                        +-------------------------------------------------+
 *                        v                                                 |
 *     prepare  ->  query  ->  poll  ->  check  ->  dispatch: bottom halves, fds, timers
 *     how long?    which?     ppoll     ready?     the only step that calls anybody
 *
 * Only dispatch calls out, and it holds no lock while it does. So the list of handlers may change
 * at any moment of a turn: a callback may remove itself, its neighbour, or all of them, and
 * another thread may do so while we sleep. Two rules make that safe:
 *   - a handler never leaves the list while a dispatch walks it (`walkers`): it is marked as
 *     deleted and swept by the last walker;
 *   - the poll set holds no pointer to a handler: check asks each handler that is still there for
 *     its slot. */
#include "loop/aio_steps.h"

#include <errno.h>
#include "base/log.h"
#include "loop/aio_int.h"

LOG_ITEM(loop, "the steps of each turn of the event loops");

/* An error or hang-up wakes whoever is there: read() or write() then tells what happened. */
#define WAKES_READ  (POLLIN | POLLPRI | POLLHUP | POLLERR | POLLNVAL)
#define WAKES_WRITE (POLLOUT | POLLHUP | POLLERR | POLLNVAL)

bool aio_prepare(AioContext *ctx, int64_t *timeout_ns)
{
    int64_t deadline;

    ctx->about_to_sleep++; /* before looking: see aio_int.h */
    deadline = bh_any_scheduled(ctx) ? 0 : timer_group_deadline_ns(ctx->timers);
    if (deadline >= 0 && (*timeout_ns < 0 || deadline < *timeout_ns)) {
        *timeout_ns = deadline;
    }
    if (log_on(loop)) {
        log_printf("loop: prepare %s, timeout %" PRId64 " ns\n", ctx->name, *timeout_ns);
    }
    return deadline == 0;
}

void aio_query(AioContext *ctx, AioPollSet *set)
{
    AioHandler *h;

    ctx->notifier_slot = aio_poll_set_add(set, event_notifier_get_fd(&ctx->notifier), POLLIN);
    pthread_mutex_lock(&ctx->lock);
    LIST_FOREACH(h, &ctx->handlers, link) {
        if (!h->deleted) {
            h->slot = aio_poll_set_add(set, h->fd, h->events);
        }
    }
    pthread_mutex_unlock(&ctx->lock);
    if (log_on(loop)) {
        log_printf("loop: query %s, %zu descriptors\n", ctx->name, set->n);
    }
}

int aio_poll_fds(AioPollSet *set, int64_t timeout_ns)
{
    struct timespec ts = {
        .tv_sec = timeout_ns / NANOSECONDS_PER_SECOND,
        .tv_nsec = timeout_ns % NANOSECONDS_PER_SECOND,
    };
    int n = ppoll(set->fds, set->n, timeout_ns < 0 ? NULL : &ts, NULL);

    if (n < 0) {
        assert(errno == EINTR); /* anything else is a broken poll set */
        n = 0;
    }
    if (n == 0) {
        for (size_t i = 0; i < set->n; i++) {
            set->fds[i].revents = 0;
        }
    }
    if (log_on(loop)) {
        log_printf("loop: poll %zu descriptors, timeout %" PRId64 " ns, %d ready\n", set->n,
                   timeout_ns, n);
    }
    return n;
}

bool aio_check(AioContext *ctx, const AioPollSet *set)
{
    bool ready = false;
    AioHandler *h;

    ctx->about_to_sleep--;
    if (set->fds[ctx->notifier_slot].revents) {
        event_notifier_test_and_clear(&ctx->notifier);
    }
    pthread_mutex_lock(&ctx->lock);
    LIST_FOREACH(h, &ctx->handlers, link) {
        if (h->slot != AIO_NOT_POLLED) {
            h->revents = set->fds[h->slot].revents;
            h->slot = AIO_NOT_POLLED;
            ready |= h->revents && !h->deleted;
        }
    }
    pthread_mutex_unlock(&ctx->lock);
    ready |= bh_any_scheduled(ctx) || timer_group_deadline_ns(ctx->timers) == 0;
    if (log_on(loop)) {
        log_printf("loop: check %s, %s\n", ctx->name, ready ? "ready" : "nothing");
    }
    return ready;
}

/* Call @fn without the lock.  The handler stays in the list, but may be another one afterwards. */
static void call_handler(AioContext *ctx, IOHandler *fn, void *opaque)
{
    pthread_mutex_unlock(&ctx->lock);
    aio_call_handler(ctx, fn, opaque);
    pthread_mutex_lock(&ctx->lock);
}

static bool dispatch_handlers(AioContext *ctx)
{
    bool progress = false;
    AioHandler *h;

    pthread_mutex_lock(&ctx->lock);
    ctx->walkers++;
    LIST_FOREACH(h, &ctx->handlers, link) {
        short revents = h->revents;

        h->revents = 0; /* a nested aio_poll must not deliver it again */
        if ((revents & WAKES_READ) && h->read && !h->deleted) {
            call_handler(ctx, h->read, h->opaque);
            progress = true;
        }
        if ((revents & WAKES_WRITE) && h->write && !h->deleted) {
            call_handler(ctx, h->write, h->opaque);
            progress = true;
        }
    }
    ctx->walkers--;
    aio_sweep_handlers(ctx);
    pthread_mutex_unlock(&ctx->lock);
    return progress;
}

bool aio_dispatch(AioContext *ctx)
{
    bool progress;

    if (log_on(loop)) {
        log_printf("loop: dispatch %s\n", ctx->name);
    }
    progress = bh_dispatch(ctx);
    progress |= dispatch_handlers(ctx);
    progress |= timer_group_run(ctx->timers);
    return progress;
}

bool aio_poll(AioContext *ctx, bool blocking)
{
    int64_t timeout_ns = blocking ? -1 : 0;

    aio_poll_set_clear(&ctx->set);
    aio_prepare(ctx, &timeout_ns);
    aio_query(ctx, &ctx->set);
    aio_poll_fds(&ctx->set, timeout_ns);
    aio_check(ctx, &ctx->set);
    return aio_dispatch(ctx);
}
