/* SPDX-License-Identifier: MIT */
#include "base/listing.h"

#include "base/alloc.h"

static int by_place(const void *a, const void *b)
{
    const LinkRow *x = *(const LinkRow *const *)a, *y = *(const LinkRow *const *)b;
    int order = strcmp(x->file, y->file);

    return order ? order : x->line - y->line;
}

void listing_foreach(FILE *out, const LinkRow *start, const LinkRow *stop,
                     void (*line)(FILE *out, const LinkRow *row))
{
    size_t count = stop - start;
    const LinkRow **rows = xnew_n(const LinkRow *, count + 1);

    for (size_t i = 0; i < count; i++) {
        rows[i] = &start[i];
    }
    qsort(rows, count, sizeof(rows[0]), by_place);
    for (size_t i = 0; i < count; i++) {
        line(out, rows[i]);
    }
    free(rows);
}
