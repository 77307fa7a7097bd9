/* SPDX-License-Identifier: MIT */
/* F: single-precision floating point (unpriv chapter 12).  rm(c) is the instruction's rounding
 * mode, already checked; operations that do not round pass FP_RNE. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_f };

INSN(flw, "imm[11:0] rs1 010 rd 0000111", "frd, imm(rs1)")
{
    return load_fs(c, a->rd, gpr(c, a->rs1), a->imm);
}

INSN(fsw, "imm[11:5] rs2 rs1 010 imm[4:0] 0100111", "frs2, imm(rs1)")
{
    return store_fs(c, gpr(c, a->rs1), a->imm, a->rs2);
}

/* ---- arithmetic ---- */

/* @x * @y + @z, the product or the sum already negated by its operands. */
static bool fma_s(Ir *c, const InsnArgs *a, Val x, Val y, Val z)
{
    return set_fs(c, a->rd, ir_fma(c, F32, rm(c), x, y, z));
}

static Val neg_s(Ir *c, Val x)
{
    return ir_fneg(c, F32, FP_RNE, x);
}

INSN(fmadd_s, "rs3 00 rs2 rs1 rm rd 1000011", "frd, frs1, frs2, frs3, rm")
{
    return fma_s(c, a, fs(c, a->rs1), fs(c, a->rs2), fs(c, a->rs3));
}

INSN(fmsub_s, "rs3 00 rs2 rs1 rm rd 1000111", "frd, frs1, frs2, frs3, rm")
{
    return fma_s(c, a, fs(c, a->rs1), fs(c, a->rs2), neg_s(c, fs(c, a->rs3)));
}

INSN(fnmsub_s, "rs3 00 rs2 rs1 rm rd 1001011", "frd, frs1, frs2, frs3, rm")
{
    return fma_s(c, a, neg_s(c, fs(c, a->rs1)), fs(c, a->rs2), fs(c, a->rs3));
}

INSN(fnmadd_s, "rs3 00 rs2 rs1 rm rd 1001111", "frd, frs1, frs2, frs3, rm")
{
    return fma_s(c, a, neg_s(c, fs(c, a->rs1)), fs(c, a->rs2), neg_s(c, fs(c, a->rs3)));
}

