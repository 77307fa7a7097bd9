/* SPDX-License-Identifier: MIT */
/* Liveness: one walk from the last op to the first says which operands are used for the last time.
 *
 * Only temporaries have it: globals live on in the next block, and constants need no place.  No
 * temporary is live at a label, so a branch adds nothing to what the fall-through path needs. */
#include "base/bitmap.h"
#include "tcg/ir.h"

typedef struct Live {
    const Ir *c;
    uint64_t used[BITMAP_WORDS(IR_MAX_VALS)]; /* temporaries that a later op reads */
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

void ir_liveness(Ir *c)
{
    Live l = {.c = c};

    for (unsigned i = c->nops; i-- > 0;) {
        IrOp *op = &c->ops[i];
        bool call = op->opc == IR_call;
        unsigned n = call ? op->aux : ir_op_info[op->opc].inputs;
        const Val *in = call ? &c->call_args[op->imm] : op->in;

        op->flags &= ~OPN_RESULT_DEAD;
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
