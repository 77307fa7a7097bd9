/* SPDX-License-Identifier: MIT */
/* address_space_map: guest memory as a host pointer, for host calls that fill or send buffers.
 *
 * RAM is lent directly, the block is kept alive by a reference.  Anything else is copied through a
 * bounce buffer: read before the map returns, or written when it is unmapped.  A guest chooses what
 * is mapped, so all bounce buffers together have a limit. */
#include "base/alloc.h"
#include "base/rcu.h"
#include "mem/address_space.h"
#include "mem/ram.h"
#include "mem/ram_int.h"

#include <pthread.h>

enum { BOUNCE_SIZE = 4096, BOUNCE_MAX = 64 };

typedef struct Bounce {
    List link; /* on bounces; guarded by lock */
    hwaddr addr;
    uint8_t data[BOUNCE_SIZE];
} Bounce;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static List bounces = LIST_INIT(bounces);
static unsigned bounce_count; /* guarded by lock */

static Bounce *bounce_new(hwaddr addr)
{
    Bounce *b = NULL;

    pthread_mutex_lock(&lock);
    if (bounce_count < BOUNCE_MAX) {
        b = xnew(Bounce);
        b->addr = addr;
        list_push_back(&bounces, &b->link);
        bounce_count++;
    }
    pthread_mutex_unlock(&lock);
    return b;
}

/* Take the buffer at @host off the list; NULL if it is none. */
static Bounce *bounce_take(const void *host)
{
    Bounce *b, *found = NULL;

    pthread_mutex_lock(&lock);
    LIST_FOREACH(b, &bounces, link) {
        if (b->data == host) {
            found = b;
            list_remove(&b->link);
            bounce_count--;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *len, bool is_write)
{
    MemoryRegionSection s;
    uint8_t *host;
    Bounce *b;

    if (!*len) {
        return NULL;
    }
    rcu_read_lock();
    s = address_space_find(as, addr);
    host = memory_section_host(&s, addr, is_write);
    if (*len - 1 > s.last - addr) {
        *len = s.last - addr + 1;
    }
    if (host && !ram_block_try_ref(s.ram)) {
        host = NULL;
    }
    rcu_read_unlock();
    if (host) {
        return host;
    }

    b = bounce_new(addr);
    if (!b) {
        *len = 0;
        return NULL;
    }
    *len = MIN(*len, (hwaddr)BOUNCE_SIZE);
    if (!is_write) {
        address_space_read(as, addr, b->data, *len);
    }
    return b->data;
}

void address_space_unmap(AddressSpace *as, void *host, hwaddr len, bool is_write, hwaddr accessed)
{
    RAMBlock *block;
    Bounce *b;

    accessed = MIN(accessed, len);
    rcu_read_lock();
    block = ram_block_from_host(host);
    rcu_read_unlock();
    if (block) { /* alive: the map holds a reference */
        if (is_write) {
            ram_written(block, block->offset + ((uint8_t *)host - block->host), accessed);
        }
        ram_block_unref(block);
        return;
    }
    b = bounce_take(host);
    assert(b); /* the caller unmaps what it mapped, once */
    if (is_write && accessed) {
        address_space_write(as, b->addr, b->data, accessed);
    }
    free(b);
}
