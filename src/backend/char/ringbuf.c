/* SPDX-License-Identifier: MIT */
/* -chardev ringbuf,size=N: keeps the last N bytes of output in memory, for the monitor to read. */
#include "backend/char/char_int.h"
#include "base/alloc.h"

enum { RINGBUF_SIZE = 64 * 1024 };

typedef struct RingbufChardev {
    Chardev chr;
    uint8_t *data;
    size_t size; /* a power of two */
    size_t written, taken; /* counts of bytes; their difference is at most size */
} RingbufChardev;

static bool ringbuf_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    RingbufChardev *r = container_of(chr, RingbufChardev, chr);
    uint64_t size = RINGBUF_SIZE;

    if (!keyval_get_size(opts, "size", 1, &size, errp)) {
        return false;
    }
    if (!is_power_of_two(size) || size > GiB) {
        return err_set(errp, "size must be a power of two up to 1G");
    }
    r->size = size;
    r->data = xcalloc(1, size);
    chr->is_open = true;
    return true;
}

static size_t ringbuf_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    RingbufChardev *r = container_of(chr, RingbufChardev, chr);

    for (size_t i = 0; i < n; i++) {
        r->data[r->written++ & (r->size - 1)] = buf[i];
    }
    if (r->written - r->taken > r->size) {
        r->taken = r->written - r->size; /* the oldest are lost */
    }
    return n;
}

static void ringbuf_close(Chardev *chr)
{
    free(container_of(chr, RingbufChardev, chr)->data);
}

CHARDEV(ringbuf, .name = "ringbuf", .size = sizeof(RingbufChardev),
        .help = "[size=64K]: the last output, kept in memory for the monitor",
        .legacy = {{"ringbuf"}}, .open = ringbuf_open, .write = ringbuf_write,
        .close = ringbuf_close);

static bool check_ringbuf(Chardev *chr, Error **errp)
{
    return chr->kind == &chardev_ringbuf ||
           err_set(errp, "%s is not a ringbuf device but a %s", chr->id, chr->kind->name);
}

bool chr_ringbuf_read(Chardev *chr, void *buf, size_t size, size_t *n, Error **errp)
{
    RingbufChardev *r = container_of(chr, RingbufChardev, chr);
    uint8_t *p = buf;

    if (!check_ringbuf(chr, errp)) {
        return false;
    }
    for (*n = 0; *n < size && r->taken != r->written; ++*n) {
        p[*n] = r->data[r->taken++ & (r->size - 1)];
    }
    return true;
}

bool chr_ringbuf_write(Chardev *chr, const void *buf, size_t n, Error **errp)
{
    if (!check_ringbuf(chr, errp)) {
        return false;
    }
    ringbuf_write(chr, buf, n);
    return true;
}
