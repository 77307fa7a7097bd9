/* SPDX-License-Identifier: MIT */
/* Guest memory in the host's: little endian, as the hosts are that we run on.  An aligned access is
 * a single one: other threads see all of it or nothing. */
#ifndef BASE_HOST_MEM_H
#define BASE_HOST_MEM_H

#include "base/types.h"

/* One load of the right size: pieces would wait for the store that wrote the whole just before. */
static inline uint64_t host_load_misaligned(const void *p, unsigned size)
{
    uint16_t half;
    uint32_t word;
    uint64_t all;

    switch (size) {
    case 2:
        memcpy(&half, p, 2);
        return half;
    case 4:
        memcpy(&word, p, 4);
        return word;
    default:
        memcpy(&all, p, 8);
        return all;
    }
}

/* @size is 1, 2, 4 or 8 bytes. */
static inline uint64_t host_load(const void *p, unsigned size)
{
    if ((uintptr_t)p & (size - 1)) {
        return host_load_misaligned(p, size);
    }
    switch (size) {
    case 1:
        return __atomic_load_n((const uint8_t *)p, __ATOMIC_RELAXED);
    case 2:
        return __atomic_load_n((const uint16_t *)p, __ATOMIC_RELAXED);
    case 4:
        return __atomic_load_n((const uint32_t *)p, __ATOMIC_RELAXED);
    default:
        return __atomic_load_n((const uint64_t *)p, __ATOMIC_RELAXED);
    }
}

static inline void host_store(void *p, uint64_t v, unsigned size)
{
    if ((uintptr_t)p & (size - 1)) {
        memcpy(p, &v, size);
        return;
    }
    switch (size) {
    case 1:
        __atomic_store_n((uint8_t *)p, v, __ATOMIC_RELAXED);
        return;
    case 2:
        __atomic_store_n((uint16_t *)p, v, __ATOMIC_RELAXED);
        return;
    case 4:
        __atomic_store_n((uint32_t *)p, v, __ATOMIC_RELAXED);
        return;
    default:
        __atomic_store_n((uint64_t *)p, v, __ATOMIC_RELAXED);
    }
}

#endif
