/* SPDX-License-Identifier: MIT */
/* C: compressed instructions (unpriv chapter 16), each short for one of the base sets.  Reserved
 * encodings are illegal; hints do nothing by writing x0. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_c, SP = 2, RA = 1 };

/* ---- quadrant 0: loads and stores off any of x8-x15 ---- */

INSN(c_addi4spn, "000 nzuimm[5:4|9:6|2|3] rd' 00", "rd, sp, imm")
{
    return set_gpr(c, a->rd, ir_addi(c, gpr(c, SP), a->imm));
}

INSN(c_fld, "001 uimm[5:3] rs1' uimm[7:6] rd' 00", "frd, imm(rs1)", .also = EXT_d)
{
    return load_fd(c, a->rd, gpr(c, a->rs1), a->imm);
}

INSN(c_lw, "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "rd, imm(rs1)")
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_32 | MO_SIGN);
}

INSN(c_flw, "011 uimm[5:3] rs1' uimm[2|6] rd' 00", "frd, imm(rs1)", .also = EXT_rv32 | EXT_f)
{
    return load_fs(c, a->rd, gpr(c, a->rs1), a->imm);
}

INSN(c_ld, "011 uimm[5:3] rs1' uimm[7:6] rd' 00", "rd, imm(rs1)", .also = EXT_rv64)
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_64);
}

INSN(c_fsd, "101 uimm[5:3] rs1' uimm[7:6] rs2' 00", "frs2, imm(rs1)", .also = EXT_d)
{
    return store_fd(c, gpr(c, a->rs1), a->imm, a->rs2);
}

