/* SPDX-License-Identifier: MIT */
/*
 * Floating-point rows.  Each is checked in every rounding mode, static (while frm says another one)
 * and dynamic, in low and high registers, with the accrued flags and, for single precision, the
 * NaN box.  Values are bit patterns.
 *
 * A result is given as the one rounded toward zero, and the set of modes that round it away from
 * zero: adding 1 to the pattern is the next value away from zero, infinity included.
 *
 * Clobbers a0-a2, s10, s11, t6, fa0-fa3, fs10, fs11, ft8-ft11.
 */
#ifndef FP_H
#define FP_H

#include "guest.h"

/* Accrued flags. */
#define NX 1
#define UF 2
#define OF 4
#define DZ 8
#define NV 16

/* Modes that round away from zero. */
#define RNE 1
#define RDN 4
#define RUP 8
#define RMM 16

#define FOP1(op, a, want, away, flags)       fop_ __LINE__, op, 1, a, 0, 0, want, away, flags
#define FOP2(op, a, b, want, away, flags)    fop_ __LINE__, op, 2, a, b, 0, want, away, flags
#define FOP3(op, a, b, c, want, away, flags) fop_ __LINE__, op, 3, a, b, c, want, away, flags
/* One mode only (its number and name), where the flags differ or the sign of zero does. */
#define FOP1_IN(rm, name, op, a, want, flags) \
    fop_in_ __LINE__, op, 1, a, 0, 0, want, flags, rm, name
#define FOP2_IN(rm, name, op, a, b, want, flags) \
    fop_in_ __LINE__, op, 2, a, b, 0, want, flags, rm, name
#define FOP3_IN(rm, name, op, a, b, c, want, flags) \
    fop_in_ __LINE__, op, 3, a, b, c, want, flags, rm, name
/* No rounding: minimum, sign injection. */
#define FBIT1(op, a, want, flags)            fbit1_ __LINE__, op, a, want, flags
#define FBIT2(op, a, b, want, flags)         fbit2_ __LINE__, op, a, b, want, flags
/* An integer result of one or two operands: comparison, class. */
#define FINT1(op, a, want, flags)            fint1_ __LINE__, op, a, want, flags
#define FINT2(op, a, b, want, flags)         fint2_ __LINE__, op, a, b, want, flags
/* To an integer: the results in the modes 0 to 4, and flags. */
#define FTOI(op, a, rne, rtz, rdn, rup, rmm, flags) \
    ftoi_ __LINE__, op, a, rne, rtz, rdn, rup, rmm, flags
#define FTOI_IN(rm, name, op, a, want, flags) ftoi_in_ __LINE__, op, a, rm, name, want, flags
/* From an integer register. */
#define ITOF(op, value, want, away, flags)   itof_ __LINE__, op, value, want, away, flags

/* The same where every integer is exact, and the instruction has no mode. */
#define ITOF_EXACT(op, value, want)          itof_exact_ __LINE__, op, value, want

/* The file that includes this says which precision its operands have. */
#if FP_SINGLE
#define FLOAD flw
#define BOX(x) (0xffffffff00000000 | (x))
#else
#define FLOAD fld
#define BOX(x) (x)
#endif

    .macro fdata_ a, b, c, want, away
    .pushsection .rodata
    .balign 8
