/* SPDX-License-Identifier: MIT */
/* The table of commands: finding one by its name, doing one, and "help". */
#include "base/alloc.h"
#include "base/listing.h"
#include "inspect/monitor_int.h"

LINKSET_DECLARE(commands);
LINKSET_DECLARE(views);

enum { MAX_NAME = 64 };

/* ---- all of them ---- */

/* "info trace-events" for the row trace_events; yours to free. */
static char *view_name(const View *v)
{
    char *name = xasprintf("info %s", v->name);

    for (char *p = name; *p; p++) {
        *p = *p == '_' ? '-' : *p;
    }
    return name;
}

/* The rows of base/view.h as commands, in one array made at the first call. */
static const Command *views_as_commands(size_t *count)
{
    static Command *all;
    size_t n = 0;

    *count = __stop_set_views - __start_set_views;
    if (!all) {
        all = xnew_n(Command, *count + 1);
        LINKSET_FOREACH(r, views) {
            const View *v = r->row;

            all[n++] = (Command){view_name(v), "", v->summary, .print = v->print};
        }
    }
    return all;
}

void command_foreach(void (*fn)(const Command *cmd, void *opaque), void *opaque)
{
    size_t count;
    const Command *views = views_as_commands(&count);

    LINKSET_FOREACH(r, commands) {
        fn(r->row, opaque);
    }
    for (size_t i = 0; i < count; i++) {
        fn(&views[i], opaque);
    }
}

/* ---- finding one ---- */

typedef struct Search {
    const char *name; /* of a command or, with info, of what is to be shown */
    bool info;
    const Command *found;
    Nearest near;
    char nearest[MAX_NAME]; /* what near.best points to */
} Search;

/* Is the name one of those in "print|p"?  The others are offered as nearest ones. */
static void match(const Command *cmd, void *opaque)
{
    Search *s = opaque;
    bool info = str_starts(cmd->name, "info ");
    char all[MAX_NAME], *rest = all, *one;

    if (info != s->info) {
        return;
    }
    snprintf(all, sizeof(all), "%s", cmd->name + (info ? strlen("info ") : 0));
    while ((one = strsep(&rest, "|"))) {
        if (!strcmp(one, s->name)) {
            s->found = cmd;
        }
        nearest_offer(&s->near, one);
        if (s->near.best == one) {
            snprintf(s->nearest, sizeof(s->nearest), "%s", one);
            s->near.best = s->nearest;
        }
    }
}

static void unknown(Search *s, Error **errp)
{
    const char *near = nearest_get(&s->near), *prefix = s->info ? "info " : "";

    if (near) {
        err_set(errp, "unknown command: '%s%s'; did you mean '%s%s'?", prefix, s->name, prefix,
                near);
    } else {
        err_set(errp, "unknown command: '%s%s'; '%s' lists them", prefix, s->name,
                s->info ? "help info" : "help");
    }
}

const Command *command_find(const char **line, Error **errp)
{
    const char *p = *line + strspn(*line, " \t");
    size_t n = strcspn(p, " \t/"), gap = strspn(p + n, " \t");
    char name[MAX_NAME];
    Search s = {.name = name};

    if (n == 4 && !strncmp(p, "info", n) && p[n + gap] && p[n] != '/') {
        s.info = true; /* the second word is what counts */
        p += n + gap;
        n = strcspn(p, " \t/");
    }
    snprintf(name, sizeof(name), "%.*s", (int)MIN(n, sizeof(name)), p);
    nearest_init(&s.near, name);
    command_foreach(match, &s);
    if (!s.found) {
        unknown(&s, errp);
        return NULL;
    }
    *line = p + n;
    return s.found;
}

/* ---- doing one ---- */

void command_execute(Monitor *mon, const char *line)
{
    const Command *cmd;
    CommandArgs args = {0};
    Error *err = NULL;

    line += strspn(line, " \t");
    if (!*line || *line == '#') {
        return;
    }
    cmd = command_find(&line, &err);
    if (!cmd) {
        monitor_printf(mon, "%s\n", err_msg(err));
        err_free(err);
        return;
    }
    if (!args_parse(&args, cmd, mon, line, &err)) {
        monitor_printf(mon, "%s: %s\nTry \"help %s\" for more information\n", cmd->name,
                       err_msg(err), cmd->name);
        err_free(err);
    } else if (cmd->print) {
        cmd->print(&mon->out);
    } else {
        cmd->run(mon, &args);
    }
    args_free(&args);
}

/* ---- help ---- */

typedef struct HelpRows {
    const Command **row;
    size_t count;
    const char *prefix; /* only names that begin so; NULL: only names of one word */
} HelpRows;

static void collect(const Command *cmd, void *opaque)
{
    HelpRows *h = opaque;

    if (h->prefix ? str_starts(cmd->name, h->prefix) : !str_starts(cmd->name, "info ")) {
        h->row = xrealloc(h->row, (h->count + 1) * sizeof(h->row[0]));
        h->row[h->count++] = cmd;
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Command *const *)a)->name, (*(const Command *const *)b)->name);
}

static void help_line(Monitor *mon, const Command *cmd)
{
    Str left = {0};

    str_append(&left, cmd->name);
    args_describe(cmd, &left);
    monitor_printf(mon, "%s -- %s\n", str_get(&left), cmd->help);
    str_free(&left);
}

static void help_all(Monitor *mon, const char *prefix)
{
    HelpRows h = {.prefix = prefix};

    command_foreach(collect, &h);
    if (h.count) {
        qsort(h.row, h.count, sizeof(h.row[0]), by_name);
    }
    for (size_t i = 0; i < h.count; i++) {
        help_line(mon, h.row[i]);
    }
    free(h.row);
}

static void help(Monitor *mon, const CommandArgs *args)
{
    const char *name = arg_str(args, "command"), *more = arg_str(args, "name"), *line;
    char *text;
    const Command *cmd;
    Error *err = NULL;

    if (!name || (!strcmp(name, "info") && !more)) {
        help_all(mon, name ? "info " : NULL);
        return;
    }
    line = text = xasprintf("%s %s", name, more ? more : "");
    cmd = command_find(&line, &err);
    if (cmd) {
        help_line(mon, cmd);
    } else {
        monitor_printf(mon, "%s\n", err_msg(err));
        err_free(err);
    }
    free(text);
}
COMMAND(help, "help|?", "command:c?,name:s?", "what commands there are, or what one does", help);

static void info(Monitor *mon, const CommandArgs *args)
{
    help_all(mon, "info ");
}
COMMAND(info, "info", "", "what can be shown ('info NAME' shows it)", info);

/* ---- "-list commands" ---- */

static void print_row(FILE *out, const LinkRow *r)
{
    const Command *cmd = r->row;

    listing_line(out, r, cmd->name, cmd->help);
}

static void print_view_row(FILE *out, const LinkRow *r)
{
    const View *v = r->row;
    char *name = view_name(v);

    listing_line(out, r, name, v->summary);
    free(name);
}

static void list_commands(FILE *out)
{
    LISTING_FOREACH(out, commands, print_row);
    LISTING_FOREACH(out, views, print_view_row);
}
LISTING(commands, "commands of the monitor", list_commands);
