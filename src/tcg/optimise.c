/* SPDX-License-Identifier: MIT */
/* The optimiser: two linear walks over a block.
 *
 *   forward   what is known about each value (a constant, a copy of another value, what its upper
 *             half holds) replaces operands; ops whose operands are all constant become constants,
 *             and extensions of what is extended already become copies;
 *   backward  ops whose result nobody reads are dropped; a global that is overwritten before anyone
 *             can see it need not be written, and a value whose upper half nobody reads need not be
 *             extended; "t = op; g = t" becomes "g = op" when t has no other use.
 *
 * Globals must be exact wherever the guest could look: at ops that may trap, at calls and at exits.
 */
#include "base/bitmap.h"
#include "tcg/ir.h"
#include "tcg/upper_half.h"

/* What the forward walk knows of a value.  A fact about a value holds while its version, and that
 * of the value it was copied from, are the ones the fact was noted for. */
typedef struct Fact {
    Val copy_of;           /* VAL_NONE: nothing known */
    uint32_t version;      /* counts the definitions of this value */
    uint32_t copy_version; /* version of copy_of when the fact was noted */
    uint32_t noted;        /* epoch in which it was noted: facts end at labels */
    uint8_t upper;         /* UPPER_*, of any value that was defined in this epoch */
    uint8_t origin;        /* Origin: how it was made of part, if it still has that version */
    Val part;
    uint32_t part_version;
} Fact;

/* Two ops that together extend: the first one, seen from the second. */
typedef enum Origin {
    ORIGIN_NONE,
    ORIGIN_LOW32, /* the low halves are equal */
    ORIGIN_SHL32, /* part << 32 */
} Origin;

typedef struct Opt {
    Ir *c;
    uint32_t epoch;
    Fact fact[IR_MAX_VALS];
    uint16_t uses[IR_MAX_VALS]; /* backward walk: reads after this op, of temporaries */
    uint64_t overwritten[BITMAP_WORDS(IR_MAX_VALS)]; /* globals written later, not seen before */
    uint64_t upper_read[BITMAP_WORDS(IR_MAX_VALS)]; /* values whose upper half is read later */
} Opt;

/* ---- forward ---- */

static Val resolve(const Opt *o, Val v)
{
    const Fact *f = &o->fact[v.n];

    if (val_is_none(f->copy_of) || f->noted != o->epoch ||
        o->fact[f->copy_of.n].version != f->copy_version) {
        return v;
    }
    return f->copy_of;
}

/* @d gets a new value; if @copy_of is one, they are equal from now on. */
static void define(Opt *o, Val d, Val copy_of)
{
    Fact *f = &o->fact[d.n];

    f->version++;
    f->copy_of = copy_of.n == d.n ? VAL_NONE : copy_of;
    f->copy_version = o->fact[copy_of.n].version;
    f->noted = o->epoch;
    f->upper = 0;
    f->origin = ORIGIN_NONE;
}

static unsigned upper_half(const Opt *o, Val v)
{
    unsigned known = o->fact[v.n].noted == o->epoch ? o->fact[v.n].upper : 0;
    uint64_t value;

    if (ir_is_const(o->c, v, &value)) {
        return upper_half_of_const(value);
    }
    return o->c->vals[v.n].type == I32 ? known | UPPER_ZERO : known;
}

/* What @v was made of in the way @origin, or VAL_NONE. */
static Val made_of(const Opt *o, Val v, Origin origin)
{
    const Fact *f = &o->fact[v.n];

    if (f->noted != o->epoch || f->origin != origin ||
        o->fact[f->part.n].version != f->part_version) {
        return VAL_NONE;
    }
    return f->part;
}

/* @a has all 64 bits of the result. */
static void become_mov(IrOp *op, Val a)
{
    op->opc = IR_mov;
    op->type = I64;
    op->in[0] = a;
    op->in[1] = op->in[2] = op->in[3] = VAL_NONE;
    op->aux = 0;
}

