/* SPDX-License-Identifier: MIT */
/* Chapter 7: loads, stores, branches and jumps to IR, through riscv_translate.
 *
 * Where the chapter prescribes a form, the IR is compared as text, with its temporaries and labels
 * numbered in the order in which they appear.  Everywhere else the IR is run on random registers,
 * and what it did is compared with a reference. */
#include "labs/07-translate/reference.h"

/* ---- text ---- */

/* @in with tmp and L numbered from 1 on, without the marks of instructions, and with one word for
 * all kinds of exits: which kind it shall be is the matter of exercise 6.  64 bits in a register of
 * 64 bits are not extended, so their sign is nobody's business. */
static void normal(const char *in, Str *out)
{
    unsigned temps[256] = {0}, labels[256] = {0}, ntemps = 0, nlabels = 0;

    for (const char *p = in; *p;) {
        bool start_of_word = p == in || strchr(" ,\n", p[-1]);
        bool tmp = start_of_word && !strncmp(p, "tmp", 3), label = start_of_word && *p == 'L';

        if (!strncmp(p, " ---- ", 6)) {
            p += strcspn(p, "\n") + 1;
        } else if (!strncmp(p, " exit_", 6)) {
            str_append(out, " exit");
            p += 6 + strcspn(p + 6, " ");
        } else if (start_of_word && !strncmp(p, "s64", 3)) {
            str_append(out, "u64");
            p += 3;
        } else if (!strncmp(p, ", slot", 6)) {
            p += strcspn(p, "\n");
        } else if (tmp || label) {
            char *end;
            unsigned n = strtoul(p + (tmp ? 3 : 1), &end, 10) % 256;
            unsigned *name = tmp ? &temps[n] : &labels[n];

            *name = *name ? *name : tmp ? ++ntemps : ++nlabels;
            str_printf(out, "%s%u", tmp ? "tmp" : "L", *name);
            p = end;
        } else {
            str_printf(out, "%c", *p++);
        }
    }
}

/* The IR of the block at @pc must be @golden, which writes "exit $PC" for any kind of exit. */
static void expect_ir(const char *what, uint64_t pc, const char *golden)
{
    Str a = {0};

    normal(translate(pc), &a);
    if (strcmp(str_get(&a), golden)) {
        show(what, "");
        show("expected:", golden);
        show("found:", str_get(&a));
        fail();
    }
    str_free(&a);
}

static void expect_ir_of(const char *what, uint32_t word, const char *golden)
{
    put32(0, word);
    request.max_insns = 1;
    expect_ir(what, code_base, golden);
}

/* ---- exercises 1 to 3: memory ---- */

static void test_a_load_is_one_op_with_the_offset_in_it(void **state)
{
    start(64, true, 0x1000);
    expect_ir_of("lbu a0, -1(a1)", i_type(LOAD, LBU, A0, A1, -1),
                 " ld.i64 tmp1, a1+$0xffffffffffffffff, u8 mmu=1\n"
                 " mov.i64 a0, tmp1\n"
                 " exit $0x1004\n");
    expect_ir_of("lw a0, 8(a1)", i_type(LOAD, LW, A0, A1, 8),
                 " ld.i64 tmp1, a1+$0x8, s32 mmu=1\n"
                 " mov.i64 a0, tmp1\n"
                 " exit $0x1004\n");
    cpu.env.priv = PRV_M;
    expect_ir_of("lw a0, 8(a1) in M mode", i_type(LOAD, LW, A0, A1, 8),
                 " ld.i64 tmp1, a1+$0x8, s32 mmu=3 linear\n"
                 " mov.i64 a0, tmp1\n"
                 " exit $0x1004\n");
}

static void test_each_load_extends_as_its_name_says(void **state)
{
    for (unsigned i = 0; i < 700; i++) {
        unsigned f3 = i % 7;

        start(i & 1 || f3 == LD || f3 == LWU ? 64 : 32, true, 0x1000);
        i % 50 ? (void)0 : random_state();
        ref.x[A1] = wrap(0x40000000 + next_random() % 0x8000);
        run_one(i_type(LOAD, f3, A0, A1, (int)(next_random() % 4096) - 2048), 0);
    }
}

