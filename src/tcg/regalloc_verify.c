/* SPDX-License-Identifier: MIT */
/* Is what the register allocator made right?  Follow which value is in which place, op by op,
 * without running anything.
 *
 * Each time a value is computed it gets a new number, its *definition*.  A place (register, spill
 * slot, home of a global) holds the definition that was put there last, or 0 where nobody knows.
 * Then an operand is right if its place holds the latest definition of the value that the op wants;
 * and a global is exact if its home does. */
#include "base/alloc.h"
#include "tcg/regalloc_int.h"

enum { SLOTS = RA_REGS, HOMES = SLOTS + TCG_SPILLS, PLACES = HOMES + RA_MAX_GLOBALS };
enum { NO_PLACE = PLACES };

typedef struct Follow {
    const RegAlloc *ra;
    const Ir *c;
    unsigned at;                   /* index of the allocated op */
    unsigned next;                 /* of the IR op that must come next */
    unsigned ndefs;                /* definitions so far */
    unsigned holds[PLACES];        /* which definition is in each place; 0: unknown */
    unsigned current[IR_MAX_VALS]; /* the latest definition of each value */
} Follow;

static bool bad(const Follow *f, Error **errp, const char *what, Val v)
{
    const IrOp *op = f->at < f->ra->nops ? f->ra->ops[f->at].op : NULL;
    Str name = {0};

    if (!val_is_none(v)) {
        ir_dump_val(f->c, v, &name);
    }
    err_set(errp, "allocated op %u (%s): %s%s", f->at, op ? ir_op_info[op->opc].name : "move", what,
            str_get(&name));
    str_free(&name);
    return false;
}

static unsigned place_of(const Follow *f, Loc l)
{
    int32_t slot = (l.off - (int32_t)offsetof(TcgEnv, spill)) / 8;

    if (l.kind == LOC_REG) {
        return l.reg < RA_REGS ? l.reg : NO_PLACE;
    }
    if (l.kind != LOC_ENV) {
        return NO_PLACE;
    }
    for (unsigned g = 0; g < f->c->nglobals; g++) {
        if ((int32_t)f->c->globals[g].offset == l.off) {
            return HOMES + g;
        }
    }
    return slot >= 0 && slot < TCG_SPILLS ? SLOTS + (unsigned)slot : NO_PLACE;
}

static unsigned home_of(const Follow *f, unsigned global)
{
    unsigned reg = f->ra->host->pin[global];

    return reg != RA_NO_REG ? reg : HOMES + global;
}

/* A constant is defined once, where it is first seen. */
static unsigned definition(Follow *f, Val v)
{
    if (f->c->vals[v.n].kind == VALK_CONST && !f->current[v.n]) {
        f->current[v.n] = ++f->ndefs;
    }
    return f->current[v.n];
}

/* Everybody who looks must find each global at home. */
static bool check_globals(Follow *f, const IrOp *op, Error **errp)
{
    for (unsigned g = 0; g < f->c->nglobals && ir_observes_globals(op); g++) {
        Val v = ir_global(f->c, g);

        if (f->holds[home_of(f, g)] != f->current[v.n]) {
            return bad(f, errp, "somebody may look, and this global was not written home: ", v);
        }
    }
    return true;
}

static bool check_input(Follow *f, const RaOp *m, const RaRule *rule, unsigned i, Val v,
                        Error **errp)
{
    Loc l = m->in[i];
    unsigned place = place_of(f, l);

    if (l.kind == LOC_NONE || (l.kind != LOC_IMM && place == NO_PLACE)) {
        return bad(f, errp, "no place is given for operand ", v);
    }
    if (l.val.n != v.n || (l.kind != LOC_IMM && f->holds[place] != definition(f, v))) {
        return bad(f, errp, "the place given for it does not hold operand ", v);
    }
    if (!ra_fits(f->ra, &rule->in[i], l, m->op->type)) {
        return bad(f, errp, "the op's rule does not allow this place for operand ", v);
    }
    if (rule->early && i && l.kind == LOC_REG && m->d.kind == LOC_REG && l.reg == m->d.reg) {
        return bad(f, errp, "the result is early, so it overwrites operand ", v);
    }
    return true;
}

