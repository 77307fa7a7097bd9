/* SPDX-License-Identifier: MIT */
/* The register allocator: one forward scan over a block.
 *
 * Scratch registers are few (three and two on x86-64), blocks are straight, and liveness says when
 * a temporary dies; so the scan keeps only one table, hold[], of what each scratch register holds
 * now: a temporary, a copy of an unpinned global, or a constant.  For each op:
 *
 *   1. input()    brings each operand where the rule of the op allows it;
 *   2.            operands that die here leave their registers;
 *   3. vacate()   what lives on in a register that the op clobbers goes elsewhere;
 *   4. result()   chooses a place for the result: the pinned register itself where there is one.
 *
 * A temporary is written once, so once it was spilled its slot stays good, and the copy of a global
 * or constant can be dropped at any time.  A value of a global that nobody will look at is in its
 * register only, until that is needed for something else. */
#include "tcg/regalloc.h"

static unsigned lowest(RegMask m)
{
    return __builtin_ctz(m);
}

static Loc loc_reg(unsigned reg, Val v)
{
    return (Loc){.kind = LOC_REG, .reg = reg, .val = v};
}

static Loc loc_env(int32_t off, Val v)
{
    return (Loc){.kind = LOC_ENV, .off = off, .val = v};
}

/* ---- where values are ---- */

static const ValInfo *info(const RegAlloc *ra, Val v)
{
    return &ra->c->vals[v.n];
}

static bool is_temp(const RegAlloc *ra, Val v)
{
    return info(ra, v)->kind == VALK_TEMP;
}

/* The register that @v is pinned to, or RA_NO_REG. */
static unsigned pin_of(const RegAlloc *ra, Val v)
{
    return info(ra, v)->kind == VALK_GLOBAL ? ra->host->pin[info(ra, v)->global] : RA_NO_REG;
}

static RegMask class_of(const RegAlloc *ra, Val v)
{
    return ir_is_float(info(ra, v)->type) ? RA_FLOAT_REGS : RA_INT_REGS;
}

static int32_t slot_offset(unsigned slot)
{
    return offsetof(TcgEnv, spill) + 8 * (slot - 1);
}

/* Where @v is when no scratch register holds it. */
static Loc home_of(const RegAlloc *ra, Val v)
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

/* Where @v can be read now. */
static Loc loc_of(const RegAlloc *ra, Val v)
{
    return ra->reg[v.n] != RA_NO_REG ? loc_reg(ra->reg[v.n], v) : home_of(ra, v);
}

static void put_in(RegAlloc *ra, unsigned r, Val v)
{
    ra->hold[r] = v;
    ra->reg[v.n] = r;
}

/* No scratch register holds @v any more. */
static void leave_register(RegAlloc *ra, Val v)
{
    if (ra->reg[v.n] != RA_NO_REG) {
        ra->unwritten &= ~BIT(ra->reg[v.n]);
        ra->hold[ra->reg[v.n]] = VAL_NONE;
        ra->reg[v.n] = RA_NO_REG;
    }
}

/* The temporary @v, whose last use was the op just made, needs no slot any more. */
static void free_slot(RegAlloc *ra, Val v)
{
    if (ra->slot[v.n]) {
        ra->free_slots |= BIT(ra->slot[v.n] - 1);
        ra->slot[v.n] = 0;
    }
}

/* ---- inserted moves ---- */

static RaOp *new_op(RegAlloc *ra, const IrOp *op)
{
    RaOp *m = &ra->ops[ra->nops++];

    assert(ra->nops <= RA_MAX_OPS);
    m->op = op;
    m->d = (Loc){.kind = LOC_NONE};
    return m;
}

static void move(RegAlloc *ra, Loc d, Loc s)
{
    RaOp *m = new_op(ra, NULL);

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
    move(ra, loc_env(slot_offset(slot), v), loc_reg(ra->reg[v.n], v));
}

/* The register of the global @v is wanted: its value goes home, if it is nowhere else. */
static void write_home(RegAlloc *ra, Val v)
{
    unsigned r = ra->reg[v.n];

    if (r != RA_NO_REG && (ra->unwritten >> r & 1)) {
        ra->unwritten &= ~BIT(r);
        move(ra, home_of(ra, v), loc_reg(r, v));
    }
}

