/* SPDX-License-Identifier: MIT */
/* The code that all blocks share, made once: the way in and out of translated code, and the way
 * from a block into a C function and back.
 *
 * Everything that must not be forgotten about registers is in this file.  Each thunk comes in two
 * variants: with and without the floating-point registers (float_off: the guest's FPU is off, its
 * registers stay in the CPU state, and MXCSR stays the host's).
 *
 * MXCSR holds the guest's rounding mode and flags while translated code runs, so C code that may
 * compute with floating point must not run with it: it is exchanged around every call but those of
 * pure functions. */
#include "tcg/x86_64/x86_int.h"

typedef enum Which { ALL, CALLER_SAVED } Which;

/* May a C function change @reg?  (System V ABI.) */
static bool is_caller_saved(unsigned reg)
{
    return reg >= RA_FLOAT || !(reg == RBX || reg == RBP || (reg >= R12 && reg <= R15));
}

static void store_reg(Asm *a, unsigned reg, Rm to)
{
    asm_op(a, reg < RA_FLOAT ? X_MOV_MR | X_W : X_MOVSD_MR, reg, to);
}

static void load_reg(Asm *a, unsigned reg, Rm from)
{
    asm_op(a, reg < RA_FLOAT ? X_MOV | X_W : X_MOVSD, reg, from);
}

/* Store pinned globals to their homes in the CPU state, or load them from there. */
static void pinned(Asm *a, Which which, bool float_off, void (*each)(Asm *, unsigned, Rm))
{
    for (unsigned i = 0; i < x86.nglobals; i++) {
        unsigned reg = x86.host.pin[i];

        if (reg == RA_NO_REG || (float_off && reg >= RA_FLOAT) ||
            (which == CALLER_SAVED && !is_caller_saved(reg))) {
            continue;
        }
        each(a, reg, x86_env(x86.globals[i].offset));
    }
}

static void mxcsr_to_host(Asm *a, bool float_off)
{
    if (!float_off) {
        asm_op(a, X_LDMXCSR, 3, x86_env(offsetof(TcgEnv, mxcsr_guest)));
        asm_op(a, X_LDMXCSR, 2, x86_env(offsetof(TcgEnv, mxcsr_host)));
    }
}

static void mxcsr_to_guest(Asm *a, bool float_off)
{
    if (!float_off) {
        asm_op(a, X_LDMXCSR, 2, x86_env(offsetof(TcgEnv, mxcsr_guest)));
    }
}

static void ret(Asm *a)
{
    put8(a, 0xc3);
}

static const uint8_t *start(Asm *a)
{
    asm_align(a, 16, 0);
    return asm_here(a);
}

/* ---- in and out ---- */

static const uint8_t callee_saved[] = {RBX, RBP, R12, R13, R14, R15};

/* uintptr_t enter(void *biased_env, const void *entry) */
static const uint8_t *make_enter(Asm *a, bool float_off)
{
    const uint8_t *at = start(a);

    for (unsigned i = 0; i < ARRAY_SIZE(callee_saved); i++) {
        asm_op(a, X_GROUP5, 6, rm_reg(callee_saved[i]));
    }
    asm_alu_imm(a, ALU_SUB, X_W, rm_reg(RSP), 8); /* with the return address: a multiple of 16 */
    asm_rr(a, X_MOV | X_W, RBP, RDI);
    asm_rr(a, X_MOV | X_W, RAX, RSI);
    if (!float_off) {
        asm_op(a, X_LDMXCSR, 3, x86_env(offsetof(TcgEnv, mxcsr_host)));
    }
    mxcsr_to_guest(a, float_off);
    pinned(a, ALL, float_off, load_reg);
    asm_op(a, X_GROUP5, 4, rm_reg(RAX));
    return at;
}

static const uint8_t *make_leave(Asm *a, bool float_off)
{
    const uint8_t *at = start(a);

    pinned(a, ALL, float_off, store_reg);
    mxcsr_to_host(a, float_off);
    asm_alu_imm(a, ALU_ADD, X_W, rm_reg(RSP), 8);
    for (unsigned i = ARRAY_SIZE(callee_saved); i-- > 0;) {
        asm_op(a, 0x8f, 0, rm_reg(callee_saved[i])); /* pop */
    }
    ret(a);
    return at;
}

/* env->pc = rax, env->exit_kind = @kind, leave with 0 */
static const uint8_t *make_leave_kind(Asm *a, TcgExit kind, const uint8_t *leave)
{
    const uint8_t *at = start(a);

    asm_op(a, X_MOV_MR | X_W, RAX, x86_env(offsetof(TcgEnv, pc)));
    asm_op(a, 0xc7, 0, x86_env(offsetof(TcgEnv, exit_kind)));
    put32(a, kind);
    asm_mov_imm(a, RAX, 0);
    asm_jmp_to(a, leave);
    return at;
}

/* ---- around helper calls ---- */

static const uint8_t *make_save(Asm *a, Which which, bool float_off)
{
    const uint8_t *at = start(a);

    pinned(a, which, float_off, store_reg);
    if (which == ALL) {
        mxcsr_to_host(a, float_off);
    }
    ret(a);
    return at;
}

