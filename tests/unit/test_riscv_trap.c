/* SPDX-License-Identifier: MIT */
/* target/riscv/trap, interrupt and cbo: where traps go, what they save, and the way back. */
#include "unit/riscv.h"

typedef uint64_t ReturnFn(TcgEnv *env);
typedef void PlainFn(TcgEnv *env);
typedef void RaiseFn(TcgEnv *env, uint64_t cause, uint64_t tval);
typedef void FenceFn(TcgEnv *env, uint64_t va, uint64_t asid, uint64_t what);

static RISCVCPU *cpu;
static CPURISCVState *env;

static void use(const char *model)
{
    if (cpu) {
        test_hart_free(cpu);
    }
    cpu = test_hart(model);
    env = &cpu->env;
    env->mtvec = 0x80000100;
    env->stvec = 0x80000200;
    env->tcg.pc = 0x1234;
}

static void raise_(unsigned cause, uint64_t tval)
{
    assert_int_equal(
        test_cause_of(cpu, test_helper(riscv_raise, RaiseFn *)(&env->tcg, cause, tval)), cause);
    riscv_do_exception(&cpu->cpu);
}

static void test_exception_enters_machine_mode(void **state)
{
    use("rv64");
    env->priv = PRV_U;
    env->mstatus |= MSTATUS_MIE;
    env->load_res = 0x1000;
    raise_(RISCV_EXCP_LOAD_PAGE_FAULT, 0xdead);
    assert_int_equal(env->priv, PRV_M);
    assert_true(env->tcg.pc == 0x80000100 && env->mepc == 0x1234);
    assert_true(env->mcause == 13 && env->mtval == 0xdead);
    assert_true((env->mstatus & (MSTATUS_MPIE | MSTATUS_MIE | MSTATUS_MPP)) == MSTATUS_MPIE);
    assert_true(env->load_res == RISCV_NO_RESERVATION);
}

static void test_delegated_exception_enters_supervisor_mode(void **state)
{
    use("rv64");
    env->medeleg = BIT(RISCV_EXCP_U_ECALL) | BIT(RISCV_EXCP_ILLEGAL);
    env->priv = PRV_S;
    env->mstatus |= MSTATUS_SIE;
    raise_(RISCV_EXCP_ILLEGAL, 7);
    assert_int_equal(env->priv, PRV_S);
    assert_true(env->tcg.pc == 0x80000200 && env->sepc == 0x1234);
    assert_true(env->scause == 2 && env->stval == 7);
    assert_true((env->mstatus & (MSTATUS_SPIE | MSTATUS_SIE | MSTATUS_SPP)) ==
                (MSTATUS_SPIE | MSTATUS_SPP));
    assert_true(env->mcause == 0);
    env->priv = PRV_U;
    raise_(RISCV_EXCP_U_ECALL, 0);
    assert_true(env->priv == PRV_S && !(env->mstatus & MSTATUS_SPP));
}

static void test_handler_that_faults_itself_is_noticed(void **state)
{
    use("rv64");
    env->priv = PRV_S;
    env->tcg.pc = env->mtvec;
    raise_(RISCV_EXCP_ILLEGAL, 0); /* from below: nothing is wrong yet */
    assert_true(env->stuck_pc == RISCV_NO_RESERVATION);
    raise_(RISCV_EXCP_ILLEGAL, 0);
    assert_true(env->stuck_pc == env->mtvec);
    env->tcg.pc += 4;
    raise_(RISCV_EXCP_LOAD_PAGE_FAULT, 0); /* nothing is saved yet, here either */
    assert_true(env->stuck_pc == env->mtvec + 4);
    env->tcg.pc += 0x400;
    raise_(RISCV_EXCP_LOAD_PAGE_FAULT, 0); /* a handler that is prepared for it, for all we know */
    assert_true(env->stuck_pc == env->mtvec + 4);
}

/* The same exception @n times; the handler returns to @pc each time. */
static void trap_and_return(unsigned n, uint64_t tval, uint64_t step, uint64_t pc)
{
    for (unsigned i = 0; i < n; i++) {
        env->tcg.pc = 0x1234;
        raise_(RISCV_EXCP_STORE_PAGE_FAULT, tval + i * step);
        env->mepc = pc;
        test_helper(riscv_mret, ReturnFn *)(&env->tcg);
    }
}

