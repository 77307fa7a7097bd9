/* SPDX-License-Identifier: MIT */
/* Guest memory: the softmmu TLB, inline; stores and atomics (loads: ops_load.c).
 *
 *     lea   rdx, [base+imm]
 *     rorx  ecx, edx, PAGE_BITS - 5      an entry has 2^5 bytes: the index, already scaled
 *     and   ecx, (TLB_SIZE - 1) << 5
 *     and   rdx, PAGE_MASK | (size - 1)  the page, and the bits that a misaligned address has
 *     cmp   rdx, [rbp + rcx + tag]       right page, aligned and allowed: all in one compare
 *     jne   slow
 *     mov   rcx, [rbp + rcx + addend]
 *     op    [base + rcx + imm]
 *
 * The slow path is out of line; it calls tcg_runtime through a thunk that saves all registers, and
 * its return address tells which guest instruction it was. */
#include "tcg/x86_64/x86_int.h"

enum { TLB_ENTRY_BITS = 5 };
_Static_assert(sizeof(TlbEntry) == 1 << TLB_ENTRY_BITS,
               "the entry index is computed by one rotation");

/* ---- calling the runtime ---- */

void x86_push_imm(X86 *x, uint32_t imm)
{
    put8(&x->a, 0x68);
    put32(&x->a, imm);
}

/* rcx = the address of the access */
static void address_to_rcx(X86 *x, const RaOp *m)
{
    int64_t imm = m->op->imm;

    if (fits_int32(imm)) {
        asm_op(&x->a, X_LEA | X_W, RCX, rm_mem(m->in[0].reg, imm));
    } else {
        asm_mov_imm(&x->a, RCX, imm);
        asm_rr(&x->a, X_ALU(ALU_ADD) | X_W, RCX, m->in[0].reg);
    }
}

static void call_slow(X86 *x, const RaOp *m, const uint8_t *const thunk[2])
{
    x86_push_imm(x, m->op->aux);
    asm_call_to(&x->a, thunk[x->float_off]);
}

/* d = the value in @reg, which is extended to 64 bits as the MemOp says. */
static void take_value(X86 *x, const RaOp *m, unsigned reg)
{
    if (m->d.reg < RA_FLOAT && m->op->type == I32) {
        asm_rr(&x->a, X_MOV, m->d.reg, reg);
    } else {
        x86_move_to(x, m->d.reg, (Loc){.kind = LOC_REG, .reg = reg});
    }
}

void x86_slow_load(X86 *x, const RaOp *m)
{
    address_to_rcx(x, m);
    call_slow(x, m, x86.thunk.slow_load);
    take_value(x, m, RDX);
}

static void slow_store(X86 *x, const RaOp *m)
{
    address_to_rcx(x, m);
    x86_move_to(x, RDX, m->in[1]);
    call_slow(x, m, x86.thunk.slow_store);
}

static void slow_rmw(X86 *x, const RaOp *m)
{
    address_to_rcx(x, m);
    x86_move_to(x, RDX, m->in[1]);
    call_slow(x, m, x86.thunk.slow_rmw);
    take_value(x, m, RAX);
}

static void slow_cmpxchg(X86 *x, const RaOp *m)
{
    address_to_rcx(x, m);
    x86_move_to(x, RDX, m->in[1]);
    x86_move_to(x, RAX, m->in[2]);
    call_slow(x, m, x86.thunk.slow_cmpxchg);
    take_value(x, m, RAX);
}

static void stub_store(X86 *x, const Stub *s)
{
    slow_store(x, s->m);
    x86_stub_return(x, s);
}

static void stub_rmw(X86 *x, const Stub *s)
{
    slow_rmw(x, s->m);
    x86_stub_return(x, s);
}

static void stub_cmpxchg(X86 *x, const Stub *s)
{
    slow_cmpxchg(x, s->m);
    x86_stub_return(x, s);
}

/* ---- the check ---- */

Rm x86_tlb_field(unsigned index, MemOp mo, size_t field)
{
    size_t table = offsetof(TcgEnv, tlb) + memop_mmu(mo) * sizeof(TlbEntry[TCG_TLB_SIZE]);

    return rm_index(RBP, index, 0, table + field - x86.bias);
}

