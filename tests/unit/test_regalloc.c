/* SPDX-License-Identifier: MIT */
/* The register allocator, checked without running anything: random blocks are allocated for a
 * made-up host, and ra_verify follows which value is in which place, op by op. */
#include "base/alloc.h"
#include "tcg/regalloc.h"
#include "unit/unit.h"

enum { GLOBALS = 10 };

static IrGlobal globals[GLOBALS];
static Ir ir;
static RegAlloc ra;

static uint64_t seed = 42;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x9e3779b97f4a7c15u;
}

/* ---- a host with every kind of demand ---- */

#define SCRATCH ((RegMask)7)
#define INTS    ((RegMask)0x3f)

static const RaPlace anywhere = {.regs = INTS, .mem = true, .imm64 = true};
static const RaPlace in_reg = {.regs = INTS};
static const RaPlace reg_or_const = {.regs = INTS, .imm32 = true};

static const RaRule rules[] = {
    {.d = {.regs = INTS}, .in = {anywhere, anywhere, anywhere}},
    {.d = {.regs = INTS, .mem = true}, .in = {{.regs = INTS, .mem = true}, reg_or_const, in_reg}},
    {.d = {.regs = INTS},
     .in = {{.regs = INTS, .mem = true}, {.regs = 1 << 1}, anywhere},
     .early = true},
    /* operands 0 and 1 may not be where another one must be, or where something is lost */
    {.d = {.regs = 1 << 2},
     .in = {{.regs = 1 << 0}, {.regs = INTS & ~5, .mem = true}, anywhere},
     .clobbers = 5},
    {.d = {.regs = INTS},
     .in = {{.regs = INTS & ~6}, {.regs = INTS & ~6, .mem = true, .imm64 = true}, anywhere},
     .clobbers = 6},
    {.d = {.regs = INTS},
     .in = {anywhere, anywhere, anywhere, anywhere, anywhere, anywhere},
     .clobbers = SCRATCH},
    {.d = {.regs = INTS},
     .in = {{.regs = INTS & ~6}, in_reg, in_reg, {.regs = INTS, .mem = true, .imm64 = true}}},
};

static const RaRule *rule_of(const Ir *c, const IrOp *op)
{
    switch (op->opc) {
    case IR_and:
    case IR_add:
        return &rules[1];
    case IR_shl:
    case IR_sar:
        return &rules[2];
    case IR_divu:
        return &rules[3];
    case IR_or:
    case IR_rotl:
    case IR_neg:
        return &rules[4];
    case IR_call:
    case IR_label:
    case IR_exit_loop:
        return &rules[5];
    case IR_select:
        return &rules[6];
    default:
        return &rules[0];
    }
}

static const char *const names[RA_REGS] = {"r0", "r1", "r2", "r3", "r4", "r5"};

static RaHost host = {.scratch = SCRATCH, .reg_names = names, .rule = rule_of};

static int setup(void **state)
{
    static const uint8_t pins[] = {3, 4, 5};
    static char text[GLOBALS][4];

    for (unsigned i = 0; i < GLOBALS; i++) {
        snprintf(text[i], sizeof(text[i]), "g%u", i);
        globals[i] = (IrGlobal){text[i], I64, sizeof(TcgEnv) + 8 * i};
    }
    ra_pin(&host, globals, GLOBALS, pins, ARRAY_SIZE(pins), NULL, 0);
    return 0;
}

/* ---- the checker: ra_verify, and a look at what it found ---- */

static void check(void)
{
    Error *err = NULL;
    Str s = {0};

    if (!ra_verify(&ra, &err)) {
        ir_dump(&ir, &s);
        str_append(&s, "---\n");
        ra_dump(&ra, &s);
        printf("%s\n", str_get(&s));
        fail_msg("%s", err_msg(err));
    }
}

/* It is wrong, and the sentence about it has @what in it. */
static void check_finds(const char *what)
{
    Error *err = NULL;

    assert_false(ra_verify(&ra, &err));
    if (!strstr(err_msg(err), what)) {
        fail_msg("found: %s; but it is: %s", err_msg(err), what);
    }
    err_free(err);
}

/* ---- random blocks ---- */

