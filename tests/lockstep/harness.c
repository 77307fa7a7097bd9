/* SPDX-License-Identifier: MIT */
/* Runs the sequences of the blob one after the other, each twice, on the registers and memory that
 * the one before left, with some fresh randomness.  After every chunk of them it prints a hash of
 * all that they left.
 *
 * One program serves teemu's virt board, where tests/guest's start.S comes first, and qemu-riscv,
 * where start_user does: code and data are at the same addresses, so even those may be compared.
 * On the board it runs in M mode, or in S mode with page tables. */
#include "lib.h"

typedef struct State {
    uint8_t pad[1344]; /* what follows is around a page boundary */
    uint64_t x[32], f[32], fcsr, own[15];
    uint8_t data[4096 + 64]; /* harness.S has its offset, 2048 */
} State;

typedef struct Blob {
    uint64_t count, chunk; /* sequences; sequences to a hash */
    uint64_t shown;        /* the state after this one is printed */
    uint64_t code[];       /* each: length in bytes, and as many */
} Blob;

/* What sp, s0 and s1 point to in a sequence, from data on. */
enum { SP = 2, S0 = 8, S1 = 9, S0_AT = 2048, S1_AT = 1024 };

extern const Blob blob;
void run_sequence(State *s, const void *code);
void user_main(void);

static State s __attribute__((aligned(4096)));
static uint64_t seed = 88172645463325252u;
static bool is_user;

