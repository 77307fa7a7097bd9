/* SPDX-License-Identifier: MIT */
/*
 * Atomics of one hart: every AMO in both widths with its old value and its new memory, what they
 * leave alone, LR/SC success and each way to fail, misaligned addresses, the ordering suffixes.
 * Unprivileged manual, chapter A.
 *
 * @xlen 64 32
 */
#include "guest.h"

/* AMO_W(op, memory, register, new memory): also with junk in the register's upper half, through
 * registers that a JIT may not pin, and with rd = rs2, rd = rs1 and rd = x0. */
#define AMO_W(op, memory, value, want) amo_w_ __LINE__, op, memory, value, want
#define AMO_D(op, memory, value, want) amo_d_ __LINE__, op, memory, value, want

    .macro amo_set_w_ memory
    li   t0, \memory
    sw   t0, 0(s1)
    .endm

    .macro amo_check_w_ line, got, memory, want
    li   t0, \memory
#if __riscv_xlen == 64
    sext.w t0, t0
#endif
    expect_reg_ \line, \got, t0
    li   t0, \want
    lw   t1, 0(s1)
#if __riscv_xlen == 64
    sext.w t0, t0
#endif
    expect_reg_ \line, t1, t0
    lw   t1, 4(s1)              /* the neighbours keep their pattern */
    expect_ \line, t1, 0x5a5a5a5a
    lw   t1, -4(s1)
    expect_ \line, t1, 0x5a5a5a5a
    .endm

    .macro amo_w_ line, op, memory, value, want
    amo_set_w_ \memory
    li   a1, \value
    \op  a2, a1, (s1)
    amo_check_w_ \line, a2, \memory, \want
    amo_set_w_ \memory
    li   s8, \value
#if __riscv_xlen == 64
    li   t0, 0x7fffffff00000000
    xor  s8, s8, t0
#endif
    \op\().aqrl s9, s8, (s1)
    amo_check_w_ \line, s9, \memory, \want
    amo_set_w_ \memory
    li   a1, \value
    \op\().aq a1, a1, (s1)
    amo_check_w_ \line, a1, \memory, \want
    amo_set_w_ \memory
    li   a1, \value
    mv   a3, s1
    \op\().rl a3, a1, (a3)
    amo_check_w_ \line, a3, \memory, \want
    amo_set_w_ \memory
    \op  x0, a1, (s1)
    li   a3, \memory
#if __riscv_xlen == 64
    sext.w a3, a3
#endif
    amo_check_w_ \line, a3, \memory, \want
    .endm

    .macro amo_d_ line, op, memory, value, want
    li   t0, \memory
    sd   t0, 0(s1)
    li   a1, \value
    \op  a2, a1, (s1)
    expect_ \line, a2, \memory
    ld   t1, 0(s1)
    expect_ \line, t1, \want
    sd   t0, 0(s1)
    li   s8, \value
    \op\().aqrl s8, s8, (s1)
    expect_ \line, s8, \memory
    ld   t1, 0(s1)
    expect_ \line, t1, \want
    .endm

    .option norvc
    .text
    .globl test_main
test_main:
    la   s1, area + 64
    la   t0, area
    li   t1, 0x5a5a5a5a
    li   t2, 32
