/* SPDX-License-Identifier: MIT */
/* Chapter 1: a computer of eight instructions, through labs/01-computer/computer.h.  The programs
 * are words, written by functions with the names of the instructions. */
#include "labs/01-computer/computer.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab.h"

static Computer c, before;
static char paper[64];
static unsigned printed;
static uint32_t end; /* where the next word of the program goes */
static char program[256]; /* its instructions, for messages: "lui x1, 0x10000; sb x2, 0(x1)" */

static void print(char letter)
{
    if (printed < sizeof(paper) - 1) {
        paper[printed++] = letter;
    }
}

/* ---- writing programs ---- */

enum { SOME_RAM = RAM_BASE + 0x8000u };

/* Put @word at the end of the program; as text, it is what the format says. */
static void __attribute__((format(printf, 2, 3))) put(uint32_t word, const char *fmt, ...)
{
    size_t n = strlen(program);
    va_list ap;

    for (unsigned i = 0; i < 4; i++) {
        c.ram[end++ - RAM_BASE] = word >> (8 * i);
    }
    n += snprintf(program + n, sizeof(program) - n, "%s", n ? "; " : "");
    va_start(ap, fmt);
    vsnprintf(program + n, sizeof(program) - n, fmt, ap);
    va_end(ap);
}

static uint32_t field(uint32_t value, unsigned high, unsigned low, unsigned to)
{
    return (value >> low & ((2u << (high - low)) - 1)) << to;
}

static void lui(unsigned rd, uint32_t imm)
{
    put((imm & 0xfffff000) | rd << 7 | 0x37, "lui x%u, %#x", rd, imm >> 12);
}

static void addi(unsigned rd, unsigned rs1, int imm)
{
    put(field(imm, 11, 0, 20) | rs1 << 15 | rd << 7 | 0x13, "addi x%u, x%u, %d", rd, rs1, imm);
}

static void lbu(unsigned rd, int imm, unsigned rs1)
{
    put(field(imm, 11, 0, 20) | rs1 << 15 | 4 << 12 | rd << 7 | 0x03, "lbu x%u, %d(x%u)", rd, imm,
        rs1);
}

static void add(unsigned rd, unsigned rs1, unsigned rs2)
{
    put(rs2 << 20 | rs1 << 15 | rd << 7 | 0x33, "add x%u, x%u, x%u", rd, rs1, rs2);
}

static void store(unsigned funct3, unsigned rs2, int imm, unsigned rs1)
{
    put(field(imm, 11, 5, 25) | rs2 << 20 | rs1 << 15 | funct3 << 12 | field(imm, 4, 0, 7) | 0x23,
        "%s x%u, %d(x%u)", funct3 ? "sw" : "sb", rs2, imm, rs1);
}

static void bne(unsigned rs1, unsigned rs2, int imm)
{
    put(field(imm, 12, 12, 31) | field(imm, 10, 5, 25) | rs2 << 20 | rs1 << 15 | 1 << 12 |
            field(imm, 4, 1, 8) | field(imm, 11, 11, 7) | 0x63,
        "bne x%u, x%u, pc %+d", rs1, rs2, imm);
}

static void jal(unsigned rd, int imm)
{
    put(field(imm, 20, 20, 31) | field(imm, 10, 1, 21) | field(imm, 11, 11, 20) |
            field(imm, 19, 12, 12) | rd << 7 | 0x6f,
        "jal x%u, pc %+d", rd, imm);
}

/* For messages: what the test itself has put into x1 and x2. */
static void tell_registers(void)
{
    size_t n = strlen(program);

    snprintf(program + n, sizeof(program) - n, "   where x1 = %#x, x2 = %#x", c.x[1], c.x[2]);
}

/* ---- running them ---- */

/* A computer that was just switched on; its RAM has a pattern, and the program begins at @at. */
static void begin_at(uint32_t at)
{
    for (unsigned i = 0; i < RAM_SIZE; i++) {
        c.ram[i] = i * 7 + 3;
    }
    computer_reset(&c);
    c.print = print;
    c.pc = end = at;
    program[0] = 0; /* none yet: what is in RAM is the pattern */
    memset(paper, 0, sizeof(paper));
    printed = 0;
}

static void begin(void)
{
    begin_at(RAM_BASE);
}

