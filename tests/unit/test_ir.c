/* SPDX-License-Identifier: MIT */
/* The IR: text form, verifier, optimiser, liveness; and the interpreter against plain C. */
#include "base/alloc.h"
#include "tcg/tcg.h"
#include "unit/unit.h"

typedef struct TestState {
    TcgEnv env;
    uint64_t reg[4];
} TestState;

#define REG(n) {"r" #n, I64, offsetof(TestState, reg[n])}
static const IrGlobal globals[] = {REG(0), REG(1), REG(2), REG(3)};
static Ir ir;
static TestState st;
static JumpEntry jumps[TCG_JUMP_SIZE];

static void start(void)
{
    for (unsigned i = 0; i < TCG_JUMP_SIZE; i++) {
        jumps[i].pc = JUMP_NO_PC;
    }
    st.env.jumps = jumps;
    ir_reset(&ir, globals, ARRAY_SIZE(globals));
}

static void *meta_alloc(TcgBuffer *b, size_t size)
{
    uint8_t *p = b->write;

    if (size > b->room) {
        return NULL;
    }
    size = align_up(size, 8);
    b->write += size;
    b->room -= size;
    return p;
}

/* Run what is in ir, optimised or not, from the registers as they are. */
static uintptr_t run(void)
{
    static uint8_t memory[1 << 20] __attribute__((aligned(64)));
    TcgBuffer b = {.write = memory, .room = sizeof(memory), .meta_alloc = meta_alloc};
    const TcgEngine *e = tcg_find_engine("interp", NULL);
    TcgCode code = {0};

    assert_true(ir_verify(&ir, NULL));
    ir_liveness(&ir);
    assert_true(e->gen(&ir, &b, &code));
    return e->exec(&st.env, &code);
}

static void parse(const char *text)
{
    Error *err = NULL;

    start();
    if (!ir_parse(&ir, text, &err)) {
        fail_msg("%s", err_msg(err));
    }
}

static void expect_dump(const char *text)
{
    Str out = {0};

    ir_dump(&ir, &out);
    assert_string_equal(str_get(&out), text);
    str_free(&out);
}

static void test_text_that_is_read_is_written_again(void **state)
{
    static const char text[] = " ---- $0x1000 #0\n"
                               " add.i64 tmp1, r0, $0x10\n"
                               " ld.i64 r1, tmp1+$0x8, s32 mmu=1\n"
                               " brcond.i64 r0, r1, ltu, L0\n"
                               " rmw.i64 r2, r1, r0, maxu, u64 aligned\n"
                               " fadd.f64 tmp3, r0, r1, dyn\n"
                               " exit_tb $0x1008, slot 0, check\n"
                               "L0:\n"
                               " exit_pc.i64 r3\n";

    parse(text);
    expect_dump(text);
}

static void test_a_mistake_in_text_is_told_by_line(void **state)
{
    Error *err = NULL;

    start();
    assert_false(ir_parse(&ir, " add.i64 r0, r1, r2\n frob.i64 r0\n", &err));
    assert_non_null(strstr(err_msg(err), "line 2"));
    err_free(err);
}

static void test_a_temporary_does_not_live_across_a_label(void **state)
{
    Error *err = NULL;

    parse(" add.i64 tmp1, r0, r1\n br L0\nL0:\n mov.i64 r0, tmp1\n exit_pc.i64 r0\n");
    assert_false(ir_verify(&ir, &err));
    assert_non_null(strstr(err_msg(err), "since the last label"));
    err_free(err);
}

static void test_a_block_must_end_in_an_exit(void **state)
{
    parse(" add.i64 r0, r0, r1\n");
    assert_false(ir_verify(&ir, NULL));
}

static void test_constants_are_folded_and_dead_code_is_dropped(void **state)
{
    parse(" add.i64 tmp1, $0x1000, $0x234\n"
          " shl.i64 tmp2, tmp1, $0x4\n"
          " mul.i64 tmp3, r0, r1\n"
          " mov.i64 r1, tmp2\n"
          " exit_pc.i64 r1\n");
    ir_optimise(&ir);
    expect_dump(" mov.i64 r1, $0x12340\n exit_pc.i64 $0x12340\n");
}

static void test_a_result_goes_straight_into_its_register(void **state)
{
    parse(
        " add.i64 tmp1, r0, r1\n mov.i64 r2, tmp1\n ld.i64 tmp2, r2+$0x8, u64\n mov.i64 r3, tmp2\n"
        " exit_pc.i64 r3\n");
    ir_optimise(&ir);
    expect_dump(" add.i64 r2, r0, r1\n ld.i64 r3, r2+$0x8, u64\n exit_pc.i64 r3\n");
}

