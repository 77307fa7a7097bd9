/* SPDX-License-Identifier: MIT */
/* CSRs of machine mode (priv chapter 3), but for counters, PMP and what supervisor mode sees of
 * them. */
#include "base/bql.h"
#include "target/riscv/csr.h"

/* ---- identity ---- */

CSR(mvendorid, 0xf11, CSR_FIELD(mvendorid));
CSR(marchid, 0xf12, CSR_FIELD(marchid));
CSR(mimpid, 0xf13, CSR_FIELD(mimpid));
CSR(mhartid, 0xf14, CSR_FIELD(mhartid));
CSR(mconfigptr, 0xf15, .mask = 0); /* no configuration structure */

uint64_t riscv_misa(const CPURISCVState *env)
{
    static const struct {
        uint32_t ext;
        char letter;
    } letters[] = {{EXT_i, 'I'}, {EXT_m, 'M'}, {EXT_a, 'A'}, {EXT_f, 'F'},
                   {EXT_d, 'D'}, {EXT_c, 'C'}, {EXT_s, 'S'}, {EXT_u, 'U'}};
    uint64_t misa = env->xlen == 64 ? 2ULL << 62 : 1ULL << 30;

    for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
        misa |= riscv_has(env, letters[i].ext) ? BIT(letters[i].letter - 'A') : 0;
    }
    return misa;
}

static uint64_t read_misa(CPURISCVState *env, unsigned csr)
{
    return riscv_misa(env);
}

CSR(misa, 0x301, .read = read_misa);

/* ---- mstatus ---- */

uint64_t riscv_mstatus(const CPURISCVState *env)
{
    bool dirty = (env->mstatus & MSTATUS_FS) == MSTATUS_FS ||
                 (env->mstatus & MSTATUS_VS) == MSTATUS_VS;

    return env->mstatus | (dirty ? (env->xlen == 64 ? MSTATUS64_SD : MSTATUS32_SD) : 0);
}

static uint64_t read_mstatus(CPURISCVState *env, unsigned csr)
{
    return riscv_mstatus(env);
}

static uint64_t writable_mstatus(const CPURISCVState *env)
{
    uint64_t mask = MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP;

    if (riscv_has(env, EXT_s)) {
        mask |= MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_SUM | MSTATUS_MXR;
        mask |= MSTATUS_TVM | MSTATUS_TSR;
        mask |= MSTATUS_VS; /* as on QEMU: a supervisor may keep it where there are no vectors */
    }
    mask |= riscv_has(env, EXT_u) ? MSTATUS_MPRV | MSTATUS_TW : 0;
    mask |= riscv_has(env, EXT_f) ? MSTATUS_FS : 0;
    return mask;
}

static bool has_mode(const CPURISCVState *env, unsigned priv)
{
    return priv == PRV_M || (priv == PRV_S && riscv_has(env, EXT_s)) ||
           (priv == PRV_U && riscv_has(env, EXT_u));
}

void riscv_set_mstatus(CPURISCVState *env, uint64_t v)
{
    uint64_t mask = writable_mstatus(env), old = env->mstatus;
    CPUState *cs = riscv_env_cpu(&env->tcg);

    if (!has_mode(env, extract64(v, 11, 2))) {
        mask &= ~MSTATUS_MPP;
    }
    env->mstatus = (old & ~mask) | (v & mask);
    if ((old ^ env->mstatus) & MSTATUS_MXR) {
        riscv_tlb_flush(cs);
    }
}

static void write_mstatus(CPURISCVState *env, unsigned csr, uint64_t v)
{
    riscv_set_mstatus(env, v);
}

CSR(mstatus, 0x300, .read = read_mstatus, .write = write_mstatus);
CSR_HIGH(mstatush, 0x310, 0x300);

/* ---- traps ---- */

/* Mode 0 is direct, 1 vectored; a write of any other changes nothing. */
static void write_mtvec(CPURISCVState *env, unsigned csr, uint64_t v)
{
    if ((v & 3) < 2) {
        env->mtvec = v;
    }
}

CSR(mtvec, 0x305, CSR_FIELD(mtvec), .write = write_mtvec);
CSR(mscratch, 0x340, CSR_FIELD(mscratch), .mask = ~0ULL);
CSR(mcause, 0x342, CSR_FIELD(mcause), .mask = ~0ULL);
CSR(mtval, 0x343, CSR_FIELD(mtval), .mask = ~0ULL);

static uint64_t read_mepc(CPURISCVState *env, unsigned csr)
{
    return env->mepc & (riscv_has(env, EXT_c) ? ~1ULL : ~3ULL);
}

