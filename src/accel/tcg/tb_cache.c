/* SPDX-License-Identifier: MIT */
/* The cache of translated blocks.
 *
 *   hash     (physical address, pc, flags) -> block, read without a lock
 *   pages    ram page -> the blocks made from its bytes, so that a write to guest code finds them;
 *            a bitmap of the bytes that belong to some block keeps data next to code cheap to write
 *   links    which block jumps directly to which, so that an invalid block can be jumped to no more
 */
#include "accel/tcg/tb.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/alloc.h"
#include "base/bitmap.h"
#include "mem/ram.h"

enum {
    HASH_BITS = TEEMU_SMALL ? 6 : 15,
    PAGE_HASH_BITS = 10,
    GRAIN = 2, /* bytes of guest code per bit of a page's bitmap: no instruction is smaller or less
                  aligned */
};

typedef struct CodePage {
    struct CodePage *next;
    uint64_t page; /* ram address >> TCG_PAGE_BITS */
    TranslationBlock *first;
    bool watched; /* stores are seen: see fetch.c */
    /* bytes of its blocks; may cover more for a while */
    uint64_t covered[BITMAP_WORDS(TCG_PAGE_SIZE / GRAIN)];
} CodePage;

static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static TranslationBlock *hash[1 << HASH_BITS]; /* chains; read without the lock */
static CodePage *pages[1 << PAGE_HASH_BITS];   /* tb_lock */
TbStats tb_stats;                              /* tb_lock */

void tb_lock(void)
{
    int error = pthread_mutex_lock(&lock);

    assert(!error); /* EDEADLK: this thread has it */
}

void tb_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

/* ---- hash ---- */

static TranslationBlock **bucket(uint64_t phys, uint64_t pc, uint32_t flags)
{
    uint64_t h = (phys ^ pc >> 12 ^ (uint64_t)flags << 7) * 0x9e3779b97f4a7c15u;

    return &hash[h >> (64 - HASH_BITS)];
}

/* The key says nothing about a second page: it may have been remapped since @tb was made. */
static bool second_page_is_same(CPUState *cpu, const TranslationBlock *tb)
{
    const uint8_t *host;
    uint64_t ram;

    if (tb->page[1] == TB_NO_PAGE) {
        return true;
    }
    ram = tcg_code_address(cpu, (tb->code.pc & TCG_PAGE_MASK) + TCG_PAGE_SIZE, &host);
    if (ram == TB_NO_PAGE) {
        cpu->exception_index = EXCP_NONE; /* what may come before it has not been executed yet */
        return false;
    }
    return ram >> TCG_PAGE_BITS == tb->page[1];
}

TranslationBlock *tb_lookup(CPUState *cpu, uint64_t phys, TbKey key)
{
    TranslationBlock *tb = __atomic_load_n(bucket(phys, key.pc, key.flags), __ATOMIC_ACQUIRE);

    while (tb && (tb->phys != phys || tb->code.pc != key.pc || tb->flags != key.flags ||
                  __atomic_load_n(&tb->invalid, __ATOMIC_RELAXED) ||
                  !second_page_is_same(cpu, tb))) {
        tb = __atomic_load_n(&tb->hash_next, __ATOMIC_ACQUIRE);
    }
    return tb;
}

static void hash_remove(TranslationBlock *tb)
{
    TranslationBlock **at = bucket(tb->phys, tb->code.pc, tb->flags);

    while (*at != tb) {
        at = &(*at)->hash_next;
    }
    __atomic_store_n(at, tb->hash_next, __ATOMIC_RELEASE);
}

/* ---- pages ---- */

static CodePage *find_page(uint64_t page, bool make)
{
    CodePage **head = &pages[(page * 0x9e3779b97f4a7c15u) >> (64 - PAGE_HASH_BITS)];
    CodePage *p;

    for (p = *head; p && p->page != page; p = p->next) {
    }
    if (!p && make) {
        p = xnew(CodePage);
        p->page = page;
        p->next = *head;
        *head = p;
    }
    return p;
}

/* On how many pages' lists is @tb? */
static unsigned page_count(const TranslationBlock *tb)
{
    return tb->page[1] == TB_NO_PAGE || tb->page[1] == tb->page[0] ? 1 : 2;
}

/* Which of tb->page_next belongs to @page? */
static unsigned side(const TranslationBlock *tb, uint64_t page)
{
    return tb->page[0] == page ? 0 : 1;
}

/* The bytes of @tb on its page number @n, as offsets [*from, *to). */
static void bytes_on_page(const TranslationBlock *tb, unsigned n, unsigned *from, unsigned *to)
{
    unsigned start = tb->phys % TCG_PAGE_SIZE;

    if (tb->page[1] == tb->page[0]) { /* the end of the page and its beginning */
        *from = 0;
        *to = TCG_PAGE_SIZE;
        return;
    }
    *from = n ? 0 : start;
    *to = n ? start + tb->nbytes - TCG_PAGE_SIZE : MIN(start + tb->nbytes, TCG_PAGE_SIZE);
}

static void cover(CodePage *p, const TranslationBlock *tb)
{
    unsigned from, to;

    bytes_on_page(tb, side(tb, p->page), &from, &to);
    bitmap_set_range(p->covered, from / GRAIN, (to - from + GRAIN - 1) / GRAIN, true);
}

static void page_add(TranslationBlock *tb, unsigned n)
{
    CodePage *p = find_page(tb->page[n], true);

    tb->page_next[n] = p->first;
    p->first = tb;
    cover(p, tb);
    assert(p->watched);
}

