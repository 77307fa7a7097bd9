/* SPDX-License-Identifier: MIT */
/*
 * Comparison, minimum and maximum, classes (IEEE 754-2019, sections 5.11, 9.6,
 * 5.7.2).
 *
 * None of it needs unpacking: the formats are laid out so that numbers of one
 * sign order as their bits do.
 */
#include "tcg/softfloat_int.h"

/* Numbers as integers in the same order; -0 and +0 are both 0. */
static int64_t rank(const FpFormat *f, uint64_t bits)
{
    int64_t mag = bits & ~f->sign;

    return bits & f->sign ? -mag : mag;
}

static bool is_nan(const FpFormat *f, uint64_t bits)
{
    return (bits & ~f->sign) > f->inf;
}

static bool is_snan(const FpFormat *f, uint64_t bits)
{
    return is_nan(f, bits) && (bits & ~f->sign) < f->nan;
}

/* Is either a NaN?  Then there is no order.  Raises NV for a signalling NaN,
 * and if @signalling for any. */
static bool unordered(const FpFormat *f, uint64_t a, uint64_t b, bool signalling, FpStatus *s)
{
    bool nan = is_nan(f, a) || is_nan(f, b);

    if ((signalling && nan) || is_snan(f, a) || is_snan(f, b)) {
        s->flags |= FP_NV;
    }
    return nan;
}

static bool eq(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    return !unordered(f, a, b, false, s) && rank(f, a) == rank(f, b);
}

static bool lt(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    return !unordered(f, a, b, true, s) && rank(f, a) < rank(f, b);
}

static bool le(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    return !unordered(f, a, b, true, s) && rank(f, a) <= rank(f, b);
}

/* What min and max give if one operand is a NaN: the other one, or a NaN. */
static uint64_t the_number(const FpFormat *f, uint64_t a, uint64_t b)
{
    if (!is_nan(f, a)) {
        return a;
    }
    return is_nan(f, b) ? f->nan : b;
}

/* Equal ranks are equal bits but for the sign of a zero: or-ing prefers -0,
 * and-ing +0. */
static uint64_t min(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    if (unordered(f, a, b, false, s)) {
        return the_number(f, a, b);
    }
    if (rank(f, a) == rank(f, b)) {
        return a | b;
    }
    return rank(f, a) < rank(f, b) ? a : b;
}

static uint64_t max(const FpFormat *f, uint64_t a, uint64_t b, FpStatus *s)
{
    if (unordered(f, a, b, false, s)) {
        return the_number(f, a, b);
    }
    if (rank(f, a) == rank(f, b)) {
        return a & b;
    }
    return rank(f, a) > rank(f, b) ? a : b;
}

static unsigned classify(const FpFormat *f, uint64_t bits)
{
    uint64_t mag = bits & ~f->sign;
    int size; /* 0 zero, 1 subnormal, 2 normal, 3 infinite: the mask mirrors them about the zeros */

    if (is_nan(f, bits)) {
        return is_snan(f, bits) ? BIT(8) : BIT(9);
    }
    size = (mag > 0) + (mag >= BIT(f->frac)) + (mag == f->inf);
    return bits & f->sign ? BIT(3 - size) : BIT(4 + size);
}

bool f32_eq(uint32_t a, uint32_t b, FpStatus *s)
{
    return eq(&fp_f32, a, b, s);
}

bool f64_eq(uint64_t a, uint64_t b, FpStatus *s)
{
    return eq(&fp_f64, a, b, s);
}

bool f32_lt(uint32_t a, uint32_t b, FpStatus *s)
{
    return lt(&fp_f32, a, b, s);
}

bool f64_lt(uint64_t a, uint64_t b, FpStatus *s)
{
    return lt(&fp_f64, a, b, s);
}

bool f32_le(uint32_t a, uint32_t b, FpStatus *s)
{
    return le(&fp_f32, a, b, s);
}

bool f64_le(uint64_t a, uint64_t b, FpStatus *s)
{
    return le(&fp_f64, a, b, s);
}

uint32_t f32_min(uint32_t a, uint32_t b, FpStatus *s)
{
    return min(&fp_f32, a, b, s);
}

uint64_t f64_min(uint64_t a, uint64_t b, FpStatus *s)
{
    return min(&fp_f64, a, b, s);
}

uint32_t f32_max(uint32_t a, uint32_t b, FpStatus *s)
{
    return max(&fp_f32, a, b, s);
}

uint64_t f64_max(uint64_t a, uint64_t b, FpStatus *s)
{
    return max(&fp_f64, a, b, s);
}

unsigned f32_classify(uint32_t a)
{
    return classify(&fp_f32, a);
}

unsigned f64_classify(uint64_t a)
{
    return classify(&fp_f64, a);
}
