/* SPDX-License-Identifier: MIT */
/* Virtio over memory-mapped registers: one slot for one device.
 *
 * Two dialects share the register file.  Version 2 (modern) gives each ring an address of its own;
 * version 1 (legacy) has one page number for all three rings.  "force-legacy", on by default as on
 * QEMU, chooses.  Virtio 1.1, section 4.2. */
#include "base/log.h"
#include "hw/virtio/virtio.h"
#include "qom/module.h"

enum {
    REG_MAGIC = 0x000,
    REG_VERSION = 0x004,
    REG_DEVICE_ID = 0x008,
    REG_VENDOR_ID = 0x00c,
    REG_DEVICE_FEATURES = 0x010,
    REG_DEVICE_FEATURES_SEL = 0x014,
    REG_DRIVER_FEATURES = 0x020,
    REG_DRIVER_FEATURES_SEL = 0x024,
    REG_GUEST_PAGE_SIZE = 0x028, /* legacy */
    REG_QUEUE_SEL = 0x030,
    REG_QUEUE_NUM_MAX = 0x034,
    REG_QUEUE_NUM = 0x038,
    REG_QUEUE_ALIGN = 0x03c, /* legacy */
    REG_QUEUE_PFN = 0x040,   /* legacy */
    REG_QUEUE_READY = 0x044,
    REG_QUEUE_NOTIFY = 0x050,
    REG_INTERRUPT_STATUS = 0x060,
    REG_INTERRUPT_ACK = 0x064,
    REG_STATUS = 0x070,
    REG_QUEUE_DESC_LOW = 0x080,
    REG_QUEUE_DESC_HIGH = 0x084,
    REG_QUEUE_AVAIL_LOW = 0x090,
    REG_QUEUE_AVAIL_HIGH = 0x094,
    REG_QUEUE_USED_LOW = 0x0a0,
    REG_QUEUE_USED_HIGH = 0x0a4,
    REG_SHM_FIRST = 0x0ac,
    REG_SHM_LAST = 0x0bc,
    REG_CONFIG_GENERATION = 0x0fc,
    REG_CONFIG = 0x100,
};

enum { MAGIC = 0x74726976 /* "virt" */, VENDOR_QEMU = 0x554d4551 };

typedef struct VirtioMmio {
    Device dev;
    Irq *irq;
    VirtioBus vbus;
    bool force_legacy;
    uint32_t device_features_sel, driver_features_sel, queue_sel;
    uint32_t guest_page_size;
    uint64_t driver_features; /* as written so far */
} VirtioMmio;

static VirtQueue *selected(VirtioMmio *s)
{
    VirtioDevice *vdev = s->vbus.vdev;

    return s->queue_sel < vdev->num_queues ? &vdev->vq[s->queue_sel] : NULL;
}

static void update_irq(VirtioBus *vbus)
{
    VirtioMmio *s = container_of(vbus, VirtioMmio, vbus);

    irq_set(s->irq, vbus->vdev && vbus->vdev->isr);
}

/* ---- reading ---- */

static uint64_t read_queue(VirtioMmio *s, uint64_t off)
{
    VirtQueue *vq = selected(s);

    if (!vq) {
        return 0;
    }
    switch (off) {
    case REG_QUEUE_NUM_MAX:
        return vq->num_max;
    case REG_QUEUE_PFN:
        return s->force_legacy && s->guest_page_size ? vq->desc / s->guest_page_size : 0;
    default:
        return !s->force_legacy && vq->ready;
    }
}

/* The registers that answer although the slot is empty; the driver then sees device id 0. */
static uint64_t read_identity(VirtioMmio *s, uint64_t off)
{
    switch (off) {
    case REG_MAGIC:
        return MAGIC;
    case REG_VERSION:
        return s->force_legacy ? 1 : 2;
    case REG_VENDOR_ID:
        return VENDOR_QEMU;
    default:
        return s->vbus.vdev ? s->vbus.vdev->ops->device_id : 0;
    }
}

