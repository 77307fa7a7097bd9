/* SPDX-License-Identifier: MIT */
/* The known differences between QEMU 7.2 (-cpu h=off,debug=off) and teemu, each with its reason. */
#include "differences.h"

#define UNTRIED ~0ull

static const struct {
    uint16_t first, last;
    uint64_t skipped; /* bits that are not written; UNTRIED: not even read */
    const char *why;
} csr_differences[] = {
    {0x100, 0x100, 0x300000000, "sstatus.UXL: QEMU can run 32-bit users"},
    {0x300, 0x300, 0xcf00000000, "mstatus.UXL, SXL; QEMU keeps MPV and GVA without H"},
    {0x310, 0x310, 0xc0, "mstatush: MPV and GVA again"},
    {0x106, 0x106, 0xffffffff00000000, "scounteren has 32 bits"},
    {0x306, 0x306, 0xffffffff00000000, "mcounteren has 32 bits"},
    {0x320, 0x320, 0xffffffff00000002, "mcountinhibit has 32 bits, and bit 1 is 0"},
    {0x10a, 0x10a, 0xf0, "senvcfg: CBIE, CBCFE, CBZE without Zicbom, Zicboz"},
    {0x30a, 0x30a, 0x40000000000000f0, "menvcfg: the same, and PBMTE without Svpbmt"},
    {0x31a, 0x31a, 0x40000000, "menvcfgh: PBMTE again"},
    {0x141, 0x141, 1, "bit 0 of sepc is 0"},
    {0x341, 0x341, 1, "bit 0 of mepc is 0"},
    {0x24d, 0x25d, UNTRIED, "vstimecmp without H"},
    {0x302, 0x302, 0xf00c00, "medeleg: causes of H, and ecall from M, which none can delegate"},
    {0x303, 0x304, 0x3444, "mideleg, mie: interrupts of H and Sscofpmf"},
    {0x344, 0x344, 0x3464, "mip: the same, and STIP: QEMU clears it at any write of stimecmp"},
    {0x323, 0x33f, UNTRIED, "mhpmevent: teemu counts no events"},
    {0xb03, 0xb1f, UNTRIED, "mhpmcounter"},
    {0xb83, 0xb9f, UNTRIED, "mhpmcounterh"},
    {0xc03, 0xc1f, UNTRIED, "hpmcounter"},
    {0xc83, 0xc9f, UNTRIED, "hpmcounterh"},
    {0x7a0, 0x7a4, UNTRIED, "triggers"},
    {0xf12, 0xf13, UNTRIED, "marchid, mimpid: who it is"},
    {0x3a0, 0x3af, 0xe2e2e2e2e2e2e2e2, "pmpcfg: reserved bits, W without R; and L would stay"},
    {0x3b0, 0x3bf, RV64 ? 0xffc0000000000000 : 0, "pmpaddr has 54 bits"},
};

word csr_skipped_bits(unsigned number)
{
    for (unsigned i = 0; i < sizeof csr_differences / sizeof csr_differences[0]; i++) {
        if (number >= csr_differences[i].first && number <= csr_differences[i].last) {
            return csr_differences[i].skipped;
        }
    }
    return 0;
}

bool csr_untried(unsigned number)
{
    return csr_skipped_bits(number) == ALL_ONES;
}

bool csr_is_clock(unsigned number)
{
    unsigned low_half = number & ~0x80u;

    return low_half == 0xb00 || low_half == 0xb02 || (low_half >= 0xc00 && low_half <= 0xc02);
}

bool csr_needs_csrrw(unsigned number)
{
    return number == CSR_STIMECMP || number == CSR_STIMECMPH ||
           (number >= CSR_PMPCFG0 && number < CSR_PMPADDR0);
}

word agreed_csr_value(unsigned number, word value)
{
    value &= ~csr_skipped_bits(number);
    switch (number) {
    case CSR_MSTATUS: /* MPP is 0 or 3: QEMU keeps the 2 that no mode has */
        return (value & ~(word)0x1000) | (value & 0x800) << 1;
    case CSR_STIMECMP:
    case CSR_STIMECMPH: /* no case here waits for the timer */
        return ALL_ONES;
    case CSR_SATP: /* any mode and ASID, but a table of zeros: both fault at the next fetch */
        return DATA >> 12 | (value & (RV64 ? 0xfffff00000000000 : 0xffc00000));
    }
    return value;
}

/* An AMO of QEMU that cannot even load fails as a load: causes 4, 5, 13 instead of 6, 7, 15; its
 * load may have set A.  `code` is asked by the offset in the page, for it has several addresses. */
bool may_be_failed_amo(word pc)
{
    uint32_t insn = code[pc % 4096 / 4];

    return (insn & 0x7f) == 0x2f && insn >> 27 != 2;
}

word agreed_cause(word cause, word pc)
{
    bool load = cause == CAUSE_LOAD_MISALIGNED || cause == CAUSE_LOAD_ACCESS ||
                cause == CAUSE_LOAD_PAGE;

    return load && may_be_failed_amo(pc) ? cause | 2 : cause;
}

/* ... so that loads and stores must go to the same mode. */
word agreed_medeleg(word value)
{
    word loads = 1 << CAUSE_LOAD_MISALIGNED | 1 << CAUSE_LOAD_ACCESS | 1 << CAUSE_LOAD_PAGE;

    return (value & ~loads) | (value >> 2 & loads);
}

/* At most one interrupt is enabled for each mode: QEMU's order among several is another. */
word agreed_mie(word value, word mideleg)
{
    word one_of_s = 1u << (1 + 4 * rnd(3)), one_of_m = 1u << (1 + 2 * rnd(6));

    return value & ((mideleg & one_of_s) | (~mideleg & one_of_m));
}

/* AMOs are tried only where they work: those that are misaligned, or meet PMP on the way, fail
 * differently.  M mode does not jump: fetches know no MPRV, and a loop would never end. */
uint32_t agreed_access(uint32_t insn, word mode, bool amo_works)
{
    if ((insn & 0x7f) == 0x2f && insn >> 27 != 2 && !amo_works) {
        return LW_A3;
    }
    if (insn == JR_A3 && mode == MODE_M) {
        return SW_A3;
    }
    return insn;
}

/* Of an access QEMU asks PMP only for the first and the last byte, and misses an entry of 4 bytes
 * in the midst of a misaligned doubleword: that becomes a word. */
uint32_t agreed_pmp_access(uint32_t insn, word addr)
{
    bool is_doubleword = (insn >> 12 & 7) == 3;

    return is_doubleword && addr & 3 ? insn - 0x1000 : insn;
}
