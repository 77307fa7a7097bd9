/* SPDX-License-Identifier: MIT */
/* Buses: what devices plug into.  The system bus is the root; devices on it may offer buses of
 * their own. */
#include "base/alloc.h"
#include "qom/device_int.h"
#include "qom/module.h"

static Bus *root; /* the system bus */

static void bus_instance_init(Object *obj)
{
    Bus *bus = (Bus *)obj;

    list_init(&bus->children);
    list_init(&bus->owner_link);
    ((BusClass *)obj->class)->count++;
}

static void bus_instance_finalize(Object *obj)
{
    Bus *bus = (Bus *)obj;
    BusClass *bc = (BusClass *)obj->class;

    assert(list_empty(&bus->children)); /* each of them holds a reference to us through bus_fini */
    if (--bc->count == 0) {
        bc->next_number = 0; /* the next machine's buses have the same names */
    }
    free(bus->name);
}

static void bus_setup(Bus *bus, const char *name)
{
    BusClass *bc = OBJECT_GET_CLASS(BusClass, bus, TYPE_BUS);

    bus->name = name ? xstrdup(name)
                     : xasprintf("%s.%u", object_get_typename(&bus->obj), bc->next_number++);
}

void bus_init(Bus *bus, size_t size, const char *type, Device *owner, const char *name)
{
    object_initialize(bus, size, type);
    bus_setup(bus, name);
    bus->owner = owner;
    list_push_back(&owner->buses, &bus->owner_link);
    object_property_add_child(&owner->obj, bus->name, bus);
}

static void unrealize_children(Bus *bus)
{
    while (!list_empty(&bus->children)) {
        device_unrealize(list_entry(bus->children.next, Device, bus_link));
    }
}

void bus_fini(Bus *bus)
{
    unrealize_children(bus);
    list_remove(&bus->owner_link);
    object_unparent(bus);
    object_unref(bus);
}

void bus_attach(Bus *bus, Device *dev)
{
    object_ref(dev);
    dev->bus = bus;
    list_push_front(&bus->children, &dev->bus_link);
    bus->child_count++;
}

void bus_detach(Device *dev)
{
    list_remove(&dev->bus_link);
    dev->bus->child_count--;
    dev->bus = NULL;
    object_unref(dev);
}

bool bus_is_full(const Bus *bus)
{
    return bus->max_children && bus->child_count >= bus->max_children;
}

/* ---- the whole tree ---- */

Bus *system_bus(void)
{
    if (!root) {
        root = (Bus *)object_new(TYPE_SYSBUS);
        bus_setup(root, "main-system-bus");
    }
    return root;
}

static void keep(Device *dev, void *opaque)
{
    Str *kept = opaque;

    object_ref(dev);
    str_append_n(kept, (const char *)&dev, sizeof(dev));
}

/* Nothing is freed before everything is unrealized: a device may still lower a line of another
 * one. */
void system_bus_destroy(void)
{
    Str kept = {0};
    Device *dev;

    if (!root) {
        return;
    }
    bus_walk(root, keep, &kept);
    unrealize_children(root);
    for (size_t i = 0; i < kept.len; i += sizeof(dev)) {
        memcpy(&dev, kept.s + i, sizeof(dev));
        object_unref(dev);
    }
    str_free(&kept);
    object_unparent(root);
    object_unref(root);
    root = NULL;
}

void bus_walk(Bus *bus, void (*fn)(Device *dev, void *opaque), void *opaque)
{
    Device *dev, *next;
    Bus *below;

    LIST_FOREACH_SAFE(dev, next, &bus->children, bus_link) {
        LIST_FOREACH(below, &dev->buses, owner_link) {
            bus_walk(below, fn, opaque);
        }
        fn(dev, opaque);
    }
}

static void reset_one(Device *dev, void *opaque)
{
    device_reset(dev);
}

void bus_cold_reset(Bus *bus)
{
    bus_walk(bus, reset_one, NULL);
}

/* The first bus, at or below @bus, that @wanted accepts. */
static Bus *search(Bus *bus, bool (*wanted)(Bus *bus, void *opaque), void *opaque)
{
    Device *dev;
    Bus *below, *found;

    if (wanted(bus, opaque)) {
        return bus;
    }
    LIST_FOREACH(dev, &bus->children, bus_link) {
        LIST_FOREACH(below, &dev->buses, owner_link) {
            found = search(below, wanted, opaque);
            if (found) {
                return found;
            }
        }
    }
    return NULL;
}

