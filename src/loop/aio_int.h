/* SPDX-License-Identifier: MIT */
/* What an AioContext is made of: shared by aio.c (the turn), aio_context.c (life and registration)
 * and bh.c (bottom halves). */
#ifndef LOOP_AIO_INT_H
#define LOOP_AIO_INT_H

#include <pthread.h>
#include "loop/aio_steps.h"
#include "loop/timer_int.h"

#define AIO_NOT_POLLED SIZE_MAX

/* One watched descriptor.  Guarded by the context's lock. */
typedef struct AioHandler {
    List link;
    int fd;
    short events; /* POLLIN and POLLOUT as the functions below ask for them */
    short revents; /* set by check, taken by dispatch */
    size_t slot; /* its place in the poll set between query and check, or AIO_NOT_POLLED */
    bool deleted; /* removed while somebody walks the list; skip it */
    IOHandler *read, *write;
    void *opaque;
    const CallSite *site;
} AioHandler;

struct BH {
    _Atomic(BH *) next; /* in the queue, or in the ready list */
    atomic_uint flags;
    AioContext *ctx;
    BHFunc *cb;
    void *opaque;
    const CallSite *site;
    List link; /* in ctx->bhs */
};

struct AioContext {
    atomic_uint refs;
    char *name;
    List link; /* in all contexts */

    pthread_mutex_t lock; /* guards handlers, walkers and bhs; never held across a callback */
    List handlers;
    unsigned walkers; /* dispatch loops in progress: while not 0, no handler leaves the list */
    List bhs; /* all bottom halves, for listing and freeing */

    /* Sleeping.  Who changes something first publishes it, then looks at about_to_sleep; the loop
     * first sets about_to_sleep, then looks for changes.  All of it sequentially consistent: at
     * least one of the two sees the other, so no wake-up is lost and most need no system call. */
    atomic_uint about_to_sleep;
    EventNotifier notifier;
    size_t notifier_slot;
    AioPollSet set; /* of aio_poll */

    /* Bottom halves: see bh.c. */
    _Atomic(BH *) bh_head; /* the newest; producers exchange it */
    BH *bh_tail; /* the oldest; only the context's thread */
    BH bh_stub;
    BH *ready_first, *ready_last; /* taken off the queue, to be called in this turn */

    TimerGroup *timers; /* &own_timers, or the main group */
    TimerGroup own_timers;
    atomic_uint pending_work; /* thread_pool.c: submitted and not done */
};

/* bh.c */
void bh_queue_init(AioContext *ctx);
void bh_queue_destroy(AioContext *ctx);
bool bh_any_scheduled(AioContext *ctx);
bool bh_is_scheduled(BH *bh);
bool bh_dispatch(AioContext *ctx);

/* aio_context.c: the context that the calling thread serves. */
void aio_set_current_context(AioContext *ctx);

/* aio_context.c: make the two contexts of the main thread, if nobody has yet. */
bool aio_main_contexts_init(Error **errp);
void aio_main_contexts_cleanup(void); /* at the very end: the main timers go with them */

/* aio_context.c: fn(opaque), which is a handler's read or write, traced.  Lock not held. */
void aio_call_handler(AioContext *ctx, IOHandler *fn, void *opaque);

/* aio_context.c: free the handlers that were removed while somebody walked the list.  Lock held. */
void aio_sweep_handlers(AioContext *ctx);

#endif
