/* SPDX-License-Identifier: MIT */
/* The accelerator "qtest": vCPUs exist, with their registers and interrupt lines, but nobody runs
 * them.  The virtual clock stands still between two commands, so a test of a timer is exact. */
#include "accel/accel.h"
#include "accel/qtest/qtest.h"
#include "base/phase.h"
#include "loop/timer.h"
#include "target/cpu.h"

enum { MAX_FIRINGS = 1000000 }; /* in one step of the clock: a device's timer that never rests */

static _Atomic int64_t now_ns;

static int64_t qtest_now(void)
{
    return now_ns;
}

bool qtest_clock_warp(int64_t to)
{
    for (int firings = 0; now_ns < to; firings++) {
        int64_t left = to - now_ns, deadline = clock_deadline_ns(VM_CLOCK_VIRTUAL);

        if (firings == MAX_FIRINGS) {
            return false;
        }
        now_ns += deadline >= 0 && deadline < left ? deadline : left;
        timer_run_clock(VM_CLOCK_VIRTUAL);
    }
    return true;
}

/* ---- AccelOps: nothing to start, nothing to kick ---- */

static void no_cpu(CPUState *cpu)
{
}

static void no_page(CPUState *cpu, uint64_t va)
{
}

static void no_breakpoint(uint64_t pc)
{
}

static bool qtest_create_vcpu_thread(CPUState *cpu, Error **errp)
{
    return true; /* no thread: what is to run on this CPU runs on whoever asks for it */
}

static void qtest_safe_work(CPUState *cpu, RunOnCpu *fn, void *data)
{
    fn(cpu, data);
}

static uint64_t no_insns(CPUState *cpu)
{
    return 0;
}

/* No guest code runs, so nothing leaves it (loop_exit) or reaches memory from it (load, store). */
static const AccelOps qtest_ops = {
    .name = "qtest",
    .create_vcpu_thread = qtest_create_vcpu_thread,
    .kick_vcpu = no_cpu,
    .yield = no_cpu,
    .reset_vcpu = no_cpu,
    .safe_work = qtest_safe_work,
    .tlb_flush = no_cpu,
    .tlb_flush_page = no_page,
    .breakpoint_added = no_breakpoint,
    .insn_count = no_insns,
};

bool qtest_enabled(void)
{
    return cpus_accel == &qtest_ops;
}

static bool qtest_init(KeyVals *opts, Error **errp)
{
    clock_virtual_set_source(qtest_now);
    return true;
}

static void qtest_accel_ops_init(void)
{
    INIT_STEP();
    cpus_accel = &qtest_ops;
}

static const Accel qtest_accel = {
    .name = "qtest",
    .summary = "no CPU runs; a script does what one would do (see -qtest)",
    .init = qtest_init,
    .ops_init = qtest_accel_ops_init,
};
ACCEL(qtest_accel);
