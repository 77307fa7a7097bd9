/* SPDX-License-Identifier: MIT */
/* Expressions of the monitor: C's operators on unsigned 64-bit numbers.
 *
 *     expr    = binary operators * / %   + -   << >>   & ^ |   from the tightest to the loosest
 *     unary   = - ~ + of a unary, or
 *     primary = 12, 0x1f, 0b11, 'A', $register, symbol, or (expr) */
#ifndef INSPECT_EXPR_H
#define INSPECT_EXPR_H

#include "target/cpu.h"

/* The value of the expression at *text, behind which it is set.  @cpu (or NULL) is whose registers
 * are meant. */
bool expr_eval(const char **text, CPUState *cpu, uint64_t *value, Error **errp);

/* Call @fn with each register's name. */
void expr_foreach_register(CPUState *cpu, void (*fn)(const char *name, void *opaque),
                           void *opaque);

#endif
