/* SPDX-License-Identifier: MIT */
/* Shared by the files of the x86-64 back end.  Start reading at jit.c.
 *
 * Registers:
 *     rbp                              the TcgEnv plus x86.bias, so that most guest registers are
 *                                      8-bit offsets away
 *     rax rcx rdx, xmm14 xmm15         temporaries
 *     rbx rsi rdi r8-r15, xmm0-xmm13   pinned: the first integer and floating-point globals
 *     rsp                              the frame of the entry thunk, 16-byte aligned
 *     mxcsr                            the guest's rounding mode and flags, unless float_off */
#ifndef TCG_X86_64_X86_INT_H
#define TCG_X86_64_X86_INT_H

#include "tcg/regalloc.h"
#include "tcg/tcg.h"
#include "tcg/x86_64/asm.h"

typedef struct X86 X86;
typedef struct Stub Stub;

/* ---- rows ---- */

/* One way to do one IR op.  Of several rows for an op, the one that needs the most of what the CPU
 * has wins; an op (or type) without a row becomes a call of its semantic function. */
typedef struct X86Row {
    IrOpcode opc;
    uint8_t types;      /* bit t: IrType t */
    const char *places; /* "result: operands ! clobbered", see rows.c */
    void (*emit)(X86 *x, const RaOp *m);
    unsigned needs;                 /* CPU_* features */
    bool (*usable)(const IrOp *op); /* NULL: always */
} X86Row;

enum { T_I32 = 1 << I32, T_I64 = 1 << I64, T_F32 = 1 << F32, T_F64 = 1 << F64 };
enum { T_INT = T_I32 | T_I64, T_FLOAT = T_F32 | T_F64, T_ANY = T_INT | T_FLOAT };

enum {
    CPU_BMI1 = 1,
    CPU_BMI2 = 2,
    CPU_LZCNT = 4,
    CPU_POPCNT = 8,
    CPU_FMA = 16,
    CPU_SSE41 = 32,
    CPU_AVX = 64
};

