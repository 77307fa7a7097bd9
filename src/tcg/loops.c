/* SPDX-License-Identifier: MIT */
/* Which loads of a loop stay on one page from turn to turn?
 *
 * A block that jumps back to its own start is a loop.  A base register that only moves by small
 * constants in it, or not at all, is nearly always on the page where it was one turn ago:
 * remembering that page (TcgEnv.page_cache) is cheaper than a look into the TLB, and the load does
 * not wait for it.  Loads that walk pointers would miss all the time; so only these are marked,
 * with OPN_STEPS. */
#include "tcg/ir.h"

enum { MAX_STEP = 256 };

/* The index of the last op of the loop: the exit that leads back to the block's start, or 0. */
static unsigned loop_end(const Ir *c, uint64_t pc)
{
    for (unsigned i = c->nops; i-- > 0;) {
        if (c->ops[i].opc == IR_exit_tb && c->ops[i].imm == pc) {
            return i;
        }
    }
    return 0;
}

static bool is_small_step(const Ir *c, const IrOp *op)
{
    uint64_t by;

    return op->opc == IR_add && op->type == I64 && op->in[0].n == op->d.n &&
           ir_is_const(c, op->in[1], &by) && (int64_t)by <= MAX_STEP && (int64_t)by >= -MAX_STEP;
}

void ir_mark_steps(Ir *c, uint64_t pc)
{
    static __thread bool jumps[IR_MAX_VALS]; /* globals that get a value from elsewhere */
    unsigned end = loop_end(c, pc);

    memset(jumps, 0, c->nglobals + 1);
    for (unsigned i = 0; i < end; i++) {
        const IrOp *op = &c->ops[i];

        if (c->vals[op->d.n].kind == VALK_GLOBAL && !is_small_step(c, op)) {
            jumps[op->d.n] = true;
        }
    }
    for (unsigned i = 0; i < end; i++) {
        IrOp *op = &c->ops[i];

        if (op->opc == IR_ld && c->vals[op->in[0].n].kind == VALK_GLOBAL && !jumps[op->in[0].n]) {
            op->flags |= OPN_STEPS;
        }
    }
}
