/* SPDX-License-Identifier: MIT */
/* Register allocation: from ops on values to ops on places.
 *
 *     add.i64 t3, a0, $8             add   rax <- rsi, $8
 *     ld.i64  a1, t3, +16     ==>    ld    rdi <- rax
 *     mul.i64 s7, a1, t3             mul   rdx <- rdi, rax ;  mov [env+0x98] <- rdx
 *
 * Three kinds of values, three rules:
 *   - a *pinned* global always lives in its own register: across ops, blocks and calls;
 *   - any other global lives in the CPU state; a scratch register may hold a copy, and a new value
 *     is written there at once, unless the next one comes before anybody looks;
 *   - a temporary lives in a scratch register, or in a spill slot of the TcgEnv.
 * So at every op the globals are exact, and nothing at all happens at the edges of a block.
 *
 * The host is known here only as data: which registers there are, and one RaRule per op that says
 * where its operands may be.  What comes out can be printed, and checked without running it. */
#ifndef TCG_REGALLOC_H
#define TCG_REGALLOC_H

#include "tcg/ir.h"

enum {
    RA_REGS = 32, /* 0-15 integer registers, 16-31 floating-point ones */
    RA_FLOAT = 16,
    RA_NO_REG = 0xff,
    RA_INPUTS = 6, /* operands of an op, or arguments of a call */
    RA_MAX_GLOBALS = 256,
    RA_MAX_OPS = 4 * IR_MAX_OPS,
};

typedef uint32_t RegMask; /* bit n: register n */
#define RA_INT_REGS   ((RegMask)0xffff)
#define RA_FLOAT_REGS ((RegMask)0xffff0000)

/* Where one operand may be, or a result may be put. */
typedef struct RaPlace {
    RegMask regs;
    bool mem;   /* in the CPU state (a result: only if the first operand is the same global) */
    bool imm32; /* a constant that is a sign-extended 32-bit number */
    bool imm64; /* any constant */
} RaPlace;

/* What an op of the host demands.  A register in @clobbers is overwritten before the op is done: no
 * operand is in it, unless its place names just that register.  The result may be. */
typedef struct RaRule {
    RaPlace d, in[RA_INPUTS];
    RegMask clobbers;
    bool early; /* the result is written before the second operand is read */
} RaRule;

typedef struct RaHost {
    RegMask scratch;              /* the registers for temporaries */
    uint8_t pin[RA_MAX_GLOBALS];  /* register of each global, or RA_NO_REG */
    const char *const *reg_names; /* for the dump */
    const RaRule *(*rule)(const Ir *c, const IrOp *op);
} RaHost;

typedef enum LocKind { LOC_NONE, LOC_REG, LOC_ENV, LOC_IMM } LocKind;

/* A place with what is in it. */
typedef struct Loc {
    uint8_t kind;
    uint8_t reg; /* LOC_REG */
    Val val;     /* the value that is here; LOC_IMM: a constant */
    int32_t off; /* LOC_ENV: from the TcgEnv on */
} Loc;

/* An op with its places; or, with op == NULL, a move of 64 bits from in[0] to d. */
typedef struct RaOp {
    const IrOp *op;
    Loc d, in[RA_INPUTS];
} RaOp;

typedef struct RegAlloc {
    RaOp ops[RA_MAX_OPS]; /* the result */
    unsigned nops;

    const RaHost *host; /* the rest is state of the scan, see regalloc.c */
    const Ir *c;
    Val hold[RA_REGS];
    RegMask unwritten; /* registers with the only copy of a global's value */
    uint8_t reg[IR_MAX_VALS];
    uint8_t slot[IR_MAX_VALS];
    RegMask want[IR_MAX_VALS];
    uint64_t free_slots;
} RegAlloc;

/* Pin the globals to the registers listed in @ints and @floats, first come first served. */
void ra_pin(RaHost *h, const IrGlobal *globals, unsigned nglobals, const uint8_t *ints,
            unsigned nints, const uint8_t *floats, unsigned nfloats);

/* Allocate registers for the block @c, which must have liveness.  Linear time; cannot fail. */
void regalloc(RegAlloc *ra, const RaHost *host, const Ir *c);

/* Is every operand where it is said to be, and may be?  Is every global at home where somebody may
 * look at it?  False with a sentence about the first op that is wrong (regalloc_verify.c). */
bool ra_verify(const RegAlloc *ra, Error **errp);

/* One line per op, e.g. "add.i64 rbx(sp) <- rbx(sp), $0x10". */
void ra_dump(const RegAlloc *ra, Str *out);

#endif
