/* SPDX-License-Identifier: MIT */
/*
 * What a translation is worth: sfence.vma by address and by ASID, a switch of satp, rights that
 * follow mstatus at once, code behind a page that changes, and accesses and instructions over the
 * boundary of two pages.  Privileged manual, sections 4.2.1, 4.1.11 and 4.3.
 *
 * @xlen 64 32
 */
#include "pagetable.h"

#define FLAGS (PTE_V | PTE_RWX | PTE_AD)
#define ASID  5

    .option norvc
    .text
    .globl test_main
test_main:
    la   s0, schemes
1:  jal  make_tables
    jal  s1, fences
    jal  s1, fence_of_superpage
    jal  s1, dirty_again
    jal  s1, rights_at_once
    jal  s1, address_spaces
    jal  s1, code_changes
    jal  s1, two_pages
    jal  s1, two_pages_of_code
    addi s0, s0, SCHEME_BYTES
    la   t0, schemes_end
    bltu s0, t0, 1b
    TEST_DONE

/* MAP(entry register, page, flags): no fence. */
#define MAP(entry, page, flags) map_ entry, page, flags
    .macro map_ entry, page, flags
    la   t0, \page
    srli t0, t0, 2
    ori  t0, t0, \flags
    SX   t0, 0(\entry)
    .endm

/* EXPECT_TRY(what, mode bits, address register, cause, tval register) */
#define EXPECT_TRY(what, bits, at, cause, tval) expect_try_ __LINE__, what, bits, at, cause, tval
    .macro expect_try_ line, what, bits, at, cause, tval
    li   a0, \bits
    mv   a1, \at
    jal  \what
    expect_ \line, a0, \cause
    .if  \cause
    expect_reg_ \line, a2, \tval
    .endif
    .endm

/* EXPECT_VALUE(address register, value): a load in S mode gives it. */
#define EXPECT_VALUE(at, value) expect_value_ __LINE__, at, value
    .macro expect_value_ line, at, value
    li   a0, AS_S
    mv   a1, \at
    jal  try_load
    expect_ \line, a0, 0
    expect_ \line, a3, \value
    .endm

/* ---- sfence.vma, in its four forms, and from S mode ---- */

    .macro moves_after_ line, insn:vararg
    map_ s3, page_a, FLAGS
    sfence.vma
    expect_value_ \line, s2, VALUE_A
    map_ s3, page_b, FLAGS
    \insn
    expect_value_ \line, s2, VALUE_B
    .endm
#define MOVES_AFTER(...) moves_after_ __LINE__, __VA_ARGS__

fences:
    li   s8, 0
    MOVES_AFTER(sfence.vma)
    MOVES_AFTER(sfence.vma zero, zero)
    MOVES_AFTER(sfence.vma s2)
    MOVES_AFTER(sfence.vma zero, s8)
    MOVES_AFTER(sfence.vma s2, s8)
    addi s7, s2, 0x7bc          /* any address of the page */
    MOVES_AFTER(sfence.vma s7)
    /* An entry that was not valid needs one, too; and one that becomes invalid. */
    SX   zero, 0(s3)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, s2, CAUSE_LOAD_PAGE, s2)
    MAP(s3, page_a, FLAGS)
    sfence.vma s2
    EXPECT_VALUE(s2, VALUE_A)
    SX   zero, 0(s3)
    sfence.vma s2
    EXPECT_TRY(try_load, AS_S, s2, CAUSE_LOAD_PAGE, s2)
    /* Rights that shrink. */
    MAP(s3, page_a, FLAGS)
    sfence.vma
    EXPECT_TRY(try_store, AS_S, s2, 0, s2)
    LX   a3, page_a
    li   t0, VALUE_A
    la   t1, page_a
    SX   t0, 0(t1)
    MAP(s3, page_a, FLAGS & ~PTE_W)
    sfence.vma s2
    EXPECT_TRY(try_store, AS_S, s2, CAUSE_STORE_PAGE, s2)
    EXPECT_VALUE(s2, VALUE_A)
    MAP(s3, page_a, FLAGS & ~PTE_X)
    sfence.vma s2
    EXPECT_TRY(try_fetch, AS_S, s2, CAUSE_FETCH_PAGE, s2)
    jr   s1

