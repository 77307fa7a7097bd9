/* SPDX-License-Identifier: MIT */
/* Zbb: basic bit manipulation (RISC-V bit manipulation 1.0, section 2.2). */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_zbb };

/* ---- logic with one operand inverted ---- */

INSN(andn, "0100000 rs2 rs1 111 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_andc(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(orn, "0100000 rs2 rs1 110 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_orc(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(xnor, "0100000 rs2 rs1 100 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_eqv(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

/* ---- counting ---- */

INSN(clz, "0110000 00000 rs1 001 rd 0010011", "rd, rs1")
{
    return set_gpr(c, a->rd, ir_result(c, IR_clz, xtype(c), gpr(c, a->rs1), VAL_NONE, VAL_NONE));
}

INSN(ctz, "0110000 00001 rs1 001 rd 0010011", "rd, rs1")
{
    return set_gpr(c, a->rd, ir_result(c, IR_ctz, xtype(c), gpr(c, a->rs1), VAL_NONE, VAL_NONE));
}

INSN(cpop, "0110000 00010 rs1 001 rd 0010011", "rd, rs1")
{
    return set_gpr(c, a->rd, ir_popcnt(c, gpr(c, a->rs1)));
}

INSN(clzw, "0110000 00000 rs1 001 rd 0011011", "rd, rs1", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_clz_32(c, gpr(c, a->rs1)));
}

INSN(ctzw, "0110000 00001 rs1 001 rd 0011011", "rd, rs1", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_ctz_32(c, gpr(c, a->rs1)));
}

INSN(cpopw, "0110000 00010 rs1 001 rd 0011011", "rd, rs1", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_popcnt_32(c, gpr(c, a->rs1)));
}

/* ---- minimum and maximum ---- */

/* rd = rs1 if "rs1 cond rs2", else rs2 */
static bool choose(Ir *c, const InsnArgs *a, IrCond cond)
{
    Val x = gpr(c, a->rs1), y = gpr(c, a->rs2);

    return set_gpr(c, a->rd, ir_select(c, cond, x, y, x, y));
}

INSN(max, "0000101 rs2 rs1 110 rd 0110011", "rd, rs1, rs2")
{
    return choose(c, a, IR_GE);
}

INSN(maxu, "0000101 rs2 rs1 111 rd 0110011", "rd, rs1, rs2")
{
    return choose(c, a, IR_GEU);
}

INSN(min, "0000101 rs2 rs1 100 rd 0110011", "rd, rs1, rs2")
{
    return choose(c, a, IR_LT);
}

INSN(minu, "0000101 rs2 rs1 101 rd 0110011", "rd, rs1, rs2")
{
    return choose(c, a, IR_LTU);
}

/* ---- extension ---- */

INSN(sext_b, "0110000 00100 rs1 001 rd 0010011", "rd, rs1")
{
    return set_gpr(c, a->rd, ir_sext8(c, gpr(c, a->rs1)));
}

INSN(sext_h, "0110000 00101 rs1 001 rd 0010011", "rd, rs1")
{
    return set_gpr(c, a->rd, ir_sext16(c, gpr(c, a->rs1)));
}

INSN(zext_h, "0000100 00000 rs1 100 rd 0111011", "rd, rs1", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_zext16(c, gpr(c, a->rs1)));
}

INSN(zext_h_32, "0000100 00000 rs1 100 rd 0110011", "rd, rs1", .also = EXT_rv32,
     .mnemonic = "zext.h")
{
    return set_gpr(c, a->rd, ir_zext16(c, gpr(c, a->rs1)));
}

/* ---- rotation ---- */

INSN(rol, "0110000 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_rotl(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(ror, "0110000 rs2 rs1 101 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_rotr(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(rori, "011000 shamt[5:0] rs1 101 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_rotr(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(rolw, "0110000 rs2 rs1 001 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_rotl_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(rorw, "0110000 rs2 rs1 101 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_rotr_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(roriw, "0110000 shamt[4:0] rs1 101 rd 0011011", "rd, rs1, shamt", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_rotr_32(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

/* ---- bytes ---- */

INSN(orc_b, "001010000111 rs1 101 rd 0010011", "rd, rs1")
{
    return set_gpr(c, a->rd, ir_orcb(c, gpr(c, a->rs1)));
}

INSN(rev8, "011010111000 rs1 101 rd 0010011", "rd, rs1", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_bswap(c, gpr(c, a->rs1)));
}

INSN(rev8_32, "011010011000 rs1 101 rd 0010011", "rd, rs1", .also = EXT_rv32, .mnemonic = "rev8")
{
    return set_gpr(c, a->rd, ir_bswap(c, gpr(c, a->rs1)));
}
