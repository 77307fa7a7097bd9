/* SPDX-License-Identifier: MIT */
/* thread=single: all vCPUs in one thread, in turn (round robin).
 *
 * Without -icount a turn lasts TURN_NS of host time; with it, until the next timer or TURN_INSNS
 * instructions, so that the order of events depends on nothing but the guest. */
#include "accel/tcg/tcg_cpu.h"
#include "base/bql.h"
#include "loop/runstate.h"
#include "loop/thread.h"
#include "loop/timer.h"

enum {
    TURN_NS = 1000 * 1000, /* short, for harts that spin until another one moves */
    TURN_INSNS = 50000,
};

static pthread_cond_t halt_cond =
    PTHREAD_COND_INITIALIZER; /* BQL: some vCPU may have something to do */
static Thread *rr_thread;     /* BQL */
static CPUState *running;     /* atomic: whose turn it is */
static Timer *turn_timer;

static void end_turn(void *opaque)
{
    CPUState *cpu = __atomic_load_n(&running, __ATOMIC_SEQ_CST);

    if (cpu) {
        __atomic_store_n(&cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
    }
    timer_mod_ns(turn_timer, clock_get_ns(VM_CLOCK_REALTIME) + TURN_NS);
}

/* The turn timer ticks only while there is somebody to take turns with. */
static void turn_timer_update(bool needed)
{
    if (icount_enabled) {
        return;
    }
    if (needed && !timer_pending(turn_timer)) {
        timer_mod_ns(turn_timer, clock_get_ns(VM_CLOCK_REALTIME) + TURN_NS);
    } else if (!needed) {
        timer_del(turn_timer);
    }
}

static bool all_idle(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        if (!tcg_thread_is_idle(cpu)) {
            return false;
        }
    }
    return true;
}

static bool can_run(CPUState *cpu)
{
    return !cpu->stop && !cpu->stopped && runstate_is_running();
}

static void take_turn(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    if (icount_enabled) {
        icount_run_timers();
        tc->icount_slice = MIN(icount_budget_until_deadline(), (int64_t)TURN_INSNS);
        cpu->env->icount_budget = tc->icount_slice;
    }
    __atomic_store_n(&running, cpu, __ATOMIC_SEQ_CST);
    tcg_cpus_exec(cpu);
    __atomic_store_n(&running, NULL, __ATOMIC_SEQ_CST);
    if (icount_enabled) {
        icount_account(tc);
        icount_run_timers();
    }
}

static void wait_for_work(void)
{
    CPUState *cpu;

    while (all_idle()) {
        turn_timer_update(false);
        if (icount_enabled && runstate_is_running()) {
            icount_idle();
            if (!all_idle()) {
                break;
            }
        }
        bql_cond_wait(&halt_cond);
    }
    CPU_FOREACH(cpu)
    {
        tcg_wait_io_event_common(cpu);
    }
}

static unsigned count_cpus(void)
{
    unsigned n = 0;
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        n++;
    }
    return n;
}

static void *rr_cpu_thread_fn(void *arg)
{
    CPUState *cpu;

    bql_lock();
    for (;;) {
        wait_for_work();
        turn_timer_update(count_cpus() > 1);
        CPU_FOREACH(cpu)
        {
            if (can_run(cpu) && !tcg_thread_is_idle(cpu)) {
                take_turn(cpu);
            }
        }
    }
    return NULL;
}

void rr_kick_vcpu_thread(CPUState *cpu)
{
    __atomic_store_n(&cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
    pthread_cond_broadcast(&halt_cond);
}

void rr_start_vcpu_thread(CPUState *cpu)
{
    tcg_cpu_prepare(cpu);
    cpu->halt_cond = &halt_cond;
    if (!rr_thread) {
        turn_timer = timer_new_ns(VM_CLOCK_REALTIME, end_turn, NULL);
        rr_thread = thread_create("vcpus", rr_cpu_thread_fn, NULL);
    }
    cpu->thread = rr_thread;
    cpu->created = true;
}
