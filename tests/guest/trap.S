/* SPDX-License-Identifier: MIT */
/*
 * Traps: ecall from each mode, ebreak, illegal instructions with their bits in mtval, access
 * faults with the address, mret and sret with their stacks of bits, MPRV, TVM, TW, TSR,
 * delegation, vectored mode, nesting. Privileged manual, sections 3.1.6 to 3.1.16, 3.3 and 4.1.
 *
 * @xlen 64 32
 */
#include "guest.h"

#define MSTATUS_STACK (MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | \
                       MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP)

    .option norvc
    .text
    .globl test_main
test_main:
    jal  s1, ecalls
    jal  s1, illegals
    jal  s1, access_faults
    jal  s1, returns
    jal  s1, mprv
    jal  s1, tvm_tw_tsr
    jal  s1, delegation
    jal  s1, vectored
    jal  s1, nested
    TEST_DONE

ecalls:
    TRAPS(CAUSE_ECALL_M, 0, ecall)
    TRAPS(CAUSE_BREAK, 0, ebreak)
    TO_MODE(MODE_S)
    TRAPS(CAUSE_ECALL_S, 0, ecall)
    TAKEN_IN(MODE_M)
    TRAPS(CAUSE_BREAK, 0, ebreak)
    TO_M
    TO_MODE(MODE_U)
    TRAPS(CAUSE_ECALL_U, 0, ecall)
    TRAPS(CAUSE_BREAK, 0, ebreak)
    TRAPS(CAUSE_BREAK, 0, .2byte 0x9002) /* c.ebreak */
    TO_M
    jr   s1

illegals:
    ILLEGAL(.2byte 0)
    ILLEGAL(.4byte 0xffffffff)
    ILLEGAL(.4byte 0x0000007f)
    ILLEGAL(.4byte 0x02000033 | 0x04000000) /* unknown funct7 of OP */
    ILLEGAL(.4byte 0x00007003 | 0x8000)     /* load of width 7 */
    ILLEGAL(.4byte 0x00004023)              /* store of width 4 */
    ILLEGAL(.4byte 0x00002063)              /* branch of kind 2 */
    ILLEGAL(.4byte 0x00001067)              /* jalr of kind 1 */
    ILLEGAL(.4byte 0x00004073)              /* system of kind 4 */
    ILLEGAL(.4byte 0xc0001073 | 0x80)       /* write of a read-only CSR */
    ILLEGAL(csrw mvendorid, x0)
    li   a0, 1
    ILLEGAL(csrs mhartid, a0)
    li   a0, 0
#if !QEMU72                     /* rs1 not x0: a write, whatever it holds (chapter Zicsr) */
    ILLEGAL(csrs mhartid, a0)
    ILLEGAL(csrc mhartid, a0)
#endif
    ILLEGAL(csrsi mhartid, 1)
    ILLEGAL(csrrw a0, 0x5c0, x0)            /* no such CSR */
    ILLEGAL(csrr a0, 0x8ff)
    csrr a0, mhartid
    csrrs a0, mhartid, x0
    csrrci a0, mhartid, 0
    EXPECT(a0, 0)
#if __riscv_xlen == 32
    ILLEGAL(.4byte 0x0000001b)              /* addiw */
    ILLEGAL(.4byte 0x00003003)              /* ld */
    ILLEGAL(.4byte 0x00003023)              /* sd */
    ILLEGAL(.4byte 0x00006003)              /* lwu */
    ILLEGAL(.4byte 0x02001013)              /* slli with bit 5 */
#else
    ILLEGAL(.4byte 0x0200101b)              /* slliw with bit 5 */
    ILLEGAL(csrr a0, 0x3a1)                 /* pmpcfg1 */
    ILLEGAL(csrr a0, 0xc80)                 /* cycleh */
    ILLEGAL(csrr a0, 0x310)                 /* mstatush */
#endif
    /* A trap changes no register and no CSR but its own. */
    li   a0, 0x1234
    ILLEGAL(csrrw a0, mhartid, a0)
    EXPECT(a0, 0x1234)
    TO_MODE(MODE_S)
    li   a0, 0x1234
    ILLEGAL(csrr a0, mstatus)
    ILLEGAL(csrw medeleg, a0)
    ILLEGAL(csrr a0, mhartid)
    ILLEGAL(mret)
    EXPECT(a0, 0x1234)
    csrr a1, sstatus
    csrw sscratch, a0
    csrr a2, sscratch
    EXPECT(a2, 0x1234)
    TO_M
    TO_MODE(MODE_U)
    ILLEGAL(csrr a0, sstatus)
    ILLEGAL(csrw sscratch, a0)
    ILLEGAL(csrr a0, mstatus)
    ILLEGAL(csrr a0, satp)
    ILLEGAL(sret)
    ILLEGAL(mret)
    ILLEGAL(sfence.vma)
    EXPECT(a0, 0x1234)
    TO_M
    jr   s1

