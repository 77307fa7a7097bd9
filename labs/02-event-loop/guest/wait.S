/* SPDX-License-Identifier: MIT */
/* A guest that spends its life waiting: for a timer, three times, and then for a line of input,
 * which it prints backwards.  What it waits for reaches it through the emulator's event loop. */
    .equ UART,     0x10000000
    .equ LSR,      5                    /* line status: bit 0, a byte has come in */
    .equ MTIMECMP, 0x02004000           /* an interrupt when the time reaches this */
    .equ MTIME,    0x0200bff8           /* counts 10 million times a second */
    .equ FINISH,   0x00100000
    .equ TICK,     100000               /* 10 milliseconds */

    .globl _start
_start:
    li   s1, '1'
    li   t0, 1 << 7
    csrw mie, t0                        /* the timer may wake us; mstatus.MIE is 0: no trap */

tick:
    li   t0, MTIME
    ld   t1, 0(t0)
    li   t2, TICK
    add  t1, t1, t2
    li   t0, MTIMECMP
    sd   t1, 0(t0)
1:  wfi
    csrr t0, mip
    andi t0, t0, 1 << 7
    beqz t0, 1b
    la   a0, text_tick
    jal  print
    mv   a0, s1
    jal  put
    li   a0, '\n'
    jal  put
    addi s1, s1, 1
    li   t0, '3'
    ble  s1, t0, tick

    la   a0, text_say
    jal  print
    la   s0, buffer
    li   t0, UART
1:  lbu  t1, LSR(t0)                    /* is there a byte? */
    andi t1, t1, 1
    beqz t1, 1b
    lbu  t1, 0(t0)
    li   t2, '\n'
    beq  t1, t2, backwards
    sb   t1, 0(s0)
    addi s0, s0, 1
    la   t2, buffer_end
    bltu s0, t2, 1b

backwards:
    la   s1, buffer
1:  beq  s0, s1, 2f
    addi s0, s0, -1
    lbu  a0, 0(s0)
    jal  put
    j    1b
2:  li   a0, '\n'
    jal  put
    la   a0, text_key
    jal  print
    li   t1, KEY
    li   t2, 0x9e3779b9
    mulw s0, t1, t2
    li   s1, 28
3:  srl  a0, s0, s1
    andi a0, a0, 15
    la   t0, digits
    add  t0, t0, a0
    lbu  a0, 0(t0)
    jal  put
    addi s1, s1, -4
    bgez s1, 3b
    li   a0, '\n'
    jal  put

    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

put:                                    /* the letter in a0 */
    li   t5, UART
    sb   a0, 0(t5)
    ret

print:                                  /* the text at a0 */
    li   t5, UART
1:  lbu  t6, 0(a0)
    beqz t6, 2f
    sb   t6, 0(t5)
    addi a0, a0, 1
    j    1b
2:  ret

text_tick:  .string "tick "
text_say:   .string "say something: "
text_key:   .string "the key is "
digits:     .string "0123456789abcdef"
buffer:     .skip 256
buffer_end:
