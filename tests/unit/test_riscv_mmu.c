/* SPDX-License-Identifier: MIT */
/* target/riscv/walk and mmu: page tables in RAM, every combination of permission bits against a
 * plain oracle, and the right exception for everything that can go wrong. */
#include "unit/riscv.h"
#include "target/riscv/walk.h"

static RISCVCPU *cpu;

/* [4] is the root of Sv57 ... [0] the last */
#define TABLE(n) (TEST_RAM + 0x10000 + 0x1000ULL * (n))
#define TARGET   (TEST_RAM + 0x40000)
#define ALL      (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

static void put(uint64_t addr, uint64_t v, unsigned size)
{
    address_space_st_le(&address_space_memory, addr, v, size, NULL);
}

static uint64_t peek(uint64_t addr, unsigned size)
{
    return address_space_ld_le(&address_space_memory, addr, size, NULL);
}

static uint64_t pte_to(uint64_t phys, uint64_t bits)
{
    return phys >> 12 << 10 | bits;
}

static unsigned levels_of(unsigned mode)
{
    return mode == SATP_SV32 ? 2 : mode - 5;
}

static uint64_t pte_addr(unsigned mode, unsigned level, uint64_t va)
{
    bool narrow = mode == SATP_SV32;
    unsigned bits = narrow ? 10 : 9;

    return TABLE(level) + (va >> (12 + level * bits) & (BIT(bits) - 1)) * (narrow ? 4 : 8);
}

/* Tables for @va from the root to the leaf at @level, which becomes @leaf; returns its address. */
static uint64_t map(unsigned mode, uint64_t va, unsigned level, uint64_t leaf)
{
    unsigned size = mode == SATP_SV32 ? 4 : 8;

    for (unsigned l = levels_of(mode) - 1; l > level; l--) {
        put(pte_addr(mode, l, va), pte_to(TABLE(l - 1), PTE_V), size);
    }
    put(pte_addr(mode, level, va), leaf, size);
    return pte_addr(mode, level, va);
}

/* A hart in S mode with translation on and PMP open. */
static void use(const char *model, unsigned mode)
{
    CPURISCVState *env;

    if (cpu) {
        test_hart_free(cpu);
    }
    for (unsigned n = 0; n < 8; n++) {
        address_space_set(&address_space_memory, TABLE(n), 0, 0x1000);
    }
    cpu = test_hart(model);
    env = &cpu->env;
    env->priv = PRV_S;
    env->satp = mode == SATP_SV32 ? BIT(31) : (uint64_t)mode << 60;
    env->satp |= TABLE(levels_of(mode) - 1) >> 12;
    riscv_pmp_set_addr(env, 15, ~0ULL);
    riscv_pmp_set_cfg(env, 15, 0x1f);
}

static TlbFill fill;

/* The cause of the exception that an access raises, or -1. */
static int touch(uint64_t va, MmuAccess access, int mmu)
{
    cpu->cpu.exception_index = -1;
    cpu->env.badaddr = 0;
    if (riscv_tlb_fill(&cpu->cpu, va, 4, access, mmu, false, &fill)) {
        assert_int_equal(cpu->cpu.exception_index, -1);
        return -1;
    }
    assert_true(cpu->env.badaddr == va);
    return cpu->cpu.exception_index;
}

static void expect_ok(uint64_t va, MmuAccess access, int mmu, uint64_t phys, unsigned prot)
{
    int cause = touch(va, access, mmu);

    if (cause >= 0 || fill.phys != phys || fill.prot != prot) {
        fail_msg("%#" PRIx64 ": cause %d, phys %#" PRIx64 ", prot %u", va, cause, fill.phys,
                 fill.prot);
    }
}

/* ---- schemes ---- */

static void test_each_scheme_finds_each_page_size(void **state)
{
    static const struct {
        const char *model;
        unsigned mode;
        uint64_t va;
    } cases[] = {
        {"rv32", SATP_SV32, 0xdeadb123},
        {"rv64", SATP_SV39, 0xffffffd5deadb123},
        {"rv64", SATP_SV48, 0x00005abcdeadb123},
        {"rv64", SATP_SV57, 0x0012345678abc123},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        unsigned bits = cases[i].mode == SATP_SV32 ? 10 : 9;

        for (unsigned level = 0; level < levels_of(cases[i].mode); level++) {
            uint64_t size = BIT(12 + bits * level);
            /* A superpage of the first physical addresses, so that it is aligned. */
            uint64_t base = level ? 0 : TARGET;

            use(cases[i].model, cases[i].mode);
            map(cases[i].mode, cases[i].va, level, pte_to(base, ALL));
            expect_ok(cases[i].va, MMU_LOAD, MMU_S, base + (cases[i].va & (size - 1)),
                      PROT_R | PROT_W | PROT_X);
            assert_true(fill.size == TCG_PAGE_SIZE);
        }
    }
}

