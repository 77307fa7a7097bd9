/* SPDX-License-Identifier: MIT */
/*
 * Conversions: between the formats, to integers and from integers (IEEE
 * 754-2019, sections 5.4.2, 5.8, 5.4.1).
 */
#include "tcg/softfloat_int.h"

static uint64_t convert(const FpFormat *from, const FpFormat *to, uint64_t bits, FpStatus *s)
{
    Fp v = fp_unpack(from, bits);

    return fp_pack(to, v.kind == FP_SNAN ? fp_invalid(s) : v, s);
}

uint64_t f32_to_f64(uint32_t a, FpStatus *s)
{
    return convert(&fp_f32, &fp_f64, a, s);
}

uint32_t f64_to_f32(uint64_t a, FpStatus *s)
{
    return convert(&fp_f64, &fp_f32, a, s);
}

/*
 * @bits as an integer of at most @max and, if negative, of at most @min's
 * magnitude.  Returned in two's complement; the caller cuts it to its type.
 */
static uint64_t to_int(const FpFormat *f, uint64_t bits, uint64_t min, uint64_t max, FpStatus *s)
{
    enum { POINT = 62 }; /* fixed point: 65 bits for the integer, the rest for the fraction */
    Fp v = fp_unpack(f, bits);
    bool negative = v.sign && v.kind < FP_QNAN;
    uint64_t limit = negative ? min : max;
    u128 fixed, mag;

    if (v.kind != FP_FINITE || v.exp > FP_LEAD - POINT) {
        s->flags |= FP_NV;
        return negative ? -min : max;
    }
    fixed = fp_shift_jam(v.sig, FP_LEAD - POINT - v.exp);
    mag = fp_round_off(fixed, POINT, v.sign, s->rm);
    if (mag > limit) {
        s->flags |= FP_NV;
        mag = limit;
    } else if (fp_inexact(fixed, POINT)) {
        s->flags |= FP_NX;
    }
    return negative ? -(uint64_t)mag : (uint64_t)mag;
}

int32_t f32_to_i32(uint32_t a, FpStatus *s)
{
    return (int32_t)to_int(&fp_f32, a, BIT(31), INT32_MAX, s);
}

int32_t f64_to_i32(uint64_t a, FpStatus *s)
{
    return (int32_t)to_int(&fp_f64, a, BIT(31), INT32_MAX, s);
}

uint32_t f32_to_u32(uint32_t a, FpStatus *s)
{
    return (uint32_t)to_int(&fp_f32, a, 0, UINT32_MAX, s);
}

uint32_t f64_to_u32(uint64_t a, FpStatus *s)
{
    return (uint32_t)to_int(&fp_f64, a, 0, UINT32_MAX, s);
}

int64_t f32_to_i64(uint32_t a, FpStatus *s)
{
    return (int64_t)to_int(&fp_f32, a, BIT(63), INT64_MAX, s);
}

int64_t f64_to_i64(uint64_t a, FpStatus *s)
{
    return (int64_t)to_int(&fp_f64, a, BIT(63), INT64_MAX, s);
}

uint64_t f32_to_u64(uint32_t a, FpStatus *s)
{
    return to_int(&fp_f32, a, 0, UINT64_MAX, s);
}

uint64_t f64_to_u64(uint64_t a, FpStatus *s)
{
    return to_int(&fp_f64, a, 0, UINT64_MAX, s);
}

/* An integer is a significand whose last bit counts 2^0. */
static uint64_t from_unsigned(const FpFormat *f, uint64_t v, FpStatus *s)
{
    return fp_pack(f, fp_finite(false, FP_LEAD, v), s);
}

static uint64_t from_signed(const FpFormat *f, int64_t v, FpStatus *s)
{
    return fp_pack(f, fp_finite(v < 0, FP_LEAD, v < 0 ? -(uint64_t)v : (uint64_t)v), s);
}

uint32_t i32_to_f32(int32_t v, FpStatus *s)
{
    return from_signed(&fp_f32, v, s);
}

uint64_t i32_to_f64(int32_t v, FpStatus *s)
{
    return from_signed(&fp_f64, v, s);
}

uint32_t u32_to_f32(uint32_t v, FpStatus *s)
{
    return from_unsigned(&fp_f32, v, s);
}

uint64_t u32_to_f64(uint32_t v, FpStatus *s)
{
    return from_unsigned(&fp_f64, v, s);
}

uint32_t i64_to_f32(int64_t v, FpStatus *s)
{
    return from_signed(&fp_f32, v, s);
}

uint64_t i64_to_f64(int64_t v, FpStatus *s)
{
    return from_signed(&fp_f64, v, s);
}

uint32_t u64_to_f32(uint64_t v, FpStatus *s)
{
    return from_unsigned(&fp_f32, v, s);
}

uint64_t u64_to_f64(uint64_t v, FpStatus *s)
{
    return from_unsigned(&fp_f64, v, s);
}
