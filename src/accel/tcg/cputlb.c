/* SPDX-License-Identifier: MIT */
/* The software TLB: what happens when the inline compare of a guest access does not match.
 *
 *     inline compare -> victims -> page walk of the target -> RAM: do it, the next one is inline
 *                                                          -> anything else: mem/ does it
 *
 * A tag lets an access pass only when nothing need be known of it: the page is RAM, protection
 * allows it, the access is aligned, no debugger watches the page, and (for writes) no translated
 * code is on it and nobody tracks dirt.  The rest comes here. */
#include "accel/tcg/debug.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/bitmap.h"
#include "base/host_mem.h"
#include "base/rcu.h"

/* ---- entries ---- */

static size_t host_page(uint64_t host)
{
    return (host >> TCG_PAGE_BITS) % TCG_TLB_PAGES;
}

static void set_tags(TcgCpu *tc, unsigned mmu, size_t index)
{
    TlbEntry *e = &tc->cpu->env->tlb[mmu][index];
    const TlbInfo *i = &tc->info[mmu][index];
    /* A page that passes writes passes reads, too: groups of accesses look at one tag only. */
    bool read = i->host && (i->prot & PROT_R);
    bool write = read && (i->prot & PROT_W) && i->writable;

    if (unlikely(debug_watches) && debug_page_is_watched(i->page)) {
        read = write = false;
    }
    __atomic_store_n(&e->write_tag, TLB_NO_MATCH, __ATOMIC_RELAXED);
    e->read_tag = read ? i->page : TLB_NO_MATCH;
    __atomic_store_n(&e->addend, (uintptr_t)i->host - i->page, __ATOMIC_RELAXED);
    if (write && ram_write_is_free(i->ram, i->ram_addr)) {
        if (!bit_test(tc->writable, host_page((uintptr_t)i->host))) {
            bit_set_atomic(tc->writable, host_page((uintptr_t)i->host));
        }
        __atomic_store_n(&e->write_tag, i->page, __ATOMIC_SEQ_CST);
        /* tcg_tlb_protect may have scanned this entry just before: what it announced first is seen
         * now. */
        if (!ram_write_is_free(i->ram, i->ram_addr)) {
            __atomic_store_n(&e->write_tag, TLB_NO_MATCH, __ATOMIC_RELAXED);
        }
    }
}

static void clear_entry(TcgCpu *tc, unsigned mmu, size_t index)
{
    TlbEntry *e = &tc->cpu->env->tlb[mmu][index];

    e->read_tag = TLB_NO_MATCH;
    __atomic_store_n(&e->write_tag, TLB_NO_MATCH, __ATOMIC_RELAXED);
    tc->info[mmu][index].page = TLB_NO_MATCH;
}

/* How many entries may be in use, and the @n-th of them. */
static size_t used_entries(const TcgCpu *tc, unsigned mmu)
{
    unsigned fills = __atomic_load_n(&tc->nfills[mmu], __ATOMIC_ACQUIRE);

    return fills < TCG_TLB_FILLS ? fills : TCG_TLB_SIZE;
}

static size_t used_entry(const TcgCpu *tc, unsigned mmu, size_t n, size_t used)
{
    return used == TCG_TLB_SIZE ? n : __atomic_load_n(&tc->fills[mmu][n], __ATOMIC_RELAXED);
}

/* Comes before the entry's tag is set: whoever does not see the fill is seen by set_tags. */
static void note_fill(TcgCpu *tc, unsigned mmu, size_t index)
{
    unsigned n = tc->nfills[mmu];

    if (n < TCG_TLB_FILLS) {
        __atomic_store_n(&tc->fills[mmu][n], index, __ATOMIC_RELAXED);
        __atomic_store_n(&tc->nfills[mmu], n + 1, __ATOMIC_RELEASE);
    }
}

static void forget_pages(TcgCpu *tc, unsigned mmu)
{
    memset(tc->cpu->env->page_cache[mmu], 0xff, sizeof(tc->cpu->env->page_cache[mmu]));
}

static void clear_mode(TcgCpu *tc, unsigned mmu)
{
    size_t used = used_entries(tc, mmu);

    for (size_t n = 0; n < used; n++) {
        clear_entry(tc, mmu, used_entry(tc, mmu, n, used));
    }
    for (size_t n = 0; n < TCG_VICTIMS; n++) {
        tc->victim[mmu][n].page = TLB_NO_MATCH;
    }
    __atomic_store_n(&tc->nfills[mmu], 0, __ATOMIC_RELEASE);
    forget_pages(tc, mmu);
    tc->cpu->env->window[mmu].size = 0;
}