/* An address anywhere in a superpage is about all of it. */
fence_of_superpage:
    LX   s9, entries + XBYTES   /* the entry above the last level */
    LX   s10, 0(s9)
    li   t0, 1
    addi t1, s5, 12
    sll  t0, t0, t1
    addi s11, t0, -1            /* mask of the offset */
    la   t1, page_a
    and  t2, t1, s11
    not  t3, s11
    and  s7, s2, t3             /* begin of the superpage */
    or   s8, s7, t2             /* page_a's place in it */
    and  t1, t1, t3
    srli t1, t1, 2
    ori  t1, t1, FLAGS
    SX   t1, 0(s9)
    sfence.vma
    EXPECT_VALUE(s8, VALUE_A)
    SX   zero, 0(s9)
    add  t0, s7, s11            /* its last byte */
    sfence.vma t0
    EXPECT_TRY(try_load, AS_S, s8, CAUSE_LOAD_PAGE, s8)
    /* Pages take the superpage's place. */
    SX   s10, 0(s9)
    MAP(s3, page_b, FLAGS)
    sfence.vma s2
    EXPECT_VALUE(s2, VALUE_B)
    jr   s1

/* Software takes D back: the next store sets it again. */
dirty_again:
    li   s7, 3
1:  MAP(s3, page_b, FLAGS & ~PTE_D)
    sfence.vma s2
    EXPECT_VALUE(s2, VALUE_B)
    LX   t0, 0(s3)
    andi t0, t0, PTE_D
    EXPECT(t0, 0)
    li   a3, VALUE_B
    EXPECT_TRY(try_store, AS_S, s2, 0, s2)
    LX   t0, 0(s3)
    andi t0, t0, PTE_D
    EXPECT(t0, PTE_D)
    addi s7, s7, -1
    bnez s7, 1b
    jr   s1

/* SUM, MXR and the mode need no fence. */
rights_at_once:
    MAP(s3, page_a, FLAGS | PTE_U)
    sfence.vma
    li   s7, 3
1:  EXPECT_TRY(try_load, AS_S | MSTATUS_SUM, s2, 0, s2)
    EXPECT_TRY(try_load, AS_S, s2, CAUSE_LOAD_PAGE, s2)
    EXPECT_TRY(try_load, AS_U, s2, 0, s2)
    EXPECT_TRY(try_fetch, AS_S, s2, CAUSE_FETCH_PAGE, s2)
    EXPECT_TRY(try_fetch, AS_U, s2, 0, s2)
    addi s7, s7, -1
    bnez s7, 1b
    MAP(s3, page_a, FLAGS & ~(PTE_R | PTE_W))
    sfence.vma
    li   s7, 3
1:  EXPECT_TRY(try_load, AS_S | MSTATUS_MXR, s2, 0, s2)
    EXPECT_TRY(try_load, AS_S, s2, CAUSE_LOAD_PAGE, s2)
    addi s7, s7, -1
    bnez s7, 1b
    jr   s1

/* ---- two address spaces ---- */

/* The same address leads elsewhere; the switch alone is enough between ASIDs that were fenced when
 * their tables were made. */
address_spaces:
    MAP(s3, page_a, FLAGS)
    la   t0, tables + MAX_LEVELS * 4096
    jal  make_chain             /* t1: its satp, t3: its leaf entry */
    mv   s7, t1
    MAP(t3, page_b, FLAGS)
    li   t0, ASID
    slli t0, t0, SATP_ASID_SHIFT
    or   s7, s7, t0
    sfence.vma
    li   s8, 3
1:  csrw satp, s7
    csrr t0, satp
    EXPECT_REG(t0, s7)
    EXPECT_VALUE(s2, VALUE_B)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, s2)
    csrw satp, s6
    EXPECT_VALUE(s2, VALUE_A)
    addi s8, s8, -1
    bnez s8, 1b
    /* With the same ASID, a fence follows. */
    li   t0, ASID
    slli t0, t0, SATP_ASID_SHIFT
    or   s8, s6, t0
    li   s9, ASID
    csrw satp, s7
    EXPECT_VALUE(s2, VALUE_B)
    csrw satp, s8
    sfence.vma zero, s9
    EXPECT_VALUE(s2, VALUE_A)
    csrw satp, s7
    sfence.vma s2, s9
    EXPECT_VALUE(s2, VALUE_B)
    /* A mode that there is not: satp keeps its value as a whole. */
    csrw satp, s6
#if __riscv_xlen == 64
    li   t0, 15 << 60
    csrw satp, t0
    csrr t0, satp
    EXPECT_REG(t0, s6)
    li   t0, 1 << 60
    csrw satp, t0
    csrr t0, satp
    EXPECT_REG(t0, s6)
#endif
    sfence.vma
    la   t0, tables             /* entries[] of the first space again */
    jal  make_chain
    jr   s1

