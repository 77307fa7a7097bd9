/* SPDX-License-Identifier: MIT */
/* The physical memory map as boards build it: a tree of MemoryRegions.
 *
 *     system (container) ---+--- mrom      0x1000      ROM
 *                           +--- uart      0x10000000  I/O: functions are called
 *                           +--- low-ram   0x80000000  alias: a window into another region
 *                           `--- ram       (its own place may be nowhere)
 *
 * Where regions overlap, the higher priority wins, then the one added later; a container shows what
 * lies below it wherever its children leave a hole.  The tree is for building; CPUs and devices
 * look at its flat rendering (mem/flatview.h) through an AddressSpace (mem/address_space.h).
 *
 * Everything here is called under the big lock. */
#ifndef MEM_MEMORY_H
#define MEM_MEMORY_H

#include "base/error.h"
#include "base/list.h"
#include "base/str.h"

typedef uint64_t hwaddr;     /* guest-physical address */
typedef uint64_t ram_addr_t; /* place in the space that holds all RAM blocks one after the other */

typedef struct MemoryRegion MemoryRegion;
typedef struct RAMBlock RAMBlock;

/* How an access ended.  Bits: the results of the pieces of a long access are ORed. */
typedef enum MemTxResult {
    MEMTX_OK = 0,
    MEMTX_ERROR = 1,        /* the device said no */
    MEMTX_DECODE_ERROR = 2, /* no device there, or none that takes this size: a bus error */
} MemTxResult;

typedef enum DeviceEndian {
    DEVICE_LITTLE_ENDIAN,
    DEVICE_BIG_ENDIAN,
} DeviceEndian;

/* Sizes in bytes, powers of two up to 8; 0 means the default. */
typedef struct AccessSizes {
    unsigned min, max;
    bool unaligned;
} AccessSizes;

/* What an I/O region does.  @addr is relative to the region.  The memory core enforces:
 * - valid: an access of a size outside min..max (default 1..8), or not aligned to its size unless
 *   .unaligned, never reaches the device; it ends in MEMTX_DECODE_ERROR and a guest log line;
 * - impl: the functions see sizes min..max (default 1..4) only.  A wider access is split, lowest
 *   address first.  A narrower read reads the aligned impl.min bytes around it and takes its part;
 *   a narrower write writes them with its part in place and zeroes elsewhere. */
typedef struct MemoryRegionOps {
    uint64_t (*read)(void *opaque, hwaddr addr, unsigned size);
    void (*write)(void *opaque, hwaddr addr, uint64_t data, unsigned size);
    /* Instead of read and write, for devices that can refuse an access. */
    MemTxResult (*read_result)(void *opaque, hwaddr addr, uint64_t *data, unsigned size);
    MemTxResult (*write_result)(void *opaque, hwaddr addr, uint64_t data, unsigned size);
    DeviceEndian endianness;
    AccessSizes valid, impl;
} MemoryRegionOps;

/* Usually embedded in a device.  Private to mem/, but for reading by labs and views. */
struct MemoryRegion {
    char *name;
    void *owner;   /* the device it belongs to: the re-entrancy guard compares it; may be NULL */
    uint64_t size; /* UINT64_MAX stands for 2^64 */
    hwaddr addr;   /* in its container */
    int priority;
    bool enabled;
    bool terminates; /* is something by itself: RAM, ROM or I/O, not a container or an alias */
    bool readonly;   /* writes are ignored (RAM, ROM), also through an alias that says so */
    bool rom_device; /* reads like RAM while romd_mode; writes always go to ops */
    bool romd_mode;
    const MemoryRegionOps *ops; /* I/O and ROM devices; unassigned I/O otherwise */
    void *opaque;
    RAMBlock *ram_block; /* RAM, ROM and ROM devices */
    MemoryRegion *alias; /* what this is a window into, from alias_offset on */
    hwaddr alias_offset;
    MemoryRegion *container; /* that it was added to, or NULL */
    List subregions;         /* of subregions_link; the one that wins an overlap first */
    List subregions_link;
};

/* ---- making regions.  They begin enabled, at no place.  @name is copied; @size UINT64_MAX means
 * 2^64. ---- */

/* A container: it holds subregions and is transparent elsewhere. */
void memory_region_init(MemoryRegion *mr, void *owner, const char *name, uint64_t size);

/* An I/O region: @ops called with @opaque. */
void memory_region_init_io(MemoryRegion *mr, void *owner, const MemoryRegionOps *ops, void *opaque,
                           const char *name, uint64_t size);

