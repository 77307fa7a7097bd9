/* SPDX-License-Identifier: MIT */
/*
 * Which interrupt is taken, when and by whom: priorities, delegation, the enables of each mode, at
 * which instruction, wfi, and what mip shows of lines and of software.  Privileged manual, sections
 * 3.1.6.1, 3.1.9, 3.3.3 and 4.1.3.
 *
 * Each handler writes what it took to a log and makes the interrupt go away; the test reads the
 * log.
 *
 *     s10  end of the log                 s7, s8, s9  belong to the handlers
 *     s6   what has been read of it
 *
 * @xlen 64 32
 */
#include "guest.h"

#define INTERRUPT (1 << (__riscv_xlen - 1))
#define SSI (1 << IRQ_SSI)
#define MSI (1 << IRQ_MSI)
#define STI (1 << IRQ_STI)
#define MTI (1 << IRQ_MTI)
#define SEI (1 << IRQ_SEI)
#define MEI (1 << IRQ_MEI)
#define S_ALL (SSI | STI | SEI)
#define ALL (S_ALL | MSI | MTI | MEI)

#define UART_IRQ 10             /* and the PLIC's registers for it */
#define UART_IER 1
#define UART_IIR 2
#define IER_THRI 2
#define PLIC_PRIORITY  (PLIC + 4 * UART_IRQ)
#define PLIC_ENABLE_M  (PLIC + 0x2000)
#define PLIC_ENABLE_S  (PLIC + 0x2080)
#define PLIC_CONTEXT_M (PLIC + 0x200000)
#define PLIC_CONTEXT_S (PLIC + 0x201000)
#define PLIC_CLAIM 4

#define ENTRY (3 * XBYTES)      /* cause, epc, mode */

    .option norvc
    .text
    .globl test_main
test_main:
    la   a0, m_vector
    csrw mtvec, a0
    la   a0, s_vectors + 1
    csrw stvec, a0
    li   a0, 1
    li   a1, PLIC_PRIORITY
    sw   a0, 0(a1)
    li   a1, PLIC_CONTEXT_M
    sw   zero, 0(a1)
    li   a1, PLIC_CONTEXT_S
    sw   zero, 0(a1)
    jal  s1, pending_bits
    jal  s1, external_line
    jal  s1, machine_priorities
    jal  s1, supervisor_priorities
    jal  s1, enables
    jal  s1, delegated
    jal  s1, at_which_instruction
    jal  s1, waiting
    jal  all_quiet
    TEST_DONE

/* ---- making and unmaking ---- */

/* Nothing is pending, enabled or delegated; the log is empty. */
all_quiet:
    csrw mie, zero
    li   t0, CLINT
    sw   zero, 0(t0)
    li   t0, CLINT_MTIMECMP
    li   t1, -1
    sw   t1, 0(t0)
    sw   t1, 4(t0)
    li   t0, UART
    sb   zero, UART_IER(t0)
    lbu  t1, UART_IIR(t0)
    li   t1, PLIC_ENABLE_M
    sw   zero, 0(t1)
    li   t1, PLIC_ENABLE_S
    sw   zero, 0(t1)
    csrw mip, zero
    csrw mideleg, zero
    li   t0, MSTATUS_MIE | MSTATUS_SIE | MSTATUS_MPIE | MSTATUS_SPIE
    csrc mstatus, t0
    la   s10, log
    mv   s6, s10
1:  csrr t0, mip
    bnez t0, 1b
    ret

/* The UART's interrupt reaches the context whose enable register is at t0. */
raise_uart:
    li   t1, 1 << UART_IRQ
    sw   t1, 0(t0)
    li   t0, UART
    li   t1, IER_THRI
    sb   t1, UART_IER(t0)
    ret

/* The context at t0 takes it, and it is over. */
drop_uart:
    li   t1, UART
    sb   zero, UART_IER(t1)
    lbu  t2, UART_IIR(t1)
    lw   t2, PLIC_CLAIM(t0)
    sw   t2, PLIC_CLAIM(t0)
    ret

raise_msi:
    li   t0, CLINT
    li   t1, 1
    sw   t1, 0(t0)
    ret

raise_mti:
    li   t0, CLINT_MTIMECMP
    sw   zero, 0(t0)
    sw   zero, 4(t0)
    ret

