/* SPDX-License-Identifier: MIT */
/* Chapter 6: finding the row of an instruction word, through target/riscv/decode.h.  Small decoders
 * are made from rows of a test's own; the last tests take all rows of teemu. */
#include "target/riscv/decode.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "lab.h"
#include "target/riscv/cpu.h"

#define ALL64 (((1u << EXT_COUNT) - 1) | EXT_rv64)
#define ALL32 (((1u << EXT_COUNT) - 1) | EXT_rv32)

static uint32_t next_random(void)
{
    static uint64_t x = 88172645463325252ULL;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x >> 16;
}

/* ---- one row ---- */

static Insn parse(const char *name, const char *pattern)
{
    InsnRow *row = xnew(InsnRow);
    Insn insn;

    row->name = name;
    row->pattern = pattern;
    row->operands = "";
    assert_true(insn_parse(row, &insn, NULL));
    return insn;
}

static InsnArgs args;

static void must_match(const Insn *insn, uint32_t word)
{
    memset(&args, 0xff, sizeof(args));
    expect_true(insn_match(insn, word, &args), "%s (%s) must match %#x", insn->row->name,
                insn->row->pattern, word);
}

static void must_not_match(const Insn *insn, uint32_t word)
{
    expect_true(!insn_match(insn, word, &args), "%s (%s) must not match %#x", insn->row->name,
                insn->row->pattern, word);
}

static void test_fixed_bits_must_be_right_and_fields_are_gathered(void **state)
{
    Insn add = parse("add", "0000000 rs2 rs1 000 rd 0110011");
    Insn lr = parse("lr", "00010 aq rl 00000 rs1 010 rd 0101111");

    must_match(&add, 0x00c58533); /* add a0, a1, a2 */
    expect_equal(args.rd, 10, "rd of add a0, a1, a2");
    expect_equal(args.rs1, 11, "rs1 of add a0, a1, a2");
    expect_equal(args.rs2, 12, "rs2 of add a0, a1, a2");
    expect_equal(args.word, 0x00c58533, "InsnArgs.word of add a0, a1, a2");
    expect_equal(args.imm, 0, "imm of a row without an immediate");
    expect_equal(args.rs3, 0, "rs3 of a row without a third source");
    must_not_match(&add, 0x40c58533); /* sub */
    must_not_match(&add, 0x00c5c533); /* xor */
    must_not_match(&add, 0x00c5853b); /* addw */
    must_match(&lr, 0x1605a52f); /* lr.w.aqrl a0, (a1) */
    expect_equal(args.aq, 1, "aq of lr.w.aqrl");
    expect_equal(args.rl, 1, "rl of lr.w.aqrl");
}

static void test_an_immediate_is_put_together_and_has_a_sign(void **state)
{
    Insn bne = parse("bne", "imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011");
    Insn lui = parse("lui", "imm[31:12] rd 0110111");
    Insn addi = parse("addi", "imm[11:0] rs1 000 rd 0010011");
    Insn slli = parse("slli", "000000 shamt[5:0] rs1 001 rd 0010011");

    must_match(&bne, 0xfe0598e3); /* bne a1, zero, .-16 */
    expect_equal((int64_t)args.imm, -16, "imm of bne a1, zero, .-16");
    must_match(&bne, 0x7e059fe3);
    expect_equal(args.imm, 0xffe, "imm of bne a1, zero, .+4094");
    must_match(&lui, 0x800000b7);
    expect_equal((int64_t)args.imm, INT32_MIN, "imm of lui ra, 0x80000");
    must_match(&lui, 0x7ffff0b7);
    expect_equal(args.imm, 0x7ffff000, "imm of lui ra, 0x7ffff");
    must_match(&addi, 0xfff58513);
    expect_equal((int64_t)args.imm, -1, "imm of addi a0, a1, -1");
    must_match(&slli, 0x03f59513);
    expect_equal(args.imm, 63, "shamt of slli a0, a1, 63: it has no sign");
}

