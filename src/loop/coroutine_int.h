/* SPDX-License-Identifier: MIT */
/* Changing stacks: what coroutine.c needs from the host. */
#ifndef LOOP_COROUTINE_INT_H
#define LOOP_COROUTINE_INT_H

#include "base/types.h"

/* COROUTINE_UCONTEXT=1 tries the portable way on x86-64. */
#if defined(__x86_64__) && !defined(COROUTINE_UCONTEXT)
#define COROUTINE_SWITCH_X86_64 1
typedef struct CoContext {
    void *sp; /* everything else is on the stack */
} CoContext;
#else
#define COROUTINE_SWITCH_X86_64 0
#include <ucontext.h>
typedef struct CoContext {
    ucontext_t uc;
} CoContext;
#endif

/* Prepare @c so that switching to it calls @fn, which never returns, on the stack given. */
void co_context_init(CoContext *c, void *stack, size_t size, void (*fn)(void));

/* Save where we are in @from and go on where @to was saved. */
void co_context_switch(CoContext *from, CoContext *to);

/* The sanitizers must be told of each change of stacks. Always inlined: TSan would otherwise pop
 * the call of fiber_before from the shadow stack of the wrong fiber. */
typedef struct CoFiber {
    void *fake_stack; /* ASan: frames that it moved off the stack */
    const void *bottom; /* ASan: the stack itself */
    size_t size;
    void *tsan; /* TSan: who we are */
} CoFiber;

#define ALWAYS_INLINE inline __attribute__((always_inline))

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

static ALWAYS_INLINE void fiber_before(CoFiber *from, CoFiber *to, bool last)
{
    __sanitizer_start_switch_fiber(last ? NULL : &from->fake_stack, to->bottom, to->size);
}

/* @self: who runs now.  @from: who ran before, whose stack we learn. */
static ALWAYS_INLINE void fiber_after(CoFiber *self, CoFiber *from)
{
    __sanitizer_finish_switch_fiber(self->fake_stack, &from->bottom, &from->size);
}

static ALWAYS_INLINE void fiber_init(CoFiber *f, void *stack, size_t size)
{
    __asan_unpoison_memory_region(stack, size); /* the last user never returned */
    *f = (CoFiber){.bottom = stack, .size = size};
}

static ALWAYS_INLINE void fiber_destroy(CoFiber *f)
{
}

static ALWAYS_INLINE void fiber_adopt_thread(CoFiber *f)
{
}
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>

static ALWAYS_INLINE void fiber_before(CoFiber *from, CoFiber *to, bool last)
{
    __tsan_switch_to_fiber(to->tsan, 0);
}

static ALWAYS_INLINE void fiber_after(CoFiber *self, CoFiber *from)
{
}

static ALWAYS_INLINE void fiber_init(CoFiber *f, void *stack, size_t size)
{
    f->tsan = __tsan_create_fiber(0);
}

static ALWAYS_INLINE void fiber_destroy(CoFiber *f)
{
    __tsan_destroy_fiber(f->tsan);
}

static ALWAYS_INLINE void fiber_adopt_thread(CoFiber *f)
{
    f->tsan = __tsan_get_current_fiber();
}
#else
static ALWAYS_INLINE void fiber_before(CoFiber *from, CoFiber *to, bool last)
{
}

static ALWAYS_INLINE void fiber_after(CoFiber *self, CoFiber *from)
{
}

static ALWAYS_INLINE void fiber_init(CoFiber *f, void *stack, size_t size)
{
}

static ALWAYS_INLINE void fiber_destroy(CoFiber *f)
{
}

static ALWAYS_INLINE void fiber_adopt_thread(CoFiber *f)
{
}
#endif

#endif
