/* SPDX-License-Identifier: MIT */
/* The interpreter: an engine that runs IR as it is, on any host.
 *
 * gen() copies the ops of a block with every operand resolved to a place: in the CPU state
 * (globals), in a frame (temporaries), or in the block (constants).  exec() walks them; what an op
 * computes is the function of its row. It is also what "the same as the JIT" is measured by, so it
 * has no shortcut of its own. */
#include "base/host_mem.h"
#include "tcg/tcg.h"

/* A place: >= 0 an offset in the CPU state; else ~place is an index into the frame, or, from
 * FRAME_SLOTS on, into the block's constants. */
typedef int32_t Place;

/* An op defines one temporary at most. */
enum { FRAME_SLOTS = IR_MAX_OPS };

typedef struct InterpOp {
    uint8_t opc, type, flags, nargs;
    Place d, in[6]; /* in: operands, or the arguments of a call */
    uint32_t aux;
    uint64_t imm; /* brcond, br: index of the op to go to */
    union {
        uint64_t (*eval)(uint64_t, uint64_t, uint64_t, FpStatus *);
        const IrHelper *helper;
    };
} InterpOp;

typedef struct InterpBlock {
    uint64_t *consts;
    InterpOp ops[];
} InterpBlock;

/* ---- making a block ---- */

typedef struct Gen {
    const Ir *c;
    uint64_t *consts;
    unsigned nconsts, nslots;
    Place place[IR_MAX_VALS]; /* of each value met so far; place_known tells which */
    bool place_known[IR_MAX_VALS];
    uint32_t label[IR_MAX_LABELS];
} Gen;

static Place place_of(Gen *g, Val v)
{
    const ValInfo *info = &g->c->vals[v.n];

    if (g->place_known[v.n]) {
        return g->place[v.n];
    }
    g->place_known[v.n] = true;
    switch (info->kind) {
    case VALK_GLOBAL:
        return g->place[v.n] = g->c->globals[info->global].offset;
    case VALK_CONST:
        g->consts[g->nconsts] = info->value;
        return g->place[v.n] = ~(Place)(FRAME_SLOTS + g->nconsts++);
    default:
        return g->place[v.n] = ~(Place)(g->nslots++);
    }
}

static unsigned count_consts(const Ir *c)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->nvals; i++) {
        n += c->vals[i].kind == VALK_CONST;
    }
    return n;
}

static void gen_op(Gen *g, const IrOp *op, InterpOp *out)
{
    const IrOpInfo *info = &ir_op_info[op->opc];
    bool call = op->opc == IR_call;

    *out = (InterpOp){
        .opc = op->opc, .type = op->type, .flags = op->flags, .aux = op->aux, .imm = op->imm};
    out->nargs = call ? op->aux : info->inputs;
    for (unsigned i = 0; i < out->nargs; i++) {
        out->in[i] = place_of(g, call ? g->c->call_args[op->imm + i] : op->in[i]);
    }
    out->d = val_is_none(op->d) ? ~(Place)g->nslots : place_of(g, op->d);
    if (call) {
        out->helper = op->helper;
    } else {
        out->eval = info->eval[op->type];
    }
}

static bool interp_gen(Ir *c, TcgBuffer *b, TcgCode *code)
{
    static __thread Gen g; /* too large for a stack */
    InterpBlock *block = b->meta_alloc(b, sizeof(*block) + c->nops * sizeof(InterpOp));

    g.c = c;
    g.nconsts = g.nslots = 0;
    memset(g.place_known, 0, c->nvals * sizeof(bool));
    g.consts = b->meta_alloc(b, (count_consts(c) + 1) * sizeof(uint64_t));
    code->exits = b->meta_alloc(b, (c->nexits + 1) * sizeof(TcgExitSlot));
    code->marks = NULL;
    code->nexits = c->nexits;
    code->nmarks = 0;
    code->float_off = c->float_off;
    if (!block || !g.consts || !code->exits) {
        return false;
    }
    for (unsigned i = 0; i < c->nops; i++) {
        const IrOp *op = &c->ops[i];

        if (op->opc == IR_label) {
            g.label[op->imm] = i;
        } else if (op->opc == IR_exit_tb) {
            code->exits[op->aux] = (TcgExitSlot){.pc = op->imm};
        }
        gen_op(&g, op, &block->ops[i]);
    }
    for (unsigned i = 0; i < c->nops; i++) {
        if (block->ops[i].opc == IR_brcond || block->ops[i].opc == IR_br) {
            block->ops[i].imm = g.label[block->ops[i].imm];
        }
    }
    assert(g.nslots <= FRAME_SLOTS);
    block->consts = g.consts;
    code->entry = (const uint8_t *)block;
    code->size = 0;
    return true;
}

