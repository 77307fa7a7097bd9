/* SPDX-License-Identifier: MIT */
/* A fast Fourier transform there and back, with sine and cosine from their own series. @set float
 * */
#include "bench.h"

#define LOG 12
#define N (1 << LOG)
#define PI 3.14159265358979323846

static double re[N], im[N], sine[N], cosine[N];

/* Taylor series on |x| <= pi: enough terms for double. */
static double sine_of(double x)
{
    double term = x, sum = x;

    for (unsigned k = 1; k < 16; k++) {
        term *= -x * x / (2 * k * (2 * k + 1));
        sum += term;
    }
    return sum;
}

static void transform(double sign)
{
    for (unsigned i = 0, j = 0; i < N; i++) {
        unsigned bit = N >> 1;

        if (i < j) {
            double r = re[i], m = im[i];
            re[i] = re[j], im[i] = im[j];
            re[j] = r, im[j] = m;
        }
        for (; j & bit; bit >>= 1) {
            j ^= bit;
        }
        j |= bit;
    }
    for (unsigned half = 1; half < N; half *= 2) {
        unsigned stride = N / (2 * half);

        for (unsigned base = 0; base < N; base += 2 * half) {
            for (unsigned k = 0; k < half; k++) {
                unsigned a = base + k, b = a + half;
                double c = cosine[k * stride], s = sign * sine[k * stride];
                double tr = c * re[b] - s * im[b], ti = c * im[b] + s * re[b];
                re[b] = re[a] - tr, im[b] = im[a] - ti;
                re[a] += tr, im[a] += ti;
            }
        }
    }
}

uint64_t bench(void)
{
    uint64_t seed = 11, sum = 0;

    for (unsigned i = 0; i < N; i++) {
        double x = 2 * PI * i / N;

        sine[i] = sine_of(x > PI ? x - 2 * PI : x);
        x += PI / 2;
        cosine[i] = sine_of(x > PI ? x - 2 * PI : x);
        re[i] = (double)(int32_t)next_random(&seed) / 1000;
    }
    for (unsigned round = 0; round < 1100; round++) {
        transform(1);
        for (unsigned i = 0; i < N; i++) {
            re[i] /= N, im[i] /= N;
        }
        transform(-1);
        sum = mix(sum, bits_of(re[round * 37 % N]) ^ bits_of(im[round]));
    }
    return sum;
}
