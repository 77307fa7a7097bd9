/* SPDX-License-Identifier: MIT */
/*
 * What a guest test is written with: names of CSR bits and causes, and assertion macros for
 * assembly and C.
 *
 * A test is one file with a test_main.  It runs in M-mode on the virt board (-bios none), twice,
 * so that a JIT meets it cold and warm; the first assertion that fails prints its line and both
 * values on the UART and ends the machine through the finisher with status 1.  Lines of the form
 * "@key value" in a test's opening comment tell tests/guest/run how to run it (see there).
 *
 * Register rules in assembly: t6 belongs to EXPECT, t3-t6 to TRAPS.  Everything else is the
 * test's own.
 *
 * How an expected trap is caught: t5 = ARMED, t6 = where to go on.  The trap handler of start.S
 * gives back t3 = cause, t4 = epc, t5 = tval, t6 = the mode that took the trap (3 M, 1 S).  No
 * memory is touched, so it works in any mode under any page table.
 */
#ifndef GUEST_H
#define GUEST_H

#define UART        0x10000000
#define FINISHER    0x100000
#define CLINT       0x2000000
#define CLINT_MTIMECMP (CLINT + 0x4000)
#define CLINT_MTIME (CLINT + 0xbff8)
#define PLIC        0xc000000
#define RAM         0x80000000
#define NOBODY      0x18000000  /* no device of the board lives there */

#define MODE_U 0
#define MODE_S 1
#define MODE_M 3

#define MSTATUS_SIE  0x2
#define MSTATUS_MIE  0x8
#define MSTATUS_SPIE 0x20
#define MSTATUS_MPIE 0x80
#define MSTATUS_SPP  0x100
#define MSTATUS_MPP  0x1800
#define MSTATUS_FS   0x6000
#define MSTATUS_MPRV 0x20000
#define MSTATUS_SUM  0x40000
#define MSTATUS_MXR  0x80000
#define MSTATUS_TVM  0x100000
#define MSTATUS_TW   0x200000
#define MSTATUS_TSR  0x400000

#define IRQ_SSI 1
#define IRQ_MSI 3
#define IRQ_STI 5
#define IRQ_MTI 7
#define IRQ_SEI 9
#define IRQ_MEI 11

#define CAUSE_FETCH_MISALIGNED 0
#define CAUSE_FETCH_ACCESS     1
#define CAUSE_ILLEGAL          2
#define CAUSE_BREAK            3
#define CAUSE_LOAD_MISALIGNED  4
#define CAUSE_LOAD_ACCESS      5
#define CAUSE_STORE_MISALIGNED 6
#define CAUSE_STORE_ACCESS     7
#define CAUSE_ECALL_U          8
#define CAUSE_ECALL_S          9
#define CAUSE_ECALL_M          11
#define CAUSE_FETCH_PAGE       12
#define CAUSE_LOAD_PAGE        13
#define CAUSE_STORE_PAGE       15

/* Values of t5 and a7 that the trap handler looks for. */
#define ARMED      0x5afe7a9
#define CALL_FAIL  0x7a11001
#define CALL_M     0x7a11002

#define MAX_HARTS  8
#define HART_STACK_SHIFT 14
#define FRAME_SHIFT 12

#if __riscv_xlen == 64
#define XBYTES 8
#else
#define XBYTES 4
#endif

#ifdef __ASSEMBLER__

#if __riscv_xlen == 64
#define LX ld
#define SX sd
#define XWORD .dword
#define R(v64, v32) v64
#else
#define LX lw
#define SX sw
#define XWORD .word
#define R(v64, v32) v32
#endif

/* EXPECT(reg, constant): the register holds the constant. */
#define EXPECT(reg, want)      expect_ __LINE__, reg, want
/* EXPECT_REG(reg, reg): both hold the same. */
#define EXPECT_REG(reg, want)  expect_reg_ __LINE__, reg, want
/* EXPECT_SYM(reg, label): the register holds the address of the label. */
#define EXPECT_SYM(reg, label) expect_sym_ __LINE__, reg, label
/* EXPECT_IF(branch, a, b): the branch instruction is taken. */
#define EXPECT_IF(branch, a, b) expect_if_ __LINE__, branch, a, b
/* This place must not be reached. */
#define UNREACHED              unreached_ __LINE__
/* TRAPS(cause, tval or ANY, instruction): it traps at itself; execution goes on behind it. */
#define TRAPS(cause, tval, ...) traps_ __LINE__, cause, tval, __VA_ARGS__
/* The same, when the instruction is longer or tval is in a register (not t3-t6). */
#define TRAPS_REG(cause, reg, ...) traps_reg_ __LINE__, cause, reg, __VA_ARGS__
/* ILLEGAL(instruction): illegal instruction, its bits in tval. */
#define ILLEGAL(...)           illegal_ __LINE__, __VA_ARGS__
/* After TRAPS: the mode that took the trap. */
#define TAKEN_IN(mode)         taken_in_ __LINE__, mode
/* Drop to a mode (clobbers t6), or come back from anywhere to M (clobbers a7). */
#define TO_MODE(mode)          to_mode_ mode
#define TO_M                   to_m_
#define TEST_DONE              j test_done

    .macro fail_ line, got, want
    mv   a1, \got
    mv   a2, \want
    li   a0, \line
    j    test_fail
    .endm

    .macro expect_reg_ line, reg, want
    beq  \reg, \want, .Lok\@
    fail_ \line, \reg, \want
.Lok\@:
    .endm

    .macro expect_ line, reg, want:vararg
    li   t6, \want
    expect_reg_ \line, \reg, t6
    .endm

    .macro expect_sym_ line, reg, label
    la   t6, \label
    expect_reg_ \line, \reg, t6
    .endm

    .macro expect_if_ line, branch, a, b
    \branch \a, \b, .Lok\@
    fail_ \line, \a, \b
.Lok\@:
    .endm

    .macro unreached_ line
    fail_ \line, zero, zero
    .endm

    .macro trapping_ line, cause, insn:vararg
    la   t6, .Lresume\@
    li   t5, ARMED
.Lat\@:
    \insn
    .balign 2
    unreached_ \line
.Lresume\@:
    mv   t2, t6
    expect_ \line, t3, \cause
    la   t6, .Lat\@
    expect_reg_ \line, t4, t6
    .endm

    .macro traps_ line, cause, tval, insn:vararg
    trapping_ \line, \cause, \insn
    .ifnc \tval,ANY
    expect_ \line, t5, \tval
    .endif
    .endm

    .macro traps_reg_ line, cause, reg, insn:vararg
    trapping_ \line, \cause, \insn
    expect_reg_ \line, t5, \reg
    .endm

    .macro illegal_ line, insn:vararg
    trapping_ \line, CAUSE_ILLEGAL, \insn
    lhu  t3, 0(t4)
    andi t6, t3, 3
    addi t6, t6, -3
    bnez t6, .Lshort\@
    lh   t6, 2(t4)
    slli t6, t6, 16
    or   t3, t3, t6
#if __riscv_xlen == 64
    slli t3, t3, 32
    srli t3, t3, 32
#endif
.Lshort\@:
    expect_reg_ \line, t5, t3
    .endm

    .macro taken_in_ line, mode
    expect_ \line, t2, \mode
    .endm

    .macro to_mode_ mode
    li   t6, MSTATUS_MPP
    csrc mstatus, t6
    li   t6, (\mode) << 11
    csrs mstatus, t6
    la   t6, .Lmode\@
    csrw mepc, t6
    mret
.Lmode\@:
    .endm

    .macro to_m_
    li   a7, CALL_M
    ecall
    .endm

#endif
#endif
