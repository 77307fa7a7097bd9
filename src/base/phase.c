/* SPDX-License-Identifier: MIT */
/* Start-up phases, and -trace-init:
 *
 *        0.412 ms    create_machine  (src/main/init.c:80)
 *        0.520 ms      machine virt
 *        0.641 ms  == PHASE_MACHINE_CREATED
 */
#include "base/phase.h"

#include <time.h>
#include "base/view.h"

static Phase current;
static FILE *trace;
static struct timespec began, reached_at[PHASE_COUNT];
static int depth;

static const char *const names[PHASE_COUNT] = {
    [PHASE_NO_MACHINE] = "PHASE_NO_MACHINE",
    [PHASE_MACHINE_CREATED] = "PHASE_MACHINE_CREATED",
    [PHASE_ACCEL_CREATED] = "PHASE_ACCEL_CREATED",
    [PHASE_LATE_BACKENDS_CREATED] = "PHASE_LATE_BACKENDS_CREATED",
    [PHASE_MACHINE_INITIALIZED] = "PHASE_MACHINE_INITIALIZED",
    [PHASE_MACHINE_READY] = "PHASE_MACHINE_READY",
};

bool phase_reached(Phase phase)
{
    return current >= phase;
}

static void print_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    fprintf(trace, "%9.3f ms  ",
            (now.tv_sec - began.tv_sec) * 1e3 + (now.tv_nsec - began.tv_nsec) / 1e6);
}

void phase_advance(Phase phase)
{
    assert(phase == current + 1);
    current = phase;
    clock_gettime(CLOCK_MONOTONIC, &reached_at[phase]);
    if (trace) {
        print_time();
        fprintf(trace, "== %s\n", names[phase]);
    }
}

static void __attribute__((constructor)) note_start(void)
{
    clock_gettime(CLOCK_MONOTONIC, &reached_at[PHASE_NO_MACHINE]);
}

static void print_phases(Str *out)
{
    const struct timespec *start = &reached_at[PHASE_NO_MACHINE];

    for (Phase p = PHASE_NO_MACHINE; p <= current; p++) {
        str_printf(out, "%-28s %9.3f ms\n", names[p],
                   (reached_at[p].tv_sec - start->tv_sec) * 1e3 +
                       (reached_at[p].tv_nsec - start->tv_nsec) / 1e6);
    }
}
VIEW(phases, "the phases of start-up, and when each was reached", print_phases);

void phase_reset(void)
{
    current = PHASE_NO_MACHINE;
}

void phase_check_at(Phase phase, bool reached, const char *where)
{
    if (phase_reached(phase) != reached) {
        fprintf(stderr, "%s: called in %s, but it must be called %s %s\n", where, names[current],
                reached ? "not before" : "before", names[phase]);
        abort();
    }
}

void init_trace_enable(FILE *out)
{
    trace = out;
    clock_gettime(CLOCK_MONOTONIC, &began);
}

int init_step_begin(const char *name, const char *file, int line)
{
    if (trace) {
        print_time();
        fprintf(trace, "%*s%s  (%s:%d)\n", 2 * depth, "", name, file, line);
    }
    return depth++;
}

void init_step_end(int *step)
{
    depth = *step;
}

void init_trace(const char *fmt, ...)
{
    va_list ap;

    if (!trace) {
        return;
    }
    print_time();
    fprintf(trace, "%*s- ", 2 * depth, "");
    va_start(ap, fmt);
    vfprintf(trace, fmt, ap);
    va_end(ap);
    fputc('\n', trace);
}