static void test_a_load_may_overwrite_its_base_and_goes_to_memory_even_for_x0(void **state)
{
    start(64, true, 0x1000);
    random_state();
    ref.x[A1] = 0x2468;
    run_one(i_type(LOAD, LD, A1, A1, 8), 0);
    run_one(i_type(LOAD, LB, ZERO, A1, 8), 0);
    put32(0, i_type(LOAD, LB, ZERO, A1, 8));
    translate(0x1000);
    expect_true(strstr(str_get(&text), " ld.i64 ") != NULL,
                "lb zero, 8(a1) must still access memory, it may fault; found\n%s", str_get(&text));
}

static void test_a_store_writes_its_bytes_and_no_more(void **state)
{
    start(64, true, 0x1000);
    expect_ir_of("sd a0, 16(sp)", s_type(3, SP, A0, 16),
                 " st.i64 sp+$0x10, a0, u64 mmu=1\n exit $0x1004\n");
    expect_ir_of("sb a0, -1(sp)", s_type(0, SP, A0, -1),
                 " st.i64 sp+$0xffffffffffffffff, a0, u8 mmu=1\n exit $0x1004\n");
    for (unsigned i = 0; i < 400; i++) {
        start(i & 1 || i % 4 == 3 ? 64 : 32, true, 0x1000);
        i % 50 ? (void)0 : random_state();
        ref.x[A1] = wrap(0x40000000 + next_random() % 0x8000);
        ref.x[A0] = wrap(next_random());
        run_one(s_type(i % 4, A1, i % 5 ? A0 : ZERO, (int)(next_random() % 4096) - 2048), 0);
    }
}

static void test_an_address_has_as_many_bits_as_a_register(void **state)
{
    static const unsigned widths[] = {32, 64};

    for (unsigned i = 0; i < 2; i++) {
        start(widths[i], true, 0x1000);
        random_state();
        ref.x[A1] = wrap(-16LL);
        run_one(i_type(LOAD, LW, A0, A1, 24), 0); /* over the end of the address space */
        run_one(s_type(LW, A1, A2, 24), 0);
        ref.x[A1] = 16;
        run_one(i_type(LOAD, LW, A0, A1, -24), 0); /* and over its beginning */
        run_one(i_type(LOAD, LW, A0, ZERO, -4), 0);
        run_one(i_type(LOAD, LW, A0, ZERO, 4), 0);
        run_one(s_type(LW, ZERO, A2, -4), 0);
    }
}

/* ---- exercise 4: branches ---- */

static void test_each_branch_compares_as_its_name_says(void **state)
{
    static const unsigned f3[] = {BEQ, BNE, BLT, BGE, BLTU, BGEU};

    for (unsigned i = 0; i < 1200; i++) {
        start(i & 1 ? 64 : 32, true, 0x1000);
        i % 20 ? (void)0 : random_state();
        run_one(b_type(f3[i / 2 % 6], next_random() >> 3 & 31, next_random() >> 3 & 31,
                       i % 5 ? 0x40 : -0x40), 0x100);
    }
}

static void test_a_branch_backward_leaves_in_the_main_line(void **state)
{
    start(64, true, 0x1000);
    put32(0, i_type(ADDI, 0, A0, A0, -1));
    put32(4, b_type(BNE, A0, ZERO, -4));
    request.max_insns = 2;
    expect_ir("addi a0, a0, -1; bnez a0, .-4", 0x1000,
              " add.i64 tmp1, a0, $0xffffffffffffffff\n"
              " mov.i64 a0, tmp1\n"
              " brcond.i64 a0, $0x0, eq, L1\n"
              " exit $0x1000\n"
              "L1:\n"
              " exit $0x1008\n");
    expect_ir_of("bltu a1, a2, . (to itself)", b_type(BLTU, A1, A2, 0),
                 " brcond.i64 a1, a2, geu, L1\n"
                 " exit $0x1000\n"
                 "L1:\n"
                 " exit $0x1004\n");
}

static void test_a_branch_forward_leaves_behind_the_end_of_the_block(void **state)
{
    start(64, true, 0x1000);
    put32(0, b_type(BLT, A0, A1, 0x40));
    put32(4, b_type(BEQ, A2, ZERO, 0x60));
    put32(8, i_type(LOAD, LD, A0, A1, 0));
    request.max_insns = 3;
    expect_ir("blt a0, a1, .+64; beqz a2, .+96; ld a0, 0(a1)", 0x1000,
              " brcond.i64 a0, a1, lt, L1\n"
              " brcond.i64 a2, $0x0, eq, L2\n"
              " ld.i64 tmp1, a1, u64 mmu=1\n"
              " mov.i64 a0, tmp1\n"
              " exit $0x100c\n"
              "L1:\n"
              " exit $0x1040\n"
              "L2:\n"
              " exit $0x1064\n");
    expect_equal(request.ninsns, 3, "a block goes on behind a branch: instructions in it");
    /* The block's author relies on SideExit.op: here he finds a branch that is none. */
    put32(4, i_type(ADDI, 0, A2, A2, 1));
    put32(0, b_type(BNE, A0, A1, 8));
    request.max_insns = 2;
    expect_ir("bne a0, a1, .+8; addi a2, a2, 1", 0x1000,
              " add.i64 tmp1, a2, $0x1\n"
              " select.i64 a2, a0, a1, a2, tmp1, ne\n"
              " exit $0x1008\n");
}

