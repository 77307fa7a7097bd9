/* SPDX-License-Identifier: MIT */
/* The intermediate representation: what guest code is translated into, and host code is made from.
 *
 *     guest bytes --target--> Ir --optimise--> Ir --liveness--> --regalloc--> --host--> bytes
 *                                   \--------------------------> interpreter
 *
 * An Ir is one extended block: one entry at the top, forward branches to labels, several exits.
 * Operands are Vals:
 *   - globals   guest state that the target declared (registers); they live across blocks, and are
 *               exact at every op that may trap or leave;
 *   - temps     made by the builder; live from their definition to their last use; never live
 *               across a label (a not-taken brcond is no label);
 *   - constants interned by value.
 * An op's type says how many bits it works on.  A result of type i32 is zero-extended, so an i32 is
 * a valid i64 without any op, and an i32 op reads the low half of an i64.
 *
 * One Ir belongs to one thread; it is reused from block to block (ir_reset), and allocates nothing
 * while in use. */
#ifndef TCG_IR_H
#define TCG_IR_H

#include "base/linkset.h"
#include "base/str.h"
#include "tcg/env.h"

typedef enum IrType { I32, I64, F32, F64, IR_TYPES } IrType;

/* Does a value of this type live in a floating-point register? */
static inline bool ir_is_float(IrType t)
{
    return t == F32 || t == F64;
}

typedef enum IrCond {
    IR_EQ,
    IR_NE,
    IR_LT,
    IR_GE,
    IR_LTU,
    IR_GEU,
    IR_LE,
    IR_GT,
    IR_LEU,
    IR_GTU,
    IR_CONDS
} IrCond;

static inline IrCond ir_cond_invert(IrCond c)
{
    static const uint8_t inverse[] = {IR_NE,  IR_EQ, IR_GE, IR_LT,  IR_GEU,
                                      IR_LTU, IR_GT, IR_LE, IR_GTU, IR_LEU};

    return inverse[c];
}

/* The condition that holds for (b, a) when @c holds for (a, b). */
static inline IrCond ir_cond_swap(IrCond c)
{
    static const uint8_t swapped[] = {IR_EQ,  IR_NE, IR_GT, IR_LE,  IR_GTU,
                                      IR_LEU, IR_GE, IR_LT, IR_GEU, IR_LTU};

    return swapped[c];
}

/* How a guest access is made: fields of IrOp.aux.
 *   31        16 15     12 11 10  9   8  7     4  3    2    1 0
 *   |   span    | rmw kind |  0  | LIN PW |  mmu | ALG | SGN | size |     size: log2 of bytes */
typedef uint32_t MemOp;
enum {
    MO_8,
    MO_16,
    MO_32,
    MO_64,
    MO_SIZE = 3,
    MO_SIGN = 1 << 2,  /* sign-extend what is loaded */
    MO_ALIGN = 1 << 3, /* a misaligned address is an exception, not a slower access */
    MO_MMU_SHIFT = 4,
    MO_RMW_SHIFT = 12,
    MO_PROBE_WRITE = 1 << 8, /* probe: there are stores among the accesses */
    MO_LINEAR = 1 << 9,      /* a hint: memory is mapped in one large piece (TcgWindow) */
    MO_SPAN_SHIFT = 16,
};
#define MO_MMU(index) ((MemOp)(index) << MO_MMU_SHIFT)
#define MO_RMW(kind)  ((MemOp)(kind) << MO_RMW_SHIFT)

static inline unsigned memop_bytes(MemOp m)
{
    return 1u << (m & MO_SIZE);
}

static inline unsigned memop_mmu(MemOp m)
{
    return m >> MO_MMU_SHIFT & 15;
}

typedef enum RmwKind {
    RMW_SWAP,
    RMW_ADD,
    RMW_AND,
    RMW_OR,
    RMW_XOR,
    RMW_MIN,
    RMW_MAX,
    RMW_MINU,
    RMW_MAXU
} RmwKind;

static inline RmwKind memop_rmw(MemOp m)
{
    return m >> MO_RMW_SHIFT & 15;
}

/* Floating-point ops carry their rounding mode in aux: FP_RNE ... FP_RMM, or this for "as
 * env->fp.rm says". */
enum { FP_DYN = 7 };

/* ---- operands ---- */

typedef struct Val {
    uint16_t n; /* index into Ir.vals */
} Val;

#define VAL_NONE ((Val){0})

static inline bool val_is_none(Val v)
{
    return v.n == 0;
}

typedef enum ValKind { VALK_NONE, VALK_GLOBAL, VALK_TEMP, VALK_CONST } ValKind;

