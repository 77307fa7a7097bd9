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

static void print_irqs(Device *dev, void *opaque)
{
    for (int i = 0; i < dev->input_count; i++) {
        if (dev->inputs[i].count) {
            str_printf(opaque, "%-24s line %4d  level %d  raised %" PRIu64 "\n", device_name(dev),
                       i, dev->inputs[i].level, dev->inputs[i].count);
        }
    }
}

void device_print_irqs(Str *out)
{
    bus_walk(system_bus(), print_irqs, out);
}
