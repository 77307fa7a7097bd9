/* SPDX-License-Identifier: MIT */
/* thread=multi: one host thread for each vCPU.
 *
 * The host may have fewer processors than the guest, so a vCPU that waits gives its own away.  One
 * that polls for long sleeps in between, and does not look while another one is in_firmware. */
#include <sched.h>
#include <unistd.h>
#include "accel/tcg/tcg_cpu.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "loop/runstate.h"
#include "loop/thread.h"

enum {
    POLLS = 16, /* in a row, before it sleeps */
    NAP_US = 100,
    NAPS = 100, /* at most, while others are in firmware */
};

static bool others_in_firmware(const CPUState *cpu)
{
    CPUState *other;

    CPU_FOREACH(other) {
        if (other != cpu && __atomic_load_n(&other->in_firmware, __ATOMIC_RELAXED)) {
            return true;
        }
    }
    return false;
}

void mttcg_yield(CPUState *cpu)
{
    if (cpu->polls <= POLLS) {
        sched_yield();
        return;
    }
    usleep(NAP_US);
    for (int i = 0; i < NAPS && others_in_firmware(cpu); i++) {
        usleep(NAP_US);
    }
}

static void *mttcg_cpu_thread_fn(void *arg)
{
    CPUState *cpu = arg;

    bql_lock();
    while (!cpu->unplug) {
        /* Comes first: work may have been queued before this thread had a turn at all. */
        tcg_wait_io_event(cpu);
        if (!cpu->stop && !cpu->stopped && runstate_is_running()) {
            tcg_cpus_exec(cpu);
        }
    }
    bql_unlock();
    return NULL;
}

void mttcg_start_vcpu_thread(CPUState *cpu)
{
    tcg_cpu_prepare(cpu);
    cpu->halt_cond = xnew(pthread_cond_t);
    pthread_cond_init(cpu->halt_cond, NULL);
    cpu->thread = thread_create(cpu->name, mttcg_cpu_thread_fn, cpu);
}

void mttcg_kick_vcpu_thread(CPUState *cpu)
{
    __atomic_store_n(&cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
    pthread_cond_broadcast(cpu->halt_cond);
}

void mttcg_destroy_vcpu_thread(CPUState *cpu)
{
    mttcg_kick_vcpu_thread(cpu);
    bql_unlock();
    thread_join(cpu->thread); /* it has seen cpu->unplug */
    bql_lock();
    pthread_cond_destroy(cpu->halt_cond);
    free(cpu->halt_cond);
    cpu->halt_cond = NULL;
    tcg_cpu_release(cpu);
}