typedef struct ValInfo {
    uint8_t kind;    /* ValKind */
    uint8_t type;    /* IrType */
    uint16_t global; /* VALK_GLOBAL: index into Ir.globals */
    uint32_t next;   /* VALK_CONST: next in its hash chain */
    uint64_t value;  /* VALK_CONST; an i32 is zero-extended */
} ValInfo;

/* A piece of guest state.  Declared by the target, hottest first: the host pins as many as it has
 * registers. */
typedef struct IrGlobal {
    const char *name;
    IrType type;
    uint32_t offset; /* in the CPU state, from the TcgEnv on: 8 bytes, whatever the type */
} IrGlobal;

/* ---- ops ---- */

typedef enum IrOpcode {
#define OP1(name, ...) IR_##name,
#define OP2(name, ...) IR_##name,
#define OP3(name, ...) IR_##name,
#define FP1(name, ...) IR_##name,
#define FP2(name, ...) IR_##name,
#define FP3(name, ...) IR_##name,
#define OPX(name, ...) IR_##name,
#include "tcg/ops.h"
#undef OP1
#undef OP2
#undef OP3
#undef FP1
#undef FP2
#undef FP3
#undef OPX
    IR_OPCODES
} IrOpcode;

enum {
    OPF_PURE = 1,    /* no effect but its result: may be folded, moved or dropped */
    OPF_FLOAT = 2,   /* reads the rounding mode and accrues flags: never folded, moved or dropped */
    OPF_TRAPS = 4,   /* may raise a guest exception: all globals are exact here */
    OPF_END = 8,     /* control does not go on to the next op */
    OPF_EFFECT = 16, /* must stay, and in order */
};

/* What the row of an op says. */
typedef struct IrOpInfo {
    const char *name;
    const char *operands; /* letters "d a b c e" that the op uses */
    uint8_t flags;        /* OPF_* */
    uint8_t inputs;       /* how many of a b c e */
    bool has_result;
    /* Semantics of OP and FP rows, per type; NULL for OPX rows and types that make no sense. Unused
     * operands are ignored; @s may be NULL for integer ops. */
    uint64_t (*eval[IR_TYPES])(uint64_t a, uint64_t b, uint64_t c, FpStatus *s);
} IrOpInfo;

extern const IrOpInfo ir_op_info[IR_OPCODES];

/* Does @a @cond @b hold, as numbers of @type (I32 or I64)? */
bool ir_eval_cond(IrCond cond, IrType type, uint64_t a, uint64_t b);

typedef struct IrOp {
    uint8_t opc;   /* IrOpcode */
    uint8_t type;  /* IrType */
    uint8_t dead;  /* liveness: bit i = operand i (a b c e) is not used after this op */
    uint8_t flags; /* liveness and optimiser notes, OPN_* */
    Val d;         /* result, or VAL_NONE */
    Val in[4];     /* a b c e */
    uint32_t aux;  /* condition, MemOp, rounding mode, exit slot, ...: see the row */
    uint64_t imm;  /* offset, label, pc, ...: see the row */
    const struct IrHelper *helper; /* call only */
} IrOp;

enum {
    IR_MAX_INSNS = 64, /* guest instructions in a block */
    IR_MAX_OPS = 4096,
    IR_MAX_VALS = 8192,
    IR_MAX_LABELS = 256,
    IR_MAX_CALL_ARGS = 1024,
    IR_MAX_EXITS = 16, /* direct exits of a block */
    IR_CONST_HASH = 256,
};

/* Room that the translation of one guest instruction may use at the most; ir_is_full says when to
 * stop. */
enum { IR_INSN_OPS = 160 };

typedef struct Ir {
    const IrGlobal *globals;
    unsigned nglobals;
    IrOp ops[IR_MAX_OPS];
    unsigned nops;
    ValInfo vals[IR_MAX_VALS]; /* [0] is VAL_NONE, then the globals, then the rest */
    unsigned nvals;
    unsigned nlabels;
    unsigned nexits; /* direct exits used */
    bool float_off;  /* the guest's FPU is off in this block, and in all with the same flags: no op
                      * touches a float global; the engine may leave them in env
                      */
    Val call_args[IR_MAX_CALL_ARGS];
    unsigned ncall_args;
    uint16_t const_hash[IR_CONST_HASH]; /* Val index of the first constant of a chain, 0 = none */
    void *front; /* the target's own, while its translate() runs */
} Ir;

/* The operands of @op: those of a call are arguments. */
static inline unsigned ir_inputs(const Ir *c, const IrOp *op, const Val **in)
{
    bool call = op->opc == IR_call;

    *in = call ? &c->call_args[op->imm] : op->in;
    return call ? op->aux : ir_op_info[op->opc].inputs;
}

