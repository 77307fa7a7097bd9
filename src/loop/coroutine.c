/* SPDX-License-Identifier: MIT */
/* Coroutines: who runs, who entered whom, and the stacks.
 *
 * enter() saves the caller in the coroutine and switches; yield() switches back to the caller.  The
 * thread's own stack takes part as the "leader", a Coroutine that was never created. */
#include "loop/coroutine.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/alloc.h"
#include "loop/coroutine_int.h"

enum { POOL_SIZE = 32 };

struct Coroutine {
    CoContext context;
    CoFiber fiber;
    CoroutineEntry *entry;
    void *opaque;
    Coroutine *caller; /* who entered us and gets control back; NULL while not running */
    bool ended;
    char *stack; /* mapping: a guard page, then COROUTINE_STACK bytes */
    List link; /* in the pool */
};

static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER; /* guards pool and pool_count */
static List pool = LIST_INIT(pool); /* ended coroutines, for their stacks */
static unsigned pool_count;

/* Read and written only by the two functions below, which are not inlined: the compiler must not
 * keep the address of a thread-local variable across a switch, after which the thread may be
 * another. */
static __thread Coroutine leader; /* the thread's own stack */
static __thread Coroutine *running;

static __attribute__((noinline)) Coroutine *get_running(void)
{
    if (!running) {
        running = &leader;
        fiber_adopt_thread(&leader.fiber);
    }
    return running;
}

static __attribute__((noinline)) void set_running(Coroutine *co)
{
    running = co;
}

static __attribute__((noinline)) bool is_leader(const Coroutine *co)
{
    return co == &leader;
}

/* Stop @from, go on with @to.  Returns when somebody switches back to @from. */
static void switch_to(Coroutine *from, Coroutine *to)
{
    set_running(to);
    fiber_before(&from->fiber, &to->fiber, from->ended);
    co_context_switch(&from->context, &to->context);
}

/* The first function on each coroutine's stack. */
static void coroutine_main(void)
{
    Coroutine *co = get_running();

    fiber_after(&co->fiber, &co->caller->fiber);
    co->entry(co->opaque);
    co->ended = true;
    switch_to(co, co->caller);
    assert(!"an ended coroutine was entered");
}

static Coroutine *pool_get(void)
{
    Coroutine *co = NULL;

    pthread_mutex_lock(&pool_lock);
    if (pool_count) {
        co = list_entry(pool.next, Coroutine, link);
        list_remove(&co->link);
        pool_count--;
    }
    pthread_mutex_unlock(&pool_lock);
    return co;
}

static size_t guard_size(void)
{
    return sysconf(_SC_PAGESIZE);
}

static void stack_new(Coroutine *co)
{
    co->stack = mmap(NULL, guard_size() + COROUTINE_STACK, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (co->stack == MAP_FAILED || mprotect(co->stack, guard_size(), PROT_NONE)) {
        fprintf(stderr, "teemu: the host has no memory left for a coroutine's stack\n");
        exit(1);
    }
}

static void coroutine_free(Coroutine *co)
{
    munmap(co->stack, guard_size() + COROUTINE_STACK);
    free(co);
}

static void pool_put(Coroutine *co)
{
    bool kept;

    fiber_destroy(&co->fiber);
    pthread_mutex_lock(&pool_lock);
    kept = pool_count < POOL_SIZE;
    if (kept) {
        list_push_front(&pool, &co->link); /* the stack that is still in the cache */
        pool_count++;
    }
    pthread_mutex_unlock(&pool_lock);
    if (!kept) {
        coroutine_free(co);
    }
}

Coroutine *coroutine_create(CoroutineEntry *entry, void *opaque)
{
    Coroutine *co = pool_get();
    char *stack;

    if (!co) {
        co = xnew(Coroutine);
        list_init(&co->link);
        stack_new(co);
    }
    stack = co->stack + guard_size();
    co->entry = entry;
    co->opaque = opaque;
    co->ended = false;
    fiber_init(&co->fiber, stack, COROUTINE_STACK);
    co_context_init(&co->context, stack, COROUTINE_STACK, coroutine_main);
    return co;
}

void coroutine_enter(Coroutine *co)
{
    Coroutine *self = get_running();

    assert(!co->caller && "a coroutine is entered while it runs");
    co->caller = self;
    switch_to(self, co);
    fiber_after(&self->fiber, &co->fiber);
    if (co->ended) {
        co->caller = NULL;
        pool_put(co);
    }
}

void coroutine_fn coroutine_yield(void)
{
    Coroutine *self = get_running();
    Coroutine *caller = self->caller;

    assert(caller && "coroutine_yield outside of a coroutine");
    self->caller = NULL; /* from here on we may be entered again */
    switch_to(self, caller);
    fiber_after(&self->fiber, &self->caller->fiber);
}

Coroutine *coroutine_self(void)
{
    Coroutine *co = get_running();

    return is_leader(co) ? NULL : co;
}

static void enter_from_bh(void *opaque)
{
    coroutine_enter(opaque);
}

void aio_co_schedule(AioContext *ctx, Coroutine *co)
{
    bh_schedule_oneshot(ctx, enter_from_bh, co);
}

void coroutine_pool_cleanup(void)
{
    for (Coroutine *co; (co = pool_get());) {
        coroutine_free(co);
    }
}