.Lfp\@:
    .dword \a, \b, \c
    .dword BOX(\want + ((\away)&1)), BOX(\want + ((\away)>>1&1)), BOX(\want + ((\away)>>2&1))
    .dword BOX(\want + ((\away)>>3&1)), BOX(\want + ((\away)>>4&1))
    .popsection
    la   s11, .Lfp\@
    la   s10, fp_scratch
    .endm

    .macro fcheck_ line, reg, at, flags
    fsd  \reg, 0(s10)
    lw   a0, 0(s10)
    lw   t6, \at(s11)
    expect_reg_ \line, a0, t6
    lw   a0, 4(s10)
    lw   t6, \at+4(s11)
    expect_reg_ \line, a0, t6
    csrr a0, fflags
    expect_ \line, a0, \flags
    .endm

    .macro fmode_ line, op, n, at, flags, rm, name
    csrwi fcsr, 0
    csrwi frm, (\rm + 2) % 5
    FLOAD fa0, 0(s11)
    FLOAD fa1, 8(s11)
    FLOAD fa2, 16(s11)
    .if \n == 1
    \op  fa3, fa0, \name
    .elseif \n == 2
    \op  fa3, fa0, fa1, \name
    .else
    \op  fa3, fa0, fa1, fa2, \name
    .endif
    fcheck_ \line, fa3, \at, \flags
    li   a0, \rm << 5
    csrw fcsr, a0
    FLOAD fs10, 0(s11)
    FLOAD ft8, 8(s11)
    FLOAD fs11, 16(s11)
    .if \n == 1
    \op  ft11, fs10
    \op  fs10, fs10
    .elseif \n == 2
    \op  ft11, fs10, ft8
    \op  fs10, fs10, ft8
    .else
    \op  ft11, fs10, ft8, fs11
    \op  fs11, fs10, ft8, fs11
    fmv.d fs10, fs11
    .endif
    fcheck_ \line, ft11, \at, \flags
    fcheck_ \line, fs10, \at, \flags
    .endm

    .macro fop_ line, op, n, a, b, c, want, away, flags
    fdata_ \a, \b, \c, \want, \away
    fmode_ \line, \op, \n, 24, \flags, 0, rne
    fmode_ \line, \op, \n, 32, \flags, 1, rtz
    fmode_ \line, \op, \n, 40, \flags, 2, rdn
    fmode_ \line, \op, \n, 48, \flags, 3, rup
    fmode_ \line, \op, \n, 56, \flags, 4, rmm
    .endm

    .macro fop_in_ line, op, n, a, b, c, want, flags, rm, name
    fdata_ \a, \b, \c, \want, 0
    fmode_ \line, \op, \n, 24, \flags, \rm, \name
    .endm

    .macro fbit1_ line, op, a, want, flags
    fdata_ \a, 0, 0, \want, 0
    csrwi fcsr, 0
    FLOAD fa0, 0(s11)
    \op  ft11, fa0
    fcheck_ \line, ft11, 24, \flags
    \op  fa0, fa0
    fcheck_ \line, fa0, 24, \flags
    .endm

    .macro fbit2_ line, op, a, b, want, flags
    fdata_ \a, \b, 0, \want, 0
    csrwi fcsr, 0
    FLOAD fa0, 0(s11)
    FLOAD ft8, 8(s11)
    \op  fa3, fa0, ft8
    fcheck_ \line, fa3, 24, \flags
    \op  ft8, fa0, ft8
    fcheck_ \line, ft8, 24, \flags
    .endm

    .macro fint1_ line, op, a, want, flags
    fdata_ \a, 0, 0, 0, 0
    csrwi fcsr, 0
    FLOAD fa0, 0(s11)
    FLOAD ft8, 0(s11)
    \op  a1, fa0
    expect_ \line, a1, \want
    \op  s9, ft8
    expect_ \line, s9, \want
    csrr a0, fflags
    expect_ \line, a0, \flags
    .endm

    .macro fint2_ line, op, a, b, want, flags
    fdata_ \a, \b, 0, 0, 0
    csrwi fcsr, 0
    FLOAD fa0, 0(s11)
    FLOAD ft8, 8(s11)
    \op  a1, fa0, ft8
    expect_ \line, a1, \want
    csrr a0, fflags
    expect_ \line, a0, \flags
    .endm

    .macro ftoi_mode_ line, op, rm, name, want, flags
    csrwi fcsr, 0
    csrwi frm, (\rm + 2) % 5
    FLOAD fa0, 0(s11)
    \op  a1, fa0, \name
    expect_ \line, a1, \want
    csrr a0, fflags
    expect_ \line, a0, \flags
    li   a0, \rm << 5
    csrw fcsr, a0
    FLOAD fs10, 0(s11)
    \op  s9, fs10, dyn
    expect_ \line, s9, \want
    csrr a0, fflags
    expect_ \line, a0, \flags
    .endm

    .macro ftoi_ line, op, a, rne, rtz, rdn, rup, rmm, flags
    fdata_ \a, 0, 0, 0, 0
    ftoi_mode_ \line, \op, 0, rne, \rne, \flags
    ftoi_mode_ \line, \op, 1, rtz, \rtz, \flags
    ftoi_mode_ \line, \op, 2, rdn, \rdn, \flags
    ftoi_mode_ \line, \op, 3, rup, \rup, \flags
    ftoi_mode_ \line, \op, 4, rmm, \rmm, \flags
    .endm

    .macro ftoi_in_ line, op, a, rm, name, want, flags
    fdata_ \a, 0, 0, 0, 0
    ftoi_mode_ \line, \op, \rm, \name, \want, \flags
    .endm

    .macro itof_mode_ line, op, value, at, rm, name, flags
    csrwi fcsr, 0
    csrwi frm, (\rm + 2) % 5
    li   a1, \value
    \op  fa3, a1, \name
    fcheck_ \line, fa3, \at, \flags
    li   a0, \rm << 5
    csrw fcsr, a0
    li   s9, \value
    \op  ft11, s9, dyn
    fcheck_ \line, ft11, \at, \flags
    .endm

    .macro itof_ line, op, value, want, away, flags
    fdata_ 0, 0, 0, \want, \away
    itof_mode_ \line, \op, \value, 24, 0, rne, \flags
    itof_mode_ \line, \op, \value, 32, 1, rtz, \flags
    itof_mode_ \line, \op, \value, 40, 2, rdn, \flags
    itof_mode_ \line, \op, \value, 48, 3, rup, \flags
    itof_mode_ \line, \op, \value, 56, 4, rmm, \flags
    .endm

    .macro itof_exact_ line, op, value, want
    fdata_ 0, 0, 0, \want, 0
    csrwi fcsr, 0
    li   a1, \value
    \op  fa3, a1
    fcheck_ \line, fa3, 24, 0
    li   s9, \value
    \op  ft11, s9
    fcheck_ \line, ft11, 24, 0
    .endm

    .bss
    .balign 8
fp_scratch:
    .zero 8
    .text
#endif
