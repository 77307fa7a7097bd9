/* SPDX-License-Identifier: MIT */
/* -chardev pty: a new pseudo terminal; open the /dev/pts name that we print with screen or minicom.
 *
 * A pty whose other side nobody has open is always "hung up" for poll, so it cannot be watched; a
 * timer looks every second instead, and each write looks too. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include "backend/char/fd_channel.h"
#include "base/alloc.h"
#include "loop/timer.h"

typedef struct PtyChardev {
    Chardev chr;
    int fd; /* the master side */
    FdChannel channel; /* closed while nobody is connected */
    Timer look; /* for somebody to connect */
} PtyChardev;

static void pty_look_later(PtyChardev *p)
{
    timer_mod_ns(&p->look, clock_get_ns(VM_CLOCK_REALTIME) + NANOSECONDS_PER_SECOND);
}

static void pty_disconnected(Chardev *chr)
{
    PtyChardev *p = container_of(chr, PtyChardev, chr);

    fd_channel_close(&p->channel);
    pty_look_later(p);
    chr_be_event(chr, CHR_EVENT_CLOSED);
    chr_be_writable(chr); /* what did not fit is dropped from now on */
}

static bool pty_is_connected(PtyChardev *p)
{
    struct pollfd pfd = {.fd = p->fd, .events = POLLOUT};

    if (!p->chr.is_open && poll(&pfd, 1, 0) >= 0 && !(pfd.revents & POLLHUP)) {
        timer_del(&p->look);
        p->chr.is_open = true;
        fd_channel_open(&p->channel, &p->chr, p->fd, p->fd, false, pty_disconnected);
        chr_be_event(&p->chr, CHR_EVENT_OPENED);
    }
    return p->chr.is_open;
}

static void pty_look(void *opaque)
{
    PtyChardev *p = opaque;

    if (!pty_is_connected(p)) {
        pty_look_later(p);
    }
}

/* Open and close the other side once, in raw mode: from then on poll reports the hang-up. */
static bool pty_prepare_slave(const char *name)
{
    int fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios tio;

    if (fd < 0) {
        return false;
    }
    if (tcgetattr(fd, &tio) == 0) {
        cfmakeraw(&tio);
        tcsetattr(fd, TCSAFLUSH, &tio);
    }
    close(fd);
    return true;
}

static bool pty_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    PtyChardev *p = container_of(chr, PtyChardev, chr);
    char name[64];

    p->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (p->fd < 0 || grantpt(p->fd) || unlockpt(p->fd) ||
        ptsname_r(p->fd, name, sizeof(name)) || !pty_prepare_slave(name)) {
        err_set(errp, "cannot make a pseudo terminal: %s", strerror(errno));
        if (p->fd >= 0) {
            close(p->fd);
        }
        return false;
    }
    fcntl(p->fd, F_SETFL, O_RDWR | O_NONBLOCK);
    chr->description = xasprintf("pty:%s", name);
    fprintf(stderr, "teemu: character device %s is the terminal %s\n", chr->id, name);
    timer_init_ns(&p->look, VM_CLOCK_REALTIME, pty_look, p);
    p->channel.in = p->channel.out = -1;
    pty_look_later(p);
    return true;
}

static size_t pty_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    PtyChardev *p = container_of(chr, PtyChardev, chr);

    return pty_is_connected(p) ? fd_channel_write(&p->channel, buf, n) : n;
}

static void pty_accept_input(Chardev *chr)
{
    PtyChardev *p = container_of(chr, PtyChardev, chr);

    if (chr->is_open) {
        fd_channel_update(&p->channel);
    }
}

static void pty_close(Chardev *chr)
{
    PtyChardev *p = container_of(chr, PtyChardev, chr);

    if (chr->is_open) {
        fd_channel_close(&p->channel);
    }
    timer_del(&p->look);
    close(p->fd);
}

CHARDEV(pty, .name = "pty", .size = sizeof(PtyChardev),
        .help = "a new pseudo terminal; its name is printed", .legacy = {{"pty"}},
        .open = pty_open, .write = pty_write, .accept_input = pty_accept_input,
        .close = pty_close);
