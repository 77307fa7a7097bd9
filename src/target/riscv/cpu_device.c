/* SPDX-License-Identifier: MIT */
/* The hart as a device: models (-cpu rv64, rv32, max ...), properties, reset, saved state.
 *
 * The properties of the extensions belong to the models that let the user choose; each model's rows
 * carry its own defaults.  Realize checks what was chosen and makes env.ext of it, which is what
 * decoder and CSRs look at. */
#include "base/alloc.h"
#include "base/bql.h"
#include "target/riscv/csr.h"


enum { RISCV_IRQ_LINES = 64, RESET_VECTOR = 0x1000 };

#define OPS(width)                                                                                 \
    {                                                                                              \
        .globals = riscv##width##_globals, .nglobals = RISCV_GLOBALS, .tb_key = riscv_tb_key,      \
        .translate = riscv_translate, .tlb_fill = riscv_tlb_fill, .bus_error = riscv_bus_error,    \
        .misaligned = riscv_misaligned, .has_work = riscv_has_work,                                \
        .do_exception = riscv_do_exception, .do_interrupt = riscv_do_interrupt,                    \
        .mmu_index = riscv_mmu_index, .debug_translate = riscv_debug_translate,                    \
        .disassemble = riscv_disassemble, .dump_state = riscv_dump_state,                          \
        .describe = riscv_describe,                                                                \
    }

static const CpuOps ops64 = OPS(64), ops32 = OPS(32);

/* ---- properties ---- */

#define EXT_PROP(field, name, on, help) PROP_BOOL(RISCVCPU, cfg.field, name, on, help)

/* What RV64GC and RV32GC harts of 2022 have, on by default ... */
#define COMMON_EXT_PROPS                                                                           \
    EXT_PROP(i, "i", true, "base integer instructions"),                                           \
    EXT_PROP(m, "m", true, "multiplication and division"),                                         \
    EXT_PROP(a, "a", true, "atomics"), EXT_PROP(f, "f", true, "single-precision floating point"),  \
    EXT_PROP(d, "d", true, "double-precision floating point"),                                     \
    EXT_PROP(c, "c", true, "compressed instructions"),                                             \
    EXT_PROP(s, "s", true, "supervisor mode"), EXT_PROP(u, "u", true, "user mode"),                \
    EXT_PROP(zicsr, "zicsr", true, "CSR instructions"),                                            \
    EXT_PROP(zifencei, "zifencei", true, "fence.i"),                                               \
    EXT_PROP(zicsr, "Zicsr", true, "the same as zicsr"),                                           \
    EXT_PROP(zifencei, "Zifencei", true, "the same as zifencei"),                                  \
    EXT_PROP(zicntr, "zicntr", true, "cycle, time and instret for user mode"),                     \
    EXT_PROP(zba, "zba", true, "address generation"),                                              \
    EXT_PROP(zbb, "zbb", true, "basic bit manipulation"),                                          \
    EXT_PROP(zbc, "zbc", true, "carry-less multiplication"),                                       \
    EXT_PROP(zbs, "zbs", true, "single-bit instructions"),                                         \
    EXT_PROP(sstc, "sstc", true, "supervisor timer, stimecmp")

/* ... and what came later. */
#define NEWER_EXT_PROPS(on)                                                                        \
    EXT_PROP(zicbom, "zicbom", on, "cache-block management"),                                      \
    EXT_PROP(zicboz, "zicboz", on, "cache-block zeroing"),                                         \
    EXT_PROP(svinval, "svinval", on, "fine-grained TLB invalidation"),                             \
    EXT_PROP(svpbmt, "svpbmt", on, "page-based memory types")

static bool get_sv(Object *obj, const Property *p, PropValue *v, Error **errp)
{
    RISCVCPU *cpu = (RISCVCPU *)obj;

    v->u = cpu->sv_on >> p->def & 1;
    return true;
}

