/* SPDX-License-Identifier: MIT */
/* Character devices: the host end of serial ports, consoles and monitors.
 *
 *     guest device  <->  CharFrontend  <->  Chardev  <->  terminal, file, pty, socket ...
 *     (front end)        its handle         (back end)
 *
 * A front end attaches to one back end; only a mux takes several.  Flow control works both ways:
 * towards the guest no byte is read from the host before can_read makes room; towards the host
 * chr_fe_write may take less than it is given and calls `writable` when there is room again.  Where
 * nobody listens (no client, no reader of a pty), output is dropped and not held back.
 * All functions and callbacks: big lock. */
#ifndef BACKEND_CHAR_CHAR_H
#define BACKEND_CHAR_CHAR_H

#include "base/keyval.h"
#include "base/str.h"

typedef struct Chardev Chardev;

typedef enum ChrEvent {
    CHR_EVENT_OPENED, /* somebody is at the other end now */
    CHR_EVENT_CLOSED, /* nobody any more */
    CHR_EVENT_BREAK, /* a break condition on the line (Ctrl-A B) */
    CHR_EVENT_MUX_IN, /* the mux gives us the keyboard */
    CHR_EVENT_MUX_OUT, /* and takes it away */
} ChrEvent;

/* What a front end does; each may be NULL. */
typedef struct CharHandlers {
    /* How many bytes it takes now. When it takes some again after 0, it calls
     * chr_fe_accept_input. */
    size_t (*can_read)(void *opaque);
    void (*read)(void *opaque, const uint8_t *buf, size_t n); /* n <= what can_read said */
    void (*event)(void *opaque, ChrEvent event);
    void (*writable)(void *opaque); /* try the rest of chr_fe_write again */
} CharHandlers;

/* Embedded in the device.  All zero is a valid, unconnected one. */
typedef struct CharFrontend {
    Chardev *chr; /* NULL: nothing is connected; writes vanish, nothing is ever read */
    const CharHandlers *handlers;
    void *opaque;
    bool wants_writable; /* the last chr_fe_write took less than it was given */
} CharFrontend;

/* Attach @fe to @chr (NULL: to nothing).  Fails if @chr has a front end already and is no mux. */
bool chr_fe_init(CharFrontend *fe, Chardev *chr, const CharHandlers *handlers, void *opaque,
                 Error **errp);

/* Detach.  Harmless on an unconnected one. */
void chr_fe_deinit(CharFrontend *fe);

/* Write up to @n bytes without waiting; returns how many were taken. If fewer than @n, the
 * writable handler is called when more fit. */
size_t chr_fe_write(CharFrontend *fe, const void *buf, size_t n);

/* Write what waits in @out, of which the rest goes on waiting. */
void chr_fe_flush(CharFrontend *fe, Str *out);

/* Write all of it, waiting for a slow reader for at most a second altogether; the rest is lost.
 * For messages to humans, not for guests. */
void chr_fe_write_all(CharFrontend *fe, const void *buf, size_t n);
void chr_fe_printf(CharFrontend *fe, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* can_read has grown from 0. */
void chr_fe_accept_input(CharFrontend *fe);

/* Is somebody at the other end? */
bool chr_fe_is_open(const CharFrontend *fe);

/* Make the back end that "-chardev BACKEND,id=ID,..." describes; @opts was parsed with "backend"
 * as its implied key. It lives until chardev_delete or chardev_cleanup; borrowed. */
Chardev *chardev_new_from_opts(KeyVals *opts, Error **errp);

/* The same from the short syntax of -serial, -monitor, -debugcon and -gdb: none, null, stdio,
 * mon:stdio, file:PATH, pty, ringbuf, chardev:ID, unix:PATH[,server=on][,wait=off],
 * tcp:[HOST]:PORT[,server=on][,wait=off]. *chr is NULL for "none". "mon:" makes a mux; see
 * chardev_wants_monitor. */
bool chardev_new_legacy(const char *id, const char *text, Chardev **chr, Error **errp);

/* Was @chr written as "mon:..."?  Then a monitor is to be attached to it as well. */
bool chardev_wants_monitor(const Chardev *chr);

/* NULL when there is none of that name. */
Chardev *chardev_find(const char *id);

/* Remove @chr; fails while a front end is attached. */
bool chardev_delete(Chardev *chr, Error **errp);

/* Close all: files closed, sockets unlinked, the terminal restored.  For the orderly exit. */
void chardev_cleanup(void);

/* "info chardev": @description is like "pty:/dev/pts/4"; @open: something of the guest, or a
 * monitor, uses it. */
void chardev_foreach(void (*fn)(Chardev *chr, const char *id, const char *description, bool open,
                                void *opaque),
                     void *opaque);
const char *chardev_id(const Chardev *chr);

/* "-chardev help". */
void chardev_help(FILE *out);

/* The serial ports, in the order of -serial. serial_hd gives the back end of port @n, or NULL if
 * it was not given or is "none". */
bool serial_hd_add(const char *text, Error **errp);
unsigned serial_hd_count(void);
Chardev *serial_hd(unsigned n);
void serial_hd_clear(void); /* forget them; chardev_cleanup does */

/* "-echr N": the mux's escape character, Ctrl-A unless set. */
void chr_mux_set_escape(uint8_t c);

/* Take up to @size bytes out of a ringbuf ("ringbuf-read" in the monitor); false if @chr is
 * none. */
bool chr_ringbuf_read(Chardev *chr, void *buf, size_t size, size_t *n, Error **errp);
bool chr_ringbuf_write(Chardev *chr, const void *buf, size_t n, Error **errp);

#endif
