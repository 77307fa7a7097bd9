/* SPDX-License-Identifier: MIT */
/* The rules of the IR (top of ir.h), checked.  Debug builds and tests run it after the front end
 * and each pass. */
#include "base/bitmap.h"
#include "tcg/ir.h"

typedef struct Verify {
    const Ir *c;
    unsigned at;                                 /* index of the op */
    uint64_t defined[BITMAP_WORDS(IR_MAX_VALS)]; /* temporaries, since the last label */
    uint64_t placed[BITMAP_WORDS(IR_MAX_LABELS)];
    uint64_t wanted[BITMAP_WORDS(IR_MAX_LABELS)];
} Verify;

static bool bad(const Verify *v, Error **errp, const char *what)
{
    return err_set(errp, "IR op %u (%s): %s", v->at, ir_op_info[v->c->ops[v->at].opc].name, what);
}

static bool check_read(Verify *v, Val val, Error **errp)
{
    if (val_is_none(val) || val.n >= v->c->nvals) {
        return bad(v, errp, "an operand is missing");
    }
    if (v->c->vals[val.n].kind == VALK_TEMP && !bit_test(v->defined, val.n)) {
        return bad(v, errp, "reads a temporary that is not defined since the last label");
    }
    return true;
}

static bool check_result(Verify *v, const IrOp *op, Error **errp)
{
    if (val_is_none(op->d)) {
        return op->opc == IR_call || !ir_op_info[op->opc].has_result ||
               bad(v, errp, "has no place for its result");
    }
    if (!ir_op_info[op->opc].has_result || v->c->vals[op->d.n].kind == VALK_CONST) {
        return bad(v, errp, "cannot write this result");
    }
    bit_set(v->defined, op->d.n);
    return true;
}

static bool check_label(Verify *v, const IrOp *op, Error **errp)
{
    if (op->imm >= v->c->nlabels) {
        return bad(v, errp, "no such label");
    }
    if (op->opc == IR_label) {
        memset(v->defined, 0, sizeof(v->defined));
        if (bit_test(v->placed, op->imm)) {
            return bad(v, errp, "this label is placed twice");
        }
        bit_set(v->placed, op->imm);
    } else {
        bit_set(v->wanted, op->imm);
        if (bit_test(v->placed, op->imm)) {
            return bad(v, errp, "branches backward");
        }
    }
    return true;
}

static bool check_op(Verify *v, const IrOp *op, Error **errp)
{
    const IrOpInfo *info = &ir_op_info[op->opc];
    const Val *in;
    unsigned n = ir_inputs(v->c, op, &in);

    for (unsigned i = 0; i < n; i++) {
        if (!check_read(v, in[i], errp)) {
            return false;
        }
    }
    if ((info->flags & (OPF_PURE | OPF_FLOAT)) && op->opc != IR_setcond && op->opc != IR_select &&
        !info->eval[op->type]) {
        return bad(v, errp, "this type makes no sense here");
    }
    if ((op->opc == IR_label || op->opc == IR_br || op->opc == IR_brcond) &&
        !check_label(v, op, errp)) {
        return false;
    }
    return check_result(v, op, errp);
}

bool ir_verify(const Ir *c, Error **errp)
{
    static __thread Verify v;
    const IrOp *last = NULL;

    v = (Verify){.c = c};
    for (v.at = 0; v.at < c->nops; v.at++) {
        last = &c->ops[v.at];
        if (!check_op(&v, last, errp)) {
            return false;
        }
    }
    if (!last || !(ir_op_info[last->opc].flags & OPF_END)) {
        return err_set(errp, "IR: the block does not end in an exit");
    }
    for (unsigned l = 0; l < c->nlabels; l++) {
        if (bit_test(v.wanted, l) && !bit_test(v.placed, l)) {
            return err_set(errp, "IR: label L%u is jumped to but not placed", l);
        }
    }
    return true;
}
