/* SPDX-License-Identifier: MIT */
/* Blocks and their IR, as text: one golden text per class of instructions, and the rules of where a
 * block ends. */
#include "unit.h"

#include "target/riscv/cpu.h"

enum { PC = 0x1000, MAX_CODE = 4096 * 3 };

static Ir ir;
static RISCVCPU cpu;
static uint8_t code[MAX_CODE]; /* guest memory from PC on */
static unsigned fetchable;     /* bytes of it */
static TbRequest request;
static Str text;

static bool fetch(TbRequest *r, uint64_t pc, void *buf, unsigned len)
{
    if (pc < PC || pc - PC + len > fetchable) {
        return false;
    }
    memcpy(buf, code + (pc - PC), len);
    return true;
}

static int setup(void **state)
{
    memset(&cpu, 0, sizeof(cpu));
    cpu.cpu.env = &cpu.env.tcg;
    cpu.env.xlen = 64;
    cpu.env.ext = (EXT_rv32 - 1) | EXT_rv64;
    cpu.env.priv = PRV_S;
    cpu.env.mstatus = (uint64_t)FS_DIRTY << 13;
    memset(code, 0, sizeof(code));
    fetchable = sizeof(code);
    request = (TbRequest){.max_insns = IR_MAX_INSNS, .fetch = fetch};
    return 0;
}

static int teardown(void **state)
{
    str_free(&text);
    return 0;
}

static void put32(unsigned at, uint32_t word)
{
    memcpy(code + at, &word, 4);
}

static void put16(unsigned at, uint16_t word)
{
    memcpy(code + at, &word, 2);
}

/* Translate the block at @pc; its dump is in text. */
static const char *translate(uint64_t pc)
{
    const IrGlobal *globals = cpu.env.xlen == 64 ? riscv64_globals : riscv32_globals;
    Error *err = NULL;

    cpu.env.tcg.pc = pc;
    request.key = riscv_tb_key(&cpu.cpu);
    ir_reset(&ir, globals, RISCV_GLOBALS);
    riscv_translate(&cpu.cpu, &ir, &request);
    if (!ir_verify(&ir, &err)) {
        fail_msg("%s", err_msg(err));
    }
    str_free(&text);
    ir_dump(&ir, &text);
    return str_get(&text);
}

/* The IR of one instruction and the exit behind it is @expected. */
static void check(uint32_t word, const char *expected)
{
    put32(0, word);
    request.max_insns = 1;
    assert_string_equal(translate(PC), expected);
}

static unsigned occurrences(const char *needle)
{
    unsigned n = 0;

    for (const char *p = str_get(&text); (p = strstr(p, needle)); p++) {
        n++;
    }
    return n;
}

/* ---- one instruction ---- */

static void test_integer_instructions(void **state)
{
    check(0x00c58533, /* add a0, a1, a2 */
          " ---- $0x1000 #0\n"
          " add.i64 tmp1, a1, a2\n"
          " mov.i64 a0, tmp1\n"
          " exit_tb $0x1004, slot 0\n");
    check(0x0055851b, /* addiw a0, a1, 5 */
          " ---- $0x1000 #0\n"
          " add.i32 tmp2, a1, $0x5\n"
          " sext32.i64 tmp3, tmp2\n"
          " mov.i64 a0, tmp3\n"
          " exit_tb $0x1004, slot 0\n");
    check(0x00001517, /* auipc a0, 1 */
          " ---- $0x1000 #0\n"
          " mov.i64 a0, $0x2000\n"
          " exit_tb $0x1004, slot 0\n");
}

static void test_x0_is_never_written(void **state)
{
    check(0x00c58033, /* add x0, a1, a2 */
          " ---- $0x1000 #0\n"
          " add.i64 tmp1, a1, a2\n"
          " exit_tb $0x1004, slot 0\n");
    check(0x0005b003, /* ld x0, 0(a1): may still fault */
          " ---- $0x1000 #0\n"
          " ld.i64 tmp1, a1, u64 mmu=1\n"
          " exit_tb $0x1004, slot 0\n");
}

