/* SPDX-License-Identifier: MIT */
/* target/riscv/csr*: which CSRs there are, who may access them, what can be written. */
#include "unit/riscv.h"

typedef uint64_t ReadFn(TcgEnv *env, uint64_t csr);
typedef void WriteFn(TcgEnv *env, uint64_t csr, uint64_t value);
typedef uint64_t SwapFn(TcgEnv *env, uint64_t csr, uint64_t value, uint64_t mask);

static RISCVCPU *cpu;

static uint64_t get(unsigned csr)
{
    volatile uint64_t v = 0;

    if (test_cause_of(cpu, v = test_helper(riscv_csr_read, ReadFn *)(&cpu->env.tcg, csr)) >= 0) {
        fail_msg("reading %#x is illegal", csr);
    }
    return v;
}

static void set(unsigned csr, uint64_t v)
{
    if (test_cause_of(cpu, test_helper(riscv_csr_write, WriteFn *)(&cpu->env.tcg, csr, v)) >= 0) {
        fail_msg("writing %#x is illegal", csr);
    }
}

static uint64_t change(unsigned csr, uint64_t v, uint64_t mask)
{
    return test_helper(riscv_csr_swap, SwapFn *)(&cpu->env.tcg, csr, v, mask);
}

static bool can(unsigned csr, bool write)
{
    return riscv_csr_accessible(&cpu->env, csr, write);
}

static void use(const char *model)
{
    if (cpu) {
        test_hart_free(cpu);
    }
    cpu = test_hart(model);
}

static int teardown(void **state)
{
    if (cpu) {
        test_hart_free(cpu);
        cpu = NULL;
    }
    return 0;
}

static void expect_writes(unsigned csr, uint64_t ones, uint64_t zeros)
{
    uint64_t before = get(csr);

    set(csr, ~0ULL);
    if (get(csr) != ones) {
        fail_msg("%#x: all ones give %#" PRIx64 ", not %#" PRIx64, csr, get(csr), ones);
    }
    set(csr, 0);
    if (get(csr) != zeros) {
        fail_msg("%#x: zero gives %#" PRIx64 ", not %#" PRIx64, csr, get(csr), zeros);
    }
    set(csr, before);
}

static void test_only_legal_values_stay_rv64(void **state)
{
    use("rv64");
    expect_writes(0x300, 0x8000000a007e7faa, 0xa00000000);
    expect_writes(0x100, 0x80000002000c6722, 0x200000000);
    expect_writes(0x301, 0x800000000014112d, 0x800000000014112d);
    expect_writes(0x302, 0xb3ff, 0);
    expect_writes(0x303, 0x222, 0);
    expect_writes(0x304, 0xaaa, 0);
    expect_writes(0x305, 0, 0); /* mode 3 is reserved */
    expect_writes(0x306, 0xffffffff, 0);
    expect_writes(0x30a, BIT(63) | 1, 0);
    expect_writes(0x320, 0xfffffffd, 0);
    expect_writes(0x340, ~0ULL, 0);
    expect_writes(0x341, ~1ULL, 0);
    expect_writes(0x342, ~0ULL, 0);
    expect_writes(0x343, ~0ULL, 0);
    expect_writes(0x344, 0x222, 0);
    expect_writes(0x180, 0, 0); /* mode 15 is reserved: nothing changes */
    set(0x300, MSTATUS_FS);
    expect_writes(0x003, 0xff, 0);
    expect_writes(0x3b0, BIT(54) - 1, 0);
    expect_writes(0xb03, 0, 0);
    expect_writes(0x323, 0, 0);
    expect_writes(0x7a0, 0, 0);
    assert_int_equal(get(0x7a4), 1);
}

static void test_only_legal_values_stay_rv32(void **state)
{
    use("rv32");
    expect_writes(0x300, 0x807e7faa, 0);
    expect_writes(0x310, 0, 0);
    expect_writes(0x301, 0x4014112d, 0x4014112d);
    expect_writes(0x180, 0xffffffff, 0);
    expect_writes(0x30a, 1, 0);
    expect_writes(0x31a, BIT(31), 0);
    expect_writes(0x341, 0xfffffffe, 0);
    expect_writes(0x3b0, 0xffffffff, 0);
    set(0x14d, 0x11111111);
    set(0x15d, 0x22222222);
    assert_true(cpu->env.stimecmp == 0x2222222211111111);
}

