/* SPDX-License-Identifier: MIT */
/* From row to type, from type to a live device, and back. */
#include "base/alloc.h"
#include "base/phase.h"
#include "qom/device_int.h"
#include "qom/module.h"

LINKSET_DECLARE(devices);

typedef struct Global {
    char *driver, *prop, *value;
    bool used;
    List link;
} Global;

static List globals = LIST_INIT(globals); /* in the order of the command line: later ones win */
static bool machine_running;

/* ---- rows ---- */

DeviceRows device_class_rows(ObjectClass *class)
{
    DeviceRows rows = {.n = 0}, up = {.n = 0};

    for (; class; class = object_class_get_parent(class)) {
        const DeviceInfo *row = ((DeviceClass *)class)->info;

        if (!row) {
            break; /* "device" itself */
        }
        /* A type without a row of its own has inherited the pointer of its parent. */
        if (!up.n || up.row[up.n - 1] != row) {
            assert(up.n < DEVICE_LEVELS);
            up.row[up.n++] = row;
        }
    }
    while (up.n) {
        rows.row[rows.n++] = up.row[--up.n];
    }
    return rows;
}

const char *device_bus_type(ObjectClass *class)
{
    DeviceRows rows = device_class_rows(class);
    const char *bus = NULL;

    for (unsigned i = 0; i < rows.n; i++) {
        bus = rows.row[i]->bus ? rows.row[i]->bus : bus;
    }
    return bus;
}

bool device_user_creatable(ObjectClass *class)
{
    const char *bus = device_bus_type(class);

    return !object_class_is_abstract(class) && ((DeviceClass *)class)->info &&
           !((DeviceClass *)class)->info->internal && (!bus || strcmp(bus, TYPE_SYSBUS));
}

const DeviceInfo *device_info(const Device *dev)
{
    return ((DeviceClass *)dev->obj.class)->info;
}

const void *device_ops(const Device *dev)
{
    DeviceRows rows = device_class_rows(dev->obj.class);

    while (rows.n) {
        if (rows.row[--rows.n]->ops) {
            return rows.row[rows.n]->ops;
        }
    }
    return NULL;
}

const char *device_name(const Device *dev)
{
    return dev->id ? dev->id : object_get_typename(&dev->obj);
}

/* ---- creation ---- */

static void offer_class(ObjectClass *class, void *opaque)
{
    nearest_offer(opaque, object_class_get_name(class));
}

Device *device_new(const char *name, Error **errp)
{
    ObjectClass *class = object_class_by_name(name);
    Nearest near;

    if (class && object_class_dynamic_cast(class, TYPE_DEVICE) &&
        !object_class_is_abstract(class)) {
        return (Device *)object_new(name);
    }
    nearest_init(&near, name);
    object_class_foreach(offer_class, TYPE_DEVICE, false, &near);
    if (nearest_get(&near) && strcmp(nearest_get(&near), name)) {
        err_set(errp, "there is no device type '%s'; did you mean '%s'?", name, nearest_get(&near));
    } else {
        err_set(errp, "there is no device type '%s'; '-device help' lists them", name);
    }
    return NULL;
}

/* Common properties say where the device stands: the one that can be set is "realized", whose time
 * has not come while options are still being read. */
static bool is_for_users(Device *dev, const char *name, Error **errp)
{
    const Property *p = object_property_find(&dev->obj, name);

    return !p || !device_is_common_prop(p) ||
           err_set(errp, "property '%s' of %s is not for users: devices become live "
                         "when their time comes", name, object_get_user_name(&dev->obj));
}

bool device_set_prop(Device *dev, const char *name, const char *text, Error **errp)
{
    if (!is_for_users(dev, name, errp) || !object_property_parse(&dev->obj, name, text, errp)) {
        if (dev->id) {
            err_prepend(errp, "%s: ", dev->id);
        }
        return false;
    }
    return true;
}

static void device_instance_init(Object *obj)
{
    Device *dev = (Device *)obj;
    DeviceRows rows = device_class_rows(obj->class);

    list_init(&dev->bus_link);
    list_init(&dev->buses);
    for (unsigned i = 0; i < rows.n; i++) {
        if (rows.row[i]->init) {
            rows.row[i]->init(dev);
        }
    }
}

static void device_instance_post_init(Object *obj)
{
    Device *dev = (Device *)obj;
    Global *g;

    LIST_FOREACH(g, &globals, link) {
        if (object_dynamic_cast(obj, g->driver)) {
            g->used = true;
            device_set_prop(dev, g->prop, g->value, dev->global_error ? NULL : &dev->global_error);
        }
    }
}

static void device_instance_finalize(Object *obj)
{
    Device *dev = (Device *)obj;
    DeviceRows rows = device_class_rows(obj->class);

    assert(!dev->realized);
    while (rows.n) {
        if (rows.row[--rows.n]->finalize) {
            rows.row[rows.n]->finalize(dev);
        }
    }
    err_free(dev->global_error);
    free(dev->inputs);
    free(dev->id);
}

/* ---- realize ---- */

