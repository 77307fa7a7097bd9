/* SPDX-License-Identifier: MIT */
/* Integer arithmetic, bits and shifts.
 *
 * IR ops have three operands, most x86 instructions two: d = a op b becomes "mov d, a; op d, b",
 * and the mov costs nothing (it is done by renaming).  What to watch for is d being the register of
 * b. */
#include "tcg/x86_64/x86_int.h"

/* op reg, @s for any place of @s: the register allocator has seen to it that constants fit. */
static void alu_to(X86 *x, AluOp op, unsigned w, unsigned reg, Loc s)
{
    if (s.kind == LOC_IMM) {
        asm_alu_imm(&x->a, op, w, rm_reg(reg), loc_imm(x, s));
    } else {
        asm_op(&x->a, X_ALU(op) | w, reg, loc_rm(s));
    }
}

/* d = a, of the width of the op. */
static void start_with(X86 *x, const RaOp *m, Loc a)
{
    if (a.kind == LOC_ENV && m->op->type == I32) {
        asm_op(&x->a, X_MOV, m->d.reg, x86_env(a.off));
    } else {
        x86_move_to(x, m->d.reg, a);
    }
}

/* The same global is operand and result, and not in a register: change it where it is. */
static void alu_in_memory(X86 *x, AluOp op, const RaOp *m)
{
    if (m->in[1].kind == LOC_IMM) {
        asm_alu_imm(&x->a, op, width_of(m), x86_env(m->d.off), loc_imm(x, m->in[1]));
    } else {
        asm_op(&x->a, X_ALU_MR(op) | width_of(m), m->in[1].reg, x86_env(m->d.off));
    }
}

static void alu(X86 *x, AluOp op, const RaOp *m)
{
    Loc a = m->in[0], b = m->in[1];

    if (m->d.kind == LOC_ENV) {
        alu_in_memory(x, op, m);
        return;
    }
    if (loc_is(b, m->d.reg)) {
        a = m->in[1];
        b = m->in[0];
    }
    start_with(x, m, a);
    alu_to(x, op, width_of(m), m->d.reg, b);
}

static void emit_add(X86 *x, const RaOp *m)
{
    Loc a = m->in[0], b = m->in[1];

    if (m->d.kind == LOC_REG && loc_is_reg(a) && !loc_is(a, m->d.reg)) {
        if (b.kind == LOC_IMM) {
            asm_op(&x->a, X_LEA | width_of(m), m->d.reg, rm_mem(a.reg, loc_imm(x, b)));
            return;
        }
        if (loc_is_reg(b) && !loc_is(b, m->d.reg)) {
            asm_op(&x->a, X_LEA | width_of(m), m->d.reg, rm_index(a.reg, b.reg, 0, 0));
            return;
        }
    }
    alu(x, ALU_ADD, m);
}
X86_OP(add, T_INT, "rm: rmi rmi", emit_add);

static void emit_sub(X86 *x, const RaOp *m)
{
    if (m->d.kind == LOC_REG && loc_is(m->in[1], m->d.reg) && !loc_is(m->in[0], m->d.reg)) {
        asm_op(&x->a, X_GROUP3 | width_of(m), 3, rm_reg(m->d.reg)); /* a - d == -d + a */
        alu_to(x, ALU_ADD, width_of(m), m->d.reg, m->in[0]);
        return;
    }
    alu(x, ALU_SUB, m);
}
X86_OP(sub, T_INT, "rm: rmi rmi", emit_sub);

static void emit_and(X86 *x, const RaOp *m)
{
    uint64_t mask = m->in[1].kind == LOC_IMM ? loc_imm(x, m->in[1]) : 0;

    if (m->d.kind == LOC_REG && m->in[0].kind != LOC_IMM && (mask == 0xff || mask == 0xffff)) {
        asm_op(&x->a, mask == 0xff ? X_MOVZX8 | (loc_is_reg(m->in[0]) ? X_BYTE : 0) : X_MOVZX16,
               m->d.reg, loc_rm(m->in[0]));
        return;
    }
    alu(x, ALU_AND, m);
}
X86_OP(and, T_INT, "rm: rmi rmi", emit_and);

static void emit_or(X86 *x, const RaOp *m)
{
    alu(x, ALU_OR, m);
}
X86_OP(or, T_INT, "rm: rmi rmi", emit_or);

static void emit_xor(X86 *x, const RaOp *m)
{
    alu(x, ALU_XOR, m);
}
X86_OP(xor, T_INT, "rm: rmi rmi", emit_xor);

static void group3(X86 *x, const RaOp *m, unsigned n)
{
    start_with(x, m, m->in[0]);
    asm_op(&x->a, X_GROUP3 | width_of(m), n, rm_reg(m->d.reg));
}

static void emit_neg(X86 *x, const RaOp *m)
{
    group3(x, m, 3);
}
X86_OP(neg, T_INT, "r: rm", emit_neg);

static void emit_not(X86 *x, const RaOp *m)
{
    group3(x, m, 2);
}
X86_OP(not, T_INT, "r: rm", emit_not);

