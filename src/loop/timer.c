/* SPDX-License-Identifier: MIT */
/* Timers: one binary heap per context and clock.  Arming, moving and deleting cost O(log n) under
 * the context's timer lock; finding the nearest deadline costs O(1). */
#include "loop/timer.h"

#include "base/alloc.h"
#include "base/trace.h"
#include "loop/aio_int.h"
#include "loop/timer_int.h"

#define TIMER_NOT_IN_HEAP SIZE_MAX

TRACE_EVENT(timer_fire, "a timer is due: its callback");

/* Lock order: groups_lock, then a group's lock. */
static pthread_mutex_t groups_lock = PTHREAD_MUTEX_INITIALIZER; /* guards groups */
static List groups = LIST_INIT(groups);

/* ---- the heap ---- */

static bool before(const Timer *a, const Timer *b)
{
    return a->expire_ns != b->expire_ns ? a->expire_ns < b->expire_ns : a->order < b->order;
}

static void heap_put(TimerHeap *h, size_t i, Timer *t)
{
    h->t[i] = t;
    t->index = i;
}

/* Move @t, whose place is the hole at @i, up until its parent is not later. */
static void heap_up(TimerHeap *h, size_t i, Timer *t)
{
    while (i > 0 && before(t, h->t[(i - 1) / 2])) {
        heap_put(h, i, h->t[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    heap_put(h, i, t);
}

/* Move @t down until no child is earlier. */
static void heap_down(TimerHeap *h, size_t i, Timer *t)
{
    for (size_t child; (child = 2 * i + 1) < h->n; i = child) {
        if (child + 1 < h->n && before(h->t[child + 1], h->t[child])) {
            child++;
        }
        if (!before(h->t[child], t)) {
            break;
        }
        heap_put(h, i, h->t[child]);
    }
    heap_put(h, i, t);
}

static void heap_insert(TimerHeap *h, Timer *t)
{
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 8;
        h->t = xrealloc(h->t, h->cap * sizeof(h->t[0]));
    }
    heap_up(h, h->n++, t);
}

static void heap_remove(TimerHeap *h, Timer *t)
{
    size_t i = t->index;
    Timer *last = h->t[--h->n];

    t->index = TIMER_NOT_IN_HEAP;
    if (last == t) {
        return;
    }
    heap_put(h, i, last);
    heap_up(h, i, last);
    heap_down(h, last->index, last);
}

/* ---- groups ---- */

void timer_group_init(TimerGroup *g)
{
    pthread_mutex_init(&g->lock, NULL);
    for (ClockType c = 0; c < VM_CLOCK_COUNT; c++) {
        g->heap[c] = (TimerHeap){.group = g, .clock = c};
        list_init(&g->heap[c].firing);
    }
    pthread_mutex_lock(&groups_lock);
    list_push_back(&groups, &g->link);
    pthread_mutex_unlock(&groups_lock);
}

void timer_group_destroy(TimerGroup *g)
{
    pthread_mutex_lock(&groups_lock);
    list_remove(&g->link);
    pthread_mutex_unlock(&groups_lock);
    for (ClockType c = 0; c < VM_CLOCK_COUNT; c++) {
        free(g->heap[c].t);
    }
    pthread_mutex_destroy(&g->lock);
}

void timer_group_set_notify(TimerGroup *g, void (*notify)(void *opaque), void *opaque)
{
    pthread_mutex_lock(&g->lock);
    g->notify = notify;
    g->opaque = opaque;
    pthread_mutex_unlock(&g->lock);
}

static TimerGroup main_group;

static void main_group_init(void)
{
    timer_group_init(&main_group);
}

TimerGroup *timer_group_main(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, main_group_init);
    return &main_group;
}

/* The nearest deadline of @h relative to now, at least 0; -1 if there is none.  Lock held. */
static int64_t heap_deadline_ns(const TimerHeap *h)
{
    if (!list_empty(&h->firing)) {
        return 0;
    }
    return h->n ? MAX(h->t[0]->expire_ns - clock_get_ns(h->clock), 0) : -1;
}

static int64_t nearer(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

int64_t timer_group_deadline_ns(TimerGroup *g)
{
    int64_t deadline = -1;

    pthread_mutex_lock(&g->lock);
    for (ClockType c = 0; c < VM_CLOCK_COUNT; c++) {
        if (clock_can_sleep_until(c)) {
            deadline = nearer(deadline, heap_deadline_ns(&g->heap[c]));
        }
    }
    pthread_mutex_unlock(&g->lock);
    return deadline;
}

int64_t clock_deadline_ns(ClockType type)
{
    int64_t deadline = -1;
    TimerGroup *g;

    if (type == VM_CLOCK_VIRTUAL && !clock_virtual_enabled()) {
        return -1;
    }
    pthread_mutex_lock(&groups_lock);
    LIST_FOREACH(g, &groups, link) {
        pthread_mutex_lock(&g->lock);
        deadline = nearer(deadline, heap_deadline_ns(&g->heap[type]));
        pthread_mutex_unlock(&g->lock);
    }
    pthread_mutex_unlock(&groups_lock);
    return deadline;
}

void clock_notify(ClockType type)
{
    TimerGroup *g;

    pthread_mutex_lock(&groups_lock);
    LIST_FOREACH(g, &groups, link) {
        pthread_mutex_lock(&g->lock);
        if (g->notify && g->heap[type].n) {
            g->notify(g->opaque);
        }
        pthread_mutex_unlock(&g->lock);
    }
    pthread_mutex_unlock(&groups_lock);
}

/* Take the due timers off the heap first: whatever their callbacks arm waits for the next run. */
static void collect_due(TimerHeap *h)
{
    int64_t now = clock_get_ns(h->clock);

    while (h->n && h->t[0]->expire_ns <= now) {
        Timer *t = h->t[0];

        heap_remove(h, t);
        list_push_back(&h->firing, &t->firing);
    }
}

static bool heap_run(TimerHeap *h)
{
    bool progress = false;

    if (h->clock == VM_CLOCK_VIRTUAL && !clock_virtual_enabled()) {
        return false;
    }
    pthread_mutex_lock(&h->group->lock);
    collect_due(h);
    while (!list_empty(&h->firing)) {
        Timer *t = container_of(h->firing.next, Timer, firing);
        TimerCb *cb = t->cb;
        void *opaque = t->opaque;
        const CallSite *site = t->site;
        int64_t since = trace_on(timer_fire) ? trace_clock_ns() : 0;

        list_remove(&t->firing);
        __atomic_store_n(&t->expire_ns, -1, __ATOMIC_RELAXED);
        pthread_mutex_unlock(&h->group->lock);
        cb(opaque); /* may free t */
        if (since) {
            trace_span(timer_fire, "timers", since, "%s", site->name);
        }
        progress = true;
        pthread_mutex_lock(&h->group->lock);
    }
    pthread_mutex_unlock(&h->group->lock);
    return progress;
}

bool timer_group_run(TimerGroup *g)
{
    bool progress = false;

    for (ClockType c = 0; c < VM_CLOCK_COUNT; c++) {
        progress |= heap_run(&g->heap[c]);
    }
    return progress;
}

bool timer_run_clock(ClockType type)
{
    return heap_run(&timer_group_main()->heap[type]);
}

void timer_group_foreach(TimerGroup *g, void (*fn)(const Timer *t, void *opaque), void *opaque)
{
    pthread_mutex_lock(&g->lock);
    for (ClockType c = 0; c < VM_CLOCK_COUNT; c++) {
        for (size_t i = 0; i < g->heap[c].n; i++) {
            fn(g->heap[c].t[i], opaque);
        }
    }
    pthread_mutex_unlock(&g->lock);
}

/* ---- one timer ---- */

void timer_init_at(Timer *t, AioContext *ctx, ClockType clock, TimerCb *cb, void *opaque,
                   const CallSite *site)
{
    TimerGroup *g = ctx ? ctx->timers : timer_group_main();

    assert(clock < VM_CLOCK_COUNT);
    *t = (Timer){.heap = &g->heap[clock], .expire_ns = -1, .index = TIMER_NOT_IN_HEAP,
                 .cb = cb, .opaque = opaque, .site = site};
    list_init(&t->firing);
}

Timer *timer_new_at(ClockType clock, TimerCb *cb, void *opaque, const CallSite *site)
{
    Timer *t = xnew(Timer);

    timer_init_at(t, NULL, clock, cb, opaque, site);
    return t;
}

/* Lock held. */
static void disarm(Timer *t)
{
    if (t->index != TIMER_NOT_IN_HEAP) {
        heap_remove(t->heap, t);
    }
    list_remove(&t->firing);
    __atomic_store_n(&t->expire_ns, -1, __ATOMIC_RELAXED);
}

void timer_mod_ns(Timer *t, int64_t expire_ns)
{
    TimerHeap *h = t->heap;
    TimerGroup *g = h->group;
    bool nearest;

    pthread_mutex_lock(&g->lock);
    disarm(t);
    t->order = g->order++;
    __atomic_store_n(&t->expire_ns, MAX(expire_ns, 0), __ATOMIC_RELAXED);
    heap_insert(h, t);
    nearest = h->t[0] == t;
    if (nearest && g->notify) {
        g->notify(g->opaque);
    }
    pthread_mutex_unlock(&g->lock);
    if (nearest && h->clock == VM_CLOCK_VIRTUAL) {
        clock_virtual_deadline_moved();
    }
}

void timer_del(Timer *t)
{
    if (!timer_pending(t)) {
        return; /* also for a timer of all zero bytes, which was never initialised */
    }
    pthread_mutex_lock(&t->heap->group->lock);
    disarm(t);
    pthread_mutex_unlock(&t->heap->group->lock);
}

void timer_free(Timer *t)
{
    if (t) {
        timer_del(t);
        free(t);
    }
}

bool timer_pending(const Timer *t)
{
    return timer_expire_ns(t) >= 0;
}

int64_t timer_expire_ns(const Timer *t)
{
    return t->heap ? __atomic_load_n(&t->expire_ns, __ATOMIC_RELAXED) : -1;
}