void x86_tlb_lookup(Asm *a, unsigned base, int32_t imm, unsigned index, unsigned page, MemOp mo,
                    int32_t last)
{
    unsigned shift = TCG_PAGE_BITS - TLB_ENTRY_BITS, from = base;

    if (imm) {
        asm_op(a, X_LEA | X_W, page, rm_mem(base, imm));
        from = page;
    }
    if (x86_has(CPU_BMI2)) {
        asm_vex(a, X_RORX, index, 0, rm_reg(from));
        put8(a, shift);
    } else {
        asm_rr(a, X_MOV, index, from);
        asm_shift_imm(a, SHIFT_SHR, 0, index, shift);
    }
    if (last) {
        asm_op(a, X_LEA | X_W, page, rm_mem(from, last));
    } else if (from == base) {
        asm_rr(a, X_MOV | X_W, page, base);
    }
    asm_alu_imm(a, ALU_AND, 0, rm_reg(index), (TCG_TLB_SIZE - 1) << TLB_ENTRY_BITS);
    asm_alu_imm(a, ALU_AND, X_W, rm_reg(page), TCG_PAGE_MASK | (memop_bytes(mo) - 1));
}

Stub *x86_tlb_check(X86 *x, const RaOp *m, bool write, void (*slow)(X86 *x, const Stub *s))
{
    MemOp mo = m->op->aux;
    Stub *s;

    x86_tlb_lookup(&x->a, m->in[0].reg, m->op->imm, RCX, RDX, mo, 0);
    asm_op(&x->a, X_ALU(ALU_CMP) | X_W, RDX,
           x86_tlb_field(RCX, mo,
                         write ? offsetof(TlbEntry, write_tag) : offsetof(TlbEntry, read_tag)));
    s = x86_stub_jcc(x, CC_NE, slow, m);
    asm_op(&x->a, X_MOV | X_W, RCX, x86_tlb_field(RCX, mo, offsetof(TlbEntry, addend)));
    return s;
}

/* ---- loads and stores of the host ---- */

void x86_load_from(Asm *a, unsigned reg, IrType type, MemOp mo, Rm from)
{
    static const uint16_t opcodes[] = {
        [MO_8] = X_MOVZX8,
        [MO_16] = X_MOVZX16,
        [MO_32] = X_MOV,
        [MO_8 | MO_SIGN] = X_MOVSX8,
        [MO_16 | MO_SIGN] = X_MOVSX16,
        [MO_32 | MO_SIGN] = X_MOVSXD & ~X_W,
    };
    MemOp kind = mo & (MO_SIZE | MO_SIGN);

    if (reg >= RA_FLOAT) {
        asm_op(a, (mo & MO_SIZE) == MO_32 ? X_MOVSS : X_MOVSD, reg, from);
    } else if ((mo & MO_SIZE) == MO_64) {
        asm_op(a, X_MOV | X_W, reg, from);
    } else if (kind == (MO_32 | MO_SIGN) && type == I32) {
        asm_op(a, X_MOV, reg, from);
    } else {
        asm_op(a, opcodes[kind] | ((mo & MO_SIGN) && type != I32 ? X_W : 0), reg, from);
    }
}

void x86_store_to(Asm *a, Rm to, MemOp mo, unsigned reg)
{
    static const uint16_t opcodes[] = {[MO_8] = X_MOV_MR8,
                                       [MO_16] = X_MOV_MR | X_16,
                                       [MO_32] = X_MOV_MR,
                                       [MO_64] = X_MOV_MR | X_W};

    if (reg >= RA_FLOAT) {
        asm_op(a, (mo & MO_SIZE) == MO_32 ? X_MOVSS_MR : X_MOVSD_MR, reg, to);
    } else {
        asm_op(a, opcodes[mo & MO_SIZE], reg, to);
    }
}

/* Store from any place; @scratch may be lost. */
void x86_store_loc(X86 *x, Rm to, MemOp mo, Loc v, unsigned scratch)
{
    static const uint16_t immediate[] = {0xc6, 0xc7 | X_16, 0xc7, 0xc7 | X_W};
    unsigned size = mo & MO_SIZE;

    if (v.kind == LOC_IMM && (size != MO_64 || fits_int32(loc_imm(x, v)))) {
        asm_op(&x->a, immediate[size], 0, to);
        for (unsigned i = 0; i < MIN(1u << size, 4u); i++) {
            put8(&x->a, loc_imm(x, v) >> 8 * i);
        }
        return;
    }
    if (!loc_is_reg(v)) {
        x86_move_to(x, scratch, v);
        v.reg = scratch;
    }
    x86_store_to(&x->a, to, mo, v.reg);
}

/* ---- guest loads and stores ---- */

Rm x86_host_memory(const RaOp *m)
{
    return rm_index(m->in[0].reg, RCX, 0, m->op->imm);
}

