/* SPDX-License-Identifier: MIT */
/*
 * Control and status registers: the instructions themselves, who may access what, which bits of
 * each register can be written, views of others, and counters.  Unprivileged manual, chapters 9
 * and 10; privileged manual, chapters 2 to 4.
 *
 * @xlen 64 32
 */
#include "guest.h"

    .option norvc
    .text
    .globl test_main
test_main:
    jal  s1, instructions
    jal  s1, read_only
    jal  s1, privileges
    jal  s1, plain_registers
    jal  s1, misa
    jal  s1, mstatus
    jal  s1, sstatus
    jal  s1, vectors
    jal  s1, delegation_masks
    jal  s1, interrupt_masks
    jal  s1, counter_enables
    jal  s1, counting
    jal  s1, inhibiting
    jal  s1, event_counters
    jal  s1, environment
#if __riscv_xlen == 32
    jal  s1, upper_halves
#endif
    TEST_DONE

/* ---- csrrw, csrrs, csrrc and their immediate forms ---- */

instructions:
    li   a0, 0x123
    csrw sscratch, zero
    csrrw a1, sscratch, a0
    EXPECT(a1, 0)
    li   a0, 0xf0
    csrrs a1, sscratch, a0
    EXPECT(a1, 0x123)
    li   a0, 0x21
    csrrc a1, sscratch, a0
    EXPECT(a1, 0x1f3)
    csrrwi a1, sscratch, 21
    EXPECT(a1, 0x1d2)
    csrrsi a1, sscratch, 10
    EXPECT(a1, 21)
    csrrci a1, sscratch, 17
    EXPECT(a1, 31)
    csrr a1, sscratch
    EXPECT(a1, 14)
    /* rd and rs1 the same */
    li   a0, 0x555
    csrrw a0, sscratch, a0
    EXPECT(a0, 14)
    csrrs a0, sscratch, a0
    EXPECT(a0, 0x555)
    csrrc a0, sscratch, a0
    EXPECT(a0, 0x55f)
    csrr a0, sscratch
    EXPECT(a0, 0x55f & ~0x555)
    /* rd x0 */
    li   a0, -1
    csrrw x0, sscratch, a0
    li   a0, 0xf
    csrrc x0, sscratch, a0
    csrr a0, sscratch
    EXPECT(a0, -16)
    csrrsi x0, sscratch, 3
    csrrci x0, sscratch, 1
    csrr a0, sscratch
    EXPECT(a0, -14)
    /* x0 and 0 as the mask: nothing is written */
    csrrs a0, sscratch, x0
    EXPECT(a0, -14)
    csrrc a0, sscratch, x0
    EXPECT(a0, -14)
    csrrsi a0, sscratch, 0
    EXPECT(a0, -14)
    csrrci a0, sscratch, 0
    EXPECT(a0, -14)
    csrrwi a0, sscratch, 0      /* but here it is */
    EXPECT(a0, -14)
    csrr a0, sscratch
    EXPECT(a0, 0)
    jr   s1

/* ---- registers whose number begins with 11 cannot be written ---- */

read_only:
    li   a0, -1
    .irp csr, mvendorid, marchid, mimpid, mhartid, mconfigptr, cycle, time, instret, hpmcounter3, \
         hpmcounter18
    csrr a1, \csr
    csrrs a1, \csr, x0
    csrrci a1, \csr, 0
    ILLEGAL(csrw \csr, a0)
    ILLEGAL(csrw \csr, x0)
    ILLEGAL(csrs \csr, a0)
    ILLEGAL(csrc \csr, a0)
    ILLEGAL(csrwi \csr, 0)
    ILLEGAL(csrsi \csr, 1)
    ILLEGAL(csrci \csr, 1)
    .endr
    jr   s1

/* ---- who may look ---- */

    .macro all_illegal csrs:vararg
    .irp csr, \csrs
    ILLEGAL(csrr a0, \csr)
    ILLEGAL(csrw \csr, a0)
    ILLEGAL(csrsi \csr, 0)
    .endr
    .endm

