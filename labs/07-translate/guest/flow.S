/* SPDX-License-Identifier: MIT */
/* Every load, store, branch and jump, and its result in words. */
    .equ UART,   0x10000000
    .equ FINISH, 0x00100000

    .globl _start
_start:
    la   sp, stack
    la   a0, text_key                   /* KEY * 0x9e3779b9: 8 digits */
    jal  print
    li   a1, KEY
    li   a2, 0x9e3779b9
    mulw a0, a1, a2
    li   a1, 28
    jal  print_hex

    la   a0, text_loads                 /* the bytes 80 81 .. 87, loaded in seven ways */
    jal  print
    la   s0, bytes
    lb   a0, 1(s0)
    jal  print_16
    lbu  a0, 1(s0)
    jal  print_16
    lh   a0, 2(s0)
    jal  print_16
    lhu  a0, 2(s0)
    jal  print_16
    lw   a0, 4(s0)
    jal  print_16
    lwu  a0, 4(s0)
    jal  print_16
    addi s0, s0, 16
    ld   a0, -16(s0)
    jal  print_16

    la   a0, text_stores                /* each store into a field of ones */
    jal  print
    li   s1, 0x0123456789abcdef
    la   s0, field
    sb   s1, 0(s0)
    sh   s1, 10(s0)
    sw   s1, 20(s0)
    sd   s1, 24(s0)
    ld   a0, 0(s0)
    jal  print_16
    ld   a0, 8(s0)
    jal  print_16
    ld   a0, 16(s0)
    jal  print_16
    ld   a0, 24(s0)
    jal  print_16

    la   a0, text_branches              /* a bit for each branch that is taken */
    jal  print
    li   a1, -1
    li   a2, 1
    jal  compare
    mv   a1, a2
    jal  compare
    li   a2, -1
    jal  compare

    la   a0, text_sort                  /* branches and stores: a bubble sort of bytes */
    jal  print
    la   s0, letters
1:  li   s1, 0
    mv   a0, s0
2:  lbu  a1, 0(a0)
    lbu  a2, 1(a0)
    beqz a2, 3f
    bgeu a2, a1, 4f
    sb   a2, 0(a0)
    sb   a1, 1(a0)
    li   s1, 1
4:  addi a0, a0, 1
    j    2b
3:  bnez s1, 1b
    mv   a0, s0
    jal  print

    la   a0, text_calls                 /* recursion through a register */
    jal  print
    la   s0, fib
    li   a0, 20
    jalr ra, s0, 0
    li   a1, 12
    jal  print_hex
    la   a0, text_link                  /* the link register is the base */
    jal  print
    la   ra, 5f
    jalr ra, 1(ra)                      /* to 5f: bit 0 does not count */
back:
    la   a0, text_lost
    jal  print
    j    off
5:  la   a0, back
    sub  a0, ra, a0
    li   a1, 0
    jal  print_hex
off:
    la   a0, text_end
    jal  print
    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

compare:                                /* a1 and a2, by all six */
    mv   s2, ra
    li   a0, 0
    beq  a1, a2, 1f
    j    2f
1:  ori  a0, a0, 1
2:  bne  a1, a2, 1f
    j    2f
1:  ori  a0, a0, 2
2:  blt  a1, a2, 1f
    j    2f
1:  ori  a0, a0, 4
2:  bge  a1, a2, 1f
    j    2f
1:  ori  a0, a0, 8
2:  bltu a1, a2, 1f
    j    2f
1:  ori  a0, a0, 16
2:  bgeu a1, a2, 1f
    j    2f
1:  ori  a0, a0, 32
2:  mv   s3, a1
    li   a1, 4
    jal  print_hex
    mv   a1, s3
    jr   s2

fib:                                    /* a0 = fib(a0); s0 is fib itself */
    li   t0, 2
    blt  a0, t0, 1f
    addi sp, sp, -24
    sd   ra, 0(sp)
    sd   a0, 8(sp)
    addi a0, a0, -1
    jalr s0
    sd   a0, 16(sp)
    ld   a0, 8(sp)
    addi a0, a0, -2
    jalr s0
    ld   a1, 16(sp)
    add  a0, a0, a1
    ld   ra, 0(sp)
    addi sp, sp, 24
1:  ret

print_16:
    li   a1, 60
print_hex:                              /* a0 from bit a1 + 3 down, and a blank */
    li   t5, UART
    la   t4, digits
1:  srl  t0, a0, a1
    andi t0, t0, 15
    add  t0, t4, t0
    lbu  t0, (t0)
    sb   t0, (t5)
    addi a1, a1, -4
    bgez a1, 1b
    li   t0, ' '
    sb   t0, (t5)
    ret

print:
    li   t5, UART
1:  lbu  t6, (a0)
    beqz t6, 2f
    sb   t6, (t5)
    addi a0, a0, 1
    j    1b
2:  ret

text_key:      .string "the key is "
text_loads:    .string "\nloads      "
text_stores:   .string "\nstores     "
text_branches: .string "\nbranches   "
text_sort:     .string "\nsorted     "
text_calls:    .string "\nfib(20) is "
text_link:     .string "\nra is off by "
text_lost:     .string "all: no jump"
text_end:      .string "\n"
digits:        .string "0123456789abcdef"
letters:       .string "thequickbrownfoxjumpsoverthelazydog"
    .balign 8
bytes: .byte 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87
    .balign 8
field: .fill 32, 1, 0xff
    .balign 16
    .skip 4096
stack:
