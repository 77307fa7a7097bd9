/* SPDX-License-Identifier: MIT */
/* The hart in words: names of causes and modes, "info registers", one-line summaries. */
#include "base/symbols.h"
#include "target/riscv/priv.h"

const char *riscv_cause_name(bool interrupt, uint64_t cause)
{
    static const char *const exceptions[] = {
        [RISCV_EXCP_INST_MISALIGNED] = "instruction address misaligned",
        [RISCV_EXCP_INST_ACCESS] = "instruction access fault",
        [RISCV_EXCP_ILLEGAL] = "illegal instruction",
        [RISCV_EXCP_BREAKPOINT] = "breakpoint",
        [RISCV_EXCP_LOAD_MISALIGNED] = "load address misaligned",
        [RISCV_EXCP_LOAD_ACCESS] = "load access fault",
        [RISCV_EXCP_STORE_MISALIGNED] = "store/AMO address misaligned",
        [RISCV_EXCP_STORE_ACCESS] = "store/AMO access fault",
        [RISCV_EXCP_U_ECALL + PRV_U] = "environment call from U mode",
        [RISCV_EXCP_U_ECALL + PRV_S] = "environment call from S mode",
        [RISCV_EXCP_U_ECALL + PRV_M] = "environment call from M mode",
        [RISCV_EXCP_INST_PAGE_FAULT] = "instruction page fault",
        [RISCV_EXCP_LOAD_PAGE_FAULT] = "load page fault",
        [RISCV_EXCP_STORE_PAGE_FAULT] = "store/AMO page fault",
    };
    static const char *const interrupts[] = {
        [IRQ_SSI] = "supervisor software interrupt", [IRQ_MSI] = "machine software interrupt",
        [IRQ_STI] = "supervisor timer interrupt",    [IRQ_MTI] = "machine timer interrupt",
        [IRQ_SEI] = "supervisor external interrupt", [IRQ_MEI] = "machine external interrupt",
    };
    const char *name = NULL;

    if (interrupt) {
        name = cause < ARRAY_SIZE(interrupts) ? interrupts[cause] : NULL;
    } else {
        name = cause < ARRAY_SIZE(exceptions) ? exceptions[cause] : NULL;
    }
    return name ? name : interrupt ? "reserved interrupt" : "reserved exception";
}

const char *riscv_priv_name(unsigned priv)
{
    static const char *const names[] = {"U", "S", "reserved", "M"};

    return names[priv & 3];
}

static void dump_csrs(const CPURISCVState *env, Str *out)
{
    const struct {
        const char *name;
        uint64_t value;
    } csrs[] = {
        {"mhartid", env->mhartid},   {"mstatus", riscv_mstatus(env)},
        {"mip", __atomic_load_n(&env->mip, __ATOMIC_RELAXED)},
        {"mie", env->mie},           {"mideleg", env->mideleg},
        {"medeleg", env->medeleg},   {"mtvec", env->mtvec},
        {"stvec", env->stvec},       {"mepc", env->mepc},
        {"sepc", env->sepc},         {"mcause", env->mcause},
        {"scause", env->scause},     {"mtval", env->mtval},
        {"stval", env->stval},       {"mscratch", env->mscratch},
        {"sscratch", env->sscratch}, {"satp", env->satp},
    };

    str_printf(out, " %-8s %0*" PRIx64 "\n", "pc", env->xlen / 4, env->tcg.pc);
    for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
        str_printf(out, " %-8s %0*" PRIx64 "\n", csrs[i].name, env->xlen / 4, csrs[i].value);
    }
}

static void dump_registers(const CPURISCVState *env, char letter, const uint64_t *regs,
                           const char *const *names, unsigned width, Str *out)
{
    char name[16];

    for (unsigned i = 0; i < 32; i++) {
        snprintf(name, sizeof(name), "%c%u/%s", letter, i, names[i]);
        str_printf(out, " %-8s %0*" PRIx64 "%s", name, width, regs[i], i % 4 == 3 ? "\n" : "");
    }
}

void riscv_dump_core(CPUState *cs, Str *out)
{
    const CPURISCVState *env = riscv_env(cs);

    dump_csrs(env, out);
    dump_registers(env, 'x', env->gpr, riscv_gpr_names, env->xlen / 4, out);
}

void riscv_dump_state(CPUState *cs, Str *out)
{
    const CPURISCVState *env = riscv_env(cs);

    riscv_dump_core(cs, out);
    if (riscv_has(env, EXT_f)) {
        dump_registers(env, 'f', env->fpr, riscv_fpr_names, 16, out);
    }
}

/* The last trap counts only while nothing shows that it is over; so say where the hart is, and why
 * it came into the mode it is in. */
void riscv_describe(CPUState *cs, Str *out)
{
    const CPURISCVState *env = riscv_env(cs);
    uint64_t cause = env->priv == PRV_M ? env->mcause : env->scause;
    uint64_t epc = env->priv == PRV_M ? env->mepc : env->sepc;
    uint64_t tval = env->priv == PRV_M ? env->mtval : env->stval;
    uint64_t top = BIT(env->xlen - 1);

    str_printf(out, "%s mode, pc %#" PRIx64, riscv_priv_name(env->priv), env->tcg.pc);
    symbols_describe(out, env->tcg.pc);
    if (cs->halted) {
        str_append(out, ", waiting for an interrupt");
    }
    if (env->priv != PRV_U && (cause || epc)) {
        str_printf(out, "; last trap: %s at %#" PRIx64,
                   riscv_cause_name(cause & top, cause & ~top), epc);
        symbols_describe(out, epc);
        str_printf(out, ", tval %#" PRIx64, tval);
    }
}
