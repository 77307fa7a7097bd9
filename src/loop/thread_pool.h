/* SPDX-License-Identifier: MIT */
/* Worker threads for calls that block (file I/O, fsync). The work touches no device state; its
 * result comes back as a bottom half of the submitter's context, so that `done` runs where device
 * state may be touched. */
#ifndef LOOP_THREAD_POOL_H
#define LOOP_THREAD_POOL_H

#include "loop/aio.h"

/* Call @fn(@opaque) on a worker, then @done(@opaque, its result) in the next turn of @ctx. Any
 * thread. */
#define thread_pool_submit(ctx, fn, opaque, done)                                                 \
    thread_pool_submit_at(ctx, fn, opaque, done, CALL_SITE(#done))
void thread_pool_submit_at(AioContext *ctx, int (*fn)(void *opaque), void *opaque,
                           void (*done)(void *opaque, int ret), const CallSite *site);

/* How many were submitted for @ctx and are not done yet. */
unsigned thread_pool_pending(const AioContext *ctx);

/* Run turns of @ctx until nothing of it is pending.  Only the thread of @ctx. */
void thread_pool_drain(AioContext *ctx);

/* End the workers; they start again when needed.  Main thread, at exit, when nothing is pending. */
void thread_pool_cleanup(void);

#endif
