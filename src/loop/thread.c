/* SPDX-License-Identifier: MIT */
#include "loop/thread.h"

#include <signal.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/list.h"

struct Thread {
    List link;
    pthread_t id;
    char *name;
    int tid; /* 0 until it runs; guarded by threads_lock */
    void *(*fn)(void *arg);
    void *arg;
};

static pthread_mutex_t threads_lock = PTHREAD_MUTEX_INITIALIZER; /* guards threads and tid */
static pthread_cond_t thread_started = PTHREAD_COND_INITIALIZER;
static List threads = LIST_INIT(threads);
static __thread Thread *self;

static void *thread_main(void *opaque)
{
    Thread *t = opaque;
    char comm[16]; /* the kernel's limit */

    snprintf(comm, sizeof(comm), "%s", t->name);
    pthread_setname_np(pthread_self(), comm);
    self = t;
    pthread_mutex_lock(&threads_lock);
    t->tid = gettid();
    pthread_cond_broadcast(&thread_started);
    pthread_mutex_unlock(&threads_lock);
    return t->fn(t->arg);
}

/* All signals but those that the thread's own instructions raise. */
static void asynchronous_signals(sigset_t *set)
{
    static const int synchronous[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};

    sigfillset(set);
    for (size_t i = 0; i < ARRAY_SIZE(synchronous); i++) {
        sigdelset(set, synchronous[i]);
    }
}

Thread *thread_create(const char *name, void *(*fn)(void *arg), void *arg)
{
    Thread *t = xnew(Thread);
    sigset_t block, old;
    int err;

    t->name = xstrdup(name);
    t->fn = fn;
    t->arg = arg;
    asynchronous_signals(&block);
    pthread_sigmask(SIG_SETMASK, &block, &old); /* the new thread inherits it */
    err = pthread_create(&t->id, NULL, thread_main, t);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (err) {
        fprintf(stderr, "teemu: the host refuses thread %s: %s (see ulimit -u)\n", name,
                strerror(err));
        exit(1);
    }
    pthread_mutex_lock(&threads_lock);
    while (!t->tid) {
        pthread_cond_wait(&thread_started, &threads_lock);
    }
    list_push_back(&threads, &t->link);
    pthread_mutex_unlock(&threads_lock);
    return t;
}

void *thread_join(Thread *t)
{
    void *ret;

    pthread_join(t->id, &ret);
    pthread_mutex_lock(&threads_lock);
    list_remove(&t->link);
    pthread_mutex_unlock(&threads_lock);
    free(t->name);
    free(t);
    return ret;
}

const char *thread_name(const Thread *t)
{
    return t->name;
}

int thread_tid(const Thread *t)
{
    return t->tid;
}

Thread *thread_self(void)
{
    return self;
}

void thread_foreach(void (*fn)(const Thread *t, void *opaque), void *opaque)
{
    Thread *t;

    pthread_mutex_lock(&threads_lock);
    LIST_FOREACH(t, &threads, link) {
        fn(t, opaque);
    }
    pthread_mutex_unlock(&threads_lock);
}
