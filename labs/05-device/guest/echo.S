/* SPDX-License-Identifier: MIT */
/* A driver of the serial port that leaves everything to interrupts: it fills the transmitter when
 * that is empty, and empties the receiver when something has come in.  In between it sleeps.
 *
 * s0: the UART.  The handler owns s2, the text to send next (0: all is sent), s3, where the next
 * key goes, and s4, which is set when a line is complete; the main program a0 to a7. */
    .equ UART,     0x10000000
    .equ RBR_THR,  0
    .equ IER,      1
    .equ IIR_FCR,  2
    .equ LCR,      3
    .equ MCR,      4
    .equ LSR,      5
    .equ PLIC,     0x0c000000
    .equ SOURCE,   10                   /* of the UART */
    .equ MTIMECMP, 0x02004000
    .equ MTIME,    0x0200bff8
    .equ SECOND,   10000000
    .equ FINISH,   0x00100000

    .globl _start
_start:
    la   t0, handler
    csrw mtvec, t0
    li   s0, UART
    la   s3, line
    li   s4, 0

    li   a2, 3 * SECOND
    jal  patience

    li   a0, PLIC
    li   a1, 1
    sw   a1, 4 * SOURCE(a0)             /* priority */
    li   a0, PLIC + 0x2000
    li   a1, 1 << SOURCE
    sw   a1, 0(a0)                      /* let it through to hart 0 */
    li   a0, 1 << 11 | 1 << 7
    csrw mie, a0

    li   a0, 0x10                       /* loop-back: nothing comes from outside now */
    sb   a0, MCR(s0)
    lbu  a0, LSR(s0)
    andi a0, a0, 1
    beqz a0, 1f
    lbu  a0, RBR_THR(s0)                /* somebody typed before we were there: keep it */
    sb   a0, 0(s3)
    addi s3, s3, 1
1:  li   a0, 0xc7                       /* both FIFOs on and empty; tell us of 14 bytes */
    sb   a0, IIR_FCR(s0)
    li   a0, 3
    sb   a0, LCR(s0)                    /* 8 bits */
    li   a0, 0x5a
    sb   a0, RBR_THR(s0)
    lbu  a0, RBR_THR(s0)
    li   a1, 0x5a
    la   s2, text_test
    beq  a0, a1, 2f
    la   s2, text_no_test
2:  li   a0, 0x08
    sb   a0, MCR(s0)
    jal  print
    la   s2, text_sent
    jal  print
    la   s2, text_say
    jal  print

    la   a1, line                       /* what came early has not been echoed */
    beq  a1, s3, 3f
    lbu  t2, 0(a1)
    jal  t6, echo
3:  li   a2, 8 * SECOND
    jal  patience
    li   a0, 1                          /* tell us of keys */
    sb   a0, IER(s0)
4:  csrci mstatus, 8
    bnez s4, 5f
    wfi                                 /* returns when an interrupt is pending */
    csrsi mstatus, 8                    /* which is taken here */
    j    4b

5:  la   s2, text_key
    jal  print
    li   a0, KEY
    li   a1, 0x9e3779b9
    mulw a2, a0, a1
    la   s2, number
    li   a3, 28
6:  srl  a0, a2, a3
    andi a0, a0, 15
    la   a1, digits
    add  a1, a1, a0
    lbu  a0, 0(a1)
    sb   a0, 0(s2)
    addi s2, s2, 1
    addi a3, a3, -4
    bgez a3, 6b
    la   s2, number
    jal  print
    li   a1, 0x5555
power_off:
    li   a0, FINISH
    sw   a1, 0(a0)
1:  j    1b

patience:                               /* who waits for longer than a2 is told so */
    li   a0, MTIME
    ld   a1, 0(a0)
    add  a1, a1, a2
    li   a0, MTIMECMP
    sd   a1, 0(a0)
    ret

print:                                  /* sleep until the handler has sent the text at s2 */
    li   a0, 2                          /* tell us when the transmitter is empty */
    sb   a0, IER(s0)
1:  csrci mstatus, 8
    beqz s2, 2f
    wfi
    csrsi mstatus, 8
    j    1b
2:  ret

    .balign 4
handler:
    csrr t0, mcause
    andi t0, t0, 0xff
    li   t1, 7
    beq  t0, t1, too_late
    li   t0, PLIC + 0x200000
    lw   t4, 4(t0)                      /* claim */
next:
    lbu  t1, IIR_FCR(s0)
    li   t2, 0xc2
    beq  t1, t2, send
    li   t2, 0xc4
    beq  t1, t2, receive
    li   t2, 0xcc
    beq  t1, t2, receive
    li   t2, 0xc1
    bne  t1, t2, strange
    sw   t4, 4(t0)                      /* complete */
    mret

send:                                   /* at most 16 bytes */
    li   t3, 16
1:  lbu  t2, 0(s2)
    beqz t2, 2f
    sb   t2, RBR_THR(s0)
    addi s2, s2, 1
    addi t3, t3, -1
    bnez t3, 1b
    j    next
2:  li   s2, 0
    sb   zero, IER(s0)
    j    next

receive:
    lbu  t1, LSR(s0)
    andi t1, t1, 1
    beqz t1, next
    lbu  t2, RBR_THR(s0)
    la   t3, line_end
    bgeu s3, t3, receive
    sb   t2, 0(s3)
    addi s3, s3, 1
    jal  t6, echo
    j    receive

echo:                                   /* the key in t2, as a capital letter */
    li   t1, '\n'
    bne  t2, t1, 1f
    li   s4, 1
1:  li   t1, 'a'
    bltu t2, t1, 2f
    li   t1, 'z'
    bgtu t2, t1, 2f
    addi t2, t2, 'A' - 'a'
2:  sb   t2, RBR_THR(s0)
    jr   t6

strange:
    la   t1, text_strange
    j    complain
too_late:
    la   t1, text_too_late
complain:                               /* without interrupts, and without asking */
    lbu  t2, 0(t1)
    li   a1, 1 << 16 | 0x3333
    beqz t2, power_off
    sb   t2, RBR_THR(s0)
    addi t1, t1, 1
    j    complain

text_test:     .string "self-test: the byte came back\n"
text_no_test:  .string "self-test: the byte did not come back\n"
text_sent:     .string "this was sent by interrupt, up to 16 bytes at a time\n"
text_say:      .string "type a line: "
text_key:      .string "the key is "
text_strange:  .string "\nIIR says something strange\n"
text_too_late: .string "\nit is some seconds now, and the interrupt that I wait for has not come\n"
digits:        .string "0123456789abcdef"
number:        .string "........\n"
line:          .skip 256
line_end:
