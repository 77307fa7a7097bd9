/* SPDX-License-Identifier: MIT */
/*
 * The base integer operations: RV32I and RV64I register and immediate forms, lui, auipc, x0. The
 * expected values follow from the definitions in the unprivileged manual, chapters RV32I and
 * RV64I.
 *
 * @xlen 64 32
 */
#include "ops.h"

    .option norvc
    .text
    .globl test_main
test_main:
    OP2(add, 0, 0, 0)
    OP2(add, 1, 0xffffffffffffffff, 0)
    OP2(add, 0x7fffffff, 1, 0x80000000)
    OP2(add, 0x7fffffffffffffff, 1, 0x8000000000000000)
    OP2(add, 0x80000000, 0xffffffff80000000, 0)
    OP2(add, 0x8000000000000000, 0xffffffffffffffff, 0x7fffffffffffffff)
    OP2(add, 0xffffffff, 0xffffffff, 0x1fffffffe)
    OP2(add, 0x123456789abcdef0, 0xfedcba9876543210, 0x1111111111111100)

    OP2(sub, 0, 0, 0)
    OP2(sub, 1, 0xffffffffffffffff, 2)
    OP2(sub, 0x7fffffff, 1, 0x7ffffffe)
    OP2(sub, 0x7fffffffffffffff, 1, 0x7ffffffffffffffe)
    OP2(sub, 0x80000000, 0xffffffff80000000, 0x100000000)
    OP2(sub, 0x8000000000000000, 0xffffffffffffffff, 0x8000000000000001)
    OP2(sub, 0xffffffff, 0xffffffff, 0)
    OP2(sub, 0x123456789abcdef0, 0xfedcba9876543210, 0x13579be02468ace0)

    OP2(and, 0, 0xffffffffffffffff, 0)
    OP2(and, 0xff00ff00ff00ff00, 0xf0f0f0f0f0f0f0f, 0xf000f000f000f00)
    OP2(and, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 0)
    OP2(and, 0x123456789abcdef0, 0xff00ff0000ff0ff0, 0x1200560000bc0ef0)

    OP2(or, 0, 0xffffffffffffffff, 0xffffffffffffffff)
    OP2(or, 0xff00ff00ff00ff00, 0xf0f0f0f0f0f0f0f, 0xff0fff0fff0fff0f)
    OP2(or, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 0xffffffffffffffff)
    OP2(or, 0x123456789abcdef0, 0xff00ff0000ff0ff0, 0xff34ff789affdff0)

    OP2(xor, 0, 0xffffffffffffffff, 0xffffffffffffffff)
    OP2(xor, 0xff00ff00ff00ff00, 0xf0f0f0f0f0f0f0f, 0xf00ff00ff00ff00f)
    OP2(xor, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 0xffffffffffffffff)
    OP2(xor, 0x123456789abcdef0, 0xff00ff0000ff0ff0, 0xed34a9789a43d100)

    OP2(sll, 1, 0, 1)
    OP2(sll, 1, 0x1f, 0x80000000)
    OP2(sll, 0x8000000080000000, 0x1f, 0x4000000000000000)
    OP2(sll, 0x8000000080000000, 0x20, R(0x8000000000000000, 0x80000000))
    OP2(sll, 0x8000000080000000, 0x21, 0)
    OP2(sll, 0xdeadbeefcafef00d, 0x3f, R(0x8000000000000000, 0x80000000))
    OP2(sll, 0x7edcba9876543210, 7, 0x6e5d4c3b2a190800)
    OP2(sll, 0xdeadbeefcafef00d, 0xffffffffffffff84, 0xeadbeefcafef00d0)
    OP2(sll, 0xf000000070000000, 0x40, 0xf000000070000000)

    OP2(srl, 1, 0, 1)
    OP2(srl, 1, 0x1f, 0)
    OP2(srl, 0x8000000080000000, 0x1f, 0x100000001)
    OP2(srl, 0x8000000080000000, 0x20, 0x80000000)
    OP2(srl, 0x8000000080000000, 0x21, 0x40000000)
    OP2(srl, 0xdeadbeefcafef00d, 0x3f, 1)
    OP2(srl, 0x7edcba9876543210, 7, R(0xfdb97530eca864, 0xeca864))
    OP2(srl, 0xdeadbeefcafef00d, 0xffffffffffffff84, R(0xdeadbeefcafef00, 0xcafef00))
    OP2(srl, 0xf000000070000000, 0x40, 0xf000000070000000)

    OP2(sra, 1, 0, 1)
    OP2(sra, 1, 0x1f, 0)
    OP2(sra, 0x8000000080000000, 0x1f, R(0xffffffff00000001, 0xffffffff))
    OP2(sra, 0x8000000080000000, 0x20, 0xffffffff80000000)
    OP2(sra, 0x8000000080000000, 0x21, 0xffffffffc0000000)
    OP2(sra, 0xdeadbeefcafef00d, 0x3f, 0xffffffffffffffff)
    OP2(sra, 0x7edcba9876543210, 7, R(0xfdb97530eca864, 0xeca864))
    OP2(sra, 0xdeadbeefcafef00d, 0xffffffffffffff84, 0xfdeadbeefcafef00)
    OP2(sra, 0xf000000070000000, 0x40, 0xf000000070000000)

    OP2(slt, 0, 0, 0)
    OP2(slt, 0, 1, 1)
    OP2(slt, 1, 0, 0)
    OP2(slt, 0xffffffffffffffff, 0, 1)
    OP2(slt, 0, 0xffffffffffffffff, 0)
    OP2(slt, 0xffffffffffffffff, 1, 1)
    OP2(slt, 0x7fffffffffffffff, 0x8000000000000000, R(0, 1))
    OP2(slt, 0x8000000000000000, 0x7fffffffffffffff, R(1, 0))
    OP2(slt, 0x7fffffff, 0xffffffff80000000, 0)
    OP2(slt, 0xffffffff80000000, 0x7fffffff, 1)

    OP2(sltu, 0, 0, 0)
    OP2(sltu, 0, 1, 1)
    OP2(sltu, 1, 0, 0)
    OP2(sltu, 0xffffffffffffffff, 0, 0)
    OP2(sltu, 0, 0xffffffffffffffff, 1)
    OP2(sltu, 0xffffffffffffffff, 1, 0)
    OP2(sltu, 0x7fffffffffffffff, 0x8000000000000000, R(1, 0))
    OP2(sltu, 0x8000000000000000, 0x7fffffffffffffff, R(0, 1))
    OP2(sltu, 0x7fffffff, 0xffffffff80000000, 1)
    OP2(sltu, 0xffffffff80000000, 0x7fffffff, 0)

    OPI(addi, 0, -2048, 0xfffffffffffff800)
    OPI(addi, 0x7ffffffffffff801, 2047, 0x8000000000000000)
    OPI(addi, 0x7fffffff, 1, 0x80000000)
    OPI(addi, 0xffffffffffffffff, 1, 0)
    OPI(addi, 0xffffffff80000000, -1, 0xffffffff7fffffff)
    OPI(slti, 0xfffffffffffff7ff, -2048, 1)
    OPI(slti, 0xfffffffffffff801, -2048, 0)
    OPI(slti, 5, 5, 0)
    OPI(slti, 0x8000000000000000, 0, R(1, 0))
    OPI(slti, 0x7fffffffffffffff, -1, 0)
    OPI(sltiu, 0, -1, 1)
    OPI(sltiu, 0xffffffffffffffff, -1, 0)
    OPI(sltiu, 0xfffffffffffff7ff, -2048, 1)
    OPI(sltiu, 0, 1, 1)
    OPI(sltiu, 1, 1, 0)
    OPI(sltiu, 2, 1, 0)
    OPI(andi, 0x123456789abcdef0, -16, 0x123456789abcdef0)
    OPI(andi, 0x123456789abcdef0, 2047, 0x6f0)
    OPI(ori, 0x123456789abcdef0, -2048, 0xfffffffffffffef0)
    OPI(ori, 0, 2047, 0x7ff)
    OPI(xori, 0x123456789abcdef0, -1, 0xedcba9876543210f)
    OPI(xori, 0xff, 85, 0xaa)
    OPI(slli, 1, 0, 1)
    OPI(slli, 0x8000000180000001, 1, 0x300000002)
    OPI(slli, 1, 31, 0x80000000)
    OPI(srli, 0xffffffffffffffff, 0, 0xffffffffffffffff)
    OPI(srli, 0xffffffffffffffff, 31, R(0x1ffffffff, 1))
    OPI(srli, 0x8000000080000000, 1, 0x4000000040000000)
    OPI(srai, 0xffffffffffffffff, 31, 0xffffffffffffffff)
    OPI(srai, 0x8000000080000000, 4, R(0xf800000008000000, 0xf8000000))
    OPI(srai, 0x7fffffff7fffffff, 30, R(0x1fffffffd, 1))

