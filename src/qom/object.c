/* SPDX-License-Identifier: MIT */
/* Types become classes, classes make objects, casts are checked.
 *
 * A registered TypeInfo costs nothing until somebody asks for the type: only then is its class
 * made, after its parent's.  So registration order does not matter, and a type may even name a
 * parent that registers later. */
#include "qom/object.h"
#include "base/alloc.h"
#include "qom/module.h"
#include "qom/property.h"

struct Type {
    const TypeInfo *info;
    Type *parent;       /* known once the class is made */
    ObjectClass *class; /* NULL until the first use */
    size_t instance_size, class_size;
    Type *next;
};

static Type *types; /* all of them; some 100, looked up by name only when something is created */

NORETURN static void PRINTF_LIKE(1, 2) type_bug(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fprintf(stderr, "teemu: bug: ");
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

/* ---- types and classes ---- */

static Type *type_find(const char *name)
{
    for (Type *t = types; t; t = t->next) {
        if (!strcmp(t->info->name, name)) {
            return t;
        }
    }
    return NULL;
}

void type_register_static(const TypeInfo *info)
{
    Type *t = xnew(Type);

    if (type_find(info->name)) {
        type_bug("type '%s' is registered twice", info->name);
    }
    t->info = info;
    t->next = types;
    types = t;
}

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

/* Give @class its own copy of the functions in @from, to be overridden by its class_init. */
static void add_interface(ObjectClass *class, const ObjectClass *from)
{
    InterfaceClass *ic = xcalloc(1, from->type->class_size);

    memcpy(ic, from, from->type->class_size);
    list_init(&ic->parent.interfaces);
    ic->concrete = class;
    list_push_back(&class->interfaces, &ic->link);
}

static void type_initialize(Type *t);

static Type *type_get(const char *name)
{
    Type *t = type_find(name);

    if (t) {
        type_initialize(t);
    }
    return t;
}

static void inherit(Type *t)
{
    InterfaceClass *ic;

    t->parent = type_get(t->info->parent);
    if (!t->parent) {
        type_bug("type '%s': its parent '%s' is not registered", t->info->name, t->info->parent);
    }
    t->instance_size = MAX(t->info->instance_size, t->parent->instance_size);
    t->class_size = MAX(t->info->class_size, t->parent->class_size);
    t->class = xcalloc(1, t->class_size);
    memcpy(t->class, t->parent->class, t->parent->class_size);
    list_init(&t->class->interfaces);
    LIST_FOREACH(ic, &t->parent->class->interfaces, link) {
        add_interface(t->class, &ic->parent);
    }
}

/* Make the class of @t: the parent's first, a copy of it, the interfaces, then its own changes. */
static void type_initialize(Type *t)
{
    if (t->class) {
        return;
    }
    if (t->info->parent) {
        inherit(t);
    } else {
        t->instance_size = MAX(t->info->instance_size, sizeof(Object));
        t->class_size = MAX(t->info->class_size, sizeof(ObjectClass));
        t->class = xcalloc(1, t->class_size);
        list_init(&t->class->interfaces);
    }
    t->class->type = t;
    t->class->props = NULL;
    t->class->user_name = NULL;
    for (const char *const *name = t->info->interfaces; name && *name; name++) {
        Type *interface = type_get(*name);

        if (!interface || !type_is(interface, TYPE_INTERFACE)) {
            type_bug("type '%s': '%s' is not an interface", t->info->name, *name);
        }
        if (!find_interface(t->class, *name)) {
            add_interface(t->class, interface->class);
        }
    }
    if (t->info->class_init) {
        t->info->class_init(t->class, t->info->class_data);
    }
}

ObjectClass *object_class_by_name(const char *name)
{
    Type *t = type_get(name);

    return t ? t->class : NULL;
}

ObjectClass *object_class_get_parent(ObjectClass *class)
{
    return class->type->parent ? class->type->parent->class : NULL;
}

const char *object_class_get_name(const ObjectClass *class)
{
    return class->type->info->name;
}

bool object_class_is_abstract(const ObjectClass *class)
{
    return class->type->info->abstract;
}

static int by_name(const void *a, const void *b)
{
    const Type *x = *(Type *const *)a, *y = *(Type *const *)b;

    return strcmp(x->info->name, y->info->name);
}

void object_class_foreach(void (*fn)(ObjectClass *class, void *opaque), const char *implements,
                          bool include_abstract, void *opaque)
{
    size_t n = 0, i = 0;
    Type **sorted;

    for (Type *t = types; t; t = t->next) {
        n++;
    }
    sorted = xnew_n(Type *, n + 1);
    for (Type *t = types; t; t = t->next) {
        sorted[i++] = t;
    }
    qsort(sorted, n, sizeof(sorted[0]), by_name);
    for (i = 0; i < n; i++) {
        type_initialize(sorted[i]);
        if ((include_abstract || !sorted[i]->info->abstract) &&
            (!implements || object_class_dynamic_cast(sorted[i]->class, implements))) {
            fn(sorted[i]->class, opaque);
        }
    }
    free(sorted);
}

/* ---- objects ---- */

static void init_parents_first(Object *obj, const Type *t)
{
    if (t->parent) {
        init_parents_first(obj, t->parent);
    }
    if (t->info->instance_init) {
        t->info->instance_init(obj);
    }
}

static void object_start(Object *obj, Type *t)
{
    memset(obj, 0, t->instance_size);
    obj->class = t->class;
    obj->refs = 1;
    list_init(&obj->props);
    object_properties_init(obj);
    init_parents_first(obj, t);
    for (; t; t = t->parent) {
        if (t->info->instance_post_init) {
            t->info->instance_post_init(obj);
        }
    }
}

static Type *concrete_type(const char *name)
{
    Type *t = type_get(name);

    if (!t) {
        type_bug("cannot make an object of the unknown type '%s'", name);
    }
    if (t->info->abstract) {
        type_bug("cannot make an object of the abstract type '%s'", name);
    }
    return t;
}

Object *object_new(const char *name)
{
    Type *t = concrete_type(name);
    Object *obj = xcalloc(1, t->instance_size);

    object_start(obj, t);
    obj->on_heap = true;
    return obj;
}

void object_initialize(void *mem, size_t size, const char *name)
{
    Type *t = concrete_type(name);

    if (size < t->instance_size) {
        type_bug("%zu bytes are too few for a '%s' (%zu)", size, name, t->instance_size);
    }
    object_start(mem, t);
}

void *object_ref(void *obj)
{
    if (obj) {
        __atomic_fetch_add(&OBJECT(obj)->refs, 1, __ATOMIC_RELAXED);
    }
    return obj;
}

void object_unref(void *ptr)
{
    Object *obj = ptr;

    /* Acquire and release: whoever drops the last reference sees all that the others wrote. */
    if (!obj || __atomic_sub_fetch(&obj->refs, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    for (const Type *t = obj->class->type; t; t = t->parent) {
        if (t->info->instance_finalize) {
            t->info->instance_finalize(obj);
        }
    }
    object_properties_release(obj);
    if (obj->on_heap) {
        free(obj);
    }
}

const char *object_get_typename(const Object *obj)
{
    return object_class_get_name(obj->class);
}

const char *object_get_user_name(const Object *obj)
{
    return obj->class->user_name ? obj->class->user_name : object_get_typename(obj);
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

/* ---- the two roots ---- */

static const TypeInfo object_type = {.name = TYPE_OBJECT, .abstract = true};
static const TypeInfo interface_type = {
    .name = TYPE_INTERFACE, .abstract = true, .class_size = sizeof(InterfaceClass)};

static void register_roots(void)
{
    type_register_static(&object_type);
    type_register_static(&interface_type);
}
type_init(register_roots);
