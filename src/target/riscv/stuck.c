/* SPDX-License-Identifier: MIT */
/* A guest that will never do anything else says nothing, so we do: once, in words.
 *
 *     stuck      the first instruction of a trap handler raises the exception that it is to handle
 *     in handler another of its first instructions raises one: the state of the first trap is lost
 *     trap loop  one instruction raises the same exception again and again; nothing gets past it
 *     lost       the pc is where nothing lives
 *     waiting    every hart waits for an interrupt, and none of them can get any
 *
 * All are legal, and the guest goes on: a debugger may be about to have a look. */
#include "base/symbols.h"
#include "target/diagnose.h"
#include "target/riscv/priv.h"

/* Why a guest cannot get past an exception, most often. */
static const char *usual_reason(unsigned cause)
{
    static const char *const reasons[] = {
        [RISCV_EXCP_INST_MISALIGNED] = "a jump through a damaged pointer",
        [RISCV_EXCP_INST_ACCESS] = "a jump to where no memory is, or a PMP that forbids it",
        [RISCV_EXCP_ILLEGAL] = "code for an extension or a CSR that -cpu does not have, or data "
                               "run as code",
        [RISCV_EXCP_BREAKPOINT] = "an ebreak (a failed assertion, say) with no debugger to catch "
                                  "it",
        [RISCV_EXCP_LOAD_MISALIGNED] = "an LR or AMO of a misaligned address",
        [RISCV_EXCP_LOAD_ACCESS] = "a load from where no device is, or a PMP that forbids it",
        [RISCV_EXCP_STORE_MISALIGNED] = "an SC or AMO of a misaligned address",
        [RISCV_EXCP_STORE_ACCESS] = "a store to where no device is, or a PMP that forbids it",
        [RISCV_EXCP_U_ECALL + PRV_U] = "a handler that does not step over the ecall",
        [RISCV_EXCP_U_ECALL + PRV_S] = "a handler that does not step over the ecall",
        [RISCV_EXCP_U_ECALL + PRV_M] = "a handler that does not step over the ecall",
        [RISCV_EXCP_INST_PAGE_FAULT] = "a jump to an address that the page table does not map as "
                                       "executable",
        [RISCV_EXCP_LOAD_PAGE_FAULT] = "a page table that does not map the address",
        [RISCV_EXCP_STORE_PAGE_FAULT] = "a stack that overflowed, or a page table that does not "
                                        "map the address as writable",
    };
    const char *reason = cause < ARRAY_SIZE(reasons) ? reasons[cause] : NULL;

    return reason ? reason : "a handler that does not know this cause";
}

/* A page walk helps to understand only page faults. */
static const uint64_t *walked(unsigned cause, const uint64_t *va)
{
    bool page_fault = cause >= RISCV_EXCP_INST_PAGE_FAULT && cause <= RISCV_EXCP_STORE_PAGE_FAULT;

    return page_fault ? va : NULL;
}

/* ---- faults of handlers ---- */

/* How far into a handler the registers of the first trap are not safe yet, about. */
enum { HANDLER_ENTRY = 128 };

static void report_handler(CPURISCVState *env, uint64_t epc, unsigned cause, uint64_t tval)
{
    uint64_t into = epc - env->tcg.pc;
    const char *tvec = env->priv == PRV_S ? "stvec" : "mtvec";
    CPUState *cs = riscv_env_cpu(&env->tcg);

    if (into == 0) {
        cpu_diagnose(cs, walked(cause, &tval),
                     "hart %" PRIu64 " is stuck: its %s-mode trap handler at %#" PRIx64
                     " itself raises %s; %s was not set up before the first trap",
                     env->mhartid, riscv_priv_name(env->priv), epc, riscv_cause_name(false, cause),
                     tvec);
    } else {
        cpu_diagnose(cs, walked(cause, &tval),
                     "hart %" PRIu64 " faults in its own %s-mode trap handler, %" PRIu64
                     " bytes behind %s: %s (tval %#" PRIx64 "); what the first trap was about is "
                     "lost; the usual reason is a stack pointer, or a pointer in %cscratch, that "
                     "is not set up or whose page is not mapped",
                     env->mhartid, riscv_priv_name(env->priv), into, tvec,
                     riscv_cause_name(false, cause), tval, env->priv == PRV_S ? 's' : 'm');
    }
}

static bool is_fault(unsigned cause)
{
    return cause != RISCV_EXCP_BREAKPOINT &&
           (cause < RISCV_EXCP_U_ECALL || cause > RISCV_EXCP_U_ECALL + PRV_M);
}

