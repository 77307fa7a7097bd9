/* SPDX-License-Identifier: MIT */
/* The register allocator, checked without running anything: random blocks are allocated for a
 * made-up host, and a checker follows which value is in which place, op by op. */
#include "base/alloc.h"
#include "tcg/regalloc.h"
#include "unit/unit.h"

enum { GLOBALS = 10, PLACES = RA_REGS + TCG_SPILLS + GLOBALS };

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

/* ---- the checker ---- */

typedef struct Check {
    unsigned holds[PLACES];        /* which definition is in each place; 0: unknown */
    unsigned current[IR_MAX_VALS]; /* the latest definition of each value */
    bool unseen[GLOBALS + 1];      /* nobody looks at it: it may be in a register only */
    unsigned ndefs;
} Check;

static void fail_at(unsigned i, const char *what)
{
    Str s = {0};

    ir_dump(&ir, &s);
    str_append(&s, "---\n");
    ra_dump(&ra, &s);
    printf("%s\n", str_get(&s));
    fail_msg("allocated op %u: %s", i, what);
}

static unsigned place(Loc l)
{
    if (l.kind == LOC_REG) {
        return l.reg;
    }
    assert_int_equal(l.kind, LOC_ENV);
    if (l.off >= (int)sizeof(TcgEnv)) {
        return RA_REGS + TCG_SPILLS + (l.off - sizeof(TcgEnv)) / 8;
    }
    return RA_REGS + (l.off - offsetof(TcgEnv, spill)) / 8;
}

static bool holds(const Check *k, Loc l, Val v)
{
    return l.kind == LOC_IMM ? l.val.n == v.n : k->holds[place(l)] == k->current[v.n];
}

static void check_globals(const Check *k, unsigned at, bool observed)
{
    for (unsigned g = 0; g < GLOBALS; g++) {
        unsigned pin = host.pin[g], home = pin != RA_NO_REG ? pin : RA_REGS + TCG_SPILLS + g;

        if (k->holds[home] != k->current[g + 1] &&
            (observed || !k->unseen[g + 1])) {
            fail_at(at, "a global is not exact");
        }
    }
}

static bool allowed(const RaPlace *p, Loc l)
{
    return l.kind == LOC_REG   ? p->regs >> l.reg & 1
           : l.kind == LOC_ENV ? p->mem
                               : p->imm32 || p->imm64;
}

static void check_op(Check *k, unsigned at)
{
    const RaOp *m = &ra.ops[at];
    const RaRule *rule = rule_of(&ir, m->op);
    const Val *in;
    unsigned n = ra_inputs(&ir, m->op, &in);

    check_globals(k, at, ir_observes_globals(m->op));
    for (unsigned i = 0; i < n; i++) {
        if (!holds(k, m->in[i], in[i])) {
            fail_at(at, "an operand is not where it is said to be");
        }
        if (!allowed(&rule->in[i], m->in[i])) {
            fail_at(at, "an operand is where the rule does not allow it");
        }
        if (rule->early && i && m->in[i].kind == LOC_REG && m->in[i].reg == m->d.reg) {
            fail_at(at, "the result is early, but in the register of an operand");
        }
    }
    for (unsigned r = 0; r < RA_REGS; r++) {
        k->holds[r] = rule->clobbers >> r & 1 ? 0 : k->holds[r];
    }
    if (!val_is_none(m->op->d)) {
        k->current[m->op->d.n] = ++k->ndefs;
        k->holds[place(m->d)] = k->ndefs;
        if (m->op->d.n <= GLOBALS) {
            k->unseen[m->op->d.n] = m->op->flags & OPN_UNSEEN;
        }
    }
    if (m->op->opc == IR_label) {
        for (unsigned r = 0; r < RA_REGS; r++) {
            k->holds[r] = SCRATCH >> r & 1 ? 0 : k->holds[r];
        }
    }
}

/* Moves: constants get a definition of their own.  A mov op of the IR has no RaOp but moves. */
static void check_move(Check *k, const RaOp *m)
{
    if (m->in[0].kind == LOC_IMM && !k->current[m->in[0].val.n]) {
        k->current[m->in[0].val.n] = ++k->ndefs;
    }
    k->holds[place(m->d)] =
        m->in[0].kind == LOC_IMM ? k->current[m->in[0].val.n] : k->holds[place(m->in[0])];
    if (m->d.val.n != m->in[0].val.n) { /* "d = a": the values are equal from now on */
        k->current[m->d.val.n] = k->holds[place(m->d)];
        if (m->d.val.n <= GLOBALS) {
            k->unseen[m->d.val.n] = false;
        }
    }
}

static void check(void)
{
    static Check k;

    memset(&k, 0, sizeof(k));
    for (unsigned g = 0; g < GLOBALS; g++) {
        unsigned pin = host.pin[g];

        k.current[g + 1] = ++k.ndefs;
        k.holds[pin != RA_NO_REG ? pin : RA_REGS + TCG_SPILLS + g] = k.ndefs;
    }
    for (unsigned i = 0; i < ra.nops; i++) {
        if (ra.ops[i].op) {
            check_op(&k, i);
        } else {
            check_move(&k, &ra.ops[i]);
        }
    }
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

static void allocate(const char *expected)
{
    Str s = {0};

    ir_exit_loop(&ir, ir_const(&ir, 0));
    ir_liveness(&ir);
    regalloc(&ra, &host, &ir);
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
    allocate(" and.i64 r3 <- r4, r5\n"
             " and.i64 r3 <- r3, $0x7\n"
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
             " and.i64 r0 <- r4, r5\n"
             "     move [env+%#x] <- r0\n"
             " and.i64 r3 <- r0, $0x7\n"
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
               " sub.i64 r0 <- r3, r4\n"
               " xor.i64 r0 <- r0, r5\n"
               "     move [env+%#x] <- r0\n"
               " exit_loop.i64 $0\n",
               globals[3].offset);
    allocate(str_get(&expected));
    str_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_value_is_where_the_code_looks_for_it),
        cmocka_unit_test(test_a_value_that_nobody_looks_at_is_not_written),
        cmocka_unit_test(test_a_result_for_a_pinned_global_is_computed_in_its_register),
        cmocka_unit_test(test_a_result_for_another_global_is_written_through_and_used_again),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
