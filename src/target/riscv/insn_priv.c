/* SPDX-License-Identifier: MIT */
/* Privileged instructions (priv 3.3 and 4.2), Svinval, fence.i and cache-block operations.  The
 * helpers check whether the current privilege may execute them. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_i };

/* ---- returns and waiting ---- */

INSN(mret, "0011000 00010 00000 000 00000 1110011", "")
{
    return end_block(c, ir_call0(c, &helper_row_riscv_mret), true);
}

INSN(sret, "0001000 00010 00000 000 00000 1110011", "", .also = EXT_s)
{
    return end_block(c, ir_call0(c, &helper_row_riscv_sret), true);
}

INSN(wfi, "0001000 00101 00000 000 00000 1110011", "")
{
    ir_call0(c, &helper_row_riscv_wfi);
    return leave_behind(c);
}

/* ---- fences of address translation ---- */

static bool flush_translations(Ir *c, const InsnArgs *a)
{
    ir_call3(c, &helper_row_riscv_sfence_vma, gpr(c, a->rs1), gpr(c, a->rs2),
             ir_const(c, (a->rs1 ? SFENCE_VA : 0) | (a->rs2 ? SFENCE_ASID : 0)));
    return leave_behind(c);
}

INSN(sfence_vma, "0001001 rs2 rs1 000 00000 1110011", "rs1, rs2", .also = EXT_s)
{
    return flush_translations(c, a);
}

INSN(sinval_vma, "0001011 rs2 rs1 000 00000 1110011", "rs1, rs2", .also = EXT_svinval)
{
    return flush_translations(c, a);
}

/* sinval.vma works at once, so the fences that would complete it have nothing to do. */
INSN(sfence_w_inval, "0001100 00000 00000 000 00000 1110011", "", .also = EXT_svinval)
{
    ir_call0(c, &helper_row_riscv_svinval_fence);
    return true;
}

INSN(sfence_inval_ir, "0001100 00001 00000 000 00000 1110011", "", .also = EXT_svinval)
{
    ir_call0(c, &helper_row_riscv_svinval_fence);
    return true;
}

/* ---- instruction memory ---- */

/* A store to code drops the blocks that it changes, whoever made it: what is left to do is to look
 * the next block up anew. */
INSN(fence_i, "imm[11:0] rs1 001 rd 0001111", "", .also = EXT_zifencei)
{
    ir_fence(c);
    return leave_behind(c);
}

/* ---- cache blocks ---- */

static bool cache_block(Ir *c, const InsnArgs *a, unsigned operation)
{
    ir_call2(c, &helper_row_riscv_cbo, gpr(c, a->rs1), ir_const(c, operation));
    return leave_behind(c); /* cbo.zero may have hit this very block */
}

INSN(cbo_inval, "000000000000 rs1 010 00000 0001111", "(rs1)", .also = EXT_zicbom)
{
    return cache_block(c, a, 0);
}

INSN(cbo_clean, "000000000001 rs1 010 00000 0001111", "(rs1)", .also = EXT_zicbom)
{
    return cache_block(c, a, 1);
}

INSN(cbo_flush, "000000000010 rs1 010 00000 0001111", "(rs1)", .also = EXT_zicbom)
{
    return cache_block(c, a, 2);
}

INSN(cbo_zero, "000000000100 rs1 010 00000 0001111", "(rs1)", .also = EXT_zicboz)
{
    return cache_block(c, a, 4);
}
