/* SPDX-License-Identifier: MIT */
/* Types become classes, and casts are checked: your version of src/qom/type.c.
 *
 * qom/object.h says what each function must do, and so do qom/type_int.h (type_get and the hooks)
 * and qom/property.h (the last two); the chapter (README.md beside this file) says how.  Functions
 * and variables that you add must be static.
 *
 * As it stands there are no types at all: the machine ends before it has made its first object. */
#include "base/alloc.h"
#include "qom/property.h"
#include "qom/type_int.h"

/* ---- registration ---- */

void type_register_static(const TypeInfo *info)
{
    /* exercise 1 */
}

/* ---- making classes ---- */

/* Is @t, or one of its parents, the type @name?  (Type.parent is what exercise 2 sets.) */
__attribute__((unused)) static bool type_is(const Type *t, const char *name)
{
    for (; t; t = t->parent) {
        if (!strcmp(t->info->name, name)) {
            return true;
        }
    }
    return false;
}

/* The size of a struct that begins with one of @least bytes; 0 means that it adds nothing.  @what
 * is "instance" or "class". */
__attribute__((unused)) static size_t grown(const Type *t, const char *what, size_t size,
                                            size_t least)
{
    if (size && size < least) {
        type_bug("type '%s': its %s has %zu bytes, that of its parent has %zu", t->info->name,
                 what, size, least);
    }
    return size ? size : least;
}

/* Make the class of @t, unless it has one. */
__attribute__((unused)) static void type_initialize(Type *t)
{
    /* exercise 2, and 4.  Right before class_init is called:
     *
     *     if (log_on(qom)) {
     *         log_printf("qom: class %s: parent %s, %zu bytes\n", t->info->name,
     *                    t->parent ? t->info->parent : "-", t->class_size);
     *     }
     */
}

Type *type_get(const char *name)
{
    return NULL; /* exercise 2 */
}

ObjectClass *object_class_by_name(const char *name)
{
    return NULL; /* exercise 2 */
}

/* ---- casts ---- */

ObjectClass *object_class_dynamic_cast(ObjectClass *class, const char *name)
{
    return NULL; /* exercise 3, and 4 */
}

Object *object_dynamic_cast(Object *obj, const char *name)
{
    return NULL; /* exercise 3 */
}

Object *object_check_cast(Object *obj, const char *name, const char *file, int line)
{
    return obj; /* exercise 3 */
}

ObjectClass *object_class_check_cast(ObjectClass *class, const char *name, const char *file,
                                     int line)
{
    return class; /* exercise 3 */
}

/* ---- what each level has to say ---- */

void type_init_instance(Object *obj)
{
    /* exercise 5 */
}

void type_finalize_instance(Object *obj)
{
    /* exercise 5 */
}

/* ---- lists ---- */

const Property *object_class_property_find(ObjectClass *class, const char *name)
{
    return NULL; /* exercise 6 */
}

void object_class_property_foreach(ObjectClass *class,
                                   void (*fn)(ObjectClass *class, const Property *p, void *opaque),
                                   void *opaque)
{
    /* exercise 6 */
}

void object_class_foreach(void (*fn)(ObjectClass *class, void *opaque), const char *implements,
                          bool include_abstract, void *opaque)
{
    /* exercise 6 */
}
