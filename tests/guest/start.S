/* SPDX-License-Identifier: MIT */
/*
 * From reset to test_main, and the trap handlers that the assertion macros of guest.h rely on.
 *
 * Every hart enters at _start.  Hart 0 calls test_main PASSES times, each time from the same
 * machine state (reset_state), and ends the machine.  The others sleep in park until hart_start
 * gives them a function.
 *
 * m_trap looks in this order: a call of the macros (a7), an armed expectation (t5), the test's
 * trap_hook; whatever is left is an unexpected trap and fails the test.  mscratch points to the
 * hart's register frame. s_trap is the same for traps that a test delegates; it needs no memory,
 * and hands what it does not know to M.
 */
#include "guest.h"

#ifndef PASSES
#define PASSES 2
#endif

    .section .text.start, "ax"
    .globl _start
_start:
    csrw mie, zero
    la   t0, m_trap
    csrw mtvec, t0
    csrr a0, mhartid
    la   sp, stacks
    addi t1, a0, 1
    slli t1, t1, HART_STACK_SHIFT
    add  sp, sp, t1
    jal  ra, reset_state
    csrr a0, mhartid
    bnez a0, park

next_pass:
    jal  ra, reset_state
    la   sp, stacks
    li   t1, 1 << HART_STACK_SHIFT
    add  sp, sp, t1
    la   ra, test_done
    j    test_main

    .globl test_done
test_done:
    la   t0, passes
    lw   t1, 0(t0)
    addi t1, t1, 1
    sw   t1, 0(t0)
    li   t2, PASSES
    bltu t1, t2, next_pass
    jal  ra, reset_state
    la   a0, passed_text
    jal  ra, print
    li   a0, 0x5555

    .globl finish
finish:                         /* a0: value for the finisher */
    li   t0, FINISHER
    fence
    sw   a0, 0(t0)
1:  j    1b

/* Everything that a test may have changed goes back; sp stays.  Clobbers t0, t1. */
    .globl reset_state
reset_state:
    csrw mie, zero
    csrw satp, zero
    csrw medeleg, zero
    csrw mideleg, zero
    li   t0, -1
    csrw pmpaddr0, t0
    li   t0, 0x1f               /* NAPOT, RWX: all of memory for S and U */
    csrw pmpcfg0, t0
    sfence.vma
    la   t0, m_trap
    csrw mtvec, t0
    la   t0, s_trap
    csrw stvec, t0
    la   t0, frames
    csrr t1, mhartid
    slli t1, t1, FRAME_SHIFT
    add  t0, t0, t1
    csrw mscratch, t0
    la   t0, trap_hook
    SX   zero, 0(t0)
    li   t0, MSTATUS_MPRV | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR
    csrc mstatus, t0
    li   t0, MSTATUS_SIE | MSTATUS_MIE | MSTATUS_SPIE | MSTATUS_MPIE | MSTATUS_SPP
    csrc mstatus, t0
    li   t0, MSTATUS_FS | MSTATUS_MPP
    csrs mstatus, t0
    csrw fcsr, zero
    csrw mcounteren, zero
    csrw scounteren, zero
    ret

/* The other harts: sleep until the mailbox holds a function, call it with its argument, and again.
 * */
park:
    la   s0, mailboxes
    slli t0, a0, 4
    add  s0, s0, t0
    li   s1, CLINT              /* this hart's msip */
    slli t0, a0, 2
    add  s1, s1, t0
    csrwi mie, 1 << IRQ_MSI
1:  wfi
    sw   zero, 0(s1)
    fence
2:  LX   t0, 0(s0)
    beqz t0, 1b
    LX   a0, XBYTES(s0)
    fence
    jalr t0
    fence rw, w
    SX   zero, 0(s0)
    csrwi mie, 1 << IRQ_MSI
    j    1b

/* hart_start(hart, function, argument): run it there.  The hart must be parked. */
    .globl hart_start
hart_start:
    la   t0, mailboxes
    slli t1, a0, 4
    add  t0, t0, t1
    SX   a2, XBYTES(t0)
    fence w, w
    SX   a1, 0(t0)
    fence
    li   t0, CLINT
    slli t1, a0, 2
    add  t0, t0, t1
    li   t1, 1
    sw   t1, 0(t0)
    ret

