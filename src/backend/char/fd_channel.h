/* SPDX-License-Identifier: MIT */
/* Bytes to and from descriptors of the host, with flow control in both directions: what terminals,
 * ptys and sockets have in common. */
#ifndef BACKEND_CHAR_FD_CHANNEL_H
#define BACKEND_CHAR_FD_CHANNEL_H

#include "backend/char/char_int.h"

typedef struct FdChannel {
    Chardev *chr;
    int in, out; /* may be the same; -1: none */
    bool blocking; /* the descriptors cannot be made non-blocking: they are shared with a shell */
    bool eof; /* nothing more to read */
    bool full; /* the last write did not fit */
    bool watch_in, watch_out; /* what the loop watches now */
    size_t (*filter)(Chardev *chr, uint8_t *buf, size_t n); /* how much of it is data; or NULL */
    void (*on_eof)(Chardev *chr); /* the other end is gone; may be NULL and may close the channel */
} FdChannel;

void fd_channel_open(FdChannel *c, Chardev *chr, int in, int out, bool blocking,
                     void (*on_eof)(Chardev *chr));

/* Stop watching.  The descriptors stay open. */
void fd_channel_close(FdChannel *c);

/* Watch what is of interest now: input if the front end takes some, output if it is stuck. */
void fd_channel_update(FdChannel *c);

size_t fd_channel_write(FdChannel *c, const uint8_t *buf, size_t n);

#endif
