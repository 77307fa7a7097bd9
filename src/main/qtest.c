/* SPDX-License-Identifier: MIT */
/* -qtest, -qtest-log: the script at the other end of a character device.
 *
 * Answers wait in a buffer until they are read, and no command is taken before: a script that does
 * not read costs no memory. */
#include "main/qtest.h"

#include "accel/qtest/qtest.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "main/options.h"

#include <errno.h>

enum { READ_SIZE = 256 }; /* few, so that few commands come at once: each may answer with 2 MiB */

static struct {
    char *device, *log_path; /* as on the command line */
    QTest *qtest;
    CharFrontend fe;
    FILE *log;
    Str out; /* not taken by the back end yet */
} server;

static bool opt_qtest(const char *arg, Error **errp)
{
    free(server.device);
    server.device = xstrdup(arg);
    return true;
}
OPTION(qtest, "qtest", "DEV", OPT_DEBUG,
       "a script drives the machine from there (with -accel qtest): unix:PATH, tcp:..., stdio",
       opt_qtest);

static bool opt_qtest_log(const char *arg, Error **errp)
{
    free(server.log_path);
    server.log_path = xstrdup(arg);
    return true;
}
OPTION(qtest_log, "qtest-log", "FILE", OPT_DEBUG,
       "the log of -qtest goes there instead of standard error; none: nowhere", opt_qtest_log);

/* ---- bytes ---- */

static void send_text(void *opaque, const char *text, size_t n)
{
    str_append_n(&server.out, text, n);
    chr_fe_flush(&server.fe, &server.out);
}

static size_t can_read(void *opaque)
{
    return server.out.len ? 0 : READ_SIZE;
}

static void read_bytes(void *opaque, const uint8_t *buf, size_t n)
{
    qtest_feed(server.qtest, buf, n);
}

static void writable(void *opaque)
{
    chr_fe_flush(&server.fe, &server.out);
    if (!server.out.len) {
        chr_fe_accept_input(&server.fe);
    }
}

static void event(void *opaque, ChrEvent what)
{
    if (what == CHR_EVENT_OPENED) {
        server.out.len = 0;
        qtest_opened(server.qtest);
    } else if (what == CHR_EVENT_CLOSED) {
        server.out.len = 0;
        qtest_closed(server.qtest);
    }
}

static const CharHandlers handlers = {can_read, read_bytes, event, writable};

/* ---- life ---- */

bool qtest_uses_stdio(void)
{
    return server.device && !strcmp(server.device, "stdio");
}

static bool open_log(Error **errp)
{
    const char *path = server.log_path;

    if (path && !strcmp(path, "none")) {
        return true;
    }
    server.log = path ? fopen(path, "w") : stderr;
    return server.log || err_set(errp, "-qtest-log %s: %s", path, strerror(errno));
}

bool create_qtest(Error **errp)
{
    Chardev *chr;

    if (!server.device) {
        return true;
    }
    if (!open_log(errp)) {
        return false;
    }
    server.qtest = qtest_new(send_text, NULL, server.log);
    if (!chardev_new_legacy("qtest", server.device, &chr, errp) ||
        !chr_fe_init(&server.fe, chr, &handlers, NULL, errp)) {
        err_prepend(errp, "-qtest %s: ", server.device);
        return false;
    }
    return true;
}

void qtest_cleanup(void)
{
    chr_fe_deinit(&server.fe);
    if (server.qtest) {
        qtest_free(server.qtest);
        server.qtest = NULL;
    }
    if (server.log && server.log != stderr) {
        fclose(server.log);
    }
    str_free(&server.out);
    free(server.device);
    free(server.log_path);
    server.log = NULL;
    server.device = server.log_path = NULL;
}