void tcg_tlb_init(TcgCpu *tc)
{
    for (unsigned mmu = 0; mmu < TCG_MMU_MODES; mmu++) {
        tc->nfills[mmu] = TCG_TLB_FILLS;
        clear_mode(tc, mmu);
    }
}

void tcg_tlb_flush(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    for (unsigned mmu = 0; mmu < TCG_MMU_MODES; mmu++) {
        if (tc->used_modes & BIT(mmu)) {
            clear_mode(tc, mmu);
        }
    }
    tc->used_modes = 0;
    for (size_t n = 0; n < ARRAY_SIZE(tc->writable); n++) {
        __atomic_store_n(&tc->writable[n], 0, __ATOMIC_RELAXED);
    }
    tc->stats_flush++;
    tcg_jumps_flush(tc);
}

void tcg_tlb_flush_page(CPUState *cpu, uint64_t va)
{
    TcgCpu *tc = tcg_cpu(cpu);
    uint64_t page = va & TCG_PAGE_MASK;

    for (unsigned mmu = 0; mmu < TCG_MMU_MODES; mmu++) {
        size_t index = tlb_index(va);
        TcgWindow *w = &cpu->env->window[mmu];

        if (tc->used_modes & BIT(mmu)) {
            forget_pages(tc, mmu); /* they may hold a page that has lost its entry */
        }
        if (page - w->first < w->size + TCG_WINDOW_REACH) {
            w->size = 0;
        }
        if (tc->info[mmu][index].page == page) {
            clear_entry(tc, mmu, index);
        }
        for (size_t n = 0; n < TCG_VICTIMS; n++) {
            if (tc->victim[mmu][n].page == page) {
                tc->victim[mmu][n].page = TLB_NO_MATCH;
            }
        }
    }
    tcg_jumps_flush_page(tc, va);
}

/* Another vCPU may be changing an entry: then it looks at the page again itself.  True: there was
 * a tag to be taken away. */
static bool protect_mode(TcgCpu *tc, unsigned mmu, uint64_t host)
{
    size_t used = used_entries(tc, mmu);
    bool taken = false;

    for (size_t n = 0; n < used; n++) {
        TlbEntry *e = &tc->cpu->env->tlb[mmu][used_entry(tc, mmu, n, used)];
        uint64_t tag = __atomic_load_n(&e->write_tag, __ATOMIC_RELAXED);

        if (tag != TLB_NO_MATCH && tag + __atomic_load_n(&e->addend, __ATOMIC_RELAXED) == host) {
            __atomic_store_n(&e->write_tag, TLB_NO_MATCH, __ATOMIC_RELAXED);
            taken = true;
        }
    }
    return taken;
}

/* False: no entry lets a write pass to @host.  The bit is set before the tag is, see note_fill. */
static bool may_write(const TcgCpu *tc, uint64_t host)
{
    size_t n = host_page(host);

    return __atomic_load_n(&tc->writable[n / 64], __ATOMIC_RELAXED) & BIT(n % 64);
}

/* Atomic: a vCPU lost a write tag, and has not been seen outside of translated code since. */
static bool late_stores;

void tcg_tlb_no_late_stores(void)
{
    __atomic_store_n(&late_stores, false, __ATOMIC_SEQ_CST);
}

bool tcg_tlb_protect(ram_addr_t addr)
{
    CPUState *cpu;
    RAMBlock *ram;
    uint64_t host;

    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    rcu_read_lock();
    ram = ram_block_find(addr);
    host = ram ? (uintptr_t)ram->host + ((addr & TCG_PAGE_MASK) - ram->offset) : 0;
    rcu_read_unlock();
    CPU_FOREACH(cpu) {
        TcgCpu *tc = tcg_cpu(cpu);

        for (unsigned mmu = 0; tc && may_write(tc, host) && mmu < TCG_MMU_MODES; mmu++) {
            if (protect_mode(tc, mmu, host) && cpu != current_cpu) {
                __atomic_store_n(&late_stores, true, __ATOMIC_SEQ_CST);
            }
        }
    }
    return __atomic_load_n(&late_stores, __ATOMIC_SEQ_CST);
}

/* All RAM of @s that @f says the same of can be read like the page of @i.  The largest such piece
 * is worth remembering.  A window knows no exceptions, such as watched pages. */
static void open_window(TcgWindow *w, const MemoryRegionSection *s, const TlbFill *f,
                        const TlbInfo *i)
{
    uint64_t first = MAX(s->first, f->linear_first), last = MIN(s->last, f->linear_last);

    if (first < last && last - first > w->size + TCG_WINDOW_REACH && !debug_watches) {
        w->first = first + (i->page - i->phys);
        w->size = last - first - TCG_WINDOW_REACH;
        w->addend = (uintptr_t)i->host - i->page;
    }
}

/* What is at the physical page of @f?  Fills the memory side of @i. */
static void look_up_memory(CPUState *cpu, const TlbFill *f, unsigned mmu, TlbInfo *i)
{
    MemoryRegionSection s;

    rcu_read_lock();
    s = address_space_find(cpu->as, i->phys);
    i->host = NULL;
    if (s.ram && (!s.rom_device || s.romd_mode) && s.last - i->phys >= TCG_PAGE_SIZE - 1) {
        i->host = memory_section_host(&s, i->phys, false);
        i->ram = s.ram;
        i->ram_addr = memory_section_ram_addr(&s, i->phys);
        i->writable = !s.readonly && !s.rom_device;
        if (i->prot & PROT_R) {
            open_window(&cpu->env->window[mmu], &s, f, i);
        }
    }
    rcu_read_unlock();
}

static bool take_victim(TcgCpu *tc, unsigned mmu, uint64_t page)
{
    size_t index = tlb_index(page);

    for (size_t n = 0; n < TCG_VICTIMS; n++) {
        if (tc->victim[mmu][n].page == page) {
            TlbInfo old = tc->info[mmu][index];

            tc->info[mmu][index] = tc->victim[mmu][n];
            tc->victim[mmu][n] = old;
            set_tags(tc, mmu, index);
            return true;
        }
    }
    return false;
}

/* The entry that @page gets; what was there becomes a victim. */
static TlbInfo *make_room(TcgCpu *tc, unsigned mmu, uint64_t page)
{
    TlbInfo *i = &tc->info[mmu][tlb_index(page)];

    if (i->page != TLB_NO_MATCH && i->page != page) {
        tc->victim[mmu][tc->victim_next[mmu]++ % TCG_VICTIMS] = *i;
    }
    return i;
}

/* Ask the target, and keep the answer if it holds for the whole page.  NULL as tlb_get. */
static const TlbInfo *fill(CPUState *cpu, uint64_t va, unsigned size, MmuAccess access,
                           unsigned mmu)
{
    TcgCpu *tc = tcg_cpu(cpu);
    uint64_t page = va & TCG_PAGE_MASK;
    TlbFill f = {0};
    bool keep;
    TlbInfo *i;

    if (!cpu->ops->tlb_fill(cpu, va, size, access, mmu, false, &f)) {
        return NULL;
    }
    tc->stats_fill++;
    tc->used_modes |= BIT(mmu);
    keep = f.size >= TCG_PAGE_SIZE;
    i = keep ? make_room(tc, mmu, page) : &tc->one_shot;
    *i = (TlbInfo){.page = page, .phys = f.phys & TCG_PAGE_MASK, .prot = f.prot};
    look_up_memory(cpu, &f, mmu, i);
    if (keep) {
        note_fill(tc, mmu, tlb_index(page));
        set_tags(tc, mmu, tlb_index(page));
    }
    return i;
}

/* The entry for @va that allows @access, or NULL with the exception recorded in the CPU. */
static const TlbInfo *tlb_get(CPUState *cpu, uint64_t va, unsigned size, MmuAccess access,
                              unsigned mmu)
{
    static const uint8_t needs[] = {
        [MMU_LOAD] = PROT_R, [MMU_STORE] = PROT_W, [MMU_FETCH] = PROT_X};
    TcgCpu *tc = tcg_cpu(cpu);
    uint64_t page = va & TCG_PAGE_MASK;
    const TlbInfo *i = &tc->info[mmu][tlb_index(va)];

    if ((i->page == page || take_victim(tc, mmu, page)) && (i->prot & needs[access])) {
        return i;
    }
    return fill(cpu, va, size, access, mmu);
}

