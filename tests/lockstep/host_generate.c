/* SPDX-License-Identifier: MIT */
/* Writes random instruction sequences: host_generate 32|64 SEED COUNT CHUNK SHOWN > blob
 *
 * They are made from the emulator's own instruction rows, which can assemble as well as decode; so
 * a new row is tested without a word said here.  What a random sequence must keep to: sp, s0 and
 * s1 point into the data and stay; s11 counts loops; x31 leads back; branches go forward, or back
 * at the end of a loop.
 *
 *     blob:  COUNT, CHUNK, SHOWN (see harness.c), then for each sequence its length in bytes and
 *            its code */
#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

enum { SP = 2, S0 = 8, S1 = 9, S10 = 26, S11 = 27, BACK = 31, ITEMS = 24, ROOM = 64, ROWS = 512 };

typedef struct Item {
    const Insn *insn;
    InsnArgs a;
    int jump;     /* a branch: to the item this many further on */
    bool barrier; /* no branch goes past it */
    bool joined;  /* no branch goes to it */
    uint32_t addr;
} Item;

static const Insn *rows[ROWS]; /* those that a sequence can hold */
static unsigned row_count;
static Item items[ROOM];
static unsigned count;
static uint64_t state;

static uint32_t rnd(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state >> 16;
}

/* ---- an assembler: rows backwards ---- */

static const Insn *row(const char *name)
{
    const Insn *insn;

    for (unsigned n = 0; (insn = decoder_row(riscv_decoder(), n)); n++) {
        if (!strcmp(insn->row->name, name)) {
            return insn;
        }
    }
    abort();
}

static uint32_t encode(const Insn *insn, const InsnArgs *a)
{
    uint32_t word = insn->match;

    for (unsigned i = 0; i < insn->npieces; i++) {
        uint32_t bits = (uint32_t)a->field[insn->pieces[i].field] >> insn->pieces[i].to;

        word |= (bits & ((1u << insn->pieces[i].width) - 1)) << insn->pieces[i].from;
    }
    return word;
}

static Item *add(const Insn *insn, InsnArgs a)
{
    assert(count < ROOM);
    items[count] = (Item){.insn = insn, .a = a};
    return &items[count++];
}

static Item *add_named(const char *name, int rd, int rs1, int rs2, int imm)
{
    return add(row(name), (InsnArgs){.rd = rd, .rs1 = rs1, .rs2 = rs2, .imm = imm});
}

/* ---- random instructions ---- */

static bool is_reserved(int reg)
{
    return reg == SP || reg == S0 || reg == S1 || reg == S11 || reg == BACK;
}

static bool is_branch(const Insn *insn)
{
    return insn->imm_bits && insn->imm_low == 1;
}

/* Instructions that a user program cannot have, or that need more care than any random one
 * (add_group). */
static bool is_unwanted(const char *name)
{
    static const char *const list[] = {
        "jalr", "c_jr", "c_jalr", "c_ebreak", "c_addi16sp", "ecall", "ebreak", "*ret",
        "wfi",  "csr*", "sfence*", "sinval*", "hfence*",    "cbo*",  "ctzw"};

    for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
        if (pattern_match(list[i], name)) {
            return true;
        }
    }
    return false;
}

static void find_rows(uint32_t have)
{
    const Insn *insn;

    for (unsigned n = 0; (insn = decoder_row(riscv_decoder(), n)); n++) {
        if (!(insn->need & ~have) && !is_unwanted(insn->row->name)) {
            assert(row_count < ROWS);
            rows[row_count++] = insn;
        }
    }
}

/* Make @a, the fields of a random word, harmless.  False: cannot be done. */
static bool tame(const Insn *insn, InsnArgs *a, bool rv32)
{
    const char *operands = insn->row->operands;

    if (insn->fields & 1 << FIELD_RM && (a->rm & 7) > 4 && a->rm != 7) {
        return false; /* reserved rounding modes */
    }
    if (rv32 && strstr(operands, "shamt") && a->imm > 31) {
        return false;
    }
    if (strstr(operands, "(rs1)") || strstr(operands, "(sp)")) {
        a->rs1 = insn->need & EXT_a ? S1 : S0;
        a->imm &= rnd() % 3 ? ~7 : ~0; /* aligned more often than not */
    }
    return !(str_starts(operands, "rd") && is_reserved(a->rd));
}

static void add_random(bool rv32)
{
    for (;;) {
        const Insn *insn = rows[rnd() % row_count];
        uint32_t word = insn->match | (rnd() & ~insn->mask);
        InsnArgs a;

        word = insn->bytes == 2 ? (uint16_t)word : word;
        if (insn_match(insn, word, &a) && tame(insn, &a, rv32) &&
            insn_match(insn, encode(insn, &a), &a)) {
            add(insn, a)->jump = is_branch(insn) ? 1 + rnd() % 6 : 0;
            return;
        }
    }
}

static void add_group(bool rv32)
{
    int reg = 10 + rnd() % 6;

    switch (rnd() % 6) {
    case 0: /* an indirect jump to the next instruction but one */
        add_named("auipc", S10, 0, 0, 0);
        add_named("jalr", rnd() % 2 ? 1 : reg, S10, 0, 8)->joined = true;
        break;
    case 1:
        add_named("lr_w", reg, S1, 0, 0);
        add_named("sc_w", 10 + rnd() % 6, S1, rnd() % 31, 0);
        break;
    case 2:
        add_named("csrrs", reg, 0, 0, 0)->a.csr = 1 + rnd() % 3;
        break;
    case 3:
        add_named("csrrwi", reg, 0, 0, rnd() % 5)->a.csr = 2; /* frm, valid modes only */
        break;
    case 4: /* QEMU 7.2 counts past the end of a word whose low half is 0 */
        if (!rv32) {
            add_named("ori", reg, rnd() % 31, 0, 1 << rnd() % 11);
            add_named("ctzw", 10 + rnd() % 6, reg, 0, 0)->joined = true;
            break;
        }
        /* fall through */
    default:
        add_named("csrrwi", reg, 0, 0, rnd() % 32)->a.csr = 1;
    }
}

/* Half of the sequences have a loop of up to four turns. */
static void add_sequence(bool rv32)
{
    unsigned from = rnd() % 2 ? rnd() % 8 : ITEMS, loop = 0;
    int back;

    count = 0;
    while (count < ITEMS) {
        if (count >= from && !loop) {
            add_named("addi", S11, 0, 0, 1 + rnd() % 4)->barrier = true;
            loop = count;
        }
        if (rnd() % 8 == 0) {
            add_group(rv32);
        } else {
            add_random(rv32);
        }
        if (loop && loop < ITEMS && count - loop > 4 && rnd() % 8 == 0) {
            add_named("addi", S11, S11, 0, -1)->barrier = true;
            back = (int)loop - (int)count;
            add_named("bne", 0, S11, 0, 0)->jump = back;
            loop = ITEMS; /* one is enough */
        }
    }
    add_named("jalr", 0, BACK, 0, 0)->barrier = true;
}

/* Where a branch at item @i goes: it may be shortened so as not to cross a barrier. */
static unsigned destination(unsigned i)
{
    unsigned to = i + items[i].jump;

    if (items[i].jump < 0) {
        return to;
    }
    for (unsigned n = i + 1; n < to; n++) {
        if (items[n].barrier) {
            to = n;
        }
    }
    return items[to].joined ? to - 1 : to;
}

/* The sequence at @code; its length. */
static unsigned assemble(uint8_t *code)
{
    uint32_t addr = 0;

    for (unsigned i = 0; i < count; i++) {
        items[i].addr = addr;
        addr += items[i].insn->bytes;
    }
    for (unsigned i = 0; i < count; i++) {
        Item *item = &items[i];
        uint32_t word;

        if (item->jump) {
            item->a.imm = items[destination(i)].addr - item->addr;
        }
        word = encode(item->insn, &item->a);
        memcpy(&code[item->addr], &word, item->insn->bytes);
    }
    return addr;
}

static void put64(uint64_t v)
{
    fwrite(&v, sizeof(v), 1, stdout);
}

int main(int argc, char **argv)
{
    uint32_t have = (EXT_rv32 - 1) & ~(EXT_zicboz | EXT_zicbom | EXT_svinval);
    uint64_t sequences;
    bool rv32;

    if (argc != 6) {
        fprintf(stderr, "usage: host_generate 32|64 SEED COUNT CHUNK SHOWN\n");
        return 1;
    }
    rv32 = atoi(argv[1]) == 32;
    find_rows(have | (rv32 ? EXT_rv32 : EXT_rv64));
    state = strtoull(argv[2], NULL, 0) * 0x9e3779b97f4a7c15u + 1;
    sequences = strtoull(argv[3], NULL, 0);
    put64(sequences);
    put64(strtoull(argv[4], NULL, 0));
    put64(strtoull(argv[5], NULL, 0));
    for (uint64_t i = 0; i < sequences; i++) {
        uint8_t code[4 * ROOM] = {0};
        unsigned n;

        add_sequence(rv32);
        n = align_up(assemble(code), 8);
        put64(n);
        fwrite(code, 1, n, stdout);
    }
    return 0;
}
