/* SPDX-License-Identifier: MIT */
/* thread=single: all vCPUs in one thread, in turn (round robin).
 *
 * A turn ends when the vCPU halts or says that it waits for another one, when another one gets
 * something to do, and else after a while: without -icount TURN_NS of host time, with it the next
 * timer or TURN_INSNS instructions, so that the order of events depends on nothing but the guest.
 *
 * Turns are short: a hart that spins for a lock without saying so spins until its turn ends.  But
 * one that is in_firmware gets PATIENCE more of them to come back.
 *
 * A vCPU is taken away only while the thread is between two rounds, where it holds no pointer to
 * one; it ends with the last of them. */
#include "accel/tcg/tcg_cpu.h"
#include "base/bql.h"
#include "base/trace.h"
#include "loop/runstate.h"
#include "loop/thread.h"
#include "loop/timer.h"

TRACE_EVENT(vcpu_turn, "thread=single: a vCPU had its turn");

enum {
    TURN_NS = 1000 * 1000,
    PATIENCE = 3,
    TURN_INSNS = 50000,
};

typedef enum Turn { TURN_ON, TURN_TIME_IS_UP, TURN_GIVEN_AWAY } Turn;

/* BQL: some vCPU may have something to do */
static pthread_cond_t halt_cond = PTHREAD_COND_INITIALIZER;
static Thread *rr_thread; /* BQL */
static CPUState *running; /* atomic: whose turn it is */
static Turn turn;         /* atomic: and how far it is */
static Timer *turn_timer;
static bool in_round;         /* BQL: the thread may hold a pointer to any vCPU */
static bool ending;           /* BQL: the last vCPU goes, and the thread with it */
static pthread_cond_t round_over = PTHREAD_COND_INITIALIZER; /* BQL: in_round has become false */

static void end_turn(CPUState *cpu, Turn why)
{
    __atomic_store_n(&turn, why, __ATOMIC_SEQ_CST);
    __atomic_store_n(&cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
}

void rr_yield(CPUState *cpu)
{
    end_turn(cpu, TURN_GIVEN_AWAY);
}

static void tick(void *opaque)
{
    CPUState *cpu = __atomic_load_n(&running, __ATOMIC_SEQ_CST);

    if (cpu) {
        end_turn(cpu, TURN_TIME_IS_UP);
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

/* Is some vCPU being taken away?  Then the round ends, and none begins before it is gone. */
static bool any_unplug(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu->unplug) {
            return true;
        }
    }
    return false;
}

static bool all_idle(void)
{
    CPUState *cpu;

    if (any_unplug()) {
        return true;
    }
    CPU_FOREACH(cpu) {
        if (!tcg_thread_is_idle(cpu)) {
            return false;
        }
    }
    return true;
}

static bool can_run(CPUState *cpu)
{
    return !cpu->stop && !cpu->stopped && !cpu->unplug && runstate_is_running();
}

/* After an exit that somebody asked for: does @cpu go on? */
static bool has_turn(CPUState *cpu, unsigned *patience)
{
    Turn t = __atomic_load_n(&turn, __ATOMIC_SEQ_CST);

    if (t == TURN_TIME_IS_UP && *patience && cpu->in_firmware) {
        (*patience)--;
        t = TURN_ON;
    }
    return t == TURN_ON && can_run(cpu) && !cpu_work_pending(cpu);
}

/* Turns end with what cpu_exec returned. */
static int take_turn(CPUState *cpu)
{
    unsigned patience = PATIENCE;
    int ret;

    __atomic_store_n(&turn, TURN_ON, __ATOMIC_SEQ_CST);
    __atomic_store_n(&running, cpu, __ATOMIC_SEQ_CST);
    while ((ret = tcg_cpus_exec(cpu)) == EXCP_INTERRUPT && has_turn(cpu, &patience)) {
        __atomic_store_n(&turn, TURN_ON, __ATOMIC_SEQ_CST);
    }
    __atomic_store_n(&running, NULL, __ATOMIC_SEQ_CST);
    return ret;
}

static int take_counted_turn(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);
    int ret;

    icount_run_timers();
    tc->icount_slice = MIN(icount_budget_until_deadline(), (int64_t)TURN_INSNS);
    cpu->env->icount_budget = tc->icount_slice;
    ret = tcg_cpus_exec(cpu);
    icount_account(tc);
    icount_run_timers();
    return ret;
}

