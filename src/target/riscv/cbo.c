/* SPDX-License-Identifier: MIT */
/* Cache-block operations (Zicbom, Zicboz).  There is no cache, so of cbo.inval, cbo.clean and
 * cbo.flush only the checks remain; cbo.zero stores zeros. */
#include "target/riscv/priv.h"

enum { CBO_INVAL, CBO_CLEAN, CBO_FLUSH, CBO_ZERO = 4 };

/* Do menvcfg, below machine mode, and senvcfg, in user mode, both have one of @bits? */
static bool allowed(const CPURISCVState *env, uint64_t bits)
{
    return (env->priv == PRV_M || (env->menvcfg & bits)) &&
           (env->priv != PRV_U || !riscv_has(env, EXT_s) || (env->senvcfg & bits));
}

/* A block may be managed if it may be loaded or stored; the exception is that of a store. */
static void check_access(CPURISCVState *env, uint64_t va, uintptr_t ra)
{
    CPUState *cs = riscv_env_cpu(&env->tcg);
    int mmu = riscv_data_mmu_index(env);
    TlbFill fill;

    if (!riscv_tlb_fill(cs, va, 1, MMU_LOAD, mmu, true, &fill) &&
        !riscv_tlb_fill(cs, va, 1, MMU_STORE, mmu, false, &fill)) {
        cpus_accel->loop_exit(cs, ra);
    }
}

/* Kernels clear pages with this: where a store may go straight to RAM, so does the whole block. */
static void zero_block(CPURISCVState *env, uint64_t va, uintptr_t ra)
{
    unsigned mmu = riscv_data_mmu_index(env);
    const TlbEntry *e = &env->tcg.tlb[mmu][tlb_index(va)];
    MemOp m = MO_64 | MO_MMU(mmu);

    for (unsigned n = 0; n < RISCV_CBO_BLOCK; n += 8) {
        if (__atomic_load_n(&e->write_tag, __ATOMIC_SEQ_CST) == (va & TCG_PAGE_MASK)) {
            memset((void *)(uintptr_t)(va + n + e->addend), 0, RISCV_CBO_BLOCK - n);
            return;
        }
        cpus_accel->store(riscv_env_cpu(&env->tcg), va + n, 0, m, ra);
    }
}

static void helper_riscv_cbo(TcgEnv *tcg, uint64_t va, uint64_t op)
{
    static const uint64_t needs[] = {
        [CBO_INVAL] = ENVCFG_CBIE,
        [CBO_CLEAN] = ENVCFG_CBCFE,
        [CBO_FLUSH] = ENVCFG_CBCFE,
        [CBO_ZERO] = ENVCFG_CBZE,
    };
    CPURISCVState *env = riscv_env_of(tcg);

    assert(op < ARRAY_SIZE(needs) && needs[op]);
    if (!allowed(env, needs[op])) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    va = align_down(va, RISCV_CBO_BLOCK);
    if (op == CBO_ZERO) {
        zero_block(env, va, tcg_helper_ra());
    } else {
        check_access(env, va, tcg_helper_ra());
    }
}
IR_HELPER(riscv_cbo, "veii", HF_TRAPS);
