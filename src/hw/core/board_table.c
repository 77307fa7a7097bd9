/* SPDX-License-Identifier: MIT */
#include "hw/core/board_table.h"
#include "base/alloc.h"
#include "hw/core/sysbus.h"

/* Its node, with what every device has. */
static void describe(const BoardWiring *w, const BoardDevice *d, const Device *dev)
{
    char *path = xasprintf("%s/%s@%" PRIx64, w->bus, d->node, d->addr);
    const char *compatible = device_info(dev)->fdt;
    size_t len = 0;

    dt_add_node(w->fdt, path);
    /* Several compatible strings stand one after the other, ended by an empty one. */
    while (compatible[len]) {
        len += strlen(compatible + len) + 1;
    }
    dt_set_bytes(w->fdt, path, "compatible", compatible, len);
    dt_set_reg(w->fdt, path, d->addr, d->size);
    if (d->irq) {
        dt_set_cell(w->fdt, path, "interrupt-parent", dt_phandle(w->fdt, w->intc_node));
        dt_set_cell(w->fdt, path, "interrupts", d->irq);
    }
    if (d->describe) {
        d->describe(w->fdt, path);
    }
    free(path);
}

static bool create_device(const BoardWiring *w, const BoardDevice *d, Error **errp)
{
    Device *dev = device_new(d->type, errp);

    if (!dev || (d->setup && !d->setup(dev, errp)) ||
        !device_realize_and_unref(dev, system_bus(), errp)) {
        return false;
    }
    sysbus_mmio_map(dev, d->addr);
    if (d->irq) {
        device_connect_irq(dev, 0, device_irq_input(w->intc, d->irq));
    }
    if (w->fdt && d->node) {
        describe(w, d, dev);
    }
    return true;
}

bool board_create_devices(const BoardWiring *w, const BoardDevice *table, size_t count,
                          Error **errp)
{
    for (size_t i = 0; i < count; i++) {
        if (!create_device(w, &table[i], errp)) {
            return false;
        }
    }
    return true;
}
