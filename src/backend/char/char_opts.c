/* SPDX-License-Identifier: MIT */
/* From the command line to character devices: -chardev KIND,..., and the short syntax of
 * -serial. */
#include <errno.h>
#include <fcntl.h>
#include "backend/char/char_int.h"
#include "base/alloc.h"
#include "base/str.h"

LINKSET_DECLARE(chardevs);

/* logfile=: a copy of all output. */
static bool open_log(Chardev *chr, const char *path, bool append, Error **errp)
{
    if (!path) {
        return true;
    }
    chr->log_fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    return chr->log_fd >= 0 || err_set(errp, "character device %s: cannot write logfile %s: %s",
                                       chr->id, path, strerror(errno));
}

/* Make @kind with the options that all kinds share. */
static Chardev *new_of_kind(const ChardevKind *kind, const char *id, KeyVals *opts, Error **errp)
{
    const char *logfile = keyval_get(opts, "logfile");
    bool mux = false, append = false;
    Chardev *chr, *top;
    char *base_id;

    if (!keyval_get_bool(opts, "mux", &mux, errp) ||
        !keyval_get_bool(opts, "logappend", &append, errp)) {
        return NULL;
    }
    base_id = mux ? xasprintf("%s-base", id) : xstrdup(id);
    chr = chardev_new(kind, base_id, opts, errp);
    free(base_id);
    if (!chr) {
        return NULL;
    }
    if (keyval_check_used(opts, errp) && open_log(chr, logfile, append, errp)) {
        if (!mux) {
            return chr;
        }
        top = chr_mux_new(id, chr, errp);
        if (top) {
            return top;
        }
    }
    chardev_delete(chr, NULL);
    return NULL;
}

Chardev *chardev_new_from_opts(KeyVals *opts, Error **errp)
{
    const char *backend = keyval_get(opts, "backend"), *id = keyval_get(opts, "id");
    const ChardevKind *kind;

    if (!backend) {
        err_set(errp, "%s: say which kind first: -chardev KIND,id=ID; '-chardev help' lists them",
                opts->what);
        return NULL;
    }
    if (!id) {
        err_set(errp, "%s: give it a name: id=ID", opts->what);
        return NULL;
    }
    kind = chardev_find_kind(backend, errp);
    return kind ? new_of_kind(kind, id, opts, errp) : NULL;
}

/* ---- the short syntax ---- */

/* The part of @text after "@prefix:", "" if it is only @prefix, else NULL. */
static const char *after_prefix(const char *text, const char *prefix)
{
    if (!str_starts(text, prefix)) {
        return NULL;
    }
    text += strlen(prefix);
    return *text == ':' ? text + 1 : *text ? NULL : text;
}

static const ChardevLegacy *find_legacy(const char *text, const ChardevKind **kind,
                                        const char **rest, Nearest *near)
{
    LINKSET_FOREACH(r, chardevs) {
        *kind = r->row;
        for (size_t i = 0; i < ARRAY_SIZE((*kind)->legacy); i++) {
            const ChardevLegacy *l = &(*kind)->legacy[i];

            if (!l->prefix) {
                continue;
            }
            *rest = after_prefix(text, l->prefix);
            if (*rest && !!**rest == !!l->key) {
                return l;
            }
            nearest_offer(near, l->prefix);
        }
    }
    return NULL;
}

static Chardev *new_from_short(const char *id, const char *text, bool mux, Error **errp)
{
    const ChardevLegacy *legacy;
    const ChardevKind *kind;
    const char *rest;
    KeyVals *opts;
    Nearest near;
    Chardev *chr;

    nearest_init(&near, text);
    legacy = find_legacy(text, &kind, &rest, &near);
    if (!legacy) {
        err_set(errp, "'%s' is no character device%s%s%s; try stdio, mon:stdio, null, none, pty, "
                      "file:PATH, unix:PATH, tcp:HOST:PORT, telnet:HOST:PORT or chardev:ID", text,
                nearest_get(&near) ? ": did you mean '" : "", nearest_get(&near) ?: "",
                nearest_get(&near) ? "'?" : "");
        return NULL;
    }
    opts = keyval_parse("character device", legacy->verbatim ? "" : rest, legacy->key, errp);
    if (!opts) {
        return NULL;
    }
    if (legacy->verbatim) {
        keyval_set(opts, legacy->key, rest);
    }
    if (legacy->on) {
        keyval_set(opts, legacy->on, "on");
    }
    if (mux) {
        keyval_set(opts, "mux", "on");
        if (!strcmp(kind->name, "stdio")) {
            keyval_set(opts, "signal", "off"); /* with a monitor there is Ctrl-A X to end us */
        }
    }
    chr = new_of_kind(kind, id, opts, errp);
    keyval_free(opts);
    return chr;
}

bool chardev_new_legacy(const char *id, const char *text, Chardev **chr, Error **errp)
{
    const char *mon = after_prefix(text, "mon"), *name = after_prefix(text, "chardev");
    bool mux = mon && *mon;

    *chr = NULL;
    if (!strcmp(text, "none")) {
        return true;
    }
    if (name) {
        *chr = chardev_find(name);
        return *chr || err_set(errp, "there is no character device '%s'; make it with "
                                     "-chardev KIND,id=%s", name, name);
    }
    *chr = new_from_short(id, mux ? mon : text, mux, errp);
    if (*chr) {
        (*chr)->wants_monitor = mux;
    }
    return *chr != NULL;
}

/* ---- serial ports ---- */

static Chardev **serial;
static unsigned serial_count;

bool serial_hd_add(const char *text, Error **errp)
{
    char *id = xasprintf("serial%u", serial_count);
    Chardev *chr;
    bool ok = chardev_new_legacy(id, text, &chr, errp);

    free(id);
    if (!ok) {
        err_prepend(errp, "-serial %s: ", text);
        return false;
    }
    serial = xrealloc(serial, (serial_count + 1) * sizeof(serial[0]));
    serial[serial_count++] = chr;
    return true;
}

unsigned serial_hd_count(void)
{
    return serial_count;
}

Chardev *serial_hd(unsigned n)
{
    return n < serial_count ? serial[n] : NULL;
}

void serial_hd_clear(void)
{
    free(serial);
    serial = NULL;
    serial_count = 0;
}
