/* SPDX-License-Identifier: MIT */
/* The code buffer: a ring of regions.
 *
 *     | region 0 | region 1 | region 2 | ...    filled in turn; when the last one is full, region
 *                  ^ current                    0 is dropped and filled again: the oldest code
 *                                               goes, not everything
 *
 * One memfd is mapped twice, writable and executable, so no page is ever both (W^X).  Each region
 * has an arena for what belongs to its blocks but is not executed: the blocks themselves, marks,
 * exits, interpreter ops. */
#include "accel/tcg/tb.h"
#include "base/alloc.h"
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    REGIONS = 8,
    PERMANENT = 64 * KiB, /* before the first region */
    ARENA_FACTOR = 3,     /* arena bytes per code byte; untouched pages cost nothing */
    TBS_PER_REGION_MIN = 1024,
    CODE_ALIGN = 16,
};

typedef struct Region {
    TcgBuffer buffer; /* write/exec/room of what is left */
    uint8_t *arena;
    size_t arena_used;
    TranslationBlock **tbs; /* in order of their code, for code_buffer_find */
    size_t ntbs, tbs_max;
} Region;

static struct {
    size_t mapped;  /* bytes of each of the two mappings; 0: there is no buffer */
    uint8_t *write; /* of region 0 */
    const uint8_t *exec;
    TcgBuffer permanent;
    size_t region_size, arena_size;
    Region region[REGIONS];
    unsigned current, evictions;
} cb; /* tb_lock; code_buffer_find reads without it what its own thread knows to be there */

static void *region_alloc(TcgBuffer *b, size_t size)
{
    Region *r = b->opaque;
    void *p = r->arena + r->arena_used;

    size = align_up(size, 8);
    if (size > cb.arena_size - r->arena_used) {
        return NULL;
    }
    r->arena_used += size;
    return p;
}

/* Trampolines need no metadata. */
static void *permanent_alloc(TcgBuffer *b, size_t size)
{
    return NULL;
}

static void region_reset(unsigned n)
{
    Region *r = &cb.region[n];

    r->buffer = (TcgBuffer){
        .write = cb.write + n * cb.region_size,
        .exec = cb.exec + n * cb.region_size,
        .room = cb.region_size,
        .meta_alloc = region_alloc,
        .opaque = r,
    };
    r->arena_used = 0;
    r->ntbs = 0;
}

/* NULL: see errno. */
static void *map(size_t size, int prot, int flags, int fd)
{
    void *p = mmap(NULL, size, prot, flags, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

static void unmap(const void *p, size_t size)
{
    if (p) {
        munmap((void *)p, size);
    }
}

/* The same bytes at two places. */
static bool map_twice(size_t size, uint8_t **write, uint8_t **exec, Error **errp)
{
    int fd = memfd_create("teemu-code", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, size) < 0) {
        err_set(errp, "no memory for translated code (%s): try a smaller -accel tcg,tb-size=N",
                strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    *write = map(size, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
    *exec = map(size, PROT_READ | PROT_EXEC, MAP_SHARED, fd);
    close(fd);
    if (*write && *exec) {
        return true;
    }
    err_set(errp, "the host does not let us map executable memory: %s", strerror(errno));
    unmap(*write, size);
    unmap(*exec, size);
    return false;
}

bool code_buffer_init(uint64_t size, Error **errp)
{
    uint8_t *write, *exec;

    size = align_up(MAX(size, 1 * MiB), REGIONS * TCG_PAGE_SIZE);
    if (!map_twice(PERMANENT + size, &write, &exec, errp)) {
        return false;
    }
    cb.mapped = PERMANENT + size;
    cb.permanent = (TcgBuffer){write, exec, PERMANENT, permanent_alloc, NULL};
    cb.write = write + PERMANENT;
    cb.exec = exec + PERMANENT;
    cb.region_size = size / REGIONS;
    cb.arena_size = cb.region_size * ARENA_FACTOR;
    for (unsigned i = 0; i < REGIONS; i++) {
        Region *r = &cb.region[i];

        r->arena = map(cb.arena_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
        if (!r->arena) {
            err_set(errp, "no address space for translated code: %s", strerror(errno));
            code_buffer_destroy();
            return false;
        }
        r->tbs_max = MAX(cb.region_size / 64, (size_t)TBS_PER_REGION_MIN);
        r->tbs = xnew_n(TranslationBlock *, r->tbs_max);
        region_reset(i);
    }
    return true;
}

void code_buffer_destroy(void)
{
    if (!cb.mapped) {
        return;
    }
    for (unsigned i = 0; i < REGIONS; i++) {
        unmap(cb.region[i].arena, cb.arena_size);
        free(cb.region[i].tbs);
    }
    unmap(cb.write - PERMANENT, cb.mapped);
    unmap(cb.exec - PERMANENT, cb.mapped);
    memset(&cb, 0, sizeof(cb));
}

TcgBuffer *code_buffer_permanent(void)
{
    return &cb.permanent;
}

TcgBuffer *code_buffer_current(void)
{
    return &cb.region[cb.current].buffer;
}

void code_buffer_commit(TranslationBlock *tb)
{
    Region *r = &cb.region[cb.current];
    uintptr_t next = align_up((uintptr_t)r->buffer.write, CODE_ALIGN);
    size_t pad = MIN(next - (uintptr_t)r->buffer.write, r->buffer.room);

    r->buffer.write += pad;
    r->buffer.exec += pad;
    r->buffer.room -= pad;
    r->tbs[r->ntbs] = tb;
    __atomic_store_n(&r->ntbs, r->ntbs + 1, __ATOMIC_RELEASE);
    if (r->ntbs == r->tbs_max) {
        r->buffer.room = 0; /* no further block fits */
    }
}

void code_buffer_next_region(void)
{
    Region *r;

    cb.current = (cb.current + 1) % REGIONS;
    r = &cb.region[cb.current];
    if (r->ntbs) {
        cb.evictions++;
    }
    for (size_t i = 0; i < r->ntbs; i++) {
        tb_remove(r->tbs[i]);
    }
    region_reset(cb.current);
}

unsigned code_buffer_evictions(void)
{
    return cb.evictions;
}

TranslationBlock *code_buffer_find(uintptr_t ra)
{
    uintptr_t off = ra - (uintptr_t)cb.exec;
    size_t lo = 0, hi;
    const Region *r;

    if (!ra || off >= REGIONS * cb.region_size) {
        return NULL;
    }
    r = &cb.region[off / cb.region_size];
    hi = __atomic_load_n(&r->ntbs, __ATOMIC_ACQUIRE);
    while (lo < hi) { /* the first block that begins behind ra */
        size_t mid = (lo + hi) / 2;

        if ((uintptr_t)r->tbs[mid]->code.entry <= ra) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if (!lo || ra > (uintptr_t)r->tbs[lo - 1]->code.entry + r->tbs[lo - 1]->code.size) {
        return NULL; /* a trampoline */
    }
    return r->tbs[lo - 1];
}

void code_buffer_info(CodeBufferInfo *info)
{
    *info = (CodeBufferInfo){
        .size = REGIONS * cb.region_size, .regions = REGIONS, .evictions = cb.evictions};
    for (unsigned i = 0; i < REGIONS; i++) {
        info->used += cb.region_size - cb.region[i].buffer.room;
    }
}
