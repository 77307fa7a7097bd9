/* SPDX-License-Identifier: MIT */
/*
 * Random page tables, one virtual address, and a few accesses there from U, S, or M with MPRV.
 *
 * root[top]   -> ... -> the address under test: random entries, a leaf at any level
 * root[...]   -> the harness: all of RAM at its own address for S, and USER_ALIAS below it for U
 *
 * Below the top level the virtual address has the bits of the physical one, so that a leaf of
 * any size leads there.
 */
#include "differences.h"

enum { PTE_V = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_U = 16, PTE_A = 64, PTE_D = 128 };
enum { PTE_RWX = PTE_R | PTE_W | PTE_X, PTE_AD = PTE_A | PTE_D };
enum { INDEX_BITS = RV64 ? 9 : 10, SLOTS = 1 << INDEX_BITS, TABLES = 8, MAX_LEVELS = 5 };
#define USER_ALIAS 0x40000000ul

static word tables[TABLES][SLOTS] __attribute__((aligned(4096)));
static unsigned used_tables;
static word *path[MAX_LEVELS]; /* the entries on the way to the address, by level; 0 is the last */
static unsigned leaf_level;

static word pte(word addr, word flags)
{
    return addr >> 12 << 10 | flags;
}

/* Now and then a reserved bit, a memory type, or not valid. */
static word spoilt(word entry)
{
    if (RV64 && one_in(12)) {
        entry ^= (word)(1ull << (54 + rnd(10)));
    }
    return one_in(24) ? entry ^ PTE_V : entry;
}

static word random_leaf(word addr, unsigned level)
{
    word flags = PTE_V | PTE_AD | PTE_RWX;

    if (one_in(4)) {
        flags = rnd(256);
    } else if (one_in(4)) {
        flags &= ~(word)(1 << rnd(8));
    } else if (one_in(4)) {
        flags &= ~(word)(PTE_R | PTE_W); /* MXR decides */
    }
    flags |= one_in(24) ? 0 : PTE_V;
    flags ^= one_in(2) ? PTE_U : 0;
    flags &= one_in(3) ? ~(word)(PTE_A * rnd(2) | PTE_D * rnd(2)) : ALL_ONES;
    addr &= -((word)4096 << INDEX_BITS * level);
    if (level && !(flags & (PTE_R | PTE_X))) {
        flags |= PTE_R; /* no table: it would be whatever is at addr */
    }
    if (level && one_in(8)) {
        addr |= (word)4096 << rnd(INDEX_BITS * level); /* a misaligned superpage */
    }
    return spoilt(pte(addr, flags | rnd(4) << 8));
}

static word *new_table(void)
{
    clear(tables[used_tables], 4096);
    return tables[used_tables++];
}

static void map_harness(word *table, unsigned levels)
{
    unsigned giant = RV64 ? 2 : 1; /* the level of its leaves: 1 GiB, or 4 MiB */
    unsigned shift = 12 + giant * INDEX_BITS;

    for (unsigned level = levels - 1; level > giant; level--) {
        word *next = new_table();

        table[0] = pte((word)next, PTE_V);
        table = next;
    }
    table[RAM >> shift] = pte(RAM, PTE_V | PTE_RWX | PTE_AD);
    table[(RAM - USER_ALIAS) >> shift] = pte(RAM, PTE_V | PTE_RWX | PTE_AD | PTE_U);
}

/* Random entries on the way from the root to @va, which is to be @addr. */
static void map_address(word *table, unsigned levels, word va, word addr)
{
    for (unsigned level = levels; level-- > 0;) {
        unsigned index = va >> (12 + level * INDEX_BITS) & (SLOTS - 1);
        bool leaf = level ? one_in(5) : !one_in(16);

        path[level] = &table[index];
        leaf_level = level;
        if (leaf) {
            table[index] = random_leaf(addr, level);
            if (!level && index < SLOTS - 1) {
                table[index + 1] = random_leaf(DATA + rnd(4) * 4096, 0);
            }
            return;
        }
        table = new_table();
        *path[level] = spoilt(pte((word)table, PTE_V | (one_in(12) ? rnd(256) & ~PTE_RWX : 0)));
    }
}

static word random_va(const word *root, unsigned levels, word addr)
{
    unsigned top_shift = 12 + (levels - 1) * INDEX_BITS;
    unsigned unused = __riscv_xlen - 12 - levels * INDEX_BITS;
    word top;

    do {
        top = rnd(SLOTS);
    } while (root[top]);
    addr = (addr & (((word)1 << top_shift) - 1)) | top << top_shift;
    if (!RV64) {
        return addr;
    }
    addr = (word)((intptr_t)(addr << unused) >> unused);
    return one_in(16) ? addr ^ (word)1 << (__riscv_xlen - 1 - rnd(unused)) : addr;
}

