/* SPDX-License-Identifier: MIT */
/* Exec sections: while a vCPU is inside one it may hold pointers to translated blocks.  Who needs
 * that no other vCPU does (dropping blocks, safe work) becomes exclusive. */
#ifndef ACCEL_TCG_EXCLUSIVE_H
#define ACCEL_TCG_EXCLUSIVE_H

#include "target/cpu.h"

/* Enter and leave an exec section.  Own thread; waits while somebody is exclusive.  No lock held.
 */
void cpu_exec_start(CPUState *cpu);
void cpu_exec_end(CPUState *cpu);

/* Kick all vCPUs and wait until none is in an exec section (the caller itself must not be); then
 * nobody enters one until end_exclusive.  No lock held that a vCPU could want. */
void start_exclusive(void);
void end_exclusive(void);

/* The same for a vCPU inside an exec section, which it leaves and enters again: pointers to blocks
 * from before may dangle.  No lock held. */
void cpu_exec_alone(CPUState *cpu, void (*fn)(void *opaque), void *opaque);

#endif
