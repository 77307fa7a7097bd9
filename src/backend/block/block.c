/* SPDX-License-Identifier: MIT */
/* Block back ends: the list of drives, and their requests' way to the workers and back. */
#include <errno.h>
#include <sys/stat.h>
#include "backend/block/block_backend_int.h"
#include "backend/block/block_int.h"
#include "base/alloc.h"
#include "base/str.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "loop/thread_pool.h"

static List backends = LIST_INIT(backends); /* big lock */

/* ---- the list ---- */

/* Stopping the machine leaves the images as the guest last saw them. */
static void on_change_state(void *opaque, bool running, RunState state)
{
    if (!running) {
        blk_drain(NULL);
        blk_flush_all();
    }
}

static VMChangeStateEntry *watcher; /* from the first drive on */

static void watch_run_state(void)
{
    if (!watcher) {
        watcher = vm_change_state_handler_add(on_change_state, NULL);
    }
}

BlockBackend *blk_new_open(const char *id, const char *path, const char *format, unsigned flags,
                           Error **errp)
{
    bool snapshot = flags & BLK_SNAPSHOT && !(flags & BLK_READONLY);
    BlockBackend *blk;
    BlockNode *node;
    bool probed;

    if (blk_by_name(id)) {
        err_set(errp, "there are two drives named '%s'; give one another id=", id);
        return NULL;
    }
    node = bdrv_open(path, format, snapshot ? flags | BLK_READONLY : flags, &probed, errp);
    if (node && snapshot) {
        node = snapshot_open(node, errp);
    }
    if (!node) {
        err_prepend(errp, "drive %s: ", id);
        return NULL;
    }
    blk = xnew(BlockBackend);
    blk->id = xstrdup(id);
    blk->node = node;
    blk->flags = flags;
    blk->guard_head = probed && !strcmp(snapshot ? node->file->drv->name : node->drv->name, "raw");
    blk->interface = xstrdup("none");
    blk->unit = -1;
    list_push_back(&backends, &blk->link);
    watch_run_state();
    return blk;
}

void blk_unref(BlockBackend *blk)
{
    if (!blk) {
        return;
    }
    blk_drain(blk);
    blk_flush(blk);
    list_remove(&blk->link);
    bdrv_close(blk->node);
    free(blk->id);
    free(blk->interface);
    free(blk->serial);
    free(blk->dev);
    free(blk);
}

void blk_cleanup(void)
{
    while (!list_empty(&backends)) {
        blk_unref(list_entry(backends.next, BlockBackend, link));
    }
    if (watcher) {
        vm_change_state_handler_del(watcher);
        watcher = NULL;
    }
}

BlockBackend *blk_by_name(const char *id)
{
    BlockBackend *blk;

    LIST_FOREACH(blk, &backends, link) {
        if (!strcmp(blk->id, id)) {
            return blk;
        }
    }
    return NULL;
}

BlockBackend *blk_by_interface(const char *interface, int unit)
{
    BlockBackend *blk;

    LIST_FOREACH(blk, &backends, link) {
        if (!strcmp(blk->interface, interface) && blk->unit == unit) {
            return blk;
        }
    }
    return NULL;
}

void blk_foreach(void (*fn)(BlockBackend *blk, const BlockInfo *info, void *opaque),
                 void *opaque)
{
    BlockBackend *blk, *tmp;

    LIST_FOREACH_SAFE(blk, tmp, &backends, link) {
        bool snapshot = bdrv_is_snapshot(blk->node);
        const BlockNode *image = snapshot ? blk->node->file : blk->node;
        struct stat st;
        BlockInfo info = {
            .id = blk->id,
            .path = image->path,
            .format = image->drv->name,
            .dev = blk->dev,
            .snapshot = snapshot,
            .no_flush = blk->flags & BLK_NO_FLUSH,
            .actual_size = stat(image->path, &st) ? 0 : (uint64_t)st.st_blocks * 512,
        };

        fn(blk, &info, opaque);
    }
}

const char *blk_name(const BlockBackend *blk)
{
    return blk->id;
}

const char *blk_interface(const BlockBackend *blk)
{
    return blk->interface;
}

int blk_unit(const BlockBackend *blk)
{
    return blk->unit;
}

const char *blk_serial(const BlockBackend *blk)
{
    return blk->serial;
}

bool blk_is_cdrom(const BlockBackend *blk)
{
    return blk->is_cdrom;
}