static void test_bare_and_machine_mode_are_physical(void **state)
{
    use("rv64", SATP_SV39);
    expect_ok(TARGET, MMU_FETCH, MMU_M, TARGET, 7);
    cpu->env.satp = 0;
    expect_ok(TARGET, MMU_STORE, MMU_U, TARGET, 7);
}

static void test_address_must_be_canonical(void **state)
{
    use("rv64", SATP_SV39);
    map(SATP_SV39, 0x3fffffffff, 0, pte_to(TARGET, ALL));
    expect_ok(0x3ffffff000, MMU_LOAD, MMU_S, TARGET, 7);
    assert_int_equal(touch(0x7fffffff000, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_PAGE_FAULT);
    assert_int_equal(touch(0xffffffbffffff000, MMU_STORE, MMU_S), RISCV_EXCP_STORE_PAGE_FAULT);
    assert_int_equal(touch(BIT(63), MMU_FETCH, MMU_S), RISCV_EXCP_INST_PAGE_FAULT);
}

static void test_misaligned_superpages_fault(void **state)
{
    for (unsigned level = 1; level < 5; level++) {
        use("rv64", SATP_SV57);
        map(SATP_SV57, 0, level, pte_to(BIT(12 + 9 * level), ALL));
        assert_int_equal(touch(0, MMU_LOAD, MMU_M), -1);
        map(SATP_SV57, 0, level, pte_to(BIT(12 + 9 * level - 1), ALL));
        assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_PAGE_FAULT);
    }
    use("rv32", SATP_SV32);
    map(SATP_SV32, 0, 1, pte_to(0x1000, ALL));
    assert_int_equal(touch(0, MMU_FETCH, MMU_S), RISCV_EXCP_INST_PAGE_FAULT);
}

static void test_sv32_reaches_34_bits(void **state)
{
    use("rv32", SATP_SV32);
    map(SATP_SV32, 0x1000, 0, pte_to(0x3fffff000, ALL));
    expect_ok(0x1abc, MMU_LOAD, MMU_S, 0x3fffffabc, 7);
}

/* ---- entries that say nothing legal ---- */

static void test_reserved_bits_of_a_leaf_fault(void **state)
{
    use("rv64", SATP_SV39);
    for (unsigned bit = 54; bit < 64; bit++) {
        map(SATP_SV39, 0, 0, pte_to(TARGET, ALL) | BIT(bit));
        assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_PAGE_FAULT);
    }
}

static void test_reserved_bits_of_a_pointer_fault(void **state)
{
    static const uint8_t bits[] = {4, 6, 7, 54, 60, 61, 62, 63};

    use("max", SATP_SV39);
    cpu->env.menvcfg = ENVCFG_PBMTE;
    for (size_t i = 0; i < sizeof(bits); i++) {
        map(SATP_SV39, 0, 0, pte_to(TARGET, ALL));
        put(pte_addr(SATP_SV39, 1, 0), pte_to(TABLE(0), PTE_V) | BIT(bits[i]), 8);
        assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_PAGE_FAULT);
    }
    put(pte_addr(SATP_SV39, 1, 0), pte_to(TABLE(0), PTE_V | PTE_G | 3 << 8), 8);
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, 7);
}

static void test_page_memory_types_need_their_enable(void **state)
{
    use("max", SATP_SV39);
    map(SATP_SV39, 0, 0, pte_to(TARGET, ALL) | BIT(61));
    assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_PAGE_FAULT);
    cpu->env.menvcfg = ENVCFG_PBMTE;
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, 7);
    assert_true(fill.noncacheable);
    map(SATP_SV39, 0, 0, pte_to(TARGET, ALL) | PTE_PBMT);
    assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_PAGE_FAULT);
}

