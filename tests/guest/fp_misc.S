/* SPDX-License-Identifier: MIT */
/*
 * Around the arithmetic of floating point: NaN boxes, moves and signs that look at bits only,
 * minimum and maximum of NaNs, fcsr and its parts, rounding modes that do not exist, mstatus.FS.
 * Unprivileged manual, chapters F and D (11.2, 11.3, 12.2); privileged manual, 3.1.6.6.
 *
 * @xlen 64 32
 */
#include "fp.h"

#define QNAN_S 0x7fc00000
#define SNAN_S 0x7f800001
#define ONE_S  0x3f800000
#define QNAN_D 0x7ff8000000000000
#define SNAN_D 0x7ff0000000000001
#define ONE_D  0x3ff0000000000000

#define FS_OFF     (0 << 13)
#define FS_INITIAL (1 << 13)
#define FS_CLEAN   (2 << 13)
#define FS_DIRTY   (3 << 13)
#define FS         MSTATUS_FS

    .option norvc
    .text
    .globl test_main
test_main:
    jal  s1, boxes
    jal  s1, bad_boxes
    jal  s1, signs
    jal  s1, minimum_of_nans
    jal  s1, comparisons_of_nans
    jal  s1, conversions
    jal  s1, control_register
    jal  s1, reserved_modes
    jal  s1, off
    jal  s1, dirty
    TEST_DONE

/* ---- all 64 bits of a register ---- */

#define SIGNED32(v) (((v) & 0x7fffffff) - ((v) & 0x80000000))

/* SET_D(freg, value), and BITS(freg, value): the register holds this.  They use a0, s11. */
#define SET_D(freg, value) set_d_ freg, value
    .macro set_d_ freg, value
    .pushsection .rodata
    .balign 8
.Lset\@:
    .dword \value
    .popsection
    la   s11, .Lset\@
    fld  \freg, 0(s11)
    .endm

#define BITS(freg, value) bits_ __LINE__, freg, value
    .macro bits_ line, freg, value
    la   s11, fp_scratch
    fsd  \freg, 0(s11)
    lw   a0, 0(s11)
    expect_ \line, a0, SIGNED32(\value)
    lw   a0, 4(s11)
    expect_ \line, a0, SIGNED32((\value) >> 32)
    .endm

#define FLAGS(want) csrr a0, fflags; EXPECT(a0, want); csrwi fflags, 0

/* What makes a single fills the upper half with ones. */
boxes:
    csrwi fcsr, 0
    SET_D(fa0, 0)
    la   a1, single
    flw  fa0, 0(a1)
    BITS(fa0, 0xffffffff3f800000)
    SET_D(fa1, 0)
    li   a1, 0xbf800000
    fmv.w.x fa1, a1
    BITS(fa1, 0xffffffffbf800000)
    SET_D(fa2, 0)
    fadd.s fa2, fa0, fa0
    BITS(fa2, 0xffffffff40000000)
    SET_D(fa2, 0)
    li   a1, 3
    fcvt.s.w fa2, a1
    BITS(fa2, 0xffffffff40400000)
    SET_D(fa3, ONE_D)
    SET_D(fa2, 0)
    fcvt.s.d fa2, fa3
    BITS(fa2, 0xffffffff3f800000)
    SET_D(fa2, 0)
    fsgnj.s fa2, fa1, fa0
    BITS(fa2, 0xffffffff3f800000)
    SET_D(fa2, 0)
    fmin.s fa2, fa1, fa0
    BITS(fa2, 0xffffffffbf800000)
    SET_D(fa2, 0)
    fsqrt.s fa2, fa0
    BITS(fa2, 0xffffffff3f800000)
    SET_D(fa2, 0)
    fmadd.s fa2, fa0, fa0, fa0
    BITS(fa2, 0xffffffff40000000)
    FLAGS(0)
    jr   s1

/* A single whose box is broken counts as the canonical NaN; stores and moves to integer registers
 * take the lower half as it is. */