static void unrealize_rows(Device *dev, const DeviceRows *rows, unsigned n)
{
    while (n) {
        if (rows->row[--n]->unrealize) {
            rows->row[n]->unrealize(dev);
        }
    }
}

static bool realize_rows(Device *dev, Error **errp)
{
    DeviceRows rows = device_class_rows(dev->obj.class);
    BusClass *bc = dev->bus ? (BusClass *)dev->bus->obj.class : NULL;

    for (unsigned i = 0; i < rows.n; i++) {
        if (rows.row[i]->realize && !rows.row[i]->realize(dev, errp)) {
            unrealize_rows(dev, &rows, i);
            return false;
        }
    }
    if (bc && bc->plug && !bc->plug(dev->bus, dev, errp)) {
        unrealize_rows(dev, &rows, rows.n);
        return false;
    }
    return true;
}

/* Is @bus where @dev belongs, and is there room? */
static bool bus_fits(Device *dev, Bus *bus, Error **errp)
{
    const char *need = device_bus_type(dev->obj.class), *name = device_name(dev);

    if (!need && bus) {
        return err_set(errp, "%s does not plug into a bus, so not into '%s'", name, bus->name);
    }
    if (need && !bus) {
        return err_set(errp, "%s needs a bus of type %s, and got none", name, need);
    }
    if (bus && !object_dynamic_cast(&bus->obj, need)) {
        return err_set(errp, "%s needs a bus of type %s, but '%s' is a %s", name, need, bus->name,
                       object_get_typename(&bus->obj));
    }
    if (bus && bus_is_full(bus)) {
        return err_set(errp, "%s: bus '%s' has no room for more than %u device%s", name, bus->name,
                       bus->max_children, bus->max_children == 1 ? "" : "s");
    }
    if (bus && machine_running && !bus->hotplug) {
        return err_set(errp, "Bus '%s' does not support hotplugging: %s cannot come while the "
                             "machine runs", bus->name, name);
    }
    return true;
}

static bool globals_were_right(const Device *dev, Error **errp)
{
    return !dev->global_error || err_set(errp, "-global: %s", err_msg(dev->global_error));
}

/* Make @dev live where it is: on its bus, if it has one. */
static bool realize_here(Device *dev, Error **errp)
{
    bool placed = false;

    if (!dev->obj.parent) {
        object_property_add_child(container_get("/machine/unattached"), "device[*]", dev);
        placed = true;
    }
    init_trace("device %s", object_get_typename(&dev->obj));
    dev->hotplugged = machine_running; /* realize may refuse because of that */
    if (!realize_rows(dev, errp)) {
        if (placed) {
            object_unparent(dev);
        }
        return false;
    }
    dev->realized = true;
    dev->obj.frozen = true;
    device_reset(dev);
    return true;
}

bool device_realize(Device *dev, Bus *bus, Error **errp)
{
    bool ok;

    if (dev->realized) {
        return err_set(errp, "%s is realized already", device_name(dev));
    }
    if (!globals_were_right(dev, errp) || !bus_fits(dev, bus, errp)) {
        return false;
    }
    object_ref(dev); /* a failing one may lose the tree's reference, its only one */
    if (bus) {
        bus_attach(bus, dev);
    }
    ok = object_property_set_bool(&dev->obj, "realized", true, errp);
    if (!ok && bus) {
        bus_detach(dev);
    }
    object_unref(dev);
    return ok;
}

bool device_realize_and_unref(Device *dev, Bus *bus, Error **errp)
{
    bool ok = device_realize(dev, bus, errp);

    object_unref(dev);
    return ok;
}

void device_unrealize(Device *dev)
{
    DeviceRows rows = device_class_rows(dev->obj.class);
    Bus *below;

    if (!dev->realized) {
        return;
    }
    object_ref(dev);
    LIST_FOREACH(below, &dev->buses, owner_link) {
        while (!list_empty(&below->children)) {
            device_unrealize(list_entry(below->children.next, Device, bus_link));
        }
    }
    if (dev->bus && ((BusClass *)dev->bus->obj.class)->unplug) {
        ((BusClass *)dev->bus->obj.class)->unplug(dev->bus, dev);
    }
    unrealize_rows(dev, &rows, rows.n);
    dev->realized = dev->obj.frozen = false;
    if (dev->bus) {
        bus_detach(dev);
    }
    object_unparent(dev);
    object_unref(dev);
}

bool device_set_realized(Device *dev, bool value, Error **errp)
{
    const char *need = device_bus_type(dev->obj.class);

    if (value == dev->realized) {
        return true;
    }
    if (value && !globals_were_right(dev, errp)) {
        return false;
    }
    if (value) {
        return need && !dev->bus ? device_realize(dev, bus_find_free(need), errp)
                                 : realize_here(dev, errp);
    }
    device_unrealize(dev);
    return true;
}

static bool get_realized(Object *obj, const Property *p, PropValue *v, Error **errp)
{
    v->u = ((Device *)obj)->realized;
    return true;
}

static bool set_realized(Object *obj, const Property *p, const PropValue *v, Error **errp)
{
    return device_set_realized((Device *)obj, v->u, errp);
}

