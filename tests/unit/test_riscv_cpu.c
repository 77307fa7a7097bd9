/* SPDX-License-Identifier: MIT */
/* target/riscv/cpu_device: models, properties, reset, saved state. */
#include "unit/riscv.h"

static void expect_refused(const char *text, const char *part)
{
    Error *err = NULL;
    Device *dev = cpu_new_from_text(TYPE_RISCV_CPU, text, &err);

    if (dev) {
        assert_false(device_realize(dev, NULL, &err));
        object_unparent(dev);
        object_unref(dev);
    }
    assert_non_null(err);
    if (!strstr(err_msg(err), part)) {
        fail_msg("'%s' does not contain '%s'", err_msg(err), part);
    }
    err_free(err);
}

static void expect_isa(const char *text, const char *isa, const char *mmu)
{
    RISCVCPU *cpu = test_hart(text);
    char *s = riscv_isa_string(&cpu->cpu);

    assert_string_equal(s, isa);
    assert_string_equal(riscv_mmu_type(&cpu->cpu), mmu);
    free(s);
    test_hart_free(cpu);
}

static void test_device_tree_names_what_the_hart_has(void **state)
{
    expect_isa("rv64", "rv64imafdc_zicsr_zifencei_zba_zbb_zbc_zbs_sstc", "riscv,sv48");
    expect_isa("rv32", "rv32imafdc_zicsr_zifencei_zba_zbb_zbc_zbs_sstc", "riscv,sv32");
    expect_isa("rv64,zbb=off,sv48=on", "rv64imafdc_zicsr_zifencei_zba_zbc_zbs_sstc", "riscv,sv48");
    expect_isa("rv64,sv48=off", "rv64imafdc_zicsr_zifencei_zba_zbb_zbc_zbs_sstc", "riscv,sv39");
    expect_isa("rv64,d=off,f=off,mmu=off,short-isa-string=on", "rv64imac", "riscv,none");
    expect_isa("sifive-u54", "rv64imafdc_zicsr_zifencei", "riscv,sv39");
    expect_isa("max",
               "rv64imafdc_zicbom_zicboz_zicsr_zifencei_zba_zbb_zbc_zbs_sstc_svinval_svpbmt",
               "riscv,sv48");
}

static void test_misa_as_qemu(void **state)
{
    RISCVCPU *a = test_hart("rv64"), *b = test_hart("rv32");

    assert_true(riscv_misa(&a->env) == 0x800000000014112d);
    assert_true(riscv_misa(&b->env) == 0x4014112d);
    test_hart_free(b);
    test_hart_free(a);
}

static void test_impossible_harts_are_refused(void **state)
{
    expect_refused("rv64,f=off", "extension d needs f");
    expect_refused("rv64,u=off", "extension s needs u");
    expect_refused("rv64,i=off", "base instructions");
    expect_refused("rv64,h=on", "extension h is not implemented");
    expect_refused("rv64,sv39=off,sv48=on", "page tables of more levels");
    expect_refused("rv64,zbz=on", "zb");
    expect_refused("rv46", "did you mean");
    expect_refused("rv64,resetvec=1", "odd");
}

static void test_reset_starts_machine_mode_at_the_vector(void **state)
{
    RISCVCPU *cpu = test_hart("rv64,resetvec=0x80000000");
    CPURISCVState *env = &cpu->env;

    env->priv = PRV_U;
    env->gpr[5] = 7;
    env->satp = BIT(63);
    env->pmp[3].cfg = 0x9f;
    device_reset(&cpu->dev);
    assert_int_equal(env->priv, PRV_M);
    assert_true(env->tcg.pc == 0x80000000);
    assert_true(env->mstatus == 0xa00000000);
    assert_true(env->gpr[5] == 0 && env->satp == 0 && env->pmp[3].cfg == 0);
    test_hart_free(cpu);
}

static void test_lines_that_are_up_survive_a_reset(void **state)
{
    RISCVCPU *cpu = test_hart("rv64");

    irq_set(device_irq_input(&cpu->dev, IRQ_MTI), 1);
    irq_set(device_irq_input(&cpu->dev, IRQ_SSI), 1);
    assert_true(cpu->env.mip == (MIP_MTIP | MIP_SSIP));
    device_reset(&cpu->dev);
    assert_true(cpu->env.mip == MIP_MTIP);
    test_hart_free(cpu);
}

static void test_state_survives_a_save_and_a_load(void **state)
{
    RISCVCPU *a = test_hart("rv64"), *b = test_hart("rv64");
    Str first = {0}, second = {0};
    StateReader in;
    Error *err = NULL;

    a->env.gpr[7] = 0x1234;
    a->env.mstatus |= MSTATUS_FS | MSTATUS_MIE;
    a->env.satp = 8ULL << 60 | 0x80001;
    a->env.priv = PRV_S;
    a->env.frm = 3;
    riscv_pmp_set_addr(&a->env, 0, 0x1000);
    riscv_pmp_set_cfg(&a->env, 0, 0x8f);
    state_save(&a->dev, &first);
    in = (StateReader){(uint8_t *)first.s, (uint8_t *)first.s + first.len};
    if (!state_load(&b->dev, &in, &err)) {
        fail_msg("%s", err_msg(err));
    }
    assert_int_equal(b->env.tcg.fp.rm, FP_RUP);
    assert_true(b->env.pmp[0].last == 0x3fff);
    state_save(&b->dev, &second);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.s, second.s, first.len);
    str_free(&first);
    str_free(&second);
    test_hart_free(b);
    test_hart_free(a);
}

static void test_impossible_state_is_refused(void **state)
{
    RISCVCPU *a = test_hart("rv64"), *b = test_hart("rv64,s=off,sstc=off");
    Str saved = {0};
    StateReader in;
    Error *err = NULL;

    a->env.priv = PRV_S;
    state_save(&a->dev, &saved);
    /* The stream names its type, which is the same. */
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    assert_false(state_load(&b->dev, &in, &err));
    assert_non_null(strstr(err_msg(err), "not one that this model can be in"));
    err_free(err);
    str_free(&saved);
    test_hart_free(b);
    test_hart_free(a);
}

static void test_registers_are_shown_as_qemu_does(void **state)
{
    RISCVCPU *cpu = test_hart("rv64");
    Str out = {0};

    riscv_dump_state(&cpu->cpu, &out);
    assert_non_null(strstr(out.s, " pc       0000000000001000\n mhartid  0000000000000000\n"));
    assert_non_null(strstr(out.s, " x0/zero  0000000000000000 x1/ra    0000000000000000"));
    assert_non_null(strstr(out.s, " f31/ft11 0000000000000000\n"));
    str_free(&out);
    test_hart_free(cpu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_device_tree_names_what_the_hart_has),
        cmocka_unit_test(test_misa_as_qemu),
        cmocka_unit_test(test_impossible_harts_are_refused),
        cmocka_unit_test(test_reset_starts_machine_mode_at_the_vector),
        cmocka_unit_test(test_lines_that_are_up_survive_a_reset),
        cmocka_unit_test(test_state_survives_a_save_and_a_load),
        cmocka_unit_test(test_impossible_state_is_refused),
        cmocka_unit_test(test_registers_are_shown_as_qemu_does),
    };

    return cmocka_run_group_tests(tests, test_setup, NULL);
}
