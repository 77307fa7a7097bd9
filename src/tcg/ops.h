/* SPDX-License-Identifier: MIT */
/* The operations of the intermediate representation: one row each, and the row is also the meaning.
 *
 * This file is included several times with different definitions of the row macros (it has no
 * include guard).  The constant folder, the interpreter, the fall-back of a host that lacks an
 * operation, and the oracle of the back-end tests all call the function that a row defines; nothing
 * else says what an operation does.
 *
 * In a row's expression: a, b, c are the operands as U, the unsigned integer of the op's type; S is
 * the signed one; N its number of bits; W and SW are twice as wide.  All operations are total: no
 * operand makes one trap.  A result of type i32 is zero-extended to 64 bits; operands of an i32 op
 * may have any upper half.
 *
 * OP1(name, f(a))  OP2(name, f(a, b))  OP3(name, f(a, b, c))    pure integer operations
 * FP1, FP2, FP3    the same on floating point: they use and change the FpStatus s, which holds the
 *                  rounding mode and the accrued flags; two expressions, for f32 and f64
 * OPX(name, operands, flags)   what is no function of its operands: memory, control flow, calls
 */

/* ---- moves and extensions ---- */
OP1(mov,    a)
OP1(sext8,  (S)(int8_t)a)
OP1(sext16, (S)(int16_t)a)
OP1(sext32, (S)(int32_t)a)
OP1(zext8,  (uint8_t)a)
OP1(zext16, (uint16_t)a)
OP1(zext32, (uint32_t)a)

/* ---- arithmetic ---- */
OP2(add, a + b)
OP2(sub, a - b)
OP1(neg, 0 - a)
OP2(mul, a * b)
OP2(mulhu, (W)a * b >> N)
OP2(mulhs, (SW)(S)a * (S)b >> N)
OP2(mulhsu, (SW)(S)a * (SW)(W)b >> N)
/* Division has the results of RISC-V: by zero gives all ones and the dividend; overflow wraps. */
OP2(divu, b ? a / b : ~(U)0)
OP2(divs, !b ? ~(U)0 : b == ~(U)0 ? 0 - a : (U)((S)a / (S)b))
OP2(remu, b ? a % b : a)
OP2(rems, !b ? a : b == ~(U)0 ? 0 : (U)((S)a % (S)b))

/* ---- bits ---- */
OP2(and,  a & b)
OP2(or,   a | b)
OP2(xor,  a ^ b)
OP2(andc, a & ~b)
OP2(orc,  a | ~b)
OP2(eqv,  ~(a ^ b))
OP1(not,  ~a)
OP2(shl,  a << (b & (N - 1)))
OP2(shr,  a >> (b & (N - 1)))
OP2(sar,  (S)a >> (b & (N - 1)))
OP2(rotl, a << (b & (N - 1)) | a >> (-b & (N - 1)))
OP2(rotr, a >> (b & (N - 1)) | a << (-b & (N - 1)))
OP1(clz,  !a ? N : __builtin_clzll((uint64_t)a << (64 - N)))
OP1(ctz,  !a ? N : __builtin_ctzll(a))
OP1(popcnt, __builtin_popcountll(a))
OP1(bswap, N == 64 ? __builtin_bswap64(a) : __builtin_bswap32(a))
OP1(orcb,  sem_orcb(a))               /* each byte becomes ff, unless it is 0 */
OP2(clmul,  sem_clmul(a, b))          /* carry-less product, low half */
OP2(clmulh, sem_clmul_high(a, b, N))  /* its high half */

/* ---- floating point: bits in, bits out; an f32 occupies the low half ---- */
FP2(fadd,  f32_add(a, b, s), f64_add(a, b, s))
FP2(fsub,  f32_sub(a, b, s), f64_sub(a, b, s))
FP2(fmul,  f32_mul(a, b, s), f64_mul(a, b, s))
FP2(fdiv,  f32_div(a, b, s), f64_div(a, b, s))
FP1(fsqrt, f32_sqrt(a, s),   f64_sqrt(a, s))
FP3(fma,   f32_fma(a, b, c, s), f64_fma(a, b, c, s))   /* a * b + c, rounded once */
FP2(fmin,  f32_min(a, b, s), f64_min(a, b, s))
FP2(fmax,  f32_max(a, b, s), f64_max(a, b, s))
FP2(feq,   f32_eq(a, b, s), f64_eq(a, b, s))           /* integer results 0 and 1 */
FP2(flt,   f32_lt(a, b, s), f64_lt(a, b, s))
FP2(fle,   f32_le(a, b, s), f64_le(a, b, s))
FP1(fclass, f32_classify(a), f64_classify(a))
FP1(fneg,  (uint32_t)a ^ 0x80000000u, a ^ BIT(63))
FP1(fabs,  (uint32_t)a & 0x7fffffffu, a & ~BIT(63))
FP2(fsgnj, ((uint32_t)a & 0x7fffffffu) | ((uint32_t)b & 0x80000000u),
           (a & ~BIT(63)) | (b & BIT(63)))