static void test_pointer_in_the_last_table_faults(void **state)
{
    use("rv64", SATP_SV39);
    map(SATP_SV39, 0, 0, pte_to(TABLE(0), PTE_V));
    assert_int_equal(touch(0, MMU_STORE, MMU_S), RISCV_EXCP_STORE_PAGE_FAULT);
}

/* ---- permissions: all of them ---- */

typedef struct Case {
    uint64_t pte; /* its low 8 bits */
    MmuAccess access;
    int mmu;
    bool mxr;
} Case;

/* Steps 3, 5, 6 and 7 of priv 4.3.2 for a leaf in the last table, word by word. */
static bool oracle(const Case *c, uint64_t *pte_after, unsigned *prot)
{
    bool r = c->pte & PTE_R, w = c->pte & PTE_W, x = c->pte & PTE_X, u = c->pte & PTE_U;
    bool user = c->mmu == MMU_U, sum = c->mmu == MMU_S_SUM;
    bool may_load, may_store, may_fetch, ok;

    *pte_after = c->pte;
    *prot = 0;
    if (!(c->pte & PTE_V) || (!r && w) || (!r && !x)) {
        return false;
    }
    may_load = (r || (x && c->mxr)) && (user ? u : !u || sum);
    may_store = w && (user ? u : !u || sum);
    may_fetch = x && (user ? u : !u);
    ok = c->access == MMU_LOAD ? may_load : c->access == MMU_STORE ? may_store : may_fetch;
    if (ok) {
        *pte_after |= PTE_A | (c->access == MMU_STORE ? PTE_D : 0);
        *prot = may_load * PROT_R + may_fetch * PROT_X +
                (may_store && (*pte_after & PTE_D) ? PROT_W : 0);
    }
    return ok;
}

static void check_case(const Case *c)
{
    static const int causes[] = {RISCV_EXCP_LOAD_PAGE_FAULT, RISCV_EXCP_STORE_PAGE_FAULT,
                                 RISCV_EXCP_INST_PAGE_FAULT};
    uint64_t after, at = map(SATP_SV39, 0x5000, 0, pte_to(TARGET, c->pte));
    unsigned prot;
    bool ok = oracle(c, &after, &prot);
    int cause;

    cpu->env.mstatus = deposit64(cpu->env.mstatus, 19, 1, c->mxr);
    cause = touch(0x5678, c->access, c->mmu);
    if (cause != (ok ? -1 : causes[c->access]) || peek(at, 8) != pte_to(TARGET, after) ||
        fill.prot != prot) {
        fail_msg("pte %#" PRIx64 ", access %d, mmu %d, mxr %d: cause %d, prot %u (not %u), pte "
                 "becomes %#" PRIx64, c->pte, c->access, c->mmu, c->mxr, cause, fill.prot, prot,
                 peek(at, 8));
    }
}

static void test_all_permissions_agree_with_the_oracle(void **state)
{
    Case c;

    use("rv64", SATP_SV39);
    for (c.pte = 0; c.pte < 256; c.pte++) {
        if (!(c.pte & (PTE_R | PTE_X)) && (c.pte & PTE_V) && !(c.pte & PTE_W)) {
            continue; /* a pointer, tested above */
        }
        for (c.access = MMU_LOAD; c.access <= MMU_FETCH; c.access++) {
            for (c.mmu = MMU_U; c.mmu <= MMU_S_SUM; c.mmu++) {
                for (int mxr = 0; mxr < 2; mxr++) {
                    c.mxr = mxr;
                    check_case(&c);
                }
            }
        }
    }
}

/* ---- access faults ---- */

static void test_tables_outside_memory_are_access_faults(void **state)
{
    static const int causes[] = {RISCV_EXCP_LOAD_ACCESS, RISCV_EXCP_STORE_ACCESS,
                                 RISCV_EXCP_INST_ACCESS};

    use("rv64", SATP_SV39);
    put(pte_addr(SATP_SV39, 2, 0), pte_to(0x1000, PTE_V), 8);
    for (MmuAccess a = MMU_LOAD; a <= MMU_FETCH; a++) {
        assert_int_equal(touch(0x123, a, MMU_S), causes[a]);
    }
}

static void test_tables_that_go_away_are_missed(void **state)
{
    use("rv64", SATP_SV39);
    map(SATP_SV39, 0, 0, pte_to(TARGET, ALL));
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, 7);
    memory_region_set_enabled(&test_ram, false);
    assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_ACCESS);
    memory_region_set_enabled(&test_ram, true);
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, 7);
}