static void test_only_an_instruction_that_nothing_gets_past_is_a_trap_loop(void **state)
{
    use("rv64");
    env->priv = PRV_M;
    trap_and_return(2000, 0x5000, 0, 0x1238); /* emulated by the handler */
    assert_int_equal(env->last_trap.times, 0);
    trap_and_return(2000, 0x5000, 0x1000, 0x1234); /* new pages, in a loop */
    assert_int_equal(env->last_trap.times, 1);
    trap_and_return(2000, 0x5000, 0, 0x1234);
    assert_int_equal(env->last_trap.times, 1001); /* reported at 1000; counts no further */
    trap_and_return(1, 0x5000, 0, 0x1238);
    assert_int_equal(env->last_trap.times, 0);
    for (unsigned i = 0; i < 2000; i++) { /* a handler whose stack grows into nowhere */
        env->tcg.pc = 0x1234;
        raise_(RISCV_EXCP_STORE_PAGE_FAULT, 0x9000 - 8 * i);
    }
    assert_int_equal(env->last_trap.times, 1001);
}

static void test_machine_mode_never_delegates(void **state)
{
    use("rv64");
    env->medeleg = ~0ULL;
    raise_(RISCV_EXCP_ILLEGAL, 0);
    assert_int_equal(env->priv, PRV_M);
    assert_true(env->mcause == 2 && env->scause == 0);
    assert_true((env->mstatus & MSTATUS_MPP) == MSTATUS_MPP);
}

static void test_interrupt_is_top_bit_of_cause_and_vectored(void **state)
{
    use("rv64");
    env->mtvec |= 1;
    env->mie = MIP_MTIP;
    env->mstatus |= MSTATUS_MIE;
    irq_set(device_irq_input(&cpu->dev, IRQ_MTI), 1);
    assert_true(cpu->cpu.interrupt_request & CPU_INTERRUPT_HARD);
    assert_true(riscv_do_interrupt(&cpu->cpu));
    assert_true(env->mcause == (BIT(63) | IRQ_MTI) && env->mtval == 0);
    assert_true(env->tcg.pc == 0x80000100 + 4 * IRQ_MTI);
    raise_(RISCV_EXCP_BREAKPOINT, 0); /* an exception is not vectored */
    assert_true(env->tcg.pc == 0x80000100);
    use("rv32");
    env->mie = MIP_MEIP;
    env->mstatus |= MSTATUS_MIE;
    irq_set(device_irq_input(&cpu->dev, IRQ_MEI), 1);
    assert_true(riscv_do_interrupt(&cpu->cpu));
    assert_true(env->mcause == (BIT(31) | IRQ_MEI));
}

static void test_priorities(void **state)
{
    static const uint8_t order[] = {IRQ_MEI, IRQ_MSI, IRQ_MTI, IRQ_SEI, IRQ_SSI, IRQ_STI};
    uint64_t mip = MIP_S | MIP_M;

    use("rv64");
    env->priv = PRV_U;
    env->mie = MIP_S | MIP_M;
    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        env->mip = mip;
        assert_int_equal(riscv_pending_interrupt(env), order[i]);
        mip &= ~BIT(order[i]);
    }
    env->mip = 0;
    assert_int_equal(riscv_pending_interrupt(env), -1);
}

static void test_who_is_interrupted_by_what(void **state)
{
    use("rv64");
    env->mie = MIP_S | MIP_M;
    env->mideleg = MIP_S;
    env->mip = MIP_SEIP | MIP_MTIP;
    assert_int_equal(riscv_pending_interrupt(env), -1); /* M, MIE off */
    env->mstatus |= MSTATUS_MIE | MSTATUS_SIE;
    assert_int_equal(riscv_pending_interrupt(env), IRQ_MTI);
    env->mip = MIP_SEIP;
    assert_int_equal(riscv_pending_interrupt(env), -1); /* S's do not reach M */
    env->priv = PRV_S;
    assert_int_equal(riscv_pending_interrupt(env), IRQ_SEI);
    env->mstatus &= ~(MSTATUS_SIE | MSTATUS_MIE);
    assert_int_equal(riscv_pending_interrupt(env), -1);
    env->mip |= MIP_MSIP;
    assert_int_equal(riscv_pending_interrupt(env), IRQ_MSI); /* M's always reach below */
    env->mip = MIP_SSIP;
    env->priv = PRV_U;
    assert_int_equal(riscv_pending_interrupt(env), IRQ_SSI);
}

static void test_delegated_interrupt_enters_supervisor_mode(void **state)
{
    use("rv64");
    env->priv = PRV_U;
    env->mideleg = MIP_S;
    env->mie = MIP_SEIP;
    irq_set(device_irq_input(&cpu->dev, IRQ_SEI), 1);
    assert_true(riscv_do_interrupt(&cpu->cpu));
    assert_true(env->priv == PRV_S && env->scause == (BIT(63) | IRQ_SEI));
    assert_false(riscv_do_interrupt(&cpu->cpu)); /* SIE is off now */
}

