/* SPDX-License-Identifier: MIT */
/* Zba: address generation (RISC-V bit manipulation 1.0, section 2.1). */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_zba };

/* rd = (x << shift) + rs2 */
static bool shift_add(Ir *c, const InsnArgs *a, Val x, unsigned shift)
{
    return set_gpr(c, a->rd, ir_add(c, ir_shl(c, x, ir_const(c, shift)), gpr(c, a->rs2)));
}

INSN(sh1add, "0010000 rs2 rs1 010 rd 0110011", "rd, rs1, rs2")
{
    return shift_add(c, a, gpr(c, a->rs1), 1);
}

INSN(sh2add, "0010000 rs2 rs1 100 rd 0110011", "rd, rs1, rs2")
{
    return shift_add(c, a, gpr(c, a->rs1), 2);
}

INSN(sh3add, "0010000 rs2 rs1 110 rd 0110011", "rd, rs1, rs2")
{
    return shift_add(c, a, gpr(c, a->rs1), 3);
}

INSN(add_uw, "0000100 rs2 rs1 000 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_add(c, ir_zext32(c, gpr(c, a->rs1)), gpr(c, a->rs2)));
}

INSN(sh1add_uw, "0010000 rs2 rs1 010 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return shift_add(c, a, ir_zext32(c, gpr(c, a->rs1)), 1);
}

INSN(sh2add_uw, "0010000 rs2 rs1 100 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return shift_add(c, a, ir_zext32(c, gpr(c, a->rs1)), 2);
}

INSN(sh3add_uw, "0010000 rs2 rs1 110 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return shift_add(c, a, ir_zext32(c, gpr(c, a->rs1)), 3);
}

INSN(slli_uw, "000010 shamt[5:0] rs1 001 rd 0011011", "rd, rs1, shamt", .also = EXT_rv64)
{
    return set_gpr(c, a->rd, ir_shl(c, ir_zext32(c, gpr(c, a->rs1)), ir_const(c, a->imm)));
}
