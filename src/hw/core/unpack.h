/* SPDX-License-Identifier: MIT */
/* Ways to unfold a compressed file.  Each is a row in a file of its own, built if its library is
 * there. */
#ifndef HW_CORE_UNPACK_H
#define HW_CORE_UNPACK_H

#include "base/error.h"
#include "base/linkset.h"

typedef struct Unpacker {
    const char *name;  /* "gzip" */
    const char *magic; /* how such files begin */
    size_t magic_len;
    /* All of it, at most @max bytes, in memory of the caller's; NULL with an error that is a
     * reason. */
    uint8_t *(*unpack)(const uint8_t *data, size_t len, size_t max, size_t *out_len, Error **errp);
} Unpacker;

#define UNPACKER(symbol) LINKSET_ADD(unpackers, symbol)

#endif
