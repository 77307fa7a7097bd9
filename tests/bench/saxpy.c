/* SPDX-License-Identifier: MIT */
/* Single precision: scaled vector additions and dot products. @set float */
#include "bench.h"

#define N 4096

static float x[N], y[N];

static __attribute__((noinline)) void saxpy(float a)
{
    for (unsigned i = 0; i < N; i++) {
        y[i] = a * x[i] + y[i];
    }
}

static __attribute__((noinline)) float dot(void)
{
    float s0 = 0, s1 = 0;

    for (unsigned i = 0; i < N; i += 2) {
        s0 += x[i] * y[i];
        s1 += x[i + 1] * y[i + 1];
    }
    return s0 + s1;
}

uint64_t bench(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < N; i++) {
        x[i] = (float)(i % 100) / 7 - 6;
        y[i] = (float)(i % 33) / 5;
    }
    for (unsigned round = 0; round < 9500; round++) {
        float d;

        saxpy(round & 1 ? 0.5f : -0.4375f);
        d = dot();
        sum = mix(sum, (uint64_t)(int64_t)d);
    }
    return sum;
}