INSN(fadd_s, "0000000 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fs(c, a->rd, ir_fadd(c, F32, rm(c), fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fsub_s, "0000100 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fs(c, a->rd, ir_fsub(c, F32, rm(c), fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fmul_s, "0001000 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fs(c, a->rd, ir_fmul(c, F32, rm(c), fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fdiv_s, "0001100 rs2 rs1 rm rd 1010011", "frd, frs1, frs2, rm")
{
    return set_fs(c, a->rd, ir_fdiv(c, F32, rm(c), fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fsqrt_s, "0101100 00000 rs1 rm rd 1010011", "frd, frs1, rm")
{
    return set_fs(c, a->rd, ir_fsqrt(c, F32, rm(c), fs(c, a->rs1)));
}

INSN(fmin_s, "0010100 rs2 rs1 000 rd 1010011", "frd, frs1, frs2")
{
    return set_fs(c, a->rd, ir_fmin(c, F32, FP_RNE, fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fmax_s, "0010100 rs2 rs1 001 rd 1010011", "frd, frs1, frs2")
{
    return set_fs(c, a->rd, ir_fmax(c, F32, FP_RNE, fs(c, a->rs1), fs(c, a->rs2)));
}

/* ---- signs: with both sources the same these are fmv, fneg and fabs ---- */

INSN(fsgnj_s, "0010000 rs2 rs1 000 rd 1010011", "frd, frs1, frs2")
{
    Val x = fs(c, a->rs1);

    return set_fs(c, a->rd, a->rs1 == a->rs2 ? x : ir_fsgnj(c, F32, FP_RNE, x, fs(c, a->rs2)));
}

INSN(fsgnjn_s, "0010000 rs2 rs1 001 rd 1010011", "frd, frs1, frs2")
{
    Val x = fs(c, a->rs1);

    return set_fs(c, a->rd,
                  a->rs1 == a->rs2 ? neg_s(c, x)
                                   : ir_fsgnj(c, F32, FP_RNE, x, neg_s(c, fs(c, a->rs2))));
}

INSN(fsgnjx_s, "0010000 rs2 rs1 010 rd 1010011", "frd, frs1, frs2")
{
    Val x = fs(c, a->rs1), bits, sign;

    if (a->rs1 == a->rs2) {
        return set_fs(c, a->rd, ir_fabs(c, F32, FP_RNE, x));
    }
    bits = ir_f2bits(c, F32, FP_RNE, x);
    sign = ir_and(c, ir_f2bits(c, F32, FP_RNE, fs(c, a->rs2)), ir_const(c, BIT(31)));
    return set_fs(c, a->rd, ir_bits2f(c, F32, FP_RNE, ir_xor(c, bits, sign)));
}

/* ---- comparisons ---- */

INSN(feq_s, "1010000 rs2 rs1 010 rd 1010011", "rd, frs1, frs2")
{
    return set_gpr_fp(c, a->rd, ir_feq(c, F32, FP_RNE, fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(flt_s, "1010000 rs2 rs1 001 rd 1010011", "rd, frs1, frs2")
{
    return set_gpr_fp(c, a->rd, ir_flt(c, F32, FP_RNE, fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fle_s, "1010000 rs2 rs1 000 rd 1010011", "rd, frs1, frs2")
{
    return set_gpr_fp(c, a->rd, ir_fle(c, F32, FP_RNE, fs(c, a->rs1), fs(c, a->rs2)));
}

INSN(fclass_s, "1110000 00000 rs1 001 rd 1010011", "rd, frs1")
{
    return set_gpr(c, a->rd, ir_fclass(c, F32, FP_RNE, fs(c, a->rs1)));
}

/* ---- conversions ---- */

INSN(fcvt_w_s, "1100000 00000 rs1 rm rd 1010011", "rd, frs1, rm")
{
    return set_gpr_fp(c, a->rd, ir_f2i32(c, F32, rm(c), fs(c, a->rs1)));
}

INSN(fcvt_wu_s, "1100000 00001 rs1 rm rd 1010011", "rd, frs1, rm")
{
    return set_gpr_fp(c, a->rd, ir_f2u32(c, F32, rm(c), fs(c, a->rs1)));
}

INSN(fcvt_l_s, "1100000 00010 rs1 rm rd 1010011", "rd, frs1, rm", .also = EXT_rv64)
{
    return set_gpr_fp(c, a->rd, ir_f2i64(c, F32, rm(c), fs(c, a->rs1)));
}

INSN(fcvt_lu_s, "1100000 00011 rs1 rm rd 1010011", "rd, frs1, rm", .also = EXT_rv64)
{
    return set_gpr_fp(c, a->rd, ir_f2u64(c, F32, rm(c), fs(c, a->rs1)));
}

INSN(fcvt_s_w, "1101000 00000 rs1 rm rd 1010011", "frd, rs1, rm")
{
    return set_fs(c, a->rd, ir_i32_2f(c, F32, rm(c), gpr(c, a->rs1)));
}

INSN(fcvt_s_wu, "1101000 00001 rs1 rm rd 1010011", "frd, rs1, rm")
{
    return set_fs(c, a->rd, ir_u32_2f(c, F32, rm(c), gpr(c, a->rs1)));
}

INSN(fcvt_s_l, "1101000 00010 rs1 rm rd 1010011", "frd, rs1, rm", .also = EXT_rv64)
{
    return set_fs(c, a->rd, ir_i64_2f(c, F32, rm(c), gpr(c, a->rs1)));
}

INSN(fcvt_s_lu, "1101000 00011 rs1 rm rd 1010011", "frd, rs1, rm", .also = EXT_rv64)
{
    return set_fs(c, a->rd, ir_u64_2f(c, F32, rm(c), gpr(c, a->rs1)));
}

/* ---- bits, as they are: no check of the box ---- */

INSN(fmv_x_w, "1110000 00000 rs1 000 rd 1010011", "rd, frs1")
{
    return set_gpr_w(c, a->rd, ir_f2bits(c, F32, FP_RNE, fd(c, a->rs1)));
}

INSN(fmv_w_x, "1111000 00000 rs1 000 rd 1010011", "frd, rs1")
{
    return set_fs(c, a->rd, ir_bits2f(c, F32, FP_RNE, gpr(c, a->rs1)));
}