#define M_REGISTERS                                                                            \
    mstatus, misa, medeleg, mideleg, mie, mtvec, mcounteren, mscratch, mepc, mcause, mtval, mip, \
    menvcfg, pmpcfg0, pmpaddr0, pmpaddr15, mcycle, minstret, mhpmcounter3, mcountinhibit,        \
    mhpmevent3, mvendorid, marchid, mimpid, mhartid, mconfigptr, tselect, tdata1
#define S_REGISTERS \
    sstatus, sie, stvec, scounteren, senvcfg, sscratch, sepc, scause, stval, sip, satp

privileges:
    li   a0, 0
    TO_MODE(MODE_S)
    all_illegal M_REGISTERS
    .irp csr, S_REGISTERS
    csrr a0, \csr
    csrw \csr, a0
    .endr
    li   a0, 0
    TO_M
    TO_MODE(MODE_U)
    all_illegal M_REGISTERS
    all_illegal S_REGISTERS
    TO_M
    /* Numbers that nobody has: standard and custom ones, of each level. */
    .irp csr, 0x004, 0x0ff, 0x1ff, 0x2ff, 0x3ff, 0x4ff, 0x5ff, 0x6ff, 0x7ff, 0x8ff, 0x9ff, 0xaff, \
         0xbff, 0xcff, 0xdff, 0xeff, 0xfff, 0x101, 0x181, 0x31f, 0x345, 0xb01
    ILLEGAL(csrr a0, \csr)
    ILLEGAL(csrw \csr, a0)
    .endr
    jr   s1

#define INTERRUPT (1 << (__riscv_xlen - 1))

/* ---- registers that keep what they are given ---- */

    .macro keeps csr, value
    li   a0, \value
    csrw \csr, a0
    csrr a1, \csr
    EXPECT_REG(a1, a0)
    .endm

plain_registers:
    .irp csr, sscratch, stval, mtval
    .irp value, -1, 0, 0x12345678, R(0xfedcba9876543210, 0xfedcba98)
    keeps \csr, \value
    .endr
    .endr
    /* Causes that exist. */
    .irp csr, mcause, scause
    .irp value, 0, 1, 7, 12, 13, 15, INTERRUPT + 1, INTERRUPT + 9
    keeps \csr, \value
    .endr
    .endr
    .irp csr, mepc, sepc
    .irp value, 0, 2, 0x80000004, R(0x7ffffffffffffffe, 0x7ffffffe), R(-2, -2)
    keeps \csr, \value
    .endr
    .endr
    jr   s1

/* ---- what there is ---- */

#define EXTENSION(letter) (1 << (letter - 'A'))
#define EXPECTED_MISA                                                                \
    (EXTENSION('I') | EXTENSION('M') | EXTENSION('A') | EXTENSION('F') | EXTENSION('D') | \
     EXTENSION('C') | EXTENSION('S') | EXTENSION('U'))

misa:
    csrr a0, misa
    srli a1, a0, __riscv_xlen - 2
    EXPECT(a1, R(2, 1))
    li   a1, EXPECTED_MISA
    and  a1, a1, a0
    EXPECT(a1, EXPECTED_MISA)
    csrw misa, a0
    csrr a1, misa
    EXPECT_REG(a1, a0)
    jr   s1

/* ---- mstatus ---- */

/* KEEPS(csr, bits) and DROPS: of the bits all, or none, can be set; cleared they read 0. */
#define KEEPS(csr, bits) keeps_ __LINE__, csr, bits, bits
#define DROPS(csr, bits) keeps_ __LINE__, csr, bits, 0
    .macro keeps_ line, csr, bits, want
    li   a0, \bits
    csrs \csr, a0
    csrr a1, \csr
    and  a1, a1, a0
    expect_ \line, a1, \want
    csrc \csr, a0
    csrr a1, \csr
    and  a1, a1, a0
    expect_ \line, a1, 0
    .endm

#define MSTATUS_SD   (1 << (__riscv_xlen - 1))
#define MSTATUS_VS   0x600

