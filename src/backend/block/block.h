/* SPDX-License-Identifier: MIT */
/* Block back ends: disks, flash banks and CD-ROMs as guests' devices see them.
 *
 *     guest device -> BlockBackend -> [snapshot overlay ->] format driver (raw, ...) -> file
 *
 * Requests are byte-addressed, of any alignment, and run on the worker pool; completions come
 * back as bottom halves in the AioContext that was given at submission, in any order. A write is
 * durable only when a flush that began after its completion has completed (or after each write
 * with cache=writethrough). Requests beyond the end fail with -EIO; a raw image never grows.
 * Results are 0 or -errno. */
#ifndef BACKEND_BLOCK_BLOCK_H
#define BACKEND_BLOCK_BLOCK_H

#include <sys/uio.h>
#include "base/keyval.h"
#include "loop/aio.h"

typedef struct BlockBackend BlockBackend;

/* @ret: 0 or -errno.  It must not release the drive. */
typedef void BlockCompletion(void *opaque, int ret);

/* Make the drive that "-drive ..." describes; @opts was parsed without an implied key. @snapshot:
 * the global -snapshot. Borrowed; it lives until blk_cleanup. */
BlockBackend *blk_new_from_opts(KeyVals *opts, bool snapshot, Error **errp);

/* Open @path as drive @id.  @format NULL: probe.  Flags below.  Release it with blk_unref. */
enum {
    BLK_READONLY = 1,
    BLK_SNAPSHOT = 2, /* writes go to a temporary file that vanishes with us */
    BLK_WRITETHROUGH = 4, /* each write is followed by a flush */
    BLK_NO_FLUSH = 8, /* cache=unsafe: flushes are ignored */
    BLK_UNMAP = 16, /* discard=unmap: discards free the image's space; otherwise they do nothing */
    BLK_NO_LOCK = 32, /* file.locking=off: do not keep other programs from using the image */
};
BlockBackend *blk_new_open(const char *id, const char *path, const char *format, unsigned flags,
                           Error **errp);
void blk_unref(BlockBackend *blk);

/* The drive named @id, or NULL. */
BlockBackend *blk_by_name(const char *id);
const char *blk_name(const BlockBackend *blk);

/* What -drive said about the guest's side. */
const char *blk_interface(const BlockBackend *blk); /* "none", "virtio", "pflash", "ide", ... */
int blk_unit(const BlockBackend *blk); /* index= or unit=; -1: not given */
const char *blk_serial(const BlockBackend *blk); /* or NULL */
bool blk_is_cdrom(const BlockBackend *blk); /* media=cdrom */

/* The drive of interface @interface with unit @unit, or NULL: how boards find if=pflash,unit=1.
 * Drives without a unit count up in the order of the command line. */
BlockBackend *blk_by_interface(const char *interface, int unit);

/* A drive belongs to one device: claim it on realize, give it back on unrealize. Fails naming who
 * has it. */
bool blk_attach_dev(BlockBackend *blk, const char *dev, Error **errp);
void blk_detach_dev(BlockBackend *blk);

uint64_t blk_getlength(const BlockBackend *blk); /* bytes */
bool blk_is_read_only(const BlockBackend *blk);
bool blk_enable_write_cache(const BlockBackend *blk); /* false: writethrough */

/* Start a request. @iov and what it points to must stay until @cb(@opaque, ret) is called in
 * @ctx, which is always and never from inside this call. Only from the thread of @ctx (the main
 * context: under the big lock). */
void blk_aio_preadv(BlockBackend *blk, AioContext *ctx, uint64_t offset, const struct iovec *iov,
                    int niov, BlockCompletion *cb, void *opaque);
void blk_aio_pwritev(BlockBackend *blk, AioContext *ctx, uint64_t offset, const struct iovec *iov,
                     int niov, BlockCompletion *cb, void *opaque);
void blk_aio_flush(BlockBackend *blk, AioContext *ctx, BlockCompletion *cb, void *opaque);

/* The contents of the range no longer matter / must read as zeroes. */
void blk_aio_pdiscard(BlockBackend *blk, AioContext *ctx, uint64_t offset, uint64_t bytes,
                      BlockCompletion *cb, void *opaque);
void blk_aio_pwrite_zeroes(BlockBackend *blk, AioContext *ctx, uint64_t offset, uint64_t bytes,
                           BlockCompletion *cb, void *opaque);

/* Synchronous: for loaders and flash.  0 or -errno. */
int blk_pread(BlockBackend *blk, uint64_t offset, void *buf, size_t n);
int blk_pwrite(BlockBackend *blk, uint64_t offset, const void *buf, size_t n);
int blk_flush(BlockBackend *blk);

/* Between these, something that the device does for @blk in @ctx counts as a request: work that it
 * has put off. */
void blk_begin(BlockBackend *blk, AioContext *ctx);
void blk_end(BlockBackend *blk, AioContext *ctx);

/* Wait until no request of @blk (NULL: of any) is in flight.  Main thread; gives the big lock away
 * for a while if iothreads need it. */
void blk_drain(BlockBackend *blk);

/* Write what a snapshot has collected back to its image: "commit", Ctrl-A S. */
bool blk_commit(BlockBackend *blk, Error **errp);
bool blk_commit_all(Error **errp);

void blk_flush_all(void);

/* What "info block" and query-block tell of a drive; borrowed. */
typedef struct BlockInfo {
    const char *id, *path, *format;
    const char *dev; /* who has it, or NULL */
    bool snapshot, no_flush;
    uint64_t actual_size; /* bytes that the image takes on its disk */
} BlockInfo;

void blk_foreach(void (*fn)(BlockBackend *blk, const BlockInfo *info, void *opaque),
                 void *opaque);

/* Drain, flush, close all.  For the orderly exit. */
void blk_cleanup(void);

/* "-drive format=help". */
void blk_help(FILE *out);

#endif
