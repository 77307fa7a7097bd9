/* SPDX-License-Identifier: MIT */
/* The worker pool: one queue, up to MAX_WORKERS threads that start when work waits and none is
 * idle. */
#include "loop/thread_pool.h"

#include "base/alloc.h"
#include "loop/aio_int.h"
#include "loop/thread.h"

enum { MAX_WORKERS = TEEMU_SMALL ? 2 : 64 };

typedef struct Work {
    List link;
    AioContext *ctx;
    int (*fn)(void *opaque);
    void (*done)(void *opaque, int ret);
    void *opaque;
    const CallSite *site;
    int ret;
} Work;

static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER; /* guards all of these */
static pthread_cond_t work_or_stop = PTHREAD_COND_INITIALIZER;
static List queue = LIST_INIT(queue);
static unsigned queued, n_workers, n_idle;
static Thread *workers[MAX_WORKERS];
static bool stopping;

/* A bottom half of the submitter's context: the one place where results of workers enter. */
static void work_done(void *opaque)
{
    Work *w = opaque;

    w->ctx->pending_work--;
    w->done(w->opaque, w->ret);
    free(w);
}

static void *worker_main(void *arg)
{
    pthread_mutex_lock(&pool_lock);
    for (;;) {
        AioContext *ctx;
        Work *w;

        n_idle++;
        while (!queued && !stopping) {
            pthread_cond_wait(&work_or_stop, &pool_lock);
        }
        n_idle--;
        if (!queued) {
            break; /* stopping, and nothing left to do */
        }
        w = list_entry(queue.next, Work, link);
        list_remove(&w->link);
        queued--;
        pthread_mutex_unlock(&pool_lock);
        w->ret = w->fn(w->opaque);
        ctx = w->ctx;
        bh_schedule_oneshot_at(ctx, work_done, w, w->site); /* from here on w may be gone */
        aio_context_unref(ctx);
        pthread_mutex_lock(&pool_lock);
    }
    pthread_mutex_unlock(&pool_lock);
    return NULL;
}

void thread_pool_submit_at(AioContext *ctx, int (*fn)(void *opaque), void *opaque,
                           void (*done)(void *opaque, int ret), const CallSite *site)
{
    Work *w = xnew(Work);

    *w = (Work){.ctx = ctx, .fn = fn, .done = done, .opaque = opaque, .site = site};
    aio_context_ref(ctx); /* the worker's: its owner may free it as soon as the work is done */
    ctx->pending_work++;
    pthread_mutex_lock(&pool_lock);
    list_push_back(&queue, &w->link);
    queued++;
    if (queued > n_idle && n_workers < MAX_WORKERS) {
        workers[n_workers] = thread_create("worker", worker_main, NULL);
        n_workers++;
    }
    pthread_cond_signal(&work_or_stop);
    pthread_mutex_unlock(&pool_lock);
}

unsigned thread_pool_pending(const AioContext *ctx)
{
    return ctx->pending_work;
}

void thread_pool_drain(AioContext *ctx)
{
    while (thread_pool_pending(ctx)) {
        aio_poll(ctx, true);
    }
}

void thread_pool_cleanup(void)
{
    pthread_mutex_lock(&pool_lock);
    stopping = true;
    pthread_cond_broadcast(&work_or_stop);
    pthread_mutex_unlock(&pool_lock);
    for (unsigned i = 0; i < n_workers; i++) { /* nobody submits any more: see the header */
        thread_join(workers[i]);
    }
    n_workers = 0;
    stopping = false;
}
