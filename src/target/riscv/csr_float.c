/* SPDX-License-Identifier: MIT */
/* fflags, frm and fcsr (unpriv 11.2).  The flags may be in a host register while translated code
 * runs, so they are read and written through the engine. */
#include "target/riscv/csr.h"

enum { FFLAGS = 0x1f, FRM_SHIFT = 5, FRM_MAX_VALID = FP_RMM };

static bool float_on(const CPURISCVState *env, unsigned csr)
{
    return env->mstatus & MSTATUS_FS;
}

/* A reserved rounding mode is kept, and instructions that use it are illegal. */
static void set(CPURISCVState *env, unsigned frm, unsigned flags)
{
    env->frm = frm & 7;
    tcg_fp_set(&env->tcg, env->frm <= FRM_MAX_VALID ? env->frm : FP_RNE, flags & FFLAGS);
    env->mstatus |= MSTATUS_FS;
}

static uint64_t read_fflags(CPURISCVState *env, unsigned csr)
{
    return tcg_fp_flags(&env->tcg) & FFLAGS;
}

static void write_fflags(CPURISCVState *env, unsigned csr, uint64_t v)
{
    set(env, env->frm, v);
}

static uint64_t read_frm(CPURISCVState *env, unsigned csr)
{
    return env->frm;
}

static void write_frm(CPURISCVState *env, unsigned csr, uint64_t v)
{
    set(env, v, tcg_fp_flags(&env->tcg));
}

static uint64_t read_fcsr(CPURISCVState *env, unsigned csr)
{
    return read_fflags(env, csr) | (uint64_t)env->frm << FRM_SHIFT;
}

static void write_fcsr(CPURISCVState *env, unsigned csr, uint64_t v)
{
    set(env, v >> FRM_SHIFT, v);
}

CSR(fflags, 0x001, .read = read_fflags, .write = write_fflags, .allowed = float_on, .ext = EXT_f);
CSR(frm, 0x002, .read = read_frm, .write = write_frm, .allowed = float_on, .ext = EXT_f);
CSR(fcsr, 0x003, .read = read_fcsr, .write = write_fcsr, .allowed = float_on, .ext = EXT_f);
