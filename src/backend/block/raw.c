/* SPDX-License-Identifier: MIT */
/* format=raw: byte n of the disk is byte n of the file.  The model for a format driver. */
#include "backend/block/block_int.h"

/* Anything can be a raw image: the weakest claim there is. */
static int raw_probe(const uint8_t *head, size_t n)
{
    return 1;
}

static bool raw_open(BlockNode *node, Error **errp)
{
    node->length = node->file->length;
    return true;
}

static int raw_preadv(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov)
{
    return node->file->drv->preadv(node->file, offset, iov, niov);
}

static int raw_pwritev(BlockNode *node, uint64_t offset, const struct iovec *iov, int niov)
{
    return node->file->drv->pwritev(node->file, offset, iov, niov);
}

static int raw_flush(BlockNode *node)
{
    return node->file->drv->flush(node->file);
}

static int raw_discard(BlockNode *node, uint64_t offset, uint64_t bytes)
{
    return bdrv_discard(node->file, offset, bytes);
}

static int raw_write_zeroes(BlockNode *node, uint64_t offset, uint64_t bytes)
{
    return bdrv_write_zeroes(node->file, offset, bytes);
}

BLOCK_DRIVER(raw, .name = "raw", .help = "the bytes of the disk, one after the other",
             .is_format = true, .probe = raw_probe, .open = raw_open, .preadv = raw_preadv,
             .pwritev = raw_pwritev, .flush = raw_flush, .discard = raw_discard,
             .write_zeroes = raw_write_zeroes);
