/* SPDX-License-Identifier: MIT */
/*
 * softfloat: hand-picked cases, and rounding to nearest with ties away from zero
 * (RMM) against exact arithmetic.  No host has that mode, so here the question is
 * put to binary128 numbers: they hold the exact sum, product, and so on, and the
 * midpoint between the two candidates, and say on which side the result lies.
 */
#include "float/operands.h"
#include "float/soft.h"
#include "unit/unit.h"

typedef struct Case {
    const char *what;
    SoftOp *op;
    uint64_t x[3];
    int rm;
    uint64_t result;
    unsigned flags;
} Case;

#define ONE32   0x3f800000
#define MAX32   0x7f7fffff
#define INF32   0x7f800000
#define SNAN32  0x7f800001
#define MIN32   0x00800000 /* the least normal */
#define MINUS32 0x80000000

#define ONE64   0x3ff0000000000000
#define MAX64   0x7fefffffffffffff
#define INF64   0x7ff0000000000000
#define SNAN64  0xfff0000000000001
#define MIN64   0x0010000000000000
#define MINUS64 0x8000000000000000

static const Case cases[] = {
    { "1 + 1", soft_f32_add, { ONE32, ONE32 }, FP_RNE, 0x40000000, 0 },
    { "1 + 2^-24 ties to even", soft_f32_add, { ONE32, 0x33800000 }, FP_RNE, ONE32, FP_NX },
    { "1 + 2^-24 ties away", soft_f32_add, { ONE32, 0x33800000 }, FP_RMM, ONE32 + 1, FP_NX },
    { "1 + tiny, up", soft_f64_add, { ONE64, 1 }, FP_RUP, ONE64 + 1, FP_NX },
    { "1 - tiny, to zero", soft_f64_sub, { ONE64, 1 }, FP_RTZ, ONE64 - 1, FP_NX },
    { "1 - 1", soft_f32_sub, { ONE32, ONE32 }, FP_RNE, 0, 0 },
    { "1 - 1, down", soft_f32_sub, { ONE32, ONE32 }, FP_RDN, MINUS32, 0 },
    { "-0 + -0", soft_f64_add, { MINUS64, MINUS64 }, FP_RNE, MINUS64, 0 },
    { "-0 + 0", soft_f64_add, { MINUS64, 0 }, FP_RNE, 0, 0 },
    { "-0 + 0, down", soft_f64_add, { MINUS64, 0 }, FP_RDN, MINUS64, 0 },
    { "inf - inf", soft_f32_sub, { INF32, INF32 }, FP_RNE, F32_NAN, FP_NV },
    { "inf + sNaN", soft_f64_add, { INF64, SNAN64 }, FP_RNE, F64_NAN, FP_NV },
    { "1 + qNaN", soft_f64_add, { ONE64, F64_NAN | MINUS64 | 7 }, FP_RNE, F64_NAN, 0 },
    { "max + max", soft_f32_add, { MAX32, MAX32 }, FP_RNE, INF32, FP_OF | FP_NX },
    { "max + max, to zero", soft_f32_add, { MAX32, MAX32 }, FP_RTZ, MAX32, FP_OF | FP_NX },
    { "max + max, down", soft_f64_add, { MAX64, MAX64 }, FP_RDN, MAX64, FP_OF | FP_NX },
    { "max + tiny", soft_f64_add, { MAX64, 1 }, FP_RNE, MAX64, FP_NX },
    { "subnormals add up to a normal", soft_f32_add, { MIN32 - 1, 1 }, FP_RNE, MIN32, 0 },

    { "0 * inf", soft_f32_mul, { 0, INF32 }, FP_RNE, F32_NAN, FP_NV },
    { "-0 * 1", soft_f64_mul, { MINUS64, ONE64 }, FP_RNE, MINUS64, 0 },
    { "tiny * tiny", soft_f32_mul, { 1, 1 }, FP_RNE, 0, FP_UF | FP_NX },
    { "tiny * tiny, up", soft_f32_mul, { 1, 1 }, FP_RUP, 1, FP_UF | FP_NX },
    { "a subnormal that is exact does not underflow", soft_f64_mul,
      { MIN64, 0x3fe0000000000000 }, FP_RNE, MIN64 >> 1, 0 },
    /* (1 - 2^-24) * min: 24 bits hold it if the exponent were unbounded, so tiny. */
    { "min * (1 - ulp/2) is tiny", soft_f32_mul, { MIN32, ONE32 - 1 }, FP_RNE, MIN32,
      FP_UF | FP_NX },
    /* (1 + 2^-23) * (1 - 2^-24) * min = min * (1 + 2^-24 - ...): not below min at all. */
    { "just over min is not tiny", soft_f32_mul, { MIN32 + 1, ONE32 - 1 }, FP_RNE, MIN32, FP_NX },
    /* (1 - 2^-23) * (1 + 2^-23) * min = min * (1 - 2^-46), which rounds to min in 24 bits. */
    { "just under min rounds out of tininess", soft_f32_mul, { MIN32 + 1, ONE32 - 2 }, FP_RNE,
      MIN32, FP_NX },

    { "1 / 3", soft_f64_div, { ONE64, 0x4008000000000000 }, FP_RNE, 0x3fd5555555555555, FP_NX },
    { "1 / -0", soft_f32_div, { ONE32, MINUS32 }, FP_RNE, INF32 | MINUS32, FP_DZ },
    { "0 / 0", soft_f32_div, { 0, 0 }, FP_RNE, F32_NAN, FP_NV },
    { "inf / inf", soft_f64_div, { INF64, INF64 }, FP_RNE, F64_NAN, FP_NV },
    { "inf / 0 is no division by zero", soft_f64_div, { INF64, 0 }, FP_RNE, INF64, 0 },
    { "-1 / inf", soft_f32_div, { ONE32 | MINUS32, INF32 }, FP_RNE, MINUS32, 0 },

    { "sqrt 4", soft_f64_sqrt, { 0x4010000000000000 }, FP_RNE, 0x4000000000000000, 0 },
    { "sqrt 2", soft_f64_sqrt, { 0x4000000000000000 }, FP_RNE, 0x3ff6a09e667f3bcd, FP_NX },
    { "sqrt of the least", soft_f32_sqrt, { 1 }, FP_RNE, 0x1a3504f3, FP_NX },
    { "sqrt -0", soft_f32_sqrt, { MINUS32 }, FP_RNE, MINUS32, 0 },
    { "sqrt -1", soft_f32_sqrt, { ONE32 | MINUS32 }, FP_RNE, F32_NAN, FP_NV },
    { "sqrt inf", soft_f64_sqrt, { INF64 }, FP_RNE, INF64, 0 },

    /* (1 + ulp)^2 - (1 + 2 ulp) = ulp^2: all that one rounding too many would lose. */
    { "fma rounds once", soft_f64_fma, { ONE64 + 1, ONE64 + 1, (ONE64 + 2) | MINUS64 }, FP_RNE,
      0x3970000000000000, 0 },
    { "inf * 0 + qNaN is invalid", soft_f32_fma, { INF32, 0, F32_NAN }, FP_RNE, F32_NAN, FP_NV },
    { "qNaN * 0 + 1 is not", soft_f32_fma, { F32_NAN, 0, ONE32 }, FP_RNE, F32_NAN, 0 },
    { "1 * 1 + sNaN is", soft_f64_fma, { ONE64, ONE64, SNAN64 }, FP_RNE, F64_NAN, FP_NV },
    { "inf * 1 - inf", soft_f64_fma, { INF64, ONE64, INF64 | MINUS64 }, FP_RNE, F64_NAN, FP_NV },
    { "max * max - inf", soft_f64_fma, { MAX64, MAX64, INF64 | MINUS64 }, FP_RNE,
      INF64 | MINUS64, 0 },

    { "min(-0, 0)", soft_f32_min, { 0, MINUS32 }, FP_RNE, MINUS32, 0 },
    { "max(-0, 0)", soft_f32_max, { MINUS32, 0 }, FP_RNE, 0, 0 },
    { "min(-1, -2)", soft_f64_min, { ONE64 | MINUS64, 0xc000000000000000 }, FP_RNE,
      0xc000000000000000, 0 },
    { "min(qNaN, 1)", soft_f64_min, { F64_NAN, ONE64 }, FP_RNE, ONE64, 0 },
    { "max(1, sNaN)", soft_f64_max, { ONE64, SNAN64 }, FP_RNE, ONE64, FP_NV },
    { "max(qNaN, -qNaN)", soft_f32_max, { F32_NAN | 1, F32_NAN | MINUS32 }, FP_RNE, F32_NAN, 0 },

    { "-0 == 0", soft_f64_eq, { MINUS64, 0 }, FP_RNE, 1, 0 },
    { "-0 < 0", soft_f64_lt, { MINUS64, 0 }, FP_RNE, 0, 0 },
    { "-1 < tiny", soft_f32_lt, { ONE32 | MINUS32, 1 }, FP_RNE, 1, 0 },
    { "-inf <= -max", soft_f32_le, { INF32 | MINUS32, MAX32 | MINUS32 }, FP_RNE, 1, 0 },
    { "qNaN == qNaN", soft_f32_eq, { F32_NAN, F32_NAN }, FP_RNE, 0, 0 },
    { "sNaN == 1", soft_f32_eq, { SNAN32, ONE32 }, FP_RNE, 0, FP_NV },
    { "1 < qNaN", soft_f64_lt, { ONE64, F64_NAN }, FP_RNE, 0, FP_NV },
    { "qNaN <= 1", soft_f64_le, { F64_NAN, ONE64 }, FP_RNE, 0, FP_NV },

    { "class -inf", soft_f32_class, { INF32 | MINUS32 }, FP_RNE, 1 << 0, 0 },
    { "class -normal", soft_f64_class, { MIN64 | MINUS64 }, FP_RNE, 1 << 1, 0 },
    { "class -subnormal", soft_f64_class, { 1 | MINUS64 }, FP_RNE, 1 << 2, 0 },
    { "class -0", soft_f32_class, { MINUS32 }, FP_RNE, 1 << 3, 0 },
    { "class +0", soft_f64_class, { 0 }, FP_RNE, 1 << 4, 0 },
    { "class +subnormal", soft_f32_class, { MIN32 - 1 }, FP_RNE, 1 << 5, 0 },
    { "class +normal", soft_f32_class, { MAX32 }, FP_RNE, 1 << 6, 0 },
    { "class +inf", soft_f64_class, { INF64 }, FP_RNE, 1 << 7, 0 },
    { "class sNaN", soft_f64_class, { SNAN64 }, FP_RNE, 1 << 8, 0 },
    { "class qNaN", soft_f32_class, { F32_NAN | MINUS32 }, FP_RNE, 1 << 9, 0 },

    { "narrowing rounds", soft_f64_to_f32, { 0x3fb999999999999a }, FP_RNE, 0x3dcccccd, FP_NX },
    { "narrowing overflows", soft_f64_to_f32, { MAX64 }, FP_RTZ, MAX32, FP_OF | FP_NX },
    { "widening a subnormal", soft_f32_to_f64, { 1 }, FP_RNE, 0x36a0000000000000, 0 },
    { "widening an sNaN", soft_f32_to_f64, { SNAN32 }, FP_RNE, F64_NAN, FP_NV },

    { "2.5 to an integer", soft_f32_to_i32, { 0x40200000 }, FP_RNE, 2, FP_NX },
    { "2.5, away", soft_f32_to_i32, { 0x40200000 }, FP_RMM, 3, FP_NX },
    { "-2.5, down", soft_f64_to_i64, { 0xc004000000000000 }, FP_RDN, -3, FP_NX },
    { "-0.5 as unsigned", soft_f32_to_u32, { 0xbf000000 }, FP_RTZ, 0, FP_NX },
    { "-0.5 as unsigned, down", soft_f32_to_u32, { 0xbf000000 }, FP_RDN, 0, FP_NV },
    { "-1 as unsigned", soft_f64_to_u64, { ONE64 | MINUS64 }, FP_RNE, 0, FP_NV },
    { "2^31", soft_f32_to_i32, { 0x4f000000 }, FP_RNE, INT32_MAX, FP_NV },
    { "-2^31", soft_f32_to_i32, { 0xcf000000 }, FP_RNE, MINUS32, 0 },
    { "2^31 - 1/2, to zero", soft_f64_to_i32, { 0x41dfffffffe00000 }, FP_RTZ, INT32_MAX, FP_NX },
    { "2^31 - 1/2", soft_f64_to_i32, { 0x41dfffffffe00000 }, FP_RNE, INT32_MAX, FP_NV },
    { "-2^63", soft_f64_to_i64, { 0xc3e0000000000000 }, FP_RNE, MINUS64, 0 },
    { "2^63 as unsigned", soft_f64_to_u64, { 0x43e0000000000000 }, FP_RNE, MINUS64, 0 },
    { "2^64 as unsigned", soft_f64_to_u64, { 0x43f0000000000000 }, FP_RNE, UINT64_MAX, FP_NV },
    { "NaN to an integer", soft_f32_to_i64, { SNAN32 | MINUS32 }, FP_RNE, INT64_MAX, FP_NV },
    { "-inf to an integer", soft_f32_to_i32, { INF32 | MINUS32 }, FP_RNE, MINUS32, FP_NV },

    { "from 0", soft_i64_to_f64, { 0 }, FP_RDN, 0, 0 },
    { "from -2^63", soft_i64_to_f64, { MINUS64 }, FP_RNE, 0xc3e0000000000000, 0 },
    { "from 2^64 - 1", soft_u64_to_f64, { UINT64_MAX }, FP_RNE, 0x43f0000000000000, FP_NX },
    { "from 2^64 - 1, down", soft_u64_to_f32, { UINT64_MAX }, FP_RDN, 0x5f7fffff, FP_NX },
    { "from -1 as unsigned", soft_u32_to_f64, { UINT32_MAX }, FP_RNE, 0x41efffffffe00000, 0 },
    { "from 2^24 + 1, away", soft_i32_to_f32, { 0x1000001 }, FP_RMM, 0x4b800001, FP_NX },
};

