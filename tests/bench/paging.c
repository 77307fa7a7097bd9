/* SPDX-License-Identifier: MIT */
/* S mode under Sv39: strided accesses over more pages than a TLB holds, pages remapped with
 * sfence.vma, and whole address spaces switched. @set system */
#include "bench.h"

#define PTE_V 0x01
#define PTE_R 0x02
#define PTE_W 0x04
#define PTE_X 0x08
#define PTE_A 0x40
#define PTE_D 0x80
#define PTE_DATA (PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
#define PAGES 2048
#define WINDOW 0x40000000ul /* where the pages appear: the second gigabyte */

typedef struct Space {
    uint64_t root[512], middle[512], leaf[PAGES / 512][512];
} Space;

static Space spaces[2] __attribute__((aligned(4096)));
static uint64_t memory[PAGES][512] __attribute__((aligned(4096)));

static uint64_t pte(const void *at, uint64_t flags)
{
    return (uintptr_t)at >> 12 << 10 | flags;
}

/* Page n of the window is page (n * step + first) of memory. */
static void build(Space *s, unsigned step, unsigned first)
{
    s->root[1] = pte(s->middle, PTE_V);
    s->root[2] = pte((void *)RAM, PTE_DATA | PTE_X);
    for (unsigned i = 0; i < PAGES / 512; i++) {
        s->middle[i] = pte(s->leaf[i], PTE_V);
    }
    for (unsigned i = 0; i < PAGES; i++) {
        s->leaf[i / 512][i % 512] = pte(memory[(i * step + first) % PAGES], PTE_DATA);
    }
}

static void enter(const Space *s)
{
    CSR_WRITE(satp, 8ul << 60 | (uintptr_t)s >> 12);
    asm volatile("sfence.vma" ::: "memory");
}

static uint64_t walk(unsigned stride)
{
    volatile uint64_t *window = (volatile uint64_t *)WINDOW;
    uint64_t sum = 0;

    for (unsigned i = 0; i < PAGES; i++) {
        uint64_t at = (uint64_t)(i * stride % PAGES) * 512 + i % 512;

        window[at] += i;
        sum = mix(sum, window[at]);
    }
    return sum;
}

/* Hand one page after the other to another frame, as copy-on-write does. */
static uint64_t remap(Space *s, unsigned round)
{
    volatile uint64_t *window = (volatile uint64_t *)WINDOW;
    uint64_t sum = 0;

    for (unsigned i = 0; i < 64; i++) {
        unsigned page = (round * 64 + i) % PAGES;

        s->leaf[page / 512][page % 512] = pte(memory[(page * 3 + round) % PAGES], PTE_DATA);
        asm volatile("sfence.vma %0, zero" :: "r"(WINDOW + page * 4096ul) : "memory");
        window[page * 512ul] += 7;
        sum += window[page * 512ul];
    }
    return sum;
}

uint64_t bench(void)
{
    uint64_t sum = 0, here;

    build(&spaces[0], 1, 0);
    build(&spaces[1], 5, 9);
    CSR_CLEAR(mstatus, MSTATUS_MPP);
    CSR_SET(mstatus, MODE_S << 11);
    asm volatile("la %0, 1f\n\tcsrw mepc, %0\n\tmret\n1:" : "=&r"(here) :: "memory");
    for (unsigned round = 0; round < 3000; round++) {
        enter(&spaces[round & 1]);
        sum = mix(sum, walk(round % 2 ? 1 : 67));
        sum = mix(sum, remap(&spaces[round & 1], round));
    }
    CSR_WRITE(satp, 0);
    asm volatile("sfence.vma" ::: "memory");
    register uint64_t a7 asm("a7") = CALL_M;
    asm volatile("ecall" : "+r"(a7) :: "memory");
    return sum;
}
