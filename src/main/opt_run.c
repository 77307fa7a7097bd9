/* SPDX-License-Identifier: MIT */
/* Options that say how the machine runs, what is logged, and options that only print something. */
#include "base/alloc.h"
#include "base/diagnose.h"
#include "base/feature.h"
#include "base/listing.h"
#include "base/log.h"
#include "base/phase.h"
#include "base/str.h"
#include "base/trace.h"
#include "loop/runstate.h"
#include "main/config.h"
#include "main/options.h"

#include <sys/prctl.h>

LINKSET_DECLARE(features);
LINKSET_DECLARE(listings);

static bool opt_stopped(const char *arg, Error **errp)
{
    config.start_stopped = true;
    return true;
}
OPTION(S, "S", NULL, OPT_RUN, "do not start the CPUs", opt_stopped);

static bool opt_gdb(const char *arg, Error **errp)
{
    config_set(&config.gdb, arg);
    return true;
}
OPTION(gdb, "gdb", "DEV", OPT_DEBUG,
       "gdb may connect there: tcp::PORT, unix:PATH, stdio, pty, chardev:ID", opt_gdb);

static bool opt_gdb_here(const char *arg, Error **errp)
{
    config_set(&config.gdb, "tcp::1234");
    return true;
}
OPTION(s, "s", NULL, OPT_DEBUG, "the same as -gdb tcp::1234", opt_gdb_here);

static bool opt_no_reboot(const char *arg, Error **errp)
{
    runstate_set_no_reboot(true);
    return true;
}
OPTION(no_reboot, "no-reboot", NULL, OPT_RUN, "a reboot ends the emulator", opt_no_reboot);

static bool opt_no_shutdown(const char *arg, Error **errp)
{
    runstate_set_no_shutdown(true);
    return true;
}
OPTION(no_shutdown, "no-shutdown", NULL, OPT_RUN,
       "a power-off stops the machine, but not the emulator", opt_no_shutdown);

/* -action EVENT=WHAT: -no-reboot and -no-shutdown by another name.  No board here reports a panic
 * or has a watchdog, so what to do then can be said, and never happens. */
static bool opt_action(const char *arg, Error **errp)
{
    static const struct {
        const char *event, *otherwise, *values;
        void (*set)(bool on);
    } events[] = {
        {"reboot", "shutdown", " reset shutdown ", runstate_set_no_reboot},
        {"shutdown", "pause", " poweroff pause ", runstate_set_no_shutdown},
        {"panic", "", " pause shutdown exit-failure none ", NULL},
        {"watchdog", "", " reset shutdown poweroff inject-nmi pause debug none ", NULL},
    };
    KeyVals *kv = keyval_parse("-action", arg, NULL, errp);
    bool ok = kv != NULL;

    for (size_t i = 0; ok && i < ARRAY_SIZE(events); i++) {
        const char *value = keyval_get(kv, events[i].event);
        char *word = xasprintf(" %s ", value ? value : "");

        if (value && !strstr(events[i].values, word)) {
            ok = err_set(errp, "-action %s: %s can be one of:%s", arg, events[i].event,
                         events[i].values);
        } else if (value && events[i].set) {
            events[i].set(strcmp(value, events[i].otherwise) == 0);
        }
        free(word);
    }
    ok = ok && keyval_check_used(kv, errp);
    keyval_free(kv);
    return ok;
}
OPTION_GROUP(action, "action", "EVENT=WHAT,...", OPT_RUN,
             "reboot=reset|shutdown, shutdown=poweroff|pause", opt_action, "action");

static bool opt_name(const char *arg, Error **errp)
{
    KeyVals *kv = keyval_parse("-name", arg, "guest", errp);
    bool threads = true, ok;

    if (!kv) {
        return false;
    }
    config_set(&config.name, keyval_get(kv, "guest"));
    if (keyval_get(kv, "process")) {
        prctl(PR_SET_NAME, keyval_get(kv, "process"));
    }
    ok = keyval_get_bool(kv, "debug-threads", &threads, errp) && keyval_check_used(kv, errp);
    keyval_free(kv);
    return ok;
}
OPTION_GROUP(name, "name", "TEXT", OPT_RUN, "a name for the machine", opt_name, "name");

static bool opt_rtc(const char *arg, Error **errp)
{
    KeyVals *kv = keyval_parse("-rtc", arg, NULL, errp);
    const char *base = kv ? keyval_get(kv, "base") : NULL,
               *clock = kv ? keyval_get(kv, "clock") : NULL;
    bool ok = kv != NULL;

    if (ok && base && strcmp(base, "utc") != 0) {
        ok = err_set(errp, "-rtc base=%s: the clock can only start as the host's, in UTC, so far",
                     base);
    }
    if (ok && clock && strcmp(clock, "host") != 0) {
        ok = err_set(errp, "-rtc clock=%s: the clock can only follow the host's so far", clock);
    }
    ok = ok && keyval_check_used(kv, errp);
    keyval_free(kv);
    return ok;
}
OPTION_GROUP(rtc, "rtc", "base=utc,clock=host", OPT_RUN, "the real-time clock's start and pace",
             opt_rtc, "rtc");

