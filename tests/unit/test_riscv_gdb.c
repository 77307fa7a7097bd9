/* SPDX-License-Identifier: MIT */
/* target/riscv/gdb.c: the registers of a hart as gdb sees them. */
#include "target/gdb.h"
#include "unit/riscv.h"

enum { PC = 32, FT0 = 33, FFLAGS = 66, FCSR = 68, CSR0 = 65, PRIV = 4161 };

static RISCVCPU *cpu;

static void use(const char *model)
{
    cpu = test_hart(model);
}

static int teardown(void **state)
{
    test_hart_free(cpu);
    return 0;
}

static uint64_t get(unsigned n, unsigned bytes)
{
    uint8_t value[GDB_REG_BYTES];
    uint64_t v = 0;

    assert_int_equal(gdb_get_reg(&cpu->cpu, n, value), bytes);
    memcpy(&v, value, bytes);
    return v;
}

static bool set(unsigned n, uint64_t v)
{
    uint8_t value[GDB_REG_BYTES] = {0};

    memcpy(value, &v, sizeof(v));
    return gdb_set_reg(&cpu->cpu, n, value);
}

static bool exists(unsigned n)
{
    GdbReg reg;

    return gdb_find_reg(&cpu->cpu, n, &reg) != NULL;
}

static void test_general_registers_are_0_to_32(void **state)
{
    use("rv64");
    assert_true(set(10, 0x1122334455667788));
    assert_int_equal(cpu->env.gpr[10], 0x1122334455667788);
    assert_int_equal(get(10, 8), 0x1122334455667788);
    assert_true(set(PC, 0x80000001));
    assert_int_equal(get(PC, 8), 0x80000000);
}

static void test_x0_stays_0(void **state)
{
    use("rv64");
    assert_true(set(0, 5));
    assert_int_equal(get(0, 8), 0);
}

static void test_registers_of_rv32_have_4_bytes(void **state)
{
    use("rv32");
    assert_true(set(10, 0xfffffffffffffff0));
    assert_int_equal(cpu->env.gpr[10], 0xfffffff0);
    assert_int_equal(get(10, 4), 0xfffffff0);
    assert_int_equal(get(CSR0 + 0x300, 4), 0);
    assert_true(exists(CSR0 + 0x310)); /* mstatush */
    assert_true(exists(CSR0 + 0x3a1)); /* pmpcfg1 */
}

static void test_float_registers_have_8_bytes_with_d_and_4_without(void **state)
{
    use("rv64");
    assert_true(set(FT0 + 1, 0x3ff0000000000000));
    assert_int_equal(cpu->env.fpr[1], 0x3ff0000000000000);
    teardown(state);
    use("rv64,d=off");
    assert_true(set(FT0 + 1, 0x3f800000));
    assert_int_equal(cpu->env.fpr[1], 0xffffffff3f800000);
    assert_int_equal(get(FT0 + 1, 4), 0x3f800000);
    teardown(state);
    use("rv64,d=off,f=off");
    assert_false(exists(FT0));
    assert_false(exists(FCSR));
}

static void test_float_state_is_seen_while_it_is_off(void **state)
{
    use("rv64");
    assert_int_equal(cpu->env.mstatus & MSTATUS_FS, 0);
    assert_int_equal(get(FCSR, 4), 0);
    assert_true(set(FFLAGS, 0x11));
    assert_true(set(FFLAGS + 1, 3));
    assert_int_equal(get(FCSR, 4), 0x71);
}

static void test_csrs_are_seen_from_every_mode_and_looking_changes_nothing(void **state)
{
    CPURISCVState before;

    use("rv64");
    cpu->env.priv = PRV_U;
    cpu->env.mscratch = 77;
    before = cpu->env;
    assert_int_equal(get(CSR0 + 0x340, 8), 77);
    for (unsigned n = 0; n <= PRIV; n++) {
        uint8_t value[GDB_REG_BYTES];

        gdb_get_reg(&cpu->cpu, n, value);
    }
    assert_memory_equal(&before, &cpu->env, sizeof(before));
}

