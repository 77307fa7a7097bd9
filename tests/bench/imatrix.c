/* SPDX-License-Identifier: MIT */
/* Integer matrix products: 64-bit and 16-bit elements. @set integer */
#include "bench.h"

#define N 96

static int64_t a[N][N], b[N][N], c[N][N];
static int16_t s[N][N], t[N][N];
static int32_t u[N][N];

uint64_t bench(void)
{
    uint64_t seed = 3, sum = 0;

    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            a[i][j] = next_random(&seed) >> 40;
            b[i][j] = next_random(&seed) >> 40;
            s[i][j] = next_random(&seed);
            t[i][j] = next_random(&seed);
        }
    }
    for (unsigned round = 0; round < 500; round++) {
        for (unsigned i = 0; i < N; i++) {
            for (unsigned j = 0; j < N; j++) {
                int64_t wide = 0;
                int32_t narrow = 0;

                for (unsigned k = 0; k < N; k++) {
                    wide += a[i][k] * b[k][j];
                    narrow += s[i][k] * t[j][k];
                }
                c[i][j] = wide;
                u[i][j] = narrow;
            }
        }
        a[round % N][round * 7 % N] = c[round % N][5];
        sum = mix(sum, c[round % N][round % 13] + u[3][round % N]);
    }
    return sum;
}
