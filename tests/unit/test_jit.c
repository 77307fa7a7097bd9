/* SPDX-License-Identifier: MIT */
/* The JIT against the meaning of the ops: each op in each way that registers can fall; leaving and
 * linking blocks; and the state that a fault finds. */
#include "unit/jit_harness.h"

/* ---- each op ---- */

/* Registers to try: two pinned, two not.  A temporary is a copy of a register; a constant is one.
 */
typedef enum Kind { PINNED, PINNED2, UNPINNED, UNPINNED2, TEMP, CONST, KINDS } Kind;

static IrType input_type(const IrOp *op, unsigned i)
{
    bool float_op = ir_is_float(op->type);

    switch (op->opc) {
    case IR_i32_2f:
    case IR_u32_2f:
    case IR_i64_2f:
    case IR_u64_2f:
    case IR_bits2f:
        return I64;
    case IR_funbox:
        return F64;
    default:
        return float_op ? op->type : I64;
    }
}

static Val operand(Kind kind, bool is_float, uint64_t value)
{
    static const unsigned regs[] = {1, 2, 13, 14}, float_regs[] = {1, 2, 15, 16};
    Val v, t;

    switch (kind) {
    case CONST:
        return K(value);
    case TEMP:
        t = ir_temp(&ir, is_float ? F64 : I64);
        ir_set(&ir, t, is_float ? F(9) : R(9));
        cpu->reg[is_float ? INTS + 9 : 9] = value;
        return t;
    default:
        v = is_float ? F(float_regs[kind]) : R(regs[kind]);
        cpu->reg[v.n - 1] = value;
        return v;
    }
}

static bool result_is_float(const IrOp *op)
{
    switch (op->opc) {
    case IR_feq:
    case IR_flt:
    case IR_fle:
    case IR_fclass:
    case IR_f2i32:
    case IR_f2u32:
    case IR_f2i64:
    case IR_f2u64:
    case IR_f2bits:
        return false;
    default:
        return ir_is_float(op->type);
    }
}

static Val destination(Kind kind, bool is_float)
{
    static const unsigned regs[] = {1, 2, 13, 14}, float_regs[] = {1, 2, 15, 16};

    if (kind <= UNPINNED2) {
        return is_float ? F(float_regs[kind]) : R(regs[kind]);
    }
    return ir_temp(&ir, is_float ? F64 : I64);
}

/* One op with its operands of the given kinds; the result is read back through r0 or f0. */
static void try_op(IrOpcode opc, IrType type, unsigned rm, const Kind *kinds, Kind d_kind,
                   const uint64_t *value)
{
    const IrOpInfo *info = &ir_op_info[opc];
    IrOp op = {.opc = opc, .type = type};
    uint64_t v[3] = {value[0], value[1], value[2]}, got, want;
    Val in[3] = {VAL_NONE, VAL_NONE, VAL_NONE}, d;
    FpStatus s;
    bool to_float = result_is_float(&op);

    forget_code();
    reset_cpu(cpu);
    begin();
    for (unsigned i = 0; i < info->inputs; i++) {
        in[i] = operand(kinds[i], ir_is_float(input_type(&op, i)), v[i]);
    }
    /* Two operands can be one register: the later value counts. */
    for (unsigned i = 0; i < info->inputs; i++) {
        for (unsigned k = i + 1; k < info->inputs; k++) {
            v[i] = in[i].n == in[k].n || (kinds[i] == TEMP && kinds[k] == TEMP) ? v[k] : v[i];
        }
    }
    for (unsigned i = info->inputs; i-- > 0;) {
        for (unsigned k = i + 1; k < info->inputs; k++) {
            if (kinds[i] == TEMP && kinds[k] == TEMP &&
                ir_is_float(input_type(&op, i)) == ir_is_float(input_type(&op, k))) {
                v[i] = v[k];
            }
        }
    }
    d = destination(d_kind, to_float);
    ir_emit(&ir, opc, type, d, in[0], in[1], in[2], rm, 0);
    ir_set(&ir, to_float ? F(0) : R(0), d);
    cpu->env.fp.rm = rnd() % 4;
    s = (FpStatus){.rm = rm == FP_DYN ? cpu->env.fp.rm : rm};
    run();
    want = info->eval[type](v[0], v[1], v[2], &s);
    got = cpu->reg[to_float ? INTS : 0];
    if (to_float && type == F32 && opc != IR_fbox && opc != IR_f2f) {
        got = (uint32_t)got; /* the upper half of an f32 is nobody's */
    }
    if (opc == IR_f2f && type == F64) {
        got = (uint32_t)got;
    }
    if (got != want || (ir_is_float(type) && cpu->env.fp.flags != s.flags)) {
        printf("a %#" PRIx64 " b %#" PRIx64 " c %#" PRIx64 " rm %u flags %x want %x\n", v[0], v[1],
               v[2], s.rm, cpu->env.fp.flags, s.flags);
        dump_and_fail(info->name, got, want);
    }
}