static void page_remove(TranslationBlock *tb, unsigned n)
{
    CodePage *p = find_page(tb->page[n], false);
    TranslationBlock **at = &p->first;

    while (*at != tb) {
        at = &(*at)->page_next[side(*at, p->page)];
    }
    *at = tb->page_next[n];
    if (!p->first) {
        memset(p->covered, 0, sizeof(p->covered));
        p->watched = false;
        memory_page_clear_code(p->page << TCG_PAGE_BITS);
    }
}

bool tb_page_watched(uint64_t ram)
{
    const CodePage *p = find_page(ram >> TCG_PAGE_BITS, false);

    return p && p->watched;
}

void tb_page_set_watched(uint64_t ram)
{
    find_page(ram >> TCG_PAGE_BITS, true)->watched = true;
}

static void recompute_cover(CodePage *p)
{
    memset(p->covered, 0, sizeof(p->covered));
    for (TranslationBlock *tb = p->first; tb; tb = tb->page_next[side(tb, p->page)]) {
        cover(p, tb);
    }
}

/* ---- links ---- */

static void unlink_exit(TbJump *j)
{
    list_remove(&j->link);
    tcg_engine->link(&j->from->code, j->slot, NULL);
}

void tb_add_jump(TranslationBlock *from, unsigned slot, TranslationBlock *to)
{
    TbJump *j = &from->jumps[slot];

    tb_lock();
    if (!from->invalid && !to->invalid && list_empty(&j->link)) {
        list_push_back(&to->incoming, &j->link);
        tcg_engine->link(&from->code, slot, &to->code);
        tb_stats.links++;
    }
    tb_unlock();
}

/* ---- in and out ---- */

void tb_insert(TranslationBlock *tb)
{
    TranslationBlock **at = bucket(tb->phys, tb->code.pc, tb->flags);

    for (unsigned n = 0; n < page_count(tb); n++) {
        page_add(tb, n);
    }
    tb->hash_next = *at;
    __atomic_store_n(at, tb, __ATOMIC_RELEASE);
}

/* Make every vCPU's jump cache forget @tb.  Owners fill their caches and then look at tb->invalid,
 * so an entry made at the same time does not survive either. */
static void forget_jumps(TranslationBlock *tb)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        tcg_cpu_forget_pc(cpu, tb->code.pc);
    }
}

void tb_remove(TranslationBlock *tb)
{
    TbJump *j, *next;

    if (tb->invalid) {
        return;
    }
    __atomic_store_n(&tb->invalid, true, __ATOMIC_SEQ_CST);
    hash_remove(tb);
    for (unsigned n = 0; n < page_count(tb); n++) {
        page_remove(tb, n);
    }
    for (unsigned i = 0; i < tb->code.nexits; i++) {
        if (!list_empty(&tb->jumps[i].link)) {
            unlink_exit(&tb->jumps[i]);
        }
    }
    LIST_FOREACH_SAFE(j, next, &tb->incoming, link) {
        unlink_exit(j);
    }
    forget_jumps(tb);
}

/* The part of an invalidation that lies on one page.  tb_lock. */
static bool invalidate_on_page(CodePage *p, unsigned from, unsigned to,
                               const TranslationBlock *running)
{
    TranslationBlock *tb, *next;
    bool hit = false;

    for (tb = p->first; tb; tb = next) {
        unsigned tb_from, tb_to;

        next = tb->page_next[side(tb, p->page)];
        bytes_on_page(tb, side(tb, p->page), &tb_from, &tb_to);
        if (tb_from < to && tb_to > from) {
            hit |= tb == running;
            tb_remove(tb);
            tb_stats.invalidated++;
        }
    }
    recompute_cover(p);
    return hit;
}

static bool range_covered(const CodePage *p, unsigned from, unsigned to)
{
    size_t last = (to + GRAIN - 1) / GRAIN;

    return bitmap_find_next(p->covered, last, from / GRAIN) < last;
}

bool tb_invalidate_range(uint64_t ram, uint64_t len, const TranslationBlock *running)
{
    bool hit = false;

    tb_lock();
    while (len) {
        unsigned from = ram % TCG_PAGE_SIZE;
        unsigned to = MIN(from + len, TCG_PAGE_SIZE);
        CodePage *p = find_page(ram >> TCG_PAGE_BITS, false);

        if (p && range_covered(p, from, to)) {
            hit |= invalidate_on_page(p, from, to, running);
        }
        ram += to - from;
        len -= to - from;
    }
    tb_unlock();
    return hit;
}

/* Seldom: so all of the cache is looked at. */
void tb_invalidate_pcs(uint64_t first, uint64_t size)
{
    tb_lock();
    for (size_t i = 0; i < ARRAY_SIZE(hash); i++) {
        TranslationBlock *tb, *next;

        for (tb = hash[i]; tb; tb = next) {
            next = tb->hash_next;
            /* Does one of the two begin inside of the other? */
            if (first - tb->code.pc < tb->nbytes || (tb->code.pc - first < size && tb->nbytes)) {
                tb_remove(tb);
            }
        }
    }
    tb_unlock();
}

void tb_flush_all(void)
{
    tb_lock();
    for (size_t i = 0; i < ARRAY_SIZE(hash); i++) {
        while (hash[i]) {
            tb_remove(hash[i]);
        }
    }
    tb_unlock();
}

void tb_cache_clear(void)
{
    tb_lock();
    memset(hash, 0, sizeof(hash));
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
        while (pages[i]) {
            CodePage *p = pages[i];

            pages[i] = p->next;
            free(p);
        }
    }
    tb_stats = (TbStats){0};
    tb_unlock();
}
