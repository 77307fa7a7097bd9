/* SPDX-License-Identifier: MIT */
/* Traps: into a handler, back out of it, and the instructions that only wait or fence (priv 3.1.6,
 * 3.3 and 4.1).
 *
 *     trap to M:  MPP = mode, MPIE = MIE, MIE = 0, mepc = pc, mcause, mtval; pc = mtvec
 *     mret:       mode = MPP, MIE = MPIE, MPIE = 1, MPP = U; pc = mepc
 *
 * and the same with S.  A trap goes to S when it comes from S or U and medeleg or mideleg has its
 * bit. */
#include "base/bql.h"
#include "base/log.h"
#include "base/serial_walk.h"
#include "base/symbols.h"
#include "base/trace.h"
#include "target/riscv/priv.h"

LOG_ITEM_EXTERN(int);
LOG_ITEM(strace, "system calls: each ecall of U mode, with a7 (its number) and a0 to a5");
TRACE_EVENT(riscv_mode, "a hart was in a privilege mode until now");
TRACE_EVENT(riscv_trap, "a hart takes an interrupt or exception");

/* ---- modes ---- */

static void set_mode(CPURISCVState *env, unsigned priv)
{
    if (trace_on(riscv_mode) && priv != env->priv) {
        trace_slice(riscv_mode, riscv_env_cpu(&env->tcg)->name, env->mode_since, "%s",
                    riscv_priv_name(env->priv));
        env->mode_since = trace_clock_ns();
    }
    __atomic_store_n(&riscv_env_cpu(&env->tcg)->in_firmware,
                     priv == PRV_M && env->priv == PRV_S, __ATOMIC_RELAXED);
    env->priv = priv;
}

/* ---- into the handler ---- */

static uint64_t xlen_mask(const CPURISCVState *env)
{
    return env->xlen == 64 ? ~0ULL : 0xffffffffULL;
}

static uint64_t handler(const CPURISCVState *env, uint64_t tvec, bool interrupt, unsigned cause)
{
    bool vectored = interrupt && (tvec & 3) == 1;

    return ((tvec & ~3ULL) + (vectored ? 4ULL * cause : 0)) & xlen_mask(env);
}

static void enter_s(CPURISCVState *env, bool interrupt, unsigned cause, uint64_t cause_reg,
                    uint64_t tval)
{
    uint64_t s = env->mstatus & ~(MSTATUS_SPIE | MSTATUS_SIE | MSTATUS_SPP);

    s |= env->mstatus & MSTATUS_SIE ? MSTATUS_SPIE : 0;
    s |= env->priv == PRV_S ? MSTATUS_SPP : 0;
    env->mstatus = s;
    env->scause = cause_reg;
    env->sepc = env->tcg.pc;
    env->stval = tval;
    env->tcg.pc = handler(env, env->stvec, interrupt, cause);
    set_mode(env, PRV_S);
}

static void enter_m(CPURISCVState *env, bool interrupt, unsigned cause, uint64_t cause_reg,
                    uint64_t tval)
{
    uint64_t s = env->mstatus & ~(MSTATUS_MPIE | MSTATUS_MIE | MSTATUS_MPP);

    s |= env->mstatus & MSTATUS_MIE ? MSTATUS_MPIE : 0;
    s = deposit64(s, 11, 2, env->priv);
    env->mstatus = s;
    env->mcause = cause_reg;
    env->mepc = env->tcg.pc;
    env->mtval = tval;
    env->tcg.pc = handler(env, env->mtvec, interrupt, cause);
    set_mode(env, PRV_M);
}

static void log_trap(const CPURISCVState *env, bool interrupt, unsigned cause, uint64_t tval)
{
    Str at = {0};

    symbols_describe(&at, env->tcg.pc);
    log_printf("trap: hart %" PRIu64 ", %s mode, %s (%u), pc %#" PRIx64 "%s, tval %#" PRIx64 "\n",
               env->mhartid, riscv_priv_name(env->priv), riscv_cause_name(interrupt, cause), cause,
               env->tcg.pc, str_get(&at), tval);
    str_free(&at);
}

