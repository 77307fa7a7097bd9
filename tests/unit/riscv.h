/* SPDX-License-Identifier: MIT */
/* A hart for unit tests: realized, with some RAM, a clock that the test sets, and an accelerator
 * that only counts what it is asked. */
#ifndef UNIT_RISCV_H
#define UNIT_RISCV_H

#include "unit/unit.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "loop/main_loop.h"
#include "mem/address_space.h"
#include "qom/module.h"
#include "target/riscv/csr.h"

enum { TEST_RAM_SIZE = 1 << 20, TEST_FREQ = 10000000 };
#define TEST_RAM 0x80000000ULL

static unsigned test_flushes, test_page_flushes, test_kicks, test_breakpoints, test_yields;
static uint64_t test_insns, test_time;
static jmp_buf test_raised; /* where loop_exit goes */
static MemoryRegion test_ram;

static bool test_create(CPUState *cpu, Error **errp)
{
    return true;
}

static void test_kick(CPUState *cpu)
{
    test_kicks++;
}

static void test_nothing(CPUState *cpu)
{
}

static void test_breakpoint_added(uint64_t pc)
{
    test_breakpoints++;
}

static void test_yield(CPUState *cpu)
{
    test_yields++;
}

static void test_flush(CPUState *cpu)
{
    test_flushes++;
}

static void test_flush_page(CPUState *cpu, uint64_t va)
{
    test_page_flushes++;
}

static void test_loop_exit(CPUState *cpu, uintptr_t ra)
{
    longjmp(test_raised, 1);
}

static uint64_t test_count(CPUState *cpu)
{
    return test_insns;
}

static void test_store(CPUState *cpu, uint64_t va, uint64_t v, MemOp m, uintptr_t ra)
{
    address_space_st_le(cpu->as, va, v, memop_bytes(m), NULL);
}

static const AccelOps test_accel = {
    .name = "test",
    .create_vcpu_thread = test_create,
    .kick_vcpu = test_kick,
    .yield = test_yield,
    .reset_vcpu = test_nothing,
    .loop_exit = (__typeof__(((AccelOps *)0)->loop_exit))test_loop_exit,
    .tlb_flush = test_flush,
    .tlb_flush_page = test_flush_page,
    .breakpoint_added = test_breakpoint_added,
    .store = test_store,
    .insn_count = test_count,
};

static uint64_t test_rdtime(void *opaque)
{
    return test_time;
}

/* A hart as "-cpu @text" makes it, after reset. */
static inline RISCVCPU *test_hart(const char *text)
{
    Error *err = NULL;
    Device *dev = cpu_new_from_text(TYPE_RISCV_CPU, text, &err);
    RISCVCPU *cpu = (RISCVCPU *)dev;

    if (!dev) {
        fail_msg("%s", err_msg(err));
    }
    cpu->cpu.as = &address_space_memory;
    if (!device_realize(dev, NULL, &err)) {
        fail_msg("%s", err_msg(err));
    }
    riscv_cpu_set_rdtime(&cpu->cpu, test_rdtime, NULL, TEST_FREQ);
    return cpu;
}

static inline void test_hart_free(RISCVCPU *cpu)
{
    device_unrealize(&cpu->dev);
    object_unparent(cpu);
    object_unref(cpu);
}

/* Run @what, which may raise; the cause that it raised, or -1. */
#define test_cause_of(cpu, what)                                                                   \
    ({                                                                                             \
        (cpu)->cpu.exception_index = EXCP_NONE;                                                    \
        if (!setjmp(test_raised)) {                                                                \
            what;                                                                                  \
        }                                                                                          \
        (cpu)->cpu.exception_index;                                                                \
    })

/* The C function behind a helper row. */
#define test_helper(name, type) ((type)helper_row_##name.fn)

static inline int test_setup(void **state)
{
    if (!init_main_loop(NULL)) {
        return -1;
    }
    module_call_init(MODULE_INIT_QOM);
    io_mem_init();
    memory_map_init();
    if (!memory_region_init_ram(&test_ram, NULL, "ram", TEST_RAM_SIZE, NULL)) {
        return -1;
    }
    memory_region_add_subregion(get_system_memory(), TEST_RAM, &test_ram);
    cpus_accel = &test_accel;
    return 0;
}

#endif
