/* SPDX-License-Identifier: MIT */
/* Which pages were written, for whom.
 *
 * Stored is the opposite: a set bit means *clean*, one bitmap per client over all ram addresses. So
 * fresh (zero) bitmaps say that everything is dirty, which is the safe answer; and a page can be
 * written with nobody told exactly if no client that watches it has it clean. */
#include "mem/ram.h"

#include "base/bitmap.h"
#include "mem/address_space.h"
#include "mem/memory_int.h"
#include "mem/ram_int.h"

#include <errno.h>
#include <sys/mman.h>

static uint64_t *clean[DIRTY_CLIENTS]; /* set once; words are changed atomically */
static void (*code_write_hook)(ram_addr_t addr, uint64_t len);
static void (*dirty_reset_hook)(ram_addr_t addr, uint64_t len);

void memory_set_code_write_hook(void (*hook)(ram_addr_t addr, uint64_t len))
{
    code_write_hook = hook;
}

void memory_set_dirty_reset_hook(void (*hook)(ram_addr_t addr, uint64_t len))
{
    dirty_reset_hook = hook;
}

bool dirty_bitmaps_init(Error **errp)
{
    size_t bytes = (RAM_SPACE >> MEM_PAGE_BITS) / 8;

    for (int c = 0; c < DIRTY_CLIENTS; c++) {
        void *map;

        if (clean[c]) {
            continue;
        }
        map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
        if (map == MAP_FAILED) {
            return err_set(errp, "the host gives no address space for dirty bitmaps: %s",
                           strerror(errno));
        }
        clean[c] = map;
    }
    return true;
}

/* ---- ranges of pages, word by word ---- */

typedef struct PageRange {
    size_t first, end; /* page numbers */
} PageRange;

static PageRange pages_of(ram_addr_t addr, uint64_t len)
{
    assert(addr <= RAM_SPACE && len <= RAM_SPACE - addr);
    return (PageRange){addr >> MEM_PAGE_BITS, (addr + len + MEM_PAGE_SIZE - 1) >> MEM_PAGE_BITS};
}

/* The bits of word @w that lie in @r. */
static uint64_t word_mask(PageRange r, size_t w)
{
    uint64_t mask = ~0ULL;

    if (r.first > w * 64) {
        mask &= ~0ULL << (r.first - w * 64);
    }
    if (r.end < (w + 1) * 64) {
        mask &= ~0ULL >> ((w + 1) * 64 - r.end);
    }
    return mask;
}

