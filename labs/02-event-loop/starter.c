/* SPDX-License-Identifier: MIT */
/* One turn of an AioContext: your version of src/loop/aio.c.
 *
 * loop/aio_steps.h says what each step must do, loop/aio_int.h what a context and a handler are
 * made of, and the chapter (README.md beside this file) how they play together.  Functions and
 * variables that you add must be static.
 *
 * As it stands nothing is ever waited for, and nobody is ever called. */
#include "loop/aio_steps.h"

#include <errno.h>
#include "base/log.h"
#include "loop/aio_int.h"

LOG_ITEM(loop, "the steps of each turn of the event loops");

bool aio_prepare(AioContext *ctx, int64_t *timeout_ns)
{
    /* exercise 1 */
    if (log_on(loop)) {
        log_printf("loop: prepare %s, timeout %" PRId64 " ns\n", ctx->name, *timeout_ns);
    }
    return false;
}

void aio_query(AioContext *ctx, AioPollSet *set)
{
    /* exercise 2 */
    if (log_on(loop)) {
        log_printf("loop: query %s, %zu descriptors\n", ctx->name, set->n);
    }
}

int aio_poll_fds(AioPollSet *set, int64_t timeout_ns)
{
    int n = 0; /* exercise 3 */

    if (log_on(loop)) {
        log_printf("loop: poll %zu descriptors, timeout %" PRId64 " ns, %d ready\n", set->n,
                   timeout_ns, n);
    }
    return n;
}

bool aio_check(AioContext *ctx, const AioPollSet *set)
{
    bool ready = false; /* exercise 4 */

    if (log_on(loop)) {
        log_printf("loop: check %s, %s\n", ctx->name, ready ? "ready" : "nothing");
    }
    return ready;
}

bool aio_dispatch(AioContext *ctx)
{
    if (log_on(loop)) {
        log_printf("loop: dispatch %s\n", ctx->name);
    }
    return false; /* exercises 5 and 7 */
}

bool aio_poll(AioContext *ctx, bool blocking)
{
    return false; /* exercise 6 */
}
