/* SPDX-License-Identifier: MIT */
/*
 * Physical memory protection: each way to say an address range, the first match decides, all or
 * nothing of an access, who is bound, locked entries, and tables of the page walk.  Privileged
 * manual, section 3.7.
 *
 * @xlen 64 32
 */
#include "pagetable.h"

#define PMP_R     1
#define PMP_W     2
#define PMP_X     4
#define PMP_RWX   7
#define PMP_TOR   0x08
#define PMP_NA4   0x10
#define PMP_NAPOT 0x18
#define PMP_L     0x80
#define ALL       (PMP_NAPOT | PMP_RWX)     /* with an address of all ones */

#define CFG(e0, e1, e2) ((e0) | (e1) << 8 | (e2) << 16)

    .option norvc
    .text
    .globl test_main
test_main:
    la   s2, area
    srli s3, s2, 2
    jal  s1, registers
    jal  s1, no_match
    jal  s1, permissions
    jal  s1, na4
    jal  s1, napot
    jal  s1, tor
    jal  s1, first_match
#if __riscv_xlen == 64
    jal  s1, whole_access
#endif
    jal  s1, code
    jal  s1, translated
    jal  s1, tables_of_the_walk
    jal  s1, locked
    TEST_DONE

/* PMP(e0, e1, e2): the configuration of the first entries; the others are off. */
#define PMP(...) pmp_ CFG(__VA_ARGS__)
    .macro pmp_ cfg:vararg
    li   t0, \cfg
    csrw pmpcfg0, t0
    sfence.vma
    .endm

/* EXPECT_TRY(what, mode bits, base, offset, cause) */
#define EXPECT_TRY(what, bits, base, offset, cause) \
    expect_try_ __LINE__, what, bits, base, offset, cause
    .macro expect_try_ line, what, bits, base, offset, cause
    li   a0, \bits
    li   a1, \offset
    add  a1, a1, \base
    jal  \what
    expect_ \line, a0, \cause
    .if  \cause
    expect_reg_ \line, a2, a1
    .endif
    .endm

#define OPEN(offset)   EXPECT_TRY(try_load_word, AS_S, s2, offset, 0)
#define CLOSED(offset) EXPECT_TRY(try_load_word, AS_S, s2, offset, CAUSE_LOAD_ACCESS)

/* ---- what the registers keep ---- */

registers:
    PMP(0, 0, 0)
    li   t0, -1
    csrw pmpaddr3, t0
    csrr a0, pmpaddr3
#if !QEMU72                     /* 56 or 34 bits of an address, in grains of 4 bytes (3.7.1) */
    EXPECT(a0, R((1 << 54) - 1, -1))
#endif
    csrw pmpaddr3, zero
    csrr a0, pmpaddr3
    EXPECT(a0, 0)
    li   t0, 0x7f
    csrw pmpcfg0, t0
    csrr a0, pmpcfg0
#if !QEMU72                     /* bits 5 and 6 are read-only zero (figure 3.33) */
    EXPECT(a0, 0x1f)
#endif
    li   t0, PMP_W
    csrw pmpcfg0, t0
    csrr a0, pmpcfg0
    andi a0, a0, PMP_R | PMP_W
#if !QEMU72                     /* W without R is reserved (3.7.1) */
    li   t0, PMP_W
    EXPECT_IF(bne, a0, t0)
#endif
    li   t0, -1
    csrw pmpaddr0, t0
    PMP(ALL, 0, 0)
    TO_MODE(MODE_S)
    ILLEGAL(csrr a0, pmpcfg0)
    ILLEGAL(csrw pmpaddr0, zero)
    TO_M
    jr   s1