static void test_three_bits_name_the_registers_8_to_15(void **state)
{
    Insn c_lw = parse("c_lw", "010 uimm[5:3] rs1' uimm[2|6] rd' 00");
    Insn c_sub = parse("c_sub", "100011 rd'/rs1' 00 rs2' 01");

    must_match(&c_lw, 0x4188); /* c.lw a0, 0(a1) */
    expect_equal(args.rd, 10, "rd of c.lw a0, 0(a1)");
    expect_equal(args.rs1, 11, "rs1 of c.lw a0, 0(a1)");
    must_match(&c_lw, 0x5d7c); /* c.lw a5, 124(a0) */
    expect_equal(args.imm, 124, "uimm of c.lw a5, 124(a0)");
    must_match(&c_sub, 0x8c89); /* c.sub s1, a0 */
    expect_equal(args.rd, 9, "rd of c.sub s1, a0");
    expect_equal(args.rs1, 9, "rs1 of c.sub s1, a0: the same bits");
    expect_equal(args.rs2, 10, "rs2 of c.sub s1, a0");
}

static void test_a_field_may_refuse_values(void **state)
{
    Insn c_lui = parse("c_lui", "011 nzimm[17] rd!=0,2 nzimm[16:12] 01");
    Insn c_addi16sp = parse("c_addi16sp", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01");

    must_match(&c_lui, 0x6505); /* c.lui a0, 1 */
    expect_equal(args.imm, 0x1000, "imm of c.lui a0, 1");
    must_match(&c_lui, 0x757d); /* c.lui a0, -1 */
    expect_equal((int64_t)args.imm, -4096, "imm of c.lui a0, 0xfffff");
    must_not_match(&c_lui, 0x6001); /* rd 0 */
    must_not_match(&c_lui, 0x6105); /* rd 2 */
    must_not_match(&c_lui, 0x6501); /* immediate 0 */
    must_match(&c_addi16sp, 0x6105);
    must_match(&c_addi16sp, 0x7139);
    expect_equal((int64_t)args.imm, -64, "imm of c.addi16sp sp, -64");
    must_not_match(&c_addi16sp, 0x6101);
    must_match(&c_lui, 0x7081); /* c.lui ra, 0xfffe0: rd 1; the sign bit alone is not 0 */
}

/* ---- small decoders ---- */

enum { MAX_ROWS = 8 };

static InsnRow some_rows[MAX_ROWS];
static LinkRow some_links[MAX_ROWS];
static unsigned some;

static void add_row(const char *name, const char *pattern, uint32_t need)
{
    some_rows[some] = (InsnRow){.name = name, .pattern = pattern, .operands = "", .ext = need};
    some_links[some] = (LinkRow){&some_rows[some], "labs/06-decode/rows", 100 + (int)some};
    some++;
}

static const Decoder *make(void)
{
    return decoder_new(some_links, some_links + some);
}

static void must_find(const Decoder *d, uint32_t word, uint32_t have, const char *expected)
{
    const Insn *insn = decoder_find(d, word, have, &args);
    const char *found = insn ? insn->row->name : "no row";

    expect_true(!strcmp(found, expected), "word %#x: expected %s, found %s", word, expected, found);
}

static void test_rows_are_told_apart_by_their_fixed_bits(void **state)
{
    const Decoder *d;

    add_row("lui", "imm[31:12] rd 0110111", 0);
    add_row("add", "0000000 rs2 rs1 000 rd 0110011", 0);
    add_row("sub", "0100000 rs2 rs1 000 rd 0110011", 0);
    add_row("sll", "0000000 rs2 rs1 001 rd 0110011", 0);
    add_row("ecall", "000000000000 00000 000 00000 1110011", 0);
    add_row("ebreak", "000000000001 00000 000 00000 1110011", 0);
    d = make();
    must_find(d, 0x00c58533, 0, "add");
    expect_equal(args.rs2, 12, "rs2 of add a0, a1, a2");
    must_find(d, 0x40c58533, 0, "sub");
    must_find(d, 0x00c59533, 0, "sll");
    must_find(d, 0x800000b7, 0, "lui");
    expect_equal((int64_t)args.imm, INT32_MIN, "imm of lui ra, 0x80000");
    must_find(d, 0x00000073, 0, "ecall");
    must_find(d, 0x00100073, 0, "ebreak");
    must_find(d, 0x00200073, 0, "no row");
    must_find(d, 0x00c5a533, 0, "no row");
    must_find(d, 0xffffffff, 0, "no row");
}

static void test_two_bytes_and_four_bytes_are_two_worlds(void **state)
{
    const Decoder *d;

    add_row("half", "000 imm[5] rd imm[4:0] 01", 0);
    add_row("full", "imm[31:12] rd 0010111", 0);
    d = make();
    must_find(d, 0x0505, 0, "half");
    expect_equal(args.imm, 1, "imm of c.addi a0, 1");
    must_find(d, 0x00000517, 0, "full");
    must_find(d, 0x0000, 0, "no row");
    must_find(d, 0x8505, 0, "no row");
    some = 0;
    add_row("only full", "imm[31:12] rd 0010111", 0);
    d = make();
    must_find(d, 0x0505, 0, "no row");
    some = 0;
    d = make(); /* no rows at all */
    must_find(d, 0x0505, 0, "no row");
    must_find(d, 0x00000517, 0, "no row");
}

static void test_what_the_cpu_has_selects_among_rows(void **state)
{
    const Decoder *d;

    add_row("c_jal", "001 imm[11|4|9:8|10|6|7|3:1|5] 01", EXT_rv32);
    add_row("c_addiw", "001 imm[5] rd/rs1!=0 imm[4:0] 01", EXT_rv64);
    add_row("mul", "0000001 rs2 rs1 000 rd 0110011", EXT_m);
    add_row("both", "0000011 rs2 rs1 000 rd 0110011", EXT_m | EXT_a);
    d = make();
    must_find(d, 0x2085, EXT_rv64, "c_addiw");
    must_find(d, 0x2085, EXT_rv32, "c_jal");
    must_find(d, 0x2085, 0, "no row");
    must_find(d, 0x02b50533, EXT_rv64 | EXT_m, "mul");
    must_find(d, 0x02b50533, EXT_rv64 | EXT_a, "no row");
    must_find(d, 0x06b50533, EXT_m, "no row");
    must_find(d, 0x06b50533, EXT_m | EXT_a | EXT_c, "both");
}

static void test_the_row_with_more_fixed_bits_goes_first(void **state)
{
    const Decoder *d;

    add_row("general", "imm[11:0] rs1 000 rd 0010011", 0);
    add_row("nop", "000000000000 00000 000 00000 0010011", 0);
    add_row("mv", "000000000000 rs1 000 rd 0010011", 0);
    d = make();
    must_find(d, 0x00000013, 0, "nop");
    must_find(d, 0x00058513, 0, "mv");
    must_find(d, 0x00158513, 0, "general");
    some = 0; /* no bit is fixed in all of them */
    add_row("z-top", "1111 imm[7:0] rs1 rm rd 0001011", 0);
    add_row("b-low", "imm[11:0] rs1 rm rd 0001011", 0);
    add_row("a-low", "imm[11:0] rs1 rm rd 0001011", 0);
    d = make();
    must_find(d, 0xf000000b, 0, "z-top");
    must_find(d, 0x7000000b, 0, "a-low"); /* equals: by name, so each build does the same */
}

static void test_rows_are_listed_in_their_order(void **state)
{
    const Decoder *d;

    add_row("one", "imm[31:12] rd 0110111", 0);
    add_row("two", "000 imm[5] rd imm[4:0] 01", 0);
    add_row("three", "0100000 rs2 rs1 000 rd 0110011", 0);
    d = make();
    for (unsigned i = 0; i < 3; i++) {
        expect_true(decoder_row(d, i) && decoder_row(d, i)->row == &some_rows[i],
                    "decoder_row(%u) must be the row %s", i, some_rows[i].name);
    }
    expect_true(!decoder_row(d, 3) && !decoder_row(d, 1000), "decoder_row from the end on");
}

static void test_a_wrong_row_ends_the_program_and_names_its_place(void **state)
{
    char said[512] = "";
    int ends[2], status;
    size_t n = 0;
    pid_t pid;

    add_row("good", "imm[31:12] rd 0110111", 0);
    add_row("bad", "imm[31:12] rd 011011", 0);
    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], 2);
        signal(SIGABRT, SIG_DFL);
        make();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], said + n, sizeof(said) - 1 - n)) > 0;) {
        n += got;
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    expect_true(!WIFEXITED(status) || WEXITSTATUS(status), "a wrong row was accepted");
    expect_true(strstr(said, "labs/06-decode/rows:101:"),
                "the message must begin with the row's file and line, labs/06-decode/rows:101: ; "
                "found: %s", said);
}