static bool is_temp(const Ir *c, Val v)
{
    return c->vals[v.n].kind == VALK_TEMP;
}

static bool is_global(const Ir *c, Val v)
{
    return c->vals[v.n].kind == VALK_GLOBAL;
}

static bool is_const(const Opt *o, Val v, uint64_t value)
{
    uint64_t known;

    return ir_is_const(o->c, v, &known) && known == value;
}

/* Remember how the result came about, for the op that extends it next. */
static void note_origin(Opt *o, const IrOp *op, Val part, Origin origin)
{
    Fact *f = &o->fact[op->d.n];

    if (part.n != op->d.n && o->c->vals[part.n].kind != VALK_CONST) {
        f->origin = origin;
        f->part = part;
        f->part_version = o->fact[part.n].version;
    }
}

/* After "g = t" both are equal; later readers shall take the global, so that t can end here. */
static void define_result(Opt *o, const IrOp *op)
{
    Val a = op->in[0];
    bool copy = op->opc == IR_mov && (op->type != I32 || o->c->vals[a.n].type == I32);
    const Val *in = op->opc == IR_select ? &op->in[2] : op->in;
    unsigned upper =
        upper_half_of_result(o->c, op, upper_half(o, in[0]), upper_half(o, in[1]));

    if (copy && is_global(o->c, op->d) && is_temp(o->c, a)) {
        Fact old = o->fact[a.n];

        define(o, op->d, VAL_NONE);
        o->fact[op->d.n].origin = old.noted == o->epoch ? old.origin : ORIGIN_NONE;
        o->fact[op->d.n].part = old.part;
        o->fact[op->d.n].part_version = old.part_version;
        o->fact[a.n].copy_of = op->d;
        o->fact[a.n].copy_version = o->fact[op->d.n].version;
        o->fact[a.n].noted = o->epoch;
    } else {
        define(o, op->d, copy ? a : VAL_NONE);
    }
    o->fact[op->d.n].upper = upper;
    if (op->opc == IR_zext32) {
        note_origin(o, op, a, ORIGIN_LOW32);
    } else if (op->opc == IR_shl && op->type == I64 && is_const(o, op->in[1], 32)) {
        note_origin(o, op, a, ORIGIN_SHL32);
    }
}

/* sext32 and zext32 of what is extended like that already, or of what was only cut down for it. */
static void simplify_extension(Opt *o, IrOp *op)
{
    unsigned wanted = op->opc == IR_sext32 ? UPPER_SIGN : UPPER_ZERO;
    Val whole = made_of(o, op->in[0], ORIGIN_LOW32);

    if (!val_is_none(whole)) {
        op->in[0] = whole;
    }
    if (upper_half(o, op->in[0]) & wanted) {
        become_mov(op, op->in[0]);
    }
}

/* Shifts to the right: by 0, and those that undo a shift to the left by 32: "slli; srli". */
static void simplify_shift(Opt *o, IrOp *op)
{
    Val whole = made_of(o, op->in[0], ORIGIN_SHL32);

    if (is_const(o, op->in[1], 0)) {
        become_mov(op, op->in[0]);
    } else if (!val_is_none(whole) && is_const(o, op->in[1], 32)) {
        op->opc = op->opc == IR_sar ? IR_sext32 : IR_zext32;
        op->in[0] = whole;
        op->in[1] = VAL_NONE;
        simplify_extension(o, op);
    }
}

/* Identities that need only one constant.  x op 0, x op -1, and the shape "constant second" for
 * commutative ops. */
