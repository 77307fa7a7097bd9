/* SPDX-License-Identifier: MIT */
/* What is known of a vCPU that gets no further. */
#ifndef TARGET_DIAGNOSE_H
#define TARGET_DIAGNOSE_H

#include "base/diagnose.h"
#include "target/cpu.h"

/* Where it is, and what it did last.  Own thread, or while it does not run. */
void cpu_append_situation(CPUState *cpu, Str *out);

/* Explain: the sentence, the walk to the address @va that a fault is about (NULL: none), the
 * situation.  Own thread. */
void cpu_diagnose(CPUState *cpu, const uint64_t *va, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
