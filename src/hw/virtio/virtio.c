/* SPDX-License-Identifier: MIT */
/* What all virtio devices share: features, status, configuration space, queues, interrupts. */
#include "hw/virtio/virtio.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/trace.h"
#include "qom/module.h"

TRACE_EVENT(virtio_queue_notify, "the guest kicks a queue of a virtio device");

bool virtio_is_live(const VirtioDevice *vdev)
{
    return !vdev->broken && vdev->status & VIRTIO_STATUS_DRIVER_OK;
}

/* ---- interrupts ---- */

static void isr_set(VirtioDevice *vdev, uint8_t isr)
{
    vdev->isr = isr;
    if (vdev->vbus) {
        vdev->vbus->update_irq(vdev->vbus);
    }
}

void virtio_isr_raise(VirtioDevice *vdev, uint8_t bits)
{
    isr_set(vdev, vdev->isr | bits);
}

void virtio_isr_ack(VirtioDevice *vdev, uint8_t bits)
{
    isr_set(vdev, vdev->isr & ~bits);
}

void virtio_notify_config(VirtioDevice *vdev)
{
    vdev->generation++;
    if (vdev->status & VIRTIO_STATUS_DRIVER_OK) {
        virtio_isr_raise(vdev, VIRTIO_ISR_CONFIG);
    }
}

void virtio_error(VirtioDevice *vdev, const char *fmt, ...)
{
    va_list ap;
    char *text;

    if (vdev->broken) {
        return; /* what follows from the first error is not news */
    }
    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    log_guest(device_name(&vdev->dev), "%s; the device stops until the driver resets it", text);
    free(text);
    vdev->broken = true;
    if (virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
        vdev->status |= VIRTIO_STATUS_NEEDS_RESET;
        virtio_notify_config(vdev);
    }
}

/* ---- features and status ---- */

uint64_t virtio_get_features(VirtioDevice *vdev)
{
    bool modern = vdev->vbus && vdev->vbus->modern;
    uint64_t common = 0;

    common |= vdev->indirect_desc ? BIT(VIRTIO_RING_F_INDIRECT_DESC) : 0;
    common |= vdev->event_idx ? BIT(VIRTIO_RING_F_EVENT_IDX) : 0;
    common |= vdev->any_layout ? BIT(VIRTIO_F_ANY_LAYOUT) : 0;
    if (modern) {
        common |= BIT(VIRTIO_F_VERSION_1);
    } else {
        common |= vdev->notify_on_empty ? BIT(VIRTIO_F_NOTIFY_ON_EMPTY) : 0;
    }
    return vdev->ops->get_features ? vdev->ops->get_features(vdev, common) : common;
}

void virtio_set_features(VirtioDevice *vdev, uint64_t features)
{
    if (vdev->status & VIRTIO_STATUS_FEATURES_OK) {
        log_guest(device_name(&vdev->dev), "the driver changes features after FEATURES_OK");
        return;
    }
    vdev->features = features;
}

/* A driver that wants what was not offered is refused: it sees FEATURES_OK stay clear.  A modern
 * device may be driven without VERSION_1, as QEMU allows: xv6's driver never looks at bit 32. */
static bool features_acceptable(VirtioDevice *vdev)
{
    return !(vdev->features & ~virtio_get_features(vdev));
}

void virtio_set_status(VirtioDevice *vdev, uint8_t status)
{
    if (status == 0) {
        virtio_reset(vdev);
        return;
    }
    if (status & ~vdev->status & VIRTIO_STATUS_FEATURES_OK && !features_acceptable(vdev)) {
        log_guest(device_name(&vdev->dev), "the driver accepts features %#" PRIx64 " of %#" PRIx64,
                  vdev->features, virtio_get_features(vdev));
        status &= ~VIRTIO_STATUS_FEATURES_OK;
    }
    if (status & ~vdev->status & VIRTIO_STATUS_DRIVER_OK) {
        vdev->features &= virtio_get_features(vdev); /* legacy drivers never ask */
    }
    if (vdev->ops->set_status) {
        vdev->ops->set_status(vdev, status);
    }
    vdev->status = status | (vdev->status & VIRTIO_STATUS_NEEDS_RESET);
}

void virtio_reset(VirtioDevice *vdev)
{
    if (vdev->ops->reset) {
        vdev->ops->reset(vdev);
    }
    vdev->status = 0;
    vdev->broken = false;
    vdev->features = 0;
    for (int i = 0; i < vdev->num_queues; i++) {
        virtq_reset(&vdev->vq[i]);
    }
    isr_set(vdev, 0);
}

/* ---- configuration space ---- */

uint64_t virtio_config_read(VirtioDevice *vdev, uint64_t off, unsigned size)
{
    uint8_t config[VIRTIO_CONFIG_MAX + 8] = {0};
    uint64_t v = 0;

    if (off + size > vdev->ops->config_size) {
        return UINT64_MAX;
    }
    vdev->ops->get_config(vdev, config);
    memcpy(&v, config + off, size);
    return v;
}