/* ---- running ---- */

typedef struct Run {
    TcgEnv *env;
    const uint64_t *consts;
    uint64_t frame[FRAME_SLOTS];
} Run;

static uint64_t get(const Run *r, Place p)
{
    if (p >= 0) {
        return *(const uint64_t *)((const char *)r->env + p);
    }
    return ~p < FRAME_SLOTS ? r->frame[~p] : r->consts[~p - FRAME_SLOTS];
}

static void put(Run *r, Place p, uint64_t v)
{
    if (p >= 0) {
        *(uint64_t *)((char *)r->env + p) = v;
    } else {
        r->frame[~p] = v;
    }
}

/* Load from host memory; @m says size and sign. */
static uint64_t load_as(const void *p, MemOp m)
{
    unsigned bytes = memop_bytes(m);
    uint64_t v = host_load(p, bytes);

    return m & MO_SIGN ? (uint64_t)sextract64(v, 0, 8 * bytes) : v;
}

/* Is the access a hit in the TLB, and aligned?  The same single compare that the JIT makes. */
static bool tlb_hit(uint64_t addr, MemOp m, uint64_t tag)
{
    return (addr & (TCG_PAGE_MASK | (memop_bytes(m) - 1))) == tag;
}

static uint64_t do_load(Run *r, uint64_t addr, MemOp m)
{
    const TlbEntry *e = &r->env->tlb[memop_mmu(m)][tlb_index(addr)];

    if (tlb_hit(addr, m, e->read_tag)) {
        return load_as((void *)(uintptr_t)(addr + e->addend), m);
    }
    return tcg_runtime.load(r->env, addr, m, 0);
}

static void do_store(Run *r, uint64_t addr, uint64_t v, MemOp m)
{
    const TlbEntry *e = &r->env->tlb[memop_mmu(m)][tlb_index(addr)];

    if (tlb_hit(addr, m, __atomic_load_n(&e->write_tag, __ATOMIC_RELAXED))) {
        host_store((void *)(uintptr_t)(addr + e->addend), v, memop_bytes(m));
    } else {
        tcg_runtime.store(r->env, addr, v, m, 0);
    }
}

