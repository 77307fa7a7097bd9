/* SPDX-License-Identifier: MIT */
/* The upper 32 bits of 64-bit values: what is known of them, and who reads them.  Most results of
 * 32-bit guest instructions are sign-extended already, so that extending them again does nothing;
 * and many go into another 32-bit instruction only, so that they need not be extended at all. */
#ifndef TCG_UPPER_HALF_H
#define TCG_UPPER_HALF_H

#include "tcg/ir.h"

enum {
    UPPER_SIGN = 1, /* each bit is a copy of bit 31 */
    UPPER_ZERO = 2, /* all are 0 */
};

/* The same of a constant. */
unsigned upper_half_of_const(uint64_t value);

/* Of the result of @op, from what is known of its first two operands (select: of the two that it
 * chooses from).  0: nothing. */
unsigned upper_half_of_result(const Ir *c, const IrOp *op, unsigned a, unsigned b);

/* Does @op look at the upper half of operand @k, if (@result) somebody looks at its result's? */
bool reads_upper_half(const Ir *c, const IrOp *op, unsigned k, bool result);

#endif