/* Free the scratch register @r; what it holds may move to any register outside @avoid. */
static void vacate(RegAlloc *ra, unsigned r, RegMask avoid)
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
                move(ra, loc_reg(other, v), loc_reg(r, v));
                leave_register(ra, v);
                put_in(ra, other, v);
                return;
            }
        }
        spill(ra, v);
    }
    write_home(ra, v);
    leave_register(ra, v);
}

/* What it costs to take @r from the value that it holds. */
static unsigned cost_of(const RegAlloc *ra, unsigned r)
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

/* The cheapest scratch register of @mask. */
static unsigned pick(const RegAlloc *ra, RegMask mask)
{
    unsigned best = RA_NO_REG, best_cost = ~0u;

    for (mask &= ra->host->scratch; mask; mask &= mask - 1) {
        unsigned r = lowest(mask), cost = cost_of(ra, r);

        if (cost < best_cost) {
            best = r;
            best_cost = cost;
        }
    }
    assert(best != RA_NO_REG); /* else the host's rule demands more registers than there are */
    return best;
}

/* ---- the steps for one op ---- */

static bool fits(const RegAlloc *ra, const RaPlace *p, Loc l, IrType type)
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

/* Take @v out of its register for good. */
static void send_home(RegAlloc *ra, Val v)
{
    if (is_temp(ra, v) && !ra->slot[v.n]) {
        spill(ra, v);
    }
    write_home(ra, v);
    leave_register(ra, v);
}

/* Copy @v into the free or vacated register @r. */
static Loc bring(RegAlloc *ra, unsigned r, Val v, RegMask avoid)
{
    Loc from;

    vacate(ra, r, avoid);
    write_home(ra, v);
    from = loc_of(ra, v);
    move(ra, loc_reg(r, v), from);
    /* A copy of a pinned global is not worth remembering: it would have to be kept up to date. */
    if (pin_of(ra, v) == RA_NO_REG) {
        leave_register(ra, v);
        put_in(ra, r, v);
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
                                       : fits(ra, &rule->in[i], home_of(ra, v), m->op->type);
            }
        }
        if (val_is_none(v) || !(others || home)) {
            continue;
        }
        if (others) {
            Loc to = bring(ra, pick(ra, others), v, *busy | rule->clobbers);

            replace(m, r, to);
            *busy |= BIT(to.reg);
        } else {
            send_home(ra, v);
            replace(m, r, home_of(ra, v));
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
    Loc from = loc_of(ra, v);

    if (from.kind == LOC_REG && !is_temp(ra, v) && !fits(ra, p, from, m->op->type)) {
        write_home(ra, v);
        from = home_of(ra, v); /* the register at hand will not do, but the home may */
    }
    if (fits(ra, p, from, m->op->type)) {
        return from;
    }
    if (from.kind == LOC_REG && p->mem &&
        (!(regs & ~*busy) || cost_of(ra, pick(ra, regs & ~*busy)) > 0)) {
        send_home(ra, v);
        return home_of(ra, v);
    }
    /* Where the operands in these registers can only be in others, one of those must be freed
     * first. */
    for (unsigned tries = 0; tries < RA_INPUTS && !(regs & ~*busy); tries++) {
        if (!make_room(ra, rule, m, regs, busy)) {
            make_room(ra, rule, m, ra->host->scratch, busy);
        }
    }
    return bring(ra, pick(ra, regs & ~*busy), v, *busy | rule->clobbers);
}

/* Place all operands of @op into @m.  Returns the registers they are in. */
static RegMask inputs(RegAlloc *ra, const IrOp *op, const RaRule *rule, RaOp *m)
{
    const Val *in;
    unsigned n = ra_inputs(ra->c, op, &in);
    RegMask busy = 0;

    /* First those that are well where they are, so that the others make no room at their expense.
     */
    for (unsigned i = 0; i < n; i++) {
        Loc l = loc_of(ra, in[i]);

        m->in[i].kind = LOC_NONE;
        if (l.kind == LOC_REG && fits(ra, &rule->in[i], l, op->type)) {
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
            leave_register(ra, in[i]);
        }
    }
    return busy;
}

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
    if (preferred & first && cost_of(ra, lowest(first)) == 0) {
        return loc_reg(lowest(first), op->d);
    }
    if (preferred && cost_of(ra, pick(ra, preferred)) <= cost_of(ra, pick(ra, allowed))) {
        allowed = preferred;
    }
    pin = pick(ra, allowed);
    vacate(ra, pin, busy | rule->clobbers);
    return loc_reg(pin, op->d);
}

