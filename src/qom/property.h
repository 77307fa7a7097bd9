/* SPDX-License-Identifier: MIT */
/* Properties: the typed, named, documented fields of an object, and the composition tree that
 * child properties span.
 *
 * A property is one const row.  Most rows name a field of the instance struct, which they read
 * and write directly; a row with its own get and set computes its value.  Rows of a class hold
 * for all its instances; the rest (children) are added to one instance.
 * Strings and links in fields are owned by the object: setting replaces the old one, finalizing
 * gives it back. */
#ifndef QOM_PROPERTY_H
#define QOM_PROPERTY_H

#include "base/str.h"
#include "qom/object.h"

typedef enum PropKind {
    PROP_KIND_BOOL,
    PROP_KIND_U8,
    PROP_KIND_U16,
    PROP_KIND_U32,
    PROP_KIND_U64,
    PROP_KIND_SIZE, /* an uint64_t that is written with K, M, G */
    PROP_KIND_STR,
    PROP_KIND_CHR, /* a string: the id of a character device */
    PROP_KIND_DRIVE, /* a string: the id of a drive */
    PROP_KIND_LINK, /* another object, with a reference */
    PROP_KIND_CHILD, /* an object that is part of this one */
} PropKind;

/* One value of any kind; which member counts is said by the kind. */
typedef struct PropValue {
    PropKind kind;
    uint64_t u; /* bool and numbers */
    const char *s; /* strings; may be NULL */
    Object *obj; /* links and children; may be NULL */
} PropValue;

typedef struct Property Property;
struct Property {
    const char *name;
    PropKind kind;
    bool live; /* may be set although the object is frozen */
    bool required; /* the owner refuses to work without it; only said in the help */
    size_t offset; /* of the field, unless get or set is there */
    uint64_t def; /* default of bool and numbers; other kinds start as NULL */
    const char *target; /* link: the type it must have */
    const char *help;
    /* A string that get returns must live until the next call. */
    bool (*get)(Object *obj, const Property *p, PropValue *v, Error **errp);
    /* no set: read only */
    bool (*set)(Object *obj, const Property *p, const PropValue *v, Error **errp);
};

/* offsetof, refused at compile time if the field is of another type. */
#define PROP_OFFSET(T, field, type)                                                               \
    (offsetof(T, field) +                                                                         \
     0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((T *)0)->field), type) ? 1 : -1]))

#define PROP_NUM_(T, fld, ctype, k, nam, dflt, hlp)                                               \
    {.name = nam, .kind = k, .offset = PROP_OFFSET(T, fld, ctype), .def = dflt, .help = hlp}
#define PROP_BOOL(T, field, name, def, help) \
    PROP_NUM_(T, field, bool, PROP_KIND_BOOL, name, def, help)
#define PROP_U8(T, field, name, def, help) \
    PROP_NUM_(T, field, uint8_t, PROP_KIND_U8, name, def, help)
#define PROP_U16(T, field, name, def, help) \
    PROP_NUM_(T, field, uint16_t, PROP_KIND_U16, name, def, help)
#define PROP_U32(T, field, name, def, help) \
    PROP_NUM_(T, field, uint32_t, PROP_KIND_U32, name, def, help)
#define PROP_U64(T, field, name, def, help) \
    PROP_NUM_(T, field, uint64_t, PROP_KIND_U64, name, def, help)
#define PROP_SIZE(T, field, name, def, help) \
    PROP_NUM_(T, field, uint64_t, PROP_KIND_SIZE, name, def, help)
/* The field is a char *, NULL until set. */
#define PROP_STR(T, field, name, help)   PROP_NUM_(T, field, char *, PROP_KIND_STR, name, 0, help)
#define PROP_CHR(T, field, name, help)   PROP_NUM_(T, field, char *, PROP_KIND_CHR, name, 0, help)
#define PROP_DRIVE(T, field, name, help) PROP_NUM_(T, field, char *, PROP_KIND_DRIVE, name, 0, help)
/* The field is a pointer to an object struct, NULL until set. */
#define PROP_LINK(T, fld, nam, type_name, hlp)                                                    \
    {.name = nam, .kind = PROP_KIND_LINK, .offset = offsetof(T, fld), .target = type_name,        \
     .help = hlp}
