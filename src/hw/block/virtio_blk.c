/* SPDX-License-Identifier: MIT */
/* Virtio block device.
 *
 *     out: | type 32 | ioprio 32 | sector 64 | data of a write ... |
 *     in:  | data of a read ... | status 8 |
 *
 * Requests run in parallel and finish in any order.  Data goes through a buffer of ours, a chunk at
 * a time: so a request of any size takes bounded memory, and a disk that is slow to answer can
 * never write into guest memory after the driver has reset the device (the element is then stale).
 * Virtio 1.1, section 5.2. */
#include "backend/block/block.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "base/log.h"
#include "hw/virtio/virtio.h"
#include "loop/iothread.h"
#include "loop/main_loop.h"
#include "qom/device.h"

enum {
    SECTOR = 512,
    HEADER_SIZE = 16,
    ID_SIZE = 20,
    SEGMENT_SIZE = 16, /* of discard and write zeroes */
    CHUNK = TEEMU_SMALL ? 4096 : 512 * 1024,
    SECTORS_MAX = 4194303, /* of a discard or write zeroes */
    QUEUES_MAX = 16,
    BLOCK_MAX = 2 * MiB,
};

/* Feature bits. */
enum {
    F_SEG_MAX = 2,
    F_GEOMETRY = 4,
    F_RO = 5,
    F_BLK_SIZE = 6,
    F_FLUSH = 9,
    F_TOPOLOGY = 10,
    F_CONFIG_WCE = 11,
    F_MQ = 12,
    F_DISCARD = 13,
    F_WRITE_ZEROES = 14,
};

/* Request types.  FLUSH_OUT is what some legacy drivers call a flush. */
enum {
    T_IN = 0,
    T_OUT = 1,
    T_FLUSH = 4,
    T_FLUSH_OUT = 5,
    T_GET_ID = 8,
    T_DISCARD = 11,
    T_WRITE_ZEROES = 13,
};

enum { S_OK = 0, S_IOERR = 1, S_UNSUPP = 2 };

typedef struct VirtioBlk {
    union {
        Device dev;
        VirtioDevice vdev;
    };
    BlockBackend *blk;
    char *drive, *serial;
    uint16_t num_queues, queue_size;
    bool config_wce, discard, write_zeroes;
    /* what is said of the disk's blocks, in bytes; 0: nothing */
    uint64_t logical_block_size, physical_block_size, min_io_size, opt_io_size;
    uint64_t discard_granularity; /* UINT32_MAX: a block */
    char *write_cache;            /* "on", "off", or as the drive has it */
    bool write_back;              /* what came of that */
    bool wce; /* completed writes may still be lost: the driver flushes */
    uint32_t in_flight; /* requests, those of before a reset included */
    bool kicked[QUEUES_MAX]; /* the iothread is about to look into this queue */
    Object *iothread; /* or NULL: the main thread serves it */
    AioContext *ctx;
} VirtioBlk;

/* A request under way.  It holds a reference to the device. */
typedef struct Request {
    VirtioBlk *s;
    VirtqElem *e;
    uint32_t type;
    uint64_t offset;    /* on the disk */
    uint64_t len, done; /* bytes of data, and how many are behind us */
    struct iovec iov;   /* of the chunk under way */
} Request;

/* ---- the end of a request ---- */

static void finish(Request *r, uint8_t status)
{
    VirtioBlk *s = r->s;
    VirtQueue *vq = r->e->vq;
    uint64_t data = r->type == T_IN || r->type == T_GET_ID ? r->done : 0;

    if (!virtq_is_stale(r->e)) {
        virtq_write(r->e, r->e->in_len - 1, &status, 1);
    }
    virtq_push(r->e, MIN(data + 1, (uint64_t)UINT32_MAX));
    virtq_notify(vq);
    free(r->iov.iov_base);
    free(r);
    s->in_flight--;
    object_unref(s);
}

/* An iothread comes back without the big lock, which guards the device and its queues. */
static void on_done(void *opaque, int ret)
{
    bool taken = bql_lock_if_needed();

    finish(opaque, ret ? S_IOERR : S_OK);
    bql_unlock_if(taken);
}

