/* SPDX-License-Identifier: MIT */
/* The words of the IR's text form that are not op names: what dump.c writes and parse.c reads. */
#ifndef TCG_NAMES_H
#define TCG_NAMES_H

extern const char *const ir_type_names[]; /* by IrType */
extern const char *const ir_cond_names[]; /* by IrCond */
extern const char *const ir_rmw_names[];  /* by RmwKind */
extern const char *const ir_rm_names[];   /* by rounding mode, FP_DYN included */

#endif
