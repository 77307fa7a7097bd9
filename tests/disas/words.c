/* SPDX-License-Identifier: MIT */
/* Writes instruction words as assembly for objdump to a file, and what our disassembler says of
 * each to stdout.
 *
 *     words 32|64 2|4 aliases|plain SEED FILE
 *
 * Each row contributes words with random fields; the rest is random altogether.  Words of one size
 * only, so that both disassemblers agree where instructions begin. */
#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

static uint64_t state;

static uint32_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state >> 16;
}

static uint32_t random_word(unsigned i, unsigned bytes)
{
    unsigned rows = 0;
    const Insn *insn;

    while (decoder_row(riscv_decoder(), rows)) {
        rows++;
    }
    insn = decoder_row(riscv_decoder(), i % rows);
    if (i / rows < 40 && insn->bytes == bytes) {
        return insn->match | (next_random() & ~insn->mask);
    }
    return next_random();
}

/* Words that objdump 2.40 takes for data, or prints more of than they do. */
static bool is_disputed(uint32_t word, uint32_t have)
{
    InsnArgs a;
    const Insn *insn = decoder_find(riscv_decoder(), word, have, &a);
    const char *name = insn ? insn->row->name : "";

    if (!strncmp(name, "fence", 5)) { /* reserved fields are ignored, unpriv 2.7 and 3.1 */
        return a.rd || a.rs1 || a.imm || (a.fm && a.fm != 8) || !a.pred || !a.succ;
    }
    if (!strcmp(name, "fcvt_d_w") || !strcmp(name, "fcvt_d_wu") || !strcmp(name, "fcvt_d_s")) {
        return a.rm != 0; /* exact, so the rounding mode does not matter */
    }
    if (!strcmp(name, "c_slli") || !strcmp(name, "c_srli") || !strcmp(name, "c_srai")) {
        return a.imm == 0; /* a hint, or rv128's shift by 64 */
    }
    return !strcmp(name, "c_nop") || word == 0x6101; /* reserved: c.addi16sp sp, 0 */
}

int main(int argc, char **argv)
{
    uint32_t have = ((1u << EXT_COUNT) - 1);
    unsigned bytes = atoi(argv[2]);
    FILE *f = fopen(argv[5], "w");

    have |= atoi(argv[1]) == 32 ? EXT_rv32 : EXT_rv64;
    state = 88172645463325252ULL + atoi(argv[4]);
    for (unsigned i = 0, pc = 0; pc < 65536; i++) {
        uint32_t word = random_word(i, bytes);
        Str text = {0};

        if (insn_bytes(word) != bytes || (word & 0x1f) == 0x1f) {
            continue; /* the latter would be longer than 4 bytes */
        }
        word = bytes == 2 ? (uint16_t)word : word;
        if (is_disputed(word, have)) {
            continue;
        }
        insn_print(word, pc, have, !strcmp(argv[3], "aliases"), &text);
        printf("%x:\t%s\n", pc, str_get(&text));
        fprintf(f, ".insn 0x%0*x\n", 2 * bytes, word);
        str_free(&text);
        pc += bytes;
    }
    fclose(f);
    return 0;
}
