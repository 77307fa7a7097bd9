/* SPDX-License-Identifier: MIT */
/* The bytes of saved state.  Fields and fields of nested structs are both seen as columns: equal
 * elements at a stride, so that writing and reading are one loop each. */
#include "qom/state.h"
#include "qom/device_int.h"

typedef struct Column {
    const char *prefix, *name; /* "ctx" and "threshold", or NULL and "alarm" */
    uint8_t *base;             /* of the first struct's field */
    size_t structs, stride;    /* 1 and 0 for a plain field */
    size_t per_struct;         /* elements in each */
    uint8_t elem;              /* bytes of each */
    bool is_bool;
} Column;

/* Call @fn for each column of @row until it returns true; returns whether one did. */
static bool each_column(Device *dev, const DeviceInfo *row,
                        bool (*fn)(const Column *c, void *opaque), void *opaque)
{
    for (const StateField *f = row->state; f && f->name; f++) {
        Column c = {.name = f->name,
                    .base = (uint8_t *)dev + f->offset,
                    .structs = 1,
                    .per_struct = f->size / f->elem,
                    .elem = f->elem,
                    .is_bool = f->is_bool};

        if (fn(&c, opaque)) {
            return true;
        }
    }
    for (const StateNested *n = row->nested; n && n->name; n++) {
        for (const StateField *f = n->fields; f->name; f++) {
            Column c = {.prefix = n->name,
                        .name = f->name,
                        .base = (uint8_t *)dev + n->offset + f->offset,
                        .structs = n->count,
                        .stride = n->stride,
                        .per_struct = f->size / f->elem,
                        .elem = f->elem,
                        .is_bool = f->is_bool};

            if (fn(&c, opaque)) {
                return true;
            }
        }
    }
    return false;
}

/* The host's order of bytes, either way. */
static uint64_t load_elem(const uint8_t *p, unsigned size)
{
    uint16_t v16;
    uint32_t v32;
    uint64_t v64;

    switch (size) {
    case 1:
        return *p;
    case 2:
        memcpy(&v16, p, 2);
        return v16;
    case 4:
        memcpy(&v32, p, 4);
        return v32;
    default:
        memcpy(&v64, p, 8);
        return v64;
    }
}

static void store_elem(uint8_t *p, unsigned size, uint64_t v)
{
    uint16_t v16 = v;
    uint32_t v32 = v;

    switch (size) {
    case 1:
        *p = v;
        break;
    case 2:
        memcpy(p, &v16, 2);
        break;
    case 4:
        memcpy(p, &v32, 4);
        break;
    default:
        memcpy(p, &v, 8);
        break;
    }
}

/* ---- save ---- */

static void put(Str *out, uint64_t v, unsigned size)
{
    char bytes[8];

    for (unsigned i = 0; i < size; i++) {
        bytes[i] = v >> (8 * i);
    }
    str_append_n(out, bytes, size);
}

static void put_name(Str *out, const char *prefix, const char *name)
{
    size_t n = strlen(name) + (prefix ? strlen(prefix) + 1 : 0);

    assert(n < 256);
    put(out, n, 1);
    if (prefix) {
        str_append(out, prefix);
        str_append(out, ".");
    }
    str_append(out, name);
}

static bool save_column(const Column *c, void *opaque)
{
    put_name(opaque, c->prefix, c->name);
    put(opaque, c->elem, 1);
    put(opaque, c->structs * c->per_struct, 4);
    for (size_t s = 0; s < c->structs; s++) {
        for (size_t i = 0; i < c->per_struct; i++) {
            put(opaque, load_elem(c->base + s * c->stride + i * c->elem, c->elem), c->elem);
        }
    }
    return false;
}

static bool count_column(const Column *c, void *opaque)
{
    ++*(unsigned *)opaque;
    return false;
}

void state_save(Device *dev, Str *out)
{
    DeviceRows rows = device_class_rows(dev->obj.class);

    put_name(out, NULL, object_get_typename(&dev->obj));
    put(out, dev->input_count, 4);
    for (int i = 0; i < dev->input_count; i++) {
        put(out, dev->inputs[i].level, 4);
    }
    put(out, rows.n, 1);
    for (unsigned i = 0; i < rows.n; i++) {
        unsigned n = 0;

        each_column(dev, rows.row[i], count_column, &n);
        put_name(out, NULL, rows.row[i]->name);
        put(out, rows.row[i]->version, 4);
        put(out, n, 2);
        each_column(dev, rows.row[i], save_column, out);
    }
}

/* ---- load ---- */

static bool get(StateReader *in, unsigned size, uint64_t *v)
{
    *v = 0;
    if ((size_t)(in->end - in->pos) < size) {
        return false;
    }
    for (unsigned i = 0; i < size; i++) {
        *v |= (uint64_t)*in->pos++ << (8 * i);
    }
    return true;
}