/* ---- all rows of teemu ---- */

/* The definition of a match, one bit at a time. */
static bool oracle_match(const Insn *insn, uint32_t word, InsnArgs *a)
{
    memset(a, 0, sizeof(*a));
    a->word = word;
    for (unsigned bit = 0; bit < 32; bit++) {
        if (insn->mask >> bit & 1 && (insn->match ^ word) >> bit & 1) {
            return false;
        }
    }
    for (unsigned p = 0; p < insn->npieces; p++) {
        for (unsigned b = 0; b < insn->pieces[p].width; b++) {
            uint32_t bit = word >> (insn->pieces[p].from + b) & 1;

            a->field[insn->pieces[p].field] |= (int32_t)(bit << (insn->pieces[p].to + b));
        }
        a->field[insn->pieces[p].field] += insn->pieces[p].plus;
    }
    if (insn->imm_bits && insn->imm_bits < 32 && a->imm >> (insn->imm_bits - 1) & 1) {
        a->imm -= (int32_t)1 << insn->imm_bits;
    }
    for (unsigned l = 0; l < insn->nlimits; l++) {
        int64_t value = a->field[insn->limits[l].field];

        if (value >= 0 && value < 32 && insn->limits[l].refused >> value & 1) {
            return false;
        }
    }
    return true;
}

