/* SPDX-License-Identifier: MIT */
/*
 * Four harts in S mode share page tables: what one hart changes, the others see after their fence;
 * the walk marks entries atomically while others change them; and stores of all harts arrive while
 * the right to write comes and goes.
 *
 * @smp 4
 * @xlen 64 32
 */
#include "lib.h"

#define HARTS  4
#define PAGE   4096
#define REGION 0x40000000u
#define ROUNDS 40 /* waiting costs time slices where the host has fewer cores than harts */
#define TURNS  1000

#define PTE_V 1
#define PTE_R 2
#define PTE_W 4
#define PTE_A 0x40
#define PTE_D 0x80
#define PTE_SOFT 0x300 /* bits that are software's */
#define RW  (PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
#define RWX (RW | 8)

static word root[PAGE / sizeof(word)] __attribute__((aligned(PAGE)));
static word leaf[PAGE / sizeof(word)] __attribute__((aligned(PAGE)));
static uint32_t pages[4][PAGE / 4] __attribute__((aligned(PAGE)));

static volatile uint32_t round_now, round_seen[HARTS], finished;

#define AT(offset) ((volatile uint32_t *)(word)(REGION + (offset)))

static void make_tables(void)
{
#if __riscv_xlen == 64
    static word middle[PAGE / sizeof(word)] __attribute__((aligned(PAGE)));

    root[0] = 0 | RWX;
    root[2] = (word)RAM >> 2 | RWX;
    root[1] = (word)middle >> 2 | PTE_V;
    middle[0] = (word)leaf >> 2 | PTE_V;
#else
    for (word at = 0; at < 16; at++) {
        root[(RAM >> 22) + at] = (RAM + (at << 22)) >> 2 | RWX;
    }
    root[REGION >> 22] = (word)leaf >> 2 | PTE_V;
#endif
}

static void fence_page(volatile void *va)
{
    asm volatile("sfence.vma %0" ::"r"(va) : "memory");
}

static void to_s(void)
{
    CSR_WRITE(mie, 0); /* the interrupt that woke us may come once more */
    CSR_WRITE(satp, (__riscv_xlen == 64 ? (word)8 << (__riscv_xlen - 4) : (word)1 << 31) |
                        (word)root >> 12);
    asm volatile("sfence.vma" ::: "memory");
    asm volatile("li t0, %0\n\tcsrc mstatus, t0\n\tli t0, %1\n\tcsrs mstatus, t0\n\t"
                 "la t0, 1f\n\tcsrw mepc, t0\n\tmret\n1:" ::"i"(MSTATUS_MPP),
                 "i"(MODE_S << 11) : "t0", "memory");
}

static void to_m(void)
{
    asm volatile("li a7, %0\n\tecall" ::"i"(CALL_M) : "a7", "memory");
    CSR_CLEAR(mstatus, MSTATUS_MIE); /* which mret has set */
    CSR_WRITE(satp, 0);
    asm volatile("sfence.vma" ::: "memory");
}

static void all_harts(void (*fn)(word))
{
    finished = 0;
    for (word hart = 1; hart < HARTS; hart++) {
        hart_start(hart, fn, hart);
    }
    fn(0);
    for (word hart = 1; hart < HARTS; hart++) {
        hart_wait(hart);
    }
}

/* ---- a page moves, and everybody is told ---- */

static void follow_the_page(word hart)
{
    to_s();
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        if (hart == 0) {
            leaf[0] = (word)pages[round % 4] >> 2 | RW;
            fence();
            round_now = round;
        }
        while (round_now < round) {
        }
        fence_page(AT(0));
        CHECK(*AT(0), 0x1000 + round % 4);
        fence();
        round_seen[hart] = round;
        for (unsigned other = 0; hart == 0 && other < HARTS; other++) {
            while (round_seen[other] < round) {
            }
        }
    }
    to_m();
}

/* ---- hart 0 changes its bits of an entry while the walks of the others mark it ---- */

static void mark_and_change(word hart)
{
    word mine = 0, old;

    to_s();
    for (unsigned i = 0; i < TURNS; i++) {
        if (hart == 0) {
            word change = (i % 3 + 1) << 8;

            old = __atomic_fetch_xor(&leaf[1], change, __ATOMIC_RELAXED);
            CHECK(old & PTE_SOFT, mine);
            mine ^= change;
        } else {
            __atomic_fetch_and(&leaf[1], ~(word)(PTE_A | PTE_D), __ATOMIC_RELAXED);
            fence_page(AT(PAGE));
            AT(PAGE)[hart] = i;
            CHECK(AT(PAGE)[hart], i);
        }
    }
    to_m();
}

/* ---- hart 0 takes the right to write away; the others' stores bring it back ---- */

static word allow_write(word cause, word epc, word tval, word *frame)
{
    CHECK(cause, CAUSE_STORE_PAGE);
    CHECK(tval / PAGE, (REGION + 2 * PAGE) / PAGE);
    __atomic_fetch_or(&leaf[2], PTE_W, __ATOMIC_RELAXED);
    fence_page((void *)tval);
    return epc;
}

static void write_all_the_same(word hart)
{
    to_s();
    if (hart == 0) {
        while (finished < HARTS - 1) {
            __atomic_fetch_and(&leaf[2], ~(word)PTE_W, __ATOMIC_RELAXED);
            fence_page(AT(2 * PAGE));
        }
    } else {
        for (unsigned i = 0; i < TURNS; i++) {
            if (i % 8 == 0) {
                fence_page(AT(2 * PAGE)); /* so that we learn of it */
            }
            AT(2 * PAGE)[hart]++;
            __atomic_fetch_add(AT(2 * PAGE), 1, __ATOMIC_RELAXED);
        }
        __atomic_fetch_add(&finished, 1, __ATOMIC_RELEASE);
    }
    to_m();
}

void test_main(void)
{
    make_tables();
    round_now = 0;
    for (unsigned n = 0; n < 4; n++) {
        memset(pages[n], 0, PAGE);
        pages[n][0] = 0x1000 + n;
        round_seen[n] = 0;
    }
    all_harts(follow_the_page);

    leaf[1] = (word)pages[1] >> 2 | RW;
    all_harts(mark_and_change);
    CHECK(leaf[1] & ~(word)(PTE_A | PTE_D | PTE_SOFT), (word)pages[1] >> 2 | PTE_V | PTE_R | PTE_W);

    leaf[2] = (word)pages[2] >> 2 | RW;
    pages[2][0] = 0;
    trap_hook = allow_write;
    all_harts(write_all_the_same);
    trap_hook = NULL;
    CHECK(pages[2][0], (HARTS - 1) * TURNS);
    for (unsigned hart = 1; hart < HARTS; hart++) {
        CHECK(pages[2][hart], TURNS);
    }
}