1:  sw   t1, 0(t0)
    addi t0, t0, 4
    addi t2, t2, -1
    bnez t2, 1b

    AMO_W(amoswap.w, 0x80000000, 0xfffff800, 0xfffff800)
    AMO_W(amoswap.w, 0x7fffffff, 1, 1)
    AMO_W(amoswap.w, 0xffffffff, 0, 0)
    AMO_W(amoswap.w, 0x12345678, 0x87654321, 0x87654321)
    AMO_W(amoadd.w, 0x80000000, 0xfffff800, 0x7ffff800)
    AMO_W(amoadd.w, 0x7fffffff, 1, 0x80000000)
    AMO_W(amoadd.w, 0xffffffff, 0, 0xffffffff)
    AMO_W(amoadd.w, 0x12345678, 0x87654321, 0x99999999)
    AMO_W(amoxor.w, 0x80000000, 0xfffff800, 0x7ffff800)
    AMO_W(amoxor.w, 0x7fffffff, 1, 0x7ffffffe)
    AMO_W(amoxor.w, 0xffffffff, 0, 0xffffffff)
    AMO_W(amoxor.w, 0x12345678, 0x87654321, 0x95511559)
    AMO_W(amoand.w, 0x80000000, 0xfffff800, 0x80000000)
    AMO_W(amoand.w, 0x7fffffff, 1, 1)
    AMO_W(amoand.w, 0xffffffff, 0, 0)
    AMO_W(amoand.w, 0x12345678, 0x87654321, 0x2244220)
    AMO_W(amoor.w, 0x80000000, 0xfffff800, 0xfffff800)
    AMO_W(amoor.w, 0x7fffffff, 1, 0x7fffffff)
    AMO_W(amoor.w, 0xffffffff, 0, 0xffffffff)
    AMO_W(amoor.w, 0x12345678, 0x87654321, 0x97755779)
    AMO_W(amomin.w, 0x80000000, 0xfffff800, 0x80000000)
    AMO_W(amomin.w, 0x7fffffff, 1, 1)
    AMO_W(amomin.w, 0xffffffff, 0, 0xffffffff)
    AMO_W(amomin.w, 0x12345678, 0x87654321, 0x87654321)
    AMO_W(amomax.w, 0x80000000, 0xfffff800, 0xfffff800)
    AMO_W(amomax.w, 0x7fffffff, 1, 0x7fffffff)
    AMO_W(amomax.w, 0xffffffff, 0, 0)
    AMO_W(amomax.w, 0x12345678, 0x87654321, 0x12345678)
    AMO_W(amominu.w, 0x80000000, 0xfffff800, 0x80000000)
    AMO_W(amominu.w, 0x7fffffff, 1, 1)
    AMO_W(amominu.w, 0xffffffff, 0, 0)
    AMO_W(amominu.w, 0x12345678, 0x87654321, 0x12345678)
    AMO_W(amomaxu.w, 0x80000000, 0xfffff800, 0xfffff800)
    AMO_W(amomaxu.w, 0x7fffffff, 1, 0x7fffffff)
    AMO_W(amomaxu.w, 0xffffffff, 0, 0xffffffff)
    AMO_W(amomaxu.w, 0x12345678, 0x87654321, 0x87654321)