static const char *outcome_name(Outcome o)
{
    static const char *const names[] = {"DONE",    "POWERED_OFF", "BAD_FETCH",
                                        "ILLEGAL", "BAD_LOAD",    "BAD_STORE"};

    return (unsigned)o < sizeof(names) / sizeof(names[0]) ? names[o] : "no Outcome at all";
}

static void expect_outcome(Outcome found, Outcome expected, const char *what, const char *file,
                           int line)
{
    lab_expect_true(found == expected, file, line, "%s: expected %s, found %s\nthe program: %s",
                    what, outcome_name(expected), outcome_name(found),
                    program[0] ? program : "(RAM holds no program in this test)");
}
#define EXPECT_RUN(limit, expected)                                                                \
    expect_outcome(computer_run(&c, limit), expected, "computer_run(c, " #limit ")", __FILE__,     \
                   __LINE__)

static void expect_step(Outcome expected, const char *file, int line)
{
    char what[64];

    if (c.pc >= RAM_BASE && c.pc - RAM_BASE <= RAM_SIZE - 4) {
        const uint8_t *p = &c.ram[c.pc - RAM_BASE];

        snprintf(what, sizeof(what), "computer_step at %#x, word 0x%02x%02x%02x%02x", c.pc, p[3],
                 p[2], p[1], p[0]);
    } else {
        snprintf(what, sizeof(what), "computer_step at %#x", c.pc);
    }
    expect_outcome(computer_step(&c), expected, what, file, line);
}
#define EXPECT_STEP(expected) expect_step(expected, __FILE__, __LINE__)
#define STEPS(n)                                                                                   \
    for (unsigned i_ = 0; i_ < (n); i_++) {                                                        \
        EXPECT_STEP(DONE);                                                                         \
    }

static void expect_x(unsigned n, uint32_t value, const char *file, int line)
{
    lab_expect(c.x[n], value, file, line, "the program: %s\nregister x%u", program, n);
}
#define EXPECT_X(n, value) expect_x(n, value, __FILE__, __LINE__)
#define EXPECT_PC(value)   expect_equal(c.pc, (uint32_t)(value), "the program: %s\npc", program)

/* The next step traps, and nothing changes. */
static void expect_trap(Outcome expected, const char *file, int line)
{
    before = c;
    expect_step(expected, file, line);
    lab_expect(c.pc, before.pc, file, line, "the program: %s\npc after a trap", program);
    for (unsigned i = 0; i < 32; i++) {
        lab_expect(c.x[i], before.x[i], file, line, "the program: %s\nregister x%u after a trap",
                   program, i);
    }
    lab_expect_true(!memcmp(c.ram, before.ram, RAM_SIZE), file, line,
                    "the program: %s\na trap changed RAM", program);
}
#define EXPECT_TRAP(expected) expect_trap(expected, __FILE__, __LINE__)

/* ---- arithmetic ---- */

static void test_the_button_zeroes_registers_and_keeps_ram(void **state)
{
    begin();
    memset(c.x, 0xff, sizeof(c.x));
    c.pc = 12;
    computer_reset(&c);
    EXPECT_PC(RAM_BASE);
    for (unsigned i = 0; i < 32; i++) {
        EXPECT_X(i, 0);
    }
    expect_equal(c.ram[100], (uint8_t)(100 * 7 + 3), "a byte of RAM");
}

static void test_addi_adds_small_numbers_of_either_sign(void **state)
{
    begin();
    addi(1, 0, 5);
    addi(2, 1, 2047);
    addi(3, 2, -2048);
    addi(1, 3, -5);
    addi(31, 1, -1);
    STEPS(5);
    EXPECT_X(2, 2052);
    EXPECT_X(3, 4);
    EXPECT_X(1, ~0u);
    EXPECT_X(31, ~0u - 1);
    EXPECT_PC(RAM_BASE + 20);
}

static void test_x0_is_zero_whoever_writes_to_it(void **state)
{
    begin();
    addi(0, 0, 5);
    lui(0, 0x12345000);
    add(1, 0, 0);
    addi(2, 0, 7);
    add(0, 2, 2);
    add(3, 0, 0);
    STEPS(6);
    EXPECT_X(0, 0);
    EXPECT_X(1, 0);
    EXPECT_X(3, 0);
}

