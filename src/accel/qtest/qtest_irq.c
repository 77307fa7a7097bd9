/* SPDX-License-Identifier: MIT */
/* Interrupt lines: the script hears them, and pulls them.
 *
 * To hear a line, a tap is put into it, which passes on what comes:
 *
 *     uart --> Irq{plic_input}             uart --> Irq{tap} --> plic_input
 *                                                         `----> "IRQ raise 10"
 */
#include "accel/qtest/qtest.h"
#include "base/alloc.h"
#include "qom/device.h"

typedef struct Tap {
    Irq irq; /* outputs: what the device drives now.  Inputs: what the line was before */
    Irq *next; /* outputs: what the device drove before */
    int level; /* that the script knows of */
} Tap;

/* One device at a time, as in QEMU. */
static struct {
    QTest *q;
    Device *dev; /* NULL: nobody listens */
    bool outputs;
    Tap *taps;
    unsigned count;
} watch;

static void input_moved(void *opaque, int n, int level)
{
    Tap *tap = opaque;

    tap->irq.handler(tap->irq.opaque, n, level);
    qtest_irq(watch.q, &tap->level, n, level);
}

static void output_moved(void *opaque, int n, int level)
{
    Tap *tap = opaque;

    irq_set(tap->next, level);
    qtest_irq(watch.q, &tap->level, n, level);
}

void qtest_unwatch(void)
{
    for (unsigned n = 0; n < watch.count; n++) {
        Tap *tap = &watch.taps[n];

        if (watch.outputs) {
            device_connect_irq(watch.dev, n, tap->next);
        } else {
            Irq *line = device_irq_input(watch.dev, n);

            line->handler = tap->irq.handler;
            line->opaque = tap->irq.opaque;
        }
    }
    object_unref(watch.dev);
    free(watch.taps);
    memset(&watch, 0, sizeof(watch));
}

static void start_watching(QTest *q, Device *dev, bool outputs)
{
    watch.q = q;
    watch.dev = object_ref(dev);
    watch.outputs = outputs;
    watch.count = outputs ? device_info(dev)->irq_count : (unsigned)dev->input_count;
    watch.taps = xnew_n(Tap, watch.count + 1);
    for (unsigned n = 0; n < watch.count; n++) {
        Tap *tap = &watch.taps[n];

        if (outputs) {
            tap->next = device_irq_output(dev, n);
            tap->irq = (Irq){.handler = output_moved, .opaque = tap, .n = n};
            device_connect_irq(dev, n, &tap->irq);
        } else {
            Irq *line = device_irq_input(dev, n);

            tap->irq = *line;
            line->handler = input_moved;
            line->opaque = tap;
        }
    }
}

/* The device at @path; NULL, with the answer given, if there is none. */
static Device *find_device(QTest *q, const char *path)
{
    Object *obj = object_resolve_path(path);

    if (!obj || !object_dynamic_cast(obj, TYPE_DEVICE)) {
        qtest_fail(q, "Unknown device");
        return NULL;
    }
    return (Device *)obj;
}

static void intercept(QTest *q, const QTestArgs *a, bool outputs)
{
    Device *dev = find_device(q, a->text[0]);

    if (!dev) {
        return;
    }
    if (watch.dev && watch.dev != dev) {
        qtest_fail(q, "IRQ intercept already enabled");
        return;
    }
    if (!watch.dev) {
        start_watching(q, dev, outputs);
    }
    qtest_done(q);
}

static void intercept_in(QTest *q, const QTestArgs *a)
{
    intercept(q, a, false);
}
QTEST_COMMAND(irq_intercept_in, "PATH", "tell when inputs of that device move", intercept_in);

static void intercept_out(QTest *q, const QTestArgs *a)
{
    intercept(q, a, true);
}
QTEST_COMMAND(irq_intercept_out, "PATH", "tell when outputs of that device move", intercept_out);

static void set_irq_in(QTest *q, const QTestArgs *a)
{
    Device *dev = find_device(q, a->text[0]);

    if (!dev) {
        return;
    }
    if (strcmp(a->text[1], "unnamed-gpio-in") != 0) {
        qtest_fail(q, "%.40s: the lines are called unnamed-gpio-in", a->text[1]);
    } else if (a->num[2] >= (unsigned)dev->input_count) {
        qtest_fail(q, "line %s: the device has %d inputs", a->text[2], dev->input_count);
    } else {
        irq_set(device_irq_input(dev, a->num[2]), a->num[3]);
        qtest_done(q);
    }
}
QTEST_COMMAND(set_irq_in, "PATH NAME NUMBER LEVEL", "pull an input of a device (NAME is "
              "unnamed-gpio-in)", set_irq_in);
