/* SPDX-License-Identifier: MIT */
/* A guest that tries each instruction of the M extension on eight pairs of numbers, the awkward
 * ones among them: division by zero, and the one quotient that does not fit (unpriv, table 7.1). */
    .equ UART,   0x10000000
    .equ FINISH, 0x00100000

    /* One line: the name of the instruction, and what it did.  s1 becomes 1 at an illegal one. */
    .macro try op
    la   s0, pairs
    la   s2, want_\op
    li   s1, 0
    li   s3, 0                          /* how many results are wrong */
1:  ld   a0, 0(s0)
    ld   a1, 8(s0)
    \op  a2, a0, a1
    ld   a3, 0(s2)
    beq  a2, a3, 2f
    li   s3, 1
2:  addi s0, s0, 16
    addi s2, s2, 8
    la   a4, pairs_end
    bltu s0, a4, 1b
    la   a0, name_\op
    jal  print
    jal  verdict
    .section .rodata
name_\op: .string "\op"
    .text
    .endm

    .globl _start
_start:
    la   t0, illegal
    csrw mtvec, t0
    la   a0, text_key                   /* (KEY * 0x9e3779b9), in hex */
    jal  print
    li   a1, KEY
    li   a2, 0x9e3779b9
    mul  s0, a1, a2
    li   s1, 28
1:  srl  a0, s0, s1
    andi a0, a0, 15
    la   a3, digits
    add  a3, a3, a0
    lbu  a0, 0(a3)
    li   t5, UART
    sb   a0, 0(t5)
    addi s1, s1, -4
    bgez s1, 1b
    la   a0, text_line
    jal  print

    try  mul
    try  mulh
    try  mulhsu
    try  mulhu
    try  div
    try  divu
    try  rem
    try  remu
    try  mulw
    try  divw
    try  divuw
    try  remw
    try  remuw

    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

    .balign 4
illegal:                                /* remember it, and go on behind it */
    li   s1, 1
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    mret

verdict:
    la   a0, text_illegal
    bnez s1, print
    la   a0, text_wrong
    bnez s3, print
    la   a0, text_right

print:                                  /* the text at a0; uses t5, t6 */
    li   t5, UART
1:  lbu  t6, 0(a0)
    beqz t6, 2f
    sb   t6, 0(t5)
    addi a0, a0, 1
    j    1b
2:  ret

    .section .rodata
digits:       .ascii "0123456789abcdef"
text_key:     .string "the key is "
text_line:    .string "\n"
text_right:   .string " is right\n"
text_wrong:   .string " is wrong\n"
text_illegal: .string " is illegal\n"
    .balign 8
pairs:
    .dword 0x64, 0x7
    .dword 0xffffffffffffff9c, 0x7
    .dword 0x64, 0xfffffffffffffff9
    .dword 0x5, 0x0
    .dword 0x8000000000000000, 0xffffffffffffffff
    .dword 0x123456789abcdef0, 0xfedcba987654321
    .dword 0xffffffff80000000, 0xffffffffffffffff
    .dword 0x100000064, 0x200000007
pairs_end:
want_mul:
    .dword 0x2bc, 0xfffffffffffffd44, 0xfffffffffffffd44, 0x0, 0x8000000000000000
    .dword 0x2236d88fe5618cf0, 0x80000000, 0xcf000002bc
want_mulh:
    .dword 0x0, 0xffffffffffffffff, 0xffffffffffffffff, 0x0, 0x0, 0x121fa00ad77d742, 0x0, 0x2
want_mulhsu:
    .dword 0x0, 0xffffffffffffffff, 0x63, 0x0, 0x8000000000000000, 0x121fa00ad77d742
    .dword 0xffffffff80000000, 0x2
want_mulhu:
    .dword 0x0, 0x6, 0x63, 0x0, 0x7fffffffffffffff, 0x121fa00ad77d742, 0xffffffff7fffffff, 0x2
want_div:
    .dword 0xe, 0xfffffffffffffff2, 0xfffffffffffffff2, 0xffffffffffffffff, 0x8000000000000000
    .dword 0x1, 0x80000000, 0x0
want_divu:
    .dword 0xe, 0x2492492492492484, 0x0, 0xffffffffffffffff, 0x0, 0x1, 0x0, 0x0
want_rem:
    .dword 0x2, 0xfffffffffffffffe, 0x2, 0x5, 0x0, 0x2468acf13579bcf, 0x0, 0x100000064
want_remu:
    .dword 0x2, 0x0, 0x64, 0x5, 0x8000000000000000, 0x2468acf13579bcf, 0xffffffff80000000
    .dword 0x100000064
want_mulw:
    .dword 0x2bc, 0xfffffffffffffd44, 0xfffffffffffffd44, 0x0, 0x0, 0xffffffffe5618cf0
    .dword 0xffffffff80000000, 0x2bc
want_divw:
    .dword 0xe, 0xfffffffffffffff2, 0xfffffffffffffff2, 0xffffffffffffffff, 0x0, 0x0
    .dword 0xffffffff80000000, 0xe
want_divuw:
    .dword 0xe, 0x24924916, 0x0, 0xffffffffffffffff, 0x0, 0x1, 0x0, 0xe
want_remw:
    .dword 0x2, 0xfffffffffffffffe, 0x2, 0x5, 0x0, 0xffffffff9abcdef0, 0x0, 0x2
want_remuw:
    .dword 0x2, 0x2, 0x64, 0x5, 0x0, 0x13579bcf, 0xffffffff80000000, 0x2
