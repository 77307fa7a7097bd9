/* SPDX-License-Identifier: MIT */
/* Breakpoints and watchpoints as sets of addresses; the accelerator is told of changes and makes
 * vCPUs stop there. */
#include "target/debug.h"
#include "base/alloc.h"
#include "base/bql.h"

enum { MAX_BREAKS = 4096, MAX_WATCHES = 256 }; /* more than any client needs */

typedef struct DebugBreak {
    uint64_t pc;
    unsigned refs;
} DebugBreak;

/* Changed under the BQL while no vCPU runs. */
static DebugBreak breaks[MAX_BREAKS]; /* ascending by pc */
static DebugWatch watches[MAX_WATCHES];
unsigned debug_breaks, debug_watches;
bool singlestep;

/* ---- breakpoints ---- */

/* Where @pc is, or would be. */
static unsigned break_place(uint64_t pc)
{
    unsigned low = 0, high = debug_breaks;

    while (low < high) {
        unsigned mid = low + (high - low) / 2;

        if (breaks[mid].pc < pc) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

bool debug_break_find(uint64_t pc)
{
    unsigned n = break_place(pc);

    return n < debug_breaks && breaks[n].pc == pc;
}

bool debug_break_insert(uint64_t pc)
{
    unsigned n = break_place(pc);

    assert(bql_locked());
    if (n < debug_breaks && breaks[n].pc == pc) {
        breaks[n].refs++;
        return true;
    }
    if (debug_breaks == MAX_BREAKS) {
        return false;
    }
    memmove(&breaks[n + 1], &breaks[n], (debug_breaks - n) * sizeof(breaks[0]));
    breaks[n] = (DebugBreak){pc, 1};
    debug_breaks++;
    cpus_accel->breakpoint_added(pc);
    return true;
}

bool debug_break_remove(uint64_t pc)
{
    unsigned n = break_place(pc);

    assert(bql_locked());
    if (n == debug_breaks || breaks[n].pc != pc) {
        return false;
    }
    if (--breaks[n].refs == 0) {
        debug_breaks--;
        memmove(&breaks[n], &breaks[n + 1], (debug_breaks - n) * sizeof(breaks[0]));
    }
    return true;
}

/* ---- watchpoints ---- */

static DebugWatch *watch_same(uint64_t first, uint64_t last, unsigned kind)
{
    for (DebugWatch *w = watches; w < watches + debug_watches; w++) {
        if (w->first == first && w->last == last && w->kind == kind) {
            return w;
        }
    }
    return NULL;
}

const DebugWatch *debug_watch_find(uint64_t va, unsigned size, unsigned kind)
{
    for (const DebugWatch *w = watches; w < watches + debug_watches; w++) {
        if (va <= w->last && va + (size - 1) >= w->first && (w->kind & kind)) {
            return w;
        }
    }
    return NULL;
}

bool debug_page_is_watched(uint64_t page)
{
    return debug_watch_find(page & TCG_PAGE_MASK, TCG_PAGE_SIZE, WATCH_READ | WATCH_WRITE) != NULL;
}

/* The pages of watchpoints are kept out of the TLBs. */
static void flush(CPUState *cpu, void *data)
{
    cpus_accel->tlb_flush(cpu);
}

static void watches_changed(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        run_on_cpu(cpu, flush, NULL);
    }
}

bool debug_watch_insert(uint64_t va, uint64_t len, unsigned kind)
{
    DebugWatch *w = watch_same(va, va + len - 1, kind);

    assert(bql_locked());
    if (w) {
        w->refs++;
        return true;
    }
    if (!len || va + len - 1 < va || debug_watches == MAX_WATCHES) {
        return false;
    }
    watches[debug_watches++] = (DebugWatch){va, va + len - 1, kind, 1};
    watches_changed();
    return true;
}

bool debug_watch_remove(uint64_t va, uint64_t len, unsigned kind)
{
    DebugWatch *w = watch_same(va, va + len - 1, kind);

    assert(bql_locked());
    if (!w) {
        return false;
    }
    if (--w->refs == 0) {
        *w = watches[--debug_watches];
        watches_changed();
    }
    return true;
}

void debug_remove_points(void)
{
    assert(bql_locked());
    debug_breaks = 0;
    if (debug_watches) {
        debug_watches = 0;
        watches_changed();
    }
}

/* ---- single steps ---- */

void debug_set_step(CPUState *cpu, unsigned flags, uint64_t from, uint64_t to)
{
    assert(bql_locked());
    cpu->debug.step = flags;
    cpu->debug.step_from = from;
    cpu->debug.step_to = to;
    cpu->debug.stepped = false;
    if (flags) {
        cpu->halted = false;
    }
}