/* AWAIT(bits): until mip shows exactly these. */
#define AWAIT(bits) await_ bits
    .macro await_ bits
    li   t1, \bits
.Lawait\@:
    csrr t0, mip
    bne  t0, t1, .Lawait\@
    .endm

/* ---- handlers ---- */

    .balign 4
m_vector:
    csrr s8, mcause
    bgez s8, to_m_trap
    SX   s8, 0(s10)
    csrr s9, mepc
    SX   s9, XBYTES(s10)
    li   s9, MODE_M
    SX   s9, 2*XBYTES(s10)
    addi s10, s10, ENTRY
    andi s8, s8, 15
    li   s9, IRQ_MSI
    beq  s8, s9, m_software
    li   s9, IRQ_MTI
    beq  s8, s9, m_timer
    li   s9, IRQ_MEI
    beq  s8, s9, m_external
    li   s9, 1                  /* a supervisor's: mip's bit is ours */
    sll  s9, s9, s8
    csrc mip, s9
    mret
m_software:
    li   s9, CLINT
    sw   zero, 0(s9)
    mret
m_timer:
    li   s9, CLINT_MTIMECMP
    li   s8, -1
    sw   s8, 0(s9)
    sw   s8, 4(s9)
    mret
m_external:
    li   s9, UART
    sb   zero, UART_IER(s9)
    lbu  s8, UART_IIR(s9)
    li   s9, PLIC_CONTEXT_M
    lw   s8, PLIC_CLAIM(s9)
    sw   s8, PLIC_CLAIM(s9)
    mret
to_m_trap:
    j    m_trap

    .balign 256
s_vectors:                      /* exceptions, then an entry for each interrupt */
    j    s_trap
    j    s_vector_1
    .rept 3
    j    s_vector_wrong
    .endr
    j    s_vector_5
    .rept 3
    j    s_vector_wrong
    .endr
    j    s_vector_9
s_vector_wrong:
    UNREACHED
s_vector_1:
    li   s7, IRQ_SSI
    j    s_vector
s_vector_5:
    li   s7, IRQ_STI
    j    s_vector
s_vector_9:
    li   s7, IRQ_SEI
s_vector:
    csrr s8, scause
    SX   s8, 0(s10)
    li   s9, INTERRUPT
    add  s9, s9, s7
    EXPECT_REG(s8, s9)
    csrr s9, sepc
    SX   s9, XBYTES(s10)
    li   s9, MODE_S
    SX   s9, 2*XBYTES(s10)
    addi s10, s10, ENTRY
    li   s9, 1
    sll  s9, s9, s7
    csrc sie, s9
    sret

/* ---- reading the log, in M mode ---- */

/* TOOK(cause, mode, label): this interrupt was next, at the instruction of the label. */
#define TOOK(cause, mode, label) took_ __LINE__, cause, mode, label
    .macro took_ line, cause, mode, label
    expect_if_ \line, bltu, s6, s10
    LX   a0, 0(s6)
    expect_ \line, a0, INTERRUPT + \cause
    LX   a0, XBYTES(s6)
    expect_sym_ \line, a0, \label
    LX   a0, 2*XBYTES(s6)
    expect_ \line, a0, \mode
    addi s6, s6, ENTRY
    .endm
/* Nothing else was. */
#define TOOK_NO_MORE EXPECT_REG(s6, s10)

/* ENTER(mode, label): go on there, at the label that stands here, with MIE clear. */
#define ENTER(mode, label) enter_ mode, label
    .macro enter_ mode, label
    li   t6, MSTATUS_MPP | MSTATUS_MPIE
    csrc mstatus, t6
    li   t6, (\mode) << 11
    csrs mstatus, t6
    la   t6, \label
    csrw mepc, t6
    mret
\label:
    .endm

/* ---- mip ---- */

pending_bits:
    jal  all_quiet
    jal  raise_msi
    AWAIT(MSI)
    li   t0, CLINT
    lw   a0, 0(t0)
    EXPECT(a0, 1)
    li   a0, -2                 /* bit 0 is all there is */
    sw   a0, 0(t0)
    AWAIT(0)
    li   t0, CLINT
    lw   a0, 0(t0)
    EXPECT(a0, 0)
    jal  raise_mti
    AWAIT(MTI)
    csrw mip, zero              /* not software's */
    csrr a0, mip
    EXPECT(a0, MTI)
    jal  raise_msi
    AWAIT(MTI | MSI)
    jal  all_quiet
    /* The timer, a while from now. */
    li   t0, CLINT_MTIMECMP
    csrr a0, time
    li   a1, 20000
