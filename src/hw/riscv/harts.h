/* SPDX-License-Identifier: MIT */
/* What RISC-V boards share: their harts, and how the devices around them are wired. */
#ifndef HW_RISCV_HARTS_H
#define HW_RISCV_HARTS_H

#include "hw/core/board.h"
#include "hw/core/fdt.h"
#include "target/cpu.h"

enum { RISCV_HARTS_MAX = 8 };

/* Make the harts that "-smp" and "-cpu" ask for, which begin at @resetvec, with their nodes in
 * /cpus of @fdt (may be NULL). */
bool riscv_create_harts(Machine *m, hwaddr resetvec, Fdt *fdt, Error **errp);

/* Make the ACLINT at @base (software interrupts, then the timer), the CLINT of old to the device
 * tree, and let the harts tell the time by it. */
bool riscv_create_clint(Machine *m, hwaddr base, Fdt *fdt, Error **errp);

/* The same with the names of the ACLINT in the tree, and at @sswi_base software interrupts that S
 * mode sends without asking its firmware. */
bool riscv_create_aclint(Machine *m, hwaddr base, hwaddr sswi_base, Fdt *fdt, Error **errp);

/* The tree is complete: check it, and let the machine know it. */
bool riscv_finish_fdt(Machine *m, Fdt *fdt, Error **errp);

/* "interrupts-extended" of @path: for each hart its intc, with each of @count interrupt numbers. */
void riscv_fdt_interrupts_extended(Fdt *fdt, const char *path, const uint32_t *irqs,
                                   unsigned count);

#endif
