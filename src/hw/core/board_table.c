/* SPDX-License-Identifier: MIT */
#include "hw/core/board_table.h"
#include "base/alloc.h"
#include "hw/core/sysbus.h"

/* "compatible": the device's strings, the most special first. */
static void describe_compatible(Fdt *fdt, const char *path, const char *strings)
{
    char *all = xstrdup(strings);

    for (char *c = all; *c; c++) {
        if (*c == ' ') {
            *c = 0; /* in the tree each string ends so */
        }
    }
    dt_set_bytes(fdt, path, "compatible", all, strlen(strings) + 1);
    free(all);
}

/* Its node, with what every device has. */
static void describe(const BoardWiring *w, const BoardDevice *d, const Device *dev)
{
    char *path = xasprintf("%s/%s@%" PRIx64, w->bus, d->node, d->addr);

    dt_add_node(w->fdt, path);
    describe_compatible(w->fdt, path, device_info(dev)->fdt);
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

    if (!dev) {
        return false;
    }
    if (d->setup && !d->setup(dev, errp)) {
        object_unref(dev);
        return false;
    }
    if (!sysbus_realize_and_unref(dev, errp)) {
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