/* ---- code behind a translation ---- */

/* CALL_PAGE: run the page in S mode until its ebreak; a0 is what it put there.  Its a0 is lost to
 * try_fetch's answer, so the code leaves its result in s11. */
    .macro call_page_ line, want
    li   s11, 0
    li   a0, AS_S
    mv   a1, s2
    jal  try_fetch
    expect_ \line, a0, 0
    expect_ \line, s11, \want
    .endm
#define EXPECT_CODE(want) call_page_ __LINE__, want

code_changes:
    MAP(s3, code_a, FLAGS)
    sfence.vma
    li   s7, 3
1:  EXPECT_CODE(1)
    EXPECT_CODE(1)
    MAP(s3, code_b, FLAGS)
    sfence.vma s2
    EXPECT_CODE(2)
    MAP(s3, code_a, FLAGS)
    sfence.vma s2
    EXPECT_CODE(1)
    /* The page is written through its physical address. */
    la   t0, code_a
    lw   s8, 0(t0)
    lw   s9, code_three
    sw   s9, 0(t0)
    fence.i
    EXPECT_CODE(3)
    la   t0, code_a
    sw   s8, 0(t0)
    fence.i
    EXPECT_CODE(1)
    /* And through its virtual one. */
    mv   a3, s9
    EXPECT_TRY(try_store_word, AS_S, s2, 0, s2)
    fence.i
    EXPECT_CODE(3)
    mv   a3, s8
    EXPECT_TRY(try_store_word, AS_S, s2, 0, s2)
    fence.i
    EXPECT_CODE(1)
    addi s7, s7, -1
    bnez s7, 1b
    jr   s1

/* ---- over the boundary of two pages ---- */

/* s2 is followed by a page with the entry s10: page_b, then page_a, so that the bytes in memory
 * are not neighbours. */
two_pages:
    addi s10, s3, XBYTES        /* no scheme's page ends its table */
    li   t0, 4096
    add  s7, s2, t0             /* the boundary */
    li   s8, 1 - XBYTES         /* offset of the access */
1:  MAP(s3, page_b, FLAGS)
    MAP(s10, page_a, FLAGS)
    sfence.vma
    jal  fill_pages
    add  s9, s7, s8
    EXPECT_TRY(try_load, AS_S, s9, 0, s9)
    neg  t0, s8                 /* bytes of the first page */
    slli t0, t0, 3
    li   t1, R(0x0807060504030201, 0x04030201)
    sll  t1, t1, t0
    li   t2, R(0x1817161514131211, 0x18171615)
    li   t3, 8 * XBYTES
    sub  t3, t3, t0
    srl  t2, t2, t3
    or   t1, t1, t2
    EXPECT_REG(a3, t1)
    /* A store there, read back in parts. */
    li   a3, R(0xa8a7a6a5a4a3a2a1, 0xa4a3a2a1)
    EXPECT_TRY(try_store, AS_S, s9, 0, s9)
    li   a3, 0
    EXPECT_TRY(try_load, AS_S, s9, 0, s9)
    EXPECT(a3, R(0xa8a7a6a5a4a3a2a1, 0xa4a3a2a1))
    la   t0, page_b + 4095
    lbu  t1, 0(t0)
    sub  t2, zero, s8
    addi t2, t2, 0xa0
    EXPECT_REG(t1, t2)
    la   t0, page_a
    lbu  t1, 0(t0)
    addi t2, t2, 1
    EXPECT_REG(t1, t2)
    jal  fill_pages
    EXPECT_TRY(try_fld, AS_S, s9, 0, s9)
    EXPECT_TRY(try_fsd, AS_S, s9, 0, s9)
    EXPECT_TRY(try_load, AS_S, s9, 0, s9)
    /* The second page is missing: it is to blame, and the first one is as it was. */
    SX   zero, 0(s10)
    sfence.vma
    jal  pages_unchanged
    EXPECT_TRY(try_load, AS_S, s9, CAUSE_LOAD_PAGE, s7)
    EXPECT_TRY(try_fld, AS_S, s9, CAUSE_LOAD_PAGE, s7)
    li   a3, -1
    EXPECT_TRY(try_store, AS_S, s9, CAUSE_STORE_PAGE, s7)
    jal  pages_unchanged
    EXPECT_TRY(try_fsd, AS_S, s9, CAUSE_STORE_PAGE, s7)
    jal  pages_unchanged
    /* It may be read only. */
    MAP(s10, page_a, FLAGS & ~PTE_W)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, s9, 0, s9)
    li   a3, -1
    EXPECT_TRY(try_store, AS_S, s9, CAUSE_STORE_PAGE, s7)
    jal  pages_unchanged
    /* The first page is missing or may be read only. */
    SX   zero, 0(s3)
    MAP(s10, page_a, FLAGS)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, s9, CAUSE_LOAD_PAGE, s9)
    EXPECT_TRY(try_store, AS_S, s9, CAUSE_STORE_PAGE, s9)
    MAP(s3, page_b, FLAGS & ~PTE_W)
    sfence.vma
    EXPECT_TRY(try_store, AS_S, s9, CAUSE_STORE_PAGE, s9)
    jal  pages_unchanged
    addi s8, s8, 1
    bnez s8, 1b
    /* Words and halves. */
    MAP(s3, page_b, FLAGS)
    sfence.vma
    addi s9, s7, -2
    EXPECT_TRY(try_load_word, AS_S, s9, 0, s9)
    EXPECT(a3, 0x02011817)
    li   a3, 0x44332211
    EXPECT_TRY(try_store_word, AS_S, s9, 0, s9)
    EXPECT_TRY(try_load_word, AS_S, s9, 0, s9)
    EXPECT(a3, 0x44332211)
    jal  fill_pages
    addi s9, s7, -1
    EXPECT_TRY(try_load_half, AS_S, s9, 0, s9)
    EXPECT(a3, 0x0118)
    SX   zero, 0(s10)
    sfence.vma
    EXPECT_TRY(try_load_half, AS_S, s9, CAUSE_LOAD_PAGE, s7)
    EXPECT_TRY(try_store_half, AS_S, s9, CAUSE_STORE_PAGE, s7)
    jal  pages_unchanged
    addi s9, s7, -3
    EXPECT_TRY(try_load_word, AS_S, s9, CAUSE_LOAD_PAGE, s7)
    EXPECT_TRY(try_store_word, AS_S, s9, CAUSE_STORE_PAGE, s7)
    jal  pages_unchanged
    li   t0, VALUE_A            /* as it was */
    la   t1, page_a
    SX   t0, 0(t1)
    jr   s1

