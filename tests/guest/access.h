/* SPDX-License-Identifier: MIT */
/*
 * Memory accesses with the rights of a lower mode, for tests that try many and expect some to
 * fail: subroutines that give back what happened.
 *
 *     in:   a0  bits of mstatus: a mode (AS_S, AS_U), MSTATUS_SUM, MSTATUS_MXR
 *           a1  address
 *           a3  value to store
 *     out:  a0  cause of the trap, 0 when there was none
 *           a2  tval
 *           a3  value loaded
 *           a4  epc; try_fetch only
 *
 * Loads and stores are made in M mode with MPRV.  try_fetch goes there: whatever the mode may
 * execute must begin with c.ebreak.  Clobbers t0-t2, t5.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include "guest.h"

#define AS_U (MODE_U << 11)
#define AS_S (MODE_S << 11)
#define AS_M (MODE_M << 11)
#define AS_BITS (MSTATUS_MPRV | MSTATUS_MPP | MSTATUS_SUM | MSTATUS_MXR)
#define C_EBREAK 0x9002

    .macro try_with_ insn:vararg
    la   t1, trap_hook
    la   t2, try_caught
    SX   t2, 0(t1)
    li   t5, 0
    li   t1, AS_BITS
    csrc mstatus, t1
    li   t2, MSTATUS_MPRV
    or   t2, t2, a0
    li   a0, 0
    li   a2, 0
    csrs mstatus, t2
    \insn
    csrc mstatus, t1
    ret
    .endm

    .option push
    .option norvc
    .text
try_load:                       /* a whole register */
    try_with_ LX a3, 0(a1)
try_load_word:
    try_with_ lw a3, 0(a1)
try_load_half:
    try_with_ lhu a3, 0(a1)
try_load_byte:
    try_with_ lbu a3, 0(a1)
try_store:
    try_with_ SX a3, 0(a1)
try_store_word:
    try_with_ sw a3, 0(a1)
try_store_half:
    try_with_ sh a3, 0(a1)
try_store_byte:
    try_with_ sb a3, 0(a1)
try_fld:
    try_with_ fld fa0, 0(a1)
try_fsd:
    try_with_ fsd fa0, 0(a1)
try_amo:
    try_with_ amoadd.w a3, zero, (a1)
try_lr:
    try_with_ lr.w a3, (a1)

try_fetch:
    la   t1, trap_hook
    la   t2, try_caught
    SX   t2, 0(t1)
    li   t5, 0
    li   t1, AS_BITS
    csrc mstatus, t1
    csrs mstatus, a0
    csrw mepc, a1
    mret

/* trap_hook(cause, epc, tval, frame): back to the caller of try_..., in M mode. */
try_caught:
    li   t0, CAUSE_BREAK
    bne  a0, t0, 1f
    li   a0, 0
    li   a2, 0
1:  SX   a0, 10*XBYTES(a3)
    SX   a2, 12*XBYTES(a3)
    SX   a1, 14*XBYTES(a3)
    li   t0, MSTATUS_MPP
    csrs mstatus, t0
    la   a0, try_return
    ret
try_return:
    csrc mstatus, t1
    ret
    .option pop
#endif
