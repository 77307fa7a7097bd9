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

/* ---- where values are (regalloc_places.c) ---- */

/* Where @v is when no scratch register holds it. */
Loc ra_home_of(const RegAlloc *ra, Val v);
/* Where @v can be read now. */
Loc ra_loc_of(const RegAlloc *ra, Val v);

/* The scratch register @r holds @v from now on, or none does. */
void ra_put_in(RegAlloc *ra, unsigned r, Val v);
void ra_leave_register(RegAlloc *ra, Val v);

/* The temporary @v, whose last use was the op just made, needs no slot any more. */
void ra_free_slot(RegAlloc *ra, Val v);

/* ---- getting them elsewhere (the same) ---- */

/* Append an op with its operands still to be filled in, or a move. */
RaOp *ra_new_op(RegAlloc *ra, const IrOp *op);
void ra_move(RegAlloc *ra, Loc d, Loc s);

/* The register of the global @v is wanted: its value goes home, if it is nowhere else. */
void ra_write_home(RegAlloc *ra, Val v);
/* Free the scratch register @r; what it holds may move to any register outside @avoid. */
void ra_vacate(RegAlloc *ra, unsigned r, RegMask avoid);
/* Take @v out of its register for good. */
void ra_send_home(RegAlloc *ra, Val v);
/* Copy @v into the free or vacated register @r. */
Loc ra_bring(RegAlloc *ra, unsigned r, Val v, RegMask avoid);

/* What it costs to take @r from the value that it holds. */
unsigned ra_cost_of(const RegAlloc *ra, unsigned r);
/* The cheapest scratch register of @mask. */
unsigned ra_pick(const RegAlloc *ra, RegMask mask);

/* ---- operands (regalloc_operands.c) ---- */

/* Does the rule @p of an op of @type allow @l? */
bool ra_fits(const RegAlloc *ra, const RaPlace *p, Loc l, IrType type);
/* Place all operands of @op into @m.  Returns the registers they are in. */
RegMask ra_place_inputs(RegAlloc *ra, const IrOp *op, const RaRule *rule, RaOp *m);

#endif
