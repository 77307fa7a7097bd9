/* SPDX-License-Identifier: MIT */
/* Random bytes for guests: the only place where they enter, so that a recording can keep them. */
#ifndef LOOP_RANDOM_H
#define LOOP_RANDOM_H

#include "base/types.h"

/* Fill @buf with @len bytes of the host's best randomness.  Any thread. */
void random_bytes(void *buf, size_t len);

#endif
