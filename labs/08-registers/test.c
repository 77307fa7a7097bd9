/* SPDX-License-Identifier: MIT */
/* Chapter 8: the register allocator.  First its parts on books that are set by hand; then whole
 * blocks for the made-up host of host.h, judged by ra_verify and by counting moves; at last the
 * real JIT, whose blocks run against the interpreter. */
#include "labs/08-registers/host.h"

#include <signal.h>

#include "lab.h"
#include "tcg/x86_64/x86_int.h"

static RegAlloc ra;

/* ---- parts ---- */

static Val temp, other, ftemp, constant, m0, m1;

/* Open books: no register holds anything. */
static void open_books(void)
{
    host_init();
    ir_reset(&ir, host_globals, HOST_GLOBALS);
    temp = ir_temp(&ir, I64);
    other = ir_temp(&ir, I64);
    ftemp = ir_temp(&ir, F64);
    constant = ir_const(&ir, 77);
    m0 = ir_global(&ir, M0);
    m1 = ir_global(&ir, M1);
    ra_reset(&ra, &host, &ir);
}

static void hold(unsigned r, Val v)
{
    ra_leave_register(&ra, v);
    ra_put_in(&ra, r, v);
}

/* The only copy of the global @v. */
static void hold_unwritten(unsigned r, Val v)
{
    hold(r, v);
    ra.unwritten |= BIT(r);
}

/* The temporary @v, with a slot. */
static void hold_spilled(unsigned r, Val v)
{
    hold(r, v);
    ra_spill(&ra, v);
    ra.nops = 0;
}

static void test_a_register_costs_what_its_value_needs(void **state)
{
    open_books();
    expect_equal(ra_cost_of(&ra, 0), 0, "ra_cost_of a free register");
    hold(0, constant);
    expect_equal(ra_cost_of(&ra, 0), 1, "ra_cost_of a register that holds a constant");
    hold(1, m0);
    expect_equal(ra_cost_of(&ra, 1), 1, "ra_cost_of a copy of the global m0");
    hold_unwritten(1, m0);
    expect_equal(ra_cost_of(&ra, 1), 3, "ra_cost_of the only copy of the global m0");
    hold(2, temp);
    expect_equal(ra_cost_of(&ra, 2), 3, "ra_cost_of a temporary without a slot");
    hold_spilled(2, temp);
    expect_equal(ra_cost_of(&ra, 2), 2, "ra_cost_of a temporary that has a slot");
}

static void test_the_cheapest_register_is_picked(void **state)
{
    open_books();
    expect_equal(ra_pick(&ra, HOST_INT_SCRATCH), 0, "ra_pick, all of r0 r1 r2 are free");
    hold(0, temp);
    hold(1, constant);
    expect_equal(ra_pick(&ra, HOST_INT_SCRATCH), 2, "ra_pick, r0 and r1 hold something");
    hold(2, m0);
    expect_equal(ra_pick(&ra, HOST_INT_SCRATCH), 1,
                 "ra_pick, r0 holds a temporary, r1 a constant, r2 a copy of m0");
    expect_equal(ra_pick(&ra, 5), 2, "ra_pick of r0 and r2, a temporary and a copy of m0");
    ra.unwritten |= BIT(2);
    hold_spilled(0, temp);
    expect_equal(ra_pick(&ra, 5), 0,
                 "ra_pick of r0 and r2, a spilled temporary and an unwritten m0");
    expect_equal(ra_pick(&ra, (HOST_INTS & ~7) | 4), 2,
                 "ra_pick of r2 to r5, of which r2 is scratch");
    hold(F0, ftemp);
    expect_equal(ra_pick(&ra, HOST_FLOATS), F1, "ra_pick of f0 to f2; f0 is taken, f2 is pinned");
}

static void expect_left(unsigned r, Val v)
{
    expect_true(val_is_none(ra.hold[r]), "ra_vacate: r%u must hold nothing afterwards", r);
    expect_true(ra.reg[v.n] != r, "ra_vacate: ra->reg still says that the value is in r%u", r);
}

