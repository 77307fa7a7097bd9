/* SPDX-License-Identifier: MIT */
/* The page walk: the algorithm of priv 4.3.2, step by step.
 *
 *     satp.PPN --> table[va's top index] --> table[next index] ... --> leaf + offset
 *
 * A leaf above the last level is a superpage: the indexes below it are part of the offset. */
#include "target/riscv/walk.h"

typedef WalkScheme Scheme;

const WalkScheme *riscv_walk_scheme(unsigned mode)
{
    static const WalkScheme schemes[] = {
        [1] = {"Sv32", 2, 10, 4, 32},
        [8] = {"Sv39", 3, 9, 8, 39},
        [9] = {"Sv48", 4, 9, 8, 48},
        [10] = {"Sv57", 5, 9, 8, 57},
    };

    assert(mode < ARRAY_SIZE(schemes) && schemes[mode].levels);
    return &schemes[mode];
}

static uint64_t ppn_of(const Scheme *s, uint64_t pte)
{
    return extract64(pte, 10, s->pte_size == 4 ? 22 : 44);
}

/* The bits above the last index must be copies of its top bit.  Sv32 has none. */
static bool is_canonical(const Scheme *s, uint64_t va)
{
    return s->pte_size == 4 || (uint64_t)sextract64(va, 0, s->va_bits) == va;
}

static bool is_leaf(uint64_t pte)
{
    return pte & (PTE_R | PTE_X);
}

static bool is_valid(const Scheme *s, const WalkRegime *r, uint64_t pte)
{
    if (!(pte & PTE_V) || (pte & (PTE_R | PTE_W)) == PTE_W) {
        return false;
    }
    if (s->pte_size == 4) {
        return is_leaf(pte) || !(pte & (PTE_D | PTE_A | PTE_U));
    }
    if (pte & PTE_RESERVED) {
        return false;
    }
    if ((pte & PTE_PBMT) && (!r->pbmt || (pte & PTE_PBMT) == PTE_PBMT)) {
        return false;
    }
    /* In a pointer to the next table these are reserved. */
    return is_leaf(pte) || !(pte & (PTE_D | PTE_A | PTE_U | PTE_PBMT));
}

/* What the mode may do with the page, whatever A and D are. */
static unsigned permissions(const WalkRegime *r, uint64_t pte)
{
    bool users = pte & PTE_U;
    unsigned prot = 0;

    if (r->user ? !users : users && !r->sum) {
        return 0;
    }
    if ((pte & PTE_R) || (r->mxr && (pte & PTE_X))) {
        prot |= PROT_R;
    }
    if (pte & PTE_W) {
        prot |= PROT_W;
    }
    if ((pte & PTE_X) && (r->user || !users)) {
        prot |= PROT_X; /* a supervisor never executes a user's page */
    }
    return prot;
}

static unsigned needed(MmuAccess access)
{
    static const uint8_t needs[] = {
        [MMU_LOAD] = PROT_R,
        [MMU_STORE] = PROT_W,
        [MMU_FETCH] = PROT_X,
    };

    return needs[access];
}

/* The leaf @pte at @pte_addr, @level levels above the last one. */
static WalkResult use_leaf(const Scheme *s, const WalkRegime *r, const WalkMemory *m, uint64_t va,
                           MmuAccess access, uint64_t pte_addr, uint64_t pte, unsigned level,
                           WalkAnswer *out, bool *again)
{
    unsigned page_bits = 12 + level * s->index_bits;
    uint64_t phys = ppn_of(s, pte) << 12, marked = pte | PTE_A;
    unsigned prot = permissions(r, pte);

    if (phys & (BIT(page_bits) - 1)) {
        return WALK_PAGE_FAULT; /* a misaligned superpage */
    }
    if (!r->look_only && !(prot & needed(access))) {
        return WALK_PAGE_FAULT;
    }
    marked |= access == MMU_STORE ? PTE_D : 0;
    if (marked != pte && !r->look_only) {
        switch (m->update(m->opaque, pte_addr, s->pte_size, pte, marked)) {
        case UPDATE_FAULT:
            return WALK_ACCESS_FAULT;
        case UPDATE_RACED:
            *again = true;
            return WALK_OK;
        case UPDATE_DONE:
            break;
        }
    }
    out->phys = phys | (va & (BIT(page_bits) - 1));
    out->page_size = BIT(page_bits);
    out->prot = marked & PTE_D ? prot : prot & ~(unsigned)PROT_W;
    out->noncacheable = s->pte_size == 8 && (pte & PTE_PBMT);
    return WALK_OK;
}

static WalkResult walk_once(const Scheme *s, const WalkRegime *r, const WalkMemory *m, uint64_t va,
                            MmuAccess access, WalkAnswer *out, bool *again)
{
    uint64_t table = r->root, pte, pte_addr;

    for (unsigned level = s->levels; level-- > 0;) {
        unsigned shift = 12 + level * s->index_bits;

        pte_addr = table + extract64(va, shift, s->index_bits) * s->pte_size;
        if (!m->read(m->opaque, pte_addr, s->pte_size, &pte)) {
            return WALK_ACCESS_FAULT;
        }
        if (!is_valid(s, r, pte)) {
            return WALK_PAGE_FAULT;
        }
        if (is_leaf(pte)) {
            return use_leaf(s, r, m, va, access, pte_addr, pte, level, out, again);
        }
        table = ppn_of(s, pte) << 12;
    }
    return WALK_PAGE_FAULT; /* the last level held a pointer */
}

WalkResult riscv_walk(const WalkRegime *r, const WalkMemory *m, uint64_t va, MmuAccess access,
                      WalkAnswer *out)
{
    const Scheme *s = riscv_walk_scheme(r->mode);
    WalkResult result;
    bool again;

    if (!is_canonical(s, va)) {
        return WALK_PAGE_FAULT;
    }
    do {
        /* Another hart that changed the entry has made progress, so this ends. */
        again = false;
        result = walk_once(s, r, m, va, access, out, &again);
    } while (again);
    return result;
}
