/* SPDX-License-Identifier: MIT */
/* Shared by the files of the register allocator.  Start reading at regalloc.c. */
#ifndef TCG_REGALLOC_INT_H
#define TCG_REGALLOC_INT_H

#include "tcg/regalloc.h"

static inline unsigned lowest(RegMask m)
{
    return __builtin_ctz(m);
}

static inline Loc loc_reg(unsigned reg, Val v)
{
    return (Loc){.kind = LOC_REG, .reg = reg, .val = v};
}

static inline Loc loc_env(int32_t off, Val v)
{
    return (Loc){.kind = LOC_ENV, .off = off, .val = v};
}

static inline const ValInfo *info(const RegAlloc *ra, Val v)
{
    return &ra->c->vals[v.n];
}

static inline bool is_temp(const RegAlloc *ra, Val v)
{
    return info(ra, v)->kind == VALK_TEMP;
}

/* The register that @v is pinned to, or RA_NO_REG. */
static inline unsigned pin_of(const RegAlloc *ra, Val v)
{
    return info(ra, v)->kind == VALK_GLOBAL ? ra->host->pin[info(ra, v)->global] : RA_NO_REG;
}

static inline RegMask class_of(const RegAlloc *ra, Val v)
{
    return ir_is_float(info(ra, v)->type) ? RA_FLOAT_REGS : RA_INT_REGS;
}

/* Is @op a move of all 64 bits?  Such an op has no RaOp of its own: moves are all that it is. */
static inline bool ra_is_plain_mov(const Ir *c, const IrOp *op)
{
    return op->opc == IR_mov && (op->type != I32 || c->vals[op->in[0].n].type == I32);
}

/* ---- who gets a register, and who leaves it (regalloc.c) ---- */

/* What it costs to take the scratch register @r from the value that it holds:
 *   0  nothing, it is free;
 *   1  a copy of something that is at home too: to bring it back later;
 *   2  a temporary that has a slot: to bring it back, and that will be needed;
 *   3  the only copy of a value: a store now, and a load later. */
unsigned ra_cost_of(const RegAlloc *ra, unsigned r);

/* The cheapest scratch register of @mask, in which there is one; the lowest among equals. */
unsigned ra_pick(const RegAlloc *ra, RegMask mask);

/* Free the scratch register @r without losing what it holds: a temporary without a slot goes to a
 * free scratch register of its class outside @avoid, or else to a slot; what is not written yet
 * goes home.  The rest is dropped. */
void ra_vacate(RegAlloc *ra, unsigned r, RegMask avoid);

/* ---- the books: where values are (regalloc_places.c) ---- */

/* Open them for a block: no register holds anything. */
void ra_reset(RegAlloc *ra, const RaHost *host, const Ir *c);

/* Where @v is when no scratch register holds it.  A temporary must have a slot. */
Loc ra_home_of(const RegAlloc *ra, Val v);
/* Where @v can be read now. */
Loc ra_loc_of(const RegAlloc *ra, Val v);

/* Note that the scratch register @r holds @v from now on.  @v must be in no other one. */
void ra_put_in(RegAlloc *ra, unsigned r, Val v);
/* Note that no scratch register holds @v any more: the one that ra->reg names is empty then.  Fine
 * for a @v that is in none, and for VAL_NONE. */
void ra_leave_register(RegAlloc *ra, Val v);

/* Temporaries whose last use was @op need no slots any more. */
void ra_free_dead_slots(RegAlloc *ra, const IrOp *op);

/* ---- appending to the result (the same) ---- */

/* Append an op with its operands still to be filled in, or a move of 64 bits from @s to @d. */
RaOp *ra_new_op(RegAlloc *ra, const IrOp *op);
void ra_move(RegAlloc *ra, Loc d, Loc s);

/* Store the temporary @v, which is in a register and has no slot, in a new slot. */
void ra_spill(RegAlloc *ra, Val v);
/* Store @v at home if its register is marked in ra->unwritten, and take the mark away. */
void ra_write_home(RegAlloc *ra, Val v);

/* ---- operands (regalloc_operands.c) ---- */

/* Does the rule @p of an op of @type allow @l? */
bool ra_fits(const RegAlloc *ra, const RaPlace *p, Loc l, IrType type);

/* Place all operands of @op into m->in.  Those that die here leave their registers.  Returns the
 * registers that operands are in until the op is done. */
RegMask ra_place_inputs(RegAlloc *ra, const IrOp *op, const RaRule *rule, RaOp *m);

/* Look through the block: ra->want[v.n] = the registers that the first use of @v allows. */
void ra_find_wants(RegAlloc *ra);

/* ---- the op without a rule (regalloc_mov.c) ---- */

/* Make the plain mov @op. */
void ra_alloc_mov(RegAlloc *ra, const IrOp *op);

#endif
