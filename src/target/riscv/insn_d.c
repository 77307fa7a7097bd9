/* SPDX-License-Identifier: MIT */
/* D: double-precision floating point (unpriv chapter 13).  rm(c) is the instruction's rounding
 * mode, already checked; operations that do not round pass FP_RNE. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_d };

INSN(fld, "imm[11:0] rs1 011 rd 0000111", "frd, imm(rs1)")
{
    return load_fd(c, a->rd, gpr(c, a->rs1), a->imm);
}

INSN(fsd, "imm[11:5] rs2 rs1 011 imm[4:0] 0100111", "frs2, imm(rs1)")
{
    return store_fd(c, gpr(c, a->rs1), a->imm, a->rs2);
}

/* ---- arithmetic ---- */

/* @x * @y + @z, the product or the sum already negated by its operands. */
static bool fma_d(Ir *c, const InsnArgs *a, Val x, Val y, Val z)
{
    return set_fd(c, a->rd, ir_fma(c, F64, rm(c), x, y, z));
}

static Val neg_d(Ir *c, Val x)
{
    return ir_fneg(c, F64, FP_RNE, x);
}

INSN(fmadd_d, "rs3 01 rs2 rs1 rm rd 1000011", "frd, frs1, frs2, frs3, rm")
{
    return fma_d(c, a, fd(c, a->rs1), fd(c, a->rs2), fd(c, a->rs3));
}

INSN(fmsub_d, "rs3 01 rs2 rs1 rm rd 1000111", "frd, frs1, frs2, frs3, rm")
{
    return fma_d(c, a, fd(c, a->rs1), fd(c, a->rs2), neg_d(c, fd(c, a->rs3)));
}

INSN(fnmsub_d, "rs3 01 rs2 rs1 rm rd 1001011", "frd, frs1, frs2, frs3, rm")
{
    return fma_d(c, a, neg_d(c, fd(c, a->rs1)), fd(c, a->rs2), fd(c, a->rs3));
}

INSN(fnmadd_d, "rs3 01 rs2 rs1 rm rd 1001111", "frd, frs1, frs2, frs3, rm")
{
    return fma_d(c, a, neg_d(c, fd(c, a->rs1)), fd(c, a->rs2), neg_d(c, fd(c, a->rs3)));
}

