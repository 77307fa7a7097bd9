/* SPDX-License-Identifier: MIT */
/* The run loop of a vCPU.
 *
 *     cpu_exec
 *       for ever:  exception recorded?     -> the target enters its handler
 *                  asked to come back?     -> return
 *                  interrupt deliverable?  -> the target enters its handler
 *                  tb_find                 -> jump cache, then hash, then tb_gen_code
 *                  tcg_engine->exec        -> run; chained blocks follow each other without
 *                                             coming back
 *
 * An exception inside a helper comes back by siglongjmp, with the guest state put right from the
 * marks of the block. */
#include "accel/tcg/debug.h"
#include "accel/tcg/exclusive.h"
#include "accel/tcg/itrace.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/bql.h"
#include "base/log.h"
#include "base/rcu.h"
#include "base/symbols.h"
#include "base/trace.h"

LOG_ITEM(exec, "each block that the run loop enters (not those reached by chaining: add nochain)");
LOG_ITEM(nochain, "do not chain blocks, so that exec shows each one");
LOG_ITEM(cpu, "CPU state before each block that the run loop enters");
LOG_ITEM(fpu, "with cpu: the floating-point registers too");
TRACE_EVENT(vcpu_function, "a vCPU was in a function until now (slow: no block is chained)");
LOG_ITEM(int, "interrupts and exceptions as they are taken");

__thread CPUState *current_cpu;

/* A block cut short (the last one of an -icount slice) has its length in the upper flags, so that
 * it is found again for the same length only. */
enum { CUT_SHIFT = 16 };

/* Another bit that the target leaves free: the block counts although there is no -icount. */
enum { COUNTED = 1 << (CUT_SHIFT - 1) };

/* ---- finding the next block ---- */

/* Without symbols there are no functions to tell of. */
static bool functions_traced(void)
{
    return trace_on(vcpu_function) && symbols_known();
}

/* Shall each block be entered from the run loop: neither chained nor jumped to? */
static bool every_block_shown(void)
{
    return log_on(nochain) || functions_traced();
}

TbKey tcg_current_key(CPUState *cpu)
{
    TbKey key = cpu->ops->tb_key(cpu);

    assert(!(key.flags & ~(COUNTED - 1)));
    key.flags |= cpu->count_insns ? COUNTED : 0;
    return key;
}

TranslationBlock *tcg_find_block(CPUState *cpu, TbKey key, unsigned max_insns)
{
    const uint8_t *host;
    uint64_t phys = tcg_code_address(cpu, key.pc, &host);
    TranslationBlock *tb;

    if (phys == TB_NO_PAGE) {
        return NULL;
    }
    tb = tb_lookup(cpu, phys, key);
    return tb ? tb : tb_gen_code(cpu, key, phys, host, max_insns);
}

static TranslationBlock *tb_find_slow(TcgCpu *tc, TbKey key)
{
    TranslationBlock *tb = tcg_find_block(tc->cpu, key, singlestep ? 1 : IR_MAX_INSNS);

    tc->stats_misses += tb != NULL;
    return tb;
}

static TranslationBlock *tb_find(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);
    TbKey key = tcg_current_key(cpu);
    TranslationBlock *tb = tcg_jumps_find(tc, key);

    tc->stats_lookups++;
    if (tb) {
        return tb;
    }
    tb = tb_find_slow(tc, key);
    if (tb && !every_block_shown()) {
        tcg_jumps_add(tc, tb);
    }
    return tb;
}

/* The budget of the slice covers only the first @insns instructions of the block at the current pc.
 */
static TranslationBlock *tb_find_cut(CPUState *cpu, unsigned insns)
{
    TbKey key = tcg_current_key(cpu);

    key.flags |= insns << CUT_SHIFT;
    return tcg_find_block(cpu, key, insns);
}

/* ---- back from the middle of a block ---- */