static void test_hand_picked_cases_give_the_manuals_result_and_flags(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const Case *c = &cases[i];
        FpStatus s = { .rm = c->rm };
        uint64_t r = c->op(c->x, &s);

        if (r != c->result || s.flags != c->flags) {
            fail_msg("%s: %#" PRIx64 " flags %#x, not %#" PRIx64 " flags %#x", c->what, r, s.flags,
                     c->result, c->flags);
        }
    }
}

static void test_flags_accumulate(void **state)
{
    FpStatus s = { .rm = FP_RNE };

    (void)state;
    f32_div(ONE32, 0, &s);
    f32_sqrt(ONE32 | MINUS32, &s);
    f32_add(ONE32, ONE32, &s);
    assert_int_equal(s.flags, FP_DZ | FP_NV);
}

/* binary128, by compiler mode since its name differs among compilers. */
typedef float Quad __attribute__((mode(TF)));

/* What @bits stand for in a type of operands.h. */
static Quad value(int type, uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float f;
    double d;

    switch (type) {
    case OPERANDS_F32:
        memcpy(&f, &low, sizeof(f));
        return f;
    case OPERANDS_F64:
        memcpy(&d, &bits, sizeof(d));
        return d;
    case OPERANDS_I64:
        return (int64_t)bits;
    default:
        return bits;
    }
}

