/* SPDX-License-Identifier: MIT */
/* -monitor, -qmp, -mon, and "mon:" of serial ports: which monitors there are, and on what. */
#include "main/monitors.h"

#include "backend/char/char.h"
#include "base/alloc.h"
#include "base/str.h"
#include "inspect/monitor.h"
#include "inspect/qmp.h"
#include "main/config.h"
#include "main/options.h"

/* config.monitors holds "OPTION VALUE" in the order of the command line. */
static void add(const char *option, const char *value)
{
    char *text = xasprintf("%s %s", option, value);

    values_add(&config.monitors, text);
    free(text);
}

static bool opt_monitor(const char *arg, Error **errp)
{
    add("-monitor", arg);
    return true;
}
OPTION(monitor, "monitor", "DEV", OPT_DEBUG,
       "commands look into the machine: stdio, pty, unix:PATH,server=on, tcp:..., none",
       opt_monitor);

static bool opt_mon(const char *arg, Error **errp)
{
    add("-mon", arg);
    return true;
}
OPTION_GROUP(mon, "mon", "chardev=ID[,mode=control]", OPT_DEBUG,
             "a monitor on a -chardev; mode=control is QMP", opt_mon, "mon");

static bool opt_qmp(const char *arg, Error **errp)
{
    add("-qmp", arg);
    return true;
}
OPTION(qmp, "qmp", "DEV", OPT_DEBUG, "a monitor for programs: unix:PATH,server=on,wait=off",
       opt_qmp);

bool monitors_use_stdio(void)
{
    for (size_t i = 0; i < config.monitors.count; i++) {
        if (!strcmp(strchr(config.monitors.v[i], ' ') + 1, "stdio")) {
            return true;
        }
    }
    return false;
}

static bool create_mon(const char *value, Error **errp)
{
    KeyVals *kv = keyval_parse("-mon", value, "chardev", errp);
    const char *id = kv ? keyval_get(kv, "chardev") : NULL;
    const char *mode = kv ? keyval_get(kv, "mode") : NULL;
    Chardev *chr = id ? chardev_find(id) : NULL;
    bool control = mode && !strcmp(mode, "control"), ok = kv != NULL;

    if (ok && !chr) {
        ok = err_set(errp, "-mon %s: there is no character device '%s'; make it with -chardev",
                     value, id ? id : "");
    }
    if (ok && mode && !control && strcmp(mode, "readline") != 0) {
        ok = err_set(errp, "-mon %s: mode=%s is neither readline nor control", value, mode);
    }
    ok = ok && keyval_check_used(kv, errp) &&
         (control ? qmp_new(chr, errp) : hmp_new(chr, errp));
    keyval_free(kv);
    return ok;
}

/* -monitor and -qmp; *number of them exist, to which none adds nothing. */
static bool create_monitor(const char *value, bool qmp, unsigned *number, Error **errp)
{
    char *id = xasprintf("compat_monitor%u", *number);
    Chardev *chr;
    bool ok = chardev_new_legacy(id, value, &chr, errp);

    free(id);
    if (!ok || (chr && !(qmp ? qmp_new(chr, errp) : hmp_new(chr, errp)))) {
        err_prepend(errp, "-%s %s: ", qmp ? "qmp" : "monitor", value);
        return false;
    }
    *number += chr != NULL;
    return true;
}

bool create_monitors(Error **errp)
{
    unsigned number = 0;

    for (unsigned i = 0; i < serial_hd_count(); i++) {
        Chardev *chr = serial_hd(i);

        if (chr && chardev_wants_monitor(chr) && !hmp_new(chr, errp)) {
            return false;
        }
    }
    for (size_t i = 0; i < config.monitors.count; i++) {
        const char *text = config.monitors.v[i], *value = strchr(text, ' ') + 1;

        if (str_starts(text, "-mon ")
                ? !create_mon(value, errp)
                : !create_monitor(value, str_starts(text, "-qmp "), &number, errp)) {
            return false;
        }
    }
    return true;
}
