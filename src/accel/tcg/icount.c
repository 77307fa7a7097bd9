/* SPDX-License-Identifier: MIT */
/* -icount: guest time is the number of executed instructions, times 2^shift nanoseconds.
 *
 * A slice runs with a budget that ends exactly at the next timer; translated code charges it block
 * by block.  While all vCPUs wait, time would stand still: it is moved on to the next timer, after
 * sleeping that long on the host (sleep=on) or at once (sleep=off). */
#include "accel/accel.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/str.h"
#include "loop/timer.h"

enum { SHIFT_MAX = 10, SHIFT_AUTO = 3 };

bool icount_enabled;

static unsigned shift;
static bool host_sleep = true;
static uint64_t total;     /* atomic: instructions executed in finished slices */
static int64_t skipped_ns; /* atomic: time that passed without an executed instruction */
static Timer wake_timer;   /* BQL: ends an idle period */
static int64_t idle_since; /* BQL: realtime; 0 = not idle */

/* Instructions that the slice of the calling thread has executed so far. */
static int64_t executed_in_slice(void)
{
    unsigned not_done = 0;
    TcgCpu *tc;
    uint64_t pc;

    if (!current_cpu) {
        return 0;
    }
    tc = tcg_cpu(current_cpu);
    if (tc->in_io) {
        tcg_pc_of(current_cpu, tc->io_ra, &pc, &not_done);
    }
    return tc->icount_slice - current_cpu->env->icount_budget - not_done;
}

static int64_t icount_clock(void)
{
    uint64_t insns = __atomic_load_n(&total, __ATOMIC_RELAXED) + executed_in_slice();

    return __atomic_load_n(&skipped_ns, __ATOMIC_RELAXED) + (int64_t)(insns << shift);
}

/* A device armed a nearer timer: the budget of the running slice is too long. */
static void deadline_changed(void)
{
    if (current_cpu) {
        __atomic_store_n(&current_cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
    }
}

int64_t icount_budget_until_deadline(void)
{
    int64_t ns = clock_deadline_ns(VM_CLOCK_VIRTUAL);

    return ns < 0 ? INT64_MAX : MAX((ns + (1LL << shift) - 1) >> shift, 1LL);
}

/* An instruction that traps is not counted as executed, but takes as long: a loop of nothing but
 * traps must not stop time. */
bool icount_trap(TcgCpu *tc)
{
    __atomic_add_fetch(&skipped_ns, 1LL << shift, __ATOMIC_RELAXED);
    tc->icount_slice--;
    return --tc->cpu->env->icount_budget > 0;
}

void icount_account(TcgCpu *tc)
{
    int64_t done = tc->icount_slice - tc->cpu->env->icount_budget;

    tc->icount_total += done;
    tc->icount_slice = 0;
    tc->cpu->env->icount_budget = 0;
    __atomic_add_fetch(&total, done, __ATOMIC_RELAXED);
}

void icount_run_timers(void)
{
    if (idle_since) {
        int64_t slept = clock_get_ns(VM_CLOCK_REALTIME) - idle_since;
        int64_t deadline = clock_deadline_ns(VM_CLOCK_VIRTUAL);

        __atomic_add_fetch(&skipped_ns, deadline < 0 ? slept : MIN(slept, deadline),
                           __ATOMIC_RELAXED);
        idle_since = 0;
        timer_del(&wake_timer);
    }
    if (clock_deadline_ns(VM_CLOCK_VIRTUAL) == 0) {
        timer_run_clock(VM_CLOCK_VIRTUAL);
    }
}

static void wake(void *opaque)
{
    icount_run_timers();
}

void icount_idle(void)
{
    int64_t deadline = clock_deadline_ns(VM_CLOCK_VIRTUAL);

    if (deadline < 0) {
        return;
    }
    if (!host_sleep) {
        __atomic_add_fetch(&skipped_ns, deadline, __ATOMIC_RELAXED);
        timer_run_clock(VM_CLOCK_VIRTUAL);
        return;
    }
    if (!idle_since) {
        idle_since = clock_get_ns(VM_CLOCK_REALTIME);
        timer_mod_ns(&wake_timer, idle_since + deadline);
    }
}

static bool parse_shift(const char *text, Error **errp)
{
    uint64_t n;

    if (!strcmp(text, "auto")) {
        shift = SHIFT_AUTO;
        return true;
    }
    if (!parse_u64(text, &n, NULL) || n > SHIFT_MAX) {
        return err_set(errp, "-icount %s: shift is 0 to %d, or auto", text, SHIFT_MAX);
    }
    shift = n;
    return true;
}

bool accel_set_icount(const char *text, Error **errp)
{
    KeyVals *kv = keyval_parse("-icount", text, "shift", errp);
    const char *value;
    bool ok;

    if (!kv) {
        return false;
    }
    value = keyval_get(kv, "shift");
    ok = parse_shift(value ? value : "auto", errp) &&
         keyval_get_bool(kv, "sleep", &host_sleep, errp) && keyval_check_used(kv, errp);
    keyval_free(kv);
    icount_enabled = ok;
    return ok;
}

void icount_start(void)
{
    timer_init_ns(&wake_timer, VM_CLOCK_REALTIME, wake, NULL);
    clock_virtual_set_source(icount_clock);
    clock_virtual_set_notify(deadline_changed);
}

uint64_t icount_of(TcgCpu *tc)
{
    return tc->icount_total + (current_cpu == tc->cpu ? executed_in_slice() : 0);
}
