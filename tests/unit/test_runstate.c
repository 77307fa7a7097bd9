/* SPDX-License-Identifier: MIT */
/* loop/runstate.h: requests, their order, and starting and stopping. */
#include <unistd.h>
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "loop/thread.h"
#include "unit/unit.h"

static char events[256]; /* what happened, one word each */

static void note(const char *word)
{
    strcat(events, word);
    strcat(events, " ");
}

static void on_event(Notifier *n, void *data)
{
    note(((SystemEvent *)data)->name);
}

static void on_powerdown(Notifier *n, void *data)
{
    note("button");
}

static Notifier event_notifier = {.notify = on_event}, button = {.notify = on_powerdown};

static void hook_reset(ShutdownCause cause)
{
    note("reset");
}

static int stops;

static void hook_stop_current(void)
{
    stops++;
}

static void hook_pause(void)
{
    note("pause");
}

static void hook_resume(void)
{
    note("resume");
}

static void hook_wakeup(void)
{
    note("wakeup");
}

static int setup(void **state)
{
    runstate_set(RUN_STATE_PRELAUNCH);
    clock_virtual_enable(false);
    vm_start();
    events[0] = 0;
    return 0;
}

static int teardown(void **state)
{
    runstate_set_no_reboot(false);
    runstate_set_no_shutdown(false);
    return 0;
}

static void test_vm_start_and_vm_stop_move_the_virtual_clock_only(void **state)
{
    int64_t virt, real;

    assert_true(runstate_is_running());
    assert_true(clock_virtual_enabled());
    vm_stop(RUN_STATE_PAUSED);
    assert_string_equal(runstate_name(runstate_get()), "paused");
    virt = clock_get_ns(VM_CLOCK_VIRTUAL);
    real = clock_get_ns(VM_CLOCK_REALTIME);
    usleep(1000);
    assert_true(clock_get_ns(VM_CLOCK_VIRTUAL) == virt);
    assert_true(clock_get_ns(VM_CLOCK_REALTIME) > real);
    vm_stop(RUN_STATE_DEBUG); /* is stopped already */
    vm_start();
    vm_start();
    usleep(1000);
    assert_true(clock_get_ns(VM_CLOCK_VIRTUAL) > virt);
    assert_string_equal(events, "pause STOP resume RESUME ");
}

static char changes[32];

static void on_change(void *opaque, bool running, RunState s)
{
    strcat(changes, opaque);
    strcat(changes, running ? "+" : "-");
}

static void test_change_handlers_are_told_in_order_and_backwards_when_stopping(void **state)
{
    VMChangeStateEntry *a = vm_change_state_handler_add(on_change, "a");
    VMChangeStateEntry *b = vm_change_state_handler_add(on_change, "b");

    vm_stop(RUN_STATE_PAUSED);
    vm_start();
    assert_string_equal(changes, "b-a-a+b+");
    vm_change_state_handler_del(a);
    vm_change_state_handler_del(b);
}

static void test_each_request_is_obeyed_once(void **state)
{
    int status = -1;

    system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    assert_false(main_loop_should_exit(&status));
    assert_string_equal(events, "pause reset RESET resume ");
    events[0] = 0;
    assert_false(main_loop_should_exit(&status));
    system_powerdown_request();
    assert_false(main_loop_should_exit(&status));
    assert_string_equal(events, "POWERDOWN button ");
    events[0] = 0;
    system_vmstop_request(RUN_STATE_IO_ERROR);
    assert_false(main_loop_should_exit(&status));
    assert_string_equal(events, "pause STOP ");
    assert_int_equal(runstate_get(), RUN_STATE_IO_ERROR);
}

static void test_all_seven_at_once_are_obeyed_in_their_order(void **state)
{
    int status = -1;

    runstate_set_no_shutdown(true); /* so that the power-off does not end it */
    system_vmstop_request(RUN_STATE_PAUSED);
    system_powerdown_request();
    system_wakeup_request();
    system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    system_suspend_request();
    system_debug_request();
    assert_false(main_loop_should_exit(&status));
    /* debug stops the machine, so there is nothing to suspend, to wake or to stop again */
    assert_string_equal(events, "pause STOP SHUTDOWN pause reset RESET POWERDOWN button ");
}

