/* SPDX-License-Identifier: MIT */
/* Requests: "reset!", said by a device in the middle of a store on a vCPU thread, cannot be
 * obeyed there. It sets a flag; the main loop obeys between two turns.
 *
 * Flags are atomics, so asking is possible from anywhere, signal handlers included. When several
 * are set, main_loop_should_exit obeys in a fixed order: debug, suspend, shutdown, reset, wakeup,
 * powerdown, vmstop. */
#include "loop/main_loop.h"
#include "loop/runstate_int.h"

static const char *const cause_names[SHUTDOWN_CAUSE_COUNT] = {
    [SHUTDOWN_CAUSE_NONE] = "none",
    [SHUTDOWN_CAUSE_HOST_ERROR] = "host-error",
    [SHUTDOWN_CAUSE_HOST_QMP_QUIT] = "host-qmp-quit",
    [SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET] = "host-qmp-system-reset",
    [SHUTDOWN_CAUSE_HOST_SIGNAL] = "host-signal",
    [SHUTDOWN_CAUSE_HOST_UI] = "host-ui",
    [SHUTDOWN_CAUSE_GUEST_SHUTDOWN] = "guest-shutdown",
    [SHUTDOWN_CAUSE_GUEST_RESET] = "guest-reset",
    [SHUTDOWN_CAUSE_GUEST_PANIC] = "guest-panic",
};

/* Set by any thread, taken by the main thread.  Causes: SHUTDOWN_CAUSE_NONE is "not requested". */
static atomic_bool debug_requested, suspend_requested, wakeup_requested, powerdown_requested;
static atomic_int shutdown_requested, reset_requested;
static atomic_int vmstop_requested = RUN_STATE_COUNT; /* the state to stop in; COUNT: none */
static atomic_int exit_code;
static atomic_int killed_by_signal, killed_by_pid;
static bool no_reboot, no_shutdown; /* from the command line, before any thread */

static NotifierList powerdown_notifiers = NOTIFIER_LIST_INIT(powerdown_notifiers); /* big lock */

const char *shutdown_cause_name(ShutdownCause cause)
{
    assert(cause < SHUTDOWN_CAUSE_COUNT);
    return cause_names[cause];
}

void runstate_set_no_reboot(bool on)
{
    no_reboot = on;
}

void runstate_set_no_shutdown(bool on)
{
    no_shutdown = on;
}

void system_powerdown_notifier_add(Notifier *n)
{
    notifier_list_add(&powerdown_notifiers, n);
}

/* ---- asking: any thread ---- */

void system_shutdown_request(ShutdownCause cause)
{
    system_shutdown_request_with_code(cause, cause == SHUTDOWN_CAUSE_HOST_ERROR);
}

/* A guest that ends the machine does not see how its next instructions fail: many have a message
 * there that says the power-off did not work. */
static void stop_the_asking(ShutdownCause cause)
{
    if (cause >= SHUTDOWN_CAUSE_GUEST_SHUTDOWN) {
        stop_current_vcpu();
    }
}

void system_shutdown_request_with_code(ShutdownCause cause, int code)
{
    assert(cause != SHUTDOWN_CAUSE_NONE);
    exit_code = code;
    shutdown_requested = cause;
    stop_the_asking(cause);
    main_loop_notify();
}

void system_reset_request(ShutdownCause cause)
{
    assert(cause != SHUTDOWN_CAUSE_NONE);
    if (no_reboot) {
        system_shutdown_request(cause);
        return;
    }
    reset_requested = cause;
    stop_the_asking(cause);
    main_loop_notify();
}

static void request(atomic_bool *flag)
{
    *flag = true;
    main_loop_notify();
}

void system_powerdown_request(void)
{
    request(&powerdown_requested);
}

void system_suspend_request(void)
{
    request(&suspend_requested);
}

void system_wakeup_request(void)
{
    request(&wakeup_requested);
}

void system_debug_request(void)
{
    request(&debug_requested);
}

void system_vmstop_request(RunState s)
{
    assert(s < RUN_STATE_COUNT);
    vmstop_requested = s;
    main_loop_notify();
}

