/* SPDX-License-Identifier: MIT */
/* Round trips between modes: ecall from U to M and back, with the registers saved as a kernel does.
 * @set system */
#include "bench.h"

static uint64_t calls;

static word serve(word cause, word epc, word tval, word *frame)
{
    CHECK(cause, CAUSE_ECALL_U);
    frame[10] = frame[10] * 5 + frame[11];
    calls++;
    return epc + 4;
}

/* Run in U mode: n calls, the answer of each is the argument of the next; then back to M. */
static uint64_t user_loop(uint64_t n)
{
    register uint64_t a0 asm("a0") = 1, a1 asm("a1") = 3;
    register uint64_t a7 asm("a7") = 0;
    uint64_t here;

    CSR_CLEAR(mstatus, MSTATUS_MPP);
    asm volatile("la %0, 1f\n\tcsrw mepc, %0\n\tmret\n1:" : "=&r"(here) :: "memory");
    while (n--) {
        asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
        a1 += a0 >> 40;
    }
    a7 = CALL_M;
    asm volatile("ecall" : "+r"(a0), "+r"(a7) :: "memory");
    return a0;
}

uint64_t bench(void)
{
    trap_hook = serve;
    return mix(user_loop(2500000), calls);
}
