/* SPDX-License-Identifier: MIT */
/* Atomic read-modify-write operations and LR/SC loops without contention, as in a kernel's locks.
 * A second hart sleeps, so that an emulator with a thread for each must use its host's atomics.
 * @set system
 * @smp 2 */
#include "bench.h"

static uint64_t word_a __attribute__((aligned(64)));
static uint32_t word_b __attribute__((aligned(64)));

uint64_t bench(void)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < 40000000; i++) {
        uint32_t old, failed;

        sum += __atomic_fetch_add(&word_a, i, __ATOMIC_ACQ_REL);
        asm volatile("1: lr.w.aq %0, (%2)\n\t"
                     "addw %0, %0, %3\n\t"
                     "sc.w.rl %1, %0, (%2)\n\t"
                     "bnez %1, 1b" : "=&r"(old), "=&r"(failed) : "r"(&word_b), "r"(i) : "memory");
        sum ^= __atomic_exchange_n(&word_b, old ^ 5, __ATOMIC_RELAXED);
        __atomic_fetch_and(&word_a, ~1ull << (i & 7), __ATOMIC_SEQ_CST);
    }
    return mix(sum, word_a ^ word_b);
}
