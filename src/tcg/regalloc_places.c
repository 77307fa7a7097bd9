/* SPDX-License-Identifier: MIT */
/* The register allocator's view of where each value is, and the moves that change it.
 *
 * A value has a home: the register of a pinned global, the CPU state for other globals, a spill
 * slot for temporaries, the instruction itself for constants.  A scratch register may hold it
 * besides, or instead: a temporary that was never spilled, and a global's value that was not
 * written yet. */
#include "tcg/regalloc_int.h"

/* ---- opening the books ---- */

void ra_pin(RaHost *h, const IrGlobal *globals, unsigned nglobals, const uint8_t *ints,
            unsigned nints, const uint8_t *floats, unsigned nfloats)
{
    assert(nglobals <= RA_MAX_GLOBALS);
    for (unsigned i = 0, x = 0, f = 0; i < nglobals; i++) {
        if (ir_is_float(globals[i].type)) {
            h->pin[i] = f < nfloats ? floats[f++] : RA_NO_REG;
        } else {
            h->pin[i] = x < nints ? ints[x++] : RA_NO_REG;
        }
    }
}

void ra_reset(RegAlloc *ra, const RaHost *host, const Ir *c)
{
    ra->host = host;
    ra->c = c;
    ra->nops = 0;
    ra->free_slots = ~0ULL >> (64 - TCG_SPILLS);
    ra->unwritten = 0;
    memset(ra->hold, 0, sizeof(ra->hold));
    memset(ra->reg, RA_NO_REG, c->nvals * sizeof(ra->reg[0]));
    memset(ra->slot, 0, c->nvals * sizeof(ra->slot[0]));
    memset(ra->want, 0, c->nvals * sizeof(ra->want[0]));
}

/* ---- where values are ---- */

static int32_t slot_offset(unsigned slot)
{
    return offsetof(TcgEnv, spill) + 8 * (slot - 1);
}

Loc ra_home_of(const RegAlloc *ra, Val v)
{
    unsigned pin = pin_of(ra, v);

    if (pin != RA_NO_REG) {
        return loc_reg(pin, v);
    }
    switch (info(ra, v)->kind) {
    case VALK_GLOBAL:
        return loc_env(ra->c->globals[info(ra, v)->global].offset, v);
    case VALK_CONST:
        return (Loc){.kind = LOC_IMM, .val = v};
    default:
        assert(ra->slot[v.n]); /* else it was read before it was written, or after it died */
        return loc_env(slot_offset(ra->slot[v.n]), v);
    }
}

Loc ra_loc_of(const RegAlloc *ra, Val v)
{
    return ra->reg[v.n] != RA_NO_REG ? loc_reg(ra->reg[v.n], v) : ra_home_of(ra, v);
}

void ra_put_in(RegAlloc *ra, unsigned r, Val v)
{
    ra->hold[r] = v;
    ra->reg[v.n] = r;
}

void ra_leave_register(RegAlloc *ra, Val v)
{
    if (ra->reg[v.n] != RA_NO_REG) {
        ra->unwritten &= ~BIT(ra->reg[v.n]);
        ra->hold[ra->reg[v.n]] = VAL_NONE;
        ra->reg[v.n] = RA_NO_REG;
    }
}

static void free_slot(RegAlloc *ra, Val v)
{
    if (ra->slot[v.n]) {
        ra->free_slots |= BIT(ra->slot[v.n] - 1);
        ra->slot[v.n] = 0;
    }
}

void ra_free_dead_slots(RegAlloc *ra, const IrOp *op)
{
    const Val *in;
    unsigned n = op->dead ? ir_inputs(ra->c, op, &in) : 0;

    for (unsigned i = 0; i < n; i++) {
        if (op->dead >> i & 1) {
            free_slot(ra, in[i]);
        }
    }
}

/* ---- moves ---- */

RaOp *ra_new_op(RegAlloc *ra, const IrOp *op)
{
    RaOp *m = &ra->ops[ra->nops++];

    assert(ra->nops <= RA_MAX_OPS);
    m->op = op;
    m->d = (Loc){.kind = LOC_NONE};
    return m;
}

void ra_move(RegAlloc *ra, Loc d, Loc s)
{
    RaOp *m = ra_new_op(ra, NULL);

    m->d = d;
    m->in[0] = s;
}

void ra_spill(RegAlloc *ra, Val v)
{
    unsigned slot;

    assert(ra->reg[v.n] != RA_NO_REG); /* it leaves its register after that, not before */
    assert(ra->free_slots); /* front ends have a handful of temporaries alive at a time */
    slot = __builtin_ctzll(ra->free_slots) + 1;
    ra->free_slots &= ra->free_slots - 1;
    ra->slot[v.n] = slot;
    ra_move(ra, loc_env(slot_offset(slot), v), loc_reg(ra->reg[v.n], v));
}

void ra_write_home(RegAlloc *ra, Val v)
{
    unsigned r = ra->reg[v.n];

    if (r != RA_NO_REG && (ra->unwritten >> r & 1)) {
        ra->unwritten &= ~BIT(r);
        ra_move(ra, ra_home_of(ra, v), loc_reg(r, v));
    }
}
