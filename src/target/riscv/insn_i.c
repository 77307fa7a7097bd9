/* SPDX-License-Identifier: MIT */
/* RV32I and RV64I, the base instruction sets (unpriv chapters 2 and 5): what computes, orders and
 * calls.  Loads, stores, branches and jumps are in insn_i_flow.c. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_i };

/* ---- constants ---- */

INSN(lui, "imm[31:12] rd 0110111", "rd, imm")
{
    return set_gpr(c, a->rd, ir_const(c, a->imm));
}

INSN(auipc, "imm[31:12] rd 0010111", "rd, imm")
{
    return set_gpr(c, a->rd, ir_const(c, xtrunc(c, trans(c)->pc + a->imm)));
}

/* ---- register and immediate ---- */

INSN(addi, "imm[11:0] rs1 000 rd 0010011", "rd, rs1, imm")
{
    return set_gpr(c, a->rd, ir_addi(c, gpr(c, a->rs1), a->imm));
}

INSN(slti, "imm[11:0] rs1 010 rd 0010011", "rd, rs1, imm")
{
    return set_gpr(c, a->rd, ir_setcond(c, IR_LT, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(sltiu, "imm[11:0] rs1 011 rd 0010011", "rd, rs1, imm")
{
    return set_gpr(c, a->rd, ir_setcond(c, IR_LTU, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(xori, "imm[11:0] rs1 100 rd 0010011", "rd, rs1, imm")
{
    return set_gpr(c, a->rd, ir_xor(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(ori, "imm[11:0] rs1 110 rd 0010011", "rd, rs1, imm")
{
    return set_gpr(c, a->rd, ir_or(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(andi, "imm[11:0] rs1 111 rd 0010011", "rd, rs1, imm")
{
    return set_gpr(c, a->rd, ir_and(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

/* A shift by the register's width or more is an encoding of rv64 that rv32 lacks. */
INSN(slli, "000000 shamt[5:0] rs1 001 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_shl(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(srli, "000000 shamt[5:0] rs1 101 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_shr(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(srai, "010000 shamt[5:0] rs1 101 rd 0010011", "rd, rs1, shamt")
{
    return a->imm < xlen(c) && set_gpr(c, a->rd, ir_sar(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(addiw, "imm[11:0] rs1 000 rd 0011011", "rd, rs1, imm", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_add_32(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(slliw, "0000000 shamt[4:0] rs1 001 rd 0011011", "rd, rs1, shamt", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_shl_32(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(srliw, "0000000 shamt[4:0] rs1 101 rd 0011011", "rd, rs1, shamt", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_shr_32(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

INSN(sraiw, "0100000 shamt[4:0] rs1 101 rd 0011011", "rd, rs1, shamt", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_sar_32(c, gpr(c, a->rs1), ir_const(c, a->imm)));
}

/* ---- two registers ---- */

INSN(add, "0000000 rs2 rs1 000 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_add(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(sub, "0100000 rs2 rs1 000 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_sub(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(sll, "0000000 rs2 rs1 001 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_shl(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(slt, "0000000 rs2 rs1 010 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_setcond(c, IR_LT, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(sltu, "0000000 rs2 rs1 011 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_setcond(c, IR_LTU, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(xor, "0000000 rs2 rs1 100 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_xor(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(srl, "0000000 rs2 rs1 101 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_shr(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(sra, "0100000 rs2 rs1 101 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_sar(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(or, "0000000 rs2 rs1 110 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_or(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(and, "0000000 rs2 rs1 111 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_and(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(addw, "0000000 rs2 rs1 000 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_add_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(subw, "0100000 rs2 rs1 000 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_sub_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(sllw, "0000000 rs2 rs1 001 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_shl_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(srlw, "0000000 rs2 rs1 101 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_shr_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(sraw, "0100000 rs2 rs1 101 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_sar_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

/* ---- order, and calls to what runs above ---- */

/* x86 lets only a later load overtake an earlier store: other fences cost nothing there. */
#if defined(__x86_64__) || defined(__i386__)
static const bool host_keeps_order = true;
#else
static const bool host_keeps_order = false;
#endif

enum {
    FENCE_TSO = 8,   /* fm: all orders but that one */
    FENCE_PAUSE = 1, /* pred, with succ 0: orders nothing; in loops that wait for another hart */
};

/* pred and succ: input 8, output 4, read 2, write 1. */
INSN(fence, "fm pred succ rs1 000 rd 0001111", "pred, succ")
{
    if (a->pred == FENCE_PAUSE && !a->succ) {
        ir_call0(c, &helper_row_riscv_pause);
        return leave_behind(c);
    }
    if (!host_keeps_order || (a->pred & 5 && a->succ & 10 && a->fm != FENCE_TSO)) {
        ir_fence(c);
    }
    return true;
}

INSN(ecall, "000000000000 00000 000 00000 1110011", "")
{
    return raise_exception(c, RISCV_EXCP_U_ECALL + tbf_priv(trans(c)->flags), ir_const(c, 0));
}

INSN(ebreak, "000000000001 00000 000 00000 1110011", "")
{
    return raise_exception(c, RISCV_EXCP_BREAKPOINT, ir_const(c, 0));
}
