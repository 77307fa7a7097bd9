/* SPDX-License-Identifier: MIT */
/* A guest whose words have all shapes: 16 and 32 bits, scattered immediates, registers in three
 * bits, and one word that is no instruction at all. */
    .equ UART,   0x10000000
    .equ FINISH, 0x00100000

    .globl _start
_start:
    la   t0, illegal
    csrw mtvec, t0
    la   a0, text_key                   /* (KEY * 0x9e3779b9), in hex */
    jal  print
    li   a1, KEY
    li   a2, 0x9e3779b9
    mulw s0, a1, a2
    li   s1, 28
1:  srl  a0, s0, s1
    andi a0, a0, 15
    la   a3, digits
    add  a3, a3, a0
    lbu  a0, 0(a3)
    jal  put
    addi s1, s1, -4
    bgez s1, 1b

    la   a0, text_gcd                   /* 1071 and 462: 21 */
    jal  print
    li   s0, 1071
    li   s1, 462
2:  remu a2, s0, s1
    mv   s0, s1
    mv   s1, a2
    bnez s1, 2b
    mv   a0, s0
    jal  print_two

    la   a0, text_c                     /* compressed words: 40 - 2 = 38, then halved twice */
    jal  print
    .option push
    .option norelax
    li   a5, 40
    c.addi a5, -2
    c.mv a4, a5
    c.srli a4, 1
    c.li a3, 9
    c.sub a4, a3
    c.add a4, a5                        /* 19 - 9 + 38 = 48 */
    mv   a0, a4
    .option pop
    jal  print_two

    la   a0, text_illegal
    jal  print
    .word 0xffffffff                    /* all ones is reserved for ever */
    la   a0, text_fine
    jal  print
    j    off

    .balign 4
illegal:                                /* mcause 2 and the word itself in mtval */
    csrr a0, mcause
    jal  print_two
off:
    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

print_two:                              /* a0 as two decimal digits, and a new line */
    mv   s2, ra
    mv   s3, a0
    li   a0, '0'
    li   a1, 10
1:  blt  s3, a1, 2f                     /* not by division: that may be what is missing */
    sub  s3, s3, a1
    addi a0, a0, 1
    j    1b
2:  jal  put
    addi a0, s3, '0'
    jal  put
    li   a0, '\n'
    jal  put
    jr   s2

put:
    li   t5, UART
    sb   a0, 0(t5)
    ret

print:
    li   t5, UART
1:  lbu  t6, 0(a0)
    beqz t6, 2f
    sb   t6, 0(t5)
    addi a0, a0, 1
    j    1b
2:  ret

text_key:     .string "the key is "
text_gcd:     .string "\nthe greatest common divisor is "
text_c:       .string "sixteen bits are enough for "
text_illegal: .string "the word ffffffff raises exception "
text_fine:    .string "nothing?\n"
digits:       .string "0123456789abcdef"
