/* SPDX-License-Identifier: MIT */
/* Writes a random user program: generate 32|64 SEED > program.elf
 *
 * It is made from the emulator's own instruction rows, which can assemble as well as decode; so a
 * new row is tested without a word said here.  What a random program must keep to: sp, s0 and s1
 * point into DATA and stay; s11 counts loops; branches go forward, or back at the end of a loop. */
#include "isa.h"
#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

enum { SP = 2, S0 = 8, S1 = 9, S11 = 27, JUMP = 26, ITEMS = 1500, ROOM = ITEMS + 256 };

typedef struct Item {
    const Insn *insn;
    InsnArgs a;
    int jump;     /* a branch: to the item this many further on */
    bool barrier; /* no branch goes past it */
    bool joined;  /* no branch goes to it */
    uint32_t addr;
} Item;

static Item items[ROOM];
static unsigned count;
static uint8_t image[LIMIT - BASE];
static uint32_t have;
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
    return reg == SP || reg == S0 || reg == S1 || reg == S11 || reg == JUMP;
}

static bool is_branch(const Insn *insn)
{
    return insn->imm_bits && insn->imm_low == 1;
}

/* Instructions that a user program cannot have, or that need more care than any random one;
 * and ctzw, which QEMU 7.2 gets wrong: its result is above 32 when only high bits are set. */
static bool is_unwanted(const char *name)
{
    static const char *const list[] = {
        "jalr", "c_jr", "c_jalr",  "c_ebreak", "c_addi16sp", "ecall",   "ebreak", "*ret",
        "wfi",  "csr*", "sfence*", "sinval*",  "cbo*",       "fence_i", "c_jal",  "ctzw"};

    for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
        if (pattern_match(list[i], name)) {
            return true;
        }
    }
    return false;
}

/* Make @a, the fields of a random word, harmless.  False: cannot be done. */
static bool tame(const Insn *insn, InsnArgs *a)
{
    const char *operands = insn->row->operands;
    bool memory = strstr(operands, "(rs1)") || strstr(operands, "(sp)");

    if (is_unwanted(insn->row->name) ||
        (insn->fields & 1 << FIELD_RM && (a->rm & 7) > 4 && a->rm != 7)) {
        return false;
    }
    if (memory) {
        a->rs1 = insn->need & EXT_a ? S1 : S0;
    }
    return !(str_starts(operands, "rd") && is_reserved(a->rd));
}

static void add_random(void)
{
    unsigned rows = 0, tries;

    while (decoder_row(riscv_decoder(), rows)) {
        rows++;
    }
    for (tries = 0; tries < 1000; tries++) {
        const Insn *insn = decoder_row(riscv_decoder(), rnd() % rows);
        uint32_t word = insn->match | (rnd() & ~insn->mask);
        InsnArgs a;

        word = insn->bytes == 2 ? (uint16_t)word : word;
        if (insn->need & ~have || !insn_match(insn, word, &a) || !tame(insn, &a) ||
            !insn_match(insn, encode(insn, &a), &a)) {
            continue;
        }
        if ((have & EXT_rv32) && strstr(insn->row->operands, "shamt") && a.imm > 31) {
            continue;
        }
        add(insn, a)->jump = is_branch(insn) ? 1 + rnd() % 6 : 0;
        return;
    }
}

static void add_pair(void)
{
    int reg = 10 + rnd() % 6;

    switch (rnd() % 5) {
    case 0: /* an indirect jump to the next instruction but one */
        add_named("auipc", JUMP, 0, 0, 0);
        add_named("jalr", rnd() % 2 ? 1 : reg, JUMP, 0, 8)->joined = true;
        break;
    case 1:
        add_named("lr_w", reg, S1, 0, 0);
        add_named("sc_w", 10 + rnd() % 6, S1, rnd() % 32, 0);
        break;
    case 2:
        add_named("csrrs", reg, 0, 0, 0)->a.csr = 1 + rnd() % 3;
        break;
    case 3:
        add_named("csrrwi", reg, 0, 0, rnd() % 5)->a.csr = 2; /* frm, valid modes only */
        break;
    default:
        add_named("csrrwi", reg, 0, 0, rnd() % 32)->a.csr = 1;
    }
}

static void add_body(void)
{
    unsigned loop = 0;

    while (count < ITEMS) {
        if (rnd() % 12 == 0) {
            add_pair();
        } else {
            add_random();
        }
        if (loop && count - loop > 60) {
            add_named("addi", S11, S11, 0, -1)->barrier = true;
            add_named("bne", 0, S11, 0, 0)->jump = (int)loop - (int)count + 1;
            loop = 0;
        } else if (!loop && rnd() % 40 == 0) {
            add_named("addi", S11, 0, 0, 1 + rnd() % 4)->barrier = true;
            loop = count;
        }
    }
}

/* ---- the program around them ---- */

static void add_transfer(bool load)
{
    bool rv32 = have & EXT_rv32;
    int base = load ? 31 : S11;

    add_named("lui", base, 0, 0, load ? INIT : RESULT)->barrier = true;
    for (int i = 0; i < 32; i++) {
        add_named(load ? "fld" : "fsd", load ? i : 0, base, load ? 0 : i, 256 + 8 * i);
    }
    for (int i = 1; i < 32; i++) {
        const char *name = load ? (rv32 ? "lw" : "ld") : rv32 ? "sw" : "sd";

        add_named(name, load ? i : 0, base, load ? 0 : i, 8 * i);
    }
    if (!load) {
        add_named("csrrs", 5, 0, 0, 0)->a.csr = 3;
        add_named("sw", 0, base, 5, 512);
        add_named("lui", 31, 0, 0, END);
        add_named("jalr", 0, 31, 0, 0);
    }
}

static void add_end(void)
{
    add_named("addi", 10, 0, 0, 1);
    add_named("lui", 11, 0, 0, DATA);
    add_named("lui", 12, 0, 0, LIMIT - DATA);
    add_named("addi", 17, 0, 0, 64); /* write */
    add_named("ecall", 0, 0, 0, 0);
    add_named("addi", 10, 0, 0, 0);
    add_named("addi", 17, 0, 0, 93); /* exit */
    add_named("ecall", 0, 0, 0, 0);
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

/* Place items @from ... at @addr. */
static void assemble(unsigned from, uint32_t addr)
{
    for (unsigned i = from; i < count; i++) {
        items[i].addr = addr;
        addr += items[i].insn->bytes;
    }
    for (unsigned i = from; i < count; i++) {
        Item *item = &items[i];
        uint32_t word;

        if (item->jump) {
            item->a.imm = items[destination(i)].addr - item->addr;
        }
        word = encode(item->insn, &item->a);
        memcpy(&image[item->addr - BASE], &word, item->insn->bytes);
    }
}

static uint64_t random_value(bool is_float)
{
    static const uint64_t edges[] = {
        0,
        1,
        ~0ULL,
        1ULL << 31,
        1ULL << 63,
        INT64_MAX,
        INT32_MAX,
        0xffffffff80000000,
        0x3ff0000000000000,
        0xbff0000000000000,
        0x7ff0000000000000,
        0x7ff8000000000000,
        0x7ff0000000000001,
        0x0000000000000001,
        0x8000000000000000,
        0x41dfffffffc00000,
        0xffffffff3f800000,
        0xffffffff7f800000,
        0xffffffff7fc00000,
        0xffffffff7f800001,
        0xffffffff80000000,
        0xffffffff00000001,
        0xffffffff4f000000,
        0x7fffffff3f800000,
    };
    uint64_t v = (uint64_t)rnd() << 32 | rnd();

    switch (rnd() % 4) {
    case 0:
        return is_float ? v | 0xffffffff00000000 : v >> rnd() % 64;
    case 1:
        return is_float ? (v >> 8 | 0x3f00000000000000) : v;
    default:
        return edges[rnd() % ARRAY_SIZE(edges)];
    }
}

static void put64(uint32_t addr, uint64_t v)
{
    memcpy(&image[addr - BASE], &v, 8);
}

static void fill_data(void)
{
    for (uint32_t at = DATA; at < INIT; at += 8) {
        put64(at, random_value(at & 8));
    }
    for (unsigned i = 0; i < 32; i++) {
        put64(INIT + 8 * i, random_value(false));
        put64(INIT + 256 + 8 * i, random_value(true));
    }
    put64(INIT + 8 * SP, DATA + 512);
    put64(INIT + 8 * S0, DATA + 4096);
    put64(INIT + 8 * S1, DATA + 2048);
}

static void put_elf_header(void)
{
    bool rv32 = have & EXT_rv32;
    uint8_t ident[16] = {0x7f, 'E', 'L', 'F', rv32 ? 1 : 2, 1, 1};
    uint16_t what[2] = {2, 243}; /* executable, RISC-V */
    uint32_t one = 1;

    memcpy(image, ident, 16);
    memcpy(image + 16, what, 4);
    memcpy(image + 20, &one, 4);
    if (rv32) {
        uint32_t head[] = {CODE, 52, 0, 5, 52 | 32 << 16, 1};
        uint32_t segment[] = {1, 0, BASE, BASE, sizeof(image), sizeof(image), 7, 4096};

        memcpy(image + 24, head, sizeof(head));
        memcpy(image + 52, segment, sizeof(segment));
    } else {
        uint64_t head[] = {CODE, 64, 0, 5 | 64ULL << 32 | 56ULL << 48, 1};
        uint64_t segment[] = {1 | 7ULL << 32, 0, BASE, BASE, sizeof(image), sizeof(image), 4096};

        memcpy(image + 24, head, sizeof(head));
        memcpy(image + 64, segment, sizeof(segment));
    }
}

int main(int argc, char **argv)
{
    have = (EXT_rv64 - 1) & ~EXT_rv32 & ~(EXT_zicboz | EXT_zicbom | EXT_svinval);
    have |= atoi(argv[1]) == 32 ? EXT_rv32 : EXT_rv64;
    state = 88172645463325252ULL ^ (uint64_t)atoi(argv[2]) << 20;
    for (int i = 0; i < 20; i++) {
        rnd();
    }
    fill_data();
    put_elf_header();
    add_transfer(true);
    add_body();
    add_transfer(false);
    assemble(0, CODE);
    count = 0;
    add_end();
    assemble(0, END);
    return fwrite(image, sizeof(image), 1, stdout) != 1;
}
