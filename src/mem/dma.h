/* SPDX-License-Identifier: MIT */
/* How devices reach memory.  As address_space_*, and in addition the device is named: while its
 * access is under way it is busy, and if the access comes round to one of its own registers, the
 * access fails (MEMTX_ERROR) with a guest log line instead of entering the device a second time. */
#ifndef MEM_DMA_H
#define MEM_DMA_H

#include "mem/address_space.h"

/* @dev is the device, the same pointer as the owner of its regions. */
MemTxResult dma_memory_read(AddressSpace *as, void *dev, hwaddr addr, void *buf, size_t len);
MemTxResult dma_memory_write(AddressSpace *as, void *dev, hwaddr addr, const void *buf, size_t len);
MemTxResult dma_memory_set(AddressSpace *as, void *dev, hwaddr addr, uint8_t byte, size_t len);

uint64_t dma_ld_le(AddressSpace *as, void *dev, hwaddr addr, unsigned size, MemTxResult *result);
void dma_st_le(AddressSpace *as, void *dev, hwaddr addr, uint64_t value, unsigned size,
               MemTxResult *result);

/* The guard itself: the chain of devices whose code this thread is inside, innermost first. */
typedef struct DeviceBusy {
    void *dev;
    struct DeviceBusy *outer;
} DeviceBusy;

/* False, with a log line, when @dev is busy already; else it is until device_leave.  @at, @name for
 * the message. */
bool device_enter(DeviceBusy *busy, void *dev, hwaddr at, const char *name);
/* @dev begins an access of its own: it may be busy already. */
void device_hold(DeviceBusy *busy, void *dev);
void device_leave(DeviceBusy *busy);

#endif