static const Insn *oracle_find(const Decoder *d, uint32_t word, uint32_t have, InsnArgs *a)
{
    const Insn *insn;

    for (unsigned n = 0; (insn = decoder_row(d, n)); n++) {
        if (insn->bytes == insn_bytes(word) && !(insn->need & ~have) &&
            oracle_match(insn, word, a)) {
            return insn; /* no word belongs to two rows: another test of teemu sees to that */
        }
    }
    return NULL;
}

static void compare(const Decoder *d, uint32_t word, uint32_t have)
{
    InsnArgs want, found;
    const Insn *expected, *insn;

    word = insn_bytes(word) == 2 ? (uint16_t)word : word;
    expected = oracle_find(d, word, have, &want);
    memset(&found, 0xff, sizeof(found));
    insn = decoder_find(d, word, have, &found);
    expect_true(insn == expected, "word %#x: expected %s, found %s", word,
                expected ? expected->row->name : "no row", insn ? insn->row->name : "no row");
    for (unsigned f = 0; expected && f < INSN_FIELDS; f++) {
        expect_equal((int64_t)found.field[f], (int64_t)want.field[f],
                     "word %#x, %s: field number %u of InsnField", word, expected->row->name, f);
    }
}

/* The decoder of all rows, when it lists them as it should. */
static const Decoder *all_rows(void)
{
    const Decoder *d = riscv_decoder();
    unsigned n = 0;

    while (n < 1000 && decoder_row(d, n)) {
        n++;
    }
    expect_true(n > 200 && n < 1000,
                "riscv_decoder: decoder_row should give more than 200 rows and then NULL, found %s",
                n == 1000 ? "no end" : n ? "fewer" : "none");
    return d;
}

static void test_every_row_of_teemu_finds_itself(void **state)
{
    const Decoder *d = all_rows();
    const Insn *insn;

    for (unsigned n = 0; (insn = decoder_row(d, n)); n++) {
        for (unsigned i = 0; i < 60; i++) {
            compare(d, (next_random() & ~insn->mask) | insn->match,
                    insn->need & EXT_rv32 ? ALL32 : ALL64);
        }
    }
}

static void test_random_words_find_what_a_search_of_all_rows_finds(void **state)
{
    const Decoder *d = all_rows();

    for (unsigned i = 0; i < 100000; i++) {
        compare(d, i < 65536 ? i : next_random(), i & 1 ? ALL64 : ALL32);
    }
    for (unsigned i = 0; i < 20000; i++) {
        compare(d, next_random() | 3, next_random() | (i & 1 ? EXT_rv32 : EXT_rv64));
    }
}

