/* SPDX-License-Identifier: MIT */
/* The life of AioContexts, registering fd handlers, and listing what is registered. */
#include "base/alloc.h"
#include "base/phase.h"
#include "base/trace.h"
#include "loop/aio_int.h"

/* Guards contexts, main_context and iohandler_context, and a reference count's way to 0. */
static pthread_mutex_t contexts_lock = PTHREAD_MUTEX_INITIALIZER;
static List contexts = LIST_INIT(contexts);
static AioContext *main_context, *iohandler_context;
static __thread AioContext *current_context;

/* ---- life ---- */

static void notify_context(void *opaque)
{
    aio_notify(opaque);
}

static AioContext *context_new(const char *name, TimerGroup *timers, Error **errp)
{
    AioContext *ctx = xnew(AioContext);

    init_trace("event context %s", name);
    if (!event_notifier_init(&ctx->notifier, false, errp)) {
        err_prepend(errp, "event loop %s: ", name);
        free(ctx);
        return NULL;
    }
    ctx->refs = 1;
    ctx->name = xstrdup(name);
    pthread_mutex_init(&ctx->lock, NULL);
    list_init(&ctx->handlers);
    bh_queue_init(ctx);
    ctx->timers = timers;
    if (!timers) {
        timer_group_init(&ctx->own_timers);
        ctx->timers = &ctx->own_timers;
    }
    timer_group_set_notify(ctx->timers, notify_context, ctx);
    return ctx;
}

AioContext *aio_context_new(const char *name, Error **errp)
{
    AioContext *ctx = context_new(name, NULL, errp);

    if (ctx) {
        pthread_mutex_lock(&contexts_lock);
        list_push_back(&contexts, &ctx->link);
        pthread_mutex_unlock(&contexts_lock);
    }
    return ctx;
}

void aio_context_ref(AioContext *ctx)
{
    ctx->refs++;
}

void aio_context_unref(AioContext *ctx)
{
    AioHandler *h, *tmp;

    pthread_mutex_lock(&contexts_lock);
    if (--ctx->refs) {
        pthread_mutex_unlock(&contexts_lock);
        return;
    }
    list_remove(&ctx->link);
    pthread_mutex_unlock(&contexts_lock);

    timer_group_destroy(ctx->timers);
    LIST_FOREACH_SAFE(h, tmp, &ctx->handlers, link) {
        free(h);
    }
    bh_queue_destroy(ctx);
    aio_poll_set_free(&ctx->set);
    event_notifier_cleanup(&ctx->notifier);
    pthread_mutex_destroy(&ctx->lock);
    free(ctx->name);
    free(ctx);
}

const char *aio_context_name(const AioContext *ctx)
{
    return ctx->name;
}

bool aio_main_contexts_init(Error **errp)
{
    pthread_mutex_lock(&contexts_lock);
    if (!main_context && (main_context = context_new("main", timer_group_main(), errp))) {
        list_push_back(&contexts, &main_context->link);
    }
    if (main_context && !iohandler_context &&
        (iohandler_context = context_new("iohandler", NULL, errp))) {
        list_push_back(&contexts, &iohandler_context->link);
    }
    pthread_mutex_unlock(&contexts_lock);
    return main_context && iohandler_context;
}

void aio_main_contexts_cleanup(void)
{
    aio_context_unref(iohandler_context);
    aio_context_unref(main_context);
    iohandler_context = main_context = NULL;
}

/* For programs that skip init_main_loop, such as unit tests. */
static void main_contexts_make(void)
{
    Error *err = NULL;

    if (!aio_main_contexts_init(&err)) {
        err_exit(err);
    }
}

static pthread_once_t main_once = PTHREAD_ONCE_INIT;

AioContext *aio_get_main_context(void)
{
    pthread_once(&main_once, main_contexts_make);
    return main_context;
}

AioContext *iohandler_get_context(void)
{
    pthread_once(&main_once, main_contexts_make);
    return iohandler_context;
}

AioContext *aio_get_current_context(void)
{
    return current_context ? current_context : aio_get_main_context();
}

void aio_set_current_context(AioContext *ctx)
{
    current_context = ctx;
}

void aio_notify(AioContext *ctx)
{
    if (atomic_load(&ctx->about_to_sleep)) {
        event_notifier_set(&ctx->notifier);
    }
}

/* ---- the poll set ---- */

size_t aio_poll_set_add(AioPollSet *set, int fd, short events)
{
    if (set->n == set->cap) {
        set->cap = set->cap ? 2 * set->cap : 16;
        set->fds = xrealloc(set->fds, set->cap * sizeof(set->fds[0]));
    }
    set->fds[set->n] = (struct pollfd){.fd = fd, .events = events};
    return set->n++;
}

void aio_poll_set_clear(AioPollSet *set)
{
    set->n = 0;
}

void aio_poll_set_free(AioPollSet *set)
{
    free(set->fds);
    *set = (AioPollSet){0};
}

/* ---- fd handlers ---- */

static AioHandler *find_handler(AioContext *ctx, int fd)
{
    AioHandler *h;

    LIST_FOREACH(h, &ctx->handlers, link) {
        if (h->fd == fd && !h->deleted) {
            return h;
        }
    }
    return NULL;
}