static const uint8_t *make_load(Asm *a, Which which, bool switch_mxcsr, bool float_off)
{
    const uint8_t *at = start(a);

    pinned(a, which, float_off, load_reg);
    if (switch_mxcsr) {
        mxcsr_to_guest(a, float_off);
    }
    ret(a);
    return at;
}

/* ---- slow paths ---- */

/* A slow path is called with a word pushed before; rsp is a multiple of 16 again.  Temporaries may
 * be in any scratch register but rcx and rdx. */
static void slow_begin(Asm *a, bool float_off)
{
    asm_op(a, X_MOV_MR | X_W, RAX, x86_env(offsetof(TcgEnv, saved_scratch[0])));
    store_reg(a, XMM14, x86_env(offsetof(TcgEnv, saved_vector[0])));
    store_reg(a, XMM15, x86_env(offsetof(TcgEnv, saved_vector[1])));
    pinned(a, ALL, float_off, store_reg);
    mxcsr_to_host(a, float_off);
}

static void slow_end(Asm *a, bool float_off)
{
    mxcsr_to_guest(a, float_off);
    pinned(a, CALLER_SAVED, float_off, load_reg);
    load_reg(a, XMM14, x86_env(offsetof(TcgEnv, saved_vector[0])));
    load_reg(a, XMM15, x86_env(offsetof(TcgEnv, saved_vector[1])));
    put8(a, 0xc2); /* ret, and drop the pushed word */
    put8(a, 8);
    put8(a, 0);
}

/* Call *@fn with the env in front; the other arguments are in place. */
static void call_runtime(Asm *a, const void *fn)
{
    asm_op(a, X_LEA | X_W, RDI, rm_mem(RBP, -x86.bias));
    asm_mov_imm(a, RAX, (uintptr_t)fn);
    asm_op(a, X_GROUP5, 2, rm_mem(RAX, 0));
}

/* rdx = load(rcx); the pushed word is the MemOp.  rax is kept. */
static const uint8_t *make_slow_load(Asm *a, bool float_off)
{
    const uint8_t *at = start(a);

    slow_begin(a, float_off);
    asm_rr(a, X_MOV | X_W, RSI, RCX);
    asm_op(a, X_MOV, RDX, rm_mem(RSP, 8));
    asm_op(a, X_MOV | X_W, RCX, rm_mem(RSP, 0));
    call_runtime(a, &tcg_runtime.load);
    asm_rr(a, X_MOV | X_W, RDX, RAX);
    asm_op(a, X_MOV | X_W, RAX, x86_env(offsetof(TcgEnv, saved_scratch[0])));
    slow_end(a, float_off);
    return at;
}

/* store(rcx, rdx), keeping rax; or rax = rmw(rcx, rdx) */
static const uint8_t *make_slow_store(Asm *a, bool float_off, const void *fn, bool keep_rax)
{
    const uint8_t *at = start(a);

    slow_begin(a, float_off);
    asm_rr(a, X_MOV | X_W, RSI, RCX);
    asm_op(a, X_MOV, RCX, rm_mem(RSP, 8));
    asm_op(a, X_MOV | X_W, R8, rm_mem(RSP, 0));
    call_runtime(a, fn);
    if (keep_rax) {
        asm_op(a, X_MOV | X_W, RAX, x86_env(offsetof(TcgEnv, saved_scratch[0])));
    }
    slow_end(a, float_off);
    return at;
}

/* rax = cmpxchg(rcx, expected rdx, new rax) */
static const uint8_t *make_slow_cmpxchg(Asm *a, bool float_off)
{
    const uint8_t *at = start(a);

    slow_begin(a, float_off);
    asm_rr(a, X_MOV | X_W, RSI, RCX);
    asm_rr(a, X_MOV | X_W, RCX, RAX);
    asm_op(a, X_MOV, R8, rm_mem(RSP, 8));
    asm_op(a, X_MOV | X_W, R9, rm_mem(RSP, 0));
    call_runtime(a, &tcg_runtime.cmpxchg);
    slow_end(a, float_off);
    return at;
}

/* The semantic function of an op whose operands are in env->saved_scratch[3...5]; the pushed word
 * is the eval_id of call.c.  The result goes to saved_scratch[6], and every register is kept. */
static const uint8_t *make_slow_eval(Asm *a, bool float_off)
{
    static void (*const eval)(TcgEnv *, uint32_t) = x86_slow_eval;
    const uint8_t *at = start(a);

    slow_begin(a, float_off);
    asm_op(a, X_MOV_MR | X_W, RCX, x86_env(offsetof(TcgEnv, saved_scratch[1])));
    asm_op(a, X_MOV_MR | X_W, RDX, x86_env(offsetof(TcgEnv, saved_scratch[2])));
    asm_op(a, X_MOV, RSI, rm_mem(RSP, 8));
    call_runtime(a, &eval);
    for (unsigned i = 0; i < 3; i++) {
        asm_op(a, X_MOV | X_W, RAX + i, x86_env(offsetof(TcgEnv, saved_scratch) + 8 * i));
    }
    slow_end(a, float_off);
    return at;
}

