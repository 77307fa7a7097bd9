/* SPDX-License-Identifier: MIT */
/* Between timer.c, clock.c and the AioContext: the timers of one context. */
#ifndef LOOP_TIMER_INT_H
#define LOOP_TIMER_INT_H

#include <pthread.h>
#include "loop/timer.h"

typedef struct TimerGroup TimerGroup;

/* A binary heap: t[0] is the nearest, the children of t[i] are t[2i+1] and t[2i+2]. */
struct TimerHeap {
    TimerGroup *group;
    ClockType clock;
    Timer **t;
    size_t n, cap;
    List firing; /* due timers, taken off the heap; run from here one by one */
};

struct TimerGroup {
    pthread_mutex_t lock; /* guards the heaps, their timers, order and notify */
    TimerHeap heap[VM_CLOCK_COUNT];
    uint64_t order; /* counts timer_mod_ns calls */
    void (*notify)(void *opaque); /* the nearest deadline came nearer; lock-free, any thread */
    void *opaque;
    List link; /* in all groups */
};

void timer_group_init(TimerGroup *g);
void timer_group_destroy(TimerGroup *g);
void timer_group_set_notify(TimerGroup *g, void (*notify)(void *opaque), void *opaque);

/* The main context's. It exists without any loop, so that a device can be tested with a fake
 * clock. */
TimerGroup *timer_group_main(void);

/* How long a loop may sleep for the sake of these timers: nanoseconds, or -1 for ever. */
int64_t timer_group_deadline_ns(TimerGroup *g);

/* Run what is due on all clocks; true if anything ran.  The group's thread. */
bool timer_group_run(TimerGroup *g);

/* Call @fn for each armed timer, with the lock held. */
void timer_group_foreach(TimerGroup *g, void (*fn)(const Timer *t, void *opaque), void *opaque);

/* clock.c: does time pass by itself, so that sleeping until a deadline makes sense? */
bool clock_can_sleep_until(ClockType type);

/* clock.c: call the hook of clock_virtual_set_notify. */
void clock_virtual_deadline_moved(void);

#endif
