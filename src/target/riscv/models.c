/* SPDX-License-Identifier: MIT */
/* The models (-cpu rv64, rv32, max ...), and what users may choose about them.
 *
 * The properties of the extensions belong to the models that let the user choose; each model's rows
 * carry its own defaults.  When the hart is realized, the choice is checked and becomes env.ext,
 * which is what decoder and CSRs look at. */
#include "target/riscv/priv.h"

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

/* ---- do the choices make a hart? ---- */

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

bool riscv_check_model(RISCVCPU *cpu, Error **errp)
{
    if (!check_extensions(&cpu->cfg, errp) || !choose_satp_max(cpu, errp)) {
        return false;
    }
    cpu->env.ext = ext_bits(&cpu->cfg, cpu->env.xlen);
    return true;
}

/* ---- the models ---- */

static void init_rv32(Device *dev)
{
    riscv_init_width((RISCVCPU *)dev, 32);
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

#define MODEL(type, name_, summary_, ...)                                                          \
    typedef RISCVCPU type;                                                                         \
    DEVICE(type, .name = name_ "-" TYPE_RISCV_CPU, .user_name = name_, .summary = summary_,        \
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
    case SATP_SV57: /* not sv57: riscv-pk's loader refuses harts of a kind that it has not heard of,
                     * and kernels find out by writing satp */
        return "riscv,sv48";
    default:
        return "riscv,none";
    }
}
