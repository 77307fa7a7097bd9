/* SPDX-License-Identifier: MIT */
/* The operands of one op: each is brought where the rule of the op allows it.
 *
 * Those that are well where they are stay there.  For each of the others a register is freed that
 * no operand needs; where operands sit in all registers that would do, one of them that can be
 * elsewhere makes room. */
#include "tcg/regalloc_int.h"

bool ra_fits(const RegAlloc *ra, const RaPlace *p, Loc l, IrType type)
{
    uint64_t value;

    switch (l.kind) {
    case LOC_REG:
        return p->regs >> l.reg & 1;
    case LOC_ENV:
        return p->mem;
    default:
        value = info(ra, l.val)->value;
        return p->imm64 || (p->imm32 && (type == I32 || (uint64_t)(int32_t)value == value));
    }
}

/* The registers of @p that can hold @v.  A constant fits both kinds. */
static RegMask regs_for(const RegAlloc *ra, const RaPlace *p, Val v)
{
    if (info(ra, v)->kind == VALK_CONST) {
        return p->regs & RA_INT_REGS ? p->regs & RA_INT_REGS : p->regs;
    }
    return p->regs & class_of(ra, v);
}

/* ---- getting one operand somewhere ---- */

/* Take @v out of its register for good. */
static void send_home(RegAlloc *ra, Val v)
{
    if (is_temp(ra, v) && !ra->slot[v.n]) {
        ra_spill(ra, v);
    }
    ra_write_home(ra, v);
    ra_leave_register(ra, v);
}

/* Copy @v into the register @r; what that held must not go to @avoid. */
static Loc bring(RegAlloc *ra, unsigned r, Val v, RegMask avoid)
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

/* Operands in register @r go to @to instead. */
static void replace(RaOp *m, unsigned r, Loc to)
{
    for (unsigned i = 0; i < RA_INPUTS; i++) {
        if (m->in[i].kind == LOC_REG && m->in[i].reg == r) {
            m->in[i] = to;
        }
    }
}

/* Operands are in all of @regs: send one that can be elsewhere there.  False: none can. */
static bool make_room(RegAlloc *ra, const RaRule *rule, RaOp *m, RegMask regs, RegMask *busy)
{
    for (; regs; regs &= regs - 1) {
        unsigned r = lowest(regs);
        RegMask others = ra->host->scratch & ~*busy;
        bool home = true;
        Val v = VAL_NONE;

        for (unsigned i = 0; i < RA_INPUTS; i++) { /* one value can be several operands */
            if (m->in[i].kind == LOC_REG && m->in[i].reg == r) {
                v = m->in[i].val;
                others &= regs_for(ra, &rule->in[i], v);
                home &= is_temp(ra, v) ? rule->in[i].mem
                                       : ra_fits(ra, &rule->in[i], ra_home_of(ra, v), m->op->type);
            }
        }
        if (val_is_none(v) || !(others || home)) {
            continue;
        }
        if (others) {
            Loc to = bring(ra, ra_pick(ra, others), v, *busy | rule->clobbers);

            replace(m, r, to);
            *busy |= BIT(to.reg);
        } else {
            send_home(ra, v);
            replace(m, r, ra_home_of(ra, v));
        }
        *busy &= ~BIT(r);
        return true;
    }
    return false;
}

/* Bring operand @i, the value @v, where its rule allows it; operands placed before are in @busy. */
static Loc input(RegAlloc *ra, const RaRule *rule, RaOp *m, unsigned i, Val v, RegMask *busy)
{
    const RaPlace *p = &rule->in[i];
    RegMask regs = regs_for(ra, p, v) & ra->host->scratch;
    Loc from = ra_loc_of(ra, v);

    if (from.kind == LOC_REG && !is_temp(ra, v) && !ra_fits(ra, p, from, m->op->type)) {
        ra_write_home(ra, v);
        from = ra_home_of(ra, v); /* the register at hand will not do, but the home may */
    }
    if (ra_fits(ra, p, from, m->op->type)) {
        return from;
    }
    if (from.kind == LOC_REG && p->mem &&
        (!(regs & ~*busy) || ra_cost_of(ra, ra_pick(ra, regs & ~*busy)) > 0)) {
        send_home(ra, v);
        return ra_home_of(ra, v);
    }
    /* Where the operands in these registers can only be in others, one of those must be freed
     * first. */
    for (unsigned tries = 0; tries < RA_INPUTS && !(regs & ~*busy); tries++) {
        if (!make_room(ra, rule, m, regs, busy)) {
            make_room(ra, rule, m, ra->host->scratch, busy);
        }
    }
    return bring(ra, ra_pick(ra, regs & ~*busy), v, *busy | rule->clobbers);
}

/* ---- all of them ---- */

RegMask ra_place_inputs(RegAlloc *ra, const IrOp *op, const RaRule *rule, RaOp *m)
{
    const Val *in;
    unsigned n = ir_inputs(ra->c, op, &in);
    RegMask busy = 0;

    /* First those that are well where they are, so that the others make no room at their expense.
     */
    for (unsigned i = 0; i < n; i++) {
        Loc l = ra_loc_of(ra, in[i]);

        m->in[i].kind = LOC_NONE;
        if (l.kind == LOC_REG && ra_fits(ra, &rule->in[i], l, op->type)) {
            m->in[i] = l;
            busy |= BIT(l.reg);
        }
    }
    for (unsigned i = 0; i < n; i++) {
        if (m->in[i].kind == LOC_NONE) {
            m->in[i] = input(ra, rule, m, i, in[i], &busy);
            busy |= m->in[i].kind == LOC_REG ? BIT(m->in[i].reg) : 0;
        }
    }
    for (unsigned i = 0; i < n; i++) {
        if (op->dead >> i & 1) {
            ra_leave_register(ra, in[i]);
        }
    }
    return busy;
}

/* ---- looking ahead ---- */

/* Backward: which registers does the first use of each temporary allow?  A hint for result(). */
void ra_find_wants(RegAlloc *ra)
{
    for (unsigned i = ra->c->nops; i-- > 0;) {
        const IrOp *op = &ra->c->ops[i];
        const Val *in;
        unsigned n = ir_inputs(ra->c, op, &in);
        const RaRule *rule = n && !ra_is_plain_mov(ra->c, op) ? ra->host->rule(ra->c, op) : NULL;

        for (unsigned k = 0; k < n; k++) {
            ra->want[in[k].n] = rule ? rule->in[k].regs : ~(RegMask)0;
        }
    }
}
