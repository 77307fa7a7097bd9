/* SPDX-License-Identifier: MIT */
/*
 * Register-to-register operations, each row checked in several shapes: operands known while
 * translating (the folder computes), loaded from memory (the back end computes), in registers
 * that a JIT pins and in ones that it does not, with rd equal to rs1 or rs2, one operand
 * constant, and rd = x0.
 *
 * Clobbers a0-a5, s7-s11, t1, t2, t6.
 */
#ifndef OPS_H
#define OPS_H

#include "guest.h"

#if __riscv_xlen == 64
#define V(x) (x)
#else
#define V(x) ((x)&0xffffffff)
#endif

#define OP2(op, a, b, want)      op2_ __LINE__, op, V(a), V(b), V(want)
#define OPI(op, a, imm, want)    opi_ __LINE__, op, V(a), imm, V(want)
#define OP1(op, a, want)         op1_ __LINE__, op, V(a), V(want)
/* BRANCH(op, a, b, taken or not: 1 or 0) */
#define BRANCH(op, a, b, taken)  branch_ __LINE__, op, V(a), V(b), taken

    .macro operands_ a, b, want
    .pushsection .rodata
    .balign 8
.Lops\@:
    XWORD \a, \b, \want
    .popsection
    la   s11, .Lops\@
    LX   t6, 2*XBYTES(s11)
    .endm

    .macro op2_ line, op, a, b, want
    operands_ \a, \b, \want
    li   a0, \a
    li   a1, \b
    \op  a2, a0, a1
    expect_reg_ \line, a2, t6
    LX   a3, 0(s11)
    LX   a4, XBYTES(s11)
    \op  a5, a3, a4
    expect_reg_ \line, a5, t6
    LX   s7, 0(s11)
    LX   s8, XBYTES(s11)
    \op  s9, s7, s8
    expect_reg_ \line, s9, t6
    li   a1, \b
    \op  s10, s7, a1
    expect_reg_ \line, s10, t6
    li   a0, \a
    \op  a5, a0, s8
    expect_reg_ \line, a5, t6
    \op  s7, s7, a4
    expect_reg_ \line, s7, t6
    \op  s8, a3, s8
    expect_reg_ \line, s8, t6
    mv   a5, a4
    \op  a4, a3, a4
    expect_reg_ \line, a4, t6
    \op  a3, a3, a5
    expect_reg_ \line, a3, t6
    \op  x0, a3, a5
    expect_reg_ \line, x0, zero
    .endm

    .macro opi_ line, op, a, imm, want
    operands_ \a, 0, \want
    li   a0, \a
    \op  a2, a0, \imm
    expect_reg_ \line, a2, t6
    LX   a3, 0(s11)
    LX   s7, 0(s11)
    \op  a5, a3, \imm
    expect_reg_ \line, a5, t6
    \op  s8, s7, \imm
    expect_reg_ \line, s8, t6
    \op  x0, a3, \imm
    expect_reg_ \line, x0, zero
    \op  a3, a3, \imm
    expect_reg_ \line, a3, t6
    \op  s7, s7, \imm
    expect_reg_ \line, s7, t6
    .endm

    .macro op1_ line, op, a, want
    operands_ \a, 0, \want
    li   a0, \a
    \op  a2, a0
    expect_reg_ \line, a2, t6
    LX   a3, 0(s11)
    LX   s7, 0(s11)
    \op  a5, a3
    expect_reg_ \line, a5, t6
    \op  s8, s7
    expect_reg_ \line, s8, t6
    \op  x0, a3
    expect_reg_ \line, x0, zero
    \op  a3, a3
    expect_reg_ \line, a3, t6
    \op  s7, s7
    expect_reg_ \line, s7, t6
    .endm

    .macro branch_one_ line, op, ra, rb, taken
    li   t1, 1
    \op  \ra, \rb, .Ltaken\@
    li   t1, 0
.Ltaken\@:
    expect_ \line, t1, \taken
    .endm

    .macro branch_ line, op, a, b, taken
    operands_ \a, \b, 0
    li   a0, \a
    li   a1, \b
    branch_one_ \line, \op, a0, a1, \taken
    LX   a3, 0(s11)
    LX   a4, XBYTES(s11)
    branch_one_ \line, \op, a3, a4, \taken
    branch_one_ \line, \op, a3, a1, \taken
    branch_one_ \line, \op, a0, a4, \taken
    LX   s7, 0(s11)
    LX   s8, XBYTES(s11)
    branch_one_ \line, \op, s7, s8, \taken
    .endm

#endif
