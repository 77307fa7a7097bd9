/* SPDX-License-Identifier: MIT */
/* Reading and writing properties by name.  The composition tree that child properties span is in
 * tree.c. */
#include "qom/property.h"
#include "base/alloc.h"
#include "qom/property_int.h"

static const struct {
    const char *name;
    uint64_t max;                                 /* of numbers */
    enum { AS_BOOL, AS_UINT, AS_STR, AS_OBJ } as; /* the member of PropValue */
} kinds[] = {
    [PROP_KIND_BOOL] = {"bool", 1, AS_BOOL},
    [PROP_KIND_U8] = {"uint8", UINT8_MAX, AS_UINT},
    [PROP_KIND_U16] = {"uint16", UINT16_MAX, AS_UINT},
    [PROP_KIND_U32] = {"uint32", UINT32_MAX, AS_UINT},
    [PROP_KIND_U64] = {"uint64", UINT64_MAX, AS_UINT},
    [PROP_KIND_SIZE] = {"size", UINT64_MAX, AS_UINT},
    [PROP_KIND_STR] = {"str", 0, AS_STR},
    [PROP_KIND_CHR] = {"str", 0, AS_STR},
    [PROP_KIND_DRIVE] = {"str", 0, AS_STR},
    [PROP_KIND_LINK] = {"link", 0, AS_OBJ},
    [PROP_KIND_CHILD] = {"child", 0, AS_OBJ},
};

void prop_type_name(const Property *p, Object *value, Str *out)
{
    if (p->kind == PROP_KIND_LINK) {
        str_printf(out, "link<%s>", p->target ? p->target : TYPE_OBJECT);
    } else if (p->kind == PROP_KIND_CHILD) {
        str_printf(out, "child<%s>", value ? object_get_typename(value) : TYPE_OBJECT);
    } else {
        str_append(out, kinds[p->kind].name);
    }
}

/* ---- the rows ---- */

void object_class_add_properties(ObjectClass *class, const Property *props)
{
    size_t n = 0;
    Property *copy;

    assert(!class->props);
    while (props[n].name) {
        n++;
    }
    copy = xnew_n(Property, n + 1); /* PROPS inside a function lives no longer than its block */
    memcpy(copy, props, n * sizeof(*copy));
    class->props = copy;
}

InstanceProp *instance_prop_add(Object *obj, const Property *row, char *name)
{
    InstanceProp *ip = xnew(InstanceProp);

    assert(!object_property_find(obj, name));
    ip->row = *row;
    ip->row.name = ip->name = name;
    list_push_back(&obj->props, &ip->link);
    return ip;
}

const Property *object_property_find(Object *obj, const char *name)
{
    InstanceProp *ip;

    LIST_FOREACH(ip, &obj->props, link) {
        if (!strcmp(ip->name, name)) {
            return &ip->row;
        }
    }
    return object_class_property_find(obj->class, name);
}

typedef struct Each {
    Object *obj;
    void (*fn)(Object *obj, const Property *p, void *opaque);
    void *opaque;
} Each;

static void each_class_row(ObjectClass *class, const Property *p, void *opaque)
{
    const Each *each = opaque;

    each->fn(each->obj, p, each->opaque);
}

void object_property_foreach(Object *obj, void (*fn)(Object *obj, const Property *p, void *opaque),
                             void *opaque)
{
    Each each = {obj, fn, opaque};
    InstanceProp *ip;

    object_class_property_foreach(obj->class, each_class_row, &each);
    LIST_FOREACH(ip, &obj->props, link) {
        fn(obj, &ip->row, opaque);
    }
}

/* ---- fields ---- */

static void *field(Object *obj, const Property *p)
{
    return (char *)obj + p->offset;
}

/* Through memcpy: the field is a pointer to some object struct, whose type we do not know. */
static Object *get_link_field(Object *obj, const Property *p)
{
    Object *value;

    memcpy(&value, field(obj, p), sizeof(value));
    return value;
}

static void read_field(Object *obj, const Property *p, PropValue *v)
{
    switch (p->kind) {
    case PROP_KIND_BOOL:
        v->u = *(bool *)field(obj, p);
        break;
    case PROP_KIND_U8:
        v->u = *(uint8_t *)field(obj, p);
        break;
    case PROP_KIND_U16:
        v->u = *(uint16_t *)field(obj, p);
        break;
    case PROP_KIND_U32:
        v->u = *(uint32_t *)field(obj, p);
        break;
    case PROP_KIND_U64:
    case PROP_KIND_SIZE:
        v->u = *(uint64_t *)field(obj, p);
        break;
    case PROP_KIND_STR:
    case PROP_KIND_CHR:
    case PROP_KIND_DRIVE:
        v->s = *(char **)field(obj, p);
        break;
    case PROP_KIND_LINK:
        v->obj = get_link_field(obj, p);
        break;
    case PROP_KIND_CHILD:
        v->obj = container_of(p, InstanceProp, row)->child;
        break;
    }
}