/* ---- exercise 5: jumps ---- */

static void test_a_jump_forward_in_the_page_is_followed(void **state)
{
    start(64, true, 0x1000);
    put32(0, j_type(RA, 0x10));
    put32(0x10, i_type(LOAD, LD, A0, A1, 0));
    request.max_insns = 2;
    expect_ir("jal ra, .+16; at its end ld a0, 0(a1)", 0x1000,
              " mov.i64 ra, $0x1004\n"
              " ld.i64 tmp1, a1, u64 mmu=1\n"
              " mov.i64 a0, tmp1\n"
              " exit $0x1014\n");
    expect_equal(request.ninsns, 2, "instructions in the block");
}

static void test_a_jump_backward_ends_the_block(void **state)
{
    start(64, true, 0x1000);
    put32(0x20, j_type(ZERO, -0x10));
    request.max_insns = 5;
    expect_ir("j .-16", 0x1020, " exit $0x1010\n");
    expect_equal(request.ninsns, 1, "instructions in the block");
    put32(0x20, j_type(RA, 0));
    expect_ir("jal ra, . (to itself)", 0x1020,
              " mov.i64 ra, $0x1024\n exit $0x1020\n");
}

static void test_jalr_goes_to_an_even_address(void **state)
{
    static const unsigned widths[] = {32, 64};

    for (unsigned i = 0; i < 200; i++) {
        start(widths[i & 1], true, 0x1000);
        i % 50 ? (void)0 : random_state();
        ref.x[A1] = wrap(next_random() >> 2);
        run_one(i_type(JALR, 0, i % 3 ? RA : ZERO, A1, (int)(next_random() % 4096) - 2048), 0);
        expect_equal(request.ninsns, 1, "jalr ends the block: instructions in it");
    }
}

static void test_a_target_has_as_many_bits_as_a_register(void **state)
{
    static const unsigned widths[] = {32, 64};

    for (unsigned i = 0; i < 2; i++) {
        start(widths[i], true, 0x1000);
        random_state();
        ref.x[A1] = wrap(-16LL);
        run_one(i_type(JALR, 0, RA, A1, 24), 0);
        run_one(i_type(JALR, 0, RA, ZERO, -4), 0);
        start(widths[i], true, wrap(-4096LL)); /* over the end of the address space */
        run_one(b_type(BEQ, ZERO, ZERO, 0x100), 0xf80);
        run_one(j_type(RA, 0x100), 0xffc);
        start(widths[i], true, 0); /* and over its beginning */
        run_one(b_type(BEQ, ZERO, ZERO, -0x100), 0x80);
        run_one(j_type(RA, -0x100), 0x80);
    }
}

static void test_the_link_register_is_the_next_pc_and_may_be_the_base(void **state)
{
    static const unsigned widths[] = {32, 64};

    for (unsigned i = 0; i < 4; i++) {
        start(widths[i & 1], i & 2, 0x1000);
        random_state();
        ref.x[RA] = 0x12345670;
        run_one(i_type(JALR, 0, RA, RA, 0), 0);
        ref.x[RA] = 0x12345670;
        run_one(i_type(JALR, 0, RA, RA, 0x7f0), 0);
    }
    start(64, true, 0x1000);
    random_state();
    put32(0, 0x9582);
    request.max_insns = 1;
    same_start(0x1000);
    translate(0x1000);
    run_ir();
    ref.pc = ref.x[A1] & ~1ULL;
    ref.x[RA] = 0x1002;
    compare("c.jalr a1, an instruction of two bytes");
}

/* ---- exercise 6: exits ---- */

