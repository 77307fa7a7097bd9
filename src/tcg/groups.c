/* SPDX-License-Identifier: MIT */
/* Groups: several accesses off one base register share one check.
 *
 *     sd ra, 24(sp)       ld.i64 ...                 probe.i64 p, sp+16, 16 bytes, write
 *     sd s0, 16(sp)       st.i64 sp+24, ra    ==>    stp.i64 sp+24, ra, p
 *                         st.i64 sp+16, s0           stp.i64 sp+16, s0, p
 *
 * A compiler's code reaches memory mostly through a few registers that hold still for a while: the
 * stack pointer, a pointer to a struct.  One look into the TLB for the whole range costs hardly
 * more than one for a single access, and gives what all of them add to their address.  If the range
 * crosses a page, is misaligned or is not plain memory, the probe says so and each access goes its
 * own way.
 *
 * What the probe found holds until the mapping of the page may change: at calls of helpers, and at
 * fences, which guests put around device accesses.  At labels no temporary lives.  A base that is
 * moved by a constant stays the same base.  Two walks: find the groups, then rewrite the ops and
 * put the probes in. */
#include "tcg/ir.h"

enum {
    OPEN_GROUPS = 4,
    MAX_GROUPS = 256,
    MAX_SPAN = 256, /* longer ranges too often cross a page; at most TCG_WINDOW_REACH */
    NO_GROUP = 0xffff,
};

typedef struct Group {
    Val base;
    int64_t moved;      /* by how much the base has moved since the first access */
    int64_t first, end; /* the range, off the base as it is at the first access */
    int64_t aligned_at; /* an offset at which the largest access is */
    unsigned size;      /* log2 of its size */
    unsigned mmu, members;
    unsigned head, last; /* index of the first and last access */
    bool write, open, linear;
    Val probe;
} Group;

typedef struct Groups {
    Ir *c;
    Group groups[MAX_GROUPS];
    unsigned n;
    unsigned open[OPEN_GROUPS]; /* the latest groups, round robin */
    unsigned next_open;
    uint16_t of[IR_MAX_OPS]; /* group of each op, or NO_GROUP */
} Groups;

/* ---- finding groups ---- */

static bool extends(const Group *g, int64_t at, unsigned size)
{
    int64_t first = MIN(g->first, at), end = MAX(g->end, at + (1 << size));
    unsigned smaller = MIN(size, g->size);

    /* Both alignments must follow from the larger one. */
    return end - first <= MAX_SPAN && !((at - g->aligned_at) & ((1 << smaller) - 1));
}

static void extend(Group *g, int64_t at, unsigned size)
{
    g->first = MIN(g->first, at);
    g->end = MAX(g->end, at + (1 << size));
    if (size > g->size) {
        g->size = size;
        g->aligned_at = at;
    }
}

/* The group in slot @i of the open ones, or NULL. */
static Group *opened(Groups *s, unsigned i)
{
    return s->open[i] < s->n && s->groups[s->open[i]].open ? &s->groups[s->open[i]] : NULL;
}

static Group *find_open(Groups *s, Val base, unsigned mmu)
{
    for (unsigned i = 0; i < OPEN_GROUPS; i++) {
        Group *g = opened(s, i);

        if (g && g->base.n == base.n && g->mmu == mmu) {
            return g;
        }
    }
    return NULL;
}

static void add_access(Groups *s, unsigned i)
{
    const IrOp *op = &s->c->ops[i];
    unsigned size = op->aux & MO_SIZE, mmu = memop_mmu(op->aux);
    Group *g = find_open(s, op->in[0], mmu);

    if (g && extends(g, op->imm + g->moved, size)) {
        extend(g, op->imm + g->moved, size);
    } else {
        if (g) {
            g->open = false;
        }
        if (s->n == MAX_GROUPS) {
            return;
        }
        s->open[s->next_open++ % OPEN_GROUPS] = s->n;
        g = &s->groups[s->n++];
        *g = (Group){.base = op->in[0],
                     .first = op->imm,
                     .end = op->imm + (1 << size),
                     .aligned_at = op->imm,
                     .size = size,
                     .mmu = mmu,
                     .head = i,
                     .linear = op->aux & MO_LINEAR,
                     .open = true};
    }
    g->members++;
    g->last = i;
    g->write |= op->opc == IR_st;
    s->of[i] = g - s->groups;
}

