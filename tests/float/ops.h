/* SPDX-License-Identifier: MIT */
/*
 * Every operation of softfloat, once: its name, the RISC-V instruction that does
 * the same, the types of its result and of its operands, and their number.
 */
#ifndef FLOAT_OPS_H
#define FLOAT_OPS_H

#define FP_OPS(OP)                                \
    OP(f32_add,    "fadd.s",    F32, F32, 2)      \
    OP(f32_sub,    "fsub.s",    F32, F32, 2)      \
    OP(f32_mul,    "fmul.s",    F32, F32, 2)      \
    OP(f32_div,    "fdiv.s",    F32, F32, 2)      \
    OP(f32_sqrt,   "fsqrt.s",   F32, F32, 1)      \
    OP(f32_fma,    "fmadd.s",   F32, F32, 3)      \
    OP(f32_min,    "fmin.s",    F32, F32, 2)      \
    OP(f32_max,    "fmax.s",    F32, F32, 2)      \
    OP(f32_eq,     "feq.s",     U32, F32, 2)      \
    OP(f32_lt,     "flt.s",     U32, F32, 2)      \
    OP(f32_le,     "fle.s",     U32, F32, 2)      \
    OP(f32_class,  "fclass.s",  U32, F32, 1)      \
    OP(f32_to_f64, "fcvt.d.s",  F64, F32, 1)      \
    OP(f32_to_i32, "fcvt.w.s",  I32, F32, 1)      \
    OP(f32_to_u32, "fcvt.wu.s", U32, F32, 1)      \
    OP(f32_to_i64, "fcvt.l.s",  I64, F32, 1)      \
    OP(f32_to_u64, "fcvt.lu.s", U64, F32, 1)      \
    OP(i32_to_f32, "fcvt.s.w",  F32, I32, 1)      \
    OP(u32_to_f32, "fcvt.s.wu", F32, U32, 1)      \
    OP(i64_to_f32, "fcvt.s.l",  F32, I64, 1)      \
    OP(u64_to_f32, "fcvt.s.lu", F32, U64, 1)      \
    OP(f64_add,    "fadd.d",    F64, F64, 2)      \
    OP(f64_sub,    "fsub.d",    F64, F64, 2)      \
    OP(f64_mul,    "fmul.d",    F64, F64, 2)      \
    OP(f64_div,    "fdiv.d",    F64, F64, 2)      \
    OP(f64_sqrt,   "fsqrt.d",   F64, F64, 1)      \
    OP(f64_fma,    "fmadd.d",   F64, F64, 3)      \
    OP(f64_min,    "fmin.d",    F64, F64, 2)      \
    OP(f64_max,    "fmax.d",    F64, F64, 2)      \
    OP(f64_eq,     "feq.d",     U32, F64, 2)      \
    OP(f64_lt,     "flt.d",     U32, F64, 2)      \
    OP(f64_le,     "fle.d",     U32, F64, 2)      \
    OP(f64_class,  "fclass.d",  U32, F64, 1)      \
    OP(f64_to_f32, "fcvt.s.d",  F32, F64, 1)      \
    OP(f64_to_i32, "fcvt.w.d",  I32, F64, 1)      \
    OP(f64_to_u32, "fcvt.wu.d", U32, F64, 1)      \
    OP(f64_to_i64, "fcvt.l.d",  I64, F64, 1)      \
    OP(f64_to_u64, "fcvt.lu.d", U64, F64, 1)      \
    OP(i32_to_f64, "fcvt.d.w",  F64, I32, 1)      \
    OP(u32_to_f64, "fcvt.d.wu", F64, U32, 1)      \
    OP(i64_to_f64, "fcvt.d.l",  F64, I64, 1)      \
    OP(u64_to_f64, "fcvt.d.lu", F64, U64, 1)

#endif
