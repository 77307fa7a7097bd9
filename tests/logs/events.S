/* SPDX-License-Identifier: MIT */
/* A guest that does one of each thing that a log can tell of, and powers off: a hole in the memory
 * map, a CSR that does not exist, floating point, a page table, an exception. */
#define SIFIVE_TEST 0x100000
#define HOLE        0x40000000

.option norvc
.option norelax
.global _start
_start:
        la      sp, stack
        la      t0, handler
        csrw    mtvec, t0
        li      t0, 0x2000                  # mstatus.FS
        csrs    mstatus, t0
        li      t0, HOLE
        lw      t1, 0(t0)
        csrr    t1, 0x5c1                   # there is no such CSR
        call    add_up
        call    with_paging
        li      t0, SIFIVE_TEST
        li      t1, 0x5555
        sw      t1, 0(t0)
1:      j       1b

/* The sum of 1 to 5 goes to memory and to a floating-point register. */
add_up:
        li      a0, 0
        li      a1, 5
1:      add     a0, a0, a1
        addi    a1, a1, -1
        bnez    a1, 1b
        la      a2, sum
        sd      a0, 0(a2)
        fcvt.d.l fa0, a0
        ret

/* Sv39 with one leaf that maps the gigabyte of RAM onto itself; a load in S mode; back by ecall. */
with_paging:
        la      t0, root
        li      t1, (0x80000000 >> 2) | 0xcf
        sd      t1, 16(t0)
        srli    t0, t0, 12
        li      t1, 8
        slli    t1, t1, 60
        or      t0, t0, t1
        csrw    satp, t0
        li      t0, -1                      # one PMP entry: everything is allowed
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        li      t0, 0x1800
        csrc    mstatus, t0
        li      t0, 0x800
        csrs    mstatus, t0
        la      t0, 1f
        csrw    mepc, t0
        mret
1:      la      t0, sum
        ld      a0, 0(t0)
        ecall
        ret

/* Go on behind the instruction, in M mode. */
handler:
        csrr    t6, mepc
        addi    t6, t6, 4
        csrw    mepc, t6
        li      t6, 0x1800
        csrs    mstatus, t6
        mret

.bss
.balign 4096
root:   .zero   4096
sum:    .zero   8
        .zero   1024
stack:
