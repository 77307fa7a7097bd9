/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores: every width, sign and zero extension, offsets at both ends, operand overlaps,
 * misaligned accesses inside a word, across a cache line and across a page (the virt board's
 * harts do them in hardware), narrow stores that leave their neighbours alone, and accesses to
 * registers of devices.
 *
 * @xlen 64 32
 */
#include "guest.h"

/* LOAD(op, offset, value): from the pattern, through a pinned, an unpinned and the base register
 * itself. */
#define LOAD(op, offset, want) load_ __LINE__, op, offset, want

    .macro load_ line, op, offset, want
    la   a0, pattern
    \op  a1, \offset(a0)
    expect_ \line, a1, \want
    la   s7, pattern
    \op  s8, \offset(s7)
    expect_ \line, s8, \want
    \op  s7, \offset(s7)
    expect_ \line, s7, \want
    la   a0, pattern + 2047     /* the far end of the offset */
    \op  a0, \offset-2047(a0)
    expect_ \line, a0, \want
    .endm

/* STORE(op, offset, load, want): store the value to a cleared area, then look at the words around.
 * */
#define STORE(op, offset, value, ...) store_ __LINE__, op, offset, value, __VA_ARGS__

    .macro store_ line, op, offset, value, w0, w1, w2, w3
    la   a0, area
    li   a1, -1
    sw   a1, 0(a0)
    sw   a1, 4(a0)
    sw   a1, 8(a0)
    sw   a1, 12(a0)
    li   a2, \value
    \op  a2, \offset(a0)
    lw   a3, 0(a0)
    expect_ \line, a3, \w0
    lw   a3, 4(a0)
    expect_ \line, a3, \w1
    lw   a3, 8(a0)
    expect_ \line, a3, \w2
    lw   a3, 12(a0)
    expect_ \line, a3, \w3
    .endm

/* PAGE_CROSS(store, load, offset from the page's end, value): what is stored is what is loaded. */
#define PAGE_CROSS(st, ld, offset, value) page_cross_ __LINE__, st, ld, offset, value

    .macro page_cross_ line, st, ld, offset, value
    la   s2, two_pages + 4096
    li   a1, \value
    \st  a1, \offset(s2)
    \ld  a2, \offset(s2)
    expect_ \line, a2, \value
    .endm

    .option norvc
    .text
    .globl test_main
test_main:
    LOAD(lb, 0, 0x01)
    LOAD(lb, 4, -0x77)
    LOAD(lbu, 4, 0x89)
    LOAD(lb, 7, -0x11)
    LOAD(lbu, 7, 0xef)
    LOAD(lh, 0, 0x2301)
    LOAD(lh, 4, -0x5477)
    LOAD(lhu, 4, 0xab89)
    LOAD(lh, 6, -0x1033)
    LOAD(lhu, 6, 0xefcd)
    LOAD(lw, 0, 0x67452301)
    LOAD(lw, 4, -0x10325477)
    LOAD(lh, 1, 0x4523)
    LOAD(lh, 3, -0x7699)
    LOAD(lhu, 7, 0x10ef)
    LOAD(lw, 1, -0x7698badd)
    LOAD(lw, 2, -0x547698bb)
    LOAD(lw, 3, -0x32547699)
#if __riscv_xlen == 64
    LOAD(lwu, 0, 0x67452301)
    LOAD(lwu, 4, 0xefcdab89)
    LOAD(lwu, 3, 0xcdab8967)
    LOAD(ld, 0, 0xefcdab8967452301)
    LOAD(ld, 1, 0x10efcdab89674523)
    LOAD(ld, 4, 0x76543210efcdab89)
    LOAD(ld, 7, 0xdcba9876543210ef)
#endif

    STORE(sb, 0, 0x123, -0xdd, -1, -1, -1)
    STORE(sb, 3, 0, 0xffffff, -1, -1, -1)
    STORE(sb, 5, 0x80, -1, -0x7f01, -1, -1)
    STORE(sh, 0, 0x12345678, -0xa988, -1, -1, -1)
    STORE(sh, 6, 0, -1, 0xffff, -1, -1)
    STORE(sh, 3, 0x1234, 0x34ffffff, -0xee, -1, -1)
    STORE(sh, 7, 0, -1, 0xffffff, -0x100, -1)
    STORE(sw, 0, 0x12345678, 0x12345678, -1, -1, -1)
    STORE(sw, 4, 0, -1, 0, -1, -1)
    STORE(sw, 1, 0x12345678, 0x345678ff, -0xee, -1, -1)
    STORE(sw, 2, 0x12345678, 0x5678ffff, -0xedcc, -1, -1)
    STORE(sw, 7, 0, -1, 0xffffff, -0x1000000, -1)
