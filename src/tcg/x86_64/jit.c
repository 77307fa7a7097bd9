/* SPDX-License-Identifier: MIT */
/* The JIT engine for x86-64 hosts: one block of IR becomes one piece of machine code.
 *
 *     regalloc.c   places for all operands          rows.c       which row does which op
 *     ops_*.c      the rows: IR op -> instructions  moves.c      values between places
 *     asm.h        instructions -> bytes            call.c       C functions
 *     thunks.c     the way in and out, slow paths
 *
 * A block is laid out as        main line | stubs: slow paths, unlinked exits, constants
 * The main line falls through when all goes well; whatever is rare is a jump away.  Nothing is
 * loaded or stored at a block's edges: guest registers stay in host registers from block to block
 * (x86_int.h says which). */
#include "tcg/x86_64/x86_int.h"

#include "base/log.h"

X86Shared x86;

LOG_ITEM(op_ra, "IR of each block with the places that its values got, checked");

/* Hottest first, as the target declares its globals. */
static const uint8_t pinned_ints[] = {RBX, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15};
static const uint8_t pinned_floats[] = {16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29};

static const char *const reg_names[RA_REGS] = {
    "rax",  "rcx",  "rdx",  "rbx",  "rsp",   "rbp",   "rsi",   "rdi",   "r8",    "r9",    "r10",
    "r11",  "r12",  "r13",  "r14",  "r15",   "xmm0",  "xmm1",  "xmm2",  "xmm3",  "xmm4",  "xmm5",
    "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
};

/* ---- stubs ---- */

Stub *x86_stub(X86 *x, void (*emit)(X86 *x, const Stub *s), const RaOp *m)
{
    Stub *s = &x->stubs[x->nstubs++];

    assert(x->nstubs <= X86_MAX_STUBS);
    *s = (Stub){.emit = emit, .m = m, .mark = x->nmarks};
    return s;
}

Stub *x86_stub_jcc(X86 *x, X86Cond cc, void (*emit)(X86 *x, const Stub *s), const RaOp *m)
{
    uint8_t *rel = asm_jcc(&x->a, cc);
    Stub *s = x86_stub(x, emit, m);

    s->from = rel;
    return s;
}

void x86_stub_return(X86 *x, const Stub *s)
{
    asm_patch(asm_jmp(&x->a), s->back);
}

/* ---- one block ---- */

static bool is_full(const X86 *x)
{
    return x->end - x->a.p < X86_OP_ROOM;
}

/* Where labels stand, and how often they are branched to. */
static void find_labels(X86 *x)
{
    memset(x->label_refs, 0, x->c->nlabels * sizeof(x->label_refs[0]));
    for (unsigned i = 0; i < x->c->nops; i++) {
        const IrOp *op = &x->c->ops[i];

        if (op->opc == IR_label) {
            x->label_op[op->imm] = i;
        } else if (op->opc == IR_br || op->opc == IR_brcond) {
            x->label_refs[op->imm]++;
        }
    }
}

static bool emit_main_line(X86 *x)
{
    for (unsigned i = 0; i < x->ra.nops; i++) {
        const RaOp *m = &x->ra.ops[i];

        if (is_full(x)) {
            return false;
        }
        if (m->op) {
            x86_emitter(x->c, m->op)(x, m);
        } else {
            x86_move(x, m->d, m->in[0]);
        }
    }
    for (unsigned i = 0; i < x->nfixups; i++) {
        asm_patch(x->fixups[i].rel, x->labels[x->fixups[i].label]);
    }
    return true;
}

/* Each stub with a mark of its own: its guest instruction is that of the place that jumps to it. */
static bool emit_stubs(X86 *x)
{
    for (unsigned i = 0; i < x->nstubs; i++) {
        const Stub *s = &x->stubs[i];

        if (is_full(x)) {
            return false;
        }
        if (s->mark && x->marks[s->mark - 1].insn != x->marks[x->nmarks - 1].insn) {
            x->marks[x->nmarks] = x->marks[s->mark - 1];
            x->marks[x->nmarks++].host = x->a.p - x->begin;
        }
        if (s->from) {
            asm_patch(s->from, x->a.p);
        }
        s->emit(x, s);
    }
    return true;
}

/* Allocate and fill what outlives the translation. */
static bool publish(X86 *x, TcgBuffer *b, TcgCode *code)
{
    code->marks = b->meta_alloc(b, x->nmarks * sizeof(TcgMark));
    code->exits = b->meta_alloc(b, x->c->nexits * sizeof(TcgExitSlot));
    if (!code->marks || !code->exits) {
        return false;
    }
    memcpy(code->marks, x->marks, x->nmarks * sizeof(TcgMark));
    memcpy(code->exits, x->exits, x->c->nexits * sizeof(TcgExitSlot));
    asm_align(&x->a, 16, 0);
    code->nmarks = x->nmarks;
    code->nexits = x->c->nexits;
    code->float_off = x->float_off;
    code->entry = b->exec;
    code->size = x->a.p - x->begin;
    b->write += code->size;
    b->exec += code->size;
    b->room -= code->size;
    return true;
}

