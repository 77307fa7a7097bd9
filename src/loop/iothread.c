/* SPDX-License-Identifier: MIT */
#include "loop/iothread.h"

#include "base/alloc.h"
#include "loop/aio_int.h"
#include "loop/thread_pool.h"

struct IOThread {
    List link; /* in iothreads */
    char *name;
    AioContext *ctx;
    Thread *thread;
    bool stopping; /* only its own thread touches it */
};

static List iothreads = LIST_INIT(iothreads); /* main thread */

static void iothread_stop(void *opaque)
{
    IOThread *t = opaque;

    t->stopping = true;
}

static void *iothread_main(void *opaque)
{
    IOThread *t = opaque;

    aio_set_current_context(t->ctx);
    while (!t->stopping) {
        aio_poll(t->ctx, true);
    }
    thread_pool_drain(t->ctx);
    return NULL;
}

IOThread *iothread_new(const char *name, Error **errp)
{
    AioContext *ctx = aio_context_new(name, errp);
    IOThread *t;
    char *title;

    if (!ctx) {
        return NULL;
    }
    t = xnew(IOThread);
    t->name = xstrdup(name);
    t->ctx = ctx;
    title = xasprintf("IO %s", name);
    t->thread = thread_create(title, iothread_main, t);
    free(title);
    list_push_back(&iothreads, &t->link);
    return t;
}

void iothread_free(IOThread *t)
{
    bh_schedule_oneshot(t->ctx, iothread_stop, t);
    thread_join(t->thread);
    list_remove(&t->link);
    aio_context_unref(t->ctx);
    free(t->name);
    free(t);
}

AioContext *iothread_get_context(const IOThread *t)
{
    return t->ctx;
}

const char *iothread_name(const IOThread *t)
{
    return t->name;
}

const Thread *iothread_get_thread(const IOThread *t)
{
    return t->thread;
}

IOThread *iothread_find(const char *name)
{
    IOThread *t;

    LIST_FOREACH(t, &iothreads, link) {
        if (!strcmp(t->name, name)) {
            return t;
        }
    }
    return NULL;
}

void iothread_foreach(void (*fn)(IOThread *t, void *opaque), void *opaque)
{
    IOThread *t, *tmp;

    LIST_FOREACH_SAFE(t, tmp, &iothreads, link) {
        fn(t, opaque);
    }
}
