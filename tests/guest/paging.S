/* SPDX-License-Identifier: MIT */
/*
 * The page walk, in each scheme (Sv39, Sv48, Sv57; Sv32), for an address of the upper half and one
 * of the lower: who may do what with a page, the accessed and dirty bits, superpages, and what
 * makes an entry invalid.  Privileged manual, sections 4.3 to 4.6 and 5.
 *
 * @xlen 64 32
 * @cpu svpbmt=true
 */
#include "pagetable.h"

    .option norvc
    .text
    .globl test_main
test_main:
    la   s0, schemes
1:  jal  make_tables
    csrr a0, satp
    EXPECT_REG(a0, s6)
    jal  s1, permissions
    jal  s1, other_accesses
    jal  s1, accessed_and_dirty
    jal  s1, superpages
    jal  s1, invalid_entries
#if __riscv_xlen == 64
    jal  s1, upper_bits
    jal  s1, wide_addresses
#endif
    jal  s1, translation_off
    addi s0, s0, SCHEME_BYTES
    la   t0, schemes_end
    bltu s0, t0, 1b
    TEST_DONE

/* EXPECT_TRY(what, mode bits, cause): the access to the page ends so; tval is its address. */
#define EXPECT_TRY(what, bits, cause) expect_try_ __LINE__, what, bits, cause
    .macro expect_try_ line, what, bits, cause
    li   a0, \bits
    mv   a1, s2
    li   a3, VALUE_A
    jal  \what
    expect_ \line, a0, \cause
    .if  \cause
    expect_reg_ \line, a2, s2
    .endif
    .endm

/* "Store/AMO page fault" (privileged manual, table of mcause); QEMU 7.2 says load when the page is
 * not readable either. */
#if QEMU72
#define CAUSE_AMO_PAGE CAUSE_LOAD_PAGE
#else
#define CAUSE_AMO_PAGE CAUSE_STORE_PAGE
#endif

/* LEAF(flags): the page's entry, and EXPECT_FLAGS: what the walk made of it. */
#define LEAF(flags) li a0, flags; jal set_leaf
#define EXPECT_FLAGS(flags) LX a0, 0(s3); andi a0, a0, 0x3ff; EXPECT(a0, flags)

/* ---- flags against modes: rows of a table ---- */

permissions:
    la   s7, permission_rows
1:  lw   a0, 0(s7)
    ori  a0, a0, PTE_V | PTE_AD
    jal  set_leaf
    lw   a0, 4(s7)
    mv   a1, s2
    jal  try_load
    lbu  t0, 8(s7)
    EXPECT_REG(a0, t0)
    bnez a0, 2f
    EXPECT(a3, VALUE_A)
    j    3f
2:  EXPECT_REG(a2, s2)
3:  lw   a0, 4(s7)
    li   a3, VALUE_A
    jal  try_store
    lbu  t0, 9(s7)
    EXPECT_REG(a0, t0)
    beqz a0, 4f
    EXPECT_REG(a2, s2)
4:  lw   a0, 4(s7)
    jal  try_fetch
    lbu  t0, 10(s7)
    EXPECT_REG(a0, t0)
    EXPECT_REG(a4, s2)
    beqz a0, 5f
    EXPECT_REG(a2, s2)
5:  addi s7, s7, 12
    la   t0, permission_rows_end
    bltu s7, t0, 1b
    jr   s1

    .pushsection .rodata
    .macro row flags, bits, load, store, fetch
    .word \flags, \bits
    .byte (1 - \load) * CAUSE_LOAD_PAGE, (1 - \store) * CAUSE_STORE_PAGE
    .byte (1 - \fetch) * CAUSE_FETCH_PAGE, 0
    .endm
    .balign 4