INSN(c_sw, "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "rs2, imm(rs1)")
{
    return store(c, gpr(c, a->rs1), a->imm, gpr(c, a->rs2), MO_32);
}

INSN(c_fsw, "111 uimm[5:3] rs1' uimm[2|6] rs2' 00", "frs2, imm(rs1)", .also = EXT_rv32 | EXT_f)
{
    return store_fs(c, gpr(c, a->rs1), a->imm, a->rs2);
}

INSN(c_sd, "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", "rs2, imm(rs1)", .also = EXT_rv64)
{
    return store(c, gpr(c, a->rs1), a->imm, gpr(c, a->rs2), MO_64);
}

/* ---- quadrant 1: immediates, arithmetic, jumps ---- */

INSN(c_nop, "000 imm[5] 00000 imm[4:0] 01", "")
{
    return true;
}

INSN(c_addi, "000 imm[5] rd/rs1!=0 imm[4:0] 01", "rd, imm")
{
    return set_gpr(c, a->rd, ir_addi(c, gpr(c, a->rs1), a->imm));
}

INSN(c_jal, "001 imm[11|4|9:8|10|6|7|3:1|5] 01", "imm", .also = EXT_rv32)
{
    return jump(c, RA, a->imm);
}

INSN(c_addiw, "001 imm[5] rd/rs1!=0 imm[4:0] 01", "rd, imm", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_add_32(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(c_li, "010 imm[5] rd imm[4:0] 01", "rd, imm")
{
    return set_gpr(c, a->rd, ir_const(c, a->imm));
}

INSN(c_addi16sp, "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01", "sp, imm")
{
    return set_gpr(c, SP, ir_addi(c, gpr(c, SP), a->imm));
}

INSN(c_lui, "011 nzimm[17] rd!=2 nzimm[16:12] 01", "rd, imm")
{
    return set_gpr(c, a->rd, ir_const(c, a->imm));
}

/* As for the base shifts: bit 5 of the shift is reserved on rv32. */
INSN(c_srli, "100 shamt[5] 00 rd'/rs1' shamt[4:0] 01", "rd, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_shr(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(c_srai, "100 shamt[5] 01 rd'/rs1' shamt[4:0] 01", "rd, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_sar(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(c_andi, "100 imm[5] 10 rd'/rs1' imm[4:0] 01", "rd, imm")
{
    return set_gpr(c, a->rd, ir_and(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(c_sub, "100 0 11 rd'/rs1' 00 rs2' 01", "rd, rs2")
{
    return set_gpr(c, a->rd, ir_sub(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_xor, "100 0 11 rd'/rs1' 01 rs2' 01", "rd, rs2")
{
    return set_gpr(c, a->rd, ir_xor(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_or, "100 0 11 rd'/rs1' 10 rs2' 01", "rd, rs2")
{
    return set_gpr(c, a->rd, ir_or(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_and, "100 0 11 rd'/rs1' 11 rs2' 01", "rd, rs2")
{
    return set_gpr(c, a->rd, ir_and(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_subw, "100 1 11 rd'/rs1' 00 rs2' 01", "rd, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_sub_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_addw, "100 1 11 rd'/rs1' 01 rs2' 01", "rd, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_add_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_j, "101 imm[11|4|9:8|10|6|7|3:1|5] 01", "imm")
{
    return jump(c, 0, a->imm);
}

INSN(c_beqz, "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1, imm")
{
    return branch(c, IR_EQ, gpr(c, a->rs1), gpr(c, 0), a->imm);
}

INSN(c_bnez, "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1, imm")
{
    return branch(c, IR_NE, gpr(c, a->rs1), gpr(c, 0), a->imm);
}

/* ---- quadrant 2: off the stack pointer, and any two registers ---- */

INSN(c_slli, "000 shamt[5] rd/rs1 shamt[4:0] 10", "rd, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_shl(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(c_fldsp, "001 uimm[5] rd uimm[4:3|8:6] 10", "frd, imm(sp)", .also = EXT_d)
{
    return load_fd(c, a->rd, gpr(c, SP), a->imm);
}

INSN(c_lwsp, "010 uimm[5] rd!=0 uimm[4:2|7:6] 10", "rd, imm(sp)")
{
    return load(c, a->rd, gpr(c, SP), a->imm, MO_32 | MO_SIGN);
}

INSN(c_flwsp, "011 uimm[5] rd uimm[4:2|7:6] 10", "frd, imm(sp)", .also = EXT_rv32 | EXT_f)
{
    return load_fs(c, a->rd, gpr(c, SP), a->imm);
}

INSN(c_ldsp, "011 uimm[5] rd!=0 uimm[4:3|8:6] 10", "rd, imm(sp)", .also = EXT_rv64)
{
    return load(c, a->rd, gpr(c, SP), a->imm, MO_64);
}

INSN(c_jr, "100 0 rs1!=0 00000 10", "rs1")
{
    return jump_register(c, 0, gpr(c, a->rs1), 0);
}

INSN(c_mv, "100 0 rd rs2!=0 10", "rd, rs2")
{
    return set_gpr(c, a->rd, gpr(c, a->rs2));
}

INSN(c_ebreak, "100 1 00000 00000 10", "")
{
    return raise_exception(c, RISCV_EXCP_BREAKPOINT, ir_const(c, 0));
}

INSN(c_jalr, "100 1 rs1!=0 00000 10", "rs1")
{
    return jump_register(c, RA, gpr(c, a->rs1), 0);
}

INSN(c_add, "100 1 rd/rs1 rs2!=0 10", "rd, rs2")
{
    return set_gpr(c, a->rd, ir_add(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(c_fsdsp, "101 uimm[5:3|8:6] rs2 10", "frs2, imm(sp)", .also = EXT_d)
{
    return store_fd(c, gpr(c, SP), a->imm, a->rs2);
}

INSN(c_swsp, "110 uimm[5:2|7:6] rs2 10", "rs2, imm(sp)")
{
    return store(c, gpr(c, SP), a->imm, gpr(c, a->rs2), MO_32);
}

INSN(c_fswsp, "111 uimm[5:2|7:6] rs2 10", "frs2, imm(sp)", .also = EXT_rv32 | EXT_f)
{
    return store_fs(c, gpr(c, SP), a->imm, a->rs2);
}

INSN(c_sdsp, "111 uimm[5:3|8:6] rs2 10", "rs2, imm(sp)", .also = EXT_rv64)
{
    return store(c, gpr(c, SP), a->imm, gpr(c, a->rs2), MO_64);
}
