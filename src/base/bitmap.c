/* SPDX-License-Identifier: MIT */
#include "base/bitmap.h"

size_t bitmap_find_next(const uint64_t *map, size_t nbits, size_t from)
{
    while (from < nbits) {
        uint64_t word = map[from / 64] >> (from % 64);

        if (word) {
            return MIN(from + __builtin_ctzll(word), nbits);
        }
        from = align_down(from, 64) + 64;
    }
    return nbits;
}

void bitmap_set_range(uint64_t *map, size_t from, size_t count, bool value)
{
    for (size_t n = from; n < from + count; n++) {
        if (value) {
            bit_set(map, n);
        } else {
            bit_clear(map, n);
        }
    }
}
