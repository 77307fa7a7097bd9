/* SPDX-License-Identifier: MIT */
/* Stacking drivers: opening an image layer by layer, and probing what it is. */
#include <errno.h>
#include "backend/block/block_int.h"
#include "base/alloc.h"
#include "base/str.h"

LINKSET_DECLARE(block_drivers);

enum { PROBE_BYTES = 4096 };

/* Which driver a head belongs to: raw if nobody else wants it. */
static const BlockDriver *probe(const uint8_t *head, size_t n)
{
    const BlockDriver *best = NULL;
    int best_score = 0;

    LINKSET_FOREACH(r, block_drivers) {
        const BlockDriver *drv = r->row;
        int score = drv->probe ? drv->probe(head, n) : 0;

        if (score > best_score) {
            best = drv;
            best_score = score;
        }
    }
    return best;
}

/* The format whose magic an image begins with although nobody here reads it, or NULL: as raw it
 * would look like a disk full of nonsense. */
static const char *foreign_format(const uint8_t *head, size_t n)
{
    static const struct {
        const char *magic, *format;
    } foreign[] = {{"QFI\xfb", "qcow2"}, {"KDMV", "vmdk"}, {"vhdxfile", "vhdx"}};

    for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
        size_t len = strlen(foreign[i].magic);

        if (n >= len && !memcmp(head, foreign[i].magic, len)) {
            return foreign[i].format;
        }
    }
    return NULL;
}

bool bdrv_looks_raw(const uint8_t *head, size_t n)
{
    return !strcmp(probe(head, n)->name, "raw") && !foreign_format(head, n);
}

static const BlockDriver *find_format(const char *name, Error **errp)
{
    Nearest near;

    nearest_init(&near, name);
    LINKSET_FOREACH(r, block_drivers) {
        const BlockDriver *drv = r->row;

        if (drv->is_format) {
            if (!strcmp(drv->name, name)) {
                return drv;
            }
            nearest_offer(&near, drv->name);
        }
    }
    err_set(errp, "no image format '%s'%s%s%s; format=help lists them", name,
            nearest_get(&near) ? ": did you mean '" : "", nearest_get(&near) ?: "",
            nearest_get(&near) ? "'?" : "");
    return NULL;
}

void blk_help(FILE *out)
{
    fprintf(out, "Image formats:\n");
    LINKSET_FOREACH(r, block_drivers) {
        const BlockDriver *drv = r->row;

        if (drv->is_format) {
            fprintf(out, "  %-8s %s\n", drv->name, drv->help);
        }
    }
}

static const BlockDriver *probe_file(BlockNode *file, Error **errp)
{
    uint8_t head[PROBE_BYTES] = {0};
    size_t n = MIN(file->length, sizeof(head));
    const BlockDriver *drv;
    const char *foreign;
    int ret = bdrv_pread(file, 0, head, n);

    if (ret < 0) {
        err_set(errp, "cannot read %s: %s", file->path, strerror(-ret));
        return NULL;
    }
    drv = probe(head, n);
    foreign = foreign_format(head, n);
    if (foreign && !strcmp(drv->name, "raw")) {
        err_set(errp, "%s is a %s image, which this build cannot read; convert it with "
                      "qemu-img convert -O raw, or say format=raw if it is none",
                file->path, foreign);
        return NULL;
    }
    return drv;
}

BlockNode *bdrv_open_layer(const BlockDriver *drv, BlockNode *file, const char *path,
                           unsigned flags, Error **errp)
{
    BlockNode *node = xnew(BlockNode);

    *node = (BlockNode){.drv = drv, .file = file, .path = xstrdup(path), .flags = flags};
    if (!drv->open(node, errp)) {
        if (file) {
            bdrv_close(file);
        }
        free(node->path);
        free(node);
        return NULL;
    }
    return node;
}

BlockNode *bdrv_open(const char *path, const char *format, unsigned flags, bool *probed,
                     Error **errp)
{
    BlockNode *file = bdrv_open_layer(&block_driver_file, NULL, path, flags, errp);
    const BlockDriver *drv;

    if (!file) {
        return NULL;
    }
    *probed = !format;
    drv = format ? find_format(format, errp) : probe_file(file, errp);
    if (!drv) {
        bdrv_close(file);
        return NULL;
    }
    return bdrv_open_layer(drv, file, path, flags, errp);
}

void bdrv_close(BlockNode *node)
{
    BlockNode *file = node->file;

    if (node->drv->close) {
        node->drv->close(node);
    }
    free(node->path);
    free(node);
    if (file) {
        bdrv_close(file);
    }
}

int bdrv_pread(BlockNode *node, uint64_t offset, void *buf, size_t n)
{
    struct iovec iov = {buf, n};

    return node->drv->preadv(node, offset, &iov, 1);
}

int bdrv_pwrite(BlockNode *node, uint64_t offset, const void *buf, size_t n)
{
    struct iovec iov = {(void *)buf, n};

    return node->drv->pwritev(node, offset, &iov, 1);
}

int bdrv_discard(BlockNode *node, uint64_t offset, uint64_t bytes)
{
    return node->drv->discard && bytes ? node->drv->discard(node, offset, bytes) : 0;
}

int bdrv_write_zeroes(BlockNode *node, uint64_t offset, uint64_t bytes)
{
    static const char zeroes[64 * 1024];
    int ret = -EOPNOTSUPP;

    if (!bytes) {
        return 0;
    }
    if (node->drv->write_zeroes) {
        ret = node->drv->write_zeroes(node, offset, bytes);
    }
    if (ret != -EOPNOTSUPP && ret != -EINVAL) {
        return ret;
    }
    for (ret = 0; bytes && !ret;) { /* the host has no quicker way */
        size_t n = MIN(bytes, sizeof(zeroes));

        ret = bdrv_pwrite(node, offset, zeroes, n);
        offset += n;
        bytes -= n;
    }
    return ret;
}