static void test_loads_and_stores_use_the_mmu_mode_of_the_state(void **state)
{
    check(0xfff5c503, /* lbu a0, -1(a1) */
          " ---- $0x1000 #0\n"
          " ld.i64 tmp1, a1+$0xffffffffffffffff, u8 mmu=1\n"
          " mov.i64 a0, tmp1\n"
          " exit_tb $0x1004, slot 0\n");
    cpu.env.mstatus |= MSTATUS_SUM;
    check(0x00a13823, /* sd a0, 16(sp) */
          " ---- $0x1000 #0\n"
          " st.i64 sp+$0x10, a0, u64 mmu=2\n"
          " exit_tb $0x1004, slot 0\n");
    cpu.env.priv = PRV_M;
    check(0x00a13823, " ---- $0x1000 #0\n"
                      " st.i64 sp+$0x10, a0, u64 mmu=3 linear\n"
                      " exit_tb $0x1004, slot 0\n");
    cpu.env.mstatus |= MSTATUS_MPRV; /* MPP is U */
    check(0x00a13823, " ---- $0x1000 #0\n"
                      " st.i64 sp+$0x10, a0, u64\n"
                      " exit_tb $0x1004, slot 0\n");
}

static void test_rv32_wraps_addresses_at_32_bits(void **state)
{
    cpu.env.xlen = 32;
    cpu.env.ext = (EXT_rv32 - 1) | EXT_rv32;
    check(0x0085a503, /* lw a0, 8(a1) */
          " ---- $0x1000 #0\n"
          " add.i32 tmp2, a1, $0x8\n"
          " ld.i32 tmp3, tmp2, s32 mmu=1\n"
          " mov.i32 a0, tmp3\n"
          " exit_tb $0x1004, slot 0\n");
    check(0xffc02503, /* lw a0, -4(zero) */
          " ---- $0x1000 #0\n"
          " ld.i32 tmp3, $0xfffffffc, s32 mmu=1\n"
          " mov.i32 a0, tmp3\n"
          " exit_tb $0x1004, slot 0\n");
}

static void test_atomics_must_be_aligned(void **state)
{
    check(0x00b6252f, /* amoadd.w a0, a1, (a2) */
          " ---- $0x1000 #0\n"
          " rmw.i64 tmp1, a2, a1, add, s32 aligned mmu=1\n"
          " mov.i64 a0, tmp1\n"
          " exit_tb $0x1004, slot 0\n");
    put32(0, 0x18b6252f); /* sc.w a0, a1, (a2) */
    assert_non_null(strstr(translate(PC), " cmpxchg.i64 tmp3, a2, tmp2, a1, s32 aligned mmu=1\n"));
}

static void test_only_a_fence_between_stores_and_loads_costs_anything(void **state)
{
    const struct {
        uint32_t word;
        unsigned fences;
    } cases[] = {
        {0x0330000f, 1}, /* fence rw, rw */
        {0x0120000f, 1}, /* fence w, r */
        {0x0230000f, 0}, /* fence r, rw */
        {0x0310000f, 0}, /* fence rw, w */
        {0x8330000f, 0}, /* fence.tso */
    };

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        put32(0, cases[i].word);
        request.max_insns = 1;
        translate(PC);
#if defined(__x86_64__)
        assert_int_equal(occurrences(" fence\n"), cases[i].fences);
#else
        assert_int_equal(occurrences(" fence\n"), 1);
#endif
    }
}

static void test_single_precision_is_boxed_and_checked(void **state)
{
    check(0x00c5f553, /* fadd.s fa0, fa1, fa2 */
          " ---- $0x1000 #0\n"
          " funbox.f32 tmp1, fa2, rne\n"
          " funbox.f32 tmp2, fa1, rne\n"
          " fadd.f32 tmp3, tmp2, tmp1, dyn\n"
          " fbox.f32 tmp4, tmp3, rne\n"
          " mov.i64 fa0, tmp4\n"
          " exit_tb $0x1004, slot 0\n");
    check(0x00a52227, /* fsw fa0, 4(a0): the low half as it is */
          " ---- $0x1000 #0\n"
          " st.f32 a0+$0x4, fa0, u32 mmu=1\n"
          " exit_tb $0x1004, slot 0\n");
}

