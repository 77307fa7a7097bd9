/* SPDX-License-Identifier: MIT */
/* Trace events (-trace PATTERN, -trace-json FILE): what happened, when, and on which track.  An
 * event is one row beside the code that it tells of:
 *
 *     TRACE_EVENT(bh_call, "a bottom half is called");
 *     ...
 *     if (trace_on(bh_call)) {
 *         trace(bh_call, ctx->name, "%s", bh->site->name);
 *     }
 *
 * A track is whose doing it was: "vcpu0", a device, an event loop.  As text an event is one line,
 * stamped with the seconds since start-up, to the nanosecond:
 *
 *     0.412345678 bh_call main-loop: notify_guest
 *
 * An event that is off costs one load and a branch. */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include "base/error.h"
#include "base/linkset.h"
#include "base/str.h"

typedef struct TraceEvent {
    const char *name, *help;
    /* Set of TRACE_*, atomic; changed by the main thread: a stale read is harmless. */
    uint8_t *sinks;
} TraceEvent;

enum { TRACE_TEXT = 1, TRACE_JSON = 2 };

#define TRACE_EVENT(name_, help_)                                                                  \
    static uint8_t trace_sinks_##name_;                                                            \
    static const TraceEvent trace_event_##name_ = {#name_, help_, &trace_sinks_##name_};           \
    LINKSET_ADD(trace_events, trace_event_##name_)

#define trace_on(name_) unlikely(__atomic_load_n(&trace_sinks_##name_, __ATOMIC_RELAXED))

/* The event happened, in the words of a printf format. */
#define trace(name_, track, ...) trace_emit(&trace_event_##name_, track, 0, __VA_ARGS__)
/* The event has lasted since @since, which is an earlier trace_clock_ns(). */
#define trace_span(name_, track, since, ...)                                                       \
    trace_emit(&trace_event_##name_, track, since, __VA_ARGS__)

void trace_emit(const TraceEvent *e, const char *track, int64_t since, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* The same for a track that has slices of this event only, which their text tells apart. */
#define trace_slice(name_, track, since, ...)                                                      \
    trace_emit_slice(&trace_event_##name_, track, since, __VA_ARGS__)
void trace_emit_slice(const TraceEvent *e, const char *track, int64_t since, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Nanoseconds since some time before start-up; never 0. */
int64_t trace_clock_ns(void);

/* One step on the way of something that is handed on from track to track (a key that was typed):
 * in trace-json files an arrow leads from the step before to this one. */
typedef enum TraceFlow { FLOW_BEGIN, FLOW_STEP, FLOW_END } TraceFlow;
void trace_flow(const TraceEvent *e, const char *track, uint64_t id, TraceFlow flow,
                const char *fmt, ...) PRINTF_LIKE(5, 6);

/* ---- switching; main thread ---- */

/* Turn all events that match @pattern on or off, as text.  An error names the nearest event. */
bool trace_set(const char *pattern, bool on, Error **errp);

/* "-trace": words separated by commas; each is PATTERN, enable=PATTERN, -PATTERN (off),
 * events=FILE (with a pattern on each line) or file=FILE (where the text goes; else to the log). */
bool trace_option(const char *words, Error **errp);

/* "-trace help", and "info trace-events": also which ones are on. */
void trace_help(FILE *out);
void trace_print(Str *out);

/* "-trace-json": all events go to @path, in the form that ui.perfetto.dev reads. */
bool trace_json_open(const char *path, Error **errp);

/* Complete and close the files. */
void trace_cleanup(void);

#endif
