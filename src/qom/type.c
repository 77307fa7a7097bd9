/* SPDX-License-Identifier: MIT */
/* Types become classes, and casts are checked: everything that climbs the tree of types.
 *
 * A registered TypeInfo costs nothing until somebody asks for the type: only then is its class
 * made, after its parent's.  So registration order does not matter, and a type may even name a
 * parent that registers later. */
#include "base/alloc.h"
#include "qom/property.h"
#include "qom/type_int.h"

static Type *types; /* all of them, by name; some 100, searched only when something is created */

/* ---- registration ---- */

void type_register_static(const TypeInfo *info)
{
    Type *t = xnew(Type), **at = &types;

    while (*at && strcmp((*at)->info->name, info->name) < 0) {
        at = &(*at)->next;
    }
    if (*at && !strcmp((*at)->info->name, info->name)) {
        type_bug("type '%s' is registered twice", info->name);
    }
    t->info = info;
    t->next = *at;
    *at = t;
}

/* ---- what is what ---- */

/* Is @t, or one of its parents, the type @name? */
static bool type_is(const Type *t, const char *name)
{
    for (; t; t = t->parent) {
        if (!strcmp(t->info->name, name)) {
            return true;
        }
    }
    return false;
}

static InterfaceClass *find_interface(ObjectClass *class, const char *name)
{
    InterfaceClass *ic;

    LIST_FOREACH(ic, &class->interfaces, link) {
        if (type_is(ic->parent.type, name)) {
            return ic;
        }
    }
    return NULL;
}

/* ---- making classes ---- */

/* Give @class its own copy of the functions in @from, to be overridden by its class_init. */
static void add_interface(ObjectClass *class, const ObjectClass *from)
{
    InterfaceClass *ic = xcalloc(1, from->type->class_size);

    memcpy(ic, from, from->type->class_size);
    list_init(&ic->parent.interfaces);
    ic->concrete = class;
    list_push_back(&class->interfaces, &ic->link);
}

/* Start as a copy of the parent: of its functions, not of what is of its own level only. */
static void inherit(ObjectClass *class, const Type *parent)
{
    InterfaceClass *ic;

    memcpy(class, parent->class, parent->class_size);
    class->props = NULL;
    class->user_name = NULL;
    list_init(&class->interfaces);
    LIST_FOREACH(ic, &parent->class->interfaces, link) {
        add_interface(class, &ic->parent);
    }
}

static void add_own_interfaces(Type *t)
{
    for (const char *const *name = t->info->interfaces; name && *name; name++) {
        Type *interface = type_get(*name);

        if (!interface || !type_is(interface, TYPE_INTERFACE)) {
            type_bug("type '%s': '%s' is not an interface", t->info->name, *name);
        }
        if (!find_interface(t->class, *name)) {
            add_interface(t->class, interface->class);
        }
    }
}

/* The size of a struct that begins with one of @least bytes; 0 means that it adds nothing. */
static size_t grown(const Type *t, const char *what, size_t size, size_t least)
{
    if (size && size < least) {
        type_bug("type '%s': its %s has %zu bytes, that of its parent has %zu", t->info->name,
                 what, size, least);
    }
    return size ? size : least;
}

static Type *get_parent(const Type *t)
{
    Type *parent = type_get(t->info->parent);

    if (!parent) {
        type_bug("type '%s': its parent '%s' is not registered", t->info->name, t->info->parent);
    }
    return parent;
}