static void test_every_field_of_a_new_extension_is_writable(void **state)
{
    use("max");
    expect_writes(0x30a, BIT(63) | BIT(62) | 0xf1, 0);
    expect_writes(0x10a, 0xf1, 0);
    set(0x10a, 2 << 4); /* reserved */
    assert_int_equal(get(0x10a), 0);
}

static void test_mpp_takes_only_modes_that_exist(void **state)
{
    use("rv64");
    set(0x300, 1 << 11);
    set(0x300, 2 << 11);
    assert_int_equal(get(0x300) >> 11 & 3, PRV_S);
    use("rv64,s=off,sstc=off");
    set(0x300, 3 << 11);
    set(0x300, 1 << 11);
    assert_int_equal(get(0x300) >> 11 & 3, PRV_M);
    set(0x300, 0);
    assert_int_equal(get(0x300) >> 11 & 3, PRV_U);
}

static void test_satp_takes_supported_modes_and_flushes(void **state)
{
    use("rv64,sv48=on");
    test_flushes = 0;
    set(0x180, 9ULL << 60 | 0xffffULL << 44 | 5);
    assert_true(get(0x180) == (9ULL << 60 | 0xffffULL << 44 | 5));
    set(0x180, 10ULL << 60 | 7); /* Sv57 is off: nothing changes */
    assert_true(get(0x180) == (9ULL << 60 | 0xffffULL << 44 | 5));
    assert_int_equal(test_flushes, 1);
    set(0x180, 8ULL << 60);
    assert_int_equal(test_flushes, 2);
    use("rv64,mmu=off");
    set(0x180, 8ULL << 60 | 1);
    assert_true(get(0x180) == 0);
}

static void test_privilege_is_in_the_number(void **state)
{
    use("rv64");
    assert_true(can(0x300, true) && can(0x100, true) && can(0xf14, false));
    assert_false(can(0xf14, true));
    cpu->env.priv = PRV_S;
    assert_false(can(0x300, false));
    assert_true(can(0x100, true));
    cpu->env.priv = PRV_U;
    assert_false(can(0x100, false));
    assert_false(can(0x5c0, false));
}

static void test_an_illegal_access_shows_the_instruction(void **state)
{
    uint32_t insn = 0x30002573; /* csrr a0, mstatus */

    use("rv64");
    address_space_write(&address_space_memory, TEST_RAM + 0x100, &insn, 4);
    cpu->env.priv = PRV_U;
    cpu->env.tcg.pc = TEST_RAM + 0x100;
    assert_int_equal(
        test_cause_of(cpu, test_helper(riscv_csr_read, ReadFn *)(&cpu->env.tcg, 0x300)),
        RISCV_EXCP_ILLEGAL);
    riscv_do_exception(&cpu->cpu);
    assert_true(cpu->env.mtval == insn);
    assert_true(cpu->env.mepc == TEST_RAM + 0x100);
}

static void test_float_csrs_need_fs(void **state)
{
    use("rv64");
    assert_false(can(0x003, false));
    set(0x300, MSTATUS_FS & (1 << 13));
    assert_true(can(0x003, false));
    set(0x003, 0x7f);
    assert_int_equal(get(0x001), 0x1f);
    assert_int_equal(get(0x002), 3);
    assert_int_equal(get(0x300) >> 13 & 3, FS_DIRTY);
    set(0x002, 6); /* reserved, but kept */
    assert_int_equal(get(0x003), 0xdf);
    use("rv64,f=off,d=off");
    set(0x300, MSTATUS_FS);
    assert_true((get(0x300) & MSTATUS_FS) == 0);
    assert_false(can(0x003, false));
}

static void test_counters_need_both_enables(void **state)
{
    use("rv64");
    assert_true(can(0xc00, false));
    cpu->env.priv = PRV_S;
    assert_false(can(0xc00, false));
    cpu->env.mcounteren = 1 << COUNTER_CY | 1 << 5;
    assert_true(can(0xc00, false) && can(0xc05, false));
    assert_false(can(0xc02, false) || can(0xc01, false));
    cpu->env.priv = PRV_U;
    assert_false(can(0xc00, false));
    cpu->env.scounteren = 1;
    assert_true(can(0xc00, false));
    assert_false(can(0xc00, true));
    assert_false(can(0xc80, false)); /* cycleh is RV32's */
}

static void test_counters_count_and_stop(void **state)
{
    use("rv64");
    test_insns = 1000; /* the one that writes included */
    set(0xb00, 5);
    assert_true(cpu->cpu.count_insns);
    test_insns = 1001;
    assert_int_equal(get(0xc00), 5); /* the next one reads what was written */
    set(0xb02, 50);
    test_insns = 1011;
    assert_int_equal(get(0xc00), 15); /* the other counter did not notice */
    assert_int_equal(get(0xb02), 59);
    set(0x320, 1); /* cycle stands still */
    test_insns = 1100;
    assert_int_equal(get(0xb00), 16);
    assert_int_equal(get(0xb02), 148);
    set(0xb00, 100);
    assert_int_equal(get(0xb00), 100);
    set(0x320, 0);
    test_insns = 1102;
    assert_int_equal(get(0xb00), 101);
}

static void test_halves_of_a_counter_rv32(void **state)
{
    use("rv32");
    test_insns = 0;
    set(0xb00, 0xfffffff0);
    test_insns = 1;
    set(0xb80, 7); /* the next instruction reads 0x7fffffff0 */
    test_insns = 0x22;
    assert_int_equal(get(0xb00), 0x10);
    assert_int_equal(get(0xb80), 8);
    assert_int_equal(get(0xc80), 8);
    test_time = 0x1234567890;
    assert_int_equal(get(0xc81), 0x12);
    assert_int_equal(get(0xc01), 0x34567890);
}

static void test_time_needs_a_source(void **state)
{
    use("rv64");
    assert_true(can(0xc01, false));
    cpu->env.rdtime = NULL;
    assert_false(can(0xc01, false));
    assert_false(can(0x14d, false));
}

static void test_tvm_keeps_the_supervisor_from_satp(void **state)
{
    use("rv64");
    cpu->env.priv = PRV_S;
    assert_true(can(0x180, true));
    cpu->env.mstatus |= MSTATUS_TVM;
    assert_false(can(0x180, false));
    cpu->env.priv = PRV_M;
    assert_true(can(0x180, true));
}

static void test_supervisor_sees_what_was_delegated(void **state)
{
    use("rv64");
    set(0x304, 0xaaa);
    assert_int_equal(get(0x104), 0);
    set(0x303, 0x22);
    assert_int_equal(get(0x104), 0x22);
    set(0x104, 0x202); /* SEIE is not delegated */
    assert_int_equal(get(0x304), 0xa8a);
    set(0x344, 0x222);
    assert_int_equal(get(0x144), 0x22);
    set(0x144, 0); /* a supervisor clears SSIP only */
    assert_int_equal(get(0x344), 0x220);
}

static void test_setting_a_bit_does_not_latch_the_external_line(void **state)
{
    use("rv64");
    irq_set(device_irq_input(&cpu->dev, IRQ_SEI), 1);
    assert_int_equal(change(0x344, MIP_STIP, MIP_STIP), MIP_SEIP);
    assert_int_equal(get(0x344), MIP_SEIP | MIP_STIP);
    irq_set(device_irq_input(&cpu->dev, IRQ_SEI), 0);
    assert_int_equal(get(0x344), MIP_STIP);
    change(0x344, MIP_SEIP, MIP_SEIP);
    assert_int_equal(get(0x344), MIP_STIP | MIP_SEIP);
}