/* Without a write cache a write is over when it is on the disk. */
static void end_of_write(Request *r)
{
    if (r->s->wce) {
        finish(r, S_OK);
    } else {
        blk_aio_flush(r->s->blk, r->s->ctx, on_done, r);
    }
}

/* ---- reading and writing ---- */

static void next_chunk(Request *r);

static void on_chunk(void *opaque, int ret)
{
    Request *r = opaque;
    bool taken = bql_lock_if_needed();

    if (ret == 0 && r->type == T_IN &&
        (virtq_is_stale(r->e) || !virtq_write(r->e, r->done, r->iov.iov_base, r->iov.iov_len))) {
        ret = -1; /* a reset in between, or bad memory */
    }
    if (ret) {
        finish(r, S_IOERR);
    } else {
        r->done += r->iov.iov_len;
        next_chunk(r);
    }
    bql_unlock_if(taken);
}

static void next_chunk(Request *r)
{
    r->iov.iov_len = MIN(r->len - r->done, (uint64_t)CHUNK);
    if (!r->iov.iov_len) {
        if (r->type == T_OUT) {
            end_of_write(r);
        } else {
            finish(r, S_OK);
        }
        return;
    }
    if (r->type == T_IN) {
        blk_aio_preadv(r->s->blk, r->s->ctx, r->offset + r->done, &r->iov, 1, on_chunk,
                       r);
    } else if (!virtq_is_stale(r->e) &&
               virtq_read(r->e, HEADER_SIZE + r->done, r->iov.iov_base, r->iov.iov_len)) {
        blk_aio_pwritev(r->s->blk, r->s->ctx, r->offset + r->done, &r->iov, 1,
                        on_chunk, r);
    } else {
        finish(r, S_IOERR);
    }
}

/* Does [sector, sector + len) lie on the disk, and consist of its blocks? */
static bool in_range(const VirtioBlk *s, uint64_t sector, uint64_t len)
{
    uint64_t size = blk_getlength(s->blk), block = s->logical_block_size;

    return sector <= size / SECTOR && len <= size - sector * SECTOR &&
           sector % (block / SECTOR) == 0 && len % block == 0;
}

static void start_transfer(Request *r, uint64_t sector)
{
    r->len = r->type == T_IN ? r->e->in_len - 1 : r->e->out_len - HEADER_SIZE;
    if (!in_range(r->s, sector, r->len) ||
        (r->type == T_OUT && blk_is_read_only(r->s->blk))) {
        finish(r, S_IOERR);
        return;
    }
    r->offset = sector * SECTOR;
    r->iov.iov_base = xcalloc(1, MIN(r->len, (uint64_t)CHUNK) + 1);
    next_chunk(r);
}

/* ---- the other types ---- */

static void get_id(Request *r)
{
    char id[ID_SIZE + 1] = {0};

    snprintf(id, sizeof(id), "%s", r->s->serial ? r->s->serial : "");
    r->done = MIN(r->e->in_len - 1, (uint64_t)ID_SIZE);
    finish(r, virtq_write(r->e, 0, id, r->done) ? S_OK : S_IOERR);
}

/* Discard and write zeroes: one segment { sector 64, sectors 32, flags 32 }. */
static void start_range(Request *r)
{
    uint8_t raw[SEGMENT_SIZE];
    uint64_t sector;
    uint32_t sectors, flags;
    VirtioBlk *s = r->s;

    if (r->e->out_len != HEADER_SIZE + SEGMENT_SIZE ||
        !virtq_read(r->e, HEADER_SIZE, raw, sizeof(raw))) {
        finish(r, S_IOERR);
        return;
    }
    memcpy(&sector, raw, 8);
    memcpy(&sectors, raw + 8, 4);
    memcpy(&flags, raw + 12, 4);
    if (flags & ~1u || (r->type == T_DISCARD && flags)) {
        finish(r, S_UNSUPP);
    } else if (sectors > SECTORS_MAX || !in_range(s, sector, (uint64_t)sectors * SECTOR) ||
               blk_is_read_only(s->blk)) {
        finish(r, S_IOERR);
    } else if (r->type == T_DISCARD) {
        blk_aio_pdiscard(s->blk, s->ctx, sector * SECTOR,
                         (uint64_t)sectors * SECTOR, on_done, r);
    } else {
        blk_aio_pwrite_zeroes(s->blk, s->ctx, sector * SECTOR,
                              (uint64_t)sectors * SECTOR, on_done, r);
    }
}

