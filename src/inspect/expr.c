/* SPDX-License-Identifier: MIT */
/* A recursive descent; binary operators by precedence climbing over the table below. */
#include "inspect/expr.h"

#include <ctype.h>
#include "base/symbols.h"
#include "target/gdb.h"

enum { MAX_DEPTH = 64, MAX_NAME = 128 };

typedef struct Parser {
    const char *p;
    CPUState *cpu;
    unsigned depth;
    Error **errp;
} Parser;

typedef struct Operator {
    const char *text;
    unsigned precedence; /* higher binds tighter */
} Operator;

static const Operator operators[] = {{"<<", 4}, {">>", 4}, {"*", 6}, {"/", 6}, {"%", 6},
                                     {"+", 5},  {"-", 5},  {"&", 3}, {"^", 2}, {"|", 1}};

static bool parse_binary(Parser *ps, unsigned min, uint64_t *v);

static void skip_blanks(Parser *ps)
{
    ps->p += strspn(ps->p, " \t");
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

/* ---- registers ---- */

typedef struct RegisterRead {
    unsigned n, bytes;
    uint8_t value[GDB_REG_BYTES];
} RegisterRead;

static void read_register(CPUState *cpu, void *data)
{
    RegisterRead *r = data;

    r->bytes = gdb_get_reg(cpu, r->n, r->value);
}

static bool register_value(CPUState *cpu, unsigned n, uint64_t *value)
{
    RegisterRead r = {.n = n};

    run_on_cpu(cpu, read_register, &r);
    *value = 0;
    memcpy(value, r.value, MIN(r.bytes, 8u)); /* little endian, like all our guests */
    return r.bytes;
}

/* The register @name of @cpu, which may be NULL; false: there is none. */
static bool named_register(CPUState *cpu, const char *name, uint64_t *value)
{
    const GdbTarget *t = cpu ? cpu->ops->gdb : NULL;
    GdbReg reg;
    char *end;
    unsigned long n;

    for (const GdbFeature *f = t ? t->features : NULL; f && f->name; f++) {
        for (unsigned i = f->first; i < f->first + f->count; i++) {
            if (f->describe(cpu, i, &reg) && !strcmp(reg.name, name)) {
                return register_value(cpu, i, value);
            }
        }
    }
    /* x0 to x31: the numbers of general registers, where they have none as names */
    n = name[0] == 'x' && isdigit((unsigned char)name[1]) ? strtoul(name + 1, &end, 10) : 32;
    return t && n < 32 && !*end && register_value(cpu, n, value);
}

void expr_foreach_register(CPUState *cpu, void (*fn)(const char *name, void *opaque), void *opaque)
{
    const GdbTarget *t = cpu ? cpu->ops->gdb : NULL;
    GdbReg reg;

    for (const GdbFeature *f = t ? t->features : NULL; f && f->name; f++) {
        for (unsigned i = f->first; i < f->first + f->count; i++) {
            if (f->describe(cpu, i, &reg)) {
                fn(reg.name, opaque);
            }
        }
    }
}

typedef struct NearestRegister {
    Nearest near;
    char name[20]; /* what near.best points to: the names offered do not stay */
} NearestRegister;

static void offer_register(const char *name, void *opaque)
{
    NearestRegister *n = opaque;

    nearest_offer(&n->near, name);
    if (n->near.best == name) {
        snprintf(n->name, sizeof(n->name), "%s", name);
        n->near.best = n->name;
    }
}

static bool no_register(Parser *ps, const char *name)
{
    NearestRegister n;

    if (!ps->cpu) {
        return err_set(ps->errp, "there is no CPU whose register $%s could be", name);
    }
    nearest_init(&n.near, name);
    expr_foreach_register(ps->cpu, offer_register, &n);
    return nearest_get(&n.near)
               ? err_set(ps->errp, "unknown register $%s; did you mean $%s?", name, n.name)
               : err_set(ps->errp, "unknown register $%s", name);
}

/* ---- primaries ---- */

/* A word of name characters at ps->p. */
static bool take_name(Parser *ps, char *name)
{
    size_t n = 0;

    while (is_name(ps->p[n])) {
        n++;
    }
    if (n >= MAX_NAME) {
        return err_set(ps->errp, "a name of %zu characters is too long", n);
    }
    memcpy(name, ps->p, n);
    name[n] = 0;
    ps->p += n;
    return true;
}

static bool parse_number(Parser *ps, uint64_t *v)
{
    bool binary = ps->p[0] == '0' && (ps->p[1] == 'b' || ps->p[1] == 'B');
    const char *start = ps->p;
    char *end;

    *v = strtoull(binary ? start + 2 : start, &end, binary ? 2 : 0);
    ps->p = end;
    if (is_name(*end) || (binary && end == start + 2)) {
        return err_set(ps->errp, "'%.32s' is not a number", start);
    }
    return true;
}

static bool parse_character(Parser *ps, uint64_t *v)
{
    if (!ps->p[1] || ps->p[2] != '\'') {
        return err_set(ps->errp, "a character is written like 'A'");
    }
    *v = (uint8_t)ps->p[1];
    ps->p += 3;
    return true;
}

static bool parse_primary(Parser *ps, uint64_t *v)
{
    char name[MAX_NAME];

    if (*ps->p == '(') {
        ps->p++;
        if (!parse_binary(ps, 0, v)) {
            return false;
        }
        skip_blanks(ps);
        return *ps->p++ == ')' || err_set(ps->errp, "')' is missing");
    }
    if (isdigit((unsigned char)*ps->p)) {
        return parse_number(ps, v);
    }
    if (*ps->p == '\'') {
        return parse_character(ps, v);
    }
    if (*ps->p == '$') {
        ps->p++;
        return take_name(ps, name) &&
               (named_register(ps->cpu, name, v) || no_register(ps, name));
    }
    if (is_name(*ps->p)) {
        return take_name(ps, name) &&
               (symbols_address(name, v) ||
                err_set(ps->errp, "there is no symbol '%s' (registers are written $%s)", name,
                        name));
    }
    return *ps->p ? err_set(ps->errp, "a number was expected at '%.32s'", ps->p)
                  : err_set(ps->errp, "a number is missing");
}

static bool parse_unary(Parser *ps, uint64_t *v)
{
    bool ok = true;

    skip_blanks(ps);
    if (++ps->depth > MAX_DEPTH) {
        return err_set(ps->errp, "the expression is too deep");
    }
    switch (*ps->p) {
    case '-':
        ps->p++;
        ok = parse_unary(ps, v);
        *v = -*v;
        break;
    case '~':
        ps->p++;
        ok = parse_unary(ps, v);
        *v = ~*v;
        break;
    case '+':
        ps->p++;
        ok = parse_unary(ps, v);
        break;
    default:
        ok = parse_primary(ps, v);
        break;
    }
    ps->depth--;
    return ok;
}

/* ---- operators ---- */

/* Behind a number, " /tmp/file" is not a division but the next argument. */
static bool begins_path(Parser *ps, const char *before)
{
    return ps->p > before && ps->p[0] == '/' && (isalpha((unsigned char)ps->p[1]) ||
                                                 ps->p[1] == '.');
}

static const Operator *peek_operator(Parser *ps)
{
    const char *before = ps->p;

    skip_blanks(ps);
    if (begins_path(ps, before)) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
        if (str_starts(ps->p, operators[i].text)) {
            return &operators[i];
        }
    }
    return NULL;
}

