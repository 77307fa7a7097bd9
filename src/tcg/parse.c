/* SPDX-License-Identifier: MIT */
/* Reading IR from text as dump.c writes it.  For tests and labs, so a mistake is told by
 * line. */
#include "base/alloc.h"
#include "tcg/ir.h"
#include "tcg/names.h"

typedef struct Parser {
    Ir *c;
    const char *p; /* next character of the current line */
    unsigned line;
    Val temps[IR_MAX_VALS]; /* tmp1, tmp2 ... as written -> values */
    Error **errp;
} Parser;

static bool fail(Parser *q, const char *what)
{
    return err_set(q->errp, "IR text, line %u: %s at '%.20s'", q->line, what, q->p);
}

static void skip_blanks(Parser *q)
{
    while (*q->p == ' ' || *q->p == ',') {
        q->p++;
    }
}

static bool at_end(Parser *q)
{
    skip_blanks(q);
    return !*q->p;
}

/* The next word, of letters, digits and '_', into @word. */
static bool get_word(Parser *q, char *word, size_t size)
{
    size_t n = 0;

    skip_blanks(q);
    while ((*q->p == '_' || (*q->p >= '0' && *q->p <= '9') || (*q->p >= 'a' && *q->p <= 'z') ||
            (*q->p >= 'A' && *q->p <= 'Z')) &&
           n + 1 < size) {
        word[n++] = *q->p++;
    }
    word[n] = 0;
    return n || fail(q, "a word is missing");
}

static bool get_number(Parser *q, uint64_t *value)
{
    char *end;

    skip_blanks(q);
    *value = strtoull(q->p + (*q->p == '$'), &end, 0);
    if (end == q->p + (*q->p == '$')) {
        return fail(q, "a number is missing");
    }
    q->p = end;
    return true;
}

/* Is @text next?  Then take it. */
static bool accept(Parser *q, const char *text)
{
    skip_blanks(q);
    if (!str_starts(q->p, text)) {
        return false;
    }
    q->p += strlen(text);
    return true;
}

/* One of @count names; its index. */
static bool get_name(Parser *q, const char *const *names, unsigned count, const char *what,
                     unsigned *index)
{
    char word[32];

    if (!get_word(q, word, sizeof(word))) {
        return false;
    }
    for (*index = 0; *index < count; ++*index) {
        if (!strcmp(word, names[*index])) {
            return true;
        }
    }
    return fail(q, what);
}

static bool get_global(Parser *q, const char *word, Val *v)
{
    for (unsigned i = 0; i < q->c->nglobals; i++) {
        if (!strcmp(word, q->c->globals[i].name)) {
            *v = ir_global(q->c, i);
            return true;
        }
    }
    return fail(q, "no such global before this");
}

/* A temporary gets the type of the op that mentions it first. */
static bool get_val(Parser *q, IrType type, Val *v)
{
    char word[32];
    uint64_t number;

    skip_blanks(q);
    if (*q->p == '$') {
        if (!get_number(q, &number)) {
            return false;
        }
        *v = ir_const(q->c, number);
        return true;
    }
    if (!get_word(q, word, sizeof(word))) {
        return false;
    }
    if (str_starts(word, "tmp")) {
        number = strtoull(word + 3, NULL, 10);
        if (number >= IR_MAX_VALS / 2) {
            return fail(q, "too large a number before this");
        }
        if (val_is_none(q->temps[number])) {
            q->temps[number] = ir_temp(q->c, type);
        }
        *v = q->temps[number];
        return true;
    }
    return get_global(q, word, v);
}

static bool get_memop(Parser *q, uint32_t *m)
{
    uint64_t bits, mmu = 0;
    bool sign = accept(q, "s");

    if (!sign && !accept(q, "u")) {
        return fail(q, "a size such as u32 is missing");
    }
    if (!get_number(q, &bits) || bits < 8 || bits > 64 || !is_power_of_two(bits)) {
        return fail(q, "the size is 8, 16, 32 or 64");
    }
    *m |= (uint32_t)__builtin_ctzll(bits / 8) | (sign ? MO_SIGN : 0);
    if (accept(q, "aligned")) {
        *m |= MO_ALIGN;
    }
    if (accept(q, "mmu=")) {
        if (!get_number(q, &mmu) || mmu >= TCG_MMU_MODES) {
            return fail(q, "no such MMU index");
        }
        *m |= MO_MMU(mmu);
    }
    if (accept(q, "linear")) {
        *m |= MO_LINEAR;
    }
    return true;
}

static bool get_label(Parser *q, IrOp *op)
{
    if (!accept(q, "L") || !get_number(q, &op->imm) || op->imm >= IR_MAX_LABELS) {
        return fail(q, "a label such as L0 is missing");
    }
    q->c->nlabels = MAX(q->c->nlabels, (unsigned)op->imm + 1);
    return true;
}

