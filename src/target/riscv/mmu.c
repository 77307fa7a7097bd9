/* SPDX-License-Identifier: MIT */
/* From a virtual address to a physical one that may be accessed: the regime of the MMU index, the
 * page walk, physical memory protection of the tables and of the page, and the exception when one
 * of them says no. */
#include "base/log.h"
#include "base/rcu.h"
#include "mem/address_space.h"
#include "target/riscv/priv.h"
#include "target/riscv/walk.h"

LOG_ITEM(mmu, "each page walk that a TLB asks for, and its answer");

/* ---- what an MMU index means ---- */

static unsigned priv_of_index(int mmu_idx)
{
    static const uint8_t privs[] = {
        [MMU_U] = PRV_U, [MMU_S] = PRV_S, [MMU_S_SUM] = PRV_S, [MMU_M] = PRV_M};

    return privs[mmu_idx];
}

int riscv_mmu_index(CPUState *cs, MmuAccess access)
{
    static const uint8_t fetch[] = {[PRV_U] = MMU_U, [PRV_S] = MMU_S, [PRV_M] = MMU_M};
    const CPURISCVState *env = riscv_env(cs);

    return access == MMU_FETCH ? fetch[env->priv] : (int)riscv_data_mmu_index(env);
}

bool riscv_regime(const CPURISCVState *env, int mmu_idx, WalkRegime *r)
{
    bool wide = env->xlen == 64;
    unsigned mode = wide ? extract64(env->satp, 60, 4) : extract64(env->satp, 31, 1);

    if (mmu_idx == MMU_M || mode == SATP_BARE) {
        return false;
    }
    *r = (WalkRegime){
        .mode = mode,
        .root = extract64(env->satp, 0, wide ? 44 : 22) << 12,
        .user = mmu_idx == MMU_U,
        .sum = mmu_idx == MMU_S_SUM,
        .mxr = env->mstatus & MSTATUS_MXR,
        .pbmt = riscv_has(env, EXT_svpbmt) && (env->menvcfg & ENVCFG_PBMTE),
    };
    return true;
}

/* ---- physical memory, as the walk sees it ---- */

/* The walk is made in S mode, whoever caused it (priv 3.7.1, 4.3.2). */
static bool pmp_allows(const CPURISCVState *env, uint64_t addr, unsigned size, unsigned prot)
{
    bool page;

    return riscv_pmp_prot(env, addr, size, PRV_S, &page) & prot;
}

/* Where in the host the page table at @addr is, if it is plain RAM that the walk may read all of.
 * Remembered per page: most walks read the same few tables. */
static const uint8_t *table_host(CPUState *cs, uint64_t addr)
{
    CPURISCVState *env = riscv_env(cs);
    uint64_t page = addr & TCG_PAGE_MASK, id = address_space_view_id(cs->as);
    RISCVTablePage *t = &env->table_pages[(page >> TCG_PAGE_BITS) % RISCV_TABLE_PAGES];
    MemoryRegionSection s;
    bool whole;

    if (t->page == page && t->view_id == id) {
        return t->host + (addr - page);
    }
    s = address_space_find(cs->as, page);
    if (!s.ram || s.last - page < TCG_PAGE_SIZE - 1 || !memory_section_host(&s, page, false) ||
        !(riscv_pmp_prot(env, page, 1, PRV_S, &whole) & PROT_R) || !whole) {
        return NULL;
    }
    *t = (RISCVTablePage){page, id, memory_section_host(&s, page, false)};
    return t->host + (addr - page);
}

void riscv_forget_table_pages(CPURISCVState *env)
{
    for (size_t n = 0; n < RISCV_TABLE_PAGES; n++) {
        env->table_pages[n].view_id = 0;
    }
}

static bool walk_read(void *opaque, uint64_t addr, unsigned size, uint64_t *pte)
{
    CPUState *cs = opaque;
    const uint8_t *host;
    MemTxResult result;

    rcu_read_lock();
    host = table_host(cs, addr);
    if (host) {
        *pte = size == 8 ? __atomic_load_n((const uint64_t *)host, __ATOMIC_ACQUIRE)
                         : __atomic_load_n((const uint32_t *)host, __ATOMIC_ACQUIRE);
    }
    rcu_read_unlock();
    if (host) {
        return true;
    }
    if (!pmp_allows(riscv_env(cs), addr, size, PROT_R)) {
        return false;
    }
    *pte = address_space_ld_le(cs->as, addr, size, &result);
    return result == MEMTX_OK;
}