access_faults:
    li   s2, NOBODY             /* nobody lives there */
    TRAPS_REG(CAUSE_LOAD_ACCESS, s2, lw a0, 0(s2))
    TRAPS_REG(CAUSE_LOAD_ACCESS, s2, lb x0, 0(s2))
    TRAPS_REG(CAUSE_STORE_ACCESS, s2, sw a0, 0(s2))
    addi s3, s2, 20
    TRAPS_REG(CAUSE_LOAD_ACCESS, s3, lhu a0, 20(s2))
    TRAPS_REG(CAUSE_STORE_ACCESS, s3, sb a0, 20(s2))
#if !QEMU72                     /* "store/AMO access fault" (privileged manual, table of mcause) */
    TRAPS_REG(CAUSE_STORE_ACCESS, s2, amoadd.w a0, a0, (s2))
#endif
    TRAPS_REG(CAUSE_LOAD_ACCESS, s2, flw f0, 0(s2))
    TRAPS_REG(CAUSE_STORE_ACCESS, s2, fsd f0, 0(s2))
    li   a0, 0x4321             /* the destination keeps its value */
    TRAPS_REG(CAUSE_LOAD_ACCESS, s2, lw a0, 0(s2))
    EXPECT(a0, 0x4321)
    mv   s3, s2                 /* also when it is the base */
    TRAPS_REG(CAUSE_LOAD_ACCESS, s3, lw s3, 0(s3))
    EXPECT_REG(s3, s2)
    /* A fetch from there: epc and tval are the target, not the jump. */
    la   t6, 1f
    li   t5, ARMED
    jalr a0, 0(s2)
0:  UNREACHED
1:  EXPECT(t3, CAUSE_FETCH_ACCESS)
    EXPECT_REG(t4, s2)
    EXPECT_REG(t5, s2)
    EXPECT_SYM(a0, 0b)
    jr   s1

/* mret and sret pop the interrupt-enable stack and set the previous mode to U. */
returns:
    li   a0, MSTATUS_STACK
    csrc mstatus, a0
    li   a0, MSTATUS_MPP | MSTATUS_MPIE
    csrs mstatus, a0
    la   a0, 1f
    csrw mepc, a0
    mret
1:  csrr a0, mstatus
    li   a1, MSTATUS_STACK
    and  a0, a0, a1
    EXPECT(a0, MSTATUS_MIE | MSTATUS_MPIE)
    csrc mstatus, a1
    li   a0, MSTATUS_MPP        /* MPIE clear: MIE becomes 0, MPIE 1 */
    csrs mstatus, a0
    la   a0, 1f
    csrw mepc, a0
    mret
1:  csrr a0, mstatus
    and  a0, a0, a1
    EXPECT(a0, MSTATUS_MPIE)
    csrc mstatus, a1
    li   a0, MSTATUS_SPP | MSTATUS_SPIE /* sret may be used in M mode, too */
    csrs mstatus, a0
    la   a0, 1f
    csrw sepc, a0
    sret
1:  TRAPS(CAUSE_ECALL_S, 0, ecall)
    csrr a0, sstatus
    li   a1, MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP
    and  a0, a0, a1
    EXPECT(a0, MSTATUS_SIE | MSTATUS_SPIE)
    la   a0, 1f                 /* from S to U */
    csrw sepc, a0
    sret
1:  TRAPS(CAUSE_ECALL_U, 0, ecall)
    TO_M
    /* A trap pushes: MPP, MPIE are what was, MIE is 0.  MPP holds no reserved mode. */
    la   a0, push_vector
    csrw mtvec, a0
    li   a1, MSTATUS_STACK
    csrc mstatus, a1
    csrsi mstatus, MSTATUS_MIE
    ecall
    EXPECT(a2, MSTATUS_MPP | MSTATUS_MPIE)
    csrc mstatus, a1
    ecall
    EXPECT(a2, MSTATUS_MPP)
    la   a0, m_trap
    csrw mtvec, a0
    li   a1, MSTATUS_MPP
    csrs mstatus, a1
    li   a0, 2 << 11
    csrc mstatus, a1
    csrs mstatus, a0
    csrr a0, mstatus
    and  a0, a0, a1
#if !QEMU72                     /* MPP is WARL (privileged manual, 3.1.6.1) */
    li   a2, 2 << 11
    EXPECT_IF(bne, a0, a2)
