/* SPDX-License-Identifier: MIT */
/* Register-only arithmetic: shifts, adds, multiplications, a data-dependent branch. @set integer */
#include "bench.h"

uint64_t bench(void)
{
    uint64_t a = 1, b = 2, c = 3, sum = 0;
    uint32_t w = 7;

    for (uint64_t i = 0; i < 300000000; i++) {
        a = a * 6364136223846793005 + 1442695040888963407;
        b ^= a >> 17;
        c += (b << 5) - (a & 0xffff);
        w = w * 1664525 + (uint32_t)c;
        if (w & 0x40) {
            sum += c ^ w;
        } else {
            sum -= b >> 3;
        }
    }
    return mix(mix(sum, a), mix(b, c));
}
