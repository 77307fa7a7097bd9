/* SPDX-License-Identifier: MIT */
/* A guest that asks addresses who they are.  It runs in machine mode with nothing below it: what it
 * loads and stores are physical addresses, straight into the memory map of the board. */
    .equ UART,   0x10000000             /* a store of a byte prints it */
    .equ VIRTIO, 0x10001000             /* its first register reads as the text "virt" */
    .equ RTC,    0x00101000             /* nanoseconds since 1970: low word, then high word */
    .equ HOLE,   0x10009000             /* behind the eighth virtio slot: nobody */
    .equ FINISH, 0x00100000             /* a store of 0x5555 switches the machine off */

    .globl _start
_start:
    la   t0, nobody
    csrw mtvec, t0                      /* where to go when a load or store fails */

    la   a0, text_virtio                /* 0x10001000: a virtio slot */
    jal  print
    li   t0, VIRTIO
    lw   a0, 0(t0)
    jal  print_four
    jal  newline

    la   a0, text_rtc                   /* 0x101000: the clock; it is past 2020 */
    jal  print
    li   t0, RTC
    lw   t1, 0(t0)                      /* reading the low word latches the high one */
    lw   t1, 4(t0)
    li   t2, 0x15e00000                 /* 2^32 ns are 4.3 s: 1.57e18 ns is the year 2019 */
    la   a0, text_now
    bgtu t1, t2, 1f
    la   a0, text_past
1:  jal  print

    la   a0, text_ram                   /* RAM: what is stored is there again, and nothing else */
    jal  print
    la   t0, word
    li   t1, KEY
    li   t2, 0x9e3779b9
    mulw t1, t1, t2
    sw   t1, 0(t0)
    sw   zero, 4(t0)
    lwu  a0, 0(t0)
    jal  print_hex
    jal  newline

    la   a0, text_hole                  /* a hole: the load traps, and nobody() goes on */
    jal  print
    li   t0, HOLE
    lw   t1, 0(t0)
    la   a0, text_somebody
    jal  print
    j    off

    .balign 4
nobody:
    la   a0, text_nobody
    jal  print
off:
    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

print:                                  /* the text at a0; uses t5, t6 */
    li   t5, UART
1:  lbu  t6, 0(a0)
    beqz t6, 2f
    sb   t6, 0(t5)
    addi a0, a0, 1
    j    1b
2:  ret

print_four:                             /* the four letters in a0 */
    li   t5, UART
    li   t4, 4
1:  sb   a0, 0(t5)
    srli a0, a0, 8
    addi t4, t4, -1
    bnez t4, 1b
    ret

print_hex:                              /* eight digits of a0 */
    li   t5, UART
    li   t4, 28
1:  srl  t6, a0, t4
    andi t6, t6, 15
    sltiu t3, t6, 10
    addi t6, t6, 'a' - 10
    beqz t3, 2f
    addi t6, t6, '0' - 'a' + 10
2:  sb   t6, 0(t5)
    addi t4, t4, -4
    bgez t4, 1b
    ret

newline:
    li   t5, UART
    li   t6, '\n'
    sb   t6, 0(t5)
    ret

text_virtio:   .string "0x10001000 says: "
text_rtc:      .string "0x00101000 says: "
text_now:      .string "it is later than 2019\n"
text_past:     .string "it is long ago\n"
text_ram:      .string "RAM remembers:   "
text_hole:     .string "0x10009000 says: "
text_somebody: .string "something\n"
text_nobody:   .string "nothing, nobody is there\n"
    .balign 8
word: .dword -1
