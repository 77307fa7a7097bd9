/* SPDX-License-Identifier: MIT */
/* The spectral norm of an infinite matrix: divisions and conversions from integers. @set float */
#include "bench.h"

#define N 220

static double u[N], v[N], w[N];

static inline double element(unsigned i, unsigned j)
{
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(const double *in, double *out, bool transposed)
{
    for (unsigned i = 0; i < N; i++) {
        double s = 0;

        for (unsigned j = 0; j < N; j++) {
            s += (transposed ? element(j, i) : element(i, j)) * in[j];
        }
        out[i] = s;
    }
}

uint64_t bench(void)
{
    double vbv = 0, vv = 0;

    for (unsigned i = 0; i < N; i++) {
        u[i] = 1;
    }
    for (unsigned round = 0; round < 660; round++) {
        multiply(u, w, false);
        multiply(w, v, true);
        multiply(v, w, false);
        multiply(w, u, true);
        for (unsigned i = 0; round % 10 == 9 && i < N; i++) {
            u[i] /= 16200;
        }
    }
    for (unsigned i = 0; i < N; i++) {
        vbv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    return mix(bits_of(vbv / vv), bits_of(vv));
}
