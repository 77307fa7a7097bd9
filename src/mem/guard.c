/* SPDX-License-Identifier: MIT */
/* The re-entrancy guard: which devices this thread is inside of.
 *
 * A device is entered when one of its registers is accessed, and while it makes an access of its
 * own.  The entries form a chain on the stack, innermost first; a register access to a device that
 * is on the chain is refused. */
#include "base/log.h"
#include "mem/dma.h"

static _Thread_local DeviceBusy *innermost;

void device_hold(DeviceBusy *busy, void *dev)
{
    busy->dev = dev;
    busy->outer = innermost;
    innermost = busy;
}

bool device_enter(DeviceBusy *busy, void *dev, hwaddr at, const char *name)
{
    for (DeviceBusy *b = innermost; b; b = b->outer) {
        if (b->dev == dev) {
            log_guest(name, "its own DMA reached it at offset %#" PRIx64 ": refused", at);
            return false;
        }
    }
    device_hold(busy, dev);
    return true;
}

void device_leave(DeviceBusy *busy)
{
    assert(innermost == busy);
    innermost = busy->outer;
}