static void write_field(Object *obj, const Property *p, const PropValue *v)
{
    Object *old;
    char *copy;

    switch (p->kind) {
    case PROP_KIND_BOOL:
        *(bool *)field(obj, p) = v->u;
        break;
    case PROP_KIND_U8:
        *(uint8_t *)field(obj, p) = v->u;
        break;
    case PROP_KIND_U16:
        *(uint16_t *)field(obj, p) = v->u;
        break;
    case PROP_KIND_U32:
        *(uint32_t *)field(obj, p) = v->u;
        break;
    case PROP_KIND_U64:
    case PROP_KIND_SIZE:
        *(uint64_t *)field(obj, p) = v->u;
        break;
    case PROP_KIND_STR:
    case PROP_KIND_CHR:
    case PROP_KIND_DRIVE:
        copy = xstrdup(v->s); /* before the free: the new value may be the old one */
        free(*(char **)field(obj, p));
        *(char **)field(obj, p) = copy;
        break;
    case PROP_KIND_LINK:
        old = get_link_field(obj, p);
        object_ref(v->obj);
        memcpy(field(obj, p), &v->obj, sizeof(v->obj));
        object_unref(old);
        break;
    case PROP_KIND_CHILD:
        break; /* object_property_add_child and object_unparent only */
    }
}

static void init_row(ObjectClass *class, const Property *p, void *opaque)
{
    PropValue v = {.kind = p->kind, .u = p->def};

    if (!p->get && !p->set && kinds[p->kind].as <= AS_UINT) {
        write_field(opaque, p, &v);
    }
}

void object_properties_init(Object *obj)
{
    object_class_property_foreach(obj->class, init_row, obj);
}

static void release_row(Object *obj, const Property *p, void *opaque)
{
    PropValue none = {.kind = p->kind};

    if (!p->get && !p->set && kinds[p->kind].as >= AS_STR) {
        write_field(obj, p, &none);
    }
}

void object_properties_release(Object *obj)
{
    InstanceProp *ip, *next;

    object_property_foreach(obj, release_row, NULL);
    LIST_FOREACH_SAFE(ip, next, &obj->props, link) {
        if (ip->child) {
            object_unparent(ip->child);
        } else {
            list_remove(&ip->link);
            free(ip->name);
            free(ip);
        }
    }
}

/* ---- set ---- */

static void offer_row(Object *obj, const Property *p, void *opaque)
{
    nearest_offer(opaque, p->name);
}

static void append_row(Object *obj, const Property *p, void *opaque)
{
    Str *names = opaque;

    if (p->kind != PROP_KIND_CHILD && (p->set || !p->get)) {
        str_printf(names, "%s%s", names->len ? " " : "", p->name);
    }
}

static bool unknown(Object *obj, const char *name, Error **errp)
{
    Nearest near;
    Str names = {0};

    nearest_init(&near, name);
    object_property_foreach(obj, offer_row, &near);
    if (nearest_get(&near)) {
        return err_set(errp, "%s has no property '%s'; did you mean '%s'?",
                       object_get_user_name(obj), name, nearest_get(&near));
    }
    object_property_foreach(obj, append_row, &names);
    err_set(errp, "%s has no property '%s'; it has %s", object_get_user_name(obj), name,
            names.len ? str_get(&names) : "none");
    str_free(&names);
    return false;
}

/* May @v be stored in @p of @obj at all? */
static bool acceptable(Object *obj, const Property *p, const PropValue *v, Error **errp)
{
    const char *type = object_get_user_name(obj);

    if (p->kind == PROP_KIND_CHILD || (p->get && !p->set)) {
        return err_set(errp, "property '%s' of %s is read only", p->name, type);
    }
    if (obj->frozen && !p->live) {
        return err_set(errp, "property '%s' of %s cannot change once it is realized", p->name,
                       type);
    }
    if (kinds[p->kind].as != kinds[v->kind].as) {
        return err_set(errp, "property '%s' of %s is a %s, not a %s", p->name, type,
                       kinds[p->kind].name, kinds[v->kind].name);
    }
    if (kinds[p->kind].as == AS_UINT && v->u > kinds[p->kind].max) {
        return err_set(errp, "property '%s' of %s: %" PRIu64 " is more than a %s can hold", p->name,
                       type, v->u, kinds[p->kind].name);
    }
    if (v->obj && p->target && !object_dynamic_cast(v->obj, p->target)) {
        return err_set(errp, "property '%s' of %s needs a %s, but %s is a %s", p->name, type,
                       p->target, object_get_name(v->obj) ? object_get_name(v->obj) : "the object",
                       object_get_user_name(v->obj));
    }
    return true;
}

