/* SPDX-License-Identifier: MIT */
/* Floating-point registers in translated code: NaN boxing, and when mstatus.FS becomes dirty.
 *
 * A 32-bit value stands in the low half of a register with ones above it (unpriv 12.2); anything
 * else there reads as the canonical NaN.  Within a block the translation remembers which registers
 * it has boxed itself: their value is used without a check, since an f32 op reads the low half. */
#include "target/riscv/translate.h"

Val fs(Ir *c, unsigned n)
{
    return trans(c)->boxed & 1u << n ? fd(c, n) : ir_funbox(c, F32, FP_RNE, fd(c, n));
}

static void helper_riscv_fs_dirty(TcgEnv *env)
{
    container_of(env, CPURISCVState, tcg)->mstatus |= MSTATUS_FS;
}
IR_HELPER(riscv_fs_dirty, "ve", 0);

/* A block that was translated for FS clean ends behind the instruction, so that what follows is
 * translated, once and for all, for FS dirty. */
void fp_changed(Ir *c)
{
    Trans *t = trans(c);

    if (tbf_fs(t->flags) != TBF_FS_DIRTY && !t->leave) {
        ir_call0(c, &helper_row_riscv_fs_dirty);
        t->leave = true;
    }
}

bool set_fd(Ir *c, unsigned n, Val v)
{
    ir_set(c, fd(c, n), v);
    trans(c)->boxed &= ~(1u << n);
    fp_changed(c);
    return true;
}

bool set_fs(Ir *c, unsigned n, Val v)
{
    set_fd(c, n, ir_fbox(c, F32, FP_RNE, v));
    trans(c)->boxed |= 1u << n;
    return true;
}

bool set_gpr_fp(Ir *c, unsigned n, Val v)
{
    fp_changed(c);
    return set_gpr(c, n, v);
}

bool load_fd(Ir *c, unsigned rd, Val base, int64_t off)
{
    Val addr = address(c, base, &off);

    return set_fd(c, rd, ir_ld(c, F64, addr, off, memop(c, MO_64)));
}

bool load_fs(Ir *c, unsigned rd, Val base, int64_t off)
{
    Val addr = address(c, base, &off);

    return set_fs(c, rd, ir_ld(c, F32, addr, off, memop(c, MO_32)));
}

bool store_fd(Ir *c, Val base, int64_t off, unsigned n)
{
    Val addr = address(c, base, &off);

    ir_st(c, F64, addr, off, fd(c, n), memop(c, MO_64));
    return true;
}

/* The low half, boxed or not. */
bool store_fs(Ir *c, Val base, int64_t off, unsigned n)
{
    Val addr = address(c, base, &off);

    ir_st(c, F32, addr, off, fd(c, n), memop(c, MO_32));
    return true;
}
