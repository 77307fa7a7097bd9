/* SPDX-License-Identifier: MIT */
/* Device trees: libfdt, with a buffer that doubles when a change does not fit. */
#include "hw/core/fdt.h"

#include "base/alloc.h"
#include "hw/core/loader.h"

#include <errno.h>
#include <libfdt.h>

enum { FDT_START = 16 << 10, FDT_LIMIT = 16 << 20 };

static Fdt *dt_with_room(int size)
{
    Fdt *dt = xnew(Fdt);

    dt->capacity = size + FDT_START;
    dt->blob = xcalloc(1, dt->capacity);
    return dt;
}

Fdt *dt_new(void)
{
    Fdt *dt = dt_with_room(0);

    dt->error = fdt_create_empty_tree(dt->blob, dt->capacity);
    assert(!dt->error);
    return dt;
}

void dt_free(Fdt *dt)
{
    if (dt) {
        free(dt->blob);
        free(dt);
    }
}

Fdt *dt_load(const char *path, Error **errp)
{
    size_t len;
    uint8_t *data = load_file("-dtb", path, &len, errp);
    Fdt *dt = NULL;
    int r;

    if (!data) {
        return NULL;
    }
    r = len > FDT_LIMIT / 2 ? -FDT_ERR_BADSTRUCTURE : fdt_check_full(data, len);
    if (r == 0) {
        dt = dt_with_room(fdt_totalsize(data));
        r = fdt_open_into(data, dt->blob, dt->capacity);
        fdt_find_max_phandle(dt->blob, &dt->last_phandle);
    }
    if (r) {
        err_set(errp, "-dtb %s: it is not a flattened device tree (%s); make one with dtc -O dtb",
                path, fdt_strerror(r));
        dt_free(dt);
        dt = NULL;
    }
    free(data);
    return dt;
}

/* After a change that gave @result: true when it must be tried again in a larger buffer. */
static bool grow(Fdt *dt, int result)
{
    if (result == -FDT_ERR_NOSPACE && dt->capacity < FDT_LIMIT) {
        dt->capacity *= 2;
        dt->blob = xrealloc(dt->blob, dt->capacity);
        result = fdt_open_into(dt->blob, dt->blob, dt->capacity);
        if (result == 0) {
            return true;
        }
    }
    if (result < 0 && !dt->error) {
        dt->error = result;
    }
    return false;
}

/* ---- nodes ---- */

/* The node at the first @len characters of @path, made if need be. */
static void add_prefix(Fdt *dt, const char *path, size_t len)
{
    size_t slash = len;
    int r;

    if (len == 0 || fdt_path_offset_namelen(dt->blob, path, len) >= 0) {
        return;
    }
    do {
        slash--;
    } while (path[slash] != '/');
    add_prefix(dt, path, slash);
    do {
        int parent = slash ? fdt_path_offset_namelen(dt->blob, path, slash) : 0;

        r = parent < 0
                ? parent
                : fdt_add_subnode_namelen(dt->blob, parent, path + slash + 1, len - slash - 1);
    } while (grow(dt, r));
}

void dt_add_node(Fdt *dt, const char *path)
{
    assert(path[0] == '/');
    if (!dt->error && path[1]) {
        add_prefix(dt, path, strlen(path));
    }
}

bool dt_has_node(const Fdt *dt, const char *path)
{
    return fdt_path_offset(dt->blob, path) >= 0;
}

void dt_del_node(Fdt *dt, const char *path)
{
    int node = fdt_path_offset(dt->blob, path);

    if (!dt->error && node >= 0) {
        grow(dt, fdt_del_node(dt->blob, node));
    }
}

/* ---- properties ---- */

void dt_set_bytes(Fdt *dt, const char *path, const char *prop, const void *data, size_t len)
{
    int r;

    if (dt->error) {
        return;
    }
    do {
        int node = fdt_path_offset(dt->blob, path);

        r = node < 0 ? node : fdt_setprop(dt->blob, node, prop, data, len);
    } while (grow(dt, r));
}

