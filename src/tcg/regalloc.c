/* SPDX-License-Identifier: MIT */
/* The register allocator: who gets a register, who must leave it, and what is stored when.
 *
 *     regalloc_places.c     the books: where each value is now
 *     regalloc_operands.c   brings the operands of an op where its rule allows them
 *     regalloc_mov.c        the one op without a rule
 *
 * One forward scan over a block.  Scratch registers are few (three and two on x86-64), blocks are
 * straight, and liveness says when a temporary dies; so the scan keeps only one table, hold[], of
 * what each scratch register holds now: a temporary, a copy of an unpinned global, or a constant.
 * For each op:
 *
 *   1. ra_place_inputs()  brings each operand where the rule of the op allows it, and operands that
 *                         die here leave their registers;
 *   2. ra_vacate()        what lives on in a register that the op clobbers goes elsewhere;
 *   3. result()           chooses a place for the result: the pinned register where there is one;
 *   4. settle()           stores the result where its value lives, if somebody may look there.
 *
 * A temporary is written once, so once it was spilled its slot stays good, and the copy of a global
 * or constant can be dropped at any time.  A value of a global that nobody will look at is in its
 * register only, until that is needed for something else. */
#include "tcg/regalloc_int.h"

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

/* ---- taking it away ---- */

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
        ra_spill(ra, v);
    }
    ra_write_home(ra, v);
    ra_leave_register(ra, v);
}

/* ---- results ---- */

/* Can the op change the global @op->d in memory?  Only if nothing else of it is there. */
static bool in_memory(const RegAlloc *ra, const IrOp *op, const RaRule *rule, const RaOp *m)
{
    return rule->d.mem && op->type == info(ra, op->d)->type && m->in[0].kind == LOC_ENV &&
           m->in[0].val.n == op->d.n && m->in[1].kind != LOC_ENV;
}

/* Choose where the result goes.  @busy: registers of the operands. */
static Loc result(RegAlloc *ra, const IrOp *op, const RaRule *rule, const RaOp *m, RegMask busy)
{
    unsigned pin = pin_of(ra, op->d);
    RegMask allowed = rule->d.regs & class_of(ra, op->d), preferred, first;

    first = m->in[0].kind == LOC_REG && ir_op_info[op->opc].inputs ? BIT(m->in[0].reg) : 0;
    if (rule->early) {
        for (unsigned i = 1; i < ir_op_info[op->opc].inputs; i++) {
            allowed &= m->in[i].kind == LOC_REG ? ~(RegMask)BIT(m->in[i].reg) : ~(RegMask)0;
        }
    }
    if (pin != RA_NO_REG && (allowed >> pin & 1)) {
        return loc_reg(pin, op->d);
    }
    if (info(ra, op->d)->kind == VALK_GLOBAL && pin == RA_NO_REG && in_memory(ra, op, rule, m)) {
        return loc_env(ra->c->globals[info(ra, op->d)->global].offset, op->d);
    }
    allowed &= ra->host->scratch;
    /* Best where its first use wants it; else where the first operand was, which saves a move. */
    preferred = allowed & ra->want[op->d.n];
    if (preferred & first && ra_cost_of(ra, lowest(first)) == 0) {
        return loc_reg(lowest(first), op->d);
    }
    if (preferred &&
        ra_cost_of(ra, ra_pick(ra, preferred)) <= ra_cost_of(ra, ra_pick(ra, allowed))) {
        allowed = preferred;
    }
    pin = ra_pick(ra, allowed);
    ra_vacate(ra, pin, busy | rule->clobbers);
    return loc_reg(pin, op->d);
}

/* The result of @op is at @at: write it through to where its value lives. */
static void settle(RegAlloc *ra, const IrOp *op, Loc at)
{
    unsigned pin = pin_of(ra, op->d);

    if (is_temp(ra, op->d)) {
        if (!(op->flags & OPN_RESULT_DEAD)) {
            ra_put_in(ra, at.reg, op->d);
        }
        return;
    }
    if (pin != RA_NO_REG) {
        if (at.reg != pin) {
            ra_move(ra, loc_reg(pin, op->d), at);
        }
        return;
    }
    ra_leave_register(ra, op->d);
    if (at.kind != LOC_REG) {
        return;
    }
    if (!(op->flags & OPN_UNSEEN)) {
        ra_move(ra, ra_loc_of(ra, op->d), at);
    } else {
        ra->unwritten |= BIT(at.reg);
    }
    ra_put_in(ra, at.reg, op->d);
}

/* ---- the scan ---- */

static void alloc_op(RegAlloc *ra, const IrOp *op)
{
    const RaRule *rule = ra->host->rule(ra->c, op);
    RaOp m = {.op = op};
    RegMask busy = ra_place_inputs(ra, op, rule, &m);

    if (!val_is_none(op->d) && !is_temp(ra, op->d)) {
        ra_leave_register(ra, op->d); /* its old value ends here */
    }
    for (RegMask r = rule->clobbers & ra->host->scratch; r; r &= r - 1) {
        ra_vacate(ra, lowest(r), busy | rule->clobbers);
    }
    if (!val_is_none(op->d)) {
        m.d = result(ra, op, rule, &m, busy);
    }
    *ra_new_op(ra, op) = m;
    if (!val_is_none(op->d)) {
        settle(ra, op, m.d);
    }
}

void regalloc(RegAlloc *ra, const RaHost *host, const Ir *c)
{
    ra_reset(ra, host, c);
    ra_find_wants(ra);
    for (unsigned i = 0; i < c->nops; i++) {
        const IrOp *op = &c->ops[i];

        if (ra_is_plain_mov(ra->c, op)) {
            ra_alloc_mov(ra, op);
        } else {
            alloc_op(ra, op);
        }
        ra_free_dead_slots(ra, op);
        if (op->opc == IR_label) {
            /* Reached from elsewhere too: nothing is known of the scratch registers. */
            for (RegMask r = host->scratch; r; r &= r - 1) {
                ra_leave_register(ra, ra->hold[lowest(r)]);
            }
        }
    }
}
