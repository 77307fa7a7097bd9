/* SPDX-License-Identifier: MIT */
/*
 * The supervisor's own timer: who may access stimecmp, what mip.STIP shows, and the interrupt.
 * Sstc specification 0.5.4.
 *
 * @xlen 64 32
 */
#include "guest.h"

#define STI (1 << IRQ_STI)
#define TM  2                   /* of mcounteren */
#define STCE 31                 /* bit of the upper half of menvcfg */
#define INTERRUPT (1 << (__riscv_xlen - 1))
#define STIMECMP  0x14d
#define STIMECMPH 0x15d

#if __riscv_xlen == 64
    .macro set_stce on
    li   t0, 1 << (32 + STCE)
    .if \on
    csrs menvcfg, t0
    .else
    csrc menvcfg, t0
    .endif
    .endm
    .macro set_stimecmp low, high
    csrw STIMECMP, \low
    .endm
    .macro get_time low, high
    csrr \low, time
    .endm
#else
    .macro set_stce on
    li   t0, 1 << STCE
    .if \on
    csrs 0x31a, t0
    .else
    csrc 0x31a, t0
    .endif
    .endm
    .macro set_stimecmp low, high /* never early: the largest value in between */
    li   t0, -1
    csrw STIMECMP, t0
    csrw STIMECMPH, \high
    csrw STIMECMP, \low
    .endm
    .macro get_time low, high
.Lagain\@:
    csrr \high, timeh
    csrr \low, time
    csrr t0, timeh
    bne  t0, \high, .Lagain\@
    .endm
#endif
#define STCE_ON  set_stce 1
#define STCE_OFF set_stce 0

    .option norvc
    .text
    .globl test_main
test_main:
    jal  s1, access
    jal  s1, pending
    jal  s1, machine_bit
    jal  s1, interrupt
    jal  s1, waiting
    STCE_OFF
    TEST_DONE

/* M always; S when menvcfg.STCE and mcounteren.TM are set; U never. */
access:
    csrw mcounteren, zero
    STCE_OFF
    li   a0, -1
    csrw STIMECMP, a0
    csrr a1, STIMECMP
    EXPECT_REG(a1, a0)
    li   a0, R(0x123456789abcdef0, 0x9abcdef0)
    csrw STIMECMP, a0
    csrr a1, STIMECMP
    EXPECT_REG(a1, a0)
#if __riscv_xlen == 32
    li   a2, 0x12345678
    csrw STIMECMPH, a2
    csrr a1, STIMECMPH
    EXPECT_REG(a1, a2)
    csrr a1, STIMECMP
    EXPECT_REG(a1, a0)
#else
    ILLEGAL(csrr a1, STIMECMPH)
#endif
    TO_MODE(MODE_S)
    ILLEGAL(csrr a1, STIMECMP)
    ILLEGAL(csrw STIMECMP, a0)
    TO_M
    csrwi mcounteren, TM
    TO_MODE(MODE_S)
    ILLEGAL(csrr a1, STIMECMP)
    TO_M
    STCE_ON
    csrwi mcounteren, 7 & ~TM
    TO_MODE(MODE_S)
    ILLEGAL(csrr a1, STIMECMP)
    TO_M
    csrwi mcounteren, TM
    csrwi scounteren, TM
    TO_MODE(MODE_S)
    csrr a1, STIMECMP
    EXPECT_REG(a1, a0)
    csrw STIMECMP, a0
#if __riscv_xlen == 32
    csrr a1, STIMECMPH
    csrw STIMECMPH, a1
#endif
    TO_M
    TO_MODE(MODE_U)
    ILLEGAL(csrr a1, STIMECMP)
    ILLEGAL(csrw STIMECMP, a0)
    TO_M
    jr   s1

/* STIP is time >= stimecmp, and nothing else can change it. */
pending:
    STCE_ON
    li   s2, -1
    set_stimecmp s2, s2
    li   s3, STI
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, 0)
    li   a1, 0
    set_stimecmp a1, a1
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, STI)
    csrc mip, s3
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, STI)
    set_stimecmp s2, s2
    csrs mip, s3
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, 0)
    /* A while from now. */
    get_time a0, a1
    li   a2, 20000
    add  a2, a0, a2
    sltu a3, a2, a0
    add  a3, a3, a1
    set_stimecmp a2, a3
1:  csrr a0, time
    csrr a4, mip
    csrr a5, time
    and  a4, a4, s3
    sub  a5, a5, a2
    bnez a4, 2f
    li   t0, 10000000           /* a second late is not seen */
    EXPECT_IF(blt, a5, t0)
    j    1b
2:  EXPECT_IF(bge, a5, zero)
    set_stimecmp s2, s2
    csrr a4, mip
    and  a4, a4, s3
    EXPECT(a4, 0)
    jr   s1

/* Without STCE STIP is M's to write, whatever stimecmp is. */
machine_bit:
    STCE_OFF
    li   s3, STI
#if !QEMU72                     /* which sets it all the same */
    set_stimecmp zero, zero
#endif
    csrc mip, s3
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, 0)
    csrs mip, s3
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, STI)
    csrc mip, s3
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, 0)
    STCE_ON
#if !QEMU72                     /* which looks at stimecmp only when it is written */
    csrr a0, mip
    and  a0, a0, s3
    EXPECT(a0, STI)
#endif
    jr   s1

/* The supervisor takes it, and ends it by setting stimecmp. */
interrupt:
    li   s2, -1
    set_stimecmp s2, s2
    la   a0, s_vector
    csrw stvec, a0
    li   s3, STI
    csrw mideleg, s3
    csrwi mcounteren, TM
    li   s4, 0                  /* taken */
    TO_MODE(MODE_S)
    csrs sie, s3
    csrsi sstatus, MSTATUS_SIE
    li   s5, 5
1:  get_time a0, a1
    li   a2, 1000
    add  a2, a0, a2
    sltu a3, a2, a0
    add  a3, a3, a1
    mv   s6, s4
    set_stimecmp a2, a3
2:  beq  s4, s6, 2b
    csrr a0, sip
    and  a0, a0, s3
    EXPECT(a0, 0)
    addi s5, s5, -1
    bnez s5, 1b
    csrci sstatus, MSTATUS_SIE
    csrc sie, s3
    TO_M
    EXPECT(s4, 5)
    la   a0, s_trap
    csrw stvec, a0
    csrw mideleg, zero
    jr   s1

    .balign 4
s_vector:
    csrr s7, scause
    bgez s7, 1f
    EXPECT(s7, INTERRUPT + IRQ_STI)
    set_stimecmp s2, s2
    addi s4, s4, 1
    sret
1:  j    s_trap

/* wfi ends when it is due. */
waiting:
    STCE_ON
    li   s3, STI
    csrci mstatus, MSTATUS_MIE
    csrw mie, s3
    get_time a0, a1
    li   a2, 5000
    add  a2, a0, a2
    sltu a3, a2, a0
    add  a3, a3, a1
    set_stimecmp a2, a3
1:  wfi
    csrr a0, mip
    and  a0, a0, s3
    beqz a0, 1b
    set_stimecmp s2, s2
    csrw mie, zero
    jr   s1
