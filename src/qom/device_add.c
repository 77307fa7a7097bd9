/* SPDX-License-Identifier: MIT */
/* -device: devices that the user asks for by name, and the lists that help to ask. */
#include "base/alloc.h"
#include "qom/device_int.h"
#include <ctype.h>

static const char *category(const DeviceInfo *row)
{
    return row->category ? row->category : "misc";
}

/* ---- help ---- */

static void print_line(ObjectClass *class, void *opaque)
{
    const DeviceInfo *row = ((DeviceClass *)class)->info;
    const char *bus = device_bus_type(class);

    fprintf(opaque, "name \"%s\"", row->name);
    if (bus) {
        fprintf(opaque, ", bus %s", bus);
    }
    fprintf(opaque, ", desc \"%s\"\n", row->summary ? row->summary : "");
}

typedef struct HelpPass {
    FILE *out;
    const char *after, *next; /* the category printed last; the one to print, which follows it */
    bool print;
} HelpPass;

static void help_class(ObjectClass *class, void *opaque)
{
    HelpPass *h = opaque;
    const char *c;

    if (!device_user_creatable(class)) {
        return;
    }
    c = category(((DeviceClass *)class)->info);
    if (h->print && !strcmp(c, h->next)) {
        print_line(class, h->out);
    } else if (!h->print && strcmp(c, h->after) > 0 && (!h->next || strcmp(c, h->next) < 0)) {
        h->next = c;
    }
}

/* Categories in alphabetical order, and the devices of each in the order of their names. */
void device_help(FILE *out)
{
    HelpPass h = {.out = out, .after = ""};

    for (;;) {
        h.next = NULL;
        h.print = false;
        object_class_foreach(help_class, TYPE_DEVICE, false, &h);
        if (!h.next) {
            return;
        }
        fprintf(out, "%s%c%s devices:\n", *h.after ? "\n" : "", toupper(*h.next), h.next + 1);
        h.print = true;
        object_class_foreach(help_class, TYPE_DEVICE, false, &h);
        h.after = h.next;
    }
}

static void print_prop(ObjectClass *class, const Property *p, void *opaque)
{
    Str type = {0};
    char *left;

    if (device_is_common_prop(p)) {
        return;
    }
    prop_type_name(p, NULL, &type);
    left = xasprintf("%s=<%s>", p->name, str_get(&type));
    fprintf(opaque, "  %-28s - %s", left, p->help ? p->help : "");
    if (p->kind == PROP_KIND_BOOL && !p->get) {
        fprintf(opaque, " (default: %s)", p->def ? "on" : "off");
    } else if (p->kind <= PROP_KIND_SIZE && !p->get) {
        fprintf(opaque, " (default: %" PRIu64 ")", p->def);
    }
    fputs(p->required ? " (required)\n" : "\n", opaque);
    free(left);
    str_free(&type);
}

static void offer_creatable(ObjectClass *class, void *opaque)
{
    if (device_user_creatable(class)) {
        nearest_offer(opaque, object_class_get_name(class));
    }
}

/* The class of a device that may be written behind -device. */
static ObjectClass *user_class(const char *name, Error **errp)
{
    ObjectClass *class = object_class_by_name(name);
    Nearest near;

    if (!class || !object_class_dynamic_cast(class, TYPE_DEVICE) ||
        object_class_is_abstract(class)) {
        nearest_init(&near, name);
        object_class_foreach(offer_creatable, TYPE_DEVICE, false, &near);
        if (nearest_get(&near)) {
            err_set(errp, "'%s' is not a valid device model name; did you mean '%s'?", name,
                    nearest_get(&near));
        } else {
            err_set(errp, "'%s' is not a valid device model name; '-device help' lists them",
                    name);
        }
        return NULL;
    }
    return class;
}

bool device_help_props(const char *name, FILE *out, Error **errp)
{
    ObjectClass *class = user_class(name, errp);

    if (!class) {
        return false;
    }
    fprintf(out, "%s options:\n", name);
    object_class_property_foreach(class, print_prop, out);
    return true;
}