/* Conversions.  The op's type is the floating-point type that is read or, for i2f, written. */
FP1(f2i32, (int64_t)f32_to_i32(a, s), (int64_t)f64_to_i32(a, s))  /* results sign-extended */
FP1(f2u32, (int32_t)f32_to_u32(a, s), (int32_t)f64_to_u32(a, s))
FP1(f2i64, f32_to_i64(a, s), f64_to_i64(a, s))
FP1(f2u64, f32_to_u64(a, s), f64_to_u64(a, s))
FP1(i32_2f, i32_to_f32((int32_t)a, s),  i32_to_f64((int32_t)a, s))
FP1(u32_2f, u32_to_f32((uint32_t)a, s), u32_to_f64((uint32_t)a, s))
FP1(i64_2f, i64_to_f32((int64_t)a, s),  i64_to_f64((int64_t)a, s))
FP1(u64_2f, u64_to_f32(a, s),           u64_to_f64(a, s))
FP1(f2f,    f32_to_f64((uint32_t)a, s), f64_to_f32(a, s))  /* from the op's type to the other one */
/* NaN boxing (RISC-V D, "NaN boxing of narrower values"): ones above an f32 in 64 bits. */
FP1(fbox,   a | 0xffffffff00000000u, a)
FP1(funbox, a >> 32 == 0xffffffffu ? (uint32_t)a : 0x7fc00000u, a)
/* The same bits in the other register class. */
FP1(f2bits, (uint32_t)a, a)    /* float register to integer */
FP1(bits2f, (uint32_t)a, a)    /* integer to float register */

/* ---- comparisons: aux is the IrCond ---- */
OPX(setcond, "d a b", OPF_PURE)           /* d = a cond b */
OPX(select,  "d a b c e", OPF_PURE)       /* d = a cond b ? c : e */
OPX(brcond,  "a b", OPF_EFFECT)           /* if (a cond b) goto label imm (a later one) */
OPX(br,      "", OPF_EFFECT | OPF_END)    /* goto label imm (a later one) */
OPX(label,   "", OPF_EFFECT)              /* here is label imm; no temporary is live here */

/* ---- guest memory: address a + imm, aux is the MemOp ---- */
OPX(ld,      "d a", OPF_EFFECT | OPF_TRAPS) /* d = [a + imm], extended as the MemOp says */
OPX(st,      "a b", OPF_EFFECT | OPF_TRAPS) /* [a + imm] = b */
OPX(rmw,     "d a b", OPF_EFFECT | OPF_TRAPS) /* d = [a], [a] = d OP b, atomically */
OPX(cmpxchg, "d a b c", OPF_EFFECT | OPF_TRAPS) /* d = [a], if (d == b) [a] = c, atomically */
OPX(fence,   "", OPF_EFFECT)              /* all earlier accesses before all later ones */

/* One check for several accesses off one base (groups.c; only the JIT makes these, after liveness).
 * probe: if all of [a + imm, a + imm + span) is on one page that may be accessed inline, d is what
 * to add to a guest address there to get the host address; else it is 1 (such a sum has low bits
 * 0).
 * aux: MMU index, access size that a + imm is a multiple of, MO_PROBE_WRITE, span << MO_SPAN_SHIFT.
 * ldp and stp are ld and st that go the fast way if operand b, or c, is not 1. */
OPX(probe,   "d a", OPF_EFFECT)
OPX(ldp,     "d a b", OPF_EFFECT | OPF_TRAPS)
OPX(stp,     "a b c", OPF_EFFECT | OPF_TRAPS)

/* ---- the CPU state: at env + imm, aux is the MemOp (size and sign only) ---- */
OPX(ldenv,   "d", OPF_EFFECT)
OPX(stenv,   "a", OPF_EFFECT)

/* ---- calls: aux arguments, the first one is Ir.call_args[imm] ---- */
OPX(call,    "d", OPF_EFFECT)             /* d is VAL_NONE for helpers without a result */

/* ---- structure and exits ---- */
OPX(insn,    "", OPF_EFFECT)              /* guest instruction aux of the block begins, at pc imm */
OPX(icount,  "", OPF_EFFECT)              /* budget -= imm (signed); leave if too small */
OPX(exit_tb, "", OPF_EFFECT | OPF_END)    /* to pc imm by direct exit aux, chainable */
OPX(exit_pc, "a", OPF_EFFECT | OPF_END)   /* on to guest pc a, looked up in the jump cache */
OPX(exit_loop, "a", OPF_EFFECT | OPF_END) /* pc = a, then back to cpu_exec, which looks around */