/* hart_wait(hart): until it is parked again. */
    .globl hart_wait
hart_wait:
    la   t0, mailboxes
    slli t1, a0, 4
    add  t0, t0, t1
1:  LX   t1, 0(t0)
    bnez t1, 1b
    fence
    ret

/* test_fail: a0 line, a1 got, a2 want, in any mode.  The M handler prints and ends. */
    .globl test_fail
test_fail:
    li   a7, CALL_FAIL
    ecall
    j    test_fail

    .balign 4
    .globl m_trap
m_trap:
    csrrw sp, mscratch, sp
    SX   x1, 1*XBYTES(sp)
    .irp r, 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    SX   x\r, \r*XBYTES(sp)
    .endr
    csrr t0, mscratch
    SX   t0, 2*XBYTES(sp)
    csrr a0, mcause
    csrr a1, mepc
    csrr a2, mtval
    mv   a3, sp
    csrw mscratch, sp
    bltz a0, hook
    addi t0, a0, -CAUSE_ECALL_U
    li   t1, 4
    bgeu t0, t1, 1f
    li   t1, CALL_FAIL
    beq  a7, t1, fail
    li   t1, CALL_M
    beq  a7, t1, call_m
1:  li   t0, ARMED
    bne  t5, t0, hook
    SX   a0, 28*XBYTES(sp)      /* t3 t4 t5 t6: the answer to TRAPS */
    SX   a1, 29*XBYTES(sp)
    SX   a2, 30*XBYTES(sp)
    csrw mepc, t6
    li   t0, MODE_M
    SX   t0, 31*XBYTES(sp)
    j    restore

hook:                           /* trap_hook(cause, epc, tval, frame) gives back where to go on */
    LX   t0, trap_hook
    beqz t0, unexpected
    li   t1, 1 << FRAME_SHIFT   /* its stack: the rest of the frame's page */
    add  sp, sp, t1
    mv   s0, a3
    jalr t0
    csrw mepc, a0
    mv   sp, s0
    j    restore

/* Back to M mode behind the ecall; s_trap passes the epc on in a6. */
call_m:
    addi t0, a1, 4
    la   t1, s_forward
    bne  a1, t1, 1f
    addi t0, a6, 4
1:  csrw mepc, t0
    SX   zero, 17*XBYTES(sp)    /* a7: the next ecall is the test's own */
    li   t0, MSTATUS_MPP
    csrs mstatus, t0
restore:
    .irp r, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    LX   x\r, \r*XBYTES(sp)
    .endr
    LX   sp, 2*XBYTES(sp)
    mret

fail:                           /* mstatus.MPRV would send our own stores elsewhere */
    li   t0, MSTATUS_MPRV
    csrc mstatus, t0
    LX   a0, 10*XBYTES(sp)
    LX   a1, 11*XBYTES(sp)
    LX   a2, 12*XBYTES(sp)
    la   sp, fail_stack_top
    j    report_fail
unexpected:
    li   t0, MSTATUS_MPRV
    csrc mstatus, t0
    la   t0, s_forward
    bne  a1, t0, 1f
    csrr a0, scause
    csrr a1, sepc
    csrr a2, stval
1:  la   sp, fail_stack_top
    j    report_trap

    .balign 4
    .globl s_trap
s_trap:
    csrw sscratch, t0
    li   t0, ARMED
    bne  t5, t0, 1f
    csrr t3, scause
    csrr t4, sepc
    csrr t5, stval
    csrw sepc, t6
    li   t6, MODE_S
    csrr t0, sscratch
    sret
1:  csrr t0, sscratch
    csrr a6, sepc               /* CALL_M, CALL_FAIL, or something unexpected: M decides */
    .balign 4
s_forward:
    ecall
1:  j    1b

    .section .rodata
passed_text:
    .string "pass\n"

    .bss
    .balign 16
    .globl mailboxes, trap_hook
mailboxes:
    .zero MAX_HARTS * 16
trap_hook:
    .zero XBYTES
passes:
    .zero 4
    .balign 16
frames:
    .zero MAX_HARTS << FRAME_SHIFT
stacks:
    .zero MAX_HARTS << HART_STACK_SHIFT
    .zero 4096
fail_stack_top:
