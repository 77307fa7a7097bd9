/* SPDX-License-Identifier: MIT */
/* The life of an object: memory, references, the end.  What its type makes of it is in type.c. */
#include "qom/object.h"
#include "base/alloc.h"
#include "qom/module.h"
#include "qom/property.h"
#include "qom/type_int.h"

LOG_ITEM(qom, "classes and objects as they are made");

void type_bug(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fprintf(stderr, "teemu: bug: ");
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

/* ---- classes ---- */

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

/* ---- objects ---- */

static atomic_size_t count;

size_t object_count(void)
{
    return count;
}

static void object_start(Object *obj, Type *t)
{
    memset(obj, 0, t->instance_size);
    obj->class = t->class;
    obj->refs = 1;
    count++;
    list_init(&obj->props);
    object_properties_init(obj);
    type_init_instance(obj);
    if (log_on(qom)) {
        log_printf("qom: object of type %s, %zu bytes\n", t->info->name, t->instance_size);
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
    Object *obj = xalloc_aligned(t->instance_size);

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
    type_finalize_instance(obj);
    object_properties_release(obj);
    count--;
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
