/* SPDX-License-Identifier: MIT */
/*
 * IEEE 754 arithmetic in integers: binary32 (f32) and binary64 (f64).
 *
 * Exact on every host, in every rounding mode, with every flag.  It is what the
 * IR interpreter computes with, what the translated code falls back on where
 * the host's own floating point will not do, and what the host's is tested
 * against.  Values are raw bits, uint32_t or uint64_t, so no host floating
 * point is ever involved.
 *
 * Where IEEE 754 leaves a choice, this is RISC-V's (unprivileged specification,
 * chapters F and D):
 *   - a NaN result is the canonical quiet NaN, whatever the operands' payloads were;
 *   - tininess is detected after rounding;
 *   - inf * 0 + NaN is invalid, even when the NaN is quiet;
 *   - min and max order -0 below +0, and prefer a number to a NaN;
 *   - a conversion to integer that does not fit saturates, and a NaN gives the greatest integer.
 *
 * Nothing here has state but *s, which belongs to the caller: any thread may
 * call.
 */
#ifndef TCG_SOFTFLOAT_H
#define TCG_SOFTFLOAT_H

#include "base/types.h"

/* Rounding modes, numbered as in RISC-V's frm. */
enum FpRounding {
    FP_RNE = 0, /* to nearest, ties to even */
    FP_RTZ = 1, /* towards zero */
    FP_RDN = 2, /* down, towards -inf */
    FP_RUP = 3, /* up, towards +inf */
    FP_RMM = 4, /* to nearest, ties away from zero ("max magnitude") */
};

/* Exception flags, laid out as in RISC-V's fflags. */
enum FpFlags {
    FP_NX = 1,  /* inexact */
    FP_UF = 2,  /* underflow: tiny and inexact */
    FP_OF = 4,  /* overflow */
    FP_DZ = 8,  /* division of a finite number by zero */
    FP_NV = 16, /* invalid operation */
};

#define F32_NAN 0x7fc00000U            /* the canonical quiet NaNs */
#define F64_NAN 0x7ff8000000000000ULL

/* How to round, and what has happened so far: flags are or-ed in and never
 * cleared here. */
typedef struct FpStatus {
    uint8_t rm;    /* one of enum FpRounding; the caller has refused all other values */
    uint8_t flags; /* set of enum FpFlags */
} FpStatus;

/* Arithmetic, each with a single rounding.  fma is a * b + c; flip sign bits of
 * a and c for its negated forms. */
uint32_t f32_add(uint32_t a, uint32_t b, FpStatus *s);
uint32_t f32_sub(uint32_t a, uint32_t b, FpStatus *s);
uint32_t f32_mul(uint32_t a, uint32_t b, FpStatus *s);
uint32_t f32_div(uint32_t a, uint32_t b, FpStatus *s);
uint32_t f32_sqrt(uint32_t a, FpStatus *s);
uint32_t f32_fma(uint32_t a, uint32_t b, uint32_t c, FpStatus *s);

uint64_t f64_add(uint64_t a, uint64_t b, FpStatus *s);
uint64_t f64_sub(uint64_t a, uint64_t b, FpStatus *s);
uint64_t f64_mul(uint64_t a, uint64_t b, FpStatus *s);
uint64_t f64_div(uint64_t a, uint64_t b, FpStatus *s);
uint64_t f64_sqrt(uint64_t a, FpStatus *s);
uint64_t f64_fma(uint64_t a, uint64_t b, uint64_t c, FpStatus *s);

/* minimumNumber and maximumNumber of IEEE 754-2019.  Only a signalling NaN is
 * invalid. */
uint32_t f32_min(uint32_t a, uint32_t b, FpStatus *s);
uint32_t f32_max(uint32_t a, uint32_t b, FpStatus *s);

uint64_t f64_min(uint64_t a, uint64_t b, FpStatus *s);
uint64_t f64_max(uint64_t a, uint64_t b, FpStatus *s);

/* Comparisons: false if either is a NaN.  eq is quiet (a signalling NaN is
 * invalid), lt and le are signalling (any NaN is). */
bool f32_eq(uint32_t a, uint32_t b, FpStatus *s);
bool f32_lt(uint32_t a, uint32_t b, FpStatus *s);
bool f32_le(uint32_t a, uint32_t b, FpStatus *s);

bool f64_eq(uint64_t a, uint64_t b, FpStatus *s);
bool f64_lt(uint64_t a, uint64_t b, FpStatus *s);
bool f64_le(uint64_t a, uint64_t b, FpStatus *s);

/* The one class of @a, as a bit of the mask of RISC-V's fclass:
 *     9    8    7     6        5       4  3       2        1     0
 *   qNaN sNaN +inf +normal +subnormal +0 -0 -subnormal -normal -inf */
unsigned f32_classify(uint32_t a);
unsigned f64_classify(uint64_t a);

/* Between the formats.  Widening is exact. */
uint64_t f32_to_f64(uint32_t a, FpStatus *s);
uint32_t f64_to_f32(uint64_t a, FpStatus *s);

/* To integers, rounded by s->rm.  A result that does not fit saturates and is
 * invalid, not inexact. */
int32_t f32_to_i32(uint32_t a, FpStatus *s);
uint32_t f32_to_u32(uint32_t a, FpStatus *s);
int64_t f32_to_i64(uint32_t a, FpStatus *s);
uint64_t f32_to_u64(uint32_t a, FpStatus *s);

int32_t f64_to_i32(uint64_t a, FpStatus *s);
uint32_t f64_to_u32(uint64_t a, FpStatus *s);
int64_t f64_to_i64(uint64_t a, FpStatus *s);
uint64_t f64_to_u64(uint64_t a, FpStatus *s);

/* From integers. */
uint32_t i32_to_f32(int32_t v, FpStatus *s);
uint32_t u32_to_f32(uint32_t v, FpStatus *s);
uint32_t i64_to_f32(int64_t v, FpStatus *s);
uint32_t u64_to_f32(uint64_t v, FpStatus *s);

uint64_t i32_to_f64(int32_t v, FpStatus *s);
uint64_t u32_to_f64(uint32_t v, FpStatus *s);
uint64_t i64_to_f64(int64_t v, FpStatus *s);
uint64_t u64_to_f64(uint64_t v, FpStatus *s);

#endif
