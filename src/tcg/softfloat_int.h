/* SPDX-License-Identifier: MIT */
/*
 * Inside softfloat: the shape that every number has while it is worked on.
 *
 * All formats unpack to one, Fp, wide enough that addition, multiplication and
 * fma are exact in it, or as good as: what falls off the end is kept as a
 * *sticky* lowest bit ("something was here"), and rounding needs no more. So
 * each operation is written once, knows no format and does not round; fp_pack
 * rounds, once, at the end.
 *
 *      127 126                                                  0
 *     |  0 |1.             significand                      sticky|
 *          '- FP_LEAD: set, unless the number is zero
 *
 *     value = sig * 2^(exp - 126)
 */
#ifndef TCG_SOFTFLOAT_INT_H
#define TCG_SOFTFLOAT_INT_H

#include "tcg/softfloat.h"

typedef unsigned __int128 u128;

/* An interchange format: | sign | biased exponent | fraction |, the fraction's
 * leading 1 not stored. */
typedef struct FpFormat {
    unsigned frac; /* bits of the fraction */
    int bias;      /* of the exponent; 1 - bias is the least normal exponent */
    uint64_t sign; /* the sign bit */
    uint64_t inf;  /* +inf: all exponent bits; one less is the greatest finite number */
    uint64_t nan;  /* canonical NaN: +inf and the top fraction bit, which says quiet */
} FpFormat;

extern const FpFormat fp_f32, fp_f64;

typedef enum FpKind {
    FP_FINITE, /* zero included */
    FP_INF,
    FP_QNAN, /* the NaNs are last: kind >= FP_QNAN is "a NaN" */
    FP_SNAN,
} FpKind;

typedef struct Fp {
    u128 sig; /* 0, or FP_LEAD is its highest bit.  Meaningless unless FP_FINITE, as is exp */
    int exp;  /* a zero's is FP_ZERO_EXP, so that it aligns under anything */
    FpKind kind;
    bool sign;
} Fp;

enum { FP_LEAD = 126, FP_ZERO_EXP = -(1 << 20) };

/* @bits, exactly. */
Fp fp_unpack(const FpFormat *f, uint64_t bits);

/* @v rounded to @f by s->rm, with its flags.  A NaN becomes canonical; its NV
 * is the operation's business. */
uint64_t fp_pack(const FpFormat *f, Fp v, FpStatus *s);

/* sig * 2^(exp - 126), normalised.  @sig may be any 128 bits. */
Fp fp_finite(bool sign, int exp, u128 sig);

/* The answer to an invalid operation: a NaN, and NV. */
Fp fp_invalid(FpStatus *s);

/* v / 2^n, the lost bits jammed into the lowest as sticky. */
u128 fp_shift_jam(u128 v, unsigned n);

/* v / 2^n rounded to an integer, v being the magnitude of a number of that
 * sign.  0 < n < 128. */
u128 fp_round_off(u128 v, unsigned n, bool sign, unsigned rm);

/* Did fp_round_off(v, n) lose anything? */
static inline bool fp_inexact(u128 v, unsigned n)
{
    return v << (128 - n) != 0;
}

static inline bool fp_is_zero(Fp v)
{
    return v.kind == FP_FINITE && !v.sig;
}

#endif
