/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "base/alloc.h"
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>

void str_append_n(Str *str, const char *text, size_t n)
{
    if (str->len + n + 1 > str->cap) {
        str->cap = MAX(str->len + n + 1, str->cap * 2);
        str->s = xrealloc(str->s, str->cap);
    }
    memcpy(str->s + str->len, text, n);
    str->len += n;
    str->s[str->len] = 0;
}

void str_append(Str *str, const char *text)
{
    str_append_n(str, text, strlen(text));
}

void str_vprintf(Str *str, const char *fmt, va_list ap)
{
    char *text = xvasprintf(fmt, ap);

    str_append(str, text);
    free(text);
}

void str_printf(Str *str, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    str_vprintf(str, fmt, ap);
    va_end(ap);
}

const char *str_get(const Str *str)
{
    return str->s ? str->s : "";
}

void str_free(Str *str)
{
    free(str->s);
    *str = (Str){0};
}

/* Levenshtein distance of the first 63 characters: one row of the classic table, updated in
 * place. */
static unsigned edit_distance(const char *a, const char *b)
{
    unsigned row[64];
    size_t len = MIN(strlen(b), 63u);

    for (size_t j = 0; j <= len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] && i < 64; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= len; j++) {
            unsigned replace = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = MIN(replace, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[len];
}

void nearest_init(Nearest *n, const char *word)
{
    *n = (Nearest){.word = word, .distance = ~0u};
}

void nearest_offer(Nearest *n, const char *candidate)
{
    bool begins = strlen(n->word) > 3 && str_starts(candidate, n->word);
    unsigned d = begins ? 1 : edit_distance(n->word, candidate);

    if (d < n->distance) {
        n->distance = d;
        n->best = candidate;
    }
}

const char *nearest_get(const Nearest *n)
{
    /* More than half of the word wrong is no typing mistake. */
    return n->best && n->distance <= (strlen(n->word) + 1) / 2 ? n->best : NULL;
}

bool parse_u64(const char *text, uint64_t *value, Error **errp)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 0);
    if (!isdigit((unsigned char)*text) || *end || errno) {
        return err_set(errp, "'%s' is not a number: write it in decimal, or in hex as 0x...", text);
    }
    return true;
}

bool parse_size(const char *text, uint64_t unit, uint64_t *value, Error **errp)
{
    static const char suffixes[] = "bkmgt";
    double fraction = 0;
    const char *suffix;
    char *end;
    uint64_t n;

    errno = 0;
    n = strtoull(text, &end, 0);
    if (*end == '.' && isdigit((unsigned char)end[1])) {
        size_t digits = strspn(end + 1, "0123456789");

        fraction = strtod(end, NULL);
        end += 1 + digits;
    }
    if (!isdigit((unsigned char)*text) || errno) {
        return err_set(errp, "'%s' is not a size: write a number such as 128M or 1G", text);
    }
    if (*end) {
        suffix = strchr(suffixes, *end | 0x20);
        if (!suffix || end[1]) {
            return err_set(errp, "'%s' is not a size: the suffixes are k, M, G and T", text);
        }
        unit = 1ULL << (10 * (suffix - suffixes));
    }
    if (__builtin_mul_overflow(n, unit, value) ||
        __builtin_add_overflow(*value, (uint64_t)(fraction * unit), value)) {
        return err_set(errp, "the size '%s' is more than 64 bits can hold", text);
    }
    return true;
}

bool parse_bool(const char *text, bool *value, Error **errp)
{
    static const char *const words[][2] = {
        {"off", "on"}, {"no", "yes"}, {"false", "true"}, {"n", "y"}, {"0", "1"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        for (int v = 0; v < 2; v++) {
            if (!strcmp(text, words[i][v])) {
                *value = v;
                return true;
            }
        }
    }
    return err_set(errp, "'%s' is neither on nor off", text);
}

bool pattern_match(const char *pattern, const char *text)
{
    return fnmatch(pattern, text, 0) == 0;
}

void str_append_size(Str *s, uint64_t bytes)
{
    static const char units[][3] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    double v = bytes;
    size_t i = 0;

    while (v >= 1000 && i < sizeof(units) / sizeof(units[0]) - 1) {
        v /= 1024;
        i++;
    }
    str_printf(s, "%.3g %sB", v, units[i]);
}
