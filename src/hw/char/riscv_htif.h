/* SPDX-License-Identifier: MIT */
/* HTIF: the host-target interface of the spike simulator. */
#ifndef HW_CHAR_RISCV_HTIF_H
#define HW_CHAR_RISCV_HTIF_H

#include "mem/memory.h"
#include "qom/device.h"

/* Show the two words at @tohost and @fromhost, over whatever is there; the guest's program says
 * where, by symbols of these names.  @chardev is the console's, or NULL.  NULL with an error.  The
 * tree owns the result. */
Device *htif_create(hwaddr tohost, hwaddr fromhost, const char *chardev, Error **errp);

#endif
