/* SPDX-License-Identifier: MIT */
/* Liveness: one walk from the last op to the first says which operands are used for the last time,
 * and which results of globals only the block itself sees.
 *
 * Only temporaries have it: globals live on in the next block, and constants need no place.  No
 * temporary is live at a label, so a branch adds nothing to what the fall-through path needs. */
#include "base/bitmap.h"
#include "tcg/ir.h"

typedef struct Live {
    const Ir *c;
    uint64_t used[BITMAP_WORDS(IR_MAX_VALS)];    /* temporaries that a later op reads */
    uint64_t renewed[BITMAP_WORDS(IR_MAX_VALS)]; /* globals that are written before they are seen */
} Live;

/* Note a use of @v; was there no later one? */
static bool last_use(Live *l, Val v)
{
    return l->c->vals[v.n].kind == VALK_TEMP && !bit_test(l->used, v.n);
}

static void note_use(Live *l, Val v)
{
    if (l->c->vals[v.n].kind == VALK_TEMP) {
        bit_set(l->used, v.n);
    }
}

bool ir_observes_globals(const IrOp *op)
{
    if (op->opc == IR_call) {
        return (op->helper->effects & ~(unsigned)(HF_PURE | HF_FLOAT)) != 0;
    }
    return op->opc == IR_brcond || op->opc == IR_br || op->opc == IR_label ||
           op->opc == IR_icount || (ir_op_info[op->opc].flags & (OPF_TRAPS | OPF_END));
}

/* Will only ops of the block read what @op gives to its global? */
static bool is_unseen(Live *l, const IrOp *op)
{
    bool unseen = bit_test(l->renewed, op->d.n);

    if (l->c->vals[op->d.n].kind == VALK_GLOBAL) {
        bit_set(l->renewed, op->d.n);
    }
    /* After its result: an op that traps has not written it. */
    if (ir_observes_globals(op)) {
        memset(l->renewed, 0, BITMAP_WORDS(l->c->nglobals + 1) * sizeof(uint64_t));
    }
    return unseen;
}

void ir_liveness(Ir *c)
{
    Live l = {.c = c};

    for (unsigned i = c->nops; i-- > 0;) {
        IrOp *op = &c->ops[i];
        const Val *in;
        unsigned n = ir_inputs(c, op, &in);

        op->flags &= ~(OPN_RESULT_DEAD | OPN_UNSEEN);
        op->flags |= is_unseen(&l, op) ? OPN_UNSEEN : 0;
        if (last_use(&l, op->d)) {
            op->flags |= OPN_RESULT_DEAD;
        }
        bit_clear(l.used, op->d.n);
        op->dead = 0;
        /* The same temporary may be read twice: both are its last use. */
        for (unsigned k = 0; k < n; k++) {
            op->dead |= last_use(&l, in[k]) << k;
        }
        for (unsigned k = 0; k < n; k++) {
            note_use(&l, in[k]);
        }
    }
}