permission_rows:                /*                               load store fetch */
    row PTE_R, AS_S, 1, 0, 0
    row PTE_R | PTE_W, AS_S, 1, 1, 0
    row PTE_R | PTE_X, AS_S, 1, 0, 1
    row PTE_X, AS_S, 0, 0, 1
    row PTE_RWX, AS_S, 1, 1, 1
    row PTE_RWX | PTE_G, AS_S, 1, 1, 1
    row PTE_R, AS_U, 0, 0, 0
    row PTE_RWX, AS_U, 0, 0, 0
    row PTE_RWX | PTE_G, AS_U, 0, 0, 0
    row PTE_RWX, AS_U | MSTATUS_SUM, 0, 0, 0
    row PTE_RWX, AS_U | MSTATUS_MXR, 0, 0, 0
    row PTE_U | PTE_R, AS_U, 1, 0, 0
    row PTE_U | PTE_R | PTE_W, AS_U, 1, 1, 0
    row PTE_U | PTE_R | PTE_X, AS_U, 1, 0, 1
    row PTE_U | PTE_X, AS_U, 0, 0, 1
    row PTE_U | PTE_RWX, AS_U, 1, 1, 1
    row PTE_U | PTE_RWX, AS_S, 0, 0, 0
    row PTE_U | PTE_RWX, AS_S | MSTATUS_MXR, 0, 0, 0
    row PTE_U | PTE_RWX, AS_S | MSTATUS_SUM, 1, 1, 0
    row PTE_U | PTE_R, AS_S | MSTATUS_SUM, 1, 0, 0
    row PTE_U | PTE_X, AS_S | MSTATUS_SUM, 0, 0, 0
    row PTE_U | PTE_X, AS_S | MSTATUS_SUM | MSTATUS_MXR, 1, 0, 0
    row PTE_X, AS_S | MSTATUS_MXR, 1, 0, 1
    row PTE_U | PTE_X, AS_U | MSTATUS_MXR, 1, 0, 1
    row PTE_R, AS_S | MSTATUS_MXR, 1, 0, 0
    row PTE_RWX, AS_S | MSTATUS_SUM, 1, 1, 1
permission_rows_end:
    .popsection

/* An AMO needs both rights and fails as a store; LR is a load.  Bytes and halves are like words. */
other_accesses:
    LEAF(PTE_V | PTE_AD | PTE_R)
    EXPECT_TRY(try_amo, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_lr, AS_S, 0)
    EXPECT_TRY(try_load_byte, AS_S, 0)
    EXPECT(a3, VALUE_A & 0xff)
    EXPECT_TRY(try_load_half, AS_S, 0)
    EXPECT(a3, VALUE_A & 0xffff)
    EXPECT_TRY(try_store_byte, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_store_half, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_store_word, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_fsd, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_fld, AS_S, 0)
    LEAF(PTE_V | PTE_AD | PTE_X)
    EXPECT_TRY(try_amo, AS_S, CAUSE_AMO_PAGE)
    EXPECT_TRY(try_lr, AS_S, CAUSE_LOAD_PAGE)
    EXPECT_TRY(try_fld, AS_S, CAUSE_LOAD_PAGE)
    EXPECT_TRY(try_load_byte, AS_S, CAUSE_LOAD_PAGE)
    LEAF(PTE_V | PTE_AD | PTE_R | PTE_W)
    EXPECT_TRY(try_amo, AS_S, 0)
    EXPECT(a3, VALUE_A)
    jr   s1

/* ---- the walk sets A, and D for a store; not when the access fails ---- */

accessed_and_dirty:
    LEAF(PTE_V | PTE_RWX)
    EXPECT_TRY(try_load, AS_U, CAUSE_LOAD_PAGE)
    EXPECT_FLAGS(PTE_V | PTE_RWX)
    EXPECT_TRY(try_load, AS_S, 0)
    EXPECT_FLAGS(PTE_V | PTE_RWX | PTE_A)
    EXPECT_TRY(try_store, AS_S, 0)          /* the translation is known by now */
    EXPECT_FLAGS(PTE_V | PTE_RWX | PTE_AD)
    LEAF(PTE_V | PTE_RWX)
    EXPECT_TRY(try_store, AS_S, 0)
    EXPECT_FLAGS(PTE_V | PTE_RWX | PTE_AD)
    LEAF(PTE_V | PTE_RWX)
    EXPECT_TRY(try_fetch, AS_S, 0)
    EXPECT_FLAGS(PTE_V | PTE_RWX | PTE_A)
    LEAF(PTE_V | PTE_RWX)
    EXPECT_TRY(try_amo, AS_S, 0)
    EXPECT_FLAGS(PTE_V | PTE_RWX | PTE_AD)
    LEAF(PTE_V | PTE_R)
    EXPECT_TRY(try_store, AS_S, CAUSE_STORE_PAGE)
    EXPECT_FLAGS(PTE_V | PTE_R)
    LEAF(PTE_V | PTE_R | PTE_X | PTE_U)
    EXPECT_TRY(try_fetch, AS_S, CAUSE_FETCH_PAGE)
    EXPECT_FLAGS(PTE_V | PTE_R | PTE_X | PTE_U)
    /* Bits for software stay as they are. */
    LEAF(PTE_V | PTE_RWX | 0x300)
    EXPECT_TRY(try_store, AS_S, 0)
    EXPECT_FLAGS(PTE_V | PTE_RWX | PTE_AD | 0x300)
    jr   s1

/* ---- a leaf at each level above the last ---- */

superpages:
    mv   s8, s2
    li   s7, 1                  /* level */
