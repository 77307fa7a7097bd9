/* SPDX-License-Identifier: MIT */
/* Floating point on the host's own, with RISC-V's results and flags.
 *
 * MXCSR has the guest's rounding mode and gathers its flags, so an op in the dynamic rounding mode
 * is one instruction; one with a mode of its own is a call (rows.c), unless it is exact or only
 * truncates.  What differs:
 *   - a NaN result is the canonical one: one compare, and a jump that is never taken;
 *   - the rare cases of min, max, fma and the conversions are left to the semantic function, out of
 * line. The upper half of a register that holds an f32 is anything; fbox puts the ones there. */
#include "tcg/x86_64/x86_int.h"

/* Scalar double or single: the opcodes are those for double. */
static unsigned scalar(const RaOp *m, unsigned opc)
{
    return m->op->type == F64 ? opc : (opc & ~X_PP) | X_F3;
}

/* ucomisd, comisd; or ucomiss, comiss */
static unsigned compare_opc(const RaOp *m, unsigned opc)
{
    return m->op->type == F64 ? opc | X_66 : opc;
}

static bool is_f64(const RaOp *m)
{
    return m->op->type == F64;
}

static bool rounds_dynamically(const IrOp *op)
{
    return op->aux == FP_DYN;
}

/* ---- results that may be NaN ---- */

static void stub_canonical_nan(X86 *x, const Stub *s)
{
    bool is_double = s->arg == F64;

    asm_op(&x->a, X_MOVSD, s->m->d.reg, rm_at(is_double ? x86.thunk.nan64 : x86.thunk.nan32));
    x86_stub_return(x, s);
}

/* If @reg, of type @t, is a NaN: go to @stub. */
static Stub *if_nan(X86 *x, const RaOp *m, IrType t, unsigned reg,
                    void (*stub)(X86 *, const Stub *))
{
    asm_rr(&x->a, t == F64 ? X_UCOMISS | X_66 : X_UCOMISS, reg, reg);
    return x86_stub_jcc(x, CC_P, stub, m);
}

static void make_canonical(X86 *x, const RaOp *m, IrType t)
{
    Stub *s = if_nan(x, m, t, m->d.reg, stub_canonical_nan);

    s->arg = t;
    s->back = x->a.p;
}

/* ---- arithmetic ---- */

/* Two operands: d is not the register of b (places), so it can start as a. */
static void binary(X86 *x, const RaOp *m, unsigned opc)
{
    x86_move_to(x, m->d.reg, m->in[0]);
    asm_op(&x->a, scalar(m, opc), m->d.reg, loc_rm(m->in[1]));
    make_canonical(x, m, m->op->type);
}

/* Three operands, with AVX. */
static void binary3(X86 *x, const RaOp *m, unsigned opc)
{
    asm_vex(&x->a, scalar(m, opc), m->d.reg, m->in[0].reg, loc_rm(m->in[1]));
    make_canonical(x, m, m->op->type);
}

