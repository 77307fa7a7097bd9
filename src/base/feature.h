/* SPDX-License-Identifier: MIT */
/* Optional parts that this build has: a row beside each, listed by --version. */
#ifndef BASE_FEATURE_H
#define BASE_FEATURE_H

#include "base/linkset.h"

typedef struct Feature {
    const char *name, *what;
} Feature;

#define FEATURE(name_, what_)                                                                      \
    static const Feature feature_##name_ = {#name_, what_};                                        \
    LINKSET_ADD(features, feature_##name_)

#endif
