/* SPDX-License-Identifier: MIT */
/* Calls of C functions from translated code: helpers, and the semantic functions of ops without a
 * row. */
#include "tcg/x86_64/x86_int.h"

static const uint8_t argument_regs[] = {RDI, RSI, RDX, RCX, R8, R9};

/* Put @src into argument register @arg.  Pinned registers that are argument registers may have been
 * overwritten by now; but like all that a C function may change, they were saved to their homes. */
static void set_argument(X86 *x, unsigned arg, Loc src)
{
    if (loc_is(src, RSI) || loc_is(src, RDI) || loc_is(src, R8) || loc_is(src, R9)) {
        const ValInfo *info = &x->c->vals[src.val.n];

        src = (Loc){.kind = LOC_ENV, .val = src.val, .off = x->c->globals[info->global].offset};
    }
    x86_move_to(x, argument_regs[arg], src);
}

/* Move the arguments into place.  The sources can be in rax, rcx and rdx, so the two argument
 * registers among those come last, in an order that loses nothing. */
static void set_arguments(X86 *x, const Loc *args, unsigned n)
{
    enum { ARG_RDX = 2, ARG_RCX = 3 };

    for (unsigned i = 0; i < n; i++) {
        if (i != ARG_RDX && i != ARG_RCX && args[i].kind != LOC_NONE) {
            set_argument(x, i, args[i]);
        }
    }
    if (n <= ARG_RDX) {
        return;
    }
    if (n <= ARG_RCX) {
        set_argument(x, ARG_RDX, args[ARG_RDX]);
    } else if (loc_is(args[ARG_RDX], RCX) && loc_is(args[ARG_RCX], RDX)) {
        asm_rr(&x->a, X_XCHG | X_W, RCX, RDX);
    } else if (loc_is(args[ARG_RCX], RDX)) {
        set_argument(x, ARG_RCX, args[ARG_RCX]);
        set_argument(x, ARG_RDX, args[ARG_RDX]);
    } else {
        set_argument(x, ARG_RDX, args[ARG_RDX]);
        set_argument(x, ARG_RCX, args[ARG_RCX]);
    }
}

static void call(X86 *x, const uint8_t *const thunk[2])
{
    asm_call_to(&x->a, thunk[x->float_off]);
}

/* The result of a C function, in rax, to where the allocator wants it. */
static void take_result(X86 *x, Loc d)
{
    if (d.kind != LOC_NONE) {
        x86_move_to(x, d.reg, (Loc){.kind = LOC_REG, .reg = RAX});
    }
}

static void emit_call(X86 *x, const RaOp *m)
{
    const IrHelper *h = m->op->helper;
    bool looks = h->effects & (HF_READS | HF_WRITES | HF_TRAPS);
    Loc args[RA_INPUTS] = {{0}};
    unsigned n = 0, env = RA_INPUTS;

    for (unsigned i = 0; h->sig[1 + n]; n++) {
        if (h->sig[1 + n] == 'e') {
            env = n;
        } else {
            args[n] = m->in[i++];
        }
    }
    call(x, looks ? x86.thunk.save_all : x86.thunk.save_caller);
    set_arguments(x, args, n);
    if (env < RA_INPUTS) {
        asm_op(&x->a, X_LEA | X_W, argument_regs[env], rm_mem(RBP, -x86.bias));
    }
    asm_call_to(&x->a, h->fn);
    /* These also make sure that the return address is inside the code of this guest instruction. */
    call(x, h->effects & HF_WRITES ? x86.thunk.load_all
            : looks                ? x86.thunk.load_synced
                                   : x86.thunk.load_caller);
    take_result(x, m->d);
}
X86_OP(call, T_ANY, "rx: * * * * * * ! acdyz", emit_call);

/* ---- semantic functions ---- */

/* What a call of a semantic function must know, as one number that fits a push. */
static uint32_t eval_id(const IrOp *op)
{
    return op->opc | op->type << 8 | (op->aux & 7) << 16;
}

static uint64_t eval(TcgEnv *env, uint32_t id, uint64_t a, uint64_t b, uint64_t c)
{
    unsigned rm = id >> 16;
    FpStatus s = {.rm = rm == FP_DYN ? env->fp.rm : rm};
    uint64_t r = ir_op_info[id & 0xff].eval[id >> 8 & 0xff](a, b, c, &s);

    env->fp.flags |= s.flags;
    return r;
}

void x86_emit_eval(X86 *x, const RaOp *m)
{
    Loc args[5] = {{0}};

    assert(ir_op_info[m->op->opc].eval[m->op->type]); /* else an op without semantics has no row */
    memcpy(&args[2], m->in, ir_op_info[m->op->opc].inputs * sizeof(Loc));
    call(x, x86.thunk.save_caller);
    set_arguments(x, args, 2 + ir_op_info[m->op->opc].inputs);
    asm_op(&x->a, X_LEA | X_W, RDI, rm_mem(RBP, -x86.bias));
    asm_mov_imm(&x->a, RSI, eval_id(m->op));
    asm_call_to(&x->a, eval);
    call(x, x86.thunk.load_caller);
    take_result(x, m->d);
}

void x86_slow_eval(TcgEnv *env, uint32_t id)
{
    uint64_t *args = &env->saved_scratch[3];

    env->saved_scratch[6] = eval(env, id, args[0], args[1], args[2]);
}

void x86_stub_eval(X86 *x, const Stub *s)
{
    const RaOp *m = s->m;

    for (unsigned i = 0; i < ir_op_info[m->op->opc].inputs; i++) {
        Loc arg = {.kind = LOC_ENV, .off = offsetof(TcgEnv, saved_scratch) + 8 * (3 + i)};

        if (m->in[i].kind == LOC_ENV) {
            asm_op(&x->a, X_GROUP5, 6, x86_env(m->in[i].off)); /* push, then pop */
            asm_op(&x->a, 0x8f, 0, x86_env(arg.off));
        } else {
            x86_move(x, arg, m->in[i]);
        }
    }
    x86_push_imm(x, eval_id(m->op));
    call(x, x86.thunk.slow_eval);
    x86_move_to(x, m->d.reg, (Loc){.kind = LOC_ENV, .off = offsetof(TcgEnv, saved_scratch[6])});
    x86_stub_return(x, s);
}
