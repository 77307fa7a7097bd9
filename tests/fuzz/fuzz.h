/* SPDX-License-Identifier: MIT */
/* A fuzz target is a plain program that includes this file, and defines
 *
 *     static const FuzzSeed seeds[] = {...};             inputs to begin with
 *     static void fuzz_one(const uint8_t *, size_t);     what is to survive them
 *     FUZZ_MAIN(seeds)
 *
 *     fuzz_NAME [COUNT [SEED]]     COUNT inputs (1000), the first one from SEED (1), the next from
 * SEED + 1 ...
 *
 * An input is one of the seeds with a few mutations, and depends on its SEED alone.  When one
 * crashes, hangs for ten seconds or trips a sanitizer, its SEED is printed: "fuzz_NAME 1 SEED" does
 * it again. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/alloc.h"
#include "base/types.h"

#include <signal.h>
#include <unistd.h>

typedef struct FuzzSeed {
    const void *data;
    size_t len;
} FuzzSeed;

enum { FUZZ_MAX = 1 << 16, FUZZ_TIMEOUT = 10 };

static uint64_t fuzz_seed; /* of the input under way */
static uint64_t fuzz_state;

UNUSED static uint64_t fuzz_random(void)
{
    uint64_t z = fuzz_state += 0x9e3779b97f4a7c15; /* splitmix64 */

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* A number below @n; 0 for 0. */
static size_t fuzz_below(size_t n)
{
    return n ? fuzz_random() % n : 0;
}

/* A number such as programs trip over. */
static uint64_t fuzz_nasty(void)
{
    uint64_t v = fuzz_below(3) ? BIT(fuzz_below(64)) : 0;

    return v + fuzz_below(3) - 1;
}

/* Change @data (of *len, room for FUZZ_MAX) in one place. */
static void fuzz_mutate(uint8_t *data, size_t *len)
{
    size_t at = fuzz_below(*len), n = MIN(fuzz_below(64), *len - at), to;
    uint64_t v = fuzz_nasty();

    switch (fuzz_below(7)) {
    case 0:
        data[at] ^= 1 << fuzz_below(8);
        break;
    case 1:
        data[at] = fuzz_random();
        break;
    case 2: /* a nasty number, at a place where numbers usually are */
        n = 1 << fuzz_below(4);
        at = at & ~(n - 1);
        memcpy(data + at, &v, MIN(n, *len - at));
        break;
    case 3:
        *len = at;
        break;
    case 4: /* cut out */
        memmove(data + at, data + at + n, *len - at - n);
        *len -= n;
        break;
    case 5: /* copy over */
        to = fuzz_below(*len - n + 1);
        memmove(data + to, data + at, n);
        break;
    default: /* double */
        if (*len + n <= FUZZ_MAX) {
            memmove(data + at + n, data + at, *len - at);
            *len += n;
        }
    }
}

/* The input that belongs to fuzz_seed, in an allocation of exactly its length. */
static uint8_t *fuzz_input(const FuzzSeed *seeds, size_t count, size_t *len)
{
    static uint8_t data[FUZZ_MAX];
    const FuzzSeed *from;
    uint8_t *exact;

    fuzz_state = fuzz_seed * 0xd1342543de82ef95;
    from = &seeds[fuzz_below(count)];
    *len = MIN(from->len, (size_t)FUZZ_MAX);
    memcpy(data, from->data, *len);
    for (size_t n = fuzz_below(6); n-- > 0 && *len;) {
        fuzz_mutate(data, len);
    }
    exact = xcalloc(1, *len ? *len : 1);
    memcpy(exact, data, *len);
    return exact;
}

static void fuzz_report(void)
{
    char text[64];
    int n = snprintf(text, sizeof(text), "not ok seed %" PRIu64 "\n", fuzz_seed);

    if (write(STDOUT_FILENO, text, n) != n) {
        _exit(2);
    }
}

static void fuzz_signal(int sig)
{
    fuzz_report();
    signal(sig, SIG_DFL);
    raise(sig);
}

void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

UNUSED static int fuzz_run(int argc, char **argv, const FuzzSeed *seeds, size_t count,
                           void (*one)(const uint8_t *data, size_t len))
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGALRM};
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000;
    const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];

    fuzz_seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(fuzz_report);
    }
    for (size_t i = 0; i < ARRAY_SIZE(deadly); i++) {
        signal(deadly[i], fuzz_signal);
    }
    for (uint64_t i = 0; i < n; i++, fuzz_seed++) {
        size_t len;
        uint8_t *data = fuzz_input(seeds, count, &len);

        alarm(FUZZ_TIMEOUT);
        one(data, len);
        free(data);
    }
    alarm(0);
    printf("ok %s survives %" PRIu64 " inputs\n", name, n);
    return 0;
}

#define FUZZ_MAIN(seeds)                                                                           \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return fuzz_run(argc, argv, seeds, ARRAY_SIZE(seeds), fuzz_one);                           \
    }

#endif
