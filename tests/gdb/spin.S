/* SPDX-License-Identifier: MIT */
/* Two harts take turns with a lock, and count under it. */
    .option norvc
    .section .text.start, "ax"
    .globl _start
_start:
    csrr    s0, mhartid
    la      s1, lock
    la      s2, counter
    la      s3, owner
    li      s4, 0                   /* how often this hart had the lock */
    li      t2, 1
acquire:
    amoswap.w.aq t0, t2, (s1)
    bnez    t0, acquire
locked:
    sd      s0, 0(s3)
    ld      t1, 0(s2)
    addi    t1, t1, 1
count:
    sd      t1, 0(s2)
    addi    s4, s4, 1
release:
    amoswap.w.rl zero, zero, (s1)
    li      t0, 50                  /* let the other one have it */
pause:
    addi    t0, t0, -1
    bnez    t0, pause
    j       acquire

    .section .data
    .balign 64
lock:
    .word   0
    .balign 64
counter:
    .dword  0
owner:
    .dword  -1