static bool opt_pidfile(const char *arg, Error **errp)
{
    config_set(&config.pidfile, arg);
    return true;
}
OPTION(pidfile, "pidfile", "FILE", OPT_RUN, "write the process id there", opt_pidfile);

static bool opt_readconfig(const char *arg, Error **errp)
{
    return read_config_file(arg, errp);
}
OPTION(readconfig, "readconfig", "FILE", OPT_RUN, "read options from a file", opt_readconfig);

static bool opt_no_user_config(const char *arg, Error **errp)
{
    return true; /* there is none to leave out */
}
OPTION(no_user_config, "no-user-config", NULL, OPT_RUN, "accepted: no file is read unless named",
       opt_no_user_config);

/* ---- looking inside ---- */

static bool opt_log(const char *arg, Error **errp)
{
    if (asks_for_help(arg)) {
        log_help(stdout);
        exit(0);
    }
    config_set(&config.log_items, arg);
    return true;
}
OPTION(d, "d", "ITEM[,ITEM...]", OPT_DEBUG, "log these ('-d help' lists them)", opt_log);

static bool opt_log_file(const char *arg, Error **errp)
{
    config_set(&config.log_file, arg);
    return true;
}
OPTION(D, "D", "FILE", OPT_DEBUG, "the log goes there instead of standard error", opt_log_file);

static bool opt_log_filter(const char *arg, Error **errp)
{
    config_set(&config.log_filter, arg);
    return true;
}
OPTION(dfilter, "dfilter", "START+LEN,...", OPT_DEBUG, "log only code at these addresses",
       opt_log_filter);

static bool opt_symbols(const char *arg, Error **errp)
{
    config_set(&config.symbols, arg);
    return true;
}
OPTION(symbols, "symbols", "FILE[,FILE...]", OPT_DEBUG,
       "names for addresses in logs and messages, from ELF files", opt_symbols);

static bool opt_trace(const char *arg, Error **errp)
{
    if (asks_for_help(arg)) {
        trace_help(stdout);
        exit(0);
    }
    values_add(&config.traces, arg);
    return true;
}
OPTION(trace, "trace", "PATTERN[,file=F]", OPT_DEBUG,
       "show these events as they happen ('-trace help' lists them)", opt_trace);

static bool opt_trace_json(const char *arg, Error **errp)
{
    config_set(&config.trace_json, arg);
    return true;
}
OPTION(trace_json, "trace-json", "FILE", OPT_DEBUG,
       "all events, with their times and tracks, for ui.perfetto.dev", opt_trace_json);

static bool opt_diagnose(const char *arg, Error **errp)
{
    return parse_bool(arg, &diagnose_on, errp);
}
OPTION(diagnose, "diagnose", "on|off", OPT_DEBUG,
       "explain a guest that gets no further (the default: on)", opt_diagnose);

static bool opt_trace_init(const char *arg, Error **errp)
{
    init_trace_enable(stderr);
    return true;
}
OPTION(trace_init, "trace-init", NULL, OPT_DEBUG, "show start-up as it goes, step by step",
       opt_trace_init);

static void print_listing(FILE *out, const LinkRow *r)
{
    const Listing *l = r->row;

    listing_line(out, r, l->kind, l->summary);
}

static bool opt_list(const char *arg, Error **errp)
{
    Nearest near;

    nearest_init(&near, arg);
    LINKSET_FOREACH(r, listings) {
        const Listing *l = r->row;

        if (strcmp(l->kind, arg) == 0) {
            l->print(stdout);
            exit(0);
        }
        nearest_offer(&near, l->kind);
    }
    if (!asks_for_help(arg)) {
        return nearest_get(&near)
                   ? err_set(errp, "-list %s: no such table; did you mean '%s'?", arg,
                             nearest_get(&near))
                   : err_set(errp, "-list %s: no such table; '-list help' names them", arg);
    }
    LISTING_FOREACH(stdout, listings, print_listing);
    exit(0);
}
OPTION(list, "list", "KIND", OPT_DEBUG,
       "a table of the emulator, with where each row is written ('-list help')", opt_list);

/* ---- help ---- */

static bool opt_help(const char *arg, Error **errp)
{
    options_help(stdout);
    exit(0);
}
OPTION(h, "h", NULL, OPT_HELP, "this text", opt_help);
OPTION(help, "help", NULL, OPT_HELP, "this text", opt_help);

static bool opt_version(const char *arg, Error **errp)
{
    printf("teemu version %s\n", TEEMU_VERSION);
    LINKSET_FOREACH(r, features) {
        const Feature *f = r->row;

        printf("  with %s: %s\n", f->name, f->what);
    }
    exit(0);
}
OPTION(version, "version", NULL, OPT_HELP, "the version, and optional parts that are built in",
       opt_version);
