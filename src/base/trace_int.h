/* SPDX-License-Identifier: MIT */
/* Between trace.c and trace_json.c. */
#ifndef BASE_TRACE_INT_H
#define BASE_TRACE_INT_H

#include "base/trace.h"

/* What happened on @track from @since to @now. */
typedef struct TraceRecord {
    const TraceEvent *event;
    const char *track, *text;
    int64_t since, now; /* since 0: it took no time */
    bool named_by_text; /* a slice that its text is the best name of */
    bool in_flow;
    TraceFlow flow;
    uint64_t flow_id;
} TraceRecord;

/* Send @e to @sink from now on, or no longer. */
static inline void trace_set_sink(const TraceEvent *e, uint8_t sink, bool on)
{
    __atomic_store_n(e->sinks, on ? *e->sinks | sink : *e->sinks & ~sink, __ATOMIC_RELAXED);
}

void trace_json_write(const TraceRecord *r);
void trace_json_close(void);

#endif