static void expect_ops(unsigned n, const char *when)
{
    Str s = {0};

    ra_dump(&ra, &s);
    if (ra.nops != n) {
        printf("%s", str_get(&s));
    }
    str_free(&s);
    expect_equal(ra.nops, n, "moves that ra_vacate makes for %s", when);
}

static void test_a_temporary_that_must_leave_goes_to_a_free_register(void **state)
{
    open_books();
    ra_vacate(&ra, 0, 1);
    expect_ops(0, "a free register");
    hold(0, temp);
    hold(1, other);
    ra_vacate(&ra, 0, 1);
    expect_left(0, temp);
    expect_ops(1, "a temporary in r0 when r2 is free");
    expect_equal(ra.reg[temp.n], 2, "the temporary's register: r2 is the only free one");
    expect_true(ra.hold[2].n == temp.n, "ra->hold[2] must be the temporary");
    expect_true(ra.ops[0].d.kind == LOC_REG && ra.ops[0].d.reg == 2 &&
                    ra.ops[0].in[0].kind == LOC_REG && ra.ops[0].in[0].reg == 0,
                "the move must be r2 <- r0");
    expect_true(ra.hold[1].n == other.n && ra.reg[other.n] == 1, "r1 must be left alone");
}

static void test_without_a_free_register_it_goes_to_a_slot(void **state)
{
    open_books();
    hold(0, temp);
    hold(1, other);
    ra_vacate(&ra, 0, 1 | 4);
    expect_left(0, temp);
    expect_ops(1, "a temporary in r0 when only r2 is free, which is to be avoided");
    expect_true(ra.slot[temp.n] && ra.ops[0].d.kind == LOC_ENV,
                "no register may take the temporary of r0, so it must go to a slot: r1 is taken, "
                "r2 is in avoid");
    expect_true(ra_loc_of(&ra, temp).kind == LOC_ENV, "it must be found in its slot");
    open_books();
    hold(F0, ftemp);
    ra_vacate(&ra, F0, BIT(F1));
    expect_true(ra.nops == 1 && ra.ops[0].d.kind == LOC_ENV,
                "no register may take the temporary of f0, so it must go to a slot: r0 to r2 are "
                "free, but for integers; f1 is in avoid");
    open_books();
    hold_spilled(0, temp);
    ra_vacate(&ra, 0, 1);
    expect_left(0, temp);
    expect_ops(0, "a temporary that has a slot already");
}

static void test_what_is_at_home_is_dropped_and_the_rest_is_written(void **state)
{
    open_books();
    hold(0, constant);
    ra_vacate(&ra, 0, 0);
    expect_left(0, constant);
    hold(1, m0);
    ra_vacate(&ra, 1, 0);
    expect_left(1, m0);
    expect_ops(0, "a constant, and a copy of m0");
    hold_unwritten(1, m0);
    ra_vacate(&ra, 1, 0);
    expect_left(1, m0);
    expect_ops(1, "the only copy of m0");
    expect_true(ra.ops[0].d.kind == LOC_ENV && ra.ops[0].d.off == (int)host_globals[M0].offset,
                "the only copy of m0 must be stored at m0's home");
    expect_true(!ra.unwritten, "then r1 is not marked as unwritten any more");
}

/* ---- whole blocks for the made-up host ---- */

static void begin_block(void)
{
    host_init();
    ir_reset(&ir, host_globals, HOST_GLOBALS);
}

static void show_block(void)
{
    Str s = {0};

    ra_dump(&ra, &s);
    printf("%s", str_get(&s));
    str_free(&s);
}

/* An assertion of the allocator failed: show how far it came, and die of it. */
static void on_abort(int signo)
{
    signal(SIGABRT, SIG_DFL);
    alarm(2); /* whoever failed may hold the lock of malloc */
    show_block();
    fflush(stdout);
    raise(SIGABRT);
}

/* Show the block, up to the op that is wrong, and fail. */
static void fail_block(const char *what)
{
    unsigned at;

    if (sscanf(what, "allocated op %u", &at) == 1) {
        ra.nops = MIN(ra.nops, at + 1);
    }
    show_block();
    expect_true(false, "%s", what);
}

