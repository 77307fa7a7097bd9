/* SPDX-License-Identifier: MIT */
/*
 * What a benchmark program is: one file with `uint64_t bench(void)`, run bare on the virt board
 * by the start-up code of tests/guest.  It does a fixed amount of work (sized so that QEMU needs
 * a few seconds) and gives back a checksum, which tests/bench/run compares between the emulators.
 * "@set NAME" in its opening comment puts it into the integer, float or system set.
 */
#ifndef BENCH_H
#define BENCH_H

#include "lib.h"

uint64_t bench(void);

/* The same pseudo-random numbers on every machine (xorshift64*, Vigna 2016). */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1d;
}

/* Fold a value into a checksum, order included. */
static inline uint64_t mix(uint64_t sum, uint64_t value)
{
    sum ^= value + 0x9e3779b97f4a7c15 + (sum << 6) + (sum >> 2);
    return sum;
}

static inline uint64_t bits_of(double value)
{
    union {
        double d;
        uint64_t u;
    } both = { .d = value };

    return both.u;
}

#endif
