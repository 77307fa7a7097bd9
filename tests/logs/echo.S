/* SPDX-License-Identifier: MIT */
/* A guest that waits for keys by interrupt, through the PLIC, and sends each one back; 'q' powers
 * off. */
#define SIFIVE_TEST  0x100000
#define PLIC         0xc000000
#define PLIC_ENABLE  0xc002000
#define PLIC_CONTEXT 0xc200000
#define UART         0x10000000
#define UART_SOURCE  10

.option norvc
.option norelax
.global _start
_start:
        la      t0, handler
        csrw    mtvec, t0
        li      t0, PLIC + 4 * UART_SOURCE
        li      t1, 1
        sw      t1, 0(t0)
        li      t0, PLIC_ENABLE
        li      t1, 1 << UART_SOURCE
        sw      t1, 0(t0)
        li      s0, UART
        li      t1, 1                       # IER: a byte has come
        sb      t1, 1(s0)
        li      t0, 0x800                   # MEIE
        csrs    mie, t0
        csrsi   mstatus, 8
wait:   wfi
        j       wait

.balign 4
handler:
        li      t0, PLIC_CONTEXT
        lw      t1, 4(t0)                   # claim
        call    echo
        sw      t1, 4(t0)                   # complete
        mret

echo:   lbu     t2, 0(s0)
        sb      t2, 0(s0)
        li      t3, 'q'
        bne     t2, t3, 1f
        li      t3, SIFIVE_TEST
        li      t4, 0x5555
        sw      t4, 0(t3)
1:      ret