/* 11 12 .. 18 | 01 02 .. 08 */
fill_pages:
    la   t0, page_b + 4096 - XBYTES
    li   t1, R(0x1817161514131211, 0x18171615)
    SX   t1, 0(t0)
    la   t0, page_a
    li   t1, R(0x0807060504030201, 0x04030201)
    SX   t1, 0(t0)
    ret
pages_unchanged:
    LX   t0, page_b + 4096 - XBYTES
    EXPECT(t0, R(0x1817161514131211, 0x18171615))
    LX   t0, page_a
    EXPECT(t0, R(0x0807060504030201, 0x04030201))
    ret

/* An instruction of four bytes across the boundary: epc is where it begins, tval the page that is
 * to blame (3.1.16). */
two_pages_of_code:
    addi s10, s3, XBYTES
    li   t0, 4096
    add  s7, s2, t0
    addi s8, s7, -2
    MAP(s3, code_end, FLAGS)
    li   s9, 3
1:  MAP(s10, code_begin, FLAGS)
    sfence.vma
    li   s11, 0
    EXPECT_TRY(try_fetch, AS_S, s8, 0, s8)
    EXPECT(s11, 0x123)
    addi t0, s7, 2
    EXPECT_REG(a4, t0)
    SX   zero, 0(s10)
    sfence.vma s7
    EXPECT_TRY(try_fetch, AS_S, s8, CAUSE_FETCH_PAGE, s7)
    EXPECT_REG(a4, s8)
    addi t0, s8, -4             /* the block begins before it */
    li   s11, 0
    EXPECT_TRY(try_fetch, AS_S, t0, CAUSE_FETCH_PAGE, s7)
    EXPECT_REG(a4, s8)
    EXPECT(s11, 0x77)
    addi s9, s9, -1
    bnez s9, 1b
    jr   s1

    .pushsection .page, "awx"
    .balign 4096
    .option push
    .option norvc
code_a:
    li   s11, 1
    .2byte C_EBREAK
    .balign 4096
code_b:
    li   s11, 2
    .2byte C_EBREAK
    .balign 4096
code_end:                       /* its last two bytes begin "li s11, 0x123" */
    .zero 4090
    li   s11, 0x77
    .2byte 0x0d93
code_begin:
    .2byte 0x1230
    .2byte C_EBREAK
    .balign 4096
code_three:
    li   s11, 3
    .balign 4096
    .option pop
    .popsection
