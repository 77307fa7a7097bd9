/* SPDX-License-Identifier: MIT */
/* Failures that are the user's or the host's fault travel up as an Error: one sentence that says
 * what was wrong, where, and what to do.  The pattern:
 *
 *     bool blk_open(..., Error **errp)
 *     {
 *         if (fd < 0) {
 *             return err_set(errp, "disk %s: cannot open %s: %s", id, path, strerror(errno));
 *         }
 *
 * A function that fails sets *errp exactly once and returns false (or NULL).  errp may be NULL
 * when the caller does not want the sentence. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/types.h"

typedef struct Error Error;

/* Store a new error in *errp, unless errp is NULL.  Always returns false, so that it can be
 * returned. */
bool err_set(Error **errp, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Put a prefix before the message of *errp (if any). */
void err_prepend(Error **errp, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The sentence, without a newline; borrowed from @err. */
const char *err_msg(const Error *err);

/* NULL is fine. */
void err_free(Error *err);

/* Print "teemu: SENTENCE" to stderr and free @err. */
void err_report(Error *err);

/* As err_report, then exit with status 1: only for the start-up code in main/. */
NORETURN void err_exit(Error *err);

/* A note to the user that is no failure: "teemu: warning: ...". */
void warn_report(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
