/* SPDX-License-Identifier: MIT */
/* Between the files of the monitor. */
#ifndef INSPECT_MONITOR_INT_H
#define INSPECT_MONITOR_INT_H

#include "base/view.h"
#include "inspect/monitor.h"

struct Readline;

struct Monitor {
    Str out; /* what the command under way has said */
    int cpu_index; /* the CPU that commands are about */
    const struct Readline *readline; /* of a text monitor with a terminal, else NULL */
};

enum { COMMAND_MAX_ARGS = 8, COMMAND_ARG_NAME = 16 };

typedef struct CommandArg {
    char name[COMMAND_ARG_NAME];
    char type;
    bool optional;
    bool given;
    uint64_t num;
    char *text; /* owned */
} CommandArg;

struct CommandArgs {
    CommandArg arg[COMMAND_MAX_ARGS];
    unsigned count;
};

/* ---- command.c ---- */

/* Do @line for @mon; what it says is appended to mon->out. */
void command_execute(Monitor *mon, const char *line);

/* The command that *line begins with, behind which it is set; NULL with an error.  A format ("/4x")
 * that follows the name is left in place. */
const Command *command_find(const char **line, Error **errp);

/* Call @fn for each command; views count as commands "info NAME". */
void command_foreach(void (*fn)(const Command *cmd, void *opaque), void *opaque);

/* The rows of base/view.h as commands, in one array made at the first call. */
const Command *command_views(size_t *count);

/* ---- args.c ---- */

/* The arguments of @cmd without values. */
void args_declare(CommandArgs *args, const Command *cmd);

/* Take them from @text, which follows the command's name. */
bool args_parse(CommandArgs *args, const Command *cmd, Monitor *mon, const char *text,
                Error **errp);
void args_free(CommandArgs *args);

/* "[-f] addr [size]", for the help. */
void args_describe(const Command *cmd, Str *out);

/* ---- monitor.c ---- */

/* One connection: what a text monitor or QMP is to the list of monitors. */
typedef struct MonitorConnection {
    List link;
    void (*start)(struct MonitorConnection *c);
    void (*destroy)(struct MonitorConnection *c);
} MonitorConnection;

void monitor_add_connection(MonitorConnection *c);
bool monitors_started(void);

#endif
