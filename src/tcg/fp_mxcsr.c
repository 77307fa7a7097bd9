/* SPDX-License-Identifier: MIT */
/* The guest's rounding mode and accrued flags, as MXCSR keeps them while translated code runs.
 *
 *     15  14 13  12 11 10 9 8 7   6    5  4  3  2  1  0
 *   | FZ |  RC |   masks (1)   | DAZ | PE UE OE ZE DE IE |        Intel SDM volume 1, 10.2.3
 *
 * env->mxcsr_guest is that value whenever translated code is not running; what it has gathered
 * belongs to the guest's flags, and is moved to env->fp when that is looked at.  On other hosts it
 * is always 0. */
#include "tcg/tcg.h"

enum {
    MXCSR_FLAGS = 0x3f,
    MXCSR_MASKS = 0x1f80,
    MXCSR_RC_SHIFT = 13,
};

static uint32_t mxcsr_control(unsigned rm)
{
    /* To nearest with ties away does not exist here: ops in that mode are calls. */
    static const uint8_t rounding[] = {
        [FP_RNE] = 0, [FP_RTZ] = 3, [FP_RDN] = 1, [FP_RUP] = 2, [FP_RMM] = 0};

    return MXCSR_MASKS | rounding[rm % ARRAY_SIZE(rounding)] << MXCSR_RC_SHIFT;
}

static uint8_t flags_of(uint32_t mxcsr)
{
    return (mxcsr & 1 ? FP_NV : 0) | (mxcsr & 4 ? FP_DZ : 0) | (mxcsr & 8 ? FP_OF : 0) |
           (mxcsr & 16 ? FP_UF : 0) | (mxcsr & 32 ? FP_NX : 0);
}

static void fold_flags(TcgEnv *env)
{
    env->fp.flags |= flags_of(env->mxcsr_guest);
    env->mxcsr_guest &= ~(uint32_t)MXCSR_FLAGS;
}

void tcg_fp_enter(TcgEnv *env)
{
    fold_flags(env); /* left by an exception in the middle of a block */
    env->mxcsr_guest = mxcsr_control(env->fp.rm);
}

void tcg_fp_leave(TcgEnv *env)
{
    fold_flags(env);
}

uint8_t tcg_fp_flags(TcgEnv *env)
{
    fold_flags(env);
    return env->fp.flags;
}

void tcg_fp_set(TcgEnv *env, unsigned rm, uint8_t flags)
{
    env->fp.rm = rm;
    env->fp.flags = flags;
    env->mxcsr_guest = mxcsr_control(rm);
}
