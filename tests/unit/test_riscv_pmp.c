/* SPDX-License-Identifier: MIT */
/* target/riscv/pmp against a plain oracle: an array that says for each 4 bytes what an entry
 * covers, filled from the specification's table. */
#include "unit/riscv.h"

static RISCVCPU *cpu;

enum { OFF, TOR = 1 << 3, NA4 = 2 << 3, NAPOT = 3 << 3, L = 128, R = 1, W = 2, X = 4 };

static void entry(unsigned n, uint8_t cfg, uint64_t addr)
{
    riscv_pmp_set_addr(&cpu->env, n, addr >> 2);
    riscv_pmp_set_cfg(&cpu->env, n, cfg);
}

/* @size bytes at @base, naturally aligned, as NAPOT writes it. */
static uint64_t napot(uint64_t base, uint64_t size)
{
    return base | ((size >> 1) - 1);
}

static unsigned prot(uint64_t addr, unsigned size, unsigned priv)
{
    bool page;

    return riscv_pmp_prot(&cpu->env, addr, size, priv, &page);
}

static int fresh(void **state)
{
    if (!cpu) {
        cpu = test_hart("rv64");
    }
    device_reset(&cpu->dev);
    return 0;
}

static void test_without_entries_only_machine_mode_may(void **state)
{
    assert_int_equal(prot(0x1000, 4, PRV_M), R | W | X);
    assert_int_equal(prot(0x1000, 4, PRV_S), 0);
    assert_int_equal(prot(0x1000, 4, PRV_U), 0);
}

static void test_all_ones_napot_is_everything(void **state)
{
    riscv_pmp_set_addr(&cpu->env, 0, ~0ULL);
    riscv_pmp_set_cfg(&cpu->env, 0, NAPOT | R | X);
    assert_int_equal(prot(0, 8, PRV_U), R | X);
    assert_int_equal(prot(0xfffffffffffff8 - 8, 8, PRV_S), R | X);
}

static void test_na4_and_napot_and_tor_cover_what_they_say(void **state)
{
    entry(0, NA4 | R, 0x2004);
    entry(1, NAPOT | R | W, napot(0x4000, 0x40));
    entry(2, OFF, 0x8000);
    entry(3, TOR | X, 0x9004);
    assert_int_equal(prot(0x2004, 4, PRV_U), R);
    assert_int_equal(prot(0x2000, 4, PRV_U), 0);
    assert_int_equal(prot(0x2008, 1, PRV_U), 0);
    assert_int_equal(prot(0x4000, 8, PRV_U), R | W);
    assert_int_equal(prot(0x403c, 4, PRV_U), R | W);
    assert_int_equal(prot(0x4040, 1, PRV_U), 0);
    assert_int_equal(prot(0x8000, 4, PRV_U), X);
    assert_int_equal(prot(0x9000, 4, PRV_U), X);
    assert_int_equal(prot(0x9004, 4, PRV_U), 0);
    assert_int_equal(prot(0x7ffc, 4, PRV_U), 0);
}

static void test_empty_tor_covers_nothing(void **state)
{
    entry(0, OFF, 0x9000);
    entry(1, TOR | R, 0x9000);
    entry(2, TOR | R, 0x8000);
    assert_int_equal(prot(0x8ffc, 4, PRV_U), 0);
    assert_int_equal(prot(0x9000, 4, PRV_U), 0);
}

static void test_first_tor_begins_at_zero(void **state)
{
    entry(0, TOR | R, 0x1000);
    assert_int_equal(prot(0, 4, PRV_U), R);
    assert_int_equal(prot(0x1000, 4, PRV_U), 0);
}

static void test_partly_covered_access_fails_for_all(void **state)
{
    entry(0, NA4 | R | W | X, 0x2004);
    entry(1, NAPOT | R | W | X, napot(0, 1 << 20));
    assert_int_equal(prot(0x2000, 8, PRV_S), 0);
    assert_int_equal(prot(0x2000, 8, PRV_M), 0);
    assert_int_equal(prot(0x2008, 8, PRV_S), R | W | X);
}

static void test_lower_entry_wins(void **state)
{
    entry(0, NAPOT | R, napot(0x1000, 0x1000));
    entry(1, NAPOT | R | W | X, napot(0, 1 << 20));
    assert_int_equal(prot(0x1800, 4, PRV_U), R);
    assert_int_equal(prot(0x2000, 4, PRV_U), R | W | X);
}

static void test_lock_binds_machine_mode_until_reset(void **state)
{
    entry(0, L | NAPOT | R, napot(0x1000, 0x1000));
    assert_int_equal(prot(0x1800, 4, PRV_M), R);
    assert_false(riscv_pmp_set_cfg(&cpu->env, 0, 0));
    assert_false(riscv_pmp_set_addr(&cpu->env, 0, 0));
    device_reset(&cpu->dev);
    assert_int_equal(prot(0x1800, 4, PRV_M), R | W | X);
    assert_true(riscv_pmp_set_cfg(&cpu->env, 0, NAPOT));
}

static void test_locked_tor_locks_its_lower_bound(void **state)
{
    entry(0, OFF, 0x1000);
    entry(1, L | TOR | R, 0x2000);
    assert_false(riscv_pmp_set_addr(&cpu->env, 0, 0));
    assert_true(riscv_pmp_set_cfg(&cpu->env, 0, NAPOT | R));
    assert_true(riscv_pmp_set_addr(&cpu->env, 2, 5));
}

