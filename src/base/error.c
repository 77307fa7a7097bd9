/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/alloc.h"

struct Error {
    char *msg;
};

bool err_set(Error **errp, const char *fmt, ...)
{
    va_list ap;

    if (!errp) {
        return false;
    }
    assert(!*errp); /* the first error is the one to tell; a second one was not checked for */
    *errp = xnew(Error);
    va_start(ap, fmt);
    (*errp)->msg = xvasprintf(fmt, ap);
    va_end(ap);
    return false;
}

void err_prepend(Error **errp, const char *fmt, ...)
{
    va_list ap;
    char *prefix, *old;

    if (!errp || !*errp) {
        return;
    }
    va_start(ap, fmt);
    prefix = xvasprintf(fmt, ap);
    va_end(ap);
    old = (*errp)->msg;
    (*errp)->msg = xasprintf("%s%s", prefix, old);
    free(prefix);
    free(old);
}

const char *err_msg(const Error *err)
{
    return err->msg;
}

void err_free(Error *err)
{
    if (err) {
        free(err->msg);
        free(err);
    }
}

void err_report(Error *err)
{
    fprintf(stderr, "teemu: %s\n", err->msg);
    err_free(err);
}

void err_exit(Error *err)
{
    err_report(err);
    exit(1);
}

void warn_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fprintf(stderr, "teemu: warning: ");
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}