static void show_path(unsigned levels, word forgiven)
{
    for (unsigned level = levels; level-- > leaf_level;) {
        field("pte", *path[level] | forgiven);
    }
    if (!leaf_level && ((word)path[0] & 4095) < 4096 - sizeof(word)) {
        field("next", path[0][1] | forgiven);
    }
}

/* PMP over the data, or over one of the entries on the way. */
static void random_pmp(word addr, unsigned levels)
{
    bool data = one_in(2);
    word permission = data ? rnd(8) : rnd(2) * 7;
    word size_bits = one_in(2) ? 0x1ff : (0xff >> rnd(8)) | (rnd(1024) & 0x3f0);

    if (!data) {
        addr = (word)path[leaf_level + rnd(levels - leaf_level)];
    }
    if (!(permission & 1)) {
        permission &= ~(word)2; /* W without R is reserved */
    }
    csr_write(CSR_PMPADDR0, addr >> 12 << 10 | size_bits);
    csr_write(CSR_PMPADDR0 + 1, ALL_ONES >> (RV64 ? 10 : 0));
    csr_write(CSR_PMPCFG0, 0x1f18 | permission);
    field("pmpcfg", permission);
    field("pmpaddr", csr_read(CSR_PMPADDR0));
}

static void add_accesses(word mode, bool amo_works)
{
    unsigned status = mode == MODE_M ? CSR_MSTATUS : CSR_SSTATUS;

    if (mode == MODE_M) {
        add_code(csr_insn(CSR_MSTATUS, CSRRW, ZERO, A4)); /* sets MPRV */
    }
    for (unsigned more = 1 + rnd(3); more--;) {
        uint32_t insn = agreed_access(random_access(), mode, amo_works);

        if (insn == JR_A3 && mode == MODE_S) { /* QEMU would fetch through its TLB for data */
            add_code(SFENCE_VMA(0, 0));
        }
        add_code(insn);
        if (more && mode != MODE_U && one_in(3)) {
            add_code(csr_insn(status, one_in(2) ? CSRRS : CSRRC, ZERO, A5)); /* SUM, MXR */
        }
        if (more && mode != MODE_U && one_in(4)) {
            add_code(SFENCE_VMA(one_in(2) ? A3 : 0, 0));
        }
    }
    add_code(ECALL);
}

static word random_offset(void)
{
    return one_in(3) ? rnd(4096) : one_in(2) ? 4096 - rnd(9) : rnd(512) * 8;
}

void page_case(word number)
{
    static const uint8_t modes[] = {MODE_U, MODE_S, MODE_M};

    begin_case("page", number);
    word scheme = RV64 ? 8 + rnd(3) : 1, mode = modes[rnd(3)], sum_mxr = rnd(4) << 18;
    unsigned levels = RV64 ? scheme - 5 : 2;
    word addr = DATA + rnd(3) * 4096 + random_offset();
    bool pmp = one_in(6);

    if (pmp) {
        addr &= -8;
    }
    used_tables = 0;
    word *root = new_table();
    map_harness(root, levels);
    word va = random_va(root, levels, addr);
    map_address(root, levels, va, addr);
    field("scheme", scheme);
    field("mode", mode);
    field("addr", addr);
    field("a3", frame.a[3] = va);
    field("a4", frame.a[4] = MSTATUS_FS | MSTATUS_MPRV | rnd(2) << 11 | rnd(4) << 18);
    field("a5", frame.a[5] = rnd(4) << 18);
    field("mstatus", MSTATUS_FS | sum_mxr);
    show_path(levels, 0);
    if (pmp) {
        random_pmp(addr, levels);
    }
    clear((word *)DATA, DATA_BYTES); /* who jumps there comes back: zeros are no instruction */
    *(volatile uint8_t *)addr = ECALL;
    frame.a[0] = 0x111;
    frame.a[1] = (word)0x9002900290029002; /* c.ebreak: it may be run */
    add_accesses(mode, !(addr & 7) && !pmp);
    csr_write(CSR_MEDELEG, agreed_medeleg(one_in(2) ? 0 : rnd(65536) & 0xb1fd));
    csr_write(CSR_SATP, scheme << (RV64 ? 60 : 31) | (word)root >> 12 |
                            (word)((uint64_t)rnd(65536) << 44)); /* with an ASID, on rv64 */
    asm volatile("sfence.vma" ::: "memory");
    run_experiment(mode, MSTATUS_FS | sum_mxr,
                   (word)code - (mode == MODE_U ? USER_ALIAS : 0));
    csr_write(CSR_SATP, 0);
    asm volatile("sfence.vma" ::: "memory");
    print_outcome();
    show_path(levels, may_be_failed_amo(frame.s_entry ? csr_read(CSR_SEPC) : frame.pc) * PTE_AD);
    field("data", hash_data());
    end_case();
}
