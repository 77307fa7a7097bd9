/* SPDX-License-Identifier: MIT */
/* Accesses through an address space.
 *
 * RAM first, with no lock but RCU.  If the address is no plain memory, the big lock is taken and
 * the question is put again, for the map may have changed while we waited.  The RCU section is
 * closed before: a device's code may take long. */
#include "base/bql.h"
#include "base/host_mem.h"
#include "base/log.h"
#include "base/rcu.h"
#include "mem/memory_int.h"
#include "mem/ram.h"

/* ---- translation ---- */

/* The section for the hole that holds @addr, just below range @next. */
static MemoryRegionSection hole_section(AddressSpace *as, const FlatView *view, size_t next)
{
    hwaddr first = next > 0 ? view->ranges[next - 1].last + 1 : 0;
    hwaddr last = next < view->count ? view->ranges[next].first - 1 : UINT64_MAX;

    return (MemoryRegionSection){
        .as = as,
        .first = first,
        .last = last,
        .offset = first,
        .mr = &io_mem_unassigned,
    };
}

static bool holds(const FlatView *view, size_t i, hwaddr addr)
{
    return i < view->count && view->ranges[i].first <= addr && addr <= view->ranges[i].last;
}

/* Most often it is where it was the last time. */
MemoryRegionSection address_space_find(AddressSpace *as, hwaddr addr)
{
    const FlatView *view = atomic_load(&as->view);
    size_t i = __atomic_load_n(&as->recent, __ATOMIC_RELAXED);

    if (!holds(view, i, addr)) {
        i = flatview_search(view, addr);
        if (!holds(view, i, addr)) {
            return hole_section(as, view, i);
        }
        __atomic_store_n(&as->recent, i, __ATOMIC_RELAXED);
    }
    return section_of(as, &view->ranges[i]);
}

MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat, hwaddr *len,
                                      bool is_write)
{
    MemoryRegionSection s = address_space_find(as, addr);

    *xlat = s.offset + (addr - s.first);
    if (*len && *len - 1 > s.last - addr) {
        *len = s.last - addr + 1;
    }
    return s.mr;
}

uint8_t *memory_section_host(const MemoryRegionSection *s, hwaddr addr, bool is_write)
{
    bool direct =
        s->ram && (is_write ? !s->readonly && !s->rom_device : !s->rom_device || s->romd_mode);

    return direct ? s->ram->host + s->offset + (addr - s->first) : NULL;
}

ram_addr_t memory_section_ram_addr(const MemoryRegionSection *s, hwaddr addr)
{
    return s->ram->offset + s->offset + (addr - s->first);
}

static void section_written(const MemoryRegionSection *s, hwaddr addr, uint64_t len)
{
    ram_written(s->ram, memory_section_ram_addr(s, addr), len);
}

/* ---- single accesses ---- */

/* One access of @size bytes to the section that holds all of them.  Big lock. */
static MemTxResult section_read(const MemoryRegionSection *s, hwaddr addr, uint64_t *value,
                                unsigned size)
{
    const uint8_t *host = memory_section_host(s, addr, false);

    if (host) {
        *value = host_load(host, size);
        return MEMTX_OK;
    }
    if (s->mr == &io_mem_unassigned) {
        report_hole(s->as, addr, size, false);
    }
    return memory_region_dispatch_read(s->mr, s->offset + (addr - s->first), value, size);
}

static MemTxResult section_write(const MemoryRegionSection *s, hwaddr addr, uint64_t value,
                                 unsigned size)
{
    uint8_t *host = memory_section_host(s, addr, true);

    if (host) {
        host_store(host, value, size);
        section_written(s, addr, size);
        return MEMTX_OK;
    }
    if (s->readonly && !s->rom_device) {
        log_guest(s->mr->name, "write of %u bytes to read-only memory at %#" PRIx64 " ignored",
                  size, addr);
        return MEMTX_OK;
    }
    if (s->mr == &io_mem_unassigned) {
        report_hole(s->as, addr, size, true);
    }
    return memory_region_dispatch_write(s->mr, s->offset + (addr - s->first), value, size);
}

