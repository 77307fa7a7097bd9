/* SPDX-License-Identifier: MIT */
/* Where the guests of this folder are entered: the first hart goes on at _start when the others, of
 * which there are HARTS - 1, are about to sleep. */
.option norvc
.option norelax
.global park
park:
        la      t1, asleep
        csrr    t0, mhartid
        beqz    t0, first
        li      t0, 1
        amoadd.w zero, t0, (t1)
sleep:  wfi
        j       sleep
first:  li      t0, HARTS - 1
1:      .insn   0x0100000f              /* pause */
        lw      t2, (t1)
        bne     t0, t2, 1b
        j       _start

.bss
.balign 4096
asleep: .zero   4