static void try_all_kinds(IrOpcode opc, IrType type, unsigned rm, unsigned rounds)
{
    const IrOpInfo *info = &ir_op_info[opc];
    IrOp op = {.opc = opc, .type = type};

    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned k = 0; k < KINDS * KINDS * KINDS; k++) {
            Kind kinds[3] = {k % KINDS, k / KINDS % KINDS, k / KINDS / KINDS};
            uint64_t v[3];

            if ((info->inputs < 3 && kinds[2]) || (info->inputs < 2 && kinds[1])) {
                continue;
            }
            for (unsigned i = 0; i < 3; i++) {
                IrType t = input_type(&op, i);

                v[i] = ir_is_float(t) ? rnd_float(opc == IR_funbox ? F64 : t) : rnd_int();
                if (opc == IR_funbox && type == F32 && rnd() % 2) {
                    v[i] |= 0xffffffff00000000u;
                }
            }
            try_op(opc, type, rm, kinds, rnd() % (TEMP + 1), v);
        }
    }
}

static void test_each_integer_op_computes_what_its_row_says(void **state)
{
    for (IrOpcode opc = 0; opc < IR_OPCODES; opc++) {
        if ((ir_op_info[opc].flags & OPF_PURE) && ir_op_info[opc].eval[I64]) {
            try_all_kinds(opc, I32, 0, 30);
            try_all_kinds(opc, I64, 0, 30);
        }
    }
}

static void test_each_float_op_computes_what_its_row_says(void **state)
{
    for (IrOpcode opc = 0; opc < IR_OPCODES; opc++) {
        if (ir_op_info[opc].eval[F64]) {
            for (IrType t = F32; t <= F64; t++) {
                try_all_kinds(opc, t, FP_DYN, 60);
                try_all_kinds(opc, t, rnd() % 5, 5);
                try_all_kinds(opc, t, FP_RTZ, 30);
            }
        }
    }
}

/* One block, and what it makes of @count inputs. */
static void try_inputs(IrOpcode opc, IrType type, unsigned rm, unsigned count)
{
    const IrOpInfo *info = &ir_op_info[opc];
    IrOp op = {.opc = opc, .type = type};
    bool to_float = result_is_float(&op);
    bool upper_is_nobodys = (opc == IR_f2f && type == F64) ||
                            (to_float && type == F32 && opc != IR_fbox && opc != IR_f2f);
    Val in[3] = {VAL_NONE, VAL_NONE, VAL_NONE}, d;
    TcgCode *code;

    forget_code();
    reset_cpu(cpu);
    begin();
    for (unsigned i = 0; i < info->inputs; i++) {
        in[i] = ir_is_float(input_type(&op, i)) ? F(1 + i) : R(1 + i);
    }
    d = ir_temp(&ir, to_float ? F64 : I64);
    ir_emit(&ir, opc, type, d, in[0], in[1], in[2], rm, 0);
    ir_set(&ir, to_float ? F(0) : R(0), d);
    ir_exit_loop(&ir, K(0x2000));
    code = compile(jit);
    cpu->env.fp.rm = rnd() % 4;
    for (unsigned n = 0; n < count; n++) {
        FpStatus s = {.rm = rm == FP_DYN ? cpu->env.fp.rm : rm};
        uint64_t v[3], got, want;

        for (unsigned i = 0; i < 3; i++) {
            IrType t = input_type(&op, i);

            v[i] = ir_is_float(t) ? rnd_float(opc == IR_funbox ? F64 : t) : rnd_int();
            cpu->reg[ir_is_float(t) ? INTS + 1 + i : 1 + i] = v[i];
        }
        cpu->env.fp.flags = 0;
        jit->exec(&cpu->env, code);
        want = info->eval[type](v[0], v[1], v[2], &s);
        got = cpu->reg[to_float ? INTS : 0];
        got = upper_is_nobodys ? (uint32_t)got : got;
        if (got != want || (ir_is_float(type) && cpu->env.fp.flags != s.flags)) {
            printf("a %#" PRIx64 " b %#" PRIx64 " c %#" PRIx64 "\n", v[0], v[1], v[2]);
            dump_and_fail(info->name, got, want);
        }
    }
}

/* JIT_INPUTS=1000000 is the real thing. */
static void test_many_inputs_of_each_op(void **state)
{
    const char *asked = getenv("JIT_INPUTS");
    unsigned count = asked ? strtoul(asked, NULL, 0) : 20000;

    for (IrOpcode opc = 0; opc < IR_OPCODES; opc++) {
        for (IrType t = I32; t <= F64; t++) {
            if (ir_op_info[opc].eval[t] &&
                (ir_is_float(t) || (ir_op_info[opc].flags & OPF_PURE))) {
                try_inputs(opc, t, ir_is_float(t) ? FP_DYN : 0, count);
            }
        }
    }
}

/* ---- leaving and linking ---- */

static TcgCode *block_to(uint64_t target, bool check)
{
    begin();
    ir_set(&ir, R(1), ir_addi(&ir, R(1), 1));
    ir_exit_tb(&ir, target, check);
    return compile(jit);
}

static void test_an_exit_can_be_linked_and_unlinked(void **state)
{
    TcgCode *a, *b;

    forget_code();
    reset_cpu(cpu);
    a = block_to(0x2000, false);
    b = block_to(0x3000, false);
    cpu->reg[1] = 0;
    assert_int_equal(jit->exec(&cpu->env, a), (uintptr_t)a | 0);
    assert_int_equal(cpu->env.pc, 0x2000);
    jit->link(a, 0, b);
    assert_int_equal(jit->exec(&cpu->env, a), (uintptr_t)b | 0);
    assert_int_equal(cpu->env.pc, 0x3000);
    assert_int_equal(cpu->reg[1], 3);
    jit->link(a, 0, NULL);
    assert_int_equal(jit->exec(&cpu->env, a), (uintptr_t)a | 0);
    assert_int_equal(cpu->reg[1], 4);
}

static void test_a_loop_ends_when_an_exit_is_requested(void **state)
{
    TcgCode *a;

    forget_code();
    reset_cpu(cpu);
    a = block_to(0x1000, true);
    jit->link(a, 0, a);
    cpu->env.exit_request = 1;
    cpu->reg[1] = 0;
    assert_int_equal(jit->exec(&cpu->env, a), 0);
    assert_int_equal(cpu->env.exit_kind, TCG_EXIT_REQUEST);
    assert_int_equal(cpu->env.pc, 0x1000);
    assert_int_equal(cpu->reg[1], 1);
}

static void check_jump_cache(Val (*target)(uint64_t pc))
{
    TcgCode *a, *b;
    uint64_t pc = 0xffffffff80123456;
    JumpEntry *e = &cpu->jumps[jump_index(pc)];

    forget_code();
    reset_cpu(cpu);
    b = block_to(0x3000, false);
    begin();
    ir_exit_pc(&ir, target(pc));
    a = compile(jit);
    assert_int_equal(jit->exec(&cpu->env, a), 0);
    assert_int_equal(cpu->env.exit_kind, TCG_EXIT_LOOKUP);
    assert_int_equal(cpu->env.pc, pc);
    *e = (JumpEntry){pc, jit->jump_entry(b)};
    assert_int_equal(jit->exec(&cpu->env, a), (uintptr_t)b);
    cpu->env.exit_request = 1;
    assert_int_equal(jit->exec(&cpu->env, a), 0);
    assert_int_equal(cpu->env.exit_kind, TCG_EXIT_REQUEST);
    assert_int_equal(cpu->env.pc, pc);
}