1:  slli t0, s7, R(3, 2)
    la   t1, entries
    add  t1, t1, t0
    LX   s9, 0(t1)              /* its entry */
    LX   s10, 0(s9)             /* what was in it */
    mul  t0, s7, s5
    addi t0, t0, 12
    li   t1, 1
    sll  t1, t1, t0
    addi s11, t1, -1            /* mask of the offset */
    la   t2, page_a
    and  t3, t2, s11
    not  t4, s11
    and  s2, s8, t4
    or   s2, s2, t3             /* page_a's place in the superpage */
    and  t2, t2, t4
    srli t2, t2, 2
    ori  t2, t2, PTE_V | PTE_RWX | PTE_G
    SX   t2, 0(s9)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, 0)
    EXPECT(a3, VALUE_A)
    EXPECT_TRY(try_fetch, AS_S, 0)
    EXPECT_TRY(try_load, AS_U, CAUSE_LOAD_PAGE)
    LX   a0, 0(s9)
    andi a0, a0, 0xff
    EXPECT(a0, PTE_V | PTE_RWX | PTE_G | PTE_A)
    EXPECT_TRY(try_store, AS_S, 0)
    LX   a0, 0(s9)
    andi a0, a0, 0xff
    EXPECT(a0, PTE_V | PTE_RWX | PTE_G | PTE_AD)
    /* Each bit of the PPN that would be part of the offset must be 0. */
    LX   t2, 0(s9)
    li   t0, 1 << PTE_PPN_SHIFT
    or   t2, t2, t0
    SX   t2, 0(s9)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, CAUSE_LOAD_PAGE)
    EXPECT_TRY(try_store, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_fetch, AS_S, CAUSE_FETCH_PAGE)
    LX   t2, 0(s9)
    xor  t2, t2, t0
    srli t0, s11, 13            /* the highest one */
    addi t0, t0, 1
    slli t0, t0, PTE_PPN_SHIFT
    or   t2, t2, t0
    SX   t2, 0(s9)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, CAUSE_LOAD_PAGE)
    SX   s10, 0(s9)
    sfence.vma
    addi s7, s7, 1
    bltu s7, s4, 1b
    mv   s2, s8
    jr   s1

/* ---- entries that say nothing ---- */

#define EXPECT_PAGE_FAULTS                        \
    EXPECT_TRY(try_load, AS_S, CAUSE_LOAD_PAGE);  \
    EXPECT_TRY(try_store, AS_S, CAUSE_STORE_PAGE); \
    EXPECT_TRY(try_amo, AS_S, CAUSE_AMO_PAGE);    \
    EXPECT_TRY(try_fetch, AS_S, CAUSE_FETCH_PAGE)

invalid_entries:
    LEAF(PTE_RWX | PTE_AD)
    EXPECT_PAGE_FAULTS
    EXPECT_FLAGS(PTE_RWX | PTE_AD)
    LEAF(0)
    EXPECT_PAGE_FAULTS
    LEAF(PTE_V | PTE_AD | PTE_W)            /* writable but not readable is reserved */
    EXPECT_PAGE_FAULTS
    LEAF(PTE_V | PTE_AD | PTE_W | PTE_X)
    EXPECT_PAGE_FAULTS
    LEAF(PTE_V)                             /* a pointer where no table can follow */
    EXPECT_PAGE_FAULTS
    /* The same in the root. */
    addi t0, s4, -1
    slli t0, t0, R(3, 2)
    la   t1, entries
    add  t1, t1, t0
    LX   s9, 0(t1)
    LX   s10, 0(s9)
    SX   zero, 0(s9)
    LEAF(PTE_V | PTE_AD | PTE_RWX)
    EXPECT_PAGE_FAULTS
    xori t0, s10, PTE_V
    SX   t0, 0(s9)
    sfence.vma
    EXPECT_PAGE_FAULTS
    /* A pointer with A, D or U is reserved (4.3.1: "must be cleared by software"). */
    li   s7, PTE_A
1:  or   t0, s10, s7
    SX   t0, 0(s9)
    sfence.vma
    EXPECT_PAGE_FAULTS
    li   t0, PTE_U
    beq  s7, t0, 2f
    slli s7, s7, 1
    li   t0, PTE_D
    beq  s7, t0, 1b
    li   s7, PTE_U
    j    1b
2:  /* G and the bits for software are not. */
    ori  t0, s10, PTE_G | 0x300
    SX   t0, 0(s9)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, 0)
    /* A table where there is no memory: an access fault of the kind of the access. */
    li   t0, NOBODY >> 2 | PTE_V
    SX   t0, 0(s9)
    sfence.vma
#if !QEMU72                     /* 4.3.2, step 2 */
    EXPECT_TRY(try_load, AS_S, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, CAUSE_FETCH_ACCESS)