static Quad magnitude(Quad v)
{
    return v < 0 ? -v : v;
}

/* Is @sum, a + b rounded, exact?  (Knuth's two-sum.) */
static bool sum_is_exact(Quad sum, Quad a, Quad b)
{
    volatile Quad part = sum - a, rest = sum - part;

    return part == b && rest == a;
}

/*
 * How the magnitude of an operation's exact result compares with @m: -1, 0, 1,
 * or -2 where binary128 cannot tell.  Each must be exact for operands and m of
 * at most 54 bits.
 */
typedef int Compare(const Quad *v, Quad m);

static int order(Quad a, Quad b)
{
    return (a > b) - (a < b);
}

static int compare_add(const Quad *v, Quad m)
{
    return sum_is_exact(v[0] + v[1], v[0], v[1]) ? order(magnitude(v[0] + v[1]), m) : -2;
}

static int compare_mul(const Quad *v, Quad m)
{
    return order(magnitude(v[0] * v[1]), m);
}

static int compare_div(const Quad *v, Quad m)
{
    return order(magnitude(v[0]), m * magnitude(v[1]));
}

static int compare_sqrt(const Quad *v, Quad m)
{
    return order(v[0], m * m);
}

static int compare_fma(const Quad *v, Quad m)
{
    Quad sum[2] = { v[0] * v[1], v[2] };

    return compare_add(sum, m);
}