static uint64_t do_call(Run *r, const InterpOp *op)
{
    const char *sig = op->helper->sig + 1;
    uint64_t a[6] = {0};
    unsigned arg = 0;

    for (unsigned i = 0; sig[i]; i++) {
        a[i] = sig[i] == 'e' ? (uintptr_t)r->env : get(r, op->in[arg++]);
    }
    return ((uint64_t(*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                         uint64_t))op->helper->fn)(a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Integer and floating-point rows: whatever the row says. */
static uint64_t do_eval(Run *r, const InterpOp *op)
{
    FpStatus s = {op->aux == FP_DYN ? r->env->fp.rm : op->aux, 0};
    uint64_t v = op->eval(get(r, op->in[0]), get(r, op->in[1]), get(r, op->in[2]), &s);

    r->env->fp.flags |= s.flags;
    return v;
}

static bool exit_requested(const TcgEnv *env)
{
    return __atomic_load_n(&env->exit_request, __ATOMIC_RELAXED);
}

static const TcgCode *leave(TcgEnv *env, uint64_t pc, TcgExit kind, uintptr_t *ret)
{
    env->pc = pc;
    env->exit_kind = kind;
    *ret = 0;
    return NULL;
}

/* Take direct exit @op: the block it is linked to, or NULL with what exec shall return. */
static const TcgCode *direct_exit(TcgEnv *env, const TcgCode *code, const InterpOp *op,
                                  uintptr_t *ret)
{
    TcgCode *next = __atomic_load_n(&code->exits[op->aux].target, __ATOMIC_ACQUIRE);

    if ((op->flags & OPN_CHECK) && exit_requested(env)) {
        return leave(env, op->imm, TCG_EXIT_REQUEST, ret);
    }
    env->pc = op->imm;
    *ret = (uintptr_t)code | op->aux;
    return next;
}

static const TcgCode *indirect_exit(TcgEnv *env, uint64_t pc, uintptr_t *ret)
{
    const JumpEntry *e = &env->jumps[jump_index(pc)];

    if (exit_requested(env)) {
        return leave(env, pc, TCG_EXIT_REQUEST, ret);
    }
    leave(env, pc, TCG_EXIT_LOOKUP, ret);
    return __atomic_load_n(&e->pc, __ATOMIC_RELAXED) == pc ? e->entry : NULL;
}

/* @v as a result of @op: an i32 is zero-extended. */
static uint64_t typed(const InterpOp *op, uint64_t v)
{
    return op->type == I32 ? (uint32_t)v : v;
}

/* Ops with control flow or an effect.  Returns the op to go on with, or NULL to leave for *next (or
 * for good). */
static const InterpOp *step(Run *r, const TcgCode *code, const InterpOp *op, const TcgCode **next,
                            uintptr_t *ret)
{
    const InterpBlock *block = (const InterpBlock *)code->entry;
    uint64_t a = op->nargs ? get(r, op->in[0]) : 0;

    switch (op->opc) {
    case IR_insn:
        r->env->pc = op->imm;
        r->env->current_insn = op->aux;
        break;
    case IR_probe:
        put(r, op->d, 1);
        break;
    case IR_ldp:
    case IR_ld:
        put(r, op->d, typed(op, do_load(r, a + op->imm, op->aux)));
        break;
    case IR_stp:
    case IR_st:
        do_store(r, a + op->imm, get(r, op->in[1]), op->aux);
        break;
    case IR_setcond:
        put(r, op->d, ir_eval_cond(op->aux, op->type, a, get(r, op->in[1])));
        break;
    case IR_select:
        put(r, op->d,
            get(r, op->in[ir_eval_cond(op->aux, op->type, a, get(r, op->in[1])) ? 2 : 3]));
        break;
    case IR_brcond:
        return ir_eval_cond(op->aux, op->type, a, get(r, op->in[1])) ? &block->ops[op->imm]
                                                                     : op + 1;
    case IR_br:
        return &block->ops[op->imm];
    case IR_label:
        break;
    case IR_rmw:
        put(r, op->d, typed(op, tcg_runtime.rmw(r->env, a, get(r, op->in[1]), op->aux, 0)));
        break;
    case IR_cmpxchg:
        put(r, op->d,
            typed(op, tcg_runtime.cmpxchg(r->env, a, get(r, op->in[1]), get(r, op->in[2]),
                                          op->aux, 0)));
        break;
    case IR_fence:
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        break;
    case IR_ldenv:
        put(r, op->d, typed(op, load_as((char *)r->env + op->imm, op->aux)));
        break;
    case IR_stenv:
        host_store((char *)r->env + op->imm, a, memop_bytes(op->aux));
        break;
    case IR_call:
        put(r, op->d, typed(op, do_call(r, op)));
        break;
    case IR_icount:
        r->env->icount_budget -= (int64_t)op->imm;
        if (r->env->icount_budget < 0) {
            r->env->icount_budget += (int64_t)op->imm;
            *next = leave(r->env, code->pc, TCG_EXIT_ICOUNT, ret);
            return NULL;
        }
        break;
    case IR_exit_tb:
        *next = direct_exit(r->env, code, op, ret);
        return NULL;
    case IR_exit_pc:
        *next = indirect_exit(r->env, a, ret);
        return NULL;
    case IR_exit_loop:
        *next = leave(r->env, a, TCG_EXIT_LOOP, ret);
        return NULL;
    default:
        put(r, op->d, do_eval(r, op));
    }
    return op + 1;
}

static uintptr_t interp_exec(TcgEnv *env, const TcgCode *code)
{
    uintptr_t ret = 0;
    Run r;

    r.env = env;
    while (code) {
        const InterpBlock *block = (const InterpBlock *)code->entry;
        const InterpOp *op = block->ops;
        const TcgCode *next = NULL;

        r.consts = block->consts;
        env->current = code;
        while (op) {
            op = step(&r, code, op, &next, &ret);
        }
        code = next;
    }
    return ret;
}

static bool interp_init(const IrGlobal *globals, unsigned nglobals, TcgBuffer *b, Error **errp)
{
    return true;
}

static void interp_link(TcgCode *code, unsigned n, TcgCode *to)
{
    __atomic_store_n(&code->exits[n].target, to, __ATOMIC_RELEASE);
}

static const void *interp_jump_entry(const TcgCode *code)
{
    return code;
}

static const TcgEngine interp_engine = {
    .name = "interp",
    .summary = "interprets the IR; runs on any host",
    .init = interp_init,
    .gen = interp_gen,
    .exec = interp_exec,
    .link = interp_link,
    .jump_entry = interp_jump_entry,
};
TCG_ENGINE(interp_engine);
