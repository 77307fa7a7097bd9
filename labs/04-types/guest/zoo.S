/* SPDX-License-Identifier: MIT */
/* A guest that looks who is there.  Each device that it meets is an object, made of a class: the
 * eight virtio slots and what is plugged into them, the timer, the serial port, the switch. */
    .equ UART,     0x10000000
    .equ VIRTIO,   0x10001000           /* eight slots, a page each */
    .equ MAGIC,    0                    /* register of a slot: "virt" */
    .equ KIND,     8                    /* register of a slot: 0 nothing, 3 serial, 4 random */
    .equ MTIMECMP, 0x02004000           /* an interrupt when the time reaches this */
    .equ MTIME,    0x0200bff8           /* counts 10 million times a second */
    .equ FINISH,   0x00100000           /* a store of 0x5555 switches the machine off */

    .globl _start
_start:
    li   s0, VIRTIO
    li   s1, '0'
slot:
    lw   t0, MAGIC(s0)
    li   t1, 0x74726976
    bne  t0, t1, next
    lw   s2, KIND(s0)
    beqz s2, next
    la   a0, text_slot
    jal  print
    mv   a0, s1
    jal  put
    la   a0, text_kind
    jal  print
    addi a0, s2, '0'
    jal  put
    li   a0, '\n'
    jal  put
next:
    li   t0, 0x1000
    add  s0, s0, t0
    addi s1, s1, 1
    li   t0, '7'
    ble  s1, t0, slot

    li   t0, 1 << 7
    csrw mie, t0                        /* the timer may wake us; mstatus.MIE is 0: no trap */
    li   t0, MTIME
    ld   t1, 0(t0)
    li   t2, 10000                      /* a millisecond */
    add  t1, t1, t2
    li   t0, MTIMECMP
    sd   t1, 0(t0)
1:  wfi
    csrr t0, mip
    andi t0, t0, 1 << 7
    beqz t0, 1b
    la   a0, text_timer
    jal  print

    la   a0, text_key
    jal  print
    li   s0, KEY
    li   t0, 0x9e3779b9
    mulw s0, s0, t0
    li   s1, 28
1:  srlw t0, s0, s1
    andi t0, t0, 15
    la   t1, digits
    add  t1, t1, t0
    lbu  a0, 0(t1)
    jal  put
    addi s1, s1, -4
    bgez s1, 1b
    li   a0, '\n'
    jal  put

    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

put:                                    /* the byte a0; uses t5 */
    li   t5, UART
    sb   a0, 0(t5)
    ret

print:                                  /* the text at a0; uses t5, t6 */
    li   t5, UART
1:  lbu  t6, 0(a0)
    beqz t6, 2f
    sb   t6, 0(t5)
    addi a0, a0, 1
    j    1b
2:  ret

text_slot:  .string "slot "
text_kind:  .string ": a virtio device of kind "
text_timer: .string "the timer rang\n"
text_key:   .string "the key is "
digits:     .ascii  "0123456789abcdef"