static void test_only_csrs_of_the_model_exist(void **state)
{
    use("rv64");
    assert_true(exists(CSR0 + 0x180));  /* satp */
    assert_true(exists(CSR0 + 0x14d));  /* stimecmp */
    assert_false(exists(CSR0 + 0x3a1)); /* pmpcfg1: of rv32 */
    assert_false(exists(CSR0 + 0x7ff));
    assert_false(exists(CSR0));
    assert_false(exists(PRIV + 1));
    assert_false(exists(~0u));
    teardown(state);
    use("rv64,s=off,sstc=off");
    assert_false(exists(CSR0 + 0x180));
}

static void test_csrs_are_written_by_their_own_rules(void **state)
{
    use("rv64");
    assert_true(set(CSR0 + 0x305, 0x80000003)); /* mtvec: no such mode */
    assert_int_equal(get(CSR0 + 0x305, 8), 0);
    assert_true(set(CSR0 + 0x180, 8ULL << 60 | 0x80000));
    assert_int_equal(get(CSR0 + 0x180, 8), 8ULL << 60 | 0x80000);
    assert_false(set(CSR0 + 0xf14, 1)); /* mhartid */
    assert_false(set(CSR0 + 0xc01, 1)); /* time */
}

static void test_the_privilege_is_a_register(void **state)
{
    use("rv64");
    assert_int_equal(get(PRIV, 8), PRV_M);
    assert_true(set(PRIV, PRV_S));
    assert_int_equal(cpu->env.priv, PRV_S);
    assert_false(set(PRIV, 2));
    assert_false(set(PRIV, 4));
    assert_int_equal(cpu->env.priv, PRV_S);
    teardown(state);
    use("rv64,s=off,sstc=off");
    assert_false(set(PRIV, PRV_S));
}

static void test_the_description_names_features_and_registers(void **state)
{
    const char *parts[] = {
        "<architecture>riscv:rv64</architecture>",
        "<feature name=\"org.gnu.gdb.riscv.cpu\">",
        "<reg name=\"sp\" bitsize=\"64\" regnum=\"2\" type=\"data_ptr\"/>",
        "<reg name=\"pc\" bitsize=\"64\" regnum=\"32\" type=\"code_ptr\"/>",
        "<feature name=\"org.gnu.gdb.riscv.fpu\">",
        "<reg name=\"fa0\" bitsize=\"64\" regnum=\"43\" type=\"riscv_double\" group=\"float\"/>",
        "<reg name=\"fcsr\" bitsize=\"32\" regnum=\"68\"",
        "<feature name=\"org.gnu.gdb.riscv.csr\">",
        "<reg name=\"satp\" bitsize=\"64\" regnum=\"449\" type=\"int\" group=\"system\" "
        "save-restore=\"no\"/>",
        "<reg name=\"pmpaddr15\"",
        "<feature name=\"org.gnu.gdb.riscv.virtual\">",
        "<reg name=\"priv\" bitsize=\"64\" regnum=\"4161\"",
    };
    Str text = {0};

    use("rv64");
    gdb_describe_target(&cpu->cpu, &text);
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        if (!strstr(str_get(&text), parts[i])) {
            fail_msg("no %s in\n%s", parts[i], str_get(&text));
        }
    }
    assert_null(strstr(str_get(&text), "mstatush"));
    str_free(&text);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_general_registers_are_0_to_32),
        TEST(test_x0_stays_0),
        TEST(test_registers_of_rv32_have_4_bytes),
        TEST(test_float_registers_have_8_bytes_with_d_and_4_without),
        TEST(test_float_state_is_seen_while_it_is_off),
        TEST(test_csrs_are_seen_from_every_mode_and_looking_changes_nothing),
        TEST(test_only_csrs_of_the_model_exist),
        TEST(test_csrs_are_written_by_their_own_rules),
        TEST(test_the_privilege_is_a_register),
        TEST(test_the_description_names_features_and_registers),
    };

    return cmocka_run_group_tests_name("riscv_gdb", tests, test_setup, NULL);
}
