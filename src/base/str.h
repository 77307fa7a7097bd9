/* SPDX-License-Identifier: MIT */
/* Strings: a growing buffer, the nearest word to a mistyped one, and numbers with units. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/error.h"
#include "base/types.h"

/* A string that grows.  {0} is a valid empty one; s is NULL or NUL-terminated. */
typedef struct Str {
    char *s;
    size_t len, cap;
} Str;

void str_append(Str *str, const char *text);
void str_append_n(Str *str, const char *text, size_t n);
void str_printf(Str *str, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "1.5 MiB": @bytes with at most three digits, as QEMU writes sizes. */
void str_append_size(Str *s, uint64_t bytes);
void str_vprintf(Str *str, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

/* The contents, never NULL; borrowed until the next change. */
const char *str_get(const Str *str);

void str_free(Str *str);

/* The valid word nearest to a mistyped one: feed every candidate, then ask. */
typedef struct Nearest {
    const char *word; /* what was typed */
    const char *best; /* the nearest candidate so far, or NULL */
    unsigned distance; /* its edit distance */
} Nearest;

void nearest_init(Nearest *n, const char *word);
void nearest_offer(Nearest *n, const char *candidate);

/* A candidate close enough to be worth suggesting, or NULL. */
const char *nearest_get(const Nearest *n);

/* "512M", "1.5G" -> bytes.  Suffixes k K M G T are powers of 1024; without one, @unit bytes are
 * meant.  "0x..." is hex. */
bool parse_size(const char *text, uint64_t unit, uint64_t *value, Error **errp);

/* A whole number, decimal or 0x-hex, not followed by anything. */
bool parse_u64(const char *text, uint64_t *value, Error **errp);

/* on/off, yes/no, true/false, y/n, 1/0. */
bool parse_bool(const char *text, bool *value, Error **errp);

/* Shell-like match with * and ?. */
bool pattern_match(const char *pattern, const char *text);

static inline bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

#endif