/* def holds the value of satp.MODE. */
static bool set_sv(Object *obj, const Property *p, const PropValue *v, Error **errp)
{
    RISCVCPU *cpu = (RISCVCPU *)obj;
    uint16_t bit = BIT(p->def);

    cpu->sv_on = v->u ? cpu->sv_on | bit : cpu->sv_on & ~bit;
    cpu->sv_off = v->u ? cpu->sv_off & ~bit : cpu->sv_off | bit;
    return true;
}

#define SV_PROP(name_, mode, help_)                                                                \
    {                                                                                              \
        .name = name_, .kind = PROP_KIND_BOOL, .def = mode, .help = help_, .get = get_sv,          \
        .set = set_sv                                                                              \
    }

/* Extensions that QEMU knows and this emulator does not have: they can be switched off. */
static bool get_absent(Object *obj, const Property *p, PropValue *v, Error **errp)
{
    v->u = false;
    return true;
}

static bool set_absent(Object *obj, const Property *p, const PropValue *v, Error **errp)
{
    if (v->u) {
        return err_set(errp, "extension %s is not implemented; leave out %s=on", p->name, p->name);
    }
    return true;
}

#define ABSENT(name) PROP_FN(name, PROP_KIND_BOOL, get_absent, set_absent, "not implemented")
#define ABSENT_EXT_PROPS                                                                           \
    ABSENT("e"), ABSENT("h"), ABSENT("v"), ABSENT("Zfh"), ABSENT("Zfhmin"), ABSENT("Zve32f"),      \
        ABSENT("Zve64f"), ABSENT("sscofpmf"), ABSENT("svnapot"), ABSENT("zbkb"), ABSENT("zbkc"),   \
        ABSENT("zbkx"), ABSENT("zfinx"), ABSENT("zdinx"), ABSENT("zhinx"), ABSENT("zhinxmin"),     \
        ABSENT("zk"), ABSENT("zkn"), ABSENT("zknd"), ABSENT("zkne"), ABSENT("zknh"),               \
        ABSENT("zkr"), ABSENT("zks"), ABSENT("zksed"), ABSENT("zksh"), ABSENT("zkt"),              \
        ABSENT("zmmul"), ABSENT("x-epmp"), ABSENT("x-smaia"), ABSENT("x-ssaia")

#define CHOICE_PROPS(newer)                                                                        \
    PROPS(COMMON_EXT_PROPS, NEWER_EXT_PROPS(newer), ABSENT_EXT_PROPS,                              \
          PROP_BOOL(RISCVCPU, mmu, "mmu", true, "address translation"),                            \
          PROP_BOOL(RISCVCPU, pmp, "pmp", true, "physical memory protection"),                     \
          SV_PROP("sv32", SATP_SV32, "two-level page tables (rv32)"),                              \
          SV_PROP("sv39", SATP_SV39, "three-level page tables"),                                   \
          SV_PROP("sv48", SATP_SV48, "four-level page tables"),                                    \
          SV_PROP("sv57", SATP_SV57, "five-level page tables"))

/* ---- realize: do the choices make a hart? ---- */

typedef struct Requirement {
    const char *ext, *needs;
    size_t ext_field, needs_field; /* in RISCVExt */
} Requirement;

#define REQUIRES(a, b) {#a, #b, offsetof(RISCVExt, a), offsetof(RISCVExt, b)}

static bool has_field(const RISCVExt *ext, size_t field)
{
    return *(const bool *)((const char *)ext + field);
}

static bool check_extensions(const RISCVExt *ext, Error **errp)
{
    static const Requirement requirements[] = {
        REQUIRES(f, zicsr), REQUIRES(d, f), REQUIRES(s, u), REQUIRES(sstc, s),
        REQUIRES(u, zicsr), REQUIRES(zicntr, zicsr), REQUIRES(svinval, s), REQUIRES(svpbmt, s),
    };

    if (!ext->i) {
        return err_set(errp, "there is no hart without the base instructions: leave out i=off");
    }
    for (size_t i = 0; i < ARRAY_SIZE(requirements); i++) {
        const Requirement *r = &requirements[i];

        if (has_field(ext, r->ext_field) && !has_field(ext, r->needs_field)) {
            return err_set(errp, "extension %s needs %s: add %s=off or leave out %s=off", r->ext,
                           r->needs, r->ext, r->needs);
        }
    }
    return true;
}

