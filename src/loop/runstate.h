/* SPDX-License-Identifier: MIT */
/* Is the machine running, and who asked it to do something else?
 *
 * Guests, monitors, signals and windows ask from any thread: a request is a flag and a wake-up of
 * the main loop. The main loop acts on it between two turns, in main_loop_should_exit, where no
 * device code is on the stack. loop/ knows neither devices nor CPUs: qom/ and accel/ register
 * what resetting, pausing and resuming mean. */
#ifndef LOOP_RUNSTATE_H
#define LOOP_RUNSTATE_H

#include "loop/notifier.h"

typedef enum RunState {
    RUN_STATE_PRELAUNCH, /* made but never run (or -S) */
    RUN_STATE_RUNNING,
    RUN_STATE_PAUSED, /* "stop" in the monitor */
    RUN_STATE_DEBUG, /* stopped for gdb */
    RUN_STATE_SUSPENDED, /* the guest sleeps (ACPI S3) */
    RUN_STATE_SHUTDOWN, /* the guest powered off and -no-shutdown keeps us */
    RUN_STATE_INMIGRATE, /* waits for an incoming migration */
    RUN_STATE_POSTMIGRATE, /* is running elsewhere now */
    RUN_STATE_SAVE_VM,
    RUN_STATE_RESTORE_VM,
    RUN_STATE_IO_ERROR, /* a disk failed and its policy is to stop */
    RUN_STATE_INTERNAL_ERROR, /* the accelerator gave up */
    RUN_STATE_GUEST_PANICKED,
    RUN_STATE_WATCHDOG,
    RUN_STATE_COUNT /* how many there are */
} RunState;

typedef enum ShutdownCause {
    SHUTDOWN_CAUSE_NONE, /* nothing requested */
    SHUTDOWN_CAUSE_HOST_ERROR,
    SHUTDOWN_CAUSE_HOST_QMP_QUIT,
    SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET,
    SHUTDOWN_CAUSE_HOST_SIGNAL,
    SHUTDOWN_CAUSE_HOST_UI, /* Ctrl-A X, the window's close button */
    SHUTDOWN_CAUSE_GUEST_SHUTDOWN,
    SHUTDOWN_CAUSE_GUEST_RESET,
    SHUTDOWN_CAUSE_GUEST_PANIC,
    SHUTDOWN_CAUSE_COUNT
} ShutdownCause;

/* "guest-shutdown", ...: QMP's names. */
const char *shutdown_cause_name(ShutdownCause cause);

/* Requests.  Any thread, any signal handler; each is acted upon once however often it was made. */
void system_shutdown_request(ShutdownCause cause);
void system_shutdown_request_with_code(ShutdownCause cause, int exit_code);
void system_reset_request(ShutdownCause cause);
void system_powerdown_request(void); /* press the power button */
void system_suspend_request(void);
void system_wakeup_request(void); /* ignored unless suspended */
void system_debug_request(void); /* stop in RUN_STATE_DEBUG */
void system_vmstop_request(RunState state); /* stop in @state */

/* Is a request to end waiting for the main loop? For start-up code that waits for something
 * else. */
bool system_shutdown_requested(void);

/* A signal or a terminal asked us to end: note who, then request it. */
void system_killed(int signo, int pid);

/* Act on what was requested. True when it is time to exit, with the process exit status in
 * *status. */
bool main_loop_should_exit(int *status);

/* Turns of the main loop until main_loop_should_exit; returns the exit status. */
int main_loop(void);

/* -no-reboot: a reset ends the program. -no-shutdown: a guest's power-off only stops the
 * machine. */
void runstate_set_no_reboot(bool on);
void runstate_set_no_shutdown(bool on);

RunState runstate_get(void);
const char *runstate_name(RunState state); /* "running", "paused", ...: QMP's names */
bool runstate_is_running(void);

/* Change the state without starting or stopping anything: for start-up code and migration. */
void runstate_set(RunState state);

/* Start: clocks, then handlers, then vCPUs.  Main thread, big lock. */
void vm_start(void);

/* The same, but the virtual clock goes on standing still: a debugger's step. */
void vm_start_frozen(void);

/* Stop in @state: vCPUs, clocks, then handlers in reverse order. Under the big lock; on another
 * thread than the main thread it is only requested. */
void vm_stop(RunState state);

/* vm_stop for the orderly exit: no event tells of it.  Main thread, big lock. */
void vm_shutdown(void);

/* @cb is told after each start and stop.  Remove it with vm_change_state_handler_del. */
typedef void VMChangeStateHandler(void *opaque, bool running, RunState state);
typedef struct VMChangeStateEntry VMChangeStateEntry;
VMChangeStateEntry *vm_change_state_handler_add(VMChangeStateHandler *cb, void *opaque);
void vm_change_state_handler_del(VMChangeStateEntry *e);

/* What others know how to do. Each may stay unset. @reset puts every device and CPU into its
 * power-on state; @pause returns when no vCPU runs, @resume lets them run again; @wakeup leaves
 * suspend. Main thread, big lock.  @stop_current: the calling thread's vCPU, if it has one, is to
 * stop soon, as by @pause. */
void runstate_set_reset_hook(void (*reset)(ShutdownCause cause));
void runstate_set_vcpu_hooks(void (*pause)(void), void (*resume)(void), void (*stop_current)(void));
void runstate_set_wakeup_hook(void (*wakeup)(void));
void pause_all_vcpus(void);
void resume_all_vcpus(void);
void stop_current_vcpu(void);

/* Reset the machine now.  Main thread, big lock, vCPUs paused. */
void system_reset(ShutdownCause cause);

/* Told when the power button is pressed; @data is NULL. */
void system_powerdown_notifier_add(Notifier *n);

/* Told of each event that QMP reports; @data is a SystemEvent. */
typedef struct SystemEvent {
    const char *name; /* "SHUTDOWN", "RESET", "POWERDOWN", "SUSPEND", "WAKEUP", "STOP", "RESUME" */
    ShutdownCause cause; /* of SHUTDOWN and RESET */
    bool guest; /* the guest asked for it */
} SystemEvent;
void system_event_notifier_add(Notifier *n);

#endif
