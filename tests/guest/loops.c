/* SPDX-License-Identifier: MIT */
/*
 * Loops over memory while the memory changes its place.  A translator may remember, from one turn
 * to the next, where a page is and what may be done with it; so in S mode with page tables loops
 * walk over pages that are no neighbours in memory, meet pages that are not there yet, that may
 * only be read, that move under them, registers of devices, and their own code.
 *
 * @xlen 64 32
 */
#include "lib.h"

#define PAGES  16
#define PAGE   4096
#define REGION 0x40000000u /* virtual; page n of it is leaf[n] */

#define PTE_V 1
#define PTE_R 2
#define PTE_W 4
#define PTE_X 8
#define PTE_U 16
#define PTE_AD 0xc0
#define RW  (PTE_V | PTE_R | PTE_W | PTE_AD)
#define RWX (RW | PTE_X)

static word root[PAGE / sizeof(word)] __attribute__((aligned(PAGE)));
static word leaf[PAGE / sizeof(word)] __attribute__((aligned(PAGE)));
static uint8_t pages[2 * PAGES][PAGE] __attribute__((aligned(PAGE)));
static unsigned place[PAGES]; /* which of pages[] page n of the region is */
static volatile unsigned faults;

#define AT(type, offset) ((volatile type *)(word)(REGION + (offset)))
#define A_LOOP __attribute__((noinline, noclone))

/* ---- tables ---- */

static void map(unsigned n, unsigned to, word flags)
{
    place[n] = to;
    leaf[n] = (word)pages[to] >> 2 | flags;
}

static void map_all(word flags)
{
    for (unsigned n = 0; n < PAGES; n++) {
        map(n, PAGES + (5 * n + 3) % PAGES, flags);
    }
    asm volatile("sfence.vma" ::: "memory");
}

/* RAM and the devices where they are, in superpages; the region in pages. */
static void make_tables(void)
{
#if __riscv_xlen == 64
    static word middle[PAGE / sizeof(word)] __attribute__((aligned(PAGE)));

    root[0] = 0 | RWX;
    root[2] = (word)RAM >> 2 | RWX;
    root[1] = (word)middle >> 2 | PTE_V;
    middle[0] = (word)leaf >> 2 | PTE_V;
    CSR_WRITE(satp, 8ULL << 60 | (word)root >> 12);
#else
    for (word at = 0; at < 16; at++) {
        root[(RAM >> 22) + at] = (RAM + (at << 22)) >> 2 | RWX;
    }
    root[CLINT >> 22] = CLINT >> 2 | RWX;
    root[REGION >> 22] = (word)leaf >> 2 | PTE_V;
    CSR_WRITE(satp, 1U << 31 | (word)root >> 12);
#endif
    asm volatile("sfence.vma" ::: "memory");
}

static void fill(void)
{
    uint32_t v = 12345;

    for (unsigned n = 0; n < 2 * PAGES; n++) {
        for (unsigned i = 0; i < PAGE; i++) {
            v = v * 1664525 + 1013904223;
            pages[n][i] = v >> 24;
        }
    }
}

/* What the region holds, read through physical addresses, in M or S mode. */
static uint64_t really_at(unsigned offset, unsigned size)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < size; i++, offset++) {
        v |= (uint64_t)pages[place[offset / PAGE]][offset % PAGE] << 8 * i;
    }
    return v;
}

static void to_s(void)
{
    asm volatile("li t0, %0\n\tcsrc mstatus, t0\n\tli t0, %1\n\tcsrs mstatus, t0\n\t"
                 "la t0, 1f\n\tcsrw mepc, t0\n\tmret\n1:" ::"i"(MSTATUS_MPP),
                 "i"(MODE_S << 11) : "t0", "memory");
}

static void to_m(void)
{
    asm volatile("li a7, %0\n\tecall" ::"i"(CALL_M) : "a7", "memory");
}

/* ---- loops: each in a function of its own, so that it is a loop ---- */

#define SUM(name, type)                                                              \
    static A_LOOP uint64_t name(unsigned from, unsigned count, unsigned step) \
    {                                                                                \
        uint64_t h = 0;                                                              \
                                                                                     \
        for (const volatile uint8_t *p = AT(uint8_t, from); count; count--, p += step) { \
            h = h * 31 + *(const volatile type *)p;                                  \
        }                                                                            \
        return h;                                                                    \
    }
SUM(sum_bytes, uint8_t)
SUM(sum_halves, uint16_t)
SUM(sum_words, uint32_t)
SUM(sum_doubles, uint64_t)

static A_LOOP uint64_t sum_really(unsigned from, unsigned count, unsigned step,
                                        unsigned size)
{
    uint64_t h = 0;

    for (; count; count--, from += step) {
        h = h * 31 + really_at(from, size);
    }
    return h;
}