void dt_set_empty(Fdt *dt, const char *path, const char *prop)
{
    dt_set_bytes(dt, path, prop, NULL, 0);
}

void dt_set_string(Fdt *dt, const char *path, const char *prop, const char *value)
{
    dt_set_bytes(dt, path, prop, value, strlen(value) + 1);
}

void dt_set_strings(Fdt *dt, const char *path, const char *prop, ...)
{
    Str all = {0};
    const char *s;
    va_list ap;

    va_start(ap, prop);
    while ((s = va_arg(ap, const char *))) {
        str_append_n(&all, s, strlen(s) + 1);
    }
    va_end(ap);
    dt_set_bytes(dt, path, prop, all.s, all.len);
    str_free(&all);
}

void dt_set_cell_array(Fdt *dt, const char *path, const char *prop, const uint32_t *cells,
                       size_t count)
{
    uint32_t *big = xnew_n(uint32_t, count + 1);

    for (size_t i = 0; i < count; i++) {
        big[i] = __builtin_bswap32(cells[i]);
    }
    dt_set_bytes(dt, path, prop, big, 4 * count);
    free(big);
}

void dt_set_cell(Fdt *dt, const char *path, const char *prop, uint32_t value)
{
    dt_set_cell_array(dt, path, prop, &value, 1);
}

void dt_set_u64(Fdt *dt, const char *path, const char *prop, uint64_t value)
{
    dt_set_cell_array(dt, path, prop, (uint32_t[]){value >> 32, value}, 2);
}

void dt_set_cells(Fdt *dt, const char *path, const char *prop, unsigned count, ...)
{
    uint32_t *cells = xnew_n(uint32_t, count + 1);
    va_list ap;

    va_start(ap, count);
    for (unsigned i = 0; i < count; i++) {
        cells[i] = va_arg(ap, uint32_t);
    }
    va_end(ap);
    dt_set_cell_array(dt, path, prop, cells, count);
    free(cells);
}

void dt_set_reg(Fdt *dt, const char *path, hwaddr addr, uint64_t size)
{
    dt_set_cell_array(dt, path, "reg", (uint32_t[]){addr >> 32, addr, size >> 32, size}, 4);
}

uint32_t dt_phandle(Fdt *dt, const char *path)
{
    int node = fdt_path_offset(dt->blob, path);
    uint32_t phandle = node < 0 ? 0 : fdt_get_phandle(dt->blob, node);

    if (!phandle) {
        phandle = ++dt->last_phandle;
        dt_set_cell(dt, path, "phandle", phandle);
    }
    return phandle;
}

const void *dt_get(const Fdt *dt, const char *path, const char *prop, size_t *len)
{
    int node = fdt_path_offset(dt->blob, path), n = 0;
    const void *data = node < 0 ? NULL : fdt_getprop(dt->blob, node, prop, &n);

    *len = data ? n : 0;
    return data;
}

uint32_t dt_get_cell(const Fdt *dt, const char *path, const char *prop, uint32_t def)
{
    size_t len;
    const void *data = dt_get(dt, path, prop, &len);

    if (data && len >= 4) {
        memcpy(&def, data, 4);
        def = __builtin_bswap32(def);
    }
    return def;
}

/* ---- out ---- */

bool dt_finish(Fdt *dt, Error **errp)
{
    if (!dt->error) {
        dt->error = fdt_pack(dt->blob);
    }
    return !dt->error ||
           err_set(errp, "the device tree cannot be completed: %s", fdt_strerror(dt->error));
}

size_t dt_size(const Fdt *dt)
{
    return fdt_totalsize(dt->blob);
}

bool dt_dump(const Fdt *dt, const char *path, Error **errp)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(dt->blob, 1, dt_size(dt), f) == dt_size(dt);

    if (f && fclose(f) != 0) {
        ok = false;
    }
    return ok || err_set(errp, "dumpdtb=%s: cannot write it: %s", path, strerror(errno));
}