/* No entry matches: M mode may, the others may not. */
no_match:
    li   t0, -1
    csrw pmpaddr0, t0
    csrw pmpaddr1, zero
    csrw pmpaddr2, zero
    /* One entry is on, far away (all of them off would be the same, but not for QEMU 7.2). */
    srli t0, s3, 1
    csrw pmpaddr1, t0
    PMP(0, PMP_NA4 | PMP_RWX, 0)
    EXPECT_TRY(try_load, AS_M, s2, 0, 0)
    EXPECT_TRY(try_store, AS_M, s2, 0, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, s2, 0, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, CAUSE_FETCH_ACCESS)
    EXPECT_TRY(try_load, AS_U, s2, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_U, s2, 0, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_U, s2, 0, CAUSE_FETCH_ACCESS)
    PMP(ALL, 0, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, 0)
    EXPECT_TRY(try_store, AS_U, s2, 0, 0)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, 0)
    EXPECT_TRY(try_fetch, AS_U, s2, 0, 0)
    jr   s1

/* ---- R, W, X ---- */

permissions:
    ori  t0, s3, 4096 / 8 - 1
    csrw pmpaddr0, t0
    li   t0, -1
    csrw pmpaddr1, t0
    la   s7, permission_rows
1:  lbu  t0, 0(s7)
    li   t1, PMP_NAPOT | ALL << 8
    or   t0, t0, t1
    csrw pmpcfg0, t0
    sfence.vma
    li   s8, 0                  /* S, U */
2:  li   a0, AS_S
    beqz s8, 3f
    li   a0, AS_U
3:  mv   s9, a0
    mv   a1, s2
    jal  try_load
    lbu  t0, 1(s7)
    EXPECT_REG(a0, t0)
    mv   a0, s9
    jal  try_store
    lbu  t0, 2(s7)
    EXPECT_REG(a0, t0)
    mv   a0, s9
    li   a3, 0
    jal  try_amo
    lbu  t0, 2(s7)
#if !QEMU72                     /* an AMO fails as a store */
    EXPECT_REG(a0, t0)
#endif
    mv   a0, s9
    jal  try_fetch
    lbu  t0, 3(s7)
    EXPECT_REG(a0, t0)
    EXPECT_REG(a4, s2)
    addi s8, s8, 1
    li   t0, 2
    bne  s8, t0, 2b
    /* M mode is not bound. */
    EXPECT_TRY(try_load, AS_M, s2, 0, 0)
    EXPECT_TRY(try_store, AS_M, s2, 0, 0)
    EXPECT_TRY(try_fetch, AS_M, s2, 0, 0)
    addi s7, s7, 4
    la   t0, permission_rows_end
    bltu s7, t0, 1b
    jr   s1

    .pushsection .rodata
    .macro row cfg, load, store, fetch
    .byte \cfg, (1 - \load) * CAUSE_LOAD_ACCESS, (1 - \store) * CAUSE_STORE_ACCESS
    .byte (1 - \fetch) * CAUSE_FETCH_ACCESS
    .endm
permission_rows:                /* load store fetch */
    row 0, 0, 0, 0
    row PMP_R, 1, 0, 0
    row PMP_X, 0, 0, 1
    row PMP_R | PMP_W, 1, 1, 0
    row PMP_R | PMP_X, 1, 0, 1
    row PMP_RWX, 1, 1, 1
permission_rows_end:
    .popsection

/* ---- ranges ---- */

na4:
    addi t0, s3, 2              /* area + 8 */
    csrw pmpaddr0, t0
    li   t0, -1
    csrw pmpaddr1, t0
    PMP(PMP_NA4, ALL, 0)
    OPEN(0)
    OPEN(4)
    CLOSED(8)
    OPEN(12)
    EXPECT_TRY(try_load_byte, AS_S, s2, 7, 0)
    EXPECT_TRY(try_load_byte, AS_S, s2, 8, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_byte, AS_U, s2, 11, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_byte, AS_S, s2, 12, 0)
    EXPECT_TRY(try_load_half, AS_S, s2, 10, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store_byte, AS_S, s2, 11, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_store_word, AS_S, s2, 12, 0)
    PMP(0, ALL, 0)
    OPEN(8)
    jr   s1

