/* SPDX-License-Identifier: MIT */
/* Short branches forward become selects.
 *
 *     beqz a2, 1f            brcond a2 == 0 -> L
 *     sext.w a5, a4          sext32 t1, a4          ==>     sext32 t1, a4
 *  1:                        mov a5, t1                     select a5, a2 == 0 ? a5 : t1
 *                         L:
 *
 * A compiler that has no conditional move writes "branch over one instruction", and mostly where
 * the condition is hard to predict: half of the time the host's pipeline starts anew, and one of
 * the two paths leaves the block.  To compute and then not to take costs less than that.  What is
 * computed in vain must not be seen, so this is for register-only instructions, and few. */
#include "tcg/ir.h"

enum { MAX_WRITES = 2, MAX_OPS = 12 };

static bool is_global(const Ir *c, Val v)
{
    return c->vals[v.n].kind == VALK_GLOBAL;
}

/* "global = value", as integers of the same width. */
static bool is_write(const Ir *c, const IrOp *op)
{
    IrType type = c->vals[op->d.n].type;

    return op->opc == IR_mov && is_global(c, op->d) && op->type == type && !ir_is_float(type) &&
           (type == I64 || c->vals[op->in[0].n].type == I32);
}

/* Can all ops behind the branch @br be executed although it is taken? */
static bool is_harmless(const Ir *c, const IrOp *br)
{
    const IrOp *end = c->ops + c->nops;
    unsigned writes = 0;

    if (end - br > MAX_OPS) {
        return false;
    }
    for (const IrOp *op = br + 1; op < end; op++) {
        if (op->opc == IR_insn) {
            continue;
        }
        if (!(ir_op_info[op->opc].flags & OPF_PURE) || (is_global(c, op->d) && !is_write(c, op))) {
            return false;
        }
        writes += is_global(c, op->d);
        /* Each write compares anew: only the last one may change what is compared. */
        if (is_global(c, op->d) && op + 1 < end &&
            (op->d.n == br->in[0].n || op->d.n == br->in[1].n)) {
            return false;
        }
    }
    return writes <= MAX_WRITES;
}

bool ir_select_over(Ir *c, unsigned at)
{
    IrOp br = c->ops[at];

    if (!is_harmless(c, &c->ops[at])) {
        return false;
    }
    memmove(&c->ops[at], &c->ops[at + 1], (--c->nops - at) * sizeof(IrOp));
    for (IrOp *op = &c->ops[at]; op < c->ops + c->nops; op++) {
        if (is_global(c, op->d)) {
            op->opc = IR_select;
            op->type = br.type;
            op->aux = br.aux;
            op->in[3] = op->in[0];
            op->in[2] = op->d;
            op->in[0] = br.in[0];
            op->in[1] = br.in[1];
        }
    }
    return true;
}
