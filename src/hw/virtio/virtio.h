/* SPDX-License-Identifier: MIT */
/* Virtio devices, whatever carries them.
 *
 *     transport (virtio-mmio) --offers--> VirtioBus --holds--> VirtioDevice --has--> VirtQueue[]
 *
 * The transport turns register accesses into calls of this header; a device (blk, rng, serial) is a
 * row with .parent = TYPE_VIRTIO_DEVICE and .ops = a VirtioOps.  Everything runs under the big
 * lock.  Virtio 1.1 specification; "legacy" is its description of what came before 1.0. */
#ifndef HW_VIRTIO_VIRTIO_H
#define HW_VIRTIO_VIRTIO_H

#include "hw/virtio/virtqueue.h"
#include "qom/device.h"

#define TYPE_VIRTIO_DEVICE "virtio-device"

enum {
    VIRTIO_ID_BLOCK = 2,
    VIRTIO_ID_CONSOLE = 3,
    VIRTIO_ID_RNG = 4,
};

/* Device status, section 2.1. */
enum {
    VIRTIO_STATUS_ACKNOWLEDGE = 0x01,
    VIRTIO_STATUS_DRIVER = 0x02,
    VIRTIO_STATUS_DRIVER_OK = 0x04,
    VIRTIO_STATUS_FEATURES_OK = 0x08,
    VIRTIO_STATUS_NEEDS_RESET = 0x40,
    VIRTIO_STATUS_FAILED = 0x80,
};

/* Feature bits that belong to no device, section 6. */
enum {
    VIRTIO_F_NOTIFY_ON_EMPTY = 24, /* legacy */
    VIRTIO_F_ANY_LAYOUT = 27,      /* legacy */
    VIRTIO_RING_F_INDIRECT_DESC = 28,
    VIRTIO_RING_F_EVENT_IDX = 29,
    VIRTIO_F_VERSION_1 = 32,
};

/* Interrupt status. */
enum { VIRTIO_ISR_QUEUE = 1, VIRTIO_ISR_CONFIG = 2 };

enum { VIRTIO_QUEUES_MAX = 64, VIRTIO_CONFIG_MAX = 256 };

typedef struct VirtioDevice VirtioDevice;
typedef struct VirtioBus VirtioBus;

/* What a device does. */
typedef struct VirtioOps {
    uint16_t device_id;
    size_t config_size;
    /* The features to offer; @common are those of the transport and of the queues.  NULL: those. */
    uint64_t (*get_features)(VirtioDevice *vdev, uint64_t common);
    void (*get_config)(VirtioDevice *vdev, uint8_t *config);       /* fill config_size bytes */
    void (*set_config)(VirtioDevice *vdev, const uint8_t *config); /* after the guest's change */
    void (*set_status)(VirtioDevice *vdev, uint8_t status);        /* vdev->status is the old one */
    void (*reset)(VirtioDevice *vdev); /* finish or forget all requests: queues go next */
} VirtioOps;

struct VirtioDevice {
    Device dev;
    const VirtioOps *ops;
    VirtioBus *vbus; /* NULL until plugged */
    uint8_t status, isr;
    bool broken;         /* the driver broke the rules: deaf until it resets us */
    uint32_t generation; /* of the configuration */
    uint64_t features;   /* that the driver has accepted */
    uint16_t num_queues;
    VirtQueue vq[VIRTIO_QUEUES_MAX];
    bool indirect_desc, event_idx, notify_on_empty, any_layout; /* properties */
};

/* The bus that a transport offers; room for one device. */
struct VirtioBus {
    Bus bus;
    VirtioDevice *vdev;                  /* NULL: empty */
    bool modern;                         /* the transport speaks version 1 */
    void (*update_irq)(VirtioBus *vbus); /* vdev->isr has changed */
};

#define VIRTIO_DEVICE(dev) ((VirtioDevice *)(dev))

static inline bool virtio_has_feature(const VirtioDevice *vdev, unsigned bit)
{
    return vdev->features >> bit & 1;
}

/* ---- for devices ---- */

/* Add a queue of at most @num entries; @handler runs when the driver kicks it.  In realize. */
VirtQueue *virtio_add_queue(VirtioDevice *vdev, uint16_t num, VirtQueueHandler *handler);

/* The configuration has changed: tell the driver. */
void virtio_notify_config(VirtioDevice *vdev);

/* The driver did what no driver may do: say so in the log, and be deaf until it resets us. */
void virtio_error(VirtioDevice *vdev, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The driver has set DRIVER_OK and not broken the rules: queues may be used. */
bool virtio_is_live(const VirtioDevice *vdev);

/* ---- for transports ---- */

uint64_t virtio_get_features(VirtioDevice *vdev); /* offered */
void virtio_set_features(VirtioDevice *vdev, uint64_t features);
void virtio_set_status(VirtioDevice *vdev, uint8_t status); /* 0 resets */
void virtio_reset(VirtioDevice *vdev);
/* Behind the end: reads give ones, writes are ignored. */
uint64_t virtio_config_read(VirtioDevice *vdev, uint64_t off, unsigned size);
void virtio_config_write(VirtioDevice *vdev, uint64_t off, uint64_t val, unsigned size);
void virtio_queue_notify(VirtioDevice *vdev, uint32_t n); /* a kick */
void virtio_isr_raise(VirtioDevice *vdev, uint8_t bits);
void virtio_isr_ack(VirtioDevice *vdev, uint8_t bits);

#endif