bool object_property_set(Object *obj, const char *name, const PropValue *v, Error **errp)
{
    const Property *p = object_property_find(obj, name);

    if (!p) {
        return unknown(obj, name, errp);
    }
    if (!acceptable(obj, p, v, errp)) {
        return false;
    }
    if (p->set) {
        return p->set(obj, p, v, errp);
    }
    write_field(obj, p, v);
    return true;
}

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp)
{
    return object_property_set(obj, name, &(PropValue){.kind = PROP_KIND_BOOL, .u = value}, errp);
}

bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp)
{
    return object_property_set(obj, name, &(PropValue){.kind = PROP_KIND_U64, .u = value}, errp);
}

bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp)
{
    return object_property_set(obj, name, &(PropValue){.kind = PROP_KIND_STR, .s = value}, errp);
}

bool object_property_set_link(Object *obj, const char *name, void *value, Error **errp)
{
    return object_property_set(obj, name, &(PropValue){.kind = PROP_KIND_LINK, .obj = value}, errp);
}

static bool parse_value(const Property *p, const char *text, PropValue *v, Error **errp)
{
    bool b;

    v->kind = p->kind;
    if (p->kind == PROP_KIND_BOOL) {
        if (!parse_bool(text, &b, errp)) {
            return false;
        }
        v->u = b;
        return true;
    }
    if (p->kind == PROP_KIND_SIZE) {
        return parse_size(text, 1, &v->u, errp);
    }
    if (kinds[p->kind].as == AS_UINT) {
        return parse_u64(text, &v->u, errp);
    }
    if (kinds[p->kind].as == AS_STR) {
        v->s = text;
        return true;
    }
    v->obj = *text ? object_resolve_path(text) : NULL;
    return v->obj || !*text || err_set(errp, "there is no object '%s'", text);
}

bool object_property_parse(Object *obj, const char *name, const char *text, Error **errp)
{
    const Property *p = object_property_find(obj, name);
    PropValue v = {0};

    if (!p) {
        return unknown(obj, name, errp);
    }
    if (!parse_value(p, text, &v, errp)) {
        err_prepend(errp, "property '%s' of %s: ", name, object_get_user_name(obj));
        return false;
    }
    return object_property_set(obj, name, &v, errp);
}

/* ---- get ---- */

bool object_property_get(Object *obj, const char *name, PropValue *v, Error **errp)
{
    const Property *p = object_property_find(obj, name);

    *v = (PropValue){0};
    if (!p) {
        return unknown(obj, name, errp);
    }
    v->kind = p->kind;
    if (p->get) {
        return p->get(obj, p, v, errp);
    }
    if (p->set) {
        return err_set(errp, "property '%s' of %s can only be set", name,
                       object_get_user_name(obj));
    }
    read_field(obj, p, v);
    return true;
}

/* Get a value that is held in the member that @kind uses. */
static bool get_as(Object *obj, const char *name, PropKind kind, PropValue *v, Error **errp)
{
    if (!object_property_get(obj, name, v, errp)) {
        return false;
    }
    if (kinds[v->kind].as != kinds[kind].as) {
        return err_set(errp, "property '%s' of %s is a %s, not a %s", name,
                       object_get_user_name(obj), kinds[v->kind].name, kinds[kind].name);
    }
    return true;
}

bool object_property_get_bool(Object *obj, const char *name, Error **errp)
{
    PropValue v;

    return get_as(obj, name, PROP_KIND_BOOL, &v, errp) && v.u;
}

uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp)
{
    PropValue v;

    return get_as(obj, name, PROP_KIND_U64, &v, errp) ? v.u : 0;
}

const char *object_property_get_str(Object *obj, const char *name, Error **errp)
{
    PropValue v;

    return get_as(obj, name, PROP_KIND_STR, &v, errp) ? v.s : NULL;
}

Object *object_property_get_link(Object *obj, const char *name, Error **errp)
{
    PropValue v;

    return get_as(obj, name, PROP_KIND_LINK, &v, errp) ? v.obj : NULL;
}

char *object_property_print(Object *obj, const char *name, Error **errp)
{
    PropValue v;

    if (!object_property_get(obj, name, &v, errp)) {
        return NULL;
    }
    switch (kinds[v.kind].as) {
    case AS_BOOL:
        return xstrdup(v.u ? "true" : "false");
    case AS_UINT:
        return xasprintf("%" PRIu64, v.u);
    case AS_STR:
        return xstrdup(v.s ? v.s : "");
    default:
        return v.obj ? object_get_path(v.obj) : xstrdup("");
    }
}
