/* SPDX-License-Identifier: MIT */
/* Looking at a vCPU that may be running.  Main thread, big lock. */
#ifndef INSPECT_CPU_VIEW_H
#define INSPECT_CPU_VIEW_H

#include "target/cpu.h"

/* Append what @print says on the vCPU's own thread, between two of its instructions. */
void cpu_print(CPUState *cpu, void (*print)(CPUState *cpu, Str *out), Str *out);

/* The host's id of its thread. */
int cpu_thread_id(const CPUState *cpu);

#endif
