/* SPDX-License-Identifier: MIT */
/* Linker sets: tables whose rows stand in many files.
 *
 * LINKSET_ADD puts a pointer to a row into a section named after the set; the linker gathers the
 * sections of all object files into one array and defines __start_ and __stop_ symbols around it.
 * So a row is added by writing it, and nothing else.  The order is the link order: never rely on
 * it, sort where order matters.
 *
 * Sanitizers put no red zones around objects in named sections, so the array has no gaps.
 * Objects must be linked as .o files: a row inside an unreferenced member of a .a would be left
 * out silently. */
#ifndef BASE_LINKSET_H
#define BASE_LINKSET_H

#include "base/types.h"

typedef struct LinkRow {
    const void *row; /* the row itself; its type is the set's */
    const char *file; /* where it is written, for "teemu -list" */
    int line;
} LinkRow;

#define LINKSET_ADD(set, symbol)                                                                   \
    static const LinkRow linkrow_##set##_##symbol                                                  \
        __attribute__((used, aligned(8), section("set_" #set))) = {&symbol, __FILE__, __LINE__}

/* Declares the bounds of @set; write it once in each file that walks the set. */
#define LINKSET_DECLARE(set)                                                                      \
    extern const LinkRow __start_set_##set[] __attribute__((weak));                               \
    extern const LinkRow __stop_set_##set[] __attribute__((weak))

/* for (each LinkRow *var of set): the row is var->row. */
#define LINKSET_FOREACH(var, set)                                                                 \
    for (const LinkRow *var = __start_set_##set; var < __stop_set_##set; var++)

#endif