bool system_shutdown_requested(void)
{
    return shutdown_requested != SHUTDOWN_CAUSE_NONE;
}

void system_killed(int signo, int pid)
{
    killed_by_pid = pid;
    killed_by_signal = signo;
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_SIGNAL);
}

/* ---- obeying: main thread ---- */

static void report_killer(void)
{
    int signo = atomic_exchange(&killed_by_signal, 0);
    char path[32], comm[32] = "";
    FILE *f;

    if (!signo) {
        return;
    }
    if (!killed_by_pid) { /* from the kernel: Ctrl-C on our terminal */
        fprintf(stderr, "teemu: terminating on signal %d\n", signo);
        return;
    }
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)killed_by_pid);
    f = fopen(path, "r");
    if (f) {
        if (fgets(comm, sizeof(comm), f)) {
            comm[strcspn(comm, "\n")] = 0;
        }
        fclose(f);
    }
    fprintf(stderr, "teemu: terminating on signal %d from pid %d (%s)\n", signo,
            (int)killed_by_pid, comm[0] ? comm : "<unknown process>");
}

static void obey_suspend(void)
{
    if (runstate_is_running()) {
        pause_all_vcpus();
        runstate_set(RUN_STATE_SUSPENDED); /* the virtual clock goes on: a timer may wake us */
        system_event("SUSPEND", SHUTDOWN_CAUSE_NONE);
    }
}

/* True if the program ends. */
static bool obey_shutdown(ShutdownCause cause, int *status)
{
    report_killer();
    system_event("SHUTDOWN", cause);
    if (no_shutdown && cause == SHUTDOWN_CAUSE_GUEST_SHUTDOWN) {
        vm_stop(RUN_STATE_SHUTDOWN);
        return false;
    }
    *status = exit_code;
    return true;
}

static void obey_reset(ShutdownCause cause)
{
    pause_all_vcpus();
    system_reset(cause);
    if (runstate_is_running()) {
        resume_all_vcpus();
    } else if (runstate_get() == RUN_STATE_SUSPENDED) { /* a reset is one way out of it */
        runstate_set(RUN_STATE_RUNNING);
        resume_all_vcpus();
    } else if (runstate_get() != RUN_STATE_INMIGRATE) {
        runstate_set(RUN_STATE_PRELAUNCH);
    }
}

static void obey_wakeup(void)
{
    if (runstate_get() == RUN_STATE_SUSPENDED) {
        system_wakeup();
        runstate_set(RUN_STATE_RUNNING);
        resume_all_vcpus();
        system_event("WAKEUP", SHUTDOWN_CAUSE_NONE);
    }
}

static void obey_powerdown(void)
{
    system_event("POWERDOWN", SHUTDOWN_CAUSE_NONE);
    notifier_list_notify(&powerdown_notifiers, NULL);
}

bool main_loop_should_exit(int *status)
{
    int cause, stop;

    if (atomic_exchange(&debug_requested, false)) {
        vm_stop(RUN_STATE_DEBUG);
    }
    if (atomic_exchange(&suspend_requested, false)) {
        obey_suspend();
    }
    cause = atomic_exchange(&shutdown_requested, SHUTDOWN_CAUSE_NONE);
    if (cause != SHUTDOWN_CAUSE_NONE && obey_shutdown(cause, status)) {
        return true;
    }
    cause = atomic_exchange(&reset_requested, SHUTDOWN_CAUSE_NONE);
    if (cause != SHUTDOWN_CAUSE_NONE) {
        obey_reset(cause);
    }
    if (atomic_exchange(&wakeup_requested, false)) {
        obey_wakeup();
    }
    if (atomic_exchange(&powerdown_requested, false)) {
        obey_powerdown();
    }
    stop = atomic_exchange(&vmstop_requested, RUN_STATE_COUNT);
    if (stop != RUN_STATE_COUNT) {
        vm_stop(stop);
    }
    return false;
}

int main_loop(void)
{
    int status = 0;

    while (!main_loop_should_exit(&status)) {
        main_loop_wait(false); /* a request that came meanwhile ends the sleep at once */
    }
    return status;
}