static void test_a_register_boxed_in_the_block_is_not_checked_again(void **state)
{
    put32(0, 0x00c5f553); /* fadd.s fa0, fa1, fa2 */
    put32(4, 0x00a57553); /* fadd.s fa0, fa0, fa0 */
    put32(8, 0x02a57553); /* fadd.d fa0, fa0, fa0 */
    put32(12, 0x00a57553);
    request.max_insns = 2;
    translate(PC);
    assert_int_equal(occurrences("funbox"), 2);
    request.max_insns = 4;
    translate(PC);
    assert_int_equal(occurrences("funbox"), 4);
}

static void test_rounding_modes(void **state)
{
    put32(0, 0x02c5f553); /* fadd.d fa0, fa1, fa2, dyn */
    request.max_insns = 1;
    cpu.env.frm = FP_RUP;
    assert_non_null(strstr(translate(PC), "fadd.f64 tmp1, fa1, fa2, dyn\n"));
    cpu.env.frm = FP_RMM;
    assert_non_null(strstr(translate(PC), "fadd.f64 tmp1, fa1, fa2, rmm\n"));
    cpu.env.frm = 5;
    assert_non_null(strstr(translate(PC), "riscv_raise, $0x2, $0x2c5f553\n"));
    put32(0, 0x02c59553); /* rtz: frm does not matter */
    assert_non_null(strstr(translate(PC), "fadd.f64 tmp1, fa1, fa2, rtz\n"));
    put32(0, 0x02c5d553); /* mode 5 */
    cpu.env.frm = 0;
    assert_non_null(strstr(translate(PC), "riscv_raise, $0x2, $0x2c5d553\n"));
}

static void test_floating_point_is_illegal_while_it_is_off(void **state)
{
    cpu.env.mstatus = 0;
    put32(0, 0x02c5f553);
    translate(PC);
    assert_non_null(strstr(str_get(&text), "riscv_raise, $0x2, $0x2c5f553\n"));
    assert_true(ir.float_off);
}

static void test_the_first_float_result_makes_the_state_dirty_and_ends_the_block(void **state)
{
    put32(0, 0x00a53427); /* fsd fa0, 8(a0) */
    put32(4, 0x02c5f553); /* fadd.d fa0, fa1, fa2 */
    cpu.env.mstatus = (uint64_t)FS_CLEAN << 13;
    translate(PC);
    assert_int_equal(request.ninsns, 2);
    assert_int_equal(occurrences("riscv_fs_dirty"), 1);
    assert_non_null(strstr(str_get(&text), " exit_loop.i64 $0x1008\n"));
}

static void test_an_extension_that_is_off_makes_its_instructions_illegal(void **state)
{
    cpu.env.ext &= ~EXT_zbb;
    put32(0, 0x40c5f533); /* andn a0, a1, a2 */
    assert_non_null(strstr(translate(PC), "riscv_raise, $0x2, $0x40c5f533\n"));
}

static void test_csr_writes_end_the_block_and_plain_reads_do_not(void **state)
{
    put32(0, 0x10002573); /* csrr a0, sstatus */
    put32(4, 0xc0102573); /* rdtime a0 */
    put32(8, 0x1005a573); /* csrrs a0, sstatus, a1 */
    translate(PC);
    assert_int_equal(request.ninsns, 2);
    assert_non_null(strstr(str_get(&text), " exit_tb $0x1008, slot 0\n"));
    assert_non_null(strstr(translate(PC + 8), "riscv_csr_swap"));
    assert_non_null(strstr(str_get(&text), " exit_loop.i64 $0x100c\n"));
}

/* ---- blocks ---- */

static void test_a_forward_branch_leaves_behind_the_end(void **state)
{
    put16(0, 0xc501); /* c.beqz a0, .+8 */
    put16(2, 0x0505); /* c.addi a0, 1 */
    put16(4, 0x8082); /* ret */
    assert_string_equal(translate(PC), " ---- $0x1000 #0\n"
                                       " brcond.i64 a0, $0x0, eq, L0\n"
                                       " ---- $0x1002 #1\n"
                                       " add.i64 tmp3, a0, $0x1\n"
                                       " mov.i64 a0, tmp3\n"
                                       " ---- $0x1004 #2\n"
                                       " and.i64 tmp5, ra, $0xfffffffffffffffe\n"
                                       " exit_pc.i64 tmp5\n"
                                       "L0:\n"
                                       " exit_tb $0x1008, slot 0\n");
    assert_int_equal(request.ninsns, 3);
    assert_int_equal(request.nbytes, 6);
}