/* Zeroed RAM, allocated by the host as it is touched.  False when there is no room. */
bool memory_region_init_ram(MemoryRegion *mr, void *owner, const char *name, uint64_t size,
                            Error **errp);

/* RAM in the file @path, made as long as needed.  @share: the guest's writes go to the file. */
bool memory_region_init_ram_from_file(MemoryRegion *mr, void *owner, const char *name,
                                      uint64_t size, const char *path, bool share, Error **errp);

/* Memory that the guest cannot write. */
bool memory_region_init_rom(MemoryRegion *mr, void *owner, const char *name, uint64_t size,
                            Error **errp);

/* Flash and the like: reads are RAM until memory_region_rom_device_set_romd(false); writes go to
 * @ops. */
bool memory_region_init_rom_device(MemoryRegion *mr, void *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp);

/* A window of @size bytes into @orig, from @offset on. */
void memory_region_init_alias(MemoryRegion *mr, void *owner, const char *name, MemoryRegion *orig,
                              hwaddr offset, uint64_t size);

/* Undo any of the above.  @mr must have no container and no subregions.  RAM goes when its last
 * user is done. */
void memory_region_finalize(MemoryRegion *mr);
/* The same, taken out of its container first; harmless for one that is zeroed, or finalized. */
void memory_region_remove(MemoryRegion *mr);

/* ---- placing and changing them ---- */

/* Put @mr at @offset inside @parent.  Overlaps are a matter of priority: 0 here. */
void memory_region_add_subregion(MemoryRegion *parent, hwaddr offset, MemoryRegion *mr);
void memory_region_add_subregion_overlap(MemoryRegion *parent, hwaddr offset, MemoryRegion *mr,
                                         int priority);
void memory_region_del_subregion(MemoryRegion *parent, MemoryRegion *mr);
void memory_region_clear(MemoryRegion *parent); /* all of them, in one transaction */
void memory_region_set_address(MemoryRegion *mr, hwaddr addr);
void memory_region_set_enabled(MemoryRegion *mr, bool enabled);
void memory_region_set_readonly(MemoryRegion *mr, bool readonly);
void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset);
void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode);

/* Between begin and the matching commit, changes are collected and then shown all at once.  They
 * nest. */
void memory_region_transaction_begin(void);
void memory_region_transaction_commit(void);

/* ---- asking ---- */

static inline bool memory_region_is_ram(const MemoryRegion *mr)
{
    return mr->ram_block && !mr->rom_device;
}

/* The host memory of RAM, a ROM or a ROM device (through an alias too), else NULL. */
void *memory_region_get_ram_ptr(MemoryRegion *mr);

/* Its place in the space of RAM blocks; the region must have RAM. */
ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr);

/* "i/o", "ram", "rom" or "romd", as info mtree has it. */
const char *memory_region_kind(const MemoryRegion *mr);

/* One access to an I/O region, by the rules above.  Big lock.  On failure *data is all ones. */
MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *data,
                                        unsigned size);
MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data,
                                         unsigned size);

/* ---- start-up ---- */

/* Make the region that stands for all holes. */
void io_mem_init(void);

/* Make the two roots, "system" (2^64 bytes) and "io" (64 KiB), and their address spaces. */
void memory_map_init(void);

/* Undo both; harmless if they were not made.  All else has left the two trees. */
void memory_map_destroy(void);

MemoryRegion *get_system_memory(void);
MemoryRegion *get_system_io(void);
extern MemoryRegion io_mem_unassigned;

/* The size in bytes of the guest's pages as the memory core counts them (dirty bitmaps, code), and
 * of the host's. */
enum { MEM_PAGE_BITS = 12 };
#define MEM_PAGE_SIZE ((uint64_t)1 << MEM_PAGE_BITS)
uint64_t host_page_size(void);

/* Appends where the CPU that makes the current access stands, e.g. "pc 0x80200014 (memset+0x10)";
 * set by the accelerator, used in the log lines about bad accesses.  May append nothing. */
void memory_set_whereabouts_hook(void (*hook)(Str *out));

/* "info mtree": the trees; with MTREE_FLAT ("info mtree -f"), the flat views. */
enum {
    MTREE_FLAT = 1,
    MTREE_DISPATCH = 2, /* how an address is looked up in each flat view */
    MTREE_OWNER = 4,    /* name the object that each region belongs to */
};
void mtree_print(Str *out, unsigned flags);

#endif
