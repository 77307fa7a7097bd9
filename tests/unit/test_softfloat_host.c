/* SPDX-License-Identifier: MIT */
/*
 * softfloat against the host's own SSE2 and FMA, in the four rounding modes that
 * they have.  Results and flags must be equal, save for what the two machines
 * define differently: an x86 NaN keeps its payload (made canonical here), its
 * inf * 0 + qNaN is not invalid, and its conversions to integer do not saturate.
 *
 * x86-64 detects tininess after rounding, as RISC-V does.  A host that is not
 * x86-64 has nothing to compare with: tests/float does the same against RISC-V.
 */
#include "float/operands.h"
#include "float/soft.h"
#include "unit/unit.h"

enum { VECTORS = 100000 };

#ifdef __x86_64__

/* MXCSR with all exceptions masked, and where its rounding field is. */
enum { MXCSR_MASKED = 0x1f80, MXCSR_RC = 13 };

static const uint8_t mxcsr_rounding[] = { [FP_RNE] = 0, [FP_RDN] = 1, [FP_RUP] = 2, [FP_RTZ] = 3 };

static void mxcsr_set(uint32_t v)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(v));
}

static unsigned mxcsr_flags(void)
{
    uint32_t v;

    __asm__ volatile("stmxcsr %0" : "=m"(v));
    /* IE DE ZE OE UE PE from bit 0: theirs, less the denormal operand. */
    return (v & 1 ? FP_NV : 0) | (v & 4 ? FP_DZ : 0) | (v & 8 ? FP_OF : 0) |
           (v & 16 ? FP_UF : 0) | (v & 32 ? FP_NX : 0);
}

/* An operation on raw bits; may correct *flags to what RISC-V would raise. */
typedef uint64_t HostOp(const uint64_t *x, unsigned *flags);

/* The instruction between loading up to three operands and storing xmm0. */
#define SSE(name, insn)                                                                           \
    static uint64_t host_##name(const uint64_t *x, unsigned *flags)                               \
    {                                                                                             \
        uint64_t r;                                                                               \
                                                                                                  \
        __asm__ volatile("movq %1, %%xmm0\n\tmovq %2, %%xmm1\n\tmovq %3, %%xmm2\n\t" insn         \
                         "\n\tmovq %%xmm0, %0"                                                    \
                         : "=r"(r)                                                                \
                         : "r"(x[0]), "r"(x[1]), "r"(x[2])                                        \
                         : "xmm0", "xmm1", "xmm2");                                               \
        *flags = mxcsr_flags();                                                                   \
        return r;                                                                                 \
    }

SSE(f32_add, "addss %%xmm1, %%xmm0")
SSE(f32_sub, "subss %%xmm1, %%xmm0")
SSE(f32_mul, "mulss %%xmm1, %%xmm0")
SSE(f32_div, "divss %%xmm1, %%xmm0")
SSE(f32_sqrt, "sqrtss %%xmm0, %%xmm0")
SSE(f32_fma, "vfmadd213ss %%xmm2, %%xmm1, %%xmm0")
SSE(f32_eq, "cmpeqss %%xmm1, %%xmm0")
SSE(f32_lt, "cmpltss %%xmm1, %%xmm0")
SSE(f32_le, "cmpless %%xmm1, %%xmm0")
SSE(f32_to_f64, "cvtss2sd %%xmm0, %%xmm0")
SSE(f64_add, "addsd %%xmm1, %%xmm0")
SSE(f64_sub, "subsd %%xmm1, %%xmm0")
SSE(f64_mul, "mulsd %%xmm1, %%xmm0")
SSE(f64_div, "divsd %%xmm1, %%xmm0")
SSE(f64_sqrt, "sqrtsd %%xmm0, %%xmm0")
SSE(f64_fma, "vfmadd213sd %%xmm2, %%xmm1, %%xmm0")
SSE(f64_eq, "cmpeqsd %%xmm1, %%xmm0")
SSE(f64_lt, "cmpltsd %%xmm1, %%xmm0")
SSE(f64_le, "cmplesd %%xmm1, %%xmm0")
SSE(f64_to_f32, "cvtsd2ss %%xmm0, %%xmm0")
SSE(i32_to_f32, "cvtsi2ssl %k1, %%xmm0")
SSE(i64_to_f32, "cvtsi2ssq %1, %%xmm0")
SSE(i32_to_f64, "cvtsi2sdl %k1, %%xmm0")
SSE(i64_to_f64, "cvtsi2sdq %1, %%xmm0")
SSE(f32_to_integer, "cvtss2siq %%xmm0, %0\n\tmovq %0, %%xmm0")
SSE(f64_to_integer, "cvtsd2siq %%xmm0, %0\n\tmovq %0, %%xmm0")

static bool is_nan(int type, uint64_t bits)
{
    return type == OPERANDS_F64 ? bits << 1 > 0xffeULL << 52 : (bits & INT32_MAX) > 0x7f800000;
}

/* The 64-bit conversion, made to saturate at @min and @max as RISC-V's do. */
static uint64_t saturate(int type, uint64_t x, uint64_t r, int64_t min, int64_t max,
                         unsigned *flags)
{
    bool negative = x >> (type == OPERANDS_F64 ? 63 : 31) && !is_nan(type, x);

    if (*flags & FP_NV || (int64_t)r < min || (int64_t)r > max) {
        *flags = FP_NV;
        r = negative ? min : max;
    }
    return r;
}

