/* SPDX-License-Identifier: MIT */
/* RISC-V ACLINT: software interrupts and the timer of a group of harts. */
#ifndef HW_INTC_RISCV_ACLINT_H
#define HW_INTC_RISCV_ACLINT_H

#include "mem/memory.h"
#include "qom/device.h"

enum {
    ACLINT_HARTS_MAX = 512,
    ACLINT_SWI_SIZE = 0x4000,
    ACLINT_MTIMER_SIZE = 0x8000,
    ACLINT_MTIMER_TIME = 0x7ff8, /* of mtime; the mtimecmps begin at 0 */
    ACLINT_TIMEBASE_FREQ = 10000000,
};

/* Make the device for @num_harts harts from @hartid_base on and map it at @addr; output n is for
 * hart hartid_base + n.  NULL with an error.  The tree owns the result. */
Device *riscv_aclint_swi_create(hwaddr addr, uint32_t hartid_base, uint32_t num_harts, bool sswi,
                                Error **errp);
Device *riscv_aclint_mtimer_create(hwaddr addr, uint32_t hartid_base, uint32_t num_harts,
                                   uint32_t timebase_freq, Error **errp);

/* What the time CSR of its harts shows.  @mtimer is what riscv_aclint_mtimer_create made.  Any
 * thread. */
uint64_t riscv_aclint_mtimer_time(void *mtimer);

#endif