bool tcg_pc_of(CPUState *cpu, uintptr_t ra, uint64_t *pc, unsigned *insns_not_done)
{
    TranslationBlock *tb = code_buffer_find(ra);
    const TcgMark *mark;

    if (!tb) {
        *pc = cpu->env->pc;
        *insns_not_done =
            cpu->env->current ? cpu->env->current->ninsns - cpu->env->current_insn : 0;
        return cpu->env->current != NULL;
    }
    /* ra is behind the call; the call itself belongs to the instruction. */
    mark = tcg_find_mark(&tb->code, ra - 1 - (uintptr_t)tb->code.entry);
    *pc = tb->code.pc + mark->pc;
    *insns_not_done = tb->code.ninsns - mark->insn;
    return true;
}

static void cpu_restore_state(CPUState *cpu, uintptr_t ra)
{
    unsigned not_done;
    uint64_t pc;

    if (!tcg_pc_of(cpu, ra, &pc, &not_done)) {
        return;
    }
    cpu->env->icount_budget += icount_enabled || cpu->count_insns ? not_done : 0;
    cpu->env->pc = pc;
    if (cpu->ops->restore_state) {
        cpu->ops->restore_state(cpu, pc);
    }
}

void tcg_loop_exit(CPUState *cpu, uintptr_t ra)
{
    cpu_restore_state(cpu, ra);
    siglongjmp(tcg_cpu(cpu)->jmp_env, 1);
}

/* ---- the loop ---- */

/* Something other than translated code to do?  Sets *ret when cpu_exec shall return.  An interrupt
 * that is taken clears *exit: what runs next is not what the last block was going to. */
static bool handle_requests(CPUState *cpu, uintptr_t *exit, int *ret)
{
    uint32_t requests;

    if (unlikely(__atomic_load_n(&cpu->env->exit_request, __ATOMIC_RELAXED))) {
        __atomic_store_n(&cpu->env->exit_request, 0, __ATOMIC_SEQ_CST);
        *ret = EXCP_INTERRUPT;
        return true;
    }
    requests = __atomic_load_n(&cpu->interrupt_request, __ATOMIC_ACQUIRE);
    if (likely(!requests)) {
        return false;
    }
    if (requests & CPU_INTERRUPT_HALT) {
        cpu_reset_interrupt(cpu, CPU_INTERRUPT_HALT);
        cpu->halted = true;
        *ret = EXCP_HALTED;
        return true;
    }
    if ((requests & CPU_INTERRUPT_HARD) && cpu->ops->has_work(cpu) &&
        !(cpu->debug.step & SSTEP_NOIRQ)) {
        bool taken;

        if (log_on(itrace)) {
            itrace_finish(cpu);
        }
        bql_lock();
        taken = cpu->ops->do_interrupt(cpu);
        bql_unlock();
        if (taken) {
            *exit = 0;
            return tcg_debug_trap_taken(cpu, ret);
        }
    }
    return false;
}

static bool handle_exception(CPUState *cpu, int *ret)
{
    if (likely(cpu->exception_index == EXCP_NONE)) {
        return false;
    }
    if (cpu->exception_index >= EXCP_INTERRUPT) {
        *ret = cpu->exception_index;
        cpu->exception_index = EXCP_NONE;
        if (log_on(itrace) && *ret == EXCP_DEBUG) {
            itrace_abandon(cpu);
        }
        return true;
    }
    if (log_on(itrace)) {
        itrace_do_exception(cpu);
    } else {
        cpu->ops->do_exception(cpu);
    }
    cpu->exception_index = EXCP_NONE;
    if (icount_enabled && !icount_trap(tcg_cpu(cpu))) {
        *ret = EXCP_INTERRUPT;
    }
    return tcg_debug_trap_taken(cpu, ret);
}

/* The hart has come into another function, as far as blocks that begin in one tell. */
static void trace_function(TcgCpu *tc, uint64_t pc)
{
    uint64_t offset;
    const char *name = symbols_find(pc, &offset);
    Str track = {0};

    if (name == tc->function) {
        return;
    }
    if (tc->function) {
        str_printf(&track, "%s functions", tc->cpu->name);
        trace_slice(vcpu_function, str_get(&track), tc->function_since, "%s", tc->function);
        str_free(&track);
    }
    tc->function = name;
    tc->function_since = trace_clock_ns();
}

