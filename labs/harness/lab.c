/* SPDX-License-Identifier: MIT */
/* The judge's half of a test program: runs each test in a process of its own, so that a crash or an
 * endless loop costs one test, and tells the verdicts to scripts/lab.
 *
 * The file under test is linked into this program and could print anything, exit with any status,
 * or write to any descriptor.  So only lines that begin with LAB_TOKEN count, drawn anew for each
 * grading and is known to no other object file.  "pass" is written where a test has returned. */
#include "base/types.h"
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lab.h"

static int verdicts = -1;

static void __attribute__((format(printf, 1, 2))) say(const char *fmt, ...)
{
    char line[1024];
    int n = snprintf(line, sizeof(line), "%s ", LAB_TOKEN);
    va_list ap;

    va_start(ap, fmt);
    n += vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
    va_end(ap);
    n = MIN(n, (int)sizeof(line) - 2);
    line[n] = '\n';
    if (write(verdicts, line, n + 1) != n + 1) {
        _exit(2);
    }
}

static void fail_at(const char *file, int line, const char *what, va_list ap, const char *numbers)
{
    char text[512];

    vsnprintf(text, sizeof(text), what, ap);
    strncat(text, numbers, sizeof(text) - strlen(text) - 1);
    for (char *part = strtok(text, "\n"); part; part = strtok(NULL, "\n")) {
        print_error("[  ERROR   ] --- %s\n", part);
    }
    _fail(file, line);
}

void lab_expect_number(int64_t found, int64_t expected, const char *file, int line, const char *fmt,
                       ...)
{
    char numbers[96];
    va_list ap;

    if (found == expected) {
        return;
    }
    snprintf(numbers, sizeof(numbers), ": expected %lld, found %lld", (long long)expected,
             (long long)found);
    va_start(ap, fmt);
    fail_at(file, line, fmt, ap, numbers);
    va_end(ap);
}

void lab_expect(uint64_t found, uint64_t expected, const char *file, int line, const char *fmt, ...)
{
    char numbers[96];
    va_list ap;

    if (found == expected) {
        return;
    }
    snprintf(numbers, sizeof(numbers), ": expected %#llx, found %#llx",
             (unsigned long long)expected, (unsigned long long)found);
    va_start(ap, fmt);
    fail_at(file, line, fmt, ap, numbers);
    va_end(ap);
}

void lab_expect_true(bool condition, const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    if (condition) {
        return;
    }
    va_start(ap, fmt);
    fail_at(file, line, fmt, ap, "");
    va_end(ap);
}

/* In the child: never returns. */
static void run_one(const LabTest *t, const char *logs, int seconds)
{
    const struct rlimit output = {16 * MiB, 16 * MiB}; /* an endless loop may print */
    const struct CMUnitTest tests[] = {{t->name, t->fn, NULL, NULL, NULL}};
    char path[4096];
    int fd;

    snprintf(path, sizeof(path), "%s/%s.log", logs, t->name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0) {
        _exit(2);
    }
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    setrlimit(RLIMIT_FSIZE, &output);
    mallopt(M_PERTURB, 0xa5); /* so that memory is not as it was after it has been freed */
    alarm(seconds);
    if (_cmocka_run_group_tests(t->name, tests, 1, NULL, NULL) == 0) {
        fflush(NULL);
        say("pass %s", t->name);
    }
    fflush(NULL);
    _exit(0);
}

static void report_end(const LabTest *t, int status, int seconds)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        say("end %s it was still running after %d seconds: a loop without end, or waiting for a "
            "lock that it holds itself?",
            t->name, seconds);
    } else if (WIFSIGNALED(status)) {
        say("end %s killed by signal %d (%s)", t->name, WTERMSIG(status),
            strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status)) {
        say("end %s the program exited with status %d", t->name, WEXITSTATUS(status));
    }
}

/* Arguments: file for the verdicts, folder for what tests print, seconds for each test. */
int main(int argc, char **argv)
{
    int seconds, hangs = 0;

    if (argc != 4 || (verdicts = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666)) < 0) {
        return 2;
    }
    seconds = atoi(argv[3]);
    for (const LabTest *t = lab_tests; t->name; t++) {
        say("test %s %d %s", t->name, t->points, t->hint);
    }
    for (const LabTest *t = lab_tests; t->name; t++) {
        int status = 0;
        pid_t pid = fork();

        if (pid == 0) {
            run_one(t, argv[2], seconds);
        }
        if (pid < 0 || waitpid(pid, &status, 0) != pid) {
            return 2;
        }
        report_end(t, status, seconds);
        hangs += WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
        if (hangs == 2) {
            seconds = MIN(seconds, 2); /* the others probably hang, too */
        }
    }
    return 0;
}
