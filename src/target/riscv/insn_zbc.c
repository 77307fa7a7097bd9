/* SPDX-License-Identifier: MIT */
/* Zbc: carry-less multiplication (RISC-V bit manipulation 1.0, section 2.3). */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_zbc };

INSN(clmul, "0000101 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_clmul(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(clmulh, "0000101 rs2 rs1 011 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_clmulh(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

/* Bits 2*XLEN-2 ... XLEN-1 of the product. */
INSN(clmulr, "0000101 rs2 rs1 010 rd 0110011", "rd, rs1, rs2")
{
    Val x = gpr(c, a->rs1), y = gpr(c, a->rs2);
    Val high = ir_shl(c, ir_clmulh(c, x, y), ir_const(c, 1));
    Val low = ir_clmul(c, x, y);

    return set_gpr(c, a->rd, ir_or(c, high, ir_shr(c, low, ir_const(c, xlen(c) - 1))));
}
