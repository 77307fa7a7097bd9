/* SPDX-License-Identifier: MIT */
/*
 * An interrupt between two blocks: in every other turn a hart interrupts itself just before a jump
 * that has not been taken yet.  What runs then is the handler; but the jump leads where it always
 * did, and in the next turn, without an interrupt, must go there.  Every second turn rewrites an
 * instruction, so that the blocks are made and linked anew.
 *
 * @xlen 64 32
 */
#include "guest.h"

#define TURNS 2000
#define MSIP  (1 << IRQ_MSI)

    .option norvc
    .text
    .globl test_main
test_main:
    la   t0, handler
    csrrw s2, mtvec, t0
    li   s3, CLINT
    li   s5, 0                  /* interrupts taken */
    li   s6, TURNS
    li   s7, 0                  /* turns that went the right way */
    la   s0, patch
    la   s1, variants
    csrwi mie, MSIP
    csrsi mstatus, MSTATUS_MIE
turn:
    andi s11, s6, 1
    beqz s11, patch
    andi t0, s6, 2
    slli t0, t0, 1
    add  t0, t0, s1
    lw   t0, 0(t0)
    sw   t0, 0(s0)
    fence.i
patch:
    addi s7, s7, 1
    sw   s11, 0(s3)             /* interrupt ourselves, in odd turns */
    bnez s6, 1f
    j    unexpected
    .skip 64
1:  addi s6, s6, -1
    bnez s6, turn
    csrci mstatus, MSTATUS_MIE
    csrw mie, zero
    csrw mtvec, s2
    EXPECT(s7, TURNS / 2 * (1 + 3))
    EXPECT(s5, TURNS / 2)
    TEST_DONE

unexpected:
    csrw mtvec, s2
    UNREACHED

    .balign 4
handler:
    csrr s8, mcause
    bgez s8, unexpected
    csrr s8, mip
    andi s8, s8, MSIP
    beqz s8, unexpected
    addi s5, s5, 1
    sw   zero, 0(s3)
    mret

    .section .rodata
    .balign 4
variants:
    addi s7, s7, 1
    addi s7, s7, 3
