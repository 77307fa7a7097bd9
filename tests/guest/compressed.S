/* SPDX-License-Identifier: MIT */
/*
 * Every compressed instruction, floating-point ones included, with its limits of register and
 * immediate, mixed with full-length instructions at half-word addresses, across a page, and the
 * encodings that are reserved.  Unprivileged manual, chapter C.
 *
 * @xlen 64 32
 */
#include "guest.h"

    .option norelax
    .text
    .globl test_main
test_main:
    mv   s11, sp

    /* Immediates and moves. */
    c.li   a0, 31
    EXPECT(a0, 31)
    c.li   s7, -32
    EXPECT(s7, -32)
    c.lui  a0, 1
    EXPECT(a0, 0x1000)
    c.lui  a0, 31
    EXPECT(a0, 0x1f000)
    c.lui  s8, 0xfffe0
    EXPECT(s8, -0x20000)
    c.mv   a1, s8
    EXPECT(a1, -0x20000)
    c.li   a0, 5
    c.addi a0, -32
    EXPECT(a0, -27)
    c.addi s7, 31
    EXPECT(s7, -1)
    c.nop
    c.li   a1, 7
    c.add  a1, a0
    EXPECT(a1, -20)
    c.add  a1, a1
    EXPECT(a1, -40)
    c.sub  a1, a0
    EXPECT(a1, -13)
    li     a2, 0xff0
    li     a3, 0x0ff
    mv     a4, a2
    c.and  a4, a3
    EXPECT(a4, 0xf0)
    mv     a4, a2
    c.or   a4, a3
    EXPECT(a4, 0xfff)
    mv     s0, a2
    c.xor  s0, a3
    EXPECT(s0, 0xf0f)
    c.xor  s0, s0
    EXPECT(s0, 0)
    c.andi a2, -16
    EXPECT(a2, 0xff0)
    c.andi a2, 31
    EXPECT(a2, 0x10)
    c.slli a2, 1
    EXPECT(a2, 0x20)
    c.slli s7, 31
    EXPECT(s7, -0x80000000)
    li     s1, -256
    c.srai s1, 4
    EXPECT(s1, -16)
    c.srli s1, 28
    EXPECT(s1, R(0xfffffffff, 0xf))
#if __riscv_xlen == 64
    c.slli s7, 32
    EXPECT(s7, 0x8000000000000000)
    mv     a5, s7
    c.srai a5, 63
    EXPECT(a5, -1)
    c.srli a5, 63
    EXPECT(a5, 1)
    li     a0, 0x7fffffff
    c.addiw a0, 1
    EXPECT(a0, -0x80000000)
    c.addiw a0, -1
    EXPECT(a0, 0x7fffffff)
    li     a0, 0x1ffffffff
    c.addiw a0, 0
    EXPECT(a0, -1)
    li     a0, 0x7fffffff
    li     a1, 1
    c.addw a0, a1
    EXPECT(a0, -0x80000000)
    c.subw a0, a1
    EXPECT(a0, 0x7fffffff)
#endif

    /* The stack pointer's own forms. */
    la   sp, area + 512
    c.addi4spn a0, sp, 4
    EXPECT_SYM(a0, area + 516)
    c.addi4spn s1, sp, 1020
    EXPECT_SYM(s1, area + 1532)
    c.addi16sp sp, -512
    EXPECT_SYM(sp, area)
    c.addi16sp sp, 496
    EXPECT_SYM(sp, area + 496)
    c.addi16sp sp, -496
    li   a0, 0x89abcdef
    c.swsp a0, 0(sp)
    c.swsp a0, 252(sp)
    lw   a1, 252(sp)
    EXPECT(a1, R(0xffffffff89abcdef, 0x89abcdef))
    c.lwsp s7, 0(sp)
    EXPECT(s7, R(0xffffffff89abcdef, 0x89abcdef))
    c.lwsp a2, 252(sp)
    EXPECT_REG(a2, a1)
    c.mv a3, sp
    c.sw a0, 64(a3)
    c.sw a0, 124(a3)
    c.lw s0, 124(a3)
    EXPECT_REG(s0, a1)
    c.lw a3, 64(a3)
    EXPECT_REG(a3, a1)
#if __riscv_xlen == 64
    li   a0, 0x0123456789abcdef
    c.sdsp a0, 8(sp)
    c.sdsp a0, 504(sp)
    c.ldsp s7, 504(sp)
    EXPECT_REG(s7, a0)
    c.ldsp ra, 8(sp)
    EXPECT_REG(ra, a0)
    c.mv a3, sp
    c.sd a0, 128(a3)
    c.sd a0, 248(a3)
    c.ld a4, 248(a3)
    EXPECT_REG(a4, a0)
    c.ld a3, 128(a3)
    EXPECT_REG(a3, a0)
