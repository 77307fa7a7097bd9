/* SPDX-License-Identifier: MIT */
/* The lowest layer: a regular file or block device of the host. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "backend/block/block_int.h"
#include "base/alloc.h"

/* The byte that is locked: for reading by those who only read, for writing by who writes. */
enum { LOCK_BYTE = 100 };

typedef struct FileState {
    int fd;
} FileState;

static int node_fd(const BlockNode *node)
{
    return ((FileState *)node->state)->fd;
}

bool file_lock(BlockNode *node, Error **errp)
{
    struct flock lock = {
        .l_type = node->flags & BLK_READONLY ? F_RDLCK : F_WRLCK,
        .l_whence = SEEK_SET,
        .l_start = LOCK_BYTE,
        .l_len = 1,
    };

    if (node->flags & BLK_NO_LOCK || fcntl(node_fd(node), F_OFD_SETLK, &lock) == 0) {
        return true;
    }
    if (errno != EAGAIN && errno != EACCES) {
        return true; /* a file system without locks */
    }
    return err_set(errp, "%s is in use, maybe by another emulator; two writers would destroy it "
                         "(file.locking=off overrides this)", node->path);
}

void file_unlock(BlockNode *node)
{
    struct flock lock = {
        .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1};

    fcntl(node_fd(node), F_OFD_SETLK, &lock);
}

static bool measure(BlockNode *node, int fd, Error **errp)
{
    struct stat st;
    off_t end;

    if (fstat(fd, &st) < 0) {
        return err_set(errp, "%s: %s", node->path, strerror(errno));
    }
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
        return err_set(errp, "%s is neither a file nor a block device", node->path);
    }
    end = lseek(fd, 0, SEEK_END);
    if (end < 0) {
        return err_set(errp, "%s: cannot find out its size: %s", node->path, strerror(errno));
    }
    node->length = end;
    return true;
}

static bool file_open(BlockNode *node, Error **errp)
{
    int mode = node->flags & BLK_READONLY ? O_RDONLY : O_RDWR;
    FileState *s;
    int fd = open(node->path, mode | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hang us */

    if (fd < 0) {
        bool try_readonly = mode == O_RDWR && (errno == EACCES || errno == EROFS);

        return err_set(errp, "cannot open %s%s: %s%s", node->path,
                       mode == O_RDWR ? " for writing" : "", strerror(errno),
                       try_readonly ? " (readonly=on or -snapshot would do without)" : "");
    }
    if (!measure(node, fd, errp)) {
        close(fd);
        return false;
    }
    s = xnew(FileState);
    s->fd = fd;
    node->state = s;
    if (!file_lock(node, errp)) {
        close(fd);
        free(s);
        return false;
    }
    return true;
}

static void file_close(BlockNode *node)
{
    close(node_fd(node));
    free(node->state);
}

static int file_pread(int fd, uint64_t offset, char *buf, size_t n)
{
    while (n) {
        ssize_t ret = pread(fd, buf, n, offset);

        if (ret < 0 && errno == EINTR) {
            continue;
        }
        if (ret < 0) {
            return -errno;
        }
        if (ret == 0) { /* somebody made the file shorter */
            memset(buf, 0, n);
            return 0;
        }
        buf += ret;
        offset += ret;
        n -= ret;
    }
    return 0;
}

static int file_pwrite(int fd, uint64_t offset, const char *buf, size_t n)
{
    while (n) {
        ssize_t ret = pwrite(fd, buf, n, offset);

        if (ret < 0 && errno == EINTR) {
            continue;
        }
        if (ret <= 0) {
            return ret ? -errno : -ENOSPC;
        }
        buf += ret;
        offset += ret;
        n -= ret;
    }
    return 0;
}

static size_t iov_bytes(const struct iovec *iov, int niov)
{
    size_t n = 0;

    for (int i = 0; i < niov; i++) {
        n += iov[i].iov_len;
    }
    return n;
}

/* One system call for the whole is the common case.  Whatever comes short is done again piece by
 * piece, from the start: repeating is harmless. */
static int file_preadv(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov)
{
    int fd = node_fd(node), ret = 0;

    if (niov <= IOV_MAX && preadv(fd, iov, niov, offset) == (ssize_t)iov_bytes(iov, niov)) {
        return 0;
    }
    for (int i = 0; i < niov && !ret; i++) {
        ret = file_pread(fd, offset, iov[i].iov_base, iov[i].iov_len);
        offset += iov[i].iov_len;
    }
    return ret;
}

static int file_pwritev(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov)
{
    int fd = node_fd(node), ret = 0;

    if (niov <= IOV_MAX && pwritev(fd, iov, niov, offset) == (ssize_t)iov_bytes(iov, niov)) {
        return 0;
    }
    for (int i = 0; i < niov && !ret; i++) {
        ret = file_pwrite(fd, offset, iov[i].iov_base, iov[i].iov_len);
        offset += iov[i].iov_len;
    }
    return ret;
}

static int file_flush(BlockNode *node)
{
    return fdatasync(node_fd(node)) < 0 ? -errno : 0;
}

static int file_discard(BlockNode *node, uint64_t offset, uint64_t bytes)
{
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

    if (fallocate(node_fd(node), mode, offset, bytes) < 0 && errno != EOPNOTSUPP) {
        return -errno;
    }
    return 0; /* a discard is a hint: a host that cannot is no error */
}

static int file_write_zeroes(BlockNode *node, uint64_t offset, uint64_t bytes)
{
    int mode = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;

    return fallocate(node_fd(node), mode, offset, bytes) < 0 ? -errno : 0;
}

BLOCK_DRIVER(file, .name = "file", .help = "a file or block device of the host",
             .open = file_open, .close = file_close, .preadv = file_preadv,
             .pwritev = file_pwritev, .flush = file_flush, .discard = file_discard,
             .write_zeroes = file_write_zeroes);
