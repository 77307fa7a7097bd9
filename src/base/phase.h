/* SPDX-License-Identifier: MIT */
/* The phases of start-up, and the trace of it (-trace-init).
 *
 * Phases only advance.  A function that needs something to exist says so with phase_check; one that
 * must not come too late says so with phase_check_before.  Main thread. */
#ifndef BASE_PHASE_H
#define BASE_PHASE_H

#include "base/types.h"

typedef enum Phase {
    PHASE_NO_MACHINE,            /* options are being read */
    PHASE_MACHINE_CREATED,       /* the board is chosen, its properties can be set */
    PHASE_ACCEL_CREATED,         /* CPUs can be made */
    PHASE_LATE_BACKENDS_CREATED, /* everything that devices plug into on the host's side exists */
    PHASE_MACHINE_INITIALIZED,   /* the board's own devices exist; -device can be added */
    PHASE_MACHINE_READY,         /* complete: what is added from now on is hot-plugged */
    PHASE_COUNT
} Phase;

/* Has start-up come to @phase? */
bool phase_reached(Phase phase);

/* Go on from the phase before @phase. */
void phase_advance(Phase phase);

/* Back to the beginning: for tests. */
void phase_reset(void);

/* Our bug, with both names, if @phase is not reached, or is reached already. */
#define phase_check(phase)        phase_check_at(phase, true, __func__)
#define phase_check_before(phase) phase_check_at(phase, false, __func__)
void phase_check_at(Phase phase, bool reached, const char *where);

/* ---- the trace ---- */

/* Print each step with the time since now; NULL: no more. */
void init_trace_enable(FILE *out);

/* Trace the rest of this block as the step named after the function.  Costs a test when off. */
#define INIT_STEP()                                                                                \
    UNUSED int init_step __attribute__((cleanup(init_step_end))) =                                 \
        init_step_begin(__func__, __FILE__, __LINE__)
int init_step_begin(const char *name, const char *file, int line);
void init_step_end(int *step);

/* A line inside the step under way: what was chosen or created. */
void init_trace(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
