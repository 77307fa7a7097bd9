/* SPDX-License-Identifier: MIT */
/* Matrix product of doubles. @set float */
#include "bench.h"

#define N 100

static double a[N][N], b[N][N], c[N][N];

uint64_t bench(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            a[i][j] = (double)(i * j % 17) / 3 - 2;
            b[i][j] = (double)(i + j) / (N + 1);
        }
    }
    for (unsigned round = 0; round < 250; round++) {
        for (unsigned i = 0; i < N; i++) {
            for (unsigned j = 0; j < N; j++) {
                double s = 0;

                for (unsigned k = 0; k < N; k++) {
                    s += a[i][k] * b[k][j];
                }
                c[i][j] = s;
            }
        }
        a[round % N][3] = c[round % N][5] / 1000;
        sum = mix(sum, bits_of(c[round % N][round * 7 % N]));
    }
    return sum;
}
