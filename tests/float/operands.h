/* SPDX-License-Identifier: MIT */
/*
 * Operands that find bugs: random bits would almost never meet a subnormal, a
 * tie, a cancellation or the edge of a format, so most are put together from
 * edges.  The same seed gives the same sequence on every machine.
 */
#ifndef FLOAT_OPERANDS_H
#define FLOAT_OPERANDS_H

#include <stdint.h>

typedef struct Operands {
    uint64_t state; /* of the generator; not 0 */
    uint64_t last;  /* the operand before, for the next to be close to */
} Operands;

/* xorshift64* (Marsaglia; Vigna). */
static inline uint64_t operands_random(Operands *o)
{
    o->state ^= o->state >> 12;
    o->state ^= o->state << 25;
    o->state ^= o->state >> 27;
    return o->state * 0x2545f4914f6cdd1dULL;
}

static inline uint64_t operands_below(Operands *o, uint64_t n)
{
    return (operands_random(o) >> 32) % n;
}

/* A number of @bits bits, often near a power of two or with few bits set. */
static inline uint64_t operands_edge(Operands *o, unsigned bits)
{
    uint64_t all = ~0ULL >> (64 - bits), r = operands_random(o) & all;
    uint64_t one = 1ULL << operands_below(o, bits);

    switch (operands_below(o, 10)) {
    case 0:
        return 0;
    case 1:
        return all;
    case 2:
        return one;
    case 3:
        return all & ~(one - 1);
    case 4:
        return one - 1;
    case 5:
        return (one + operands_below(o, 5) - 2) & all;
    case 6:
        return r & ~(one - 1);
    case 7:
        return r & (one - 1);
    default:
        return r;
    }
}

/* A number of the format with that many bits of fraction and of exponent. */
static inline uint64_t operands_float(Operands *o, unsigned frac_bits, unsigned exp_bits)
{
    uint64_t top = (1ULL << exp_bits) - 1, bias = top >> 1;
    uint64_t frac = operands_edge(o, frac_bits), exp;
    uint64_t sign = operands_random(o) >> 63 << (frac_bits + exp_bits);

    switch (operands_below(o, 10)) {
    case 0: /* zero, subnormal, least normals */
        exp = operands_below(o, 3);
        break;
    case 1: /* NaN, infinite, greatest */
        exp = top - operands_below(o, 3);
        break;
    case 2: /* about 1 */
        exp = bias - 2 + operands_below(o, 5);
        break;
    case 3: /* where integers end */
        exp = bias + operands_below(o, 68);
        break;
    case 4: /* whose product or quotient is near the edges */
        exp = bias / 2 + operands_below(o, 2 * frac_bits) - frac_bits;
        break;
    case 5:
        exp = bias + bias / 2 + operands_below(o, 2 * frac_bits) - frac_bits;
        break;
    case 6: /* close to the last one: cancels, or is just out of its reach */
        return o->last ^ sign ^ operands_below(o, 4) ^
               operands_below(o, 2) * (operands_below(o, frac_bits + 4) << frac_bits);
    default:
        exp = operands_random(o) & top;
    }
    return o->last = sign | exp << frac_bits | frac;
}

enum { OPERANDS_F32, OPERANDS_F64, OPERANDS_I32, OPERANDS_U32, OPERANDS_I64, OPERANDS_U64 };

static inline uint64_t operands_next(Operands *o, int type)
{
    switch (type) {
    case OPERANDS_F32:
        return operands_float(o, 23, 8) & 0xffffffff;
    case OPERANDS_F64:
        return operands_float(o, 52, 11);
    case OPERANDS_I32:
    case OPERANDS_U32:
        return operands_edge(o, 32);
    default:
        return operands_edge(o, 64);
    }
}

#endif
