/* SPDX-License-Identifier: MIT */
/* Instruction patterns: the text of a row -> masks and fields.  decode.h has the grammar. */
#include "target/riscv/decode.h"

#include <ctype.h>

typedef struct FieldName {
    const char *name;
    uint8_t field;
    uint8_t width; /* when no [bits] follow; 0: they must */
    uint8_t flags;
} FieldName;

enum { SIGNED = 1, NONZERO = 2 };

static const FieldName field_names[] = {
    {"rd", FIELD_RD, 5, 0},
    {"rs1", FIELD_RS1, 5, 0},
    {"rs2", FIELD_RS2, 5, 0},
    {"rs3", FIELD_RS3, 5, 0},
    {"rd'", FIELD_RD, 3, 0},
    {"rs1'", FIELD_RS1, 3, 0},
    {"rs2'", FIELD_RS2, 3, 0},
    {"rm", FIELD_RM, 3, 0},
    {"csr", FIELD_CSR, 12, 0},
    {"aq", FIELD_AQ, 1, 0},
    {"rl", FIELD_RL, 1, 0},
    {"pred", FIELD_PRED, 4, 0},
    {"succ", FIELD_SUCC, 4, 0},
    {"fm", FIELD_FM, 4, 0},
    {"imm", FIELD_IMM, 0, SIGNED},
    {"uimm", FIELD_IMM, 0, 0},
    {"shamt", FIELD_IMM, 0, 0},
    {"nzuimm", FIELD_IMM, 0, NONZERO},
    {"nzimm", FIELD_IMM, 0, SIGNED | NONZERO},
};

typedef struct Parser {
    Insn *insn;
    const char *at; /* what is left of the pattern */
    int bit;        /* of the word: the next one to describe is the one below it */
    Error **errp;
} Parser;

static bool bad_pattern(Parser *p, const char *why)
{
    const InsnRow *row = p->insn->row;

    return err_set(p->errp, "instruction %s: %s at \"%s\" of \"%s\"", row->name, why, p->at,
                   row->pattern);
}

/* The next @width bits of the word are bits @to and up of @field. */
static bool add_piece(Parser *p, unsigned field, int width, unsigned to)
{
    Insn *i = p->insn;

    if (width <= 0 || width > p->bit) {
        return bad_pattern(p, "too many or too few bits");
    }
    if (i->npieces == ARRAY_SIZE(i->pieces)) {
        return bad_pattern(p, "too many pieces");
    }
    p->bit -= width;
    i->pieces[i->npieces].field = field;
    i->pieces[i->npieces].from = p->bit;
    i->pieces[i->npieces].width = width;
    i->pieces[i->npieces].plus = field <= FIELD_RS3 && width == 3 ? 8 : 0;
    i->pieces[i->npieces++].to = to;
    i->fields |= 1u << field;
    if (field == FIELD_IMM) {
        i->imm_low = MIN(i->imm_low, to);
    }
    return true;
}

static bool add_limit(Parser *p, unsigned field, uint32_t refused)
{
    Insn *i = p->insn;

    for (unsigned n = 0; n < i->nlimits; n++) {
        if (i->limits[n].field == field) {
            i->limits[n].refused |= refused;
            return true;
        }
    }
    if (i->nlimits == ARRAY_SIZE(i->limits)) {
        return bad_pattern(p, "too many limits");
    }
    i->limits[i->nlimits].field = field;
    i->limits[i->nlimits++].refused = refused;
    return true;
}

/* "[12|10:5]" behind a field's name. */
static bool parse_bits(Parser *p, const FieldName *f)
{
    do {
        char *end;
        unsigned high = strtoul(p->at + 1, &end, 10), low = high;

        if (*end == ':') {
            low = strtoul(end + 1, &end, 10);
        }
        if (high > 31 || low > high) {
            return bad_pattern(p, "a wrong range of bits");
        }
        if (!add_piece(p, f->field, high - low + 1, low)) {
            return false;
        }
        if (f->flags & SIGNED && high + 1 > p->insn->imm_bits) {
            p->insn->imm_bits = high + 1;
        }
        p->at = end;
    } while (*p->at == '|');
    return *p->at++ == ']' || bad_pattern(p, "] expected");
}

/* "!=0,2" behind a register. */
static bool parse_limit(Parser *p, unsigned field)
{
    uint32_t refused = 0;

    do {
        char *end;

        p->at += *p->at == '!'; /* past "!=" at first, past "," later */
        refused |= 1u << (strtoul(p->at + 1, &end, 10) & 31);
        p->at = end;
    } while (*p->at == ',');
    return add_limit(p, field, refused);
}

static const FieldName *parse_name(Parser *p)
{
    size_t len = 0;

    while (isalnum((unsigned char)p->at[len]) || p->at[len] == '\'') {
        len++;
    }
    for (size_t i = 0; i < ARRAY_SIZE(field_names); i++) {
        if (strlen(field_names[i].name) == len && !strncmp(field_names[i].name, p->at, len)) {
            p->at += len;
            return &field_names[i];
        }
    }
    return NULL;
}

static bool parse_field(Parser *p)
{
    const FieldName *f = parse_name(p);

    if (!f) {
        return bad_pattern(p, "no such field");
    }
    if (*p->at == '/') { /* rd/rs1: the first name is an empty claim on the same bits */
        int bit = p->bit;

        if (!add_piece(p, f->field, f->width, 0)) {
            return false;
        }
        p->bit = bit;
        p->at++;
        return parse_field(p);
    }
    if (f->flags & NONZERO && !add_limit(p, f->field, 1)) {
        return false;
    }
    if (*p->at == '[') {
        return parse_bits(p, f);
    }
    return add_piece(p, f->field, f->width, 0) && (*p->at != '!' || parse_limit(p, f->field));
}

static bool parse_fixed(Parser *p)
{
    for (; *p->at == '0' || *p->at == '1'; p->at++) {
        if (--p->bit < 0) {
            return bad_pattern(p, "too many bits");
        }
        p->insn->mask |= 1u << p->bit;
        p->insn->match |= (uint32_t)(*p->at - '0') << p->bit;
    }
    return true;
}

bool insn_parse(const InsnRow *row, Insn *insn, Error **errp)
{
    Parser p = {.insn = insn, .at = row->pattern, .errp = errp};
    size_t len = strlen(row->pattern);

    *insn = (Insn){.row = row, .need = row->ext | row->also, .imm_low = 32};
    insn->bytes = len > 2 && !strcmp(row->pattern + len - 2, "11") ? 4 : 2;
    p.bit = insn->bytes * 8;
    while (*p.at) {
        if (*p.at == ' ') {
            p.at++;
        } else if (!(isdigit((unsigned char)*p.at) ? parse_fixed(&p) : parse_field(&p))) {
            return false;
        }
    }
    return p.bit == 0 || bad_pattern(&p, "too few bits");
}