static void test_mret_pops(void **state)
{
    use("rv64");
    env->mepc = 0x4001;
    env->mstatus |= MSTATUS_MPIE | MSTATUS_MPRV | 1ULL << 11;
    assert_true(test_helper(riscv_mret, ReturnFn *)(&env->tcg) == 0x4000);
    assert_int_equal(env->priv, PRV_S);
    assert_true((env->mstatus & (MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPRV)) ==
                (MSTATUS_MIE | MSTATUS_MPIE));
    assert_int_equal(test_cause_of(cpu, test_helper(riscv_mret, ReturnFn *)(&env->tcg)),
                     RISCV_EXCP_ILLEGAL);
    use("rv64");
    env->mstatus |= MSTATUS_MPP | MSTATUS_MPRV;
    test_helper(riscv_mret, ReturnFn *)(&env->tcg);
    assert_true(env->priv == PRV_M && (env->mstatus & MSTATUS_MPRV));
    assert_false(env->mstatus & (MSTATUS_MIE | MSTATUS_MPP));
}

static void test_sret_pops(void **state)
{
    ReturnFn *sret = test_helper(riscv_sret, ReturnFn *);

    use("rv64");
    env->priv = PRV_S;
    env->sepc = 0x5000;
    env->mstatus |= MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_MPRV;
    assert_true(sret(&env->tcg) == 0x5000);
    assert_int_equal(env->priv, PRV_S);
    assert_true(env->mstatus & MSTATUS_SIE);
    assert_false(env->mstatus & (MSTATUS_SPP | MSTATUS_MPRV));
    sret(&env->tcg);
    assert_int_equal(env->priv, PRV_U);
    assert_int_equal(test_cause_of(cpu, sret(&env->tcg)), RISCV_EXCP_ILLEGAL);
    env->priv = PRV_S;
    env->mstatus |= MSTATUS_TSR;
    assert_int_equal(test_cause_of(cpu, sret(&env->tcg)), RISCV_EXCP_ILLEGAL);
    env->priv = PRV_M;
    assert_int_equal(test_cause_of(cpu, sret(&env->tcg)), EXCP_NONE);
}

static void test_wfi_halts_unless_something_is_pending_and_then_yields(void **state)
{
    PlainFn *wfi = test_helper(riscv_wfi, PlainFn *);

    use("rv64");
    wfi(&env->tcg);
    assert_true(cpu->cpu.interrupt_request & CPU_INTERRUPT_HALT);
    assert_int_equal(test_yields, 0);
    cpu_reset_interrupt(&cpu->cpu, CPU_INTERRUPT_HALT);
    env->mie = MIP_MTIP; /* MIE is off: it wakes all the same */
    irq_set(device_irq_input(&cpu->dev, IRQ_MTI), 1);
    wfi(&env->tcg);
    assert_false(cpu->cpu.interrupt_request & CPU_INTERRUPT_HALT);
    assert_int_equal(test_yields, 1);
    env->priv = PRV_S;
    env->mstatus |= MSTATUS_TW;
    assert_int_equal(test_cause_of(cpu, wfi(&env->tcg)), RISCV_EXCP_ILLEGAL);
    env->mstatus &= ~MSTATUS_TW;
    env->priv = PRV_U;
    assert_int_equal(test_cause_of(cpu, wfi(&env->tcg)), RISCV_EXCP_ILLEGAL);
}

static void test_fences_need_privilege(void **state)
{
    FenceFn *sfence = test_helper(riscv_sfence_vma, FenceFn *);
    PlainFn *inval = test_helper(riscv_svinval_fence, PlainFn *);

    use("max");
    env->priv = PRV_S;
    env->mstatus |= MSTATUS_TVM;
    assert_int_equal(test_cause_of(cpu, sfence(&env->tcg, 0, 0, 0)), RISCV_EXCP_ILLEGAL);
    assert_int_equal(test_cause_of(cpu, inval(&env->tcg)), EXCP_NONE);
    env->mstatus &= ~MSTATUS_TVM;
    assert_int_equal(test_cause_of(cpu, sfence(&env->tcg, 0, 0, 0)), EXCP_NONE);
    env->priv = PRV_U;
    assert_int_equal(test_cause_of(cpu, sfence(&env->tcg, 0, 0, 0)), RISCV_EXCP_ILLEGAL);
    assert_int_equal(test_cause_of(cpu, inval(&env->tcg)), RISCV_EXCP_ILLEGAL);
}