mstatus:
    csrw mie, zero              /* while MIE is set for a moment */
    KEEPS(mstatus, MSTATUS_SIE)
    KEEPS(mstatus, MSTATUS_MIE)
    KEEPS(mstatus, MSTATUS_SPIE)
    KEEPS(mstatus, MSTATUS_MPIE)
    KEEPS(mstatus, MSTATUS_SPP)
    KEEPS(mstatus, MSTATUS_MPP)
    KEEPS(mstatus, MSTATUS_FS)
    KEEPS(mstatus, MSTATUS_SUM)
    KEEPS(mstatus, MSTATUS_MXR)
    KEEPS(mstatus, MSTATUS_TVM)
    KEEPS(mstatus, MSTATUS_TW)
    KEEPS(mstatus, MSTATUS_TSR)
    li   a0, MSTATUS_MPP        /* so that MPRV changes nothing for us */
    csrs mstatus, a0
    KEEPS(mstatus, MSTATUS_MPRV)
    DROPS(mstatus, 0x15)        /* UIE, UPIE of old drafts, and what is reserved */
    DROPS(mstatus, 0x7f000000)
    DROPS(mstatus, 0x18000)     /* XS: no other extension has state */
    KEEPS(mstatus, MSTATUS_VS)  /* with supervisors, vectors or not (3.1.6.6) */
    csrr a2, mstatus
#if __riscv_xlen == 64
    srli a0, a2, 32             /* UXL, SXL: 64 bits, and nothing else */
    andi a0, a0, 0xf
    EXPECT(a0, 0xa)
    li   a0, 0xf << 32
    csrc mstatus, a0
    csrr a0, mstatus
    EXPECT_REG(a0, a2)
    DROPS(mstatus, 0x3000000000)            /* SBE, MBE: little-endian only */
#endif
    /* SD follows FS; both are read, FS alone is written. */
    .irp fs, 0, 1, 2, 3
    li   a0, MSTATUS_FS
    csrc mstatus, a0
    li   a0, \fs << 13
    csrs mstatus, a0
    csrr a1, mstatus
    li   a0, MSTATUS_SD | MSTATUS_FS
    and  a1, a1, a0
    .if \fs == 3
    EXPECT_REG(a1, a0)
    .else
    EXPECT(a1, \fs << 13)
    .endif
    csrr a2, sstatus
    and  a2, a2, a0
    EXPECT_REG(a2, a1)
    .endr
    li   a0, MSTATUS_SD
    csrc mstatus, a0
    csrr a1, mstatus
    and  a1, a1, a0
    EXPECT_REG(a1, a0)
    li   a0, MSTATUS_FS
    csrc mstatus, a0
    li   a0, MSTATUS_SD
    csrs mstatus, a0
    csrr a1, mstatus
    and  a1, a1, a0
    EXPECT(a1, 0)
    li   a0, MSTATUS_VS         /* SD follows VS too, which stands for FS now */
    csrs mstatus, a0
    csrr a1, mstatus
    EXPECT_IF(blt, a1, zero)
    csrc mstatus, a0
    csrr a1, mstatus
    EXPECT_IF(bge, a1, zero)
    li   a0, MSTATUS_FS
    csrs mstatus, a0
    jr   s1

/* ---- sstatus: a part of mstatus ---- */

#define SSTATUS_BITS \
    (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MSTATUS_VS | MSTATUS_SUM | \
     MSTATUS_MXR)
#define SSTATUS_UXL  R(2 << 32, 0)
#define M_ONLY_BITS  (MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR)

sstatus:
    KEEPS(sstatus, MSTATUS_SIE)
    KEEPS(sstatus, MSTATUS_SPIE)
    KEEPS(sstatus, MSTATUS_SPP)
    KEEPS(sstatus, MSTATUS_FS)
    KEEPS(sstatus, MSTATUS_VS)
    KEEPS(sstatus, MSTATUS_SUM)
    KEEPS(sstatus, MSTATUS_MXR)
    /* What it writes is in mstatus, and the other way round. */
    li   a0, SSTATUS_BITS
    csrs sstatus, a0
    csrr a1, mstatus
    and  a1, a1, a0
    EXPECT_REG(a1, a0)
    csrc mstatus, a0
    csrr a1, sstatus
    and  a1, a1, a0
    EXPECT(a1, 0)
    /* M's own bits are not seen and not changed. */
    li   a2, M_ONLY_BITS
    csrs mstatus, a2
    csrr a1, sstatus
    and  a1, a1, a2
    EXPECT(a1, 0)
    li   a0, SSTATUS_UXL        /* QEMU 7.2 would believe another width */
    csrw sstatus, a0
    csrr a1, mstatus
    and  a1, a1, a2
    EXPECT_REG(a1, a2)
    li   a0, MSTATUS_MPIE | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR
    csrc mstatus, a0
    li   a0, ~R(3 << 32, 0) | SSTATUS_UXL
    csrw sstatus, a0
    csrr a1, mstatus
    li   a0, MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPRV | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR
    and  a1, a1, a0
    EXPECT(a1, 0)
    csrr a1, sstatus
    li   a0, ~(SSTATUS_BITS | MSTATUS_SD | R(3 << 32, 0))
    and  a1, a1, a0
    EXPECT(a1, 0)
