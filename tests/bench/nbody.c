/* SPDX-License-Identifier: MIT */
/* The gravity of five bodies, step by step. @set float */
#include "bench.h"

typedef struct Body {
    double x[3], v[3], mass;
} Body;

static inline double root(double x)
{
    double r;

    asm("fsqrt.d %0, %1" : "=f"(r) : "f"(x));
    return r;
}

static Body bodies[5] = {
    { { 0, 0, 0 }, { 0, 0, 0 }, 39.5 },
    { { 4.84, -1.16, -0.10 }, { 0.606, 2.812, -0.025 }, 0.0377 },
    { { 8.34, 4.12, -0.40 }, { -1.011, 1.826, 0.0084 }, 0.0113 },
    { { 12.89, -15.11, -0.22 }, { 1.083, 0.869, -0.0108 }, 0.0017 },
    { { 15.38, -25.92, 0.18 }, { 0.979, 0.594, -0.0348 }, 0.0020 },
};

static void step(double dt)
{
    for (unsigned i = 0; i < 5; i++) {
        Body *a = &bodies[i];

        for (unsigned j = i + 1; j < 5; j++) {
            Body *b = &bodies[j];
            double d[3], square = 0, pull;

            for (unsigned k = 0; k < 3; k++) {
                d[k] = a->x[k] - b->x[k];
                square += d[k] * d[k];
            }
            pull = dt / (square * root(square));
            for (unsigned k = 0; k < 3; k++) {
                a->v[k] -= d[k] * b->mass * pull;
                b->v[k] += d[k] * a->mass * pull;
            }
        }
    }
    for (unsigned i = 0; i < 5; i++) {
        for (unsigned k = 0; k < 3; k++) {
            bodies[i].x[k] += dt * bodies[i].v[k];
        }
    }
}

uint64_t bench(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < 2000000; i++) {
        step(0.01);
    }
    for (unsigned i = 0; i < 5; i++) {
        sum = mix(sum, bits_of(bodies[i].x[0]) ^ bits_of(bodies[i].v[2]));
    }
    return sum;
}