#endif
#if !QEMU72
    /* The epc registers drop bit 0 and keep bit 1: there are compressed instructions (3.1.14,
     * 4.1.7). */
    li   a0, 0x80001237
    csrw mepc, a0
    csrr a1, mepc
    EXPECT(a1, 0x80001236)
    csrw sepc, a0
    csrr a1, sepc
    EXPECT(a1, 0x80001236)
#endif
    jr   s1

    .balign 4
push_vector:
    csrr a2, mstatus
    and  a2, a2, a1
    csrr a3, mepc
    addi a3, a3, 4
    csrw mepc, a3
    mret

/* MPRV: loads and stores of M mode with the rights of MPP; mret to a lower mode clears it. */
mprv:
    la   s2, closed_page
    csrw pmpcfg0, zero
    srli a0, s2, 2
    csrw pmpaddr0, a0
    li   a0, -1
    csrw pmpaddr1, a0
    li   a0, 0x1f10             /* one word closed to S and U (NA4), all else open (NAPOT) */
    csrw pmpcfg0, a0
    sfence.vma
    lw   a0, 0(s2)
    EXPECT(a0, 1)
    li   a1, MSTATUS_MPP
    csrc mstatus, a1
    li   s3, MSTATUS_MPRV
    csrs mstatus, s3
    lw   a0, 4(s2)
    EXPECT(a0, 2)
    TRAPS_REG(CAUSE_LOAD_ACCESS, s2, lw a0, 0(s2))
    TRAPS_REG(CAUSE_STORE_ACCESS, s2, sw a0, 0(s2))
    csrr a1, mstatus            /* our handler came back by mret to M: MPRV stays */
    and  a1, a1, s3
    EXPECT_REG(a1, s3)
    csrc mstatus, s3
    lw   a0, 0(s2)
    EXPECT(a0, 1)
    li   a1, MSTATUS_MPP
    csrc mstatus, a1
    csrs mstatus, s3
    la   a0, 1f
    csrw mepc, a0
    mret                        /* to U: MPRV is cleared */
1:  TO_M
    csrr a0, mstatus
    and  a0, a0, s3
#if !QEMU72                     /* 3.1.6.3 */
    EXPECT(a0, 0)
#endif
    csrc mstatus, s3
    li   a0, 0x1f1f
    csrw pmpcfg0, a0
    sfence.vma
    jr   s1

tvm_tw_tsr:
    li   a0, MSTATUS_TVM
    csrs mstatus, a0
    csrr a1, satp               /* M mode is not concerned */
    sfence.vma
    TO_MODE(MODE_S)
    ILLEGAL(csrr a0, satp)
    ILLEGAL(csrw satp, x0)
    ILLEGAL(sfence.vma)
    ILLEGAL(sfence.vma a0, a1)
    csrr a0, sstatus
    TO_M
    li   a0, MSTATUS_TVM
    csrc mstatus, a0
    li   a0, MSTATUS_TSR
    csrs mstatus, a0
    TO_MODE(MODE_S)
    ILLEGAL(sret)
    csrr a0, satp
    sfence.vma
    TO_M
    li   a0, MSTATUS_TSR
    csrc mstatus, a0
    li   a0, MSTATUS_TW         /* wfi with nothing to wake for: traps after a bounded time */
    csrs mstatus, a0
    csrw mie, x0
    TO_MODE(MODE_S)
    ILLEGAL(wfi)
    TO_M
    TO_MODE(MODE_U)
    ILLEGAL(wfi)
    TO_M
    li   a0, MSTATUS_TW
    csrc mstatus, a0
    jr   s1

delegation:
    li   a0, -1
    csrw medeleg, a0
    csrr a1, medeleg
#if !QEMU72                     /* bit 11 is read-only zero (3.1.8) */
    srli a2, a1, CAUSE_ECALL_M
    andi a2, a2, 1
    EXPECT(a2, 0)
