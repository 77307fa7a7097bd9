/* SPDX-License-Identifier: MIT */
/* The register allocator: one forward scan over a block.
 *
 *     regalloc_places.c     where each value is now      regalloc_operands.c   operands of an op
 *
 * Scratch registers are few (three and two on x86-64), blocks are straight, and liveness says when
 * a temporary dies; so the scan keeps only one table, hold[], of what each scratch register holds
 * now: a temporary, a copy of an unpinned global, or a constant.  For each op:
 *
 *   1. ra_place_inputs()  brings each operand where the rule of the op allows it;
 *   2.                    operands that die here leave their registers;
 *   3. ra_vacate()        what lives on in a register that the op clobbers goes elsewhere;
 *   4. result()           chooses a place for the result: the pinned register where there is one.
 *
 * A temporary is written once, so once it was spilled its slot stays good, and the copy of a global
 * or constant can be dropped at any time.  A value of a global that nobody will look at is in its
 * register only, until that is needed for something else. */
#include "tcg/regalloc_int.h"

/* ---- one op ---- */

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

/* A move of all 64 bits needs no rule: from anywhere to where the value lives. */
static void alloc_mov(RegAlloc *ra, const IrOp *op)
{
    static const RaPlace storable = {.regs = ~(RegMask)0, .imm32 = true};
    Val d = op->d, a = op->in[0];
    Loc from = ra_loc_of(ra, a);
    unsigned pin = pin_of(ra, d), r;

    if (is_temp(ra, d)) {
        if (op->dead & 1) {
            ra_leave_register(ra, a);
        }
        r = ra_pick(ra, class_of(ra, d));
        ra_vacate(ra, r, from.kind == LOC_REG ? BIT(from.reg) : 0);
        ra_move(ra, loc_reg(r, d), from);
        ra_put_in(ra, r, d);
    } else if (pin != RA_NO_REG) {
        ra_move(ra, loc_reg(pin, d), from);
    } else {
        if (!ra_fits(ra, &storable, from, I64)) {
            r = ra_pick(ra, info(ra, a)->kind == VALK_CONST ? RA_INT_REGS : class_of(ra, a));
            ra_vacate(ra, r, 0);
            from = ra_loc_of(ra, a);
            ra_move(ra, loc_reg(r, a), from);
            ra_put_in(ra, r, a);
            from = loc_reg(r, a);
        }
        ra_leave_register(ra, d);
        ra_move(ra, ra_loc_of(ra, d), from);
    }
    if (op->dead & 1) {
        ra_leave_register(ra, a);
    }
}

static void free_dead_slots(RegAlloc *ra, const IrOp *op)
{
    const Val *in;
    unsigned n = op->dead ? ra_inputs(ra->c, op, &in) : 0;

    for (unsigned i = 0; i < n; i++) {
        if (op->dead >> i & 1) {
            ra_free_slot(ra, in[i]);
        }
    }
}

/* ---- the scan ---- */

/* Backward: which registers does the first use of each temporary allow?  A hint for result(). */
static void find_wants(RegAlloc *ra)
{
    for (unsigned i = ra->c->nops; i-- > 0;) {
        const IrOp *op = &ra->c->ops[i];
        const Val *in;
        unsigned n = ra_inputs(ra->c, op, &in);
        const RaRule *rule = n && !ra_is_plain_mov(ra->c, op) ? ra->host->rule(ra->c, op) : NULL;

        for (unsigned k = 0; k < n; k++) {
            ra->want[in[k].n] = rule ? rule->in[k].regs : ~(RegMask)0;
        }
    }
}

static void reset(RegAlloc *ra, const RaHost *host, const Ir *c)
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

void regalloc(RegAlloc *ra, const RaHost *host, const Ir *c)
{
    reset(ra, host, c);
    find_wants(ra);
    for (unsigned i = 0; i < c->nops; i++) {
        const IrOp *op = &c->ops[i];

        if (ra_is_plain_mov(ra->c, op)) {
            alloc_mov(ra, op);
        } else {
            alloc_op(ra, op);
        }
        free_dead_slots(ra, op);
        if (op->opc == IR_label) {
            /* Reached from elsewhere too: nothing is known of the scratch registers. */
            for (RegMask r = host->scratch; r; r &= r - 1) {
                ra_leave_register(ra, ra->hold[lowest(r)]);
            }
        }
    }
}

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
