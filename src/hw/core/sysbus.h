/* SPDX-License-Identifier: MIT */
/* The system bus: devices that are wired to the board, with registers at fixed addresses.
 *
 * When a device whose row has .mmio is realized, its dev->mmio is made from that row, and goes when
 * it is unrealized.  A device with other wishes (flash, several regions) makes dev->mmio itself in
 * realize and frees it in unrealize.  Either way the board decides where it appears. */
#ifndef HW_CORE_SYSBUS_H
#define HW_CORE_SYSBUS_H

#include "mem/memory.h"
#include "qom/device.h"

/* device_realize on the system bus; the caller's reference is given up, also in failure. */
bool sysbus_realize_and_unref(Device *dev, Error **errp);

/* Show the registers of @dev, which must be realized, at @addr of the system's memory.  Big lock.
 */
void sysbus_mmio_map(Device *dev, hwaddr addr);

#endif
