/* SPDX-License-Identifier: MIT */
/* Division, square root, conversions, minimum and maximum, sign injection, comparison. @set float
 * */
#include "bench.h"

static inline double root(double x)
{
    double r;

    asm("fsqrt.d %0, %1" : "=f"(r) : "f"(x));
    return r;
}

static inline double least(double a, double b)
{
    double r;

    asm("fmin.d %0, %1, %2" : "=f"(r) : "f"(a), "f"(b));
    return r;
}

uint64_t bench(void)
{
    uint64_t seed = 17, sum = 0;
    double total = 0;
    float small = 1;

    for (unsigned i = 0; i < 22000000; i++) {
        int64_t n = (int64_t)next_random(&seed) >> 30;
        double x = (double)n / 4096, y = root(__builtin_fabs(x) + 1);

        total += x / y;
        total = least(total, 1e12);
        if (total < -1e9) {
            total = -total / 2;
        }
        small = small * 0.75f + (float)y / (float)(i + 1);
        sum += (uint32_t)(int32_t)(small * 64) + (uint64_t)(int64_t)total;
    }
    return mix(sum, bits_of(total));
}
