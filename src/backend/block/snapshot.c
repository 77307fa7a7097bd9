/* SPDX-License-Identifier: MIT */
/* -snapshot: writes go to a temporary file that has no name and vanishes with us; the image is
 * only read. The disk is cut into clusters; a bitmap says which of them are in the temporary
 * file. The first write to a cluster copies it whole.
 *
 * Workers run several requests at once. A set bit is never cleared while requests run, so finding
 * it set needs no lock; who finds it clear takes the lock and looks again before copying. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include "backend/block/block_int.h"
#include "base/alloc.h"
#include "base/bitmap.h"

enum { CLUSTER = TEEMU_SMALL ? 512 : 64 * 1024 };

typedef struct Snapshot {
    BlockNode *temp; /* a "file" layer over the temporary file */
    pthread_mutex_t lock; /* held while a cluster is copied */
    uint64_t *copied; /* atomic bits */
    uint64_t clusters;
} Snapshot;

static bool is_copied(const Snapshot *s, uint64_t cluster)
{
    return __atomic_load_n(&s->copied[cluster / 64], __ATOMIC_ACQUIRE) >> (cluster % 64) & 1;
}

/* A file without a name that nobody else can open. */
static BlockNode *open_temp(uint64_t length, Error **errp)
{
    const char *dir = getenv("TMPDIR") ?: "/var/tmp";
    char *path = xasprintf("%s/teemu-snapshot-XXXXXX", dir);
    int fd = mkostemp(path, O_CLOEXEC);
    BlockNode *node = NULL;

    if (fd < 0) {
        err_set(errp, "cannot create a temporary file in %s: %s (set TMPDIR)", dir,
                strerror(errno));
    } else {
        if (ftruncate(fd, length) < 0) {
            err_set(errp, "cannot make a temporary file of %" PRIu64 " bytes in %s: %s", length,
                    dir, strerror(errno));
        } else {
            node = bdrv_open_layer(&block_driver_file, NULL, path, BLK_NO_LOCK, errp);
        }
        unlink(path);
        close(fd);
    }
    free(path);
    return node;
}

static bool snapshot_layer_open(BlockNode *node, Error **errp)
{
    Snapshot *s = xnew(Snapshot);

    node->length = node->file->length;
    s->temp = open_temp(node->length, errp);
    if (!s->temp) {
        free(s);
        return false;
    }
    s->clusters = (node->length + CLUSTER - 1) / CLUSTER;
    s->copied = xcalloc(BITMAP_WORDS(s->clusters), sizeof(uint64_t));
    pthread_mutex_init(&s->lock, NULL);
    node->state = s;
    return true;
}

static void snapshot_close(BlockNode *node)
{
    Snapshot *s = node->state;

    bdrv_close(s->temp);
    pthread_mutex_destroy(&s->lock);
    free(s->copied);
    free(s);
}

static uint64_t cluster_bytes(const BlockNode *node, uint64_t cluster)
{
    return MIN((uint64_t)CLUSTER, node->length - cluster * CLUSTER);
}

static int read_buffer(BlockNode *node, uint64_t offset, char *buf, size_t n)
{
    Snapshot *s = node->state;
    int ret = 0;

    while (n && !ret) {
        uint64_t first = offset / CLUSTER, next = first + 1;
        bool copied = is_copied(s, first);
        size_t run;

        while (next * CLUSTER < offset + n && is_copied(s, next) == copied) {
            next++;
        }
        run = MIN(n, next * CLUSTER - offset);
        ret = bdrv_pread(copied ? s->temp : node->file, offset, buf, run);
        offset += run;
        buf += run;
        n -= run;
    }
    return ret;
}

static int copy_cluster(BlockNode *node, uint64_t cluster)
{
    Snapshot *s = node->state;
    uint64_t at = cluster * CLUSTER;
    size_t n = cluster_bytes(node, cluster);
    char *buf = xcalloc(1, n);
    int ret = bdrv_pread(node->file, at, buf, n);

    if (!ret) {
        ret = bdrv_pwrite(s->temp, at, buf, n);
    }
    if (!ret) {
        bit_set_atomic(s->copied, cluster);
    }
    free(buf);
    return ret;
}

static int write_buffer(BlockNode *node, uint64_t offset, const char *buf, size_t n)
{
    Snapshot *s = node->state;
    int ret = 0;

    while (n && !ret) {
        uint64_t cluster = offset / CLUSTER;
        size_t run = MIN(n, (cluster + 1) * CLUSTER - offset);

        if (!is_copied(s, cluster)) {
            pthread_mutex_lock(&s->lock);
            if (!is_copied(s, cluster)) {
                ret = copy_cluster(node, cluster);
            }
            pthread_mutex_unlock(&s->lock);
        }
        if (!ret) {
            ret = bdrv_pwrite(s->temp, offset, buf, run);
        }
        offset += run;
        buf += run;
        n -= run;
    }
    return ret;
}

static int snapshot_preadv(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov)
{
    int ret = 0;

    for (int i = 0; i < niov && !ret; i++) {
        ret = read_buffer(node, offset, iov[i].iov_base, iov[i].iov_len);
        offset += iov[i].iov_len;
    }
    return ret;
}

static int snapshot_pwritev(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov)
{
    int ret = 0;

    for (int i = 0; i < niov && !ret; i++) {
        ret = write_buffer(node, offset, iov[i].iov_base, iov[i].iov_len);
        offset += iov[i].iov_len;
    }
    return ret;
}

/* It vanishes anyway. */
static int snapshot_flush(BlockNode *node)
{
    return 0;
}

static const BlockDriver snapshot_driver = {
    .name = "snapshot",
    .open = snapshot_layer_open,
    .close = snapshot_close,
    .preadv = snapshot_preadv,
    .pwritev = snapshot_pwritev,
    .flush = snapshot_flush,
};

BlockNode *snapshot_open(BlockNode *base, Error **errp)
{
    return bdrv_open_layer(&snapshot_driver, base, base->path, base->flags & ~BLK_READONLY, errp);
}

bool bdrv_is_snapshot(const BlockNode *node)
{
    return node->drv == &snapshot_driver;
}

static int copy_back(BlockNode *node, BlockNode *image)
{
    Snapshot *s = node->state;
    char *buf = xcalloc(1, CLUSTER);
    uint64_t c = 0;
    int ret = 0;

    while (!ret && (c = bitmap_find_next(s->copied, s->clusters, c)) < s->clusters) {
        size_t n = cluster_bytes(node, c);

        ret = bdrv_pread(s->temp, c * CLUSTER, buf, n);
        if (!ret) {
            ret = bdrv_pwrite(image, c * CLUSTER, buf, n);
        }
        c++;
    }
    if (!ret) {
        ret = image->drv->flush(image);
    }
    if (!ret) {
        bitmap_set_range(s->copied, 0, s->clusters, false);
    }
    free(buf);
    return ret;
}

/* The image is open for reading only and locked against writers: change places with a writer. */
bool snapshot_commit(BlockNode *node, Error **errp)
{
    BlockNode *base = node->file, *locked = base->file, *image;
    bool probed, ok;
    int ret;

    file_unlock(locked);
    image = bdrv_open(node->path, base->drv->name, base->flags & ~BLK_READONLY, &probed, errp);
    ok = image != NULL;
    if (ok) {
        ret = copy_back(node, image);
        bdrv_close(image);
        ok = !ret || err_set(errp, "cannot write %s: %s", node->path, strerror(-ret));
    }
    return file_lock(locked, ok ? errp : NULL) && ok;
}
