/* SPDX-License-Identifier: MIT */
/* The hart as a device, whatever its model (models.c): life, reset, saved state. */
#include <elf.h>
#include "base/bql.h"
#include "base/trace.h"
#include "target/riscv/csr.h"

enum { RISCV_IRQ_LINES = 64, RESET_VECTOR = 0x1000 };

#define TRACED(name) {#name, I64, offsetof(CPURISCVState, name)}
static const IrGlobal csr_fields[] = {
    TRACED(mstatus), TRACED(mtvec), TRACED(mepc), TRACED(mcause), TRACED(mtval),
    TRACED(mscratch), TRACED(mie), TRACED(mideleg), TRACED(medeleg),
    TRACED(menvcfg), TRACED(stvec), TRACED(sepc), TRACED(scause), TRACED(stval),
    TRACED(sscratch), TRACED(senvcfg), TRACED(satp), TRACED(stimecmp),
};

#define OPS(width)                                                                                 \
    {                                                                                              \
        .globals = riscv##width##_globals, .nglobals = RISCV_GLOBALS,                              \
        .state = csr_fields, .nstate = ARRAY_SIZE(csr_fields), .elf_machine = EM_RISCV,            \
        .tb_key = riscv_tb_key,                                                                    \
        .translate = riscv_translate, .tlb_fill = riscv_tlb_fill, .bus_error = riscv_bus_error,    \
        .misaligned = riscv_misaligned, .has_work = riscv_has_work,                                \
        .do_exception = riscv_do_exception, .do_interrupt = riscv_do_interrupt,                    \
        .mmu_index = riscv_mmu_index, .debug_translate = riscv_debug_translate,                    \
        .disassemble = riscv_disassemble, .dump_state = riscv_dump_state,                          \
        .dump_core = riscv_dump_core, .describe = riscv_describe,                                  \
        .gdb = &riscv_gdb, .pages = &riscv_page_view,                                              \
    }

static const CpuOps ops64 = OPS(64), ops32 = OPS(32);

/* ---- life ---- */

static bool riscv_realize(Device *dev, Error **errp)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;

    if (cpu->env.resetvec & 1) {
        return err_set(errp, "resetvec=%#" PRIx64 " is odd", cpu->env.resetvec);
    }
    if (!riscv_check_model(cpu, errp)) {
        return false;
    }
    riscv_stimer_init(cpu);
    if (!cpu_realize_common(&cpu->cpu, errp)) {
        timer_free(cpu->stimer);
        cpu->stimer = NULL;
        return false;
    }
    return true;
}

static void riscv_unrealize(Device *dev)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;

    cpu_unrealize_common(&cpu->cpu);
    timer_free(cpu->stimer);
    cpu->stimer = NULL;
}

/* ---- init and reset ---- */

void riscv_init_width(RISCVCPU *cpu, unsigned xlen)
{
    cpu->env.xlen = xlen;
    cpu->cpu.ops = xlen == 64 ? &ops64 : &ops32;
}

static void riscv_init(Device *dev)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;

    cpu_init_common(&cpu->cpu, &ops64, &cpu->env.tcg);
    riscv_init_width(cpu, 64);
    device_init_irq_inputs(dev, riscv_set_irq, RISCV_IRQ_LINES);
}

static void riscv_finalize(Device *dev)
{
    cpu_finalize_common((CPUState *)dev);
}

static uint64_t line_levels(const Device *dev)
{
    uint64_t levels = 0;

    for (int n = 0; n < dev->input_count; n++) {
        levels |= n != IRQ_SSI && dev->inputs[n].level ? BIT(n) : 0;
    }
    return levels;
}

/* priv 3.4 fixes little: M mode, interrupts off, no translation; the rest is what QEMU's harts come
 * up with.  Devices keep driving their lines. */
static void riscv_reset(Device *dev)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;
    CPURISCVState *env = &cpu->env;
    bool taken = bql_lock_if_needed();

    cpu_log_reset(&cpu->cpu);
    memset(env->gpr, 0, sizeof(env->gpr));
    memset(env->fpr, 0, sizeof(env->fpr));
    env->tcg.pc = env->resetvec & ~1ULL;
    env->priv = PRV_M;
    __atomic_store_n(&cpu->cpu.in_firmware, false, __ATOMIC_RELAXED);
    env->mode_since = trace_clock_ns();
    env->frm = 0;
    env->tcg.fp = (FpStatus){0};
    env->load_res = env->stuck_pc = RISCV_NO_RESERVATION;
    env->load_val = 0;
    env->was_lost = false;
    __atomic_store_n(&env->waits_for_nothing, false, __ATOMIC_SEQ_CST);
    memset(&env->last_trap, 0, sizeof(env->last_trap));
    env->mstatus =
        env->xlen == 64 ? deposit64(2ULL << 32, 34, 2, riscv_has(env, EXT_s) ? 2 : 0) : 0;
    if (!riscv_has(env, EXT_u)) {
        env->mstatus = MSTATUS_MPP;
    }
    env->mtvec = env->mepc = env->mcause = env->mtval = env->mscratch = 0;
    env->stvec = env->sepc = env->scause = env->stval = env->sscratch = 0;
    env->mie = env->mideleg = env->medeleg = env->menvcfg = env->senvcfg = env->satp = 0;
    env->mcounteren = env->scounteren = env->mcountinhibit = 0;
    env->mcycle_off = env->minstret_off = 0;
    env->stimecmp = ~0ULL;
    env->mip_soft = 0;
    env->mip_lines = line_levels(dev);
    env->badaddr = 0;
    env->badaddr_is_insn = false;
    riscv_pmp_reset(env);
    cpu_reset_common(&cpu->cpu);
    riscv_tlb_flush(&cpu->cpu);
    riscv_update_stimer(cpu);
    bql_unlock_if(taken);
}