/* The result of @op is at @at: write it through to where its value lives. */
static void settle(RegAlloc *ra, const IrOp *op, Loc at)
{
    unsigned pin = pin_of(ra, op->d);

    if (is_temp(ra, op->d)) {
        if (!(op->flags & OPN_RESULT_DEAD)) {
            put_in(ra, at.reg, op->d);
        }
        return;
    }
    if (pin != RA_NO_REG) {
        if (at.reg != pin) {
            move(ra, loc_reg(pin, op->d), at);
        }
        return;
    }
    leave_register(ra, op->d);
    if (at.kind != LOC_REG) {
        return;
    }
    if (!(op->flags & OPN_UNSEEN)) {
        move(ra, loc_of(ra, op->d), at);
    } else {
        ra->unwritten |= BIT(at.reg);
    }
    put_in(ra, at.reg, op->d);
}

static void alloc_op(RegAlloc *ra, const IrOp *op)
{
    const RaRule *rule = ra->host->rule(ra->c, op);
    RaOp m = {.op = op};
    RegMask busy = inputs(ra, op, rule, &m);

    if (!val_is_none(op->d) && !is_temp(ra, op->d)) {
        leave_register(ra, op->d); /* its old value ends here */
    }
    for (RegMask r = rule->clobbers & ra->host->scratch; r; r &= r - 1) {
        vacate(ra, lowest(r), busy | rule->clobbers);
    }
    if (!val_is_none(op->d)) {
        m.d = result(ra, op, rule, &m, busy);
    }
    *new_op(ra, op) = m;
    if (!val_is_none(op->d)) {
        settle(ra, op, m.d);
    }
}

/* A move of all 64 bits needs no rule: from anywhere to where the value lives. */
static void alloc_mov(RegAlloc *ra, const IrOp *op)
{
    static const RaPlace storable = {.regs = ~(RegMask)0, .imm32 = true};
    Val d = op->d, a = op->in[0];
    Loc from = loc_of(ra, a);
    unsigned pin = pin_of(ra, d), r;

    if (is_temp(ra, d)) {
        if (op->dead & 1) {
            leave_register(ra, a);
        }
        r = pick(ra, class_of(ra, d));
        vacate(ra, r, from.kind == LOC_REG ? BIT(from.reg) : 0);
        move(ra, loc_reg(r, d), from);
        put_in(ra, r, d);
    } else if (pin != RA_NO_REG) {
        move(ra, loc_reg(pin, d), from);
    } else {
        if (!fits(ra, &storable, from, I64)) {
            r = pick(ra, info(ra, a)->kind == VALK_CONST ? RA_INT_REGS : class_of(ra, a));
            vacate(ra, r, 0);
            from = loc_of(ra, a);
            move(ra, loc_reg(r, a), from);
            put_in(ra, r, a);
            from = loc_reg(r, a);
        }
        leave_register(ra, d);
        move(ra, loc_of(ra, d), from);
    }
    if (op->dead & 1) {
        leave_register(ra, a);
    }
}

static bool is_plain_mov(const RegAlloc *ra, const IrOp *op)
{
    return op->opc == IR_mov && (op->type != I32 || info(ra, op->in[0])->type == I32);
}

static void free_dead_slots(RegAlloc *ra, const IrOp *op)
{
    const Val *in;
    unsigned n = op->dead ? ra_inputs(ra->c, op, &in) : 0;

    for (unsigned i = 0; i < n; i++) {
        if (op->dead >> i & 1) {
            free_slot(ra, in[i]);
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
        const RaRule *rule = n && !is_plain_mov(ra, op) ? ra->host->rule(ra->c, op) : NULL;

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

        if (is_plain_mov(ra, op)) {
            alloc_mov(ra, op);
        } else {
            alloc_op(ra, op);
        }
        free_dead_slots(ra, op);
        if (op->opc == IR_label) {
            /* Reached from elsewhere too: nothing is known of the scratch registers. */
            for (RegMask r = host->scratch; r; r &= r - 1) {
                leave_register(ra, ra->hold[lowest(r)]);
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