/* The parent's class first, a copy of it, the interfaces, then the type's own changes. */
static void type_initialize(Type *t)
{
    if (t->class) {
        return;
    }
    if (t->begun) {
        type_bug("type '%s' is among its own parents", t->info->name);
    }
    t->begun = true;
    t->parent = t->info->parent ? get_parent(t) : NULL;
    t->instance_size = grown(t, "instance", t->info->instance_size,
                             t->parent ? t->parent->instance_size : sizeof(Object));
    t->class_size = grown(t, "class", t->info->class_size,
                          t->parent ? t->parent->class_size : sizeof(ObjectClass));
    t->class = xcalloc(1, t->class_size);
    if (t->parent) {
        inherit(t->class, t->parent);
    } else {
        list_init(&t->class->interfaces);
    }
    t->class->type = t;
    add_own_interfaces(t);
    if (log_on(qom)) {
        log_printf("qom: class %s: parent %s, %zu bytes\n", t->info->name,
                   t->parent ? t->info->parent : "-", t->class_size);
    }
    if (t->info->class_init) {
        t->info->class_init(t->class, t->info->class_data);
    }
}

Type *type_get(const char *name)
{
    Type *t = types;

    while (t && strcmp(t->info->name, name)) {
        t = t->next;
    }
    if (t) {
        type_initialize(t);
    }
    return t;
}

ObjectClass *object_class_by_name(const char *name)
{
    Type *t = type_get(name);

    return t ? t->class : NULL;
}

void object_class_foreach(void (*fn)(ObjectClass *class, void *opaque), const char *implements,
                          bool include_abstract, void *opaque)
{
    for (Type *t = types; t; t = t->next) {
        type_initialize(t);
        if ((include_abstract || !t->info->abstract) &&
            (!implements || object_class_dynamic_cast(t->class, implements))) {
            fn(t->class, opaque);
        }
    }
}

/* ---- casts ---- */

ObjectClass *object_class_dynamic_cast(ObjectClass *class, const char *name)
{
    InterfaceClass *ic;

    if (!class || type_is(class->type, name)) {
        return class;
    }
    ic = find_interface(class, name);
    return ic ? &ic->parent : NULL;
}

Object *object_dynamic_cast(Object *obj, const char *name)
{
    return obj && object_class_dynamic_cast(obj->class, name) ? obj : NULL;
}

Object *object_check_cast(Object *obj, const char *name, const char *file, int line)
{
    if (obj && !object_dynamic_cast(obj, name)) {
        type_bug("%s:%d: an object of type '%s' is not a '%s'", file, line,
                 object_get_typename(obj), name);
    }
    return obj;
}

ObjectClass *object_class_check_cast(ObjectClass *class, const char *name, const char *file,
                                     int line)
{
    ObjectClass *cast = object_class_dynamic_cast(class, name);

    if (class && !cast) {
        type_bug("%s:%d: the class '%s' is not a '%s'", file, line, object_class_get_name(class),
                 name);
    }
    return cast;
}

/* ---- what each level has to say ---- */

static void init_parents_first(Object *obj, const Type *t)
{
    if (t->parent) {
        init_parents_first(obj, t->parent);
    }
    if (t->info->instance_init) {
        t->info->instance_init(obj);
    }
}

void type_init_instance(Object *obj)
{
    init_parents_first(obj, obj->class->type);
    for (const Type *t = obj->class->type; t; t = t->parent) {
        if (t->info->instance_post_init) {
            t->info->instance_post_init(obj);
        }
    }
}

void type_finalize_instance(Object *obj)
{
    for (const Type *t = obj->class->type; t; t = t->parent) {
        if (t->info->instance_finalize) {
            t->info->instance_finalize(obj);
        }
    }
}

const Property *object_class_property_find(ObjectClass *class, const char *name)
{
    for (const Type *t = class->type; t; t = t->parent) {
        for (const Property *p = t->class->props; p && p->name; p++) {
            if (!strcmp(p->name, name)) {
                return p;
            }
        }
    }
    return NULL;
}

void object_class_property_foreach(ObjectClass *class,
                                   void (*fn)(ObjectClass *class, const Property *p, void *opaque),
                                   void *opaque)
{
    const Type *t = class->type;

    if (t->parent) {
        object_class_property_foreach(t->parent->class, fn, opaque);
    }
    for (const Property *p = class->props; p && p->name; p++) {
        fn(class, p, opaque);
    }
}
