/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4) over a buffer: 32-bit rotations and additions. @set integer */
#include "bench.h"

#define SIZE (1 << 20)

static uint8_t data[SIZE];
static uint32_t k[64];

static inline uint32_t ror(uint32_t v, unsigned n)
{
    return v >> n | v << (32 - n);
}

/* The constants are the fractions of the cube roots of the first primes (FIPS 180-4, 4.2.2), here
 * from an integer cube root: floor(cbrt(p) * 2^32). */
static void make_constants(void)
{
    unsigned found = 0;

    for (unsigned p = 2; found < 64; p++) {
        bool prime = true;
        uint64_t root = 0;

        for (unsigned d = 2; d * d <= p; d++) {
            prime = prime && p % d;
        }
        if (!prime) {
            continue;
        }
        for (int bit = 35; bit >= 0; bit--) {
            unsigned __int128 r = root | 1ull << bit;
            /* r^3 <= p * 2^96, in two halves so that 128 bits do */
            unsigned __int128 square = r * r;
            unsigned __int128 high = (square >> 64) * r, low = (uint64_t)square * r;
            if (high + (low >> 64) < (unsigned __int128)p << 32) {
                root = (uint64_t)r;
            }
        }
        k[found++] = (uint32_t)root;
    }
}

static void block(uint32_t *h, const uint8_t *p)
{
    uint32_t w[64], v[8];

    for (unsigned i = 0; i < 16; i++) {
        w[i] = (uint32_t)p[i * 4] << 24 | p[i * 4 + 1] << 16 | p[i * 4 + 2] << 8 | p[i * 4 + 3];
    }
    for (unsigned i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (ror(a, 7) ^ ror(a, 18) ^ a >> 3) +
               w[i - 7] + (ror(b, 17) ^ ror(b, 19) ^ b >> 10);
    }
    for (unsigned i = 0; i < 8; i++) {
        v[i] = h[i];
    }
    for (unsigned i = 0; i < 64; i++) {
        uint32_t s1 = ror(v[4], 6) ^ ror(v[4], 11) ^ ror(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i];
        uint32_t s0 = ror(v[0], 2) ^ ror(v[0], 13) ^ ror(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        v[7] = v[6], v[6] = v[5], v[5] = v[4], v[4] = v[3] + t1;
        v[3] = v[2], v[2] = v[1], v[1] = v[0], v[0] = t1 + t2;
    }
    for (unsigned i = 0; i < 8; i++) {
        h[i] += v[i];
    }
}

uint64_t bench(void)
{
    uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    uint64_t seed = 1, sum = 0;

    make_constants();
    for (unsigned i = 0; i < SIZE; i++) {
        data[i] = next_random(&seed) >> 56;
    }
    for (unsigned round = 0; round < 140; round++) {
        for (unsigned at = 0; at < SIZE; at += 64) {
            block(h, data + at);
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        sum = mix(sum, h[i]);
    }
    return sum;
}