#if __riscv_xlen == 64
    csrr a1, sstatus            /* UXL */
    srli a1, a1, 32
    andi a1, a1, 3
    EXPECT(a1, 2)
#endif
#if !QEMU72                     /* which takes any number, and then changes the width (4.1.1.2) */
    csrr a2, sstatus
    li   a0, -1
    csrw sstatus, a0
    csrr a1, sstatus
    xor  a1, a1, a2
    li   a0, R(3 << 32, 0)
    and  a1, a1, a0
    EXPECT(a1, 0)
#endif
    li   a0, SSTATUS_UXL
    csrw sstatus, a0
    li   a0, MSTATUS_FS
    csrs mstatus, a0
    jr   s1

/* ---- mtvec, stvec: any base that is a multiple of 4, direct or vectored ---- */

vectors:
    csrr s2, mtvec
    csrr s3, stvec
    .irp csr, mtvec, stvec
    keeps \csr, 0
    keeps \csr, 1
    keeps \csr, 0x80001000
    keeps \csr, 0x80001101
    keeps \csr, R(0x7ffffffffffffffc, 0x7ffffffc)
    li   a0, 0x80001002         /* reserved: what is kept is legal */
    csrw \csr, a0
    csrr a1, \csr
    andi a1, a1, 2
    EXPECT(a1, 0)
    .endr
    csrw mtvec, s2
    csrw stvec, s3
    jr   s1

/* ---- medeleg, mideleg ---- */

#define CAUSES_OF_S                                                       \
    (1 << CAUSE_FETCH_ACCESS | 1 << CAUSE_ILLEGAL | 1 << CAUSE_BREAK |    \
     1 << CAUSE_LOAD_MISALIGNED | 1 << CAUSE_LOAD_ACCESS |                \
     1 << CAUSE_STORE_MISALIGNED | 1 << CAUSE_STORE_ACCESS |              \
     1 << CAUSE_ECALL_U | 1 << CAUSE_ECALL_S | 1 << CAUSE_FETCH_PAGE |    \
     1 << CAUSE_LOAD_PAGE | 1 << CAUSE_STORE_PAGE)
#define S_INTERRUPTS (1 << IRQ_SSI | 1 << IRQ_STI | 1 << IRQ_SEI)
#if QEMU72                      /* it has the hypervisor's interrupts */
#define NO_INTERRUPTS 0x0111
#else
#define NO_INTERRUPTS 0xf555
#endif
#define M_INTERRUPTS (1 << IRQ_MSI | 1 << IRQ_MTI | 1 << IRQ_MEI)

delegation_masks:
    KEEPS(medeleg, CAUSES_OF_S)
#if !QEMU72                     /* never for another mode to handle, or no cause at all (3.1.8) */
    DROPS(medeleg, 1 << CAUSE_ECALL_M)
    DROPS(medeleg, 1 << 10 | 1 << 14 | 0xf0000)
#endif
    KEEPS(mideleg, 1 << IRQ_SSI)
    KEEPS(mideleg, 1 << IRQ_STI)
    KEEPS(mideleg, 1 << IRQ_SEI)
    DROPS(mideleg, M_INTERRUPTS)
    DROPS(mideleg, NO_INTERRUPTS)
    jr   s1

/* ---- mie, mip and what S sees of them ---- */

