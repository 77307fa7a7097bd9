/* SPDX-License-Identifier: MIT */
/* Runs the sequences of the blob one after the other, each on the registers and memory that the one
 * before left (with some fresh randomness), and prints a hash of the whole state after every CHUNK
 * of them.  Built twice: bare metal for teemu (with tests/guest's start.S and lib.c), and -DUSER as
 * a Linux program for qemu-riscv64. */
#include <stdint.h>

enum { CHUNK = 256 };

typedef struct State {
    uint8_t data[4096];
    uint64_t x[32], f[32], fcsr, own[16];
} State;

extern const uint64_t blob[];
void run_sequence(State *s, const void *code);

#ifdef USER
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void print_line(uint64_t chunk, uint64_t hash)
{
    printf("%016llx %016llx\n", (unsigned long long)chunk, (unsigned long long)hash);
}
#else
#include "lib.h"

static void print_line(uint64_t chunk, uint64_t hash)
{
    print_hex(chunk);
    print(" ");
    print_hex(hash);
    print("\n");
}
#endif

static State s;
static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* A few registers get values that arithmetic finds hard. */
static void stir(void)
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
        0xffffffff7fc00001,
        0xffffffff00000001,
        0xffffffff3f800000,
        0x3ff0000000000000,
        0x0010000000000000,
        0x000fffffffffffff,
        0x7fefffffffffffff,
        0xffffffff00800000,
    };

    for (int i = 0; i < 4; i++) {
        s.x[1 + rnd() % 29] = rnd() % 2 ? rnd() : edges[rnd() % (sizeof(edges) / 8)];
        s.f[rnd() % 32] = rnd() % 2 ? rnd() : edges[rnd() % (sizeof(edges) / 8)];
        s.f[rnd() % 32] = rnd() | 0xffffffff00000000;
    }
    s.fcsr = rnd() % 5 << 5; /* a rounding mode that exists; no flags */
}

static uint64_t hash_state(uint64_t h)
{
    const uint64_t *p = (const uint64_t *)&s;

    s.x[0] = 0;
    for (unsigned i = 0; i < (4096 + 520) / 8; i++) {
        h = (h ^ p[i]) * 0x100000001b3u;
        h ^= h >> 29;
    }
    return h;
}

static void run_all(const uint64_t *at)
{
    uint64_t count = *at++, hash = 14695981039346656037u;

    for (uint64_t i = 0; i < count; i++) {
        stir();
        run_sequence(&s, at + 1);
        hash = hash_state(hash);
        if (i % CHUNK == CHUNK - 1 || i == count - 1) {
            print_line(i / CHUNK, hash);
        }
        at += 1 + *at / 8;
    }
}

#ifdef USER
int main(void)
{
    extern const uint64_t blob_end[];
    size_t size = (const char *)blob_end - (const char *)blob;
    uint64_t *code =
        mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    memcpy(code, blob, size);
    run_all(code);
    return 0;
}
#else
void test_main(void)
{
    asm volatile("csrs mstatus, %0" ::"r"(1 << 13)); /* the FPU on */
    run_all(blob);
}
#endif