/* ---- accesses whose group was refused ---- */

/* As slow_load and slow_store, but look into the TLB for this access first. */
static const uint8_t *make_retry(Asm *a, MemOp mo, bool write, const uint8_t *slow)
{
    const uint8_t *at = start(a);
    size_t tag = write ? offsetof(TlbEntry, write_tag) : offsetof(TlbEntry, read_tag);
    uint8_t *miss;

    asm_op(a, X_MOV_MR | X_W, RAX, x86_env(offsetof(TcgEnv, saved_scratch[0])));
    asm_op(a, X_MOV_MR | X_W, RDX, x86_env(offsetof(TcgEnv, saved_scratch[1])));
    x86_tlb_lookup(a, RCX, 0, RAX, RDX, mo, 0);
    asm_op(a, X_ALU(ALU_CMP) | X_W, RDX, x86_tlb_field(RAX, mo, tag));
    asm_op(a, X_MOV | X_W, RDX, x86_env(offsetof(TcgEnv, saved_scratch[1])));
    miss = asm_jcc8(a, CC_NE);
    asm_op(a, X_MOV | X_W, RAX, x86_tlb_field(RAX, mo, offsetof(TlbEntry, addend)));
    if (write) {
        x86_store_to(a, rm_index(RCX, RAX, 0, 0), mo, RDX);
    } else {
        x86_load_from(a, RDX, I64, mo, rm_index(RCX, RAX, 0, 0));
    }
    asm_op(a, X_MOV | X_W, RAX, x86_env(offsetof(TcgEnv, saved_scratch[0])));
    put8(a, 0xc2); /* ret, and drop the pushed word */
    put8(a, 8);
    put8(a, 0);
    asm_patch8(a, miss);
    asm_op(a, X_MOV | X_W, RAX, x86_env(offsetof(TcgEnv, saved_scratch[0])));
    asm_jmp_to(a, slow);
    return at;
}

/* ---- constants ---- */

static const uint64_t *constant(Asm *a, uint64_t low, uint64_t high)
{
    const uint8_t *at = start(a);

    put64(a, low);
    put64(a, high);
    return (const uint64_t *)at;
}

static void make_constants(Asm *a, X86Thunks *t)
{
    t->sign64 = constant(a, BIT(63), 0);
    t->sign32 = constant(a, BIT(31), 0);
    t->abs64 = constant(a, ~BIT(63), 0);
    t->abs32 = constant(a, ~(uint32_t)BIT(31), 0);
    t->box = constant(a, 0xffffffff00000000u, 0);
    t->nan64 = constant(a, F64_NAN, 0);
    t->nan32 = constant(a, F32_NAN, 0);
    t->minus_one64 = constant(a, 0xbff0000000000000u, 0);
    t->minus_one32 = constant(a, 0xbf800000u, 0);
    t->two_to_32_64 = constant(a, 0x41f0000000000000u, 0);
    t->two_to_32_32 = constant(a, 0x4f800000u, 0);
    t->two_to_63_64 = constant(a, 0x43e0000000000000u, 0);
    t->two_to_63_32 = constant(a, 0x5f000000u, 0);
}

void x86_make_thunks(Asm *a)
{
    X86Thunks *t = &x86.thunk;

    make_constants(a, t);
    for (int off = 0; off < 2; off++) {
        t->enter[off] = make_enter(a, off);
        t->leave[off] = make_leave(a, off);
        t->leave_loop[off] = make_leave_kind(a, TCG_EXIT_LOOP, t->leave[off]);
        t->leave_lookup[off] = make_leave_kind(a, TCG_EXIT_LOOKUP, t->leave[off]);
        t->leave_request[off] = make_leave_kind(a, TCG_EXIT_REQUEST, t->leave[off]);
        t->leave_icount[off] = make_leave_kind(a, TCG_EXIT_ICOUNT, t->leave[off]);
        t->save_all[off] = make_save(a, ALL, off);
        t->load_all[off] = make_load(a, ALL, true, off);
        t->load_synced[off] = make_load(a, CALLER_SAVED, true, off);
        t->save_caller[off] = make_save(a, CALLER_SAVED, off);
        t->load_caller[off] = make_load(a, CALLER_SAVED, false, off);
        t->slow_load[off] = make_slow_load(a, off);
        t->slow_store[off] = make_slow_store(a, off, &tcg_runtime.store, true);
        t->slow_rmw[off] = make_slow_store(a, off, &tcg_runtime.rmw, false);
        t->slow_cmpxchg[off] = make_slow_cmpxchg(a, off);
        t->slow_eval[off] = make_slow_eval(a, off);
        for (MemOp mo = 0; mo < X86_RETRIES; mo++) {
            t->retry_load[off][mo] = make_retry(a, x86_retry_memop(mo), false, t->slow_load[off]);
            t->retry_store[off][mo] = make_retry(a, x86_retry_memop(mo), true, t->slow_store[off]);
        }
    }
}