/* ---- the rows of M ---- */

/* Does some word belong to both?  If so, one where the fields' bits do not matter. */
static bool rows_overlap(const Insn *x, const Insn *y)
{
    uint32_t fixed = x->mask | y->mask, match = x->match | y->match;
    InsnArgs a;

    if (x->bytes != y->bytes || ((x->match ^ y->match) & x->mask & y->mask) ||
        ((x->need | y->need) & (EXT_rv32 | EXT_rv64)) == (EXT_rv32 | EXT_rv64)) {
        return false;
    }
    for (unsigned i = 0; i < 500; i++) {
        uint32_t word = (next_random() & ~fixed) | match;

        word = x->bytes == 2 ? (uint16_t)word : word;
        if (oracle_match(x, word, &a) && oracle_match(y, word, &a)) {
            return true;
        }
    }
    return false;
}

static void test_no_word_belongs_to_two_rows(void **state)
{
    const Decoder *d = all_rows();
    const Insn *x, *y;

    for (unsigned i = 0; (x = decoder_row(d, i)); i++) {
        for (unsigned j = 0; j < i; j++) {
            y = decoder_row(d, j);
            expect_true(!rows_overlap(x, y), "%s and %s overlap", x->row->name, y->row->name);
        }
    }
}

/* Words by the GNU assembler, of these lines. */
static const struct {
    uint32_t word;
    int rd, rs1, rs2;
    const char *name, *text;
} m_words[] = {
    {0x02c58533, 10, 11, 12, "mul", "mul\ta0,a1,a2"},
    {0x02f716b3, 13, 14, 15, "mulh", "mulh\ta3,a4,a5"},
    {0x027322b3, 5, 6, 7, "mulhsu", "mulhsu\tt0,t1,t2"},
    {0x0324b433, 8, 9, 18, "mulhu", "mulhu\ts0,s1,s2"},
    {0x02b54533, 10, 10, 11, "div", "div\ta0,a0,a1"},
    {0x02c5d033, 0, 11, 12, "divu", "divu\tzero,a1,a2"},
    {0x03df6fb3, 31, 30, 29, "rem", "rem\tt6,t5,t4"},
    {0x039d7db3, 27, 26, 25, "remu", "remu\ts11,s10,s9"},
    {0x0218883b, 16, 17, 1, "mulw", "mulw\ta6,a7,ra"},
    {0x022241bb, 3, 4, 2, "divw", "divw\tgp,tp,sp"},
    {0x02c5d53b, 10, 11, 12, "divuw", "divuw\ta0,a1,a2"},
    {0x02a5e63b, 12, 11, 10, "remw", "remw\ta2,a1,a0"},
    {0x035a79bb, 19, 20, 21, "remuw", "remuw\ts3,s4,s5"},
};

static void test_the_rows_of_m_say_what_the_assembler_says(void **state)
{
    const Decoder *d = riscv_decoder();

    for (unsigned i = 0; i < ARRAY_SIZE(m_words); i++) {
        const char *name = m_words[i].name;
        const Insn *insn = decoder_find(d, m_words[i].word, ALL64, &args);
        Str text = {0};

        expect_true(insn && !strcmp(insn->row->name, name), "word %#x is %s, found %s",
                    m_words[i].word, name, insn ? insn->row->name : "no row");
        expect_equal(args.rd, m_words[i].rd, "%s: rd", name);
        expect_equal(args.rs1, m_words[i].rs1, "%s: rs1", name);
        expect_equal(args.rs2, m_words[i].rs2, "%s: rs2", name);
        insn_print(m_words[i].word, 0, ALL64, false, &text);
        expect_true(!strcmp(str_get(&text), m_words[i].text),
                    "%s: the disassembler says '%s', gas understands '%s'", name, str_get(&text),
                    m_words[i].text);
        str_free(&text);
    }
}

