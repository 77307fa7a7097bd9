/* SPDX-License-Identifier: MIT */
/* A: atomic operations (unpriv chapter 8).
 *
 * An AMO is the host's atomic operation.  LR notes the address and the value it loaded; SC succeeds
 * when memory at the same address still holds that value, which one compare-and-exchange finds out.
 * That is weaker than watching for writes: a value that changed and changed back goes unnoticed, as
 * it does to every program that emulates LR/SC so, and no useful program depends on it. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_a };

/* Atomics must be aligned, and their 32-bit results are sign-extended. */
enum { WORD = MO_32 | MO_SIGN | MO_ALIGN, DOUBLE = MO_64 | MO_ALIGN };

static bool load_reserved(Ir *c, const InsnArgs *a, MemOp m)
{
    Val addr = gpr(c, a->rs1), v;

    if (a->rl) {
        ir_fence(c); /* a load that also releases follows all earlier stores */
    }
    v = ir_ld(c, xtype(c), addr, 0, memop(c, m));
    ir_stenv(c, offsetof(CPURISCVState, load_res), addr, MO_64);
    ir_stenv(c, offsetof(CPURISCVState, load_val), v, MO_64);
    return set_gpr(c, a->rd, v);
}

static bool store_conditional(Ir *c, const InsnArgs *a, MemOp m)
{
    unsigned fail = ir_new_label(c), aligned = ir_new_label(c), done = ir_new_label(c);
    uint32_t res = offsetof(CPURISCVState, load_res), val = offsetof(CPURISCVState, load_val);
    Val addr = gpr(c, a->rs1), expected, old;

    ir_brcond(c, IR_NE, ir_ldenv(c, xtype(c), res, MO_64), addr, fail);
    expected = ir_ldenv(c, xtype(c), val, MO_64);
    old = ir_cmpxchg(c, xtype(c), addr, expected, gpr(c, a->rs2), memop(c, m));
    set_gpr(c, a->rd, ir_setcond(c, IR_NE, old, expected));
    ir_br(c, done);
    /* No reservation is for a misaligned address, so only failing ones need the check. */
    ir_label(c, fail);
    ir_brcond(c, IR_EQ, ir_and(c, addr, ir_const(c, memop_bytes(m) - 1)), ir_const(c, 0), aligned);
    ir_call2(c, &helper_row_riscv_raise, ir_const(c, RISCV_EXCP_STORE_MISALIGNED), addr);
    ir_label(c, aligned);
    set_gpr(c, a->rd, ir_const(c, 1));
    ir_label(c, done);
    ir_stenv(c, res, ir_const(c, RISCV_NO_RESERVATION), MO_64);
    return true;
}

static bool amo(Ir *c, const InsnArgs *a, RmwKind kind, MemOp m)
{
    return set_gpr(c, a->rd,
                   ir_rmw(c, xtype(c), kind, gpr(c, a->rs1), gpr(c, a->rs2), memop(c, m)));
}

INSN(lr_w, "00010 aq rl 00000 rs1 010 rd 0101111", "rd, (rs1)")
{
    return load_reserved(c, a, WORD);
}

INSN(sc_w, "00011 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return store_conditional(c, a, WORD);
}

INSN(lr_d, "00010 aq rl 00000 rs1 011 rd 0101111", "rd, (rs1)", .also = EXT_rv64)
{
    return load_reserved(c, a, DOUBLE);
}

INSN(sc_d, "00011 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return store_conditional(c, a, DOUBLE);
}

INSN(amoswap_w, "00001 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_SWAP, WORD);
}

INSN(amoadd_w, "00000 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_ADD, WORD);
}

INSN(amoxor_w, "00100 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_XOR, WORD);
}

INSN(amoand_w, "01100 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_AND, WORD);
}

INSN(amoor_w, "01000 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_OR, WORD);
}

INSN(amomin_w, "10000 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_MIN, WORD);
}

INSN(amomax_w, "10100 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_MAX, WORD);
}

INSN(amominu_w, "11000 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_MINU, WORD);
}

INSN(amomaxu_w, "11100 aq rl rs2 rs1 010 rd 0101111", "rd, rs2, (rs1)")
{
    return amo(c, a, RMW_MAXU, WORD);
}

INSN(amoswap_d, "00001 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_SWAP, DOUBLE);
}

INSN(amoadd_d, "00000 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_ADD, DOUBLE);
}

INSN(amoxor_d, "00100 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_XOR, DOUBLE);
}

INSN(amoand_d, "01100 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_AND, DOUBLE);
}

INSN(amoor_d, "01000 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_OR, DOUBLE);
}

INSN(amomin_d, "10000 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_MIN, DOUBLE);
}

INSN(amomax_d, "10100 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_MAX, DOUBLE);
}

INSN(amominu_d, "11000 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_MINU, DOUBLE);
}

INSN(amomaxu_d, "11100 aq rl rs2 rs1 011 rd 0101111", "rd, rs2, (rs1)", .also = EXT_rv64)
{
    return amo(c, a, RMW_MAXU, DOUBLE);
}
