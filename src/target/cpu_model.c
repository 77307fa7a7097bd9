/* SPDX-License-Identifier: MIT */
/* "-cpu MODEL,prop=value,...": CPU types as users name them.
 *
 * A model is a concrete type below the target's base type, and is called MODEL-BASE: the model
 * rv64 of "riscv-cpu" is the type "rv64-riscv-cpu".  Users may write either. */
#include "base/alloc.h"
#include "target/cpu.h"

/* The model's name in the type's: all of it before "-BASE". */
static char *model_name(const char *type, const char *base)
{
    size_t n = strlen(type), tail = strlen(base) + 1;

    if (n > tail && type[n - tail] == '-' && !strcmp(type + n - tail + 1, base)) {
        return xasprintf("%.*s", (int)(n - tail), type);
    }
    return xstrdup(type);
}

/* A candidate lives only while it is offered, so the search keeps what is nearest. */
typedef struct ModelSearch {
    const char *base;
    Nearest near;
    char *best;
} ModelSearch;

static void offer_model(ObjectClass *class, void *opaque)
{
    ModelSearch *s = opaque;
    char *name = model_name(object_class_get_name(class), s->base);

    nearest_offer(&s->near, name);
    if (s->near.best == name) {
        free(s->best);
        s->best = name;
    } else {
        free(name);
    }
}

static bool unknown_model(const char *base, const char *model, Error **errp)
{
    ModelSearch s = {.base = base};

    nearest_init(&s.near, model);
    object_class_foreach(offer_model, base, false, &s);
    if (nearest_get(&s.near)) {
        err_set(errp, "-cpu %s: no such CPU model; did you mean '%s'?", model, s.best);
    } else {
        err_set(errp, "-cpu %s: no such CPU model; '-cpu help' lists them", model);
    }
    free(s.best);
    return false;
}

static const char *find_type(const char *base, const char *model, Error **errp)
{
    char *full = xasprintf("%s-%s", model, base);
    ObjectClass *class = object_class_by_name(full);

    free(full);
    class = class ? class : object_class_by_name(model);
    if (!class || object_class_is_abstract(class) || !object_class_dynamic_cast(class, base)) {
        unknown_model(base, model, errp);
        return NULL;
    }
    return object_class_get_name(class);
}

static bool set_properties(Device *dev, KeyVals *kv, Error **errp)
{
    KeyVal *e;

    LIST_FOREACH(e, &kv->list, link) {
        if (!e->used && !device_set_prop(dev, e->key, e->value, errp)) {
            keyval_blame(kv, errp);
            return false;
        }
    }
    return true;
}

Device *cpu_new_from_text(const char *base_type, const char *text, Error **errp)
{
    KeyVals *kv = keyval_parse("-cpu", text, "model", errp);
    const char *model = kv ? keyval_get(kv, "model") : NULL, *type = NULL;
    Device *dev = NULL;

    if (kv && !model) {
        err_set(errp, "-cpu %s: the model's name comes first; '-cpu help' lists them", text);
    } else if (kv) {
        type = find_type(base_type, model, errp);
    }
    if (type) {
        dev = device_new(type, errp);
    }
    if (dev && !set_properties(dev, kv, errp)) {
        object_unref(dev);
        dev = NULL;
    }
    if (kv) {
        keyval_free(kv);
    }
    return dev;
}

typedef struct ModelHelp {
    const char *base;
    FILE *out;
} ModelHelp;

static void print_model(ObjectClass *class, void *opaque)
{
    ModelHelp *h = opaque;
    const DeviceInfo *row = ((DeviceClass *)class)->info;
    char *name = model_name(row->name, h->base);

    fprintf(h->out, "%-16s %s\n", name, row->summary ? row->summary : "");
    free(name);
}

void cpu_help(const char *base_type, FILE *out)
{
    ModelHelp h = {base_type, out};

    object_class_foreach(print_model, base_type, false, &h);
}