static void log_places(const RegAlloc *ra)
{
    Str text = {0};
    Error *err = NULL;

    ra_dump(ra, &text);
    if (!ra_verify(ra, &err)) {
        str_printf(&text, "WRONG: %s\n", err_msg(err));
        err_free(err);
    }
    log_printf("OP with places:\n%s\n", str_get(&text));
    str_free(&text);
}

static bool jit_gen(Ir *c, TcgBuffer *b, TcgCode *code)
{
    static __thread X86 block; /* too large for a stack */
    X86 *x = &block;

    assert(b->exec - b->write == x86.to_exec);
    x->a = (Asm){.p = b->write, .exec = x86.to_exec};
    x->begin = b->write;
    x->end = b->write + b->room;
    x->c = c;
    x->code = code;
    x->float_off = c->float_off;
    x->nstubs = x->nfixups = x->nmarks = 0;
    memset(x->exits, 0, sizeof(x->exits));
    ir_mark_steps(c, code->pc);
    ir_group_accesses(c);
    find_labels(x);
    regalloc(&x->ra, &x86.host, c);
    if (log_on(op_ra) && log_in_filter(code->pc)) {
        log_places(&x->ra);
    }
    return emit_main_line(x) && emit_stubs(x) && publish(x, b, code);
}

/* ---- running ---- */

static uintptr_t jit_exec(TcgEnv *env, const TcgCode *code)
{
    uintptr_t (*enter)(void *, const void *) =
        (uintptr_t(*)(void *, const void *))(uintptr_t)x86.thunk.enter[code->float_off];
    uintptr_t ret;

    if (!code->float_off) {
        tcg_fp_enter(env);
    }
    ret = enter((char *)env + x86.bias, code->entry);
    if (!code->float_off) {
        tcg_fp_leave(env);
    }
    /* By way of patched jumps we may come out of a block that another thread made.  This pairs with
     * jit_link, and so what it wrote about the block is seen. */
    __atomic_load_n(&x86.links, __ATOMIC_ACQUIRE);
    if (ret) {
        env->pc = ((const TcgCode *)(ret & ~(uintptr_t)63))->exits[ret & 63].pc;
    }
    return ret;
}

static void jit_link(TcgCode *code, unsigned n, TcgCode *to)
{
    TcgExitSlot *slot = &code->exits[n];
    const uint8_t *from = code->entry + slot->patch;
    const uint8_t *target = to ? to->entry : code->entry + slot->unlinked;

    assert(!to || to->float_off == code->float_off);
    __atomic_fetch_add(&x86.links, 1, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->target, to, __ATOMIC_RELAXED);
    __atomic_store_n((int32_t *)(uintptr_t)(from - x86.to_exec), target - (from + 4),
                     __ATOMIC_RELEASE);
}

static const void *jit_jump_entry(const TcgCode *code)
{
    return code->entry;
}

/* ---- once per process ---- */

/* Choose rbp's place in the CPU state, so that 8-bit displacements reach most globals without a
 * register. */
static int32_t choose_bias(const IrGlobal *globals, unsigned nglobals)
{
    uint32_t lowest = ~0u;

    for (unsigned i = 0; i < nglobals; i++) {
        if (!ir_is_float(globals[i].type) && x86.host.pin[i] == RA_NO_REG) {
            lowest = MIN(lowest, globals[i].offset);
        }
    }
    return lowest == ~0u ? 0 : lowest + 128;
}

static bool jit_init(const IrGlobal *globals, unsigned nglobals, TcgBuffer *b, Error **errp)
{
    Asm a = {.p = b->write, .exec = b->exec - b->write};
    size_t used;

    x86.features = x86_cpu_features();
    x86.to_exec = a.exec;
    x86.globals = globals;
    x86.nglobals = nglobals;
    x86.host = (RaHost){.scratch = BIT(RAX) | BIT(RCX) | BIT(RDX) | BIT(XMM14) | BIT(XMM15),
                        .reg_names = reg_names,
                        .rule = x86_rule};
    ra_pin(&x86.host, globals, nglobals, pinned_ints, ARRAY_SIZE(pinned_ints), pinned_floats,
           ARRAY_SIZE(pinned_floats));
    x86.bias = choose_bias(globals, nglobals);
    x86_rows_init();
    if (b->room < X86_THUNK_ROOM) {
        return err_set(errp, "the code buffer is too small for the JIT's own code (%d bytes)",
                       X86_THUNK_ROOM);
    }
    x86_make_thunks(&a);
    asm_align(&a, 64, 0);
    used = a.p - b->write;
    assert(used <= X86_THUNK_ROOM);
    b->write += used;
    b->exec += used;
    b->room -= used;
    return true;
}

static const TcgEngine jit_engine = {
    .name = "jit",
    .summary = "translates to x86-64 machine code",
    .priority = 10,
    .init = jit_init,
    .gen = jit_gen,
    .exec = jit_exec,
    .link = jit_link,
    .jump_entry = jit_jump_entry,
};
TCG_ENGINE(jit_engine);