/* a & ~b: the instruction negates its first operand. */
static void emit_andc(X86 *x, const RaOp *m)
{
    asm_vex(&x->a, X_ANDN | width_of(m), m->d.reg, m->in[1].reg, loc_rm(m->in[0]));
}
X86_OP(andc, T_INT, "r: rm r", emit_andc, .needs = CPU_BMI1);

/* ---- extensions ---- */

static void extend(X86 *x, const RaOp *m, unsigned opc)
{
    bool byte_reg = loc_is_reg(m->in[0]) && (opc == X_MOVZX8 || opc == X_MOVSX8);

    asm_op(&x->a,
           opc | (byte_reg ? X_BYTE : 0) | (opc == X_MOVSX8 || opc == X_MOVSX16 ? width_of(m) : 0),
           m->d.reg, loc_rm(m->in[0]));
}

#define EXTENSION(name, types, opc)                                                                \
    static void emit_##name(X86 *x, const RaOp *m)                                                 \
    {                                                                                              \
        extend(x, m, opc);                                                                         \
    }                                                                                              \
    X86_OP(name, types, "r: rm", emit_##name)

EXTENSION(sext8, T_INT, X_MOVSX8);
EXTENSION(sext16, T_INT, X_MOVSX16);
EXTENSION(zext8, T_INT, X_MOVZX8);
EXTENSION(zext16, T_INT, X_MOVZX16);
EXTENSION(zext32, T_INT, X_MOV);

static void emit_sext32(X86 *x, const RaOp *m)
{
    extend(x, m, m->op->type == I64 ? X_MOVSXD : X_MOV);
}
X86_OP(sext32, T_INT, "r: rm", emit_sext32);

/* ---- multiplication and division ---- */

static void emit_mul(X86 *x, const RaOp *m)
{
    Loc a = m->in[0], b = m->in[1];

    if (b.kind == LOC_IMM) {
        asm_op(&x->a, 0x69 | width_of(m), m->d.reg, loc_rm(a));
        put32(&x->a, loc_imm(x, b));
        return;
    }
    if (loc_is(b, m->d.reg)) {
        a = m->in[1];
        b = m->in[0];
    }
    start_with(x, m, a);
    asm_op(&x->a, X_IMUL | width_of(m), m->d.reg, loc_rm(b));
}
X86_OP(mul, T_INT, "r: rm rmi", emit_mul);

static void emit_mulhu(X86 *x, const RaOp *m)
{
    asm_op(&x->a, X_GROUP3 | width_of(m), 4, loc_rm(m->in[1]));
}
X86_OP(mulhu, T_INT, "d: a rm ! ad", emit_mulhu);

static void emit_mulhs(X86 *x, const RaOp *m)
{
    asm_op(&x->a, X_GROUP3 | width_of(m), 5, loc_rm(m->in[1]));
}
X86_OP(mulhs, T_INT, "d: a rm ! ad", emit_mulhs);

/* The unsigned product, less b where the sign of a made it 2^N too large. */
static void emit_mulhsu(X86 *x, const RaOp *m)
{
    unsigned w = width_of(m);

    asm_rr(&x->a, X_MOV | w, RDX, RAX);
    asm_shift_imm(&x->a, SHIFT_SAR, w, RDX, w ? 63 : 31);
    asm_rr(&x->a, X_ALU(ALU_AND) | w, RDX, RCX);
    asm_op(&x->a, X_GROUP5, 6, rm_reg(RDX)); /* push */
    asm_op(&x->a, X_GROUP3 | w, 4, rm_reg(RCX));
    asm_op(&x->a, 0x8f, 0, rm_reg(RCX)); /* pop */
    asm_rr(&x->a, X_ALU(ALU_SUB) | w, RDX, RCX);
}
X86_OP(mulhsu, T_INT, "d: a c ! acd", emit_mulhsu);

static bool is_remainder(const RaOp *m)
{
    return m->op->opc == IR_remu || m->op->opc == IR_rems;
}

/* By zero: the quotient is all ones, the remainder the dividend. */
static void stub_by_zero(X86 *x, const Stub *s)
{
    if (is_remainder(s->m)) {
        asm_rr(&x->a, X_MOV | width_of(s->m), RDX, RAX);
    } else {
        asm_alu_imm(&x->a, ALU_OR, width_of(s->m), rm_reg(RAX), -1);
    }
    x86_stub_return(x, s);
}

/* By -1: the division could trap (the most negative number), a negation cannot. */
static void stub_by_minus_one(X86 *x, const Stub *s)
{
    if (is_remainder(s->m)) {
        asm_rr(&x->a, X_ALU(ALU_XOR), RDX, RDX);
    } else {
        asm_op(&x->a, X_GROUP3 | width_of(s->m), 3, rm_reg(RAX));
    }
    x86_stub_return(x, s);
}

static void divide(X86 *x, const RaOp *m, bool is_signed)
{
    unsigned w = width_of(m);
    Rm b = loc_rm(m->in[1]);
    Stub *zero, *minus_one = NULL;

    asm_alu_imm(&x->a, ALU_CMP, w, b, 0);
    zero = x86_stub_jcc(x, CC_E, stub_by_zero, m);
    if (is_signed) {
        asm_alu_imm(&x->a, ALU_CMP, w, b, -1);
        minus_one = x86_stub_jcc(x, CC_E, stub_by_minus_one, m);
        asm_extend_rax(&x->a, w);
    } else {
        asm_rr(&x->a, X_ALU(ALU_XOR), RDX, RDX);
    }
    asm_op(&x->a, X_GROUP3 | w, is_signed ? 7 : 6, b);
    zero->back = x->a.p;
    if (minus_one) {
        minus_one->back = x->a.p;
    }
}

static void emit_divs(X86 *x, const RaOp *m)
{
    divide(x, m, true);
}
X86_OP(divs, T_INT, "a: a rm ! ad", emit_divs);
X86_OP(rems, T_INT, "d: a rm ! ad", emit_divs);

static void emit_divu(X86 *x, const RaOp *m)
{
    divide(x, m, false);
}
X86_OP(divu, T_INT, "a: a rm ! ad", emit_divu);
X86_OP(remu, T_INT, "d: a rm ! ad", emit_divu);

/* ---- shifts ---- */

static unsigned shift_count(X86 *x, const RaOp *m)
{
    return loc_imm(x, m->in[1]) & (m->op->type == I64 ? 63 : 31);
}

static void shift(X86 *x, const RaOp *m, ShiftOp op)
{
    start_with(x, m, m->in[0]);
    if (m->in[1].kind == LOC_IMM) {
        asm_shift_imm(&x->a, op, width_of(m), m->d.reg, shift_count(x, m));
    } else {
        asm_op(&x->a, 0xd3 | width_of(m), op, rm_reg(m->d.reg)); /* by cl */
    }
}

/* With BMI2: three operands, and the count in any register. */
static void shift3(X86 *x, const RaOp *m, ShiftOp op, unsigned opc)
{
    if (m->in[1].kind == LOC_IMM) {
        shift(x, m, op);
    } else {
        asm_vex(&x->a, opc | width_of(m), m->d.reg, m->in[1].reg, loc_rm(m->in[0]));
    }
}

#define SHIFT(name, op, opc)                                                                       \
    static void emit_##name(X86 *x, const RaOp *m)                                                 \
    {                                                                                              \
        shift(x, m, op);                                                                           \
    }                                                                                              \
    X86_OP(name, T_INT, "&r: rm ci", emit_##name);                                                 \
    static void emit_##name##x(X86 *x, const RaOp *m)                                              \
    {                                                                                              \
        shift3(x, m, op, opc);                                                                     \
    }                                                                                              \
    X86_ROW(name##x, name, T_INT, "r: rm ri", emit_##name##x, .needs = CPU_BMI2)

SHIFT(shl, SHIFT_SHL, X_SHLX);
SHIFT(shr, SHIFT_SHR, X_SHRX);
SHIFT(sar, SHIFT_SAR, X_SARX);

/* By a constant, with BMI2: no move, and from memory too. */
static void rotate(X86 *x, const RaOp *m, ShiftOp op)
{
    unsigned bits = m->op->type == I64 ? 64 : 32, n;

    if (m->in[1].kind != LOC_IMM || !x86_has(CPU_BMI2)) {
        shift(x, m, op);
        return;
    }
    n = shift_count(x, m);
    asm_vex(&x->a, X_RORX | width_of(m), m->d.reg, 0, loc_rm(m->in[0]));
    put8(&x->a, op == SHIFT_ROR ? n : (bits - n) & (bits - 1));
}

static void emit_rotl(X86 *x, const RaOp *m)
{
    rotate(x, m, SHIFT_ROL);
}
X86_OP(rotl, T_INT, "&r: rm ci", emit_rotl);

static void emit_rotr(X86 *x, const RaOp *m)
{
    rotate(x, m, SHIFT_ROR);
}
X86_OP(rotr, T_INT, "&r: rm ci", emit_rotr);

/* ---- counting and permuting ---- */

#define COUNT(name, opc, feature)                                                                  \
    static void emit_##name(X86 *x, const RaOp *m)                                                 \
    {                                                                                              \
        asm_op(&x->a, opc | width_of(m), m->d.reg, loc_rm(m->in[0]));                              \
    }                                                                                              \
    X86_OP(name, T_INT, "r: rm", emit_##name, .needs = feature)

COUNT(clz, X_LZCNT, CPU_LZCNT);
COUNT(ctz, X_TZCNT, CPU_BMI1);
COUNT(popcnt, X_POPCNT, CPU_POPCNT);

static void emit_bswap(X86 *x, const RaOp *m)
{
    start_with(x, m, m->in[0]);
    asm_bswap(&x->a, width_of(m), m->d.reg);
}
X86_OP(bswap, T_INT, "r: rm", emit_bswap);