#define ARITHMETIC(name, opc)                                                                      \
    static void emit_##name(X86 *x, const RaOp *m)                                                 \
    {                                                                                              \
        binary(x, m, opc);                                                                         \
    }                                                                                              \
    X86_OP(name, T_FLOAT, "&x: xm xm", emit_##name, .usable = rounds_dynamically);                 \
    static void emit_##name##_avx(X86 *x, const RaOp *m)                                           \
    {                                                                                              \
        binary3(x, m, opc);                                                                        \
    }                                                                                              \
    X86_ROW(name##_avx, name, T_FLOAT, "x: x xm", emit_##name##_avx, .usable = rounds_dynamically, \
            .needs = CPU_AVX)

ARITHMETIC(fadd, X_ADDSD);
ARITHMETIC(fsub, X_SUBSD);
ARITHMETIC(fmul, X_MULSD);
ARITHMETIC(fdiv, X_DIVSD);

static void emit_fsqrt(X86 *x, const RaOp *m)
{
    x86_move_to(x, m->d.reg, m->in[0]); /* so that d does not depend on what it was before */
    asm_rr(&x->a, scalar(m, X_SQRTSD), m->d.reg, m->d.reg);
    make_canonical(x, m, m->op->type);
}
X86_OP(fsqrt, T_FLOAT, "x: xm", emit_fsqrt, .usable = rounds_dynamically);

/* a * b + c.  On a NaN the semantic function decides: 0 * inf + NaN is invalid on RISC-V, and not
 * here.  It needs a and b as they were, but not c: it can as well be the NaN that came out, since
 * all else that is invalid has set its flag already. */
static void emit_fma(X86 *x, const RaOp *m)
{
    bool keep = loc_is(m->in[0], m->d.reg) || loc_is(m->in[1], m->d.reg);
    unsigned acc = keep ? XMM15 : m->d.reg;
    Stub *s;

    x86_move_to(x, acc, m->in[2]);
    asm_vex(&x->a, is_f64(m) ? X_VFMADD231SD : X_VFMADD231SD & ~X_W, acc, m->in[0].reg,
            loc_rm(m->in[1]));
    s = if_nan(x, m, m->op->type, acc, x86_stub_eval);
    x86_move_to(x, m->d.reg, (Loc){.kind = LOC_REG, .reg = acc});
    s->back = x->a.p;
}
X86_OP(fma, T_FLOAT, "x: x xm xm ! z", emit_fma, .usable = rounds_dynamically, .needs = CPU_FMA);

/* minsd gives its second operand when the two are equal, which matters for +0 and -0: do it in both
 * orders, and combine the sign bits.  NaNs are for the semantic function. */
static void min_max(X86 *x, const RaOp *m, unsigned opc, unsigned combine)
{
    Stub *s;

    x86_move_to(x, XMM14, m->in[0]);
    x86_move_to(x, XMM15, m->in[1]);
    asm_rr(&x->a, compare_opc(m, X_UCOMISS), XMM14, XMM15);
    s = x86_stub_jcc(x, CC_P, x86_stub_eval, m);
    asm_op(&x->a, scalar(m, opc), XMM14, loc_rm(m->in[1]));
    asm_op(&x->a, scalar(m, opc), XMM15, loc_rm(m->in[0]));
    asm_rr(&x->a, combine, XMM14, XMM15);
    x86_move_to(x, m->d.reg, (Loc){.kind = LOC_REG, .reg = XMM14});
    s->back = x->a.p;
}

static void emit_fmin(X86 *x, const RaOp *m)
{
    min_max(x, m, X_MINSD, X_ORPS);
}
X86_OP(fmin, T_FLOAT, "x: xm xm ! yz", emit_fmin);

static void emit_fmax(X86 *x, const RaOp *m)
{
    min_max(x, m, X_MAXSD, X_ANDPS);
}
X86_OP(fmax, T_FLOAT, "x: xm xm ! yz", emit_fmax);

/* ---- comparisons ---- */

/* a < b as "b is above a": unordered is not above, and comisd signals any NaN, as flt and fle do.
 */
static void compare_above(X86 *x, const RaOp *m, X86Cond cc)
{
    asm_rr(&x->a, X_ALU(ALU_XOR), m->d.reg, m->d.reg);
    asm_op(&x->a, compare_opc(m, X_COMISS), m->in[1].reg, loc_rm(m->in[0]));
    asm_rr(&x->a, X_SETCC | cc, 0, m->d.reg);
}

static void emit_flt(X86 *x, const RaOp *m)
{
    compare_above(x, m, CC_A);
}
X86_OP(flt, T_FLOAT, "r: xm x", emit_flt);

static void emit_fle(X86 *x, const RaOp *m)
{
    compare_above(x, m, CC_AE);
}
X86_OP(fle, T_FLOAT, "r: xm x", emit_fle);

/* The mask that cmpsd makes has no parity flag to deal with; like feq it signals signalling NaNs
 * only. */
static void emit_feq(X86 *x, const RaOp *m)
{
    x86_move_to(x, XMM15, m->in[0]);
    asm_op(&x->a, scalar(m, X_CMPSD), XMM15, loc_rm(m->in[1]));
    put8(&x->a, 0);
    asm_rr(&x->a, X_MOVD_MR, XMM15, m->d.reg);
    asm_alu_imm(&x->a, ALU_AND, 0, rm_reg(m->d.reg), 1);
}
X86_OP(feq, T_FLOAT, "r: xm xm ! z", emit_feq);

/* ---- signs ---- */

static void with_mask(X86 *x, unsigned opc, unsigned reg, const RaOp *m, const void *mask64,
                      const void *mask32)
{
    asm_op(&x->a, opc, reg, rm_at(is_f64(m) ? mask64 : mask32));
}

static void emit_fneg(X86 *x, const RaOp *m)
{
    x86_move_to(x, m->d.reg, m->in[0]);
    with_mask(x, X_XORPS, m->d.reg, m, x86.thunk.sign64, x86.thunk.sign32);
}
X86_OP(fneg, T_FLOAT, "x: xm", emit_fneg);

static void emit_fabs(X86 *x, const RaOp *m)
{
    x86_move_to(x, m->d.reg, m->in[0]);
    with_mask(x, X_ANDPS, m->d.reg, m, x86.thunk.abs64, x86.thunk.abs32);
}
X86_OP(fabs, T_FLOAT, "x: xm", emit_fabs);

static void emit_fsgnj(X86 *x, const RaOp *m)
{
    if (m->in[0].val.n == m->in[1].val.n) {
        x86_move_to(x, m->d.reg, m->in[0]);
        return;
    }
    x86_move_to(x, XMM14, m->in[0]);
    x86_move_to(x, XMM15, m->in[1]);
    with_mask(x, X_ANDPS, XMM14, m, x86.thunk.abs64, x86.thunk.abs32);
    with_mask(x, X_ANDPS, XMM15, m, x86.thunk.sign64, x86.thunk.sign32);
    asm_rr(&x->a, X_ORPS, XMM14, XMM15);
    x86_move_to(x, m->d.reg, (Loc){.kind = LOC_REG, .reg = XMM14});
}
X86_OP(fsgnj, T_FLOAT, "x: xm xm ! yz", emit_fsgnj);

/* ---- to integers ---- */

/* The result is the one that the host gives for "invalid", which is also a number: the semantic
 * function knows. */
static void check_indefinite(X86 *x, const RaOp *m, unsigned w)
{
    Stub *s;

    asm_alu_imm(&x->a, ALU_CMP, w, rm_reg(m->d.reg),
                1); /* overflows for the most negative number only */
    s = x86_stub_jcc(x, CC_O, x86_stub_eval, m);
    if (!w) {
        asm_rr(&x->a, X_MOVSXD, m->d.reg, m->d.reg);
    }
    s->back = x->a.p;
}

static void float_to_signed(X86 *x, const RaOp *m, unsigned w)
{
    asm_op(&x->a, scalar(m, m->op->aux == FP_RTZ ? X_CVTTSD2SI : X_CVTSD2SI) | w, m->d.reg,
           loc_rm(m->in[0]));
    check_indefinite(x, m, w);
}

static bool truncates_or_dynamic(const IrOp *op)
{
    return op->aux == FP_DYN || op->aux == FP_RTZ;
}

static void emit_f2i32(X86 *x, const RaOp *m)
{
    float_to_signed(x, m, 0);
}
X86_OP(f2i32, T_FLOAT, "r: xm", emit_f2i32, .usable = truncates_or_dynamic);

static void emit_f2i64(X86 *x, const RaOp *m)
{
    float_to_signed(x, m, X_W);
}
X86_OP(f2i64, T_FLOAT, "r: xm", emit_f2i64, .usable = truncates_or_dynamic);

static bool truncates(const IrOp *op)
{
    return op->aux == FP_RTZ;
}

/* Truncation is a signed 64-bit conversion for -1 < a < @limit; checked before, for afterwards a
 * flag may be set. */
static void float_to_unsigned(X86 *x, const RaOp *m, const void *limit64, const void *limit32)
{
    unsigned a = m->in[0].reg;
    Stub *low, *high;

    with_mask(x, compare_opc(m, X_COMISS), a, m, limit64, limit32);
    high = x86_stub_jcc(x, CC_AE, x86_stub_eval, m);
    with_mask(x, compare_opc(m, X_COMISS), a, m, x86.thunk.minus_one64, x86.thunk.minus_one32);
    low = x86_stub_jcc(x, CC_BE, x86_stub_eval, m); /* or unordered */
    asm_rr(&x->a, scalar(m, X_CVTTSD2SI) | X_W, m->d.reg, a);
    if (m->op->opc == IR_f2u32) {
        asm_rr(&x->a, X_MOVSXD, m->d.reg, m->d.reg);
    }
    low->back = high->back = x->a.p;
}

static void emit_f2u32(X86 *x, const RaOp *m)
{
    float_to_unsigned(x, m, x86.thunk.two_to_32_64, x86.thunk.two_to_32_32);
}
X86_OP(f2u32, T_FLOAT, "r: x", emit_f2u32, .usable = truncates);

static void emit_f2u64(X86 *x, const RaOp *m)
{
    float_to_unsigned(x, m, x86.thunk.two_to_63_64, x86.thunk.two_to_63_32);
}
X86_OP(f2u64, T_FLOAT, "r: x", emit_f2u64, .usable = truncates);

/* ---- from integers ---- */

static bool exact_or_dynamic(const IrOp *op)
{
    return op->type == F64 || op->aux == FP_DYN;
}

static void integer_to_float(X86 *x, const RaOp *m, unsigned w, Rm from)
{
    asm_rr(&x->a, X_XORPS, m->d.reg,
           m->d.reg); /* so that d does not depend on what it was before */
    asm_op(&x->a, scalar(m, X_CVTSI2SD) | w, m->d.reg, from);
}

static void emit_i32_2f(X86 *x, const RaOp *m)
{
    integer_to_float(x, m, 0, loc_rm(m->in[0]));
}
X86_OP(i32_2f, T_FLOAT, "x: rm", emit_i32_2f, .usable = exact_or_dynamic);

static void emit_i64_2f(X86 *x, const RaOp *m)
{
    integer_to_float(x, m, X_W, loc_rm(m->in[0]));
}
X86_OP(i64_2f, T_FLOAT, "x: rm", emit_i64_2f, .usable = rounds_dynamically);

static void emit_u32_2f(X86 *x, const RaOp *m)
{
    asm_op(&x->a, X_MOV, RCX, loc_rm(m->in[0]));
    integer_to_float(x, m, X_W, rm_reg(RCX));
}
X86_OP(u32_2f, T_FLOAT, "x: rm ! c", emit_u32_2f, .usable = exact_or_dynamic);

/* Half of the numbers are also signed ones. */
static void emit_u64_2f(X86 *x, const RaOp *m)
{
    unsigned a = m->in[0].reg;
    Stub *s;

    asm_rr(&x->a, X_TEST | X_W, a, a);
    s = x86_stub_jcc(x, CC_S, x86_stub_eval, m);
    integer_to_float(x, m, X_W, rm_reg(a));
    s->back = x->a.p;
}
X86_OP(u64_2f, T_FLOAT, "x: r", emit_u64_2f, .usable = rounds_dynamically);

/* ---- between the formats, and between the register classes ---- */

static bool widens_or_dynamic(const IrOp *op)
{
    return op->type == F32 || op->aux == FP_DYN;
}

static void emit_f2f(X86 *x, const RaOp *m)
{
    x86_move_to(x, m->d.reg, m->in[0]);
    asm_rr(&x->a, scalar(m, X_CVTSD2SS), m->d.reg, m->d.reg);
    make_canonical(x, m, is_f64(m) ? F32 : F64);
}
X86_OP(f2f, T_FLOAT, "x: xm", emit_f2f, .usable = widens_or_dynamic);

static void emit_fbox(X86 *x, const RaOp *m)
{
    x86_move_to(x, m->d.reg, m->in[0]);
    if (!is_f64(m)) {
        asm_op(&x->a, X_ORPS, m->d.reg, rm_at(x86.thunk.box));
    }
}
X86_OP(fbox, T_FLOAT, "x: xm", emit_fbox);

/* Are all bits of the box set?  ptest has that in the carry flag. */
static void emit_funbox(X86 *x, const RaOp *m)
{
    Stub *s;

    x86_move_to(x, m->d.reg, m->in[0]);
    if (!is_f64(m)) {
        asm_op(&x->a, X_PTEST, m->d.reg, rm_at(x86.thunk.box));
        s = x86_stub_jcc(x, CC_AE, stub_canonical_nan, m);
        s->arg = F32;
        s->back = x->a.p;
    }
}
X86_OP(funbox, T_FLOAT, "x: xm", emit_funbox, .needs = CPU_SSE41);

static void emit_f2bits(X86 *x, const RaOp *m)
{
    if (m->in[0].kind == LOC_ENV) {
        asm_op(&x->a, is_f64(m) ? X_MOV | X_W : X_MOV, m->d.reg, loc_rm(m->in[0]));
    } else {
        asm_rr(&x->a, is_f64(m) ? X_MOVQ_MR : X_MOVD_MR, m->in[0].reg, m->d.reg);
    }
}
X86_OP(f2bits, T_FLOAT, "r: xm", emit_f2bits);

static void emit_bits2f(X86 *x, const RaOp *m)
{
    asm_op(&x->a, is_f64(m) ? X_MOVQ : X_MOVD, m->d.reg, loc_rm(m->in[0]));
}
X86_OP(bits2f, T_FLOAT, "x: rm", emit_bits2f);