#if __riscv_xlen == 64
    add  a0, a0, a1
    sd   a0, 0(t0)
1:  csrr a1, time
    csrr a2, mip
    csrr a3, time
#else
    csrr a4, timeh
    add  a0, a0, a1
    sltu a1, a0, a1
    add  a4, a4, a1
    sw   a0, 0(t0)
    sw   a4, 4(t0)
1:  csrr a1, time
    csrr a2, mip
    csrr a3, time
#endif
    bnez a2, 2f
    sub  a4, a3, a0             /* too long ago not to be seen? (a second) */
    li   t1, 10000000
    EXPECT_IF(blt, a4, t1)
    j    1b
2:  sub  a4, a3, a0             /* and not too early */
    EXPECT_IF(bge, a4, zero)
    EXPECT(a2, MTI)
    jal  all_quiet
    jr   s1

/* SEIP: the line, or what software wrote.  A read-modify-write sees the line but does not write it
 * back (3.1.9). */
external_line:
    jal  all_quiet
    li   t0, PLIC_ENABLE_S
    jal  raise_uart
    AWAIT(SEI)
    li   a0, SEI
    csrc mip, a0
    csrr a0, mip
    EXPECT(a0, SEI)
    csrsi mip, SSI
    csrr a0, mip
    EXPECT(a0, SEI | SSI)
    li   a0, SSI
    csrrc a1, mip, a0
    EXPECT(a1, SEI | SSI)
    li   t0, PLIC_CONTEXT_S
    jal  drop_uart
    EXPECT(t2, UART_IRQ)
    AWAIT(0)
    /* What software wrote outlasts the line. */
    li   a0, SEI
    csrs mip, a0
    csrr a0, mip
    EXPECT(a0, SEI)
    li   t0, PLIC_ENABLE_S
    jal  raise_uart
    li   t0, PLIC_CONTEXT_S
    jal  drop_uart
    csrr a0, mip
    EXPECT(a0, SEI)
    li   a0, SEI
    csrc mip, a0
    AWAIT(0)
    /* M's context has its own line. */
    jal  all_quiet
    li   t0, PLIC_ENABLE_M
    jal  raise_uart
    AWAIT(MEI)
    li   t0, PLIC_CONTEXT_M
    jal  drop_uart
    EXPECT(t2, UART_IRQ)
    AWAIT(0)
    jr   s1

/* ---- priorities ---- */

/* MEI, MSI, MTI, SEI, SSI, STI. */
machine_priorities:
    jal  all_quiet
    li   t0, PLIC_ENABLE_M
    jal  raise_uart
    jal  raise_msi
    jal  raise_mti
    li   a0, S_ALL
    csrw mip, a0
    AWAIT(ALL)
    csrsi mstatus, MSTATUS_MIE
    li   a0, ALL
    csrw mie, a0
machine_here:
    csrci mstatus, MSTATUS_MIE
#if !QEMU72                     /* which has the order of the numbers (3.1.9) */
    TOOK(IRQ_MEI, MODE_M, machine_here)
    TOOK(IRQ_MSI, MODE_M, machine_here)
    TOOK(IRQ_MTI, MODE_M, machine_here)
    TOOK(IRQ_SEI, MODE_M, machine_here)
    TOOK(IRQ_SSI, MODE_M, machine_here)
    TOOK(IRQ_STI, MODE_M, machine_here)
    TOOK_NO_MORE
#endif
    jr   s1

/* SEI, SSI, STI; but first whatever M takes, though it be less important. */
supervisor_priorities:
    jal  all_quiet
    li   a0, S_ALL
    csrw mideleg, a0
    csrw mip, a0
    csrw mie, a0
    csrsi mstatus, MSTATUS_SIE
    ENTER(MODE_S, supervisor_here)
    csrr a0, sie
    EXPECT(a0, 0)
    TO_M
    csrci mstatus, MSTATUS_SIE
#if !QEMU72
    TOOK(IRQ_SEI, MODE_S, supervisor_here)
    TOOK(IRQ_SSI, MODE_S, supervisor_here)
    TOOK(IRQ_STI, MODE_S, supervisor_here)
    TOOK_NO_MORE