/* The pc is where the handler begins, into which an exception of @epc has just led. */
static void watch_handler(CPURISCVState *env, uint64_t epc, unsigned from, unsigned cause,
                          uint64_t tval)
{
    bool in_entry = epc - env->tcg.pc < HANDLER_ENTRY && env->priv == from;

    if (in_entry && is_fault(cause) && env->stuck_pc != epc) {
        env->stuck_pc = epc;
        report_handler(env, epc, cause, tval);
    }
}

/* ---- the pc is lost ---- */

/* Can code be read at @pc in mode @priv, whatever protection says? */
static bool is_memory(CPURISCVState *env, unsigned priv, uint64_t pc)
{
    unsigned now = env->priv;
    uint16_t half;
    bool readable;

    env->priv = priv; /* which decides how addresses are translated */
    readable = riscv_read_code(riscv_env_cpu(&env->tcg), pc, &half, sizeof(half));
    env->priv = now;
    return readable;
}

static void report_lost(CPURISCVState *env, uint64_t epc)
{
    Str ra = {0};

    env->was_lost = true;
    symbols_describe(&ra, env->gpr[1]);
    cpu_diagnose(riscv_env_cpu(&env->tcg), NULL,
                 "hart %" PRIu64 " has jumped to %#" PRIx64 ", where nothing lives; ra is %#" PRIx64
                 "%s; the usual reason is a function pointer or a return address that was "
                 "overwritten or never set, or a kernel loaded elsewhere",
                 env->mhartid, epc, env->gpr[1], str_get(&ra));
    str_free(&ra);
}

/* ---- one trap again and again ---- */

/* Many enough that no handler does it on purpose: each time it returned to the same instruction
 * (or did not return), which raised the same again. */
enum { TRAP_LOOP = 1000 };

static void report_trap_loop(CPURISCVState *env)
{
    unsigned cause = env->last_trap.cause;
    Str at = {0};

    symbols_describe(&at, env->last_trap.pc);
    cpu_diagnose(riscv_env_cpu(&env->tcg), walked(cause, &env->last_trap.tval),
                 "hart %" PRIu64 " makes no progress: the instruction at pc %#" PRIx64 "%s has "
                 "raised %s (tval %#" PRIx64 ") %d times in a row; the usual reason is %s",
                 env->mhartid, env->last_trap.pc, str_get(&at), riscv_cause_name(false, cause),
                 env->last_trap.tval, TRAP_LOOP, usual_reason(cause));
    str_free(&at);
}

/* The same exception again?  A loop that touches one new page after another raises it with other
 * addresses each time, but returns in between; a handler whose stack overflows does not return. */
static void watch_for_trap_loop(CPURISCVState *env, unsigned cause, uint64_t epc, uint64_t tval)
{
    bool same = env->last_trap.pc == epc && env->last_trap.cause == cause &&
                (env->last_trap.tval == tval || !env->last_trap.returned);

    env->last_trap.times = same ? env->last_trap.times + (env->last_trap.times <= TRAP_LOOP) : 1;
    env->last_trap.pc = epc;
    env->last_trap.cause = cause;
    env->last_trap.tval = tval;
    env->last_trap.returned = false;
    if (env->last_trap.times == TRAP_LOOP && env->stuck_pc != epc) {
        report_trap_loop(env);
    }
}

/* Going on behind the instruction is progress. */
void riscv_watch_return(CPURISCVState *env, uint64_t pc)
{
    env->last_trap.returned = true;
    if (pc != env->last_trap.pc) {
        env->last_trap.times = 0;
    }
}

void riscv_watch_exception(CPURISCVState *env, unsigned from, uint64_t epc, unsigned cause,
                           uint64_t tval)
{
    watch_handler(env, epc, from, cause, tval);
    if (cause == RISCV_EXCP_INST_ACCESS && epc == tval && epc != env->tcg.pc && !env->was_lost &&
        !is_memory(env, from, epc)) {
        report_lost(env, epc);
    }
    watch_for_trap_loop(env, cause, epc, tval);
}

/* ---- waiting for nothing ---- */

/* Each hart says of itself that it will never leave wfi; the last one says it of the machine. */
void riscv_watch_wait(CPURISCVState *env)
{
    CPUState *cs;

    if (env->mie || __atomic_exchange_n(&env->waits_for_nothing, true, __ATOMIC_SEQ_CST)) {
        return;
    }
    CPU_FOREACH(cs) {
        if (!__atomic_load_n(&riscv_env(cs)->waits_for_nothing, __ATOMIC_SEQ_CST)) {
            return;
        }
    }
    cpu_diagnose(riscv_env_cpu(&env->tcg), NULL,
                 "every hart waits for an interrupt (wfi) with all interrupts disabled in mie: "
                 "nothing will ever wake them; the usual reason is a program that has come to its "
                 "end, or one that forgot to set mie before it waits");
}