static void test_answer_says_whether_it_holds_for_the_page(void **state)
{
    bool page;

    entry(0, NA4 | R, 0x2004);
    entry(1, NAPOT | R | W | X, napot(0, 1 << 20));
    riscv_pmp_prot(&cpu->env, 0x2800, 4, PRV_S, &page);
    assert_false(page);
    riscv_pmp_prot(&cpu->env, 0x3000, 4, PRV_S, &page);
    assert_true(page);
    riscv_pmp_prot(&cpu->env, 1 << 20, 4, PRV_S, &page);
    assert_true(page);
}

/* ---- random entries against the oracle ---- */

enum { WORDS = 4096 }; /* of 4 bytes: four pages */

static uint32_t seed = 1;

static uint32_t rnd(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

static void oracle_fill(int8_t *owner)
{
    memset(owner, -1, WORDS);
    for (int n = RISCV_PMP_ENTRIES - 1; n >= 0; n--) {
        const RISCVPmp *e = &cpu->env.pmp[n];
        uint64_t first = 0, end = 0, size = 2;

        switch (e->cfg >> 3 & 3) {
        case 1:
            first = n ? cpu->env.pmp[n - 1].addr : 0;
            end = e->addr;
            break;
        case 2:
            first = e->addr;
            end = first + 1;
            break;
        case 3:
            for (uint64_t a = e->addr; a & 1; a >>= 1) {
                size *= 2;
            }
            first = e->addr / size * size;
            end = first + size;
            break;
        }
        for (uint64_t w = first; w < end && w < WORDS; w++) {
            owner[w] = n;
        }
    }
}

static unsigned oracle(const int8_t *owner, uint64_t addr, unsigned size, unsigned priv)
{
    int n = -1, best = RISCV_PMP_ENTRIES;

    for (uint64_t a = addr; a < addr + size; a++) {
        n = owner[a / 4];
        best = n >= 0 && n < best ? n : best;
    }
    if (best == RISCV_PMP_ENTRIES) {
        return priv == PRV_M ? R | W | X : 0;
    }
    for (uint64_t a = addr; a < addr + size; a++) {
        if (owner[a / 4] != best) {
            return 0;
        }
    }
    return priv == PRV_M && !(cpu->env.pmp[best].cfg & L) ? R | W | X
                                                          : cpu->env.pmp[best].cfg & 7;
}

static void test_random_entries_agree_with_the_oracle(void **state)
{
    static const uint8_t privs[] = {PRV_U, PRV_S, PRV_M};
    static int8_t owner[WORDS];

    for (unsigned round = 0; round < 300; round++) {
        device_reset(&cpu->dev);
        for (int n = RISCV_PMP_ENTRIES - 1; n >= 0; n--) {
            riscv_pmp_set_addr(&cpu->env, n, rnd(WORDS) | ((1u << rnd(10)) - 1));
            riscv_pmp_set_cfg(&cpu->env, n, rnd(3) ? rnd(32) | (rnd(4) ? 0 : L) : 0);
        }
        oracle_fill(owner);
        for (unsigned i = 0; i < 2000; i++) {
            unsigned size = 1u << rnd(4), priv = privs[rnd(3)];
            uint64_t addr = rnd(WORDS * 4 - 8);

            addr -= (addr & 4095) + size > 4096 ? size : 0; /* an access lies in one page */
            if (prot(addr, size, priv) != oracle(owner, addr, size, priv)) {
                fail_msg("round %u: %u bytes at %#" PRIx64 " in mode %u: %u, not %u", round, size,
                         addr, priv, prot(addr, size, priv), oracle(owner, addr, size, priv));
            }
        }
    }
}

static void expect_extent(uint64_t addr, uint64_t first, uint64_t last)
{
    uint64_t a, b;

    riscv_pmp_extent(&cpu->env, addr, &a, &b);
    assert_int_equal(a, first);
    assert_int_equal(b, last);
}

static void test_an_extent_ends_where_another_entry_decides(void **state)
{
    expect_extent(0x1000, 0, ~0ULL);
    entry(0, NA4 | R, 0x2004);
    entry(1, NAPOT | R | W, napot(0x2000, 0x1000));
    entry(2, NAPOT | L, napot(0, 0x10000));
    expect_extent(0x2004, 0x2004, 0x2007);
    expect_extent(0x2000, 0x2000, 0x2003);
    expect_extent(0x2ff0, 0x2008, 0x2fff);
    expect_extent(0x1000, 0, 0x1fff);
    expect_extent(0x8000, 0x3000, 0xffff);
    expect_extent(0x10000, 0x10000, ~0ULL);
}

static int finish(void **state)
{
    test_hart_free(cpu);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_without_entries_only_machine_mode_may, fresh),
        cmocka_unit_test_setup(test_all_ones_napot_is_everything, fresh),
        cmocka_unit_test_setup(test_na4_and_napot_and_tor_cover_what_they_say, fresh),
        cmocka_unit_test_setup(test_empty_tor_covers_nothing, fresh),
        cmocka_unit_test_setup(test_first_tor_begins_at_zero, fresh),
        cmocka_unit_test_setup(test_partly_covered_access_fails_for_all, fresh),
        cmocka_unit_test_setup(test_lower_entry_wins, fresh),
        cmocka_unit_test_setup(test_lock_binds_machine_mode_until_reset, fresh),
        cmocka_unit_test_setup(test_locked_tor_locks_its_lower_bound, fresh),
        cmocka_unit_test_setup(test_answer_says_whether_it_holds_for_the_page, fresh),
        cmocka_unit_test_setup(test_an_extent_ends_where_another_entry_decides, fresh),
        cmocka_unit_test_setup(test_random_entries_agree_with_the_oracle, fresh),
    };

    return cmocka_run_group_tests(tests, test_setup, finish);
}
