/* SPDX-License-Identifier: MIT */
/* -drive file=F[,if=I][,format=F][,id=N][,readonly=on][,cache=C][,snapshot=on][,unit=N] ... */
#include "backend/block/block_backend_int.h"
#include "base/alloc.h"
#include "base/str.h"

/* cache=: what is promised about writes.  The host's page cache is always used: "none" and
 * "directsync" mean what "writeback" and "writethrough" do. */
static const struct {
    const char *name;
    unsigned flags;
} caches[] = {
    {"writeback", 0},
    {"none", 0},
    {"writethrough", BLK_WRITETHROUGH},
    {"directsync", BLK_WRITETHROUGH},
    {"unsafe", BLK_NO_FLUSH},
};

static const char *const interfaces[] = {"none", "virtio", "pflash", "ide", "scsi",
                                         "sd",   "mtd",    "floppy"};

static bool parse_cache(const char *text, unsigned *flags, Error **errp)
{
    Nearest near;

    if (!text) {
        return true;
    }
    nearest_init(&near, text);
    for (size_t i = 0; i < ARRAY_SIZE(caches); i++) {
        if (!strcmp(text, caches[i].name)) {
            *flags |= caches[i].flags;
            return true;
        }
        nearest_offer(&near, caches[i].name);
    }
    return err_set(errp, "no cache mode '%s'; did you mean '%s'?", text,
                   nearest_get(&near) ?: "writeback");
}

static bool parse_interface(const char *text, Error **errp)
{
    Nearest near;

    nearest_init(&near, text);
    for (size_t i = 0; i < ARRAY_SIZE(interfaces); i++) {
        if (!strcmp(text, interfaces[i])) {
            return true;
        }
        nearest_offer(&near, interfaces[i]);
    }
    return err_set(errp, "no interface '%s'; did you mean if=%s?", text,
                   nearest_get(&near) ?: "none");
}

/* Options with one meaning here, which users copy from elsewhere: each may only have these
 * values. */
static bool check_fixed(KeyVals *opts, Error **errp)
{
    static const struct {
        const char *key, *values[3];
    } fixed[] = {
        {"aio", {"threads", "native", "io_uring"}}, /* always threads */
        {"werror", {"report", "enospc"}},
        {"rerror", {"report"}},
        {"bus", {"0"}},
    };

    for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
        const char *value = keyval_get(opts, fixed[i].key);
        bool ok = !value;

        for (size_t j = 0; j < ARRAY_SIZE(fixed[i].values) && fixed[i].values[j] && !ok; j++) {
            ok = !strcmp(value, fixed[i].values[j]);
        }
        if (!ok) {
            return err_set(errp, "%s=%s is not supported; use %s=%s", fixed[i].key, value,
                           fixed[i].key, fixed[i].values[0]);
        }
    }
    return true;
}

static bool get_flag(KeyVals *opts, const char *key, bool def, unsigned flag, unsigned *flags,
                     Error **errp)
{
    bool on = def;

    if (!keyval_get_bool(opts, key, &on, errp)) {
        return false;
    }
    *flags |= on ? flag : 0;
    return true;
}

static bool parse_flags(KeyVals *opts, bool snapshot, unsigned *flags, Error **errp)
{
    const char *discard = keyval_get(opts, "discard");
    bool locking = true;

    if (discard && (!strcmp(discard, "unmap") || !strcmp(discard, "on"))) {
        *flags |= BLK_UNMAP;
    } else if (discard && strcmp(discard, "ignore") && strcmp(discard, "off")) {
        return err_set(errp, "discard=%s: write discard=unmap or discard=ignore", discard);
    }
    if (keyval_get(opts, "file.locking") && strcmp(keyval_get(opts, "file.locking"), "auto") &&
        !keyval_get_bool(opts, "file.locking", &locking, errp)) {
        return false;
    }
    *flags |= locking ? 0 : BLK_NO_LOCK;
    return parse_cache(keyval_get(opts, "cache"), flags, errp) &&
           get_flag(opts, "readonly", false, BLK_READONLY, flags, errp) &&
           get_flag(opts, "read-only", false, BLK_READONLY, flags, errp) &&
           get_flag(opts, "snapshot", snapshot, BLK_SNAPSHOT, flags, errp) &&
           check_fixed(opts, errp);
}

/* unit= or index=; without either the next one that is free on @interface. */
static bool parse_unit(KeyVals *opts, const char *interface, int *unit, Error **errp)
{
    const char *key = keyval_get(opts, "unit") ? "unit" : "index";
    uint64_t n = 0;

    if (keyval_get(opts, key)) {
        if (!keyval_get_u64(opts, key, &n, errp)) {
            return false;
        }
        if (n > 255) {
            return err_set(errp, "%s=%" PRIu64 ": at most 255", key, n);
        }
        if (strcmp(interface, "none") && blk_by_interface(interface, n)) {
            return err_set(errp, "%s=%" PRIu64 " of if=%s is taken by drive %s", key, n,
                           interface, blk_name(blk_by_interface(interface, n)));
        }
    } else {
        while (blk_by_interface(interface, n)) {
            n++;
        }
    }
    *unit = n;
    return true;
}

static bool parse_media(KeyVals *opts, bool *cdrom, unsigned *flags, Error **errp)
{
    const char *media = keyval_get(opts, "media") ?: "disk";

    *cdrom = !strcmp(media, "cdrom");
    if (!*cdrom && strcmp(media, "disk")) {
        return err_set(errp, "media=%s: write media=disk or media=cdrom", media);
    }
    *flags |= *cdrom ? BLK_READONLY : 0;
    return true;
}

static BlockBackend *new_from_opts(KeyVals *opts, bool snapshot, Error **errp)
{
    const char *file = keyval_get(opts, "file"), *id = keyval_get(opts, "id");
    const char *driver = keyval_get(opts, "driver"), *format = keyval_get(opts, "format");
    const char *interface = keyval_get(opts, "if") ?: "none", *serial = keyval_get(opts, "serial");
    BlockBackend *blk = NULL;
    unsigned flags = 0;
    bool cdrom = false;
    char *name;
    int unit = 0;

    if (!file) {
        err_set(errp, "say which image: file=PATH");
        return NULL;
    }
    if (!parse_interface(interface, errp) || !parse_flags(opts, snapshot, &flags, errp) ||
        !parse_media(opts, &cdrom, &flags, errp) || !parse_unit(opts, interface, &unit, errp) ||
        !keyval_check_used(opts, errp)) {
        return NULL;
    }
    name = id ? xstrdup(id) : xasprintf("%s%d", interface, unit);
    blk = blk_new_open(name, file, format ?: driver, flags, errp);
    free(name);
    if (blk) {
        free(blk->interface);
        blk->interface = xstrdup(interface);
        blk->unit = unit;
        blk->serial = xstrdup(serial);
        blk->is_cdrom = cdrom;
    }
    return blk;
}

BlockBackend *blk_new_from_opts(KeyVals *opts, bool snapshot, Error **errp)
{
    BlockBackend *blk = new_from_opts(opts, snapshot, errp);

    if (!blk) {
        keyval_blame(opts, errp);
    }
    return blk;
}