static bool has_name(Bus *bus, void *opaque)
{
    return !strcmp(bus->name, opaque);
}

static bool is_free(Bus *bus, void *opaque)
{
    return object_dynamic_cast(&bus->obj, opaque) && !bus_is_full(bus);
}

static bool is_of_type(Bus *bus, void *opaque)
{
    return object_dynamic_cast(&bus->obj, opaque) != NULL;
}

static bool offer_name(Bus *bus, void *opaque)
{
    nearest_offer(opaque, bus->name);
    return false;
}

Bus *bus_find(const char *name)
{
    return search(system_bus(), has_name, (void *)name);
}

Bus *bus_find_free(const char *type)
{
    return search(system_bus(), is_free, (void *)type);
}

bool bus_exists(const char *type)
{
    return search(system_bus(), is_of_type, (void *)type) != NULL;
}

void bus_offer_names(Nearest *near)
{
    search(system_bus(), offer_name, near);
}

/* ---- "info qtree" ---- */

typedef struct QtreePrint {
    unsigned indent;
    Str *out;
} QtreePrint;

/* As users would write it; numbers in both notations, strings in quotes. */
static void print_property(Object *obj, const Property *p, void *opaque)
{
    QtreePrint *q = opaque;
    PropValue v;
    char *text;

    if (p->kind == PROP_KIND_CHILD || device_is_common_prop(p) ||
        !object_property_get(obj, p->name, &v, NULL)) {
        return;
    }
    str_printf(q->out, "%*s%s = ", (int)q->indent, "", p->name);
    if (p->kind == PROP_KIND_BOOL) {
        str_append(q->out, v.u ? "true\n" : "false\n");
    } else if (p->kind == PROP_KIND_SIZE) {
        str_printf(q->out, "%" PRIu64 " (", v.u);
        str_append_size(q->out, v.u);
        str_append(q->out, ")\n");
    } else if (p->kind < PROP_KIND_SIZE) {
        str_printf(q->out, "%" PRIu64 " (0x%" PRIx64 ")\n", v.u, v.u);
    } else {
        text = object_property_print(obj, p->name, NULL);
        str_printf(q->out, "\"%s\"\n", text ? text : "");
        free(text);
    }
}

/* One output is the device's interrupt; of an array that has room for any board, those count that
 * this one has connected. */
static void print_lines(Device *dev, unsigned indent, Str *out)
{
    unsigned room = device_info(dev)->irq_count, used = 0;

    for (unsigned n = 0; n < room; n++) {
        used += device_irq_output(dev, n) != NULL;
    }
    if (dev->input_count) {
        str_printf(out, "%*sgpio-in \"\" %d\n", (int)indent, "", dev->input_count);
    }
    if (room == 1) {
        str_printf(out, "%*sgpio-out \"sysbus-irq\" 1\n", (int)indent, "");
    } else if (room) {
        str_printf(out, "%*sgpio-out \"\" %u\n", (int)indent, "", used);
    }
}

void bus_print_tree(Bus *bus, unsigned indent, Str *out,
                    void (*more)(Device *dev, unsigned indent, Str *out))
{
    Device *dev;
    Bus *below;

    str_printf(out, "%*sbus: %s\n", (int)indent, "", bus->name);
    str_printf(out, "%*stype %s\n", (int)indent + 2, "", object_get_typename(&bus->obj));
    LIST_FOREACH(dev, &bus->children, bus_link) {
        QtreePrint q = {indent + 4, out};

        str_printf(out, "%*sdev: %s, id \"%s\"\n", (int)indent + 2, "",
                   object_get_typename(&dev->obj), dev->id ? dev->id : "");
        print_lines(dev, indent + 4, out);
        object_property_foreach(&dev->obj, print_property, &q);
        if (more) {
            more(dev, indent + 4, out);
        }
        LIST_FOREACH(below, &dev->buses, owner_link) {
            bus_print_tree(below, indent + 4, out, more);
        }
    }
}

static const TypeInfo bus_type = {
    .name = TYPE_BUS,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Bus),
    .class_size = sizeof(BusClass),
    .abstract = true,
    .instance_init = bus_instance_init,
    .instance_finalize = bus_instance_finalize,
};

static void register_bus(void)
{
    type_register_static(&bus_type);
}
type_init(register_bus);
