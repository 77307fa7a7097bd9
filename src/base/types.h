/* SPDX-License-Identifier: MIT */
/* The words every file uses: fixed-width integers, and the handful of macros that C lacks. */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n)        (1ULL << (n))
#define KiB           (1ULL << 10)
#define MiB           (1ULL << 20)
#define GiB           (1ULL << 30)

/* The object that holds @member, given a pointer to that member. */
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

/* Each argument is evaluated once; the counter keeps nested uses from shadowing each other. */
#define MINMAX_(a, op, b, n1, n2)                                                                 \
    ({                                                                                            \
        __typeof__(a) n1 = (a);                                                                   \
        __typeof__(b) n2 = (b);                                                                   \
        n1 op n2 ? n1 : n2;                                                                       \
    })
#define MINMAX_GLUE(a, op, b, n) MINMAX_NAMES(a, op, b, n)
#define MINMAX_NAMES(a, op, b, n) MINMAX_(a, op, b, minmax_a##n, minmax_b##n)
#define MIN(a, b) MINMAX_GLUE(a, <, b, __COUNTER__)
#define MAX(a, b) MINMAX_GLUE(a, >, b, __COUNTER__)

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))
#define NORETURN __attribute__((noreturn))

/* A member that begins at a cache line of the host. */
enum { CACHE_LINE_SIZE = 64 };
#define CACHE_LINE _Alignas(CACHE_LINE_SIZE)

/* True when compiled with SMALL=1: shrunk buffers, tables and queues, so that eviction paths run.
 */
#ifdef SMALL
enum { TEEMU_SMALL = 1 };
#else
enum { TEEMU_SMALL = 0 };
#endif

/* Bits [pos, pos+len) of @v, as an unsigned number.  0 < len <= 64. */
static inline uint64_t extract64(uint64_t v, unsigned pos, unsigned len)
{
    return (v >> pos) & (~0ULL >> (64 - len));
}

/* Bits [pos, pos+len) of @v, as a signed number. */
static inline int64_t sextract64(uint64_t v, unsigned pos, unsigned len)
{
    return (int64_t)(v << (64 - len - pos)) >> (64 - len);
}

/* @v with bits [pos, pos+len) replaced by the low bits of @field. */
static inline uint64_t deposit64(uint64_t v, unsigned pos, unsigned len, uint64_t field)
{
    uint64_t mask = (~0ULL >> (64 - len)) << pos;

    return (v & ~mask) | ((field << pos) & mask);
}

/* @a must be a power of two. */
static inline uint64_t align_down(uint64_t v, uint64_t a)
{
    return v & ~(a - 1);
}

static inline uint64_t align_up(uint64_t v, uint64_t a)
{
    return align_down(v + a - 1, a);
}

static inline bool is_power_of_two(uint64_t v)
{
    return v && !(v & (v - 1));
}

#endif
