/* SPDX-License-Identifier: MIT */
/* Commands of the log and of trace events. */
#include "base/log.h"
#include "base/trace.h"
#include "base/view.h"
#include "inspect/monitor.h"
#include "loop/runstate.h"

LINKSET_DECLARE(log_items);

static void print_items(Monitor *mon)
{
    LINKSET_FOREACH(r, log_items) {
        const LogItem *i = r->row;

        monitor_printf(mon, "%-14s %-3s %s\n", i->name, *i->on ? "on" : "off", i->help);
    }
}

static void log_command(Monitor *mon, const CommandArgs *args)
{
    const char *items = arg_str(args, "items");
    Error *err = NULL;
    bool ok;

    if (!items) {
        print_items(mon);
        return;
    }
    pause_all_vcpus(); /* -d itrace looks at what begin() changes without a lock */
    ok = log_set_items(!strcmp(items, "none") ? "" : items, &err);
    if (runstate_is_running()) {
        resume_all_vcpus();
    }
    if (!ok) {
        monitor_error(mon, err);
    }
}
COMMAND(log, "log", "items:l?", "log only these items (none: nothing), or say what there is",
        log_command);

static void logfile(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!log_set_file(arg_str(args, "filename"), &err)) {
        monitor_error(mon, err);
    }
}
COMMAND(logfile, "logfile", "filename:f", "send the log there from now on", logfile);

/* ---- trace events ---- */

static void trace_event(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;
    bool on;

    if (!parse_bool(arg_str(args, "option"), &on, &err) ||
        !trace_set(arg_str(args, "name"), on, &err)) {
        monitor_error(mon, err);
    }
}
COMMAND(trace_event, "trace-event", "name:t,option:s",
        "turn a trace event, or all that match a pattern, on or off", trace_event);

VIEW(trace_events, "the trace events, and which of them are on", trace_print);
