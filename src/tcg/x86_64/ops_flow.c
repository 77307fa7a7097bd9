/* SPDX-License-Identifier: MIT */
/* Control flow inside a block, and out of it.
 *
 * A direct exit is a jump whose displacement, 4-byte aligned, link() can exchange while others run
 * it.  Unlinked, it leads to a stub that returns (TcgCode | slot) to the caller of exec.  Where a
 * branch only leads to such an exit, the conditional jump itself is the one that is patched:
 *
 *         cmp   rsi, rdi                                label L1 is not emitted at all
 *         jb    -> unlinked stub, or the next block
 *
 * An exit that must look at exit_request does so before the comparison, since the flags would not
 * survive. */
#include "tcg/x86_64/x86_int.h"

/* ---- leaving ---- */

/* What an unlinked exit jumps to. */
static void stub_unlinked(X86 *x, const Stub *s)
{
    x->exits[s->arg].unlinked = x->a.p - x->begin;
    asm_mov_imm(&x->a, RAX, (uintptr_t)x->code | s->arg);
    asm_jmp_to(&x->a, x86.thunk.leave[x->float_off]);
}

/* Make the displacement just written direct exit @op. */
static void make_exit(X86 *x, const IrOp *op)
{
    Stub *s = x86_stub(x, stub_unlinked, NULL);

    s->from = x->a.p - 4;
    s->arg = op->aux;
    x->exits[op->aux].patch = s->from - x->begin;
    x->exits[op->aux].pc = op->imm;
}

static void stub_request(X86 *x, const Stub *s)
{
    asm_mov_imm(&x->a, RAX, s->m->op->imm);
    asm_jmp_to(&x->a, x86.thunk.leave_request[x->float_off]);
}

static Stub *check_request(X86 *x, const RaOp *m, void (*stub)(X86 *x, const Stub *s))
{
    asm_alu_imm(&x->a, ALU_CMP, 0, x86_env(offsetof(TcgEnv, exit_request)), 0);
    return x86_stub_jcc(x, CC_NE, stub, m);
}

static void emit_exit_tb(X86 *x, const RaOp *m)
{
    if (x->exits[m->op->aux].patch) {
        return; /* the branch to it took its place */
    }
    if (m->op->flags & OPN_CHECK) {
        check_request(x, m, stub_request);
    }
    asm_align(&x->a, 4, 3);
    asm_jmp(&x->a);
    make_exit(x, m->op);
}
X86_OP(exit_tb, T_ANY, "-", emit_exit_tb);

static void stub_indirect_request(X86 *x, const Stub *s)
{
    x86_move_to(x, RAX, s->m->in[0]);
    asm_jmp_to(&x->a, x86.thunk.leave_request[x->float_off]);
}

static void stub_lookup(X86 *x, const Stub *s)
{
    x86_move_to(x, RAX, s->m->in[0]);
    asm_jmp_to(&x->a, x86.thunk.leave_lookup[x->float_off]);
}

/* rcx = 2 * jump_index(pc), so that the scale 8 makes it an offset into env->jumps. */
static void jump_index_to_rcx(X86 *x, unsigned pc)
{
    if (x86_has(CPU_BMI2)) {
        asm_vex(&x->a, X_RORX, RCX, 0, rm_reg(pc));
        put8(&x->a, TCG_JUMP_BITS);
    } else {
        asm_rr(&x->a, X_MOV, RCX, pc);
        asm_shift_imm(&x->a, SHIFT_SHR, 0, RCX, TCG_JUMP_BITS);
    }
    asm_rr(&x->a, X_ALU(ALU_XOR), RCX, pc);
    asm_alu_imm(&x->a, ALU_AND, 0, rm_reg(RCX), (TCG_JUMP_SIZE - 1) << 1);
}

/* A field of the jump cache's entry for @pc; rdx = env->jumps. */
static Rm jump_field(X86 *x, Loc pc, size_t field)
{
    if (pc.kind == LOC_IMM) {
        return rm_mem(RDX, jump_index(loc_imm(x, pc)) * sizeof(JumpEntry) + field);
    }
    return rm_index(RDX, RCX, 3, field);
}