#define X86_ROW(id, opc_, types_, places_, emit_, ...)                                             \
    static const X86Row x86_row_##id = {                                                           \
        .opc = IR_##opc_, .types = types_, .places = places_, .emit = emit_, __VA_ARGS__};         \
    LINKSET_ADD(x86_rows, x86_row_##id)
#define X86_OP(opc, types, places, emit, ...) X86_ROW(opc, opc, types, places, emit, __VA_ARGS__)

/* The rule of an op for the register allocator, and the emitter that goes with it. */
const RaRule *x86_rule(const Ir *c, const IrOp *op);
void (*x86_emitter(const Ir *c, const IrOp *op))(X86 *x, const RaOp *m);
void x86_rows_init(void);

/* What this CPU has: CPU_*. */
unsigned x86_cpu_features(void);
static inline bool x86_has(unsigned features);

/* ---- the process-wide part: thunks and constants, made once ---- */

/* Size, sign and MMU index of an access, in one small number and back. */
enum { X86_RETRIES = TCG_MMU_MODES << 3 };

static inline unsigned x86_retry_index(MemOp m)
{
    return (m & (MO_SIZE | MO_SIGN)) | memop_mmu(m) << 3;
}

static inline MemOp x86_retry_memop(unsigned index)
{
    return (index & (MO_SIZE | MO_SIGN)) | MO_MMU(index >> 3);
}

/* Pieces of code that all blocks share.  Index [float_off]: with and without floating-point
 * registers. */
typedef struct X86Thunks {
    const uint8_t *enter[2];      /* uintptr_t (*)(void *biased_env, const void *code) */
    const uint8_t *leave[2];      /* exec returns rax */
    const uint8_t *leave_loop[2]; /* pc = rax, exit_kind = TCG_EXIT_LOOP */
    const uint8_t *leave_lookup[2];
    const uint8_t *leave_request[2];
    const uint8_t *leave_icount[2];
    const uint8_t *save_all[2];                     /* before helpers that look at globals ... */
    const uint8_t *load_all[2];                     /* ... and after those that change them, */
    const uint8_t *load_synced[2];                  /* or after the others */
    const uint8_t *save_caller[2], *load_caller[2]; /* around pure helpers */
    const uint8_t *slow_load[2], *slow_store[2], *slow_rmw[2], *slow_cmpxchg[2], *slow_eval[2];
    const uint8_t *retry_load[2][X86_RETRIES],
        *retry_store[2][X86_RETRIES]; /* by x86_retry_index */
    /* constants, 16-byte aligned */
    const uint64_t *sign64, *sign32, *abs64, *abs32, *box, *nan64, *nan32;
    const uint64_t *minus_one64, *minus_one32, *two_to_32_64, *two_to_32_32, *two_to_63_64,
        *two_to_63_32;
} X86Thunks;

typedef struct X86Shared {
    RaHost host;
    X86Thunks thunk;
    unsigned features;
    int32_t bias;      /* rbp = env + bias */
    ptrdiff_t to_exec; /* executable - writable address */
    const IrGlobal *globals;
    unsigned nglobals;
    unsigned links; /* atomic: jumps patched so far */
} X86Shared;

extern X86Shared x86;

static inline bool x86_has(unsigned features)
{
    return (x86.features & features) == features;
}

/* Write the thunks into @a. */
void x86_make_thunks(Asm *a);

/* ---- one block being translated ---- */

/* Code that is out of line: emitted after the block. */
struct Stub {
    void (*emit)(X86 *x, const Stub *s);
    const RaOp *m;
    uint8_t *from; /* the displacement that leads here; NULL: from elsewhere */
    uint8_t *back; /* where the main line goes on */
    uint64_t arg;
    unsigned mark; /* index of the guest instruction's mark */
};

typedef struct Fixup {
    uint8_t *rel; /* jump to a label not yet placed */
    unsigned label;
} Fixup;

enum {
    X86_MAX_STUBS = 2 * IR_MAX_OPS,
    X86_MAX_FIXUPS = IR_MAX_OPS,
    X86_MAX_MARKS = IR_MAX_OPS + X86_MAX_STUBS,
};

/* The most that one op, or one stub, can emit. */
enum { X86_OP_ROOM = 512, X86_THUNK_ROOM = 64 * 1024 };

struct X86 {
    Asm a;
    uint8_t *begin, *end;
    const Ir *c;
    TcgCode *code;
    bool float_off;
    Stub stubs[X86_MAX_STUBS];
    unsigned nstubs;
    Fixup fixups[X86_MAX_FIXUPS];
    unsigned nfixups;
    uint8_t *labels[IR_MAX_LABELS];     /* where each is in the code, */
    uint32_t label_op[IR_MAX_LABELS];   /* and in the IR */
    uint16_t label_refs[IR_MAX_LABELS]; /* branches to it */
    TcgMark marks[X86_MAX_MARKS];
    unsigned nmarks;
    TcgExitSlot exits[IR_MAX_EXITS];
    RegAlloc ra;
};

/* Make a stub; its code starts when @emit is called, after the main line. */
Stub *x86_stub(X86 *x, void (*emit)(X86 *x, const Stub *s), const RaOp *m);
/* jcc to a new stub. */
Stub *x86_stub_jcc(X86 *x, X86Cond cc, void (*emit)(X86 *x, const Stub *s), const RaOp *m);
/* A constant in the code: the stub's arg; its from is the displacement of the instruction that
 * reads it. */
void x86_stub_literal(X86 *x, const Stub *s);
/* The stub is done: go on behind the place that it belongs to. */
void x86_stub_return(X86 *x, const Stub *s);

/* ---- places as operands ---- */

static inline Rm x86_env(int32_t off)
{
    return rm_mem(RBP, off - x86.bias);
}

static inline bool loc_is_reg(Loc l)
{
    return l.kind == LOC_REG;
}

/* Is @l the register @r? */
static inline bool loc_is(Loc l, unsigned r)
{
    return l.kind == LOC_REG && l.reg == r;
}

static inline uint64_t loc_imm(const X86 *x, Loc l)
{
    return x->c->vals[l.val.n].value;
}

/* A register or memory operand. */
static inline Rm loc_rm(Loc l)
{
    return l.kind == LOC_REG ? rm_reg(l.reg) : x86_env(l.off);
}

static inline unsigned width_of(const RaOp *m)
{
    return m->op->type == I32 ? 0 : X_W;
}

/* d = s, all 64 bits; leaves the flags alone unless @s is the floating-point constant 0. */
void x86_move(X86 *x, Loc d, Loc s);
/* The same into register @d, of whatever class. */
void x86_move_to(X86 *x, unsigned d, Loc s);
/* ---- the TLB ---- */

/* @index = the offset of the TLB entry for base + imm; @page = what its tag must be for an access
 * of the size of
 * @mo at base + imm + last.  @index may not be @base; @page may not be either. */
void x86_tlb_lookup(Asm *a, unsigned base, int32_t imm, unsigned index, unsigned page, MemOp mo,
                    int32_t last);

/* Field @field of the entry at offset @index, for the MMU index of @mo. */
Rm x86_tlb_field(unsigned index, MemOp mo, size_t field);

/* Go to @slow unless the access is a TLB hit; rcx = host address - guest address. */
Stub *x86_tlb_check(X86 *x, const RaOp *m, bool write, void (*slow)(X86 *x, const Stub *s));

/* Where the access goes then. */
Rm x86_host_memory(const RaOp *m);

/* rdx = base + imm - the start of the window of @mo; the flags say "below" if it is inside. */
void x86_window_lookup(Asm *a, unsigned base, int32_t imm, MemOp mo);
Rm x86_window_addend(MemOp mo);

/* The load by way of the runtime. */
void x86_slow_load(X86 *x, const RaOp *m);

/* A load or store of the host, from or to register @reg. */
void x86_load_from(Asm *a, unsigned reg, IrType type, MemOp mo, Rm from);
void x86_store_to(Asm *a, Rm to, MemOp mo, unsigned reg);
/* A store from any place.  @scratch may be lost. */
void x86_store_loc(X86 *x, Rm to, MemOp mo, Loc v, unsigned scratch);

/* Compare a with b; returns the x86 condition that then says "a cond b". */
X86Cond x86_compare(X86 *x, IrCond cond, unsigned w, Loc a, Loc b);

/* For the thunk slow_eval. */
void x86_slow_eval(TcgEnv *env, uint32_t id);

/* Call the semantic function of an op that has no row. */
void x86_emit_eval(X86 *x, const RaOp *m);
/* The same out of line, as the rare case of a row; the result must be no scratch register that an
 * operand is in. */
void x86_stub_eval(X86 *x, const Stub *s);

/* push imm: a word for a slow path. */
void x86_push_imm(X86 *x, uint32_t imm);

#endif