bad_boxes:
    csrwi fcsr, 0
    .irp upper, 0x00000000, 0xfffffffe, 0x7fffffff, 0x3ff00000
    SET_D(fa0, \upper << 32 | ONE_S)
    SET_D(fa1, 0xffffffff00000000 | ONE_S)
    fadd.s fa2, fa0, fa1
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fadd.s fa2, fa1, fa0
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fmul.s fa2, fa0, fa0
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fmadd.s fa2, fa1, fa1, fa0
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fsqrt.s fa2, fa0
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fdiv.s fa2, fa1, fa0
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fmin.s fa2, fa0, fa1
    BITS(fa2, 0xffffffff00000000 | ONE_S)
    fmax.s fa2, fa1, fa0
    BITS(fa2, 0xffffffff00000000 | ONE_S)
    fsgnj.s fa2, fa0, fa1
    BITS(fa2, 0xffffffff00000000 | QNAN_S)
    fsgnjn.s fa2, fa0, fa1
    BITS(fa2, 0xffffffff00000000 | QNAN_S | 0x80000000)
    fsgnjx.s fa2, fa1, fa0
    BITS(fa2, 0xffffffff00000000 | ONE_S)
    fcvt.d.s fa2, fa0
    BITS(fa2, QNAN_D)
    feq.s a1, fa0, fa0
    EXPECT(a1, 0)
    FLAGS(0)
    flt.s a1, fa0, fa1
    EXPECT(a1, 0)
    FLAGS(NV)
    fcvt.w.s a1, fa0
    EXPECT(a1, 0x7fffffff)
    FLAGS(NV)
    fclass.s a1, fa0
    EXPECT(a1, 1 << 9)
    fmv.x.w a1, fa0
    EXPECT(a1, ONE_S)
    la   a2, fp_scratch
    fsw  fa0, 0(a2)
    lw   a1, 0(a2)
    EXPECT(a1, ONE_S)
    FLAGS(0)
    .endr
    /* The same place holds a double all the while. */
    SET_D(fa0, ONE_D)
    fadd.d fa2, fa0, fa0
    BITS(fa2, 0x4000000000000000)
    fmv.x.w a1, fa0
    EXPECT(a1, 0)
    /* fmv.x.w extends the sign. */
    SET_D(fa0, 0xffffffff80000001)
    fmv.x.w a1, fa0
    EXPECT(a1, R(0xffffffff80000001, 0x80000001))
#if __riscv_xlen == 64
    SET_D(fa0, 0x123456789abcdef0)
    fmv.x.d a1, fa0
    EXPECT(a1, 0x123456789abcdef0)
    fmv.d.x fa1, a1
    BITS(fa1, 0x123456789abcdef0)
#endif
    FLAGS(0)
    jr   s1

/* ---- sign injection moves NaNs as they are, and raises nothing ---- */

signs:
    csrwi fcsr, 0
    SET_D(fa0, SNAN_D)
    SET_D(fa1, 0x8000000000000000)
    fsgnj.d fa2, fa0, fa0
    BITS(fa2, SNAN_D)
    fsgnj.d fa2, fa0, fa1
    BITS(fa2, SNAN_D | 0x8000000000000000)
    fsgnjn.d fa2, fa0, fa0
    BITS(fa2, SNAN_D | 0x8000000000000000)
    fsgnjx.d fa2, fa2, fa1
    BITS(fa2, SNAN_D)
    SET_D(fa0, 0xffffffff00000000 | SNAN_S)
    SET_D(fa1, 0xffffffff80000000)
    fsgnj.s fa2, fa0, fa0
    BITS(fa2, 0xffffffff00000000 | SNAN_S)
    fsgnjn.s fa2, fa0, fa0
    BITS(fa2, 0xffffffff80000000 | SNAN_S)
    fsgnjx.s fa2, fa2, fa1
    BITS(fa2, 0xffffffff00000000 | SNAN_S)
    FLAGS(0)
    jr   s1

/* ---- the operand that is a number wins; a signalling NaN is invalid; -0 is less than 0 ---- */

#define MINMAX(precision, a, b, min, max, flags) minmax_ precision, a, b, min, max, flags
    .macro minmax_ precision, a, b, min, max, flags
    SET_D(fa0, \a)
    SET_D(fa1, \b)
    fmin.\precision fa2, fa0, fa1
    BITS(fa2, \min)
    FLAGS(\flags)
    fmax.\precision fa2, fa0, fa1
    BITS(fa2, \max)
    FLAGS(\flags)
    fmin.\precision fa2, fa1, fa0
    BITS(fa2, \min)
    FLAGS(\flags)
    fmax.\precision fa2, fa1, fa0
    BITS(fa2, \max)
    FLAGS(\flags)
    .endm
