/* SPDX-License-Identifier: MIT */
/* Lines between devices: inputs belong to a device, outputs are pointers in its state struct. */
#include "qom/irq.h"
#include "base/alloc.h"
#include "qom/device.h"

void irq_set(Irq *irq, int level)
{
    if (!irq) {
        return;
    }
    if (level && !irq->level) {
        irq->count++;
    }
    irq->level = level;
    irq->handler(irq->opaque, irq->n, level);
}

void device_init_irq_inputs(Device *dev, IrqHandler *handler, int count)
{
    assert(!dev->inputs && count > 0);
    dev->inputs = xnew_n(Irq, count);
    dev->input_count = count;
    for (int i = 0; i < count; i++) {
        dev->inputs[i] = (Irq){.handler = handler, .opaque = dev, .n = i};
    }
}

Irq *device_irq_input(Device *dev, int n)
{
    assert(n >= 0 && n < dev->input_count);
    return &dev->inputs[n];
}

static Irq **output(Device *dev, unsigned n)
{
    assert(n < device_info(dev)->irq_count);
    return (Irq **)((char *)dev + device_info(dev)->irq) + n;
}

void device_connect_irq(Device *dev, unsigned n, Irq *input)
{
    *output(dev, n) = input;
}

Irq *device_irq_output(Device *dev, unsigned n)
{
    return *output(dev, n);
}

static void print_lines(Device *dev, const char *name, Str *out)
{
    for (int i = 0; i < dev->input_count; i++) {
        if (dev->inputs[i].count) {
            str_printf(out, "%-24s line %4d  level %d  raised %" PRIu64 "\n", name, i,
                       dev->inputs[i].level, dev->inputs[i].count);
        }
    }
}

static void print_on_bus(Device *dev, void *opaque)
{
    print_lines(dev, device_name(dev), opaque);
}

/* Harts are on no bus, and all of one type: their names in the tree tell them apart. */
static bool print_without_bus(Object *obj, const char *name, void *opaque)
{
    Device *dev = (Device *)object_dynamic_cast(obj, TYPE_DEVICE);

    if (dev && !dev->bus) {
        print_lines(dev, dev->id ? dev->id : name, opaque);
    }
    return object_child_foreach(obj, print_without_bus, opaque);
}

void device_print_irqs(Str *out)
{
    bus_walk(system_bus(), print_on_bus, out);
    object_child_foreach(object_get_root(), print_without_bus, out);
}
