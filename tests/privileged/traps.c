/* SPDX-License-Identifier: MIT */
/* Privileged, illegal and odd instructions in all modes, with random delegation, interrupts, and
 * permissions; two stretches of code, for mret and sret to go from the first to the second. */
#include "differences.h"

enum { SECOND = 32 }; /* code[] from there */

/* An instruction that is illegal, a hint, or ordinary; loads and stores are at a3. */
static uint32_t odd_insn(void)
{
    static const uint16_t compressed[] = {0x0000, 0x6081, 0x6101, 0x4002, 0x8002, 0x8000,
                                          0x9c41, 0x9c61, 0x9c45, 0x9002};
    static const uint8_t opcodes[] = {
        0x0b, 0x2b, 0x5b, 0x7b, 0x6b, 0x77, 0x57, 0x1f, 0x3f, 0x5f, /* nobody's */
        0x7f, 0x0f, 0x33, 0x13, 0x3b, 0x1b, 0x53, 0x43, 0x47, 0x4b,
        0x4f, 0x2f, 0x03, 0x23, 0x07, 0x27, 0x73, 0x67, 0x63,
    };
    uint32_t opcode = opcodes[rnd(sizeof opcodes)];
    uint32_t insn = ((uint32_t)random_word() & ~0xfffu) | A0 << 7 | opcode;

    if (one_in(6)) {
        return compressed[rnd(sizeof compressed / 2)] | 0x0001u << 16; /* then c.nop */
    }
    switch (opcode) {
    case 0x67: /* jalr, branches: only funct3 that do not exist */
        return (insn & ~0x7000u) | (1 + rnd(7)) << 12;
    case 0x63:
        return (insn & ~0x7000u) | (2 + rnd(2)) << 12;
    case 0x73: /* system: no CSR instruction */
        return (insn & (one_in(2) ? ~0x7000u : ~0x7f80u)) | (one_in(3) ? 4 << 12 : 0) | 1u << 31;
    case 0x03: /* loads, stores, AMO */
    case 0x07:
        return (insn & 0x7fff) | A3 << 15;
    case 0x23:
    case 0x27:
        return (insn & 0x1f0707f) | A3 << 15;
    case 0x2f:
        return (insn & ~0xf8000u) | A3 << 15;
    case 0x0f:
        return insn & ~0xf80u;
    }
    return insn;
}

static uint32_t trapping_insn(bool wfi_ends, bool may_return)
{
    static const uint16_t csrs[] = {
        0x300, 0x100, 0x180, 0xc00, 0xc01, 0xc02, 0xc03, 0x106, 0x306, 0x14d, 0x140, 0x340, 0x001,
        0x003, 0x30a, 0x10a, 0x141, 0x302, 0x303,
    };

    switch (rnd(may_return ? 9 : 7)) {
    case 0:
        return wfi_ends ? WFI : NOP;
    case 1:
        return SFENCE_VMA(rnd(2) * A3, rnd(2) * A0);
    case 2:
        return csr_insn(csrs[rnd(sizeof csrs / 2)], CSRRS, ZERO, ZERO);
    case 3:
        return csr_insn(one_in(2) ? CSR_SSTATUS : CSR_MSTATUS, CSRRS + rnd(2), A0, A4);
    case 4:
        return one_in(3) ? ECALL : one_in(2) ? EBREAK : NOP;
    case 5:
    case 6:
        return odd_insn();
    case 7:
        return MRET;
    default:
        return SRET;
    }
}

static void set_timer_of_s(void)
{
    if (RV64) {
        csr_write(CSR_MENVCFG, (word)(1ull << 63)); /* STCE */
    } else {
        csr_write(CSR_MENVCFGH, 1u << 31);
    }
    if (one_in(2)) {
        csr_write(CSR_STIMECMP, 0);
        if (!RV64) {
            csr_write(CSR_STIMECMPH, 0);
        }
    }
}

/* Gives back whether wfi would end. */
static bool set_interrupts(void)
{
    word mideleg = rnd(4096) & 0x222;
    word mie = one_in(2) ? 0 : agreed_mie(rnd(4096) & 0xaaa, mideleg);

    if (one_in(3)) {
        set_timer_of_s();
    }
    csr_write(CSR_MIP, one_in(2) ? 0 : rnd(4096) & 0x222);
    set_msip(0, one_in(4));
    set_mtimecmp(0, one_in(4) ? 0 : -1);
    csr_write(CSR_MIDELEG, mideleg);
    csr_write(CSR_MIE, mie);
    field("mideleg", mideleg);
    field("mie", mie);
    field("mip", csr_read(CSR_MIP));
    return csr_read(CSR_MIP) & mie;
}

static void set_and_show(const char *name, unsigned number, word value)
{
    csr_write(number, value);
    field(name, csr_read(number));
}

static void add_trapping_code(word mode, bool wfi_ends)
{
    if (mode == MODE_M) { /* for mret: with these in a1 and a2 */
        add_code(csr_insn(CSR_MEPC, CSRRW, ZERO, A5));
        add_code(csr_insn(CSR_MSTATUS, CSRRW, ZERO, A2));
    }
    for (unsigned more = 1 + rnd(3); more--;) {
        add_code(trapping_insn(wfi_ends, true));
    }
    add_code(ECALL);
    while (code_length < SECOND) {
        code[code_length++] = NOP;
    }
    for (unsigned more = 1 + rnd(2); more--;) {
        add_code(trapping_insn(wfi_ends, false));
    }
    add_code(ECALL);
}

void trap_case(word number)
{
    static const uint8_t modes[] = {MODE_U, MODE_S, MODE_M};
    const word changing = 0x7c01aa; /* of mstatus: not MPP, MPRV, VS */

    begin_case("trap", number);
    word mode = modes[rnd(3)];
    word mstatus = (random_word() & (changing | MSTATUS_FS)) | (one_in(3) ? 0 : MSTATUS_FS);

    clear((word *)DATA, DATA_BYTES);
    field("mode", mode);
    field("mstatus", mstatus);
    bool wfi_ends = set_interrupts();
    set_and_show("medeleg", CSR_MEDELEG, rnd(65536) & 0xb1ff);
    set_and_show("mcounteren", CSR_MCOUNTEREN, rnd(16));
    set_and_show("scounteren", CSR_SCOUNTEREN, rnd(16));
    set_and_show("mtvec", CSR_MTVEC, (word)m_vector | rnd(2));
    set_and_show("stvec", CSR_STVEC, (word)s_vector | rnd(2));
    csr_write(CSR_SEPC, (word)&code[SECOND]);
    frame.a[0] = 0x111;
    frame.a[1] = DATA + 16;
    field("a2", frame.a[2] = (random_word() & changing) | modes[rnd(3)] << 11 |
                             rnd(2) * MSTATUS_FS);
    frame.a[3] = DATA;
    field("a4", frame.a[4] = random_word() & changing);
    frame.a[5] = (word)&code[SECOND];
    add_trapping_code(mode, wfi_ends);
    run_experiment(mode, mstatus, (word)code);
    word mip = csr_read(CSR_MIP);
    csr_write(CSR_MIE, 0);
    csr_write(CSR_MTVEC, (word)m_vector);
    set_msip(0, 0);
    set_mtimecmp(0, -1);
    print_outcome();
    field("mip", mip);
    field("data", hash_data());
    end_case();
}
