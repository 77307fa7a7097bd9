/* SPDX-License-Identifier: MIT */
/* What the bodies of instruction rows are written with.
 *
 * A body gets the block that is being built, @c, and the fields of the instruction, @a.  It returns
 * true, or false when the instruction is illegal; then it has emitted nothing.  Registers are read
 * before the destination is written: rd may be rs1.
 *
 * For rv32, registers are I32 globals and the same bodies serve: an op has the type of its
 * operands.  Constants have no type, so a one-operand op that depends on the width asks xtype(). */
#ifndef TARGET_RISCV_TRANSLATE_H
#define TARGET_RISCV_TRANSLATE_H

#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

enum { TRANS_SIDE_EXITS = IR_MAX_INSNS };

/* A conditional branch left the main line: @label is placed behind the end of the block. */
typedef struct SideExit {
    unsigned label;
    unsigned op; /* the brcond: its index in Ir.ops */
    uint64_t pc; /* where it leads */
} SideExit;

/* One run of riscv_translate; Ir.front. */
typedef struct Trans {
    TbRequest *r;
    const Decoder *decoder;
    uint32_t ext;         /* CPURISCVState.ext */
    uint32_t flags;       /* TbKey.flags */
    uint64_t pc, next_pc; /* of the instruction; next_pc is where the translation goes on */
    unsigned rm;    /* its rounding mode: FP_*; FP_DYN when frm holds one that the host can do */
    bool done;      /* the block has ended in an exit */
    bool stop;      /* it shall end behind this instruction */
    bool leave;     /* the same, and the main loop shall look around */
    uint32_t boxed; /* float registers known to hold a NaN-boxed f32 */
    SideExit side[TRANS_SIDE_EXITS];
    unsigned nsides;
} Trans;

static inline Trans *trans(const Ir *c)
{
    return c->front;
}

static inline bool rv32(const Ir *c)
{
    return !tbf_xlen64(trans(c)->flags);
}

/* The type of a register, and its width. */
static inline IrType xtype(const Ir *c)
{
    return rv32(c) ? I32 : I64;
}

static inline int xlen(const Ir *c)
{
    return rv32(c) ? 32 : 64;
}

/* An address or a result as a register of this width holds it. */
static inline uint64_t xtrunc(const Ir *c, uint64_t v)
{
    return rv32(c) ? (uint32_t)v : v;
}

/* ---- integer registers ---- */

extern const uint8_t riscv_global_of_gpr[32], riscv_global_of_fpr[32];

static inline Val gpr(Ir *c, unsigned n)
{
    return n ? ir_global(c, riscv_global_of_gpr[n]) : ir_const(c, 0);
}

static inline bool set_gpr(Ir *c, unsigned n, Val v)
{
    if (n) {
        ir_set(c, gpr(c, n), v);
    }
    return true;
}

/* rd = the low 32 bits of @v, sign-extended: what the ...W instructions do. */
static inline bool set_gpr_w(Ir *c, unsigned n, Val v)
{
    return set_gpr(c, n, ir_result(c, IR_sext32, I64, v, VAL_NONE, VAL_NONE));
}

/* ---- memory (insn_i_flow.c) ---- */

/* @base + @off as an address (rv32 must wrap): an op shall access the result plus what is left in
 * @off.  Call it in a statement of its own, before @off is read. */
Val address(Ir *c, Val base, int64_t *off);

/* The access of size and sign @m in the current MMU mode. */
static inline MemOp memop(const Ir *c, MemOp m)
{
    unsigned mmu = tbf_mmu(trans(c)->flags);

    return m | MO_MMU(mmu) | (mmu == MMU_M ? MO_LINEAR : 0);
}

/* rd = [base + off], extended as @m says */
bool load(Ir *c, unsigned rd, Val base, int64_t off, MemOp m);
/* [base + off] = the low bytes of @v */
bool store(Ir *c, Val base, int64_t off, Val v, MemOp m);

/* ---- control flow (insn_i_flow.c) ---- */

/* if (a cond b) pc += off */
bool branch(Ir *c, IrCond cond, Val a, Val b, int64_t off);
/* rd = next pc, pc += off */
bool jump(Ir *c, unsigned rd, int64_t off);
/* rd = next pc, pc = (base + off) & ~1 */
bool jump_register(Ir *c, unsigned rd, Val base, int64_t off);

/* Leave for @pc, the quickest way that is safe; @check: test exit_request on the way.  Ends
 * nothing: what follows may be another way through the block. */
void exit_to(Ir *c, uint64_t pc, bool check);

/* Does an instruction at @pc, if it is one of four bytes, end on the next page? */
static inline bool is_last_halfword(uint64_t pc)
{
    return !(~pc & (TCG_PAGE_SIZE - 2));
}

/* ---- ends of a block (translate.c) ---- */

/* Go on at @pc, in another block or (@look, when more than the pc has changed) by way of the main
 * loop.  Ends the block. */
bool end_block(Ir *c, Val pc, bool look);
/* The same at the next instruction, once this one is finished. */
static inline bool leave_behind(Ir *c)
{
    trans(c)->leave = true;
    return true;
}

/* Raise exception @cause with @tval.  Ends the block. */
bool raise_exception(Ir *c, unsigned cause, Val tval);

/* ---- floating point ---- */

static inline Val fd(Ir *c, unsigned n)
{
    return ir_global(c, riscv_global_of_fpr[n]);
}

/* Register @n as an f32: the canonical NaN unless it is boxed. */
Val fs(Ir *c, unsigned n);

/* This instruction changes floating-point state: flags at least. */
void fp_changed(Ir *c);

bool load_fd(Ir *c, unsigned rd, Val base, int64_t off);
bool load_fs(Ir *c, unsigned rd, Val base, int64_t off);
bool store_fd(Ir *c, Val base, int64_t off, unsigned n);
bool store_fs(Ir *c, Val base, int64_t off, unsigned n);

bool set_fd(Ir *c, unsigned n, Val v);
bool set_fs(Ir *c, unsigned n, Val v);
/* An integer register gets the result of an instruction that may raise floating-point flags. */
bool set_gpr_fp(Ir *c, unsigned n, Val v);

static inline unsigned rm(const Ir *c)
{
    return trans(c)->rm;
}

#endif
