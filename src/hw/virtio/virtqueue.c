/* SPDX-License-Identifier: MIT */
#include "hw/virtio/virtqueue.h"
#include "base/alloc.h"
#include "base/trace.h"
#include "hw/virtio/virtio.h"
#include "mem/dma.h"

TRACE_EVENT(virtqueue_pop, "a virtio device takes a request from a queue");
TRACE_EVENT(virtqueue_push, "a virtio device gives a request back");
TRACE_EVENT(virtio_notify, "a virtio device tells the guest of used requests");

enum {
    DESC_SIZE = 16,
    DESC_F_NEXT = 1,
    DESC_F_WRITE = 2,
    DESC_F_INDIRECT = 4,
    AVAIL_F_NO_INTERRUPT = 1,
    USED_F_NO_NOTIFY = 1,
    AVAIL_IDX = 2,
    AVAIL_RING = 4,
    USED_IDX = 2,
    USED_RING = 4,
    USED_ELEM_SIZE = 8,
};

typedef struct Desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags, next;
} Desc;

/* ---- reading and writing the rings ---- */

static uint16_t ring_read(VirtQueue *vq, uint64_t addr)
{
    MemTxResult r;
    uint16_t v = dma_ld_le(&address_space_memory, vq->vdev, addr, 2, &r);

    if (r != MEMTX_OK) {
        virtio_error(vq->vdev, "queue %u: there is no memory at %#" PRIx64, vq->index, addr);
    }
    return v;
}

static void ring_write(VirtQueue *vq, uint64_t addr, uint64_t v, unsigned size)
{
    MemTxResult r;

    dma_st_le(&address_space_memory, vq->vdev, addr, v, size, &r);
    if (r != MEMTX_OK) {
        virtio_error(vq->vdev, "queue %u: there is no memory at %#" PRIx64, vq->index, addr);
    }
}

static bool event_idx(const VirtQueue *vq)
{
    return virtio_has_feature(vq->vdev, VIRTIO_RING_F_EVENT_IDX);
}

/* Where the driver writes the used index at which it wants an interrupt, and we the available
 * index at which we want a kick. */
static uint64_t used_event(const VirtQueue *vq)
{
    return vq->avail + AVAIL_RING + 2 * vq->num;
}

static uint64_t avail_event(const VirtQueue *vq)
{
    return vq->used + USED_RING + USED_ELEM_SIZE * vq->num;
}

static bool usable(const VirtQueue *vq)
{
    return vq->ready && vq->num && virtio_is_live(vq->vdev);
}

/* How many elements wait; the fence keeps reads of their descriptors behind it. */
static uint16_t waiting(VirtQueue *vq)
{
    uint16_t n = ring_read(vq, vq->avail + AVAIL_IDX) - vq->last_avail;

    if (n > vq->num && !vq->vdev->broken) {
        virtio_error(vq->vdev, "queue %u: the available index moved by %u, over %u entries",
                     vq->index, n, vq->num);
    }
    atomic_thread_fence(memory_order_acquire);
    return vq->vdev->broken ? 0 : n;
}

bool virtq_empty(VirtQueue *vq)
{
    return !usable(vq) || !waiting(vq);
}

/* Ask the driver to kick us for what it adds from now on, or not to. */
static void set_notification(VirtQueue *vq, bool on)
{
    vq->notification = on;
    if (!usable(vq)) {
        return;
    }
    if (!event_idx(vq)) {
        ring_write(vq, vq->used, on ? 0 : USED_F_NO_NOTIFY, 2);
    } else if (on) {
        ring_write(vq, avail_event(vq), vq->last_avail, 2);
    }
    atomic_thread_fence(
        memory_order_seq_cst); /* then look again: it may have been added just now */
}

/* ---- taking a chain ---- */

typedef struct Table {
    uint64_t addr; /* of descriptors */
    uint32_t num;
} Table;

static bool read_desc(VirtQueue *vq, const Table *t, uint32_t i, Desc *d)
{
    uint8_t raw[DESC_SIZE];
    uint64_t at = t->addr + (uint64_t)i * DESC_SIZE;

    if (dma_memory_read(&address_space_memory, vq->vdev, at, raw, sizeof(raw)) != MEMTX_OK) {
        virtio_error(vq->vdev, "queue %u: there is no memory for a descriptor at %#" PRIx64,
                     vq->index, at);
        return false;
    }
    memcpy(&d->addr, raw, 8);
    memcpy(&d->len, raw + 8, 4);
    memcpy(&d->flags, raw + 12, 2);
    memcpy(&d->next, raw + 14, 2);
    return true;
}

/* A chain as it is collected; the element is made when its length is known. */
typedef struct Chain {
    VirtqSeg seg[VIRTQUEUE_MAX_SIZE];
    uint16_t out_num, in_num;
    uint64_t out_len, in_len;
} Chain;

/* No chain may be longer than @max: the ring, or with an indirect table the longest ring.  The
 * standard says the ring for both, but drivers put as much into a table as a request may hold. */
