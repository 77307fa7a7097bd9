/* SPDX-License-Identifier: MIT */
/* The disassembler.  An operand text is copied, less its spaces, and each word in it that names a
 * field is replaced by that field's value in the style of GNU objdump:
 *
 *     "rd, imm(rs1)"  ->  "a0,-16(s0)"
 *
 * How an immediate looks follows from its pattern: one that has no bit 0 but is signed is a
 * distance in code, and shown as the address; one without the low 12 bits is shown as its upper
 * part. */
#include <ctype.h>
#include <pthread.h>

#include "base/listing.h"
#include "target/riscv/csr.h"
#include "target/riscv/decode.h"

static const char *const rounding_names[] = {"rne", "rtz",     "rdn",    "rup",
                                             "rmm", "unknown", "unknown"};

/* What is being printed. */
typedef struct Printer {
    const Insn *insn;
    const InsnArgs *a;
    uint64_t pc;
    bool rv32;
    Str *out;
} Printer;

static void print_imm(const Printer *p)
{
    const Insn *i = p->insn;
    int32_t imm = p->a->imm;

    if (i->imm_low == 1 && i->imm_bits) {
        uint64_t target = p->pc + imm;

        str_printf(p->out, "0x%" PRIx64, p->rv32 ? (uint32_t)target : target);
    } else if (i->imm_low == 12) {
        str_printf(p->out, "0x%x", (uint32_t)imm >> 12);
    } else {
        str_printf(p->out, "%d", imm);
    }
}

/* Bits of fence's operands. */
static void print_order(const Printer *p, unsigned set)
{
    if (!set) {
        str_append(p->out, "unknown");
    }
    for (unsigned bit = 0; bit < 4; bit++) {
        if (set & 8 >> bit) {
            str_append_n(p->out, &"iorw"[bit], 1);
        }
    }
}

/* One word of the operand text. */
static void print_word(const Printer *p, const char *word, size_t len)
{
    static const char *const regs[] = {"rd", "rs1", "rs2", "rs3"};
    const InsnArgs *a = p->a;
    bool is_float = len > 1 && word[0] == 'f' && word[1] == 'r';
    char text[16] = {0};

    memcpy(text, word + is_float, MIN(len - is_float, sizeof(text) - 1));
    for (unsigned i = 0; i < ARRAY_SIZE(regs); i++) {
        if (!strcmp(text, regs[i])) {
            str_append(p->out, (is_float ? riscv_fpr_names : riscv_gpr_names)[a->field[i]]);
            return;
        }
    }
    if (!strcmp(text, "imm")) {
        print_imm(p);
    } else if (!strcmp(text, "uimm")) {
        str_printf(p->out, "%d", a->imm);
    } else if (!strcmp(text, "shamt")) {
        str_printf(p->out, "0x%x", a->imm);
    } else if (!strcmp(text, "csr")) {
        riscv_csr_name(a->csr, p->out);
    } else if (!strcmp(text, "pred")) {
        print_order(p, a->pred);
    } else if (!strcmp(text, "succ")) {
        print_order(p, a->succ);
    } else {
        str_append(p->out, text); /* a literal, such as sp */
    }
}

static void print_operands(const Printer *p)
{
    const char *s = p->insn->row->operands;

    while (*s) {
        size_t len = 0;

        if (!strcmp(s, ", rm")) { /* shown when it is not frm's */
            if (p->a->rm != FP_DYN) {
                str_printf(p->out, ",%s", rounding_names[p->a->rm]);
            }
            return;
        }

        while (isalnum((unsigned char)s[len])) {
            len++;
        }
        if (len) {
            print_word(p, s, len);
        } else {
            str_append_n(p->out, s, *s != ' ');
            len = 1;
        }
        s += len;
    }
}

static void print_mnemonic(const Printer *p)
{
    const InsnRow *row = p->insn->row;

    if (row->mnemonic) {
        str_append(p->out, row->mnemonic);
    } else {
        for (const char *s = row->name; *s; s++) {
            str_append_n(p->out, *s == '_' ? "." : s, 1);
        }
    }
    if (p->a->aq | p->a->rl) {
        str_printf(p->out, ".%s%s", p->a->aq ? "aq" : "", p->a->rl ? "rl" : "");
    }
}

/* ---- aliases ---- */

LINKSET_DECLARE(riscv_aliases);

static Decoder *alias_decoder;

static void make_aliases(void)
{
    alias_decoder = decoder_new(__start_set_riscv_aliases, __stop_set_riscv_aliases);
}

/* The better name of @word, or @insn itself. */
static const Insn *find_alias(const Insn *insn, uint32_t word, uint32_t have, InsnArgs *a)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    InsnArgs args;
    const Insn *alias;

    pthread_once(&once, make_aliases);
    alias = decoder_find(alias_decoder, word, have, &args);
    if (!alias || (alias->row->same && args.rs1 != args.rs2)) {
        return insn;
    }
    *a = args;
    return alias;
}

void insn_print(uint32_t word, uint64_t pc, uint32_t have, bool aliases, Str *out)
{
    InsnArgs a;
    Printer p = {.a = &a, .pc = pc, .rv32 = have & EXT_rv32, .out = out};

    p.insn = decoder_find(riscv_decoder(), word, have, &a);
    if (!p.insn && word == 0) {
        str_append(out, aliases ? "unimp" : "c.unimp"); /* by convention never an instruction */
        return;
    }
    if (!p.insn) {
        str_printf(out, ".%ubyte\t0x%x", insn_bytes(word), word);
        return;
    }
    if (aliases) {
        p.insn = find_alias(p.insn, word, have, &a);
    }
    print_mnemonic(&p);
    if (p.insn->row->operands[0]) {
        str_append(out, "\t");
        print_operands(&p);
    }
}

unsigned riscv_disassemble(CPUState *cpu, uint64_t pc, const uint8_t *buf, unsigned len, Str *out)
{
    uint32_t word = len >= 2 ? buf[0] | buf[1] << 8 : 0;

    if (len < 2 || (insn_bytes(word) == 4 && len < 4)) {
        str_append(out, "(cut off)");
        return len;
    }
    if (insn_bytes(word) == 4) {
        word |= (uint32_t)buf[2] << 16 | (uint32_t)buf[3] << 24;
    }
    insn_print(word, pc, riscv_env(cpu)->ext, true, out);
    return insn_bytes(word);
}

/* ---- "-list insns" ---- */

LINKSET_DECLARE(riscv_insns);

static void print_insn(FILE *out, const LinkRow *r)
{
    const InsnRow *row = r->row;

    listing_line(out, r, row->name, row->pattern);
}

static void list_insns(FILE *out)
{
    LISTING_FOREACH(out, riscv_insns, print_insn);
}
LISTING(insns, "instructions of RISC-V and their encodings", list_insns);
