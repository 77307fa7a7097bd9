/* SPDX-License-Identifier: MIT */
/* The machine's two roots, "system" (memory) and "io" (ports), and what an access that hits nothing
 * means. */
#include "base/bql.h"
#include "base/log.h"
#include "base/phase.h"
#include "base/rcu.h"
#include "mem/address_space.h"
#include "mem/memory_int.h"

AddressSpace address_space_memory, address_space_io;
MemoryRegion io_mem_unassigned;

LOG_ITEM(invalid_mem, "every access to where no device is, without the limit on lines a second");

static MemoryRegion system_memory, system_io;
static void (*whereabouts_hook)(Str *out);

MemoryRegion *get_system_memory(void)
{
    return &system_memory;
}

MemoryRegion *get_system_io(void)
{
    return &system_io;
}

/* ---- holes ---- */

static MemTxResult unassigned_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size)
{
    return MEMTX_DECODE_ERROR;
}

static MemTxResult unassigned_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    return MEMTX_DECODE_ERROR;
}

/* A hole takes any access, and fails it: whoever accesses through an address space has it reported
 * there. */
static const MemoryRegionOps unassigned_ops = {
    .read_result = unassigned_read,
    .write_result = unassigned_write,
    .valid = {.unaligned = true},
    .impl = {.max = 8},
};

/* Ports without a device read as ones and ignore writes: probing them is how a PC is found out. */
static uint64_t unassigned_port_read(void *opaque, hwaddr addr, unsigned size)
{
    return ~0ULL;
}

static void unassigned_port_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
}

static const MemoryRegionOps unassigned_port_ops = {
    .read = unassigned_port_read,
    .write = unassigned_port_write,
    .valid = {.unaligned = true},
};

void io_mem_init(void)
{
    INIT_STEP();
    memory_region_init_io(&io_mem_unassigned, NULL, &unassigned_ops, NULL, "unassigned",
                          UINT64_MAX);
}

/* ---- telling about them ---- */

void memory_set_whereabouts_hook(void (*hook)(Str *out))
{
    whereabouts_hook = hook;
}

void append_whereabouts(Str *out)
{
    Str where = {0};

    if (whereabouts_hook) {
        whereabouts_hook(&where);
    }
    if (where.len) {
        str_printf(out, ", %s", str_get(&where));
    }
    str_free(&where);
}

/* The range of @view that is nearest to the hole at @addr, or NULL if there is none at all. */
static const FlatRange *nearest_range(const FlatView *view, hwaddr addr)
{
    size_t next = flatview_search(view, addr);
    const FlatRange *above = next < view->count ? &view->ranges[next] : NULL;
    const FlatRange *below = next > 0 ? &view->ranges[next - 1] : NULL;

    if (above && below) {
        return above->first - addr < addr - below->last ? above : below;
    }
    return above ? above : below;
}

void report_hole(AddressSpace *as, hwaddr addr, size_t size, bool is_write)
{
    const FlatRange *near = nearest_range(as->view, addr);
    Str text = {0};

    assert(bql_locked()); /* the view stays, and its regions may be looked into */
    str_printf(&text, "%s of %zu byte%s at %#" PRIx64 ": no device there",
               is_write ? "write" : "read", size, size == 1 ? "" : "s", addr);
    if (near) {
        str_printf(&text, "; the nearest is %s at %#" PRIx64 "-%#" PRIx64, near->mr->name,
                   near->first, near->last);
    }
    append_whereabouts(&text);
    if (log_on(invalid_mem)) {
        log_printf("invalid access: %s: %s\n", as->name, str_get(&text));
    } else {
        log_guest(as->name, "%s", str_get(&text));
    }
    str_free(&text);
}

/* ---- start-up ---- */

void memory_map_init(void)
{
    INIT_STEP();
    assert(bql_locked());
    memory_region_init(&system_memory, NULL, "system", UINT64_MAX);
    address_space_init(&address_space_memory, &system_memory, "memory");
    memory_region_init_io(&system_io, NULL, &unassigned_port_ops, NULL, "io", 64 * KiB);
    address_space_init(&address_space_io, &system_io, "I/O");
}

void memory_map_destroy(void)
{
    if (!address_space_memory.root) {
        return;
    }
    address_space_destroy(&address_space_io);
    address_space_destroy(&address_space_memory);
    memory_region_finalize(&system_io);
    memory_region_finalize(&system_memory);
    memory_region_finalize(&io_mem_unassigned);
    rcu_reclaim();
}