#endif
    SX   s10, 0(s9)
    /* A page where there is none. */
    li   t0, NOBODY >> 2 | PTE_V | PTE_AD | PTE_RWX
    SX   t0, 0(s3)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, CAUSE_LOAD_ACCESS)
    EXPECT_TRY(try_store, AS_S, CAUSE_STORE_ACCESS)
    EXPECT_TRY(try_fetch, AS_S, CAUSE_FETCH_ACCESS)
    LEAF(PTE_V | PTE_AD | PTE_RWX)
    EXPECT_TRY(try_load, AS_S, 0)
    jr   s1

#if __riscv_xlen == 64
/* Bits 54 to 60 are reserved, 63 needs Svnapot, 61 and 62 are Svpbmt's. */
upper_bits:
#if !QEMU72                     /* which forgets them when it has Svpbmt (4.4.1) */
    li   s8, 54
1:  LEAF(PTE_V | PTE_AD | PTE_RWX)
    li   t1, 1
    sll  t1, t1, s8
    LX   t0, 0(s3)
    or   t0, t0, t1
    SX   t0, 0(s3)
    sfence.vma
    EXPECT_PAGE_FAULTS
    addi s8, s8, 1
    li   t0, 61
    bne  s8, t0, 1b
    LEAF(PTE_V | PTE_AD | PTE_RWX)
    li   t1, 1 << 63
    or   t0, t0, t1
    SX   t0, 0(s3)
    sfence.vma
    EXPECT_PAGE_FAULTS
#endif
    /* Memory types, when menvcfg.PBMTE (bit 62) is set. */
    li   s8, 1 << 62
    csrs menvcfg, s8
    li   s9, 0
1:  LEAF(PTE_V | PTE_AD | PTE_RWX)
    slli t1, s9, 61
    or   t0, t0, t1
    SX   t0, 0(s3)
    sfence.vma
    EXPECT_TRY(try_load, AS_S, 0)           /* as PMA says, non-cacheable, I/O */
    EXPECT(a3, VALUE_A)
    EXPECT_TRY(try_store, AS_S, 0)
    EXPECT_TRY(try_fetch, AS_S, 0)
    addi s9, s9, 1
    li   t0, 3
    bne  s9, t0, 1b
    LEAF(PTE_V | PTE_AD | PTE_RWX)
    li   t1, 3 << 61                        /* reserved */
    or   t0, t0, t1
    SX   t0, 0(s3)
    sfence.vma
#if !QEMU72                     /* 5.: "reserved for future standard use" raises a page fault */
    EXPECT_PAGE_FAULTS
#endif
    csrc menvcfg, s8
    li   s9, 1
1:  LEAF(PTE_V | PTE_AD | PTE_RWX)
    slli t1, s9, 61
    or   t0, t0, t1
    SX   t0, 0(s3)
    sfence.vma
#if !QEMU72                     /* without PBMTE the bits are reserved (3.1.18) */
    EXPECT_PAGE_FAULTS
#endif
    addi s9, s9, 1
    li   t0, 4
    bne  s9, t0, 1b
    LEAF(PTE_V | PTE_AD | PTE_RWX)
    jr   s1

/* The bits above the last index are copies of its highest. */
wide_addresses:
    mv   s8, s2
    LX   t0, 0(s3)
    EXPECT_TRY(try_load, AS_S, 0)
    mul  s9, s4, s5
    addi s9, s9, 12                         /* bits of an address */
1:  li   t0, 1
    sll  t0, t0, s9
    xor  s2, s8, t0
    EXPECT_TRY(try_load, AS_S, CAUSE_LOAD_PAGE)
    EXPECT_TRY(try_store, AS_S, CAUSE_STORE_PAGE)
    EXPECT_TRY(try_fetch, AS_S, CAUSE_FETCH_PAGE)
    addi s9, s9, 1
    li   t0, 64
    bne  s9, t0, 1b
    mv   s2, s8
    jr   s1
#endif

/* M mode has no translation, whoever satp is for; nor has MPRV with MPP = M, nor mode Bare. */
translation_off:
    LEAF(0)
    mv   s8, s2
    la   s2, page_a
    lw   a3, 0(s2)
    EXPECT(a3, VALUE_A)
    EXPECT_TRY(try_load, AS_M, 0)
    EXPECT(a3, VALUE_A)
    EXPECT_TRY(try_store, AS_M, 0)
    EXPECT_TRY(try_fetch, AS_M, 0)
    csrw satp, zero
    sfence.vma
    EXPECT_TRY(try_load, AS_S, 0)
    EXPECT(a3, VALUE_A)
    EXPECT_TRY(try_store, AS_U, 0)
    EXPECT_TRY(try_fetch, AS_U, 0)
    csrw satp, s6
    sfence.vma
    mv   s2, s8
    EXPECT_PAGE_FAULTS
    jr   s1