static bool add_seg(VirtQueue *vq, Chain *c, const Desc *d, unsigned max)
{
    if (c->out_num + c->in_num == max) {
        virtio_error(vq->vdev, "queue %u: a chain has more than %u descriptors", vq->index, max);
        return false;
    }
    if (!(d->flags & DESC_F_WRITE) && c->in_num) {
        virtio_error(vq->vdev, "queue %u: a readable descriptor behind a writable one", vq->index);
        return false;
    }
    c->seg[c->out_num + c->in_num] = (VirtqSeg){d->addr, d->len};
    if (d->flags & DESC_F_WRITE) {
        c->in_num++;
        c->in_len += d->len;
    } else {
        c->out_num++;
        c->out_len += d->len;
    }
    return true;
}

/* Replace @t by the indirect table that @d, its only descriptor so far, points to. */
static bool enter_indirect(VirtQueue *vq, Table *t, const Desc *d, bool *indirect)
{
    if (*indirect || d->len == 0 || d->len % DESC_SIZE || d->flags & DESC_F_NEXT) {
        virtio_error(vq->vdev, "queue %u: bad indirect descriptor (length %u, flags %#x)",
                     vq->index, d->len, d->flags);
        return false;
    }
    *indirect = true;
    t->addr = d->addr;
    t->num = d->len / DESC_SIZE;
    return true;
}

/* Collect the chain that begins at @i.  Each turn adds a segment or enters the one indirect table,
 * so a loop in the chain ends at the limit of add_seg. */
static bool walk_chain(VirtQueue *vq, uint32_t i, Chain *c)
{
    Table t = {vq->desc, vq->num};
    bool indirect = false;
    Desc d;

    for (;;) {
        if (i >= t.num) {
            virtio_error(vq->vdev, "queue %u: descriptor %u is outside its table of %u", vq->index,
                         i, t.num);
            return false;
        }
        if (!read_desc(vq, &t, i, &d)) {
            return false;
        }
        if (d.flags & DESC_F_INDIRECT) {
            if (!enter_indirect(vq, &t, &d, &indirect)) {
                return false;
            }
            i = 0;
            continue;
        }
        if (!add_seg(vq, c, &d, indirect ? VIRTQUEUE_MAX_SIZE : vq->num)) {
            return false;
        }
        if (!(d.flags & DESC_F_NEXT)) {
            return true;
        }
        i = d.next;
    }
}

VirtqElem *virtq_pop(VirtQueue *vq)
{
    static Chain c; /* big lock; too large for a stack */
    VirtqElem *e;
    uint16_t head;
    size_t n;

    if (virtq_empty(vq)) {
        return NULL;
    }
    if (vq->inuse >= vq->num) {
        virtio_error(vq->vdev, "queue %u: more requests at once than it has entries (%u)",
                     vq->index, vq->num);
        return NULL;
    }
    head = ring_read(vq, vq->avail + AVAIL_RING + 2 * (vq->last_avail % vq->num));
    c.out_num = c.in_num = 0;
    c.out_len = c.in_len = 0;
    if (vq->vdev->broken || !walk_chain(vq, head, &c)) {
        return NULL;
    }
    vq->last_avail++;
    vq->inuse++;
    if (event_idx(vq) && vq->notification) {
        ring_write(vq, avail_event(vq), vq->last_avail, 2);
    }
    n = c.out_num + c.in_num;
    e = xcalloc(1, sizeof(*e) + n * sizeof(e->seg[0]));
    if (trace_on(virtqueue_pop)) {
        trace(virtqueue_pop, device_name(&vq->vdev->dev), "queue %u, head %u, %u out, %u in",
              vq->index, head, c.out_num, c.in_num);
    }
    *e = (VirtqElem){.vq = vq,
                     .generation = vq->generation,
                     .head = head,
                     .out_num = c.out_num,
                     .in_num = c.in_num,
                     .out_len = c.out_len,
                     .in_len = c.in_len};
    memcpy(e->seg, c.seg, n * sizeof(e->seg[0]));
    return e;
}

void virtq_drain(VirtQueue *vq, bool (*each)(struct VirtioDevice *vdev, VirtqElem *e))
{
    unsigned left = vq->num;
    VirtqElem *e;
    bool go_on = true;

    do {
        set_notification(vq, false);
        while (left && go_on && (e = virtq_pop(vq))) {
            left--;
            go_on = each(vq->vdev, e);
        }
        set_notification(vq, true);
    } while (left && go_on && !virtq_empty(vq));
    if (!left && go_on) {
        bh_schedule(vq->bh);
    }
}

/* ---- giving it back ---- */

bool virtq_is_stale(const VirtqElem *e)
{
    return e->generation != e->vq->generation;
}

void virtq_discard(VirtqElem *e)
{
    if (!virtq_is_stale(e)) {
        e->vq->inuse--;
    }
    free(e);
}

void virtq_unpop(VirtqElem *e)
{
    if (!virtq_is_stale(e)) {
        e->vq->last_avail--;
    }
    virtq_discard(e);
}

