/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

static NORETURN void out_of_memory(size_t size)
{
    fprintf(stderr, "teemu: the host has no memory left (%zu bytes asked for)\n", size);
    exit(1);
}

void *xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);

    if (!p) {
        out_of_memory(n * size);
    }
    return p;
}

void *xalloc_aligned(size_t size)
{
    void *p = aligned_alloc(CACHE_LINE_SIZE, align_up(size, CACHE_LINE_SIZE));

    if (!p) {
        out_of_memory(size);
    }
    return p;
}

void *xrealloc(void *p, size_t size)
{
    p = realloc(p, size ? size : 1);
    if (!p) {
        out_of_memory(size);
    }
    return p;
}

char *xstrdup(const char *s)
{
    if (!s) {
        return NULL;
    }
    return memcpy(xcalloc(1, strlen(s) + 1), s, strlen(s));
}

char *xvasprintf(const char *fmt, va_list ap)
{
    char *s;

    if (vasprintf(&s, fmt, ap) < 0) {
        out_of_memory(strlen(fmt));
    }
    return s;
}

char *xasprintf(const char *fmt, ...)
{
    va_list ap;
    char *s;

    va_start(ap, fmt);
    s = xvasprintf(fmt, ap);
    va_end(ap);
    return s;
}
