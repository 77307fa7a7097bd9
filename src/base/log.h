/* SPDX-License-Identifier: MIT */
/* The log (-d ITEMS, -D FILE).  An item is one row beside the code that it logs:
 *
 *     LOG_ITEM(in_asm, "guest code of each translated block");
 *     ...
 *     if (log_on(in_asm)) {
 *         log_printf("%016" PRIx64 ": %s\n", pc, text);
 *     }
 *
 * A log point that is off costs one load and a branch.  Other files name an item with
 * LOG_ITEM_EXTERN. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"
#include "base/linkset.h"

typedef struct LogItem {
    const char *name, *help;
    /* Atomic; set by log_set_items before threads start, or by the monitor: a stale read is
     * harmless. */
    bool *on;
    /* "-d NAME,KEY=VALUE": what else is said about it; NULL: it has no such words.  Begin: it was
     * named, and what was said with it before no longer holds. */
    void (*begin)(void);
    bool (*option)(const char *key, const char *value, Error **errp);
} LogItem;

#define LOG_ITEM(name_, help_) LOG_ITEM_OPTIONS(name_, help_, NULL, NULL)
#define LOG_ITEM_OPTIONS(name_, help_, begin_, option_)                                           \
    bool log_on_##name_;                                                                          \
    static const LogItem log_item_##name_ = {#name_, help_, &log_on_##name_, begin_, option_};    \
    LINKSET_ADD(log_items, log_item_##name_)
#define LOG_ITEM_EXTERN(name_) extern bool log_on_##name_

#define log_on(name_) unlikely(__atomic_load_n(&log_on_##name_, __ATOMIC_RELAXED))

/* Turn on the comma-separated @items (patterns such as "op*" and the word "all" are fine), turn
 * off all others.  An unknown item is an error that names the nearest one. */
bool log_set_items(const char *items, Error **errp);

/* Write the list of items with their help to @out. */
void log_help(FILE *out);

/* Send the log to @path instead of stderr; "%d" in it becomes our process id.  Others
 * may be writing meanwhile. */
bool log_set_file(const char *path, Error **errp);

void log_close_file(void); /* to stderr again */

/* One piece of the log.  Pieces of at most one line are not torn apart by other threads. */
void log_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Bracket several log_printf calls that belong together. */
void log_lock(void);
void log_unlock(void);

/* "-dfilter": addresses outside these ranges are not logged by in_asm, op, out_asm, exec.
 * @ranges is START+LEN, START-LEN, or START..END, separated by commas. */
bool log_set_filter(const char *ranges, Error **errp);
bool log_in_filter(uint64_t addr);

/* The guest did something that real hardware has no good answer for.  On by default, at most
 * LOG_GUEST_BURST lines a second; "-d guest_errors" shows all. */
enum { LOG_GUEST_BURST = 10 };
void log_guest(const char *device, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The guest used something that real hardware may have, but this emulator does not.  Silent unless
 * "-d unimp" asks for it: probing what is there is not an error. */
void log_unimp(const char *device, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