#define BOXED(x) (0xffffffff00000000 | (x))
#define MINMAX_S(a, b, min, max, flags) \
    MINMAX(s, BOXED(a), BOXED(b), BOXED(min), BOXED(max), flags)
#define MINMAX_D(a, b, min, max, flags) MINMAX(d, a, b, min, max, flags)

minimum_of_nans:
    csrwi fcsr, 0
    MINMAX_S(QNAN_S, ONE_S, ONE_S, ONE_S, 0)
    MINMAX_S(SNAN_S, ONE_S, ONE_S, ONE_S, NV)
    MINMAX_S(0xffc12345, ONE_S, ONE_S, ONE_S, 0)
    MINMAX_S(QNAN_S, 0xffc12345, QNAN_S, QNAN_S, 0)
    MINMAX_S(SNAN_S, 0xffc12345, QNAN_S, QNAN_S, NV)
    MINMAX_S(SNAN_S, SNAN_S, QNAN_S, QNAN_S, NV)
    MINMAX_S(0, 0x80000000, 0x80000000, 0, 0)
    MINMAX_S(0xff800000, 0x7f800000, 0xff800000, 0x7f800000, 0)
    MINMAX_D(QNAN_D, ONE_D, ONE_D, ONE_D, 0)
    MINMAX_D(SNAN_D, ONE_D, ONE_D, ONE_D, NV)
    MINMAX_D(0xfff8123456789abc, ONE_D, ONE_D, ONE_D, 0)
    MINMAX_D(QNAN_D, 0xfff8123456789abc, QNAN_D, QNAN_D, 0)
    MINMAX_D(SNAN_D, 0xfff8123456789abc, QNAN_D, QNAN_D, NV)
    MINMAX_D(0, 0x8000000000000000, 0x8000000000000000, 0, 0)
    jr   s1

/* feq is quiet, flt and fle are not. */
    .macro signals_ op
    \op  a1, fa0, fa1
    EXPECT(a1, 0)
    FLAGS(NV)
    \op  a1, fa1, fa0
    EXPECT(a1, 0)
    FLAGS(NV)
    \op  a1, fa2, fa2
    EXPECT(a1, 0)
    FLAGS(NV)
    .endm

comparisons_of_nans:
    csrwi fcsr, 0
    .irp precision, s, d
    .ifc \precision, s
    SET_D(fa0, BOXED(QNAN_S))
    SET_D(fa1, BOXED(ONE_S))
    SET_D(fa2, BOXED(SNAN_S))
    .else
    SET_D(fa0, QNAN_D)
    SET_D(fa1, ONE_D)
    SET_D(fa2, SNAN_D)
    .endif
    feq.\precision a1, fa0, fa1
    EXPECT(a1, 0)
    FLAGS(0)
    feq.\precision a1, fa0, fa0
    EXPECT(a1, 0)
    FLAGS(0)
    feq.\precision a1, fa2, fa1
    EXPECT(a1, 0)
    FLAGS(NV)
    signals_ flt.\precision
    signals_ fle.\precision
    .endr
    jr   s1

/* ---- to integers: out of range is the nearest end, NaN the upper one ---- */

#define CONVERT(op, value, want, flags) convert_ op, value, want, flags
    .macro convert_ op, value, want, flags
    SET_D(fa0, \value)
    \op  a1, fa0, rtz
    EXPECT(a1, \want)
    FLAGS(\flags)
    .endm

conversions:
    csrwi fcsr, 0
    CONVERT(fcvt.w.s, BOXED(QNAN_S), 0x7fffffff, NV)
    CONVERT(fcvt.w.s, BOXED(0xffc00000), 0x7fffffff, NV)
    CONVERT(fcvt.w.s, BOXED(0xff800000), SIGNED32(0x80000000), NV)
    CONVERT(fcvt.w.s, BOXED(0x7f800000), 0x7fffffff, NV)
    CONVERT(fcvt.w.s, BOXED(0x4f000000), 0x7fffffff, NV)
    CONVERT(fcvt.w.s, BOXED(0xcf000000), SIGNED32(0x80000000), 0)
    CONVERT(fcvt.wu.s, BOXED(QNAN_S), -1, NV)
    CONVERT(fcvt.wu.s, BOXED(0x4f800000), -1, NV)
    CONVERT(fcvt.wu.s, BOXED(0x4f000000), SIGNED32(0x80000000), 0)
    CONVERT(fcvt.wu.s, BOXED(0xbf800000), 0, NV)
    CONVERT(fcvt.wu.s, BOXED(0xbf000000), 0, NX)
    CONVERT(fcvt.w.d, QNAN_D, 0x7fffffff, NV)
    CONVERT(fcvt.w.d, 0x41e0000000000000, 0x7fffffff, NV)
    CONVERT(fcvt.w.d, 0x41dfffffffe00000, 0x7fffffff, NX)
    CONVERT(fcvt.w.d, 0xc1e00000001fffff, SIGNED32(0x80000000), NX)
    CONVERT(fcvt.w.d, 0xc1e0000000200000, SIGNED32(0x80000000), NV)
    CONVERT(fcvt.wu.d, 0x41efffffffffffff, -1, NX)
    CONVERT(fcvt.wu.d, 0x41f0000000000000, -1, NV)
    CONVERT(fcvt.wu.d, 0xbfefffffffffffff, 0, NX)
    CONVERT(fcvt.wu.d, 0xbff0000000000000, 0, NV)
