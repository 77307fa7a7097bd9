/* SPDX-License-Identifier: MIT */
/* -object: make, set properties, complete, put at /objects/ID. */
#include "qom/user_creatable.h"

#include "base/alloc.h"
#include "qom/module.h"
#include "qom/property.h"

static void offer(ObjectClass *class, void *opaque)
{
    nearest_offer(opaque, object_class_get_name(class));
}

static ObjectClass *creatable_class(const char *type, Error **errp)
{
    ObjectClass *class = object_class_by_name(type);
    Nearest near;

    if (class && !object_class_is_abstract(class) &&
        object_class_dynamic_cast(class, TYPE_USER_CREATABLE)) {
        return class;
    }
    nearest_init(&near, type);
    object_class_foreach(offer, TYPE_USER_CREATABLE, false, &near);
    if (nearest_get(&near)) {
        err_set(errp, "-object %s: no such object; did you mean '%s'?", type, nearest_get(&near));
    } else {
        err_set(errp, "-object %s: no such object; '-object help' lists them", type);
    }
    return NULL;
}

static UserCreatableClass *interface_of(Object *obj)
{
    return (UserCreatableClass *)object_class_dynamic_cast(obj->class, TYPE_USER_CREATABLE);
}

Object *user_creatable_find(const char *id)
{
    char *path = xasprintf("/objects/%s", id);
    Object *obj = strchr(id, '/') ? NULL : object_resolve_path(path);

    free(path);
    return obj;
}

static bool check_id(const char *type, const char *id, Error **errp)
{
    if (!id || !*id) {
        return err_set(errp, "-object %s: give it a name with id=", type);
    }
    if (strpbrk(id, "/*[]")) {
        return err_set(errp, "-object %s: the id '%s' may not contain any of / * [ ]", type, id);
    }
    if (user_creatable_find(id)) {
        return err_set(errp, "-object %s: there is an object with id '%s' already", type, id);
    }
    return true;
}

/* Every key but qom-type and id is a property. */
static bool set_properties(Object *obj, KeyVals *opts, Error **errp)
{
    KeyVal *kv;

    LIST_FOREACH(kv, &opts->list, link) {
        if (strcmp(kv->key, "qom-type") == 0 || strcmp(kv->key, "id") == 0) {
            continue;
        }
        kv->used = true;
        if (!object_property_parse(obj, kv->key, kv->value, errp)) {
            keyval_blame(opts, errp);
            return false;
        }
    }
    return true;
}

Object *user_creatable_add(KeyVals *opts, Error **errp)
{
    const char *type = keyval_get(opts, "qom-type"), *id = keyval_get(opts, "id");
    UserCreatableClass *uc;
    Object *obj;

    if (!type) {
        err_set(errp, "%s: the type comes first; '-object help' lists them", opts->what);
        return NULL;
    }
    if (!creatable_class(type, errp) || !check_id(type, id, errp)) {
        return NULL;
    }
    obj = object_new(type);
    uc = interface_of(obj);
    object_property_add_child(container_get("/objects"), id, obj);
    object_unref(obj); /* the tree holds it */
    if (!set_properties(obj, opts, errp) || (uc->complete && !uc->complete(obj, errp))) {
        object_unparent(obj);
        return NULL;
    }
    return obj;
}

bool user_creatable_del(const char *id, Error **errp)
{
    Object *obj = user_creatable_find(id);
    UserCreatableClass *uc;

    if (!obj) {
        return err_set(errp, "there is no object with id '%s'", id);
    }
    uc = interface_of(obj);
    if (uc->can_be_deleted && !uc->can_be_deleted(obj, errp)) {
        return false;
    }
    object_unparent(obj);
    return true;
}

static bool note(Object *child, const char *name, void *opaque)
{
    *(Object **)opaque = child;
    return false; /* on to the newest */
}

static Object *newest_object(void)
{
    Object *all = object_resolve_path("/objects"), *newest = NULL;

    if (all) {
        object_child_foreach(all, note, &newest);
    }
    return newest;
}

void user_creatable_cleanup(void)
{
    Object *obj;

    while ((obj = newest_object())) {
        object_unparent(obj);
    }
}

static void print_name(ObjectClass *class, void *opaque)
{
    fprintf(opaque, "  %s\n", object_class_get_name(class));
}

void user_creatable_help(FILE *out)
{
    fprintf(out, "List of user creatable objects:\n");
    object_class_foreach(print_name, TYPE_USER_CREATABLE, false, out);
}

static void print_prop(ObjectClass *class, const Property *p, void *opaque)
{
    Str type = {0};

    prop_type_name(p, NULL, &type);
    fprintf(opaque, "  %s=<%s> - %s\n", p->name, str_get(&type), p->help ? p->help : "");
    str_free(&type);
}

bool user_creatable_help_props(const char *type, FILE *out, Error **errp)
{
    ObjectClass *class = creatable_class(type, errp);

    if (class) {
        fprintf(out, "%s options:\n", type);
        object_class_property_foreach(class, print_prop, out);
    }
    return class != NULL;
}

static const TypeInfo user_creatable_info = {
    .name = TYPE_USER_CREATABLE,
    .parent = TYPE_INTERFACE,
    .abstract = true,
    .class_size = sizeof(UserCreatableClass),
};

static void register_types(void)
{
    type_register_static(&user_creatable_info);
}
type_init(register_types);
