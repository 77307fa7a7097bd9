/* SPDX-License-Identifier: MIT */
/* Bitmaps: arrays of 64-bit words, bit n in word n / 64.  The atomic forms may race with each
 * other. */
#ifndef BASE_BITMAP_H
#define BASE_BITMAP_H

#include "base/types.h"

#define BITMAP_WORDS(nbits) (((nbits) + 63) / 64)

static inline void bit_set(uint64_t *map, size_t n)
{
    map[n / 64] |= BIT(n % 64);
}

static inline void bit_clear(uint64_t *map, size_t n)
{
    map[n / 64] &= ~BIT(n % 64);
}

static inline bool bit_test(const uint64_t *map, size_t n)
{
    return map[n / 64] >> (n % 64) & 1;
}

static inline void bit_set_atomic(uint64_t *map, size_t n)
{
    __atomic_fetch_or(&map[n / 64], BIT(n % 64), __ATOMIC_SEQ_CST);
}

/* Clear bit @n; returns what it was. */
static inline bool bit_test_and_clear_atomic(uint64_t *map, size_t n)
{
    return __atomic_fetch_and(&map[n / 64], ~BIT(n % 64), __ATOMIC_SEQ_CST) >> (n % 64) & 1;
}

/* The first set bit at or after @from, or @nbits when there is none. */
size_t bitmap_find_next(const uint64_t *map, size_t nbits, size_t from);

/* Set or clear bits [from, from+count). */
void bitmap_set_range(uint64_t *map, size_t from, size_t count, bool value);

#endif
