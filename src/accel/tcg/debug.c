/* SPDX-License-Identifier: MIT */
/* Breakpoints, single steps and watchpoints in translated code.
 *
 * A breakpoint costs nothing where there is none: no block contains the instruction at its pc
 * (blocks end before it, and one that begins there is never made), so that the run loop comes by,
 * and looks.
 *
 * A step runs a block of one instruction, which leaves to the loop.
 *
 * A watched page is never let through by the TLB.  An access that fires is abandoned before
 * anything has happened, and the vCPU stops at its instruction, as the RISC-V debug specification
 * has it and gdb expects. */
#include "accel/tcg/debug.h"

static void stop(CPUState *cpu, unsigned reason, int *ret)
{
    cpu->debug.event = (DebugEvent){.reason = reason};
    *ret = EXCP_DEBUG;
}

/* One instruction was executed, or a handler entered instead. */
static void step_done(CPUState *cpu, int *ret)
{
    uint64_t pc = cpu->env->pc;

    cpu->debug.stepped = true;
    if (pc < cpu->debug.step_from || pc >= cpu->debug.step_to) {
        stop(cpu, DEBUG_STEP, ret);
    }
}

bool tcg_debug_trap_taken(CPUState *cpu, int *ret)
{
    if (cpu->debug.step) {
        step_done(cpu, ret);
    }
    return *ret != 0;
}

/* The block that is only the instruction at the pc, or NULL with an exception recorded. */
static TranslationBlock *find_single(CPUState *cpu)
{
    TbKey key = tcg_current_key(cpu);

    key.flags |= TB_SINGLE_STEP;
    return tcg_find_block(cpu, key, 1);
}

static void run_single(CPUState *cpu, int *ret)
{
    TranslationBlock *tb;

    if ((icount_enabled || cpu->count_insns) && cpu->env->icount_budget <= 0) {
        *ret = EXCP_INTERRUPT;
        return;
    }
    tb = find_single(cpu);
    if (!tb) {
        return; /* the exception is next */
    }
    tcg_engine->exec(cpu->env, &tb->code);
    if (tb->nbytes) { /* else it could not be fetched, but can be now */
        cpu_reset_interrupt(cpu, CPU_INTERRUPT_HALT); /* wfi */
        step_done(cpu, ret);
    }
}

bool tcg_debug_next(CPUState *cpu, int *ret)
{
    /* Where a step begins the client has just been. */
    bool begins = cpu->debug.step && !cpu->debug.stepped;

    if (!begins && debug_break_at(cpu->env->pc)) {
        stop(cpu, DEBUG_BREAK, ret);
        return true;
    }
    if (cpu->debug.step) {
        run_single(cpu, ret);
        return true;
    }
    return false;
}

void tcg_debug_access(CPUState *cpu, uint64_t va, unsigned size, unsigned kind, uintptr_t ra)
{
    const DebugWatch *w = debug_watch_find(va, size, kind);

    if (w) {
        cpu->debug.event = (DebugEvent){DEBUG_WATCH, w->first, w->kind};
        cpu->exception_index = EXCP_DEBUG;
        tcg_loop_exit(cpu, ra);
    }
}
