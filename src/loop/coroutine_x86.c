/* SPDX-License-Identifier: MIT */
/* Changing stacks on x86-64: a function call that returns on another stack. By the System V ABI
 * the callee preserves rbx, rbp, r12-r15, the control bits of mxcsr and the x87 control word; all
 * else is dead across a call, so this is everything there is to save. */
#include "loop/coroutine_int.h"

#if COROUTINE_SWITCH_X86_64

void co_switch_stacks(void **save_sp, void *load_sp);

__asm__(".text\n"
        ".type co_switch_stacks, @function\n"
        "co_switch_stacks:\n"
        "    push %rbp\n"
        "    push %rbx\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    sub $8, %rsp\n"
        "    stmxcsr (%rsp)\n"
        "    fnstcw 4(%rsp)\n"
        "    mov %rsp, (%rdi)\n"
        "    mov %rsi, %rsp\n"
        "    ldmxcsr (%rsp)\n"
        "    fldcw 4(%rsp)\n"
        "    add $8, %rsp\n"
        "    pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbx\n"
        "    pop %rbp\n"
        "    ret\n"
        ".size co_switch_stacks, . - co_switch_stacks\n");

/* What co_switch_stacks pops, lowest address first. */
typedef struct Frame {
    uint32_t mxcsr;
    uint32_t x87_control;
    uint64_t r15, r14, r13, r12, rbx, rbp;
    uint64_t ret; /* where it returns to */
    uint64_t caller; /* 0 ends a debugger's backtrace; also aligns as after a call */
} Frame;

void co_context_init(CoContext *c, void *stack, size_t size, void (*fn)(void))
{
    Frame *f = (Frame *)((char *)stack + size - sizeof(Frame));

    assert(((uintptr_t)stack + size) % 16 == 0);
    *f = (Frame){.mxcsr = 0x1f80, .x87_control = 0x37f, .ret = (uintptr_t)fn};
    c->sp = f;
}

void co_context_switch(CoContext *from, CoContext *to)
{
    co_switch_stacks(&from->sp, to->sp);
}

#endif
