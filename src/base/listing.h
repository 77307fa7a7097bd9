/* SPDX-License-Identifier: MIT */
/* "-list KIND": each table of rows that can be listed is a row here, beside the table. */
#ifndef BASE_LISTING_H
#define BASE_LISTING_H

#include "base/linkset.h"

typedef struct Listing {
    const char *kind, *summary; /* "devices" */
    void (*print)(FILE *out);   /* a line per row: file:line, name, what it is */
} Listing;

#define LISTING(kind_, summary_, print_)                                                           \
    static const Listing listing_##kind_ = {#kind_, summary_, print_};                             \
    LINKSET_ADD(listings, listing_##kind_)

/* Call @line with each row of a set, in the order of files and of lines in them; the linker's own
 * order says nothing. */
void listing_foreach(FILE *out, const LinkRow *start, const LinkRow *stop,
                     void (*line)(FILE *out, const LinkRow *row));
#define LISTING_FOREACH(out, set, line)                                                            \
    listing_foreach(out, __start_set_##set, __stop_set_##set, line)

/* How a line of each listing looks. */
static inline void listing_line(FILE *out, const LinkRow *row, const char *name, const char *what)
{
    fprintf(out, "%-20s %s  (%s:%d)\n", name, what ? what : "", row->file, row->line);
}

#endif
