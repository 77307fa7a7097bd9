/* SPDX-License-Identifier: MIT */
/* "-d itrace": the executed instructions with the registers and the memory that they changed.
 *
 *     -d itrace[,from=PLACE][,to=PLACE][,func=SYMBOL][,last=N|all]
 *
 * The last N are kept for each vCPU and shown when the guest gets stuck, when the emulator ends, or
 * by "info itrace"; last=all shows each at once.  An instruction that may be recorded is a block of
 * its own that calls the recorder (itrace_ir.c); code outside of func runs at full speed. */
#ifndef ACCEL_TCG_ITRACE_H
#define ACCEL_TCG_ITRACE_H

#include "accel/tcg/tcg_cpu.h"
#include "base/log.h"

LOG_ITEM_EXTERN(itrace);

/* Before a vCPU runs: blocks that were made for other wishes are dropped.  Own thread, no lock. */
void itrace_prepare(void);

/* Is the instruction at @pc to be recorded?  Then it is a block of its own, and ... */
bool itrace_records(uint64_t pc);
/* ... no block may lead through it, nor through a breakpoint. */
bool itrace_or_break_at(uint64_t pc);

/* Make the block of one instruction in @c call the recorder.  tb_lock. */
void itrace_instrument(Ir *c, TbRequest *r);

/* The instruction under way is done, before something else changes the state.  Own thread, or while
 * it does not run. */
void itrace_finish(CPUState *cpu);

/* Enter the handler of the recorded exception, and keep what that has changed.  Own thread. */
void itrace_do_exception(CPUState *cpu);

/* The instruction under way was left before anything happened, and begins again.  Own thread. */
void itrace_abandon(CPUState *cpu);

/* Append what is kept of @cpu, oldest first.  Own thread, or while it does not run. */
void itrace_append(CPUState *cpu, Str *out);

/* Free what is kept of @cpu: nobody runs it any more. */
void itrace_release(CPUState *cpu);

/* To the log: what is kept of all vCPUs, none of which runs.  Big lock. */
void itrace_print_all(void);

#endif
