/* SPDX-License-Identifier: MIT */
/* Random PMP entries around the place of one access, from all modes and from M with MPRV.  Entry 0
 * keeps the 2 MiB of the harness open. */
#include "differences.h"

enum { CFG_L = 0x80, CFG_NAPOT = 0x18, HARNESS_2M = 0x3ffff, AREA = 8192 };

static word random_cfg(void)
{
    word cfg = rnd(32);

    return cfg & 1 ? cfg : cfg & ~(word)2; /* W without R is reserved */
}

static void set_entry(unsigned entry, word addr, word cfg)
{
    unsigned number = CSR_PMPCFG0 + entry / sizeof(word) * (RV64 ? 2 : 1);
    unsigned shift = entry % sizeof(word) * 8;

    csr_write(CSR_PMPADDR0 + entry, addr);
    csr_write(number, (csr_read(number) & ~((word)255 << shift)) | cfg << shift);
}

/* A boundary or region near @at, in units of 4 bytes. */
static word random_pmpaddr(word at)
{
    switch (rnd(5)) {
    case 0:
        return at + rnd(9) - 4;
    case 1:
        return at | ((1u << rnd(12)) - 1);
    case 2:
        return DATA / 4 + rnd(AREA / 4);
    case 3:
        return random_word() & ALL_ONES >> (RV64 ? 10 : 2);
    default:
        return (at & -(2u << rnd(10))) | ((1u << rnd(12)) - 1);
    }
}

static void set_entries(word addr, bool locks)
{
    for (unsigned more = rnd(6); more--;) {
        unsigned entry = 1 + rnd(PMP_ENTRIES - 1);
        word cfg = random_cfg(), value = random_pmpaddr(addr / 4);

        if (entry < PMP_ENTRIES - 1 && one_in(3)) { /* it may be the lower bound of this one */
            set_entry(entry + 1, value + rnd(32), random_cfg());
        }
        if (locks && one_in(8)) { /* a small one, for M mode needs its devices */
            cfg = (cfg & 7) | CFG_NAPOT | CFG_L;
            value = addr / 4 | ((1u << rnd(8)) - 1);
        }
        set_entry(entry, value, cfg);
    }
    for (unsigned n = 0; n < PMP_ENTRIES / 4; n += RV64 ? 2 : 1) {
        word cfg = csr_read(CSR_PMPCFG0 + n);

        field("pmpcfg", cfg);
        csr_write(CSR_PMPCFG0 + n, cfg); /* only now QEMU looks at the lower bounds of TOR */
    }
    for (unsigned n = 1; n < PMP_ENTRIES; n++) {
        word value = csr_read(CSR_PMPADDR0 + n);

        if (value) {
            print(" pmpaddr");
            print_digits(n);
            print("=");
            print_digits(value);
        }
    }
}

static void one_access(word mode, word addr, bool locks)
{
    static const uint8_t previous[] = {MODE_U, MODE_S, MODE_M};

    field("mode", mode);
    csr_write(CSR_PMPADDR0, RAM / 4 | HARNESS_2M);
    set_entries(addr, locks);
    field("a3", frame.a[3] = addr);
    field("a4", frame.a[4] = MSTATUS_FS | rnd(2) * MSTATUS_MPRV | previous[rnd(3)] << 11);
    if (mode == MODE_M) {
        add_code(csr_insn(CSR_MSTATUS, CSRRW, ZERO, A4));
    }
    add_code(agreed_pmp_access(agreed_access(random_access(), mode, !(addr & 7)), addr));
    add_code(ECALL);
    frame.a[0] = 0x111;
    frame.a[1] = random_word();
    run_experiment(mode, MSTATUS_FS, (word)code);
    print_outcome();
    end_case();
}

static word random_addr(void)
{
    return DATA + (one_in(3) ? 4064 + rnd(8) * 8 : rnd(128) * (one_in(3) ? 1 : 8));
}

void pmp_case(word number)
{
    static const uint8_t modes[] = {MODE_U, MODE_S, MODE_M, MODE_M};

    begin_case("pmp", number);
    for (uint32_t *p = (uint32_t *)DATA; p < (uint32_t *)(DATA + AREA); p++) {
        *p = ECALL;
    }
    one_access(modes[rnd(4)], random_addr(), false);
}

void locked_pmp_case(word number)
{
    static const uint8_t modes[] = {MODE_U, MODE_S, MODE_M, MODE_M};

    begin_case("locked-pmp", number);
    one_access(modes[rnd(4)], random_addr(), true);
}