#if __riscv_xlen == 64
    AMO_D(amoswap.d, 0x8000000000000000, 0xfffffffffffff800, 0xfffffffffffff800)
    AMO_D(amoswap.d, 0x7fffffffffffffff, 1, 1)
    AMO_D(amoswap.d, 0xffffffffffffffff, 0, 0)
    AMO_D(amoswap.d, 0x123456789abcdef0, 0xfedcba9876543210, 0xfedcba9876543210)
    AMO_D(amoswap.d, 0x80000000, 0x7fffffff, 0x7fffffff)
    AMO_D(amoadd.d, 0x8000000000000000, 0xfffffffffffff800, 0x7ffffffffffff800)
    AMO_D(amoadd.d, 0x7fffffffffffffff, 1, 0x8000000000000000)
    AMO_D(amoadd.d, 0xffffffffffffffff, 0, 0xffffffffffffffff)
    AMO_D(amoadd.d, 0x123456789abcdef0, 0xfedcba9876543210, 0x1111111111111100)
    AMO_D(amoadd.d, 0x80000000, 0x7fffffff, 0xffffffff)
    AMO_D(amoxor.d, 0x8000000000000000, 0xfffffffffffff800, 0x7ffffffffffff800)
    AMO_D(amoxor.d, 0x7fffffffffffffff, 1, 0x7ffffffffffffffe)
    AMO_D(amoxor.d, 0xffffffffffffffff, 0, 0xffffffffffffffff)
    AMO_D(amoxor.d, 0x123456789abcdef0, 0xfedcba9876543210, 0xece8ece0ece8ece0)
    AMO_D(amoxor.d, 0x80000000, 0x7fffffff, 0xffffffff)
    AMO_D(amoand.d, 0x8000000000000000, 0xfffffffffffff800, 0x8000000000000000)
    AMO_D(amoand.d, 0x7fffffffffffffff, 1, 1)
    AMO_D(amoand.d, 0xffffffffffffffff, 0, 0)
    AMO_D(amoand.d, 0x123456789abcdef0, 0xfedcba9876543210, 0x1214121812141210)
    AMO_D(amoand.d, 0x80000000, 0x7fffffff, 0)
    AMO_D(amoor.d, 0x8000000000000000, 0xfffffffffffff800, 0xfffffffffffff800)
    AMO_D(amoor.d, 0x7fffffffffffffff, 1, 0x7fffffffffffffff)
    AMO_D(amoor.d, 0xffffffffffffffff, 0, 0xffffffffffffffff)
    AMO_D(amoor.d, 0x123456789abcdef0, 0xfedcba9876543210, 0xfefcfef8fefcfef0)
    AMO_D(amoor.d, 0x80000000, 0x7fffffff, 0xffffffff)
    AMO_D(amomin.d, 0x8000000000000000, 0xfffffffffffff800, 0x8000000000000000)
    AMO_D(amomin.d, 0x7fffffffffffffff, 1, 1)
    AMO_D(amomin.d, 0xffffffffffffffff, 0, 0xffffffffffffffff)
    AMO_D(amomin.d, 0x123456789abcdef0, 0xfedcba9876543210, 0xfedcba9876543210)
    AMO_D(amomin.d, 0x80000000, 0x7fffffff, 0x7fffffff)
    AMO_D(amomax.d, 0x8000000000000000, 0xfffffffffffff800, 0xfffffffffffff800)
    AMO_D(amomax.d, 0x7fffffffffffffff, 1, 0x7fffffffffffffff)
    AMO_D(amomax.d, 0xffffffffffffffff, 0, 0)
    AMO_D(amomax.d, 0x123456789abcdef0, 0xfedcba9876543210, 0x123456789abcdef0)
    AMO_D(amomax.d, 0x80000000, 0x7fffffff, 0x80000000)
    AMO_D(amominu.d, 0x8000000000000000, 0xfffffffffffff800, 0x8000000000000000)
    AMO_D(amominu.d, 0x7fffffffffffffff, 1, 1)
    AMO_D(amominu.d, 0xffffffffffffffff, 0, 0)
    AMO_D(amominu.d, 0x123456789abcdef0, 0xfedcba9876543210, 0x123456789abcdef0)
    AMO_D(amominu.d, 0x80000000, 0x7fffffff, 0x7fffffff)
    AMO_D(amomaxu.d, 0x8000000000000000, 0xfffffffffffff800, 0xfffffffffffff800)
    AMO_D(amomaxu.d, 0x7fffffffffffffff, 1, 0x7fffffffffffffff)
    AMO_D(amomaxu.d, 0xffffffffffffffff, 0, 0xffffffffffffffff)
    AMO_D(amomaxu.d, 0x123456789abcdef0, 0xfedcba9876543210, 0xfedcba9876543210)
    AMO_D(amomaxu.d, 0x80000000, 0x7fffffff, 0x80000000)
#endif

    /* An AMO whose operand is its address, and one on the area that it just stored. */
    SX   x0, 0(s1)
    amoadd.w a0, s1, (s1)
    EXPECT(a0, 0)
    lw   a0, 0(s1)
    mv   a1, s1
#if __riscv_xlen == 64
    sext.w a1, a1