#if __riscv_xlen == 64
    CONVERT(fcvt.l.s, BOXED(QNAN_S), 0x7fffffffffffffff, NV)
    CONVERT(fcvt.l.s, BOXED(0x5f000000), 0x7fffffffffffffff, NV)
    CONVERT(fcvt.l.s, BOXED(0xdf000000), 0x8000000000000000, 0)
    CONVERT(fcvt.l.d, SNAN_D, 0x7fffffffffffffff, NV)
    CONVERT(fcvt.l.d, 0x43e0000000000000, 0x7fffffffffffffff, NV)
    CONVERT(fcvt.l.d, 0xc3e0000000000000, 0x8000000000000000, 0)
    CONVERT(fcvt.l.d, 0xc3e0000000000001, 0x8000000000000000, NV)
    CONVERT(fcvt.lu.d, QNAN_D, -1, NV)
    CONVERT(fcvt.lu.d, 0x43f0000000000000, -1, NV)
    CONVERT(fcvt.lu.d, 0x43e0000000000000, 0x8000000000000000, 0)
    CONVERT(fcvt.lu.d, 0xbff0000000000000, 0, NV)
#endif
    /* Only the lower half of the integer counts. */
#if __riscv_xlen == 64
    li   a1, 0x1234567800000005
    fcvt.d.w fa0, a1
    BITS(fa0, 0x4014000000000000)
    li   a1, 0x12345678ffffffff
    fcvt.d.w fa0, a1
    BITS(fa0, 0xbff0000000000000)
    fcvt.d.wu fa0, a1
    BITS(fa0, 0x41efffffffe00000)
    FLAGS(0)
#endif
    /* Between the precisions NaNs become canonical. */
    SET_D(fa0, BOXED(0xffc12345))
    fcvt.d.s fa1, fa0
    BITS(fa1, QNAN_D)
    FLAGS(0)
    SET_D(fa0, BOXED(SNAN_S))
    fcvt.d.s fa1, fa0
    BITS(fa1, QNAN_D)
    FLAGS(NV)
    SET_D(fa0, SNAN_D)
    fcvt.s.d fa1, fa0
    BITS(fa1, BOXED(QNAN_S))
    FLAGS(NV)
    jr   s1

/* ---- fcsr = frm and fflags ---- */

control_register:
    li   a0, -1
    csrw fcsr, a0
    csrr a1, fcsr
    EXPECT(a1, 0xff)
    csrr a1, frm
    EXPECT(a1, 7)
    csrr a1, fflags
    EXPECT(a1, 0x1f)
    csrwi frm, 2
    csrr a1, fcsr
    EXPECT(a1, 2 << 5 | 0x1f)
    csrwi fflags, 9
    csrr a1, fcsr
    EXPECT(a1, 2 << 5 | 9)
    csrw fflags, a0
    csrw frm, a0
    csrr a1, fcsr
    EXPECT(a1, 0xff)
    csrci fflags, 0x11
    csrsi fcsr, 1
    csrr a1, fflags
    EXPECT(a1, 0xf)
    fsflagsi a1, 3
    EXPECT(a1, 0xf)
    fsrmi a1, 1
    EXPECT(a1, 7)
    frcsr a1
    EXPECT(a1, 1 << 5 | 3)
    /* Flags accumulate. */
    csrwi fcsr, 0
    SET_D(fa0, ONE_D)
    SET_D(fa1, 0)
    SET_D(fa2, 0x4008000000000000)
    fdiv.d fa3, fa0, fa2
    csrr a0, fflags
    EXPECT(a0, NX)
    fdiv.d fa3, fa0, fa1
    csrr a0, fflags
    EXPECT(a0, NX | DZ)
    fdiv.d fa3, fa1, fa1
    csrr a0, fflags
    EXPECT(a0, NX | DZ | NV)
    fadd.d fa3, fa0, fa0
    csrr a0, fflags
    EXPECT(a0, NX | DZ | NV)
    /* frm takes effect at once, and a mode of the instruction's own comes first. */
    csrwi fcsr, 0
    li   s2, 3
