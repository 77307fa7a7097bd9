/* SPDX-License-Identifier: MIT */
/* A guest that waits for the timer, makes a system call in U mode, and lets a virtio-rng device in
 * the first slot (legacy registers) fill 8 bytes; then it powers off. */
#define SIFIVE_TEST 0x100000
#define MTIMECMP    0x2004000
#define MTIME       0x200bff8
#define VIRTIO      0x10001000

.option norvc
.option norelax
.global _start
_start:
        la      t0, handler
        csrw    mtvec, t0
        li      t0, MTIME
        ld      t1, 0(t0)
        li      t0, 10000                   # 1 ms from now
        add     t1, t1, t0
        li      t0, MTIMECMP
        sd      t1, 0(t0)
        li      t0, 0x80                    # MTIE; not taken, but it ends the wait
        csrs    mie, t0
        wfi
        csrc    mie, t0
        li      t0, -1                      # one PMP entry: everything is allowed
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        la      t0, user                    # MPP is U
        csrw    mepc, t0
        mret

user:   li      a7, 64
        li      a0, 1
        li      a1, 0x1234
        li      a2, 6
        ecall

/* The system call is the only trap. */
.balign 4
handler:
        li      s0, VIRTIO
        li      t0, 3                       # ACKNOWLEDGE, DRIVER
        sw      t0, 0x70(s0)
        sw      zero, 0x20(s0)              # no features
        li      t0, 4096
        sw      t0, 0x28(s0)                # GuestPageSize
        sw      zero, 0x30(s0)              # QueueSel
        li      t1, 4
        sw      t1, 0x38(s0)                # QueueNum
        sw      t0, 0x3c(s0)                # QueueAlign
        la      s1, queue
        srli    t0, s1, 12
        sw      t0, 0x40(s0)                # QueuePFN
        li      t0, 7                       # DRIVER_OK
        sw      t0, 0x70(s0)
        la      t0, buffer
        sd      t0, 0(s1)                   # descriptor 0: 8 bytes that the device writes
        li      t0, 8
        sw      t0, 8(s1)
        li      t0, 2
        sh      t0, 12(s1)
        li      t0, 1
        fence
        sh      t0, 66(s1)                  # available: one, number 0
        fence
        sw      zero, 0x50(s0)              # QueueNotify
        li      t0, 4096
        add     t0, t0, s1
1:      lhu     t1, 2(t0)                   # used: how many
        beqz    t1, 1b
        li      t0, SIFIVE_TEST
        li      t1, 0x5555
        sw      t1, 0(t0)
2:      j       2b

.bss
.balign 4096
queue:  .zero   8192
buffer: .zero   8
