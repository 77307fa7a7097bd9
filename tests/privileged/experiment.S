/* SPDX-License-Identifier: MIT */
/*
 * An experiment: enter() leaves for the mode, pc and registers in `frame` and returns when a trap
 * reaches M mode, with what the trap left behind in `frame`.
 *
 * The code of an experiment leaves tp (the frame) and gp (MSTATUS_MPRV) alone: the handler needs
 * both before it may touch memory.  Both trap vectors are tables whose entries leave their address
 * in t1 (M) or t0 (S), so that the way into a handler is seen.  A trap to S mode goes on to M.
 *
 *     frame:  mstatus pc cause tval s_entry m_entry a0-a5, then the caller's s0-s11 ra sp
 */
#include "guest.h"

#define A0_AT    6
#define SAVED_AT 12

    .option norvc
    .macro caller_registers move
    .irp r, 0,1,2,3,4,5,6,7,8,9,10,11
    \move s\r, (SAVED_AT + \r)*XBYTES(tp)
    .endr
    \move ra, (SAVED_AT + 12)*XBYTES(tp)
    \move sp, (SAVED_AT + 13)*XBYTES(tp)
    .endm

    .macro argument_registers move
    .irp r, 0,1,2,3,4,5
    \move a\r, (A0_AT + \r)*XBYTES(tp)
    .endr
    .endm

    .text
    .globl enter, m_vector, s_vector, csr_accessors
enter:
    la   tp, frame
    li   gp, MSTATUS_MPRV
    caller_registers SX
    LX   t0, 0*XBYTES(tp)
    LX   t1, 1*XBYTES(tp)
    csrw mstatus, t0
    csrw mepc, t1
    argument_registers LX
    li   t0, 0
    li   t1, 0
    fence.i
    mret

from_m_vector:
    csrrc gp, mstatus, gp       /* with MPRV the stores would go elsewhere */
    SX   gp, 0*XBYTES(tp)
    argument_registers SX
    csrr a0, mepc
    SX   a0, 1*XBYTES(tp)
    csrr a0, mcause
    SX   a0, 2*XBYTES(tp)
    csrr a0, mtval
    SX   a0, 3*XBYTES(tp)
    SX   t0, 4*XBYTES(tp)
    SX   t1, 5*XBYTES(tp)
    caller_registers LX
    ret

from_s_vector:
    ecall
    .balign 256
m_vector:
    .rept 64
    jal  t1, from_m_vector
    .endr
s_vector:
    .rept 64
    jal  t0, from_s_vector
    .endr

/* Four instructions for each CSR: a function that reads it, and one that writes it. */
csr_accessors:
    .set number, 0
    .rept 4096
    .word number << 20 | 0x2573 /* csrr a0, number */
    ret
    .word number << 20 | 0x51073 /* csrw number, a0 */
    ret
    .set number, number + 1
    .endr