static bool handle_request(VirtioDevice *vdev, VirtqElem *e)
{
    VirtioBlk *s = (VirtioBlk *)vdev;
    uint8_t header[HEADER_SIZE];
    uint64_t sector;
    Request *r;

    if (!e->in_len || !virtq_read(e, 0, header, sizeof(header))) {
        virtio_error(vdev, "a request without header or status byte");
        virtq_discard(e);
        return false;
    }
    r = xnew(Request);
    *r = (Request){.s = object_ref(s), .e = e};
    s->in_flight++;
    memcpy(&r->type, header, 4);
    memcpy(&sector, header + 8, 8);
    if (s->in_flight > 2u * s->num_queues * s->queue_size) {
        finish(r, S_IOERR); /* more than all queues hold: what was before a reset is still there */
        return true;
    }
    switch (r->type) {
    case T_IN:
    case T_OUT:
        start_transfer(r, sector);
        break;
    case T_FLUSH:
    case T_FLUSH_OUT:
        blk_aio_flush(s->blk, s->ctx, on_done, r);
        break;
    case T_GET_ID:
        get_id(r);
        break;
    case T_DISCARD:
    case T_WRITE_ZEROES:
        if (r->type == T_DISCARD ? s->discard : s->write_zeroes) {
            start_range(r);
            break;
        }
        /* fall through */
    default:
        finish(r, S_UNSUPP);
    }
    return true;
}

/* The guest kicked, and the iothread does the rest. */
typedef struct Kick {
    VirtioBlk *s;
    VirtQueue *vq;
} Kick;

static void run_queue(void *opaque)
{
    Kick *k = opaque;
    bool taken = bql_lock_if_needed();

    k->s->kicked[k->vq->index] = false;
    if (k->s->vdev.dev.realized) { /* a reset in between has emptied the queue */
        virtq_drain(k->vq, handle_request);
    }
    blk_end(k->s->blk, k->s->ctx);
    object_unref(k->s);
    bql_unlock_if(taken);
    free(k);
}

static void blk_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    VirtioBlk *s = (VirtioBlk *)vdev;
    Kick *k;

    if (!s->iothread) {
        virtq_drain(vq, handle_request);
        return;
    }
    if (s->kicked[vq->index]) {
        return;
    }
    s->kicked[vq->index] = true;
    k = xnew(Kick);
    *k = (Kick){object_ref(s), vq};
    blk_begin(s->blk, s->ctx);
    bh_schedule_oneshot(s->ctx, run_queue, k);
}

/* ---- configuration ---- */

static void put(uint8_t *config, size_t off, uint64_t v, size_t size)
{
    memcpy(config + off, &v, size);
}

enum { CONFIG_SIZE = 60, CONFIG_WCE = 32 };

static uint64_t discard_granularity(const VirtioBlk *s)
{
    return s->discard_granularity == UINT32_MAX ? s->logical_block_size : s->discard_granularity;
}

static void blk_get_config(VirtioDevice *vdev, uint8_t *config)
{
    VirtioBlk *s = (VirtioBlk *)vdev;
    uint64_t sectors = blk_getlength(s->blk) / SECTOR, block = s->logical_block_size;

    put(config, 0, sectors, 8);
    put(config, 12, s->queue_size - 2, 4); /* seg_max: less header and status */
    put(config, 16, MAX(MIN(sectors / (16 * 63), 16383ULL), 2ULL), 2); /* cylinders, as a BIOS */
    put(config, 18, 16, 1); /* heads */
    put(config, 19, align_down(63, block / SECTOR), 1); /* sectors of a track */
    put(config, 20, block, 4);
    put(config, 24, __builtin_ctzll(s->physical_block_size / block), 1);
    put(config, 26, s->min_io_size / block, 2);
    put(config, 28, s->opt_io_size / block, 4);
    put(config, CONFIG_WCE, s->wce, 1);
    put(config, 34, s->num_queues, 2);
    put(config, 36, SECTORS_MAX, 4); /* discard: sectors, segments, alignment */
    put(config, 40, 1, 4);
    put(config, 44, discard_granularity(s) / SECTOR, 4);
    put(config, 48, SECTORS_MAX, 4); /* write zeroes: sectors, segments, may unmap */
    put(config, 52, 1, 4);
    put(config, 56, 1, 1);
}

static void blk_set_config(VirtioDevice *vdev, const uint8_t *config)
{
    VirtioBlk *s = (VirtioBlk *)vdev;

    if (virtio_has_feature(vdev, F_CONFIG_WCE)) {
        s->wce = config[CONFIG_WCE] & 1;
    }
}

static uint64_t blk_get_features(VirtioDevice *vdev, uint64_t common)
{
    VirtioBlk *s = (VirtioBlk *)vdev;

    return common | BIT(F_SEG_MAX) | BIT(F_GEOMETRY) | BIT(F_BLK_SIZE) | BIT(F_TOPOLOGY) |
           BIT(F_FLUSH) | (s->config_wce ? BIT(F_CONFIG_WCE) : 0) |
           (blk_is_read_only(s->blk) ? BIT(F_RO) : 0) | (s->num_queues > 1 ? BIT(F_MQ) : 0) |
           (s->discard ? BIT(F_DISCARD) : 0) | (s->write_zeroes ? BIT(F_WRITE_ZEROES) : 0);
}

/* A driver that cannot flush must not need to. */
static void blk_set_status(VirtioDevice *vdev, uint8_t status)
{
    VirtioBlk *s = (VirtioBlk *)vdev;

    if (status & ~vdev->status & VIRTIO_STATUS_DRIVER_OK && !virtio_has_feature(vdev, F_FLUSH) &&
        !virtio_has_feature(vdev, F_CONFIG_WCE)) {
        s->wce = false;
    }
}

/* Requests under way go on, but their elements are stale from here on.  The main thread can wait
 * for them (a reset of the machine: then the disk is quiet); a vCPU's cannot. */
static void blk_reset(VirtioDevice *vdev)
{
    VirtioBlk *s = (VirtioBlk *)vdev;

    if ((s->in_flight || s->iothread) && in_main_thread()) {
        blk_drain(s->blk);
    }
    s->wce = s->write_back;
}

/* ---- life ---- */

static bool check_block_sizes(VirtioBlk *s, Error **errp)
{
    uint64_t block;

    s->logical_block_size = s->logical_block_size ? s->logical_block_size : SECTOR;
    s->physical_block_size = s->physical_block_size ? s->physical_block_size : SECTOR;
    block = s->logical_block_size;
    if (!is_power_of_two(block) || block < SECTOR || block > BLOCK_MAX ||
        !is_power_of_two(s->physical_block_size) || s->physical_block_size < block ||
        s->physical_block_size > BLOCK_MAX) {
        return err_set(errp,
                       "logical_block_size (%" PRIu64 ") and physical_block_size (%" PRIu64
                       ") must be powers of two from %d to %d, the second not below the first",
                       block, s->physical_block_size, SECTOR, BLOCK_MAX);
    }
    if (s->min_io_size % block || s->min_io_size / block > UINT16_MAX || s->opt_io_size % block ||
        s->opt_io_size / block > UINT32_MAX || discard_granularity(s) % block ||
        discard_granularity(s) / SECTOR > UINT32_MAX) {
        return err_set(errp,
                       "min_io_size (%" PRIu64 "), opt_io_size (%" PRIu64
                       ") and discard_granularity (%" PRIu64
                       ") must be multiples of logical_block_size, and not too large",
                       s->min_io_size, s->opt_io_size, s->discard_granularity);
    }
    return true;
}

/* Who has the last word about the write cache: the device's property, else the drive. */
static bool choose_write_cache(VirtioBlk *s, Error **errp)
{
    bool automatic, on;

    if (!s->write_cache) {
        s->write_cache = xstrdup("auto");
    }
    automatic = strcmp(s->write_cache, "auto") == 0;
    on = strcmp(s->write_cache, "on") == 0;
    if (!automatic && !on && strcmp(s->write_cache, "off") != 0) {
        return err_set(errp, "write-cache=%s: it can be on, off or auto", s->write_cache);
    }
    s->write_back = automatic ? blk_enable_write_cache(s->blk) : on;
    return true;
}