#endif
    EXPECT_REG(a0, a1)

    /* LR then SC to the same address succeeds, once. */
    li   a1, 77
    sw   a1, 0(s1)
    lr.w a0, (s1)
    EXPECT(a0, 77)
    addi a0, a0, 1
    sc.w a2, a0, (s1)
    EXPECT(a2, 0)
    lw   a0, 0(s1)
    EXPECT(a0, 78)
    li   a0, 99
    sc.w a2, a0, (s1)
    EXPECT_IF(bne, a2, zero)
    lw   a0, 0(s1)
    EXPECT(a0, 78)
    /* SC without any LR, and SC to another address than LR's, store nothing. */
    addi s2, s1, 64
    sw   x0, 0(s2)
    lr.w a0, (s1)
    sc.w a2, a1, (s2)
    EXPECT_IF(bne, a2, zero)
    lw   a0, 0(s2)
    EXPECT(a0, 0)
    sc.w a2, a1, (s1)           /* the failed SC ended the reservation */
    EXPECT_IF(bne, a2, zero)
    lw   a0, 0(s1)
    EXPECT(a0, 78)
    /* A later LR takes the place of the first. */
    lr.w a0, (s1)
    lr.w a0, (s2)
    sc.w a2, a1, (s1)
    EXPECT_IF(bne, a2, zero)
    /* LR sign-extends; SC gives 0 or not 0 and leaves memory beside it alone. */
    li   a0, 0x80000001
    sw   a0, 0(s1)
    lr.w.aq s7, (s1)
    EXPECT(s7, R(0xffffffff80000001, 0x80000001))
    li   s8, R(0x1111111122222222, 0x22222222)
    sc.w.rl s9, s8, (s1)
    EXPECT(s9, 0)
    lw   a0, 0(s1)
    EXPECT(a0, 0x22222222)
    lw   a0, -4(s1)
    EXPECT(a0, 0x5a5a5a5a)
    lr.w a0, (s1)               /* rd of SC is its operand, or its address */
    addi a0, a0, 5
    sc.w a0, a0, (s1)
    EXPECT(a0, 0)
    lr.w a0, (s1)
    EXPECT(a0, 0x22222227)
    mv   a3, s1
    sc.w a3, a1, (a3)
    EXPECT(a3, 0)
    lr.w a0, (s1)
    EXPECT(a0, 77)
    sc.w x0, x0, (s1)
    lw   a0, 0(s1)
    EXPECT(a0, 0)
#if __riscv_xlen == 64
    li   a1, 0x123456789abcdef0
    sd   a1, 0(s1)
    lr.d a0, (s1)
    EXPECT_REG(a0, a1)
    not  a0, a0
    sc.d a2, a0, (s1)
    EXPECT(a2, 0)
    ld   a2, 0(s1)
    EXPECT_REG(a2, a0)
    sc.d a2, a1, (s1)
    EXPECT_IF(bne, a2, zero)
#endif
    /* A loop of the kind that the manual guarantees to end. */
    sw   x0, 0(s1)
    li   a1, 1000
1:  lr.w.aq a0, (s1)
    addi a0, a0, 3
    sc.w.rl a2, a0, (s1)
    bnez a2, 1b
    addi a1, a1, -1
    bnez a1, 1b
    lw   a0, 0(s1)
    EXPECT(a0, 3000)

    /* Misaligned atomics trap and change nothing; tval is the address. */
    li   a0, 0x1234
    .irp off, 1, 2, 3
    addi s2, s1, \off
    TRAPS_REG(CAUSE_LOAD_MISALIGNED, s2, lr.w a0, (s2))
#if !QEMU72                     /* "AMOs never raise load ... exceptions" (priv. 3.1.15) */
    TRAPS_REG(CAUSE_STORE_MISALIGNED, s2, amoadd.w a0, a0, (s2))
    TRAPS_REG(CAUSE_STORE_MISALIGNED, s2, amoswap.w.aqrl s7, a0, (s2))
    TRAPS_REG(CAUSE_STORE_MISALIGNED, s2, amomaxu.w x0, a0, (s2))
#endif
    .endr
#if __riscv_xlen == 64
    .irp off, 1, 4, 7
    addi s2, s1, \off
#if !QEMU72
    TRAPS_REG(CAUSE_STORE_MISALIGNED, s2, amoor.d a0, a0, (s2))
#endif
    TRAPS_REG(CAUSE_LOAD_MISALIGNED, s2, lr.d a0, (s2))
    .endr
#endif
    EXPECT(a0, 0x1234)
    lw   a1, 0(s1)
    EXPECT(a1, 3000)
    lr.w a0, (s1)
    addi s2, s1, 2
#if !QEMU72                     /* SC, too: "an address-misaligned ... exception" (chapter A) */
    TRAPS_REG(CAUSE_STORE_MISALIGNED, s2, sc.w a0, a0, (s2))
#endif

    /* Reserved encodings. */
    ILLEGAL(.4byte 0x1000202f | 1 << 20) /* lr.w with rs2 */
    ILLEGAL(.4byte 0x2800202f)           /* unknown operation */
    ILLEGAL(.4byte 0x0000102f)           /* width 1 */
    ILLEGAL(.4byte 0x0000402f)           /* width 4 */
#if __riscv_xlen == 32
    ILLEGAL(.4byte 0x0000302f)           /* .d */
#endif

    TEST_DONE

    .bss
    .balign 64
area:
    .zero 256