void aio_sweep_handlers(AioContext *ctx)
{
    AioHandler *h, *tmp;

    if (ctx->walkers) {
        return;
    }
    LIST_FOREACH_SAFE(h, tmp, &ctx->handlers, link) {
        if (h->deleted) {
            list_remove(&h->link);
            free(h);
        }
    }
}

void aio_set_fd_handler_at(AioContext *ctx, int fd, IOHandler *read, IOHandler *write,
                           void *opaque, const CallSite *site)
{
    AioHandler *h;

    assert(fd >= 0);
    pthread_mutex_lock(&ctx->lock);
    h = find_handler(ctx, fd);
    if (!read && !write) {
        if (h) {
            h->deleted = true;
            aio_sweep_handlers(ctx);
        }
    } else {
        if (!h) {
            h = xnew(AioHandler);
            h->fd = fd;
            h->slot = AIO_NOT_POLLED;
            list_push_back(&ctx->handlers, &h->link);
        }
        h->events = (read ? POLLIN : 0) | (write ? POLLOUT : 0);
        h->read = read;
        h->write = write;
        h->opaque = opaque;
        h->site = site;
    }
    pthread_mutex_unlock(&ctx->lock);
    aio_notify(ctx); /* if it sleeps, it waits for the wrong set */
}

static void event_notifier_ready(void *opaque)
{
    EventNotifier *e = opaque;

    e->handler(e);
}

void aio_set_event_notifier_at(AioContext *ctx, EventNotifier *e, EventNotifierHandler *handler,
                               const CallSite *site)
{
    e->handler = handler;
    aio_set_fd_handler_at(ctx, e->fd, handler ? event_notifier_ready : NULL, NULL, e, site);
}

/* ---- listing ---- */

void aio_context_foreach(void (*fn)(AioContext *ctx, void *opaque), void *opaque)
{
    AioContext **all = NULL;
    AioContext *ctx;
    size_t n = 0;

    pthread_mutex_lock(&contexts_lock);
    LIST_FOREACH(ctx, &contexts, link) {
        all = xrealloc(all, (n + 1) * sizeof(all[0]));
        all[n++] = ctx;
        ctx->refs++;
    }
    pthread_mutex_unlock(&contexts_lock);
    for (size_t i = 0; i < n; i++) {
        fn(all[i], opaque);
        aio_context_unref(all[i]);
    }
    free(all);
}

typedef struct Snapshot {
    AioCallback *cb;
    size_t n;
} Snapshot;

static AioCallback *snapshot_add(Snapshot *s, AioCallbackKind kind, const CallSite *site)
{
    s->cb = xrealloc(s->cb, (s->n + 1) * sizeof(s->cb[0]));
    s->cb[s->n] = (AioCallback){.kind = kind, .site = site, .fd = -1, .expire_ns = -1};
    return &s->cb[s->n++];
}

static void snapshot_add_timer(const Timer *t, void *opaque)
{
    AioCallback *cb = snapshot_add(opaque, AIO_CALLBACK_TIMER, t->site);

    cb->clock = t->heap->clock;
    cb->expire_ns = timer_expire_ns(t);
}

void aio_foreach_callback(AioContext *ctx, void (*fn)(const AioCallback *cb, void *opaque),
                          void *opaque)
{
    Snapshot s = {0};
    AioHandler *h;
    BH *bh;

    pthread_mutex_lock(&ctx->lock);
    LIST_FOREACH(h, &ctx->handlers, link) {
        if (!h->deleted) {
            AioCallback *cb = snapshot_add(&s, AIO_CALLBACK_FD, h->site);

            cb->fd = h->fd;
            cb->events = h->events;
        }
    }
    LIST_FOREACH(bh, &ctx->bhs, link) {
        snapshot_add(&s, AIO_CALLBACK_BH, bh->site)->scheduled = bh_is_scheduled(bh);
    }
    pthread_mutex_unlock(&ctx->lock);
    timer_group_foreach(ctx->timers, snapshot_add_timer, &s);
    for (size_t i = 0; i < s.n; i++) {
        fn(&s.cb[i], opaque);
    }
    free(s.cb);
}

/* ---- calling them ---- */

TRACE_EVENT(aio_handler, "a descriptor is ready: its handler");

/* The handler may be gone after the call, so its name is asked for before. */
static const char *handler_name(AioContext *ctx, IOHandler *fn, void *opaque)
{
    const char *name = "handler";
    AioHandler *h;

    pthread_mutex_lock(&ctx->lock);
    LIST_FOREACH(h, &ctx->handlers, link) {
        if (h->opaque == opaque && (h->read == fn || h->write == fn)) {
            name = h->site->name;
        }
    }
    pthread_mutex_unlock(&ctx->lock);
    return name;
}

void aio_call_handler(AioContext *ctx, IOHandler *fn, void *opaque)
{
    int64_t since = trace_on(aio_handler) ? trace_clock_ns() : 0;
    const char *name = since ? handler_name(ctx, fn, opaque) : NULL;

    fn(opaque);
    if (since) {
        trace_span(aio_handler, ctx->name, since, "%s", name);
    }
}
