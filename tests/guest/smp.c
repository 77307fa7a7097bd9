/* SPDX-License-Identifier: MIT */
/*
 * Four harts: start by software interrupt, shared counters by AMO and by LR/SC, locks, message
 * passing and store buffering (the litmus tests, with the fences that forbid the bad outcome),
 * code changed by one hart and run by another after fence.i, and interrupts between all pairs.
 *
 * Loops are bounded by counts; a hart that does not make progress shows as a time-out of the
 * runner.
 *
 * @smp 4
 * @xlen 64 32
 */
#include "lib.h"

#define HARTS 4
#define LOOPS 20000
#define LOCKED 100 /* waiting costs time slices where the host has fewer cores than harts */

static volatile uint32_t seen[HARTS];
static uint32_t counter __attribute__((aligned(64)));
static uint32_t lrsc_counter __attribute__((aligned(64)));
static uint64_t wide_counter __attribute__((aligned(64)));

static void all_harts(void (*fn)(word))
{
    for (word hart = 1; hart < HARTS; hart++) {
        hart_start(hart, fn, hart);
    }
    fn(0);
    for (word hart = 1; hart < HARTS; hart++) {
        hart_wait(hart);
    }
}

/* A barrier that all harts reach; every use takes the next number. */
static void barrier(void)
{
    static uint32_t arrived, round;
    uint32_t mine = __atomic_load_n(&round, __ATOMIC_ACQUIRE);

    if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == HARTS) {
        arrived = 0;
        __atomic_store_n(&round, mine + 1, __ATOMIC_RELEASE);
    } else {
        while (__atomic_load_n(&round, __ATOMIC_ACQUIRE) == mine) {
            wait_hint();
        }
    }
}

static void report_in(word hart)
{
    CHECK(hart_id(), hart);
    seen[hart]++;
}

static void count(word hart)
{
    for (int i = 0; i < LOOPS; i++) {
        uint32_t old, failed;

        asm volatile("amoadd.w zero, %1, (%0)" :: "r"(&counter), "r"(hart + 1) : "memory");
        asm volatile("1: lr.w %0, (%2)\n\t"
                     "addi %0, %0, 1\n\t"
                     "sc.w %1, %0, (%2)\n\t"
                     "bnez %1, 1b" : "=&r"(old), "=&r"(failed) : "r"(&lrsc_counter) : "memory");
#if __riscv_xlen == 64
        uint64_t step = 0x100000001;
        asm volatile("amoadd.d zero, %1, (%0)" :: "r"(&wide_counter), "r"(step) : "memory");
#endif
    }
}

static void test_counters(void)
{
    counter = lrsc_counter = 0;
    wide_counter = 0;
    all_harts(count);
    CHECK(counter, LOOPS * (1 + 2 + 3 + 4));
    CHECK(lrsc_counter, LOOPS * HARTS);
#if __riscv_xlen == 64
    CHECK(wide_counter, LOOPS * HARTS * 0x100000001);
#endif
}

/* A spin lock and a ticket lock, each round a plain variable of its own. */
static uint32_t lock __attribute__((aligned(64)));
static uint32_t ticket_next __attribute__((aligned(64)));
static volatile uint32_t ticket_now;
static volatile uint32_t guarded[2];

static void lock_and_add(word hart)
{
    for (int i = 0; i < LOCKED; i++) {
        uint32_t taken, mine;

        do {
            asm volatile("amoswap.w.aq %0, %2, (%1)" : "=r"(taken) : "r"(&lock), "r"(1) : "memory");
        } while (taken);
        guarded[0] = guarded[0] + 1;
        asm volatile("amoswap.w.rl zero, zero, (%0)" :: "r"(&lock) : "memory");

        mine = __atomic_fetch_add(&ticket_next, 1, __ATOMIC_RELAXED);
        while (ticket_now != mine) {
            wait_hint();
        }
        fence();
        guarded[1] = guarded[1] + 3;
        fence();
        ticket_now = mine + 1;
    }
}

static void test_locks(void)
{
    ticket_next = ticket_now = 0;
    lock = 0;
    for (int i = 0; i < 2; i++) {
        guarded[i] = 0;
    }
    all_harts(lock_and_add);
    CHECK(guarded[0], LOCKED * HARTS);
    CHECK(guarded[1], 3 * LOCKED * HARTS);
}

