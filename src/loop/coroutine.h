/* SPDX-License-Identifier: MIT */
/* Coroutines: functions that can stop in the middle and go on later. Code that would be a chain
 * of callbacks reads top-down: it yields where it must wait, and the callback of the awaited
 * event enters it again.
 *
 *     static void coroutine_fn copy(void *opaque)
 *     {
 *         start_read(..., wake, coroutine_self());
 *         coroutine_yield();                          returns when wake() enters us
 *         ...
 *     }
 *
 * A coroutine has a stack of its own (COROUTINE_STACK bytes, with a guard page) and no thread. It
 * may be entered from another thread than the one where it yielded, but only from one at a time,
 * and it must not keep the address of a thread-local variable across a yield. */
#ifndef LOOP_COROUTINE_H
#define LOOP_COROUTINE_H

#include "loop/aio.h"

typedef struct Coroutine Coroutine;
typedef void CoroutineEntry(void *opaque);

/* Marks functions that may yield; for the reader. */
#define coroutine_fn

enum { COROUTINE_STACK = 256 * 1024 };

/* A coroutine that has not begun; it frees itself when @entry returns. */
Coroutine *coroutine_create(CoroutineEntry *entry, void *opaque);

/* Run @co until it yields or ends. A coroutine may enter another one, but none that is running
 * already. */
void coroutine_enter(Coroutine *co);

/* Back to whoever entered us.  Only inside a coroutine. */
void coroutine_fn coroutine_yield(void);

/* The running coroutine, or NULL outside of any. */
Coroutine *coroutine_self(void);

static inline bool in_coroutine(void)
{
    return coroutine_self() != NULL;
}

/* Enter @co from a bottom half of @ctx.  Any thread, if @co has yielded already; while it still
 * runs, only if it runs in the thread of @ctx. */
void aio_co_schedule(AioContext *ctx, Coroutine *co);

/* Free the stacks that are kept for reuse. */
void coroutine_pool_cleanup(void);

#endif