1:  csrwi frm, 3
    fdiv.d fa3, fa0, fa2
    BITS(fa3, 0x3fd5555555555556)
    csrwi frm, 2
    fdiv.d fa3, fa0, fa2
    BITS(fa3, 0x3fd5555555555555)
    fdiv.d fa3, fa0, fa2, rup
    BITS(fa3, 0x3fd5555555555556)
    addi s2, s2, -1
    bnez s2, 1b
    csrwi fcsr, 0
    jr   s1

/* ---- modes 5 and 6, and 7 in frm: what would use them is illegal ---- */

#define ROUNDING(op_s, rm) \
    .4byte op_s | (rm) << 12 | 11 << 15 | 12 << 20 | 10 << 7 | 0x53

reserved_modes:
    csrwi fcsr, 0
    SET_D(fa1, BOXED(ONE_S))
    SET_D(fa2, BOXED(ONE_S))
    SET_D(fa0, 0)
    ILLEGAL(ROUNDING(0, 5))     /* fadd.s */
    ILLEGAL(ROUNDING(0, 6))
    ILLEGAL(ROUNDING(1 << 25, 5)) /* fadd.d */
    ILLEGAL(ROUNDING(1 << 25, 6))
    .irp mode, 5, 6, 7
    csrwi frm, \mode
    csrr a0, frm
    EXPECT(a0, \mode)
    ILLEGAL(fadd.s fa0, fa1, fa2, dyn)
    ILLEGAL(fmul.d fa0, fa1, fa2, dyn)
    ILLEGAL(fsqrt.s fa0, fa1, dyn)
    ILLEGAL(fmadd.d fa0, fa1, fa1, fa1, dyn)
    ILLEGAL(fcvt.w.s a0, fa1, dyn)
    ILLEGAL(fcvt.s.w fa0, a0, dyn)
    ILLEGAL(fcvt.s.d fa0, fa1, dyn)
    BITS(fa0, 0)
    csrr a0, fflags
    EXPECT(a0, 0)
    /* These name their own, or round nothing. */
    fadd.s fa3, fa1, fa2, rne
    BITS(fa3, BOXED(0x40000000))
    fcvt.w.s a1, fa1, rtz
    EXPECT(a1, 1)
    fsgnj.s fa3, fa1, fa1
    fmin.s fa3, fa1, fa2
    BITS(fa3, BOXED(ONE_S))
    feq.s a1, fa1, fa2
    EXPECT(a1, 1)
    fclass.s a1, fa1
    EXPECT(a1, 1 << 6)
    fmv.x.w a1, fa1
    fmv.w.x fa3, a1
    BITS(fa3, BOXED(ONE_S))
    la   a1, single
    flw  fa3, 0(a1)
    .endr
    csrwi frm, 0
    fadd.s fa3, fa1, fa2, dyn
    BITS(fa3, BOXED(0x40000000))
    jr   s1

/* ---- mstatus.FS ---- */

    .macro set_fs_ value
    li   t6, FS
    csrc mstatus, t6
    li   t6, \value
    csrs mstatus, t6
    .endm
#define SET_FS(value) set_fs_ value

/* Off: every instruction and register of the extension is illegal, in each mode. */
off:
    la   a1, single
    li   s2, 0
1:  SET_FS(FS_OFF)
    beqz s2, 2f
    li   t6, 1
    beq  s2, t6, 3f
    TO_MODE(MODE_U)
    j    2f
