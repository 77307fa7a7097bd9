/* SPDX-License-Identifier: MIT */
/* qtest: a program on the host plays the CPU.
 *
 *     script -> writel 0x2000000 0x1       (raise hart 0's software interrupt)
 *     script <- IRQ raise 3
 *     script <- OK
 *
 * Commands and answers are lines of text.  "OK" and maybe a value: done; "FAIL" and a sentence: not
 * done; "IRQ raise N" and "IRQ lower N" come whenever a line moves that the script listens to.
 * Numbers are decimal or 0x-hex.  All of it: main thread, big lock. */
#ifndef ACCEL_QTEST_QTEST_H
#define ACCEL_QTEST_QTEST_H

#include "base/linkset.h"
#include "base/str.h"

typedef struct QTest QTest;

enum { QTEST_ARGS = 4, QTEST_MAX_DATA = 1 << 20 /* bytes that one command moves */ };

/* The words behind a command: each as number or as text, as its row says. */
typedef struct QTestArgs {
    unsigned count;
    uint64_t num[QTEST_ARGS];
    const char *text[QTEST_ARGS];
} QTestArgs;

typedef struct QTestCommand {
    const char *name;
    /* One word per argument: PATH, NAME and DATA are text, any other is a number; in brackets: it
     * may be left out. */
    const char *args;
    const char *help;
    void (*run)(QTest *q, const QTestArgs *a); /* answers by one of the next three */
} QTestCommand;

#define QTEST_COMMAND(symbol, args_, help_, run_)                                                  \
    static const QTestCommand qtest_command_##symbol = {#symbol, args_, help_, run_};              \
    LINKSET_ADD(qtest_commands, qtest_command_##symbol)

void qtest_done(QTest *q); /* "OK" alone */
void qtest_ok(QTest *q, const char *fmt, ...) PRINTF_LIKE(2, 3);
void qtest_fail(QTest *q, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Line @n that the script listens to is at @level now.  Says so only if that is new. */
void qtest_irq(QTest *q, int *level_told, int n, int level);

/* ---- one connection ---- */

/* Answers go to @send; @log may be NULL. */
QTest *qtest_new(void (*send)(void *opaque, const char *text, size_t n), void *opaque, FILE *log);
void qtest_free(QTest *q);

/* Somebody came, or left: what the one before wanted to hear is forgotten. */
void qtest_opened(QTest *q);
void qtest_closed(QTest *q);

/* The next bytes from the script. */
void qtest_feed(QTest *q, const uint8_t *buf, size_t n);

/* ---- the accelerator "qtest": no CPU runs, and time passes only when the script says so ---- */

/* Is it in use? */
bool qtest_enabled(void);

/* Let virtual time pass until @to; each timer fires at its own time.  False if that made too many
 * of them fire; then the clock has stopped on the way. */
bool qtest_clock_warp(int64_t to);

/* ---- irq_intercept: qtest_irq.c ---- */

/* Forget which lines are listened to. */
void qtest_unwatch(void);

#endif
