/* SPDX-License-Identifier: MIT */
/* The C library's string loops, byte by byte and word by word: copy, length, compare, search, hash.
 * @set integer */
#include "bench.h"

#define TEXT (1 << 16)

static char text[TEXT], copy[TEXT + 8];

static __attribute__((noinline)) size_t length(const char *s)
{
    const char *p = s;

    while (*p) {
        p++;
    }
    return p - s;
}

static __attribute__((noinline)) int compare(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}

static __attribute__((noinline)) const char *search(const char *s, char c)
{
    while (*s && *s != c) {
        s++;
    }
    return s;
}

static __attribute__((noinline)) void copy_words(void *to, const void *from, size_t size)
{
    uint64_t *p = to;
    const uint64_t *q = from;

    for (; size >= 32; size -= 32, p += 4, q += 4) {
        uint64_t a = q[0], b = q[1], c = q[2], d = q[3];
        p[0] = a;
        p[1] = b;
        p[2] = c;
        p[3] = d;
    }
    memcpy(p, q, size);
}

static __attribute__((noinline)) uint32_t hash(const char *s)
{
    uint32_t h = 2166136261; /* FNV-1a */

    while (*s) {
        h = (h ^ (uint8_t)*s++) * 16777619;
    }
    return h;
}

uint64_t bench(void)
{
    uint64_t seed = 7, sum = 0;

    for (unsigned i = 0; i < TEXT - 1; i++) {
        text[i] = i % 61 == 60 ? ' ' : 'a' + next_random(&seed) % 26;
    }
    for (unsigned round = 0; round < 4000; round++) {
        unsigned at = round % 64;

        copy_words(copy, text, TEXT);
        memcpy(copy + 1000, text + 500 + at, 3000);
        memcpy(copy + 1000, text + 1000, 3000);
        sum = mix(sum, length(copy + at));
        sum = mix(sum, compare(copy + at, text + at));
        for (const char *p = text; *p; p = *p ? p + 1 : p) {
            p = search(p, ' ');
            sum++;
            if (!*p) {
                break;
            }
        }
        sum = mix(sum, hash(copy + at));
        memset(copy, round, 4096);
        sum = mix(sum, copy[at]);
    }
    return sum;
}