bool blk_attach_dev(BlockBackend *blk, const char *dev, Error **errp)
{
    if (blk->dev) {
        return err_set(errp, "drive %s is in use by %s already", blk->id, blk->dev);
    }
    blk->dev = xstrdup(dev);
    return true;
}

void blk_detach_dev(BlockBackend *blk)
{
    blk_drain(blk);
    free(blk->dev);
    blk->dev = NULL;
}

uint64_t blk_getlength(const BlockBackend *blk)
{
    return blk->node->length;
}

bool blk_is_read_only(const BlockBackend *blk)
{
    return blk->flags & BLK_READONLY;
}

bool blk_enable_write_cache(const BlockBackend *blk)
{
    return !(blk->flags & BLK_WRITETHROUGH);
}

/* ---- one request, on whatever thread ---- */

typedef enum BlockOp { BLOCK_READ, BLOCK_WRITE, BLOCK_FLUSH, BLOCK_DISCARD, BLOCK_ZERO } BlockOp;

typedef struct BlockRequest {
    BlockBackend *blk;
    BlockOp op;
    uint64_t offset, bytes;
    const struct iovec *iov;
    int niov;
    BlockCompletion *cb;
    void *opaque;
    AioContext *ctx;
} BlockRequest;

/* A guest could write another format's header into an image that was only guessed to be raw; the
 * next run would then believe it, and read whatever file it names. */
static bool would_change_format(BlockRequest *r)
{
    uint8_t head[512] = {0};
    size_t n = 0;
    int ret;

    if (!r->blk->guard_head || r->offset >= sizeof(head)) {
        return false;
    }
    ret = bdrv_pread(r->blk->node, 0, head, MIN(sizeof(head), r->blk->node->length));
    for (int i = 0; i < r->niov && r->offset + n < sizeof(head); i++) {
        size_t part = MIN(r->iov[i].iov_len, sizeof(head) - r->offset - n);

        memcpy(head + r->offset + n, r->iov[i].iov_base, part);
        n += part;
    }
    return ret < 0 || !bdrv_looks_raw(head, sizeof(head));
}

static int do_flush(BlockBackend *blk)
{
    return blk->flags & (BLK_NO_FLUSH | BLK_READONLY) ? 0 : blk->node->drv->flush(blk->node);
}

static int do_write(BlockRequest *r)
{
    BlockNode *node = r->blk->node;
    int ret;

    if (r->blk->flags & BLK_READONLY) {
        return -EROFS;
    }
    if (r->op == BLOCK_DISCARD) {
        return r->blk->flags & BLK_UNMAP ? bdrv_discard(node, r->offset, r->bytes) : 0;
    }
    if (r->op == BLOCK_ZERO) {
        ret = bdrv_write_zeroes(node, r->offset, r->bytes);
    } else if (would_change_format(r)) {
        return -EPERM;
    } else {
        ret = node->drv->pwritev(node, r->offset, r->iov, r->niov);
    }
    return ret || blk_enable_write_cache(r->blk) ? ret : do_flush(r->blk);
}

static int do_request(void *opaque)
{
    BlockRequest *r = opaque;
    uint64_t length = r->blk->node->length;

    if (r->op == BLOCK_FLUSH) {
        return do_flush(r->blk);
    }
    if (r->offset > length || r->bytes > length - r->offset) {
        return -EIO;
    }
    return r->op == BLOCK_READ ? r->blk->node->drv->preadv(r->blk->node, r->offset, r->iov, r->niov)
                               : do_write(r);
}

/* ---- asynchronous ---- */

/* BQL: something that an iothread had in flight is over. */
static pthread_cond_t iothread_done = PTHREAD_COND_INITIALIZER;

void blk_begin(BlockBackend *blk, AioContext *ctx)
{
    blk->in_flight++;
    blk->in_iothread += ctx != aio_get_main_context();
}

void blk_end(BlockBackend *blk, AioContext *ctx)
{
    bool elsewhere = ctx != aio_get_main_context();
    bool taken = elsewhere && bql_lock_if_needed(); /* blk_drain looked before this, or sees it */

    blk->in_iothread -= elsewhere;
    blk->in_flight--;
    if (elsewhere) {
        pthread_cond_broadcast(&iothread_done);
    }
    bql_unlock_if(taken);
}

static void request_done(void *opaque, int ret)
{
    BlockRequest *r = opaque;

    r->cb(r->opaque, ret);
    blk_end(r->blk, r->ctx);
    free(r);
}