#endif
    li   a0, 1 << CAUSE_ILLEGAL | 1 << CAUSE_BREAK | 1 << CAUSE_ECALL_U | 1 << CAUSE_LOAD_ACCESS
    csrw medeleg, a0
    csrr a1, medeleg
    EXPECT_REG(a0, a1)
    TRAPS(CAUSE_BREAK, 0, ebreak)         /* a trap never goes to a lower mode */
    TAKEN_IN(MODE_M)
    TO_MODE(MODE_S)
    TRAPS(CAUSE_BREAK, 0, ebreak)
    TAKEN_IN(MODE_S)
    ILLEGAL(csrr a0, mstatus)
    TAKEN_IN(MODE_S)
    TRAPS(CAUSE_ECALL_S, 0, ecall)          /* not delegated */
    TAKEN_IN(MODE_M)
    li   s2, NOBODY
    TRAPS_REG(CAUSE_LOAD_ACCESS, s2, lw a0, 0(s2))
    TAKEN_IN(MODE_S)
    TRAPS_REG(CAUSE_STORE_ACCESS, s2, sw a0, 0(s2))
    TAKEN_IN(MODE_M)
    TO_M
    TO_MODE(MODE_U)
    TRAPS(CAUSE_ECALL_U, 0, ecall)
    TAKEN_IN(MODE_S)
    ILLEGAL(.4byte 0xffffffff)
    TAKEN_IN(MODE_S)
    TO_M
    /* What a trap to S leaves in sstatus. */
    la   a0, s_push_vector
    csrw stvec, a0
    li   a1, MSTATUS_STACK
    csrc mstatus, a1
    csrsi mstatus, MSTATUS_SIE
    TO_MODE(MODE_S)
    li   a1, MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP
    ebreak
    EXPECT(a2, MSTATUS_SPP | MSTATUS_SPIE)
    EXPECT(a4, CAUSE_BREAK)
    TO_M
    TO_MODE(MODE_U)
    li   a1, MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP
    ebreak
    EXPECT(a2, MSTATUS_SPIE)    /* SPP: U; SIE was set by the sret before */
    TO_M
    la   a0, s_trap
    csrw stvec, a0
    csrw medeleg, zero
    jr   s1

    .balign 4
s_push_vector:
    csrr a4, scause
    li   a2, CAUSE_ECALL_U      /* TO_M */
    beq  a4, a2, 1f
    csrr a2, sstatus
    and  a2, a2, a1
    csrr a3, sepc
    addi a3, a3, 4
    csrw sepc, a3
    sret
1:  j    s_trap

/* mtvec: exceptions go to the base in both modes, only interrupts are spread; bit 1 is not writable
 * to 1. */
vectored:
    la   a0, vectors
    addi a1, a0, 1
    csrw mtvec, a1
    csrr a2, mtvec
    EXPECT_REG(a2, a1)
    li   a3, 0
    ebreak
    EXPECT(a3, 0x100)
    li   a3, 0                  /* our own software interrupt: base + 4 * 3 */
    li   a4, CLINT
    li   a5, 1
    csrwi mie, 1 << IRQ_MSI
    csrsi mstatus, MSTATUS_MIE
    sw   a5, 0(a4)
1:  beqz a3, 1b
    EXPECT(a3, 0x103)
    csrci mstatus, MSTATUS_MIE
    csrw mie, x0
    la   a0, m_trap
    csrw mtvec, a0
    la   a0, vectors
    addi a1, a0, 1
    csrw stvec, a1
    csrr a2, stvec
    EXPECT_REG(a2, a1)
    la   a0, s_trap
    csrw stvec, a0
    jr   s1

    .balign 64
vectors:
    j    vector_base
    j    vector_wrong
    j    vector_wrong
    j    vector_msi
vector_wrong:
    UNREACHED
vector_base:
    li   a3, 0x100
    csrr a2, mepc
    addi a2, a2, 4
    csrw mepc, a2
    mret
vector_msi:
    li   a3, 0x103
    sw   x0, 0(a4)
    csrr a2, mcause
    EXPECT(a2, (1 << (__riscv_xlen - 1)) + IRQ_MSI)
    mret

/* A trap inside a trap handler: the handler saves the state and finds its own again. */
nested:
    la   a0, outer_vector
    csrw mtvec, a0
    li   a3, 1
    ecall
resume:
    EXPECT(a3, 0x321)
    la   a0, m_trap
    csrw mtvec, a0
    jr   s1

    .balign 4
outer_vector:
    csrr s2, mepc
    csrr s3, mstatus
    la   a0, inner_vector
    csrw mtvec, a0
    li   s4, NOBODY
    lw   a0, 0(s4)
    EXPECT(a0, 0x555)
    addi a3, a3, 0x300
    EXPECT_SYM(s2, resume - 4)
    addi s2, s2, 4
    csrw mepc, s2
    csrw mstatus, s3
    mret
    .balign 4
inner_vector:
    csrr a0, mtval
    EXPECT_REG(a0, s4)
    csrr a0, mcause
    EXPECT(a0, CAUSE_LOAD_ACCESS)
    li   a0, 0x555
    addi a3, a3, 0x20
    csrr s5, mepc
    addi s5, s5, 4
    csrw mepc, s5
    mret

    .data
    .balign 4096
closed_page:
    .word 1, 2, 3, 4
