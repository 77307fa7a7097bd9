/* SPDX-License-Identifier: MIT */
/* M: multiplication and division (unpriv chapter 7).  The IR's division has this chapter's results
 * for division by zero and for overflow. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_m };

INSN(mul, "0000001 rs2 rs1 000 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_mul(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(mulh, "0000001 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_mulhs(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(mulhsu, "0000001 rs2 rs1 010 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_mulhsu(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(mulhu, "0000001 rs2 rs1 011 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_mulhu(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(div, "0000001 rs2 rs1 100 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_divs(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(divu, "0000001 rs2 rs1 101 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_divu(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(rem, "0000001 rs2 rs1 110 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_rems(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(remu, "0000001 rs2 rs1 111 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_remu(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(mulw, "0000001 rs2 rs1 000 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_mul_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(divw, "0000001 rs2 rs1 100 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_divs_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(divuw, "0000001 rs2 rs1 101 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_divu_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(remw, "0000001 rs2 rs1 110 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_rems_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(remuw, "0000001 rs2 rs1 111 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_remu_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}
