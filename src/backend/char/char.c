/* SPDX-License-Identifier: MIT */
/* Character devices: the list of back ends, and the traffic between them and the front ends. */
#include "backend/char/char_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/serial_walk.h"
#include "base/str.h"
#include "base/trace.h"
#include "base/view.h"
#include "loop/clock.h"

TRACE_EVENT(chr_read, "bytes come from the host");
TRACE_EVENT(chr_write, "bytes go to the host");

LINKSET_DECLARE(chardevs);

static List chardevs = LIST_INIT(chardevs); /* big lock */

/* ---- the list ---- */

const ChardevKind *chardev_find_kind(const char *name, Error **errp)
{
    Nearest near;

    nearest_init(&near, name);
    LINKSET_FOREACH(r, chardevs) {
        const ChardevKind *kind = r->row;

        if (!strcmp(kind->name, name)) {
            return kind;
        }
        nearest_offer(&near, kind->name);
    }
    err_set(errp, "no character device of kind '%s'%s%s%s; '-chardev help' lists them", name,
            nearest_get(&near) ? ": did you mean '" : "", nearest_get(&near) ?: "",
            nearest_get(&near) ? "'?" : "");
    return NULL;
}

static void chardev_free(Chardev *chr)
{
    list_remove(&chr->link);
    if (chr->log_fd >= 0) {
        close(chr->log_fd);
    }
    free(chr->id);
    free(chr->description);
    free(chr);
}

Chardev *chardev_new(const ChardevKind *kind, const char *id, KeyVals *opts, Error **errp)
{
    Chardev *chr;

    if (chardev_find(id)) {
        err_set(errp, "there are two character devices named '%s'; give one another id=", id);
        return NULL;
    }
    chr = xcalloc(1, kind->size);
    list_init(&chr->link);
    chr->kind = kind;
    chr->id = xstrdup(id);
    chr->log_fd = -1;
    if (!kind->open(chr, opts, errp)) {
        err_prepend(errp, "character device %s: ", id);
        chardev_free(chr);
        return NULL;
    }
    if (!chr->description) {
        chr->description = xstrdup(kind->name);
    }
    list_push_back(&chardevs, &chr->link);
    return chr;
}

Chardev *chardev_find(const char *id)
{
    Chardev *chr;

    LIST_FOREACH(chr, &chardevs, link) {
        if (!strcmp(chr->id, id)) {
            return chr;
        }
    }
    return NULL;
}

const char *chardev_id(const Chardev *chr)
{
    return chr->id;
}

bool chardev_wants_monitor(const Chardev *chr)
{
    return chr->wants_monitor;
}

static void chardev_close(Chardev *chr)
{
    if (chr->kind->close) {
        chr->kind->close(chr);
    }
    chardev_free(chr);
}

bool chardev_delete(Chardev *chr, Error **errp)
{
    if (chr->fe) {
        return err_set(errp, "character device %s is in use", chr->id);
    }
    chardev_close(chr);
    return true;
}

void chardev_cleanup(void)
{
    serial_hd_clear();
    while (!list_empty(&chardevs)) { /* the newest first: a mux before what is below it */
        Chardev *chr = list_entry(chardevs.prev, Chardev, link);

        if (chr->fe) {
            chr->fe->chr = NULL;
        }
        chardev_close(chr);
    }
}

void chardev_foreach(void (*fn)(Chardev *chr, const char *id, const char *description, bool open,
                                void *opaque),
                     void *opaque)
{
    Chardev *chr, *tmp;

    LIST_FOREACH_SAFE(chr, tmp, &chardevs, link) {
        bool alone = !chr->is_open && !strcmp(chr->kind->name, "socket");
        char *text = xasprintf("%s%s", alone ? "disconnected:" : "", chr->description);

        fn(chr, chr->id, text, chr->fe || chr->is_mux, opaque);
        free(text);
    }
}

static void print_chardev(Chardev *chr, const char *id, const char *description, bool open,
                          void *opaque)
{
    str_printf(opaque, "%s: filename=%s\n", id, description);
}

static void print_chardevs(Str *out)
{
    chardev_foreach(print_chardev, out);
}
VIEW(chardev, "character devices, and where each leads", print_chardevs);

void chardev_help(FILE *out)
{
    fprintf(out, "Kinds of character devices (-chardev KIND,id=ID,...; each also takes\n"
                 "logfile=PATH[,logappend=on] and mux=on):\n");
    LINKSET_FOREACH(r, chardevs) {
        const ChardevKind *kind = r->row;

        fprintf(out, "  %-10s %s\n", kind->name, kind->help);
    }
}

/* ---- front ends ---- */