/* Numbers have no names here: which kernel is called is not known. */
static void log_system_call(const CPURISCVState *env)
{
    const uint64_t *a = &env->gpr[10];
    Str at = {0};

    symbols_describe(&at, env->tcg.pc);
    log_printf("strace: hart %" PRIu64 ", pc %#" PRIx64 "%s: call %" PRIu64 " (%#" PRIx64
               ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ")\n",
               env->mhartid, env->tcg.pc, str_get(&at), a[7], a[0], a[1], a[2], a[3], a[4], a[5]);
    str_free(&at);
}

static void trace_trap(const CPUState *cs, bool interrupt, unsigned cause, uint64_t tval)
{
    const CPURISCVState *env = (const CPURISCVState *)cs->env;
    Str at = {0};

    symbols_describe(&at, env->tcg.pc);
    if (trace_on(riscv_trap)) {
        trace(riscv_trap, cs->name, "%s mode, %s, pc %#" PRIx64 "%s, tval %#" PRIx64,
              riscv_priv_name(env->priv), riscv_cause_name(interrupt, cause), env->tcg.pc,
              str_get(&at), tval);
    }
    if (interrupt && (cause == IRQ_SEI || cause == IRQ_MEI)) {
        serial_walk(WALK_TRAP, cs->name, "%s at pc %#" PRIx64 "%s",
                    riscv_cause_name(interrupt, cause), env->tcg.pc, str_get(&at));
    }
    str_free(&at);
}

static void enter_trap(CPUState *cs, bool interrupt, unsigned cause, uint64_t tval)
{
    CPURISCVState *env = riscv_env(cs);
    uint64_t deleg = interrupt ? env->mideleg : env->medeleg;
    uint64_t cause_reg = cause | (interrupt ? BIT(env->xlen - 1) : 0);

    cs->polls = 0;
    if (log_on(int)) {
        log_trap(env, interrupt, cause, tval);
    }
    if (trace_on(riscv_trap) || (interrupt && serial_walk_on())) {
        trace_trap(cs, interrupt, cause, tval);
    }
    if (env->priv <= PRV_S && (deleg >> cause & 1)) {
        enter_s(env, interrupt, cause, cause_reg, tval);
    } else {
        enter_m(env, interrupt, cause, cause_reg, tval);
    }
    /* The handler may be about to run another thread, which must not complete this one's SC. */
    env->load_res = RISCV_NO_RESERVATION;
}

/* The instruction at pc, for mtval: 16 or 32 bits, or 0 when it cannot be read any more. */
static uint64_t insn_at_pc(CPUState *cs)
{
    uint64_t pc = cs->env->pc;
    uint16_t low, high;

    if (!riscv_read_code(cs, pc, &low, 2)) {
        return 0;
    }
    if ((low & 3) != 3) {
        return low;
    }
    return riscv_read_code(cs, pc + 2, &high, 2) ? low | (uint32_t)high << 16 : 0;
}

void riscv_do_exception(CPUState *cs)
{
    CPURISCVState *env = riscv_env(cs);
    unsigned cause = cs->exception_index;
    uint64_t epc = env->tcg.pc;
    unsigned from = env->priv;
    uint64_t tval = env->badaddr_is_insn ? insn_at_pc(cs) : env->badaddr;

    if (log_on(strace) && cause == RISCV_EXCP_U_ECALL) {
        log_system_call(env);
    }
    enter_trap(cs, false, cause, tval);
    env->badaddr = 0;
    env->badaddr_is_insn = false;
    riscv_watch_exception(env, from, epc, cause, tval);
}

bool riscv_do_interrupt(CPUState *cs)
{
    int irq = riscv_pending_interrupt(riscv_env(cs));

    if (irq < 0) {
        return false;
    }
    enter_trap(cs, true, irq, 0);
    return true;
}

/* ---- raising ---- */

void riscv_raise_illegal(CPURISCVState *env, uintptr_t ra)
{
    env->badaddr_is_insn = true;
    cpu_raise(riscv_env_cpu(&env->tcg), RISCV_EXCP_ILLEGAL, ra);
}

