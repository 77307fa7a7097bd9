/* SPDX-License-Identifier: MIT */
/* AioContext: a set of file descriptors, timers and bottom halves that one thread serves, turn by
 * turn.
 *
 *     prepare    is anything due already?  how long may we sleep?
 *     query      which descriptors do we wait for?
 *     poll       sleep in ppoll
 *     check      which of them are ready?
 *     dispatch   call bottom halves, then fd handlers, then timers
 *
 * aio_poll does one turn of one context. The main loop (main_loop.h) does the same turn over two
 * contexts at once: the main context, for block and network jobs that may be waited for with
 * aio_poll, and the iohandler context, for descriptors of devices, which must not run inside such
 * a wait. An iothread (iothread.h) has a context of its own.
 *
 * Callbacks may add, change and remove any handler, bottom half or timer, their own included, and
 * may call aio_poll again on their own context. */
#ifndef LOOP_AIO_H
#define LOOP_AIO_H

#include "base/error.h"
#include "loop/callsite.h"
#include "loop/event_notifier.h"
#include "loop/timer.h"

typedef struct AioContext AioContext;
typedef struct BH BH;
typedef void IOHandler(void *opaque);
typedef void BHFunc(void *opaque);

/* A context with one reference, listed as @name. NULL with *errp when the host has no descriptors
 * left. */
AioContext *aio_context_new(const char *name, Error **errp);
void aio_context_ref(AioContext *ctx);

/* The last reference frees it; its bottom halves go too (oneshots that never ran are dropped),
 * its timers must be deleted and its handlers removed by their owners before. */
void aio_context_unref(AioContext *ctx);
const char *aio_context_name(const AioContext *ctx);

/* The two contexts of the main thread; made on first use, borrowed. */
AioContext *aio_get_main_context(void);
AioContext *iohandler_get_context(void);

/* The context that this thread serves: its iothread's, else the main context. */
AioContext *aio_get_current_context(void);

/* One turn. Sleeps until something happens if @blocking. True if a callback ran. Only the thread
 * of @ctx; the big lock, if held, stays held while sleeping (main_loop_wait is what drops it). */
bool aio_poll(AioContext *ctx, bool blocking);

/* Something of @ctx changed (a handler, timer or bottom half; those notify by themselves): if it is
 * asleep or about to be, let it look again.  Does nothing otherwise, since a turn that has yet to
 * begin looks anyway.  Any thread, any signal handler. */
void aio_notify(AioContext *ctx);

/* Call @read when @fd is readable (or hung up), @write when it is writable; NULL for "not
 * interested". A second call for the same @fd replaces the first; both NULL removes it. Any
 * thread; but when another thread than the context's own removes a handler, it may be running
 * just now. Remove the handler before closing @fd. */
#define aio_set_fd_handler(ctx, fd, read, write, opaque)                                          \
    aio_set_fd_handler_at(ctx, fd, read, write, opaque, CALL_SITE(#read " " #write))
void aio_set_fd_handler_at(AioContext *ctx, int fd, IOHandler *read, IOHandler *write,
                           void *opaque, const CallSite *site);

/* Call @handler when @e is set; the handler clears it (event_notifier_test_and_clear). NULL
 * removes it. */
#define aio_set_event_notifier(ctx, e, handler)                                                   \
    aio_set_event_notifier_at(ctx, e, handler, CALL_SITE(#handler))
void aio_set_event_notifier_at(AioContext *ctx, EventNotifier *e, EventNotifierHandler *handler,
                               const CallSite *site);

/* A bottom half: a call that is made once in the context's next turn after it was scheduled.
 * Bottom halves run in the order in which they were scheduled; one that schedules itself again
 * runs again in the next turn, not in this one. */
#define bh_new(ctx, cb, opaque) bh_new_at(ctx, cb, opaque, CALL_SITE(#cb))
BH *bh_new_at(AioContext *ctx, BHFunc *cb, void *opaque, const CallSite *site);

/* Wait-free; any thread, any signal handler. What was written before is visible to the callback.
 * Scheduling again before it has run is the same as once. */
void bh_schedule(BH *bh);

/* Undo bh_schedule if the callback has not begun.  Any thread. */
void bh_cancel(BH *bh);

/* Cancel @bh and give it back; the context frees it in its next turn. Any thread. NULL is fine. */
void bh_delete(BH *bh);

/* Call @cb(@opaque) once in the next turn of @ctx. Any thread, but not from a signal handler: it
 * allocates. */
#define bh_schedule_oneshot(ctx, cb, opaque)                                                      \
    bh_schedule_oneshot_at(ctx, cb, opaque, CALL_SITE(#cb))
void bh_schedule_oneshot_at(AioContext *ctx, BHFunc *cb, void *opaque, const CallSite *site);

/* What `info aio` and `info callbacks` show. Both walk a snapshot, so @fn may change the
 * context. */
typedef enum AioCallbackKind {
    AIO_CALLBACK_FD,
    AIO_CALLBACK_BH,
    AIO_CALLBACK_TIMER
} AioCallbackKind;

typedef struct AioCallback {
    AioCallbackKind kind;
    const CallSite *site;
    int fd; /* of an fd handler */
    short events; /* POLLIN, POLLOUT: what it waits for */
    bool scheduled; /* a bottom half that will run in the next turn */
    ClockType clock; /* of a timer; only armed timers are listed */
    int64_t expire_ns;
} AioCallback;

void aio_context_foreach(void (*fn)(AioContext *ctx, void *opaque), void *opaque);
void aio_foreach_callback(AioContext *ctx, void (*fn)(const AioCallback *cb, void *opaque),
                          void *opaque);

#endif
