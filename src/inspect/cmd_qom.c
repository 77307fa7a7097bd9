/* SPDX-License-Identifier: MIT */
/* Objects and devices by name: qom-list, qom-get, qom-set, device_add, device_del; in both
 * monitors. */
#include "base/alloc.h"
#include "inspect/monitor.h"
#include "inspect/qmp.h"
#include "qom/device.h"

/* ---- shared ---- */

static Object *find_object(const char *path, Error **errp)
{
    Object *obj = object_resolve_path(path);

    if (!obj) {
        err_set(errp, "Device '%s' not found", path);
    }
    return obj;
}

/* The row of a property; the error says what QEMU's clients look for, and then what would do. */
static const Property *find_property(Object *obj, const char *name, Error **errp)
{
    const Property *p = object_property_find(obj, name);
    PropValue unused;
    Error *hint = NULL;

    if (!p) {
        object_property_get(obj, name, &unused, &hint);
        err_set(errp, "Property '%s.%s' not found: %s", object_get_typename(obj), name,
                err_msg(hint));
        err_free(hint);
    }
    return p;
}

/* The property as JSON. */
static bool get_property(const char *path, const char *name, Str *out, Error **errp)
{
    Object *obj = find_object(path, errp);
    PropValue v;
    char *target;

    if (obj && !strcmp(name, "type")) {
        json_write_string(out, object_get_typename(obj));
        return true;
    }
    if (!obj || !find_property(obj, name, errp) || !object_property_get(obj, name, &v, errp)) {
        return false;
    }
    if (v.kind == PROP_KIND_BOOL) {
        str_append(out, v.u ? "true" : "false");
    } else if (v.kind <= PROP_KIND_SIZE) {
        str_printf(out, "%" PRIu64, v.u);
    } else if (v.kind == PROP_KIND_LINK || v.kind == PROP_KIND_CHILD) {
        target = v.obj ? object_get_path(v.obj) : NULL;
        json_write_string(out, target);
        free(target);
    } else {
        json_write_string(out, v.s);
    }
    return true;
}

static bool set_property(const char *path, const char *name, const char *text, Error **errp)
{
    Object *obj = find_object(path, errp);
    const Property *p = obj && strcmp(name, "type") ? find_property(obj, name, errp) : NULL;
    const char *id;

    if (!obj || (!p && strcmp(name, "type"))) {
        return false;
    }
    if (!p || p->kind == PROP_KIND_CHILD || (p->get && !p->set)) {
        return err_set(errp, "Property '%s.%s' is not writable", object_get_typename(obj), name);
    }
    if (!strcmp(name, "realized")) {
        return err_set(errp, "devices come and go by device_add and device_del");
    }
    if (obj->frozen && !p->live && object_dynamic_cast(obj, TYPE_DEVICE)) {
        id = ((Device *)obj)->id;
        return err_set(errp, "Attempt to set property '%s' on %s%s%s (type '%s') after it was "
                             "realized", name, id ? "device '" : "anonymous device", id ? id : "",
                       id ? "'" : "", object_get_typename(obj));
    }
    return object_property_parse(obj, name, text, errp);
}

static bool add_device(KeyVals *opts, Error **errp)
{
    bool ok;

    if (!opts) {
        return false;
    }
    opts->what[0] = '\0'; /* who typed the command knows what it said */
    ok = device_add(opts, errp);
    keyval_free(opts);
    return ok;
}

/* ---- the text monitor ---- */

static void qom_list(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;
    Object *obj;
    Str text = {0};

    if (!arg_given(args, "path")) {
        monitor_puts(mon, "/\n");
        return;
    }
    obj = find_object(arg_str(args, "path"), &err);
    if (obj) {
        object_print_properties(obj, &text);
        monitor_puts(mon, str_get(&text));
        str_free(&text);
    } else {
        monitor_error(mon, err);
    }
}
COMMAND(qom_list, "qom-list", "path:p?", "the properties of an object", qom_list);

static void qom_get(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;
    Str value = {0};

    if (get_property(arg_str(args, "path"), arg_str(args, "property"), &value, &err)) {
        monitor_printf(mon, "%s\n", str_get(&value));
    } else {
        monitor_error(mon, err);
    }
    str_free(&value);
}
COMMAND(qom_get, "qom-get", "path:p,property:s", "the value of a property", qom_get);

static void qom_set(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!set_property(arg_str(args, "path"), arg_str(args, "property"), arg_str(args, "value"),
                      &err)) {
        monitor_error(mon, err);
    }
}
COMMAND(qom_set, "qom-set", "path:p,property:s,value:s", "change a property", qom_set);

static void do_device_add(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!add_device(keyval_parse("device_add", arg_str(args, "device"), "driver", &err), &err)) {
        monitor_error(mon, err);
    }
}
COMMAND(device_add, "device_add", "device:r", "add a device, written as for -device",
        do_device_add);

static void do_device_del(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (!device_del(arg_str(args, "id"), &err)) {
        monitor_error(mon, err);
    }
}
COMMAND(device_del, "device_del", "id:d", "remove a device", do_device_del);

/* ---- QMP ---- */

static bool object_found(QmpCall *call, Error **errp)
{
    if (!object_resolve_path(qmp_str(call, "path"))) {
        call->error_class = "DeviceNotFound";
        return find_object(qmp_str(call, "path"), errp);
    }
    return true;
}

static void list_property(Object *obj, const Property *p, void *opaque)
{
    PropValue v;
    Object *child = NULL;
    Str type = {0}, *ret = opaque;

    if (p->kind == PROP_KIND_CHILD && object_property_get(obj, p->name, &v, NULL)) {
        child = v.obj;
    }
    prop_type_name(p, child, &type);
    qmp_item(ret);
    str_append(ret, "{\"name\": ");
    json_write_string(ret, p->name);
    str_append(ret, ", \"type\": ");
    json_write_string(ret, str_get(&type));
    str_append(ret, "}");
    str_free(&type);
}

