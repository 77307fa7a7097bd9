/* SPDX-License-Identifier: MIT */
/* Reading the files that go into guest memory: plain, gzip'ed, or as the payload of an EFI zboot
 * image. */
#include "hw/core/loader.h"

#include "base/alloc.h"
#include "hw/core/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

LINKSET_DECLARE(unpackers);

/* Read @fd to its end.  NULL with errno. */
static uint8_t *read_all(int fd, size_t *len)
{
    size_t capacity = 64 * KiB, done = 0;
    struct stat st;
    uint8_t *data;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (uint64_t)st.st_size <= LOADER_MAX_FILE) {
        capacity = st.st_size + 1; /* so that the end is seen without growing */
    }
    data = xcalloc(1, capacity + 1);
    for (;;) {
        ssize_t n = read(fd, data + done, capacity - done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0 || done + n > LOADER_MAX_FILE) {
            if (n) {
                errno = n < 0 ? errno : EFBIG;
                free(data);
                return NULL;
            }
            break;
        }
        done += n;
        if (done == capacity) {
            capacity *= 2;
            data = xrealloc(data, capacity + 1);
        }
    }
    data[done] = 0;
    *len = done;
    return data;
}

static uint32_t read32(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
    return v;
}

/* An EFI zboot image carries a compressed kernel: "MZ", at 4 "zimg", at 8 offset and size of the
 * payload, at 24 the name of the compression.  Narrow *data and *len to the payload; true if it was
 * one. */
static bool zboot_payload(const uint8_t **data, size_t *len)
{
    uint32_t offset, size;

    if (*len < 64 || memcmp(*data, "MZ", 2) != 0 || memcmp(*data + 4, "zimg", 4) != 0) {
        return false;
    }
    offset = read32(*data + 8);
    size = read32(*data + 12);
    if (offset > *len || size > *len - offset) {
        return false;
    }
    *data += offset;
    *len = size;
    return true;
}

/* Unfold @data if it is compressed; *out stays NULL if not. */
static bool unfold(const uint8_t *data, size_t len, uint8_t **out, size_t *out_len, Error **errp)
{
    LINKSET_FOREACH(r, unpackers) {
        const Unpacker *u = r->row;

        if (len >= u->magic_len && memcmp(data, u->magic, u->magic_len) == 0) {
            *out = u->unpack(data, len, LOADER_MAX_FILE, out_len, errp);
            if (!*out) {
                err_prepend(errp, "it is %s'ed, but ", u->name);
            }
            return *out != NULL;
        }
    }
    if (len >= 2 && memcmp(data, "\x1f\x8b", 2) == 0) {
        return err_set(
            errp, "it is gzip'ed, and this teemu was built without zlib: unfold it with gunzip");
    }
    return true;
}

uint8_t *load_file(const char *option, const char *path, size_t *len, Error **errp)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t *data = fd < 0 ? NULL : read_all(fd, len);
    int saved = errno;

    if (fd >= 0) {
        close(fd);
    }
    if (!data) {
        err_set(errp, "%s %s: cannot read it: %s", option, path, strerror(saved));
    } else if (*len == 0) {
        free(data);
        data = NULL;
        err_set(errp, "%s %s: the file is empty", option, path);
    }
    return data;
}

uint8_t *load_unpacked_file(const char *option, const char *path, size_t *len, Error **errp)
{
    uint8_t *raw = load_file(option, path, len, errp), *out = NULL;
    const uint8_t *payload = raw;
    bool ok;

    if (!raw) {
        return NULL;
    }
    zboot_payload(&payload, len);
    ok = unfold(payload, *len, &out, len, errp);
    if (ok && !out && payload == raw) {
        return raw;
    }
    if (ok && !out) {
        ok = err_set(
            errp, "it is an EFI zboot image with a compression other than gzip: unfold it first");
    }
    if (!ok) {
        err_prepend(errp, "%s %s: ", option, path);
    }
    free(raw);
    return out;
}
