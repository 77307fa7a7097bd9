/* SPDX-License-Identifier: MIT */
/* Accesses that share one look into the TLB (groups.c): the probe is the inline check of ops_mem.c
 * for a whole range, and its members are then
 *
 *     test  p, 1                   was the probe refused?
 *     jne   slow
 *     op    [base + p + imm]
 *
 * The slow path of a member looks into the TLB once more, for this access alone (retry thunks): a
 * group that crosses a page costs a little, not a call each. */
#include "tcg/x86_64/x86_int.h"

static void stub_refused(X86 *x, const Stub *s)
{
    asm_mov_imm(&x->a, s->m->d.reg, 1);
    x86_stub_return(x, s);
}

static Stub *probe_tlb(X86 *x, const RaOp *m)
{
    MemOp mo = m->op->aux;
    int32_t last = (mo >> MO_SPAN_SHIFT) - memop_bytes(mo);
    size_t tag = mo & MO_PROBE_WRITE ? offsetof(TlbEntry, write_tag) : offsetof(TlbEntry, read_tag);
    Stub *s;

    /* An entry is found by the first byte and compared with the page of the last one: if these are
     * two pages, the neighbour's entry is elsewhere and cannot match. */
    x86_tlb_lookup(&x->a, m->in[0].reg, m->op->imm, RCX, RDX, mo, last);
    asm_op(&x->a, X_ALU(ALU_CMP) | X_W, RDX, x86_tlb_field(RCX, mo, tag));
    s = x86_stub_jcc(x, CC_NE, stub_refused, m);
    asm_op(&x->a, X_MOV | X_W, m->d.reg, x86_tlb_field(RCX, mo, offsetof(TlbEntry, addend)));
    return s;
}

static void stub_outside(X86 *x, const Stub *s)
{
    Stub *refused = probe_tlb(x, s->m);

    refused->back = s->back;
    x86_stub_return(x, s);
}

static void emit_probe(X86 *x, const RaOp *m)
{
    Stub *s;

    if ((m->op->aux & (MO_LINEAR | MO_PROBE_WRITE)) == MO_LINEAR) {
        x86_window_lookup(&x->a, m->in[0].reg, m->op->imm, m->op->aux);
        s = x86_stub_jcc(x, CC_AE, stub_outside, m);
        asm_op(&x->a, X_MOV | X_W, m->d.reg, x86_window_addend(m->op->aux));
    } else {
        s = probe_tlb(x, m);
    }
    s->back = x->a.p;
}
X86_OP(probe, T_ANY, "cd: r ! cd", emit_probe);

/* ---- members ---- */

/* The stub must keep rcx and rdx, where temporaries may be; two words keep the stack aligned, too.
 */
static void keep_scratch(X86 *x)
{
    asm_op(&x->a, X_GROUP5, 6, rm_reg(RCX));
    asm_op(&x->a, X_GROUP5, 6, rm_reg(RDX));
}

static void restore_scratch(X86 *x)
{
    asm_op(&x->a, 0x8f, 0, rm_reg(RDX));
    asm_op(&x->a, 0x8f, 0, rm_reg(RCX));
}

static void call_retry(X86 *x, const RaOp *m, const uint8_t *const *thunks)
{
    x86_push_imm(x, m->op->aux);
    asm_call_to(&x->a, thunks[x86_retry_index(m->op->aux)]);
}

static void stub_load(X86 *x, const Stub *s)
{
    const RaOp *m = s->m;

    keep_scratch(x);
    asm_op(&x->a, X_LEA | X_W, RCX, rm_mem(m->in[0].reg, m->op->imm));
    call_retry(x, m, x86.thunk.retry_load[x->float_off]);
    if (m->d.reg == RCX || m->d.reg == RDX) { /* to where it will be popped from */
        asm_op(&x->a, X_MOV_MR | X_W, RDX, rm_mem(RSP, m->d.reg == RCX ? 8 : 0));
        restore_scratch(x);
    } else {
        x86_move_to(x, m->d.reg, (Loc){.kind = LOC_REG, .reg = RDX});
        restore_scratch(x);
    }
    if (m->op->type == I32) {
        asm_rr(&x->a, X_MOV, m->d.reg, m->d.reg);
    }
    x86_stub_return(x, s);
}

static void stub_store(X86 *x, const Stub *s)
{
    const RaOp *m = s->m;

    keep_scratch(x);
    if (loc_is(m->in[1], RCX)) {
        x86_move_to(x, RDX, m->in[1]);
        asm_op(&x->a, X_LEA | X_W, RCX, rm_mem(m->in[0].reg, m->op->imm));
    } else {
        asm_op(&x->a, X_LEA | X_W, RCX, rm_mem(m->in[0].reg, m->op->imm));
        x86_move_to(x, RDX, m->in[1]);
    }
    call_retry(x, m, x86.thunk.retry_store[x->float_off]);
    restore_scratch(x);
    x86_stub_return(x, s);
}

static Stub *test_probe(X86 *x, const RaOp *m, unsigned probe, void (*stub)(X86 *, const Stub *))
{
    asm_op(&x->a, 0xf6 | X_BYTE, 0, rm_reg(probe));
    put8(&x->a, 1);
    return x86_stub_jcc(x, CC_NE, stub, m);
}

static void emit_ldp(X86 *x, const RaOp *m)
{
    Stub *s = test_probe(x, m, m->in[1].reg, stub_load);

    x86_load_from(&x->a, m->d.reg, m->op->type, m->op->aux,
                  rm_index(m->in[0].reg, m->in[1].reg, 0, m->op->imm));
    s->back = x->a.p;
}
X86_OP(ldp, T_ANY, "rx: p r", emit_ldp);

static void emit_stp(X86 *x, const RaOp *m)
{
    Stub *s = test_probe(x, m, m->in[2].reg, stub_store);

    x86_store_loc(x, rm_index(m->in[0].reg, m->in[2].reg, 0, m->op->imm), m->op->aux, m->in[1],
                  RA_NO_REG);
    s->back = x->a.p;
}
X86_OP(stp, T_ANY, "-: p rxi r", emit_stp);
