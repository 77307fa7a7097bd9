/* SPDX-License-Identifier: MIT */
/* Device registers: the UART's line status and scratch, and the clock's compare register.
 * @set system */
#include "bench.h"

uint64_t bench(void)
{
    volatile uint8_t *uart = (volatile uint8_t *)UART;
    volatile uint64_t *compare = (volatile uint64_t *)CLINT_MTIMECMP;
    uint64_t sum = 0;

    for (unsigned i = 0; i < 6000000; i++) {
        sum += uart[5] & 0x20;
        uart[7] = i;
        sum = mix(sum, uart[7]);
        if (i % 16 == 0) {
            *compare = ~(uint64_t)i;
            sum += *compare;
        }
    }
    return sum;
}