static Val target_in_register(uint64_t pc)
{
    cpu->reg[2] = pc;
    return R(2);
}

static void test_an_indirect_jump_finds_its_block_in_the_jump_cache(void **state)
{
    check_jump_cache(target_in_register);
    check_jump_cache(K); /* a jump to another page */
}

static void test_a_block_that_the_budget_does_not_cover_is_not_begun(void **state)
{
    TcgCode *a;

    forget_code();
    reset_cpu(cpu);
    ir_reset(&ir, globals, GLOBALS);
    ir_emit(&ir, IR_icount, I64, VAL_NONE, VAL_NONE, VAL_NONE, VAL_NONE, 0, 5);
    ir_insn(&ir, 0x1000, 0);
    ir_exit_loop(&ir, K(0x2000));
    a = compile(jit);
    cpu->env.icount_budget = 7;
    jit->exec(&cpu->env, a);
    assert_int_equal(cpu->env.exit_kind, TCG_EXIT_LOOP);
    assert_int_equal(cpu->env.icount_budget, 2);
    jit->exec(&cpu->env, a);
    assert_int_equal(cpu->env.exit_kind, TCG_EXIT_ICOUNT);
    assert_int_equal(cpu->env.icount_budget, 2);
    assert_int_equal(cpu->env.pc, 0x1000);
}

/* ---- loops ---- */

/* A block that sums up bytes, from r1 to r2, into r3. */
static TcgCode *summing_loop(void)
{
    TcgCode *a;

    forget_code();
    reset_cpu(cpu);
    begin();
    ir_set(&ir, R(3), ir_add(&ir, R(3), ir_ld(&ir, I64, R(1), 0, MO_8 | MO_MMU(1))));
    ir_emit(&ir, IR_add, I64, R(1), R(1), ir_const(&ir, 1), VAL_NONE, 0, 0);
    ir_brcond(&ir, IR_EQ, R(1), R(2), ir_new_label(&ir));
    ir_exit_tb(&ir, 0x1000, true);
    ir_label(&ir, 0);
    ir_exit_tb(&ir, 0x2000, false);
    a = compile(jit);
    jit->link(a, 0, a);
    return a;
}

static void test_a_loop_over_several_pages_reads_each_from_its_own_place(void **state)
{
    TcgCode *a = summing_loop();
    uint64_t sum = 0;

    for (unsigned i = 0; i < RAM_SIZE; i++) {
        cpu->ram[i] = rnd();
        sum += i >= 100 ? cpu->ram[i] : 0;
    }
    map_page(cpu, 0, true);
    map_page(cpu, 1, false);
    map_page(cpu, 3, true); /* and not page 2 */
    cpu->reg[1] = RAM_BASE + 100;
    cpu->reg[2] = RAM_BASE + RAM_SIZE;
    cpu->reg[3] = 0;
    assert_int_equal(jit->exec(&cpu->env, a), (uintptr_t)a | 1);
    assert_int_equal(cpu->reg[3], sum);
    assert_int_equal(cpu->slow_accesses, TCG_PAGE_SIZE);
}

/* ---- the window ---- */

