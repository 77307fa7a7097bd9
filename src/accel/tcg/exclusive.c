/* SPDX-License-Identifier: MIT */
#include "accel/tcg/exclusive.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned inside;  /* lock: vCPUs in exec sections */
static unsigned wanting; /* lock: threads that want to be, or are, exclusive */
static bool exclusive;   /* lock: somebody is */

void cpu_exec_start(CPUState *cpu)
{
    pthread_mutex_lock(&lock);
    while (wanting) {
        pthread_cond_wait(&changed, &lock);
    }
    inside++;
    cpu->running = true;
    pthread_mutex_unlock(&lock);
}

void cpu_exec_end(CPUState *cpu)
{
    pthread_mutex_lock(&lock);
    inside--;
    cpu->running = false;
    if (wanting) {
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
}

void start_exclusive(void)
{
    CPUState *cpu;

    pthread_mutex_lock(&lock);
    wanting++;
    while (exclusive) {
        pthread_cond_wait(&changed, &lock);
    }
    exclusive = true;
    CPU_FOREACH(cpu) {
        if (cpu->running) {
            cpus_accel->kick_vcpu(cpu);
        }
    }
    while (inside) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

void end_exclusive(void)
{
    pthread_mutex_lock(&lock);
    wanting--;
    exclusive = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void cpu_exec_alone(CPUState *cpu, void (*fn)(void *opaque), void *opaque)
{
    cpu_exec_end(cpu);
    start_exclusive();
    fn(opaque);
    end_exclusive();
    cpu_exec_start(cpu);
}
