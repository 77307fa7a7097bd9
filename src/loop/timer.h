/* SPDX-License-Identifier: MIT */
/* Timers: call a function when a clock reaches a time.
 *
 * Each AioContext has one heap per clock; the callback runs in the thread of the timer's context.
 * A timer of the main context (the default) runs in the main thread under the big lock. A
 * callback may re-arm, delete or free its own timer or any other; a timer that re-arms itself
 * into the past runs again only in the loop's next turn, so no timer can starve the rest. */
#ifndef LOOP_TIMER_H
#define LOOP_TIMER_H

#include "base/list.h"
#include "loop/callsite.h"
#include "loop/clock.h"

typedef struct AioContext AioContext;
typedef struct TimerHeap TimerHeap;
typedef void TimerCb(void *opaque);

/* Embeddable; the fields belong to timer.c. */
typedef struct Timer {
    TimerHeap *heap; /* of its context and clock; its lock guards the fields up to cb */
    int64_t expire_ns; /* atomic; -1 while not armed */
    uint64_t order; /* of arming: equal deadlines fire in this order */
    size_t index; /* in the heap's array, or TIMER_NOT_IN_HEAP */
    List firing; /* in the list of due timers whose turn has not come yet */
    TimerCb *cb;
    void *opaque;
    const CallSite *site;
} Timer;

/* Prepare @t, not armed, in the main context (or in @ctx).  The clock is one of ClockType. */
#define timer_init_ns(t, clock, cb, opaque)                                                       \
    timer_init_at(t, NULL, clock, cb, opaque, CALL_SITE(#cb))
#define aio_timer_init(ctx, t, clock, cb, opaque)                                                 \
    timer_init_at(t, ctx, clock, cb, opaque, CALL_SITE(#cb))

/* The same on the heap; release it with timer_free. */
#define timer_new_ns(clock, cb, opaque) timer_new_at(clock, cb, opaque, CALL_SITE(#cb))
void timer_init_at(Timer *t, AioContext *ctx, ClockType clock, TimerCb *cb, void *opaque,
                   const CallSite *site);
Timer *timer_new_at(ClockType clock, TimerCb *cb, void *opaque, const CallSite *site);

/* Arm @t, or move it, to fire once when its clock reaches @expire_ns (a negative time counts as
 * 0). Any thread. */
void timer_mod_ns(Timer *t, int64_t expire_ns);

/* Disarm @t; nothing happens if it is not armed. Any thread, but from another thread than the
 * context's own the callback may be running just now. */
void timer_del(Timer *t);

/* timer_del, then release a timer of timer_new_ns. NULL is fine. Only from the context's thread
 * or, for the main context, under the big lock. An embedded timer needs only timer_del before its
 * memory goes. */
void timer_free(Timer *t);

bool timer_pending(const Timer *t);

/* When @t fires, or -1. */
int64_t timer_expire_ns(const Timer *t);

/* Run the due timers of @type in the main context; true if any ran.  Big lock; the main thread, or
 * the vCPU thread that moves the virtual clock's source. */
bool timer_run_clock(ClockType type);

#endif
