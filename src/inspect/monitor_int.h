/* SPDX-License-Identifier: MIT */
/* Between the files of the monitor. */
#ifndef INSPECT_MONITOR_INT_H
#define INSPECT_MONITOR_INT_H

#include "backend/char/char.h"
#include "base/view.h"
#include "inspect/monitor.h"
#include "loop/aio.h"

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

typedef struct MonitorConnection MonitorConnection;

/* What a kind of monitor does with its connection. */
typedef struct MonitorProtocol {
    void (*greet)(MonitorConnection *c); /* the machine is complete, or a client has come */
    bool (*byte)(MonitorConnection *c, uint8_t byte); /* true: that was a command, and it is done */
    void (*event)(MonitorConnection *c, ChrEvent what);
    void (*free)(MonitorConnection *c);
} MonitorProtocol;

/* One connection.  What is said waits in a buffer until the other end takes it, and no more of the
 * input is looked at before; so a client that does not read costs no more than the output of one
 * command. */
struct MonitorConnection {
    const MonitorProtocol *protocol;
    CharFrontend fe;
    Str out; /* to be sent */
    uint8_t in[4096]; /* bytes that wait until out is sent */
    size_t in_count;
    BH *more; /* looks at them */
    List link;
};

/* Connect @c, which is all zeroes, to @chr.  On failure @c is the caller's to free. */
bool monitor_connect(MonitorConnection *c, const MonitorProtocol *protocol, struct Chardev *chr,
                     Error **errp);

/* From now on @c is a monitor, which monitor_cleanup frees. */
void monitor_add_connection(MonitorConnection *c);

bool monitors_started(void);

#endif