static long system_call(long number, long a, const void *b, long c)
{
    register long a0 asm("a0") = a, a1 asm("a1") = (long)b, a2 asm("a2") = c;
    register long a7 asm("a7") = number;

    asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

/* "NAME INDEX VALUE" */
static void print_line(const char *name, uint32_t index, uint64_t value)
{
    char text[32];
    unsigned n = 0;

    while (*name) {
        text[n++] = *name++;
    }
    text[n++] = ' ';
    for (int i = 20; i >= 0; i -= 4) {
        text[n++] = "0123456789abcdef"[index >> i & 15];
    }
    text[n++] = ' ';
    for (int i = 60; i >= 0; i -= 4) {
        text[n++] = "0123456789abcdef"[value >> i & 15];
    }
    text[n++] = '\n';
    text[n] = 0;
    if (is_user) {
        system_call(64, 1, text, n); /* write */
    } else {
        print(text);
    }
}

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* A few registers and a place in memory get values that arithmetic finds hard. */
static uint64_t hard_value(void)
{
    static const uint64_t edges[] = {
        0,
        1,
        -1,
        1ull << 63,
        0x7fffffffffffffff,
        0x80000000,
        0xffffffff80000000,
        0x7fffffff,
        0x7ff0000000000000,
        0xfff0000000000000,
        0x7ff8000000000001,
        0x7ff0000000000001,
        0xffffffff7f800000,
        0xffffffff7fc00000,
        0xffffffff7fc00001,
        0xffffffff7f800001,
        0xffffffff00000001,
        0xffffffff3f800000,
        0xffffffff4f000000,
        0xffffffff80000000,
        0xffffffff00800000,
        0x7fffffff3f800000,
        0x3ff0000000000000,
        0xbff0000000000000,
        0x0010000000000000,
        0x000fffffffffffff,
        0x7fefffffffffffff,
        0x8000000000000000,
        0x41dfffffffc00000,
    };
    uint64_t v = rnd();

    switch (rnd() % 6) {
    case 0:
        return v;
    case 1:
        return v >> rnd() % 64;
    case 2:
        return v | 0xffffffff00000000; /* a single in its box */
    default:
        return edges[v % (sizeof(edges) / 8)];
    }
}

static void stir(void)
{
    uint64_t *data = (uint64_t *)s.data;

    for (int i = 0; i < 4; i++) {
        s.x[1 + rnd() % 30] = hard_value();
        s.f[rnd() % 32] = hard_value();
        s.f[rnd() % 32] = hard_value();
        data[rnd() % (sizeof(s.data) / 8)] = hard_value();
    }
    s.x[S0] = (word)&s.data[S0_AT];
    s.x[S1] = (word)&s.data[S1_AT];
    s.fcsr = rnd() % 5 << 5; /* a rounding mode that exists; no flags */
}

static uint64_t hash_words(uint64_t h, const void *from, const void *to)
{
    for (const uint64_t *p = from; p < (const uint64_t *)to; p++) {
        h = (h ^ *p) * 0x100000001b3u;
        h ^= h >> 29;
    }
    return h;
}

static void print_state(void)
{
    const uint64_t *data = (const uint64_t *)s.data;

    for (int i = 1; i < 31; i++) {
        print_line("x", i, s.x[i]);
    }
    for (int i = 0; i < 32; i++) {
        print_line("f", i, s.f[i]);
    }
    print_line("fcsr", 0, s.fcsr);
    for (unsigned i = 0; i < sizeof(s.data); i += 8) {
        print_line("data", i, data[i / 8]);
    }
}

static void run_all(void)
{
    const uint64_t *at = blob.code;
    uint64_t hash = 14695981039346656037u, in_chunk = 0;
    uint32_t chunk = 0;

    for (uint64_t i = 0; i < blob.count; i++) {
        for (int pass = 0; pass < 2; pass++) {
            stir();
            if (i == blob.shown) {
                print_line("before", pass, 0);
                print_state();
            }
            run_sequence(&s, at + 1);
            if (i == blob.shown) {
                print_line("after", pass, 0);
                print_state();
            }
            s.x[0] = 0; /* the harness's own */
            hash = hash_words(hash, s.x, s.own);
        }
        hash = hash_words(hash, s.data, &s + 1);
        if (++in_chunk == blob.chunk || i == blob.count - 1) {
            print_line("hash", chunk++, hash);
            in_chunk = 0;
        }
        at += 1 + *at / 8;
    }
}

void user_main(void)
{
    is_user = true;
    run_all();
    system_call(93, 0, 0, 0); /* exit */
}

/* ---- with address translation ---- */

#define PTE_TABLE 1   /* V */
#define PTE_PAGE  0xcf /* V R W X A D */
#define INDEX_BITS (sizeof(word) == 8 ? 9 : 10)
#define ENTRIES   (4096 / sizeof(word))
#define BIG       ((word)4096 << INDEX_BITS) /* what an entry of the table above the last covers */

extern const char paging[]; /* its address is odd: with translation (tests/lockstep/run) */

static word root[ENTRIES] __attribute__((aligned(4096)));
static word last[ENTRIES] __attribute__((aligned(4096)));
static uint8_t elsewhere[2][4096] __attribute__((aligned(4096)));

static word entry(word addr, word flags)
{
    return addr >> 2 | flags;
}

/* Everything is where it was, but for the two pages of s, which are no neighbours any more. */
static void make_tables(void)
{
    word base = (word)&s & -BIG, first = (word)&s / 4096 % ENTRIES, *big = root;
#if __riscv_xlen == 64
    static word middle[ENTRIES] __attribute__((aligned(4096)));

    root[0] = entry(0, PTE_PAGE); /* devices */
    root[RAM / (BIG * ENTRIES)] = entry((word)middle, PTE_TABLE);
    big = middle;
#else
    root[UART / BIG] = entry(UART & -BIG, PTE_PAGE);
#endif
    for (word addr = RAM; addr < RAM + (64u << 20); addr += BIG) {
        big[addr / BIG % ENTRIES] = entry(addr, PTE_PAGE);
    }
    for (word n = 0; n < ENTRIES; n++) {
        last[n] = entry(base + n * 4096, PTE_PAGE);
    }
    last[first] = entry((word)elsewhere[1], PTE_PAGE);
    last[first + 1] = entry((word)elsewhere[0], PTE_PAGE);
    big[base / BIG % ENTRIES] = entry((word)last, PTE_TABLE);
    CSR_WRITE(satp, (word)(sizeof(word) == 8 ? 8 : 1) << (sizeof(word) == 8 ? 60 : 31) |
                        (word)root >> 12);
    asm volatile("sfence.vma" ::: "memory");
}

static void to_s_mode(void)
{
    asm volatile("li t0, %0\n\tcsrc mstatus, t0\n\tli t0, %1\n\tcsrs mstatus, t0\n\t"
                 "la t0, 1f\n\tcsrw mepc, t0\n\tmret\n1:" ::"i"(MSTATUS_MPP),
                 "i"(MODE_S << 11) : "t0", "memory");
}

static void to_m_mode(void)
{
    asm volatile("li a7, %0\n\tecall" ::"i"(CALL_M) : "a7", "memory");
}

void test_main(void)
{
    bool paged = (word)paging & 1;

    if (paged) {
        make_tables();
        to_s_mode();
    }
    run_all();
    if (paged) {
        to_m_mode();
    }
}
