/* SPDX-License-Identifier: MIT */
/* The register allocator's view of where each value is, and the moves that change it.
 *
 * A value has a home: the register of a pinned global, the CPU state for other globals, a spill
 * slot for temporaries, the instruction itself for constants.  A scratch register may hold it
 * besides, or instead: a temporary that was never spilled, and a global's value that was not
 * written yet. */
#include "tcg/regalloc_int.h"

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

void ra_free_slot(RegAlloc *ra, Val v)
{
    if (ra->slot[v.n]) {
        ra->free_slots |= BIT(ra->slot[v.n] - 1);
        ra->slot[v.n] = 0;
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

static void spill(RegAlloc *ra, Val v)
{
    unsigned slot;

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

void ra_vacate(RegAlloc *ra, unsigned r, RegMask avoid)
{
    Val v = ra->hold[r];

    if (val_is_none(v)) {
        return;
    }
    if (is_temp(ra, v) && !ra->slot[v.n]) {
        RegMask candidates = ra->host->scratch & class_of(ra, v) & ~avoid & ~BIT(r);

        for (; candidates; candidates &= candidates - 1) {
            unsigned other = lowest(candidates);

            if (val_is_none(ra->hold[other])) {
                ra_move(ra, loc_reg(other, v), loc_reg(r, v));
                ra_leave_register(ra, v);
                ra_put_in(ra, other, v);
                return;
            }
        }
        spill(ra, v);
    }
    ra_write_home(ra, v);
    ra_leave_register(ra, v);
}

void ra_send_home(RegAlloc *ra, Val v)
{
    if (is_temp(ra, v) && !ra->slot[v.n]) {
        spill(ra, v);
    }
    ra_write_home(ra, v);
    ra_leave_register(ra, v);
}

Loc ra_bring(RegAlloc *ra, unsigned r, Val v, RegMask avoid)
{
    Loc from;

    ra_vacate(ra, r, avoid);
    ra_write_home(ra, v);
    from = ra_loc_of(ra, v);
    ra_move(ra, loc_reg(r, v), from);
    /* A copy of a pinned global is not worth remembering: it would have to be kept up to date. */
    if (pin_of(ra, v) == RA_NO_REG) {
        ra_leave_register(ra, v);
        ra_put_in(ra, r, v);
    }
    return loc_reg(r, v);
}

/* ---- choosing a register ---- */

unsigned ra_cost_of(const RegAlloc *ra, unsigned r)
{
    Val v = ra->hold[r];

    if (val_is_none(v)) {
        return 0;
    }
    if (!is_temp(ra, v)) {
        return ra->unwritten >> r & 1 ? 3 : 1;
    }
    return ra->slot[v.n] ? 2 : 3;
}

unsigned ra_pick(const RegAlloc *ra, RegMask mask)
{
    unsigned best = RA_NO_REG, best_cost = ~0u;

    for (mask &= ra->host->scratch; mask; mask &= mask - 1) {
        unsigned r = lowest(mask), cost = ra_cost_of(ra, r);

        if (cost < best_cost) {
            best = r;
            best_cost = cost;
        }
    }
    assert(best != RA_NO_REG); /* else the host's rule demands more registers than there are */
    return best;
}