/* ---- saved state ---- */

/* Bits that no write could have set would break what the code relies on: bring each register back
 * through its own rules, and refuse what has none. */
static bool riscv_post_load(Device *dev, Error **errp)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;
    CPURISCVState *env = &cpu->env;
    unsigned mode = env->xlen == 64 ? extract64(env->satp, 60, 4) : extract64(env->satp, 31, 1);
    bool priv_ok = env->priv == PRV_M || (env->priv == PRV_S && riscv_has(env, EXT_s)) ||
                   (env->priv == PRV_U && riscv_has(env, EXT_u));
    uint64_t status = env->mstatus, keep = env->mstatus;

    riscv_set_mstatus(env, ~0ULL);
    keep &= env->mstatus | MSTATUS_UXL | MSTATUS_SXL | MSTATUS_MPP;
    if (!priv_ok || env->frm > 7 || !riscv_satp_mode_supported(env, mode) || keep != status ||
        extract64(status, 11, 2) == 2) {
        env->mstatus = 0;
        return err_set(errp, "the saved state of hart %" PRIu64 " is not one that this model can "
                             "be in", env->mhartid);
    }
    env->mstatus = status;
    env->gpr[0] = 0;
    for (unsigned n = 0; n < 32 && env->xlen == 32; n++) {
        env->gpr[n] = (uint32_t)env->gpr[n];
    }
    env->tcg.pc &= ~1ULL;
    env->tcg.fp.rm = env->frm <= FP_RMM ? env->frm : FP_RNE;
    env->tcg.fp.flags &= 0x1f;
    env->mie &= MIP_M | (riscv_has(env, EXT_s) ? MIP_S : 0);
    env->mideleg &= MIP_S;
    env->mip_soft &= MIP_S;
    env->mip_lines = line_levels(dev);
    riscv_pmp_rebuild(env);
    riscv_tlb_flush(&cpu->cpu);
    riscv_update_stimer(cpu);
    riscv_update_mip(cpu);
    return true;
}

#define RISCV_STATE                                                                                \
    STATE(RISCVCPU, cpu.halted, env.tcg.pc, env.gpr, env.fpr, env.tcg.fp.flags, env.frm,           \
          env.load_res, env.load_val, env.priv, env.mstatus, env.mtvec, env.mepc, env.mcause,      \
          env.mtval, env.mscratch, env.mie, env.mideleg, env.medeleg, env.menvcfg, env.stvec,      \
          env.sepc, env.scause, env.stval, env.sscratch, env.senvcfg, env.satp, env.mcounteren,    \
          env.scounteren, env.mcountinhibit, env.stimecmp, env.mcycle_off, env.minstret_off,       \
          env.mip_soft)

DEVICE(RISCVCPU, .name = TYPE_RISCV_CPU, .summary = "a RISC-V hart", .category = "cpu",
       .abstract = true, .internal = true, .init = riscv_init, .realize = riscv_realize,
       .unrealize = riscv_unrealize, .reset = riscv_reset, .finalize = riscv_finalize,
       .state = RISCV_STATE, .nested = NESTED(NEST(RISCVCPU, env.pmp, RISCVPmp, cfg, addr)),
       .post_load = riscv_post_load,
       .props = PROPS(
           {.name = "resetvec", .kind = PROP_KIND_U64, .live = true,
            .offset = PROP_OFFSET(RISCVCPU, env.resetvec, uint64_t), .def = RESET_VECTOR,
            .help = "pc after a reset"},
           PROP_U64(RISCVCPU, env.mhartid, "hartid", 0, "mhartid; set by the board"),
           PROP_U64(RISCVCPU, env.mvendorid, "mvendorid", 0, "the CSR of that name"),
           PROP_U64(RISCVCPU, env.marchid, "marchid", 0, "the CSR of that name"),
           PROP_U64(RISCVCPU, env.mimpid, "mimpid", 0, "the CSR of that name"),
           PROP_BOOL(RISCVCPU, short_isa_string, "short-isa-string", false,
                     "leave multi-letter extensions out of the device tree"),
           PROP_BOOL(RISCVCPU, cpu.start_powered_off, "start-powered-off", false,
                     "wait to be started by software")));