static uint64_t read_reg(VirtioMmio *s, uint64_t off)
{
    VirtioDevice *vdev = s->vbus.vdev;

    switch (off) {
    case REG_DEVICE_FEATURES:
        return s->device_features_sel < 2
                   ? (uint32_t)(virtio_get_features(vdev) >> 32 * s->device_features_sel)
                   : 0;
    case REG_QUEUE_NUM_MAX:
    case REG_QUEUE_PFN:
    case REG_QUEUE_READY:
        return read_queue(s, off);
    case REG_INTERRUPT_STATUS:
        return vdev->isr;
    case REG_STATUS:
        return vdev->status;
    case REG_CONFIG_GENERATION:
        return s->force_legacy ? 0 : vdev->generation;
    default:
        if (off >= REG_SHM_FIRST && off <= REG_SHM_LAST) {
            return UINT32_MAX; /* there are no shared memory regions */
        }
        log_guest("virtio-mmio", "read of register %#x, which cannot be read", (unsigned)off);
        return 0;
    }
}

/* Eight bytes at once are two registers: some guests read the 64-bit capacity of a disk so. */
static uint64_t mmio_read(void *dev, uint64_t off, unsigned size)
{
    VirtioMmio *s = dev;

    if (size == 8) {
        return mmio_read(dev, off, 4) | mmio_read(dev, off + 4, 4) << 32;
    }
    if (off >= REG_CONFIG) {
        return s->vbus.vdev ? virtio_config_read(s->vbus.vdev, off - REG_CONFIG, size) : 0;
    }
    if (size != 4) {
        log_guest("virtio-mmio", "read of %u bytes at register %#x", size, (unsigned)off);
        return 0;
    }
    if (off <= REG_VENDOR_ID) {
        return read_identity(s, off);
    }
    return s->vbus.vdev ? read_reg(s, off) : 0;
}

/* ---- writing ---- */

static void write_driver_features(VirtioMmio *s, uint32_t val)
{
    if (s->driver_features_sel < 2) {
        s->driver_features = deposit64(s->driver_features, 32 * s->driver_features_sel, 32, val);
        virtio_set_features(s->vbus.vdev, s->driver_features);
    }
}

static void write_legacy_queue(VirtioMmio *s, VirtQueue *vq, uint64_t off, uint32_t val)
{
    if (off == REG_QUEUE_ALIGN) {
        if (is_power_of_two(val)) {
            vq->align = val;
        } else {
            log_guest("virtio-mmio", "QueueAlign %u is not a power of two", val);
        }
    } else {
        virtq_set_legacy(vq, (uint64_t)val * s->guest_page_size);
    }
}

static void write_modern_queue(VirtQueue *vq, uint64_t off, uint32_t val)
{
    uint64_t *address = off < REG_QUEUE_AVAIL_LOW  ? &vq->desc
                        : off < REG_QUEUE_USED_LOW ? &vq->avail
                                                   : &vq->used;

    if (off == REG_QUEUE_READY) {
        vq->ready = val & 1;
    } else if (vq->ready) {
        log_guest("virtio-mmio", "write of a ring address while the queue is ready");
    } else {
        *address = deposit64(*address, off & 4 ? 32 : 0, 32, val);
    }
}

static void write_queue(VirtioMmio *s, uint64_t off, uint32_t val)
{
    bool legacy = off == REG_QUEUE_ALIGN || off == REG_QUEUE_PFN;
    VirtQueue *vq = selected(s);

    if (!vq) {
        log_guest("virtio-mmio", "set-up of queue %u, which does not exist", s->queue_sel);
    } else if (off == REG_QUEUE_NUM) {
        if (vq->ready || !virtq_set_num(vq, val)) {
            log_guest("virtio-mmio",
                      "QueueNum %u: it must be a power of two up to %u, set before "
                      "the queue is ready",
                      val, vq->num_max);
        }
    } else if (legacy != s->force_legacy) {
        log_guest("virtio-mmio", "write of register %#x, which only %s devices have", (unsigned)off,
                  legacy ? "legacy" : "modern");
    } else if (legacy) {
        write_legacy_queue(s, vq, off, val);
    } else {
        write_modern_queue(vq, off, val);
    }
}

static void write_status(VirtioMmio *s, uint32_t val)
{
    virtio_set_status(s->vbus.vdev, val);
    if (!s->vbus.vdev->status) {
        /* It was a reset.  It spares the page size, which Linux writes once, before its reset. */
        s->device_features_sel = s->driver_features_sel = s->queue_sel = 0;
        s->driver_features = 0;
    }
}