#if __riscv_xlen == 64
    OPI(slli, 3, 63, R(0x8000000000000000, 0x80000000))
    OPI(slli, 3, 32, R(0x300000000, 3))
    OPI(srli, 0x8000000000000000, 63, R(1, 0))
    OPI(srli, 0xf00000000, 33, R(7, 0))
    OPI(srai, 0x8000000000000000, 63, R(0xffffffffffffffff, 0))
    OPI(srai, 0xf000000000000000, 33, R(0xfffffffff8000000, 0))
    OPI(addiw, 0x7fffffff, 1, 0xffffffff80000000)
    OPI(addiw, 0xffffffff, 0, 0xffffffffffffffff)
    OPI(addiw, 0xffffffff, 1, 0)
    OPI(addiw, 0x80000000, -1, 0x7fffffff)
    OPI(addiw, 0x1234567887654321, -2048, 0xffffffff87653b21)
    OPI(slliw, 1, 31, 0xffffffff80000000)
    OPI(slliw, 0xffffffff00000003, 30, 0xffffffffc0000000)
    OPI(srliw, 0xffffffffffffffff, 1, 0x7fffffff)
    OPI(srliw, 0x180000000, 0, 0xffffffff80000000)
    OPI(srliw, 0x1f0000000, 28, 0xf)
    OPI(sraiw, 0x80000000, 31, 0xffffffffffffffff)
    OPI(sraiw, 0xf7fffffff, 4, 0x7ffffff)
    OPI(sraiw, 0x180000000, 0, 0xffffffff80000000)

    OP2(addw, 0, 0, 0)
    OP2(addw, 1, 0xffffffffffffffff, 0)
    OP2(addw, 0x7fffffff, 1, 0xffffffff80000000)
    OP2(addw, 0x7fffffffffffffff, 1, 0)
    OP2(addw, 0x80000000, 0xffffffff80000000, 0)
    OP2(addw, 0x8000000000000000, 0xffffffffffffffff, 0xffffffffffffffff)
    OP2(addw, 0xffffffff, 0xffffffff, 0xfffffffffffffffe)
    OP2(addw, 0x123456789abcdef0, 0xfedcba9876543210, 0x11111100)

    OP2(subw, 0, 0, 0)
    OP2(subw, 1, 0xffffffffffffffff, 2)
    OP2(subw, 0x7fffffff, 1, 0x7ffffffe)
    OP2(subw, 0x7fffffffffffffff, 1, 0xfffffffffffffffe)
    OP2(subw, 0x80000000, 0xffffffff80000000, 0)
    OP2(subw, 0x8000000000000000, 0xffffffffffffffff, 1)
    OP2(subw, 0xffffffff, 0xffffffff, 0)
    OP2(subw, 0x123456789abcdef0, 0xfedcba9876543210, 0x2468ace0)

    OP2(sllw, 1, 0, 1)
    OP2(sllw, 1, 0x1f, 0xffffffff80000000)
    OP2(sllw, 0x8000000080000000, 0x1f, 0)
    OP2(sllw, 0x8000000080000000, 0x20, 0xffffffff80000000)
    OP2(sllw, 0x8000000080000000, 0x21, 0)
    OP2(sllw, 0xdeadbeefcafef00d, 0x3f, 0xffffffff80000000)
    OP2(sllw, 0x7edcba9876543210, 7, 0x2a190800)
    OP2(sllw, 0xdeadbeefcafef00d, 0xffffffffffffff84, 0xffffffffafef00d0)
    OP2(sllw, 0xf000000070000000, 0x40, 0x70000000)

    OP2(srlw, 1, 0, 1)
    OP2(srlw, 1, 0x1f, 0)
    OP2(srlw, 0x8000000080000000, 0x1f, 1)
    OP2(srlw, 0x8000000080000000, 0x20, 0xffffffff80000000)
    OP2(srlw, 0x8000000080000000, 0x21, 0x40000000)
    OP2(srlw, 0xdeadbeefcafef00d, 0x3f, 1)
    OP2(srlw, 0x7edcba9876543210, 7, 0xeca864)
    OP2(srlw, 0xdeadbeefcafef00d, 0xffffffffffffff84, 0xcafef00)
    OP2(srlw, 0xf000000070000000, 0x40, 0x70000000)

    OP2(sraw, 1, 0, 1)
    OP2(sraw, 1, 0x1f, 0)
    OP2(sraw, 0x8000000080000000, 0x1f, 0xffffffffffffffff)
    OP2(sraw, 0x8000000080000000, 0x20, 0xffffffff80000000)
    OP2(sraw, 0x8000000080000000, 0x21, 0xffffffffc0000000)
    OP2(sraw, 0xdeadbeefcafef00d, 0x3f, 0xffffffffffffffff)
    OP2(sraw, 0x7edcba9876543210, 7, 0xeca864)
    OP2(sraw, 0xdeadbeefcafef00d, 0xffffffffffffff84, 0xfffffffffcafef00)
    OP2(sraw, 0xf000000070000000, 0x40, 0x70000000)