static void judge(const RaHost *h, const Ir *c)
{
    Error *err = NULL;

    if (!ir_verify(c, &err)) {
        fail_block(err_msg(err));
    }
    signal(SIGABRT, on_abort);
    regalloc(&ra, h, c);
    signal(SIGABRT, SIG_DFL);
    if (!ra_verify(&ra, &err)) {
        fail_block(err_msg(err));
    }
}

/* End the block, allocate, check. */
static void end_block(void)
{
    ir_exit_loop(&ir, ir_const(&ir, 0));
    ir_liveness(&ir);
    judge(&host, &ir);
}

static void add_text(const char *text)
{
    Error *err = NULL;

    if (!ir_parse(&ir, text, &err)) {
        fail_msg("%s", err_msg(err));
    }
}

static void block(const char *text)
{
    begin_block();
    add_text(text);
    end_block();
}

/* Moves that the allocation made; in @memory, how many of them read or write memory. */
static unsigned count_moves(unsigned *memory)
{
    unsigned moves = 0;

    *memory = 0;
    for (unsigned i = 0; i < ra.nops; i++) {
        const RaOp *m = &ra.ops[i];

        moves += !m->op;
        *memory += !m->op && (m->d.kind == LOC_ENV || m->in[0].kind == LOC_ENV);
    }
    return moves;
}

static void at_most(unsigned most, const char *why)
{
    unsigned memory, moves = count_moves(&memory);
    char text[200];

    if (moves > most) {
        snprintf(text, sizeof(text), "%u moves, at most %u are needed: %s", moves, most, why);
        fail_block(text);
    }
}

static void test_a_result_for_a_pinned_global_is_computed_in_its_register(void **state)
{
    block("add.i64 p0, p1, p2\n"
          "and.i64 p0, p0, $0x7\n"
          "select.i64 p2, p0, p1, p2, $0x9, eq\n");
    at_most(0, "the op's rule allows the pinned register, so the result can go there at once");
    block("divu.i64 p0, p1, p2\n"
          "add.i64 p1, p0, $1\n");
    at_most(2, "p1 to r0, and r2 to p0");
}

static void test_a_temporary_stays_in_a_register_until_it_dies(void **state)
{
    block("add.i64 tmp1, p0, p1\n"
          "xor.i64 tmp2, tmp1, p2\n"
          "sub.i64 tmp3, tmp2, tmp1\n"
          "and.i64 tmp4, tmp3, tmp2\n"
          "or.i64 p0, tmp4, tmp3\n");
    at_most(0, "three temporaries live at a time, and there are three registers");
    block("add.i64 tmp1, p0, p1\n"
          "add.i64 tmp2, p1, p2\n"
          "add.i64 tmp3, p2, p0\n"
          "add.i64 tmp4, tmp3, $4\n" /* not the register of tmp1 */
          "add.i64 p0, tmp1, tmp2\n"
          "add.i64 p0, p0, tmp4\n");
}

static void test_a_global_without_a_register_is_stored_at_once(void **state)
{
    block("add.i64 m0, p0, p1\n"
          "ld.i64 p2, m0, u64\n" /* may fault: m0 must be exact */
          "xor.i64 p1, m0, p0\n"
          "add.i64 m1, m0, p0\n");
    at_most(2, "each of m0 and m1 is stored once; m0 is still in a register when it is read");
    block("divu.i64 m2, m3, m4\n"
          "divu.i64 m3, m2, m4\n");
}

static void test_a_global_is_changed_in_memory_where_the_rule_allows(void **state)
{
    block("add.i64 m0, m0, p1\n"
          "sub.i64 m0, m0, $1\n");
    at_most(0, "both operands of add may be where they are, and the result too");
    block("add.i64 m0, m0, m1\n"); /* not both in memory */
    block("sub.i64 m0, p0, m0\n"); /* not the second one */
    block("add.i32 m0, m0, $1\n"); /* an i32 result clears the upper half of m0 */
}

