/* SPDX-License-Identifier: MIT */
/*
 * Control flow: conditional branches in every shape, jal and jalr with all their operand
 * overlaps, far jumps, deep recursion, jump tables and loops long enough to be chained.
 *
 * @xlen 64 32
 */
#include "ops.h"

    .option norvc
    .text
    .globl test_main
test_main:
    BRANCH(beq, 0, 0, 1)
    BRANCH(beq, 0, 1, 0)
    BRANCH(beq, 1, 0, 0)
    BRANCH(beq, 0xffffffffffffffff, 0, 0)
    BRANCH(beq, 0, 0xffffffffffffffff, 0)
    BRANCH(beq, 0xffffffffffffffff, 1, 0)
    BRANCH(beq, 0x7fffffffffffffff, 0x8000000000000000, 0)
    BRANCH(beq, 0x8000000000000000, 0x7fffffffffffffff, 0)
    BRANCH(beq, 0x7fffffff, 0xffffffff80000000, 0)
    BRANCH(beq, 0xffffffff80000000, 0x7fffffff, 0)

    BRANCH(bne, 0, 0, 0)
    BRANCH(bne, 0, 1, 1)
    BRANCH(bne, 1, 0, 1)
    BRANCH(bne, 0xffffffffffffffff, 0, 1)
    BRANCH(bne, 0, 0xffffffffffffffff, 1)
    BRANCH(bne, 0xffffffffffffffff, 1, 1)
    BRANCH(bne, 0x7fffffffffffffff, 0x8000000000000000, 1)
    BRANCH(bne, 0x8000000000000000, 0x7fffffffffffffff, 1)
    BRANCH(bne, 0x7fffffff, 0xffffffff80000000, 1)
    BRANCH(bne, 0xffffffff80000000, 0x7fffffff, 1)

    BRANCH(blt, 0, 0, 0)
    BRANCH(blt, 0, 1, 1)
    BRANCH(blt, 1, 0, 0)
    BRANCH(blt, 0xffffffffffffffff, 0, 1)
    BRANCH(blt, 0, 0xffffffffffffffff, 0)
    BRANCH(blt, 0xffffffffffffffff, 1, 1)
    BRANCH(blt, 0x7fffffffffffffff, 0x8000000000000000, R(0, 1))
    BRANCH(blt, 0x8000000000000000, 0x7fffffffffffffff, R(1, 0))
    BRANCH(blt, 0x7fffffff, 0xffffffff80000000, 0)
    BRANCH(blt, 0xffffffff80000000, 0x7fffffff, 1)

    BRANCH(bge, 0, 0, 1)
    BRANCH(bge, 0, 1, 0)
    BRANCH(bge, 1, 0, 1)
    BRANCH(bge, 0xffffffffffffffff, 0, 0)
    BRANCH(bge, 0, 0xffffffffffffffff, 1)
    BRANCH(bge, 0xffffffffffffffff, 1, 0)
    BRANCH(bge, 0x7fffffffffffffff, 0x8000000000000000, R(1, 0))
    BRANCH(bge, 0x8000000000000000, 0x7fffffffffffffff, R(0, 1))
    BRANCH(bge, 0x7fffffff, 0xffffffff80000000, 1)
    BRANCH(bge, 0xffffffff80000000, 0x7fffffff, 0)

    BRANCH(bltu, 0, 0, 0)
    BRANCH(bltu, 0, 1, 1)
    BRANCH(bltu, 1, 0, 0)
    BRANCH(bltu, 0xffffffffffffffff, 0, 0)
    BRANCH(bltu, 0, 0xffffffffffffffff, 1)
    BRANCH(bltu, 0xffffffffffffffff, 1, 0)
    BRANCH(bltu, 0x7fffffffffffffff, 0x8000000000000000, R(1, 0))
    BRANCH(bltu, 0x8000000000000000, 0x7fffffffffffffff, R(0, 1))
    BRANCH(bltu, 0x7fffffff, 0xffffffff80000000, 1)
    BRANCH(bltu, 0xffffffff80000000, 0x7fffffff, 0)

    BRANCH(bgeu, 0, 0, 1)
    BRANCH(bgeu, 0, 1, 0)
    BRANCH(bgeu, 1, 0, 1)
    BRANCH(bgeu, 0xffffffffffffffff, 0, 1)
    BRANCH(bgeu, 0, 0xffffffffffffffff, 0)
    BRANCH(bgeu, 0xffffffffffffffff, 1, 1)
    BRANCH(bgeu, 0x7fffffffffffffff, 0x8000000000000000, R(0, 1))
    BRANCH(bgeu, 0x8000000000000000, 0x7fffffffffffffff, R(1, 0))
    BRANCH(bgeu, 0x7fffffff, 0xffffffff80000000, 0)
    BRANCH(bgeu, 0xffffffff80000000, 0x7fffffff, 1)

    /* The same register on both sides. */
    li   a0, 5
    beq  a0, a0, 1f
    UNREACHED
1:  bne  a0, a0, 2f
    bge  a0, a0, 3f
2:  UNREACHED
3:  bltu a0, a0, 2b
    bgeu x0, x0, 4f
    UNREACHED
4:  blt  x0, x0, 2b

    /* Backward and forward at the far ends of the 13-bit offset. */
    li   a0, 0
    j    far_start