napot:
    li   s8, 8                  /* size */
1:  srli t0, s8, 3
    addi t0, t0, -1
    or   t0, t0, s3
    csrw pmpaddr0, t0
    PMP(PMP_NAPOT, ALL, 0)
    OPEN(-4)
    CLOSED(0)
    CLOSED(4)
    add  s9, s2, s8
    EXPECT_TRY(try_load_word, AS_S, s9, -4, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_byte, AS_S, s9, -1, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_word, AS_S, s9, 0, 0)
    EXPECT_TRY(try_store_byte, AS_S, s9, 0, 0)
    slli s8, s8, 1
    li   t0, 16384
    bleu s8, t0, 1b
    jr   s1

tor:
    addi t0, s3, 4
    csrw pmpaddr0, t0
    addi t0, s3, 8
    csrw pmpaddr1, t0
    li   t0, -1
    csrw pmpaddr2, t0
    PMP(0, PMP_TOR, ALL)        /* 16 to 31 */
    OPEN(12)
    CLOSED(16)
    CLOSED(28)
    OPEN(32)
    EXPECT_TRY(try_load_byte, AS_S, s2, 15, 0)
    EXPECT_TRY(try_load_byte, AS_S, s2, 16, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_byte, AS_S, s2, 31, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_byte, AS_S, s2, 32, 0)
    li   t0, 4096 >> 2          /* over pages */
    add  t0, t0, s3
    addi t0, t0, 1
    csrw pmpaddr1, t0
    sfence.vma
    OPEN(12)
    CLOSED(16)
    CLOSED(4092)
    CLOSED(4096)
    OPEN(4100)
    /* Nothing is between an address and a lower one, or itself. */
    addi t0, s3, 2
    csrw pmpaddr1, t0
    sfence.vma
    OPEN(8)
    OPEN(12)
    addi t0, s3, 4
    csrw pmpaddr1, t0
    sfence.vma
    OPEN(12)
    OPEN(16)
    /* Entry 0 begins at address 0. */
    li   t0, -1
    csrw pmpaddr1, t0
    PMP(PMP_TOR, ALL, 0)
    CLOSED(0)
    CLOSED(12)
    OPEN(16)
    CLOSED(-1024)
#if !QEMU72                     /* "if PMP entry 0's A field is set to TOR, zero is used" (3.7.1) */
    li   s8, RAM
    EXPECT_TRY(try_load, AS_S, s8, 0, CAUSE_LOAD_ACCESS)
#endif
    jr   s1

/* ---- the lowest entry that matches ---- */

first_match:
    addi t0, s3, 2
    csrw pmpaddr0, t0
    ori  t0, s3, 4096 / 8 - 1
    csrw pmpaddr1, t0
    li   t0, -1
    csrw pmpaddr2, t0
    PMP(PMP_NA4 | PMP_R, PMP_NAPOT, ALL)
    CLOSED(4)
    OPEN(8)
    EXPECT_TRY(try_store_word, AS_S, s2, 8, CAUSE_STORE_ACCESS)
    CLOSED(12)
    CLOSED(4092)
    OPEN(4096)
    PMP(PMP_NA4, PMP_NAPOT | PMP_R, 0)
    OPEN(4)
    CLOSED(8)
    OPEN(12)
    EXPECT_TRY(try_store_word, AS_S, s2, 12, CAUSE_STORE_ACCESS)
    CLOSED(4096)
    jr   s1

