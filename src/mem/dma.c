/* SPDX-License-Identifier: MIT */
/* A device's accesses: the plain ones, inside the guard. */
#include "mem/dma.h"

static MemTxResult dma_rw(AddressSpace *as, void *dev, hwaddr addr, void *buf, size_t len,
                          bool is_write)
{
    DeviceBusy busy;
    MemTxResult r;

    device_hold(&busy, dev);
    r = address_space_rw(as, addr, buf, len, is_write);
    device_leave(&busy);
    return r;
}

MemTxResult dma_memory_read(AddressSpace *as, void *dev, hwaddr addr, void *buf, size_t len)
{
    return dma_rw(as, dev, addr, buf, len, false);
}

MemTxResult dma_memory_write(AddressSpace *as, void *dev, hwaddr addr, const void *buf, size_t len)
{
    return dma_rw(as, dev, addr, (void *)buf, len, true);
}

MemTxResult dma_memory_set(AddressSpace *as, void *dev, hwaddr addr, uint8_t byte, size_t len)
{
    DeviceBusy busy;
    MemTxResult r;

    device_hold(&busy, dev);
    r = address_space_set(as, addr, byte, len);
    device_leave(&busy);
    return r;
}

uint64_t dma_ld_le(AddressSpace *as, void *dev, hwaddr addr, unsigned size, MemTxResult *result)
{
    DeviceBusy busy;
    uint64_t v;

    device_hold(&busy, dev);
    v = address_space_ld_le(as, addr, size, result);
    device_leave(&busy);
    return v;
}

void dma_st_le(AddressSpace *as, void *dev, hwaddr addr, uint64_t value, unsigned size,
               MemTxResult *result)
{
    DeviceBusy busy;

    device_hold(&busy, dev);
    address_space_st_le(as, addr, value, size, result);
    device_leave(&busy);
}
