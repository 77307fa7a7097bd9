/* SPDX-License-Identifier: MIT */
/* What a guest test in C is written with; see guest.h for how a test runs. */
#ifndef LIB_H
#define LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest.h"

typedef uintptr_t word; /* a register of the guest: 32 or 64 bits */

/* What an expected trap left behind; cause is NO_TRAP when there was none. */
typedef struct Trap {
    word cause, epc, tval, mode;
} Trap;

#define NO_TRAP ((word)99)

/* start.S */
void test_main(void);
void test_fail(unsigned line, word got, word want) __attribute__((noreturn));
void finish(unsigned value) __attribute__((noreturn));
void hart_start(word hart, void (*fn)(word), word arg);
void hart_wait(word hart);
/* Called for a trap that nothing else expects; gives back where to go on. */
typedef word TrapHook(word cause, word epc, word tval, word *frame);
extern TrapHook *volatile trap_hook;
/* lib.c */
void print(const char *text);
void print_hex(word value);
void print_dec(word value);
void report_fail(unsigned line, word got, word want) __attribute__((noreturn));
void report_trap(word cause, word epc, word tval) __attribute__((noreturn));
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

/* CHECK(got, want): equal, or the test fails at this line. */
#define CHECK(got, want)                            \
    do {                                            \
        word got_ = (word)(got), want_ = (word)(want); \
        if (got_ != want_) {                        \
            test_fail(__LINE__, got_, want_);       \
        }                                           \
    } while (0)

#define CSR_READ(csr) ({ word v_; asm volatile("csrr %0, " #csr : "=r"(v_) :: "memory"); v_; })
#define CSR_WRITE(csr, v) asm volatile("csrw " #csr ", %0" :: "rK"((word)(v)) : "memory")
#define CSR_SET(csr, v) asm volatile("csrs " #csr ", %0" :: "rK"((word)(v)) : "memory")
#define CSR_CLEAR(csr, v) asm volatile("csrc " #csr ", %0" :: "rK"((word)(v)) : "memory")
#define CSR_SWAP(csr, v) \
    ({                                                                        \
        word o_;                                                              \
        asm volatile("csrrw %0, " #csr ", %1" : "=r"(o_) : "rK"((word)(v)) : "memory"); \
        o_;                                                                   \
    })

/* Run an instruction that may trap.  %[v] is value, in and out; %[in] is an input. */
#define TRY(insn, value, input)                                               \
    ({                                                                        \
        register word c_ asm("t3") = NO_TRAP;                                 \
        register word e_ asm("t4") = 0;                                       \
        register word t_ asm("t5") = ARMED;                                   \
        register word m_ asm("t6");                                           \
        asm volatile("la t6, 1f\n\t" insn "\n1:"                              \
                     : [v] "+r"(value), "+r"(c_), "+r"(e_), "+r"(t_), "=&r"(m_) \
                     : [in] "r"(input) : "memory");                           \
        (Trap){c_, e_, t_, m_};                                               \
    })

static inline void fence(void)
{
    asm volatile("fence" ::: "memory");
}

static inline void fence_i(void)
{
    asm volatile("fence.i" ::: "memory");
}

/* In a loop that waits for another hart: the pause instruction. */
static inline void wait_hint(void)
{
    asm volatile(".insn 0x0100000f");
}

static inline word hart_id(void)
{
    return CSR_READ(mhartid);
}

static inline uint64_t mtime(void)
{
#if __riscv_xlen == 64
    return *(volatile uint64_t *)CLINT_MTIME;
#else
    volatile uint32_t *r = (volatile uint32_t *)CLINT_MTIME;
    uint32_t high, low;

    do {
        high = r[1];
        low = r[0];
    } while (high != r[1]);
    return (uint64_t)high << 32 | low;
#endif
}

static inline void set_mtimecmp(word hart, uint64_t value)
{
    volatile uint32_t *r = (volatile uint32_t *)(CLINT_MTIMECMP + hart * 8);

    r[1] = 0xffffffff;
    r[0] = (uint32_t)value;
    r[1] = value >> 32;
}

static inline void set_msip(word hart, uint32_t value)
{
    *(volatile uint32_t *)(CLINT + hart * 4) = value;
}

#endif