#if __riscv_xlen == 64
/* An entry that matches a part of an access makes it fail, whatever it allows, in M mode too. */
whole_access:
    addi t0, s3, 2
    csrw pmpaddr0, t0
    li   t0, -1
    csrw pmpaddr1, t0
    PMP(PMP_NA4 | PMP_RWX, ALL, 0)
    EXPECT_TRY(try_load_word, AS_S, s2, 8, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, 0)
    EXPECT_TRY(try_load, AS_S, s2, 8, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, s2, 8, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fld, AS_U, s2, 8, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_fsd, AS_U, s2, 8, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_load, AS_S, s2, 16, 0)
    EXPECT_TRY(try_load_word, AS_M, s2, 8, 0)
    EXPECT_TRY(try_load, AS_M, s2, 8, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_M, s2, 8, CAUSE_STORE_ACCESS)
    addi t0, s3, 3              /* the upper half */
    csrw pmpaddr0, t0
    sfence.vma
    EXPECT_TRY(try_load, AS_S, s2, 8, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, s2, 8, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_load, AS_M, s2, 8, CAUSE_LOAD_ACCESS)
    PMP(0, ALL, 0)
    EXPECT_TRY(try_load, AS_S, s2, 8, 0)
    jr   s1
#endif

/* ---- a page with some code that may run ---- */

code:
    ori  t0, s3, 7              /* 64 bytes */
    csrw pmpaddr0, t0
    li   t0, -1
    csrw pmpaddr1, t0
    li   s8, 3
1:  PMP(PMP_NAPOT | PMP_R, ALL, 0)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, CAUSE_FETCH_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, s2, 32, CAUSE_FETCH_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, s2, 64, 0)
    EXPECT_TRY(try_fetch, AS_U, s2, 96, 0)
    PMP(PMP_NAPOT | PMP_R | PMP_X, ALL & ~PMP_X, 0)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, 0)
    EXPECT_TRY(try_fetch, AS_U, s2, 32, 0)
    EXPECT_TRY(try_fetch, AS_S, s2, 64, CAUSE_FETCH_ACCESS)
    EXPECT_TRY(try_fetch, AS_U, s2, 96, CAUSE_FETCH_ACCESS)
    addi s8, s8, -1
    bnez s8, 1b
    jr   s1

/* ---- with address translation ---- */

/* The page is checked by its physical address; tval is the virtual one. */
translated:
    mv   s11, s2
    la   s0, schemes
    jal  make_tables
    li   a0, PTE_V | PTE_RWX | PTE_AD
    jal  set_leaf
    la   t0, page_a
    srli t0, t0, 2
    ori  t0, t0, 4096 / 8 - 1
    csrw pmpaddr0, t0
    li   t0, -1
    csrw pmpaddr1, t0
    PMP(PMP_NAPOT | PMP_R, ALL, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, 0)
    EXPECT_TRY(try_store, AS_S, s2, 0, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, CAUSE_FETCH_ACCESS)
    PMP(PMP_NAPOT | PMP_X, ALL, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load, AS_S | MSTATUS_MXR, s2, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, 0)
    /* A page fault comes before it. */
    li   a0, PTE_V | PTE_X | PTE_AD
    jal  set_leaf
    EXPECT_TRY(try_load, AS_S, s2, 0, CAUSE_LOAD_PAGE)
    EXPECT_TRY(try_store, AS_S, s2, 0, CAUSE_STORE_PAGE)
    jr   s1

/* The walk reads and marks entries with the rights of S mode; it fails like the access. */
tables_of_the_walk:
    li   a0, PTE_V | PTE_RWX | PTE_AD
    jal  set_leaf
    li   t0, ~4095
    and  t0, t0, s3             /* the last table */
    srli t0, t0, 2
    ori  t0, t0, 4096 / 8 - 1
    csrw pmpaddr0, t0
    PMP(PMP_NAPOT, ALL, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, s2, 0, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, CAUSE_FETCH_ACCESS)
    PMP(PMP_NAPOT | PMP_R, ALL, 0)
    EXPECT_TRY(try_load, AS_S, s2, 0, 0)
    EXPECT_TRY(try_store, AS_S, s2, 0, 0)
    EXPECT_TRY(try_fetch, AS_S, s2, 0, 0)
