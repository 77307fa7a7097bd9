/* SPDX-License-Identifier: MIT */
/* The composition tree: what is part of what.
 *
 *     /machine                 the board
 *         /unattached          what the board made without giving it a name
 *         /peripheral          -device with id=
 *         /peripheral-anon     -device without
 *
 * A parent holds the only reference that keeps most objects alive: object_unparent is how they
 * end. */
#include "base/alloc.h"
#include "qom/module.h"
#include "qom/property_int.h"

#define TYPE_CONTAINER "container"

static Object *root;

Object *object_get_root(void)
{
    if (!root) {
        root = object_new(TYPE_CONTAINER);
    }
    return root;
}

void object_root_destroy(void)
{
    object_unref(root);
    root = NULL;
}

static InstanceProp *find_child(Object *parent, const Object *child)
{
    InstanceProp *ip;

    LIST_FOREACH(ip, &parent->props, link) {
        if (ip->child == child) {
            return ip;
        }
    }
    return NULL;
}

/* "device[*]" with the star replaced by the first number that is free. */
static char *free_name(Object *parent, const char *pattern, const char *star)
{
    for (unsigned i = 0;; i++) {
        char *name = xasprintf("%.*s%u%s", (int)(star - pattern), pattern, i, star + 1);

        if (!object_property_find(parent, name)) {
            return name;
        }
        free(name);
    }
}

void object_property_add_child(Object *parent, const char *name, void *child)
{
    static const Property row = {.kind = PROP_KIND_CHILD, .help = "a part of this object"};
    const char *star = strstr(name, "[*]");
    Object *obj = child;

    assert(!obj->parent);
    instance_prop_add(parent, &row, star ? free_name(parent, name, star + 1) : xstrdup(name))
        ->child = object_ref(obj);
    obj->parent = parent;
}

void object_unparent(void *ptr)
{
    Object *obj = ptr;
    InstanceProp *ip = obj->parent ? find_child(obj->parent, obj) : NULL;

    if (!ip) {
        return;
    }
    list_remove(&ip->link);
    free(ip->name);
    free(ip);
    obj->parent = NULL;
    object_unref(obj);
}

bool object_child_foreach(Object *obj, bool (*fn)(Object *child, const char *name, void *opaque),
                          void *opaque)
{
    InstanceProp *ip, *next;

    LIST_FOREACH_SAFE(ip, next, &obj->props, link) {
        if (ip->child && fn(ip->child, ip->name, opaque)) {
            return true;
        }
    }
    return false;
}

/* ---- paths ---- */

const char *object_get_name(Object *obj)
{
    InstanceProp *ip = obj->parent ? find_child(obj->parent, obj) : NULL;

    return ip ? ip->name : NULL;
}

static bool append_path(Object *obj, Str *path)
{
    if (obj == object_get_root()) {
        return true;
    }
    if (!obj->parent || !append_path(obj->parent, path)) {
        return false;
    }
    str_printf(path, "/%s", object_get_name(obj));
    return true;
}

char *object_get_path(Object *obj)
{
    Str path = {0};

    if (!append_path(obj, &path)) {
        str_free(&path);
        return NULL;
    }
    return path.s ? path.s : xstrdup("/");
}

/* Follow @path, through children and links, from @obj. */
static Object *walk(Object *obj, const char *path)
{
    while (obj && *path) {
        size_t n = strcspn(path, "/");

        if (n) {
            char *name = xasprintf("%.*s", (int)n, path);
            const Property *p = object_property_find(obj, name);
            bool follows = p && (p->kind == PROP_KIND_CHILD || p->kind == PROP_KIND_LINK);

            obj = follows ? object_property_get_link(obj, name, NULL) : NULL;
            free(name);
        }
        path += n + (path[n] == '/');
    }
    return obj;
}

typedef struct Search {
    const char *path;
    Object *found;
    bool ambiguous;
} Search;

static bool search(Object *obj, const char *name, void *opaque)
{
    Search *s = opaque;
    Object *hit = walk(obj, s->path);

    if (hit && hit != s->found) {
        s->ambiguous = s->found;
        s->found = hit;
    }
    return s->ambiguous || object_child_foreach(obj, search, s);
}

Object *object_resolve_path(const char *path)
{
    Search s = {.path = path};

    if (*path == '/') {
        return walk(object_get_root(), path);
    }
    if (!*path) {
        return NULL;
    }
    search(object_get_root(), NULL, &s);
    return s.ambiguous ? NULL : s.found;
}

Object *container_get(const char *path)
{
    Object *obj = object_get_root();

    while (*path) {
        size_t n = strcspn(path, "/");

        if (n) {
            char *name = xasprintf("%.*s", (int)n, path);
            Object *next = walk(obj, name);

            if (!next) {
                next = object_new(TYPE_CONTAINER);
                object_property_add_child(obj, name, next);
                object_unref(next); /* its parent keeps it */
            }
            obj = next;
            free(name);
        }
        path += n + (path[n] == '/');
    }
    return obj;
}

/* ---- listings ---- */

static void print_property(Object *obj, const Property *p, void *opaque)
{
    Object *child = p->kind == PROP_KIND_CHILD ? container_of(p, InstanceProp, row)->child : NULL;
    Str type = {0};

    prop_type_name(p, child, &type);
    str_printf(opaque, "%s (%s)\n", p->name, str_get(&type));
    str_free(&type);
}

void object_print_properties(Object *obj, Str *out)
{
    str_append(out, "type (string)\n");
    object_property_foreach(obj, print_property, out);
}

typedef struct TreePrint {
    Str *out;
    unsigned depth;
} TreePrint;

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(InstanceProp *const *)a)->name, (*(InstanceProp *const *)b)->name);
}

/* The children of @obj in the order of their names.  To be freed. */
static InstanceProp **sorted_children(Object *obj, size_t *count)
{
    InstanceProp **list = NULL, *ip;

    *count = 0;
    LIST_FOREACH(ip, &obj->props, link) {
        if (ip->child) {
            list = xrealloc(list, (*count + 1) * sizeof(*list));
            list[(*count)++] = ip;
        }
    }
    if (list) {
        qsort(list, *count, sizeof(*list), compare_names);
    }
    return list;
}

static void print_child(TreePrint *t, Object *child, const char *name)
{
    size_t count;
    InstanceProp **below = sorted_children(child, &count);

    str_printf(t->out, "%*s/%s (%s)\n", 2 * (int)t->depth, "", name, object_get_typename(child));
    t->depth++;
    for (size_t i = 0; i < count; i++) {
        print_child(t, below[i]->child, below[i]->name);
    }
    t->depth--;
    free(below);
}

void object_print_tree(Object *obj, Str *out)
{
    const char *name = object_get_name(obj);

    print_child(&(TreePrint){.out = out}, obj, name ? name : "");
}

static void print_type(ObjectClass *class, void *opaque)
{
    ObjectClass *parent = object_class_get_parent(class);

    str_printf(opaque, "%-24s %-24s%s\n", object_class_get_name(class),
               parent ? object_class_get_name(parent) : "-",
               object_class_is_abstract(class) ? " (abstract)" : "");
}

void object_print_types(Str *out)
{
    object_class_foreach(print_type, NULL, true, out);
}

static const TypeInfo container_type = {.name = TYPE_CONTAINER, .parent = TYPE_OBJECT};

static void register_container(void)
{
    type_register_static(&container_type);
}
type_init(register_container);
