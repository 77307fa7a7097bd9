/* SPDX-License-Identifier: MIT */
/*
 * One hart writes a function while another one runs it for the first time since it was last
 * written.  That run may still see the old code; after the writer has said that it is done, and a
 * fence.i, it must be the new one.  The store follows slow device accesses and a store to the same
 * page, whose check for code may serve for both.
 *
 * @smp 2
 * @xlen 64 32
 */
#include "lib.h"

#define ROUNDS 300

static volatile struct {
    uint32_t code[2]; /* li a0, imm12; ret */
    uint32_t scratch;
} page __attribute__((aligned(4096)));

static volatile uint32_t go __attribute__((aligned(4096)));
static volatile uint32_t done __attribute__((aligned(64)));
static volatile uint32_t ack __attribute__((aligned(64)));

static uint32_t load_immediate(uint32_t value)
{
    return value << 20 | 10 << 7 | 0x13;
}

static word run(void)
{
    fence_i();
    return ((word (*)(void))(word)page.code)();
}

static void wait_for(volatile uint32_t *p, uint32_t value)
{
    while (*p != value) {
        wait_hint();
    }
    fence();
}

/* Store to the scratch word, wait, store the instruction. */
static void store_late(uint32_t insn)
{
    word x;

    asm volatile("sw %1, 8(%2)\n\t"
                 ".rept 40\n\t"
                 "lw %0, 0(%3)\n\t"
                 ".endr\n\t"
                 "sw %1, 0(%2)" : "=&r"(x) : "r"(insn), "r"(&page), "r"(CLINT_MTIME) : "memory");
}

static void delay(uint32_t turns)
{
    for (volatile uint32_t i = 0; i < turns; i++) {
    }
}

static void write_code(void)
{
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        page.code[0] = load_immediate(2 * (i % 500));
        page.code[1] = 0x00008067;
        page.scratch = i;
        fence();
        go = i;
        delay(i % 64);
        store_late(load_immediate(2 * (i % 500) + 1));
        fence();
        done = i;
        wait_for(&ack, i);
    }
}

static void run_code(word hart)
{
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        wait_for(&go, i);
        delay(i / 7 % 16);
        CHECK(run() / 2, i % 500);
        wait_for(&done, i);
        CHECK(run(), 2 * (i % 500) + 1);
        ack = i;
    }
}

void test_main(void)
{
    go = done = ack = 0;
    fence();
    hart_start(1, run_code, 0);
    write_code();
    hart_wait(1);
}