uint64_t address_space_ld_io(AddressSpace *as, hwaddr addr, unsigned size, MemTxResult *result)
{
    bool taken = bql_lock_if_needed();
    MemoryRegionSection s = address_space_find(as, addr);
    uint64_t value = 0;
    MemTxResult r = s.last - addr >= size - 1 ? section_read(&s, addr, &value, size)
                                              : address_space_read(as, addr, &value, size);

    bql_unlock_if(taken);
    if (result) {
        *result = r;
    }
    return r == MEMTX_OK ? value : ~0ULL;
}

void address_space_st_io(AddressSpace *as, hwaddr addr, uint64_t value, unsigned size,
                         MemTxResult *result)
{
    bool taken = bql_lock_if_needed();
    MemoryRegionSection s = address_space_find(as, addr);
    MemTxResult r = s.last - addr >= size - 1 ? section_write(&s, addr, value, size)
                                              : address_space_write(as, addr, &value, size);

    bql_unlock_if(taken);
    if (result) {
        *result = r;
    }
}

/* The plain memory that holds all @size bytes at @addr, or NULL.  RCU read lock. */
static uint8_t *host_of(const MemoryRegionSection *s, hwaddr addr, unsigned size, bool is_write)
{
    return s->last - addr >= size - 1 ? memory_section_host(s, addr, is_write) : NULL;
}

