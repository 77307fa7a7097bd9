/* SPDX-License-Identifier: MIT */
/* Calls and returns: the naive Fibonacci numbers, and a chain of calls through function pointers.
 * @set integer */
#include "bench.h"

static __attribute__((noinline)) uint64_t fib(unsigned n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static __attribute__((noinline)) uint64_t add_one(uint64_t v)
{
    return v + 1;
}

static __attribute__((noinline)) uint64_t twice(uint64_t v)
{
    return v * 2;
}

static __attribute__((noinline)) uint64_t half(uint64_t v)
{
    return v >> 1;
}

static uint64_t (*const volatile steps[])(uint64_t) = { add_one, twice, half, add_one };

uint64_t bench(void)
{
    uint64_t sum = 0;

    /* Barriers keep gcc from computing this at compile time. */
    unsigned n = 37;
    asm volatile("" : "+r"(n));
    sum = mix(sum, fib(n));
    for (unsigned i = 0; i < 60000000; i++) {
        sum += steps[i & 3](sum);
    }
    return sum;
}
