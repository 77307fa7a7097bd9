/* SPDX-License-Identifier: MIT */
/* The rows of the back end: which one does an op, and what it asks of the register allocator.
 *
 * The places of a row are written like this:        "r: r rmi ! cd"
 * the result, the operands in order, and the registers that are lost.  The letters:
 *     r any integer register    x any floating-point register    a c d  just rax, rcx, rdx
 *     m memory    i a 32-bit constant    I any constant    - nothing
 *     p any integer register but rcx and rdx
 *     * anywhere at all, also in a register that is lost
 *     & (of the result) is not one of the registers of the operands but the first
 *     after "!": a c d as above, y z  xmm14, xmm15 */
#include "tcg/x86_64/x86_int.h"

#include <cpuid.h>

LINKSET_DECLARE(x86_rows);

/* What is known of one op and type. */
typedef struct Choice {
    const X86Row *row; /* NULL: call the semantic function */
    RaRule rule;
} Choice;

static Choice choices[IR_OPCODES][IR_TYPES];

/* A call of the semantic function takes its operands from anywhere. */
static RaRule eval_rule;

/* ---- places ---- */

static RegMask letter_regs(char letter)
{
    switch (letter) {
    case 'r':
        return RA_INT_REGS & ~(BIT(RSP) | BIT(RBP));
    case 'p':
        return letter_regs('r') & ~(BIT(RCX) | BIT(RDX));
    case 'x':
        return RA_FLOAT_REGS;
    case 'a':
        return BIT(RAX);
    case 'c':
        return BIT(RCX);
    case 'd':
        return BIT(RDX);
    case 'y':
        return BIT(XMM14);
    case 'z':
        return BIT(XMM15);
    case '*':
        return RA_INT_REGS | RA_FLOAT_REGS;
    default:
        return 0;
    }
}

static const char *parse_place(const char *s, RaPlace *p, bool *early, RegMask *named)
{
    *p = (RaPlace){0};
    *named = 0;
    for (; *s && *s != ' ' && *s != ':'; s++) {
        p->regs |= letter_regs(*s);
        *named |= *s != 'r' && *s != 'p' && *s != 'x' ? letter_regs(*s) : 0;
        p->mem |= *s == 'm' || *s == '*';
        p->imm32 |= *s == 'i' || *s == 'I' || *s == '*';
        p->imm64 |= *s == 'I' || *s == '*';
        *early |= *s == '&';
    }
    return s + strspn(s, ": ");
}

static RaRule parse_rule(const char *s)
{
    RaRule r = {0};
    RegMask named[RA_INPUTS] = {0}, fixed = 0, ignored;
    bool no = false;

    s = parse_place(s, &r.d, &r.early, &ignored);
    for (unsigned i = 0; *s && *s != '!'; i++) {
        s = parse_place(s, &r.in[i], &no, &named[i]);
        if (r.in[i].regs == named[i] && is_power_of_two(named[i])) {
            fixed |= named[i];
        }
    }
    while (*s) {
        r.clobbers |= letter_regs(*s++);
    }
    for (unsigned i = 0; i < RA_INPUTS; i++) {
        r.in[i].regs &= ~((r.clobbers | fixed) & ~named[i]);
    }
    return r;
}

/* ---- choosing rows ---- */

static void offer_row(const X86Row *row, IrType t)
{
    Choice *c = &choices[row->opc][t];

    if ((row->types >> t & 1) && x86_has(row->needs) &&
        (!c->row || __builtin_popcount(row->needs) > __builtin_popcount(c->row->needs))) {
        *c = (Choice){row, parse_rule(row->places)};
    }
}

void x86_rows_init(void)
{
    eval_rule = parse_rule("rx: * * * ! acdyz");
    memset(choices, 0, sizeof(choices));
    LINKSET_FOREACH(r, x86_rows) {
        for (IrType t = 0; t < IR_TYPES; t++) {
            offer_row(r->row, t);
        }
    }
}

/* A floating-point constant fits no register that a row asks for; front ends hardly ever write one.
 */
static bool has_float_constant(const Ir *c, const IrOp *op, const RaRule *rule)
{
    for (unsigned i = 0; i < ir_op_info[op->opc].inputs; i++) {
        if (c->vals[op->in[i].n].kind == VALK_CONST && !(rule->in[i].regs & RA_INT_REGS)) {
            return true;
        }
    }
    return false;
}

static const Choice *choose(const Ir *c, const IrOp *op)
{
    const Choice *choice = &choices[op->opc][op->type];

    if (!choice->row || (choice->row->usable && !choice->row->usable(op)) ||
        ((ir_op_info[op->opc].flags & OPF_FLOAT) && has_float_constant(c, op, &choice->rule))) {
        return NULL;
    }
    return choice;
}

const RaRule *x86_rule(const Ir *c, const IrOp *op)
{
    const Choice *choice = choose(c, op);

    return choice ? &choice->rule : &eval_rule;
}

void (*x86_emitter(const Ir *c, const IrOp *op))(X86 *x, const RaOp *m)
{
    const Choice *choice = choose(c, op);

    return choice ? choice->row->emit : x86_emit_eval;
}

/* ---- features ---- */

unsigned x86_cpu_features(void)
{
    unsigned a, b = 0, c1 = 0, c7, d, ext = 0, xcr0 = 0, features = 0;

    __get_cpuid(1, &a, &b, &c1, &d);
    if (c1 & bit_OSXSAVE) { /* does the kernel keep the registers of AVX?  VEX needs that */
        __asm__("xgetbv" : "=a"(xcr0), "=d"(d) : "c"(0));
    }
    b = 0;
    __get_cpuid_count(7, 0, &a, &b, &c7, &d);
    __get_cpuid(0x80000001, &a, &c7, &ext, &d);
    features |= c1 & bit_POPCNT ? CPU_POPCNT : 0;
    features |= c1 & bit_SSE4_1 ? CPU_SSE41 : 0;
    features |= ext & bit_LZCNT ? CPU_LZCNT : 0;
    features |= b & bit_BMI ? CPU_BMI1 : 0;
    features |= b & bit_BMI2 ? CPU_BMI2 : 0;
    if ((xcr0 & 6) == 6 && (c1 & bit_AVX)) {
        features |= CPU_AVX;
        features |= c1 & bit_FMA ? CPU_FMA : 0;
    }
    return features;
}
