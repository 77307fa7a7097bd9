/* SPDX-License-Identifier: MIT */
/* What the scripts of tests/gdb look at, over and over: accesses of every kind, traps, wfi, paging
 * in two address spaces.  Every instruction has four bytes, so that pcs can be reckoned. */
    .option norvc
#define WINDOW 0x40000000 /* where address space A shows the RAM for a second time; B does not */

    .section .text.start, "ax"
    .globl _start
_start:
    csrr    t0, mhartid
    bnez    t0, park
    la      sp, stack_top
    la      t0, m_trap
    csrw    mtvec, t0
    li      t0, -1
    csrw    pmpaddr0, t0
    li      t0, 0x1f
    csrw    pmpcfg0, t0             /* S mode may do everything */
    li      t0, 0x6000
    csrs    mstatus, t0             /* floating point on */
    li      s2, 0

again:
    addi    s2, s2, 1               /* the number of the round */

/* ---- accesses ---- */
    la      a0, variable
    la      a1, crossing
    li      a2, 1
store:
    sd      s2, 0(a0)
load:
    ld      a3, 0(a0)
narrow:
    sb      a2, 7(a0)
amo:
    amoadd.d a4, a2, (a0)
reserve:
    lr.d    a5, (a0)
conditional:
    sc.d    a6, a2, (a0)
across:
    sd      s2, 0(a1)               /* its last byte is on the next page */
    fcvt.d.l fa0, s2
to_float:
    fsd     fa0, 0(a0)
loop_begin:
    li      t1, 100
loop_body:
    addi    t1, t1, -1
    bnez    t1, loop_body
loop_end:

/* ---- calls ---- */
call:
    jal     function
returned:

/* ---- traps ---- */
ecall_here:
    ecall
behind_ecall:
    .word   0xffffffff              /* an illegal instruction */
behind_illegal:

/* ---- an interrupt is pending from here on, and enabled ---- */
    li      t0, 8
    csrs    mie, t0                 /* MSIE */
    li      t2, 0x2000000
    li      t3, 1
    sw      t3, 0(t2)               /* msip */
    csrr    t0, mip
enable:
    csrsi   mstatus, 8              /* MIE */
interruptible:
    nop
    nop
    csrci   mstatus, 8
    sw      zero, 0(t2)

/* ---- waiting, with nothing that could end it but the timer ---- */
    li      t0, 8
    csrc    mie, t0
    li      t0, 0x80
    csrs    mie, t0                 /* MTIE, with MIE off: only ends the wait */
    li      t2, 0x200bff8
    ld      t3, 0(t2)
    li      t0, 100000              /* 10 ms */
    add     t3, t3, t0
    li      t2, 0x2004000
    sd      t3, 0(t2)
wait:
    wfi
behind_wait:
    li      t0, 0x80
    csrc    mie, t0
    j       supervise

function:
    addi    s1, s1, 1
    ret

park:                               /* the other harts sleep */
    wfi
    j       park

/* ---- in S mode, with paging ---- */
supervise:
    la      t0, s_trap
    csrw    stvec, t0
    li      t0, 0xb000              /* page faults */
    csrw    medeleg, t0
    la      t0, root_a
    call    enter                   /* in address space A */
    la      a0, variable
    li      t0, WINDOW - 0x80000000
    add     a0, a0, t0
window_a:
    sd      s2, 8(a0)
window_load:
    ld      a3, 8(a0)
    la      t0, root_b
    srli    t0, t0, 12
    li      t1, 8 << 60
    or      t0, t0, t1
switch:
    csrw    satp, t0
switched:
    sfence.vma
fault_here:
    sd      s2, 8(a0)               /* B has nothing there: the handler goes back to A */
behind_fault:
    la      a0, variable
identity:
    sd      s2, 8(a0)               /* the same memory by its other address */
    ecall                           /* to M mode */
    j       again

/* Go on behind the call in S mode, with root table t0. */
enter:
    srli    t0, t0, 12
    li      t1, 8 << 60             /* Sv39 */
    or      t0, t0, t1
    csrw    satp, t0
    sfence.vma
    li      t1, 3 << 11
    csrc    mstatus, t1
    li      t1, 1 << 11
    csrs    mstatus, t1             /* MPP = S */
    csrw    mepc, ra
    mret

/* Skips the instruction; or masks the interrupt. */
    .balign 4
m_trap:
    csrw    mscratch, t0
    csrr    t0, mcause
    bltz    t0, 1f
    csrr    t0, mepc
    addi    t0, t0, 4
    csrw    mepc, t0
    csrr    t0, mcause
    addi    t0, t0, -9              /* an ecall of S mode returns to M mode */
    bnez    t0, 2f
    li      t0, 3 << 11
    csrs    mstatus, t0
    j       2f
1:  li      t0, 8
    csrc    mie, t0
2:  csrr    t0, mscratch
    mret

    .balign 4
s_trap:
    csrw    sscratch, t0
    la      t0, root_a
    srli    t0, t0, 12
    slli    t1, zero, 0
    li      t1, 8 << 60
    or      t0, t0, t1
    csrw    satp, t0
    sfence.vma
    csrr    t0, sscratch
    sret

    .section .data
    .balign 8
stack:
    .zero   1024
stack_top:
    .balign 4096
/* 1 GiB pages: V, R, W, X, A, D */
root_a:
    .dword  0x000000cf, (0x80000000 >> 2) | 0xcf, (0x80000000 >> 2) | 0xcf
    .zero   4096 - 24
root_b:
    .dword  0x000000cf, 0, (0x80000000 >> 2) | 0xcf
    .zero   4096 - 24
    .globl  variable
variable:
    .dword  0, 0
    .zero   4096 - 16 - 7
crossing:
    .zero   7
second_page:
    .zero   4096