/* No field: computed. */
#define PROP_FN(nam, knd, getter, setter, hlp)                                                    \
    {.name = nam, .kind = knd, .get = getter, .set = setter, .help = hlp}

#define PROPS(...) ((const Property[]){__VA_ARGS__, {.name = NULL}})

/* Give @class (this level only) its rows, which are copied: called once, from class_init. */
void object_class_add_properties(ObjectClass *class, const Property *props);
const Property *object_property_find(Object *obj, const char *name); /* NULL when absent */
/* The row of the class itself, else that of its nearest parent that has one of this name. */
const Property *object_class_property_find(ObjectClass *class, const char *name);
void object_property_foreach(Object *obj, void (*fn)(Object *obj, const Property *p, void *opaque),
                             void *opaque); /* class rows, parents first, then the instance's */
void object_class_property_foreach(ObjectClass *class,
                                   void (*fn)(ObjectClass *class, const Property *p, void *opaque),
                                   void *opaque); /* parents first; @class has the row */

/* Write a property.  Errors: no such property (the nearest one is named), wrong kind or range,
 * read only, or frozen. */
bool object_property_set(Object *obj, const char *name, const PropValue *v, Error **errp);
bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp);
bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp);
bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp);
bool object_property_set_link(Object *obj, const char *name, void *value, Error **errp);
/* From text as users write it: on/off, 512M, 0x10, a path for a link. */
bool object_property_parse(Object *obj, const char *name, const char *text, Error **errp);

/* Read a property.  The short forms return 0, NULL or false when they fail. */
bool object_property_get(Object *obj, const char *name, PropValue *v, Error **errp);
bool object_property_get_bool(Object *obj, const char *name, Error **errp);
uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp);
const char *object_property_get_str(Object *obj, const char *name, Error **errp); /* borrowed */
Object *object_property_get_link(Object *obj, const char *name, Error **errp); /* borrowed */
/* as text, yours to free */
char *object_property_print(Object *obj, const char *name, Error **errp);

/* "uint32", "link<irq>", "child<device>"... as qom-list shows it; appended to @out. */
void prop_type_name(const Property *p, Object *value, Str *out);

/* The composition tree.  "/" is the root and has "machine" below it once a board was chosen. */
Object *object_get_root(void);
void object_root_destroy(void); /* and all that hangs below it; the next call makes a new one */
/* Make @child part of @parent, which takes a reference.  "name[*]" takes the first free number.
 * A used name is a bug. */
void object_property_add_child(Object *parent, const char *name, void *child);
/* Take @obj out of the tree; gives back the parent's reference.  No-op when in none. */
void object_unparent(void *obj);
/* The container at @path below the root, made together with what is missing on the way:
 * "/machine/peripheral". */
Object *container_get(const char *path);

/* The object at an absolute path ("/machine/rtc"), or the only one whose path ends so ("rtc");
 * else NULL. Borrowed. */
Object *object_resolve_path(const char *path);
/* "/machine/rtc", yours to free; NULL when not in the tree. */
char *object_get_path(Object *obj);
const char *object_get_name(Object *obj); /* the last part of its path, or NULL; borrowed */
/* Call @fn for each child until it returns true; returns whether one did. */
bool object_child_foreach(Object *obj, bool (*fn)(Object *child, const char *name, void *opaque),
                          void *opaque);

/* "qom-list PATH": a line per property; "info qom-tree": the tree below @obj; "qom-list-types". */
void object_print_properties(Object *obj, Str *out);
void object_print_tree(Object *obj, Str *out);
void object_print_types(Str *out);

/* For object.c only: set the fields to their defaults, and give back what the fields and the
 * instance rows own. */
void object_properties_init(Object *obj);
void object_properties_release(Object *obj);

#endif
