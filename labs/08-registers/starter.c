/* SPDX-License-Identifier: MIT */
/* The register allocator: your version of src/tcg/regalloc.c.
 *
 * tcg/regalloc.h says what comes in and what goes out, tcg/regalloc_int.h what each function here
 * must do and which ones are there for you, and the chapter (README.md beside this file) what it is
 * all about.  Functions and variables that you add must be static.
 *
 * As it stands this file puts each result into the first register that the op allows, whoever is
 * there, and tells nobody. */
#include "tcg/regalloc_int.h"

/* ---- choosing a register ---- */

unsigned ra_cost_of(const RegAlloc *ra, unsigned r)
{
    return 0; /* exercise 1 */
}

unsigned ra_pick(const RegAlloc *ra, RegMask mask)
{
    return lowest(mask & ra->host->scratch); /* exercise 1: whoever is in it */
}

/* ---- taking it away ---- */

void ra_vacate(RegAlloc *ra, unsigned r, RegMask avoid)
{
    /* exercise 2 */
}

/* ---- results ---- */

/* Choose where the result goes, and make it free.  @m: the op with its operands, which are in the
 * registers @busy. */
static Loc result(RegAlloc *ra, const IrOp *op, const RaRule *rule, const RaOp *m, RegMask busy)
{
    return loc_reg(lowest(rule->d.regs), op->d); /* exercises 3, 6 and 7 */
}

/* The result of @op is at @at: note that, and store it where its value lives. */
static void settle(RegAlloc *ra, const IrOp *op, Loc at)
{
    /* exercise 4 */
}

/* ---- the scan ---- */

/* Any op but a plain mov. */
static void alloc_op(RegAlloc *ra, const IrOp *op)
{
    const RaRule *rule = ra->host->rule(ra->c, op);
    RaOp m = {.op = op};
    RegMask busy = ra_place_inputs(ra, op, rule, &m);

    /* exercise 5: what must be done before the result gets its place? */
    if (!val_is_none(op->d)) {
        m.d = result(ra, op, rule, &m, busy);
    }
    *ra_new_op(ra, op) = m;
    if (!val_is_none(op->d)) {
        settle(ra, op, m.d);
    }
}

void regalloc(RegAlloc *ra, const RaHost *host, const Ir *c)
{
    ra_reset(ra, host, c);
    ra_find_wants(ra);
    for (unsigned i = 0; i < c->nops; i++) {
        const IrOp *op = &c->ops[i];

        if (ra_is_plain_mov(c, op)) {
            ra_alloc_mov(ra, op);
        } else {
            alloc_op(ra, op);
        }
        ra_free_dead_slots(ra, op);
        /* exercise 5: labels */
    }
}
