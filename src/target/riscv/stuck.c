/* SPDX-License-Identifier: MIT */
/* A guest that will never do anything else says nothing, so we do: once, in words.
 *
 *     stuck      the first instruction of a trap handler raises the exception that it is to handle
 *     trap loop  one instruction raises the same exception again and again; nothing gets past it
 *
 * Both are legal, and the guest goes on: a debugger may be about to have a look. */
#include "base/log.h"
#include "base/symbols.h"
#include "target/riscv/priv.h"

/* The first instruction of a handler raises an exception that enters the same handler again: the
 * guest will never do anything else. */
static void report_stuck(CPURISCVState *env, uint64_t epc, unsigned from, unsigned cause)
{
    if (env->tcg.pc != epc || env->priv != from) {
        env->stuck_pc = RISCV_NO_RESERVATION;
    } else if (env->stuck_pc != epc) {
        env->stuck_pc = epc;
        log_guest("cpu",
                  "hart %" PRIu64 " is stuck: its %s-mode trap handler at %#" PRIx64
                  " itself raises %s; %s was not set up before the first trap",
                  env->mhartid, riscv_priv_name(env->priv), epc, riscv_cause_name(false, cause),
                  env->priv == PRV_S ? "stvec" : "mtvec");
    }
}

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

/* Many enough that no handler does it on purpose: each time it returned to the same instruction
 * (or did not return), which raised the same again. */
enum { TRAP_LOOP = 1000 };

static void report_trap_loop(const CPURISCVState *env)
{
    unsigned cause = env->last_trap.cause;
    Str at = {0};

    symbols_describe(&at, env->last_trap.pc);
    log_guest("cpu",
              "hart %" PRIu64 " makes no progress: the instruction at pc %#" PRIx64 "%s has raised "
              "%s (tval %#" PRIx64 ") %d times in a row; the usual reason is %s",
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
    if (env->last_trap.times == TRAP_LOOP && env->stuck_pc == RISCV_NO_RESERVATION) {
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
    report_stuck(env, epc, from, cause);
    watch_for_trap_loop(env, cause, epc, tval);
}