static void log_block(CPUState *cpu, const TranslationBlock *tb)
{
    Str text = {0};

    if (functions_traced()) {
        trace_function(tcg_cpu(cpu), tb->code.pc);
    }

    if (!(log_on(exec) || log_on(cpu)) || !log_in_filter(tb->code.pc)) {
        return;
    }
    if (log_on(exec)) {
        str_printf(&text, "Trace %d: %p [%08x/%016" PRIx64 "]", cpu->index,
                   (const void *)tb->code.entry, tb->flags, tb->code.pc);
        symbols_describe(&text, tb->code.pc);
        str_append(&text, "\n");
    }
    if (log_on(cpu)) {
        (log_on(fpu) ? cpu->ops->dump_state : cpu->ops->dump_core)(cpu, &text);
    }
    log_printf("%s", str_get(&text));
    str_free(&text);
}

/* May an exit of @from be chained to @to?  Both must have been made for the same CPU state, whole;
 * and a block on two pages must be looked up, for the second one may be remapped. */
static bool may_chain(const TranslationBlock *from, const TranslationBlock *to)
{
    return from->flags == to->flags && !(to->flags >> CUT_SHIFT) && to->page[1] == TB_NO_PAGE &&
           !every_block_shown();
}

/* The block to run next, or NULL with an exception recorded or with *ret set to leave. */
static TranslationBlock *next_block(CPUState *cpu, bool budget_short, int *ret)
{
    TcgEnv *env = cpu->env;

    if (!budget_short) {
        return tb_find(cpu);
    }
    if (env->icount_budget <= 0) {
        *ret = EXCP_INTERRUPT;
        return NULL;
    }
    return tb_find_cut(cpu, MIN(env->icount_budget, (int64_t)IR_MAX_INSNS));
}

/* @exit is how translated code came back: link the exit it took to @tb. */
static void chain(uintptr_t exit, TranslationBlock *tb)
{
    TranslationBlock *last = tb_from_code((TcgCode *)(exit & ~(uintptr_t)63));

    if (may_chain(last, tb)) {
        tb_add_jump(last, exit & 63, tb);
    }
}

static int exec_loop(CPUState *cpu)
{
    TcgEnv *env = cpu->env;
    TcgCpu *tc = tcg_cpu(cpu);
    uintptr_t exit = 0;
    bool budget_short = false;

    env->current = NULL;
    for (;;) {
        unsigned evictions = code_buffer_evictions();
        TranslationBlock *tb;
        int ret = 0;

        if (handle_exception(cpu, &ret) || handle_requests(cpu, &exit, &ret)) {
            return ret;
        }
        if (unlikely(tcg_debug_active(cpu)) && tcg_debug_next(cpu, &ret)) {
            if (ret) {
                return ret;
            }
            exit = 0;
            continue;
        }
        tb = next_block(cpu, budget_short, &ret);
        if (ret) {
            return ret;
        }
        if (!tb) {
            exit = 0;
            budget_short = false;
            continue;
        }
        if (exit && evictions == code_buffer_evictions()) {
            chain(exit, tb);
        }
        if (log_on(exec) || log_on(cpu) || functions_traced()) {
            log_block(cpu, tb);
        }
        tc->recent[tc->stats_exec++ % TCG_RECENT] = tb->code.pc;
        exit = tcg_engine->exec(env, &tb->code);
        budget_short = !exit && env->exit_kind == TCG_EXIT_ICOUNT;
    }
}

int cpu_exec(CPUState *cpu)
{
    int ret;

    if (cpu->halted) {
        if (!cpu->ops->has_work(cpu)) {
            return EXCP_HALTED;
        }
        cpu->halted = false;
    }
    itrace_prepare();
    current_cpu = cpu;
    cpu_exec_start(cpu);
    rcu_read_lock();
    if (sigsetjmp(tcg_cpu(cpu)->jmp_env, 0)) {
        tcg_io_end(cpu);
    }
    ret = exec_loop(cpu);
    rcu_read_unlock();
    cpu_exec_end(cpu);
    current_cpu = NULL;
    return ret;
}