static void test_x0_is_zero_after_loads_and_jumps_too(void **state)
{
    begin();
    jal(0, 4);
    add(1, 0, 0);
    lui(2, SOME_RAM);
    lbu(0, 0, 2);
    add(3, 0, 0);
    STEPS(5);
    EXPECT_X(0, 0);
    EXPECT_X(1, 0);
    EXPECT_X(3, 0);
}

static void test_lui_and_add_make_any_number(void **state)
{
    begin();
    lui(5, 0xdeadc000);
    addi(5, 5, -0x111);
    lui(6, 0x80000000);
    add(7, 5, 6);
    add(7, 7, 7);
    STEPS(5);
    EXPECT_X(5, 0xdeadbeef);
    EXPECT_X(7, 0x5eadbeefu * 2);
    EXPECT_X(6, 0x80000000);
}

/* ---- memory ---- */

static void test_bytes_are_loaded_without_a_sign(void **state)
{
    begin();
    c.ram[0x8010] = 0xfe;
    c.ram[0x7fff] = 0x7f;
    lui(1, SOME_RAM);
    lbu(2, 16, 1);
    lbu(1, -1, 1);
    STEPS(3);
    EXPECT_X(2, 0xfe);
    EXPECT_X(1, 0x7f);
}

static void test_a_byte_store_changes_one_byte(void **state)
{
    begin();
    lui(1, SOME_RAM);
    addi(2, 0, 0x3c5);
    store(0, 2, -3, 1);
    STEPS(3);
    expect_equal(c.ram[0x7ffd], 0xc5, "the byte stored");
    expect_equal(c.ram[0x7ffc], (uint8_t)(0x7ffc * 7 + 3), "the byte before");
    expect_equal(c.ram[0x7ffe], (uint8_t)(0x7ffe * 7 + 3), "the byte behind");
}

static void test_a_word_is_stored_with_its_lowest_byte_first(void **state)
{
    static const uint8_t expected[] = {0xef, 0xbe, 0xad, 0xde};

    begin();
    lui(1, SOME_RAM);
    lui(2, 0xdeadc000);
    addi(2, 2, -0x111);
    store(2, 2, 0x7e1, 1); /* at no multiple of four */
    STEPS(4);
    for (unsigned i = 0; i < 4; i++) {
        expect_equal(c.ram[0x87e1 + i], expected[i], "byte %u of the word", i);
    }
    expect_equal(c.ram[0x87e5], (uint8_t)(0x87e5 * 7 + 3), "the byte behind the word");
}

static void test_a_program_may_write_its_own_next_instruction(void **state)
{
    begin();
    lui(1, RAM_BASE);
    addi(2, 0, 0x13);
    store(2, 2, 12, 1);
    put(0, "(0, which becomes addi x0, x0, 0)");
    STEPS(4);
    EXPECT_PC(RAM_BASE + 16);
}

/* ---- jumps ---- */

static void test_bne_goes_where_it_says_or_on(void **state)
{
    static const int offsets[] = {8, -8, 0xffc, -0x1000, 0x554, 0x2a8, -0x800, 0x800, 0x7e0, 0x1e};

    for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        begin_at(SOME_RAM);
        c.x[1] = 0x10;
        c.x[2] = 0x80000010;
        bne(1, 2, offsets[i]);
        tell_registers();
        EXPECT_STEP(DONE);
        EXPECT_PC(SOME_RAM + offsets[i]);
        c.pc = SOME_RAM;
        c.x[2] = 0x10;
        EXPECT_STEP(DONE);
        EXPECT_PC(SOME_RAM + 4);
    }
}

static void test_jal_goes_far_and_remembers_where_from(void **state)
{
    static const int offsets[] = {4,     -4,      0x7ffc,    -0x8000, 0x800,
                                  0x554, 0xffffe, -0x100000, 0x5a5a4};

    for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        begin_at(SOME_RAM);
        jal(1, offsets[i]);
        EXPECT_STEP(DONE);
        EXPECT_PC(SOME_RAM + offsets[i]);
        EXPECT_X(1, SOME_RAM + 4);
    }
}

/* ---- the world outside ---- */