static void test_a_backward_branch_leaves_at_once_with_a_check(void **state)
{
    put16(0, 0x157d); /* c.addi a0, -1 */
    put16(2, 0xfd7d); /* c.bnez a0, .-2 */
    put16(4, 0x8082);
    translate(PC);
    assert_non_null(strstr(str_get(&text), " brcond.i64 a0, $0x0, eq, L0\n"
                                           " exit_tb $0x1000, slot 0, check\n"
                                           "L0:\n"
                                           " ---- $0x1004 #2\n"));
}

static void test_a_forward_jump_is_followed_and_a_backward_one_is_not(void **state)
{
    put32(0, 0x010000ef);  /* jal ra, .+16 */
    put32(16, 0x00100513); /* li a0, 1 */
    put32(20, 0xff5ff06f); /* j .-12 */
    translate(PC);
    assert_int_equal(request.ninsns, 3);
    assert_int_equal(request.nbytes, 24);
    assert_non_null(strstr(str_get(&text), " mov.i64 ra, $0x1004\n ---- $0x1010 #1\n"));
    assert_non_null(strstr(str_get(&text), " exit_tb $0x1008, slot 0, check\n"));
}

static void test_a_jump_to_itself_is_checked(void **state)
{
    put16(0, 0xa001); /* c.j . */
    assert_non_null(strstr(translate(PC), " exit_tb $0x1000, slot 0, check\n"));
}

static void test_exits_to_another_page_are_not_chained(void **state)
{
    put32(0, 0x0000106f); /* j .+4096 */
    assert_non_null(strstr(translate(PC), " exit_pc.i64 $0x2000\n"));
}

static void test_a_block_ends_at_the_end_of_its_page(void **state)
{
    for (unsigned at = 0; at < MAX_CODE; at += 4) {
        put32(at, 0x00150513); /* addi a0, a0, 1 */
    }
    translate(PC + 0xff0);
    assert_int_equal(request.ninsns, 4);
    assert_non_null(strstr(str_get(&text), " exit_pc.i64 $0x2000\n"));
    for (unsigned at = 2; at < MAX_CODE - 4; at += 4) {
        put32(at, 0x00150513);
    }
    /* The last one reaches over: left to a block of its own, which is looked up. */
    translate(PC + 0xff2);
    assert_int_equal(request.ninsns, 3);
    assert_non_null(strstr(str_get(&text), " exit_pc.i64 $0x1ffe\n"));
    translate(PC + 0xffe);
    assert_int_equal(request.ninsns, 1);
    assert_int_equal(request.nbytes, 4);
}

static void test_a_block_has_at_most_as_many_instructions_as_asked_for(void **state)
{
    for (unsigned at = 0; at < 4096; at += 4) {
        put32(at, 0x00150513);
    }
    translate(PC);
    assert_int_equal(request.ninsns, IR_MAX_INSNS);
    request.max_insns = 3;
    translate(PC);
    assert_int_equal(request.ninsns, 3);
}

static void test_single_steps_always_go_by_way_of_the_main_loop(void **state)
{
    put16(0, 0xc501); /* c.beqz a0, .+8 */
    request.single_step = true;
    request.max_insns = 1;
    translate(PC);
    assert_int_equal(occurrences("exit_loop"), 2);
    assert_int_equal(occurrences("exit_tb"), 0);
}

static void test_a_fetch_fault_is_raised_only_if_it_comes_first(void **state)
{
    put16(0, 0x0505);
    put16(2, 0x0533); /* the first half of an add */
    fetchable = 4;
    translate(PC);
    assert_int_equal(request.ninsns, 1);
    assert_int_equal(request.nbytes, 2);
    assert_int_equal(occurrences("fetch_fault"), 0);
    translate(PC + 2);
    assert_int_equal(request.nbytes, 0);
    assert_non_null(strstr(str_get(&text), " call.i64 riscv_fetch_fault, $0x1004\n"));
}