#endif
    /* STI is M's, the others are S's. */
    jal  all_quiet
    li   a0, SEI | SSI
    csrw mideleg, a0
    li   a0, S_ALL
    csrw mip, a0
    csrw mie, a0
    csrsi mstatus, MSTATUS_SIE
    ENTER(MODE_S, mixed_here)
    nop
    TO_M
    csrci mstatus, MSTATUS_SIE
    TOOK(IRQ_STI, MODE_M, mixed_here)
#if QEMU72
    TOOK(IRQ_SSI, MODE_S, mixed_here)
    TOOK(IRQ_SEI, MODE_S, mixed_here)
#else
    TOOK(IRQ_SEI, MODE_S, mixed_here)
    TOOK(IRQ_SSI, MODE_S, mixed_here)
#endif
    TOOK_NO_MORE
    jr   s1

/* ---- whose enable counts ---- */

enables:
    /* In M: mie's bit and MIE, both. */
    jal  all_quiet
    jal  raise_msi
    AWAIT(MSI)
    csrsi mstatus, MSTATUS_MIE
    nop
    csrci mstatus, MSTATUS_MIE
    csrwi mie, MSI
    nop
    TOOK_NO_MORE
    csrsi mstatus, MSTATUS_MIE
enables_here:
    TOOK(IRQ_MSI, MODE_M, enables_here)
    csrci mstatus, MSTATUS_MIE
    /* In S and U MIE does not matter; mie's bit does. */
    jal  raise_msi
    AWAIT(MSI)
    ENTER(MODE_S, enables_in_s)
    li   a1, 7
    TO_M
    EXPECT(a1, 7)
    TOOK(IRQ_MSI, MODE_M, enables_in_s)
    jal  raise_mti
    AWAIT(MTI)
    li   a0, MTI
    csrw mie, a0
    ENTER(MODE_U, enables_in_u)
    li   a1, 8
    TO_M
    EXPECT(a1, 8)
    TOOK(IRQ_MTI, MODE_M, enables_in_u)
    csrw mie, zero
    jal  raise_msi
    AWAIT(MSI)
    TO_MODE(MODE_U)
    nop
    TO_M
    TOOK_NO_MORE
    /* A supervisor's interrupt that is not delegated is like one of M's. */
    jal  all_quiet
    csrwi mie, SSI
    csrwi mip, SSI
    csrsi mstatus, MSTATUS_SIE
    nop
    TOOK_NO_MORE
    csrsi mstatus, MSTATUS_MIE
enables_ssi:
    TOOK(IRQ_SSI, MODE_M, enables_ssi)
    csrci mstatus, MSTATUS_MIE | MSTATUS_SIE
    csrwi mip, SSI
    ENTER(MODE_S, enables_ssi_in_s)
    nop
    TO_M
    TOOK(IRQ_SSI, MODE_M, enables_ssi_in_s)
    TOOK_NO_MORE
    jr   s1

/* Delegated: never in M, in S with SIE, in U always. */
delegated:
    jal  all_quiet
    csrwi mideleg, SSI
    csrwi mie, SSI
    csrsi mstatus, MSTATUS_MIE | MSTATUS_SIE
    csrwi mip, SSI
    nop
    csrci mstatus, MSTATUS_MIE | MSTATUS_SIE
    TOOK_NO_MORE
    ENTER(MODE_S, delegated_in_s)
    nop
    csrsi sstatus, MSTATUS_SIE
delegated_now:
    csrci sstatus, MSTATUS_SIE
    TO_M
    TOOK(IRQ_SSI, MODE_S, delegated_now)
    TOOK_NO_MORE
    csrwi mie, SSI
    ENTER(MODE_U, delegated_in_u)
    nop
    TO_M
    TOOK(IRQ_SSI, MODE_S, delegated_in_u)
    TOOK_NO_MORE
    /* S raises its own, and takes it back in time. */
    csrwi mip, 0
    csrwi mie, SSI
    ENTER(MODE_S, delegated_own)
    csrsi sip, SSI
    csrr a1, sip
    EXPECT(a1, SSI)
    csrci sip, SSI
    csrsi sstatus, MSTATUS_SIE
    nop
    csrsi sip, SSI
