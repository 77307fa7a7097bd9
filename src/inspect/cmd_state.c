/* SPDX-License-Identifier: MIT */
/* "info state": the fields that a device's row lists as its saved state are all that the device is
 * made of, and reading them has no side effect, other than reading its registers. */
#include "base/alloc.h"
#include "inspect/monitor.h"
#include "qom/device.h"

static uint64_t element(const void *base, const StateField *f, unsigned i)
{
    uint64_t v = 0;

    memcpy(&v, (const uint8_t *)base + f->offset + i * f->elem, f->elem);
    return v;
}

static bool all_equal(const void *base, const StateField *f, uint64_t v)
{
    for (unsigned i = 0; i < f->size / f->elem; i++) {
        if (element(base, f, i) != v) {
            return false;
        }
    }
    return true;
}

static void print_field(Str *out, const char *prefix, const void *base, const StateField *f)
{
    unsigned count = f->size / f->elem;
    uint64_t first = element(base, f, 0);

    str_printf(out, "    %s%s = %#" PRIx64, prefix, f->name, first);
    if (count > 1 && all_equal(base, f, first)) {
        str_printf(out, " (%u times)", count);
    } else {
        for (unsigned i = 1; i < count; i++) {
            str_printf(out, " %#" PRIx64, element(base, f, i));
        }
    }
    str_append(out, "\n");
}

static bool is_zero(const void *base, const StateField *f)
{
    for (; f->name; f++) {
        if (!all_equal(base, f, 0)) {
            return false;
        }
    }
    return true;
}

/* Elements that are zero throughout, such as contexts that nobody has set up, are left out. */
static void print_nested(Str *out, const Device *dev, const StateNested *n)
{
    char prefix[80];

    for (size_t i = 0; i < n->count; i++) {
        const uint8_t *base = (const uint8_t *)dev + n->offset + i * n->stride;

        snprintf(prefix, sizeof(prefix), "%s[%zu].", n->name, i);
        for (const StateField *f = n->fields; f->name && !is_zero(base, n->fields); f++) {
            print_field(out, prefix, base, f);
        }
    }
}

static void print_device(Device *dev, void *opaque)
{
    char *path = object_get_path(&dev->obj);
    Str *out = opaque;

    str_printf(out, "%s (%s)\n", path ? path : "?", object_get_typename(&dev->obj));
    free(path);
    for (ObjectClass *c = dev->obj.class; c && object_class_dynamic_cast(c, TYPE_DEVICE);
         c = object_class_get_parent(c)) {
        const DeviceInfo *info = ((DeviceClass *)c)->info;

        for (const StateField *f = info ? info->state : NULL; f && f->name; f++) {
            print_field(out, "", dev, f);
        }
        for (const StateNested *n = info ? info->nested : NULL; n && n->name; n++) {
            print_nested(out, dev, n);
        }
    }
}

static void info_state(Monitor *mon, const CommandArgs *args)
{
    const char *path = arg_str(args, "device");
    Object *obj = path ? object_resolve_path(path) : NULL;
    Device *dev = path ? device_find(path) : NULL;
    Str text = {0};

    dev = dev ? dev : (Device *)object_dynamic_cast(obj, TYPE_DEVICE);
    if (path && !dev) {
        monitor_printf(mon, "Error: there is no device '%s'\n", path);
        return;
    }
    if (dev) {
        print_device(dev, &text);
    } else {
        bus_walk(system_bus(), print_device, &text);
    }
    monitor_puts(mon, str_get(&text));
    str_free(&text);
}
COMMAND(info_state, "info state", "device:p?", "the registers of devices, read without side "
        "effects", info_state);