/* The global @op->d gets a new value: groups off it end, or move along. */
static void redefine(Groups *s, const IrOp *op)
{
    for (unsigned i = 0; i < OPEN_GROUPS; i++) {
        Group *g = opened(s, i);
        uint64_t by;

        if (!g || g->base.n != op->d.n) {
            continue;
        }
        if (op->opc == IR_add && op->type == I64 && op->in[0].n == op->d.n &&
            ir_is_const(s->c, op->in[1], &by) && (int64_t)by == (int32_t)by) {
            g->moved += by;
        } else {
            g->open = false;
        }
    }
}

static bool may_change_mappings(const IrOp *op)
{
    return op->opc == IR_label || op->opc == IR_fence ||
           (op->opc == IR_call && !(op->helper->effects & HF_PURE));
}

static bool is_groupable(const Ir *c, const IrOp *op)
{
    return (op->opc == IR_ld || op->opc == IR_st) && c->vals[op->in[0].n].kind != VALK_CONST &&
           !(op->aux & MO_ALIGN) && (int64_t)op->imm == (int32_t)op->imm;
}

static void find_groups(Groups *s)
{
    for (unsigned i = 0; i < s->c->nops; i++) {
        const IrOp *op = &s->c->ops[i];

        s->of[i] = NO_GROUP;
        if (may_change_mappings(op)) {
            memset(s->open, 0xff, sizeof(s->open)); /* no group is open */
        } else if (is_groupable(s->c, op)) {
            add_access(s, i);
        }
        if (s->c->vals[op->d.n].kind == VALK_GLOBAL) {
            redefine(s, op);
        }
    }
}

/* ---- rewriting ---- */

static IrOp probe_op(const Group *g)
{
    int64_t unit = 1 << g->size;
    /* Whole units of the largest size: an aligned unit does not cross a page by itself. */
    int64_t first = g->first - ((g->first - g->aligned_at) & (unit - 1));
    int64_t span = (g->end - first + unit - 1) & -unit;
    MemOp m =
        g->size | MO_MMU(g->mmu) | (g->write ? MO_PROBE_WRITE : 0) | (g->linear ? MO_LINEAR : 0) |
        (MemOp)span << MO_SPAN_SHIFT;

    return (IrOp){
        .opc = IR_probe, .type = I64, .d = g->probe, .in = {g->base}, .aux = m, .imm = first};
}

static void join(const Group *g, IrOp *op, unsigned at)
{
    unsigned n = op->opc == IR_st ? 2 : 1;

    op->opc = op->opc == IR_st ? IR_stp : IR_ldp;
    op->in[n] = g->probe;
    op->dead |= (at == g->last) << n;
}

static void rewrite(Groups *s, unsigned nprobes)
{
    Ir *c = s->c;
    unsigned to = c->nops + nprobes;

    for (unsigned i = c->nops; i-- > 0;) {
        const Group *g = s->of[i] == NO_GROUP ? NULL : &s->groups[s->of[i]];

        c->ops[--to] = c->ops[i];
        if (g && g->members > 1) {
            join(g, &c->ops[to], i);
            if (i == g->head) {
                c->ops[--to] = probe_op(g);
            }
        }
    }
    c->nops += nprobes;
}

void ir_group_accesses(Ir *c)
{
    static __thread Groups s; /* too large for a stack */
    unsigned nprobes = 0;

    s.c = c;
    s.n = s.next_open = 0;
    memset(s.open, 0xff, sizeof(s.open));
    find_groups(&s);
    for (unsigned i = 0; i < s.n; i++) {
        nprobes += s.groups[i].members > 1;
    }
    if (nprobes == 0 || c->nops + nprobes > IR_MAX_OPS || c->nvals + nprobes > IR_MAX_VALS) {
        return;
    }
    for (unsigned i = 0; i < s.n; i++) {
        if (s.groups[i].members > 1) {
            s.groups[i].probe = ir_temp(c, I64);
        }
    }
    rewrite(&s, nprobes);
}
