/* SPDX-License-Identifier: MIT */
/* Random sequences of CSR instructions in all modes.  Three of four name the next of all 4096
 * numbers, the others a CSR that exists; after eight of them all that exist are shown. */
#include "differences.h"

enum { STEPS = 8, SWEEPING = 6 };

static const uint16_t existing[] = {
    0x001, 0x002, 0x003, 0x100, 0x104, 0x105, 0x106, 0x10a, 0x140, 0x141, 0x142, 0x143, 0x144,
    0x14d, 0x180, 0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x306, 0x30a, 0x320, 0x340, 0x341,
    0x342, 0x343, 0x344, 0x3a0, 0x3a2, 0x3b0, 0x3b1, 0x3b2, 0x3b7, 0x3b8, 0x3bf, 0xb00, 0xb02,
    0xc00, 0xc01, 0xc02, 0xf11, 0xf14, 0xf15,
#if __riscv_xlen == 32
    0x15d, 0x310, 0x31a, 0x3a1, 0x3a3, 0xb80, 0xc80, 0xc81,
#endif
};
enum { EXISTING = sizeof existing / sizeof existing[0] };

/* A value that finds the bits which are not there: none, all, one, a few low ones, any. */
static word random_value(void)
{
    switch (rnd(5)) {
    case 0:
        return -rnd(2);
    case 1:
        return (word)1 << rnd(__riscv_xlen);
    case 2:
        return rnd(32);
    default:
        return random_word();
    }
}

/* csrrX rd, number, rs1 with rs1 = a1 or an immediate. */
static uint32_t random_csr_insn(unsigned number)
{
    word value = agreed_csr_value(number, random_value());
    unsigned rd = one_in(4) ? ZERO : A0, rs1 = one_in(6) ? ZERO : A1;
    unsigned op = csr_needs_csrrw(number) ? CSRRW : CSRRW + rnd(3);

    frame.a[1] = value;
    if (csr_needs_csrrw(number)) {
        rs1 = A1;
    } else if (op != CSRRW && !value) {
        rs1 = ZERO; /* QEMU takes a mask of zero for no write, whatever register it is in */
    } else if (one_in(4)) {
        op = number == CSR_SATP ? CSRRSI : op + CSRRWI - CSRRW;
        rs1 = rnd(32) & ~csr_skipped_bits(number);
    }
    return csr_insn(number, op, rd, rs1);
}

static void csr_step(word which, unsigned number)
{
    static const uint8_t modes[] = {MODE_M, MODE_M, MODE_S, MODE_U};

    if (csr_untried(number)) {
        return;
    }
    begin_case("csr", which);
    word mode = modes[rnd(sizeof modes)];
    word mstatus = random_word() & 0x7c79aa; /* all but MPP, MPRV, VS */
    uint32_t insn = random_csr_insn(number);

    field("mode", mode);
    field("mstatus", mstatus);
    field("a1", frame.a[1]);
    add_code(insn);
    add_code(csr_insn(number, CSRRS, A2, ZERO));
    if (mode == MODE_M) {
        add_code(csr_insn(CSR_MTVEC, CSRRW, ZERO, A3));
    }
    add_code(ECALL);
    frame.a[0] = 0x111;
    frame.a[2] = 0x222;
    frame.a[3] = (word)m_vector;
    run_experiment(mode, mstatus, (word)code);
    if (csr_is_clock(number)) {
        frame.a[0] = frame.a[2] = 0;
    }
    print_outcome();
    field("a2", frame.a[2]);
    end_case();
}

/* What the next step needs: traps end in M mode, and memory is there. */
static void mend(void)
{
    word to_m = 1 << CAUSE_ECALL_S | 1 << CAUSE_FETCH_ACCESS | 1 << CAUSE_FETCH_PAGE;

    csr_write(CSR_MEDELEG, csr_read(CSR_MEDELEG) & ~to_m);
    csr_write(CSR_PMPADDR0, ALL_ONES >> (RV64 ? 10 : 0));
    csr_write(CSR_PMPCFG0, (csr_read(CSR_PMPCFG0) & ~(word)0xff) | 0x1f);
    csr_write(CSR_STVEC, (word)s_vector | (csr_read(CSR_STVEC) & 1));
    csr_write(CSR_SATP, 0);
}

void csr_case(word number)
{
    for (word step = 0; step < STEPS; step++) {
        bool sweeping = step < SWEEPING;

        csr_step(number * STEPS + step,
                 sweeping ? (number * SWEEPING + step) % 4096 : existing[rnd(EXISTING)]);
        mend();
    }
    begin_case("csrs", number);
    csr_write(CSR_MIE, 0);
    csr_write(CSR_MSTATUS, MSTATUS_FS); /* fcsr can be read */
    print(" :");
    for (unsigned i = 0; i < EXISTING; i++) {
        if (!csr_is_clock(existing[i])) {
            print(" ");
            print_digits(existing[i]);
            print("=");
            print_digits(csr_read(existing[i]));
        }
    }
    end_case();
}