/* ---- helpers: C functions that translated code calls ---- */

enum {
    HF_PURE = 1,   /* a function of its arguments only (no env) */
    HF_READS = 2,  /* reads globals */
    HF_WRITES = 4, /* reads and writes globals */
    HF_TRAPS = 8,  /* may raise a guest exception */
    HF_FLOAT = 16, /* uses floating-point globals or status */
};

/* One row per helper, beside its definition.  Signature letters: result first, then the arguments;
 * v nothing, e the TcgEnv pointer, i any integer or float value as 64 bits.  At most 6 arguments,
 * env included.
 *
 *     static uint64_t helper_csrr(TcgEnv *env, uint64_t csr) {...}
 *     IR_HELPER(csrr, "iei", HF_READS | HF_TRAPS); */
typedef struct IrHelper {
    const char *name, *sig;
    void *fn;
    unsigned effects;
} IrHelper;

#define IR_HELPER(name_, sig_, effects_)                                                           \
    const IrHelper helper_row_##name_ = {#name_, sig_, (void *)helper_##name_, effects_};          \
    LINKSET_ADD(ir_helpers, helper_row_##name_)
#define IR_HELPER_EXTERN(name_) extern const IrHelper helper_row_##name_

/* ---- building ---- */

/* Forget the last block.  @globals must outlive the Ir. */
void ir_reset(Ir *c, const IrGlobal *globals, unsigned nglobals);

/* Must the block end before another guest instruction is translated? */
bool ir_is_full(const Ir *c);

Val ir_global(const Ir *c, unsigned index);
Val ir_const(Ir *c, uint64_t value);
Val ir_temp(Ir *c, IrType type);
bool ir_is_const(const Ir *c, Val v, uint64_t *value);

/* Append any op; the wrappers below are what targets use. */
IrOp *ir_emit(Ir *c, IrOpcode opc, IrType type, Val d, Val a, Val b, Val cc, uint32_t aux,
              uint64_t imm);

/* Append an op with a new temp as its result. */
Val ir_result(Ir *c, IrOpcode opc, IrType type, Val a, Val b, Val cc);

/* The type an integer op on these operands has: that of the first one that is no constant, else
 * I64. */
IrType ir_type2(const Ir *c, Val a, Val b);

/* ir_add(c, a, b): the type of the operands.  ir_add32(c, a, b): 32 bits, whatever the operands
 * are. */
#define OP1(name, ...)                                                                             \
    static inline Val ir_##name(Ir *c, Val a)                                                      \
    {                                                                                              \
        return ir_result(c, IR_##name, ir_type2(c, a, a), a, VAL_NONE, VAL_NONE);                  \
    }                                                                                              \
    static inline Val ir_##name##_32(Ir *c, Val a)                                                 \
    {                                                                                              \
        return ir_result(c, IR_##name, I32, a, VAL_NONE, VAL_NONE);                                \
    }
#define OP2(name, ...)                                                                             \
    static inline Val ir_##name(Ir *c, Val a, Val b)                                               \
    {                                                                                              \
        return ir_result(c, IR_##name, ir_type2(c, a, b), a, b, VAL_NONE);                         \
    }                                                                                              \
    static inline Val ir_##name##_32(Ir *c, Val a, Val b)                                          \
    {                                                                                              \
        return ir_result(c, IR_##name, I32, a, b, VAL_NONE);                                       \
    }
#define OP3(name, ...)
/* Floating point: the type and the rounding mode are said explicitly. */
#define FP1(name, ...)                                                                             \
    static inline Val ir_##name(Ir *c, IrType type, unsigned rm, Val a)                            \
    {                                                                                              \
        return ir_float(c, IR_##name, type, rm, a, VAL_NONE, VAL_NONE);                            \
    }
#define FP2(name, ...)                                                                             \
    static inline Val ir_##name(Ir *c, IrType type, unsigned rm, Val a, Val b)                     \
    {                                                                                              \
        return ir_float(c, IR_##name, type, rm, a, b, VAL_NONE);                                   \
    }
#define FP3(name, ...)                                                                             \
    static inline Val ir_##name(Ir *c, IrType type, unsigned rm, Val a, Val b, Val cc)             \
    {                                                                                              \
        return ir_float(c, IR_##name, type, rm, a, b, cc);                                         \
    }
#define OPX(name, ...)
Val ir_float(Ir *c, IrOpcode opc, IrType type, unsigned rm, Val a, Val b, Val cc);
#include "tcg/ops.h"
#undef OP1
#undef OP2
#undef OP3
#undef FP1
#undef FP2
#undef FP3
#undef OPX

static inline Val ir_addi(Ir *c, Val a, int64_t imm)
{
    return ir_add(c, a, ir_const(c, imm));
}

/* @d = @a; d is a global or a temp. */
void ir_set(Ir *c, Val d, Val a);

Val ir_setcond(Ir *c, IrCond cond, Val a, Val b);
Val ir_select(Ir *c, IrCond cond, Val a, Val b, Val if_true, Val if_false);

/* Labels: made, jumped to, then placed once, later in the block. */
unsigned ir_new_label(Ir *c);
void ir_brcond(Ir *c, IrCond cond, Val a, Val b, unsigned label);
void ir_br(Ir *c, unsigned label);
void ir_label(Ir *c, unsigned label);

/* Guest memory at base + off.  @type is the register type of the value: I32/I64, or F32/F64 (raw
 * bits). */
Val ir_ld(Ir *c, IrType type, Val base, int64_t off, MemOp m);
void ir_st(Ir *c, IrType type, Val base, int64_t off, Val v, MemOp m);
Val ir_rmw(Ir *c, IrType type, RmwKind kind, Val addr, Val v, MemOp m);
Val ir_cmpxchg(Ir *c, IrType type, Val addr, Val expected, Val v, MemOp m);
void ir_fence(Ir *c);

/* A field of the CPU state that is no global. */
Val ir_ldenv(Ir *c, IrType type, uint32_t offset, MemOp m);
void ir_stenv(Ir *c, uint32_t offset, Val v, MemOp m);

/* Call a helper.  The env argument is implied by the signature and not passed here. */
Val ir_call(Ir *c, const IrHelper *h, unsigned nargs, const Val *args);
static inline Val ir_call0(Ir *c, const IrHelper *h)
{
    return ir_call(c, h, 0, NULL);
}
static inline Val ir_call1(Ir *c, const IrHelper *h, Val a)
{
    return ir_call(c, h, 1, &a);
}
static inline Val ir_call2(Ir *c, const IrHelper *h, Val a, Val b)
{
    return ir_call(c, h, 2, (Val[]){a, b});
}
static inline Val ir_call3(Ir *c, const IrHelper *h, Val a, Val b, Val cc)
{
    return ir_call(c, h, 3, (Val[]){a, b, cc});
}

/* A guest instruction at @pc begins.  Every op until the next mark belongs to it. */
void ir_insn(Ir *c, uint64_t pc, unsigned number);

/* Leave the block.  ir_exit_tb is for targets on the block's own guest page, and falls back to
 * exit_pc by itself when the direct exits are used up.  @check: test exit_request on the way
 * (backward jumps must). */
void ir_exit_tb(Ir *c, uint64_t pc, bool check);
void ir_exit_pc(Ir *c, Val pc);
void ir_exit_loop(Ir *c, Val pc);

/* The instructions behind op @at, a brcond, are what it jumps over.  If they only compute, replace
 * the branch by selects; its label is not needed then. */
bool ir_select_over(Ir *c, unsigned at);

/* ---- passes and views (each in a file of its own name) ---- */

/* Constant folding, copy propagation, known bits, dead code: rewrites the ops in place. */
void ir_optimise(Ir *c);

/* Can the guest, or a helper, look at the globals here? */
bool ir_observes_globals(const IrOp *op);

/* Fill IrOp.dead and OPN_RESULT_DEAD; and OPN_UNSEEN, where the global that gets the result gets
 * another one before anybody can look at it. */
void ir_liveness(Ir *c);
/* OPN_CHECK: exit_tb tests exit_request first.  OPN_STEPS: see ir_mark_steps. */
enum { OPN_CHECK = 1, OPN_RESULT_DEAD = 2, OPN_STEPS = 4, OPN_UNSEEN = 8 };

/* The rules written at the top of this file; false with a sentence naming the op that breaks one.
 */
bool ir_verify(const Ir *c, Error **errp);

/* Mark loads of the loop at @pc that stay on one page from turn to turn, with OPN_STEPS. */
void ir_mark_steps(Ir *c, uint64_t pc);

/* Let accesses off one base share one check (engines that gain by it; after ir_liveness). */
void ir_group_accesses(Ir *c);

/* Text: one line per op, e.g. "add.i64 t3, a0, $0x10".  ir_parse reads what ir_dump writes,
 * but for calls and what ir_group_accesses makes. */
void ir_dump(const Ir *c, Str *out);
void ir_dump_val(const Ir *c, Val v, Str *out); /* its name or number */
bool ir_parse(Ir *c, const char *text, Error **errp);

#endif
