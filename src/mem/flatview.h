/* SPDX-License-Identifier: MIT */
/* The flat view: a tree of MemoryRegions as the guest sees it, a sorted list of ranges that do not
 * overlap. It is made once per change of the tree and never changed after, so readers need no lock.
 */
#ifndef MEM_FLATVIEW_H
#define MEM_FLATVIEW_H

#include "mem/memory.h"

/* Addresses [first, last] show region @mr from @offset on. */
typedef struct FlatRange {
    hwaddr first, last;
    hwaddr offset;
    MemoryRegion *mr; /* terminates; look inside it under the big lock, else it is only a name */
    RAMBlock *ram;   /* its memory, or NULL */
    bool readonly;   /* writes do not reach the memory: a ROM, or an alias that forbids them */
    bool rom_device; /* writes go to the region's ops */
    bool romd_mode;  /* of a ROM device: reads come from the memory */
} FlatRange;

typedef struct FlatView {
    FlatRange *ranges; /* ascending, no overlaps, neighbours that continue each other are joined */
    size_t count, capacity;
    unsigned refs;            /* address spaces that share it; big lock */
    const MemoryRegion *root; /* NULL for an empty address space */
    uint64_t id;              /* no other view has it, ever; not 0 */
} FlatView;

/* Render @root (NULL: nothing).  One reference, yours.  Big lock. */
FlatView *flatview_new(MemoryRegion *root);

/* Free the view; whoever shares it counts refs. */
void flatview_free(FlatView *view);

/* The index of the first range that ends at @addr or later: the one that holds @addr, or the one
 * after its hole; view->count when there is none. */
size_t flatview_search(const FlatView *view, hwaddr addr);

/* The range that holds @addr, or NULL for a hole.  O(log ranges); any thread that keeps the view
 * alive. */
const FlatRange *flatview_lookup(const FlatView *view, hwaddr addr);

/* Do @a and @b show the same memory in the same way at the same addresses? */
bool flatrange_equal(const FlatRange *a, const FlatRange *b);

#endif