static void test_a_cpu_needs_m_and_64_bits_for_the_rows_of_m(void **state)
{
    const Decoder *d = riscv_decoder();

    for (unsigned i = 0; i < ARRAY_SIZE(m_words); i++) {
        const char *name = m_words[i].name;
        bool word_sized = name[strlen(name) - 1] == 'w';

        expect_true(decoder_find(d, m_words[i].word, ALL64, &args) != NULL,
                    "%s: no row for a CPU that has everything", name);
        expect_true(!decoder_find(d, m_words[i].word, ALL64 & ~EXT_m, &args),
                    "%s: a CPU without M has it", name);
        expect_true(!decoder_find(d, m_words[i].word, ALL32, &args) == word_sized,
                    "%s: a CPU with 32-bit registers %s it", name, word_sized ? "has" : "lacks");
    }
}

/* ---- several threads ---- */

static atomic_uint makers; /* threads that understood rows */

/* The first thread is slow at its first row, so that the others come while the decoder is made. */
bool __real_insn_parse(const InsnRow *row, Insn *insn, Error **errp);
bool __wrap_insn_parse(const InsnRow *row, Insn *insn, Error **errp);
bool __wrap_insn_parse(const InsnRow *row, Insn *insn, Error **errp)
{
    static _Thread_local bool again;

    if (!again) {
        again = true;
        if (atomic_fetch_add(&makers, 1) == 0) {
            usleep(100000);
        }
    }
    return __real_insn_parse(row, insn, errp);
}

static atomic_bool unfinished;

static void *get_decoder(void *opaque)
{
    const Decoder *d = riscv_decoder();

    if (!d || !decoder_row(d, 200)) {
        unfinished = true;
    }
    *(const Decoder **)opaque = d;
    return NULL;
}

static void test_all_threads_share_one_decoder(void **state)
{
    const Decoder *got[8] = {NULL};
    pthread_t thread[8];

    for (unsigned i = 0; i < ARRAY_SIZE(got); i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, get_decoder, &got[i]), 0);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(got); i++) {
        pthread_join(thread[i], NULL);
    }
    expect_true(!unfinished, "a thread got a decoder without all rows");
    expect_true(makers <= 1, "%u of 8 threads made a decoder: they came while the first one was at "
                "it; they should wait for it", (unsigned)makers);
    for (unsigned i = 0; i < ARRAY_SIZE(got); i++) {
        expect_true(got[i] && got[i] == got[0], "two threads got different decoders, or none");
    }
}

/* The address sanitizer has an allocator of its own. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
    struct mallinfo2 m = mallinfo2();

    if (__sanitizer_get_current_allocated_bytes) {
        return __sanitizer_get_current_allocated_bytes();
    }
    return m.uordblks + m.hblkhd;
}

static void test_a_tree_is_small(void **state)
{
    size_t before = allocated();

    expect_true(riscv_decoder() != NULL, "there is no decoder");
    expect_true(allocated() - before < 4 * MiB,
                "the decoder of all rows takes %zu KiB; 4096 are allowed",
                (allocated() - before) >> 10);
    add_row("ecall", "000000000000 00000 000 00000 1110011", 0); /* 31 common bits */
    add_row("ebreak", "000000000001 00000 000 00000 1110011", 0);
    before = allocated();
    make();
    expect_true(allocated() - before < MiB,
                "a decoder of ecall and ebreak takes %zu KiB; 1024 are allowed",
                (allocated() - before) >> 10);
}

/* ---- and it is no list ---- */

enum { LOTS = 4096 };

/* @count rows "xxxxxxxxxxxx rs1 000 rd 0001011", x a number in binary. */
static const Decoder *make_big(unsigned count)
{
    LinkRow *links = xnew_n(LinkRow, count);

    for (unsigned i = 0; i < count; i++) {
        InsnRow *row = xnew(InsnRow);
        char bits[13] = "";

        for (unsigned b = 0; b < 12; b++) {
            bits[b] = '0' + (i >> (11 - b) & 1);
        }
        row->name = "row";
        row->pattern = xasprintf("%s rs1 000 rd 0001011", bits);
        row->operands = "";
        links[i] = (LinkRow){row, "rows", (int)i};
    }
    return decoder_new(links, links + count);
}