static bool get_parent_bus(Object *obj, const Property *p, PropValue *v, Error **errp)
{
    v->obj = (Object *)((Device *)obj)->bus;
    return true;
}

static bool get_hotplugged(Object *obj, const Property *p, PropValue *v, Error **errp)
{
    v->u = ((Device *)obj)->hotplugged;
    return true;
}

static bool get_hotpluggable(Object *obj, const Property *p, PropValue *v, Error **errp)
{
    const Bus *bus = ((Device *)obj)->bus;

    v->u = !bus || bus->hotplug;
    return true;
}

/* What every device has, and what says nothing about how this one is made. */
static const Property common_props[] = {
    {.name = "parent_bus",
     .kind = PROP_KIND_LINK,
     .target = TYPE_BUS,
     .get = get_parent_bus,
     .help = "where it is plugged in"},
    {.name = "realized",
     .kind = PROP_KIND_BOOL,
     .live = true,
     .get = get_realized,
     .set = set_realized,
     .help = "the device is live"},
    PROP_FN("hotplugged", PROP_KIND_BOOL, get_hotplugged, NULL, "it came while the machine ran"),
    PROP_FN("hotpluggable", PROP_KIND_BOOL, get_hotpluggable, NULL, "it can come and go"),
    {.name = NULL},
};

bool device_is_common_prop(const Property *p)
{
    for (const Property *c = common_props; c->name; c++) {
        if (!strcmp(c->name, p->name)) {
            return true;
        }
    }
    return false;
}

void device_set_machine_running(bool running)
{
    machine_running = running;
}

bool device_machine_running(void)
{
    return machine_running;
}

/* ---- reset ---- */

void device_reset(Device *dev)
{
    DeviceRows rows = device_class_rows(dev->obj.class);

    for (unsigned i = 0; i < rows.n; i++) {
        if (rows.row[i]->reset) {
            rows.row[i]->reset(dev);
        }
    }
}

void device_cold_reset(Device *dev)
{
    Bus *below;

    LIST_FOREACH(below, &dev->buses, owner_link) {
        bus_cold_reset(below);
    }
    device_reset(dev);
}

/* ---- -global ---- */

void device_add_global(const char *driver, const char *prop, const char *value)
{
    Global *g = xnew(Global);

    g->driver = xstrdup(driver);
    g->prop = xstrdup(prop);
    g->value = xstrdup(value);
    list_push_back(&globals, &g->link);
}

bool device_parse_global(const char *text, Error **errp)
{
    const char *dot = strchr(text, '.'), *eq = dot ? strchr(dot, '=') : NULL;
    char *driver, *prop;

    if (!eq || dot == text || eq == dot + 1) {
        return err_set(errp, "-global %s: write DRIVER.PROPERTY=VALUE", text);
    }
    driver = xasprintf("%.*s", (int)(dot - text), text);
    prop = xasprintf("%.*s", (int)(eq - dot - 1), dot + 1);
    device_add_global(driver, prop, eq + 1);
    free(driver);
    free(prop);
    return true;
}

void device_warn_unused_globals(void)
{
    Global *g;

    LIST_FOREACH(g, &globals, link) {
        if (!g->used) {
            warn_report("-global %s.%s=%s has no effect: no such device was made", g->driver,
                        g->prop, g->value);
        }
    }
}

void device_clear_globals(void)
{
    Global *g, *next;

    LIST_FOREACH_SAFE(g, next, &globals, link) {
        list_remove(&g->link);
        free(g->driver);
        free(g->prop);
        free(g->value);
        free(g);
    }
}

/* ---- registration ---- */

static void device_class_init(ObjectClass *class, const void *data)
{
    object_class_add_properties(class, common_props);
}

static void row_class_init(ObjectClass *class, const void *data)
{
    const DeviceInfo *row = data;

    ((DeviceClass *)class)->info = row;
    class->user_name = row->user_name;
    if (row->props) {
        object_class_add_properties(class, row->props);
    }
}

static const TypeInfo device_type = {
    .name = TYPE_DEVICE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Device),
    .class_size = sizeof(DeviceClass),
    .abstract = true,
    .instance_init = device_instance_init,
    .instance_post_init = device_instance_post_init,
    .instance_finalize = device_instance_finalize,
    .class_init = device_class_init,
};

/* One TypeInfo for each row of the linker set; they live as long as the program. */
static void register_devices(void)
{
    static TypeInfo *infos;
    size_t n = 0;

    type_register_static(&device_type);
    LINKSET_FOREACH(r, devices) {
        n++;
    }
    infos = xnew_n(TypeInfo, n + 1);
    LINKSET_FOREACH(r, devices) {
        const DeviceInfo *row = r->row;

        *infos = (TypeInfo){.name = row->name,
                            .parent = row->parent ? row->parent : TYPE_DEVICE,
                            .instance_size = row->instance_size,
                            .abstract = row->abstract,
                            .class_init = row_class_init,
                            .class_data = row};
        type_register_static(infos++);
    }
}
type_init(register_devices);