static WalkUpdate walk_update(void *opaque, uint64_t addr, unsigned size, uint64_t old,
                              uint64_t new)
{
    CPUState *cs = opaque;
    bool failed = false;

    if (!pmp_allows(riscv_env(cs), addr, size, PROT_W)) {
        return UPDATE_FAULT;
    }
    if (address_space_cmpxchg_le(cs->as, addr, size, old, new, &failed)) {
        return UPDATE_DONE;
    }
    return failed ? UPDATE_FAULT : UPDATE_RACED;
}

/* A debugger reads tables wherever they are, but never I/O. */
static bool debug_read(void *opaque, uint64_t addr, unsigned size, uint64_t *pte)
{
    CPUState *cs = opaque;
    hwaddr xlat, len = size;
    MemTxResult result;

    if (!memory_region_is_ram(address_space_translate(cs->as, addr, &xlat, &len, false))) {
        return false;
    }
    *pte = address_space_ld_le(cs->as, addr, size, &result);
    return result == MEMTX_OK;
}

/* ---- exceptions ---- */

static void record(CPUState *cs, int cause, uint64_t va)
{
    CPURISCVState *env = riscv_env(cs);

    cs->exception_index = cause;
    env->badaddr = va;
    env->badaddr_is_insn = false;
}

void riscv_bus_error(CPUState *cs, uint64_t va, uint64_t phys, MmuAccess access)
{
    static const uint8_t causes[] = {
        [MMU_LOAD] = RISCV_EXCP_LOAD_ACCESS,
        [MMU_STORE] = RISCV_EXCP_STORE_ACCESS,
        [MMU_FETCH] = RISCV_EXCP_INST_ACCESS,
    };

    record(cs, causes[access], va);
}

static void page_fault(CPUState *cs, uint64_t va, MmuAccess access)
{
    static const uint8_t causes[] = {
        [MMU_LOAD] = RISCV_EXCP_LOAD_PAGE_FAULT,
        [MMU_STORE] = RISCV_EXCP_STORE_PAGE_FAULT,
        [MMU_FETCH] = RISCV_EXCP_INST_PAGE_FAULT,
    };

    record(cs, causes[access], va);
}

void riscv_misaligned(CPUState *cs, uint64_t va, MmuAccess access)
{
    static const uint8_t causes[] = {
        [MMU_LOAD] = RISCV_EXCP_LOAD_MISALIGNED,
        [MMU_STORE] = RISCV_EXCP_STORE_MISALIGNED,
        [MMU_FETCH] = RISCV_EXCP_INST_MISALIGNED,
    };

    record(cs, causes[access], va);
}

/* ---- the answer ---- */

/* PMP for the access itself.  @out->size shrinks when the answer does not hold for the page. */
static WalkResult protect(const CPURISCVState *env, uint64_t va, unsigned size, MmuAccess access,
                          int mmu_idx, TlbFill *out)
{
    static const uint8_t needs[] = {
        [MMU_LOAD] = PROT_R, [MMU_STORE] = PROT_W, [MMU_FETCH] = PROT_X};
    unsigned left = TCG_PAGE_SIZE - (va & ~TCG_PAGE_MASK); /* the rest is another page's matter */
    bool page;

    size = MIN(size, left);
    out->prot &= riscv_pmp_prot(env, out->phys, size, priv_of_index(mmu_idx), &page);
    out->size = page ? TCG_PAGE_SIZE : va & (size - 1) ? 1 : size;
    return out->prot & needs[access] ? WALK_OK : WALK_ACCESS_FAULT;
}

/* sfence.vma with the address of a superpage's part is about all of it, so remember where there
 * are superpages; one range for each half of the address space: user programs and kernels. */
static void note_superpage(CPURISCVState *env, uint64_t va, uint64_t size)
{
    RISCVSuperpages *s = &env->superpages[va >> (env->xlen - 1) & 1];
    uint64_t first = align_down(va, size), last = first + size - 1;

    s->first = MIN(s->first, first);
    s->last = MAX(s->last, last);
}

void riscv_tlb_flush(CPUState *cs)
{
    CPURISCVState *env = riscv_env(cs);

    for (size_t i = 0; i < ARRAY_SIZE(env->superpages); i++) {
        env->superpages[i] = (RISCVSuperpages){.first = ~0ULL, .last = 0};
    }
    cpus_accel->tlb_flush(cs);
}

