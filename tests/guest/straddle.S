/* SPDX-License-Identifier: MIT */
/*
 * An instruction of which each half is in a page of its own: it changes when either half is
 * written, also when both pages are one; and the table that says where the second page is may be
 * in the registers of a device, while another device writes to the first page.
 *
 * @smp 2
 */
#include "guest.h"

#define WINDOW     0x40000000   /* where the pages are seen: level 2, entry 1 */
#define AT_END     0xffe        /* of a page: the first half of the instruction */
#define LI_A0_LOW  0x0513       /* addi a0, zero, imm: the immediate is in the second half */
#define LI_A1_LOW  0x0593
#define C_JR_RA    0x8082
#define TURNS      2000
#define PTE_TABLE  0x01
#define PTE_RWXAD  0xcf
#define SATP_SV39  8

#define FW_CFG_DMA 0x10100010
#define DMA_SELECT_AND_READ 0x0a000000 /* big endian; item 0: the signature, four bytes */
#define DMA_LENGTH 0x04000000

    .option norvc
    .text
    .globl test_main
test_main:
    la   s0, root
    la   s1, first
    li   s2, WINDOW + AT_END
    jal  make_tables
    TO_MODE(MODE_S)

    la   s3, table              /* two pages */
    la   a0, first
    la   a1, second
    jal  map_both
    la   s4, second
    jal  both_halves

    la   s3, table              /* one page, seen twice */
    la   a0, first
    mv   a1, a0
    jal  map_both
    mv   s4, s1
    jal  both_halves

    TO_M
    la   t0, level1             /* a table in the registers of the timer: mtimecmp of both harts */
    li   s3, CLINT_MTIMECMP
    srli t1, s3, 2
    ori  t1, t1, PTE_TABLE
    sd   t1, 0(t0)
    TO_MODE(MODE_S)
    sfence.vma
    la   a0, first
    la   a1, second
    TO_M
    jal  map_both
    li   a0, 1
    la   a1, write_by_device
    la   a2, stop
    sd   zero, 0(a2)
    sd   zero, 8(a2)
    jal  hart_start
    la   t0, stop
1:  ld   t1, 8(t0)              /* it has begun */
    beqz t1, 1b
    la   s4, second
    TO_MODE(MODE_S)
    jal  both_halves
    TO_M
    la   t0, stop
    li   t1, 1
    sd   t1, 0(t0)
    li   a0, 1
    jal  hart_wait
    la   t0, first + 0x100
    lwu  t1, 0(t0)
    EXPECT(t1, 0x554d4551)      /* "QEMU" */
    li   t0, -1
    li   t1, CLINT_MTIMECMP
    sd   t0, 0(t1)
    sd   t0, 8(t1)
    TEST_DONE

/* Our own code where it is, by a large page; the window by way of level1 and table. */
make_tables:
    la   t0, level1
    srli t1, t0, 2
    ori  t1, t1, PTE_TABLE
    sd   t1, 8(s0)
    la   t1, table
    srli t1, t1, 2
    ori  t1, t1, PTE_TABLE
    sd   t1, 0(t0)
    li   t1, RAM >> 2 | PTE_RWXAD
    sd   t1, 16(s0)
    srli t1, s0, 12
    li   t2, SATP_SV39
    slli t2, t2, 60
    or   t1, t1, t2
    csrw satp, t1
    sfence.vma
    ret

/* The window shows the pages a0 and a1: entries of the table at s3. */
map_both:
    srli a0, a0, 2
    ori  a0, a0, PTE_RWXAD
    sd   a0, 0(s3)
    srli a1, a1, 2
    ori  a1, a1, PTE_RWXAD
    sd   a1, 8(s3)
    sfence.vma
    ret

/* Pages s1 and s4: write one half, then the other, and run what is there. */
both_halves:
    mv   s5, ra
    li   t0, C_JR_RA
    sh   t0, 2(s4)
    li   s6, TURNS
1:  li   a0, 0
    li   a1, 0
    li   t0, LI_A0_LOW
    li   t1, AT_END
    add  t1, t1, s1
    sh   t0, 0(t1)
    slli t0, s6, 4
    sh   t0, 0(s4)
    fence.i
    sfence.vma
    jalr s2
    EXPECT_REG(a0, s6)
    EXPECT(a1, 0)
    li   t0, LI_A1_LOW
    li   t1, AT_END
    add  t1, t1, s1
    sh   t0, 0(t1)
    fence.i
    sfence.vma
    jalr s2
    EXPECT_REG(a1, s6)
    addi t0, s6, 1
    slli t0, t0, 4
    sh   t0, 0(s4)
    fence.i
    sfence.vma
    jalr s2
    addi t0, s6, 1
    EXPECT_REG(a1, t0)
    addi s6, s6, -1
    bnez s6, 1b
    jr   s5

/* Hart 1: has fw_cfg write to the first page until *a0 is set. */
write_by_device:
    la   t0, request
    la   t1, request_end - 8    /* the address in it is big endian */
    la   t2, first + 0x100
    li   t3, 8
1:  andi t4, t2, 0xff
    addi t3, t3, -1
    add  t5, t1, t3
    sb   t4, 0(t5)
    srli t2, t2, 8
    bnez t3, 1b
    li   t1, FW_CFG_DMA
    rev8 t2, t0
2:  li   t3, DMA_SELECT_AND_READ
    sw   t3, 0(t0)
    fence
    sd   t2, 0(t1)
    sd   t1, 8(a0)
    ld   t3, 0(a0)
    beqz t3, 2b
    ret

    .data
    .balign 4096
root:
    .zero 4096
level1:
    .zero 4096
table:
    .zero 4096
first:
    .zero 4096
second:
    .zero 4096
    .balign 8
request:
    .word 0
    .word DMA_LENGTH
    .dword 0
request_end:
stop:
    .dword 0, 0