3:  TO_MODE(MODE_S)
2:  ILLEGAL(flw fa0, 0(a1))
    ILLEGAL(fsw fa0, 0(a1))
    ILLEGAL(fld fa0, 0(a1))
    ILLEGAL(fsd fa0, 0(a1))
    ILLEGAL(fadd.s fa0, fa0, fa0)
    ILLEGAL(fadd.d fa0, fa0, fa0)
    ILLEGAL(fmadd.s fa0, fa0, fa0, fa0)
    ILLEGAL(fsgnj.s fa0, fa0, fa0)
    ILLEGAL(feq.d a0, fa0, fa0)
    ILLEGAL(fmv.x.w a0, fa0)
    ILLEGAL(fmv.w.x fa0, a0)
    ILLEGAL(fclass.s a0, fa0)
    ILLEGAL(fcvt.s.w fa0, a0)
    ILLEGAL(csrr a0, fflags)
    ILLEGAL(csrr a0, frm)
    ILLEGAL(csrr a0, fcsr)
    ILLEGAL(csrwi fcsr, 0)
    .option push
    .option rvc
    ILLEGAL(c.fld fa0, 0(a1))
    ILLEGAL(c.fsd fa0, 0(a1))
    ILLEGAL(c.fldsp fa0, 0(sp))
    ILLEGAL(c.fsdsp fa0, 0(sp))
#if __riscv_xlen == 32
    ILLEGAL(c.flw fa0, 0(a1))
    ILLEGAL(c.fsw fa0, 0(a1))
    ILLEGAL(c.flwsp fa0, 0(sp))
    ILLEGAL(c.fswsp fa0, 0(sp))
#endif
    .option pop
    TO_M
    addi s2, s2, 1
    li   t6, 3
    bne  s2, t6, 1b
    csrr a0, mstatus
    li   t6, FS
    and  a0, a0, t6
    EXPECT(a0, 0)
    SET_FS(FS_INITIAL)
    flw  fa0, 0(a1)
    SET_FS(FS_DIRTY)
    jr   s1

/* DIRTIES(instruction): from Initial and from Clean it leads to Dirty, with SD. */
#define DIRTIES(...) dirties_ __LINE__, __VA_ARGS__
    .macro dirties_ line, insn:vararg
    .irp from, FS_INITIAL, FS_CLEAN
    SET_FS(\from)
    \insn
    csrr a0, mstatus
    expect_if_ \line, blt, a0, zero
    li   t6, FS
    and  a0, a0, t6
    expect_ \line, a0, FS_DIRTY
    .endr
    .endm
/* LEAVES(instruction): Clean stays Clean. */
#define LEAVES(...) leaves_ __LINE__, __VA_ARGS__
    .macro leaves_ line, insn:vararg
    SET_FS(FS_CLEAN)
    \insn
    csrr a0, mstatus
    li   t6, FS
    and  a0, a0, t6
    expect_ \line, a0, FS_CLEAN
    .endm

dirty:
    csrwi fcsr, 0
    la   a1, single
    SET_D(fa1, BOXED(ONE_S))
    SET_D(fa2, ONE_D)
    DIRTIES(flw fa0, 0(a1))
    DIRTIES(fld fa0, 0(a1))
    DIRTIES(fmv.w.x fa0, a1)
    DIRTIES(fadd.s fa0, fa1, fa1)
    DIRTIES(fadd.d fa0, fa2, fa2)
    DIRTIES(fmadd.d fa0, fa2, fa2, fa2)
    DIRTIES(fsgnj.d fa0, fa2, fa2)
    DIRTIES(fmin.s fa0, fa1, fa1)
    DIRTIES(fcvt.d.w fa0, a1)
    DIRTIES(fcvt.s.d fa0, fa2)
    DIRTIES(csrwi fcsr, 0)
    DIRTIES(csrwi fflags, 0)
    DIRTIES(csrwi frm, 0)
    /* A flag that is raised is state, too. */
    SET_D(fa3, 0x3fe0000000000000)
    csrwi fflags, 0
    SET_FS(FS_CLEAN)
    fcvt.w.d a0, fa3, rtz
    csrr a0, mstatus
    li   t6, FS
    and  a0, a0, t6
#if !QEMU72
    EXPECT(a0, FS_DIRTY)
#endif
    csrr a0, fflags
    EXPECT(a0, NX)
    LEAVES(fsw fa1, 4(a1))
    LEAVES(fsd fa1, 8(a1))
    LEAVES(fmv.x.w a0, fa1)
    LEAVES(csrr a0, fcsr)
    SET_FS(FS_DIRTY)
    jr   s1

    .data
    .balign 16
single:
    .word ONE_S, 0, 0, 0