/* What the exit for @pc looks like in the block: its name, with a check or not. */
static void expect_exit(const char *what, uint64_t pc, IrOpcode kind, bool check)
{
    static const char *const names[] = {[IR_exit_tb] = "exit_tb", [IR_exit_pc] = "exit_pc",
                                        [IR_exit_loop] = "exit_loop"};

    for (unsigned i = 0; i < ir.nops; i++) {
        const IrOp *op = &ir.ops[i];
        uint64_t to = op->imm;

        if (op->opc == IR_exit_tb || ((op->opc == IR_exit_pc || op->opc == IR_exit_loop) &&
                                      ir_is_const(&ir, op->in[0], &to))) {
            if (to != pc) {
                continue;
            }
            if (op->opc != kind) {
                show("found:", str_get(&text));
            }
            expect_true(op->opc == kind, "%s: to %#" PRIx64 " by %s, found %s", what, pc,
                        names[kind], names[op->opc]);
            expect_equal(op->opc == IR_exit_tb && op->flags & OPN_CHECK, check, "%s: check", what);
            return;
        }
    }
    show("found:", str_get(&text));
    expect_true(false, "%s: there is no exit to %#" PRIx64, what, pc);
}

static void test_exits_are_chained_inside_the_page_only(void **state)
{
    start(64, true, 0x1000);
    put32(0x800, b_type(BEQ, A0, A1, 0x40));
    put32(0x804, b_type(BEQ, A0, A1, 0x7fc)); /* to the next page's first byte */
    put32(0x808, b_type(BEQ, A0, A1, 0x7f6)); /* to the last halfword of this one */
    put32(0x80c, b_type(BEQ, A0, A1, 0x7f0)); /* to the one before */
    put32(0x810, b_type(BEQ, A0, A1, -0x810));
    put32(0x814, b_type(BEQ, A0, A1, -0x816)); /* to the last halfword of the page before */
    put32(0x818, j_type(ZERO, 0x2000));
    request.max_insns = 7;
    translate(0x1800);
    expect_exit("a branch forward inside the page", 0x1840, IR_exit_tb, false);
    expect_exit("a branch to the next page", 0x2000, IR_exit_pc, false);
    expect_exit("a branch to the last halfword of the page", 0x1ffe, IR_exit_pc, false);
    expect_exit("a branch to the last but one", 0x1ffc, IR_exit_tb, false);
    expect_exit("a branch back to the first byte of the page", 0x1000, IR_exit_tb, true);
    expect_exit("a branch to the page before", 0xffe, IR_exit_pc, false);
    expect_exit("a jump two pages on", 0x3818, IR_exit_pc, false);
    put32(0x820, i_type(ADDI, 0, A0, A0, 1));
    request.max_insns = 1;
    translate(0x1820);
    expect_exit("the end of a block inside the page", 0x1824, IR_exit_tb, false);
    put32(0xffc, i_type(ADDI, 0, A0, A0, 1));
    translate(0x1ffc);
    expect_exit("the end of a block at the end of the page", 0x2000, IR_exit_pc, false);
    put32(0x100, i_type(JALR, 0, RA, A0, 8));
    translate(0x1100);
    expect_true(!strstr(str_get(&text), " exit_loop."),
                "jalr changes nothing but the pc: which way out does that allow? found\n%s",
                str_get(&text));
}

static void test_a_loop_tests_for_interrupts_and_other_exits_do_not(void **state)
{
    start(64, true, 0x1000);
    request.max_insns = 1;
    put32(0x100, b_type(BNE, A0, A1, 0x40));
    translate(0x1100);
    expect_exit("a branch forward", 0x1140, IR_exit_tb, false);
    put32(0x100, b_type(BNE, A0, A1, -0x40));
    translate(0x1100);
    expect_exit("a branch backward", 0x10c0, IR_exit_tb, true);
    put32(0x100, b_type(BNE, A0, A1, 0));
    translate(0x1100);
    expect_exit("a branch to itself", 0x1100, IR_exit_tb, true);
    put32(0x100, j_type(RA, -0x40));
    translate(0x1100);
    expect_exit("a jump backward", 0x10c0, IR_exit_tb, true);
    put32(0x100, j_type(RA, 0));
    translate(0x1100);
    expect_exit("a jump to itself", 0x1100, IR_exit_tb, true);
}