static uint64_t helper_six(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    return a + b + c + d + e + f;
}
IR_HELPER(six, "iiiiiii", HF_PURE);

static Val temps[16];
static unsigned ntemps;

static Val any(void)
{
    switch (rnd() % 4) {
    case 0:
        return ir_const(&ir, rnd() % 3 ? rnd() % 100 : rnd());
    case 1:
        return ir_global(&ir, rnd() % GLOBALS);
    default:
        return ntemps ? temps[rnd() % ntemps] : ir_global(&ir, 0);
    }
}

static void define(Val d)
{
    if (rnd() % 3 == 0) {
        ir_set(&ir, ir_global(&ir, rnd() % GLOBALS), d);
    }
    if (ntemps < ARRAY_SIZE(temps)) {
        temps[ntemps++] = d;
    } else {
        temps[rnd() % ntemps] = d;
    }
}

static void rnd_op(void)
{
    static const uint8_t two[] = {IR_add, IR_sub, IR_and, IR_or,   IR_xor,
                                  IR_mul, IR_shl, IR_sar, IR_divu, IR_rotl};
    static const uint8_t one[] = {IR_neg, IR_not, IR_sext8, IR_clz, IR_bswap};
    Val a = any(), b = any(), args[6];

    switch (rnd() % 10) {
    case 8:
    case 9:
        args[0] = any();
        define(ir_select(&ir, IR_EQ, a, b, args[0], any()));
        break;
    case 0:
        for (unsigned i = 0; i < 6; i++) {
            args[i] = any();
        }
        define(ir_call(&ir, &helper_row_six, 6, args));
        break;
    case 1:
        define(ir_result(&ir, one[rnd() % ARRAY_SIZE(one)], I64, a, VAL_NONE, VAL_NONE));
        break;
    case 2: /* into a global at once, as the optimiser writes it */
        ir_emit(&ir, two[rnd() % ARRAY_SIZE(two)], I64, ir_global(&ir, rnd() % GLOBALS), a, b,
                VAL_NONE, 0, 0);
        break;
    case 3:
        ir_set(&ir, ir_global(&ir, rnd() % GLOBALS), a);
        break;
    default:
        define(ir_result(&ir, two[rnd() % ARRAY_SIZE(two)], I64, a, b, VAL_NONE));
    }
    if (rnd() % 20 == 0 && ir.nlabels < 8) {
        ir_label(&ir, ir_new_label(&ir));
        ntemps = 0;
    }
}

static void test_every_value_is_where_the_code_looks_for_it(void **state)
{
    for (unsigned round = 0; round < 20000; round++) {
        ir_reset(&ir, globals, GLOBALS);
        ntemps = 0;
        for (unsigned n = 3 + rnd() % 60; n; n--) {
            rnd_op();
        }
        ir_exit_loop(&ir, any());
        ir_liveness(&ir);
        regalloc(&ra, &host, &ir);
        check();
    }
}

/* ---- what a reader may count on ---- */

static void allocate_block(void)
{
    ir_exit_loop(&ir, ir_const(&ir, 0));
    ir_liveness(&ir);
    regalloc(&ra, &host, &ir);
    check();
}

static void allocate(const char *expected)
{
    Str s = {0};

    allocate_block();
    ra_dump(&ra, &s);
    assert_string_equal(str_get(&s), expected);
    str_free(&s);
    ir_reset(&ir, globals, GLOBALS);
}

static void test_a_result_for_a_pinned_global_is_computed_in_its_register(void **state)
{
    ir_reset(&ir, globals, GLOBALS);
    ir_emit(&ir, IR_and, I64, ir_global(&ir, 0), ir_global(&ir, 1), ir_global(&ir, 2), VAL_NONE, 0,
            0);
    ir_emit(&ir, IR_and, I64, ir_global(&ir, 0), ir_global(&ir, 0), ir_const(&ir, 7), VAL_NONE, 0,
            0);
    allocate(" and.i64 r3(g0) <- r4(g1), r5(g2)\n"
             " and.i64 r3(g0) <- r3(g0), $0x7\n"
             " exit_loop.i64 $0\n");
}