static void test_a_value_that_nobody_looks_at_is_not_stored(void **state)
{
    block("add.i64 m0, p0, p1\n"
          "xor.i64 m0, m0, p2\n"
          "sub.i64 m0, m0, p0\n");
    at_most(1, "m0 is seen at the end only (OPN_UNSEEN)");
    block("add.i64 m0, p0, p1\n" /* not stored; then its register is wanted */
          "add.i64 tmp1, p0, p2\n"
          "add.i64 tmp2, p1, p2\n"
          "add.i64 tmp3, p2, p2\n"
          "add.i64 tmp4, p2, p1\n"
          "xor.i64 m1, tmp1, tmp2\n"
          "xor.i64 m1, tmp3, tmp4\n"
          "xor.i64 m1, m0, m1\n"
          "add.i64 m0, p0, $1\n");
}

static void test_an_old_copy_is_not_taken_for_the_new_value(void **state)
{
    block("ld.i64 p0, m0, u64\n"
          "add.i64 m0, m0, $8\n"
          "ld.i64 p1, m0, u64\n");
    block("ld.i64 m0, m0, u64\n"
          "ld.i64 m0, m0, u64\n"
          "shl.i64 m0, m0, m0\n"
          "add.i64 m1, m0, $8\n");
    block("xor.i64 m0, p0, p1\n" /* nobody looks at this one, and nobody ever will */
          "rotl.i64 m0, p0, p1\n"
          "ld.i64 p2, m1, u64\n"
          "ld.i64 p1, m2, u64\n");
    at_most(4, "p1 to r1, the second m0 home, m1 and m2 to r0: no register holds the first m0 any "
               "more, so it is not stored either");
}

static void test_what_an_op_overwrites_is_kept_elsewhere(void **state)
{
    block("add.i64 tmp1, p0, p1\n"
          "add.i64 tmp2, p1, p2\n"
          "add.i64 tmp3, p2, p0\n"
          "divu.i64 tmp4, p0, p1\n"
          "divu.i64 tmp5, tmp4, tmp1\n"
          "add.i64 p0, tmp1, tmp2\n"
          "add.i64 p1, tmp3, tmp4\n"
          "add.i64 p2, p2, tmp5\n");
    block("add.i64 m0, p0, p1\n"
          "divu.i64 p0, m0, m0\n"
          "divu.i64 p0, p0, p0\n");
}

static uint64_t helper_look(uint64_t a, uint64_t b)
{
    return a + b;
}
IR_HELPER(look, "iii", HF_READS | HF_WRITES);

static void test_values_live_on_across_a_call(void **state)
{
    Val t[5], sum;

    begin_block();
    for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
        t[i] = ir_add(&ir, ir_global(&ir, i % 3), ir_const(&ir, i + 1));
    }
    ir_set(&ir, ir_global(&ir, M0), ir_call2(&ir, &helper_row_look, t[0], ir_global(&ir, M1)));
    sum = ir_call2(&ir, &helper_row_look, t[0], t[1]);
    for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
        sum = ir_xor(&ir, sum, t[i]);
    }
    ir_set(&ir, ir_global(&ir, P0), sum);
    end_block();
    begin_block();
    ir_emit(&ir, IR_add, I64, ir_global(&ir, M0), ir_global(&ir, P0), ir_global(&ir, P1), VAL_NONE,
            0, 0);
    ir_call2(&ir, &helper_row_look, ir_const(&ir, 1), ir_global(&ir, M0));
    ir_set(&ir, ir_global(&ir, P1), ir_global(&ir, M0));
    end_block();
}

static void test_operands_and_early_results_do_not_collide(void **state)
{
    block("add.i64 tmp1, p0, p1\n"
          "shl.i64 tmp2, tmp1, tmp1\n"
          "shl.i64 tmp3, p0, tmp2\n"
          "shl.i64 p1, tmp2, p1\n"
          "shl.i64 p2, p1, p2\n" /* early: not in r5, where ... is no count: r1 */
          "sar.i64 m0, tmp3, tmp2\n"
          "sar.i64 m0, m0, $0x3\n");
    block("add.i64 tmp1, p0, p1\n"
          "add.i64 tmp2, p0, p2\n"
          "divu.i64 tmp3, tmp2, tmp1\n"
          "shl.i64 tmp4, tmp1, tmp3\n"
          "divu.i64 m1, tmp4, tmp3\n");
}

