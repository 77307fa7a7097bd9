/* SPDX-License-Identifier: MIT */
/*
 * Time that counts instructions goes on in a loop of traps, none of which completes an
 * instruction: the timer of machine mode ends it.
 *
 * @icount 0
 * @peer-lacks it: there, time stands still
 */
#include "guest.h"

#define TICKS 200               /* of the timer, which is slow */

/* TRAP_LOOP(where): supervisor mode, with its trap vector there, and a jump there. */
#define TRAP_LOOP(where) trap_loop_ __LINE__, where
    .macro trap_loop_ line, where
    la   t0, \where
    csrw stvec, t0
    csrw mepc, t0
    jal  s1, loop_until_timer
    expect_ \line, s2, IRQ_MTI
    expect_reg_ \line, s3, s4
    .endm

    .option norvc
    .text
    .globl test_main
test_main:
    li   t0, -1
    csrw medeleg, t0
    la   t0, trap_hook
    la   t1, timer
    SX   t1, 0(t0)
    TRAP_LOOP(illegal)
    TRAP_LOOP(call)
    TRAP_LOOP(NOBODY)           /* nothing to execute there */
    csrw medeleg, zero
    csrw mie, zero
    TEST_DONE

loop_until_timer:
    csrr s4, stvec
    li   t0, CLINT
    li   t1, CLINT_MTIME
    ld   t2, 0(t1)
    addi t2, t2, TICKS
    li   t1, CLINT_MTIMECMP
    sd   t2, 0(t1)
    li   t0, 1 << IRQ_MTI
    csrw mie, t0
    li   t0, MSTATUS_MPP
    csrc mstatus, t0
    li   t0, MODE_S << 11
    csrs mstatus, t0
    mret

/* trap_hook(cause, epc, tval, frame): back behind loop_until_timer, in M mode. */
timer:
    slli a0, a0, 1
    srli a0, a0, 1
    SX   a0, 18*XBYTES(a3)      /* s2 */
    SX   a1, 19*XBYTES(a3)      /* s3 */
    li   t0, -1
    li   t1, CLINT_MTIMECMP
    sd   t0, 0(t1)
    csrw mie, zero
    li   t0, MSTATUS_MPP
    csrs mstatus, t0
    la   a0, 1f
    ret
1:  jr   s1

    .balign 4
illegal:
    .word 0
    .balign 4
call:
    ecall
