/* SPDX-License-Identifier: MIT */
/* Moving values between the places that the register allocator knows, and comparing them. */
#include "tcg/x86_64/x86_int.h"

/* A constant that code can refer to: the nearest thing to an immediate that xmm registers have. */
static void load_float_constant(X86 *x, unsigned d, uint64_t value)
{
    Stub *s;

    if (value == 0) {
        asm_rr(&x->a, X_XORPS, d, d);
        return;
    }
    asm_op(&x->a, X_MOVSD, d, rm_at(asm_here(&x->a)));
    s = x86_stub(x, x86_stub_literal, NULL);
    s->from = x->a.p - 4;
    s->arg = value;
}

void x86_stub_literal(X86 *x, const Stub *s)
{
    put64(&x->a, s->arg);
}

void x86_move_to(X86 *x, unsigned d, Loc s)
{
    bool to_float = d >= RA_FLOAT;

    switch (s.kind) {
    case LOC_REG:
        if (s.reg == d) {
            break;
        }
        if (to_float && s.reg >= RA_FLOAT) {
            asm_rr(&x->a, X_MOVAPS, d, s.reg);
        } else if (to_float) {
            asm_rr(&x->a, X_MOVQ, d, s.reg);
        } else if (s.reg >= RA_FLOAT) {
            asm_rr(&x->a, X_MOVQ_MR, s.reg, d);
        } else {
            asm_rr(&x->a, X_MOV | X_W, d, s.reg);
        }
        break;
    case LOC_ENV:
        asm_op(&x->a, to_float ? X_MOVSD : X_MOV | X_W, d, x86_env(s.off));
        break;
    default:
        if (to_float) {
            load_float_constant(x, d, loc_imm(x, s));
        } else {
            asm_mov_imm(&x->a, d, loc_imm(x, s));
        }
    }
}

void x86_move(X86 *x, Loc d, Loc s)
{
    if (loc_is_reg(d)) {
        x86_move_to(x, d.reg, s);
    } else if (loc_is_reg(s)) {
        asm_op(&x->a, s.reg < RA_FLOAT ? X_MOV_MR | X_W : X_MOVSD_MR, s.reg, x86_env(d.off));
    } else { /* the allocator lets only 32-bit constants through */
        asm_op(&x->a, 0xc7 | X_W, 0, x86_env(d.off));
        put32(&x->a, loc_imm(x, s));
    }
}

/* A move of 32 bits, which also clears the upper ones. */
static void emit_mov32(X86 *x, const RaOp *m)
{
    if (m->in[0].kind == LOC_IMM) {
        asm_mov_imm(&x->a, m->d.reg, (uint32_t)loc_imm(x, m->in[0]));
    } else {
        asm_op(&x->a, X_MOV, m->d.reg, loc_rm(m->in[0]));
    }
}
X86_OP(mov, T_I32, "r: rmI", emit_mov32);

/* ---- comparisons ---- */

static const uint8_t condition_codes[IR_CONDS] = {
    [IR_EQ] = CC_E,   [IR_NE] = CC_NE, [IR_LT] = CC_L, [IR_GE] = CC_GE,  [IR_LTU] = CC_B,
    [IR_GEU] = CC_AE, [IR_LE] = CC_LE, [IR_GT] = CC_G, [IR_LEU] = CC_BE, [IR_GTU] = CC_A,
};

X86Cond x86_compare(X86 *x, IrCond cond, unsigned w, Loc a, Loc b)
{
    if (b.kind == LOC_IMM) {
        int32_t imm = loc_imm(x, b);

        if (imm == 0 && loc_is_reg(a)) {
            asm_rr(&x->a, X_TEST | w, a.reg, a.reg);
        } else {
            asm_alu_imm(&x->a, ALU_CMP, w, loc_rm(a), imm);
        }
    } else if (loc_is_reg(a)) {
        asm_op(&x->a, X_ALU(ALU_CMP) | w, a.reg, loc_rm(b));
    } else {
        asm_op(&x->a, X_ALU_MR(ALU_CMP) | w, b.reg, loc_rm(a));
    }
    return condition_codes[cond];
}