uint64_t tcg_code_address(CPUState *cpu, uint64_t va, const uint8_t **host)
{
    const TlbInfo *i = tlb_get(cpu, va, 2, MMU_FETCH, cpu->ops->mmu_index(cpu, MMU_FETCH));

    if (!i) {
        return TB_NO_PAGE;
    }
    if (!i->host) {
        cpu->ops->bus_error(cpu, va, i->phys | (va & ~TCG_PAGE_MASK), MMU_FETCH);
        return TB_NO_PAGE;
    }
    *host = i->host + (va & ~TCG_PAGE_MASK);
    return i->ram_addr + (va & ~TCG_PAGE_MASK);
}

/* ---- accesses ---- */

static NORETURN void bus_error(CPUState *cpu, uint64_t va, uint64_t phys, MmuAccess access,
                               uintptr_t ra)
{
    cpu->ops->bus_error(cpu, va, phys, access);
    tcg_loop_exit(cpu, ra);
}

static const TlbInfo *tlb_get_or_raise(CPUState *cpu, uint64_t va, unsigned size, MmuAccess access,
                                       MemOp m, uintptr_t ra)
{
    const TlbInfo *i = tlb_get(cpu, va, size, access, memop_mmu(m));

    if (!i) {
        tcg_loop_exit(cpu, ra);
    }
    return i;
}

static void check_alignment(CPUState *cpu, uint64_t va, MmuAccess access, MemOp m, uintptr_t ra)
{
    if ((m & MO_ALIGN) && (va & (memop_bytes(m) - 1))) {
        cpu->ops->misaligned(cpu, va, access);
        tcg_loop_exit(cpu, ra);
    }
}

static bool crosses_page(uint64_t va, MemOp m)
{
    return (va & ~TCG_PAGE_MASK) + memop_bytes(m) > TCG_PAGE_SIZE;
}

static uint64_t extend(uint64_t v, MemOp m)
{
    unsigned bits = 8 * memop_bytes(m);

    return m & MO_SIGN ? (uint64_t)sextract64(v, 0, bits) : extract64(v, 0, bits);
}

/* A debugger may be waiting for this access, which nothing is in the way of any more. */
static void watch(CPUState *cpu, uint64_t va, unsigned size, unsigned kind, uintptr_t ra)
{
    if (unlikely(debug_watches)) {
        tcg_debug_access(cpu, va, size, kind, ra);
    }
}

/* Device registers, and RAM that shares its page with something else.  Values are not extended. */
static uint64_t load_io(CPUState *cpu, const TlbInfo *i, uint64_t va, unsigned size,
                        MmuAccess access, uintptr_t ra)
{
    uint64_t phys = i->phys | (va & ~TCG_PAGE_MASK);
    MemTxResult result;
    uint64_t v;

    tcg_io_begin(cpu, ra);
    v = address_space_ld_io(cpu->as, phys, size, &result);
    tcg_io_end(cpu);
    if (result != MEMTX_OK) {
        bus_error(cpu, va, phys, access, ra);
    }
    return v;
}

static void store_io(CPUState *cpu, const TlbInfo *i, uint64_t va, uint64_t v, unsigned size,
                     uintptr_t ra)
{
    uint64_t phys = i->phys | (va & ~TCG_PAGE_MASK);
    MemTxResult result;

    tcg_io_begin(cpu, ra);
    address_space_st_io(cpu->as, phys, v, size, &result);
    tcg_io_end(cpu);
    if (result != MEMTX_OK) {
        bus_error(cpu, va, phys, MMU_STORE, ra);
    }
}

static uint64_t load_in_page(CPUState *cpu, uint64_t va, MemOp m, uintptr_t ra)
{
    unsigned size = memop_bytes(m);
    const TlbInfo *i = tlb_get_or_raise(cpu, va, size, MMU_LOAD, m, ra);

    watch(cpu, va, size, WATCH_READ, ra);
    if (!i->host) {
        return load_io(cpu, i, va, size, MMU_LOAD, ra);
    }
    return host_load(i->host + (va & ~TCG_PAGE_MASK), size);
}

/* Where a misaligned access is in host memory, when that is all the inline compare had against it:
 * the page's @tag would let an aligned one pass.  Else NULL.  A guest whose stack is at an odd
 * address does it with every local variable. */
