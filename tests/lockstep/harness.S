/* SPDX-License-Identifier: MIT */
/*
 * void run_sequence(State *s, const void *code)
 *
 * Loads every register but x31 and fcsr from *s, jumps to the code, which comes back through x31
 * with sp as it was, and stores them again.
 *
 *     s:  pad[1344]  x[32]  f[32]  fcsr  own registers[15]  data
 *                                                           ^ sp
 *
 * and start_user, where the same program begins under qemu-riscv.
 */
#include "guest.h"

#define DATA    2048                /* offsets of struct State in harness.c */
#define X(n)    (1344 - DATA + 8 * (n))
#define F(n)    (X(32) + 8 * (n))
#define FCSR    F(32)
#define OWN(n)  (FCSR + 8 + 8 * (n))

    .text
    .globl run_sequence
run_sequence:
    li   t0, DATA
    add  t0, t0, a0
    SX   ra, OWN(0)(t0)
    SX   sp, OWN(1)(t0)
    SX   gp, OWN(2)(t0)
    SX   tp, OWN(3)(t0)
    SX   s0, OWN(4)(t0)
    SX   s1, OWN(5)(t0)
    .irp n, 2,3,4,5,6,7,8,9,10
    SX   s\n, OWN(\n + 4)(t0)
    .endr
    SX   s11, X(0)(t0)          /* x0 has no value to keep there */
    addi t1, t0, X(0) + 4
    sc.w zero, zero, (t1)       /* no reservation is left over from before */
    lw   t1, FCSR(t0)
    fscsr t1
    mv   x31, a1
    mv   sp, t0
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fld  f\n, F(\n)(sp)
    .endr
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    LX   x\n, X(\n)(sp)
    .endr
    jalr x31, 0(x31)

    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    SX   x\n, X(\n)(sp)
    .endr
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fsd  f\n, F(\n)(sp)
    .endr
    mv   t0, sp
    frcsr t1
    sw   t1, FCSR(t0)
    LX   ra, OWN(0)(t0)
    LX   sp, OWN(1)(t0)
    LX   gp, OWN(2)(t0)
    LX   tp, OWN(3)(t0)
    LX   s0, OWN(4)(t0)
    LX   s1, OWN(5)(t0)
    .irp n, 2,3,4,5,6,7,8,9,10
    LX   s\n, OWN(\n + 4)(t0)
    .endr
    LX   s11, X(0)(t0)
    ret

    .globl start_user
start_user:
    la   sp, user_stack
    j    user_main

    .bss
    .balign 16
    .zero 65536
user_stack:

    .section .blob, "ax"
    .balign 4096
    .globl blob
blob:
    .incbin BLOB
    .section .note.GNU-stack, "", @progbits