/* Message passing: whoever sees the flag sees the data. */
static volatile uint32_t mp_data __attribute__((aligned(64)));
static volatile uint32_t mp_flag __attribute__((aligned(64)));
static volatile uint32_t mp_ack __attribute__((aligned(64)));

static void message_passing(word hart)
{
    for (uint32_t i = 1; i <= 500 && hart < 2; i++) {
        if (hart == 0) {
            mp_data = i * 3;
            asm volatile("fence w, w" ::: "memory");
            mp_flag = i;
            while (mp_ack != i) {
                wait_hint();
            }
        } else {
            while (mp_flag != i) {
                wait_hint();
            }
            asm volatile("fence r, r" ::: "memory");
            CHECK(mp_data, i * 3);
            fence();
            mp_ack = i;
        }
    }
}

/* Store buffering: with a full fence between store and load, not both harts may read the old value.
 * */
static volatile uint32_t sb_x __attribute__((aligned(64)));
static volatile uint32_t sb_y __attribute__((aligned(64)));
static volatile uint32_t sb_read[2];

static void store_buffering(word hart)
{
    for (uint32_t i = 0; i < 100; i++) {
        if (hart == 0) {
            sb_x = sb_y = 0;
        }
        barrier();
        if (hart == 0) {
            sb_x = 1;
            asm volatile("fence rw, rw" ::: "memory");
            sb_read[0] = sb_y;
        } else if (hart == 1) {
            sb_y = 1;
            asm volatile("fence rw, rw" ::: "memory");
            sb_read[1] = sb_x;
        }
        barrier();
        CHECK(sb_read[0] | sb_read[1], 1);
    }
}

/* The same with AMOs in the place of the fenced accesses: they are sequentially consistent. */
static void store_buffering_amo(word hart)
{
    for (uint32_t i = 0; i < 100; i++) {
        if (hart == 0) {
            sb_x = sb_y = 0;
        }
        barrier();
        if (hart < 2) {
            volatile uint32_t *mine = hart ? &sb_y : &sb_x, *other = hart ? &sb_x : &sb_y;
            uint32_t value;

            asm volatile("amoswap.w.aqrl zero, %1, (%0)" :: "r"(mine), "r"(1) : "memory");
            asm volatile("amoor.w.aqrl %0, zero, (%1)" : "=r"(value) : "r"(other) : "memory");
            sb_read[hart] = value;
        }
        barrier();
        CHECK(sb_read[0] | sb_read[1], 1);
    }
}

/* A function that hart 0 rewrites and the others call: li a0, imm12; ret. */
static uint32_t code[16] __attribute__((aligned(64)));

static void run_new_code(word hart)
{
    for (uint32_t i = 1; i <= 50; i++) {
        if (hart == 0) {
            code[0] = i << 20 | 10 << 7 | 0x13;
            code[1] = 0x00008067;
            fence();
        }
        barrier();
        fence_i();
        CHECK(((word (*)(void))code)(), i);
        barrier();
    }
}

/* Software interrupts round the ring, taken as interrupts by each hart. */
static volatile uint32_t rung[HARTS];

static word ring_hook(word cause, word epc, word tval, word *frame)
{
    word hart = hart_id();

    CHECK(cause << 1 >> 1, IRQ_MSI);
    set_msip(hart, 0);
    rung[hart]++;
    return epc;
}

static void ring(word hart)
{
    rung[hart] = 0;
    set_msip(hart, 0);
    barrier();
    CSR_WRITE(mie, 1 << IRQ_MSI);
    CSR_SET(mstatus, MSTATUS_MIE);
    for (uint32_t i = 0; i < 50; i++) {
        if (hart == 0) {
            set_msip(1, 1);
        }
        while (rung[hart] != i + 1) {
            wait_hint();
        }
        if (hart) {
            set_msip((hart + 1) % HARTS, 1);
        }
    }
    CSR_CLEAR(mstatus, MSTATUS_MIE);
    CSR_WRITE(mie, 0);
    barrier();
}

void test_main(void)
{
    for (int i = 0; i < HARTS; i++) {
        seen[i] = 0;
    }
    all_harts(report_in);
    all_harts(report_in);
    for (int i = 0; i < HARTS; i++) {
        CHECK(seen[i], 2);
    }
    test_counters();
    test_locks();
    mp_data = mp_flag = mp_ack = 0;
    fence();
    all_harts(message_passing);
    all_harts(store_buffering);
    all_harts(store_buffering_amo);
    all_harts(run_new_code);
    trap_hook = ring_hook;
    all_harts(ring);
}
