/* SPDX-License-Identifier: MIT */
/* Allocation that never returns NULL: the emulator's own bookkeeping has no use for a half-failed
 * malloc.  Sizes that a guest or a file chooses must be bounded by the caller first. */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include "base/types.h"

/* Zeroed memory of @n elements of @size bytes; ends the program with a message when there is
 * none.  Free with free(). */
void *xcalloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));

/* @size bytes, not zeroed, from the beginning of a cache line on: for types that hold one. */
void *xalloc_aligned(size_t size) __attribute__((malloc, warn_unused_result));

/* Grow or shrink @p to @size bytes; new bytes are not zeroed. */
void *xrealloc(void *p, size_t size) __attribute__((warn_unused_result));

/* A copy of @s, or NULL for NULL. */
char *xstrdup(const char *s) __attribute__((warn_unused_result));

/* A new string, formatted. */
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2) __attribute__((warn_unused_result));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((warn_unused_result));

#define xnew(type)      ((type *)xcalloc(1, sizeof(type)))
#define xnew_n(type, n) ((type *)xcalloc((n), sizeof(type)))

#endif
