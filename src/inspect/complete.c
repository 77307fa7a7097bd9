/* SPDX-License-Identifier: MIT */
#include "inspect/complete.h"

#include <dirent.h>
#include <sys/stat.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/trace.h"
#include "inspect/expr.h"
#include "inspect/monitor_int.h"
#include "qom/device.h"

LINKSET_DECLARE(log_items);
LINKSET_DECLARE(trace_events);

typedef struct Offer {
    Readline *rl;
    const char *skip;   /* only names that begin so, less this */
    const char *before; /* stands before each word */
} Offer;

static void offer(const Offer *o, const char *word)
{
    char *all = o->before ? xasprintf("%s%s", o->before, word) : NULL;

    readline_offer(o->rl, all ? all : word);
    free(all);
}

/* ---- commands ---- */

static void offer_command(const Command *cmd, void *opaque)
{
    Offer *o = opaque;
    char *all, *rest, *one;

    if (!str_starts(cmd->name, o->skip) || (!*o->skip && strchr(cmd->name, ' '))) {
        return;
    }
    all = rest = xstrdup(cmd->name + strlen(o->skip));
    while ((one = strsep(&rest, "|"))) {
        offer(o, one);
    }
    free(all);
}

/* ---- what arguments may be ---- */

static void complete_file(const char *word, Readline *rl)
{
    const char *slash = strrchr(word, '/');
    char *dir = slash ? xasprintf("%.*s", (int)(slash - word) + 1, word) : xstrdup("");
    DIR *d = opendir(*dir ? dir : ".");
    struct dirent *e;
    struct stat st;

    while (d && (e = readdir(d))) {
        char *path = xasprintf("%s%s", dir, e->d_name);
        bool is_dir = !stat(path, &st) && S_ISDIR(st.st_mode);
        char *shown = xasprintf("%s%s", path, is_dir ? "/" : "");

        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) {
            readline_offer(rl, shown);
        }
        free(shown);
        free(path);
    }
    if (d) {
        closedir(d);
    }
    free(dir);
}

static bool offer_child(Object *child, const char *name, void *opaque)
{
    offer(opaque, name);
    return false;
}

static void complete_path(const char *word, Readline *rl)
{
    const char *slash = strrchr(word, '/');
    char *dir = xasprintf("%.*s", slash ? (int)(slash - word) + 1 : 0, word);
    Object *obj = object_resolve_path(*dir ? dir : "/");

    if (obj) {
        object_child_foreach(obj, offer_child, &(Offer){rl, .before = *dir ? dir : "/"});
    }
    free(dir);
}

static void complete_log_item(const char *word, Readline *rl)
{
    const char *comma = strrchr(word, ',');
    char *before = xasprintf("%.*s", comma ? (int)(comma - word) + 1 : 0, word);

    LINKSET_FOREACH(r, log_items) {
        offer(&(Offer){rl, .before = before}, ((const LogItem *)r->row)->name);
    }
    offer(&(Offer){.rl = rl}, "none");
    free(before);
}

static void offer_register(const char *name, void *opaque)
{
    offer(opaque, name);
}

static void complete_arg(Monitor *mon, const CommandArg *a, const char *word, Readline *rl)
{
    CPUState *cpu = cpu_by_index(mon->cpu_index);
    Object *peripheral;

    switch (a->type) {
    case 'e':
        if (cpu && *word == '$') {
            expr_foreach_register(cpu, offer_register, &(Offer){rl, .before = "$"});
        }
        break;
    case 'f':
        complete_file(word, rl);
        break;
    case 'p':
        complete_path(word, rl);
        break;
    case 'l':
        complete_log_item(word, rl);
        break;
    case 'c':
        command_foreach(offer_command, &(Offer){rl, .skip = ""});
        break;
    case 't':
        LINKSET_FOREACH(r, trace_events) {
            readline_offer(rl, ((const TraceEvent *)r->row)->name);
        }
        break;
    case 'd':
        peripheral = object_resolve_path("/machine/peripheral");
        if (peripheral) {
            object_child_foreach(peripheral, offer_child, &(Offer){.rl = rl});
        }
        break;
    }
}

/* How many words there are before the last one, which may be empty. */
static unsigned count_words(const char *text, const char *word)
{
    const char *end = text + strlen(text) - strlen(word);
    unsigned n = 0;

    for (const char *p = text; p < end;) {
        p += strspn(p, " \t");
        if (p < end) {
            n += *p != '-'; /* flags do not count */
            p += strcspn(p, " \t");
        }
    }
    return n;
}

void command_complete(Monitor *mon, const char *text, const char *word, Readline *rl)
{
    unsigned n = count_words(text, word);
    const Command *cmd;
    CommandArgs args;

    text += strspn(text, " \t");
    if (!n) {
        command_foreach(offer_command, &(Offer){rl, .skip = ""});
        return;
    }
    if (n == 1 && (str_starts(text, "info ") || str_starts(text, "help info "))) {
        command_foreach(offer_command, &(Offer){rl, .skip = "info "});
        return;
    }
    cmd = command_find(&text, NULL);
    if (!cmd) {
        return;
    }
    args_declare(&args, cmd);
    n -= strchr(cmd->name, ' ') ? 2 : 1;
    for (unsigned i = 0; i < args.count; i++) {
        if (args.arg[i].type != '-' && args.arg[i].type != '/' && !n--) {
            complete_arg(mon, &args.arg[i], word, rl);
        }
    }
}