static void test_a_single_step_goes_by_way_of_the_main_loop(void **state)
{
    start(64, true, 0x1000);
    request.single_step = true;
    request.max_insns = 1;
    put32(0x100, b_type(BEQ, A0, A1, 0x40));
    translate(0x1100);
    expect_exit("a single step, branch taken", 0x1140, IR_exit_loop, false);
    expect_exit("a single step, branch not taken", 0x1104, IR_exit_loop, false);
    put32(0x100, j_type(RA, -0x40));
    translate(0x1100);
    expect_exit("a single step of a jump", 0x10c0, IR_exit_loop, false);
    put32(0x100, i_type(JALR, 0, RA, A0, 0));
    translate(0x1100);
    expect_true(strstr(str_get(&text), " exit_loop.") != NULL, "a single step of jalr, found\n%s",
                str_get(&text));
}

/* ---- exercise 7: misaligned targets ---- */

static void test_a_jump_to_a_misaligned_target_traps_and_links_nothing(void **state)
{
    static const unsigned widths[] = {32, 64};

    for (unsigned i = 0; i < 4; i++) {
        start(widths[i & 1], i & 2, 0x1000);
        random_state();
        run_one(j_type(RA, 0x42), 0x100);
        run_one(j_type(RA, -0x42), 0x100);
        ref.x[A1] = 0x4000;
        run_one(i_type(JALR, 0, RA, A1, 6), 0x100);
        run_one(i_type(JALR, 0, RA, A1, 7), 0x100);
        run_one(i_type(JALR, 0, RA, A1, 9), 0x100);
        ref.x[RA] = 0x5002;
        run_one(i_type(JALR, 0, RA, RA, 0), 0x100);
    }
}

static void test_a_branch_to_a_misaligned_target_traps_when_it_is_taken(void **state)
{
    static const unsigned widths[] = {32, 64};

    for (unsigned i = 0; i < 8; i++) {
        start(widths[i & 1], i & 2, 0x1000);
        random_state();
        ref.x[A1] = 1;
        run_one(b_type(i & 4 ? BLT : BGE, ZERO, A1, 0x42), 0x100);
        run_one(b_type(i & 4 ? BLT : BGE, ZERO, A1, -0x42), 0x100);
    }
    put32(0x100, b_type(BEQ, A0, A1, 0x42));
    put32(0x104, i_type(LOAD, LD, A0, A1, 0));
    cpu.env.ext &= ~(uint32_t)EXT_c;
    request.max_insns = 2;
    translate(0x1100);
    expect_equal(request.ninsns, 2, "the block goes on where it is not taken: instructions in it");
}

/* ---- all of it ---- */

static uint32_t random_word(unsigned n, unsigned at)
{
    uint64_t r = next_random() >> 4;
    unsigned rd = r >> 5 & 7, rs1 = A0 + (r >> 8 & 3), rs2 = A0 + (r >> 10 & 3), f3 = r >> 16 & 7;
    int to = (int)(r >> 20 & 0xffff) % (int)n * 4 - (int)at; /* inside the program */
    int imm = (int)(r >> 40 & 0xfff) - 2048;

    rd = rd < 4 ? A0 + rd : rd < 6 ? RA : ZERO;
    to += compressed || r >> 52 & 7 ? 0 : 2;
    switch (r & 7) {
    case 0:
    case 1:
        f3 = f3 == 7 || (xl == 32 && (f3 == LD || f3 == LWU)) ? LW : f3;
        return i_type(LOAD, f3, rd, rs1, imm);
    case 2:
        return s_type(f3 & (xl == 32 && (f3 & 3) == 3 ? 2 : 3), rs1, rs2, imm);
    case 3:
    case 4:
        return b_type(f3 == 2 || f3 == 3 ? BNE : f3, rs1, rs2, to);
    case 5:
        return j_type(rd, to);
    case 6:
        return i_type(JALR, 0, rd, r >> 56 & 1 ? RA : rs1, imm & 31);
    default:
        return i_type(ADDI, 0, rd, rs1, imm);
    }
}

/* Run the program of @n words in blocks, the reference in steps, until both are out of it. */
static void run_program(unsigned n)
{
    unsigned steps = 0;

    same_start(code_base);
    while (in_code(ref.pc, 4 * n) && ref.cause < 0 && steps++ < MAX_BLOCKS) {
        ref_step(word_at(ref.pc));
    }
    if (steps > MAX_BLOCKS || ref.accesses == MAX_ACCESSES) {
        return; /* a loop without end */
    }
    for (unsigned i = 0; i < steps && in_code(found.pc, 4 * n) && found.cause < 0; i++) {
        request.max_insns = 1 + next_random() % 8;
        request.max_insns = MIN(request.max_insns, n - (unsigned)wrap(found.pc - code_base) / 4);
        translate(found.pc);
        run_ir();
    }
    compare("a random program of loads, stores, branches and jumps");
}