void virtq_push(VirtqElem *e, uint32_t written)
{
    VirtQueue *vq = e->vq;
    uint64_t slot = vq->used + USED_RING + USED_ELEM_SIZE * (vq->used_idx % MAX(vq->num, 1u));

    if (trace_on(virtqueue_push)) {
        trace(virtqueue_push, device_name(&vq->vdev->dev), "queue %u, head %u, %u bytes written",
              vq->index, e->head, written);
    }
    if (!virtq_is_stale(e) && usable(vq)) {
        ring_write(vq, slot, e->head, 4);
        ring_write(vq, slot + 4, written, 4);
        atomic_thread_fence(memory_order_release); /* the entry before the index that shows it */
        vq->used_idx++;
        ring_write(vq, vq->used + USED_IDX, vq->used_idx, 2);
        if ((uint16_t)(vq->used_idx - vq->signalled_used) > vq->num) {
            vq->signalled_valid = false; /* it has gone round since the last interrupt */
        }
    }
    virtq_discard(e);
}

/* Does the driver want to hear of the entries since the last interrupt? */
static bool wants_interrupt(VirtQueue *vq)
{
    uint16_t old = vq->signalled_used, new = vq->used_idx;
    bool valid = vq->signalled_valid;

    atomic_thread_fence(memory_order_seq_cst); /* the used index is out before we read its wishes */
    if (virtio_has_feature(vq->vdev, VIRTIO_F_NOTIFY_ON_EMPTY) && !vq->inuse && virtq_empty(vq)) {
        return true;
    }
    if (!event_idx(vq)) {
        return !(ring_read(vq, vq->avail) & AVAIL_F_NO_INTERRUPT);
    }
    vq->signalled_used = new;
    vq->signalled_valid = true;
    /* Was used_event one of the indices old ... new-1? */
    return !valid || (uint16_t)(new - ring_read(vq, used_event(vq)) - 1) < (uint16_t)(new - old);
}

void virtq_notify(VirtQueue *vq)
{
    if (usable(vq) && wants_interrupt(vq)) {
        if (trace_on(virtio_notify)) {
            trace(virtio_notify, device_name(&vq->vdev->dev), "queue %u", vq->index);
        }
        virtio_isr_raise(vq->vdev, VIRTIO_ISR_QUEUE);
    }
}

/* ---- the data ---- */

/* Copy between @buf and @n segments from @off on. */
static bool copy(const VirtqElem *e, const VirtqSeg *seg, unsigned n, uint64_t off, void *buf,
                 size_t len, bool write)
{
    for (; n && len; seg++, n--) {
        size_t part;
        MemTxResult r;

        if (off >= seg->len) {
            off -= seg->len;
            continue;
        }
        part = MIN(len, (size_t)(seg->len - off));
        r = write ? dma_memory_write(&address_space_memory, e->vq->vdev, seg->addr + off, buf, part)
                  : dma_memory_read(&address_space_memory, e->vq->vdev, seg->addr + off, buf, part);
        if (r != MEMTX_OK) {
            return false;
        }
        buf = (char *)buf + part;
        len -= part;
        off = 0;
    }
    return len == 0;
}

bool virtq_read(const VirtqElem *e, uint64_t off, void *buf, size_t len)
{
    return copy(e, e->seg, e->out_num, off, buf, len, false);
}

bool virtq_write(const VirtqElem *e, uint64_t off, const void *buf, size_t len)
{
    return copy(e, e->seg + e->out_num, e->in_num, off, (void *)buf, len, true);
}

/* ---- set-up ---- */

static void run_again(void *opaque)
{
    VirtQueue *vq = opaque;

    if (usable(vq)) {
        vq->handler(vq->vdev, vq);
    }
}

void virtq_init(VirtQueue *vq, struct VirtioDevice *vdev, uint16_t index, uint16_t num_max,
                VirtQueueHandler *handler)
{
    assert(is_power_of_two(num_max) && num_max <= VIRTQUEUE_MAX_SIZE);
    *vq = (VirtQueue){.vdev = vdev, .index = index, .num_max = num_max, .handler = handler};
    vq->bh = bh_new(aio_get_main_context(), run_again, vq);
    virtq_reset(vq);
}

void virtq_fini(VirtQueue *vq)
{
    bh_delete(vq->bh);
    vq->bh = NULL;
    vq->generation++;
    vq->num_max = 0;
}

void virtq_reset(VirtQueue *vq)
{
    vq->num = vq->num_max;
    vq->ready = false;
    vq->desc = vq->avail = vq->used = 0;
    vq->align = VIRTIO_LEGACY_ALIGN;
    vq->last_avail = vq->used_idx = vq->signalled_used = 0;
    vq->signalled_valid = false;
    vq->notification = true;
    vq->generation++;
    vq->inuse = 0;
    bh_cancel(vq->bh);
}

bool virtq_set_num(VirtQueue *vq, uint32_t num)
{
    if (!is_power_of_two(num) || num > vq->num_max) {
        return false;
    }
    vq->num = num;
    return true;
}

void virtq_set_legacy(VirtQueue *vq, uint64_t desc)
{
    vq->desc = desc;
    vq->avail = desc + DESC_SIZE * vq->num;
    vq->used = align_up(vq->avail + AVAIL_RING + 2 * vq->num + 2, vq->align);
    vq->ready = desc != 0;
}
