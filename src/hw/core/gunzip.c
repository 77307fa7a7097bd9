/* SPDX-License-Identifier: MIT */
/* gzip'ed files, by zlib.  Left out of the build where zlib is missing. */
#include "base/alloc.h"
#include "base/feature.h"
#include "hw/core/unpack.h"

#include <zlib.h>

/* Inflate what is in @z into a growing buffer.  NULL with a reason. */
static uint8_t *inflate_all(z_stream *z, size_t max, size_t *out_len, const char **reason)
{
    size_t capacity = 1 * MiB, done = 0;
    uint8_t *out = xcalloc(1, capacity + 1);
    int r = Z_OK;

    while (r == Z_OK) {
        if (done == capacity) {
            if (capacity >= max) {
                r = Z_MEM_ERROR;
                break;
            }
            capacity = MIN(2 * capacity, max);
            out = xrealloc(out, capacity + 1);
        }
        z->next_out = out + done;
        z->avail_out = MIN(capacity - done, (size_t)1 << 30);
        r = inflate(z, Z_NO_FLUSH);
        done = z->next_out - out;
    }
    if (r == Z_STREAM_END) {
        out[done] = 0;
        *out_len = done;
        return out;
    }
    *reason = r == Z_MEM_ERROR   ? "it unfolds to too much"
              : r == Z_BUF_ERROR ? "it is cut short"
                                 : "its contents are damaged";
    free(out);
    return NULL;
}

static uint8_t *gunzip(const uint8_t *data, size_t len, size_t max, size_t *out_len, Error **errp)
{
    z_stream z = {.next_in = (Bytef *)data, .avail_in = len};
    const char *reason = "zlib has no memory";
    uint8_t *out = NULL;

    if (len > UINT32_MAX) {
        reason = "it is larger than 4 GiB";
    } else if (inflateInit2(&z, 15 + 16) == Z_OK) { /* 32 KiB window, gzip header */
        out = inflate_all(&z, max, out_len, &reason);
        inflateEnd(&z);
    }
    if (!out) {
        err_set(errp, "%s", reason);
    }
    return out;
}

static const Unpacker unpacker_gzip = {"gzip", "\x1f\x8b", 2, gunzip};
UNPACKER(unpacker_gzip);
FEATURE(zlib, "gzip'ed kernels");
