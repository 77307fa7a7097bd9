/* SPDX-License-Identifier: MIT */
/* CSRs of supervisor mode (priv chapter 4), and its timer (Sstc). */
#include "base/bql.h"
#include "base/log.h"
#include "target/riscv/csr.h"

LOG_ITEM(page, "each switch to another page table");

/* ---- what of mstatus, mie and mip a supervisor sees ---- */

#define SSTATUS_MASK                                                                               \
    (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_VS | MSTATUS_FS | MSTATUS_SUM |            \
     MSTATUS_MXR)

static uint64_t read_sstatus(CPURISCVState *env, unsigned csr)
{
    uint64_t visible = SSTATUS_MASK | MSTATUS_UXL;

    visible |= env->xlen == 64 ? MSTATUS64_SD : MSTATUS32_SD;
    return riscv_mstatus(env) & visible;
}

static void write_sstatus(CPURISCVState *env, unsigned csr, uint64_t v)
{
    riscv_set_mstatus(env, (env->mstatus & ~SSTATUS_MASK) | (v & SSTATUS_MASK));
}

CSR(sstatus, 0x100, .read = read_sstatus, .write = write_sstatus, .ext = EXT_s);

static uint64_t read_sie(CPURISCVState *env, unsigned csr)
{
    return env->mie & env->mideleg;
}

static void write_sie(CPURISCVState *env, unsigned csr, uint64_t v)
{
    riscv_set_mie(env, (env->mie & ~env->mideleg) | (v & env->mideleg));
}

CSR(sie, 0x104, .read = read_sie, .write = write_sie, .ext = EXT_s);

static uint64_t read_sip(CPURISCVState *env, unsigned csr)
{
    return __atomic_load_n(&env->mip, __ATOMIC_SEQ_CST) & env->mideleg;
}

static uint64_t read_sip_soft(CPURISCVState *env, unsigned csr)
{
    return env->mip_soft & env->mideleg;
}

static void write_sip(CPURISCVState *env, unsigned csr, uint64_t v)
{
    riscv_set_mip_soft(env, v, MIP_SSIP & env->mideleg);
}

CSR(sip, 0x144, .read = read_sip, .read_to_modify = read_sip_soft, .write = write_sip,
    .ext = EXT_s);

/* ---- traps ---- */

static void write_stvec(CPURISCVState *env, unsigned csr, uint64_t v)
{
    if ((v & 3) < 2) {
        env->stvec = v;
    }
}

CSR(stvec, 0x105, CSR_FIELD(stvec), .write = write_stvec, .ext = EXT_s);
CSR(sscratch, 0x140, CSR_FIELD(sscratch), .mask = ~0ULL, .ext = EXT_s);
CSR(scause, 0x142, CSR_FIELD(scause), .mask = ~0ULL, .ext = EXT_s);
CSR(stval, 0x143, CSR_FIELD(stval), .mask = ~0ULL, .ext = EXT_s);

static uint64_t read_sepc(CPURISCVState *env, unsigned csr)
{
    return env->sepc & (riscv_has(env, EXT_c) ? ~1ULL : ~3ULL);
}

CSR(sepc, 0x141, CSR_FIELD(sepc), .read = read_sepc, .mask = ~1ULL, .ext = EXT_s);

static void write_senvcfg(CPURISCVState *env, unsigned csr, uint64_t v)
{
    env->senvcfg = riscv_legal_envcfg(v & riscv_envcfg_mask(env));
}

CSR(senvcfg, 0x10a, CSR_FIELD(senvcfg), .write = write_senvcfg, .ext = EXT_s);

/* ---- address translation ---- */

static bool satp_allowed(const CPURISCVState *env, unsigned csr)
{
    return env->priv == PRV_M || !(env->mstatus & MSTATUS_TVM);
}

bool riscv_satp_mode_supported(const CPURISCVState *env, unsigned mode)
{
    unsigned max = riscv_cpu_of(env)->satp_max;

    if (mode == SATP_BARE) {
        return true;
    }
    return env->xlen == 32 ? mode <= max : mode >= SATP_SV39 && mode <= max;
}

static void log_satp(const CPURISCVState *env)
{
    uint64_t ppn = env->xlen == 64 ? extract64(env->satp, 0, 44) : extract64(env->satp, 0, 22);

    if (log_on(page)) {
        log_printf("page: hart %" PRIu64 ": satp %#" PRIx64 ", root table at %#" PRIx64 "\n",
                   env->mhartid, env->satp, ppn << 12);
    }
}

/* A write with a mode that is not there changes nothing at all (priv 4.1.11). */
static void write_satp(CPURISCVState *env, unsigned csr, uint64_t v)
{
    unsigned mode = env->xlen == 64 ? extract64(v, 60, 4) : extract64(v, 31, 1);

    if (v != env->satp && riscv_satp_mode_supported(env, mode)) {
        env->satp = v;
        log_satp(env);
        riscv_tlb_flush(riscv_env_cpu(&env->tcg));
    }
}

CSR(satp, 0x180, CSR_FIELD(satp), .write = write_satp, .allowed = satp_allowed, .ext = EXT_s);

/* ---- the supervisor's timer ---- */

static bool stimecmp_allowed(const CPURISCVState *env, unsigned csr)
{
    return env->priv == PRV_M ||
           (riscv_sstc_on(env) && (env->mcounteren >> COUNTER_TM & 1));
}

static void write_stimecmp(CPURISCVState *env, unsigned csr, uint64_t v)
{
    bool taken = bql_lock_if_needed();

    env->stimecmp = v;
    riscv_update_stimer(riscv_cpu_of(env));
    bql_unlock_if(taken);
}

CSR(stimecmp, 0x14d, CSR_FIELD(stimecmp), .write = write_stimecmp, .exists = riscv_has_time,
    .allowed = stimecmp_allowed, .ext = EXT_s | EXT_sstc);
CSR_HIGH(stimecmph, 0x15d, 0x14d);
