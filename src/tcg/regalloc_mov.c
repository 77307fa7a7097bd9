/* SPDX-License-Identifier: MIT */
/* A move of all 64 bits, the one op without a rule: from anywhere to where the value lives. */
#include "tcg/regalloc_int.h"

void ra_alloc_mov(RegAlloc *ra, const IrOp *op)
{
    static const RaPlace storable = {.regs = ~(RegMask)0, .imm32 = true};
    Val d = op->d, a = op->in[0];
    Loc from = ra_loc_of(ra, a);
    unsigned pin = pin_of(ra, d), r;

    if (is_temp(ra, d)) {
        if (op->dead & 1) {
            ra_leave_register(ra, a);
        }
        r = ra_pick(ra, class_of(ra, d));
        ra_vacate(ra, r, from.kind == LOC_REG ? BIT(from.reg) : 0);
        ra_move(ra, loc_reg(r, d), from);
        ra_put_in(ra, r, d);
    } else if (pin != RA_NO_REG) {
        ra_move(ra, loc_reg(pin, d), from);
    } else {
        if (!ra_fits(ra, &storable, from, I64)) {
            r = ra_pick(ra, info(ra, a)->kind == VALK_CONST ? RA_INT_REGS : class_of(ra, a));
            ra_vacate(ra, r, 0);
            from = ra_loc_of(ra, a);
            ra_move(ra, loc_reg(r, a), from);
            ra_put_in(ra, r, a);
            from = loc_reg(r, a);
        }
        ra_leave_register(ra, d);
        ra_move(ra, ra_loc_of(ra, d), from);
    }
    if (op->dead & 1) {
        ra_leave_register(ra, a);
    }
}