interrupt_masks:
    li   a2, CLINT_MTIMECMP     /* no timer is due */
    li   a0, -1
    sw   a0, 0(a2)
    sw   a0, 4(a2)
    KEEPS(mie, S_INTERRUPTS | M_INTERRUPTS)
    DROPS(mie, NO_INTERRUPTS)
    /* Machine-level bits of mip belong to devices; the supervisor's are for software. */
    DROPS(mip, M_INTERRUPTS)
    DROPS(mip, NO_INTERRUPTS)
    KEEPS(mip, 1 << IRQ_SSI)
    KEEPS(mip, 1 << IRQ_STI)
    KEEPS(mip, 1 << IRQ_SEI)
    /* sie, sip: those that are delegated. */
    li   a2, S_INTERRUPTS
    csrw mie, a2
    csrr a0, sie
    EXPECT(a0, 0)
    csrw sie, zero              /* changes nothing */
    csrr a0, mie
    EXPECT_REG(a0, a2)
    csrw mip, a2
    csrr a0, sip
    EXPECT(a0, 0)
    li   a3, 1 << IRQ_SSI | 1 << IRQ_STI
    csrw mideleg, a3
    csrr a0, sie
    EXPECT_REG(a0, a3)
    csrr a0, sip
    EXPECT_REG(a0, a3)
    csrw sie, zero
    csrr a0, mie
    EXPECT(a0, 1 << IRQ_SEI)
    li   a0, -1
    csrw sie, a0
    csrr a0, mie
    EXPECT_REG(a0, a2)
    /* Of sip only SSIP can be written. */
    csrw sip, zero
    csrr a0, mip
    EXPECT(a0, 1 << IRQ_STI | 1 << IRQ_SEI)
    li   a0, -1
    csrw mip, zero
    csrw sip, a0
    csrr a0, mip
    EXPECT(a0, 1 << IRQ_SSI)
    csrw mideleg, zero
    csrw sip, zero
    csrr a0, mip
    EXPECT(a0, 1 << IRQ_SSI)
    csrw mip, zero
    csrw mie, zero
    jr   s1

/* ---- mcounteren for S and U, scounteren for U ---- */

    .macro counters_open open
    .if \open
    csrr a0, cycle
    csrr a0, time
    csrr a0, instret
    csrr a0, hpmcounter3
    csrr a0, hpmcounter18
    .else
    ILLEGAL(csrr a0, cycle)
    ILLEGAL(csrr a0, time)
    ILLEGAL(csrr a0, instret)
    ILLEGAL(csrr a0, hpmcounter3)
    ILLEGAL(csrr a0, hpmcounter18)
    .endif
    .endm

counter_enables:
    .irp all, 0, 1, 2, 3        /* bit 0: mcounteren, bit 1: scounteren */
    li   a0, -((\all) & 1)
    csrw mcounteren, a0
    li   a0, -((\all) >> 1)
    csrw scounteren, a0
    counters_open 1             /* M */
    TO_MODE(MODE_S)
    counters_open ((\all) & 1)
    TO_M
    TO_MODE(MODE_U)
    counters_open ((\all) == 3)
    TO_M
    .endr
    /* One bit each. */
    csrwi mcounteren, 5
    csrwi scounteren, 6
    TO_MODE(MODE_S)
    csrr a0, cycle
    ILLEGAL(csrr a0, time)
    csrr a0, instret
    TO_M
    TO_MODE(MODE_U)
    ILLEGAL(csrr a0, cycle)
    ILLEGAL(csrr a0, time)
    csrr a0, instret
    TO_M
    csrw mcounteren, zero
    csrw scounteren, zero
    jr   s1

/* ---- mcycle, minstret, time ---- */

counting:
    csrr a0, mcycle
    csrr a1, mcycle
    EXPECT_IF(bltu, a0, a1)
    csrr a0, cycle
    EXPECT_IF(bltu, a1, a0)
    /* The instruction that writes minstret is not counted (3.1.11); each other one is. */
#if !QEMU72                     /* which counts host time unless it has -icount */
    csrw minstret, zero
    csrr a0, minstret
    EXPECT(a0, 0)
    csrr a0, minstret
    nop
    nop
    csrr a1, minstret
    sub  a1, a1, a0
    EXPECT(a1, 3)
    li   a0, 1000
    csrw minstret, a0
    nop
    csrr a1, instret
    EXPECT(a1, 1001)
    li   a2, 100                /* a loop of two instructions */
    csrr a0, instret