static bool qmp_qom_list(QmpCall *call, Error **errp)
{
    if (!object_found(call, errp)) {
        return false;
    }
    str_append(&call->ret, "[{\"name\": \"type\", \"type\": \"string\"}");
    object_property_foreach(object_resolve_path(qmp_str(call, "path")), list_property, &call->ret);
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(qom_list, "qom-list", "path:s", "the properties of an object", qmp_qom_list);

static bool qmp_qom_get(QmpCall *call, Error **errp)
{
    return object_found(call, errp) &&
           get_property(qmp_str(call, "path"), qmp_str(call, "property"), &call->ret, errp);
}
QMP_COMMAND(qom_get, "qom-get", "path:s,property:s", "the value of a property", qmp_qom_get);

/* A JSON value as the user would have written it. */
static char *as_text(const Json *j)
{
    Str text = {0};

    if (j->type == JSON_STRING) {
        return xstrdup(j->s);
    }
    json_write(&text, j);
    return text.s;
}

static bool qmp_qom_set(QmpCall *call, Error **errp)
{
    const Json *value = json_get(call->args, "value");
    Object *obj = object_found(call, errp) ? object_resolve_path(qmp_str(call, "path")) : NULL;
    const Property *p = obj ? object_property_find(obj, qmp_str(call, "property")) : NULL;
    JsonType want = !p ? value->type : p->kind == PROP_KIND_BOOL ? JSON_BOOL
                    : p->kind <= PROP_KIND_SIZE ? JSON_INT : JSON_STRING;
    char *text;
    bool ok;

    if (!obj) {
        return false;
    }
    if (value->type != want && !obj->frozen) {
        return err_set(errp, "Invalid parameter type for '%s', expected: %s", p->name,
                       want == JSON_BOOL ? "boolean" : want == JSON_INT ? "integer" : "string");
    }
    text = as_text(value);
    ok = set_property(qmp_str(call, "path"), qmp_str(call, "property"), text, errp);
    free(text);
    return ok;
}
QMP_COMMAND(qom_set, "qom-set", "path:s,property:s,value:v", "change a property", qmp_qom_set);

static void list_type(ObjectClass *class, void *opaque)
{
    ObjectClass *parent = object_class_get_parent(class);
    Str *ret = opaque;

    qmp_item(ret);
    str_printf(ret, "{\"name\": \"%s\"", object_class_get_name(class));
    if (object_class_is_abstract(class)) {
        str_append(ret, ", \"abstract\": true");
    }
    if (parent) {
        str_printf(ret, ", \"parent\": \"%s\"", object_class_get_name(parent));
    }
    str_append(ret, "}");
}

static bool qom_list_types(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "[");
    object_class_foreach(list_type, qmp_str(call, "implements"), qmp_bool(call, "abstract"),
                         &call->ret);
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(qom_list_types, "qom-list-types", "implements:s?,abstract:b?", "all types",
            qom_list_types);

static void list_device_property(ObjectClass *class, const Property *p, void *opaque)
{
    Str type = {0}, *ret = opaque;

    if (device_is_common_prop(p)) {
        return;
    }
    prop_type_name(p, NULL, &type);
    qmp_item(ret);
    str_append(ret, "{");
    if (p->kind <= PROP_KIND_SIZE && !p->get) {
        str_printf(ret, "\"default-value\": ");
        str_printf(ret, p->kind == PROP_KIND_BOOL ? "%s, " : "%s%" PRIu64 ", ",
                   p->kind != PROP_KIND_BOOL ? "" : p->def ? "true" : "false", p->def);
    }
    str_printf(ret, "\"name\": \"%s\", \"description\": ", p->name);
    json_write_string(ret, p->help);
    str_append(ret, ", \"type\": ");
    json_write_string(ret, str_get(&type));
    str_append(ret, "}");
    str_free(&type);
}

static bool device_list_properties(QmpCall *call, Error **errp)
{
    ObjectClass *class = object_class_by_name(qmp_str(call, "typename"));

    if (!class) {
        call->error_class = "DeviceNotFound";
        return err_set(errp, "Device '%s' not found", qmp_str(call, "typename"));
    }
    if (object_class_is_abstract(class) || !object_class_dynamic_cast(class, TYPE_DEVICE)) {
        return err_set(errp, "Parameter 'typename' expects a non-abstract device type");
    }
    str_append(&call->ret, "[");
    object_class_property_foreach(class, list_device_property, &call->ret);
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(device_list_properties, "device-list-properties", "typename:s",
            "what can be set in a device", device_list_properties);

static bool qmp_device_add(QmpCall *call, Error **errp)
{
    KeyVals *opts = keyval_parse("device_add", "", NULL, errp);

    for (size_t i = 0; i < call->args->count; i++) {
        char *text = as_text(call->args->item[i]);

        keyval_set(opts, call->args->key[i], text);
        free(text);
    }
    return add_device(opts, errp);
}
QMP_COMMAND(device_add, "device_add", "driver:s,properties:*", "add a device", qmp_device_add);

static bool qmp_device_del(QmpCall *call, Error **errp)
{
    if (!device_find(qmp_str(call, "id"))) {
        call->error_class = "DeviceNotFound";
        return err_set(errp, "Device '%s' not found", qmp_str(call, "id"));
    }
    return device_del(qmp_str(call, "id"), errp);
}
QMP_COMMAND(device_del, "device_del", "id:s", "remove a device", qmp_device_del);