#if __riscv_xlen == 64
    STORE(sd, 0, 0x1122334455667788, 0x55667788, 0x11223344, -1, -1)
    STORE(sd, 8, 0, -1, -1, 0, 0)
    STORE(sd, 4, 0x1122334455667788, -1, 0x55667788, 0x11223344, -1)
    STORE(sd, 1, 0x1122334455667788, 0x667788ff, 0x22334455, -0xef, -1)
    STORE(sd, 7, 0x1122334455667788, -1, -0x77000001, 0x44556677, -0xeeddcd)
#endif

    .irp at, -1, -2, -3, -4, -5, -6, -7, -8, 0, 1
    PAGE_CROSS(sw, lw, \at, 0x13572468 + \at)
    PAGE_CROSS(sh, lhu, \at, 0x9bdf + \at)
    PAGE_CROSS(sb, lbu, \at, 0x90 + \at)
#if __riscv_xlen == 64
    PAGE_CROSS(sd, ld, \at, 0x8182838485868788 + \at)
    PAGE_CROSS(sw, lwu, \at, 0xf0e0d0c0 + \at)
#endif
    .endr

    /* Bytes of a store across a page land on both pages, in order. */
    la   s2, two_pages + 4096
    sw   x0, -4(s2)
    sw   x0, 0(s2)
    li   a0, 0x44332211
    sw   a0, -3(s2)
    lbu  a1, -4(s2)
    EXPECT(a1, 0)
    lbu  a1, -3(s2)
    EXPECT(a1, 0x11)
    lbu  a1, -1(s2)
    EXPECT(a1, 0x33)
    lbu  a1, 0(s2)
    EXPECT(a1, 0x44)
    lbu  a1, 1(s2)
    EXPECT(a1, 0)

    /* A store is seen by a load of another width at once, and by a load over two stores. */
    la   a0, area
    li   a1, 0x11223344
    sw   a1, 0(a0)
    li   a2, 0x55667788
    sw   a2, 4(a0)
    lhu  a3, 2(a0)
    EXPECT(a3, 0x1122)
    lw   a3, 2(a0)
    EXPECT(a3, 0x77881122)
    sb   x0, 2(a0)
    lw   a3, 0(a0)
    EXPECT(a3, 0x11003344)

    /* One base register, many offsets; the base changes in the middle; the stack pointer as a base.
     * */
    la   s1, area
    .irp i, 0,1,2,3,4,5,6,7
    li   a1, \i * 17 + 1
    sw   a1, \i*4(s1)
    .endr
    lw   a0, 0(s1)
    lw   a1, 12(s1)
    addi s1, s1, 16
    lw   a2, -12(s1)
    lw   a3, 12(s1)
    EXPECT(a0, 1)
    EXPECT(a1, 3 * 17 + 1)
    EXPECT(a2, 17 + 1)
    EXPECT(a3, 7 * 17 + 1)
    mv   s2, sp
    la   sp, area
    lw   a0, 4(sp)
    sw   a0, 8(sp)
    addi sp, sp, 8
    lw   a1, 0(sp)
    mv   sp, s2
    EXPECT(a0, 18)
    EXPECT(a1, 18)

    /* Pointers that step over many pages, forward and backward, and alias each other. */
    la   s1, pages
    li   a0, 16
    mv   a1, s1
    li   t0, 4096
1:  SX   a0, 0(a1)
    SX   a0, 2040(a1)
    add  a1, a1, t0
    addi a0, a0, -1
    bnez a0, 1b
    li   a0, 16
    li   a2, 0
1:  sub  a1, a1, t0
    LX   a3, 2040(a1)
    LX   a4, 0(a1)
    add  a2, a2, a3
    add  a2, a2, a4
    addi a0, a0, -1
    bnez a0, 1b
    EXPECT(a2, 272)

    /* A device's registers: the 10 MHz clock never goes back; a byte of the UART; x0 as the
     * destination. */
    li   s1, CLINT_MTIME
    lw   a0, 0(s1)
    lw   a1, 0(s1)
    sub  a1, a1, a0
    EXPECT_IF(bge, a1, zero)
    li   s1, UART
    lb   a0, 5(s1)
    andi a0, a0, 0x60
    EXPECT(a0, 0x60)
    lb   x0, 5(s1)
    sb   x0, 7(s1)              /* the scratch register */
    li   a0, 0x5a
    sb   a0, 7(s1)
    lbu  a1, 7(s1)
    EXPECT(a1, 0x5a)
    TEST_DONE

    .section .rodata
    .balign 64
pattern:
    .byte 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef
    .byte 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe

    .bss
    .balign 64
area:
    .zero 64
    .balign 4096
two_pages:
    .zero 8192
pages:
    .zero 16 * 4096
