/* SPDX-License-Identifier: MIT */
/* The tree of MemoryRegions: making regions, placing them, and transactions.
 *
 * Invariant: a container's list holds its subregions with the winner of any overlap first, that is
 * by falling priority and, among equals, the one that was added last first.  Rendering relies on
 * it.
 *
 * A change that could be seen sets update_pending; the outermost commit then renders all address
 * spaces once. */
#include "mem/memory.h"

#include "base/alloc.h"
#include "base/bql.h"
#include "base/phase.h"
#include "mem/memory_int.h"
#include "mem/ram.h"

static unsigned transaction_depth; /* big lock */
static bool update_pending;        /* big lock */

void memory_region_transaction_begin(void)
{
    assert(bql_locked());
    transaction_depth++;
}

void memory_region_transaction_commit(void)
{
    assert(bql_locked() && transaction_depth > 0);
    if (--transaction_depth == 0 && update_pending) {
        update_pending = false;
        address_spaces_update();
    }
}

/* @mr has changed in a way that shows if @mr is in a tree: as itself, or as what an alias shows. */
static void changed(void)
{
    memory_region_transaction_begin();
    update_pending = true;
    memory_region_transaction_commit();
}

/* ---- making ---- */

void memory_region_init(MemoryRegion *mr, void *owner, const char *name, uint64_t size)
{
    *mr = (MemoryRegion){
        .name = xstrdup(name),
        .owner = owner,
        .size = size,
        .enabled = true,
    };
    list_init(&mr->subregions);
    list_init(&mr->subregions_link);
}

void memory_region_init_io(MemoryRegion *mr, void *owner, const MemoryRegionOps *ops, void *opaque,
                           const char *name, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->ops = ops;
    mr->opaque = opaque;
    mr->terminates = true;
}

void memory_region_init_alias(MemoryRegion *mr, void *owner, const char *name, MemoryRegion *orig,
                              hwaddr offset, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->alias = orig;
    mr->alias_offset = offset;
}

/* Make @mr a region of RAM with the memory @block, or pass on its absence. */
static bool init_with_block(MemoryRegion *mr, void *owner, const char *name, uint64_t size,
                            RAMBlock *block)
{
    if (!block) {
        return false;
    }
    memory_region_init(mr, owner, name, size);
    mr->terminates = true;
    mr->ram_block = block;
    return true;
}

bool memory_region_init_ram(MemoryRegion *mr, void *owner, const char *name, uint64_t size,
                            Error **errp)
{
    return init_with_block(mr, owner, name, size, ram_block_new(name, size, errp));
}

bool memory_region_init_ram_from_file(MemoryRegion *mr, void *owner, const char *name,
                                      uint64_t size, const char *path, bool share, Error **errp)
{
    return init_with_block(mr, owner, name, size,
                           ram_block_new_from_file(name, size, path, share, errp));
}

bool memory_region_init_rom(MemoryRegion *mr, void *owner, const char *name, uint64_t size,
                            Error **errp)
{
    bool ok = memory_region_init_ram(mr, owner, name, size, errp);

    if (ok) {
        mr->readonly = true;
    }
    return ok;
}

bool memory_region_init_rom_device(MemoryRegion *mr, void *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp)
{
    bool ok = memory_region_init_ram(mr, owner, name, size, errp);

    if (ok) {
        mr->ops = ops;
        mr->opaque = opaque;
        mr->rom_device = true;
        mr->romd_mode = true;
    }
    return ok;
}

void memory_region_finalize(MemoryRegion *mr)
{
    assert(!mr->container && list_empty(&mr->subregions));
    assert(!address_spaces_show(mr)); /* an alias, or a root, would be left dangling */
    if (mr->ram_block) {
        ram_block_unref(mr->ram_block);
    }
    free(mr->name);
    *mr = (MemoryRegion){0};
}

/* ---- placing ---- */

static void insert_by_priority(MemoryRegion *parent, MemoryRegion *mr)
{
    MemoryRegion *other;
    List *before = &parent->subregions;

    LIST_FOREACH(other, &parent->subregions, subregions_link) {
        if (mr->priority >= other->priority) {
            before = &other->subregions_link;
            break;
        }
    }
    list_insert_before(before, &mr->subregions_link);
}

void memory_region_add_subregion_overlap(MemoryRegion *parent, hwaddr offset, MemoryRegion *mr,
                                         int priority)
{
    assert(!mr->container && !parent->alias);
    mr->container = parent;
    mr->addr = offset;
    mr->priority = priority;
    insert_by_priority(parent, mr);
    init_trace("0x%08" PRIx64 " in %s: %s", offset, parent->name, mr->name);
    changed();
}

void memory_region_add_subregion(MemoryRegion *parent, hwaddr offset, MemoryRegion *mr)
{
    memory_region_add_subregion_overlap(parent, offset, mr, 0);
}

void memory_region_del_subregion(MemoryRegion *parent, MemoryRegion *mr)
{
    assert(mr->container == parent);
    list_remove(&mr->subregions_link);
    mr->container = NULL;
    changed();
}

void memory_region_set_address(MemoryRegion *mr, hwaddr addr)
{
    if (addr != mr->addr) {
        mr->addr = addr;
        changed();
    }
}

void memory_region_set_enabled(MemoryRegion *mr, bool enabled)
{
    if (enabled != mr->enabled) {
        mr->enabled = enabled;
        changed();
    }
}

void memory_region_set_readonly(MemoryRegion *mr, bool readonly)
{
    if (readonly != mr->readonly) {
        mr->readonly = readonly;
        changed();
    }
}

void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset)
{
    assert(mr->alias);
    if (offset != mr->alias_offset) {
        mr->alias_offset = offset;
        changed();
    }
}

void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode)
{
    assert(mr->rom_device);
    if (romd_mode != mr->romd_mode) {
        mr->romd_mode = romd_mode;
        changed();
    }
}

void memory_region_clear(MemoryRegion *parent)
{
    memory_region_transaction_begin();
    while (!list_empty(&parent->subregions)) {
        memory_region_del_subregion(
            parent, list_entry(parent->subregions.next, MemoryRegion, subregions_link));
    }
    memory_region_transaction_commit();
}

void memory_region_remove(MemoryRegion *mr)
{
    if (mr->container) {
        memory_region_del_subregion(mr->container, mr);
    }
    if (mr->name) {
        memory_region_finalize(mr);
    }
}

/* ---- asking ---- */

void *memory_region_get_ram_ptr(MemoryRegion *mr)
{
    hwaddr offset = 0;

    while (mr->alias) {
        offset += mr->alias_offset;
        mr = mr->alias;
    }
    return mr->ram_block ? mr->ram_block->host + offset : NULL;
}

ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr)
{
    assert(mr->ram_block);
    return mr->ram_block->offset;
}

const char *memory_region_kind(const MemoryRegion *mr)
{
    if (mr->alias) {
        return memory_region_kind(mr->alias);
    }
    if (mr->rom_device) {
        return "romd";
    }
    if (!memory_region_is_ram(mr)) {
        return "i/o";
    }
    return mr->readonly ? "rom" : "ram";
}
