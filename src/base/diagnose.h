/* SPDX-License-Identifier: MIT */
/* Diagnosis in words: a guest that will get no further, and does not say why itself, is explained
 * once on the log.  Each line begins with "diagnosis:", so that it can be told from the guest's own
 * output.  "-diagnose off" stops all of it. */
#ifndef BASE_DIAGNOSE_H
#define BASE_DIAGNOSE_H

#include "base/str.h"

extern bool diagnose_on; /* written before threads start */

/* The guest has written to a console: whoever watches it looks.  Big lock. */
extern void (*diagnose_console_hook)(const uint8_t *buf, size_t n);
static inline void diagnose_console(const void *buf, size_t n)
{
    if (diagnose_console_hook) {
        diagnose_console_hook(buf, n);
    }
}

/* Log @text, which may have several lines.  Whoever calls has seen to it that it is news. */
void diagnose(const Str *text);

#endif
