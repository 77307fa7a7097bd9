/* SPDX-License-Identifier: MIT */
/* Between type.c and object.c: what is known about a type, and what a type does to its objects.
 *
 *     type.c    everything that climbs the tree of types: classes, casts, the order of the hooks
 *     object.c  the life of one object: memory, references, the end */
#ifndef QOM_TYPE_INT_H
#define QOM_TYPE_INT_H

#include "base/log.h"
#include "qom/object.h"

struct Type {
    const TypeInfo *info;
    Type *next; /* in order of names */
    /* the rest is known once the class is made, at the first use of the type */
    bool begun; /* to make the class */
    Type *parent; /* NULL: a root */
    size_t instance_size, class_size; /* of the struct, the parent's included */
    ObjectClass *class; /* NULL: not made yet */
};

/* "-d qom": a line for each class when it is made, and for each object. */
LOG_ITEM_EXTERN(qom);

/* The type @name, its class made if need be, or NULL if there is none.  A type that cannot have a
 * class (no such parent, itself among its parents, smaller than its parent, an interface that is
 * none) is a bug. */
Type *type_get(const char *name);

/* Run the hooks of all levels for @obj, whose class is set: each instance_init, the parents'
 * first; then each instance_post_init, the children's first. */
void type_init_instance(Object *obj);
/* Each instance_finalize, the children's first. */
void type_finalize_instance(Object *obj);

/* Somebody of ours uses types wrongly: say so, after "teemu: bug: ", and abort. */
NORETURN void type_bug(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