static void test_without_compressed_instructions_targets_are_multiples_of_4(void **state)
{
    cpu.env.ext &= ~EXT_c;
    put32(0, 0x0060006f); /* j .+6 */
    assert_non_null(strstr(translate(PC), "riscv_raise, $0x0, $0x1006\n"));
    put32(0, 0x00050363); /* beqz a0, .+6: only when taken */
    put32(4, 0x000500e7); /* jalr a0 */
    translate(PC);
    assert_int_equal(occurrences("riscv_raise, $0x0"), 2);
    assert_int_equal(request.ninsns, 2);
}

static void test_random_words_make_valid_ir(void **state)
{
    uint64_t x = 88172645463325252ULL;

    for (unsigned round = 0; round < 20000; round++) {
        for (unsigned at = 0; at < 64; at += 8) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            memcpy(code + at, &x, 8);
        }
        cpu.env.xlen = round & 1 ? 32 : 64;
        cpu.env.ext = (EXT_rv32 - 1) | (round & 1 ? EXT_rv32 : EXT_rv64);
        cpu.env.mstatus = (uint64_t)(round >> 1 & 3) << 13;
        translate(PC);
        assert_true(request.ninsns >= 1);
    }
}

/* ---- branches over an instruction ---- */

/* beqz a2, over; @insn; over: */
static const char *translate_branch_over(uint32_t insn)
{
    put32(0, 0x00060463);
    put32(4, insn);
    request.max_insns = 2;
    return translate(PC);
}

static void test_a_branch_over_an_instruction_is_a_select(void **state)
{
    assert_string_equal(translate_branch_over(0x00150513), /* addi a0, a0, 1 */
                        " ---- $0x1000 #0\n"
                        " ---- $0x1004 #1\n"
                        " add.i64 tmp3, a0, $0x1\n"
                        " select.i64 a0, a2, $0x0, a0, tmp3, eq\n"
                        " exit_tb $0x1008, slot 0\n");
    translate_branch_over(0x00000637); /* lui a2, 0: changes what was compared, at the end */
    assert_int_equal(occurrences("select.i64 a2, a2, $0x0, a2, $0x0, eq"), 1);
}

static void test_a_branch_over_what_can_be_seen_stays_one(void **state)
{
    translate_branch_over(0x0005a503); /* lw a0, 0(a1) */
    assert_int_equal(occurrences("brcond"), 1);
    translate_branch_over(0x0200f053); /* fadd.d ft0, ft1, ft0: raises flags */
    assert_int_equal(occurrences("brcond"), 1);
    request.counted = true;
    translate_branch_over(0x00150513);
    assert_int_equal(occurrences("brcond"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_integer_instructions),
        TEST(test_x0_is_never_written),
        TEST(test_loads_and_stores_use_the_mmu_mode_of_the_state),
        TEST(test_rv32_wraps_addresses_at_32_bits),
        TEST(test_atomics_must_be_aligned),
        TEST(test_only_a_fence_between_stores_and_loads_costs_anything),
        TEST(test_single_precision_is_boxed_and_checked),
        TEST(test_a_register_boxed_in_the_block_is_not_checked_again),
        TEST(test_rounding_modes),
        TEST(test_floating_point_is_illegal_while_it_is_off),
        TEST(test_the_first_float_result_makes_the_state_dirty_and_ends_the_block),
        TEST(test_an_extension_that_is_off_makes_its_instructions_illegal),
        TEST(test_csr_writes_end_the_block_and_plain_reads_do_not),
        TEST(test_a_forward_branch_leaves_behind_the_end),
        TEST(test_a_backward_branch_leaves_at_once_with_a_check),
        TEST(test_a_forward_jump_is_followed_and_a_backward_one_is_not),
        TEST(test_a_jump_to_itself_is_checked),
        TEST(test_exits_to_another_page_are_not_chained),
        TEST(test_a_block_ends_at_the_end_of_its_page),
        TEST(test_a_block_has_at_most_as_many_instructions_as_asked_for),
        TEST(test_single_steps_always_go_by_way_of_the_main_loop),
        TEST(test_a_fetch_fault_is_raised_only_if_it_comes_first),
        TEST(test_without_compressed_instructions_targets_are_multiples_of_4),
        TEST(test_a_branch_over_an_instruction_is_a_select),
        TEST(test_a_branch_over_what_can_be_seen_stays_one),
        TEST(test_random_words_make_valid_ir),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