static void test_an_overwritten_register_is_written_once_unless_somebody_may_look(void **state)
{
    parse(" mov.i64 r0, $0x1\n mov.i64 r0, $0x2\n mov.i64 r1, $0x3\n st.i64 r2, r3, u64\n"
          " mov.i64 r1, $0x4\n exit_pc.i64 r3\n");
    ir_optimise(&ir);
    expect_dump(" mov.i64 r0, $0x2\n mov.i64 r1, $0x3\n st.i64 r2, r3, u64\n mov.i64 r1, $0x4\n"
                " exit_pc.i64 r3\n");
}

static void test_a_load_that_may_trap_leaves_the_old_value_of_its_register(void **state)
{
    parse(" mov.i64 r1, $0x1000\n ld.i64 tmp1, r1, u64\n mov.i64 r1, tmp1\n exit_pc.i64 r1\n");
    ir_optimise(&ir);
    expect_dump(" mov.i64 r1, $0x1000\n ld.i64 r1, $0x1000, u64\n exit_pc.i64 r1\n");
}

static void test_a_copy_is_not_used_after_its_source_changed(void **state)
{
    parse(" mov.i64 tmp1, r0\n add.i64 r0, r0, $0x1\n mov.i64 r1, tmp1\n exit_pc.i64 r1\n");
    ir_optimise(&ir);
    st.reg[0] = 7;
    run();
    assert_int_equal(st.reg[0], 8);
    assert_int_equal(st.reg[1], 7);
}

static void test_what_only_32_bit_ops_read_is_not_extended(void **state)
{
    parse(" mul.i32 tmp1, r0, r1\n sext32.i64 tmp2, tmp1\n mov.i64 r2, tmp2\n"
          " shr.i32 tmp3, r2, $0x7\n sext32.i64 tmp4, tmp3\n mov.i64 r3, tmp4\n"
          " xor.i64 tmp5, r2, r3\n mov.i64 r2, tmp5\n"
          " add.i32 tmp6, r2, r0\n sext32.i64 tmp7, tmp6\n mov.i64 r2, tmp7\n exit_pc.i64 r3\n");
    ir_optimise(&ir);
    expect_dump(" mul.i32 r2, r0, r1\n shr.i32 r3, r2, $0x7\n xor.i64 r2, r2, r3\n"
                " add.i32 tmp7, r2, r0\n sext32.i64 r2, tmp7\n exit_pc.i64 r3\n");
}

static void test_what_somebody_may_look_at_is_extended(void **state)
{
    parse(" mul.i32 tmp1, r0, r1\n sext32.i64 tmp2, tmp1\n mov.i64 r2, tmp2\n"
          " st.i64 r0, r2, u32\n add.i32 tmp3, r2, r1\n mov.i64 r2, tmp3\n exit_pc.i64 r3\n");
    ir_optimise(&ir);
    expect_dump(" mul.i32 tmp1, r0, r1\n sext32.i64 r2, tmp1\n st.i64 r0, r2, u32\n"
                " add.i32 r2, r2, r1\n exit_pc.i64 r3\n");
}

static void test_liveness_marks_last_uses_only(void **state)
{
    parse(" add.i64 tmp1, r0, r1\n add.i64 tmp2, tmp1, tmp1\n mov.i64 r0, tmp2\n exit_pc.i64 r0\n");
    ir_liveness(&ir);
    assert_int_equal(ir.ops[0].dead, 0);
    assert_int_equal(ir.ops[1].dead, 3);
    assert_int_equal(ir.ops[2].dead, 1);
}

static void test_a_branch_goes_where_its_condition_says(void **state)
{
    for (unsigned taken = 0; taken < 2; taken++) {
        parse(" brcond.i64 r0, r1, eq, L0\n mov.i64 r2, $0x1\n exit_pc.i64 $0x100\n"
              "L0:\n mov.i64 r2, $0x2\n exit_loop.i64 $0x200\n");
        st.reg[0] = 5;
        st.reg[1] = taken ? 5 : 6;
        assert_int_equal(run(), 0);
        assert_int_equal(st.reg[2], 1 + taken);
        assert_int_equal(st.env.pc, taken ? 0x200 : 0x100);
        assert_int_equal(st.env.exit_kind, taken ? TCG_EXIT_LOOP : TCG_EXIT_LOOKUP);
    }
}

static void test_a_check_leaves_when_an_exit_was_requested(void **state)
{
    parse(" exit_tb $0x1000, slot 0, check\n");
    st.env.exit_request = 1;
    assert_int_equal(run(), 0);
    assert_int_equal(st.env.exit_kind, TCG_EXIT_REQUEST);
    assert_int_equal(st.env.pc, 0x1000);
    st.env.exit_request = 0;
    assert_int_not_equal(run(), 0);
}

