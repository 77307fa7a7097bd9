/* SPDX-License-Identifier: MIT */
/* Two harts in S mode, under Sv39 tables that have a page of each size; each counts for ever.
 *
 *     va 0x0000400000 + 5 pages -> page       4 KiB, rw, user, A, D
 *     va 0x0000600000           -> 0x80000000 2 MiB, r, A
 *     va 0x0080000000           -> itself     1 GiB, rwx, A, D
 *     va 0xffffffc000000000     -> 0x80000000 1 GiB, rx, A */
    .option norvc
    .section .text.start, "ax"
    .globl _start
_start:
    csrr    s0, mhartid
    li      t0, 0x2000000           /* an interrupt that is not enabled: raised, and taken back */
    slli    t1, s0, 2
    add     t0, t0, t1
    li      t1, 1
    sw      t1, 0(t0)
    sw      zero, 0(t0)
    la      t1, root
    la      t0, middle
    srli    t0, t0, 2
    ori     t0, t0, 0x01            /* V: a pointer */
    sd      t0, 0(t1)
    li      t0, 0x80000000 >> 2 | 0xcf
    sd      t0, 2 * 8(t1)
    li      t0, 0x80000000 >> 2 | 0x4b
    addi    t1, t1, 2040            /* 256 * 8 does not fit a store's offset */
    sd      t0, 8(t1)
    la      t1, middle
    la      t0, low
    srli    t0, t0, 2
    ori     t0, t0, 0x01
    sd      t0, 2 * 8(t1)
    li      t0, 0x80000000 >> 2 | 0x43
    sd      t0, 3 * 8(t1)
    la      t1, low
    la      t0, page
    srli    t0, t0, 2
    ori     t0, t0, 0xd7
    sd      t0, 5 * 8(t1)
    fence
    li      t0, -1
    csrw    pmpaddr0, t0
    li      t0, 0x1f                /* NAPOT, rwx */
    csrw    pmpcfg0, t0
    la      t0, root
    srli    t0, t0, 12
    li      t1, 8 << 60
    or      t0, t0, t1
    csrw    satp, t0
    sfence.vma
    li      t0, 1 << 11             /* MPP: S */
    csrs    mstatus, t0
    la      t0, supervisor
    csrw    mepc, t0
    mret
    .globl supervisor
supervisor:
    la      s1, counters
    slli    t0, s0, 6
    add     s1, s1, t0
    li      a7, 0x1234
again:
    ld      t0, 0(s1)
    addi    t0, t0, 1
    sd      t0, 0(s1)
    j       again

    .section .data
    .balign 4096
root:
    .fill   512, 8, 0
middle:
    .fill   512, 8, 0
low:
    .fill   512, 8, 0
    .globl  page
page:
    .asciz  "a page\n"
    .balign 16
    .half   0xfffe, 0x0001, 0x8000, 0x7fff
    .balign 4096
    .globl  counters
counters:
    .fill   128, 1, 0