#endif

    /* lui and auipc extend their 20 bits with the sign. */
    lui  a0, 0x80000
    EXPECT(a0, R(0xffffffff80000000, 0x80000000))
    lui  s7, 0x7ffff
    EXPECT(s7, 0x7ffff000)
    lui  a0, 0
    EXPECT(a0, 0)
    lui  x0, 0xfffff
    EXPECT(x0, 0)
here:
    auipc a0, 0
    EXPECT_SYM(a0, here)
there:
    auipc a1, 0xfffff
    EXPECT_SYM(a1, there - 0x1000)
    auipc x0, 1
    EXPECT(x0, 0)

    /* Reads of x0 give 0 whatever was written. */
    li   a0, 7
    mv   x0, a0
    add  a1, x0, x0
    EXPECT(a1, 0)
    la   a2, test_main
    LX   x0, 0(a2)
    EXPECT(x0, 0)
    li   a1, 9
    sub  a1, x0, a1
    EXPECT(a1, -9)

    /* The same register three times. */
    li   a0, 21
    add  a0, a0, a0
    EXPECT(a0, 42)
    sub  a0, a0, a0
    EXPECT(a0, 0)
    li   s7, -1
    xor  s7, s7, s7
    EXPECT(s7, 0)
    li   s8, 0x55
    and  s8, s8, s8
    EXPECT(s8, 0x55)
    sltu s8, s8, s8
    EXPECT(s8, 0)

    /* Every register holds its own value. */
    la   s11, saved_sp
    SX   sp, 0(s11)
    .irp r, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    li   x\r, \r * 0x01010101
    .endr
    .irp r, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    slli x\r, x\r, 1
    .endr
    .irp r, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    EXPECT(x\r, \r * 0x02020202)
    .endr
    la   s11, saved_sp
    LX   sp, 0(s11)

    /* Known hints and reserved-for-hints encodings do nothing. */
    slti x0, a0, 5
    slli x0, x0, 31             /* the semihosting marks, alone */
    srai x0, x0, 7
    fence
    fence r, w
    fence.tso
    .4byte 0x0100000f           /* pause */
    fence.i
    EXPECT(x0, 0)
    TEST_DONE

    .bss
    .balign 8
saved_sp:
    .zero 8
