/* SPDX-License-Identifier: MIT */
#include "base/trace.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/trace_int.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

LINKSET_DECLARE(trace_events);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards text_file */
static FILE *text_file; /* file=; NULL: the log */
static int64_t began;

int64_t trace_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec + 1;
}

/* Stamps count from here. */
static void __attribute__((constructor)) note_beginning(void)
{
    began = trace_clock_ns();
}

/* ---- happening ---- */

static void write_text(const TraceRecord *r)
{
    int64_t at = r->now - began;
    char took[40] = "";

    if (r->since) {
        snprintf(took, sizeof(took), " (%" PRId64 " ns)", r->now - r->since);
    }
    pthread_mutex_lock(&lock);
    if (text_file) {
        fprintf(text_file, "%" PRId64 ".%09" PRId64 " %s %s: %s%s\n", at / 1000000000,
                at % 1000000000, r->event->name, r->track, r->text, took);
    } else {
        log_printf("%" PRId64 ".%09" PRId64 " %s %s: %s%s\n", at / 1000000000, at % 1000000000,
                   r->event->name, r->track, r->text, took);
    }
    pthread_mutex_unlock(&lock);
}

static void emit(TraceRecord *r, const char *fmt, va_list ap)
{
    uint8_t sinks = __atomic_load_n(r->event->sinks, __ATOMIC_RELAXED);
    char *text;

    r->now = trace_clock_ns();
    r->text = text = xvasprintf(fmt, ap);
    if (sinks & TRACE_TEXT) {
        write_text(r);
    }
    if (sinks & TRACE_JSON) {
        trace_json_write(r);
    }
    free(text);
}

void trace_emit(const TraceEvent *e, const char *track, int64_t since, const char *fmt, ...)
{
    TraceRecord r = {.event = e, .track = track, .since = since};
    va_list ap;

    va_start(ap, fmt);
    emit(&r, fmt, ap);
    va_end(ap);
}

void trace_emit_slice(const TraceEvent *e, const char *track, int64_t since, const char *fmt, ...)
{
    TraceRecord r = {.event = e, .track = track, .since = since, .named_by_text = true};
    va_list ap;

    va_start(ap, fmt);
    emit(&r, fmt, ap);
    va_end(ap);
}

void trace_flow(const TraceEvent *e, const char *track, uint64_t id, TraceFlow flow,
                const char *fmt, ...)
{
    TraceRecord r = {
        .event = e, .track = track, .in_flow = true, .flow = flow, .flow_id = id};
    va_list ap;

    va_start(ap, fmt);
    emit(&r, fmt, ap);
    va_end(ap);
}

/* ---- switching ---- */

static bool unknown_event(const char *pattern, Error **errp)
{
    Nearest near;

    nearest_init(&near, pattern);
    LINKSET_FOREACH(r, trace_events) {
        nearest_offer(&near, ((const TraceEvent *)r->row)->name);
    }
    if (nearest_get(&near)) {
        return err_set(errp, "%s: no such trace event; did you mean '%s'?", pattern,
                       nearest_get(&near));
    }
    return err_set(errp, "%s: no such trace event; '-trace help' lists them", pattern);
}

bool trace_set(const char *pattern, bool on, Error **errp)
{
    bool found = false;

    LINKSET_FOREACH(r, trace_events) {
        const TraceEvent *e = r->row;

        if (pattern_match(pattern, e->name)) {
            trace_set_sink(e, TRACE_TEXT, on);
            found = true;
        }
    }
    return found || unknown_event(pattern, errp);
}

/* A pattern as the user writes it: "-" before it turns off. */
static bool set_word(const char *word, Error **errp)
{
    return word[0] == '-' ? trace_set(word + 1, false, errp) : trace_set(word, true, errp);
}

/* A pattern on each line; what follows a # is a comment. */
static bool read_events(const char *path, Error **errp)
{
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t cap = 0;
    bool ok = true;

    if (!f) {
        return err_set(errp, "events=%s: cannot read it: %s", path, strerror(errno));
    }
    while (ok && getline(&line, &cap, f) > 0) {
        char *word = line + strspn(line, " \t");

        word[strcspn(word, "# \t\r\n")] = 0;
        ok = !*word || set_word(word, errp);
    }
    free(line);
    fclose(f);
    return ok;
}

static void set_text_file(FILE *f)
{
    pthread_mutex_lock(&lock);
    if (text_file) {
        fclose(text_file);
    }
    text_file = f;
    pthread_mutex_unlock(&lock);
}

static bool open_text(const char *path, Error **errp)
{
    FILE *f = fopen(path, "we");

    if (!f) {
        return err_set(errp, "file=%s: cannot write the trace there: %s", path, strerror(errno));
    }
    setvbuf(f, NULL, _IOLBF, 0);
    set_text_file(f);
    return true;
}

bool trace_option(const char *words, Error **errp)
{
    char *copy = xstrdup(words), *rest = copy, *word;
    bool ok = true;

    while (ok && (word = strsep(&rest, ","))) {
        if (str_starts(word, "file=")) {
            ok = open_text(word + strlen("file="), errp);
        } else if (str_starts(word, "events=")) {
            ok = read_events(word + strlen("events="), errp);
        } else if (*word) {
            ok = set_word(str_starts(word, "enable=") ? word + strlen("enable=") : word, errp);
        }
    }
    free(copy);
    if (!ok) {
        err_prepend(errp, "-trace ");
    }
    return ok;
}

void trace_cleanup(void)
{
    LINKSET_FOREACH(r, trace_events) {
        trace_set_sink(r->row, TRACE_TEXT | TRACE_JSON, false);
    }
    set_text_file(NULL);
    trace_json_close();
}

/* ---- what there is ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const TraceEvent *const *)a)->name, (*(const TraceEvent *const *)b)->name);
}

/* All events in the order of their names; free it. */
static const TraceEvent **sorted_events(size_t *n)
{
    size_t count = __stop_set_trace_events - __start_set_trace_events;
    const TraceEvent **events = xnew_n(const TraceEvent *, count + 1);

    *n = 0;
    LINKSET_FOREACH(r, trace_events) {
        events[(*n)++] = r->row;
    }
    qsort(events, *n, sizeof(events[0]), by_name);
    return events;
}

void trace_help(FILE *out)
{
    size_t n;
    const TraceEvent **events = sorted_events(&n);

    fprintf(out, "Trace events (patterns such as 'virtio_*', comma separated):\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%-26s %s\n", events[i]->name, events[i]->help);
    }
    free(events);
}

void trace_print(Str *out)
{
    size_t n;
    const TraceEvent **events = sorted_events(&n);

    for (size_t i = 0; i < n; i++) {
        str_printf(out, "%s : state %d\n", events[i]->name, *events[i]->sinks != 0);
    }
    free(events);
}
