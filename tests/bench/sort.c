/* SPDX-License-Identifier: MIT */
/* Quicksort with a comparison function called through a pointer, as the C library's qsort.
 * @set integer */
#include "bench.h"

#define COUNT 400000

typedef struct Record {
    uint32_t key, payload;
} Record;

typedef int Compare(const void *a, const void *b);

static Record records[COUNT];

static int by_key(const void *a, const void *b)
{
    uint32_t x = ((const Record *)a)->key, y = ((const Record *)b)->key;

    return x < y ? -1 : x > y;
}

static int by_payload_backward(const void *a, const void *b)
{
    uint32_t x = ((const Record *)a)->payload, y = ((const Record *)b)->payload;

    return x > y ? -1 : x < y;
}

static inline void swap(Record *a, Record *b)
{
    Record t = *a;

    *a = *b;
    *b = t;
}

static void sort(Record *r, long n, Compare *compare)
{
    while (n > 12) {
        long i = 0, j = n - 1;
        Record pivot = r[n / 2];

        do {
            while (compare(&r[i], &pivot) < 0) {
                i++;
            }
            while (compare(&pivot, &r[j]) < 0) {
                j--;
            }
            if (i <= j) {
                swap(&r[i++], &r[j--]);
            }
        } while (i <= j);
        if (j + 1 < n - i) {
            sort(r, j + 1, compare);
            r += i;
            n -= i;
        } else {
            sort(r + i, n - i, compare);
            n = j + 1;
        }
    }
    for (long i = 1; i < n; i++) {
        for (long j = i; j > 0 && compare(&r[j], &r[j - 1]) < 0; j--) {
            swap(&r[j], &r[j - 1]);
        }
    }
}

uint64_t bench(void)
{
    Compare *volatile order[] = { by_key, by_payload_backward };
    uint64_t seed = 88172645463325252, sum = 0;

    for (unsigned i = 0; i < COUNT; i++) {
        uint64_t v = next_random(&seed);
        records[i] = (Record){ v >> 32, (uint32_t)v };
    }
    for (unsigned round = 0; round < 9; round++) {
        sort(records, COUNT, order[round & 1]);
        for (unsigned i = 0; i < COUNT; i += 997) {
            sum = mix(sum, records[i].key ^ records[i].payload);
        }
    }
    return sum;
}