#define TO_INTEGER(from, to, T, min, max, bits)                                                   \
    static uint64_t host_##from##_to_##to(const uint64_t *x, unsigned *flags)                     \
    {                                                                                             \
        uint64_t r = host_##from##_to_integer(x, flags);                                          \
                                                                                                  \
        return saturate(T, x[0], r, min, max, flags) & (bits);                                    \
    }

TO_INTEGER(f32, i32, OPERANDS_F32, INT32_MIN, INT32_MAX, UINT32_MAX)
TO_INTEGER(f32, u32, OPERANDS_F32, 0, UINT32_MAX, UINT32_MAX)
TO_INTEGER(f32, i64, OPERANDS_F32, INT64_MIN, INT64_MAX, UINT64_MAX)
TO_INTEGER(f64, i32, OPERANDS_F64, INT32_MIN, INT32_MAX, UINT32_MAX)
TO_INTEGER(f64, u32, OPERANDS_F64, 0, UINT32_MAX, UINT32_MAX)
TO_INTEGER(f64, i64, OPERANDS_F64, INT64_MIN, INT64_MAX, UINT64_MAX)

typedef struct HostRow {
    const char *name;
    SoftOp *soft;
    HostOp *host;
    int from, to; /* types of operands.h; comparisons give masks, of which a bit is enough */
    bool mask, fma;
} HostRow;

#define ROW(op, src, dst, ...)                                                                    \
    { .name = #op, .soft = soft_##op, .host = host_##op, .from = OPERANDS_##src,                  \
      .to = OPERANDS_##dst, __VA_ARGS__ }

static const HostRow rows[] = {
    ROW(f32_add, F32, F32),
    ROW(f32_sub, F32, F32),
    ROW(f32_mul, F32, F32),
    ROW(f32_div, F32, F32),
    ROW(f32_sqrt, F32, F32),
    ROW(f32_fma, F32, F32, .fma = true),
    ROW(f32_eq, F32, I32, .mask = true),
    ROW(f32_lt, F32, I32, .mask = true),
    ROW(f32_le, F32, I32, .mask = true),
    ROW(f32_to_f64, F32, F64),
    ROW(f32_to_i32, F32, I32),
    ROW(f32_to_u32, F32, U32),
    ROW(f32_to_i64, F32, I64),
    ROW(i32_to_f32, I32, F32),
    ROW(i64_to_f32, I64, F32),
    ROW(f64_add, F64, F64),
    ROW(f64_sub, F64, F64),
    ROW(f64_mul, F64, F64),
    ROW(f64_div, F64, F64),
    ROW(f64_sqrt, F64, F64),
    ROW(f64_fma, F64, F64, .fma = true),
    ROW(f64_eq, F64, I32, .mask = true),
    ROW(f64_lt, F64, I32, .mask = true),
    ROW(f64_le, F64, I32, .mask = true),
    ROW(f64_to_f32, F64, F32),
    ROW(f64_to_i32, F64, I32),
    ROW(f64_to_u32, F64, U32),
    ROW(f64_to_i64, F64, I64),
    ROW(i32_to_f64, I32, F64),
    ROW(i64_to_f64, I64, F64),
};

/* inf * 0 + NaN, which RISC-V wants to be invalid. */
static bool invalid_product(const HostRow *row, const uint64_t *x)
{
    bool wide = row->from == OPERANDS_F64;
    uint64_t a = wide ? x[0] << 1 : x[0] << 33, b = wide ? x[1] << 1 : x[1] << 33;
    uint64_t inf = wide ? 0xffeULL << 52 : 0xffULL << 56;

    return (a == 0 && b == inf) || (a == inf && b == 0);
}

static void check(const HostRow *row, const uint64_t *x, int rm)
{
    FpStatus s = { .rm = rm };
    uint64_t ours = row->soft(x, &s), theirs;
    unsigned flags;

    mxcsr_set(MXCSR_MASKED | (uint32_t)mxcsr_rounding[rm] << MXCSR_RC);
    theirs = row->host(x, &flags);
    mxcsr_set(MXCSR_MASKED);

    if (row->mask) {
        theirs &= 1;
    } else if (row->to == OPERANDS_F32) {
        theirs = is_nan(row->to, theirs) ? F32_NAN : (uint32_t)theirs;
    } else if (row->to == OPERANDS_F64 && is_nan(row->to, theirs)) {
        theirs = F64_NAN;
    }
    if (row->fma && invalid_product(row, x)) {
        flags |= FP_NV;
    }
    if (ours != theirs || s.flags != flags) {
        fail_msg("%s(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ") mode %d gives %#" PRIx64
                 " flags %#x, the host's %#" PRIx64 " flags %#x",
                 row->name, x[0], x[1], x[2], rm, ours, s.flags, theirs, flags);
    }
}

static void test_results_and_flags_are_the_hosts(void **state)
{
    Operands o = { .state = 1 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (rows[i].fma && !__builtin_cpu_supports("fma")) {
            print_message("no FMA here: %s is not compared\n", rows[i].name);
            continue;
        }
        for (int j = 0; j < VECTORS; j++) {
            uint64_t x[3];

            for (int k = 0; k < 3; k++) {
                x[k] = operands_next(&o, rows[i].from);
            }
            for (int rm = FP_RNE; rm <= FP_RUP; rm++) {
                check(&rows[i], x, rm);
            }
        }
    }
}

#else

static void test_results_and_flags_are_the_hosts(void **state)
{
    (void)state;
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_and_flags_are_the_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