static void test_nothing_is_known_behind_a_label(void **state)
{
    block("brcond.i64 p0, p1, eq, L0\n"
          "ld.i64 p2, m0, u64\n" /* now a register holds m0: on this path only */
          "ld.i64 p1, $0x123456789, u64\n"
          "L0:\n"
          "ld.i64 p0, m0, u64\n"
          "ld.i64 p1, $0x123456789, u64\n");
    block("add.i64 m0, p0, p1\n"
          "brcond.i64 p0, p1, eq, L0\n"
          "add.i64 m0, p0, $1\n"
          "br L1\n"
          "L0:\n"
          "add.i64 m1, m0, $1\n"
          "L1:\n"
          "add.i64 m2, m0, m1\n");
}

static void test_registers_and_slots_are_free_again_after_the_last_use(void **state)
{
    begin_block();
    for (unsigned i = 0; i < 100; i++) { /* four at a time, more than there are registers */
        add_text("add.i64 tmp1, p0, p1\n"
                 "add.i64 tmp2, tmp1, p1\n"
                 "add.i64 tmp3, tmp2, p1\n"
                 "add.i64 tmp4, tmp3, tmp1\n"
                 "add.i64 p0, tmp1, tmp2\n"
                 "add.i64 p0, tmp3, tmp4\n");
    }
    end_block();
    begin_block();
    for (unsigned i = 0; i < 10; i++) {
        add_text("ld.i64 tmp1, p0, u64\n"); /* only the fault matters: the result is dead */
    }
    end_block();
    at_most(0, "a dead result (OPN_RESULT_DEAD) needs no register any more");
}

static void test_floating_point_has_registers_of_its_own(void **state)
{
    block("fadd.f64 tmp1, pf, pf, dyn\n"
          "fadd.f64 tmp2, pf, tmp1, dyn\n"
          "fmul.f64 tmp3, tmp2, tmp1, dyn\n"
          "ld.f64 tmp4, p0, u64\n"
          "fmul.f64 tmp5, tmp1, tmp4, dyn\n"
          "fadd.f64 mf, tmp3, tmp5, dyn\n"
          "fmul.f64 pf, mf, tmp2, dyn\n");
    block("fadd.f64 tmp1, pf, mf, dyn\n"
          "ld.i64 tmp2, p0, u64\n"
          "st.f64 tmp2, p1, u64\n"
          "fadd.f64 pf, tmp1, tmp1, dyn\n");
}

/* ---- random blocks for the made-up host ---- */

static Val recent[8];
static unsigned nrecent;

static Val any_value(void)
{
    switch (rnd() % 4) {
    case 0:
        return ir_const(&ir, rnd() % 3 ? rnd() % 100 : rnd());
    case 1:
        return ir_global(&ir, rnd() % PF);
    default:
        return nrecent ? recent[rnd() % MIN(nrecent, ARRAY_SIZE(recent))] : ir_global(&ir, P0);
    }
}

static Val some_result(void)
{
    Val d = rnd() % 2 ? ir_temp(&ir, I64) : ir_global(&ir, rnd() % PF);

    return d;
}

static void remember(Val d)
{
    if (ir.vals[d.n].kind == VALK_TEMP) {
        recent[nrecent++ % ARRAY_SIZE(recent)] = d;
    }
}

static void random_op(void)
{
    static const uint8_t ops[] = {IR_add,  IR_sub,  IR_and, IR_or,  IR_xor, IR_shl, IR_sar,
                                  IR_rotl, IR_divu, IR_mul, IR_neg, IR_mov, IR_ld,  IR_select};
    IrOpcode opc = ops[rnd() % ARRAY_SIZE(ops)];
    Val a = any_value(), b = any_value(), c = any_value(), e = any_value(), d;
    IrOp *op;

    if (rnd() % 12 == 0) {
        d = ir_call2(&ir, &helper_row_look, a, b);
        remember(d);
        return;
    }
    d = some_result();
    op = ir_emit(&ir, opc, rnd() % 4 && opc != IR_mov ? I64 : I32, d, a,
                 ir_op_info[opc].inputs > 1 ? b : VAL_NONE,
                 ir_op_info[opc].inputs > 2 ? c : VAL_NONE, 0, 0);
    op->aux = opc == IR_ld ? MO_64 : IR_EQ;
    op->in[3] = opc == IR_select ? e : VAL_NONE;
    op->type = opc == IR_mov ? I64 : op->type;
    remember(d);
    if (rnd() % 24 == 0) {
        ir_label(&ir, ir_new_label(&ir));
        nrecent = 0;
    }
}

