/* SPDX-License-Identifier: MIT */
/* Monitors: the output of commands, running one line for somebody else, and the list of
 * connections. */
#include "inspect/monitor.h"
#include "base/alloc.h"
#include "inspect/monitor_int.h"

static List connections = LIST_INIT(connections); /* of MonitorConnection; big lock */
static bool started;

/* ---- what commands say ---- */

bool monitor_full(const Monitor *mon)
{
    return mon->out.len >= MONITOR_MAX_OUTPUT;
}

void monitor_puts(Monitor *mon, const char *text)
{
    if (!monitor_full(mon)) {
        str_append(&mon->out, text);
    }
}

void monitor_printf(Monitor *mon, const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    monitor_puts(mon, text);
    free(text);
}

void monitor_error(Monitor *mon, Error *err)
{
    monitor_printf(mon, "Error: %s\n", err_msg(err));
    err_free(err);
}

CPUState *monitor_cpu(Monitor *mon)
{
    CPUState *cpu = cpu_by_index(mon->cpu_index);

    if (!cpu) {
        monitor_puts(mon, "Error: this machine has no CPU\n");
    }
    return cpu;
}

char *monitor_run_line(const char *line, int cpu_index)
{
    Monitor mon = {.cpu_index = cpu_index};

    command_execute(&mon, line);
    return mon.out.s ? mon.out.s : xstrdup("");
}

/* ---- connections ---- */

void monitor_add_connection(MonitorConnection *c)
{
    list_push_back(&connections, &c->link);
    if (started) {
        c->start(c);
    }
}

bool monitors_started(void)
{
    return started;
}

void monitor_start(void)
{
    MonitorConnection *c;

    started = true;
    LIST_FOREACH(c, &connections, link) {
        c->start(c);
    }
}

void monitor_cleanup(void)
{
    while (!list_empty(&connections)) {
        MonitorConnection *c = list_entry(connections.next, MonitorConnection, link);

        list_remove(&c->link);
        c->destroy(c);
    }
    started = false;
}