static void submit(const BlockRequest *request)
{
    BlockRequest *r = xnew(BlockRequest);

    *r = *request;
    for (int i = 0; i < r->niov; i++) {
        r->bytes += r->iov[i].iov_len;
    }
    blk_begin(r->blk, r->ctx);
    thread_pool_submit(r->ctx, do_request, r, request_done);
}

void blk_aio_preadv(BlockBackend *blk, AioContext *ctx, uint64_t offset, const struct iovec *iov,
                    int niov, BlockCompletion *cb, void *opaque)
{
    submit(&(BlockRequest){.blk = blk, .ctx = ctx, .op = BLOCK_READ, .offset = offset,
                           .iov = iov, .niov = niov, .cb = cb, .opaque = opaque});
}

void blk_aio_pwritev(BlockBackend *blk, AioContext *ctx, uint64_t offset, const struct iovec *iov,
                     int niov, BlockCompletion *cb, void *opaque)
{
    submit(&(BlockRequest){.blk = blk, .ctx = ctx, .op = BLOCK_WRITE, .offset = offset,
                           .iov = iov, .niov = niov, .cb = cb, .opaque = opaque});
}

void blk_aio_flush(BlockBackend *blk, AioContext *ctx, BlockCompletion *cb, void *opaque)
{
    submit(&(BlockRequest){.blk = blk, .ctx = ctx, .op = BLOCK_FLUSH, .cb = cb,
                           .opaque = opaque});
}

void blk_aio_pdiscard(BlockBackend *blk, AioContext *ctx, uint64_t offset, uint64_t bytes,
                      BlockCompletion *cb, void *opaque)
{
    submit(&(BlockRequest){.blk = blk, .ctx = ctx, .op = BLOCK_DISCARD, .offset = offset,
                           .bytes = bytes, .cb = cb, .opaque = opaque});
}

void blk_aio_pwrite_zeroes(BlockBackend *blk, AioContext *ctx, uint64_t offset, uint64_t bytes,
                           BlockCompletion *cb, void *opaque)
{
    submit(&(BlockRequest){.blk = blk, .ctx = ctx, .op = BLOCK_ZERO, .offset = offset,
                           .bytes = bytes, .cb = cb, .opaque = opaque});
}

/* How much is in flight, and is some of it an iothread's? */
static unsigned in_flight(const BlockBackend *blk, bool *elsewhere)
{
    unsigned n = 0;
    BlockBackend *b;

    *elsewhere = false;
    LIST_FOREACH(b, &backends, link) {
        if (!blk || b == blk) {
            n += b->in_flight;
            *elsewhere |= b->in_iothread != 0;
        }
    }
    return n;
}

void blk_drain(BlockBackend *blk)
{
    bool elsewhere;

    while (in_flight(blk, &elsewhere)) {
        if (!elsewhere) {
            aio_poll(aio_get_main_context(), true);
        } else if (!aio_poll(aio_get_main_context(), false)) {
            bql_cond_wait(&iothread_done); /* an iothread needs the lock to complete its requests */
        }
    }
}

/* ---- synchronous ---- */

int blk_pread(BlockBackend *blk, uint64_t offset, void *buf, size_t n)
{
    struct iovec iov = {buf, n};

    return do_request(&(BlockRequest){.blk = blk, .op = BLOCK_READ, .offset = offset, .bytes = n,
                                      .iov = &iov, .niov = 1});
}

int blk_pwrite(BlockBackend *blk, uint64_t offset, const void *buf, size_t n)
{
    struct iovec iov = {(void *)buf, n};

    return do_request(&(BlockRequest){.blk = blk, .op = BLOCK_WRITE, .offset = offset,
                                      .bytes = n, .iov = &iov, .niov = 1});
}

int blk_flush(BlockBackend *blk)
{
    return do_flush(blk);
}

void blk_flush_all(void)
{
    BlockBackend *blk;

    LIST_FOREACH(blk, &backends, link) {
        int ret = blk_flush(blk);

        if (ret < 0) {
            warn_report("drive %s: flushing failed: %s", blk->id, strerror(-ret));
        }
    }
}

bool blk_commit(BlockBackend *blk, Error **errp)
{
    if (!bdrv_is_snapshot(blk->node)) {
        return err_set(errp, "drive %s has no snapshot to commit", blk->id);
    }
    blk_drain(blk);
    return snapshot_commit(blk->node, errp);
}

bool blk_commit_all(Error **errp)
{
    BlockBackend *blk;

    LIST_FOREACH(blk, &backends, link) {
        if (bdrv_is_snapshot(blk->node) && !blk_commit(blk, errp)) {
            return false;
        }
    }
    return true;
}