static void test_random_blocks_keep_each_value_where_it_is_said_to_be(void **state)
{
    for (unsigned round = 0; round < 12000; round++) {
        begin_block();
        nrecent = 0;
        for (unsigned n = 2 + round / 200; n; n--) { /* short ones first, which are easy to read */
            random_op();
        }
        end_block();
    }
}

/* ---- how good is it? ---- */

static void test_few_moves_are_made(void **state)
{
    unsigned total = 0, memory = 0, moves;

    block("add.i64 tmp1, p0, $1\n" /* wanted in r0, for the division */
          "divu.i64 p0, tmp1, p1\n");
    at_most(1, "tmp1 can be made in r0, where divu wants it; then r2 goes to p0");
    block("ld.i64 tmp1, p0, u64\n"
          "shl.i64 p1, p2, tmp1\n");
    at_most(0, "tmp1 can be made in r1, where shl wants its count");
    block("add.i64 tmp1, p0, p1\n"
          "ld.i64 p2, $0x123456789, u64\n"
          "ld.i64 p1, $0x123456789, u64\n"
          "add.i64 tmp2, p1, p2\n"
          "add.i64 tmp3, p2, p0\n"
          "add.i64 tmp4, tmp1, tmp2\n"
          "add.i64 p0, tmp4, tmp3\n");
    at_most(3, "the constant's register is the cheapest one");
    block("select.i64 p0, m0, m1, m2, p1, eq\n" /* leaves copies in r0 to r2 */
          "add.i64 tmp1, p0, p1\n"
          "add.i64 tmp2, p1, p2\n"
          "select.i64 p2, tmp1, p0, p1, p2, eq\n"
          "divu.i64 p1, tmp2, p0\n");
    at_most(5, "tmp2 is wanted in r0, but that is the dearest one: it holds tmp1");
    seed = 12345;
    for (unsigned round = 0; round < 500; round++) {
        unsigned in_memory;

        begin_block();
        nrecent = 0;
        for (unsigned n = 30; n; n--) {
            random_op();
        }
        end_block();
        moves = count_moves(&in_memory);
        total += moves;
        memory += in_memory;
    }
    expect_true(
        total <= 19500 && memory <= 11800,
        "500 random blocks of 30 ops: %u moves, at most 19500 are allowed; %u of them to or "
        "from memory, at most 11800 are allowed",
        total, memory);
}

/* ---- machine code ---- */

static void start_jit(void)
{
    setup(NULL);
}

/* What the JIT is about to allocate, judged before it runs. */
static void judge_for_jit(void)
{
    static Ir copy;

    ir_liveness(&ir);
    copy = ir;
    ir_group_accesses(&copy);
    judge(&x86.host, &copy);
}

static void test_random_blocks_do_what_the_interpreter_does(void **state)
{
    start_jit();
    for (unsigned round = 0; round < 4000; round++) {
        forget_code();
        rnd_cpus();
        rnd_block(2 + round / 80);
        if (round % 2) {
            ir_optimise(&ir);
        }
        judge_for_jit();
        run_in_both();
    }
}

static jmp_buf fault;

static uint64_t faulting_load(TcgEnv *env, uint64_t addr, MemOp m, uintptr_t ret)
{
    longjmp(fault, 1);
}

/* Loads of unmapped memory at each place of a block: what the handler sees must be what the
 * interpreter's sees. */