CSR(mepc, 0x341, CSR_FIELD(mepc), .read = read_mepc, .mask = ~1ULL);
CSR(medeleg, 0x302, CSR_FIELD(medeleg), .mask = MEDELEG_MASK, .ext = EXT_s);

/* ---- interrupts.  What is pending and what is enabled meet in riscv_update_mip, so both change
 * under the big lock. ---- */

static void write_mideleg(CPURISCVState *env, unsigned csr, uint64_t v)
{
    env->mideleg = v & MIP_S;
}

CSR(mideleg, 0x303, CSR_FIELD(mideleg), .write = write_mideleg, .ext = EXT_s);

void riscv_set_mie(CPURISCVState *env, uint64_t v)
{
    bool taken = bql_lock_if_needed();

    env->mie = v & (MIP_M | (riscv_has(env, EXT_s) ? MIP_S : 0));
    riscv_update_mip(riscv_cpu_of(env));
    bql_unlock_if(taken);
}

static void write_mie(CPURISCVState *env, unsigned csr, uint64_t v)
{
    riscv_set_mie(env, v);
}

CSR(mie, 0x304, CSR_FIELD(mie), .write = write_mie);

static uint64_t read_mip(CPURISCVState *env, unsigned csr)
{
    return __atomic_load_n(&env->mip, __ATOMIC_SEQ_CST);
}

/* The lines of devices are or-ed in afterwards: they are not what a set or clear modifies. */
static uint64_t read_mip_soft(CPURISCVState *env, unsigned csr)
{
    return env->mip_soft;
}

void riscv_set_mip_soft(CPURISCVState *env, uint64_t v, uint64_t mask)
{
    bool taken = bql_lock_if_needed();

    if (riscv_sstc_on(env)) {
        mask &= ~MIP_STIP; /* stimecmp says */
    }
    env->mip_soft = (env->mip_soft & ~mask) | (v & mask);
    riscv_update_mip(riscv_cpu_of(env));
    bql_unlock_if(taken);
}

static void write_mip(CPURISCVState *env, unsigned csr, uint64_t v)
{
    riscv_set_mip_soft(env, v, riscv_has(env, EXT_s) ? MIP_S : 0);
}

CSR(mip, 0x344, .read = read_mip, .read_to_modify = read_mip_soft, .write = write_mip);

/* ---- environment configuration ---- */

uint64_t riscv_envcfg_mask(const CPURISCVState *env)
{
    uint64_t mask = ENVCFG_FIOM;

    mask |= riscv_has(env, EXT_zicbom) ? ENVCFG_CBIE | ENVCFG_CBCFE : 0;
    mask |= riscv_has(env, EXT_zicboz) ? ENVCFG_CBZE : 0;
    return mask;
}

/* CBIE 2 is reserved. */
uint64_t riscv_legal_envcfg(uint64_t v)
{
    return (v & ENVCFG_CBIE) == 2ULL << 4 ? v & ~ENVCFG_CBIE : v;
}

static void write_menvcfg(CPURISCVState *env, unsigned csr, uint64_t v)
{
    uint64_t mask = riscv_envcfg_mask(env), old = env->menvcfg;
    bool taken;

    mask |= riscv_has(env, EXT_svpbmt) ? ENVCFG_PBMTE : 0;
    mask |= riscv_has(env, EXT_sstc) ? ENVCFG_STCE : 0;
    env->menvcfg = riscv_legal_envcfg(v & mask);
    if ((old ^ env->menvcfg) & ENVCFG_PBMTE) {
        riscv_tlb_flush(riscv_env_cpu(&env->tcg));
    }
    if ((old ^ env->menvcfg) & ENVCFG_STCE) {
        taken = bql_lock_if_needed();
        env->mip_soft &= ~MIP_STIP;
        riscv_update_stimer(riscv_cpu_of(env));
        bql_unlock_if(taken);
    }
}

CSR(menvcfg, 0x30a, CSR_FIELD(menvcfg), .write = write_menvcfg, .ext = EXT_u);
CSR_HIGH(menvcfgh, 0x31a, 0x30a);

/* ---- debug triggers: there are none.  tselect stays 0, tdata1 says type 0, tinfo that no other
 * type is possible. ---- */

static uint64_t read_tinfo(CPURISCVState *env, unsigned csr)
{
    return 1;
}

CSR(tselect, 0x7a0, .mask = 0);
CSR(tdata1, 0x7a1, .mask = 0);
CSR(tdata2, 0x7a2, .mask = 0);
CSR(tdata3, 0x7a3, .mask = 0);
CSR(tinfo, 0x7a4, .read = read_tinfo);
