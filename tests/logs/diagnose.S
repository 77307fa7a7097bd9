/* SPDX-License-Identifier: MIT */
/* Guests that get no further, each in a way of its own: -DCASE=1 ... */
#define SIFIVE_TEST 0x100000
#define UART        0x10000000

.option norvc
.option norelax
.global _start
_start:
        la      t0, handler
        csrw    mtvec, t0

#if CASE == 1                                   /* the handler stores through a pointer that is 0 */
        csrw    mscratch, zero
        ecall
.balign 4
handler:
        csrr    t0, mscratch
        sd      t1, 8(t0)
        mret

#elif CASE == 2                                 /* a jump to nowhere; then nothing to wait for */
        call    calls_nowhere
calls_nowhere:
        li      t0, 0x40000000
        jr      t0
.balign 4
handler:
        wfi
        j       handler

#elif CASE == 3                                 /* a page that is not mapped, again and again */
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        la      t0, root
        li      t1, (0x80000000 >> 2) | 0xcf
        sd      t1, 16(t0)
        srli    t0, t0, 12
        li      t1, 8
        slli    t1, t1, 60
        or      t0, t0, t1
        csrw    satp, t0
        li      t0, 0x800                       # MPP = S
        csrs    mstatus, t0
        la      t0, load
        csrw    mepc, t0
        mret
load:   li      t0, 0x1000
        lw      t1, 0(t0)
.balign 4
handler:
        mret

#elif CASE == 4                                 /* says nothing, for ever */
handler:
        j       handler

#elif CASE == 5                                 /* what Linux says without a root file system */
        li      t0, UART
        la      t1, text
1:      lbu     t2, 0(t1)
        sb      t2, 0(t0)
        addi    t1, t1, 1
        bnez    t2, 1b
        li      t0, SIFIVE_TEST
        li      t1, 0x5555
        sw      t1, 0(t0)
handler:
        j       handler
text:   .asciz  "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n"
#endif

.bss
.balign 4096
root:   .zero   4096