static void write_reg(VirtioMmio *s, uint64_t off, uint32_t val)
{
    switch (off) {
    case REG_DEVICE_FEATURES_SEL:
        s->device_features_sel = val;
        break;
    case REG_DRIVER_FEATURES:
        write_driver_features(s, val);
        break;
    case REG_DRIVER_FEATURES_SEL:
        s->driver_features_sel = val;
        break;
    case REG_GUEST_PAGE_SIZE:
        s->guest_page_size = s->force_legacy ? val : 0;
        break;
    case REG_QUEUE_SEL:
        s->queue_sel = val;
        break;
    case REG_QUEUE_NUM:
    case REG_QUEUE_ALIGN:
    case REG_QUEUE_PFN:
    case REG_QUEUE_READY:
    case REG_QUEUE_DESC_LOW:
    case REG_QUEUE_DESC_HIGH:
    case REG_QUEUE_AVAIL_LOW:
    case REG_QUEUE_AVAIL_HIGH:
    case REG_QUEUE_USED_LOW:
    case REG_QUEUE_USED_HIGH:
        write_queue(s, off, val);
        break;
    case REG_QUEUE_NOTIFY:
        virtio_queue_notify(s->vbus.vdev, val);
        break;
    case REG_INTERRUPT_ACK:
        virtio_isr_ack(s->vbus.vdev, val);
        break;
    case REG_STATUS:
        write_status(s, val & 0xff);
        break;
    default:
        if (off < REG_SHM_FIRST || off > REG_SHM_LAST) {
            log_guest("virtio-mmio", "write of register %#x, which cannot be written",
                      (unsigned)off);
        }
    }
}

static void mmio_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    VirtioMmio *s = dev;

    if (!s->vbus.vdev) {
        return; /* nobody is listening */
    }
    if (size == 8) {
        mmio_write(dev, off, (uint32_t)val, 4);
        mmio_write(dev, off + 4, val >> 32, 4);
    } else if (off >= REG_CONFIG) {
        virtio_config_write(s->vbus.vdev, off - REG_CONFIG, val, size);
    } else if (size != 4) {
        log_guest("virtio-mmio", "write of %u bytes at register %#x", size, (unsigned)off);
    } else {
        write_reg(s, off, val);
    }
}

/* ---- life ---- */

static void mmio_init(Device *dev)
{
    VirtioMmio *s = (VirtioMmio *)dev;

    bus_init(&s->vbus.bus, sizeof(s->vbus), "virtio-mmio-bus", dev, NULL);
    s->vbus.bus.max_children = 1;
    s->vbus.update_irq = update_irq;
}

static bool mmio_realize(Device *dev, Error **errp)
{
    VirtioMmio *s = (VirtioMmio *)dev;

    s->vbus.modern = !s->force_legacy;
    return true;
}

static void mmio_finalize(Device *dev)
{
    bus_fini(&((VirtioMmio *)dev)->vbus.bus);
}

static void mmio_reset(Device *dev)
{
    VirtioMmio *s = (VirtioMmio *)dev;

    s->device_features_sel = s->driver_features_sel = s->queue_sel = 0;
    s->driver_features = s->guest_page_size = 0;
}

static bool mmio_post_load(Device *dev, Error **errp)
{
    update_irq(&((VirtioMmio *)dev)->vbus);
    return true;
}

DEVICE(VirtioMmio, .name = "virtio-mmio", .summary = "slot for a virtio device", .bus = TYPE_SYSBUS,
       .fdt = "virtio,mmio", .irq = offsetof(VirtioMmio, irq), .irq_count = 1,
       .mmio = {mmio_read, mmio_write, .size = 0x200, .min = 1, .max = 8},
       .props = PROPS(PROP_BOOL(VirtioMmio, force_legacy, "force-legacy", true,
                                "speak version 1 (legacy) of the register file")),
       .init = mmio_init, .realize = mmio_realize, .reset = mmio_reset, .finalize = mmio_finalize,
       .post_load = mmio_post_load,
       .state = STATE(VirtioMmio, device_features_sel, driver_features_sel, queue_sel,
                      guest_page_size, driver_features));

static const TypeInfo mmio_bus_type = {.name = "virtio-mmio-bus", .parent = TYPE_VIRTIO_BUS};

static void register_mmio_bus(void)
{
    type_register_static(&mmio_bus_type);
}
type_init(register_mmio_bus);
