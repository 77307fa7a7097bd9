/* SPDX-License-Identifier: MIT */
/* The devices of a board as a table: one loop makes each, wires it, maps it and describes it in the
 * device tree.  No device knows its board. */
#ifndef HW_CORE_BOARD_TABLE_H
#define HW_CORE_BOARD_TABLE_H

#include "hw/core/board.h"
#include "hw/core/fdt.h"

/* What the rows of a table are put into. */
typedef struct BoardWiring {
    Machine *machine;
    Device *intc;          /* its inputs are what .irq counts */
    Fdt *fdt;              /* NULL: describe nothing */
    const char *bus;       /* path of the node that the nodes go below: "/soc" */
    const char *intc_node; /* path of the interrupt parent */
} BoardWiring;

typedef struct BoardDevice {
    const char *type; /* a device row */
    hwaddr addr;
    uint64_t size;    /* what the device tree says that it occupies */
    int irq;          /* input of the interrupt controller; 0: none */
    const char *node; /* name of its node, without "@addr"; NULL: none */
    /* Set properties before it is realized; may be NULL. */
    bool (*setup)(Device *dev, Error **errp);
    /* Add to its node at @path; may be NULL. */
    void (*describe)(Fdt *fdt, const char *path);
} BoardDevice;

/* Make all of @table, in order. */
bool board_create_devices(const BoardWiring *w, const BoardDevice *table, size_t count,
                          Error **errp);

#endif
