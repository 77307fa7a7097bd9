/* SPDX-License-Identifier: MIT */
/* Block drivers: the layers below a BlockBackend.
 *
 *     snapshot overlay (optional)  ->  format (raw, ...)  ->  "file"
 *
 * The functions of a driver are synchronous. Workers call them, several at once; a driver with
 * state of its own has its own lock. Ranges are inside the length; results are 0 or -errno. */
#ifndef BACKEND_BLOCK_BLOCK_INT_H
#define BACKEND_BLOCK_BLOCK_INT_H

#include "backend/block/block.h"
#include "base/linkset.h"

typedef struct BlockNode BlockNode;

typedef struct BlockDriver {
    const char *name, *help;
    bool is_format; /* may be named by format= */
    /* How sure we are, 0-100, that an image which begins with these bytes is ours. */
    int (*probe)(const uint8_t *head, size_t n);
    bool (*open)(BlockNode *node, Error **errp); /* node->file, path and flags are set */
    void (*close)(BlockNode *node); /* may be NULL */
    int (*preadv)(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov);
    int (*pwritev)(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov);
    int (*flush)(BlockNode *node);
    int (*discard)(BlockNode *node, uint64_t offset, uint64_t bytes); /* may be NULL */
    int (*write_zeroes)(BlockNode *node, uint64_t offset, uint64_t bytes); /* may be NULL */
} BlockDriver;

/* A row per driver that options or probing may choose. */
#define BLOCK_DRIVER(sym, ...)                                                                    \
    const BlockDriver block_driver_##sym = {__VA_ARGS__};                                         \
    LINKSET_ADD(block_drivers, block_driver_##sym)

struct BlockNode {
    const BlockDriver *drv;
    BlockNode *file; /* the layer below, or NULL */
    char *path;
    unsigned flags; /* BLK_* */
    uint64_t length; /* set by open */
    void *state; /* the driver's own */
};

extern const BlockDriver block_driver_file;

/* Open @path with all layers.  @format NULL: probe, and *probed says so. */
BlockNode *bdrv_open(const char *path, const char *format, unsigned flags, bool *probed,
                     Error **errp);
void bdrv_close(BlockNode *node);

/* The layer @drv over @file (NULL: over nothing), which it takes over even if it fails. */
BlockNode *bdrv_open_layer(const BlockDriver *drv, BlockNode *file, const char *path,
                           unsigned flags, Error **errp);

/* Would an image that begins with these bytes be opened as raw, if nobody says its format? */
bool bdrv_looks_raw(const uint8_t *head, size_t n);

int bdrv_pread(BlockNode *node, uint64_t offset, void *buf, size_t n);
int bdrv_pwrite(BlockNode *node, uint64_t offset, const void *buf, size_t n);
int bdrv_write_zeroes(BlockNode *node, uint64_t offset, uint64_t bytes);
int bdrv_discard(BlockNode *node, uint64_t offset, uint64_t bytes);

/* file.c: give the image up for a moment and take it again, around a commit. */
bool file_lock(BlockNode *node, Error **errp);
void file_unlock(BlockNode *node);

/* snapshot.c: an overlay that keeps writes to itself.  Takes @base over. */
BlockNode *snapshot_open(BlockNode *base, Error **errp);
bool snapshot_commit(BlockNode *node, Error **errp);
bool bdrv_is_snapshot(const BlockNode *node);

#endif