static void emit_st(X86 *x, const RaOp *m)
{
    Stub *s;

    if (!fits_int32(m->op->imm)) {
        slow_store(x, m);
        return;
    }
    s = x86_tlb_check(x, m, true, stub_store);
    x86_store_loc(x, x86_host_memory(m), m->op->aux, m->in[1], RDX);
    s->back = x->a.p;
}
X86_OP(st, T_ANY, "-: r rxmI ! cd", emit_st);

/* ---- atomics ---- */

/* An op with a lock prefix on the host memory at rcx. */
static void locked(X86 *x, unsigned opc, unsigned reg)
{
    put8(&x->a, 0xf0);
    asm_op(&x->a, opc, reg, rm_mem(RCX, 0));
}

/* The old value, 32 or 64 bits in @reg, to the result, extended as the MemOp says. */
static void take_old(X86 *x, const RaOp *m, unsigned reg)
{
    bool narrow = (m->op->aux & MO_SIZE) == MO_32;

    if (narrow && (m->op->aux & MO_SIGN) && m->op->type == I64) {
        asm_rr(&x->a, X_MOVSXD, m->d.reg, reg);
    } else {
        asm_rr(&x->a, X_MOV | (narrow ? 0 : X_W), m->d.reg, reg);
    }
}

/* and, or, xor: there is no instruction that also gives the old value. */
static void rmw_loop(X86 *x, const RaOp *m, AluOp op, unsigned w)
{
    uint8_t *again, *jump;

    asm_op(&x->a, X_MOV | w, RAX, rm_mem(RCX, 0));
    again = x->a.p;
    x86_move_to(x, RDX, m->in[1]);
    asm_rr(&x->a, X_ALU(op) | w, RDX, RAX);
    locked(x, X_CMPXCHG | w, RDX);
    jump = asm_jcc8(&x->a, CC_NE);
    *jump = again - (jump + 1);
}

static void emit_rmw(X86 *x, const RaOp *m)
{
    static const uint8_t alu[] = {[RMW_AND] = ALU_AND, [RMW_OR] = ALU_OR, [RMW_XOR] = ALU_XOR};
    RmwKind kind = memop_rmw(m->op->aux);
    unsigned w = (m->op->aux & MO_SIZE) == MO_64 ? X_W : 0;
    Stub *s;

    if (kind >= RMW_MIN || (m->op->aux & MO_SIZE) < MO_32 || m->op->imm) {
        slow_rmw(x, m);
        return;
    }
    s = x86_tlb_check(x, m, true, stub_rmw);
    asm_rr(&x->a, X_ALU(ALU_ADD) | X_W, RCX, m->in[0].reg);
    if (kind == RMW_SWAP || kind == RMW_ADD) {
        x86_move_to(x, RDX, m->in[1]);
        locked(x, (kind == RMW_ADD ? X_XADD : X_XCHG) | w, RDX);
        take_old(x, m, RDX);
    } else {
        rmw_loop(x, m, alu[kind], w);
        take_old(x, m, RAX);
    }
    s->back = x->a.p;
}
X86_OP(rmw, T_INT, "a: ra rmI ! acd", emit_rmw);

static void emit_cmpxchg(X86 *x, const RaOp *m)
{
    unsigned w = (m->op->aux & MO_SIZE) == MO_64 ? X_W : 0;
    Stub *s;

    if ((m->op->aux & MO_SIZE) < MO_32 || m->op->imm) {
        slow_cmpxchg(x, m);
        return;
    }
    s = x86_tlb_check(x, m, true, stub_cmpxchg);
    asm_rr(&x->a, X_ALU(ALU_ADD) | X_W, RCX, m->in[0].reg);
    x86_move_to(x, RDX, m->in[2]);
    x86_move_to(x, RAX, m->in[1]);
    locked(x, X_CMPXCHG | w, RDX);
    take_old(x, m, RAX);
    s->back = x->a.p;
}
X86_OP(cmpxchg, T_INT, "a: ra rmI rmI ! acd", emit_cmpxchg);

/* ---- the CPU state ---- */

static void emit_ldenv(X86 *x, const RaOp *m)
{
    x86_load_from(&x->a, m->d.reg, m->op->type, m->op->aux, x86_env(m->op->imm));
}
X86_OP(ldenv, T_ANY, "rx: -", emit_ldenv);

static void emit_stenv(X86 *x, const RaOp *m)
{
    x86_store_loc(x, x86_env(m->op->imm), m->op->aux, m->in[0], RCX);
}
X86_OP(stenv, T_ANY, "-: rxmI ! c", emit_stenv);