/* Look the target up in the jump cache, and jump there if it is the one. */
static void emit_exit_pc(X86 *x, const RaOp *m)
{
    Loc pc = m->in[0];
    unsigned reg = pc.kind == LOC_IMM ? RAX : pc.reg;

    asm_op(&x->a, X_MOV | X_W, RDX, x86_env(offsetof(TcgEnv, jumps)));
    check_request(x, m, stub_indirect_request);
    if (pc.kind == LOC_IMM) {
        x86_move_to(x, RAX, pc);
    } else {
        jump_index_to_rcx(x, pc.reg);
    }
    asm_op(&x->a, X_ALU(ALU_CMP) | X_W, reg, jump_field(x, pc, offsetof(JumpEntry, pc)));
    x86_stub_jcc(x, CC_NE, stub_lookup, m);
    asm_op(&x->a, X_GROUP5, 4, jump_field(x, pc, offsetof(JumpEntry, entry)));
}
X86_OP(exit_pc, T_ANY, "-: rI ! cd", emit_exit_pc);

static void emit_exit_loop(X86 *x, const RaOp *m)
{
    x86_move_to(x, RAX, m->in[0]);
    asm_jmp_to(&x->a, x86.thunk.leave_loop[x->float_off]);
}
X86_OP(exit_loop, T_ANY, "-: rmI", emit_exit_loop);

/* The budget did not cover this block: as if it had not begun. */
static void stub_icount(X86 *x, const Stub *s)
{
    asm_alu_imm(&x->a, ALU_ADD, X_W, x86_env(offsetof(TcgEnv, icount_budget)), s->m->op->imm);
    asm_mov_imm(&x->a, RAX, x->code->pc);
    asm_jmp_to(&x->a, x86.thunk.leave_icount[x->float_off]);
}

static void emit_icount(X86 *x, const RaOp *m)
{
    asm_alu_imm(&x->a, ALU_SUB, X_W, x86_env(offsetof(TcgEnv, icount_budget)), m->op->imm);
    x86_stub_jcc(x, CC_S, stub_icount, m);
}
X86_OP(icount, T_ANY, "-", emit_icount);

/* ---- branches ---- */

static void jump_to_label(X86 *x, uint8_t *rel, unsigned label)
{
    assert(x->nfixups < X86_MAX_FIXUPS);
    x->fixups[x->nfixups++] = (Fixup){rel, label};
}

/* The direct exit that only a branch leads to, and the condition for it.  It is at the branch's
 * label,
 *
 *     brcond a < b -> L1            or right behind the branch,    brcond a >= b -> L1
 *     ...                                                          exit_tb
 * L1: exit_tb                                                  L1: ...
 *
 * NULL: it is none of these. */
static const IrOp *branch_exit(const X86 *x, const IrOp *op, IrCond *cond)
{
    const IrOp *label = &x->c->ops[x->label_op[op->imm]];

    *cond = op->aux;
    if (x->label_refs[op->imm] == 1 && (ir_op_info[label[-1].opc].flags & OPF_END) &&
        label[1].opc == IR_exit_tb) {
        return &label[1];
    }
    if (op[1].opc == IR_exit_tb && label == &op[2]) {
        *cond = ir_cond_invert(op->aux);
        return &op[1];
    }
    return NULL;
}

/* exit_request is set: leave if the exit would be taken, else go on. */
static void stub_request_if(X86 *x, const Stub *s)
{
    const RaOp *m = s->m;
    IrCond cond;
    const IrOp *exit = branch_exit(x, m->op, &cond);
    X86Cond cc = x86_compare(x, cond, width_of(m), m->in[0], m->in[1]);
    uint8_t *not_taken = asm_jcc8(&x->a, cc ^ 1);

    asm_mov_imm(&x->a, RAX, exit->imm);
    asm_jmp_to(&x->a, x86.thunk.leave_request[x->float_off]);
    asm_patch8(&x->a, not_taken);
    x86_stub_return(x, s);
}

