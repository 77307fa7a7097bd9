/* SPDX-License-Identifier: MIT */
/* Building a device tree: libfdt with a buffer that grows, and nodes named by path.
 *
 *     Fdt *dt = dt_new();
 *     dt_add_node(dt, "/soc/serial@10000000");       parents are made as needed
 *     dt_set_string(dt, "/soc/serial@10000000", "compatible", "ns16550a");
 *     dt_set_cells(dt, "/soc/serial@10000000", "interrupts", 1, 10);
 *
 * The calls return nothing: the first failure (only possible with a tree from a file) is kept,
 * later calls do nothing, and dt_finish reports it.  The tree is complete in between, so it may be
 * written at any time. */
#ifndef HW_CORE_FDT_H
#define HW_CORE_FDT_H

#include "mem/memory.h"

typedef struct Fdt {
    void *blob; /* a flattened device tree with room to grow */
    int capacity;
    int error; /* libfdt's code of the first failure, or 0 */
    uint32_t last_phandle;
} Fdt;

Fdt *dt_new(void); /* with an empty root node */
void dt_free(Fdt *dt);

/* A tree from the file @path ("-dtb"), checked as a whole. */
Fdt *dt_load(const char *path, Error **errp);

/* Make the node @path, and the parents that do not exist yet.  An existing node is left alone. */
void dt_add_node(Fdt *dt, const char *path);
bool dt_has_node(const Fdt *dt, const char *path);
void dt_del_node(Fdt *dt, const char *path);

/* Set a property of the existing node @path. */
void dt_set_bytes(Fdt *dt, const char *path, const char *prop, const void *data, size_t len);
void dt_set_empty(Fdt *dt, const char *path, const char *prop);
void dt_set_string(Fdt *dt, const char *path, const char *prop, const char *value);
/* Several strings, ended by a NULL. */
void dt_set_strings(Fdt *dt, const char *path, const char *prop, ...) __attribute__((sentinel));
void dt_set_cell(Fdt *dt, const char *path, const char *prop, uint32_t value);
void dt_set_u64(Fdt *dt, const char *path, const char *prop, uint64_t value);
/* @count cells, each an int or uint32_t. */
void dt_set_cells(Fdt *dt, const char *path, const char *prop, unsigned count, ...);
void dt_set_cell_array(Fdt *dt, const char *path, const char *prop, const uint32_t *cells,
                       size_t count);
/* "reg" with two cells of address and two of size, for the usual #address-cells. */
void dt_set_reg(Fdt *dt, const char *path, hwaddr addr, uint64_t size);

/* The node's phandle, given to it now if it has none: what other nodes refer to it by. */
uint32_t dt_phandle(Fdt *dt, const char *path);

/* A property's contents (borrowed until the next change) or NULL; a cell's value or @def. */
const void *dt_get(const Fdt *dt, const char *path, const char *prop, size_t *len);
uint32_t dt_get_cell(const Fdt *dt, const char *path, const char *prop, uint32_t def);

/* Report the first failure, and drop the room to grow.  dt->blob is then dt_size(dt) bytes. */
bool dt_finish(Fdt *dt, Error **errp);
size_t dt_size(const Fdt *dt);

/* "-machine dumpdtb=FILE". */
bool dt_dump(const Fdt *dt, const char *path, Error **errp);

#endif