static A_LOOP void store_words(unsigned from, unsigned count, unsigned step, uint32_t v)
{
    for (volatile uint8_t *p = AT(uint8_t, from); count; count--, p += step) {
        *(volatile uint32_t *)p = v++;
    }
}

static A_LOOP void copy_words(unsigned to, unsigned from, unsigned count)
{
    volatile uint32_t *t = AT(uint32_t, to), *f = AT(uint32_t, from);

    while (count--) {
        *t++ = *f++;
    }
}

static A_LOOP void add_one(unsigned from, unsigned count, unsigned step)
{
    for (volatile uint8_t *p = AT(uint8_t, from); count; count--, p += step) {
        ++*(volatile uint32_t *)p;
    }
}

static A_LOOP uint64_t sum_floats(unsigned from, unsigned count)
{
    uint64_t h = 0, v;

    for (const volatile double *p = AT(double, from); count; count--, p++) {
        asm volatile("fld fa0, 0(%1)\n\tfsd fa0, 0(%2)" : "=m"(v) : "r"(p), "r"(&v) : "fa0");
        h = h * 31 + v;
    }
    return h;
}

/* ---- the tests ---- */

#define EXPECT_SUM(sum, size, from, count, step) \
    CHECK((word)sum(from, count, step), (word)sum_really(from, count, step, size))

static void walk_over_pages(void)
{
    static const uint16_t steps[] = {1, 2, 4, 8, 12, 64, 100, 2048, 4096, 4104};

    map_all(RW);
    fill();
    to_s();
    for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        unsigned step = steps[i], count = (PAGES * PAGE - 16) / step;

        count = count > 3000 ? 3000 : count;
        for (unsigned from = 0; from < 8; from += 3) { /* misaligned, also over the boundaries */
            EXPECT_SUM(sum_bytes, 1, from, count, step);
            EXPECT_SUM(sum_halves, 2, from, count, step);
            EXPECT_SUM(sum_words, 4, from, count, step);
            EXPECT_SUM(sum_doubles, 8, from, count, step);
        }
    }
    CHECK((word)sum_floats(PAGE - 64, 1024), (word)sum_really(PAGE - 64, 1024, 8, 8));
    store_words(PAGE - 30, 40, 4, 0x11223344);
    for (unsigned i = 0; i < 40; i++) {
        CHECK((uint32_t)really_at(PAGE - 30 + 4 * i, 4), 0x11223344 + i);
    }
    copy_words(5 * PAGE - 100, 2 * PAGE - 1000, 2000);
    for (unsigned i = 0; i < 2000; i += 7) {
        CHECK(really_at(5 * PAGE - 100 + 4 * i, 4), really_at(2 * PAGE - 1000 + 4 * i, 4));
    }
    to_m();
}

/* A fault in M mode: page n moves to pages[n + PAGES] or its like, with its bytes, and may be
 * written; the instruction is tried again. */
static word bring_page(word cause, word epc, word tval, word *frame)
{
    unsigned n = (tval - REGION) / PAGE, to = (place[n] + PAGES) % (2 * PAGES);

    CHECK(cause, leaf[n] & PTE_V ? CAUSE_STORE_PAGE : cause);
    CHECK(n < PAGES, 1);
    for (unsigned i = 0; i < PAGE; i++) {
        pages[to][i] = pages[place[n]][i];
        pages[place[n]][i] = 0xee; /* whoever still looks there is found out */
    }
    map(n, to, RW);
    asm volatile("sfence.vma %0" ::"r"(tval) : "memory");
    faults++;
    return epc;
}

/* place[n] = n; the other half of pages[] is free for bring_page. */
static void map_plain(word flags)
{
    for (unsigned n = 0; n < PAGES; n++) {
        map(n, n, flags);
    }
    asm volatile("sfence.vma" ::: "memory");
    faults = 0;
    trap_hook = bring_page;
}

static void pages_on_demand(void)
{
    uint64_t want;

    fill();
    map_plain(0);
    want = sum_really(0, 3 * PAGE / 4, 4, 4);
    to_s();
    CHECK((word)sum_words(0, 3 * PAGE / 4, 4), (word)want);
    CHECK(faults, 3);
    store_words(5 * PAGE - 6, 4, 4, 7);
    CHECK(faults, 5);
    to_m();
    CHECK((uint32_t)really_at(5 * PAGE - 2, 4), 8);

    /* Pages that may be read only, first read and then written in each turn. */
    fill();
    map_plain(PTE_V | PTE_R | PTE_AD);
    want = really_at(2 * PAGE, 4);
    to_s();
    CHECK((word)sum_words(0, PAGE, 4), (word)sum_really(0, PAGE, 4, 4));
    CHECK(faults, 0);
    add_one(0, 4 * PAGE / 4, 4);
    CHECK(faults, 4);
    CHECK((uint32_t)*AT(uint32_t, 2 * PAGE), (uint32_t)want + 1);
    add_one(0, 4 * PAGE / 4, 4);
    CHECK(faults, 4);
    CHECK((uint32_t)*AT(uint32_t, 2 * PAGE), (uint32_t)want + 2);
    copy_words(9 * PAGE, 8 * PAGE, PAGE / 4);
    CHECK(faults, 5);
    to_m();
    for (unsigned i = 0; i < PAGE; i += 4) {
        CHECK(really_at(8 * PAGE + i, 4), really_at(9 * PAGE + i, 4));
    }
    trap_hook = NULL;
}