void riscv_tlb_flush_page(CPUState *cs, uint64_t va)
{
    CPURISCVState *env = riscv_env(cs);
    RISCVSuperpages *s = &env->superpages[va >> (env->xlen - 1) & 1];

    if (s->first <= va && va <= s->last) {
        riscv_tlb_flush(cs);
    } else {
        cpus_accel->tlb_flush_page(cs, va);
    }
}

static WalkResult translate(CPUState *cs, uint64_t va, MmuAccess access, int mmu_idx, TlbFill *out)
{
    CPURISCVState *env = riscv_env(cs);
    const WalkMemory memory = {walk_read, walk_update, cs};
    WalkRegime regime;
    WalkAnswer answer;
    WalkResult result;

    if (!riscv_regime(env, mmu_idx, &regime)) {
        out->phys = va;
        out->prot = PROT_R | PROT_W | PROT_X;
        return WALK_OK;
    }
    result = riscv_walk(&regime, &memory, va, access, &answer);
    if (result == WALK_OK) {
        out->phys = answer.phys;
        out->prot = answer.prot;
        out->noncacheable = answer.noncacheable;
        if (answer.page_size > TCG_PAGE_SIZE) {
            note_superpage(env, va, answer.page_size);
        }
    }
    return result;
}

static void log_fill(CPUState *cs, uint64_t va, MmuAccess access, int mmu_idx, WalkResult result,
                     const TlbFill *fill)
{
    static const char *const accesses[] = {
        [MMU_LOAD] = "load", [MMU_STORE] = "store", [MMU_FETCH] = "fetch"};
    Str where = {0};

    if (result == WALK_OK) {
        str_printf(&where, "phys %#" PRIx64 " %c%c%c", fill->phys, fill->prot & PROT_R ? 'r' : '-',
                   fill->prot & PROT_W ? 'w' : '-', fill->prot & PROT_X ? 'x' : '-');
    } else {
        str_append(&where, result == WALK_PAGE_FAULT ? "page fault" : "access fault");
    }
    log_printf("mmu: %s, %s at %#" PRIx64 " as %s mode, satp %#" PRIx64 ": %s\n", cs->name,
               accesses[access], va, riscv_priv_name(priv_of_index(mmu_idx)),
               riscv_env(cs)->satp, str_get(&where));
    str_free(&where);
}

bool riscv_tlb_fill(CPUState *cs, uint64_t va, unsigned size, MmuAccess access, int mmu_idx,
                    bool probe, TlbFill *out)
{
    WalkResult result;

    *out = (TlbFill){.linear_first = 1};
    result = translate(cs, va, access, mmu_idx, out);
    if (result == WALK_OK) {
        result = protect(riscv_env(cs), va, size, access, mmu_idx, out);
    }
    if (result == WALK_OK && mmu_idx == MMU_M) { /* no paging */
        riscv_pmp_extent(riscv_env(cs), out->phys, &out->linear_first, &out->linear_last);
    }
    if (log_on(mmu)) {
        log_fill(cs, va, access, mmu_idx, result, out);
    }
    if (result == WALK_PAGE_FAULT && !probe) {
        page_fault(cs, va, access);
    } else if (result == WALK_ACCESS_FAULT && !probe) {
        riscv_bus_error(cs, va, out->phys, access);
    }
    return result == WALK_OK;
}

/* ---- without effects ---- */

static bool look(CPUState *cs, uint64_t va, int mmu_idx, uint64_t *phys)
{
    const WalkMemory memory = {debug_read, NULL, cs};
    WalkRegime regime;
    WalkAnswer answer;

    if (!riscv_regime(riscv_env(cs), mmu_idx, &regime)) {
        *phys = va;
        return true;
    }
    regime.look_only = true;
    if (riscv_walk(&regime, &memory, va, MMU_LOAD, &answer) != WALK_OK) {
        return false;
    }
    *phys = answer.phys;
    return true;
}

bool riscv_debug_translate(CPUState *cs, uint64_t va, uint64_t *phys)
{
    return look(cs, va, riscv_mmu_index(cs, MMU_LOAD), phys);
}

bool riscv_read_code(CPUState *cs, uint64_t va, void *buf, unsigned len)
{
    hwaddr xlat, avail = len;
    uint64_t phys;

    if (!look(cs, va, riscv_mmu_index(cs, MMU_FETCH), &phys)) {
        return false;
    }
    if (!memory_region_is_ram(address_space_translate(cs->as, phys, &xlat, &avail, false))) {
        return false;
    }
    return address_space_read(cs->as, phys, buf, len) == MEMTX_OK;
}