static int compare_self(const Quad *v, Quad m)
{
    return order(magnitude(v[0]), m);
}

typedef struct NearestOp {
    const char *name;
    SoftOp *op;
    Compare *compare;
    int from, to; /* types of operands.h */
} NearestOp;

static const NearestOp nearest_ops[] = {
    { "f32_add", soft_f32_add, compare_add, OPERANDS_F32, OPERANDS_F32 },
    { "f32_mul", soft_f32_mul, compare_mul, OPERANDS_F32, OPERANDS_F32 },
    { "f32_div", soft_f32_div, compare_div, OPERANDS_F32, OPERANDS_F32 },
    { "f32_sqrt", soft_f32_sqrt, compare_sqrt, OPERANDS_F32, OPERANDS_F32 },
    { "f32_fma", soft_f32_fma, compare_fma, OPERANDS_F32, OPERANDS_F32 },
    { "f64_add", soft_f64_add, compare_add, OPERANDS_F64, OPERANDS_F64 },
    { "f64_mul", soft_f64_mul, compare_mul, OPERANDS_F64, OPERANDS_F64 },
    { "f64_div", soft_f64_div, compare_div, OPERANDS_F64, OPERANDS_F64 },
    { "f64_sqrt", soft_f64_sqrt, compare_sqrt, OPERANDS_F64, OPERANDS_F64 },
    { "f64_fma", soft_f64_fma, compare_fma, OPERANDS_F64, OPERANDS_F64 },
    { "f64_to_f32", soft_f64_to_f32, compare_self, OPERANDS_F64, OPERANDS_F32 },
    { "i64_to_f32", soft_i64_to_f32, compare_self, OPERANDS_I64, OPERANDS_F32 },
    { "u64_to_f32", soft_u64_to_f32, compare_self, OPERANDS_U64, OPERANDS_F32 },
    { "i64_to_f64", soft_i64_to_f64, compare_self, OPERANDS_I64, OPERANDS_F64 },
    { "u64_to_f64", soft_u64_to_f64, compare_self, OPERANDS_U64, OPERANDS_F64 },
};