/* The page moves in each turn, by the loop itself. */
static A_LOOP word moving(unsigned turns)
{
    volatile word *entry = &leaf[3];
    volatile uint32_t *p = AT(uint32_t, 3 * PAGE + 40), *q = AT(uint32_t, 4 * PAGE);
    word h = 0;

    for (unsigned i = 0; i < turns; i++) {
        *entry = (word)pages[i % 5] >> 2 | RW;
        asm volatile("sfence.vma %0" ::"r"(p) : "memory");
        h = h * 31 + *p;
        *p = i;
        *q = *p + *q;
        h += *q;
    }
    return h;
}

static void pages_that_move(void)
{
    uint32_t at[5] = {0}, q = 0;
    word h = 0;

    map_all(RW);
    for (unsigned n = 0; n < 5; n++) {
        *(uint32_t *)&pages[n][40] = 0;
    }
    map(4, 20, RW);
    *(uint32_t *)pages[20] = 0;
    for (unsigned i = 0; i < 200; i++) {
        h = h * 31 + at[i % 5];
        at[i % 5] = i;
        q += i;
        h += q;
    }
    asm volatile("sfence.vma" ::: "memory");
    to_s();
    CHECK(moving(200), h);
    to_m();
}

/* The right to look at user pages comes and goes in the loop. */
static A_LOOP unsigned with_and_without_sum(unsigned turns)
{
    unsigned seen = 0;

    for (unsigned i = 0; i < turns; i++) {
        word v = 0;
        Trap t;

        CSR_SET(sstatus, MSTATUS_SUM);
        v = *AT(uint32_t, 64);
        seen += v == 0x600d;
        if (i % 2) {
            CSR_CLEAR(sstatus, MSTATUS_SUM);
        }
        t = TRY("lw %[v], 0(%[in])", v, AT(uint32_t, 64));
        seen += t.cause == (i % 2 ? CAUSE_LOAD_PAGE : NO_TRAP);
    }
    return seen;
}

static void rights_that_change(void)
{
    map_all(RW | PTE_U);
    *(uint32_t *)&pages[place[0]][64] = 0x600d;
    to_s();
    CHECK(with_and_without_sum(50), 100);
    CSR_CLEAR(sstatus, MSTATUS_SUM);
    to_m();
}

/* Memory and a device's register by turns, through one pointer. */
static A_LOOP unsigned memory_or_device(volatile uint32_t *const *where, unsigned turns)
{
    unsigned good = 0;

    for (unsigned i = 0; i < turns; i++) {
        volatile uint32_t *p = where[i % 3];

        *p = i & 1;
        good += *p == (i & 1);
    }
    return good;
}

static void devices_in_between(void)
{
    static volatile uint32_t *const where[] = {AT(uint32_t, 128), (volatile uint32_t *)CLINT,
                                               AT(uint32_t, 3 * PAGE)};

    map_all(RW);
    to_s();
    CHECK(memory_or_device(where, 300), 300);
    to_m();
    set_msip(0, 0);
}

/* A loop that stores into its own instructions. */
static void loops_that_change(void)
{
    static const uint32_t code[] = {
        0x00b52023, /* 0: sw a1, 0(a0), over the addi below */
        0x0000100f, /*    fence.i */
        0x00068693, /*    addi a3, a3, 0 */
        0x00c585b3, /*    add a1, a1, a2: to the immediate of the next one */
        0xfff70713, /*    addi a4, a4, -1 */
        0xfe0716e3, /*    bnez a4, 0b */
        0x00068513, /*    mv a0, a3 */
        0x00008067, /*    ret */
    };
    word (*f)(word, word, word, word, word) = (void *)(REGION + 2 * PAGE);
    word patch = REGION + 2 * PAGE + 8;

    map_all(RWX);
    for (unsigned i = 0; i < sizeof(code) / 4; i++) {
        ((uint32_t *)pages[place[2]])[i] = code[i];
    }
    fence_i();
    to_s();
    CHECK(f(patch, 0x00068693, 1 << 20, 0, 10), 0 + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9);
    CHECK(f(patch, 0x00168693, 0, 0, 100), 100);
    to_m();
}

void test_main(void)
{
    make_tables();
    walk_over_pages();
    pages_on_demand();
    pages_that_move();
    rights_that_change();
    devices_in_between();
    loops_that_change();
    CSR_WRITE(satp, 0);
    asm volatile("sfence.vma" ::: "memory");
}
