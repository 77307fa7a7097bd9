/* SPDX-License-Identifier: MIT */
/* Shared by property.c and tree.c: a property that only one object has. */
#ifndef QOM_PROPERTY_INT_H
#define QOM_PROPERTY_INT_H

#include "qom/property.h"

typedef struct InstanceProp {
    Property row;
    char *name; /* row.name, owned */
    Object *child; /* for PROP_KIND_CHILD, with a reference */
    List link; /* on obj->props */
} InstanceProp;

/* Add @row to @obj under @name, of which it takes ownership.  A used name is a bug. */
InstanceProp *instance_prop_add(Object *obj, const Property *row, char *name);

#endif
