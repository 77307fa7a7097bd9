/* SPDX-License-Identifier: MIT */
/* Bit manipulation with the Zba, Zbb and Zbs instructions: a bit-board search, counts, rotations.
 * @set integer
 * @march _zba_zbb_zbs */
#include "bench.h"

static uint32_t index_of[4096];

static unsigned queens(uint32_t all, uint32_t columns, uint32_t left, uint32_t right)
{
    unsigned found = 0;
    uint32_t free = all & ~(columns | left | right);

    if (columns == all) {
        return 1;
    }
    while (free) {
        uint32_t bit = free & -free;

        free &= free - 1;
        found += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return found;
}

uint64_t bench(void)
{
    uint64_t seed = 5, sum = 0;

    sum = mix(sum, queens((1 << 11) - 1, 0, 0, 0));
    for (unsigned i = 0; i < 300000000; i++) {
        uint64_t v = next_random(&seed);

        sum += __builtin_popcountll(v) + __builtin_clzll(v | 1) + __builtin_ctzll(v | 1ull << 63);
        sum ^= __builtin_bswap64(v) ^ (v >> 13 | v << 51) ^ (v & ~sum);
        index_of[v & 4095] += (uint32_t)sum >> 7;
        sum += (v >> (i & 63) & 1) + index_of[sum & 4095];
    }
    return sum;
}
