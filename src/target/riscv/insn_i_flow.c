/* SPDX-License-Identifier: MIT */
/* Loads, stores, branches and jumps of RV32I and RV64I (unpriv 2.5, 2.6 and 5.3): where values come
 * from when not from registers, and where control goes when not to the next instruction.
 *
 * The functions are shared with the compressed and the floating-point instructions, which only
 * differ in how they name their operands.
 *
 * A block does not end at a branch.  Forward, the taken branch leaves through a side exit behind
 * the block's end; backward, it leaves in the main line, by an exit that tests for interrupts, so
 * that every loop has such a test:
 *
 *     beq a0, a1, fwd     brcond a0 == a1 -> S        bne a0, a1, back    brcond a0 == a1 -> L
 *     ...                 ...                                             exit_tb back, check
 *                     S:  exit_tb fwd                                 L:  ...
 */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_i };

/* ---- memory ---- */

Val address(Ir *c, Val base, int64_t *off)
{
    uint64_t k;

    if (ir_is_const(c, base, &k)) {
        base = ir_const(c, xtrunc(c, k + *off));
        *off = 0;
    } else if (rv32(c) && *off) {
        base = ir_addi(c, base, *off);
        *off = 0;
    }
    return base;
}

bool load(Ir *c, unsigned rd, Val base, int64_t off, MemOp m)
{
    Val addr = address(c, base, &off);

    return set_gpr(c, rd, ir_ld(c, xtype(c), addr, off, memop(c, m)));
}

bool store(Ir *c, Val base, int64_t off, Val v, MemOp m)
{
    Val addr = address(c, base, &off);

    ir_st(c, xtype(c), addr, off, v, memop(c, m));
    return true;
}

INSN(lb, "imm[11:0] rs1 000 rd 0000011", "rd, imm(rs1)")
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_8 | MO_SIGN);
}

INSN(lh, "imm[11:0] rs1 001 rd 0000011", "rd, imm(rs1)")
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_16 | MO_SIGN);
}

INSN(lw, "imm[11:0] rs1 010 rd 0000011", "rd, imm(rs1)")
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_32 | MO_SIGN);
}

INSN(ld, "imm[11:0] rs1 011 rd 0000011", "rd, imm(rs1)", .also = EXT_rv64)
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_64);
}

INSN(lbu, "imm[11:0] rs1 100 rd 0000011", "rd, imm(rs1)")
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_8);
}

INSN(lhu, "imm[11:0] rs1 101 rd 0000011", "rd, imm(rs1)")
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_16);
}

INSN(lwu, "imm[11:0] rs1 110 rd 0000011", "rd, imm(rs1)", .also = EXT_rv64)
{
    return load(c, a->rd, gpr(c, a->rs1), a->imm, MO_32);
}

INSN(sb, "imm[11:5] rs2 rs1 000 imm[4:0] 0100011", "rs2, imm(rs1)")
{
    return store(c, gpr(c, a->rs1), a->imm, gpr(c, a->rs2), MO_8);
}

INSN(sh, "imm[11:5] rs2 rs1 001 imm[4:0] 0100011", "rs2, imm(rs1)")
{
    return store(c, gpr(c, a->rs1), a->imm, gpr(c, a->rs2), MO_16);
}

INSN(sw, "imm[11:5] rs2 rs1 010 imm[4:0] 0100011", "rs2, imm(rs1)")
{
    return store(c, gpr(c, a->rs1), a->imm, gpr(c, a->rs2), MO_32);
}

INSN(sd, "imm[11:5] rs2 rs1 011 imm[4:0] 0100011", "rs2, imm(rs1)", .also = EXT_rv64)
{
    return store(c, gpr(c, a->rs1), a->imm, gpr(c, a->rs2), MO_64);
}

/* ---- leaving for a pc that the code itself names ---- */

/* A page away the mapping may differ by the time the exit is taken: so only exits inside the
 * block's page are chained, and not to the last halfword of it, where an instruction may begin that
 * ends in the next. */
void exit_to(Ir *c, uint64_t pc, bool check)
{
    TbRequest *r = trans(c)->r;

    if (r->single_step) {
        ir_exit_loop(c, ir_const(c, pc));
    } else if ((pc ^ r->key.pc) & TCG_PAGE_MASK || is_last_halfword(pc)) {
        ir_exit_pc(c, ir_const(c, pc));
    } else {
        ir_exit_tb(c, pc, check);
    }
}

