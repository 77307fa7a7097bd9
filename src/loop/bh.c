/* SPDX-License-Identifier: MIT */
/* Bottom halves: "call this soon, from your own thread", said by any thread or signal handler.
 *
 * The scheduled ones form a queue with many producers and one consumer (D. Vyukov's intrusive
 * MPSC queue). A producer makes itself the newest element with one atomic exchange and then links
 * the one before to itself: no loop, no lock, hence wait-free and safe in signal handlers.
 *
 *     bh_tail -> oldest -> ... -> older -> newest <- bh_head          links: next
 *
 * Between the two steps the chain is broken for a moment; the consumer then sees a shorter queue,
 * and the producer's aio_notify, which comes after the link, makes it look again. The stub
 * element keeps the queue from ever being empty.
 *
 * BH_PENDING says that the element is in the queue or in the ready list, so that it is never put
 * in twice: the one who sets the flag is the one who enqueues. */
#include "base/alloc.h"
#include "base/trace.h"
#include "loop/aio_int.h"

TRACE_EVENT(bh_call, "a bottom half is called");

enum {
    BH_PENDING = 1, /* in the queue or ready list */
    BH_SCHEDULED = 2, /* call it when it comes out */
    BH_DELETED = 4, /* free it when it comes out */
    BH_ONESHOT = 8, /* free it after the call */
};

/* ---- producers: any thread, any signal handler ---- */

static void queue_push(AioContext *ctx, BH *bh)
{
    BH *prev;

    atomic_store(&bh->next, NULL);
    prev = atomic_exchange(&ctx->bh_head, bh);
    /* prev cannot be taken off before this store: the consumer never takes an element that has no
     * successor unless it is bh_head. */
    atomic_store(&prev->next, bh);
}

static void enqueue(BH *bh, unsigned flags)
{
    AioContext *ctx = bh->ctx; /* bh may be gone as soon as it is in the queue */
    unsigned old = atomic_fetch_or(&bh->flags, flags | BH_PENDING);

    if (!(old & BH_PENDING)) {
        queue_push(ctx, bh);
        aio_notify(ctx);
    }
}

void bh_schedule(BH *bh)
{
    enqueue(bh, BH_SCHEDULED);
}

void bh_cancel(BH *bh)
{
    atomic_fetch_and(&bh->flags, ~BH_SCHEDULED);
}

void bh_delete(BH *bh)
{
    if (bh) {
        enqueue(bh, BH_DELETED);
    }
}

/* ---- making them: any thread, not signal handlers ---- */

BH *bh_new_at(AioContext *ctx, BHFunc *cb, void *opaque, const CallSite *site)
{
    BH *bh = xnew(BH);

    bh->ctx = ctx;
    bh->cb = cb;
    bh->opaque = opaque;
    bh->site = site;
    pthread_mutex_lock(&ctx->lock);
    list_push_back(&ctx->bhs, &bh->link);
    pthread_mutex_unlock(&ctx->lock);
    return bh;
}

void bh_schedule_oneshot_at(AioContext *ctx, BHFunc *cb, void *opaque, const CallSite *site)
{
    enqueue(bh_new_at(ctx, cb, opaque, site), BH_SCHEDULED | BH_ONESHOT);
}

static void bh_free(BH *bh)
{
    pthread_mutex_lock(&bh->ctx->lock);
    list_remove(&bh->link);
    pthread_mutex_unlock(&bh->ctx->lock);
    free(bh);
}

/* ---- the consumer: the context's thread ---- */

void bh_queue_init(AioContext *ctx)
{
    list_init(&ctx->bhs);
    atomic_init(&ctx->bh_head, &ctx->bh_stub);
    ctx->bh_tail = &ctx->bh_stub;
}

void bh_queue_destroy(AioContext *ctx)
{
    BH *bh, *tmp;

    LIST_FOREACH_SAFE(bh, tmp, &ctx->bhs, link) {
        free(bh);
    }
}

/* The oldest element, or NULL: none, or a producer is between its two steps. */
static BH *queue_pop(AioContext *ctx)
{
    BH *tail = ctx->bh_tail;
    BH *next = atomic_load(&tail->next);

    if (tail == &ctx->bh_stub) {
        if (!next) {
            return NULL;
        }
        ctx->bh_tail = tail = next;
        next = atomic_load(&tail->next);
    }
    if (!next && tail == atomic_load(&ctx->bh_head)) {
        queue_push(ctx, &ctx->bh_stub); /* tail is alone: give it a successor */
        next = atomic_load(&tail->next);
    }
    if (!next) {
        return NULL;
    }
    ctx->bh_tail = next;
    return tail;
}

bool bh_any_scheduled(AioContext *ctx)
{
    BH *tail = ctx->bh_tail;

    return ctx->ready_first || atomic_load(&tail->next) ||
           (tail != &ctx->bh_stub && tail == atomic_load(&ctx->bh_head));
}

bool bh_is_scheduled(BH *bh)
{
    return atomic_load(&bh->flags) & BH_SCHEDULED;
}

/* Move the queue into the ready list, which lives in the context because a callback may call
 * aio_poll: that inner turn must run the rest of ours. */
static void collect_ready(AioContext *ctx)
{
    for (BH *bh; (bh = queue_pop(ctx));) {
        atomic_store(&bh->next, NULL);
        if (ctx->ready_first) {
            atomic_store(&ctx->ready_last->next, bh);
        } else {
            ctx->ready_first = bh;
        }
        ctx->ready_last = bh;
    }
}

/* The callback may even delete @bh and take a turn of its own, which frees it. */
static void bh_call(BH *bh)
{
    int64_t since = trace_on(bh_call) ? trace_clock_ns() : 0;
    const char *track = bh->ctx->name, *name = bh->site->name;

    bh->cb(bh->opaque);
    if (since) {
        trace_span(bh_call, track, since, "%s", name);
    }
}

/* Call @bh if it is still meant to be.  From clearing BH_PENDING on it may be scheduled anew. */
static bool bh_run(BH *bh)
{
    unsigned flags = atomic_fetch_and(&bh->flags, ~(BH_PENDING | BH_SCHEDULED));
    bool run = (flags & BH_SCHEDULED) && !(flags & BH_DELETED);

    if (run) {
        bh_call(bh);
    }
    if (flags & (BH_DELETED | BH_ONESHOT)) {
        bh_free(bh);
    }
    return run;
}

bool bh_dispatch(AioContext *ctx)
{
    bool progress = false;

    collect_ready(ctx);
    while (ctx->ready_first) {
        BH *bh = ctx->ready_first;

        ctx->ready_first = atomic_load(&bh->next);
        progress |= bh_run(bh);
    }
    return progress;
}