static void test_pmp_guards_tables(void **state)
{
    use("rv64", SATP_SV39);
    map(SATP_SV39, 0, 0, pte_to(TARGET, ALL & ~PTE_D));
    /* No reading of the last table. */
    riscv_pmp_set_addr(&cpu->env, 0, (TABLE(0) >> 2) | 0x1ff);
    riscv_pmp_set_cfg(&cpu->env, 0, 0x18);
    assert_int_equal(touch(0, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_ACCESS);
    /* Reading but no writing: D cannot be set. */
    riscv_pmp_set_cfg(&cpu->env, 0, 0x19);
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, PROT_R | PROT_X);
    assert_int_equal(touch(0, MMU_STORE, MMU_S), RISCV_EXCP_STORE_ACCESS);
    assert_true(peek(pte_addr(SATP_SV39, 0, 0), 8) == pte_to(TARGET, ALL & ~PTE_D));
}

static void test_pmp_guards_the_page(void **state)
{
    use("rv64", SATP_SV39);
    map(SATP_SV39, 0, 0, pte_to(TARGET, ALL));
    riscv_pmp_set_addr(&cpu->env, 0, (TARGET >> 2) | 0x1ff);
    riscv_pmp_set_cfg(&cpu->env, 0, 0x19);
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, PROT_R);
    assert_true(fill.size == TCG_PAGE_SIZE);
    assert_int_equal(touch(0, MMU_STORE, MMU_S), RISCV_EXCP_STORE_ACCESS);
    assert_int_equal(touch(0, MMU_FETCH, MMU_S), RISCV_EXCP_INST_ACCESS);
}