static uint32_t ext_bits(const RISCVExt *ext, unsigned xlen)
{
    uint32_t bits = xlen == 64 ? EXT_rv64 : EXT_rv32;

#define ADD_EXT(name) bits |= ext->name ? EXT_##name : 0;
    RISCV_EXTENSIONS(ADD_EXT)
#undef ADD_EXT
    return bits;
}

/* The widest translation scheme: the widest one asked for, or what is below the narrowest one
 * forbidden. */
static bool choose_satp_max(RISCVCPU *cpu, Error **errp)
{
    static const uint8_t wide[] = {SATP_SV39, SATP_SV48, SATP_SV57}, narrow[] = {SATP_SV32};
    const uint8_t *modes = cpu->env.xlen == 64 ? wide : narrow;
    unsigned n = cpu->env.xlen == 64 ? ARRAY_SIZE(wide) : ARRAY_SIZE(narrow);
    unsigned max = SATP_BARE, asked = SATP_BARE;

    for (unsigned i = 0; i < n; i++) {
        asked = cpu->sv_on & BIT(modes[i]) ? modes[i] : asked;
    }
    for (unsigned i = 0; i < n && !(cpu->sv_off & BIT(modes[i])); i++) {
        max = modes[i];
    }
    if (asked > max) {
        return err_set(errp, "page tables of more levels need those of fewer: one is switched on "
                             "above one that is switched off");
    }
    max = asked ? asked : max;
    cpu->satp_max = cpu->mmu && cpu->cfg.s ? max : SATP_BARE;
    return true;
}

static bool riscv_realize(Device *dev, Error **errp)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;

    if (cpu->env.resetvec & 1) {
        return err_set(errp, "resetvec=%#" PRIx64 " is odd", cpu->env.resetvec);
    }
    if (!check_extensions(&cpu->cfg, errp) || !choose_satp_max(cpu, errp)) {
        return false;
    }
    cpu->env.ext = ext_bits(&cpu->cfg, cpu->env.xlen);
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

static void init_width(RISCVCPU *cpu, unsigned xlen)
{
    cpu->env.xlen = xlen;
    cpu->cpu.ops = xlen == 64 ? &ops64 : &ops32;
}

