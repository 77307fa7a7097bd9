/* SPDX-License-Identifier: MIT */
/* -chardev null: swallows everything, says nothing. */
#include "backend/char/char_int.h"

static bool null_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    chr->is_open = true;
    return true;
}

static size_t null_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    return n;
}

CHARDEV(null, .name = "null", .size = sizeof(Chardev), .help = "nothing is read or written",
        .legacy = {{"null"}}, .open = null_open, .write = null_write);