static uint8_t *misaligned_host(const TlbEntry *e, uint64_t tag, uint64_t va, MemOp m)
{
    if (tag != (va & TCG_PAGE_MASK) || !(va & (memop_bytes(m) - 1)) || crosses_page(va, m)) {
        return NULL;
    }
    return (uint8_t *)(uintptr_t)(va + __atomic_load_n(&e->addend, __ATOMIC_RELAXED));
}

uint64_t tcg_load(CPUState *cpu, uint64_t va, MemOp m, uintptr_t ra)
{
    const TlbEntry *e = &cpu->env->tlb[memop_mmu(m)][tlb_index(va)];
    const uint8_t *p;
    uint64_t v = 0;

    check_alignment(cpu, va, MMU_LOAD, m, ra);
    p = misaligned_host(e, e->read_tag, va, m);
    if (p) {
        return extend(host_load(p, memop_bytes(m)), m);
    }
    if (!crosses_page(va, m)) {
        return extend(load_in_page(cpu, va, m, ra), m);
    }
    for (unsigned n = 0; n < memop_bytes(m); n++) {
        MemOp byte = (m & ~(MemOp)(MO_SIZE | MO_SIGN)) | MO_8;

        v |= load_in_page(cpu, va + n, byte, ra) << (8 * n);
    }
    return extend(v, m);
}

/* RAM at @i was just written by the guest, past the fast path: tell those who watch. */
static void store_seen(CPUState *cpu, const TlbInfo *i, uint64_t va, unsigned size, unsigned mmu,
                       uintptr_t ra)
{
    ram_addr_t ram = i->ram_addr + (va & ~TCG_PAGE_MASK);

    /* Who marks the page as code after this look reads what we stored. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (memory_page_has_code(ram)) {
        tb_invalidate_range(ram, size, NULL);
    }
    physical_memory_set_dirty_range(ram, size, DIRTY_ALL & ~(1u << DIRTY_CODE));
    if (i != &tcg_cpu(cpu)->one_shot && ram_write_is_free(i->ram, ram)) {
        set_tags(tcg_cpu(cpu), mmu, tlb_index(va)); /* the next one may go straight */
    }
}

static void store_in_page(CPUState *cpu, uint64_t va, uint64_t v, MemOp m, uintptr_t ra)
{
    unsigned size = memop_bytes(m);
    const TlbInfo *i = tlb_get_or_raise(cpu, va, size, MMU_STORE, m, ra);

    watch(cpu, va, size, WATCH_WRITE, ra);
    if (!i->host || !i->writable) {
        store_io(cpu, i, va, v, size, ra);
        return;
    }
    host_store(i->host + (va & ~TCG_PAGE_MASK), v, size);
    store_seen(cpu, i, va, size, memop_mmu(m), ra);
}

void tcg_store(CPUState *cpu, uint64_t va, uint64_t v, MemOp m, uintptr_t ra)
{
    const TlbEntry *e = &cpu->env->tlb[memop_mmu(m)][tlb_index(va)];
    unsigned size = memop_bytes(m);
    uint8_t *p;

    check_alignment(cpu, va, MMU_STORE, m, ra);
    p = misaligned_host(e, __atomic_load_n(&e->write_tag, __ATOMIC_RELAXED), va, m);
    if (p) {
        memcpy(p, &v, size);
        return;
    }
    if (!crosses_page(va, m)) {
        store_in_page(cpu, va, v, m, ra);
        return;
    }
    /* Neither part may be stored when the other one faults. */
    tlb_get_or_raise(cpu, va, size, MMU_STORE, m, ra);
    tlb_get_or_raise(cpu, (va + size) & TCG_PAGE_MASK, 1, MMU_STORE, m, ra);
    watch(cpu, va, size, WATCH_WRITE, ra);
    for (unsigned n = 0; n < size; n++) {
        store_in_page(cpu, va + n, v >> (8 * n), (m & ~(MemOp)MO_SIZE) | MO_8, ra);
    }
}

/* ---- atomics ---- */

/* Host memory for an atomic access.  Where that is not plain RAM there is no atomicity to be had:
 * NULL. */
