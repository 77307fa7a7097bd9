/* SPDX-License-Identifier: MIT */
/* What a debugger asks of vCPUs: breakpoints, watchpoints, single steps.
 *
 * Points are virtual addresses, whatever the page tables say at the time, and hold for all vCPUs.
 * They change only while no vCPU runs; so vCPUs look at them without a lock. */
#ifndef TARGET_DEBUG_H
#define TARGET_DEBUG_H

#include "target/cpu.h"

/* ---- breakpoints: the vCPU stops before it executes the instruction at @pc ---- */

/* Each insert is undone by one remove.  False: there are too many, or there is none.  BQL, no vCPU
 * runs. */
bool debug_break_insert(uint64_t pc);
bool debug_break_remove(uint64_t pc);

extern unsigned debug_breaks; /* how many there are */
bool debug_break_find(uint64_t pc);

static inline bool debug_break_at(uint64_t pc)
{
    return unlikely(debug_breaks) && debug_break_find(pc);
}

/* ---- watchpoints: it stops before an instruction touches one of the bytes ---- */

enum { WATCH_READ = 1, WATCH_WRITE = 2 };

typedef struct DebugWatch {
    uint64_t first, last;
    unsigned kind; /* set of WATCH_*: what it waits for */
    unsigned refs;
} DebugWatch;

bool debug_watch_insert(uint64_t va, uint64_t len, unsigned kind);
bool debug_watch_remove(uint64_t va, uint64_t len, unsigned kind);

extern unsigned debug_watches; /* how many there are */
/* One that an access of @kind to these bytes fires, or NULL. */
const DebugWatch *debug_watch_find(uint64_t va, unsigned size, unsigned kind);
/* Is there one on this page? */
bool debug_page_is_watched(uint64_t page);

/* Remove all of both kinds. */
void debug_remove_points(void);

/* ---- single steps ---- */

/* @flags is a set of SSTEP_*, or 0: run freely.  The vCPU steps until its pc is outside of [@from,
 * @to); once, if that is empty.  One that waits for an interrupt goes on: under a debugger wfi is
 * a no-op.  BQL, no vCPU runs. */
void debug_set_step(CPUState *cpu, unsigned flags, uint64_t from, uint64_t to);

/* "-singlestep": a block holds one instruction, so that logs of blocks show each.  Set before any
 * vCPU is made. */
extern bool singlestep;

#endif