#if !QEMU72                     /* the A bit cannot be set ("implicit writes", 3.7) */
    li   a0, PTE_V | PTE_RWX
    jal  set_leaf
    EXPECT_TRY(try_load, AS_S, s2, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, s2, 0, CAUSE_STORE_ACCESS)
    LX   a0, 0(s3)
    andi a0, a0, PTE_AD
    EXPECT(a0, 0)
#endif
    csrw satp, zero
    mv   s2, s11
    srli s3, s2, 2
    jr   s1

/* ---- locked entries bind M mode until reset; in the second turn they do already ---- */

#if __riscv_xlen == 64
#define PMPCFG12 pmpcfg2
#define CFG12(e12, e13, e14) (CFG(e12, e13, e14) << 32)
#else
#define PMPCFG12 pmpcfg3
#define CFG12(e12, e13, e14) CFG(e12, e13, e14)
#endif

locked:
    PMP(0, 0, 0)
    la   s4, locked_page
    srli s5, s4, 2
    ori  t0, s5, 4096 / 8 - 1
    csrw pmpaddr12, t0
    li   t0, 4096 >> 2
    add  t0, t0, s5
    csrw pmpaddr13, t0
    addi t0, t0, 2
    csrw pmpaddr14, t0
    li   s6, CFG12(PMP_L | PMP_NAPOT | PMP_R, 0, PMP_L | PMP_TOR)
    csrw PMPCFG12, s6
    sfence.vma
    EXPECT_TRY(try_load, AS_M, s4, 0, 0)
    EXPECT_TRY(try_store, AS_M, s4, 0, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_M, s4, 0, CAUSE_FETCH_ACCESS)
    EXPECT_TRY(try_load, AS_S, s4, 0, 0)
    EXPECT_TRY(try_store, AS_U, s4, 0, CAUSE_STORE_ACCESS)
    li   s7, 4096
    add  s7, s7, s4
    EXPECT_TRY(try_load, AS_M, s7, -8, 0)
    EXPECT_TRY(try_load_word, AS_M, s7, 0, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_word, AS_M, s7, 4, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_load_word, AS_M, s7, 8, 0)
    EXPECT_TRY(try_load_word, AS_S, s7, 8, CAUSE_LOAD_ACCESS)
    /* They cannot be changed, nor can the lower bound of the locked TOR entry. */
    csrw PMPCFG12, zero
    csrr a0, PMPCFG12
    EXPECT_REG(a0, s6)
    li   t0, -1
    csrw pmpaddr12, t0
    csrw pmpaddr13, t0
    csrw pmpaddr14, t0
    csrr a0, pmpaddr12
    ori  t0, s5, 4096 / 8 - 1
    EXPECT_REG(a0, t0)
    csrr a0, pmpaddr13
    li   t0, 4096 >> 2
    add  t0, t0, s5
    EXPECT_REG(a0, t0)
    csrr a0, pmpaddr14
    addi t0, t0, 2
    EXPECT_REG(a0, t0)
    /* Their neighbours can. */
    li   t0, 0x1234
    csrw pmpaddr15, t0
    csrr a0, pmpaddr15
    EXPECT(a0, 0x1234)
    csrw pmpaddr11, t0
    csrr a0, pmpaddr11
    EXPECT(a0, 0x1234)
    EXPECT_TRY(try_store, AS_M, s4, 0, CAUSE_STORE_ACCESS)
    /* An open entry before them. */
    li   t0, -1
    csrw pmpaddr0, t0
    PMP(ALL, 0, 0)
    EXPECT_TRY(try_store, AS_M, s4, 0, 0)
    EXPECT_TRY(try_load_word, AS_U, s7, 0, 0)
    jr   s1

    .pushsection .page, "awx"
    .balign 32768
    .zero 4096
    .balign 32768
area:
    .rept 32768 / 4
    .2byte C_EBREAK, 0
    .endr
locked_page:
    .rept 8192 / 4
    .2byte C_EBREAK, 0
    .endr
    .popsection
