/* SPDX-License-Identifier: MIT */
/* A guest that has more in its registers than any host has registers: sums over all of them,
 * divisions and shifts that want one certain register, and a fault in the middle of a block. */
    .equ UART,   0x10000000
    .equ FINISH, 0x00100000
    .equ HOLE,   0x10009000             /* nobody answers here */

    .globl _start
_start:
    la   sp, stack_end
    la   t0, fault
    csrw mtvec, t0
    la   a0, text_key                   /* KEY * 0x9e3779b9, in hex */
    call print
    li   a1, KEY
    li   a2, 0x9e3779b9
    mulw a0, a1, a2
    call print_hex

    la   a0, text_sum                   /* 26 registers hold 5 ... 30; their sum is 455 */
    call print
    li   x5, 5
    addi x6, x5, 1
    addi x7, x6, 1
    addi x8, x7, 1
    addi x9, x8, 1
    addi x10, x9, 1
    addi x11, x10, 1
    addi x12, x11, 1
    addi x13, x12, 1
    addi x14, x13, 1
    addi x15, x14, 1
    addi x16, x15, 1
    addi x17, x16, 1
    addi x18, x17, 1
    addi x19, x18, 1
    addi x20, x19, 1
    addi x21, x20, 1
    addi x22, x21, 1
    addi x23, x22, 1
    addi x24, x23, 1
    addi x25, x24, 1
    addi x26, x25, 1
    addi x27, x26, 1
    addi x28, x27, 1
    addi x29, x28, 1
    addi x30, x29, 1
    csrw mscratch, x30                  /* the way to the CPU state and back */
    .irp r, 5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29
    add  x10, x10, x\r
    .endr
    csrr x31, mscratch
    add  a0, x10, x31
    call print_number

    la   a0, text_gcd                   /* divisions: gcd(46368, 28657), the worst case */
    call print
    li   s6, 46368
    li   t5, 28657
    li   s11, 0
1:  divu t6, s6, t5
    remu s7, s6, t5
    mul  s8, t6, t5
    add  s8, s8, s7
    sub  s8, s8, s6                     /* q * b + r - a: 0 */
    mv   s6, t5
    mv   t5, s7
    addi s11, s11, 1
    bnez s8, 2f
    bnez t5, 1b
2:  mv   a0, s11
    call print_number

    la   a0, text_shift                 /* rotate left by 13, 64 times: as it was */
    call print
    li   s6, 0x123456789abcdef
    mv   s7, s6
    li   s8, 64
    li   t4, 13
3:  sll  s9, s7, t4
    neg  t6, t4
    srl  s10, s7, t6
    or   s7, s9, s10
    addi s8, s8, -1
    bnez s8, 3b
    xor  a0, s6, s7
    call print_number

    la   a0, text_fault
    call print
    li   s6, HOLE
    li   s7, 40
    addi s8, s7, 1
    mulhu s9, s8, s7                    /* 0 */
    add  s7, s8, s9
    addi s7, s7, 1                      /* 42 */
    lw   s8, 0(s6)
    li   s7, 43
    j    off

    .balign 4
fault:
    add  a0, s7, s9
    call print_number
    la   a0, text_still                 /* 41: the load did not change it */
    call print
    mv   a0, s8
    call print_number
off:
    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

print_number:                           /* a0 in decimal, and a new line */
    addi sp, sp, -32
    mv   a1, sp
    li   a2, 10
1:  remu a3, a0, a2
    divu a0, a0, a2
    addi a3, a3, '0'
    sb   a3, 0(a1)
    addi a1, a1, 1
    bnez a0, 1b
    li   a4, UART
2:  addi a1, a1, -1
    lbu  a3, 0(a1)
    sb   a3, 0(a4)
    bne  a1, sp, 2b
    li   a3, '\n'
    sb   a3, 0(a4)
    addi sp, sp, 32
    ret

print_hex:                              /* the lower 32 bits of a0, and a new line */
    li   a1, 28
    la   a2, digits
    li   a4, UART
1:  srl  a3, a0, a1
    andi a3, a3, 15
    add  a3, a3, a2
    lbu  a3, 0(a3)
    sb   a3, 0(a4)
    addi a1, a1, -4
    bgez a1, 1b
    li   a3, '\n'
    sb   a3, 0(a4)
    ret

print:
    li   a4, UART
1:  lbu  a3, 0(a0)
    beqz a3, 2f
    sb   a3, 0(a4)
    addi a0, a0, 1
    j    1b
2:  ret

text_key:   .string "the key is "
text_sum:   .string "26 registers add up to "
text_gcd:   .string "divisions that Euclid needs for two Fibonacci numbers: "
text_shift: .string "rotated 64 times by 13 bits, a number differs by "
text_fault: .string "the fault finds "
text_still: .string "and still "
digits:     .string "0123456789abcdef"
    .balign 16
    .space 256
stack_end:
