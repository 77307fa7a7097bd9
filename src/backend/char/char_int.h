/* SPDX-License-Identifier: MIT */
/* What a back end is to char.c, and char.c to a back end. */
#ifndef BACKEND_CHAR_CHAR_INT_H
#define BACKEND_CHAR_CHAR_INT_H

#include "backend/char/char.h"
#include "base/linkset.h"

/* "file:PATH" in the short syntax means path=PATH of this kind. */
typedef struct ChardevLegacy {
    const char *prefix;
    const char *key; /* NULL: nothing may follow the prefix */
    bool verbatim; /* what follows is the value as it stands; otherwise options may come after it */
    const char *on; /* an option that the prefix switches on; or NULL */
} ChardevLegacy;

/* A row per kind of back end. */
typedef struct ChardevKind {
    const char *name;
    const char *help; /* its options and what it is */
    size_t size; /* of its struct, whose first member is a Chardev */
    ChardevLegacy legacy[3];
    /* Take what it knows from @opts and open the host's side; close is not called if it fails. */
    bool (*open)(Chardev *chr, KeyVals *opts, Error **errp);
    /* Take up to @n bytes without waiting; n where nobody listens. If less, chr_be_writable
     * later. */
    size_t (*write)(Chardev *chr, const uint8_t *buf, size_t n);
    void (*accept_input)(Chardev *chr); /* may be NULL: never has input of its own */
    void (*close)(Chardev *chr); /* may be NULL */
} ChardevKind;

#define CHARDEV(sym, ...)                                                                         \
    static const ChardevKind chardev_##sym = {__VA_ARGS__};                                       \
    LINKSET_ADD(chardevs, chardev_##sym)

struct Chardev {
    List link; /* in all chardevs, in the order of making */
    const ChardevKind *kind;
    char *id;
    char *description; /* "pty:/dev/pts/4"; set by open */
    CharFrontend *fe; /* attached front end; of a mux: its first */
    bool is_mux;
    bool is_open; /* somebody is at the other end */
    bool interactive; /* a human types here: rather lose a key than leave an escape unread */
    bool wants_monitor; /* written as "mon:..." */
    int log_fd; /* logfile=, or -1 */
};

/* A new, registered back end without the steps that belong to options; NULL if open fails. */
Chardev *chardev_new(const ChardevKind *kind, const char *id, KeyVals *opts, Error **errp);
const ChardevKind *chardev_find_kind(const char *name, Error **errp);

/* Make mux @id over @base. */
Chardev *chr_mux_new(const char *id, Chardev *base, Error **errp);
bool chr_mux_attach(Chardev *chr, CharFrontend *fe, Error **errp);
void chr_mux_detach(Chardev *chr, CharFrontend *fe);

/* A front end's side, safe against missing handlers. */
size_t chr_fe_can_read(CharFrontend *fe);
void chr_fe_event(CharFrontend *fe, ChrEvent event);
void chr_fe_writable(CharFrontend *fe); /* if it wants to know */

/* For back ends.  All input from the host enters through chr_be_read. */
size_t chr_be_can_read(Chardev *chr);
void chr_be_read(Chardev *chr, const uint8_t *buf, size_t n);
void chr_be_event(Chardev *chr, ChrEvent event); /* OPENED and CLOSED also set is_open */
void chr_be_writable(Chardev *chr);

#endif
