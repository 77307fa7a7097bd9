/* SPDX-License-Identifier: MIT */
/* Who registered a callback. A loop full of function pointers is hard to look into; so each fd
 * handler, bottom half and timer carries the spelling of its callback and the place that
 * registered it, and `info callbacks` prints them. Registering functions are macros around a *_at
 * function for this one purpose. */
#ifndef LOOP_CALLSITE_H
#define LOOP_CALLSITE_H

#include "base/types.h"

typedef struct CallSite {
    const char *name; /* the callback, as it is spelled where it is registered */
    const char *func; /* the function that registered it */
    const char *file;
    int line;
} CallSite;

/* A pointer to a static CallSite of the place where this stands. */
#define CALL_SITE(name_)                                                                          \
    ({                                                                                            \
        static const CallSite site_ = {name_, __func__, __FILE__, __LINE__};                      \
        &site_;                                                                                   \
    })

#endif
