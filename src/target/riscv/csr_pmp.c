/* SPDX-License-Identifier: MIT */
/* pmpcfg and pmpaddr (priv 3.7.1).  A pmpcfg register holds the configuration bytes of four entries
 * on RV32 and of eight on RV64, where the odd ones do not exist. */
#include "target/riscv/csr.h"

enum { PMPCFG0 = 0x3a0, PMPADDR0 = 0x3b0, CFGS_PER_32_BITS = 4 };

static bool has_pmp(const CPURISCVState *env, unsigned csr)
{
    return riscv_cpu_of(env)->pmp;
}

static bool has_pmpcfg(const CPURISCVState *env, unsigned csr)
{
    return has_pmp(env, csr) && (env->xlen == 32 || !(csr & 1));
}

static void changed(CPURISCVState *env)
{
    riscv_tlb_flush(riscv_env_cpu(&env->tcg));
}

static uint64_t read_pmpcfg(CPURISCVState *env, unsigned csr)
{
    unsigned first = (csr - PMPCFG0) * CFGS_PER_32_BITS;
    uint64_t v = 0;

    for (unsigned i = 0; i < env->xlen / 8u; i++) {
        v |= (uint64_t)env->pmp[first + i].cfg << (8 * i);
    }
    return v;
}

static void write_pmpcfg(CPURISCVState *env, unsigned csr, uint64_t v)
{
    unsigned first = (csr - PMPCFG0) * CFGS_PER_32_BITS;
    bool any = false;

    for (unsigned i = 0; i < env->xlen / 8u; i++) {
        any |= riscv_pmp_set_cfg(env, first + i, v >> (8 * i));
    }
    if (any) {
        changed(env);
    }
}

static uint64_t read_pmpaddr(CPURISCVState *env, unsigned csr)
{
    return env->pmp[csr - PMPADDR0].addr;
}

static void write_pmpaddr(CPURISCVState *env, unsigned csr, uint64_t v)
{
    if (riscv_pmp_set_addr(env, csr - PMPADDR0, v)) {
        changed(env);
    }
}

CSRS(pmpcfg, PMPCFG0, RISCV_PMP_ENTRIES / CFGS_PER_32_BITS, 0, .read = read_pmpcfg,
     .write = write_pmpcfg, .exists = has_pmpcfg);
CSRS(pmpaddr, PMPADDR0, RISCV_PMP_ENTRIES, 0, .read = read_pmpaddr,
     .write = write_pmpaddr, .exists = has_pmp);