static uint8_t *atomic_host(CPUState *cpu, uint64_t va, MemOp m, unsigned watched,
                            const TlbInfo **info, uintptr_t ra)
{
    if (va & (memop_bytes(m) - 1)) {
        cpu->ops->misaligned(cpu, va, MMU_STORE);
        tcg_loop_exit(cpu, ra);
    }
    *info = tlb_get_or_raise(cpu, va, memop_bytes(m), MMU_STORE, m, ra);
    if (!((*info)->prot & PROT_R)) {
        *info = tlb_get_or_raise(cpu, va, memop_bytes(m), MMU_LOAD, m, ra);
    }
    watch(cpu, va, memop_bytes(m), watched, ra);
    if (!(*info)->host || !(*info)->writable) {
        return NULL;
    }
    return (*info)->host + (va & ~TCG_PAGE_MASK);
}

uint64_t tcg_rmw_result(RmwKind kind, uint64_t old, uint64_t v, MemOp m)
{
    int64_t so = sextract64(old, 0, 8 * memop_bytes(m)), sv = sextract64(v, 0, 8 * memop_bytes(m));
    uint64_t uo = extract64(old, 0, 8 * memop_bytes(m)), uv = extract64(v, 0, 8 * memop_bytes(m));

    switch (kind) {
    case RMW_SWAP:
        return v;
    case RMW_ADD:
        return old + v;
    case RMW_AND:
        return old & v;
    case RMW_OR:
        return old | v;
    case RMW_XOR:
        return old ^ v;
    case RMW_MIN:
        return so < sv ? old : v;
    case RMW_MAX:
        return so > sv ? old : v;
    case RMW_MINU:
        return uo < uv ? old : v;
    default:
        return uo > uv ? old : v;
    }
}

/* Atomically replace *@expected at @p by @desired; on failure *expected is what is there. */
static bool host_cmpxchg(uint8_t *p, unsigned size, uint64_t *expected, uint64_t desired)
{
    if (size == 8) {
        return __atomic_compare_exchange_n((uint64_t *)p, expected, desired, false,
                                           __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    }
    uint32_t e = *expected;
    bool done = __atomic_compare_exchange_n((uint32_t *)p, &e, (uint32_t)desired, false,
                                            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);

    *expected = e;
    return done;
}

static uint64_t runtime_rmw(TcgEnv *env, uint64_t va, uint64_t v, MemOp m, uintptr_t ra)
{
    CPUState *cpu = cpu_from_env(env);
    const TlbInfo *i;
    uint8_t *p = atomic_host(cpu, va, m, WATCH_READ | WATCH_WRITE, &i, ra);
    unsigned size = memop_bytes(m);
    uint64_t old = 0;

    assert(size >= 4);
    if (!p) {
        old = load_io(cpu, i, va, size, MMU_STORE, ra);
        store_io(cpu, i, va, tcg_rmw_result(memop_rmw(m), old, v, m), size, ra);
        return extend(old, m);
    }
    while (!host_cmpxchg(p, size, &old, tcg_rmw_result(memop_rmw(m), old, v, m))) {
    }
    store_seen(cpu, i, va, size, memop_mmu(m), ra);
    return extend(old, m);
}

static uint64_t runtime_cmpxchg(TcgEnv *env, uint64_t va, uint64_t expected, uint64_t v, MemOp m,
                                uintptr_t ra)
{
    CPUState *cpu = cpu_from_env(env);
    const TlbInfo *i;
    uint8_t *p = atomic_host(cpu, va, m, WATCH_WRITE, &i, ra);
    unsigned size = memop_bytes(m);
    uint64_t old = extract64(expected, 0, 8 * size);

    assert(size >= 4);
    if (!p) {
        uint64_t there = load_io(cpu, i, va, size, MMU_STORE, ra);

        if (there == old) {
            store_io(cpu, i, va, v, size, ra);
        }
        return extend(there, m);
    }
    if (host_cmpxchg(p, size, &old, v)) {
        store_seen(cpu, i, va, size, memop_mmu(m), ra);
    }
    return extend(old, m);
}

static uint64_t runtime_load(TcgEnv *env, uint64_t va, MemOp m, uintptr_t ra)
{
    return tcg_load(cpu_from_env(env), va, m, ra);
}

static void runtime_store(TcgEnv *env, uint64_t va, uint64_t v, MemOp m, uintptr_t ra)
{
    tcg_store(cpu_from_env(env), va, v, m, ra);
}

void tcg_runtime_init(void)
{
    tcg_runtime = (TcgRuntime){runtime_load, runtime_store, runtime_rmw, runtime_cmpxchg};
}
