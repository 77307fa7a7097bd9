/* SPDX-License-Identifier: MIT */
/* Instruction rows, and finding the row of an instruction word.
 *
 *     enum { INSN_EXT = EXT_m };          // once in a file: the extension that its rows belong to
 *
 *     INSN(mul, "0000001 rs2 rs1 000 rd 0110011", "rd, rs1, rs2")
 *     { return set_gpr(c, a->rd, ir_mul(c, gpr(c, a->rs1), gpr(c, a->rs2))); }
 *
 * The pattern is the line of the manual's instruction listing, 16 or 32 bits from the highest on:
 *     0110011               fixed bits
 *     rd rs1 rs2 rs3        a register; rd' rs1' rs2' are 3 bits wide and mean x8-x15
 *     rd/rs1                the same bits are both
 *     rs1!=0  rd!=0,2       a register that is not one of these
 *     imm[12|10:5]          bits of the immediate, which is signed; in any number of places
 *     uimm[..] shamt[..]    the same, but unsigned; nzimm and nzuimm must not be 0
 *     csr rm aq rl pred succ fm    12, 3, 1, 1, 4, 4, 4 bits
 * At start-up the patterns become a decision tree.  The operand text serves the disassembler
 * (disas.c); its words are fields of InsnArgs.  The body makes IR; it returns false when the word
 * turns out to be an illegal instruction. */
#ifndef TARGET_RISCV_DECODE_H
#define TARGET_RISCV_DECODE_H

#include "base/error.h"
#include "base/linkset.h"
#include "base/str.h"

struct Ir;

typedef enum InsnField {
    FIELD_RD,
    FIELD_RS1,
    FIELD_RS2,
    FIELD_RS3,
    FIELD_RM,
    FIELD_CSR,
    FIELD_AQ,
    FIELD_RL,
    FIELD_PRED,
    FIELD_SUCC,
    FIELD_FM,
    FIELD_IMM,
    INSN_FIELDS
} InsnField;

/* What an instruction word says.  Fields that the row has not are 0. */
typedef struct InsnArgs {
    union {
        int32_t field[INSN_FIELDS];
        struct {
            int32_t rd, rs1, rs2, rs3, rm, csr, aq, rl, pred, succ, fm, imm; /* as in InsnField */
        };
    };
    uint32_t word; /* the instruction itself */
} InsnArgs;

/* A row as it is written. */
typedef struct InsnRow {
    const char *name; /* C's spelling of the mnemonic: "_" stands for "." */
    const char *pattern, *operands;
    uint32_t ext, also;   /* needs all of these: the file's extension, and the row's own */
    const char *mnemonic; /* when it does not follow from the name */
    bool same;            /* an alias for rs1 == rs2 only (disas.c compares them) */
    bool (*translate)(struct Ir *c, const InsnArgs *a);
} InsnRow;

#define INSN(name_, pattern_, operands_, ...)                                                      \
    static bool trans_##name_(struct Ir *c, const InsnArgs *a);                                    \
    static const InsnRow insn_##name_ = {.name = #name_,                                           \
                                         .pattern = pattern_,                                      \
                                         .operands = operands_,                                    \
                                         .ext = INSN_EXT,                                          \
                                         .translate = trans_##name_,                               \
                                         ##__VA_ARGS__};                                           \
    LINKSET_ADD(riscv_insns, insn_##name_);                                                        \
    static bool trans_##name_(struct Ir *c, const InsnArgs *a)

/* Another spelling for some words of other rows, whose needs they have; only the disassembler
 * knows it. */
#define INSN_ALIAS(name_, mnemonic_, pattern_, operands_, ...)                                     \
    static const InsnRow alias_##name_ = {.name = #name_,                                          \
                                          .pattern = pattern_,                                     \
                                          .operands = operands_,                                   \
                                          .mnemonic = mnemonic_,                                   \
                                          ##__VA_ARGS__};                                          \
    LINKSET_ADD(riscv_aliases, alias_##name_)

/* A row that is understood. */
typedef struct Insn {
    const InsnRow *row;
    uint8_t bytes;        /* 2 or 4 */
    uint32_t need;        /* row->ext | row->also */
    uint32_t fields;      /* set of 1 << InsnField that the row has */
    uint32_t mask, match; /* word & mask == match: the fixed bits are right */
    uint8_t npieces, nlimits;
    uint8_t imm_bits; /* of a signed immediate, else 0 */
    uint8_t imm_low;  /* lowest bit that the immediate has, for the disassembler */
    struct {
        uint8_t field, from, width, to; /* field |= bits from... of the word << to */
        uint8_t plus;                   /* 8 for a register in 3 bits */
    } pieces[16];
    struct {
        uint8_t field;
        uint32_t refused; /* bit n: the value n does not belong to this row */
    } limits[2];
} Insn;

/* Understand @row.  False with a sentence about what is wrong in its pattern. */
bool insn_parse(const InsnRow *row, Insn *insn, Error **errp);

/* Is @word an instance of @insn?  If so @a is filled. */
bool insn_match(const Insn *insn, uint32_t word, InsnArgs *a);

/* Bytes of the instruction whose first halfword is @low: 2 or 4. */
static inline unsigned insn_bytes(uint32_t low)
{
    return (low & 3) == 3 ? 4 : 2;
}

/* A set of rows, with its decision tree. */
typedef struct Decoder Decoder;

/* Make a decoder of the rows of the linker set between @start and @stop.  A row that cannot be
 * understood is a bug: the program ends with its file and line.  The decoder lives for ever. */
Decoder *decoder_new(const LinkRow *start, const LinkRow *stop);

/* The row of @word among those whose needs are in the set @have, or NULL.  Any thread. */
const Insn *decoder_find(const Decoder *d, uint32_t word, uint32_t have, InsnArgs *a);

/* All rows, for lists and tests: NULL from the end on. */
const Insn *decoder_row(const Decoder *d, unsigned n);

/* The decoder of all INSN rows, made at the first call.  Any thread. */
const Decoder *riscv_decoder(void);

/* Append the instruction in @word, as it stands at @pc; a word without a row is shown as data.
 * @aliases: by the name a programmer would use ("ret", not "c.jr ra"). */
void insn_print(uint32_t word, uint64_t pc, uint32_t have, bool aliases, Str *out);

#endif
