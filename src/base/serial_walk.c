/* SPDX-License-Identifier: MIT */
#include "base/serial_walk.h"

#include "base/alloc.h"
#include "base/trace.h"

TRACE_EVENT(serial_walk, "the way of a key: descriptor, chardev, FIFO, PLIC, trap, echo");

static atomic_uint next_step = WALK_STEPS; /* WALK_STEPS: no key is under way */
static atomic_uint keys;

bool serial_walk_on(void)
{
    return trace_on(serial_walk);
}

/* Is it @step's turn?  Then the next one is. */
static bool advance(SerialWalk step)
{
    unsigned expected = step;

    if (step == WALK_FD) {
        atomic_fetch_add(&keys, 1);
        atomic_store(&next_step, WALK_CHARDEV);
        return true;
    }
    return atomic_compare_exchange_strong(&next_step, &expected, step + 1);
}

void serial_walk(SerialWalk step, const char *track, const char *fmt, ...)
{
    static const char *const names[] = {
        [WALK_FD] = "fd", [WALK_CHARDEV] = "chardev", [WALK_FIFO] = "FIFO",
        [WALK_PLIC] = "PLIC", [WALK_TRAP] = "trap", [WALK_ECHO] = "echo"};
    TraceFlow flow = step == WALK_FD ? FLOW_BEGIN : step == WALK_ECHO ? FLOW_END : FLOW_STEP;
    va_list ap;
    char *text;

    if (!serial_walk_on() || !advance(step)) {
        return;
    }
    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    trace_flow(&trace_event_serial_walk, track, atomic_load(&keys), flow, "%d %s, %s", step + 1,
               names[step], text);
    free(text);
}