static bool get_name(StateReader *in, char name[256])
{
    uint64_t n;

    if (!get(in, 1, &n) || (size_t)(in->end - in->pos) < n) {
        return false;
    }
    memcpy(name, in->pos, n);
    name[n] = 0;
    in->pos += n;
    return true;
}

typedef struct Lookup {
    const char *name; /* as read */
    Column found;
} Lookup;

static bool match_column(const Column *c, void *opaque)
{
    Lookup *l = opaque;
    size_t n = c->prefix ? strlen(c->prefix) : 0;

    if (n ? strncmp(l->name, c->prefix, n) || l->name[n] != '.' || strcmp(l->name + n + 1, c->name)
          : strcmp(l->name, c->name)) {
        return false;
    }
    l->found = *c;
    return true;
}

static bool load_values(const Column *c, StateReader *in, const char *name, Error **errp)
{
    uint64_t v;

    for (size_t s = 0; s < c->structs; s++) {
        for (size_t i = 0; i < c->per_struct; i++) {
            if (!get(in, c->elem, &v)) {
                return err_set(errp, "the saved state ends inside '%s'", name);
            }
            if (c->is_bool && v > 1) {
                return err_set(errp, "'%s' is neither 0 nor 1 but %" PRIu64, name, v);
            }
            store_elem(c->base + s * c->stride + i * c->elem, c->elem, v);
        }
    }
    return true;
}

static bool load_column(Device *dev, const DeviceInfo *row, StateReader *in, Error **errp)
{
    char name[256];
    Lookup l = {.name = name};
    uint64_t elem, count;

    if (!get_name(in, name) || !get(in, 1, &elem) || !get(in, 4, &count)) {
        return err_set(errp, "the saved state ends between two fields");
    }
    if (!each_column(dev, row, match_column, &l)) {
        return err_set(errp, "there is no field '%s'", name);
    }
    if (elem != l.found.elem || count != l.found.structs * l.found.per_struct) {
        return err_set(errp,
                       "field '%s' has %" PRIu64 " elements of %" PRIu64 " bytes, not %zu of %u",
                       name, count, elem, l.found.structs * l.found.per_struct, l.found.elem);
    }
    return load_values(&l.found, in, name, errp);
}

static bool load_row(Device *dev, const DeviceInfo *row, StateReader *in, Error **errp)
{
    char name[256];
    uint64_t version, n;
    unsigned ours = 0;

    if (!get_name(in, name) || !get(in, 4, &version) || !get(in, 2, &n)) {
        return err_set(errp, "the saved state ends too early");
    }
    if (strcmp(name, row->name)) {
        return err_set(errp, "the state of a '%s' stands where that of a '%s' should", name,
                       row->name);
    }
    if (version > row->version) {
        return err_set(errp, "it was saved by a newer teemu (version %" PRIu64 ", ours is %u)",
                       version, row->version);
    }
    /* An older version may have fewer fields; what it lacks keeps its reset value. */
    each_column(dev, row, count_column, &ours);
    if (n > ours || (n < ours && version == row->version)) {
        return err_set(errp, "it has %" PRIu64 " fields, not %u", n, ours);
    }
    while (n--) {
        if (!load_column(dev, row, in, errp)) {
            return false;
        }
    }
    return true;
}

static bool load_inputs(Device *dev, StateReader *in, Error **errp)
{
    uint64_t n, level;

    if (!get(in, 4, &n) || n != (uint64_t)dev->input_count) {
        return err_set(errp, "its number of input lines is not %d", dev->input_count);
    }
    for (int i = 0; i < dev->input_count; i++) {
        if (!get(in, 4, &level)) {
            return err_set(errp, "the saved state ends inside the input lines");
        }
        dev->inputs[i].level = (int32_t)level;
    }
    return true;
}

static bool load(Device *dev, StateReader *in, Error **errp)
{
    DeviceRows rows = device_class_rows(dev->obj.class);
    char name[256];
    uint64_t n;

    if (!get_name(in, name) || strcmp(name, object_get_typename(&dev->obj))) {
        return err_set(errp, "the saved state is that of another device");
    }
    if (!load_inputs(dev, in, errp)) {
        return false;
    }
    if (!get(in, 1, &n) || n != rows.n) {
        return err_set(errp, "the saved state has another hierarchy of types");
    }
    for (unsigned i = 0; i < rows.n; i++) {
        if (!load_row(dev, rows.row[i], in, errp)) {
            return false;
        }
    }
    for (unsigned i = 0; i < rows.n; i++) {
        if (rows.row[i]->post_load && !rows.row[i]->post_load(dev, errp)) {
            return false;
        }
    }
    return true;
}

bool state_load(Device *dev, StateReader *in, Error **errp)
{
    if (!load(dev, in, errp)) {
        err_prepend(errp, "state of %s: ", device_name(dev));
        return false;
    }
    return true;
}
