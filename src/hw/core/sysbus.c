/* SPDX-License-Identifier: MIT */
#include "hw/core/sysbus.h"
#include "base/alloc.h"
#include "qom/module.h"

typedef struct RowRegion {
    MemoryRegion mr;
    MemoryRegionOps ops; /* as the row says */
} RowRegion;

/* The nearest row of @dev that describes registers, or NULL. */
static const DeviceMmio *row_mmio(Device *dev)
{
    for (ObjectClass *c = dev->obj.class; c; c = object_class_get_parent(c)) {
        const DeviceInfo *row = ((DeviceClass *)c)->info;

        if (!row || row->mmio.size) {
            return row ? &row->mmio : NULL;
        }
    }
    return NULL;
}

static bool sysbus_plug(Bus *bus, Device *dev, Error **errp)
{
    const DeviceMmio *row = row_mmio(dev);
    AccessSizes sizes;
    RowRegion *r;

    if (!row || dev->mmio) {
        return true;
    }
    sizes = (AccessSizes){row->min ? row->min : 1, row->max ? row->max : 4, row->unaligned};
    r = xnew(RowRegion);
    r->ops =
        (MemoryRegionOps){.read = row->read, .write = row->write, .valid = sizes, .impl = sizes};
    memory_region_init_io(&r->mr, dev, &r->ops, dev,
                          row->name ? row->name : object_get_typename(&dev->obj), row->size);
    dev->mmio = &r->mr;
    return true;
}

static void sysbus_unplug(Bus *bus, Device *dev)
{
    if (!dev->mmio) {
        return;
    }
    if (dev->mmio->container) {
        memory_region_del_subregion(dev->mmio->container, dev->mmio);
    }
    if (row_mmio(dev)) { /* made above; otherwise it is the device's to free */
        memory_region_finalize(dev->mmio);
        free(container_of(dev->mmio, RowRegion, mr));
        dev->mmio = NULL;
    }
}

bool sysbus_realize_and_unref(Device *dev, Error **errp)
{
    return device_realize_and_unref(dev, system_bus(), errp);
}

void sysbus_mmio_map(Device *dev, hwaddr addr)
{
    assert(dev->realized && dev->mmio);
    memory_region_add_subregion(get_system_memory(), addr, dev->mmio);
}

static void sysbus_class_init(ObjectClass *class, const void *data)
{
    ((BusClass *)class)->plug = sysbus_plug;
    ((BusClass *)class)->unplug = sysbus_unplug;
}

static const TypeInfo sysbus_type = {
    .name = TYPE_SYSBUS, .parent = TYPE_BUS, .class_init = sysbus_class_init};

static void register_sysbus(void)
{
    type_register_static(&sysbus_type);
}
type_init(register_sysbus);