static void test_memory_in_one_piece_is_read_without_the_tlb(void **state)
{
    MemOp m = MO_MMU(1) | MO_LINEAR;

    forget_code();
    reset_cpu(cpu);
    map_window(cpu, 1, 2);
    begin();
    ir_set(&ir, R(3), ir_ld(&ir, I64, R(1), 8, MO_64 | m));
    ir_set(&ir, R(4), ir_ld(&ir, I64, R(2), 0, MO_16 | m)); /* before it begins */
    ir_set(&ir, R(5), ir_ld(&ir, I64, R(6), 0, MO_8 | m));  /* a group of two */
    ir_set(&ir, R(7), ir_ld(&ir, I64, R(6), 4, MO_32 | m));
    ir_exit_loop(&ir, R(0));
    for (unsigned i = 0; i < RAM_SIZE; i++) {
        cpu->ram[i] = i * 7;
    }
    cpu->reg[1] = RAM_BASE + 2 * TCG_PAGE_SIZE - 12; /* misaligned, and across its pages */
    cpu->reg[2] = RAM_BASE + TCG_PAGE_SIZE - 2;
    cpu->reg[6] = RAM_BASE + TCG_PAGE_SIZE;
    jit->exec(&cpu->env, compile(jit));
    assert_memory_equal(&cpu->reg[3], &cpu->ram[2 * TCG_PAGE_SIZE - 4], 8);
    assert_memory_equal(&cpu->reg[4], &cpu->ram[TCG_PAGE_SIZE - 2], 2);
    assert_int_equal(cpu->reg[5], cpu->ram[TCG_PAGE_SIZE]);
    assert_memory_equal(&cpu->reg[7], &cpu->ram[TCG_PAGE_SIZE + 4], 4);
    assert_int_equal(cpu->slow_accesses, 1);
}

/* ---- exactness ---- */

static const TcgCode *running;
static jmp_buf fault;
static uint64_t fault_pc;
static uint64_t seen_r1;

static uint64_t faulting_load(TcgEnv *env, uint64_t addr, MemOp m, uintptr_t ra)
{
    const TcgMark *mark = tcg_find_mark(running, ra - 1 - (uintptr_t)running->entry);

    fault_pc = running->pc + mark->pc;
    seen_r1 = cpu_of(env)->reg[1];
    longjmp(fault, 1);
}

static void test_a_fault_finds_the_pc_and_the_registers_of_its_instruction(void **state)
{
    for (unsigned which = 0; which < 8; which++) {
        forget_code();
        reset_cpu(cpu);
        cpu->reg[1] = 100;
        for (unsigned i = 0; i < 8; i++) {
            cpu->reg[8 + i] = RAM_BASE + 8 * i;
        }
        map_page(cpu, 0, true);
        cpu->reg[8 + which] = RAM_BASE + 0x100000;
        ir_reset(&ir, globals, GLOBALS);
        for (unsigned i = 0; i < 8; i++) {
            ir_insn(&ir, 0x1000 + 4 * i, i);
            ir_set(&ir, R(1), ir_addi(&ir, R(1), 1));
            ir_set(&ir, R(2), ir_ld(&ir, I64, R(8 + i), 0, MO_64 | MO_MMU(1)));
        }
        ir_exit_loop(&ir, K(0x2000));
        running = compile(jit);
        tcg_runtime.load = faulting_load;
        if (!setjmp(fault)) {
            jit->exec(&cpu->env, running);
            fail_msg("no fault");
        }
        tcg_runtime.load = slow_load;
        assert_int_equal(fault_pc, 0x1000 + 4 * which);
        assert_int_equal(seen_r1, 101 + which);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_exit_can_be_linked_and_unlinked),
        cmocka_unit_test(test_a_loop_ends_when_an_exit_is_requested),
        cmocka_unit_test(test_an_indirect_jump_finds_its_block_in_the_jump_cache),
        cmocka_unit_test(test_a_block_that_the_budget_does_not_cover_is_not_begun),
        cmocka_unit_test(test_a_loop_over_several_pages_reads_each_from_its_own_place),
        cmocka_unit_test(test_memory_in_one_piece_is_read_without_the_tlb),
        cmocka_unit_test(test_each_integer_op_computes_what_its_row_says),
        cmocka_unit_test(test_a_fault_finds_the_pc_and_the_registers_of_its_instruction),
        cmocka_unit_test(test_each_float_op_computes_what_its_row_says),
        cmocka_unit_test(test_many_inputs_of_each_op),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