uint64_t address_space_ld_le(AddressSpace *as, hwaddr addr, unsigned size, MemTxResult *result)
{
    MemoryRegionSection s;
    const uint8_t *host;
    uint64_t value = 0;

    rcu_read_lock();
    s = address_space_find(as, addr);
    host = host_of(&s, addr, size, false);
    if (host) {
        value = host_load(host, size);
    }
    rcu_read_unlock();
    if (!host) {
        return address_space_ld_io(as, addr, size, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return value;
}

void address_space_st_le(AddressSpace *as, hwaddr addr, uint64_t value, unsigned size,
                         MemTxResult *result)
{
    MemoryRegionSection s;
    uint8_t *host;

    rcu_read_lock();
    s = address_space_find(as, addr);
    host = host_of(&s, addr, size, true);
    if (host) {
        host_store(host, value, size);
        section_written(&s, addr, size);
    }
    rcu_read_unlock();
    if (!host) {
        address_space_st_io(as, addr, value, size, result);
    } else if (result) {
        *result = MEMTX_OK;
    }
}

bool address_space_cmpxchg_le(AddressSpace *as, hwaddr addr, unsigned size, uint64_t expected,
                              uint64_t desired, bool *failed)
{
    MemoryRegionSection s;
    bool swapped = false;
    uint8_t *host;

    assert(size == 4 || size == 8);
    rcu_read_lock();
    s = address_space_find(as, addr);
    host = host_of(&s, addr, size, true);
    *failed = !host || ((uintptr_t)host & (size - 1));
    if (!*failed) {
        if (size == 4) {
            uint32_t old = expected;

            swapped = __atomic_compare_exchange_n((uint32_t *)host, &old, desired, false,
                                                  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
        } else {
            swapped = __atomic_compare_exchange_n((uint64_t *)host, &expected, desired, false,
                                                  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
        }
        if (swapped) {
            section_written(&s, addr, size);
        }
    }
    rcu_read_unlock();
    return swapped;
}

/* ---- transfers ---- */

/* How many of @len bytes from @addr on lie in @s. */
static size_t part_in(const MemoryRegionSection *s, hwaddr addr, size_t len)
{
    return len - 1 > s->last - addr ? s->last - addr + 1 : len;
}

/* The largest access that the I/O region of @s takes at @addr as the next step of @len bytes. */
static unsigned step_size(const MemoryRegionSection *s, hwaddr addr, size_t len)
{
    const MemoryRegionOps *ops = s->mr->ops;
    hwaddr offset = s->offset + (addr - s->first);
    unsigned size = ops && ops->valid.max ? ops->valid.max : 4;
    bool unaligned = ops && ops->valid.unaligned;

    while (size > len || (!unaligned && (offset & (size - 1)))) {
        size /= 2;
    }
    return size;
}

/* The next part of a transfer that is not plain memory.  Returns how many bytes it was. */
static size_t io_part(AddressSpace *as, hwaddr addr, uint8_t *buf, size_t len, bool is_write,
                      MemTxResult *result)
{
    bool taken = bql_lock_if_needed();
    MemoryRegionSection s = address_space_find(as, addr);
    size_t n = part_in(&s, addr, len);
    uint64_t value = 0;

    if (s.mr == &io_mem_unassigned) { /* all of the hole at once */
        report_hole(as, addr, n, is_write);
        if (!is_write) {
            memset(buf, 0xff, n);
        }
        *result |= MEMTX_DECODE_ERROR;
    } else if (is_write && s.ram && s.readonly && !s.rom_device) {
        section_write(&s, addr, 0, 1); /* which ignores it, and says so */
    } else {
        n = step_size(&s, addr, n);
        if (is_write) {
            memcpy(&value, buf, n);
            *result |= section_write(&s, addr, value, n);
        } else {
            *result |= section_read(&s, addr, &value, n);
            memcpy(buf, &value, n);
        }
    }
    bql_unlock_if(taken);
    return n;
}

/* The next part of a transfer, if it is plain memory; else 0. */
static size_t ram_part(AddressSpace *as, hwaddr addr, uint8_t *buf, size_t len, bool is_write)
{
    MemoryRegionSection s;
    size_t n = 0;
    uint8_t *host;

    rcu_read_lock();
    s = address_space_find(as, addr);
    host = memory_section_host(&s, addr, is_write);
    if (host) {
        n = part_in(&s, addr, len);
        if (is_write) {
            memcpy(host, buf, n);
            section_written(&s, addr, n);
        } else {
            memcpy(buf, host, n);
        }
    }
    rcu_read_unlock();
    return n;
}

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, void *buf, size_t len, bool is_write)
{
    MemTxResult result = MEMTX_OK;
    uint8_t *p = buf;

    while (len) {
        size_t n = ram_part(as, addr, p, len, is_write);

        if (!n) {
            n = io_part(as, addr, p, len, is_write, &result);
        }
        addr += n;
        p += n;
        len -= n;
    }
    return result;
}

MemTxResult address_space_read(AddressSpace *as, hwaddr addr, void *buf, size_t len)
{
    return address_space_rw(as, addr, buf, len, false);
}

MemTxResult address_space_write(AddressSpace *as, hwaddr addr, const void *buf, size_t len)
{
    return address_space_rw(as, addr, (void *)buf, len, true); /* only read from */
}

MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t byte, size_t len)
{
    MemTxResult result = MEMTX_OK;
    uint8_t block[512];

    memset(block, byte, sizeof(block));
    while (len) {
        size_t n = MIN(len, sizeof(block));

        result |= address_space_write(as, addr, block, n);
        addr += n;
        len -= n;
    }
    return result;
}

void address_space_write_rom(AddressSpace *as, hwaddr addr, const void *buf, size_t len)
{
    const uint8_t *p = buf;

    rcu_read_lock();
    while (len) {
        MemoryRegionSection s = address_space_find(as, addr);
        size_t n = part_in(&s, addr, len);

        if (s.ram) {
            memcpy(s.ram->host + s.offset + (addr - s.first), p, n);
            section_written(&s, addr, n);
        }
        addr += n;
        p += n;
        len -= n;
    }
    rcu_read_unlock();
}
