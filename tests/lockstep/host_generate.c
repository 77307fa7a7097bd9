/* SPDX-License-Identifier: MIT */
/* Writes random instruction sequences: host_generate SEED COUNT > blob
 *
 * Random words are kept when an instruction row of the emulator's own decoder knows them and a user
 * program may run them without losing its way: no jumps but short forward branches, no system
 * instructions, memory only around x31. So a row that is added is tested without a word said here.
 *
 *     blob:  count, then for each sequence its length in bytes and its code, which ends in "jr x30"
 */
#include "base/str.h"
#include "base/types.h"
#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

enum { SEQUENCE = 24, HALVES = 4 * SEQUENCE };

static uint64_t seed;

static uint32_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed >> 16;
}

static bool one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (pattern_match(list[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_load_or_store(const char *name)
{
    static const char *const list[] = {"lb", "lbu", "lh", "lhu", "lw",  "lwu", "ld", "sb",
                                       "sh", "sw",  "sd", "flw", "fld", "fsw", "fsd"};

    return one_of(name, list, ARRAY_SIZE(list));
}

static bool is_branch(const char *name)
{
    static const char *const list[] = {"beq", "bne", "blt", "bge", "bltu", "bgeu"};

    return one_of(name, list, ARRAY_SIZE(list));
}

/* What a sequence cannot hold: jumps, traps, privileged or timing-dependent instructions, other
 * addresses. */
static bool unwanted(const char *name)
{
    static const char *const list[] = {
        "j*",   "c_j*",     "c_b*",    "ecall",   "ebreak",  "c_ebreak", "csr*",    "*ret",
        "wfi",  "sfence*",  "sinval*", "cbo*",    "fence_i", "lr_*",     "sc_*",    "amo*",
        "c_l*", "c_s[dw]*", "c_f*",    "c_unimp", "auipc",   "hfence*",  "hinval*",
    };

    return one_of(name, list, ARRAY_SIZE(list)) && strcmp(name, "c_li") && strcmp(name, "c_lui") &&
           strcmp(name, "c_sub") && strcmp(name, "c_subw");
}

/* x30 and x31 hold addresses, which differ from one emulator to the other; two rounding modes are
 * reserved. */
static bool usable_fields(const InsnArgs *a)
{
    return a->rd < 30 && a->rs1 < 30 && a->rs2 < 30 && a->rm != 5 && a->rm != 6;
}

/* Operand fields of a load or store, relative to x31, aligned more often than not. */
static uint32_t aim_at_buffer(uint32_t word, bool store)
{
    uint32_t offset = (rnd() % 3072 - 2048) & (rnd() % 4 ? ~7u : ~0u) & 0xfff;

    word = (word & ~(31u << 15)) | 31u << 15;
    if (store) {
        word = (word & 0x01fff07f) | (offset >> 5) << 25 | (offset & 31) << 7;
    } else {
        word = (word & 0x000fffff) | offset << 20;
    }
    return word;
}

/* Branches go over the next instruction: +8 from a 4-byte one that a 4-byte one follows. */
static uint32_t aim_forward(uint32_t word)
{
    return (word & 0x01fff07f) | 8u << 7;
}

/* One instruction at @out; its size in bytes. */
static unsigned random_insn(const Decoder *d, uint32_t have, uint16_t *out)
{
    for (;;) {
        uint32_t word = rnd() ^ rnd() << 16;
        InsnArgs a;
        const Insn *insn = decoder_find(d, word, have, &a);
        const char *name = insn ? insn->row->name : NULL;

        if (!insn || unwanted(name) || !usable_fields(&a)) {
            continue;
        }
        if (is_load_or_store(name)) {
            word =
                aim_at_buffer(word, name[0] == 's' || !strcmp(name, "fsw") || !strcmp(name, "fsd"));
        } else if (is_branch(name)) {
            word = aim_forward(word);
        }
        out[0] = word;
        out[1] = word >> 16;
        if (is_branch(name)) { /* something of four bytes to go over */
            unsigned n;

            do {
                n = random_insn(d, have, out + 2);
            } while (n != 4);
            return 8;
        }
        return insn->bytes;
    }
}

static void put64(uint64_t v)
{
    fwrite(&v, sizeof(v), 1, stdout);
}

int main(int argc, char **argv)
{
    uint32_t have =
        EXT_i | EXT_m | EXT_f | EXT_d | EXT_c | EXT_zba | EXT_zbb | EXT_zbc | EXT_zbs | EXT_rv64;
    const Decoder *d = riscv_decoder();
    uint64_t count;

    if (argc != 3) {
        fprintf(stderr, "usage: host_generate SEED COUNT\n");
        return 1;
    }
    seed = strtoull(argv[1], NULL, 0) * 0x9e3779b97f4a7c15u + 1;
    count = strtoull(argv[2], NULL, 0);
    put64(count);
    for (uint64_t i = 0; i < count; i++) {
        uint16_t code[HALVES + 16] = {0};
        unsigned n = 0;

        while (n < SEQUENCE * 4) {
            n += random_insn(d, have, &code[n / 2]);
        }
        code[n / 2] = 0x8002 | 30 << 7; /* c.jr x30 */
        n = align_up(n + 2, 8);
        put64(n);
        fwrite(code, 1, n, stdout);
    }
    return 0;
}
