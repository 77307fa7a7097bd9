/* SPDX-License-Identifier: MIT */
/* QMP: the state of the machine. */
#include "base/alloc.h"
#include "inspect/memory_save.h"
#include "inspect/monitor.h"
#include "inspect/qmp.h"
#include "inspect/run.h"
#include "loop/runstate.h"
#include "target/debug.h"

static bool stop(QmpCall *call, Error **errp)
{
    vm_stop(RUN_STATE_PAUSED);
    return true;
}
QMP_COMMAND(stop, "stop", "", "stop all CPUs and the virtual clock", stop);

static bool cont(QmpCall *call, Error **errp)
{
    return run_cont(errp);
}
QMP_COMMAND(cont, "cont", "", "let the machine run", cont);

static bool quit(QmpCall *call, Error **errp)
{
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    return true;
}
QMP_COMMAND(quit, "quit", "", "end the emulator", quit);

static bool do_system_reset(QmpCall *call, Error **errp)
{
    system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    return true;
}
QMP_COMMAND(system_reset, "system_reset", "", "reset the machine", do_system_reset);

static bool system_powerdown(QmpCall *call, Error **errp)
{
    system_powerdown_request();
    return true;
}
QMP_COMMAND(system_powerdown, "system_powerdown", "", "press the power button", system_powerdown);

static bool do_system_wakeup(QmpCall *call, Error **errp)
{
    return run_wakeup(errp);
}
QMP_COMMAND(system_wakeup, "system_wakeup", "", "wake up a machine that is suspended",
            do_system_wakeup);

static bool inject_nmi(QmpCall *call, Error **errp)
{
    return err_set(errp, "this feature or command is not currently supported: the machine has no "
                         "NMI");
}
QMP_COMMAND(inject_nmi, "inject-nmi", "", "raise a non-maskable interrupt", inject_nmi);

static bool query_status(QmpCall *call, Error **errp)
{
    str_printf(&call->ret, "{\"status\": \"%s\", \"singlestep\": %s, \"running\": %s}",
               runstate_name(runstate_get()), singlestep ? "true" : "false",
               runstate_is_running() ? "true" : "false");
    return true;
}
QMP_COMMAND(query_status, "query-status", "", "does the machine run, and if not, why",
            query_status);

/* The CPU that "cpu-index" means, or NULL with an error. */
static CPUState *chosen_cpu(const QmpCall *call, Error **errp)
{
    uint64_t index = qmp_int(call, "cpu-index", 0);
    CPUState *cpu = index <= INT32_MAX ? cpu_by_index(index) : NULL;

    if (!cpu) {
        err_set(errp, "Parameter 'cpu-index' expects a CPU number");
    }
    return cpu;
}

static bool save(QmpCall *call, bool physical, Error **errp)
{
    CPUState *cpu = chosen_cpu(call, errp);

    return cpu && memory_save(cpu, qmp_int(call, "val", 0), qmp_int(call, "size", 0), physical,
                              qmp_str(call, "filename"), errp);
}

static bool memsave(QmpCall *call, Error **errp)
{
    return save(call, false, errp);
}
QMP_COMMAND(memsave, "memsave", "val:i,size:i,filename:s,cpu-index:i?",
            "write virtual memory to a file", memsave);

static bool pmemsave(QmpCall *call, Error **errp)
{
    return save(call, true, errp);
}
QMP_COMMAND(pmemsave, "pmemsave", "val:i,size:i,filename:s", "write physical memory to a file",
            pmemsave);

/* The answer of a text command, with the line ends that QMP's clients expect. */
static bool human_monitor_command(QmpCall *call, Error **errp)
{
    char *text, *p;
    Str crlf = {0};

    if (json_get(call->args, "cpu-index") && !chosen_cpu(call, errp)) {
        return false;
    }
    p = text = monitor_run_line(qmp_str(call, "command-line"), qmp_int(call, "cpu-index", 0));
    while (*p) {
        size_t n = strcspn(p, "\n");

        str_append_n(&crlf, p, n);
        str_append(&crlf, p[n] ? "\r\n" : "");
        p += n + (p[n] != 0);
    }
    json_write_string(&call->ret, str_get(&crlf));
    str_free(&crlf);
    free(text);
    return true;
}
QMP_COMMAND(human_monitor_command, "human-monitor-command", "command-line:s,cpu-index:i?",
            "do a command of the text monitor", human_monitor_command);