static void test_supervisor_timer_follows_stimecmp(void **state)
{
    use("rv64");
    cpu->env.priv = PRV_S;
    assert_false(can(0x14d, true));
    cpu->env.priv = PRV_M;
    set(0x30a, ENVCFG_STCE);
    set(0x306, 1 << COUNTER_TM);
    cpu->env.priv = PRV_S;
    assert_true(can(0x14d, true));
    cpu->env.priv = PRV_M;
    test_time = 100;
    set(0x14d, 101);
    assert_int_equal(get(0x344), 0);
    assert_true(timer_pending(cpu->stimer));
    set(0x14d, 100);
    assert_int_equal(get(0x344), MIP_STIP);
    set(0x344, 0); /* not software's any more */
    assert_int_equal(get(0x344), MIP_STIP);
    set(0x14d, ~0ULL);
    assert_int_equal(get(0x344), 0);
    set(0x14d, 0);
    set(0x30a, 0);
    assert_int_equal(get(0x344), 0);
    set(0x344, MIP_STIP);
    assert_int_equal(get(0x344), MIP_STIP);
}

static void test_enabling_a_pending_interrupt_wakes_the_hart(void **state)
{
    use("rv64");
    irq_set(device_irq_input(&cpu->dev, IRQ_MTI), 1);
    assert_false(riscv_has_work(&cpu->cpu));
    set(0x304, MIP_MTIP);
    assert_true(riscv_has_work(&cpu->cpu));
    assert_true(cpu->cpu.interrupt_request & CPU_INTERRUPT_HARD);
    set(0x304, 0);
    assert_false(cpu->cpu.interrupt_request & CPU_INTERRUPT_HARD);
}

static void test_pmp_registers_by_width(void **state)
{
    use("rv64");
    set(0x3a0, 0x0f0e0d0c0b0a0908);
    assert_true(get(0x3a0) == 0x0f0c0d0c0b080908); /* W without R is reserved */
    assert_false(can(0x3a1, false));
    assert_true(can(0x3a2, true) && can(0x3bf, true));
    assert_false(can(0x3a4, false) || can(0x3c0, false));
    use("rv32");
    set(0x3a1, 0x0f0d0b09);
    assert_int_equal(cpu->env.pmp[7].cfg, 0x0f);
    use("rv64,pmp=off");
    assert_false(can(0x3a0, false) || can(0x3b0, false));
}

static void test_names(void **state)
{
    Str s = {0};

    riscv_csr_name(0x300, &s);
    str_append(&s, " ");
    riscv_csr_name(0x3b5, &s);
    str_append(&s, " ");
    riscv_csr_name(0xb1f, &s);
    str_append(&s, " ");
    riscv_csr_name(0x7c0, &s);
    assert_string_equal(s.s, "mstatus pmpaddr5 mhpmcounter31 0x7c0");
    str_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_legal_values_stay_rv64),
        cmocka_unit_test(test_only_legal_values_stay_rv32),
        cmocka_unit_test(test_every_field_of_a_new_extension_is_writable),
        cmocka_unit_test(test_mpp_takes_only_modes_that_exist),
        cmocka_unit_test(test_satp_takes_supported_modes_and_flushes),
        cmocka_unit_test(test_privilege_is_in_the_number),
        cmocka_unit_test(test_an_illegal_access_shows_the_instruction),
        cmocka_unit_test(test_float_csrs_need_fs),
        cmocka_unit_test(test_counters_need_both_enables),
        cmocka_unit_test(test_counters_count_and_stop),
        cmocka_unit_test(test_halves_of_a_counter_rv32),
        cmocka_unit_test(test_time_needs_a_source),
        cmocka_unit_test(test_tvm_keeps_the_supervisor_from_satp),
        cmocka_unit_test(test_supervisor_sees_what_was_delegated),
        cmocka_unit_test(test_setting_a_bit_does_not_latch_the_external_line),
        cmocka_unit_test(test_supervisor_timer_follows_stimecmp),
        cmocka_unit_test(test_enabling_a_pending_interrupt_wakes_the_hart),
        cmocka_unit_test(test_pmp_registers_by_width),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, test_setup, teardown);
}
