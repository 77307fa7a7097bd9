/* SPDX-License-Identifier: MIT */
/* A CPU's registers as gdb sees them: features (named sets of registers that gdb knows or can be
 * told of), and in each feature numbered registers.  Values are bytes in the guest's order, as they
 * go into packets.  All functions: BQL, the vCPU stopped. */
#ifndef TARGET_GDB_H
#define TARGET_GDB_H

#include "target/cpu.h"

enum { GDB_REG_BYTES = 64 }; /* of the largest register */

typedef struct GdbReg {
    char name[20];
    unsigned bits;
    const char *type;  /* "int", "code_ptr", or one that the feature defines */
    const char *group; /* "general", "float" ... or NULL */
    bool volatile_;    /* not to be saved and restored around calls that gdb makes in the guest */
} GdbReg;

typedef struct GdbFeature {
    const char *name;       /* "org.gnu.gdb.riscv.cpu" */
    unsigned first, count;  /* its numbers; not all need exist */
    /* XML that defines types for its registers; may be NULL. */
    const char *(*types)(CPUState *cpu);
    /* What register @n is; false: there is none in this CPU. */
    bool (*describe)(CPUState *cpu, unsigned n, GdbReg *reg);
    /* Its value; only for one that exists. */
    void (*get)(CPUState *cpu, unsigned n, uint8_t *value);
    /* False: it cannot be set to that.  Own thread. */
    bool (*set)(CPUState *cpu, unsigned n, const uint8_t *value);
} GdbFeature;

typedef struct GdbTarget {
    const char *(*architecture)(CPUState *cpu); /* "riscv:rv64" */
    unsigned core; /* registers 0 to this - 1 are what 'g' gives */
    const GdbFeature *features; /* the last one has no name */
} GdbTarget;

/* Register @n of @cpu: its feature, and in *reg what it is; NULL when there is none. */
const GdbFeature *gdb_find_reg(CPUState *cpu, unsigned n, GdbReg *reg);
/* Its value in @value (of GDB_REG_BYTES); the number of bytes, 0 when there is no such register. */
unsigned gdb_get_reg(CPUState *cpu, unsigned n, uint8_t *value);
bool gdb_set_reg(CPUState *cpu, unsigned n, const uint8_t *value);
/* target.xml. */
void gdb_describe_target(CPUState *cpu, Str *out);

#endif