static bool get_exit(Parser *q, IrOp *op)
{
    uint64_t slot;

    if (!get_number(q, &op->imm) || !accept(q, "slot") || !get_number(q, &slot) ||
        slot >= IR_MAX_EXITS) {
        return fail(q, "write: exit_tb $PC, slot N");
    }
    op->aux = slot;
    op->flags = accept(q, "check") ? OPN_CHECK : 0;
    q->c->nexits = MAX(q->c->nexits, (unsigned)slot + 1);
    return true;
}

/* What stands behind the operands. */
static bool get_details(Parser *q, IrOp *op)
{
    unsigned n = 0;

    switch (op->opc) {
    case IR_setcond:
    case IR_select:
    case IR_brcond:
        if (!get_name(q, ir_cond_names, IR_CONDS, "no such condition before this", &n)) {
            return false;
        }
        op->aux = n;
        return op->opc != IR_brcond || get_label(q, op);
    case IR_br:
        return get_label(q, op);
    case IR_rmw:
        if (!get_name(q, ir_rmw_names, RMW_MAXU + 1, "no such operation before this", &n)) {
            return false;
        }
        op->aux = MO_RMW(n);
        return get_memop(q, &op->aux);
    case IR_ld:
    case IR_st:
    case IR_cmpxchg:
        return get_memop(q, &op->aux);
    case IR_ldenv:
    case IR_stenv:
        return (accept(q, "env+") || fail(q, "env+$OFFSET is missing")) &&
               get_number(q, &op->imm) && get_memop(q, &op->aux);
    case IR_icount:
        return get_number(q, &op->imm);
    case IR_exit_tb:
        return get_exit(q, op);
    default:
        if (ir_op_info[op->opc].flags & OPF_FLOAT) {
            bool ok = get_name(q, ir_rm_names, 8, "no such rounding mode before this", &n);

            op->aux = n;
            return ok;
        }
        return true;
    }
}

static bool get_operands(Parser *q, IrOp *op)
{
    const IrOpInfo *info = &ir_op_info[op->opc];

    if (info->has_result && !get_val(q, op->type, &op->d)) {
        return false;
    }
    for (unsigned i = 0; i < info->inputs; i++) {
        if (!get_val(q, op->type, &op->in[i])) {
            return false;
        }
        if (i == 0 && (op->opc == IR_ld || op->opc == IR_st) && accept(q, "+") &&
            !get_number(q, &op->imm)) {
            return false;
        }
    }
    return true;
}

static bool get_opcode(Parser *q, IrOp *op)
{
    char word[32];
    unsigned type;

    if (!get_word(q, word, sizeof(word))) {
        return false;
    }
    for (op->opc = 0; op->opc < IR_OPCODES && strcmp(word, ir_op_info[op->opc].name); op->opc++) {
    }
    if (op->opc == IR_OPCODES || op->opc == IR_call) {
        return fail(q, "no such op (or a call, which text cannot express) before this");
    }
    op->type = I64;
    if (*q->p == '.') {
        q->p++;
        if (!get_name(q, ir_type_names, IR_TYPES, "no such type before this", &type)) {
            return false;
        }
        op->type = type;
    }
    return true;
}

static bool parse_op(Parser *q)
{
    IrOp op = {0};
    uint64_t number;

    if (accept(q, "----")) {
        if (!get_number(q, &op.imm) || !accept(q, "#") || !get_number(q, &number)) {
            return fail(q, "write: ---- $PC #NUMBER");
        }
        ir_insn(q->c, op.imm, number);
        return at_end(q) || fail(q, "text left over");
    }
    if (accept(q, "L")) {
        q->p--;
        op.opc = IR_label;
        op.type = I64;
        if (!get_label(q, &op) || !accept(q, ":")) {
            return fail(q, "write: L0:");
        }
    } else if (!get_opcode(q, &op) || !get_operands(q, &op) || !get_details(q, &op)) {
        return false;
    }
    if (q->c->nops == IR_MAX_OPS) {
        return fail(q, "more ops than a block can hold");
    }
    q->c->ops[q->c->nops++] = op;
    return at_end(q) || fail(q, "text left over");
}

bool ir_parse(Ir *c, const char *text, Error **errp)
{
    static __thread Parser q;
    char *copy = xstrdup(text), *rest = copy, *line;
    bool ok = true;

    memset(&q, 0, sizeof(q));
    q.c = c;
    q.errp = errp;
    while (ok && (line = strsep(&rest, "\n"))) {
        q.p = line;
        q.line++;
        ok = at_end(&q) || *q.p == ';' || parse_op(&q);
    }
    free(copy);
    return ok;
}
