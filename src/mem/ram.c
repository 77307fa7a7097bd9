/* SPDX-License-Identifier: MIT */
/* RAM blocks: where guest memory comes from, and the table that finds a block by address.
 *
 * The table is an array sorted by ram address, replaced as a whole when a block comes or goes
 * (RCU), so that any thread can look a block up.  A block's memory is reserved, not allocated: the
 * host gives pages as they are touched.  It starts on a huge-page boundary where it can, and an
 * inaccessible page follows it. */
#include "mem/ram.h"

#include "base/alloc.h"
#include "base/rcu.h"
#include "mem/ram_int.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20 };

typedef struct BlockTable {
    size_t count;
    RAMBlock *blocks[]; /* by rising offset */
} BlockTable;

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER; /* serialises writers of table */
static _Atomic(BlockTable *) table;

uint64_t host_page_size(void)
{
    static uint64_t size;

    if (!size) {
        size = sysconf(_SC_PAGESIZE);
    }
    return size;
}

/* ---- the table ---- */

/* Publish a copy of the table with @add put in, or @del left out.  table_lock held. */
static void table_replace(RAMBlock *add, RAMBlock *del)
{
    BlockTable *old = table;
    size_t n = old ? old->count : 0;
    BlockTable *new = xcalloc(1, sizeof(*new) + (n + 1) * sizeof(RAMBlock *));

    for (size_t i = 0; i < n; i++) {
        if (add && add->offset < old->blocks[i]->offset) {
            new->blocks[new->count++] = add;
            add = NULL;
        }
        if (old->blocks[i] != del) {
            new->blocks[new->count++] = old->blocks[i];
        }
    }
    if (add) {
        new->blocks[new->count++] = add;
    }
    if (!new->count) {
        free(new);
        new = NULL;
    }
    atomic_store(&table, new);
    if (old) {
        rcu_defer(free, old);
    }
}

/* Choose the lowest free place for @b and enter it. */
static bool table_add(RAMBlock *b, Error **errp)
{
    ram_addr_t at = 0;
    bool fits;

    pthread_mutex_lock(&table_lock);
    for (size_t i = 0; table && i < table->count; i++) {
        const RAMBlock *other = table->blocks[i];

        if (other->offset - at >= b->size) {
            break; /* the gap before it is large enough */
        }
        at = align_up(other->offset + other->size, HUGE_PAGE);
    }
    fits = at <= RAM_SPACE && b->size <= RAM_SPACE - at;
    if (fits) {
        b->offset = at;
        table_replace(b, NULL);
    }
    pthread_mutex_unlock(&table_lock);
    return fits || err_set(errp,
                           "memory %s: no room for %" PRIu64
                           " MiB: all memory together is limited to %" PRIu64 " GiB",
                           b->name, (uint64_t)(b->size / MiB), (uint64_t)(RAM_SPACE / GiB));
}

RAMBlock *ram_block_find(ram_addr_t addr)
{
    const BlockTable *t = atomic_load(&table);
    size_t low = 0, high = t ? t->count : 0;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        RAMBlock *b = t->blocks[mid];

        if (addr < b->offset) {
            high = mid;
        } else if (addr - b->offset < b->size) {
            return b;
        } else {
            low = mid + 1;
        }
    }
    return NULL;
}

RAMBlock *ram_block_from_host(const void *host)
{
    const BlockTable *t = atomic_load(&table);

    for (size_t i = 0; t && i < t->count; i++) {
        if ((uintptr_t)host - (uintptr_t)t->blocks[i]->host < t->blocks[i]->size) {
            return t->blocks[i];
        }
    }
    return NULL;
}

void ram_block_foreach(void (*fn)(RAMBlock *b, void *opaque), void *opaque)
{
    const BlockTable *t = table;

    for (size_t i = 0; t && i < t->count; i++) {
        fn(t->blocks[i], opaque);
    }
}

/* ---- memory ---- */

/* Map @size bytes of @fd (-1: nothing, zeroed) at a huge-page boundary, a guard page behind.  NULL:
 * see errno. */
static uint8_t *map_aligned(uint64_t size, int fd, bool share)
{
    uint64_t guard = host_page_size();
    uint64_t align = size >= HUGE_PAGE ? HUGE_PAGE : guard;
    int flags = MAP_FIXED | MAP_NORESERVE | (share ? MAP_SHARED : MAP_PRIVATE) |
                (fd < 0 ? MAP_ANONYMOUS : 0);
    uint8_t *area, *host;

    area = mmap(NULL, size + align + guard, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1, 0);
    if (area == MAP_FAILED) {
        return NULL;
    }
    host = (uint8_t *)align_up((uintptr_t)area, align);
    if (mmap(host, size, PROT_READ | PROT_WRITE, flags, fd, 0) == MAP_FAILED) {
        int saved = errno;

        munmap(area, size + align + guard);
        errno = saved;
        return NULL;
    }
    if (host > area) {
        munmap(area, host - area);
    }
    if (area + align > host) { /* what lies behind the guard page */
        munmap(host + size + guard, area + align - host);
    }
    if (align == HUGE_PAGE) {
        madvise(host, size, MADV_HUGEPAGE); /* fewer TLB misses, where the host does not refuse */
    }
    return host;
}