static bool apply(Parser *ps, const Operator *op, uint64_t *a, uint64_t b)
{
    switch (op->text[0]) {
    case '+':
        *a += b;
        break;
    case '-':
        *a -= b;
        break;
    case '*':
        *a *= b;
        break;
    case '&':
        *a &= b;
        break;
    case '|':
        *a |= b;
        break;
    case '^':
        *a ^= b;
        break;
    case '<':
        *a = b < 64 ? *a << b : 0;
        break;
    case '>':
        *a = b < 64 ? *a >> b : 0;
        break;
    default: /* / and % */
        if (!b) {
            return err_set(ps->errp, "division by zero");
        }
        *a = op->text[0] == '/' ? *a / b : *a % b;
    }
    return true;
}

/* A chain of operators of at least @min's precedence. */
static bool parse_binary(Parser *ps, unsigned min, uint64_t *v)
{
    const Operator *op;
    uint64_t right;

    if (!parse_unary(ps, v)) {
        return false;
    }
    while ((op = peek_operator(ps)) && op->precedence >= min) {
        ps->p += strlen(op->text);
        if (!parse_binary(ps, op->precedence + 1, &right) || !apply(ps, op, v, right)) {
            return false;
        }
    }
    return true;
}

bool expr_eval(const char **text, CPUState *cpu, uint64_t *value, Error **errp)
{
    Parser ps = {.p = *text, .cpu = cpu, .errp = errp};

    *value = 0;
    if (!parse_binary(&ps, 0, value)) {
        return false;
    }
    *text = ps.p;
    return true;
}