static void helper_riscv_raise(TcgEnv *tcg, uint64_t cause, uint64_t tval)
{
    CPURISCVState *env = riscv_env_of(tcg);

    env->badaddr = tval;
    env->badaddr_is_insn = false;
    cpu_raise(riscv_env_cpu(tcg), cause, tcg_helper_ra());
}
IR_HELPER(riscv_raise, "veii", HF_TRAPS);

/* ---- back out ---- */

static uint64_t return_to(CPURISCVState *env, uint64_t epc)
{
    epc &= riscv_has(env, EXT_c) ? ~1ULL : ~3ULL;
    riscv_watch_return(env, epc);
    return epc;
}

static uint64_t helper_riscv_mret(TcgEnv *tcg)
{
    CPURISCVState *env = riscv_env_of(tcg);
    uint64_t s = env->mstatus;
    unsigned mpp = extract64(s, 11, 2);

    if (env->priv != PRV_M) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    s &= ~(MSTATUS_MIE | MSTATUS_MPP | (mpp == PRV_M ? 0 : MSTATUS_MPRV));
    s |= s & MSTATUS_MPIE ? MSTATUS_MIE : 0;
    s |= MSTATUS_MPIE;
    env->mstatus = riscv_has(env, EXT_u) ? s : s | MSTATUS_MPP;
    set_mode(env, mpp);
    return return_to(env, env->mepc);
}
IR_HELPER(riscv_mret, "ie", HF_TRAPS);

static uint64_t helper_riscv_sret(TcgEnv *tcg)
{
    CPURISCVState *env = riscv_env_of(tcg);
    uint64_t s = env->mstatus;
    bool allowed = env->priv == PRV_M || (env->priv == PRV_S && !(s & MSTATUS_TSR));

    if (!allowed || !riscv_has(env, EXT_s)) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    set_mode(env, s & MSTATUS_SPP ? PRV_S : PRV_U);
    s &= ~(MSTATUS_SIE | MSTATUS_SPP | MSTATUS_MPRV);
    s |= s & MSTATUS_SPIE ? MSTATUS_SIE : 0;
    s |= MSTATUS_SPIE;
    env->mstatus = s;
    return return_to(env, env->sepc);
}
IR_HELPER(riscv_sret, "ie", HF_TRAPS);

/* ---- waiting and fencing ---- */

static void helper_riscv_wfi(TcgEnv *tcg)
{
    CPURISCVState *env = riscv_env_of(tcg);
    CPUState *cs = riscv_env_cpu(tcg);
    bool trapped = env->priv < PRV_M && (env->mstatus & MSTATUS_TW);

    /* Below a supervisor there is no bounded time to wait in (priv 3.3.3). */
    if (trapped || (env->priv == PRV_U && riscv_has(env, EXT_s))) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    if (riscv_has_work(cs)) {
        cs->polls++; /* firmware waits for other harts with an interrupt left pending */
        cpus_accel->yield(cs);
    } else {
        riscv_watch_wait(env);
        cpu_interrupt(cs, CPU_INTERRUPT_HALT);
    }
}
IR_HELPER(riscv_wfi, "ve", HF_TRAPS);

static void helper_riscv_pause(TcgEnv *tcg)
{
    cpus_accel->yield(riscv_env_cpu(tcg));
}
IR_HELPER(riscv_pause, "ve", 0);

/* Translations carry no ASID, so those of all address spaces go. */
static void helper_riscv_sfence_vma(TcgEnv *tcg, uint64_t va, uint64_t asid, uint64_t what)
{
    CPURISCVState *env = riscv_env_of(tcg);

    if (env->priv == PRV_U || (env->priv == PRV_S && (env->mstatus & MSTATUS_TVM))) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    if (what & SFENCE_VA) {
        riscv_tlb_flush_page(riscv_env_cpu(tcg), va);
    } else {
        riscv_tlb_flush(riscv_env_cpu(tcg));
    }
}
IR_HELPER(riscv_sfence_vma, "veiii", HF_TRAPS);

static void helper_riscv_svinval_fence(TcgEnv *tcg)
{
    CPURISCVState *env = riscv_env_of(tcg);

    if (env->priv == PRV_U) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
}
IR_HELPER(riscv_svinval_fence, "ve", HF_TRAPS);
