/* SPDX-License-Identifier: MIT */
/* A made-up host with every kind of demand, small enough for pencil and paper:
 *
 *     r0 r1 r2   scratch registers for integers        f0 f1   for floating point
 *     r3 r4 r5   pinned: the globals p0 p1 p2          f2      pinned: the global pf
 *
 * The globals m0 ... m4 and mf have no register.  Nothing of it runs: ra_verify says whether code
 * for it would be right. */
#ifndef LAB_HOST_H
#define LAB_HOST_H

#include "tcg/regalloc_int.h"
#include "unit/jit_random.h"

enum { P0, P1, P2, M0, M1, M2, M3, M4, PF, MF, HOST_GLOBALS };
enum { F0 = RA_FLOAT, F1, F2 };

#define HOST_INTS        ((RegMask)0x3f)
#define HOST_FLOATS      ((RegMask)(BIT(F0) | BIT(F1) | BIT(F2)))
#define HOST_INT_SCRATCH ((RegMask)7)
#define HOST_SCRATCH     (HOST_INT_SCRATCH | (RegMask)(BIT(F0) | BIT(F1)))

static IrGlobal host_globals[HOST_GLOBALS];

#define R_ .regs = HOST_INTS
#define F_ .regs = HOST_FLOATS
#define ANY_                                                                                       \
    {                                                                                              \
        .regs = HOST_INTS | HOST_FLOATS, .mem = true, .imm32 = true, .imm64 = true                 \
    }

/* add, and, or, xor, sub: the result may be changed in memory. */
static const RaRule rule_add = {.d = {R_, .mem = true},
                                .in = {{R_, .mem = true}, {R_, .mem = true, .imm32 = true}}};
/* shl, sar, rotl: the count is in r1; the result is there before the count is read. */
static const RaRule rule_shift = {
    .d = {R_}, .in = {{.regs = HOST_INTS & ~2, .mem = true}, {.regs = 2}}, .early = true};
/* divu: r0 by anything else; the quotient is in r2, and r0 is lost. */
static const RaRule rule_div = {
    .d = {.regs = 4}, .in = {{.regs = 1}, {.regs = HOST_INTS & ~5, .mem = true}}, .clobbers = 5};
static const RaRule rule_ld = {
    .d = {.regs = HOST_INTS | HOST_FLOATS}, .in = {{.regs = HOST_INTS & ~6}}, .clobbers = 6};
static const RaRule rule_st = {.in = {{.regs = HOST_INTS & ~6}, {R_, .mem = true, .imm64 = true}},
                               .clobbers = 6};
static const RaRule rule_brcond = {.in = {{R_, .mem = true}, {R_, .imm32 = true}}};
static const RaRule rule_select = {.d = {R_},
                                   .in = {{R_}, {R_}, {R_}, {R_, .mem = true, .imm64 = true}}};
static const RaRule rule_float = {.d = {F_}, .in = {{F_}, {F_, .mem = true}}};
static const RaRule rule_exit_pc = {.in = {{R_, .imm64 = true}}, .clobbers = 6};
static const RaRule rule_call = {.d = {.regs = HOST_INTS | HOST_FLOATS},
                                 .in = {ANY_, ANY_, ANY_, ANY_, ANY_, ANY_},
                                 .clobbers = HOST_SCRATCH};
static const RaRule rule_other = {.d = {R_}, .in = {{R_, .mem = true}, {R_}, {R_}}};

static const RaRule *host_rule(const Ir *c, const IrOp *op)
{
    switch (op->opc) {
    case IR_add:
    case IR_sub:
    case IR_and:
    case IR_or:
    case IR_xor:
        return &rule_add;
    case IR_shl:
    case IR_sar:
    case IR_rotl:
        return &rule_shift;
    case IR_divu:
        return &rule_div;
    case IR_ld:
        return &rule_ld;
    case IR_st:
        return &rule_st;
    case IR_brcond:
        return &rule_brcond;
    case IR_select:
        return &rule_select;
    case IR_fadd:
    case IR_fmul:
        return &rule_float;
    case IR_exit_pc:
        return &rule_exit_pc;
    case IR_call:
    case IR_exit_loop:
        return &rule_call;
    default:
        return &rule_other;
    }
}

static const char *const host_names[RA_REGS] = {"r0", "r1",        "r2",        "r3",       "r4",
                                                "r5", [F0] = "f0", [F1] = "f1", [F2] = "f2"};

static RaHost host = {.scratch = HOST_SCRATCH, .reg_names = host_names, .rule = host_rule};

static void host_init(void)
{
    static const uint8_t ints[] = {3, 4, 5}, floats[] = {F2};
    static const char *const global_names[] = {"p0", "p1", "p2", "m0", "m1",
                                               "m2", "m3", "m4", "pf", "mf"};

    for (unsigned i = 0; i < HOST_GLOBALS; i++) {
        host_globals[i] = (IrGlobal){global_names[i], i < PF ? I64 : F64, sizeof(TcgEnv) + 8 * i};
    }
    ra_pin(&host, host_globals, HOST_GLOBALS, ints, ARRAY_SIZE(ints), floats, ARRAY_SIZE(floats));
}

#endif