/* The middle between a result cut to @low and the next greater magnitude, or
 * what would be the next if it were not infinity. */
static Quad midpoint(int type, uint64_t low)
{
    bool greatest = low == (type == OPERANDS_F64 ? MAX64 : MAX32);
    uint64_t below = greatest ? low - 1 : low;

    return value(type, low) + (value(type, below + 1) - value(type, below)) / 2;
}

/* Returns whether there was anything to check: a finite result that binary128
 * could hold exactly. */
static bool check_nearest(const NearestOp *n, const uint64_t *x)
{
    uint64_t sign = n->to == OPERANDS_F64 ? MINUS64 : MINUS32;
    uint64_t inf = n->to == OPERANDS_F64 ? INF64 : INF32;
    FpStatus cut = { .rm = FP_RTZ }, near = { .rm = FP_RMM };
    uint64_t low = n->op(x, &cut) & ~sign, got = n->op(x, &near) & ~sign;
    Quad v[3];
    int with_low;

    if (low >= inf) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        v[i] = value(n->from, x[i]);
    }
    with_low = n->compare(v, value(n->to, low));
    if (with_low == -2) {
        return false;
    }
    if (with_low < 0 || got != low + (n->compare(v, midpoint(n->to, low)) >= 0) ||
        !(near.flags & FP_NX) != !with_low || !(near.flags & FP_OF) != (got != inf)) {
        fail_msg("%s(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ") gives %#" PRIx64 " flags %#x",
                 n->name, x[0], x[1], x[2], got, near.flags);
    }
    return true;
}

