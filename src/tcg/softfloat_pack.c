/* SPDX-License-Identifier: MIT */
/*
 * Between bits and Fp.  fp_pack is where all rounding happens, and with it
 * overflow, underflow and inexact (IEEE 754-2019, sections 3.4, 4.3, 7.4 to
 * 7.6).
 */
#include "tcg/softfloat_int.h"

const FpFormat fp_f32 = {
    .frac = 23, .bias = 127, .sign = BIT(31), .inf = 0x7f800000, .nan = F32_NAN,
};

const FpFormat fp_f64 = {
    .frac = 52, .bias = 1023, .sign = BIT(63), .inf = 0x7ffULL << 52, .nan = F64_NAN,
};

u128 fp_shift_jam(u128 v, unsigned n)
{
    if (n == 0) {
        return v;
    }
    if (n > 127) {
        return v != 0;
    }
    return v >> n | fp_inexact(v, n);
}

u128 fp_round_off(u128 v, unsigned n, bool sign, unsigned rm)
{
    u128 whole = v >> n, rest = v << (128 - n), half = (u128)1 << 127;

    switch (rm) {
    case FP_RNE:
        return whole + (rest > half || (rest == half && (whole & 1)));
    case FP_RMM:
        return whole + (rest >= half);
    case FP_RDN:
        return whole + (rest && sign);
    case FP_RUP:
        return whole + (rest && !sign);
    default: /* FP_RTZ */
        return whole;
    }
}

static int leading_zeros(u128 v)
{
    uint64_t high = v >> 64;

    return high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)v);
}

Fp fp_finite(bool sign, int exp, u128 sig)
{
    Fp v = { .kind = FP_FINITE, .sign = sign, .exp = FP_ZERO_EXP };

    if (sig) {
        int up = leading_zeros(sig) - (127 - FP_LEAD);

        v.sig = up < 0 ? fp_shift_jam(sig, -up) : sig << up;
        v.exp = exp - up;
    }
    return v;
}

Fp fp_invalid(FpStatus *s)
{
    s->flags |= FP_NV;
    return (Fp){ .kind = FP_QNAN };
}

Fp fp_unpack(const FpFormat *f, uint64_t bits)
{
    bool sign = bits & f->sign;
    uint64_t mag = bits & ~f->sign;
    uint64_t frac = mag & (BIT(f->frac) - 1);
    int biased = mag >> f->frac;

    if (mag >= f->inf) {
        return (Fp){ .kind = !frac ? FP_INF : mag >= f->nan ? FP_QNAN : FP_SNAN, .sign = sign };
    }
    if (biased == 0) {
        biased = 1; /* subnormal: the least normal's exponent, but no leading 1 */
    } else {
        frac |= BIT(f->frac);
    }
    return fp_finite(sign, biased - f->bias, (u128)frac << (FP_LEAD - f->frac));
}

/*
 * The magnitude of @v in @f.  The leading 1 is *added* to the exponent field,
 * which is therefore built one too small: then a significand that rounds up to
 * 2.0 carries into the exponent, a subnormal that rounds up becomes the least
 * normal, and the greatest number becomes infinity, all without a special case.
 */
static uint64_t round_finite(const FpFormat *f, Fp v, FpStatus *s)
{
    unsigned drop = FP_LEAD - f->frac;
    int biased = v.exp + f->bias;
    bool tiny = false;
    uint64_t mag;

    if (biased < 1) {
        /* Tiny after rounding: with an unbounded exponent it would still not
         * reach the least normal. */
        tiny = biased < 0 || !(fp_round_off(v.sig, drop, v.sign, s->rm) >> (f->frac + 1));
        v.sig = fp_shift_jam(v.sig, 1 - biased);
        biased = 1;
    }
    if (fp_inexact(v.sig, drop)) {
        s->flags |= tiny ? FP_NX | FP_UF : FP_NX;
    }
    mag = ((uint64_t)(biased - 1) << f->frac) + (uint64_t)fp_round_off(v.sig, drop, v.sign, s->rm);
    if (mag >= f->inf) {
        s->flags |= FP_OF | FP_NX;
        /* Too big: the greatest number plus 3/4, so to speak, and the mode
         * decides. */
        return f->inf - 1 + (uint64_t)fp_round_off(3, 2, v.sign, s->rm);
    }
    return mag;
}

uint64_t fp_pack(const FpFormat *f, Fp v, FpStatus *s)
{
    uint64_t sign = v.sign ? f->sign : 0;

    if (v.kind >= FP_QNAN) {
        return f->nan;
    }
    if (v.kind == FP_INF) {
        return sign | f->inf;
    }
    return sign | round_finite(f, v, s);
}
