/* SPDX-License-Identifier: MIT */
/* Loads from guest memory: three ways to find the page, and the slow path (ops_mem.c).
 *
 *   the TLB      as for stores; right for anything, but the load waits for what is found there
 *   the page     of the last turn, in a loop (loops.c): what is added waits for nothing
 *   the window   all RAM is one piece (TcgWindow): the same, whatever the address
 *
 * The second and third look into the TLB when they fail, out of line. */
#include "tcg/x86_64/x86_int.h"

static void stub_load(X86 *x, const Stub *s)
{
    x86_slow_load(x, s->m);
    x86_stub_return(x, s);
}

/* rdx = base + imm */
static void address_to_rdx(Asm *a, unsigned base, int32_t imm)
{
    if (imm) {
        asm_op(a, X_LEA | X_W, RDX, rm_mem(base, imm));
    } else {
        asm_rr(a, X_MOV | X_W, RDX, base);
    }
}

/* The load itself, once rcx is known. */
static void load_from_host(X86 *x, const RaOp *m)
{
    x86_load_from(&x->a, m->d.reg, m->op->type, m->op->aux, x86_host_memory(m));
}

static void load_by_tlb(X86 *x, const RaOp *m)
{
    Stub *s = x86_tlb_check(x, m, false, stub_load);

    load_from_host(x, m);
    s->back = x->a.p;
}

/* The load; @s comes here when it knows rcx, or (arg) behind it. */
static void load_or_come_from(X86 *x, const RaOp *m, Stub *s)
{
    s->back = x->a.p;
    load_from_host(x, m);
    s->arg = (uintptr_t)x->a.p;
}

/* ---- the page of the last turn ---- */

/* The entry that remembers the page of the base register of @m. */
static Rm page_cache(const RaOp *m, size_t field)
{
    unsigned n = m->in[0].val.n % TCG_PAGE_CACHE;

    return x86_env(offsetof(TcgEnv, page_cache) +
                   (memop_mmu(m->op->aux) * TCG_PAGE_CACHE + n) * sizeof(PageEntry) + field);
}

/* Look into the TLB, for @s; a miss goes on behind the load. */
static void look_into_tlb(X86 *x, const Stub *s)
{
    Stub *slow = x86_tlb_check(x, s->m, false, stub_load);

    slow->back = (uint8_t *)(uintptr_t)s->arg;
}

/* Another page: remember what the TLB says.  rdx = its tag, which is the page. */
static void stub_next_page(X86 *x, const Stub *s)
{
    look_into_tlb(x, s);
    asm_op(&x->a, X_MOV_MR | X_W, RDX, page_cache(s->m, offsetof(PageEntry, page)));
    asm_op(&x->a, X_MOV_MR | X_W, RCX, page_cache(s->m, offsetof(PageEntry, addend)));
    x86_stub_return(x, s);
}

/*     lea   rdx, [base + imm]
 *     and   rdx, PAGE_MASK | (size - 1)
 *     cmp   rdx, [page]
 *     jne   next page
 *     mov   rcx, [addend]         which waits for nothing
 *     op    [base + rcx + imm] */
static void load_on_page(X86 *x, const RaOp *m)
{
    Stub *s;

    address_to_rdx(&x->a, m->in[0].reg, m->op->imm);
    asm_alu_imm(&x->a, ALU_AND, X_W, rm_reg(RDX), TCG_PAGE_MASK | (memop_bytes(m->op->aux) - 1));
    asm_op(&x->a, X_ALU(ALU_CMP) | X_W, RDX, page_cache(m, offsetof(PageEntry, page)));
    s = x86_stub_jcc(x, CC_NE, stub_next_page, m);
    asm_op(&x->a, X_MOV | X_W, RCX, page_cache(m, offsetof(PageEntry, addend)));
    load_or_come_from(x, m, s);
}

/* ---- the window ---- */

static Rm window(MemOp mo, size_t field)
{
    return x86_env(offsetof(TcgEnv, window) + memop_mmu(mo) * sizeof(TcgWindow) + field);
}

void x86_window_lookup(Asm *a, unsigned base, int32_t imm, MemOp mo)
{
    address_to_rdx(a, base, imm);
    asm_op(a, X_ALU(ALU_SUB) | X_W, RDX, window(mo, offsetof(TcgWindow, first)));
    asm_op(a, X_ALU(ALU_CMP) | X_W, RDX, window(mo, offsetof(TcgWindow, size)));
}

Rm x86_window_addend(MemOp mo)
{
    return window(mo, offsetof(TcgWindow, addend));
}

static void stub_outside(X86 *x, const Stub *s)
{
    look_into_tlb(x, s);
    x86_stub_return(x, s);
}

static void load_in_window(X86 *x, const RaOp *m)
{
    Stub *s;

    x86_window_lookup(&x->a, m->in[0].reg, m->op->imm, m->op->aux);
    s = x86_stub_jcc(x, CC_AE, stub_outside, m);
    asm_op(&x->a, X_MOV | X_W, RCX, x86_window_addend(m->op->aux));
    load_or_come_from(x, m, s);
}

/* ---- which way? ---- */

static void emit_ld(X86 *x, const RaOp *m)
{
    if (!fits_int32(m->op->imm)) {
        x86_slow_load(x, m);
    } else if (m->op->flags & OPN_STEPS) {
        load_on_page(x, m);
    } else if ((m->op->aux & (MO_LINEAR | MO_ALIGN)) == MO_LINEAR) {
        load_in_window(x, m);
    } else {
        load_by_tlb(x, m);
    }
}
X86_OP(ld, T_ANY, "rx: r ! cd", emit_ld);