bool chr_fe_init(CharFrontend *fe, Chardev *chr, const CharHandlers *handlers, void *opaque,
                 Error **errp)
{
    *fe = (CharFrontend){.handlers = handlers, .opaque = opaque};
    if (!chr) {
        return true;
    }
    if (chr->fe && !chr->is_mux) {
        return err_set(errp, "character device %s is in use already; give it mux=on to share it",
                       chr->id);
    }
    fe->chr = chr;
    if (!chr->is_mux) {
        chr->fe = fe;
    } else if (!chr_mux_attach(chr, fe, errp)) {
        fe->chr = NULL;
        return false;
    }
    if (chr->is_open) {
        chr_fe_event(fe, CHR_EVENT_OPENED);
    }
    chr_fe_accept_input(fe);
    return true;
}

void chr_fe_deinit(CharFrontend *fe)
{
    Chardev *chr = fe->chr;

    if (!chr) {
        return;
    }
    fe->chr = NULL;
    if (chr->is_mux) {
        chr_mux_detach(chr, fe);
    } else {
        chr->fe = NULL;
    }
    if (chr->kind->accept_input) {
        chr->kind->accept_input(chr); /* it stops reading: can_read is 0 now */
    }
}

/* A full disk or a closed pipe is the log reader's problem, not the guest's. */
static void write_log(Chardev *chr, const uint8_t *buf, size_t n)
{
    while (n) {
        ssize_t done = write(chr->log_fd, buf, n);

        if (done < 0 && errno != EINTR) {
            return;
        }
        buf += MAX(done, 0);
        n -= MAX(done, 0);
    }
}

size_t chr_fe_write(CharFrontend *fe, const void *buf, size_t n)
{
    Chardev *chr = fe->chr;
    size_t taken;

    if (!chr) {
        return n;
    }
    taken = chr->kind->write(chr, buf, n);
    if (trace_on(chr_write)) {
        trace(chr_write, chr->id, "%zu of %zu bytes taken by the host", taken, n);
    }
    if (chr->log_fd >= 0) {
        write_log(chr, buf, taken);
    }
    fe->wants_writable = taken < n;
    return taken;
}

void chr_fe_flush(CharFrontend *fe, Str *out)
{
    size_t done = out->len ? chr_fe_write(fe, out->s, out->len) : 0;

    if (done) {
        memmove(out->s, out->s + done, out->len - done + 1);
        out->len -= done;
    }
}

void chr_fe_write_all(CharFrontend *fe, const void *buf, size_t n)
{
    const uint8_t *p = buf;
    int patience_ms = 1000;

    while (n) {
        size_t taken = chr_fe_write(fe, p, n);

        p += taken;
        n -= taken;
        if (!taken) {
            if (patience_ms <= 0) {
                break;
            }
            poll(NULL, 0, 10);
            patience_ms -= 10;
        }
    }
    fe->wants_writable = false;
}

void chr_fe_printf(CharFrontend *fe, const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    chr_fe_write_all(fe, text, strlen(text));
    free(text);
}

void chr_fe_accept_input(CharFrontend *fe)
{
    if (fe->chr && fe->chr->kind->accept_input) {
        fe->chr->kind->accept_input(fe->chr);
    }
}

bool chr_fe_is_open(const CharFrontend *fe)
{
    return fe->chr && fe->chr->is_open;
}

size_t chr_fe_can_read(CharFrontend *fe)
{
    return fe && fe->handlers && fe->handlers->can_read ? fe->handlers->can_read(fe->opaque) : 0;
}

void chr_fe_event(CharFrontend *fe, ChrEvent event)
{
    if (fe && fe->handlers && fe->handlers->event) {
        fe->handlers->event(fe->opaque, event);
    }
}

void chr_fe_writable(CharFrontend *fe)
{
    if (fe && fe->wants_writable) {
        fe->wants_writable = false;
        if (fe->handlers && fe->handlers->writable) {
            fe->handlers->writable(fe->opaque);
        }
    }
}

/* ---- back ends ---- */

size_t chr_be_can_read(Chardev *chr)
{
    return chr_fe_can_read(chr->fe);
}

void chr_be_read(Chardev *chr, const uint8_t *buf, size_t n)
{
    if (serial_walk_on()) {
        serial_walk(WALK_CHARDEV, chr->id, "%zu byte%s for the device, the first is %#x", n,
                    n == 1 ? "" : "s", buf[0]);
    }
    if (trace_on(chr_read)) {
        trace(chr_read, chr->id, "%zu bytes from the host", n);
    }
    if (chr->fe && chr->fe->handlers && chr->fe->handlers->read) {
        chr->fe->handlers->read(chr->fe->opaque, buf, n);
    }
}

void chr_be_event(Chardev *chr, ChrEvent event)
{
    if (event == CHR_EVENT_OPENED || event == CHR_EVENT_CLOSED) {
        chr->is_open = event == CHR_EVENT_OPENED;
    }
    chr_fe_event(chr->fe, event);
}

void chr_be_writable(Chardev *chr)
{
    chr_fe_writable(chr->fe);
}
