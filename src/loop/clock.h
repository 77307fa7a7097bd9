/* SPDX-License-Identifier: MIT */
/* The three clocks, in nanoseconds.
 *
 *   realtime  the host's monotonic clock: for what concerns the host (rate limits, polling a peer)
 *   virtual   the guest's time: stands still while the machine is stopped, may count instructions
 *             (-icount) or be stepped by a test (qtest).  All that a guest can see uses this one
 *   host      the host's wall clock: for real-time clock chips; it may jump
 *
 * All functions may be called from any thread. */
#ifndef LOOP_CLOCK_H
#define LOOP_CLOCK_H

#include "base/types.h"

typedef enum ClockType {
    VM_CLOCK_REALTIME,
    VM_CLOCK_VIRTUAL,
    VM_CLOCK_HOST,
    VM_CLOCK_COUNT /* how many there are */
} ClockType;

#define NANOSECONDS_PER_SECOND 1000000000LL
#define NANOSECONDS_PER_MS     1000000LL

/* Now.  The virtual clock starts at 0 and stopped. */
int64_t clock_get_ns(ClockType type);

/* "realtime", "virtual", "host". */
const char *clock_name(ClockType type);

/* Let the virtual clock run or stand still, and its timers with it. Called by vm_start and
 * vm_stop. */
void clock_virtual_enable(bool on);
bool clock_virtual_enabled(void);

/* Take the virtual time from @fn instead of from the host (NULL: from the host again). @fn must
 * never go back and may be called from any thread. From then on nobody sleeps until a virtual
 * deadline: whoever moves the source watches clock_deadline_ns and calls clock_notify (any
 * thread) or timer_run_clock (main thread) when it has passed. */
void clock_virtual_set_source(int64_t (*fn)(void));

/* Take the host's wall clock from @fn (NULL: from the host again): for tests of clock chips. */
void clock_host_set_source(int64_t (*fn)(void));

/* @fn is called, on the thread that changed it and with no lock of ours held, when the nearest
 * virtual deadline may have become nearer: -icount cuts the instruction budget of the running
 * vCPU there. NULL: nobody. */
void clock_virtual_set_notify(void (*fn)(void));

/* Nanoseconds until the nearest timer of @type in any context, 0 if it is due, -1 if there is
 * none or the clock stands still. */
int64_t clock_deadline_ns(ClockType type);

/* @type jumped or its source moved: wake each context so that it looks at its timers again. */
void clock_notify(ClockType type);

#endif
