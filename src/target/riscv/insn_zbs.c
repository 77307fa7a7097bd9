/* SPDX-License-Identifier: MIT */
/* Zbs: single bits (RISC-V bit manipulation 1.0, section 2.4).  The bit's number counts modulo
 * XLEN, as IR shifts do. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_zbs };

typedef Val (*BitOp)(Ir *c, Val x, Val mask);

static Val extract(Ir *c, Val x, Val number)
{
    return ir_and(c, ir_shr(c, x, number), ir_const(c, 1));
}

/* rd = rs1 OP (1 << number) */
static bool one_bit(Ir *c, const InsnArgs *a, BitOp op, Val number)
{
    /* 1 as a value of XLEN bits: a constant has no width of its own */
    Val mask = ir_result(c, IR_shl, xtype(c), ir_const(c, 1), number, VAL_NONE);

    return set_gpr(c, a->rd, op(c, gpr(c, a->rs1), mask));
}

INSN(bclr, "0100100 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return one_bit(c, a, ir_andc, gpr(c, a->rs2));
}

INSN(bset, "0010100 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return one_bit(c, a, ir_or, gpr(c, a->rs2));
}

INSN(binv, "0110100 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return one_bit(c, a, ir_xor, gpr(c, a->rs2));
}

INSN(bext, "0100100 rs2 rs1 101 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, extract(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

/* The immediate forms: a bit that rv32 lacks is illegal there. */
INSN(bclri, "010010 shamt[5:0] rs1 001 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && one_bit(c, a, ir_andc, ir_const(c, a->imm));
}

INSN(bseti, "001010 shamt[5:0] rs1 001 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && one_bit(c, a, ir_or, ir_const(c, a->imm));
}

INSN(binvi, "011010 shamt[5:0] rs1 001 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && one_bit(c, a, ir_xor, ir_const(c, a->imm));
}

INSN(bexti, "010010 shamt[5:0] rs1 101 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, extract(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}
