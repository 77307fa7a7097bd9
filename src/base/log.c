/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/alloc.h"
#include "base/str.h"
#include "base/trace.h"
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

LINKSET_DECLARE(log_items);
LOG_ITEM(guest_errors, "every guest error, without the limit on lines a second");
LOG_ITEM(unimp, "uses of what real hardware has and this emulator does not");
LOG_ITEM(pcall, "far calls, returns and gates: of x86, for RISC-V has none ('int' has its traps)");
LOG_ITEM(plugin, "what plugins say: there are no plugins, so nothing");

enum { FILTER_MAX = 64 };

/* Guards the output file and the counters below it; recursive, for log_lock. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static FILE *output; /* NULL: stderr */
static time_t burst_second;
static unsigned burst_count;

static struct {
    uint64_t first, last;
} filter[FILTER_MAX]; /* written before threads start */
static size_t filter_count;

/* The item that was turned on last, or NULL. */
static const LogItem *turn_on(const char *pattern)
{
    const LogItem *found = NULL;

    LINKSET_FOREACH(r, log_items) {
        const LogItem *item = r->row;

        if (!strcmp(pattern, "all") || pattern_match(pattern, item->name)) {
            __atomic_store_n(item->on, true, __ATOMIC_RELAXED);
            found = item;
            if (item->begin) {
                item->begin();
            }
        }
    }
    return found;
}

static bool unknown_item(const char *name, Error **errp)
{
    Nearest near;

    nearest_init(&near, name);
    LINKSET_FOREACH(r, log_items) {
        nearest_offer(&near, ((const LogItem *)r->row)->name);
    }
    if (nearest_get(&near)) {
        return err_set(errp, "-d %s: no such log item; did you mean '%s'?", name,
                       nearest_get(&near));
    }
    return err_set(errp, "-d %s: no such log item; '-d help' lists them", name);
}

/* KEY=VALUE belongs to the @item before it. */
static bool set_option(const LogItem *item, char *word, Error **errp)
{
    char *value = strchr(word, '=');

    *value++ = 0;
    if (!item || !item->option) {
        return err_set(errp, "-d %s=%s: %s has no such option", word, value,
                       item ? item->name : "what stands before it");
    }
    return item->option(word, value, errp);
}

bool log_set_items(const char *items, Error **errp)
{
    char *copy = xstrdup(items), *rest = copy, *name;
    const LogItem *last = NULL;
    bool ok = true;

    LINKSET_FOREACH(r, log_items) {
        __atomic_store_n(((const LogItem *)r->row)->on, false, __ATOMIC_RELAXED);
    }
    while (ok && (name = strsep(&rest, ","))) {
        if (str_starts(name, "trace:")) {
            ok = trace_set(name + strlen("trace:"), true, errp);
        } else if (strchr(name, '=')) {
            ok = set_option(last, name, errp);
        } else if (*name && strcmp(name, "none")) {
            last = turn_on(name);
            ok = last || unknown_item(name, errp);
        }
    }
    free(copy);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const LogItem *const *)a)->name, (*(const LogItem *const *)b)->name);
}

void log_help(FILE *out)
{
    const LogItem *items[64];
    size_t n = 0;

    LINKSET_FOREACH(r, log_items) {
        assert(n < ARRAY_SIZE(items));
        items[n++] = r->row;
    }
    qsort(items, n, sizeof(items[0]), by_name);
    fprintf(out, "Log items (comma separated):\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%-16s %s\n", items[i]->name, items[i]->help);
    }
    fprintf(out, "%-16s %s\n", "trace:PATTERN", "trace events ('-trace help' lists them)");
}

bool log_set_file(const char *path, Error **errp)
{
    const char *percent = strstr(path, "%d");
    char *name = percent ? xasprintf("%.*s%d%s", (int)(percent - path), path, getpid(), percent + 2)
                         : xstrdup(path);
    FILE *f = fopen(name, "we");

    if (!f) {
        err_set(errp, "-D %s: cannot write the log there: %s", name, strerror(errno));
        free(name);
        return false;
    }
    free(name);
    setvbuf(f, NULL, _IOLBF, 0);
    log_lock();
    if (output) {
        fclose(output);
    }
    output = f;
    log_unlock();
    return true;
}

void log_close_file(void)
{
    log_lock();
    if (output) {
        fclose(output);
        output = NULL;
    }
    log_unlock();
}

void log_lock(void)
{
    pthread_mutex_lock(&lock);
}

void log_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

void log_printf(const char *fmt, ...)
{
    va_list ap;

    log_lock();
    va_start(ap, fmt);
    vfprintf(output ? output : stderr, fmt, ap);
    va_end(ap);
    log_unlock();
}

static bool parse_range(char *text, uint64_t *first, uint64_t *last)
{
    char *end;
    uint64_t a = strtoull(text, &end, 0), b;
    char kind = *end;

    if (end == text || !kind) {
        return false;
    }
    text = end + (kind == '.' && end[1] == '.' ? 2 : 1);
    b = strtoull(text, &end, 0);
    if (end == text || *end) {
        return false;
    }
    switch (kind) {
    case '+':
        *first = a;
        *last = a + b - 1;
        return b > 0;
    case '-':
        *first = a - b + 1;
        *last = a;
        return b > 0;
    case '.':
        *first = a;
        *last = b;
        return a <= b;
    default:
        return false;
    }
}

bool log_set_filter(const char *ranges, Error **errp)
{
    char *copy = xstrdup(ranges), *rest = copy, *text;
    bool ok = true;

    filter_count = 0;
    while (ok && (text = strsep(&rest, ","))) {
        if (filter_count == FILTER_MAX) {
            ok = err_set(errp, "-dfilter: more than %d ranges", FILTER_MAX);
        } else if (!parse_range(text, &filter[filter_count].first, &filter[filter_count].last)) {
            ok = err_set(errp, "-dfilter %s: write START+LENGTH, END-LENGTH or START..END", ranges);
        } else {
            filter_count++;
        }
    }
    free(copy);
    return ok;
}

bool log_in_filter(uint64_t addr)
{
    if (!filter_count) {
        return true;
    }
    for (size_t i = 0; i < filter_count; i++) {
        if (addr >= filter[i].first && addr <= filter[i].last) {
            return true;
        }
    }
    return false;
}

/* May one more guest-error line be printed in this second? */
static bool within_burst(void)
{
    time_t now = time(NULL);
    bool ok;

    log_lock();
    if (now != burst_second) {
        burst_second = now;
        burst_count = 0;
    }
    ok = burst_count++ < LOG_GUEST_BURST;
    log_unlock();
    return ok;
}

void log_guest(const char *device, const char *fmt, ...)
{
    va_list ap;
    char *text;

    if (!log_on(guest_errors) && !within_burst()) {
        return;
    }
    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    log_printf("guest error: %s: %s\n", device, text);
    free(text);
}

void log_unimp(const char *device, const char *fmt, ...)
{
    va_list ap;
    char *text;

    if (!log_on(unimp)) {
        return;
    }
    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    log_printf("unimp: %s: %s\n", device, text);
    free(text);
}
