/* SPDX-License-Identifier: MIT */
/* Which accesses share a look into the TLB: IR in, IR out. */
#include "tcg/ir.h"
#include "unit/unit.h"

static const IrGlobal globals[] = {{"sp", I64, 0}, {"a0", I64, 8}, {"a1", I64, 16}};
enum { SP, A0, A1 };
static Ir ir;

static uint64_t helper_anything(TcgEnv *env)
{
    return 0;
}
IR_HELPER(anything, "ie", HF_READS);

static Val R(unsigned n)
{
    return ir_global(&ir, n);
}

static void begin(void)
{
    ir_reset(&ir, globals, ARRAY_SIZE(globals));
}

static void load(unsigned base, int64_t off, MemOp m)
{
    ir_set(&ir, R(A1), ir_ld(&ir, I64, R(base), off, m));
}

static void store(unsigned base, int64_t off, MemOp m)
{
    ir_st(&ir, I64, R(base), off, R(A1), m);
}

/* Run the pass; check how many probes and members there are.  Returns the first probe. */
static const IrOp *expect(unsigned probes, unsigned members)
{
    const IrOp *first = NULL;
    unsigned p = 0, m = 0;
    Error *err = NULL;

    ir_exit_loop(&ir, R(A0));
    ir_liveness(&ir);
    ir_group_accesses(&ir);
    if (!ir_verify(&ir, &err)) {
        fail_msg("%s", err_msg(err));
    }
    for (unsigned i = 0; i < ir.nops; i++) {
        if (ir.ops[i].opc == IR_probe) {
            first = first ? first : &ir.ops[i];
            p++;
        }
        m += ir.ops[i].opc == IR_ldp || ir.ops[i].opc == IR_stp;
    }
    assert_int_equal(p, probes);
    assert_int_equal(m, members);
    return first;
}

static unsigned span(const IrOp *probe)
{
    return probe->aux >> MO_SPAN_SHIFT;
}

static void test_one_probe_covers_all_accesses_off_one_base(void **state)
{
    const IrOp *p;

    begin();
    store(SP, 24, MO_64);
    store(SP, 8, MO_64);
    load(SP, 16, MO_64);
    p = expect(1, 3);
    assert_int_equal(p->imm, 8);
    assert_int_equal(span(p), 24);
    assert_true(p->aux & MO_PROBE_WRITE);
}

static void test_loads_ask_for_no_right_to_write(void **state)
{
    begin();
    load(A0, 0, MO_8);
    load(A0, 1, MO_8);
    assert_false(expect(1, 2)->aux & MO_PROBE_WRITE);
}

static void test_a_single_access_is_left_alone(void **state)
{
    begin();
    load(A0, 0, MO_64);
    load(SP, 0, MO_64);
    expect(0, 0);
}

static void test_a_base_that_moves_by_a_constant_is_followed(void **state)
{
    const IrOp *p;

    begin();
    load(A0, 0, MO_64);
    ir_emit(&ir, IR_add, I64, R(A0), R(A0), ir_const(&ir, 8), VAL_NONE, 0, 0);
    load(A0, 0, MO_64);
    p = expect(1, 2);
    assert_int_equal(p->imm, 0);
    assert_int_equal(span(p), 16);
}

static void test_a_base_with_a_new_value_is_another_base(void **state)
{
    begin();
    load(A0, 0, MO_64);
    ir_set(&ir, R(A0), R(SP));
    load(A0, 8, MO_64);
    expect(0, 0);
}

static void test_a_call_or_a_fence_ends_a_group(void **state)
{
    begin();
    load(A0, 0, MO_64);
    ir_call0(&ir, &helper_row_anything);
    load(A0, 8, MO_64);
    ir_fence(&ir);
    load(A0, 16, MO_64);
    expect(0, 0);
}

static void test_an_access_whose_alignment_does_not_follow_is_no_member(void **state)
{
    begin();
    load(A0, 0, MO_64);
    load(A0, 8, MO_64);
    load(A0, 4, MO_64);
    expect(1, 2);
}

static void test_the_range_consists_of_whole_units_of_the_largest_access(void **state)
{
    const IrOp *p;

    begin();
    load(A0, 7, MO_8);
    load(A0, 8, MO_64);
    p = expect(1, 2);
    assert_int_equal(p->imm, 0);
    assert_int_equal(span(p), 16);
    assert_int_equal(p->aux & MO_SIZE, MO_64);
}

static void test_far_apart_or_of_another_mmu_index_is_another_group(void **state)
{
    begin();
    load(A0, 0, MO_64);
    load(A0, 2000, MO_64);
    load(A0, 2008, MO_64 | MO_MMU(1));
    expect(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_probe_covers_all_accesses_off_one_base),
        cmocka_unit_test(test_loads_ask_for_no_right_to_write),
        cmocka_unit_test(test_a_single_access_is_left_alone),
        cmocka_unit_test(test_a_base_that_moves_by_a_constant_is_followed),
        cmocka_unit_test(test_a_base_with_a_new_value_is_another_base),
        cmocka_unit_test(test_a_call_or_a_fence_ends_a_group),
        cmocka_unit_test(test_an_access_whose_alignment_does_not_follow_is_no_member),
        cmocka_unit_test(test_the_range_consists_of_whole_units_of_the_largest_access),
        cmocka_unit_test(test_far_apart_or_of_another_mmu_index_is_another_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
