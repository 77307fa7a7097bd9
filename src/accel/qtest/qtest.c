/* SPDX-License-Identifier: MIT */
/* The protocol: lines in, rows looked up, answers out, and the log of all that (-qtest-log). */
#include "accel/qtest/qtest.h"
#include "base/alloc.h"
#include "base/listing.h"
#include "loop/clock.h"

#include <errno.h>

LINKSET_DECLARE(qtest_commands);

enum { MAX_LINE = 2 * QTEST_MAX_DATA + 256 }; /* QTEST_MAX_DATA bytes in hex, and a command */

struct QTest {
    void (*send)(void *opaque, const char *text, size_t n);
    void *opaque;
    FILE *log;
    int64_t opened_ns; /* log: times are counted from here */
    Str line;          /* the one that is coming in */
    bool too_long;     /* it is dropped until its end */
};

/* ---- the log ---- */

static void log_event(QTest *q, const char *what)
{
    if (q->log) {
        q->opened_ns = clock_get_ns(VM_CLOCK_REALTIME);
        fprintf(q->log, "[I 0.000000] %s\n", what);
        fflush(q->log);
    }
}

static void log_line(QTest *q, char direction, const char *text)
{
    if (q->log) {
        fprintf(q->log, "[%c +%.6f] %s\n", direction,
                (clock_get_ns(VM_CLOCK_REALTIME) - q->opened_ns) / 1e9, text);
        fflush(q->log);
    }
}

/* ---- answers ---- */

/* Send @out and a newline; frees it. */
static void send_line(QTest *q, Str *out)
{
    log_line(q, 'S', str_get(out));
    str_append(out, "\n");
    q->send(q->opaque, out->s, out->len);
    str_free(out);
}

static void PRINTF_LIKE(3, 0) answer(QTest *q, const char *first, const char *fmt, va_list ap)
{
    Str out = {0};

    str_printf(&out, "%s ", first);
    str_vprintf(&out, fmt, ap);
    send_line(q, &out);
}

void qtest_done(QTest *q)
{
    Str out = {0};

    str_append(&out, "OK");
    send_line(q, &out);
}

void qtest_ok(QTest *q, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    answer(q, "OK", fmt, ap);
    va_end(ap);
}

void qtest_fail(QTest *q, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    answer(q, "FAIL", fmt, ap);
    va_end(ap);
}

void qtest_irq(QTest *q, int *level_told, int n, int level)
{
    Str out = {0};

    if (*level_told != level) {
        *level_told = level;
        str_printf(&out, "IRQ %s %d", level ? "raise" : "lower", n);
        send_line(q, &out);
    }
}

/* ---- commands ---- */

static const QTestCommand *find(const char *name)
{
    LINKSET_FOREACH(r, qtest_commands) {
        const QTestCommand *c = r->row;

        if (!strcmp(c->name, name)) {
            return c;
        }
    }
    return NULL;
}

/* The next word of *rest, which is cut off; NULL at the end. */
static char *next_word(char **rest)
{
    char *word;

    do {
        word = strsep(rest, " \t\r");
    } while (word && !*word);
    return word;
}

/* Negative numbers wrap, as they do in C: levels and registers may be written so. */
static bool parse_number(const char *text, uint64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 0);
    return !errno && end != text && !*end;
}

/* Take the words of @rest as the row says.  False: the answer has been given. */
static bool parse_args(QTest *q, const QTestCommand *c, char *rest, QTestArgs *a)
{
    char specs[64], *next = specs, *spec;

    assert(strlen(c->args) < sizeof(specs));
    strcpy(specs, c->args);
    while ((spec = next_word(&next))) {
        char *word = next_word(&rest);
        bool text = !strcmp(spec, "PATH") || !strcmp(spec, "NAME") || !strcmp(spec, "DATA");

        if (!word && *spec == '[') {
            break;
        }
        if (!word) {
            qtest_fail(q, "%s %s: %s is missing", c->name, c->args, spec);
            return false;
        }
        if (!text && !parse_number(word, &a->num[a->count])) {
            qtest_fail(q, "%s %s: %.40s is not a number", c->name, c->args, word);
            return false;
        }
        a->text[a->count++] = word;
    }
    return true; /* what is left over is ignored, as QEMU does */
}

static void run_line(QTest *q, char *line)
{
    const QTestCommand *c;
    QTestArgs a = {0};
    char *name;

    log_line(q, 'R', line);
    name = next_word(&line);
    c = name ? find(name) : NULL;
    if (!c) {
        qtest_fail(q, "Unknown command '%.40s'", name ? name : "");
    } else if (parse_args(q, c, line, &a)) {
        c->run(q, &a);
    }
}

void qtest_feed(QTest *q, const uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char byte = buf[i] ? buf[i] : '?';

        if (byte != '\n') {
            q->too_long = q->line.len >= MAX_LINE;
            if (!q->too_long) {
                str_append_n(&q->line, &byte, 1);
            }
            continue;
        }
        if (q->too_long) {
            qtest_fail(q, "a line is at most %d bytes long", MAX_LINE);
        } else {
            str_append(&q->line, "");
            run_line(q, q->line.s);
        }
        q->line.len = 0;
        q->too_long = false;
    }
}

/* ---- life ---- */

QTest *qtest_new(void (*send)(void *opaque, const char *text, size_t n), void *opaque, FILE *log)
{
    QTest *q = xnew(QTest);

    q->send = send;
    q->opaque = opaque;
    q->log = log;
    return q;
}

void qtest_free(QTest *q)
{
    qtest_unwatch();
    str_free(&q->line);
    free(q);
}

void qtest_opened(QTest *q)
{
    q->line.len = 0;
    q->too_long = false;
    log_event(q, "OPENED");
}

void qtest_closed(QTest *q)
{
    qtest_unwatch();
    log_event(q, "CLOSED");
}

static void list_command(FILE *out, const LinkRow *r)
{
    const QTestCommand *c = r->row;
    char *name = xasprintf("%s %s", c->name, c->args);

    listing_line(out, r, name, c->help);
    free(name);
}

static void list_commands(FILE *out)
{
    LISTING_FOREACH(out, qtest_commands, list_command);
}
LISTING(qtest, "commands of the qtest protocol", list_commands);
