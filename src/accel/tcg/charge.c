/* SPDX-License-Identifier: MIT */
/* -icount: make a block pay for its instructions.
 *
 * The whole block is charged where it begins, so that it runs only if the budget covers it, and
 * every exit that is taken earlier gives back what was not executed:
 *
 *      icount 5                    five instructions
 *      ...  brcond ..., L0         the third one
 *      exit_tb
 *     L0:
 *      icount -2                   two were not executed
 *      exit_tb
 *
 * Exceptions give back theirs when the state is restored (cpu_exec.c). */
#include "accel/tcg/tcg_cpu.h"

typedef struct Charge {
    unsigned executed;                /* instructions begun at this op, on every path to it */
    unsigned at_label[IR_MAX_LABELS]; /* the same at each label that was jumped to; 0: not yet */
} Charge;

static IrOp icount_op(int64_t insns)
{
    return (IrOp){.opc = IR_icount, .type = I64, .imm = insns};
}

/* Follow @op: how many instructions have been executed behind it? */
static void follow(Charge *s, const IrOp *op)
{
    switch (op->opc) {
    case IR_insn:
        s->executed = op->aux + 1;
        break;
    case IR_brcond:
    case IR_br:
        /* Labels are only jumped to from one instruction: inside its own code, or to its side exit.
         */
        s->at_label[op->imm] = s->executed;
        break;
    case IR_label:
        s->executed = s->at_label[op->imm] ? s->at_label[op->imm] : s->executed;
        break;
    }
}

void icount_charge(Ir *c, unsigned ninsns)
{
    static IrOp old[IR_MAX_OPS]; /* tb_lock */
    static Charge s;
    unsigned n = c->nops;

    memset(&s, 0, sizeof(s));
    memcpy(old, c->ops, n * sizeof(IrOp));
    c->nops = 0;
    c->ops[c->nops++] = icount_op(ninsns);
    for (unsigned i = 0; i < n; i++) {
        follow(&s, &old[i]);
        if ((ir_op_info[old[i].opc].flags & OPF_END) && old[i].opc != IR_br &&
            s.executed < ninsns) {
            c->ops[c->nops++] = icount_op((int64_t)s.executed - ninsns);
        }
        c->ops[c->nops++] = old[i];
    }
    assert(c->nops <= IR_MAX_OPS);
}
