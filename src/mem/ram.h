/* SPDX-License-Identifier: MIT */
/* RAM blocks, and who has to know when they are written.
 *
 * Every block has a place in one linear space, ram_addr_t, so that a bitmap with one bit per page
 * serves them all: which pages hold translated code (CODE), which were written since a display or a
 * migration last looked (VGA, MIGRATION).  All bits are changed atomically, by any thread. */
#ifndef MEM_RAM_H
#define MEM_RAM_H

#include "mem/memory.h"

typedef enum DirtyClient {
    DIRTY_CODE,      /* clean: there is translated code in the page */
    DIRTY_VGA,       /* clean: the display has drawn it */
    DIRTY_MIGRATION, /* clean: it was sent */
    DIRTY_CLIENTS,
} DirtyClient;

enum { DIRTY_ALL = (1 << DIRTY_CLIENTS) - 1 };

struct RAMBlock {
    char *name;
    uint8_t *host;
    uint64_t size;                /* rounded up to host pages */
    ram_addr_t offset;            /* its place among the blocks */
    int fd;                       /* of the file behind it, or -1 */
    bool shared;                  /* writes go to the file */
    _Atomic unsigned refs;        /* the region, and each address_space_map into it */
    _Atomic unsigned log_clients; /* 1 << DirtyClient of those that watch it; CODE always does */
    List link;
};

/* New blocks: zeroed memory, or a file.  NULL with an error.  Big lock. */
RAMBlock *ram_block_new(const char *name, uint64_t size, Error **errp);
RAMBlock *ram_block_new_from_file(const char *name, uint64_t size, const char *path, bool share,
                                  Error **errp);

/* Give back a reference; the last one unmaps the block when no reader can see it any more.  Any
 * thread. */
void ram_block_unref(RAMBlock *b);

/* The block that holds a ram address or a host address, or NULL.  Inside rcu_read_lock or under the
 * big lock. */
RAMBlock *ram_block_find(ram_addr_t addr);
RAMBlock *ram_block_from_host(const void *host);

/* Each block, in order of ram addresses.  Big lock. */
void ram_block_foreach(void (*fn)(RAMBlock *b, void *opaque), void *opaque);

/* ---- who must know of a write ---- */

/* The guest, or a device for it, has written [addr, addr+len) by a way that does not check page by
 * page: marks it dirty for all who watch and tells the accelerator of writes to code.  Any thread.
 */
void ram_written(RAMBlock *b, ram_addr_t addr, uint64_t len);

/* May the page at @addr be written straight through a host pointer, with nobody told?  The TLB's
 * question. It becomes false when code is translated from the page, and when dirty bits are cleared
 * (the hook below). */
bool ram_write_is_free(const RAMBlock *b, ram_addr_t addr);

/* Set the bits of @clients (1 << DirtyClient | ...) that watch these pages. */
void physical_memory_set_dirty_range(ram_addr_t addr, uint64_t len, unsigned clients);

/* Clear the bits of @client; true if any was set.  Calls the dirty hook when it was. */
bool physical_memory_test_and_clear_dirty(ram_addr_t addr, uint64_t len, DirtyClient client);
bool physical_memory_get_dirty(ram_addr_t addr, uint64_t len, DirtyClient client);

/* The CODE bits in the words of the translator.  Setting takes the page's right to be written
 * freely; the caller then makes TLBs forget it, and only then reads the code. */
void memory_page_set_code(ram_addr_t addr);
void memory_page_clear_code(ram_addr_t addr);
bool memory_page_has_code(ram_addr_t addr);

/* Called after a write by a device, a debugger or the loader to pages that hold code: drop the
 * translations. [addr, addr+len) lies in one page. */
void memory_set_code_write_hook(void (*hook)(ram_addr_t addr, uint64_t len));

/* Called when pages have become clean, or watched: TLBs must not let writes to them pass unseen. */
void memory_set_dirty_reset_hook(void (*hook)(ram_addr_t addr, uint64_t len));

/* ---- watching ---- */

/* Let @client (VGA) watch the RAM of @mr, or stop.  A page counts as dirty when watching begins.
 * Big lock. */
void memory_region_set_log(MemoryRegion *mr, bool on, DirtyClient client);
bool memory_region_test_and_clear_dirty(MemoryRegion *mr, hwaddr offset, uint64_t len,
                                        DirtyClient client);
void memory_region_set_dirty(MemoryRegion *mr, hwaddr offset, uint64_t len);

/* Migration watches all RAM.  Big lock. */
void memory_global_dirty_log_start(void);
void memory_global_dirty_log_stop(void);
/* Ask listeners (KVM) for the dirty pages that only they know. */
void memory_global_dirty_log_sync(void);

#endif
