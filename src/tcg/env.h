/* SPDX-License-Identifier: MIT */
/* The part of a CPU's state that translated code itself knows: the softmmu TLB, the jump cache, the
 * exit request.
 *
 * A target's CPU state begins with a TcgEnv, and while translated code runs a host register points
 * at it, so every field is at a fixed offset.  Fields belong to the vCPU's own thread unless their
 * comment says otherwise. */
#ifndef TCG_ENV_H
#define TCG_ENV_H

#include "base/types.h"
#include "tcg/softfloat.h"

enum {
    TCG_PAGE_BITS = 12,
    TCG_TLB_BITS = TEEMU_SMALL ? 3 : 12, /* log2 of entries per MMU index: said only here */
    TCG_TLB_SIZE = 1 << TCG_TLB_BITS,
    TCG_MMU_MODES = 8, /* MMU indexes a target may use */
    TCG_JUMP_BITS = TEEMU_SMALL ? 4 : 13,
    TCG_JUMP_SIZE = 1 << TCG_JUMP_BITS,
    TCG_PAGE_CACHE = 16, /* registers per MMU index whose last page is remembered */
    TCG_WINDOW_REACH = 256, /* as far as one check may cover */
    TCG_SPILLS = 64, /* 64-bit slots for temporaries that found no register */
};

#define TCG_PAGE_SIZE ((uint64_t)1 << TCG_PAGE_BITS)
#define TCG_PAGE_MASK (~(TCG_PAGE_SIZE - 1))

/* A tag that no page address equals: its low bits are set. */
#define TLB_NO_MATCH (~(uint64_t)0)

/* One cached translation.  A tag is the virtual page address when that kind of access may go
 * straight to host memory at addr + addend, else TLB_NO_MATCH: then the slow path decides (I/O, a
 * page with translated code, dirty tracking, a watchpoint, or no translation at all). */
typedef struct TlbEntry {
    uint64_t read_tag;
    uint64_t write_tag; /* any thread may take this one away (atomic) ... */
    uint64_t addend;    /* ... after a look at this: host address - virtual address */
    uint64_t spare;
} TlbEntry;

/* The last page that a certain register was used to load from, where that was worth remembering
 * (loops.c).  Made from a TLB entry's read side and flushed with it; stores never use it, so nobody
 * else needs to know of it. */
typedef struct PageEntry {
    uint64_t page; /* virtual address, or TLB_NO_MATCH */
    uint64_t addend;
} PageEntry;

/* A stretch of memory that is mapped as one piece, and may be read: for modes without paging, where
 * that is all RAM.  Found by the slow path, flushed with the TLB. */
typedef struct TcgWindow {
    uint64_t first; /* virtual address */
    uint64_t size;  /* so far behind it TCG_WINDOW_REACH bytes can be read; 0: no window */
    uint64_t addend;
} TcgWindow;

/* Where the virtual address @va lives in the table of one MMU index. */
static inline size_t tlb_index(uint64_t va)
{
    return (va >> TCG_PAGE_BITS) & (TCG_TLB_SIZE - 1);
}

/* Indirect jumps: pc -> host code.  One table per combination of block flags, so the flags need no
 * compare. */
typedef struct JumpEntry {
    uint64_t pc;       /* JUMP_NO_PC when empty */
    const void *entry; /* host address (JIT) or the block's TcgCode (interpreter) */
} JumpEntry;

/* No instruction begins here: odd for RISC-V, not canonical for x86-64. */
#define JUMP_NO_PC ((1ULL << 63) | 1)

static inline size_t jump_index(uint64_t pc)
{
    return ((pc >> 1) ^ (pc >> (1 + TCG_JUMP_BITS))) & (TCG_JUMP_SIZE - 1);
}

/* Why translated code returned with no direct exit to chain (see TcgEngine.exec). */
typedef enum TcgExit {
    TCG_EXIT_LOOKUP,  /* pc is set; the jump cache did not know it */
    TCG_EXIT_LOOP,    /* an exit_loop op: state changed in a way that the main loop must see */
    TCG_EXIT_REQUEST, /* exit_request was seen; pc is set */
    TCG_EXIT_ICOUNT,  /* the instruction budget does not cover the block at pc */
} TcgExit;

typedef struct TcgEnv {
    uint64_t pc;           /* valid whenever translated code does not run */
    uint32_t exit_request; /* set (atomically) by any thread to make translated code return soon */
    uint32_t exit_kind;    /* TcgExit, when the engine returned no direct exit */
    int64_t icount_budget; /* instructions that may still run under -icount */
    JumpEntry *jumps;      /* the table of the current block flags, TCG_JUMP_SIZE entries */
    FpStatus fp;           /* guest rounding mode and flags; for more flags ask tcg_fp_flags */
    uint32_t mxcsr_guest, mxcsr_host; /* x86-64 hosts: control registers while inside and outside */
    const struct TcgCode *current;    /* interpreter: the running block ... */
    uint32_t current_insn; /* ... and the running instruction's number in it; env->pc is its pc */
    void *cpu;             /* the CPUState that this belongs to */
    void *jmp_env;         /* sigjmp_buf of cpu_exec, for exceptions raised inside helpers */
    uint64_t spill[TCG_SPILLS];
    uint64_t saved_scratch[8]; /* the slow path's save area for temporaries in registers */
    uint64_t saved_vector[4];
    PageEntry page_cache[TCG_MMU_MODES][TCG_PAGE_CACHE];
    TcgWindow window[TCG_MMU_MODES];
    /* At a cache line: 24 bytes earlier, the benchmark "sort" is some 8 % slower. */
    CACHE_LINE TlbEntry tlb[TCG_MMU_MODES][TCG_TLB_SIZE];
} TcgEnv;

#endif