/* Nanoseconds of processor time for one look-up; the best of several tries. */
static double cost(const Decoder *d, unsigned count)
{
    double best = 1e9;

    for (unsigned try = 0; try < 5; try++) {
        struct timespec t0, t1;
        unsigned found = 0;
        double ns;

        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t0);
        for (unsigned i = 0; i < 4096; i++) {
            found += decoder_find(d, (i * 1237 % count) << 20 | 0x0b, 0, &args) != NULL;
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t1);
        expect_equal(found, 4096, "rows found");
        ns = ((t1.tv_sec - t0.tv_sec) * 1e9 + (t1.tv_nsec - t0.tv_nsec)) / 4096;
        best = MIN(best, ns);
    }
    return best;
}

static void test_looking_up_does_not_take_longer_with_more_rows(void **state)
{
    double few = cost(make_big(8), 8), many = cost(make_big(LOTS), LOTS);

    expect_true(many < 30 * few,
                "512 times as many rows: a look-up takes %.0f times as long; 30 times is allowed",
                many / few);
}

const LabTest lab_tests[] = {
    LAB_TEST(test_fixed_bits_must_be_right_and_fields_are_gathered, 7,
             "insn_match: Insn.mask and .match first; then each piece says where its bits come "
             "from and where they go. Fields that the row has not are 0, and a->word is the word"),
    LAB_TEST(test_an_immediate_is_put_together_and_has_a_sign, 7,
             "insn_match: several pieces may go to one field; Insn.imm_bits tells whether there is "
             "a sign, and which bit is its copy"),
    LAB_TEST(test_three_bits_name_the_registers_8_to_15, 4, "insn_match: pieces[].plus"),
    LAB_TEST(test_a_field_may_refuse_values, 5,
             "insn_match: limits[]; they are about values, so look at them when the fields are "
             "complete. refused has 32 bits"),
    LAB_TEST(test_rows_are_told_apart_by_their_fixed_bits, 8,
             "decoder_find: first make it work with a plain loop over all rows. If that worked, "
             "and the tree crashes: does a child know which bits its parents have looked at? Else "
             "the function calls itself for ever"),
    LAB_TEST(test_two_bytes_and_four_bytes_are_two_worlds, 5,
             "insn_bytes says which world a word is from; one of the two may be empty"),
    LAB_TEST(test_what_the_cpu_has_selects_among_rows, 7,
             "decoder_find: a row may be taken if have contains all of Insn.need; if it may not, "
             "the search goes on"),
    LAB_TEST(test_the_row_with_more_fixed_bits_goes_first, 5,
             "a leaf may hold several rows: sort them; for equals, strcmp of the names"),
    LAB_TEST(test_rows_are_listed_in_their_order, 3,
             "decoder_row: as between start and stop. What a search needs in another order goes "
             "into an array of its own"),
    LAB_TEST(test_a_wrong_row_ends_the_program_and_names_its_place, 4,
             "decoder_new: LinkRow has the file and the line, err_msg (base/error.h) the reason; "
             "to stderr; then abort()"),
    LAB_TEST(test_every_row_of_teemu_finds_itself, 5,
             "the tests above, with all rows: print the row's mask in binary, and the path through "
             "the tree"),
    LAB_TEST(test_random_words_find_what_a_search_of_all_rows_finds, 5,
             "a word without a row must fall out of the tree somewhere, not find a neighbour"),
    LAB_TEST(test_no_word_belongs_to_two_rows, 1,
             "the rows of M: compare their fixed bits with the manual, line by line"),
    LAB_TEST(test_the_rows_of_m_say_what_the_assembler_says, 3,
             "the rows of M: each is a line of the manual, with another name and other fixed bits"),
    LAB_TEST(test_a_cpu_needs_m_and_64_bits_for_the_rows_of_m, 2,
             "INSN_EXT is what the file's rows need, .also what a row needs beyond that"),
    LAB_TEST(test_all_threads_share_one_decoder, 3,
             "riscv_decoder: man pthread_once. A plain if (!made) lets in all threads that come "
             "before the first one is done"),
    LAB_TEST(test_a_tree_is_small, 5,
             "a node that looks at n bits has 2^n children: bound n"),
    LAB_TEST(test_looking_up_does_not_take_longer_with_more_rows, 9,
             "the tree: which bits do all rows of this node fix, that nobody has looked at yet?"),
    LAB_TESTS_END,
};
