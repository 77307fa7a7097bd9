/* SPDX-License-Identifier: MIT */
/* Commands that steer: stop, cont, step, reset, quit. */
#include <unistd.h>
#include "base/alloc.h"
#include "base/bql.h"
#include "inspect/guest_memory.h"
#include "inspect/monitor.h"
#include "inspect/run.h"
#include "loop/runstate.h"
#include "target/debug.h"

/* ---- what QMP does too ---- */

bool run_cont(Error **errp)
{
    switch (runstate_get()) {
    case RUN_STATE_SHUTDOWN:
    case RUN_STATE_INTERNAL_ERROR:
    case RUN_STATE_GUEST_PANICKED:
        return err_set(errp, "the machine has ended (%s): system_reset comes before cont",
                       runstate_name(runstate_get()));
    case RUN_STATE_SUSPENDED:
        return true; /* it goes on when it wakes up */
    default:
        vm_start();
        return true;
    }
}

bool run_wakeup(Error **errp)
{
    if (runstate_get() != RUN_STATE_SUSPENDED) {
        return err_set(errp, "wake-up from suspend is not supported by this guest: it is not "
                             "suspended");
    }
    system_wakeup_request();
    return true;
}

/* ---- one by one ---- */

static void stop(Monitor *mon, const CommandArgs *args)
{
    vm_stop(RUN_STATE_PAUSED);
}
COMMAND(stop, "stop|s", "", "stop all CPUs and the virtual clock", stop);

static void cont(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!run_cont(&err)) {
        monitor_error(mon, err);
    }
}
COMMAND(cont, "cont|c", "", "let the machine run", cont);

static void quit(Monitor *mon, const CommandArgs *args)
{
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
}
COMMAND(quit, "quit|q", "", "end the emulator", quit);

static void do_system_reset(Monitor *mon, const CommandArgs *args)
{
    system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
}
COMMAND(system_reset, "system_reset", "", "reset the machine", do_system_reset);

static void system_powerdown(Monitor *mon, const CommandArgs *args)
{
    system_powerdown_request();
}
COMMAND(system_powerdown, "system_powerdown", "", "press the power button", system_powerdown);

static void do_system_wakeup(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!run_wakeup(&err)) {
        monitor_error(mon, err);
    }
}
COMMAND(system_wakeup, "system_wakeup", "", "wake up a machine that is suspended",
        do_system_wakeup);

static void nmi(Monitor *mon, const CommandArgs *args)
{
    if (monitor_cpu(mon)) {
        monitor_puts(mon, "Error: this feature or command is not currently supported: the machine "
                          "has no NMI\n");
    }
}
COMMAND(nmi, "nmi", "", "raise a non-maskable interrupt, where the board has one", nmi);

static void info_status(Monitor *mon, const CommandArgs *args)
{
    RunState s = runstate_get();

    monitor_printf(mon, "VM status: %s%s", runstate_is_running() ? "running" : "paused",
                   singlestep ? " (single step mode)" : "");
    if (s != RUN_STATE_RUNNING && s != RUN_STATE_PAUSED) {
        monitor_printf(mon, " (%s)", runstate_name(s));
    }
    monitor_puts(mon, "\n");
}
COMMAND(info_status, "info status", "", "does the machine run, and if not, why", info_status);

/* ---- single steps ---- */

enum { MAX_STEPS = 10000 };

/* Let @cpu execute one instruction while the others stand still.  The machine is stopped before
 * and after. */
static void step_once(CPUState *cpu)
{
    CPUState *other;

    CPU_FOREACH(other) {
        other->debug.held = other != cpu;
    }
    debug_set_step(cpu, SSTEP_ENABLE | SSTEP_NOIRQ | SSTEP_NOTIMER, 0, 0);
    vm_start();
    while (!cpu->stopped) { /* it sets this under the lock, and asks the main loop for nothing */
        bql_unlock();
        usleep(20);
        bql_lock();
    }
    vm_stop(RUN_STATE_PAUSED);
    debug_set_step(cpu, 0, 0, 0);
    cpu->debug.event.reason = DEBUG_NONE;
    CPU_FOREACH(other) {
        other->debug.held = false;
    }
}

static void step(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu = monitor_cpu(mon);
    uint64_t count = arg_given(args, "count") ? arg_num(args, "count") : 1;
    Str line = {0};

    if (!cpu) {
        return;
    }
    if (runstate_is_running()) {
        monitor_puts(mon, "Error: the machine runs; stop it first\n");
        return;
    }
    if (!cpu->thread) {
        monitor_puts(mon, "Error: nothing executes code on this CPU\n");
        return;
    }
    if (runstate_get() == RUN_STATE_SHUTDOWN || count > MAX_STEPS) {
        monitor_printf(mon, "Error: a machine that is not off can take up to %d steps\n",
                       MAX_STEPS);
        return;
    }
    for (uint64_t i = 0; i < count && !system_shutdown_requested(); i++) {
        step_once(cpu);
    }
    guest_disassemble(cpu, cpu->env->pc, false, &line);
    monitor_puts(mon, str_get(&line));
    str_free(&line);
}
COMMAND(step, "step", "count:e?", "execute one instruction, or as many, on this CPU", step);
