/* SPDX-License-Identifier: MIT */
/* softfloat's operations in one shape: soft_f64_add(x, s) works on x[0], x[1]. */
#ifndef FLOAT_SOFT_H
#define FLOAT_SOFT_H

#include "float/ops.h"
#include "tcg/softfloat.h"

typedef uint64_t SoftOp(const uint64_t *x, FpStatus *s);

typedef uint32_t SOFT_F32;
typedef uint64_t SOFT_F64;
typedef int32_t SOFT_I32;
typedef uint32_t SOFT_U32;
typedef int64_t SOFT_I64;
typedef uint64_t SOFT_U64;

/* To the unsigned type of the same width: zero-extends, as records hold bits. */
#define SOFT_BITS(v) (sizeof(v) == 4 ? (uint32_t)(v) : (uint64_t)(v))

static inline uint32_t f32_class(uint32_t a, FpStatus *s)
{
    (void)s;
    return f32_classify(a);
}

static inline uint32_t f64_class(uint64_t a, FpStatus *s)
{
    (void)s;
    return f64_classify(a);
}

#define SOFT_CALL_1(name, T) name((T)x[0], s)
#define SOFT_CALL_2(name, T) name((T)x[0], (T)x[1], s)
#define SOFT_CALL_3(name, T) name((T)x[0], (T)x[1], (T)x[2], s)
#define SOFT_OP(name, insn, R, A, n)                                                              \
    static UNUSED uint64_t soft_##name(const uint64_t *x, FpStatus *s)                            \
    {                                                                                             \
        SOFT_##R r = SOFT_CALL_##n(name, SOFT_##A);                                               \
                                                                                                  \
        return SOFT_BITS(r);                                                                      \
    }
FP_OPS(SOFT_OP)

#endif