static void emit_brcond(X86 *x, const RaOp *m)
{
    IrCond cond;
    const IrOp *exit = branch_exit(x, m->op, &cond);
    Stub *request = NULL;
    X86Cond cc;

    if (exit && (exit->flags & OPN_CHECK)) {
        request = check_request(x, m, stub_request_if);
    }
    cc = x86_compare(x, cond, width_of(m), m->in[0], m->in[1]);
    if (exit) {
        asm_align(&x->a, 4, 2);
        asm_jcc(&x->a, cc);
        make_exit(x, exit);
        if (request) {
            request->back = x->a.p;
        }
    } else {
        jump_to_label(x, asm_jcc(&x->a, cc), m->op->imm);
    }
}
X86_OP(brcond, T_INT, "-: rm ri", emit_brcond);

static void emit_br(X86 *x, const RaOp *m)
{
    jump_to_label(x, asm_jmp(&x->a), m->op->imm);
}
X86_OP(br, T_ANY, "-", emit_br);

static void emit_label(X86 *x, const RaOp *m)
{
    x->labels[m->op->imm] = x->a.p;
}
X86_OP(label, T_ANY, "-", emit_label);

/* ---- conditions as values ---- */

static void emit_setcond(X86 *x, const RaOp *m)
{
    unsigned d = m->d.reg;
    bool clear_first = !loc_is(m->in[0], d) && !loc_is(m->in[1], d);
    X86Cond cc;

    if (clear_first) {
        asm_rr(&x->a, X_ALU(ALU_XOR), d, d);
    }
    cc = x86_compare(x, m->op->aux, width_of(m), m->in[0], m->in[1]);
    asm_rr(&x->a, X_SETCC | cc, 0, d);
    if (!clear_first) {
        asm_rr(&x->a, X_MOVZX8 | X_BYTE, d, d);
    }
}
X86_OP(setcond, T_INT, "r: rm ri", emit_setcond);

/* d = cc ? yes : no, by a move and a jump: for floating-point values, and constants. */
static void select_by_jump(X86 *x, X86Cond cc, unsigned d, Loc yes, Loc no)
{
    uint8_t *over;

    if (loc_is(yes, d)) {
        over = asm_jcc8(&x->a, cc);
        x86_move_to(x, d, no);
    } else {
        x86_move_to(x, d, no);
        over = asm_jcc8(&x->a, cc ^ 1);
        x86_move_to(x, d, yes);
    }
    asm_patch8(&x->a, over);
}

static void emit_select(X86 *x, const RaOp *m)
{
    Loc yes = m->in[2], no = m->in[3];
    unsigned d = m->d.reg;
    X86Cond cc = x86_compare(x, m->op->aux, width_of(m), m->in[0], m->in[1]);

    if (yes.kind == LOC_IMM || loc_is(yes, d)) { /* cmov takes no constant, and would lose d */
        yes = m->in[3];
        no = m->in[2];
        cc ^= 1;
    }
    if (d >= RA_FLOAT || yes.kind == LOC_IMM || (loc_is(yes, d) && !loc_is(no, d))) {
        select_by_jump(x, cc, d, yes, no);
        return;
    }
    x86_move_to(x, d, no);
    asm_op(&x->a, X_CMOV | X_W | cc, d, loc_rm(yes));
}
X86_OP(select, T_INT, "rx: rm ri rxmI rxm", emit_select);

/* ---- marks ---- */

static void emit_insn(X86 *x, const RaOp *m)
{
    x->marks[x->nmarks++] =
        (TcgMark){.host = x->a.p - x->begin, .insn = m->op->aux, .pc = m->op->imm - x->code->pc};
}
X86_OP(insn, T_ANY, "-", emit_insn);

static void emit_fence(X86 *x, const RaOp *m)
{
    put8(&x->a, 0xf0); /* lock or dword [rsp], 0: cheaper than mfence, and as strong for memory */
    asm_alu_imm(&x->a, ALU_OR, 0, rm_mem(RSP, 0), 0);
}
X86_OP(fence, T_ANY, "-", emit_fence);