static void test_a_fault_finds_every_register_at_home(void **state)
{
    start_jit();
    for (unsigned round = 0; round < 400; round++) {
        unsigned at = round % 20;

        forget_code();
        rnd_cpus();
        begin();
        npool = 0;
        for (unsigned i = 0; i < 20; i++) {
            ir_insn(&ir, 0x1000 + 4 * i, i);
            if (i == at) {
                ir_set(&ir, R(1), ir_ld(&ir, I64, K(RAM_BASE + 0x100000), 0, MO_64 | MO_MMU(1)));
            }
            rnd_pure_op();
        }
        ir_exit_loop(&ir, K(0x2000));
        judge_for_jit();
        tcg_runtime.load = faulting_load;
        if (!setjmp(fault)) {
            jit->exec(&cpu->env, compile(jit));
            fail_msg("the load did not fault");
        }
        if (!setjmp(fault)) {
            interp->exec(&cpu2->env, compile(interp));
        }
        tcg_runtime.load = slow_load;
        for (unsigned i = 0; i < INTS; i++) {
            expect_equal(cpu->reg[i], cpu2->reg[i], "what a fault finds in guest register r%u", i);
        }
    }
}

/* In the order of the exercises. */
const LabTest lab_tests[] = {
    LAB_TEST(test_a_register_costs_what_its_value_needs, 3,
             "ra_cost_of: the list in tcg/regalloc_int.h, from top to bottom"),
    LAB_TEST(test_the_cheapest_register_is_picked, 5,
             "ra_pick: only registers of the mask and of host->scratch count"),
    LAB_TEST(test_a_temporary_that_must_leave_goes_to_a_free_register, 4,
             "ra_vacate: which registers are candidates? what of hold and reg must change?"),
    LAB_TEST(test_without_a_free_register_it_goes_to_a_slot, 4,
             "ra_vacate: the class of the value, and avoid; a slot that is there stays good"),
    LAB_TEST(test_what_is_at_home_is_dropped_and_the_rest_is_written, 4,
             "ra_vacate: who has no other copy? ra_write_home knows what to do"),
    LAB_TEST(test_a_result_for_a_pinned_global_is_computed_in_its_register, 6,
             "result, first case; and settle when the rule did not allow that register"),
    LAB_TEST(test_a_temporary_stays_in_a_register_until_it_dies, 5,
             "result: vacate what you take; settle: note who is there now"),
    LAB_TEST(test_a_global_without_a_register_is_stored_at_once, 5,
             "settle: a move home, and the register holds a copy from then on"),
    LAB_TEST(test_a_value_that_nobody_looks_at_is_not_stored, 4,
             "settle: OPN_UNSEEN, and the mark in ra->unwritten"),
    LAB_TEST(test_operands_and_early_results_do_not_collide, 5,
             "result: rule->early; ra_vacate: avoid the registers of operands"),
    LAB_TEST(test_floating_point_has_registers_of_its_own, 3,
             "class_of: results and moves stay in their class"),
    LAB_TEST(test_registers_and_slots_are_free_again_after_the_last_use, 4,
             "ra_free_dead_slots after each op; OPN_RESULT_DEAD in settle"),
    LAB_TEST(test_what_an_op_overwrites_is_kept_elsewhere, 5,
             "alloc_op: rule->clobbers, and what must be avoided meanwhile"),
    LAB_TEST(test_values_live_on_across_a_call, 5,
             "a call clobbers all scratch registers: what lives on needs a slot before it"),
    LAB_TEST(test_an_old_copy_is_not_taken_for_the_new_value, 4,
             "a global gets a new value: which register still holds the old one?"),
    LAB_TEST(test_nothing_is_known_behind_a_label, 4,
             "regalloc: others come to a label with other things in their registers"),
    LAB_TEST(test_random_blocks_keep_each_value_where_it_is_said_to_be, 5,
             "the block above is the first one that goes wrong: follow the value through it"),
    LAB_TEST(test_random_blocks_do_what_the_interpreter_does, 5,
             "now with the rules of x86-64; the chapter tells how to watch with -d op_ra"),
    LAB_TEST(test_a_fault_finds_every_register_at_home, 3,
             "what must be at home when an op may fault? ir_observes_globals"),
    LAB_TEST(test_a_global_is_changed_in_memory_where_the_rule_allows, 4,
             "result: rule->d.mem, and when it may be used"),
    LAB_TEST(test_few_moves_are_made, 5,
             "result: ra->want, and what it may cost; ra_pick: the cheapest one"),
    LAB_TESTS_END,
};