static void test_fine_protection_is_not_for_the_whole_page(void **state)
{
    use("rv64", SATP_SV39);
    map(SATP_SV39, 0, 0, pte_to(TARGET, ALL));
    riscv_pmp_set_addr(&cpu->env, 0, (TARGET + 0x800) >> 2);
    riscv_pmp_set_cfg(&cpu->env, 0, 0x10); /* NA4: nobody */
    expect_ok(0, MMU_LOAD, MMU_S, TARGET, 7);
    assert_true(fill.size < TCG_PAGE_SIZE);
    assert_int_equal(touch(0x800, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_ACCESS);
    assert_int_equal(touch(0x7fe, MMU_LOAD, MMU_S), RISCV_EXCP_LOAD_ACCESS);
    expect_ok(0x804, MMU_LOAD, MMU_S, TARGET + 0x804, 7);
}

static void test_probing_records_nothing(void **state)
{
    use("rv64", SATP_SV39);
    cpu->cpu.exception_index = -1;
    assert_false(riscv_tlb_fill(&cpu->cpu, 0, 4, MMU_LOAD, MMU_S, true, &fill));
    assert_int_equal(cpu->cpu.exception_index, -1);
}

static void test_debugger_sees_all_and_changes_nothing(void **state)
{
    uint64_t at, phys, va = 0x5000;

    use("rv64", SATP_SV39);
    at = map(SATP_SV39, va, 0, pte_to(TARGET, PTE_V | PTE_X | PTE_U));
    assert_true(riscv_debug_translate(&cpu->cpu, va + 5, &phys));
    assert_true(phys == TARGET + 5);
    assert_true(peek(at, 8) == pte_to(TARGET, PTE_V | PTE_X | PTE_U));
    assert_false(riscv_debug_translate(&cpu->cpu, va + 0x1000, &phys));
}

static void test_debugger_reads_across_pages(void **state)
{
    char in[] = "across", out[8] = "";

    use("rv64", SATP_SV39);
    map(SATP_SV39, 0x5000, 0, pte_to(TARGET + 0x1000, ALL));
    map(SATP_SV39, 0x6000, 0, pte_to(TARGET, ALL));
    assert_true(cpu_memory_rw_debug(&cpu->cpu, 0x5ffd, in, sizeof(in), true));
    assert_true(cpu_memory_rw_debug(&cpu->cpu, 0x5ffd, out, sizeof(in), false));
    assert_string_equal(out, "across");
    assert_int_equal(peek(TARGET, 1), 'o');
    assert_false(cpu_memory_rw_debug(&cpu->cpu, 0x6ffd, out, sizeof(in), false));
}

/* ---- fences ---- */

typedef void FenceFn(TcgEnv *env, uint64_t va, uint64_t asid, uint64_t what);

static void test_fence_of_a_part_of_a_superpage_is_for_all_of_it(void **state)
{
    FenceFn *fence = test_helper(riscv_sfence_vma, FenceFn *);
    uint64_t kernel = 0xffffffc000000000;

    use("rv64", SATP_SV39);
    map(SATP_SV39, kernel, 2, pte_to(0, ALL));
    map(SATP_SV39, 0x5000, 0, pte_to(TARGET, ALL));
    test_flushes = test_page_flushes = 0;
    touch(0x5000, MMU_LOAD, MMU_S);
    touch(kernel + 0x12345678, MMU_LOAD, MMU_S);
    fence(&cpu->env.tcg, 0x5000, 0, 1);
    assert_int_equal(test_page_flushes, 1);
    assert_int_equal(test_flushes, 0);
    fence(&cpu->env.tcg, kernel, 0, 1);
    assert_int_equal(test_flushes, 1);
    fence(&cpu->env.tcg, kernel, 0, 1); /* nothing of it is left */
    assert_int_equal(test_flushes, 1);
    fence(&cpu->env.tcg, 0, 0, 0);
    assert_int_equal(test_flushes, 2);
}

/* ---- the walk alone: another hart changes the entry meanwhile ---- */

static uint64_t shared_pte;
static unsigned updates;

static bool shared_read(void *opaque, uint64_t addr, unsigned size, uint64_t *pte)
{
    *pte = shared_pte;
    return true;
}

/* The first time, the other hart is faster, and takes W away. */
static WalkUpdate shared_update(void *opaque, uint64_t addr, unsigned size, uint64_t old,
                                uint64_t new)
{
    if (updates++ == 0) {
        shared_pte &= ~PTE_W;
        return UPDATE_RACED;
    }
    assert_true(old == shared_pte);
    shared_pte = new;
    return UPDATE_DONE;
}

static void test_lost_race_reads_the_entry_again(void **state)
{
    const WalkMemory m = {shared_read, shared_update, NULL};
    const WalkRegime r = {.mode = SATP_SV39};
    WalkAnswer a;

    shared_pte = PTE_V | PTE_R | PTE_W;
    updates = 0;
    assert_int_equal(riscv_walk(&r, &m, 0, MMU_STORE, &a), WALK_PAGE_FAULT);
    assert_true(shared_pte == (PTE_V | PTE_R));
    assert_int_equal(riscv_walk(&r, &m, 0, MMU_LOAD, &a), WALK_OK);
    assert_true(shared_pte == (PTE_V | PTE_R | PTE_A));
    assert_int_equal(a.prot, PROT_R);
    assert_true(a.page_size == BIT(30));
}

static int finish(void **state)
{
    test_hart_free(cpu);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_scheme_finds_each_page_size),
        cmocka_unit_test(test_bare_and_machine_mode_are_physical),
        cmocka_unit_test(test_address_must_be_canonical),
        cmocka_unit_test(test_misaligned_superpages_fault),
        cmocka_unit_test(test_sv32_reaches_34_bits),
        cmocka_unit_test(test_reserved_bits_of_a_leaf_fault),
        cmocka_unit_test(test_reserved_bits_of_a_pointer_fault),
        cmocka_unit_test(test_page_memory_types_need_their_enable),
        cmocka_unit_test(test_pointer_in_the_last_table_faults),
        cmocka_unit_test(test_all_permissions_agree_with_the_oracle),
        cmocka_unit_test(test_tables_outside_memory_are_access_faults),
        cmocka_unit_test(test_tables_that_go_away_are_missed),
        cmocka_unit_test(test_pmp_guards_tables),
        cmocka_unit_test(test_pmp_guards_the_page),
        cmocka_unit_test(test_fine_protection_is_not_for_the_whole_page),
        cmocka_unit_test(test_probing_records_nothing),
        cmocka_unit_test(test_debugger_sees_all_and_changes_nothing),
        cmocka_unit_test(test_debugger_reads_across_pages),
        cmocka_unit_test(test_fence_of_a_part_of_a_superpage_is_for_all_of_it),
        cmocka_unit_test(test_lost_race_reads_the_entry_again),
    };

    return cmocka_run_group_tests(tests, test_setup, finish);
}