1:  addi a2, a2, -1
    bnez a2, 1b
    csrr a1, instret
    sub  a1, a1, a0
    EXPECT(a1, 201)
    /* An instruction that traps does not retire. */
    csrw minstret, zero
    csrr a0, minstret
    ILLEGAL(csrw mhartid, x0)
    csrr a1, minstret
    EXPECT_IF(bltu, a0, a1)
#endif
    /* time is CLINT's mtime. */
    li   a2, CLINT_MTIME
    lw   a0, 0(a2)
    csrr a1, time
    lw   a3, 0(a2)
    sub  a1, a1, a0
    sub  a3, a3, a0
#if __riscv_xlen == 64
    sext.w a1, a1
    sext.w a3, a3
#endif
    EXPECT_IF(bgeu, a3, a1)
    jr   s1

/* QEMU 7.2 shows what was last written to a counter when it is stopped. */
inhibiting:
#if !QEMU72
    DROPS(mcountinhibit, 2)     /* time is not the hart's to stop (3.1.12) */
    csrwi mcountinhibit, 4      /* IR */
    csrr a0, minstret
    nop
    nop
    csrr a1, minstret
    EXPECT_REG(a1, a0)
    csrr a0, mcycle
    csrr a1, mcycle
    EXPECT_IF(bltu, a0, a1)
    li   a2, 12345              /* it can still be set */
    csrw minstret, a2
    nop
    csrr a1, minstret
    EXPECT_REG(a1, a2)
    csrwi mcountinhibit, 1      /* CY */
    csrr a0, mcycle
    nop
    csrr a1, mcycle
    EXPECT_REG(a1, a0)
    csrr a0, minstret
    nop
    csrr a1, minstret
    EXPECT_IF(bltu, a0, a1)
#endif
    csrwi mcountinhibit, 0
    csrr a0, mcycle
    csrr a1, mcycle
    EXPECT_IF(bltu, a0, a1)
    jr   s1

/* They may count nothing, but they are there. */
event_counters:
    .irp n, 3, 4, 5, 17, 18
    csrr a0, mhpmcounter\n
    csrw mhpmcounter\n, zero
    csrr a0, mhpmevent\n
    csrw mhpmevent\n, zero
    csrr a0, hpmcounter\n
    EXPECT(a0, 0)
    .endr
    jr   s1

/* ---- menvcfg, senvcfg ---- */

environment:
    KEEPS(menvcfg, 1)           /* FIOM */
    KEEPS(senvcfg, 1)
    DROPS(menvcfg, 0xe)         /* reserved */
    DROPS(senvcfg, 0xe)
    csrwi menvcfg, 1            /* apart from each other */
    csrr a0, senvcfg
    EXPECT(a0, 0)
    csrw menvcfg, zero
    jr   s1

#if __riscv_xlen == 32
/* ---- the upper halves of 64-bit registers ---- */

upper_halves:
    li   a0, 0x12345678
    csrw mcycleh, a0
    csrr a1, mcycleh
    EXPECT_REG(a1, a0)
    csrr a1, cycleh
    EXPECT_REG(a1, a0)
    csrw mcycleh, zero
    csrw minstreth, a0
    csrr a1, instreth
    EXPECT_REG(a1, a0)
#if !QEMU72
    li   a0, -1                 /* the lower half carries */
    csrw minstreth, zero
    csrw minstret, a0
    nop
    nop
    csrr a1, minstreth
    EXPECT(a1, 1)
#endif
    csrw minstreth, zero
    csrr a0, timeh
    csrr a0, mhpmcounter3h
    csrr a0, hpmcounter18h
    ILLEGAL(csrw timeh, x0)
    ILLEGAL(csrw cycleh, x0)
    csrr a0, mstatush
    EXPECT(a0, 0)
    DROPS(mstatush, 0x30)       /* SBE, MBE */
    csrr a0, menvcfgh
    TO_MODE(MODE_S)
    ILLEGAL(csrr a0, mcycleh)
    ILLEGAL(csrr a0, timeh)
    ILLEGAL(csrr a0, mstatush)
    TO_M
    jr   s1
#endif
