/* SPDX-License-Identifier: MIT */
/* The monitor: commands that look into the running machine and steer it.
 *
 * A command is one row, beside the function that does it:
 *
 *     COMMAND(gpa2hva, "gpa2hva", "addr:e", "the host's address of guest memory", gpa2hva);
 *
 * Its arguments are listed as NAME:TYPE, separated by commas.  A '?' behind the type says that the
 * argument may be left out.  Types:
 *
 *     e  a number: an expression over numbers, $registers and symbols (inspect/expr.h)
 *     s  a word; "in quotes" it may hold blanks
 *     r  the rest of the line
 *     /  a format, written behind the command's name: x/4xw
 *     -  a flag, written -NAME
 *     f  a file's name      p  an object's path      d  a device's id (words that Tab completes)
 *     c  a command's name   l  items of the log      t  a trace event
 *
 * "info mtree" is a row of that name; so are rows of base/view.h.  Main thread, big lock. */
#ifndef INSPECT_MONITOR_H
#define INSPECT_MONITOR_H

#include "base/error.h"
#include "base/linkset.h"
#include "base/str.h"
#include "target/cpu.h"

struct Chardev;
typedef struct Monitor Monitor;
typedef struct CommandArgs CommandArgs;

typedef struct Command {
    const char *name; /* one or two words; "print|p" has two names */
    const char *args; /* "" for none */
    const char *help;
    void (*run)(Monitor *mon, const CommandArgs *args);
    void (*print)(Str *out); /* instead of run: a row of base/view.h */
} Command;

#define COMMAND(symbol, name_, args_, help_, run_)                                                 \
    static const Command command_##symbol = {name_, args_, help_, .run = run_};                    \
    LINKSET_ADD(commands, command_##symbol)

/* ---- inside a command ---- */

/* What the command says.  Output beyond MONITOR_MAX_OUTPUT is cut off: a loop over as much as the
 * user has asked for ends when monitor_full. */
enum { MONITOR_MAX_OUTPUT = 16 << 20 };
void monitor_printf(Monitor *mon, const char *fmt, ...) PRINTF_LIKE(2, 3);
void monitor_puts(Monitor *mon, const char *text);
bool monitor_full(const Monitor *mon);

/* Say "Error: ..." and free @err. */
void monitor_error(Monitor *mon, Error *err);

/* The CPU that commands are about ("cpu N" chooses it); NULL, having said so, if there is none. */
CPUState *monitor_cpu(Monitor *mon);

bool arg_given(const CommandArgs *args, const char *name);
const char *arg_str(const CommandArgs *args, const char *name); /* NULL if left out; borrowed */
uint64_t arg_num(const CommandArgs *args, const char *name);    /* 0 if left out */

/* ---- running commands from elsewhere ---- */

/* Do @line as if it was typed, about CPU number @cpu_index, and return what was said; free it. */
char *monitor_run_line(const char *line, int cpu_index);

/* ---- monitors ---- */

/* Attach a text monitor to @chr.  It lives until monitor_cleanup. */
bool hmp_new(struct Chardev *chr, Error **errp);

/* The machine is complete: monitors begin to talk and to listen. */
void monitor_start(void);

/* Take all down, having sent what they still had to say. */
void monitor_cleanup(void);

#endif
