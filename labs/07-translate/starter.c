/* SPDX-License-Identifier: MIT */
/* Loads, stores, branches and jumps to IR: your version of src/target/riscv/insn_i_flow.c.
 *
 * target/riscv/translate.h says what each function does and what you may use; tcg/ir.h, under
 * "building", has the functions that append ops; the chapter (README.md beside this file) what form
 * the IR shall have.  Each INSN is a row: its pattern, the bits of the word, was chapter 6 and is
 * given; its body is yours, and gets the block, c, and the fields of the word, a->rd, a->imm, ...
 * (InsnArgs in target/riscv/decode.h).  Functions that you add must be static.
 *
 * As it stands all of these instructions are illegal.  (A body that returns false says so, and must
 * not have appended anything.) */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_i };

/* ---- memory ---- */

Val address(Ir *c, Val base, int64_t *off)
{
    return base; /* exercise 3 */
}

bool load(Ir *c, unsigned rd, Val base, int64_t off, MemOp m)
{
    return false; /* exercise 1 */
}

bool store(Ir *c, Val base, int64_t off, Val v, MemOp m)
{
    return false; /* exercise 2 */
}

INSN(lb, "imm[11:0] rs1 000 rd 0000011", "rd, imm(rs1)")
{
    return false;
}

INSN(lh, "imm[11:0] rs1 001 rd 0000011", "rd, imm(rs1)")
{
    return false;
}

INSN(lw, "imm[11:0] rs1 010 rd 0000011", "rd, imm(rs1)")
{
    return false;
}

INSN(ld, "imm[11:0] rs1 011 rd 0000011", "rd, imm(rs1)", .also = EXT_rv64)
{
    return false;
}

INSN(lbu, "imm[11:0] rs1 100 rd 0000011", "rd, imm(rs1)")
{
    return false;
}

INSN(lhu, "imm[11:0] rs1 101 rd 0000011", "rd, imm(rs1)")
{
    return false;
}

INSN(lwu, "imm[11:0] rs1 110 rd 0000011", "rd, imm(rs1)", .also = EXT_rv64)
{
    return false;
}

INSN(sb, "imm[11:5] rs2 rs1 000 imm[4:0] 0100011", "rs2, imm(rs1)")
{
    return false;
}

INSN(sh, "imm[11:5] rs2 rs1 001 imm[4:0] 0100011", "rs2, imm(rs1)")
{
    return false;
}

INSN(sw, "imm[11:5] rs2 rs1 010 imm[4:0] 0100011", "rs2, imm(rs1)")
{
    return false;
}

INSN(sd, "imm[11:5] rs2 rs1 011 imm[4:0] 0100011", "rs2, imm(rs1)", .also = EXT_rv64)
{
    return false;
}

/* ---- leaving for a pc that the code itself names ---- */

void exit_to(Ir *c, uint64_t pc, bool check)
{
    ir_exit_loop(c, ir_const(c, pc)); /* always right, and slow: exercise 6 */
}

/* ---- branches ---- */

bool branch(Ir *c, IrCond cond, Val a, Val b, int64_t off)
{
    return false; /* exercise 4 */
}

INSN(beq, "imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return false;
}

INSN(bne, "imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return false;
}

INSN(blt, "imm[12|10:5] rs2 rs1 100 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return false;
}

INSN(bge, "imm[12|10:5] rs2 rs1 101 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return false;
}

INSN(bltu, "imm[12|10:5] rs2 rs1 110 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return false;
}

INSN(bgeu, "imm[12|10:5] rs2 rs1 111 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return false;
}

/* ---- jumps ---- */

bool jump(Ir *c, unsigned rd, int64_t off)
{
    return false; /* exercise 5 */
}

bool jump_register(Ir *c, unsigned rd, Val base, int64_t off)
{
    return false; /* exercise 5 */
}

INSN(jal, "imm[20|10:1|11|19:12] rd 1101111", "rd, imm")
{
    return false;
}

INSN(jalr, "imm[11:0] rs1 000 rd 1100111", "rd, imm(rs1)")
{
    return false;
}
