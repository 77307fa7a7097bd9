/* SPDX-License-Identifier: MIT */
/* Changing stacks on hosts without a hand-written switch: ucontext, which asks the kernel for the
 * signal mask each time and is some twenty times slower. */
#include "loop/coroutine_int.h"

#if !COROUTINE_SWITCH_X86_64

void co_context_init(CoContext *c, void *stack, size_t size, void (*fn)(void))
{
    getcontext(&c->uc);
    c->uc.uc_stack.ss_sp = stack;
    c->uc.uc_stack.ss_size = size;
    c->uc.uc_link = NULL;
    makecontext(&c->uc, fn, 0);
}

void co_context_switch(CoContext *from, CoContext *to)
{
    swapcontext(&from->uc, &to->uc);
}

#endif
