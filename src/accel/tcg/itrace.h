/* SPDX-License-Identifier: MIT */
/* "-d itrace": the executed instructions with the registers and the memory that they changed.
 *
 *     -d itrace[,from=PLACE][,to=PLACE][,func=SYMBOL][,last=N|all]
 *
 * The last N are kept for each vCPU and shown when the guest gets stuck, when the emulator ends, or
 * by "info itrace"; last=all shows each at once.  While recording, each instruction is a block of
 * its own and no access passes the TLB unseen; what is not to be recorded (before from, after to,
 * outside of func) runs at full speed. */
#ifndef ACCEL_TCG_ITRACE_H
#define ACCEL_TCG_ITRACE_H

#include "accel/tcg/tcg_cpu.h"
#include "base/log.h"

LOG_ITEM_EXTERN(itrace);

/* Is the instruction at the pc of @cpu to be recorded?  Own thread. */
bool itrace_wants(CPUState *cpu);

/* Execute and record it.  *ret as in tcg_debug_next. */
void itrace_run(CPUState *cpu, int *ret);

/* A block may not lead through @pc: recording may begin there, or there is a breakpoint. */
bool itrace_or_break_at(uint64_t pc);

/* The instruction under way has read or written @value at @va.  Own thread. */
void itrace_note_memory(TcgCpu *tc, uint64_t va, unsigned size, uint64_t value, bool store);
static inline void itrace_memory(CPUState *cpu, uint64_t va, unsigned size, uint64_t value,
                                 bool store)
{
    if (unlikely(tcg_cpu(cpu)->itrace_on)) {
        itrace_note_memory(tcg_cpu(cpu), va, size, value, store);
    }
}

/* Append what is kept of @cpu, oldest first.  Own thread, or while it does not run. */
void itrace_append(CPUState *cpu, Str *out);

/* To the log: what is kept of all vCPUs, none of which runs.  Big lock. */
void itrace_print_all(void);

#endif
