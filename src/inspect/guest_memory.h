/* SPDX-License-Identifier: MIT */
/* Guest memory as commands read it, while the guest may be running.  Main thread, big lock. */
#ifndef INSPECT_GUEST_MEMORY_H
#define INSPECT_GUEST_MEMORY_H

#include "target/cpu.h"

/* The physical address of @va, as @cpu sees it now.  False: not mapped.  (The walk is made on the
 * vCPU's own thread, which owns its caches.) */
bool guest_translate(CPUState *cpu, uint64_t va, uint64_t *phys);

/* Read @len bytes at @addr; @cpu may be NULL for a physical address.  A device is accessed as the
 * guest would do it, with all its side effects.  False: some of it is not there. */
bool guest_read(CPUState *cpu, uint64_t addr, bool physical, void *buf, size_t len);

/* The same, of RAM and ROM only: nothing has side effects. */
bool guest_peek(CPUState *cpu, uint64_t addr, bool physical, void *buf, size_t len);

/* Append the line "0x...:  BYTES  TEXT" for the instruction at @addr.  Returns its length; 0, and a
 * line that says so, where there is no memory. */
unsigned guest_disassemble(CPUState *cpu, uint64_t addr, bool physical, Str *out);

#endif