static void test_random_programs_do_what_their_instructions_say(void **state)
{
    static const uint64_t bases[] = {0x1000, 0x80000f80, 0xfffff000, 0xffffffc000000000};

    for (unsigned i = 0; i < 3000; i++) {
        unsigned n = 2 + next_random() % 14;

        start(i & 1 ? 64 : 32, i & 2, i & 1 ? bases[i >> 2 & 3] : (uint32_t)bases[i >> 2 & 3]);
        i % 40 ? (void)0 : random_state();
        for (unsigned r = RA; r < 32; r++) {
            ref.x[r] = wrap(ref.x[r]);
        }
        ref.x[RA] = code_base;
        ref.x[A0 + (next_random() >> 9) % 4] = wrap(code_base + 4 * (next_random() % n));
        for (unsigned k = 0; k < n; k++) {
            put32(4 * k, random_word(n, 4 * k));
        }
        for (unsigned k = n; k < n + 8; k++) {
            put32(4 * k, i_type(JAL, 0, ZERO, 0, 0)); /* what a jump over the end would reach */
        }
        run_program(n);
    }
}

const LabTest lab_tests[] = {
    LAB_TEST(test_a_load_is_one_op_with_the_offset_in_it, 5,
             "exercise 1: ir_ld(c, type, base, offset, memop), then set_gpr"),
    LAB_TEST(test_each_load_extends_as_its_name_says, 7,
             "exercise 1: which rows have MO_SIGN, how many bytes are a halfword?  "
             "(a wrong address: exercise 3)"),
    LAB_TEST(test_a_load_may_overwrite_its_base_and_goes_to_memory_even_for_x0, 4,
             "exercise 1: set_gpr knows about x0; a load has another effect than its result"),
    LAB_TEST(test_a_store_writes_its_bytes_and_no_more, 6,
             "exercise 2: which operand is the base, which the value?  of which type are "
             "registers?"),
    LAB_TEST(test_an_address_has_as_many_bits_as_a_register, 5,
             "exercise 3: xtrunc is for constants; for registers an op must do it; "
             "is the offset added exactly once?"),
    LAB_TEST(test_each_branch_compares_as_its_name_says, 7,
             "exercise 4: the IrCond of each row; a branch over an exit goes the other way round"),
    LAB_TEST(test_a_branch_backward_leaves_in_the_main_line, 5,
             "exercise 4: the right half of the chapter's picture of branches"),
    LAB_TEST(test_a_branch_forward_leaves_behind_the_end_of_the_block, 7,
             "exercise 4: the left half; Trans.side, and what SideExit.op is the number of"),
    LAB_TEST(test_a_jump_forward_in_the_page_is_followed, 4,
             "exercise 5: Trans.next_pc says where the translation goes on"),
    LAB_TEST(test_a_jump_backward_ends_the_block, 4,
             "exercise 5: Trans.done ends the block; which jumps are not followed?"),
    LAB_TEST(test_a_target_has_as_many_bits_as_a_register, 3,
             "exercise 5: pc + off is a number known now; what is xtrunc for?  the sum of "
             "jalr: as in exercise 3"),
    LAB_TEST(test_jalr_goes_to_an_even_address, 4,
             "exercise 5: jump_register; which op clears a bit?"),
    LAB_TEST(test_the_link_register_is_the_next_pc_and_may_be_the_base, 5,
             "exercise 5: in which order do the base and the link register get their values?  how "
             "many bytes has this instruction?"),
    LAB_TEST(test_exits_are_chained_inside_the_page_only, 7,
             "exercise 6: TCG_PAGE_MASK, is_last_halfword, and the block's first pc in TbRequest"),
    LAB_TEST(test_a_loop_tests_for_interrupts_and_other_exits_do_not, 3,
             "exercise 6: the parameter check, from where you call exit_to on"),
    LAB_TEST(test_a_single_step_goes_by_way_of_the_main_loop, 2,
             "exercise 6: TbRequest.single_step"),
    LAB_TEST(test_a_jump_to_a_misaligned_target_traps_and_links_nothing, 5,
             "exercise 7: test the target before anything has changed"),
    LAB_TEST(test_a_branch_to_a_misaligned_target_traps_when_it_is_taken, 4,
             "exercise 7: raise_exception sets Trans.done; here that is only one of two ways"),
    LAB_TEST(test_random_programs_do_what_their_instructions_say, 5,
             "all of it: first make the tests above pass"),
    LAB_TESTS_END
};