static void test_a_byte_for_the_printer_is_printed(void **state)
{
    begin();
    lui(1, PRINTER);
    addi(2, 0, 'o');
    addi(3, 0, 0x100 + 'k');
    store(0, 2, 0, 1);
    store(0, 3, 0, 1);
    STEPS(5);
    expect_true(!strcmp(paper, "ok"), "expected on paper: ok\n            found: %s", paper);
}

static void test_the_switch_ends_the_run(void **state)
{
    begin();
    lui(1, SWITCH);
    lui(2, 0x5000);
    addi(2, 2, 0x555);
    store(2, 2, 0, 1);
    addi(3, 0, 1);
    STEPS(3);
    EXPECT_STEP(POWERED_OFF);
    EXPECT_PC(RAM_BASE + 16);
    EXPECT_X(3, 0);
}

static void test_run_stops_at_the_limit_or_at_a_trap(void **state)
{
    begin();
    addi(4, 4, 2);
    addi(4, 4, 2);
    addi(4, 4, 2);
    addi(4, 4, 2);
    put(0, "(0, which is no instruction)");
    EXPECT_RUN(0, DONE);
    EXPECT_X(4, 0);
    EXPECT_RUN(3, DONE);
    EXPECT_X(4, 6);
    EXPECT_RUN(5, ILLEGAL);
    EXPECT_X(4, 8);
    EXPECT_PC(RAM_BASE + 16);
}

static void test_run_goes_on_until_the_switch(void **state)
{
    begin();
    lui(1, SWITCH);
    lui(2, 0x5000);
    addi(2, 2, 0x555);
    addi(3, 0, 100);
    addi(4, 4, 2);
    addi(3, 3, -1);
    bne(3, 0, -8);
    store(2, 2, 0, 1);
    EXPECT_RUN(10, DONE);
    EXPECT_PC(RAM_BASE + 16);
    EXPECT_X(4, 4);
    EXPECT_RUN(1000000, POWERED_OFF);
    EXPECT_X(4, 200);
}

/* ---- traps ---- */

static void test_words_that_are_no_instruction_trap(void **state)
{
    static const struct {
        uint32_t word;
        const char *what;
    } words[] = {
        {0, "(no instruction)"},
        {0xffffffff, "(no instruction)"},
        {0x00001013, "slli x0, x0, 0"},
        {0x40208033, "sub x0, x1, x2"},
        {0x02208033, "mul x0, x1, x2"},
        {0x0020c033, "xor x0, x1, x2"},
        {0x00008003, "lb x0, 0(x1)"},
        {0x0000a003, "lw x0, 0(x1)"},
        {0x00209023, "sh x2, 0(x1)"},
        {0x00208463, "beq x1, x2, pc +8"},
        {0x00000073, "ecall"},
        {0x00000017, "auipc x0, 0"},
        {0x0020b023, "sd x2, 0(x1)"},
        {0x0000006e, "(no instruction)"},
        {0x80008033, "(add x0, x1, x0, but bit 31 is set)"},
    };

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        begin();
        put(words[i].word, "%s", words[i].what);
        c.x[1] = c.x[2] = SOME_RAM;
        tell_registers();
        EXPECT_TRAP(ILLEGAL);
    }
}

static void test_instructions_come_from_ram_at_multiples_of_four(void **state)
{
    static const uint32_t places[] = {0, PRINTER, RAM_BASE - 4, RAM_BASE + RAM_SIZE, 0xfffffffc,
                                      RAM_BASE + 2, RAM_BASE + 1, RAM_BASE + RAM_SIZE - 2};

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        begin();
        c.pc = places[i];
        EXPECT_TRAP(BAD_FETCH);
    }
    begin_at(RAM_BASE + RAM_SIZE - 4);
    addi(1, 0, 1);
    EXPECT_STEP(DONE);
    EXPECT_TRAP(BAD_FETCH);
}

static void test_loads_outside_of_ram_trap(void **state)
{
    static const uint32_t places[] = {0, SWITCH, PRINTER, RAM_BASE - 1, RAM_BASE + RAM_SIZE, ~0u};

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        begin();
        c.x[1] = places[i] - 1;
        lbu(2, 1, 1);
        tell_registers();
        EXPECT_TRAP(BAD_LOAD);
    }
    begin();
    c.x[1] = RAM_BASE + RAM_SIZE - 1;
    lbu(2, 0, 1);
    EXPECT_STEP(DONE);
}

