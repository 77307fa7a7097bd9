/* SPDX-License-Identifier: MIT */
/* Commands about the host's side of devices: ring buffers and disks. */
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "inspect/monitor.h"
#include "inspect/qmp.h"

/* ---- ring buffers ---- */

static Chardev *find_chardev(const char *id, Error **errp)
{
    Chardev *chr = chardev_find(id);

    if (!chr) {
        err_set(errp, "Device '%s' not found; 'info chardev' lists the character devices", id);
    }
    return chr;
}

/* Up to @size bytes of the ring buffer @id as text, where bytes that would end it are left out. */
static bool ringbuf_read(const char *id, uint64_t size, Str *out, Error **errp)
{
    Chardev *chr = find_chardev(id, errp);
    size_t n = 0;
    char *buf;
    bool ok;

    if (!chr) {
        return false;
    }
    if (size > MONITOR_MAX_OUTPUT) {
        return err_set(errp, "at most %d bytes can be read at once", MONITOR_MAX_OUTPUT);
    }
    buf = xcalloc(1, size + 1);
    ok = chr_ringbuf_read(chr, buf, size, &n, errp);
    for (size_t i = 0; ok && i < n; i++) {
        str_append_n(out, &buf[i], buf[i] != 0);
    }
    free(buf);
    return ok;
}

static bool ringbuf_write(const char *id, const char *data, Error **errp)
{
    Chardev *chr = find_chardev(id, errp);

    return chr && chr_ringbuf_write(chr, data, strlen(data), errp);
}

static void hmp_ringbuf_read(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;
    Str text = {0};

    if (ringbuf_read(arg_str(args, "device"), arg_num(args, "size"), &text, &err)) {
        monitor_printf(mon, "%s\n", str_get(&text));
    } else {
        monitor_error(mon, err);
    }
    str_free(&text);
}
COMMAND(ringbuf_read, "ringbuf_read", "device:s,size:e", "take what was written to a ring buffer",
        hmp_ringbuf_read);

static void hmp_ringbuf_write(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!ringbuf_write(arg_str(args, "device"), arg_str(args, "data"), &err)) {
        monitor_error(mon, err);
    }
}
COMMAND(ringbuf_write, "ringbuf_write", "device:s,data:s", "write to a ring buffer",
        hmp_ringbuf_write);

static bool qmp_ringbuf_read(QmpCall *call, Error **errp)
{
    Str text = {0};
    bool ok = ringbuf_read(qmp_str(call, "device"), qmp_int(call, "size", 0), &text, errp);

    if (ok) {
        json_write_string(&call->ret, str_get(&text));
    }
    str_free(&text);
    return ok;
}
QMP_COMMAND(ringbuf_read, "ringbuf-read", "device:s,size:i",
            "take what was written to a ring buffer", qmp_ringbuf_read);

static bool qmp_ringbuf_write(QmpCall *call, Error **errp)
{
    return ringbuf_write(qmp_str(call, "device"), qmp_str(call, "data"), errp);
}
QMP_COMMAND(ringbuf_write, "ringbuf-write", "device:s,data:s", "write to a ring buffer",
            qmp_ringbuf_write);

/* ---- disks ---- */

typedef struct BlockQuestion {
    const char *id; /* of the drive, or NULL: all */
    bool verbose;
    Str *out;
} BlockQuestion;

static void print_image(Str *out, BlockBackend *blk, const BlockInfo *info)
{
    str_printf(out, "\nImages:\nimage: %s\nfile format: %s\nvirtual size: ", info->path,
               info->format);
    str_append_size(out, blk_getlength(blk));
    str_printf(out, " (%" PRIu64 " bytes)\ndisk size: ", (uint64_t)blk_getlength(blk));
    str_append_size(out, info->actual_size);
    str_append(out, "\n");
}

static void print_block(BlockBackend *blk, const BlockInfo *info, void *opaque)
{
    const BlockQuestion *q = opaque;
    Str *out = q->out;

    if (q->id && strcmp(q->id, info->id)) {
        return;
    }
    str_printf(out, "%s%s: %s (%s%s%s)\n", out->len ? "\n" : "", info->id, info->path, info->format,
               blk_is_read_only(blk) ? ", read-only" : "", info->snapshot ? ", snapshot" : "");
    str_printf(out, "    Attached to:      %s\n", info->dev ?: "nobody");
    str_printf(out, "    Cache mode:       %s%s\n",
               blk_enable_write_cache(blk) ? "writeback" : "writethrough",
               info->no_flush ? ", ignore flushes" : "");
    if (q->verbose) {
        print_image(out, blk, info);
    }
}

static void info_block(Monitor *mon, const CommandArgs *args)
{
    Str out = {0};
    BlockQuestion q = {arg_str(args, "device"), arg_given(args, "v"), &out};

    blk_foreach(print_block, &q);
    monitor_puts(mon, str_get(&out));
    str_free(&out);
}
COMMAND(info_block, "info block", "v:-,device:s?", "drives and their images, or one; with -v the "
        "size of each, and what it takes on its disk", info_block);

static void commit(Monitor *mon, const CommandArgs *args)
{
    const char *name = arg_str(args, "device");
    BlockBackend *blk = blk_by_name(name);
    Error *err = NULL;
    bool ok;

    if (!strcmp(name, "all")) {
        ok = blk_commit_all(&err);
    } else {
        ok = blk ? blk_commit(blk, &err)
                 : err_set(&err, "Device '%s' not found; 'info block' lists the drives", name);
    }
    if (!ok) {
        monitor_error(mon, err);
    }
}
COMMAND(commit, "commit", "device:s", "write what a snapshot has collected back to its image; or "
        "all", commit);