/* ---- -device ---- */

Device *device_find(const char *id)
{
    char *path = xasprintf("/machine/peripheral/%s", id);
    Object *obj = strchr(id, '/') ? NULL : object_resolve_path(path);

    free(path);
    return (Device *)object_dynamic_cast(obj, TYPE_DEVICE);
}

static bool check_id(const char *id, Error **errp)
{
    bool ok = isalpha((unsigned char)*id);

    for (const char *p = id; *p; p++) {
        ok = ok && (isalnum((unsigned char)*p) || strchr("-._", *p));
    }
    if (!ok) {
        return err_set(errp, "Parameter 'id' expects an identifier, not '%s': it must begin with "
                             "a letter and have only letters, digits, '-', '.' and '_'", id);
    }
    return !device_find(id) || err_set(errp, "id '%s' is taken by another device", id);
}

static bool find_bus(ObjectClass *class, const char *name, Bus **bus, Error **errp)
{
    const char *need = device_bus_type(class), *type = object_class_get_name(class);
    Nearest near;

    *bus = name ? bus_find(name) : need ? bus_find_free(need) : NULL;
    if (*bus || (!name && !need)) {
        return true;
    }
    if (name) {
        nearest_init(&near, name);
        bus_offer_names(&near);
        return nearest_get(&near)
                   ? err_set(errp, "Bus '%s' not found; did you mean '%s'?", name,
                             nearest_get(&near))
                   : err_set(errp, "Bus '%s' not found; 'info qtree' lists them", name);
    }
    return bus_exists(need)
               ? err_set(errp, "every bus of type %s is full", need)
               : err_set(errp, "%s needs a bus of type %s, and this machine has none", type, need);
}

/* Every key that is left is a property. */
static bool set_props(Device *dev, KeyVals *opts, Error **errp)
{
    KeyVal *e;

    LIST_FOREACH(e, &opts->list, link) {
        if (!e->used) {
            if (!device_set_prop(dev, e->key, e->value, errp)) {
                return false;
            }
            e->used = true;
        }
    }
    return true;
}

Device *device_add(KeyVals *opts, Error **errp)
{
    const char *type = keyval_get(opts, "driver"), *id = keyval_get(opts, "id");
    const char *bus_name = keyval_get(opts, "bus");
    ObjectClass *class = type ? user_class(type, errp) : NULL;
    bool ok;
    Device *dev;
    Bus *bus;

    if (!type) {
        err_set(errp, "-device needs the name of a device; '-device help' lists them");
        return NULL;
    }
    if (class && !device_user_creatable(class)) {
        err_set(errp, "Parameter 'driver' expects a pluggable device type: %s is part of a board",
                type);
        class = NULL;
    }
    if (!class || (id && !check_id(id, errp)) || !find_bus(class, bus_name, &bus, errp)) {
        keyval_blame(opts, errp);
        return NULL;
    }
    dev = (Device *)object_new(type);
    dev->id = xstrdup(id);
    object_property_add_child(
        container_get(id ? "/machine/peripheral" : "/machine/peripheral-anon"),
        id ? id : "device[*]", dev);
    ok = set_props(dev, opts, errp) && device_realize(dev, bus, errp);
    if (!ok) {
        keyval_blame(opts, errp);
        object_unparent(dev);
    }
    object_unref(dev); /* when it worked, the tree keeps it */
    return ok ? dev : NULL;
}

bool device_del(const char *id, Error **errp)
{
    Device *dev = device_find(id);

    if (!dev) {
        return err_set(errp, "Device '%s' not found", id);
    }
    if (device_machine_running() && !(dev->bus && dev->bus->hotplug)) {
        return err_set(errp, "Bus '%s' does not support hotplugging: '%s' cannot be removed while "
                             "the machine runs", dev->bus ? dev->bus->name : "(none)", id);
    }
    device_unrealize(dev);
    return true;
}