static void block_free(void *arg)
{
    RAMBlock *b = arg;

    if (b->host) {
        munmap(b->host, b->size + host_page_size());
    }
    if (b->fd >= 0) {
        close(b->fd);
    }
    free(b->name);
    free(b);
}

static RAMBlock *block_alloc(const char *name, uint64_t size)
{
    RAMBlock *b = xnew(RAMBlock);

    b->name = xstrdup(name);
    b->size = size;
    b->fd = -1;
    b->refs = 1;
    b->log_clients = 1 << DIRTY_CODE;
    return b;
}

/* Is @size one that can be rounded up and mapped at all? */
static bool size_ok(const char *name, uint64_t size, Error **errp)
{
    if (size == 0 || size > RAM_SPACE) {
        return err_set(errp,
                       "memory %s: a size of %#" PRIx64 " bytes is not possible: 1 byte to %" PRIu64
                       " GiB are",
                       name, size, (uint64_t)(RAM_SPACE / GiB));
    }
    return true;
}

/* @b has its memory, or not: enter it, or report. */
static RAMBlock *block_finish(RAMBlock *b, Error **errp)
{
    if (!b->host) {
        err_set(errp, "memory %s: the host gives no %" PRIu64 " MiB: %s (ask for less with -m)",
                b->name, (uint64_t)(b->size / MiB), strerror(errno));
    } else if (dirty_bitmaps_init(errp) && table_add(b, errp)) {
        dirty_bitmaps_reset(b);
        return b;
    }
    block_free(b);
    return NULL;
}

RAMBlock *ram_block_new(const char *name, uint64_t size, Error **errp)
{
    RAMBlock *b;

    if (!size_ok(name, size, errp)) {
        return NULL;
    }
    b = block_alloc(name, align_up(size, host_page_size()));
    b->host = map_aligned(b->size, -1, false);
    return block_finish(b, errp);
}

/* Open the file behind @b, and make it long enough. */
static bool open_backing(RAMBlock *b, const char *path, Error **errp)
{
    struct stat st;

    b->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (b->fd < 0 && errno == EISDIR) {
        char *file = xasprintf("%s/teemu_mem_XXXXXX", path);

        b->fd = mkostemp(file, O_CLOEXEC);
        if (b->fd >= 0) {
            unlink(file);
        }
        free(file);
    }
    if (b->fd < 0 || fstat(b->fd, &st) < 0) {
        return err_set(errp, "memory %s: cannot open %s: %s", b->name, path, strerror(errno));
    }
    if (S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size < b->size) {
        return err_set(errp,
                       "memory %s: %s has %" PRIu64 " bytes, but size= asks for %" PRIu64
                       ": give that size, or another file",
                       b->name, path, (uint64_t)st.st_size, b->size);
    }
    if (st.st_blksize >= HUGE_PAGE && is_power_of_two(st.st_blksize)) {
        b->size = align_up(b->size, st.st_blksize); /* hugetlbfs: only whole pages can be mapped */
    }
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size < b->size && ftruncate(b->fd, b->size) < 0) {
        return err_set(errp, "memory %s: cannot make %s %" PRIu64 " bytes long: %s", b->name, path,
                       b->size, strerror(errno));
    }
    return true;
}

RAMBlock *ram_block_new_from_file(const char *name, uint64_t size, const char *path, bool share,
                                  Error **errp)
{
    RAMBlock *b;

    if (!size_ok(name, size, errp)) {
        return NULL;
    }
    b = block_alloc(name, align_up(size, host_page_size()));
    b->shared = share;
    if (!open_backing(b, path, errp)) {
        block_free(b);
        return NULL;
    }
    b->host = map_aligned(b->size, b->fd, share);
    return block_finish(b, errp);
}

/* ---- references ---- */

bool ram_block_try_ref(RAMBlock *b)
{
    unsigned refs = atomic_load(&b->refs);

    while (refs && !atomic_compare_exchange_weak(&b->refs, &refs, refs + 1)) {
    }
    return refs != 0;
}

void ram_block_unref(RAMBlock *b)
{
    if (atomic_fetch_sub(&b->refs, 1) == 1) {
        pthread_mutex_lock(&table_lock);
        table_replace(NULL, b);
        pthread_mutex_unlock(&table_lock);
        rcu_defer(block_free, b);
    }
}
