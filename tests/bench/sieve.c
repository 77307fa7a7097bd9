/* SPDX-License-Identifier: MIT */
/* Strided byte stores and sequential loads: the sieve of Eratosthenes. @set integer */
#include "bench.h"

#define LIMIT 4000000

static uint8_t composite[LIMIT];

uint64_t bench(void)
{
    uint64_t sum = 0;

    for (unsigned round = 0; round < 60; round++) {
        unsigned count = 0;

        for (unsigned i = 0; i < LIMIT; i++) {
            composite[i] = 0;
        }
        for (unsigned i = 2; i * i < LIMIT; i++) {
            if (!composite[i]) {
                for (unsigned j = i * i; j < LIMIT; j += i) {
                    composite[j] = 1;
                }
            }
        }
        for (unsigned i = 2; i < LIMIT; i++) {
            count += !composite[i];
        }
        sum = mix(sum, count + round);
    }
    return sum;
}