static void test_rmm_rounds_the_exact_result_to_nearest_and_ties_away(void **state)
{
    enum { CASES = 40000 };
    Operands o = { .state = 20 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(nearest_ops); i++) {
        const NearestOp *n = &nearest_ops[i];
        int checked = 0;

        for (int j = 0; j < CASES; j++) {
            uint64_t x[3];

            for (int k = 0; k < 3; k++) {
                x[k] = operands_next(&o, n->from);
            }
            checked += check_nearest(n, x);
        }
        assert_true(checked > CASES / 16);
    }
}

typedef struct IntegerOp {
    const char *name;
    SoftOp *op;
    int from;
    uint64_t min, max; /* magnitudes */
    uint64_t mask;
} IntegerOp;

static const IntegerOp integer_ops[] = {
    { "f32_to_i32", soft_f32_to_i32, OPERANDS_F32, MINUS32, INT32_MAX, UINT32_MAX },
    { "f32_to_u32", soft_f32_to_u32, OPERANDS_F32, 0, UINT32_MAX, UINT32_MAX },
    { "f32_to_i64", soft_f32_to_i64, OPERANDS_F32, MINUS64, INT64_MAX, UINT64_MAX },
    { "f32_to_u64", soft_f32_to_u64, OPERANDS_F32, 0, UINT64_MAX, UINT64_MAX },
    { "f64_to_i32", soft_f64_to_i32, OPERANDS_F64, MINUS32, INT32_MAX, UINT32_MAX },
    { "f64_to_u32", soft_f64_to_u32, OPERANDS_F64, 0, UINT32_MAX, UINT32_MAX },
    { "f64_to_i64", soft_f64_to_i64, OPERANDS_F64, MINUS64, INT64_MAX, UINT64_MAX },
    { "f64_to_u64", soft_f64_to_u64, OPERANDS_F64, 0, UINT64_MAX, UINT64_MAX },
};

static void check_integer(const IntegerOp *n, uint64_t x)
{
    FpStatus s = { .rm = FP_RMM };
    uint64_t got = n->op(&x, &s), want;
    Quad v = value(n->from, x), mag = magnitude(v) + (Quad)0.5;
    uint64_t limit = v < 0 ? n->min : n->max;
    unsigned flags = FP_NV;

    if (mag < (Quad)limit + 1) { /* a NaN is not */
        want = (uint64_t)mag;
        flags = want == magnitude(v) ? 0 : FP_NX;
    } else {
        want = limit;
    }
    want = (v < 0 ? -want : want) & n->mask;
    if (got != want || s.flags != flags) {
        fail_msg("%s(%#" PRIx64 ") gives %#" PRIx64 " flags %#x, not %#" PRIx64 " flags %#x",
                 n->name, x, got, s.flags, want, flags);
    }
}

static void test_rmm_to_integer_is_the_exact_value_plus_half_cut(void **state)
{
    Operands o = { .state = 30 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(integer_ops); i++) {
        for (int j = 0; j < 40000; j++) {
            check_integer(&integer_ops[i], operands_next(&o, integer_ops[i].from));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hand_picked_cases_give_the_manuals_result_and_flags),
        cmocka_unit_test(test_flags_accumulate),
        cmocka_unit_test(test_rmm_rounds_the_exact_result_to_nearest_and_ties_away),
        cmocka_unit_test(test_rmm_to_integer_is_the_exact_value_plus_half_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
