/* SPDX-License-Identifier: MIT */
/* Virtio entropy source: every buffer the driver offers comes back full of random bytes.
 *
 * max-bytes in each period (milliseconds) bounds what a guest can draw; without a bound a guest in
 * a loop would only burn its own time.  Virtio 1.1, section 5.4. */
#include "base/alloc.h"
#include "hw/virtio/virtio.h"
#include "loop/random.h"
#include "loop/timer.h"

enum { CHUNK = 4096, REQUEST_MAX = 64 * 1024 };

typedef struct VirtioRng {
    union {
        Device dev;
        VirtioDevice vdev;
    };
    VirtQueue *vq;
    uint64_t max_bytes;
    uint32_t period;
    Object *rng; /* of -object rng-random; they all mean the host's random bytes */
    uint64_t quota; /* bytes left in this period */
    Timer timer;    /* armed while a period lasts */
} VirtioRng;

static bool limited(const VirtioRng *s)
{
    return s->max_bytes < INT64_MAX;
}

/* Fill at most @n bytes of @e; returns how many. */
static size_t fill(VirtqElem *e, size_t n)
{
    uint8_t buf[CHUNK];
    size_t done = 0;

    while (done < n) {
        size_t part = MIN(n - done, sizeof(buf));

        random_bytes(buf, part);
        if (!virtq_write(e, done, buf, part)) {
            break;
        }
        done += part;
    }
    return done;
}

/* A short answer is allowed, an empty one is not: without quota the request waits in the queue. */
static bool handle_request(VirtioDevice *vdev, VirtqElem *e)
{
    VirtioRng *s = (VirtioRng *)vdev;
    VirtQueue *vq = e->vq;
    size_t n = MIN(e->in_len, (uint64_t)REQUEST_MAX);

    if (limited(s)) {
        if (!timer_pending(&s->timer)) {
            timer_mod_ns(&s->timer,
                         clock_get_ns(VM_CLOCK_VIRTUAL) + s->period * NANOSECONDS_PER_MS);
        }
        n = MIN(n, s->quota);
        if (!n && e->in_len) {
            virtq_unpop(e);
            return false;
        }
        s->quota -= n;
    }
    virtq_push(e, fill(e, n));
    virtq_notify(vq);
    return true;
}

static void rng_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    virtq_drain(vq, handle_request);
}

static void new_period(void *opaque)
{
    VirtioRng *s = opaque;

    s->quota = s->max_bytes;
    if (virtio_is_live(&s->vdev)) {
        rng_handler(&s->vdev, s->vq);
    }
}

static bool rng_realize(Device *dev, Error **errp)
{
    VirtioRng *s = (VirtioRng *)dev;

    if (!s->period || !s->max_bytes) {
        return err_set(errp, "'period' and 'max-bytes' must not be 0");
    }
    timer_init_ns(&s->timer, VM_CLOCK_VIRTUAL, new_period, s);
    s->quota = s->max_bytes;
    s->vq = virtio_add_queue(&s->vdev, 8, rng_handler);
    return true;
}

static void rng_unrealize(Device *dev)
{
    timer_del(&((VirtioRng *)dev)->timer);
}

static const VirtioOps rng_ops = {.device_id = VIRTIO_ID_RNG};

DEVICE(VirtioRng, .name = "virtio-rng-device", .parent = TYPE_VIRTIO_DEVICE, .category = "misc",
       .summary = "source of random numbers", .ops = &rng_ops,
       .props = PROPS(PROP_U64(VirtioRng, max_bytes, "max-bytes", INT64_MAX,
                               "bytes that a guest may draw in a period"),
                      PROP_U32(VirtioRng, period, "period", 65536, "milliseconds"),
                      PROP_LINK(VirtioRng, rng, "rng", "rng-backend",
                                "the -object rng-random that it draws from")),
       .realize = rng_realize, .unrealize = rng_unrealize, .state = STATE(VirtioRng, quota));