static void simplify(Opt *o, IrOp *op)
{
    static const uint8_t commutative[] = {IR_add, IR_mul,   IR_and,  IR_or,
                                          IR_xor, IR_mulhu, IR_mulhs};
    uint64_t value;

    if (memchr(commutative, op->opc, sizeof(commutative)) && ir_is_const(o->c, op->in[0], &value)) {
        Val a = op->in[0];

        op->in[0] = op->in[1];
        op->in[1] = a;
    }
    /* A mov does not cut an i64 down to 32 bits: only full-width ops may become one. */
    if (op->type != I64) {
        if ((op->opc == IR_add || op->opc == IR_sub) && is_const(o, op->in[1], 0)) {
            op->opc = IR_zext32;
            op->type = I64;
            op->in[1] = VAL_NONE;
            simplify_extension(o, op);
        }
        return;
    }
    switch (op->opc) {
    case IR_sext32:
    case IR_zext32:
        simplify_extension(o, op);
        break;
    case IR_shr:
    case IR_sar:
        simplify_shift(o, op);
        break;
    case IR_add:
    case IR_sub:
    case IR_or:
    case IR_xor:
    case IR_shl:
        if (is_const(o, op->in[1], 0)) {
            become_mov(op, op->in[0]);
        }
        break;
    case IR_and:
        if (is_const(o, op->in[1], 0)) {
            become_mov(op, op->in[1]);
        } else if (is_const(o, op->in[1], ~0ull)) {
            become_mov(op, op->in[0]);
        }
        break;
    }
}

/* All operands constant: compute the op now. */
static void fold(Opt *o, IrOp *op)
{
    const IrOpInfo *info = &ir_op_info[op->opc];
    uint64_t v[4] = {0}, result;

    if (!(info->flags & OPF_PURE) || op->opc == IR_mov) {
        return;
    }
    for (unsigned i = 0; i < info->inputs; i++) {
        if (!ir_is_const(o->c, op->in[i], &v[i]) && !(op->opc == IR_select && i >= 2)) {
            return;
        }
    }
    if (op->opc == IR_select) {
        become_mov(op, op->in[ir_eval_cond(op->aux, op->type, v[0], v[1]) ? 2 : 3]);
        return;
    }
    result = op->opc == IR_setcond ? ir_eval_cond(op->aux, op->type, v[0], v[1])
                                   : info->eval[op->type](v[0], v[1], v[2], NULL);
    become_mov(op, ir_const(o->c, result));
}

/* A branch whose condition is known goes always or never. */
static void fold_branch(Opt *o, IrOp *op)
{
    uint64_t a, b;

    if (ir_is_const(o->c, op->in[0], &a) && ir_is_const(o->c, op->in[1], &b)) {
        op->opc = ir_eval_cond(op->aux, op->type, a, b) ? IR_br : IR_mov;
        op->in[0] = op->in[1] = VAL_NONE; /* the backward walk drops a mov without a result */
    }
}

/* @base + constant as the address: the offset takes the constant. */
static void fold_address(Opt *o, IrOp *op)
{
    uint64_t base;

    if (ir_is_const(o->c, op->in[0], &base) && op->imm) {
        op->in[0] = ir_const(o->c, base + op->imm);
        op->imm = 0;
    }
}

static bool clobbers_globals(const IrOp *op)
{
    return op->opc == IR_call && (op->helper->effects & HF_WRITES);
}

static void forward(Opt *o)
{
    Ir *c = o->c;

    for (unsigned i = 0; i < c->nops; i++) {
        IrOp *op = &c->ops[i];
        bool call = op->opc == IR_call;
        unsigned n = call ? op->aux : ir_op_info[op->opc].inputs;
        Val *in = call ? &c->call_args[op->imm] : op->in;

        for (unsigned k = 0; k < n; k++) {
            in[k] = resolve(o, in[k]);
        }
        fold(o, op);
        simplify(o, op);
        if (op->opc == IR_brcond) {
            fold_branch(o, op);
        } else if (op->opc == IR_ld || op->opc == IR_st) {
            fold_address(o, op);
        }
        if (op->opc == IR_label || clobbers_globals(op)) {
            o->epoch++;
        }
        if (!val_is_none(op->d)) {
            define_result(o, op);
        }
    }
}

/* ---- backward ---- */

