/* SPDX-License-Identifier: MIT */
/* The table of IR operations, made from the rows of ops.h: names, flags, and one function per type
 * that computes what the op means. */
#include "tcg/ir.h"

/* or-combine within bytes (RISC-V Zbb orc.b): each byte that has a bit set becomes 0xff. */
static uint64_t sem_orcb(uint64_t a)
{
    uint64_t low = 0x0101010101010101u;
    uint64_t any = a | a >> 4;

    any |= any >> 2 & 0x3f3f3f3f3f3f3f3fu;
    any |= any >> 1;
    return (any & low) * 0xff;
}

static unsigned __int128 clmul128(uint64_t a, uint64_t b)
{
    unsigned __int128 product = 0;

    for (unsigned i = 0; i < 64; i++) {
        if (b >> i & 1) {
            product ^= (unsigned __int128)a << i;
        }
    }
    return product;
}

static uint64_t sem_clmul(uint64_t a, uint64_t b)
{
    return clmul128(a, b);
}

static uint64_t sem_clmul_high(uint64_t a, uint64_t b, unsigned bits)
{
    return clmul128(a, b) >> bits;
}

/* ---- one evaluation function per row and type ---- */

#define EVAL(name, ty, u, s_, w, sw, bits, expr)                                                   \
    static uint64_t eval_##ty##_##name(uint64_t a_, uint64_t b_, uint64_t c_, FpStatus *s)         \
    {                                                                                              \
        typedef u U;                                                                               \
        typedef s_ S UNUSED;                                                                       \
        typedef w W UNUSED;                                                                        \
        typedef sw SW UNUSED;                                                                      \
        enum { N UNUSED = bits };                                                                  \
        U a UNUSED = a_, b UNUSED = b_, c UNUSED = c_;                                             \
        return (U)(expr);                                                                          \
    }
#define INTEGER(name, expr)                                                                        \
    EVAL(name, i32, uint32_t, int32_t, uint64_t, int64_t, 32, expr)                                \
    EVAL(name, i64, uint64_t, int64_t, unsigned __int128, __int128, 64, expr)
#define FLOAT(name, expr32, expr64)                                                                \
    static uint64_t eval_f32_##name(uint64_t a, uint64_t b, uint64_t c, FpStatus *s)               \
    {                                                                                              \
        return expr32;                                                                             \
    }                                                                                              \
    static uint64_t eval_f64_##name(uint64_t a, uint64_t b, uint64_t c, FpStatus *s)               \
    {                                                                                              \
        return expr64;                                                                             \
    }

#define OP1 INTEGER
#define OP2 INTEGER
#define OP3 INTEGER
#define FP1 FLOAT
#define FP2 FLOAT
#define FP3 FLOAT
#define OPX(name, operands, flags)
#include "tcg/ops.h"
#undef OP1
#undef OP2
#undef OP3
#undef FP1
#undef FP2
#undef FP3
#undef OPX

/* ---- the table ---- */

#define ROW_I(name_, operands_, inputs_)                                                           \
    [IR_##name_] = {#name_,  operands_, OPF_PURE,                                                  \
                    inputs_, true,      {[I32] = eval_i32_##name_, [I64] = eval_i64_##name_}},
#define ROW_F(name_, operands_, inputs_)                                                           \
    [IR_##name_] = {#name_,  operands_, OPF_FLOAT,                                                 \
                    inputs_, true,      {[F32] = eval_f32_##name_, [F64] = eval_f64_##name_}},
#define OP1(name, e)    ROW_I(name, "d a", 1)
#define OP2(name, e)    ROW_I(name, "d a b", 2)
#define OP3(name, e)    ROW_I(name, "d a b c", 3)
#define FP1(name, e, f) ROW_F(name, "d a", 1)
#define FP2(name, e, f) ROW_F(name, "d a b", 2)
#define FP3(name, e, f) ROW_F(name, "d a b c", 3)
/* The letters of the operands, blanks between them: "d a b" has two inputs. */
#define OPX(name_, operands_, flags_)                                                              \
    [IR_##name_] = {#name_,                                                                        \
                    operands_,                                                                     \
                    flags_,                                                                        \
                    sizeof(operands_) / 2 - ((operands_)[0] == 'd'),                               \
                    (operands_)[0] == 'd',                                                         \
                    {0}},

const IrOpInfo ir_op_info[IR_OPCODES] = {
#include "tcg/ops.h"
};

bool ir_eval_cond(IrCond cond, IrType type, uint64_t a, uint64_t b)
{
    int64_t sa = type == I32 ? (int32_t)a : (int64_t)a;
    int64_t sb = type == I32 ? (int32_t)b : (int64_t)b;

    /* Sign extension keeps the order of unsigned numbers too. */
    a = sa;
    b = sb;
    switch (cond) {
    case IR_EQ:
        return a == b;
    case IR_NE:
        return a != b;
    case IR_LT:
        return sa < sb;
    case IR_GE:
        return sa >= sb;
    case IR_LTU:
        return a < b;
    case IR_GEU:
        return a >= b;
    case IR_LE:
        return sa <= sb;
    case IR_GT:
        return sa > sb;
    case IR_LEU:
        return a <= b;
    default:
        return a > b;
    }
}
