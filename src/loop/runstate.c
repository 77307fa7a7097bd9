/* SPDX-License-Identifier: MIT */
/* The run state: what it is, who is told of changes, and the two functions that start and stop time
 * for the guest.  What is asked for from other threads is in requests.c. */
#include "loop/runstate.h"

#include "base/alloc.h"
#include "loop/main_loop.h"
#include "loop/runstate_int.h"

static const char *const state_names[RUN_STATE_COUNT] = {
    [RUN_STATE_PRELAUNCH] = "prelaunch",
    [RUN_STATE_RUNNING] = "running",
    [RUN_STATE_PAUSED] = "paused",
    [RUN_STATE_DEBUG] = "debug",
    [RUN_STATE_SUSPENDED] = "suspended",
    [RUN_STATE_SHUTDOWN] = "shutdown",
    [RUN_STATE_INMIGRATE] = "inmigrate",
    [RUN_STATE_POSTMIGRATE] = "postmigrate",
    [RUN_STATE_SAVE_VM] = "save-vm",
    [RUN_STATE_RESTORE_VM] = "restore-vm",
    [RUN_STATE_IO_ERROR] = "io-error",
    [RUN_STATE_INTERNAL_ERROR] = "internal-error",
    [RUN_STATE_GUEST_PANICKED] = "guest-panicked",
    [RUN_STATE_WATCHDOG] = "watchdog",
};

struct VMChangeStateEntry {
    List link;
    VMChangeStateHandler *cb;
    void *opaque;
};

static atomic_int state = RUN_STATE_PRELAUNCH; /* written by the main thread, read by any */
static List change_handlers = LIST_INIT(change_handlers); /* VMChangeStateEntry; big lock */
static NotifierList event_notifiers = NOTIFIER_LIST_INIT(event_notifiers); /* big lock */

static struct {
    void (*reset)(ShutdownCause cause);
    void (*pause)(void);
    void (*resume)(void);
    void (*stop_current)(void);
    void (*wakeup)(void);
} hooks;

RunState runstate_get(void)
{
    return state;
}

const char *runstate_name(RunState s)
{
    assert(s < RUN_STATE_COUNT);
    return state_names[s];
}

bool runstate_is_running(void)
{
    return state == RUN_STATE_RUNNING;
}

void runstate_set(RunState s)
{
    assert(s < RUN_STATE_COUNT);
    state = s;
}

/* ---- being told ---- */

VMChangeStateEntry *vm_change_state_handler_add(VMChangeStateHandler *cb, void *opaque)
{
    VMChangeStateEntry *e = xnew(VMChangeStateEntry);

    e->cb = cb;
    e->opaque = opaque;
    list_push_back(&change_handlers, &e->link);
    return e;
}

void vm_change_state_handler_del(VMChangeStateEntry *e)
{
    list_remove(&e->link);
    free(e);
}

/* Starting goes in the order of adding, stopping backwards: what came last leans on what came
 * first. */
static void notify_change(bool running, RunState s)
{
    List *l = running ? change_handlers.next : change_handlers.prev;

    while (l != &change_handlers) {
        VMChangeStateEntry *e = list_entry(l, VMChangeStateEntry, link);

        l = running ? l->next : l->prev; /* the handler may remove itself */
        e->cb(e->opaque, running, s);
    }
}

void system_event_notifier_add(Notifier *n)
{
    notifier_list_add(&event_notifiers, n);
}

void system_event(const char *name, ShutdownCause cause)
{
    SystemEvent e = {name, cause, cause >= SHUTDOWN_CAUSE_GUEST_SHUTDOWN};

    notifier_list_notify(&event_notifiers, &e);
}

/* ---- what others know how to do ---- */

void runstate_set_reset_hook(void (*reset)(ShutdownCause cause))
{
    hooks.reset = reset;
}

void runstate_set_vcpu_hooks(void (*pause)(void), void (*resume)(void), void (*stop_current)(void))
{
    hooks.pause = pause;
    hooks.resume = resume;
    hooks.stop_current = stop_current;
}

void runstate_set_wakeup_hook(void (*wakeup)(void))
{
    hooks.wakeup = wakeup;
}

void pause_all_vcpus(void)
{
    if (hooks.pause) {
        hooks.pause();
    }
}

void resume_all_vcpus(void)
{
    if (hooks.resume) {
        hooks.resume();
    }
}

void stop_current_vcpu(void)
{
    if (hooks.stop_current) {
        hooks.stop_current();
    }
}

void system_reset(ShutdownCause cause)
{
    if (hooks.reset) {
        hooks.reset(cause);
    }
    if (cause != SHUTDOWN_CAUSE_NONE) {
        system_event("RESET", cause);
    }
}

void system_wakeup(void)
{
    if (hooks.wakeup) {
        hooks.wakeup();
    }
}

/* ---- start and stop ---- */

static void start(bool time_runs)
{
    assert(in_main_thread());
    if (runstate_is_running()) {
        return;
    }
    runstate_set(RUN_STATE_RUNNING);
    clock_virtual_enable(time_runs);
    notify_change(true, RUN_STATE_RUNNING);
    resume_all_vcpus();
    system_event("RESUME", SHUTDOWN_CAUSE_NONE);
}

void vm_start(void)
{
    start(true);
}

void vm_start_frozen(void)
{
    start(false);
}

/* False: nothing was running. */
static bool stop(RunState s)
{
    assert(in_main_thread());
    if (!runstate_is_running()) {
        return false;
    }
    /* vCPUs first: what they do on their way out still sees time pass. */
    pause_all_vcpus();
    clock_virtual_enable(false);
    runstate_set(s);
    notify_change(false, s);
    return true;
}

void vm_stop(RunState s)
{
    if (!in_main_thread()) {
        system_vmstop_request(s);
    } else if (stop(s)) {
        system_event("STOP", SHUTDOWN_CAUSE_NONE);
    }
}

void vm_shutdown(void)
{
    stop(RUN_STATE_SHUTDOWN);
}