far_back:
    addi a0, a0, 1
    j    far_done
    .space 4096 - 8
far_start:
    .4byte 0x80000063 | 0 << 15 /* beq x0, x0, . - 4096 */
far_done:
    EXPECT(a0, 1)
    beq  x0, x0, far_end
    .space 4096 - 8
    UNREACHED
far_end:

    /* jal and jalr: link, low bit cleared, rd equal to rs1, rd = x0. */
    jal  ra, 1f
here:
    UNREACHED
1:  EXPECT_SYM(ra, here)
    jal  s7, 1f
here2:
    UNREACHED
1:  EXPECT_SYM(s7, here2)
    la   a0, 1f
    jalr a0, 0(a0)
here3:
    UNREACHED
1:  EXPECT_SYM(a0, here3)
    la   s7, 1f + 1             /* bit 0 of the target is dropped */
    jalr ra, 0(s7)
here4:
    UNREACHED
1:  EXPECT_SYM(ra, here4)
    EXPECT_SYM(s7, 1b + 1)
    la   t0, 1f - 2047
    jalr t0, 2047(t0)
here5:
    UNREACHED
1:  EXPECT_SYM(t0, here5)
    la   a0, 1f + 2048
    jalr x0, -2048(a0)
    UNREACHED
1:  EXPECT(x0, 0)

    /* Indirect jumps that change their target each time: a cached prediction must be checked. */
    la   s1, table
    li   s2, 0
    li   a0, 0
1:  andi t0, s2, 3
    slli t0, t0, R(3, 2)
    add  t0, t0, s1
    LX   t0, 0(t0)
    jalr ra, 0(t0)
    addi s2, s2, 1
    li   t0, 4000
    bltu s2, t0, 1b
    EXPECT(a0, 1111000)

    /* Calls that return to somewhere else than their caller: the return stack is only a hint. */
    jal  ra, skip_one
    UNREACHED
after_skip:
    EXPECT(a1, 77)
    li   a0, 20000              /* recursion far deeper than any return stack */
    jal  ra, recurse
    EXPECT(a0, 200010000)
    li   s2, 100
1:  jal  ra, swap_returns       /* co-routines: each "return" goes into the other */
    addi s2, s2, -1
    bnez s2, 1b

    /* Loops: forward exits, nested, and one whose body is longer than any translation block. */
    li   a0, 0
    li   a1, 100000
1:  addi a0, a0, 3
    andi a2, a0, 1
    beqz a2, 2f
    addi a0, a0, -1
2:  addi a1, a1, -1
    bnez a1, 1b
    EXPECT(a0, 200000)
    li   a0, 0
    li   a1, 300
1:  li   a2, 300
2:  add  a0, a0, a2
    addi a2, a2, -1
    bnez a2, 2b
    addi a1, a1, -1
    bnez a1, 1b
    EXPECT(a0, 300 * 45150)
    li   a0, 1
    li   a1, 50
1:  .rept 400
    slli a2, a0, 1
    xori a0, a2, 5
    srli a3, a0, 3
    add  a0, a0, a3
    .endr
    addi a1, a1, -1
    bnez a1, 1b
    li   a4, 1                  /* the same computation, rolled */
    li   a5, 50 * 400
1:  slli a2, a4, 1
    xori a4, a2, 5
    srli a3, a4, 3
    add  a4, a4, a3
    addi a5, a5, -1
    bnez a5, 1b
    EXPECT_REG(a0, a4)

    /* A jump into the middle of code that was already run as one block. */
    li   a1, 3
    la   s1, 3f
    li   a0, 0
2:  addi a0, a0, 100
    addi a0, a0, 10
3:  addi a0, a0, 1
    addi a1, a1, -1
    beqz a1, 4f
    jalr x0, 0(s1)
4:  EXPECT(a0, 113)
    TEST_DONE

case0:
    addi a0, a0, 1
    jalr x0, 0(ra)
case1:
    addi a0, a0, 10
    jalr x0, 0(ra)
case2:
    addi a0, a0, 100
    jalr x0, 0(ra)
case3:
    addi a0, a0, 1000
    jalr x0, 0(ra)

skip_one:
    li   a1, 77
    la   ra, after_skip
    jalr x0, 0(ra)

/* Sum of 1..a0.  The stack is an area of its own: so many frames do not fit the hart's. */
recurse:
    la   s1, recurse_stack
    mv   s2, s1
1:  SX   ra, 0(s2)
    SX   a0, XBYTES(s2)
    addi s2, s2, 2*XBYTES
    addi a0, a0, -1
    beqz a0, 2f
    jal  ra, 1b
2:  addi s2, s2, -2*XBYTES
    LX   ra, 0(s2)
    LX   a1, XBYTES(s2)
    add  a0, a0, a1
    beq  s2, s1, 3f
    j    4f
3:  jalr x0, 0(ra)
4:  jalr x0, 0(ra)

swap_returns:
    mv   s3, ra
    jal  t0, 1f
    jalr x0, 0(s3)
1:  mv   s4, t0
    jal  ra, 2f
    UNREACHED
2:  jalr x0, 0(s4)

    .section .rodata
    .balign 8
table:
    XWORD case0, case1, case2, case3

    .bss
    .balign 16
recurse_stack:
    .zero 20001 * 2 * XBYTES
