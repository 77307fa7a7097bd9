/* SPDX-License-Identifier: MIT */
/* Shared by device.c, bus.c, device_add.c and state.c. */
#ifndef QOM_DEVICE_INT_H
#define QOM_DEVICE_INT_H

#include "qom/device.h"

/* A device's rows, base first: what its type and the types above it say. */
enum { DEVICE_LEVELS = 8 };
typedef struct DeviceRows {
    const DeviceInfo *row[DEVICE_LEVELS];
    unsigned n;
} DeviceRows;

DeviceRows device_class_rows(ObjectClass *class);

/* The type of bus that devices of @class plug into, or NULL. */
const char *device_bus_type(ObjectClass *class);

/* May a user write -device with this type? */
bool device_user_creatable(ObjectClass *class);

bool device_machine_running(void);

/* Put @dev on @bus, which takes a reference, or take it off. */
void bus_attach(Bus *bus, Device *dev);
void bus_detach(Device *dev);
bool bus_is_full(const Bus *bus);
bool bus_exists(const char *type); /* one of that type, full or not */
void bus_offer_names(Nearest *near);

#endif