static void test_a_budget_that_does_not_cover_the_block_is_left_untouched(void **state)
{
    parse(" icount 5\n mov.i64 r0, $0x9\n exit_pc.i64 $0x10\n");
    st.reg[0] = 0;
    st.env.icount_budget = 4;
    run();
    assert_int_equal(st.env.exit_kind, TCG_EXIT_ICOUNT);
    assert_int_equal(st.env.icount_budget, 4);
    assert_int_equal(st.reg[0], 0);
    st.env.icount_budget = 5;
    run();
    assert_int_equal(st.env.icount_budget, 0);
    assert_int_equal(st.reg[0], 9);
}

/* ---- random blocks: the optimiser changes nothing that can be seen ---- */

static uint64_t seed = 1;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static Val random_operand(void)
{
    static const uint64_t edges[] = {0,          1,          ~0ull, 1ull << 63, 0x7fffffff,
                                     0x80000000, 0xffffffff, 63,    32};

    switch (rnd() % 4) {
    case 0:
        return ir_const(&ir, edges[rnd() % ARRAY_SIZE(edges)]);
    case 1: /* a temporary that exists */
        if (ir.nvals > ARRAY_SIZE(globals) + 1) {
            unsigned n = ARRAY_SIZE(globals) + 1 + rnd() % (ir.nvals - ARRAY_SIZE(globals) - 1);

            if (ir.vals[n].kind == VALK_TEMP) {
                return (Val){n};
            }
        }
        /* fall through */
    default:
        return ir_global(&ir, rnd() % ARRAY_SIZE(globals));
    }
}

static void random_block(void)
{
    start();
    for (unsigned i = 0; i < 30; i++) {
        unsigned opc = rnd() % IR_setcond;
        IrType type = rnd() % 2 ? I64 : I32;

        if (rnd() % 4 == 0) {
            ir_set(&ir, ir_global(&ir, rnd() % 4), random_operand());
        } else if (rnd() % 8 == 0) {
            Val a = random_operand(), b = random_operand();

            ir_select(&ir, rnd() % IR_CONDS, a, b, random_operand(), random_operand());
        } else if (rnd() % 4 == 0) {
            ir_result(&ir, rnd() % 2 ? IR_sext32 : IR_zext32, I64, random_operand(), VAL_NONE,
                      VAL_NONE);
        } else if (ir_op_info[opc].flags & OPF_PURE) {
            Val a = random_operand(), b = random_operand();

            ir_result(&ir, opc, type, a, ir_op_info[opc].inputs > 1 ? b : VAL_NONE, VAL_NONE);
        }
    }
    ir_exit_pc(&ir, ir_global(&ir, 0));
}

static void test_the_optimiser_changes_nothing_that_can_be_seen(void **state)
{
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t before[4] = {rnd(), rnd() % 3, rnd() << 32, ~rnd()}, plain[4];

        random_block();
        memcpy(st.reg, before, sizeof(before));
        run();
        memcpy(plain, st.reg, sizeof(plain));
        ir_optimise(&ir);
        memcpy(st.reg, before, sizeof(before));
        run();
        if (memcmp(plain, st.reg, sizeof(plain))) {
            Str out = {0};

            ir_dump(&ir, &out);
            fail_msg("round %u differs; optimised:\n%s", i, str_get(&out));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_that_is_read_is_written_again),
        cmocka_unit_test(test_a_mistake_in_text_is_told_by_line),
        cmocka_unit_test(test_a_temporary_does_not_live_across_a_label),
        cmocka_unit_test(test_a_block_must_end_in_an_exit),
        cmocka_unit_test(test_constants_are_folded_and_dead_code_is_dropped),
        cmocka_unit_test(test_a_result_goes_straight_into_its_register),
        cmocka_unit_test(test_an_overwritten_register_is_written_once_unless_somebody_may_look),
        cmocka_unit_test(test_a_load_that_may_trap_leaves_the_old_value_of_its_register),
        cmocka_unit_test(test_a_copy_is_not_used_after_its_source_changed),
        cmocka_unit_test(test_what_only_32_bit_ops_read_is_not_extended),
        cmocka_unit_test(test_what_somebody_may_look_at_is_extended),
        cmocka_unit_test(test_liveness_marks_last_uses_only),
        cmocka_unit_test(test_a_branch_goes_where_its_condition_says),
        cmocka_unit_test(test_a_check_leaves_when_an_exit_was_requested),
        cmocka_unit_test(test_a_budget_that_does_not_cover_the_block_is_left_untouched),
        cmocka_unit_test(test_the_optimiser_changes_nothing_that_can_be_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
