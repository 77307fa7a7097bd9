/* SPDX-License-Identifier: MIT */
/* CPUs, whatever their instruction set and whoever runs them: the list of them, their life, and
 * the requests that make them look up from what they do. */
#include "target/cpu.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "base/log.h"

LOG_ITEM(cpu_reset, "CPU state before each reset");

List cpu_list = LIST_INIT(cpu_list);

/* ---- until an accelerator is chosen: CPUs exist, and nothing runs them ---- */

static void none_cpu(CPUState *cpu)
{
}

static void none_page(CPUState *cpu, uint64_t va)
{
}

static void none_breakpoint(uint64_t pc)
{
}

static bool none_create(CPUState *cpu, Error **errp)
{
    return true;
}

static void none_safe_work(CPUState *cpu, RunOnCpu *fn, void *data)
{
    fn(cpu, data);
}

static uint64_t none_count(CPUState *cpu)
{
    return 0;
}

/* No code runs that could be left or could touch memory: the members for that are never called. */
static const AccelOps no_accel = {
    .name = "none",
    .create_vcpu_thread = none_create,
    .kick_vcpu = none_cpu,
    .yield = none_cpu,
    .reset_vcpu = none_cpu,
    .safe_work = none_safe_work,
    .tlb_flush = none_cpu,
    .tlb_flush_page = none_page,
    .breakpoint_added = none_breakpoint,
    .insn_count = none_count,
};

const AccelOps *cpus_accel = &no_accel;

/* ---- life ---- */

CPUState *cpu_by_index(int index)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu->index == index) {
            return cpu;
        }
    }
    return NULL;
}

void cpu_init_common(CPUState *cpu, const CpuOps *ops, TcgEnv *env)
{
    cpu->ops = ops;
    cpu->env = env;
    env->cpu = cpu;
    cpu->exception_index = EXCP_NONE;
    cpu->index = -1;
    cpu->stopped = true;
    list_init(&cpu->link);
    list_init(&cpu->work);
    pthread_mutex_init(&cpu->work_lock, NULL);
}

bool cpu_realize_common(CPUState *cpu, Error **errp)
{
    int index = list_empty(&cpu_list) ? 0 : list_entry(cpu_list.prev, CPUState, link)->index + 1;

    cpu->index = index;
    cpu->name = xasprintf("vcpu%d", index);
    list_push_back(&cpu_list, &cpu->link);
    if (!cpus_accel->create_vcpu_thread(cpu, errp)) {
        cpu_unrealize_common(cpu);
        return false;
    }
    return true;
}

void cpu_unrealize_common(CPUState *cpu)
{
    if (cpu->thread) {
        cpu->unplug = true;
        cpus_accel->destroy_vcpu_thread(cpu);
        cpu->thread = NULL;
        cpu->unplug = false;
    }
    cpu_drop_work(cpu);
    list_remove(&cpu->link);
    cpu->index = -1;
    free(cpu->name);
    cpu->name = NULL;
}

void cpu_finalize_common(CPUState *cpu)
{
    pthread_mutex_destroy(&cpu->work_lock);
}

void cpu_log_reset(CPUState *cpu)
{
    Str text = {0};

    if (log_on(cpu_reset)) {
        cpu->ops->dump_state(cpu, &text);
        log_printf("CPU Reset (CPU %d)\n%s", cpu->index, str_get(&text));
        str_free(&text);
    }
}

void cpu_reset_common(CPUState *cpu)
{
    __atomic_store_n(&cpu->interrupt_request, 0, __ATOMIC_SEQ_CST);
    cpu->exception_index = EXCP_NONE;
    cpu->count_insns = false;
    cpu->halted = cpu->start_powered_off;
    cpus_accel->reset_vcpu(cpu);
}

/* ---- requests ---- */

void cpu_interrupt(CPUState *cpu, uint32_t mask)
{
    __atomic_fetch_or(&cpu->interrupt_request, mask, __ATOMIC_SEQ_CST);
    cpus_accel->kick_vcpu(cpu);
}

void cpu_reset_interrupt(CPUState *cpu, uint32_t mask)
{
    __atomic_fetch_and(&cpu->interrupt_request, ~mask, __ATOMIC_SEQ_CST);
}

void cpu_count_insns(CPUState *cpu)
{
    if (!cpu->count_insns) {
        cpu->count_insns = true;
        cpu->env->icount_budget = INT64_MAX; /* no use is made of a limit */
    }
}

void cpu_raise(CPUState *cpu, int index, uintptr_t ra)
{
    cpu->exception_index = index;
    cpus_accel->loop_exit(cpu, ra);
}
