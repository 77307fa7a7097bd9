/* SPDX-License-Identifier: MIT */
/* -chardev file,path=F[,append=on][,input-path=F]: output into a file. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "backend/char/fd_channel.h"
#include "base/alloc.h"

typedef struct FileChardev {
    Chardev chr;
    int out, in;
    FdChannel channel; /* input only */
} FileChardev;

static bool file_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    FileChardev *f = container_of(chr, FileChardev, chr);
    const char *path = keyval_get(opts, "path"), *input = keyval_get(opts, "input-path");
    bool append = false;

    if (!path) {
        return err_set(errp, "say which file: path=FILE");
    }
    if (!keyval_get_bool(opts, "append", &append, errp)) {
        return false;
    }
    f->in = -1;
    f->out = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    if (f->out < 0) {
        return err_set(errp, "cannot write %s: %s", path, strerror(errno));
    }
    if (input) {
        f->in = open(input, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (f->in < 0) {
            err_set(errp, "cannot read %s: %s", input, strerror(errno));
            close(f->out);
            return false;
        }
    }
    chr->description = xasprintf("file:%s", path);
    chr->is_open = true;
    fd_channel_open(&f->channel, chr, f->in, -1, false, NULL);
    return true;
}

/* A file is always ready; on a full disk the output is lost, and the guest goes on. */
static size_t file_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    FileChardev *f = container_of(chr, FileChardev, chr);
    size_t done = 0;

    while (done < n) {
        ssize_t ret = write(f->out, buf + done, n - done);

        if (ret < 0 && errno != EINTR) {
            break;
        }
        done += MAX(ret, 0);
    }
    return n;
}

static void file_accept_input(Chardev *chr)
{
    fd_channel_update(&container_of(chr, FileChardev, chr)->channel);
}

static void file_close(Chardev *chr)
{
    FileChardev *f = container_of(chr, FileChardev, chr);

    fd_channel_close(&f->channel);
    close(f->out);
    if (f->in >= 0) {
        close(f->in);
    }
}

CHARDEV(file, .name = "file", .size = sizeof(FileChardev),
        .help = "path=FILE[,append=on][,input-path=FILE]: output into a file",
        .legacy = {{"file", "path", .verbatim = true}}, .open = file_open, .write = file_write,
        .accept_input = file_accept_input, .close = file_close);
