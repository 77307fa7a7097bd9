/* SPDX-License-Identifier: MIT */
/* Physical memory protection (priv 3.7): sixteen entries, the first that matches decides.
 *
 *     7   6 5  4:3  2 1 0
 *   | L | 0 |  A  |X|W|R|    pmpcfg: A is OFF, TOR, NA4 or NAPOT
 *
 * An access of which an entry covers only a part fails.  Without a match machine mode may do
 * everything, the others nothing.  Entries bind machine mode only when locked; then they cannot be
 * changed until reset. */
#include "target/riscv/priv.h"

enum { PMP_R = 1, PMP_W = 2, PMP_X = 4, PMP_A_SHIFT = 3, PMP_L = 128 };
enum { PMP_OFF, PMP_TOR, PMP_NA4, PMP_NAPOT };
enum { PMP_ALL = PROT_R | PROT_W | PROT_X };

static unsigned mode_of(const RISCVPmp *e)
{
    return e->cfg >> PMP_A_SHIFT & 3;
}

/* Entries that match nothing have first > last. */
static void rebuild_entry(RISCVPmp *e, const RISCVPmp *below)
{
    uint64_t ones; /* the trailing ones of a NAPOT address, and the zero above them */

    e->first = 1;
    e->last = 0;
    switch (mode_of(e)) {
    case PMP_TOR:
        if (e->addr > (below ? below->addr : 0)) {
            e->first = below ? below->addr << 2 : 0;
            e->last = (e->addr << 2) - 1;
        }
        break;
    case PMP_NA4:
        e->first = e->addr << 2;
        e->last = e->first + 3;
        break;
    case PMP_NAPOT:
        ones = e->addr ^ (e->addr + 1);
        e->first = (e->addr & ~ones) << 2;
        e->last = e->first + ((ones << 2) | 3);
        break;
    }
}

void riscv_pmp_rebuild(CPURISCVState *env)
{
    env->pmp_used = 0;
    for (unsigned n = 0; n < RISCV_PMP_ENTRIES; n++) {
        rebuild_entry(&env->pmp[n], n ? &env->pmp[n - 1] : NULL);
        env->pmp_used = env->pmp[n].first <= env->pmp[n].last ? n + 1 : env->pmp_used;
    }
    riscv_forget_table_pages(env);
}

void riscv_pmp_reset(CPURISCVState *env)
{
    memset(env->pmp, 0, sizeof(env->pmp));
    riscv_pmp_rebuild(env);
}

bool riscv_pmp_set_cfg(CPURISCVState *env, unsigned n, uint8_t cfg)
{
    RISCVPmp *e = &env->pmp[n];
    bool change;

    cfg &= PMP_L | 3 << PMP_A_SHIFT | PMP_ALL;
    if (!(cfg & PMP_R)) {
        cfg &= ~PMP_W; /* writable but not readable is reserved */
    }
    change = cfg != e->cfg && !(e->cfg & PMP_L);
    if (change) {
        e->cfg = cfg;
        riscv_pmp_rebuild(env);
    }
    return change;
}

bool riscv_pmp_set_addr(CPURISCVState *env, unsigned n, uint64_t addr)
{
    RISCVPmp *e = &env->pmp[n], *above = n + 1 < RISCV_PMP_ENTRIES ? e + 1 : NULL;
    bool locked = e->cfg & PMP_L;
    bool change;

    /* The address of a locked TOR entry's lower bound is locked with it. */
    locked |= above && (above->cfg & PMP_L) && mode_of(above) == PMP_TOR;
    addr &= env->xlen == 64 ? BIT(54) - 1 : BIT(32) - 1;
    change = addr != e->addr && !locked;
    if (change) {
        e->addr = addr;
        riscv_pmp_rebuild(env);
    }
    return change;
}

unsigned riscv_pmp_prot(const CPURISCVState *env, uint64_t addr, unsigned size, unsigned priv,
                        bool *page)
{
    uint64_t page_first = addr & TCG_PAGE_MASK, page_last = page_first | ~TCG_PAGE_MASK;
    uint64_t last = addr + size - 1;

    assert(last <= page_last);
    *page = true;
    if (!riscv_cpu_of(env)->pmp) {
        return PMP_ALL;
    }
    for (const RISCVPmp *e = env->pmp; e < env->pmp + env->pmp_used; e++) {
        if (e->first > page_last || e->last < page_first || e->first > e->last) {
            continue;
        }
        *page &= e->first <= page_first && page_last <= e->last;
        if (e->first > last || e->last < addr) {
            continue; /* only for other addresses of the page */
        }
        if (e->first > addr || e->last < last) {
            return 0;
        }
        return priv == PRV_M && !(e->cfg & PMP_L) ? PMP_ALL : e->cfg & PMP_ALL;
    }
    return priv == PRV_M ? PMP_ALL : 0;
}

void riscv_pmp_extent(const CPURISCVState *env, uint64_t addr, uint64_t *first, uint64_t *last)
{
    *first = 0;
    *last = ~(uint64_t)0;
    for (const RISCVPmp *e = env->pmp; e < env->pmp + env->pmp_used; e++) {
        bool hit = e->first <= addr && addr <= e->last;

        if (e->first > e->last) {
            continue;
        }
        if (hit || e->first > addr) {
            *last = MIN(*last, hit ? e->last : e->first - 1);
        }
        if (hit || e->last < addr) {
            *first = MAX(*first, hit ? e->first : e->last + 1);
        }
        if (hit) {
            return; /* those below it do not matter here */
        }
    }
}
