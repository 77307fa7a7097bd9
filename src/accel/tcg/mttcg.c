/* SPDX-License-Identifier: MIT */
/* thread=multi: one host thread for each vCPU. */
#include "accel/tcg/tcg_cpu.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "loop/runstate.h"
#include "loop/thread.h"

static void *mttcg_cpu_thread_fn(void *arg)
{
    CPUState *cpu = arg;

    bql_lock();
    cpu->created = true;
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
