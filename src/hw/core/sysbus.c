/* SPDX-License-Identifier: MIT */
/* The system bus: the wires of the board itself. */
#include "qom/device.h"
#include "qom/module.h"

static const TypeInfo sysbus_type = {.name = TYPE_SYSBUS, .parent = TYPE_BUS};

static void register_sysbus(void)
{
    type_register_static(&sysbus_type);
}
type_init(register_sysbus);