static void test_suspend_stops_vcpus_but_not_time_and_wakeup_undoes_it(void **state)
{
    int status;

    system_suspend_request();
    main_loop_should_exit(&status);
    assert_int_equal(runstate_get(), RUN_STATE_SUSPENDED);
    assert_true(clock_virtual_enabled());
    system_wakeup_request();
    main_loop_should_exit(&status);
    assert_true(runstate_is_running());
    system_wakeup_request(); /* awake already */
    main_loop_should_exit(&status);
    assert_string_equal(events, "pause SUSPEND wakeup resume WAKEUP ");
}

static void test_who_ends_the_machine_from_inside_goes_no_further(void **state)
{
    int status;

    vm_start();
    stops = 0;
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_UI);
    assert_int_equal(stops, 0);
    system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    assert_int_equal(stops, 1);
    assert_true(main_loop_should_exit(&status));
    system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    assert_int_equal(stops, 1);
    system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    assert_int_equal(stops, 2);
    assert_false(main_loop_should_exit(&status));
}

static void test_the_guests_exit_code_becomes_ours(void **state)
{
    int status = -1;

    system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, 42);
    assert_true(main_loop_should_exit(&status));
    assert_int_equal(status, 42);
    system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    assert_int_equal(main_loop(), 0);
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_ERROR);
    assert_int_equal(main_loop(), 1);
}

static void test_no_reboot_makes_a_reset_the_end(void **state)
{
    int status = -1;

    runstate_set_no_reboot(true);
    system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    assert_true(main_loop_should_exit(&status));
    assert_int_equal(status, 0);
    assert_string_equal(events, "SHUTDOWN ");
}

static void test_no_shutdown_keeps_us_until_somebody_quits(void **state)
{
    int status = -1;

    runstate_set_no_shutdown(true);
    system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    assert_false(main_loop_should_exit(&status));
    assert_int_equal(runstate_get(), RUN_STATE_SHUTDOWN);
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_UI);
    assert_true(main_loop_should_exit(&status));
}

static void *request_from_thread(void *arg)
{
    usleep(2000);
    bql_lock();
    vm_stop(RUN_STATE_PAUSED); /* on a vCPU thread: only a request */
    bql_unlock();
    while (runstate_is_running()) { /* else both would be obeyed in one go, this one first */
        usleep(100);
    }
    system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, 3);
    return NULL;
}

static void test_requests_of_other_threads_wake_the_main_loop(void **state)
{
    Thread *t = thread_create("requester", request_from_thread, NULL);

    assert_int_equal(main_loop(), 3);
    assert_string_equal(events, "pause STOP SHUTDOWN ");
    thread_join(t);
}

static int group_setup(void **state)
{
    Error *err = NULL;

    if (!init_main_loop(&err)) {
        return 1;
    }
    system_event_notifier_add(&event_notifier);
    system_powerdown_notifier_add(&button);
    runstate_set_reset_hook(hook_reset);
    runstate_set_vcpu_hooks(hook_pause, hook_resume, hook_stop_current);
    runstate_set_wakeup_hook(hook_wakeup);
    return 0;
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_vm_start_and_vm_stop_move_the_virtual_clock_only),
        T(test_change_handlers_are_told_in_order_and_backwards_when_stopping),
        T(test_each_request_is_obeyed_once),
        T(test_all_seven_at_once_are_obeyed_in_their_order),
        T(test_suspend_stops_vcpus_but_not_time_and_wakeup_undoes_it),
        T(test_who_ends_the_machine_from_inside_goes_no_further),
        T(test_the_guests_exit_code_becomes_ours),
        T(test_no_reboot_makes_a_reset_the_end),
        T(test_no_shutdown_keeps_us_until_somebody_quits),
        T(test_requests_of_other_threads_wake_the_main_loop),
    };

    return cmocka_run_group_tests(tests, group_setup, NULL);
}