void virtio_config_write(VirtioDevice *vdev, uint64_t off, uint64_t val, unsigned size)
{
    uint8_t config[VIRTIO_CONFIG_MAX + 8] = {0};

    if (off + size > vdev->ops->config_size || !vdev->ops->set_config) {
        log_guest(device_name(&vdev->dev), "write of configuration byte %#x, which is read only",
                  (unsigned)off);
        return;
    }
    vdev->ops->get_config(vdev, config);
    memcpy(config + off, &val, size);
    vdev->ops->set_config(vdev, config);
}

/* ---- queues ---- */

VirtQueue *virtio_add_queue(VirtioDevice *vdev, uint16_t num, VirtQueueHandler *handler)
{
    VirtQueue *vq = &vdev->vq[vdev->num_queues];

    assert(vdev->num_queues < VIRTIO_QUEUES_MAX);
    virtq_init(vq, vdev, vdev->num_queues++, num, handler);
    return vq;
}

void virtio_queue_notify(VirtioDevice *vdev, uint32_t n)
{
    if (n >= vdev->num_queues) {
        log_guest(device_name(&vdev->dev), "kick of queue %u, which does not exist", n);
    } else if (vdev->vq[n].ready && virtio_is_live(vdev)) {
        int64_t since = trace_on(virtio_queue_notify) ? trace_clock_ns() : 0;

        vdev->vq[n].handler(vdev, &vdev->vq[n]);
        if (since) {
            trace_span(virtio_queue_notify, device_name(&vdev->dev), since, "queue %u", n);
        }
    }
}

/* ---- life ---- */

static bool virtio_realize(Device *dev, Error **errp)
{
    VirtioDevice *vdev = VIRTIO_DEVICE(dev);

    vdev->ops = device_ops(dev);
    vdev->vbus = (VirtioBus *)dev->bus;
    assert(vdev->ops && vdev->ops->config_size <= VIRTIO_CONFIG_MAX);
    return true;
}

static void virtio_unrealize(Device *dev)
{
    VirtioDevice *vdev = VIRTIO_DEVICE(dev);

    isr_set(vdev, 0);
    while (vdev->num_queues) {
        virtq_fini(&vdev->vq[--vdev->num_queues]);
    }
    vdev->vbus = NULL;
}

static void virtio_device_reset(Device *dev)
{
    virtio_reset(VIRTIO_DEVICE(dev));
}

static bool virtio_post_load(Device *dev, Error **errp)
{
    VirtioDevice *vdev = VIRTIO_DEVICE(dev);

    for (int i = 0; i < vdev->num_queues; i++) {
        VirtQueue *vq = &vdev->vq[i];

        if (!is_power_of_two(vq->num) || vq->num > vq->num_max) {
            return err_set(errp, "queue %d has %u entries, not a power of two up to %u", i, vq->num,
                           vq->num_max);
        }
        if (!is_power_of_two(vq->align)) {
            return err_set(errp, "queue %d is aligned to %u, not to a power of two", i, vq->align);
        }
        vq->inuse = 0;
    }
    return true;
}

DEVICE(VirtioDevice, .name = TYPE_VIRTIO_DEVICE, .abstract = true, .bus = TYPE_VIRTIO_BUS,
       .props = PROPS(
           PROP_BOOL(VirtioDevice, indirect_desc, "indirect_desc", true, "indirect descriptors"),
           PROP_BOOL(VirtioDevice, event_idx, "event_idx", true, "event indices"),
           PROP_BOOL(VirtioDevice, notify_on_empty, "notify_on_empty", true, "legacy feature"),
           PROP_BOOL(VirtioDevice, any_layout, "any_layout", true, "any layout of segments")),
       .realize = virtio_realize, .unrealize = virtio_unrealize, .reset = virtio_device_reset,
       .post_load = virtio_post_load,
       .state = STATE(VirtioDevice, status, isr, broken, generation, features),
       .nested = NESTED(NEST(VirtioDevice, vq, VirtQueue, num, ready, desc, avail, used, align,
                             last_avail, used_idx, signalled_used, signalled_valid, notification)));

static bool virtio_plug(Bus *bus, Device *dev, Error **errp)
{
    ((VirtioBus *)bus)->vdev = VIRTIO_DEVICE(dev);
    return true;
}

static void virtio_unplug(Bus *bus, Device *dev)
{
    ((VirtioBus *)bus)->vdev = NULL;
}

static void virtio_bus_class_init(ObjectClass *class, const void *data)
{
    ((BusClass *)class)->plug = virtio_plug;
    ((BusClass *)class)->unplug = virtio_unplug;
}

static const TypeInfo virtio_bus_type = {.name = TYPE_VIRTIO_BUS,
                                         .parent = TYPE_BUS,
                                         .instance_size = sizeof(VirtioBus),
                                         .abstract = true,
                                         .class_init = virtio_bus_class_init};

static void register_virtio_bus(void)
{
    type_register_static(&virtio_bus_type);
}
type_init(register_virtio_bus);
