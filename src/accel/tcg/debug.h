/* SPDX-License-Identifier: MIT */
/* A debugger's wishes, as the run loop and the slow path of accesses obey them.  Own thread. */
#ifndef ACCEL_TCG_DEBUG_H
#define ACCEL_TCG_DEBUG_H

#include "accel/tcg/tcg_cpu.h"
#include "base/log.h"
#include "target/debug.h"

/* Must tcg_debug_next be asked before the next block? */
static inline bool tcg_debug_active(CPUState *cpu)
{
    return debug_breaks || cpu->debug.step;
}

/* True: do not run the next block.  The instruction at the pc was executed already, or raised an
 * exception; or *ret is set, and cpu_exec shall return it. */
bool tcg_debug_next(CPUState *cpu, int *ret);

/* An exception or interrupt was taken.  True: *ret is set, the step ends here. */
bool tcg_debug_trap_taken(CPUState *cpu, int *ret);

/* The guest is about to access memory, nothing but that can fail any more.  Does not return when a
 * watchpoint fires. */
void tcg_debug_access(CPUState *cpu, uint64_t va, unsigned size, unsigned kind, uintptr_t ra);

#endif