static void expect_bad_store(unsigned funct3, uint32_t place, uint32_t value)
{
    begin();
    c.x[1] = place;
    c.x[2] = value;
    store(funct3, 2, 0, 1);
    tell_registers();
    EXPECT_TRAP(BAD_STORE);
    expect_equal(printed, 0, "the program: %s\nletters printed by a store that traps", program);
}

static void test_stores_where_nobody_answers_trap(void **state)
{
    expect_bad_store(0, 0, 1);
    expect_bad_store(0, RAM_BASE + RAM_SIZE, 1);
    expect_bad_store(0, RAM_BASE - 1, 1);
    expect_bad_store(2, RAM_BASE - 4, 1);
    expect_bad_store(2, RAM_BASE + RAM_SIZE - 3, 0x01020304); /* all of it, or nothing */
    expect_bad_store(2, RAM_BASE - 2, 0x01020304);
    expect_bad_store(2, 0xfffffffe, 1);
    expect_bad_store(2, PRINTER, 'a');
    expect_bad_store(0, PRINTER + 1, 'a');
    expect_bad_store(0, SWITCH, 0x55);
    expect_bad_store(2, SWITCH, 0x5554);
    expect_bad_store(2, SWITCH + 4, POWER_OFF);
    begin();
    c.x[1] = RAM_BASE + RAM_SIZE - 4;
    store(2, 1, 0, 1);
    EXPECT_STEP(DONE);
}

const LabTest lab_tests[] = {
    LAB_TEST(test_the_button_zeroes_registers_and_keeps_ram, 2,
             "computer_reset: its comment in the header"),
    LAB_TEST(test_addi_adds_small_numbers_of_either_sign, 6,
             "the sign of the immediate is its highest bit"),
    LAB_TEST(test_x0_is_zero_whoever_writes_to_it, 3,
             "is there one place in your file where registers are written?"),
    LAB_TEST(test_x0_is_zero_after_loads_and_jumps_too, 2,
             "do lbu and jal write registers in the same place as the others?"),
    LAB_TEST(test_lui_and_add_make_any_number, 6,
             "lui: which bits of the word are its number already?"),
    LAB_TEST(test_bytes_are_loaded_without_a_sign, 6,
             "lbu: the u is for unsigned; the offset has a sign"),
    LAB_TEST(test_a_byte_store_changes_one_byte, 5, "sb: the offset is in two parts of the word"),
    LAB_TEST(test_a_word_is_stored_with_its_lowest_byte_first, 6,
             "sw: byte by byte is the simplest"),
    LAB_TEST(test_a_program_may_write_its_own_next_instruction, 2,
             "fetch reads the same RAM that sw writes"),
    LAB_TEST(test_bne_goes_where_it_says_or_on, 8,
             "format B: draw where each bit of the offset is; relative to which pc?"),
    LAB_TEST(test_jal_goes_far_and_remembers_where_from, 8,
             "format J; and rd: the address behind the jump"),
    LAB_TEST(test_a_byte_for_the_printer_is_printed, 4, "sb, when the address is PRINTER"),
    LAB_TEST(test_the_switch_ends_the_run, 4,
             "sw, when the address is SWITCH; computer.h: what does it say beside POWERED_OFF?"),
    LAB_TEST(test_run_stops_at_the_limit_or_at_a_trap, 3, "computer_run: when does it stop?"),
    LAB_TEST(test_run_goes_on_until_the_switch, 3,
             "computer_run: what ends it? (it needs bne and sw)"),
    LAB_TEST(test_words_that_are_no_instruction_trap, 8,
             "all fixed fields of an instruction must be looked at, not only the opcode"),
    LAB_TEST(test_instructions_come_from_ram_at_multiples_of_four, 5,
             "fetch: computer.h says beside BAD_FETCH what a pc must be"),
    LAB_TEST(test_loads_outside_of_ram_trap, 4,
             "lbu: before it changes anything, ask whether the address is in RAM"),
    LAB_TEST(test_stores_where_nobody_answers_trap, 5,
             "computer.h, BAD_STORE: who takes what? ask before you change anything, pc included"),
    LAB_TESTS_END
};