/* Into memory only "g = g op b" can go, where b is not in memory as well. */
static bool result_fits(const Follow *f, const RaOp *m, const RaPlace *p)
{
    unsigned place = place_of(f, m->d);
    bool is_float = ir_is_float(f->c->vals[m->op->d.n].type);

    if (m->d.kind == LOC_REG && place != NO_PLACE) {
        return (p->regs >> m->d.reg & 1) && (m->d.reg >= RA_FLOAT) == is_float;
    }
    return m->d.kind == LOC_ENV && p->mem && m->in[0].kind == LOC_ENV && m->in[0].off == m->d.off &&
           m->in[1].kind != LOC_ENV && m->op->type == f->c->vals[m->op->d.n].type;
}

static void forget(Follow *f, RegMask regs)
{
    for (; regs; regs &= regs - 1) {
        f->holds[lowest(regs)] = 0;
    }
}

static bool check_op(Follow *f, const RaOp *m, Error **errp)
{
    const RaRule *rule = f->ra->host->rule(f->c, m->op);
    const Val *in;
    unsigned n = ir_inputs(f->c, m->op, &in);

    for (unsigned i = 0; i < n; i++) {
        if (!check_input(f, m, rule, i, in[i], errp)) {
            return false;
        }
    }
    if (!check_globals(f, m->op, errp)) {
        return false;
    }
    forget(f, rule->clobbers);
    if (!val_is_none(m->op->d)) {
        if (!result_fits(f, m, &rule->d)) {
            return bad(f, errp, "the op's rule does not allow this place for the result ",
                       m->op->d);
        }
        f->current[m->op->d.n] = f->holds[place_of(f, m->d)] = ++f->ndefs;
    }
    if (m->op->opc == IR_label) { /* others came here, whose registers hold something else */
        forget(f, f->ra->host->scratch);
    }
    return true;
}

static bool check_move(Follow *f, const RaOp *m, Error **errp)
{
    static const RaPlace storable = {.regs = ~(RegMask)0, .imm32 = true};
    unsigned from = place_of(f, m->in[0]), to = place_of(f, m->d);

    if (to == NO_PLACE || (m->in[0].kind != LOC_IMM && from == NO_PLACE)) {
        return bad(f, errp, "it lacks a place", VAL_NONE);
    }
    if (m->d.kind == LOC_ENV && !ra_fits(f->ra, &storable, m->in[0], I64)) {
        return bad(f, errp, "only registers and constants of 32 bits can be stored", VAL_NONE);
    }
    f->holds[to] = m->in[0].kind == LOC_IMM ? definition(f, m->in[0].val) : f->holds[from];
    return true;
}

/* On to the IR op @op.  Between it and the last one there may be only movs that became moves: after
 * "d = a" both have the same definition. */
static bool follow_ir(Follow *f, const IrOp *op, Error **errp)
{
    for (; f->next < f->c->nops && &f->c->ops[f->next] != op; f->next++) {
        const IrOp *mov = &f->c->ops[f->next];

        if (!ra_is_plain_mov(f->c, mov)) {
            return err_set(errp, "allocated op %u: op %u of the block (%s) should come here", f->at,
                           f->next, ir_op_info[mov->opc].name);
        }
        f->current[mov->d.n] = definition(f, mov->in[0]);
    }
    if (op && f->next == f->c->nops) {
        return bad(f, errp, "it comes twice, or not in its order", VAL_NONE);
    }
    f->next += op != NULL;
    return true;
}

bool ra_verify(const RegAlloc *ra, Error **errp)
{
    Follow *f = xnew(Follow);
    bool good = true;

    f->ra = ra;
    f->c = ra->c;
    for (unsigned g = 0; g < f->c->nglobals; g++) {
        f->current[ir_global(f->c, g).n] = f->holds[home_of(f, g)] = ++f->ndefs;
    }
    while (good && f->at < ra->nops) {
        const RaOp *m = &ra->ops[f->at];

        good = m->op ? follow_ir(f, m->op, errp) && check_op(f, m, errp) : check_move(f, m, errp);
        f->at++;
    }
    good = good && follow_ir(f, NULL, errp);
    free(f);
    return good;
}