delegated_self:
    csrci sstatus, MSTATUS_SIE
    TO_M
    TOOK(IRQ_SSI, MODE_S, delegated_self)
    TOOK_NO_MORE
    /* It cannot raise the others, nor what is not delegated. */
    csrwi mip, 0
    li   a0, S_ALL
    csrw mideleg, a0
    ENTER(MODE_S, delegated_others)
    li   a0, STI | SEI
    csrs sip, a0
    csrr a1, sip
    TO_M
    EXPECT(a1, 0)
    csrw mideleg, zero
    TO_MODE(MODE_S)
    csrsi sip, SSI
    csrr a1, sip
    TO_M
    EXPECT(a1, 0)
    csrr a1, mip
    EXPECT(a1, 0)
    jr   s1

/* ---- after a write of mstatus, mie, mip or mideleg, and after each return: at once ---- */

at_which_instruction:
    li   s3, 20
1:  jal  all_quiet
    csrsi mstatus, MSTATUS_MIE
    csrwi mie, SSI
    csrsi mip, SSI
at_mip:
    addi a1, a1, 1
    TOOK(IRQ_SSI, MODE_M, at_mip)
    csrci mstatus, MSTATUS_MIE
    csrsi mip, SSI
    li   a0, MSTATUS_MIE
    csrrs a1, mstatus, a0
at_mstatus:
    TOOK(IRQ_SSI, MODE_M, at_mstatus)
    csrw mie, zero
    csrsi mip, SSI
    csrrwi a1, mie, SSI
at_mie:
    TOOK(IRQ_SSI, MODE_M, at_mie)
    csrwi mideleg, SSI
    csrsi mip, SSI
    csrwi mideleg, 0
at_mideleg:
    TOOK(IRQ_SSI, MODE_M, at_mideleg)
    /* mret that sets MIE, to M. */
    csrci mstatus, MSTATUS_MIE
    csrsi mip, SSI
    li   t6, MSTATUS_MPIE | MSTATUS_MPP
    csrs mstatus, t6
    la   t6, at_mret
    csrw mepc, t6
    mret
at_mret:
    TOOK(IRQ_SSI, MODE_M, at_mret)
    csrci mstatus, MSTATUS_MIE
    /* sret that sets SIE, to S; and to U. */
    csrwi mideleg, SSI
    csrwi mie, SSI
    ENTER(MODE_S, at_s)
    li   t6, MSTATUS_SPP | MSTATUS_SPIE
    csrs sstatus, t6
    csrsi sip, SSI
    la   t6, at_sret
    csrw sepc, t6
    sret
at_sret:
    csrci sstatus, MSTATUS_SIE
    csrsi sie, SSI
    li   t6, MSTATUS_SPP
    csrc sstatus, t6
    la   t6, at_sret_to_u
    csrw sepc, t6
    sret
at_sret_to_u:
    nop
    TO_M
    TOOK(IRQ_SSI, MODE_S, at_sret)
    TOOK(IRQ_SSI, MODE_S, at_sret_to_u)
    TOOK_NO_MORE
    addi s3, s3, -1
    bnez s3, 1b
    jr   s1

/* ---- wfi ---- */

waiting:
    /* What is enabled in mie wakes it, taken or not. */
    jal  all_quiet
    csrwi mie, MSI
    jal  raise_msi
    wfi
    TOOK_NO_MORE
    csrsi mstatus, MSTATUS_MIE
waiting_here:
    csrci mstatus, MSTATUS_MIE
    TOOK(IRQ_MSI, MODE_M, waiting_here)
    /* The timer, later.  What wakes a wfi for no reason is allowed. */
    csrr a0, time
    li   a1, 5000
    add  a0, a0, a1
    li   t0, CLINT_MTIMECMP
#if __riscv_xlen == 64
    sd   a0, 0(t0)
#else
    csrr a2, timeh
    sltu a1, a0, a1
    add  a2, a2, a1
    sw   a0, 0(t0)
    sw   a2, 4(t0)
#endif
    li   a0, MTI
    csrw mie, a0
1:  wfi
    csrr a0, mip
    beqz a0, 1b
    EXPECT(a0, MTI)
    TOOK_NO_MORE
    /* In S, delegated, with SIE clear. */
    jal  all_quiet
    csrwi mideleg, SSI
    csrwi mie, SSI
    csrwi mip, SSI
    TO_MODE(MODE_S)
    wfi
    csrci sip, SSI
    TO_M
    TOOK_NO_MORE
    jr   s1

    .bss
    .balign 8
log:
    .zero 64 * ENTRY