/* Who waits for work that was queued may be the main thread, without which no turn ends by time. */
static bool any_work_pending(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu_work_pending(cpu)) {
            return true;
        }
    }
    return false;
}

/* Returns what the vCPU's turn ended with. */
static int next_turn(CPUState *cpu)
{
    int64_t since = trace_on(vcpu_turn) ? trace_clock_ns() : 0;
    int ret = icount_enabled ? take_counted_turn(cpu) : take_turn(cpu);

    if (since) {
        trace_slice(vcpu_turn, "turns", since, "%s", cpu->name);
    }
    return ret;
}

/* One turn for each vCPU from number *first on.  After a stop for a debugger the next one comes
 * first; else a hart at a breakpoint in a loop would never let the others have theirs. */
static void take_turns(int *first)
{
    bool all_stopped = true;
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        all_stopped &= !can_run(cpu);
        if (cpu->index < *first || !can_run(cpu) || tcg_thread_is_idle(cpu)) {
            continue;
        }
        if (any_work_pending() || any_unplug()) {
            *first = cpu->index;
            return;
        }
        if (next_turn(cpu) == EXCP_DEBUG) {
            *first = cpu->index + 1;
            return;
        }
    }
    *first = all_stopped ? *first : 0;
}

/* False: the thread is to end. */
static bool wait_for_work(void)
{
    CPUState *cpu;

    while (all_idle() && !ending) {
        turn_timer_update(false);
        if (icount_enabled && runstate_is_running()) {
            icount_idle();
            if (!all_idle()) {
                break;
            }
        }
        in_round = false;
        pthread_cond_broadcast(&round_over);
        bql_cond_wait(&halt_cond);
        in_round = true;
    }
    if (ending) {
        return false;
    }
    CPU_FOREACH(cpu) {
        tcg_wait_io_event_common(cpu);
    }
    return true;
}

static unsigned count_cpus(void)
{
    unsigned n = 0;
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        n++;
    }
    return n;
}

static void *rr_cpu_thread_fn(void *arg)
{
    int first = 0;

    bql_lock();
    in_round = true;
    while (wait_for_work()) {
        turn_timer_update(count_cpus() > 1);
        take_turns(&first);
    }
    in_round = false;
    bql_unlock();
    return NULL;
}

void rr_kick_vcpu_thread(CPUState *cpu)
{
    CPUState *other = __atomic_load_n(&running, __ATOMIC_SEQ_CST);

    __atomic_store_n(&cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
    if (other && other != cpu) {
        end_turn(other, TURN_GIVEN_AWAY);
    }
    pthread_cond_broadcast(&halt_cond);
}

void rr_start_vcpu_thread(CPUState *cpu)
{
    tcg_cpu_prepare(cpu);
    cpu->halt_cond = &halt_cond;
    if (!rr_thread) {
        turn_timer = timer_new_ns(VM_CLOCK_REALTIME, tick, NULL);
        rr_thread = thread_create("vcpus", rr_cpu_thread_fn, NULL);
    }
    cpu->thread = rr_thread;
}

static void end_thread(void)
{
    ending = true;
    pthread_cond_broadcast(&halt_cond);
    bql_unlock();
    thread_join(rr_thread);
    bql_lock();
    ending = false;
    rr_thread = NULL;
    timer_free(turn_timer);
    turn_timer = NULL;
}

void rr_destroy_vcpu_thread(CPUState *cpu)
{
    while (in_round) {
        rr_kick_vcpu_thread(cpu);
        bql_cond_wait(&round_over);
    }
    if (count_cpus() == 1) {
        end_thread();
    }
    cpu->halt_cond = NULL;
    tcg_cpu_release(cpu);
    pthread_cond_broadcast(&halt_cond); /* the others go on when the caller gives the BQL away */
}