INSN(fadd_d, "0000001 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fd(c, a->rd, ir_fadd(c, F64, rm(c), fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fsub_d, "0000101 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fd(c, a->rd, ir_fsub(c, F64, rm(c), fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fmul_d, "0001001 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fd(c, a->rd, ir_fmul(c, F64, rm(c), fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fdiv_d, "0001101 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fd(c, a->rd, ir_fdiv(c, F64, rm(c), fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fsqrt_d, "0101101 00000 rs1 rm rd 1010011", "frd, frs1, rm")
{
    return set_fd(c, a->rd, ir_fsqrt(c, F64, rm(c), fd(c, a->rs1)));
}

INSN(fmin_d, "0010101 rs2 rs1 000 rd 1010011", "frd, frs1, frs2")
{
    return set_fd(c, a->rd, ir_fmin(c, F64, FP_RNE, fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fmax_d, "0010101 rs2 rs1 001 rd 1010011", "frd, frs1, frs2")
{
    return set_fd(c, a->rd, ir_fmax(c, F64, FP_RNE, fd(c, a->rs1), fd(c, a->rs2)));
}

/* ---- signs: with both sources the same these are fmv, fneg and fabs ---- */

INSN(fsgnj_d, "0010001 rs2 rs1 000 rd 1010011", "frd, frs1, frs2")
{
    Val x = fd(c, a->rs1);

    return set_fd(c, a->rd, a->rs1 == a->rs2 ? x : ir_fsgnj(c, F64, FP_RNE, x, fd(c, a->rs2)));
}

INSN(fsgnjn_d, "0010001 rs2 rs1 001 rd 1010011", "frd, frs1, frs2")
{
    Val x = fd(c, a->rs1);

    return set_fd(c, a->rd,
                  a->rs1 == a->rs2 ? neg_d(c, x)
                                   : ir_fsgnj(c, F64, FP_RNE, x, neg_d(c, fd(c, a->rs2))));
}

INSN(fsgnjx_d, "0010001 rs2 rs1 010 rd 1010011", "frd, frs1, frs2")
{
    Val x = fd(c, a->rs1), bits, sign;

    if (a->rs1 == a->rs2) {
        return set_fd(c, a->rd, ir_fabs(c, F64, FP_RNE, x));
    }
    bits = ir_f2bits(c, F64, FP_RNE, x);
    sign = ir_and(c, ir_f2bits(c, F64, FP_RNE, fd(c, a->rs2)), ir_const(c, BIT(63)));
    return set_fd(c, a->rd, ir_bits2f(c, F64, FP_RNE, ir_xor(c, bits, sign)));
}

/* ---- comparisons ---- */

INSN(feq_d, "1010001 rs2 rs1 010 rd 1010011", "rd, frs1, frs2")
{
    return set_gpr_fp(c, a->rd, ir_feq(c, F64, FP_RNE, fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(flt_d, "1010001 rs2 rs1 001 rd 1010011", "rd, frs1, frs2")
{
    return set_gpr_fp(c, a->rd, ir_flt(c, F64, FP_RNE, fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fle_d, "1010001 rs2 rs1 000 rd 1010011", "rd, frs1, frs2")
{
    return set_gpr_fp(c, a->rd, ir_fle(c, F64, FP_RNE, fd(c, a->rs1), fd(c, a->rs2)));
}

INSN(fclass_d, "1110001 00000 rs1 001 rd 1010011", "rd, frs1")
{
    return set_gpr(c, a->rd, ir_fclass(c, F64, FP_RNE, fd(c, a->rs1)));
}

/* ---- conversions ---- */

INSN(fcvt_w_d, "1100001 00000 rs1 rm rd 1010011", "rd, frs1, rm")
{
    return set_gpr_fp(c, a->rd, ir_f2i32(c, F64, rm(c), fd(c, a->rs1)));
}

INSN(fcvt_wu_d, "1100001 00001 rs1 rm rd 1010011", "rd, frs1, rm")
{
    return set_gpr_fp(c, a->rd, ir_f2u32(c, F64, rm(c), fd(c, a->rs1)));
}

INSN(fcvt_l_d, "1100001 00010 rs1 rm rd 1010011", "rd, frs1, rm", .also = EXT_rv64)
{
    return set_gpr_fp(c, a->rd, ir_f2i64(c, F64, rm(c), fd(c, a->rs1)));
}

INSN(fcvt_lu_d, "1100001 00011 rs1 rm rd 1010011", "rd, frs1, rm", .also = EXT_rv64)
{
    return set_gpr_fp(c, a->rd, ir_f2u64(c, F64, rm(c), fd(c, a->rs1)));
}

INSN(fcvt_d_w, "1101001 00000 rs1 rm rd 1010011", "frd, rs1")
{
    return set_fd(c, a->rd, ir_i32_2f(c, F64, rm(c), gpr(c, a->rs1)));
}

INSN(fcvt_d_wu, "1101001 00001 rs1 rm rd 1010011", "frd, rs1")
{
    return set_fd(c, a->rd, ir_u32_2f(c, F64, rm(c), gpr(c, a->rs1)));
}

INSN(fcvt_d_l, "1101001 00010 rs1 rm rd 1010011", "frd, rs1, rm", .also = EXT_rv64)
{
    return set_fd(c, a->rd, ir_i64_2f(c, F64, rm(c), gpr(c, a->rs1)));
}

INSN(fcvt_d_lu, "1101001 00011 rs1 rm rd 1010011", "frd, rs1, rm", .also = EXT_rv64)
{
    return set_fd(c, a->rd, ir_u64_2f(c, F64, rm(c), gpr(c, a->rs1)));
}

/* ---- the other format ---- */

INSN(fcvt_s_d, "0100000 00001 rs1 rm rd 1010011", "frd, frs1, rm")
{
    return set_fs(c, a->rd, ir_f2f(c, F64, rm(c), fd(c, a->rs1)));
}

INSN(fcvt_d_s, "0100001 00000 rs1 rm rd 1010011", "frd, frs1")
{
    return set_fd(c, a->rd, ir_f2f(c, F32, rm(c), fs(c, a->rs1)));
}

/* ---- bits ---- */

INSN(fmv_x_d, "1110001 00000 rs1 000 rd 1010011", "rd, frs1", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_f2bits(c, F64, FP_RNE, fd(c, a->rs1)));
}

INSN(fmv_d_x, "1111001 00000 rs1 000 rd 1010011", "frd, rs1", .also = EXT_rv64)
{
    return set_fd(c, a->rd, ir_bits2f(c, F64, FP_RNE, gpr(c, a->rs1)));
}