/* May the pc become @pc?  Without compressed instructions it must be a multiple of 4. */
static bool pc_is_aligned(const Ir *c, uint64_t pc)
{
    return !(pc & 2) || trans(c)->ext & EXT_c;
}

/* ---- branches ---- */

bool branch(Ir *c, IrCond cond, Val a, Val b, int64_t off)
{
    Trans *t = trans(c);
    uint64_t target = xtrunc(c, t->pc + off);
    unsigned label = ir_new_label(c);

    if (pc_is_aligned(c, target) && target > t->pc) {
        ir_brcond(c, cond, a, b, label);
        t->side[t->nsides++] = (SideExit){label, c->nops - 1, target};
        return true;
    }
    ir_brcond(c, ir_cond_invert(cond), a, b, label);
    if (pc_is_aligned(c, target)) {
        exit_to(c, target, true);
    } else {
        raise_exception(c, RISCV_EXCP_INST_MISALIGNED, ir_const(c, target));
        t->done = false; /* that was the branch taken */
    }
    ir_label(c, label);
    return true;
}

INSN(beq, "imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return branch(c, IR_EQ, gpr(c, a->rs1), gpr(c, a->rs2), a->imm);
}

INSN(bne, "imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return branch(c, IR_NE, gpr(c, a->rs1), gpr(c, a->rs2), a->imm);
}

INSN(blt, "imm[12|10:5] rs2 rs1 100 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return branch(c, IR_LT, gpr(c, a->rs1), gpr(c, a->rs2), a->imm);
}

INSN(bge, "imm[12|10:5] rs2 rs1 101 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return branch(c, IR_GE, gpr(c, a->rs1), gpr(c, a->rs2), a->imm);
}

INSN(bltu, "imm[12|10:5] rs2 rs1 110 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return branch(c, IR_LTU, gpr(c, a->rs1), gpr(c, a->rs2), a->imm);
}

INSN(bgeu, "imm[12|10:5] rs2 rs1 111 imm[4:1|11] 1100011", "rs1, rs2, imm")
{
    return branch(c, IR_GEU, gpr(c, a->rs1), gpr(c, a->rs2), a->imm);
}

/* ---- jumps ---- */

bool jump(Ir *c, unsigned rd, int64_t off)
{
    Trans *t = trans(c);
    uint64_t target = xtrunc(c, t->pc + off);

    if (!pc_is_aligned(c, target)) {
        return raise_exception(c, RISCV_EXCP_INST_MISALIGNED, ir_const(c, target));
    }
    set_gpr(c, rd, ir_const(c, t->next_pc));
    if (target > t->pc && !((target ^ t->r->key.pc) & TCG_PAGE_MASK)) {
        t->next_pc = target; /* the block goes on there */
        return true;
    }
    exit_to(c, target, target <= t->pc);
    t->done = true;
    return true;
}

static Val sum_even(Ir *c, Val base, int64_t off)
{
    Val sum = address(c, base, &off);

    return ir_and(c, off ? ir_addi(c, sum, off) : sum, ir_const(c, ~(uint64_t)1));
}

bool jump_register(Ir *c, unsigned rd, Val base, int64_t off)
{
    Trans *t = trans(c);
    Val target = sum_even(c, base, off);

    if (!(t->ext & EXT_c)) {
        unsigned label = ir_new_label(c);

        ir_brcond(c, IR_EQ, ir_and(c, target, ir_const(c, 2)), ir_const(c, 0), label);
        raise_exception(c, RISCV_EXCP_INST_MISALIGNED, target);
        ir_label(c, label);
        target = sum_even(c, base, off);
    }
    /* Only now: rd may be the base. */
    set_gpr(c, rd, ir_const(c, t->next_pc));
    return end_block(c, target, false);
}

INSN(jal, "imm[20|10:1|11|19:12] rd 1101111", "rd, imm")
{
    return jump(c, a->rd, a->imm);
}

INSN(jalr, "imm[11:0] rs1 000 rd 1100111", "rd, imm(rs1)")
{
    return jump_register(c, a->rd, gpr(c, a->rs1), a->imm);
}
