/* SPDX-License-Identifier: MIT */
/* accel/tcg/cpu_exec: interrupts that come at a certain point between two blocks.
 *
 * What another thread does at that point, a register does here: it is written by the last
 * instruction before the jump.  It raises an interrupt, but exit_request is not set yet. */
#include "accel/tcg/tcg_cpu.h"
#include "unit/riscv.h"

#define REGISTERS 0x10000000ULL

enum { REG_RAISE, REG_STOP = 4 };

static RISCVCPU *cpu;
static MemoryRegion registers;

static void registers_write(void *opaque, hwaddr off, uint64_t v, unsigned size)
{
    CPUState *cs = &cpu->cpu;

    if (off == REG_STOP) {
        cs->env->exit_request = 1;
    } else if (v) {
        cpu->env.mip |= BIT(IRQ_MSI);
        cs->interrupt_request |= CPU_INTERRUPT_HARD;
    }
}

static const MemoryRegionOps registers_ops = {
    .write = registers_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = {4, 4},
};

static const uint32_t program[] = {
    0x00b52023, /* 00  sw   a1, 0(a0)   REG_RAISE */
    0x00079863, /* 04  bnez a5, 14 */
    0x00100613, /* 08  li   a2, 1       never */
    0x00052223, /* 0c  sw   zero, 4(a0) REG_STOP */
    0x0000006f, /* 10  j    10 */
    0x00200613, /* 14  li   a2, 2 */
    0x00052223, /* 18  sw   zero, 4(a0) */
    0x0000006f, /* 1c  j    1c */
    0x00300613, /* 20  li   a2, 3       the interrupt handler */
    0x00052223, /* 24  sw   zero, 4(a0) */
    0x0000006f, /* 28  j    28 */
};

/* Run the program until it stops itself; what it left in a2 says which way it went. */
static uint64_t run(bool raise)
{
    CPURISCVState *env = &cpu->env;

    env->tcg.pc = TEST_RAM;
    env->gpr[10] = REGISTERS;
    env->gpr[11] = raise;
    env->gpr[12] = 0;
    env->gpr[15] = 1;
    env->mtvec = TEST_RAM + 0x20;
    env->mie = BIT(IRQ_MSI);
    env->mip = 0;
    env->mstatus |= MSTATUS_MIE;
    cpu->cpu.interrupt_request = 0;
    bql_unlock();
    assert_int_equal(cpu_exec(&cpu->cpu), EXCP_INTERRUPT);
    bql_lock();
    return env->gpr[12];
}

/* The exit that was taken when the interrupt came leads where it always did. */
static void test_interrupt_between_blocks_is_not_chained_to(void **state)
{
    assert_int_equal(run(true), 3);
    assert_int_equal(run(false), 2);
}

static int start(void **state)
{
    const TcgEngine *engine = tcg_find_engine(NULL, NULL);

    if (test_setup(NULL)) {
        return -1;
    }
    memory_region_init_io(&registers, NULL, &registers_ops, NULL, "registers", 0x1000);
    memory_region_add_subregion(get_system_memory(), REGISTERS, &registers);
    address_space_write(&address_space_memory, TEST_RAM, program, sizeof(program));
    cpu = test_hart("rv64");
    if (!tcg_pipeline_init(engine, cpu->cpu.ops, 1 << 20, NULL)) {
        return -1;
    }
    tcg_cpu_prepare(&cpu->cpu);
    return 0;
}

static int finish(void **state)
{
    tcg_cpu_release(&cpu->cpu);
    test_hart_free(cpu);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupt_between_blocks_is_not_chained_to),
    };

    return cmocka_run_group_tests(tests, start, finish);
}
