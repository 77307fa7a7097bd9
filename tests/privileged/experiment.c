/* SPDX-License-Identifier: MIT */
/* Random cases of privileged behaviour, their experiments and their output.  The program prints
 * what it did and what came of it; `run` compares what two emulators made it print. */
#include "differences.h"

Frame frame;
uint32_t code[1024] __attribute__((aligned(4096)));
unsigned code_length;
extern char csr_accessors[];
void enter(void);

static uint64_t state;

static uint64_t random64(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 0x2545f4914f6cdd1d;
}

word rnd(word below)
{
    return (uint32_t)(random64() >> 32) % below;
}

word random_word(void)
{
    return random64();
}

bool one_in(word n)
{
    return rnd(n) == 0;
}

word csr_read(unsigned number)
{
    return ((word (*)(void))(csr_accessors + number * 16))();
}

void csr_write(unsigned number, word value)
{
    ((void (*)(word))(csr_accessors + number * 16 + 8))(value);
}

uint32_t csr_insn(unsigned number, unsigned op, unsigned rd, unsigned rs1)
{
    return number << 20 | rs1 << 15 | op << 12 | rd << 7 | 0x73;
}

void print_digits(word value)
{
    char text[20], *p = text + sizeof text;

    *--p = 0;
    do {
        *--p = "0123456789abcdef"[value % 16];
    } while (value /= 16);
    print(p);
}

void field(const char *name, word value)
{
    print(" ");
    print(name);
    print("=");
    print_digits(value);
}

void add_code(uint32_t insn)
{
    code[code_length++] = insn;
    field("code", insn);
}

uint32_t random_access(void)
{
    static const uint32_t insns[] = {
        0x00068503, 0x00069503, 0x0006a503, 0x0006c503, 0x0006d503, /* lb lh lw lbu lhu a0, (a3) */
        0x00b68023, 0x00b69023, 0x00b6a023,                         /* sb sh sw a1, (a3) */
        JR_A3,
        0x1006a52f, 0x18b6a52f, 0x08b6a52f, 0x00b6a52f, 0x60b6a52f, /* lr sc amoswap -add -and .w */
        0x0006a507, 0x00a6a027, 0x0006b507, 0x00a6b027,             /* flw fsw fld fsd */
        0x0006b503, 0x0006e503, 0x00b6b023,                         /* ld lwu sd */
        0x1006b52f, 0x18b6b52f, 0x08b6b52f, 0xa0b6b52f,             /* lr sc amoswap amomax .d */
    };
    return insns[rnd(RV64 ? sizeof insns / sizeof insns[0] : 18)];
}

void clear(word *from, unsigned bytes)
{
    for (word *p = from; p < from + bytes / sizeof *p; p++) {
        *p = 0;
    }
}

word hash_data(void)
{
    word hash = 0;

    for (const word *p = (word *)DATA; p < (word *)(DATA + DATA_BYTES); p++) {
        hash = hash * 31 + *p;
    }
    return hash;
}

void begin_case(const char *name, word number)
{
    state = (SEED * 1000003ull + number) * 0x9e3779b97f4a7c15 + name[0] * 88172645463325252;
    random64();
    print(name);
    field("case", number);
    code_length = 0;
}

void end_case(void)
{
    print("\n");
}

void run_experiment(word mode, word mstatus, word pc)
{
    print(" :");
    frame.mstatus = (mstatus & ~(word)MSTATUS_MPP) | mode << 11;
    frame.pc = pc;
    enter();
}

void print_outcome(void)
{
    field("cause", agreed_cause(frame.cause, frame.pc));
    field("epc", frame.pc);
    field("tval", frame.tval);
    field("mstatus", frame.mstatus);
    field("m_entry", frame.m_entry);
    if (frame.s_entry) {
        field("scause", agreed_cause(csr_read(CSR_SCAUSE), csr_read(CSR_SEPC)));
        field("sepc", csr_read(CSR_SEPC));
        field("stval", csr_read(CSR_STVAL));
        field("s_entry", frame.s_entry);
    }
    field("a0", frame.a[0]);
}

void baseline(void)
{
    static const struct {
        uint16_t number;
        word value;
    } values[] = {
        {CSR_MIE, 0}, {CSR_MIDELEG, 0}, {CSR_MEDELEG, 0}, {CSR_SATP, 0}, {CSR_MIP, 0},
        {CSR_MCOUNTEREN, 0x7fffffff}, {CSR_SCOUNTEREN, 0x7fffffff}, {CSR_MCOUNTINHIBIT, 0},
        {CSR_MENVCFG, 0}, {CSR_SENVCFG, 0}, {CSR_STIMECMP, ALL_ONES},
#if __riscv_xlen == 32
        {CSR_MENVCFGH, 0}, {CSR_STIMECMPH, ALL_ONES},
#endif
        {CSR_STVEC, (word)s_vector}, {CSR_MTVEC, (word)m_vector}, {CSR_SCAUSE, 0}, {CSR_STVAL, 0},
        {CSR_SEPC, 0}, {CSR_MSTATUS, MSTATUS_FS}, {CSR_MSCRATCH, 0}, {CSR_SSCRATCH, 0},
        /* entry 0 of PMP opens all of memory; always, others may be locked */
        {CSR_PMPADDR0, ALL_ONES >> (RV64 ? 10 : 0)}, {CSR_PMPCFG0, 0x1f},
    };

    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
        csr_write(values[i].number, values[i].value);
    }
    CSR_WRITE(fcsr, 0);
    for (unsigned n = RV64 ? 2 : 1; n < PMP_ENTRIES / 4; n += RV64 ? 2 : 1) {
        csr_write(CSR_PMPCFG0 + n, 0);
    }
    for (unsigned n = 1; n < PMP_ENTRIES; n++) {
        csr_write(CSR_PMPADDR0 + n, 0);
    }
}

void test_main(void)
{
    static void (*const suites[])(word) = {csr_case, page_case, trap_case, pmp_case};

    set_mtimecmp(0, -1);
    for (unsigned i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        for (word n = 0; n < CASES; n++) {
            baseline();
            suites[i](n);
        }
    }
    for (word n = 0; n < CASES / 4; n++) { /* last: a lock stays */
        baseline();
        locked_pmp_case(n);
    }
}
