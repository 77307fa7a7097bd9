/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic: sum, product, quotient, root (IEEE 754-2019, section 5.4.1;
 * special operands, 6.1 to 6.3, 7.2, 7.3).
 *
 * The four below work on unpacked numbers and leave rounding to fp_pack.  That
 * makes fma nothing but sum(product(a, b), c): the product of two 53-bit
 * significands has 106 bits and is exact.
 */
#include "tcg/softfloat_int.h"

static bool any_nan(Fp a, Fp b)
{
    return a.kind >= FP_QNAN || b.kind >= FP_QNAN;
}

/* What an operation on these two, one a NaN, gives: a NaN, invalid if one was
 * signalling. */
static Fp nan_from(Fp a, Fp b, FpStatus *s)
{
    if (a.kind == FP_SNAN || b.kind == FP_SNAN) {
        return fp_invalid(s);
    }
    return (Fp){ .kind = FP_QNAN };
}

static Fp infinity(bool sign)
{
    return (Fp){ .kind = FP_INF, .sign = sign };
}

/* The top 64 bits below the carry: all of an operand's significand. */
static uint64_t high64(Fp v)
{
    return v.sig >> (FP_LEAD - 63);
}

/*
 * The operands' significands have at most 106 bits, so 20 low bits are clear.
 * Aligning by up to 20 is therefore exact. Beyond that bits may go to sticky,
 * but then at most one leading bit cancels and sticky stays far below the
 * rounding position.
 */
static Fp sum(Fp a, Fp b, FpStatus *s)
{
    if (any_nan(a, b)) {
        return nan_from(a, b, s);
    }
    if (a.kind == FP_INF) {
        return b.kind == FP_INF && a.sign != b.sign ? fp_invalid(s) : a;
    }
    if (b.kind == FP_INF) {
        return b;
    }
    if (a.exp < b.exp || (a.exp == b.exp && a.sig < b.sig)) {
        Fp t = a;

        a = b;
        b = t;
    }
    b.sig = fp_shift_jam(b.sig, a.exp - b.exp);
    if (a.sign == b.sign) {
        return fp_finite(a.sign, a.exp, a.sig + b.sig);
    }
    if (a.sig == b.sig) {
        return fp_finite(s->rm == FP_RDN, 0, 0);
    }
    return fp_finite(a.sign, a.exp, a.sig - b.sig);
}

static Fp product(Fp a, Fp b, FpStatus *s)
{
    bool sign = a.sign != b.sign;

    if (any_nan(a, b)) {
        return nan_from(a, b, s);
    }
    if (a.kind == FP_INF || b.kind == FP_INF) {
        return fp_is_zero(a) || fp_is_zero(b) ? fp_invalid(s) : infinity(sign);
    }
    return fp_finite(sign, a.exp + b.exp, (u128)high64(a) * high64(b));
}

static Fp quotient(Fp a, Fp b, FpStatus *s)
{
    bool sign = a.sign != b.sign;
    u128 q;

    if (any_nan(a, b)) {
        return nan_from(a, b, s);
    }
    if (a.kind == FP_INF) {
        return b.kind == FP_INF ? fp_invalid(s) : infinity(sign);
    }
    if (b.kind == FP_INF) {
        return fp_finite(sign, 0, 0);
    }
    if (fp_is_zero(b)) {
        if (fp_is_zero(a)) {
            return fp_invalid(s);
        }
        s->flags |= FP_DZ;
        return infinity(sign);
    }
    /* 127 bits by 64 give a quotient of 63 or 64 bits, which is more than
     * rounding looks at. */
    q = a.sig / high64(b);
    return fp_finite(sign, a.exp - b.exp, q << 63 | (q * high64(b) != a.sig));
}

static Fp root(Fp a, FpStatus *s)
{
    uint64_t r = 0;

    if (a.kind >= FP_QNAN) {
        return nan_from(a, a, s);
    }
    if (fp_is_zero(a)) {
        return a; /* of either sign */
    }
    if (a.sign) {
        return fp_invalid(s);
    }
    if (a.kind == FP_INF) {
        return a;
    }
    if (a.exp & 1) {
        a.sig <<= 1;
        a.exp -= 1;
    }
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t t = r | BIT(bit);

        if ((u128)t * t <= a.sig) {
            r = t;
        }
    }
    return fp_finite(false, a.exp / 2, (u128)r << 63 | ((u128)r * r != a.sig));
}

static uint64_t add(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    return fp_pack(f, sum(fp_unpack(f, a), fp_unpack(f, b), s), s);
}

static uint64_t mul(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    return fp_pack(f, product(fp_unpack(f, a), fp_unpack(f, b), s), s);
}

static uint64_t divide(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    return fp_pack(f, quotient(fp_unpack(f, a), fp_unpack(f, b), s), s);
}

/* inf * 0 has raised NV before sum() sees what is added, as RISC-V wants. */
static uint64_t muladd(const FpFormat *f, uint64_t a, uint64_t b, uint64_t c, FpStatus *s)
{
    Fp ab = product(fp_unpack(f, a), fp_unpack(f, b), s);

    return fp_pack(f, sum(ab, fp_unpack(f, c), s), s);
}

uint32_t f32_add(uint32_t a, uint32_t b, FpStatus *s)
{
    return add(&fp_f32, a, b, s);
}

uint64_t f64_add(uint64_t a, uint64_t b, FpStatus *s)
{
    return add(&fp_f64, a, b, s);
}

uint32_t f32_sub(uint32_t a, uint32_t b, FpStatus *s)
{
    return add(&fp_f32, a, b ^ fp_f32.sign, s);
}

uint64_t f64_sub(uint64_t a, uint64_t b, FpStatus *s)
{
    return add(&fp_f64, a, b ^ fp_f64.sign, s);
}

uint32_t f32_mul(uint32_t a, uint32_t b, FpStatus *s)
{
    return mul(&fp_f32, a, b, s);
}

uint64_t f64_mul(uint64_t a, uint64_t b, FpStatus *s)
{
    return mul(&fp_f64, a, b, s);
}

uint32_t f32_div(uint32_t a, uint32_t b, FpStatus *s)
{
    return divide(&fp_f32, a, b, s);
}

uint64_t f64_div(uint64_t a, uint64_t b, FpStatus *s)
{
    return divide(&fp_f64, a, b, s);
}

uint32_t f32_sqrt(uint32_t a, FpStatus *s)
{
    return fp_pack(&fp_f32, root(fp_unpack(&fp_f32, a), s), s);
}

uint64_t f64_sqrt(uint64_t a, FpStatus *s)
{
    return fp_pack(&fp_f64, root(fp_unpack(&fp_f64, a), s), s);
}

uint32_t f32_fma(uint32_t a, uint32_t b, uint32_t c, FpStatus *s)
{
    return muladd(&fp_f32, a, b, c, s);
}

uint64_t f64_fma(uint64_t a, uint64_t b, uint64_t c, FpStatus *s)
{
    return muladd(&fp_f64, a, b, c, s);
}
