/* SPDX-License-Identifier: MIT */
/*
 * void run_sequence(State *s, void (*code)(void))
 *
 * Loads every register but x0, x30, x31 and the float registers from *s, jumps to the code, which
 * comes back through x30, and stores them again.  x31 points to s->data + 2048, so that the code
 * reaches all of it.  fcsr is part of it.
 *
 *     s:  data[4096]  x[32]  f[32]  fcsr  own registers[16]
 */
#define X(n)    (4096 + 8 * (n))
#define F(n)    (4096 + 256 + 8 * (n))
#define FCSR    (4096 + 512)
#define OWN(n)  (4096 + 520 + 8 * (n))
/* x31 = s + 2048: offsets from it reach 2047 only, so the second half is reached through x30. */

    .text
    .globl run_sequence
run_sequence:
    li   t0, 4096
    add  t0, t0, a0             /* t0 = &s->x */
    sd   ra, (OWN(0) - 4096)(t0)
    sd   sp, (OWN(1) - 4096)(t0)
    sd   gp, (OWN(2) - 4096)(t0)
    sd   tp, (OWN(3) - 4096)(t0)
    sd   s0, (OWN(4) - 4096)(t0)
    sd   s1, (OWN(5) - 4096)(t0)
    sd   s2, (OWN(6) - 4096)(t0)
    sd   s3, (OWN(7) - 4096)(t0)
    sd   s4, (OWN(8) - 4096)(t0)
    sd   s5, (OWN(9) - 4096)(t0)
    sd   s6, (OWN(10) - 4096)(t0)
    sd   s7, (OWN(11) - 4096)(t0)
    sd   s8, (OWN(12) - 4096)(t0)
    sd   s9, (OWN(13) - 4096)(t0)
    sd   s10, (OWN(14) - 4096)(t0)
    sd   s11, (OWN(15) - 4096)(t0)
    ld   t1, (FCSR - 4096)(t0)
    fscsr t1
    mv   x30, t0
    sd   a1, 0(x30)             /* x[0]'s place holds where to go */
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fld  f\n, (F(\n) - 4096)(x30)
    .endr
    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29
    ld   x\n, (X(\n) - 4096)(x30)
    .endr
    addi x31, x30, -2048
    ld   x30, 0(x30)
    jalr x30, 0(x30)

    li   x30, 2048
    add  x30, x30, x31
    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29
    sd   x\n, (X(\n) - 4096)(x30)
    .endr
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fsd  f\n, (F(\n) - 4096)(x30)
    .endr
    frcsr t0
    sd   t0, (FCSR - 4096)(x30)
    mv   t0, x30
    ld   ra, (OWN(0) - 4096)(t0)
    ld   sp, (OWN(1) - 4096)(t0)
    ld   gp, (OWN(2) - 4096)(t0)
    ld   tp, (OWN(3) - 4096)(t0)
    ld   s0, (OWN(4) - 4096)(t0)
    ld   s1, (OWN(5) - 4096)(t0)
    ld   s2, (OWN(6) - 4096)(t0)
    ld   s3, (OWN(7) - 4096)(t0)
    ld   s4, (OWN(8) - 4096)(t0)
    ld   s5, (OWN(9) - 4096)(t0)
    ld   s6, (OWN(10) - 4096)(t0)
    ld   s7, (OWN(11) - 4096)(t0)
    ld   s8, (OWN(12) - 4096)(t0)
    ld   s9, (OWN(13) - 4096)(t0)
    ld   s10, (OWN(14) - 4096)(t0)
    ld   s11, (OWN(15) - 4096)(t0)
    ret

    .section .rodata
    .balign 8
    .globl blob
blob:
    .incbin BLOB
    .globl blob_end
    .balign 8
blob_end:
    .section .note.GNU-stack, "", @progbits
