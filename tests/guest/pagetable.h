/* SPDX-License-Identifier: MIT */
/*
 * Page tables for the paging tests: one chain of tables per scheme, from satp to one virtual page.
 *
 *     s2  virtual address of the page        s4  levels of tables
 *     s3  where its PTE is                   s5  bits of an index
 *     s6  the value of satp
 *
 * make_tables sets them for the scheme at s0; set_leaf changes the PTE.  entries[n] is the address
 * of the entry at level n on the way, level 0 being the last.  Both use a0 and t0-t4.
 */
#ifndef PAGETABLE_H
#define PAGETABLE_H

#include "access.h"

#define PTE_V 1
#define PTE_R 2
#define PTE_W 4
#define PTE_X 8
#define PTE_U 16
#define PTE_G 32
#define PTE_A 64
#define PTE_D 128
#define PTE_RWX (PTE_R | PTE_W | PTE_X)
#define PTE_AD (PTE_A | PTE_D)
#define PTE_PPN_SHIFT 10

#define MAX_LEVELS 5
#define SCHEME_BYTES (4 * XBYTES)
#define SATP_MODE_SHIFT (R(60, 31))
#define SATP_ASID_SHIFT (R(44, 22))

    .text
    .option push
    .option norvc
/* At t0, tables that are all zero: the chain to address s2.  t0: its last table, t1: satp. */
make_chain:
    srli t1, t0, 12
    LX   t2, 0(s0)
    slli t2, t2, SATP_MODE_SHIFT
    or   t1, t1, t2
    addi t2, s4, -1             /* level */
1:  mul  t3, t2, s5
    addi t3, t3, 12
    srl  t3, s2, t3
    li   t4, 1
    sll  t4, t4, s5
    addi t4, t4, -1
    and  t3, t3, t4
    slli t3, t3, R(3, 2)
    add  t3, t3, t0             /* the entry */
    la   t4, entries
    slli a0, t2, R(3, 2)
    add  t4, t4, a0
    SX   t3, 0(t4)
    beqz t2, 2f
    li   t4, 4096
    add  t0, t0, t4
    srli t4, t0, 2
    ori  t4, t4, PTE_V
    SX   t4, 0(t3)
    addi t2, t2, -1
    j    1b
2:  ret

make_tables:
    mv   a7, ra
    la   t0, tables
    li   t1, 2 * MAX_LEVELS * 4096
    add  t1, t1, t0
1:  SX   zero, 0(t0)
    addi t0, t0, XBYTES
    bltu t0, t1, 1b
    LX   s4, XBYTES(s0)
    LX   s5, 2*XBYTES(s0)
    LX   s2, 3*XBYTES(s0)
    la   t0, tables
    jal  make_chain
    mv   s3, t3
    mv   s6, t1
    csrw satp, s6
    sfence.vma
    jr   a7

/* The PTE becomes page_a with the flags a0. */
set_leaf:
    la   t0, page_a
    srli t0, t0, 2
    or   t0, t0, a0
    SX   t0, 0(s3)
    sfence.vma
    ret
    .option pop

    .section .rodata
    .balign 8
/* satp.MODE, levels, bits of an index, a virtual address of the upper half, and one of the lower */
schemes:
#if __riscv_xlen == 64
    .dword 8, 3, 9, 0xffffffc523405000
    .dword 8, 3, 9, 0x0000001523405000
    .dword 9, 4, 9, 0xffff923523405000
    .dword 9, 4, 9, 0x00006a1523405000
    .dword 10, 5, 9, 0xff23923523405000
    .dword 10, 5, 9, 0x00a56a1523405000
#else
    .word 1, 2, 10, 0xd2345000
    .word 1, 2, 10, 0x12345000
#endif
schemes_end:

#define VALUE_A 0x11119002      /* what the pages begin with; both are c.ebreak */
#define VALUE_B 0x22229002

    .data
    .balign 4096
tables:
    .zero 2 * MAX_LEVELS * 4096
page_a:
    XWORD VALUE_A
    .zero 4096 - XBYTES
page_b:
    XWORD VALUE_B
    .zero 4096 - XBYTES
entries:
    .zero MAX_LEVELS * XBYTES
    .text
#endif
