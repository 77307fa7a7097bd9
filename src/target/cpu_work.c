/* SPDX-License-Identifier: MIT */
/* Work for a vCPU's own thread: functions that touch state which only that thread may touch.
 *
 *     any thread:   queue, kick ----------.
 *     vCPU thread:  guest code ... | leaves it | cpu_process_work | guest code ...
 */
#include "base/alloc.h"
#include "base/bql.h"
#include "loop/thread.h"
#include "target/cpu.h"

struct CPUWork {
    RunOnCpu *fn;
    void *data;
    bool waited_for; /* lives on the stack of run_on_cpu; else on the heap, freed when done */
    bool exclusive;  /* the safe form */
    bool done;       /* BQL */
    List link;       /* in CPUState.work */
};

/* BQL: some waited_for work is done. */
static pthread_cond_t work_cond = PTHREAD_COND_INITIALIZER;

static bool is_own_thread(const CPUState *cpu)
{
    return !cpu->thread || cpu->thread == thread_self();
}

static void queue(CPUState *cpu, CPUWork *w)
{
    pthread_mutex_lock(&cpu->work_lock);
    list_push_back(&cpu->work, &w->link);
    pthread_mutex_unlock(&cpu->work_lock);
    cpus_accel->kick_vcpu(cpu);
}

static CPUWork *take(CPUState *cpu)
{
    CPUWork *w = NULL;

    pthread_mutex_lock(&cpu->work_lock);
    if (!list_empty(&cpu->work)) {
        w = list_entry(cpu->work.next, CPUWork, link);
        list_remove(&w->link);
    }
    pthread_mutex_unlock(&cpu->work_lock);
    return w;
}

/* The waiter may see done and leave, and w with it, as soon as the BQL is dropped. */
static void finish(CPUWork *w)
{
    if (w->waited_for) {
        w->done = true;
        pthread_cond_broadcast(&work_cond);
    } else {
        free(w);
    }
}

void run_on_cpu(CPUState *cpu, RunOnCpu *fn, void *data)
{
    CPUWork w = {.fn = fn, .data = data, .waited_for = true};

    if (is_own_thread(cpu)) {
        fn(cpu, data);
        return;
    }
    assert(bql_locked());
    queue(cpu, &w);
    while (!w.done) {
        bql_cond_wait(&work_cond);
    }
}

static void queue_new(CPUState *cpu, RunOnCpu *fn, void *data, bool exclusive)
{
    CPUWork *w = xnew(CPUWork);

    w->fn = fn;
    w->data = data;
    w->exclusive = exclusive;
    queue(cpu, w);
}

void async_run_on_cpu(CPUState *cpu, RunOnCpu *fn, void *data)
{
    queue_new(cpu, fn, data, false);
}

void async_safe_run_on_cpu(CPUState *cpu, RunOnCpu *fn, void *data)
{
    queue_new(cpu, fn, data, true);
}

void cpu_process_work(CPUState *cpu)
{
    CPUWork *w;

    assert(bql_locked());
    while ((w = take(cpu))) {
        if (w->exclusive) {
            /* Other vCPUs may be waiting for the big lock, and are waited for here. */
            bql_unlock();
            cpus_accel->safe_work(cpu, w->fn, w->data);
            bql_lock();
        } else {
            w->fn(cpu, w->data);
        }
        finish(w);
    }
}

bool cpu_work_pending(CPUState *cpu)
{
    bool pending;

    pthread_mutex_lock(&cpu->work_lock);
    pending = !list_empty(&cpu->work);
    pthread_mutex_unlock(&cpu->work_lock);
    return pending;
}

void cpu_drop_work(CPUState *cpu)
{
    CPUWork *w;

    while ((w = take(cpu))) {
        finish(w);
    }
}