static void riscv_init(Device *dev)
{
    RISCVCPU *cpu = (RISCVCPU *)dev;

    cpu_init_common(&cpu->cpu, &ops64, &cpu->env.tcg);
    init_width(cpu, 64);
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

    memset(env->gpr, 0, sizeof(env->gpr));
    memset(env->fpr, 0, sizeof(env->fpr));
    env->tcg.pc = env->resetvec;
    env->priv = PRV_M;
    env->frm = 0;
    env->tcg.fp = (FpStatus){0};
    env->load_res = env->stuck_pc = RISCV_NO_RESERVATION;
    env->load_val = 0;
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

/* ---- the models ---- */

static void init_rv32(Device *dev)
{
    init_width((RISCVCPU *)dev, 32);
}

/* Cores that are made: nothing to choose. */
static void init_fixed(RISCVCPU *cpu, bool application_core)
{
    cpu->cfg = (RISCVExt){.i = true, .m = true, .a = true, .c = true, .u = true, .zicsr = true,
                          .zifencei = true, .zicntr = true, .f = application_core,
                          .d = application_core, .s = application_core};
    cpu->pmp = true;
    cpu->mmu = application_core;
    cpu->sv_on = application_core ? BIT(SATP_SV39) : 0;
}

static void init_e51(Device *dev)
{
    init_fixed((RISCVCPU *)dev, false);
}

static void init_u54(Device *dev)
{
    init_fixed((RISCVCPU *)dev, true);
}

DEVICE(RISCVCPU, .name = TYPE_RISCV_CPU, .summary = "a RISC-V hart", .category = "cpu",
       .abstract = true, .internal = true, .init = riscv_init, .realize = riscv_realize,
       .unrealize = riscv_unrealize, .reset = riscv_reset, .finalize = riscv_finalize,
       .state = RISCV_STATE, .nested = NESTED(NEST(RISCVCPU, env.pmp, RISCVPmp, cfg, addr)),
       .post_load = riscv_post_load,
       .props = PROPS(
           PROP_U64(RISCVCPU, env.resetvec, "resetvec", RESET_VECTOR, "pc after a reset"),
           PROP_U64(RISCVCPU, env.mhartid, "hartid", 0, "mhartid; set by the board"),
           PROP_U64(RISCVCPU, env.mvendorid, "mvendorid", 0, "the CSR of that name"),
           PROP_U64(RISCVCPU, env.marchid, "marchid", 0, "the CSR of that name"),
           PROP_U64(RISCVCPU, env.mimpid, "mimpid", 0, "the CSR of that name"),
           PROP_BOOL(RISCVCPU, short_isa_string, "short-isa-string", false,
                     "leave multi-letter extensions out of the device tree"),
           PROP_BOOL(RISCVCPU, cpu.start_powered_off, "start-powered-off", false,
                     "wait to be started by software")));

#define MODEL(type, name_, summary_, ...)                                                          \
    typedef RISCVCPU type;                                                                         \
    DEVICE(type, .name = name_ "-" TYPE_RISCV_CPU, .summary = summary_,                            \
           .parent = TYPE_RISCV_CPU, .internal = true, __VA_ARGS__)

MODEL(RV64CPU, "rv64", "RV64GC with Zba Zbb Zbc Zbs Sstc, as QEMU's",
      .props = CHOICE_PROPS(false));
MODEL(RV32CPU, "rv32", "RV32GC with Zba Zbb Zbc Zbs Sstc, as QEMU's",
      .props = CHOICE_PROPS(false), .init = init_rv32);
MODEL(AnyCPU, "any", "the same as rv64", .props = CHOICE_PROPS(false));
MODEL(MaxCPU, "max", "RV64 with every extension that there is", .props = CHOICE_PROPS(true));
MODEL(E51CPU, "sifive-e51", "SiFive E51: RV64IMAC, no supervisor mode", .init = init_e51);
MODEL(U54CPU, "sifive-u54", "SiFive U54: RV64GC, Sv39", .init = init_u54);

/* ---- for the device tree ---- */

char *riscv_isa_string(CPUState *cs)
{
    RISCVCPU *cpu = riscv_cpu(cs);
    const struct {
        const char *name;
        bool on;
    } named[] = {
        {"_zicbom", cpu->cfg.zicbom},   {"_zicboz", cpu->cfg.zicboz}, {"_zicsr", cpu->cfg.zicsr},
        {"_zifencei", cpu->cfg.zifencei}, {"_zba", cpu->cfg.zba},     {"_zbb", cpu->cfg.zbb},
        {"_zbc", cpu->cfg.zbc},         {"_zbs", cpu->cfg.zbs},       {"_sstc", cpu->cfg.sstc},
        {"_svinval", cpu->cfg.svinval}, {"_svpbmt", cpu->cfg.svpbmt},
    };
    Str isa = {0};

    str_printf(&isa, "rv%u", cpu->env.xlen);
    for (const char *p = "imafdc"; *p; p++) {
        if (riscv_misa(&cpu->env) & BIT(*p - 'a')) {
            str_append_n(&isa, p, 1);
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(named) && !cpu->short_isa_string; i++) {
        str_append(&isa, named[i].on ? named[i].name : "");
    }
    return isa.s;
}

const char *riscv_mmu_type(CPUState *cs)
{
    switch (riscv_cpu(cs)->satp_max) {
    case SATP_SV32:
        return "riscv,sv32";
    case SATP_SV39:
        return "riscv,sv39";
    case SATP_SV48:
        return "riscv,sv48";
    case SATP_SV57:
        return "riscv,sv57";
    default:
        return "riscv,none";
    }
}
