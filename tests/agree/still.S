/* SPDX-License-Identifier: MIT */
/* Harts that end in the same place with the same registers on every emulator: each makes a system
 * call from U mode under page tables, sets its word of "done" in the handler, and stays there.
 * The tables are shared, and have a page of each size:
 *
 *     va 0x0000400000 + 5 pages -> page       4 KiB, rw, user, A, D
 *     va 0x0000600000           -> 0x80000000 2 MiB, r, A
 *     va 0x0040000000           -> 0x80000000 1 GiB, rx, user, A: where U mode runs
 *     va 0x0080000000           -> itself     1 GiB, rwx, A, D
 *     va 0xffffffc000000000     -> 0x80000000 1 GiB, rx, A
 *
 * With ENDING other than 0, hart 0 writes it to the test finisher after 0.3 seconds instead: late
 * enough for who let it run to hear so. */
    .option norvc
    .section .text.start, "ax"
    .globl  _start
_start:
    csrr    s0, mhartid
    lw      t0, ending
    beqz    t0, tables
    bnez    s0, 2f
    li      t1, 3000000             /* of 10 MHz */
    rdtime  t2
    add     t1, t1, t2
1:  rdtime  t2
    bltu    t2, t1, 1b
    li      t1, 0x100000
    sw      t0, 0(t1)
2:  j       2b
tables:
    la      t1, root
    la      t0, middle
    srli    t0, t0, 2
    ori     t0, t0, 0x01            /* V: a pointer */
    sd      t0, 0(t1)
    li      t0, 0x80000000 >> 2 | 0x5b
    sd      t0, 1 * 8(t1)
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
    la      t0, handler
    csrw    stvec, t0
    li      t0, 1 << 8              /* environment calls from U mode */
    csrw    medeleg, t0
    li      t0, 0x222               /* what is for S mode: never raised here */
    csrw    mideleg, t0
    csrw    mie, t0
    li      t0, 1 << 11 | 1 << 13   /* MPP: S; FS: initial */
    csrs    mstatus, t0
    la      t0, supervisor
    csrw    mepc, t0
    li      t0, 3
    fcvt.d.l fa0, t0
    fcvt.s.l fa1, t0
    mret
    .globl  supervisor
supervisor:
    li      t0, 0x5555
    csrw    sscratch, t0
    li      t0, 1 << 8              /* SPP: U */
    csrc    sstatus, t0
    la      t0, user
    li      t1, 1 << 30
    sub     t0, t0, t1
    csrw    sepc, t0
    sret
user:
    li      a7, 0x1234
    li      sp, -16
    ecall
    .balign 4
    .globl  handler
handler:
    la      t0, done
    slli    t1, s0, 3
    add     t0, t0, t1
    li      t1, 1
    sd      t1, 0(t0)
    fence
1:  j       1b

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
    .globl  done
done:
    .fill   16, 1, 0
    .globl  ending
ending:
    .word   ENDING