#endif

    /* Floating-point loads and stores. */
    c.mv a3, sp
    li   a0, 0x3ff80000
    sw   x0, 16(sp)
    sw   a0, 20(sp)
    c.fldsp f20, 16(sp)
    c.fsdsp f20, 504(sp)
    c.fld   f8, 16(a3)
    c.fsd   f8, 248(a3)
    c.fld   f15, 248(a3)
    lw   a1, 508(sp)
    EXPECT(a1, 0x3ff80000)
    lw   a1, 252(sp)
    EXPECT(a1, 0x3ff80000)
    feq.d a1, f20, f15
    EXPECT(a1, 1)
#if __riscv_xlen == 32
    c.flwsp f21, 20(sp)
    c.fswsp f21, 252(sp)
    c.flw   f9, 20(a3)
    c.fsw   f9, 124(a3)
    lw   a1, 252(sp)
    EXPECT(a1, 0x3ff80000)
    lw   a1, 124(sp)
    EXPECT(a1, 0x3ff80000)
    feq.s a1, f9, f21
    EXPECT(a1, 1)
#endif
    mv   sp, s11

    /* Jumps: links are two bytes further. */
    c.j  1f
    UNREACHED
1:  c.li a0, 0
    c.beqz a0, 1f
    UNREACHED
1:  c.li a0, 1
    c.beqz a0, 1f
    c.bnez a0, 2f
1:  UNREACHED
2:  c.li s0, 0
    c.bnez s0, 1b
    la   a0, 1f
    c.jr a0
    UNREACHED
1:  la   a0, 1f
    c.jalr a0
here:
    UNREACHED
1:  EXPECT_SYM(ra, here)
    la   ra, 1f                 /* the link register as the target */
    c.jalr ra
here2:
    UNREACHED
1:  EXPECT_SYM(ra, here2)
#if __riscv_xlen == 32
    c.jal 1f
here3:
    UNREACHED
1:  EXPECT_SYM(ra, here3)
#endif
    c.li a0, 10                 /* a loop of half-word instructions */
    c.li a1, 0
1:  c.add a1, a0
    c.addi a0, -1
    c.bnez a0, 1b
    EXPECT(a1, 55)

    /* Full-length instructions at half-word addresses, and a branch to the middle of one. */
    .balign 4
    c.nop
    .option norvc
    addi a0, x0, 11
    lui  a1, 0x12345
    .option rvc
    c.nop
    EXPECT(a0, 11)
    EXPECT(a1, 0x12345000)
    la   a0, 1f + 2
    li   a1, 0
    c.jr a0
1:  .4byte 0x45850000 | 0x0537  /* lui a0, 0x45850: its upper half alone is c.li a1, 1 */
    EXPECT(a1, 1)

    /* A full-length instruction across a page, first and again. */
    c.li a2, 3
    la   a1, straddle
1:  c.jalr a1
    EXPECT(a0, 0x765)
    c.addi a2, -1
    c.bnez a2, 1b

    /* Hints do nothing. */
    .2byte 0x0001 | 5 << 2      /* c.nop 5 */
    .2byte 0x4005               /* c.li x0, 1 */
    .2byte 0x6005               /* c.lui x0, 1 */
    .2byte 0x800e | 3 << 2      /* c.mv x0 */
    .2byte 0x9002 | 5 << 2      /* c.add x0, x5 */
    .2byte 0x0006               /* c.slli x0, 1 */
    EXPECT(x0, 0)

    /* Reserved. */
    ILLEGAL(.2byte 0x0000)
    ILLEGAL(.2byte 0x0004)      /* c.addi4spn a0, 0... the immediate must not be 0 */
    ILLEGAL(.2byte 0x8000)      /* quadrant 0, kind 4 */
    ILLEGAL(.2byte 0x6101)      /* c.addi16sp 0 */
    ILLEGAL(.2byte 0x6081)      /* c.lui ra, 0 */
    ILLEGAL(.2byte 0x4002)      /* c.lwsp x0 */
    ILLEGAL(.2byte 0x8002)      /* c.jr x0 */
    ILLEGAL(.2byte 0x9c41)      /* quadrant 1, the unused pair beside subw and addw */
    ILLEGAL(.2byte 0x9c61)
#if __riscv_xlen == 64
    ILLEGAL(.2byte 0x2001)      /* c.addiw x0 */
    ILLEGAL(.2byte 0x6002)      /* c.ldsp x0 */
#else
    ILLEGAL(.2byte 0x9c01)      /* subw, addw */
    ILLEGAL(.2byte 0x9c21)
#endif

    /* A fault of a compressed access leaves the registers alone; epc is its own. */
    li   a3, NOBODY
    li   a0, 9
    TRAPS_REG(CAUSE_LOAD_ACCESS, a3, c.lw a0, 0(a3))
    EXPECT(a0, 9)
    addi s7, a3, 4
    TRAPS_REG(CAUSE_STORE_ACCESS, s7, c.sw a0, 4(a3))
    TRAPS_REG(CAUSE_LOAD_ACCESS, a3, c.fld f8, 0(a3))
    TEST_DONE

    .section .text.straddle, "ax"
    .balign 4096
    .space 4096 - 4
straddle:
    c.nop
    .option norvc
    addi a0, x0, 0x765
    .option rvc
    ret

    .bss
    .balign 64
area:
    .zero 2048
