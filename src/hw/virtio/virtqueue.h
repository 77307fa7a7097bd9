/* SPDX-License-Identifier: MIT */
/* Split virtqueues: the one place that reads rings out of guest memory.
 *
 *     descriptor table   | addr | len | flags | next |   num entries
 *     available ring     | flags | idx | ring[num] | used_event |        the driver writes
 *     used ring          | flags | idx | ring[num]{id, len} | avail_event |   the device writes
 *
 * The guest may change all of it at any moment.  So each value is copied once, then checked, then
 * used.  A chain has at most num segments; at most num elements are taken and not given back; a
 * kick takes at most num elements before other work gets its turn.  Whatever breaks the rules marks
 * the device broken (virtio_error), and pop gives NULL.
 */
#ifndef HW_VIRTIO_VIRTQUEUE_H
#define HW_VIRTIO_VIRTQUEUE_H

#include "loop/aio.h"
#include "mem/memory.h"

struct VirtioDevice;
typedef struct VirtQueue VirtQueue;
typedef void VirtQueueHandler(struct VirtioDevice *vdev, VirtQueue *vq);

enum {
    VIRTQUEUE_MAX_SIZE = 1024,
    VIRTIO_LEGACY_ALIGN = 4096,
};

/* A queue; the transport sets the guest's part, between a reset and ready. */
struct VirtQueue {
    struct VirtioDevice *vdev;
    VirtQueueHandler *handler;
    BH *bh; /* calls handler again when a kick had more work than one turn */
    uint16_t index;
    uint16_t num_max; /* 0: no such queue */
    uint16_t num;     /* entries; a power of two */
    bool ready;
    uint64_t desc, avail, used; /* guest addresses */
    uint32_t align;             /* legacy: of the used ring */
    uint16_t last_avail;        /* the next available entry to take */
    uint16_t used_idx;          /* the next used entry to write */
    uint16_t signalled_used;    /* used_idx when the driver was last interrupted ... */
    bool signalled_valid;       /* ... if it ever was */
    bool notification;          /* the driver should kick us */
    uint32_t generation; /* changes with each reset: elements of older ones are not given back */
    uint32_t inuse;      /* elements taken and not given back */
};

typedef struct VirtqSeg {
    uint64_t addr;
    uint32_t len;
} VirtqSeg;

/* One chain: what the driver wants read (out), then what it wants filled (in). */
typedef struct VirtqElem {
    VirtQueue *vq;
    uint32_t generation;
    uint16_t head;
    uint16_t out_num, in_num;
    uint64_t out_len, in_len; /* bytes */
    VirtqSeg seg[]; /* out_num, then in_num */
} VirtqElem;

/* Take the next element, or NULL.  It is yours until virtq_push or virtq_discard. */
VirtqElem *virtq_pop(VirtQueue *vq);

/* Give @e back with @written bytes in its in part, and free it.  virtq_notify tells the driver. */
void virtq_push(VirtqElem *e, uint32_t written);

/* Free @e without giving it back: after a reset, or when the device is going away. */
void virtq_discard(VirtqElem *e);

/* Was the queue reset since?  Then its memory is no longer ours to touch. */
bool virtq_is_stale(const VirtqElem *e);

/* Put back the element that was popped last, and free it. */
void virtq_unpop(VirtqElem *e);

/* Interrupt the driver, if it wants that. */
void virtq_notify(VirtQueue *vq);

/* Nothing to pop?  True also when the queue is not ready. */
bool virtq_empty(VirtQueue *vq);

/* Pop and call @each, which owns the element, until it returns false or the queue is empty.  After
 * a turn's worth of elements the handler is called again from the main loop. */
void virtq_drain(VirtQueue *vq, bool (*each)(struct VirtioDevice *vdev, VirtqElem *e));

/* Copy @len bytes at @off of the out part, or to the in part.  False when the part is too short or
 * its memory is bad: then *less* may have been copied. */
bool virtq_read(const VirtqElem *e, uint64_t off, void *buf, size_t len);
bool virtq_write(const VirtqElem *e, uint64_t off, const void *buf, size_t len);

/* ---- for virtio.c and transports ---- */

void virtq_init(VirtQueue *vq, struct VirtioDevice *vdev, uint16_t index, uint16_t num_max,
                VirtQueueHandler *handler);
void virtq_fini(VirtQueue *vq);
void virtq_reset(VirtQueue *vq);
/* False, for a driver error, unless @num is a power of two up to num_max. */
bool virtq_set_num(VirtQueue *vq, uint32_t num);
/* Legacy: the rings lie one behind the other from @desc on. */
void virtq_set_legacy(VirtQueue *vq, uint64_t desc);

#endif
