/* SPDX-License-Identifier: MIT */
/* Objects: C structs with a class, single inheritance, interfaces, reference counts and checked
 * casts.
 *
 *     TypeInfo (you write it) --type_register_static--> Type --first use--> ObjectClass
 *                                                                  --object_new--> Object
 *
 * The parent's struct is the first member of the child's, for instances and for classes alike; so
 * a pointer to a child is a pointer to its parents, and a class starts as a copy of its parent's
 * class, which class_init then changes. Types are registered and classes made under the big lock;
 * reference counts may be changed by any thread. */
#ifndef QOM_OBJECT_H
#define QOM_OBJECT_H

#include "base/error.h"
#include "base/list.h"

typedef struct Type Type; /* a registered type: qom/type_int.h */
typedef struct Object Object;
typedef struct ObjectClass ObjectClass;
struct Property; /* qom/property.h */

struct ObjectClass {
    Type *type;
    /* of this level of the hierarchy only; ends with a row without name */
    const struct Property *props;
    List interfaces; /* private: the interface classes that this class implements */
    /* what users write for it where that is not the type's name: "rv64"; of this level only */
    const char *user_name;
};

struct Object {
    ObjectClass *class;
    uint32_t refs;
    bool on_heap; /* freed with its last reference */
    bool frozen; /* properties that configure it may no longer be set */
    Object *parent; /* in the composition tree, or NULL; not a reference */
    List props; /* of this instance, children included; private to property.c */
};

typedef struct TypeInfo {
    const char *name;
    const char *parent; /* NULL only for the two roots, "object" and "interface" */
    size_t instance_size; /* 0: that of the parent */
    size_t class_size; /* 0: that of the parent */
    bool abstract; /* cannot be instantiated */
    void (*instance_init)(Object *obj); /* parents first; properties have their defaults */
    void (*instance_post_init)(Object *obj); /* after all instance_init; children first */
    void (*instance_finalize)(Object *obj); /* children first; frees what init and use have made */
    /* once, parents first, before the first instance */
    void (*class_init)(ObjectClass *class, const void *data);
    const void *class_data;
    const char *const *interfaces; /* names, ended by NULL */
} TypeInfo;

#define TYPE_OBJECT    "object"
#define TYPE_INTERFACE "interface"

/* An interface is an abstract type with this parent; its class holds the functions, its instances
 * hold nothing. */
typedef struct InterfaceClass {
    ObjectClass parent;
    ObjectClass *concrete; /* the class that implements it here */
    List link;
} InterfaceClass;

/* Make a type known.  @info and what it points to must live for ever.  The parent may come later,
 * but before the first use.  Registering a name twice is a bug. */
void type_register_static(const TypeInfo *info);

/* The class of type @name, made now if need be, or NULL for an unknown type.  Borrowed, lives for
 * ever. */
ObjectClass *object_class_by_name(const char *name);
ObjectClass *object_class_get_parent(ObjectClass *class); /* NULL above a root */
const char *object_class_get_name(const ObjectClass *class);
bool object_class_is_abstract(const ObjectClass *class);

/* Call @fn for every class that is an @implements (NULL: any), in order of names; abstract ones
 * only if asked. */
void object_class_foreach(void (*fn)(ObjectClass *class, void *opaque), const char *implements,
                          bool include_abstract, void *opaque);

/* A new object of type @name with one reference, which is yours.  @name must exist and not be
 * abstract. */
Object *object_new(const char *name);
/* The same in memory of yours, of at least @size bytes; it is not freed with its last reference. */
void object_initialize(void *mem, size_t size, const char *name);

/* Share, or give back, a reference; the last one finalizes the object.  NULL is fine. */
void *object_ref(void *obj); /* @obj itself */
void object_unref(void *obj);

/* How many there are. */
size_t object_count(void);

const char *object_get_typename(const Object *obj);
/* The name of its type as users know it, for messages. */
const char *object_get_user_name(const Object *obj);

/* @obj if it is a @name (a subtype, or implements it), else NULL.  NULL gives NULL. */
Object *object_dynamic_cast(Object *obj, const char *name);
/* The same for classes; for an interface the result is the interface class that @class has
 * filled. */
ObjectClass *object_class_dynamic_cast(ObjectClass *class, const char *name);

/* The same, but a wrong cast aborts with a message that names both types and the place. */
Object *object_check_cast(Object *obj, const char *name, const char *file, int line);
ObjectClass *object_class_check_cast(ObjectClass *class, const char *name, const char *file,
                                     int line);

#define OBJECT(obj)       ((Object *)(obj))
#define OBJECT_CLASS(cls) ((ObjectClass *)(cls))
#define OBJECT_CHECK(T, obj, name) ((T *)object_check_cast(OBJECT(obj), (name), __FILE__, __LINE__))
#define OBJECT_CLASS_CHECK(T, cls, name)                                                          \
    ((T *)object_class_check_cast(OBJECT_CLASS(cls), (name), __FILE__, __LINE__))
#define OBJECT_GET_CLASS(T, obj, name) OBJECT_CLASS_CHECK(T, OBJECT(obj)->class, name)

#endif