static void test_a_result_for_another_global_is_written_through_and_used_again(void **state)
{
    char expected[200];

    ir_reset(&ir, globals, GLOBALS);
    ir_emit(&ir, IR_and, I64, ir_global(&ir, 4), ir_global(&ir, 1), ir_global(&ir, 2), VAL_NONE, 0,
            0);
    ir_emit(&ir, IR_and, I64, ir_global(&ir, 0), ir_global(&ir, 4), ir_const(&ir, 7), VAL_NONE, 0,
            0);
    snprintf(expected, sizeof(expected),
             " and.i64 r0(g4) <- r4(g1), r5(g2)\n"
             "     move [env+%#x](g4) <- r0(g4)\n"
             " and.i64 r3(g0) <- r0(g4), $0x7\n"
             " exit_loop.i64 $0\n",
             globals[4].offset);
    allocate(expected);
}

static void test_a_value_that_nobody_looks_at_is_not_written(void **state)
{
    Val g = {1 + 3}; /* the first global without a register */
    Str expected = {0};

    ir_reset(&ir, globals, GLOBALS);
    ir_emit(&ir, IR_sub, I64, g, ir_global(&ir, 0), ir_global(&ir, 1), VAL_NONE, 0, 0);
    ir_emit(&ir, IR_xor, I64, g, g, ir_global(&ir, 2), VAL_NONE, 0, 0);
    str_printf(&expected,
               " sub.i64 r0(g3) <- r3(g0), r4(g1)\n"
               " xor.i64 r0(g3) <- r0(g3), r5(g2)\n"
               "     move [env+%#x](g3) <- r0(g3)\n"
               " exit_loop.i64 $0\n",
               globals[3].offset);
    allocate(str_get(&expected));
    str_free(&expected);
}

/* ---- the checker itself ---- */

/* g3 = (g0 << g1) ^ g2, which is in memory: shl, xor, move, exit_loop. */
static void small_block(void)
{
    ir_reset(&ir, globals, GLOBALS);
    ir_emit(&ir, IR_xor, I64, ir_global(&ir, 3), ir_shl(&ir, ir_global(&ir, 0), ir_const(&ir, 3)),
            ir_global(&ir, 2), VAL_NONE, 0, 0);
    allocate_block();
    assert_int_equal(ra.nops, 5);
    assert_int_equal(ra.ops[1].op->opc, IR_shl); /* behind a move of 3 to r1 */
}

static void test_the_checker_finds_what_an_allocator_can_do_wrong(void **state)
{
    small_block();
    ra.ops[2].in[1].reg = 4;
    check_finds("the place given for it does not hold operand g2");
    small_block();
    ra.ops[1].in[1] = ra.ops[0].in[0];
    check_finds("the op's rule does not allow this place for operand $0x3");
    small_block();
    ra.ops[1].d.reg = 1;
    check_finds("the result is early, so it overwrites operand $0x3");
    small_block();
    ra.ops[2].d = (Loc){.kind = LOC_ENV, .val = {1 + 3}, .off = globals[3].offset};
    check_finds("the op's rule does not allow this place for the result g3");
    small_block();
    ra.ops[3] = ra.ops[4];
    ra.nops--;
    check_finds("this global was not written home: g3");
    small_block();
    ra.ops[2] = ra.ops[3];
    ra.ops[3] = ra.ops[4];
    ra.nops--;
    check_finds("(xor) should come here");
    small_block();
    ra.ops[3] = ra.ops[2];
    check_finds("(exit_loop) should come here");
    small_block();
    ra.ops[ra.nops++] = ra.ops[4];
    check_finds("it comes twice");
    small_block();
    ra.nops--;
    check_finds("(exit_loop) should come here");
    small_block();
    ra.ops[3].in[0] = (Loc){.kind = LOC_NONE};
    check_finds("it lacks a place");
    small_block();
    ra.ops[1].in[0] = (Loc){.kind = LOC_NONE};
    check_finds("no place is given for operand g0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_value_is_where_the_code_looks_for_it),
        cmocka_unit_test(test_the_checker_finds_what_an_allocator_can_do_wrong),
        cmocka_unit_test(test_a_value_that_nobody_looks_at_is_not_written),
        cmocka_unit_test(test_a_result_for_a_pinned_global_is_computed_in_its_register),
        cmocka_unit_test(test_a_result_for_another_global_is_written_through_and_used_again),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