static void test_cache_block_operations_ask_both_configurations(void **state)
{
    RaiseFn *cbo = test_helper(riscv_cbo, RaiseFn *); /* the same signature: va, operation */
    uint8_t block[128];

    use("max");
    riscv_pmp_set_addr(env, 0, ~0ULL);
    riscv_pmp_set_cfg(env, 0, 0x1f);
    env->priv = PRV_S;
    assert_int_equal(test_cause_of(cpu, cbo(&env->tcg, TEST_RAM, 4)), RISCV_EXCP_ILLEGAL);
    env->menvcfg = 0xf0;
    address_space_set(&address_space_memory, TEST_RAM, 0xaa, 128);
    assert_int_equal(test_cause_of(cpu, cbo(&env->tcg, TEST_RAM + 5, 4)), EXCP_NONE);
    address_space_read(&address_space_memory, TEST_RAM, block, 128);
    assert_true(block[0] == 0 && block[63] == 0 && block[64] == 0xaa);
    env->priv = PRV_U;
    assert_int_equal(test_cause_of(cpu, cbo(&env->tcg, TEST_RAM, 1)), RISCV_EXCP_ILLEGAL);
    env->senvcfg = ENVCFG_CBCFE;
    assert_int_equal(test_cause_of(cpu, cbo(&env->tcg, TEST_RAM, 1)), EXCP_NONE);
    assert_int_equal(test_cause_of(cpu, cbo(&env->tcg, TEST_RAM, 0)), RISCV_EXCP_ILLEGAL);
    env->satp = 8ULL << 60; /* the table at 0 is nowhere */
    assert_int_equal(test_cause_of(cpu, cbo(&env->tcg, 0x1000, 2)), RISCV_EXCP_STORE_ACCESS);
}

static void test_zeroing_goes_straight_to_ram_where_stores_do(void **state)
{
    RaiseFn *cbo = test_helper(riscv_cbo, RaiseFn *);
    uint64_t va = 0x7000;
    TlbEntry *e;
    uint8_t page[4096];

    use("max");
    e = &env->tcg.tlb[MMU_M][tlb_index(va)];
    *e = (TlbEntry){TLB_NO_MATCH, va, (uintptr_t)page - va, 0};
    memset(page, 0xaa, sizeof(page));
    cbo(&env->tcg, va + 0xff, 4);
    assert_true(page[0xbf] == 0xaa && page[0xc0] == 0 && page[0xff] == 0 && page[0x100] == 0xaa);
}

static void test_describe_in_words(void **state)
{
    Str s = {0};

    use("rv64");
    env->priv = PRV_U;
    raise_(RISCV_EXCP_LOAD_PAGE_FAULT, 0x10);
    riscv_describe(&cpu->cpu, &s);
    assert_string_equal(s.s,
                        "M mode, pc 0x80000100; last trap: load page fault at 0x1234, tval 0x10");
    assert_string_equal(riscv_cause_name(true, IRQ_SSI), "supervisor software interrupt");
    assert_string_equal(riscv_cause_name(false, 10), "reserved exception");
    assert_string_equal(riscv_cause_name(true, 63), "reserved interrupt");
    str_free(&s);
}

static int finish(void **state)
{
    test_hart_free(cpu);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exception_enters_machine_mode),
        cmocka_unit_test(test_delegated_exception_enters_supervisor_mode),
        cmocka_unit_test(test_handler_that_faults_itself_is_noticed),
        cmocka_unit_test(test_only_an_instruction_that_nothing_gets_past_is_a_trap_loop),
        cmocka_unit_test(test_machine_mode_never_delegates),
        cmocka_unit_test(test_interrupt_is_top_bit_of_cause_and_vectored),
        cmocka_unit_test(test_priorities),
        cmocka_unit_test(test_who_is_interrupted_by_what),
        cmocka_unit_test(test_delegated_interrupt_enters_supervisor_mode),
        cmocka_unit_test(test_mret_pops),
        cmocka_unit_test(test_sret_pops),
        cmocka_unit_test(test_wfi_halts_unless_something_is_pending_and_then_yields),
        cmocka_unit_test(test_fences_need_privilege),
        cmocka_unit_test(test_cache_block_operations_ask_both_configurations),
        cmocka_unit_test(test_zeroing_goes_straight_to_ram_where_stores_do),
        cmocka_unit_test(test_describe_in_words),
    };

    return cmocka_run_group_tests(tests, test_setup, finish);
}