static bool blk_realize(Device *dev, Error **errp)
{
    VirtioBlk *s = (VirtioBlk *)dev;
    char *path;
    bool ok;

    if (!s->drive) {
        return err_set(errp, "a drive is needed: drive=ID names one made by -drive ...,id=ID");
    }
    s->blk = blk_by_name(s->drive);
    if (!s->blk) {
        return err_set(errp, "there is no drive '%s'; make it with -drive ...,if=none,id=%s",
                       s->drive, s->drive);
    }
    if (s->num_queues == UINT16_MAX) {
        s->num_queues = 1;
    }
    if (s->num_queues == 0 || s->num_queues > QUEUES_MAX) {
        return err_set(errp, "num-queues must be 1 to %d, not %u", QUEUES_MAX, s->num_queues);
    }
    if (!is_power_of_two(s->queue_size) || s->queue_size < 4 ||
        s->queue_size > VIRTQUEUE_MAX_SIZE) {
        return err_set(errp, "queue-size must be a power of two from 4 to %d, not %u",
                       VIRTQUEUE_MAX_SIZE, s->queue_size);
    }
    if (!check_block_sizes(s, errp) || !choose_write_cache(s, errp)) {
        return false;
    }
    path = dev->id ? xstrdup(dev->id) : object_get_path(&dev->obj);
    ok = blk_attach_dev(s->blk, path ? path : device_name(dev), errp);
    free(path);
    if (!ok) {
        return false;
    }
    if (!s->serial && blk_serial(s->blk)) {
        s->serial = xstrdup(blk_serial(s->blk));
    }
    if (s->iothread) {
        s->ctx = iothread_get_context(iothread_find(object_get_name(s->iothread)));
    } else {
        s->ctx = aio_get_main_context();
    }
    for (int i = 0; i < s->num_queues; i++) {
        virtio_add_queue(&s->vdev, s->queue_size, blk_handler);
    }
    return true;
}

static void blk_unrealize(Device *dev)
{
    VirtioBlk *s = (VirtioBlk *)dev;

    if (s->in_flight || s->iothread) {
        blk_drain(s->blk);
    }
    blk_detach_dev(s->blk);
}

static const VirtioOps blk_ops = {
    .device_id = VIRTIO_ID_BLOCK,
    .config_size = CONFIG_SIZE,
    .get_features = blk_get_features,
    .get_config = blk_get_config,
    .set_config = blk_set_config,
    .set_status = blk_set_status,
    .reset = blk_reset,
};

DEVICE(VirtioBlk, .name = "virtio-blk-device", .parent = TYPE_VIRTIO_DEVICE, .category = "storage",
       .summary = "disk", .ops = &blk_ops,
       .props = PROPS(
           PROP_DRIVE(VirtioBlk, drive, "drive", "id of the -drive behind it"),
           PROP_STR(VirtioBlk, serial, "serial", "serial number that the guest sees"),
           PROP_U16(VirtioBlk, num_queues, "num-queues", UINT16_MAX, "request queues"),
           PROP_U16(VirtioBlk, queue_size, "queue-size", 256, "entries of each queue"),
           PROP_BOOL(VirtioBlk, config_wce, "config-wce", true, "the guest may switch the cache"),
           PROP_BOOL(VirtioBlk, discard, "discard", true, "offer discard"),
           PROP_BOOL(VirtioBlk, write_zeroes, "write-zeroes", true, "offer write zeroes"),
           PROP_STR(VirtioBlk, write_cache, "write-cache", "on, off, or auto: as the drive"),
           PROP_SIZE(VirtioBlk, logical_block_size, "logical_block_size", 0,
                     "bytes of a block, the least that can be read or written"),
           PROP_SIZE(VirtioBlk, physical_block_size, "physical_block_size", 0,
                     "bytes that the disk writes at once"),
           PROP_SIZE(VirtioBlk, min_io_size, "min_io_size", 0, "least bytes that are fast"),
           PROP_SIZE(VirtioBlk, opt_io_size, "opt_io_size", 0, "bytes that are best"),
           PROP_SIZE(VirtioBlk, discard_granularity, "discard_granularity", UINT32_MAX,
                     "bytes that are discarded at once"),
           PROP_LINK(VirtioBlk, iothread, "iothread", "iothread", "whose thread serves it")),
       .realize = blk_realize, .unrealize = blk_unrealize, .state = STATE(VirtioBlk, wce));
