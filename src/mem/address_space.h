/* SPDX-License-Identifier: MIT */
/* An AddressSpace: what a CPU or a bus-mastering device sees.  It has a root region and a flat view
 * of it that is replaced as a whole whenever the tree changes.
 *
 * Accesses may be made by any thread.  Those that reach RAM take no lock (RCU keeps the view and
 * the RAM alive); those that reach a device take the big lock, if the caller does not have it. */
#ifndef MEM_ADDRESS_SPACE_H
#define MEM_ADDRESS_SPACE_H

#include "mem/flatview.h"
#include "mem/memory.h"

typedef struct AddressSpace {
    char *name;
    MemoryRegion *root;     /* may be NULL: nothing there */
    FlatView *_Atomic view; /* read it inside rcu_read_lock, or under the big lock */
    size_t recent;          /* atomic: the range of the view that was found last, a hint */
    List listeners;         /* of MemoryListener.link, by priority; big lock */
    List link;              /* on the list of all address spaces; big lock */
} AddressSpace;

extern AddressSpace address_space_memory, address_space_io;

/* Big lock. */
void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name);
void address_space_destroy(AddressSpace *as);

/* ---- access.  Values are little endian; a long transfer is cut where regions end. ---- */

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, void *buf, size_t len, bool is_write);
MemTxResult address_space_read(AddressSpace *as, hwaddr addr, void *buf, size_t len);
MemTxResult address_space_write(AddressSpace *as, hwaddr addr, const void *buf, size_t len);

/* Fill with a byte.  RAM and I/O as address_space_write. */
MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t byte, size_t len);

/* Write into RAM and ROM alike; what is neither is skipped.  For the loader and the debugger. */
void address_space_write_rom(AddressSpace *as, hwaddr addr, const void *buf, size_t len);

/* One access of that size.  @result may be NULL.  An aligned access to RAM is atomic.  A failed
 * load gives -1. */
uint64_t address_space_ld_le(AddressSpace *as, hwaddr addr, unsigned size, MemTxResult *result);
void address_space_st_le(AddressSpace *as, hwaddr addr, uint64_t value, unsigned size,
                         MemTxResult *result);

/* The same where a device is likely: takes the big lock at once, and looks the address up once. */
uint64_t address_space_ld_io(AddressSpace *as, hwaddr addr, unsigned size, MemTxResult *result);
void address_space_st_io(AddressSpace *as, hwaddr addr, uint64_t value, unsigned size,
                         MemTxResult *result);

static inline uint8_t address_space_ldb(AddressSpace *as, hwaddr addr, MemTxResult *result)
{
    return address_space_ld_le(as, addr, 1, result);
}

static inline uint16_t address_space_ldw_le(AddressSpace *as, hwaddr addr, MemTxResult *result)
{
    return address_space_ld_le(as, addr, 2, result);
}

static inline uint32_t address_space_ldl_le(AddressSpace *as, hwaddr addr, MemTxResult *result)
{
    return address_space_ld_le(as, addr, 4, result);
}

static inline uint64_t address_space_ldq_le(AddressSpace *as, hwaddr addr, MemTxResult *result)
{
    return address_space_ld_le(as, addr, 8, result);
}

static inline void address_space_stb(AddressSpace *as, hwaddr addr, uint8_t v, MemTxResult *result)
{
    address_space_st_le(as, addr, v, 1, result);
}

static inline void address_space_stw_le(AddressSpace *as, hwaddr addr, uint16_t v,
                                        MemTxResult *result)
{
    address_space_st_le(as, addr, v, 2, result);
}

static inline void address_space_stl_le(AddressSpace *as, hwaddr addr, uint32_t v,
                                        MemTxResult *result)
{
    address_space_st_le(as, addr, v, 4, result);
}

static inline void address_space_stq_le(AddressSpace *as, hwaddr addr, uint64_t v,
                                        MemTxResult *result)
{
    address_space_st_le(as, addr, v, 8, result);
}

/* If the aligned @size (4 or 8) bytes of RAM at @addr equal @expected, make them @desired,
 * atomically.  True if they did; *failed tells an address that is not writable RAM.  For page table
 * walkers that set A and D bits. */
bool address_space_cmpxchg_le(AddressSpace *as, hwaddr addr, unsigned size, uint64_t expected,
                              uint64_t desired, bool *failed);

/* ---- translation: what is at an address? ---- */

/* A FlatRange for users: what [first, last] of the address space shows.  A hole has .mr =
 * &io_mem_unassigned. */
typedef struct MemoryRegionSection {
    AddressSpace *as;
    hwaddr first, last;
    hwaddr offset; /* in mr, of first */
    MemoryRegion *mr;
    RAMBlock *ram; /* NULL: I/O */
    bool readonly, rom_device, romd_mode;
} MemoryRegionSection;

/* The section that holds @addr.  Valid until the view changes: stay inside rcu_read_lock (or the
 * big lock), and be told of changes by a listener's commit. */
MemoryRegionSection address_space_find(AddressSpace *as, hwaddr addr);

/* Names what @as shows right now: who remembers where something was found, may use that as long as
 * this number stays the same, asked and used inside one rcu_read_lock. */
static inline uint64_t address_space_view_id(AddressSpace *as)
{
    return atomic_load_explicit(&as->view, memory_order_acquire)->id;
}

/* The region at @addr, the offset in it, and how much of *len lies in it. */
MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat, hwaddr *len,
                                      bool is_write);

/* The host address of @addr in @s when that kind of access is plain memory, else NULL (I/O, a write
 * to a ROM). Who writes through it must call ram_written (mem/ram.h) unless ram_write_is_free says
 * that nobody cares. */
uint8_t *memory_section_host(const MemoryRegionSection *s, hwaddr addr, bool is_write);

/* Where @addr in @s is in the space of RAM blocks; s->ram must not be NULL. */
ram_addr_t memory_section_ram_addr(const MemoryRegionSection *s, hwaddr addr);

/* ---- mapping: for devices that hand guest memory to host calls ---- */

/* Host memory for up to *len bytes at @addr; *len becomes what could be had in one piece.  RAM is
 * mapped directly; anything else goes through a bounce buffer, of which there is a bounded amount:
 * NULL when there is none left. address_space_unmap with how many bytes were really accessed.  Any
 * thread. */
void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *len, bool is_write);
void address_space_unmap(AddressSpace *as, void *host, hwaddr len, bool is_write, hwaddr accessed);

/* ---- listeners: told how the flat view differs from the one before ---- */

typedef struct MemoryListener MemoryListener;
struct MemoryListener {
    void (*begin)(MemoryListener *l); /* something in this address space may have changed */
    void (*region_del)(MemoryListener *l, const MemoryRegionSection *s);
    void (*region_add)(MemoryListener *l, const MemoryRegionSection *s);
    void (*commit)(MemoryListener *l); /* the new view is in force */
    /* a dirty client begins to watch, stops */
    void (*log_start)(MemoryListener *l, const MemoryRegionSection *s);
    void (*log_stop)(MemoryListener *l, const MemoryRegionSection *s);
    /* tell what you know to be dirty */
    void (*log_sync)(MemoryListener *l, const MemoryRegionSection *s);
    int priority; /* lower ones are called first; last for region_del */
    const char *name;
    AddressSpace *as; /* set by register */
    List link;
};

/* @l hears region_add for all that is there now, and of each change from then on.  Big lock. */
void memory_listener_register(MemoryListener *l, AddressSpace *as);
/* It hears region_del for all that is there. */
void memory_listener_unregister(MemoryListener *l);

#endif
