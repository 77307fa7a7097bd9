/* SPDX-License-Identifier: MIT */
/* The page walk of RISC-V by itself: Sv32, Sv39, Sv48 and Sv57 (priv 4.3 to 4.6).  It knows page
 * tables and nothing else: memory is two functions of the caller's. */
#ifndef TARGET_RISCV_WALK_H
#define TARGET_RISCV_WALK_H

#include "target/cpu.h"

/* A page table entry.
 *   63  62 61  60   54 53       10 9   8  7   6   5   4   3   2   1   0
 * | N | PBMT | reserved |   PPN   | RSW | D | A | G | U | X | W | R | V |      Sv39 and wider
 *                       31      10                                             Sv32 */
#define PTE_V        BIT(0)
#define PTE_R        BIT(1)
#define PTE_W        BIT(2)
#define PTE_X        BIT(3)
#define PTE_U        BIT(4)
#define PTE_G        BIT(5)
#define PTE_A        BIT(6)
#define PTE_D        BIT(7)
#define PTE_PBMT     (3ULL << 61) /* reserved without Svpbmt */
#define PTE_RESERVED (BIT(63) | 0x7fULL << 54) /* N too: there is no Svnapot */

/* The shape of the tables. */
typedef struct WalkScheme {
    const char *name; /* "Sv39" */
    unsigned levels, index_bits, pte_size, va_bits;
} WalkScheme;

/* Of satp.MODE: 1, 8, 9 or 10. */
const WalkScheme *riscv_walk_scheme(unsigned mode);

typedef enum WalkResult {
    WALK_OK,
    WALK_PAGE_FAULT,
    WALK_ACCESS_FAULT, /* a table is where no memory is, or where it is protected */
} WalkResult;

/* What decides a translation besides the tables. */
typedef struct WalkRegime {
    unsigned mode;  /* satp.MODE: 1, 8, 9 or 10 */
    uint64_t root;  /* physical address of the root table */
    bool user;      /* the access is made in U mode, else in S mode */
    bool sum, mxr;  /* mstatus */
    bool pbmt;      /* PBMT means something */
    bool look_only; /* a debugger: permissions do not matter, and nothing is changed */
} WalkRegime;

typedef enum WalkUpdate { UPDATE_DONE, UPDATE_RACED, UPDATE_FAULT } WalkUpdate;

/* Physical memory.  @size is that of an entry, 4 or 8 bytes. */
typedef struct WalkMemory {
    /* False: an access fault. */
    bool (*read)(void *opaque, uint64_t addr, unsigned size, uint64_t *pte);
    /* Replace @old by @new, atomically; RACED when something else is there by now. */
    WalkUpdate (*update)(void *opaque, uint64_t addr, unsigned size, uint64_t old, uint64_t new);
    void *opaque;
} WalkMemory;

typedef struct WalkAnswer {
    uint64_t phys;
    uint64_t page_size; /* of the leaf: 4 KiB, or that of a superpage */
    unsigned prot;      /* PROT_*: what this mode may do there; PROT_W only once D is set */
    bool noncacheable;
} WalkAnswer;

/* Translate @va.  Sets A, and for a store D. */
WalkResult riscv_walk(const WalkRegime *r, const WalkMemory *m, uint64_t va, MmuAccess access,
                      WalkAnswer *out);

#endif
