/* SPDX-License-Identifier: MIT */
/* RCU by generations.  A reader copies the generation counter into its own slot when it enters and
 * writes 0 when it leaves; a deferred call carries the generation that began with it.  A reader
 * whose slot holds an older generation may still see the old object; one that entered later cannot.
 *
 * Why that is safe: all four accesses are sequentially consistent.  If a reader's load of the
 * pointer came before the writer's store, its slot store came before that load, so the writer's
 * look at the slots, which is after its store, finds the reader. */
#include "base/rcu.h"

#include "base/alloc.h"
#include "base/list.h"

#include <pthread.h>

typedef struct Reader {
    List link;            /* on readers; guarded by lock */
    _Atomic uint64_t gen; /* 0: outside; written by its thread, read by writers */
    unsigned depth;       /* of nested sections; its thread's own */
} Reader;

typedef struct Deferred {
    List link;    /* on pending; guarded by lock */
    uint64_t gen; /* readers that entered in this generation or later do no harm */
    void (*fn)(void *arg);
    void *arg;
} Deferred;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static List readers = LIST_INIT(readers);
static List pending = LIST_INIT(pending); /* oldest generation first */
static _Atomic uint64_t generation = 1;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* only for its destructor: the Reader of a thread that ends */
static _Thread_local Reader *self;

static void reader_free(void *p)
{
    Reader *r = p;

    pthread_mutex_lock(&lock);
    list_remove(&r->link);
    pthread_mutex_unlock(&lock);
    self = NULL;
    free(r);
}

static void make_key(void)
{
    pthread_key_create(&key, reader_free);
}

static Reader *reader_new(void)
{
    Reader *r = xnew(Reader);

    pthread_once(&once, make_key);
    pthread_setspecific(key, r);
    pthread_mutex_lock(&lock);
    list_push_back(&readers, &r->link);
    pthread_mutex_unlock(&lock);
    return r;
}

void rcu_read_lock(void)
{
    if (unlikely(!self)) {
        self = reader_new();
    }
    if (self->depth++ == 0) {
        atomic_store(&self->gen, atomic_load(&generation));
    }
}

void rcu_read_unlock(void)
{
    assert(self && self->depth > 0);
    if (--self->depth == 0) {
        atomic_store_explicit(&self->gen, 0, memory_order_release);
    }
}

/* The generation of the oldest open section, or UINT64_MAX.  Lock held. */
static uint64_t oldest_reader(void)
{
    uint64_t oldest = UINT64_MAX;
    Reader *r;

    LIST_FOREACH(r, &readers, link) {
        uint64_t gen = atomic_load(&r->gen);

        if (gen && gen < oldest) {
            oldest = gen;
        }
    }
    return oldest;
}

size_t rcu_reclaim(void)
{
    List ready = LIST_INIT(ready);
    size_t left = 0;
    uint64_t oldest;
    Deferred *d, *next;

    pthread_mutex_lock(&lock);
    oldest = oldest_reader();
    LIST_FOREACH_SAFE(d, next, &pending, link) {
        if (d->gen <= oldest) {
            list_remove(&d->link);
            list_push_back(&ready, &d->link);
        } else {
            left++;
        }
    }
    pthread_mutex_unlock(&lock);

    LIST_FOREACH_SAFE(d, next, &ready, link) { /* unlocked: fn may defer more */
        d->fn(d->arg);
        free(d);
    }
    return left;
}

void rcu_defer(void (*fn)(void *arg), void *arg)
{
    Deferred *d = xnew(Deferred);

    d->fn = fn;
    d->arg = arg;
    pthread_mutex_lock(&lock);
    d->gen = atomic_fetch_add(&generation, 1) + 1;
    list_push_back(&pending, &d->link);
    pthread_mutex_unlock(&lock);
    rcu_reclaim();
}