static bool droppable(const Opt *o, const IrOp *op)
{
    bool pure = ir_op_info[op->opc].flags & OPF_PURE ||
                (op->opc == IR_call && (op->helper->effects & HF_PURE));

    if (!pure) {
        return false;
    }
    if (op->opc == IR_mov && op->type == I64 && op->d.n == op->in[0].n) {
        return true;
    }
    if (is_global(o->c, op->d)) {
        return bit_test(o->overwritten, op->d.n);
    }
    return o->uses[op->d.n] == 0; /* VAL_NONE has no uses */
}

/* ops[i] is "g = t" and the op before it defines t, which nobody else reads: let that define g. */
static bool fuse_with_definition(Opt *o, unsigned i)
{
    Ir *c = o->c;
    IrOp *op = &c->ops[i], *def = op;
    Val t = op->in[0];

    if (op->opc != IR_mov) {
        return false;
    }
    do { /* what will be dropped is as good as gone */
        def = def > c->ops ? def - 1 : NULL;
    } while (def && def->d.n != t.n && is_temp(c, def->d) && droppable(o, def));
    if (!def || !is_global(c, op->d) || !is_temp(c, t) || def->d.n != t.n ||
        o->uses[t.n] != 0 || ir_is_float(c->vals[t.n].type) != ir_is_float(c->vals[op->d.n].type) ||
        (op->type == I32 && c->vals[t.n].type != I32)) {
        return false;
    }
    def->d = op->d;
    return true;
}

/* An extension of which only the low half is read is a copy.  True: not even that. */
static bool drop_extension(const Opt *o, IrOp *op)
{
    if ((op->opc != IR_sext32 && op->opc != IR_zext32) || op->type != I64 ||
        bit_test(o->upper_read, op->d.n)) {
        return false;
    }
    become_mov(op, op->in[0]);
    return droppable(o, op);
}

static void count_uses(Opt *o, const IrOp *op, bool upper)
{
    const Val *in;
    unsigned n = ir_inputs(o->c, op, &in);

    for (unsigned k = 0; k < n; k++) {
        o->uses[in[k].n]++;
        bit_clear(o->overwritten, in[k].n);
        if (reads_upper_half(o->c, op, k, upper)) {
            bit_set(o->upper_read, in[k].n);
        }
    }
}

static void backward(Opt *o)
{
    Ir *c = o->c;
    unsigned kept = c->nops;

    for (unsigned i = c->nops; i-- > 0;) {
        IrOp *op = &c->ops[i];
        bool upper = bit_test(o->upper_read, op->d.n);

        if (droppable(o, op) || drop_extension(o, op) || fuse_with_definition(o, i)) {
            continue;
        }
        bit_clear(o->upper_read, op->d.n);
        if (is_global(c, op->d)) {
            bit_set(o->overwritten, op->d.n);
        } else {
            o->uses[op->d.n] = 0; /* uses before this definition are of another value */
        }
        /* After its own result: an op that traps has not written it, and the old value is seen. */
        if (ir_observes_globals(op)) {
            memset(o->overwritten, 0, BITMAP_WORDS(c->nvals) * sizeof(uint64_t));
            memset(o->upper_read, 0xff, BITMAP_WORDS(c->nglobals + 1) * sizeof(uint64_t));
        }
        count_uses(o, op, upper);
        c->ops[--kept] = *op;
    }
    memmove(c->ops, &c->ops[kept], (c->nops - kept) * sizeof(IrOp));
    c->nops -= kept;
}

void ir_optimise(Ir *c)
{
    static __thread Opt o; /* too large for a stack */

    o.c = c;
    o.epoch++;
    memset(o.fact, 0, c->nvals * sizeof(o.fact[0]));
    forward(&o);
    /* Folding may have made new constants. */
    memset(o.uses, 0, c->nvals * sizeof(o.uses[0]));
    memset(o.overwritten, 0, BITMAP_WORDS(c->nvals) * sizeof(uint64_t));
    memset(o.upper_read, 0, BITMAP_WORDS(c->nvals) * sizeof(uint64_t));
    backward(&o);
}
