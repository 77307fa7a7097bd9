/* SPDX-License-Identifier: MIT */
/* What the threads of vCPUs have in common: waiting for work, stopping, and one slice of execution.
 */
#include "accel/tcg/itrace.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "loop/runstate.h"
#include "loop/thread.h"

/* BQL: a vCPU has stopped, or has been created. */
static pthread_cond_t pause_cond = PTHREAD_COND_INITIALIZER;

void tcg_cpu_prepare(CPUState *cpu)
{
    TcgCpu *tc = xnew(TcgCpu);

    tc->cpu = cpu;
    cpu->accel = tc;
    tcg_tlb_init(tc);
    tcg_jumps_init(tc);
}

void tcg_cpu_release(CPUState *cpu)
{
    itrace_release(cpu);
    tcg_jumps_free(cpu->accel);
    free(cpu->accel);
    cpu->accel = NULL;
}

/* Nothing to run right now: stopped, or halted with nothing pending. */
bool tcg_thread_is_idle(CPUState *cpu)
{
    if (cpu->stop || cpu_work_pending(cpu) || cpu->unplug) {
        return false;
    }
    if (cpu->stopped || !runstate_is_running()) {
        return true;
    }
    return cpu->halted && !cpu->ops->has_work(cpu);
}

void tcg_wait_io_event_common(CPUState *cpu)
{
    if (cpu->stop) {
        cpu->stop = false;
        cpu->stopped = true;
        pthread_cond_broadcast(&pause_cond);
    }
    cpu_process_work(cpu);
}

void tcg_wait_io_event(CPUState *cpu)
{
    while (tcg_thread_is_idle(cpu)) {
        bql_cond_wait(cpu->halt_cond);
    }
    tcg_wait_io_event_common(cpu);
}

/* A debugger wants to see them where they are now. */
static void stop_others(CPUState *cpu)
{
    CPUState *other;

    CPU_FOREACH(other) {
        if (other != cpu) {
            other->stop = true;
            cpus_accel->kick_vcpu(other);
        }
    }
}

int tcg_cpus_exec(CPUState *cpu)
{
    int ret;

    bql_unlock();
    ret = cpu_exec(cpu);
    bql_lock();
    if (ret == EXCP_DEBUG) {
        cpu->stopped = true;
        stop_others(cpu);
        system_debug_request();
    }
    return ret;
}

static bool all_stopped(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (!cpu->stopped) {
            return false;
        }
    }
    return true;
}

static void pause_all(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu->stop = true;
        cpus_accel->kick_vcpu(cpu);
    }
    while (!all_stopped()) {
        bql_cond_wait(&pause_cond);
    }
}

static void resume_all(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu->debug.held) {
            continue;
        }
        cpu->stop = false;
        cpu->stopped = false;
        /* It has looked up already: else its first turn would be an empty one. */
        __atomic_store_n(&cpu->env->exit_request, 0, __ATOMIC_SEQ_CST);
        pthread_cond_broadcast(cpu->halt_cond);
    }
}

static void stop_current(void)
{
    if (current_cpu) {
        current_cpu->stop = true;
        cpus_accel->kick_vcpu(current_cpu);
    }
}

void tcg_take_vcpus(void)
{
    runstate_set_vcpu_hooks(pause_all, resume_all, stop_current);
}
