/* SPDX-License-Identifier: MIT */
#include "backend/char/fd_channel.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>
#include "base/serial_walk.h"
#include "loop/main_loop.h"

enum {
    READ_CHUNK = 4096,
    /* A blocking descriptor that polls as writable takes this much without blocking: a pipe has
     * PIPE_BUF free, a terminal more than this. */
    BLOCKING_CHUNK = 256,
};

static void fd_readable(void *opaque)
{
    FdChannel *c = opaque;
    size_t room = chr_be_can_read(c->chr);
    uint8_t buf[READ_CHUNK];
    ssize_t n;

    if (!room) {
        fd_channel_update(c);
        return;
    }
    n = read(c->in, buf, MIN(room, sizeof(buf)));
    if (n > 0) {
        if (serial_walk_on()) {
            serial_walk(WALK_FD, "main-loop", "%zd byte%s readable on descriptor %d", n,
                        n == 1 ? "" : "s", c->in);
        }
        if (c->filter) {
            n = c->filter(c->chr, buf, n);
        }
        if (n) {
            chr_be_read(c->chr, buf, n);
        }
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        c->eof = true;
    }
    fd_channel_update(c);
    if (c->eof && c->on_eof) {
        c->on_eof(c->chr);
    }
}

static void fd_writable(void *opaque)
{
    FdChannel *c = opaque;

    c->full = false;
    chr_be_writable(c->chr);
    fd_channel_update(c);
}

void fd_channel_open(FdChannel *c, Chardev *chr, int in, int out, bool blocking,
                     void (*on_eof)(Chardev *chr))
{
    *c = (FdChannel){.chr = chr, .in = in, .out = out, .blocking = blocking, .on_eof = on_eof};
    fd_channel_update(c);
}

void fd_channel_close(FdChannel *c)
{
    c->eof = true;
    c->full = false;
    fd_channel_update(c);
    c->in = c->out = -1;
}

void fd_channel_update(FdChannel *c)
{
    bool in = c->in >= 0 && !c->eof && chr_be_can_read(c->chr);
    bool out = c->out >= 0 && c->full;

    if (in == c->watch_in && out == c->watch_out) {
        return;
    }
    if (c->in == c->out) {
        set_fd_handler(c->in, in ? fd_readable : NULL, out ? fd_writable : NULL, c);
    } else {
        if (in != c->watch_in) {
            set_fd_handler(c->in, in ? fd_readable : NULL, NULL, c);
        }
        if (out != c->watch_out) {
            set_fd_handler(c->out, NULL, out ? fd_writable : NULL, c);
        }
    }
    c->watch_in = in;
    c->watch_out = out;
}

static bool writable_now(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};

    return poll(&p, 1, 0) > 0;
}

size_t fd_channel_write(FdChannel *c, const uint8_t *buf, size_t n)
{
    size_t done = 0;

    if (c->out < 0) {
        return n;
    }
    while (done < n && !c->full) {
        ssize_t ret = -1;

        if (!c->blocking) {
            ret = write(c->out, buf + done, n - done);
        } else if (writable_now(c->out)) {
            ret = write(c->out, buf + done, MIN(n - done, (size_t)BLOCKING_CHUNK));
        } else {
            errno = EAGAIN;
        }
        if (ret >= 0) {
            done += ret;
        } else if (errno == EAGAIN) {
            c->full = true;
        } else if (errno != EINTR) {
            return n; /* nobody can read it any more */
        }
    }
    if (c->full) {
        fd_channel_update(c);
    }
    return done;
}
