/* SPDX-License-Identifier: MIT */
/* The five steps of a turn, for the loops that take them (aio_poll, main_loop_wait) and for tests.
 * They run on the context's thread, in this order:
 *
 *     timeout = -1;
 *     aio_prepare(ctx, &timeout);        for each context
 *     aio_query(ctx, &set);              for each context
 *     aio_poll_fds(&set, timeout);       once
 *     aio_check(ctx, &set);              for each context that was prepared: they come in pairs
 *     aio_dispatch(ctx);                 for each context
 */
#ifndef LOOP_AIO_STEPS_H
#define LOOP_AIO_STEPS_H

#include <poll.h>
#include "loop/aio.h"

/* The array for ppoll; {0} is an empty one. */
typedef struct AioPollSet {
    struct pollfd *fds;
    size_t n, cap;
} AioPollSet;

/* Announce that @ctx is about to sleep, so that aio_notify wakes it from now on, and lower
 * *timeout_ns (-1: for ever) to how long its timers allow; to 0, returning true, if something is
 * due already. */
bool aio_prepare(AioContext *ctx, int64_t *timeout_ns);

/* Append what @ctx waits for. */
void aio_query(AioContext *ctx, AioPollSet *set);

/* Sleep until a descriptor of @set is ready or @timeout_ns have passed. Returns how many are
 * ready; a signal handler that ran counts as a time-out: 0, and no revents. Touches no context. */
int aio_poll_fds(AioPollSet *set, int64_t timeout_ns);

/* Note which handlers' descriptors are ready.  True if there is anything to dispatch. */
bool aio_check(AioContext *ctx, const AioPollSet *set);

/* Call what is due.  True if a callback ran. */
bool aio_dispatch(AioContext *ctx);

/* Empty @set for another turn; free its memory. */
void aio_poll_set_clear(AioPollSet *set);
void aio_poll_set_free(AioPollSet *set);

/* Append one descriptor; returns its place. */
size_t aio_poll_set_add(AioPollSet *set, int fd, short events);

#endif
