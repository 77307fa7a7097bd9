/* SPDX-License-Identifier: MIT */
/* -chardev stdio: the terminal (or pipe) that we were started from. */
#include <unistd.h>
#include "backend/char/fd_channel.h"
#include "backend/char/term.h"

typedef struct StdioChardev {
    Chardev chr;
    FdChannel channel;
} StdioChardev;

static bool in_use; /* there is only one standard input */

static bool stdio_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    StdioChardev *s = container_of(chr, StdioChardev, chr);
    bool signals = true;

    if (!keyval_get_bool(opts, "signal", &signals, errp)) {
        return false;
    }
    if (in_use) {
        return err_set(errp, "standard input and output are in use by another device; "
                             "mux=on shares them (-serial mon:stdio does)");
    }
    in_use = true;
    chr->is_open = true;
    chr->interactive = isatty(STDIN_FILENO);
    term_raw(signals);
    fd_channel_open(&s->channel, chr, STDIN_FILENO, STDOUT_FILENO, true, NULL);
    return true;
}

static size_t stdio_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    return fd_channel_write(&container_of(chr, StdioChardev, chr)->channel, buf, n);
}

static void stdio_accept_input(Chardev *chr)
{
    fd_channel_update(&container_of(chr, StdioChardev, chr)->channel);
}

static void stdio_close(Chardev *chr)
{
    fd_channel_close(&container_of(chr, StdioChardev, chr)->channel);
    term_restore();
    in_use = false;
}

CHARDEV(stdio, .name = "stdio", .size = sizeof(StdioChardev),
        .help = "our standard input and output; signal=off gives Ctrl-C to the guest",
        .legacy = {{"stdio"}}, .open = stdio_open, .write = stdio_write,
        .accept_input = stdio_accept_input, .close = stdio_close);