static uint64_t load_word(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void mark_dirty(PageRange r, DirtyClient client)
{
    for (size_t w = r.first / 64; w * 64 < r.end; w++) {
        uint64_t mask = word_mask(r, w);

        if (load_word(&clean[client][w]) & mask) { /* usually not: then nothing is written */
            __atomic_fetch_and(&clean[client][w], ~mask, __ATOMIC_SEQ_CST);
        }
    }
}

/* True if any of it was dirty. */
static bool mark_clean(PageRange r, DirtyClient client)
{
    bool was_dirty = false;

    for (size_t w = r.first / 64; w * 64 < r.end; w++) {
        uint64_t mask = word_mask(r, w);
        uint64_t old = __atomic_fetch_or(&clean[client][w], mask, __ATOMIC_SEQ_CST);

        was_dirty |= (~old & mask) != 0;
    }
    return was_dirty;
}

void dirty_bitmaps_reset(const RAMBlock *b)
{
    physical_memory_set_dirty_range(b->offset, b->size, DIRTY_ALL);
}

void physical_memory_set_dirty_range(ram_addr_t addr, uint64_t len, unsigned clients)
{
    for (int c = 0; len && c < DIRTY_CLIENTS; c++) {
        if (clients & 1 << c) {
            mark_dirty(pages_of(addr, len), c);
        }
    }
}

bool physical_memory_test_and_clear_dirty(ram_addr_t addr, uint64_t len, DirtyClient client)
{
    bool was_dirty = len && mark_clean(pages_of(addr, len), client);

    if (was_dirty && dirty_reset_hook) {
        dirty_reset_hook(addr, len);
    }
    return was_dirty;
}

bool physical_memory_get_dirty(ram_addr_t addr, uint64_t len, DirtyClient client)
{
    PageRange r = pages_of(addr, len);

    for (size_t w = r.first / 64; w * 64 < r.end; w++) {
        if (~load_word(&clean[client][w]) & word_mask(r, w)) {
            return true;
        }
    }
    return false;
}

/* ---- code ---- */

void memory_page_set_code(ram_addr_t addr)
{
    bit_set_atomic(clean[DIRTY_CODE], addr >> MEM_PAGE_BITS);
}

void memory_page_clear_code(ram_addr_t addr)
{
    bit_test_and_clear_atomic(clean[DIRTY_CODE], addr >> MEM_PAGE_BITS);
}

bool memory_page_has_code(ram_addr_t addr)
{
    size_t page = addr >> MEM_PAGE_BITS;

    return load_word(&clean[DIRTY_CODE][page / 64]) >> (page % 64) & 1;
}

/* Tell the accelerator of the part of a write that hit code, page by page; most words have none. */
static void code_written(ram_addr_t addr, uint64_t len)
{
    PageRange r = pages_of(addr, len);

    for (size_t w = r.first / 64; w * 64 < r.end; w++) {
        uint64_t hit = load_word(&clean[DIRTY_CODE][w]) & word_mask(r, w);

        for (; hit; hit &= hit - 1) {
            ram_addr_t page = (w * 64 + __builtin_ctzll(hit)) << MEM_PAGE_BITS;
            ram_addr_t from = MAX(page, addr), end = MIN(page + MEM_PAGE_SIZE, addr + len);

            if (code_write_hook) {
                code_write_hook(from, end - from);
            } else {
                memory_page_clear_code(page);
            }
        }
    }
}

/* ---- writes ---- */

void ram_written(RAMBlock *b, ram_addr_t addr, uint64_t len)
{
    unsigned clients = atomic_load_explicit(&b->log_clients, memory_order_relaxed);

    if (len) {
        /* Who marks a page as code after this look reads what was written. */
        atomic_thread_fence(memory_order_seq_cst);
        code_written(addr, len);
        physical_memory_set_dirty_range(addr, len, clients & ~(1u << DIRTY_CODE));
    }
}

bool ram_write_is_free(const RAMBlock *b, ram_addr_t addr)
{
    unsigned clients = atomic_load_explicit(&b->log_clients, memory_order_seq_cst);
    size_t page = addr >> MEM_PAGE_BITS;

    for (int c = 0; c < DIRTY_CLIENTS; c++) {
        if (clients & 1 << c && load_word(&clean[c][page / 64]) >> (page % 64) & 1) {
            return false;
        }
    }
    return true;
}

/* ---- watching ---- */

/* Tell the listeners of the sections that show @b. */
static void log_changed(RAMBlock *b, bool on)
{
    AddressSpace *as;
    MemoryListener *l;

    LIST_FOREACH(as, &address_spaces, link) {
        const FlatView *view = as->view;

        LIST_FOREACH(l, &as->listeners, link) {
            void (*fn)(MemoryListener *, const MemoryRegionSection *) =
                on ? l->log_start : l->log_stop;

            for (size_t i = 0; fn && i < view->count; i++) {
                if (view->ranges[i].ram == b) {
                    MemoryRegionSection s = section_of(as, &view->ranges[i]);

                    fn(l, &s);
                }
            }
        }
    }
}

static void block_set_log(RAMBlock *b, bool on, DirtyClient client)
{
    unsigned bit = 1u << client;

    if (on == !!(b->log_clients & bit)) {
        return;
    }
    if (on) {
        physical_memory_set_dirty_range(b->offset, b->size, bit);
        atomic_fetch_or(&b->log_clients, bit);
    } else {
        atomic_fetch_and(&b->log_clients, ~bit);
    }
    log_changed(b, on);
}

void memory_region_set_log(MemoryRegion *mr, bool on, DirtyClient client)
{
    assert(mr->ram_block && client != DIRTY_CODE);
    block_set_log(mr->ram_block, on, client);
}

bool memory_region_test_and_clear_dirty(MemoryRegion *mr, hwaddr offset, uint64_t len,
                                        DirtyClient client)
{
    return physical_memory_test_and_clear_dirty(mr->ram_block->offset + offset, len, client);
}

void memory_region_set_dirty(MemoryRegion *mr, hwaddr offset, uint64_t len)
{
    ram_written(mr->ram_block, mr->ram_block->offset + offset, len);
}

static void start_migration_log(RAMBlock *b, void *opaque)
{
    block_set_log(b, true, DIRTY_MIGRATION);
}

static void stop_migration_log(RAMBlock *b, void *opaque)
{
    block_set_log(b, false, DIRTY_MIGRATION);
}

void memory_global_dirty_log_start(void)
{
    ram_block_foreach(start_migration_log, NULL);
}

void memory_global_dirty_log_stop(void)
{
    ram_block_foreach(stop_migration_log, NULL);
}

void memory_global_dirty_log_sync(void)
{
    AddressSpace *as;
    MemoryListener *l;

    LIST_FOREACH(as, &address_spaces, link) {
        const FlatView *view = as->view;

        LIST_FOREACH(l, &as->listeners, link) {
            for (size_t i = 0; l->log_sync && i < view->count; i++) {
                if (view->ranges[i].ram) {
                    MemoryRegionSection s = section_of(as, &view->ranges[i]);

                    l->log_sync(l, &s);
                }
            }
        }
    }
}
