/* SPDX-License-Identifier: MIT */
/* Host memory back ends: "-object memory-backend-file,id=m,size=1G,mem-path=F,share=on", which a
 * board uses as its RAM (-machine memory-backend=m) and devices as theirs.  Big lock. */
#ifndef MEM_HOSTMEM_H
#define MEM_HOSTMEM_H

#include "mem/memory.h"
#include "qom/object.h"

#define TYPE_MEMORY_BACKEND      "memory-backend"
#define TYPE_MEMORY_BACKEND_RAM  "memory-backend-ram"
#define TYPE_MEMORY_BACKEND_FILE "memory-backend-file"

typedef struct HostMemoryBackend HostMemoryBackend;

/* The back end with that id, or NULL with an error. */
HostMemoryBackend *host_memory_backend_find(const char *id, Error **errp);

/* Its region; it lives as long as the back end. */
MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *b);
uint64_t host_memory_backend_size(const HostMemoryBackend *b);

/* One user at a time: set_mapped(true) fails, saying so, when somebody uses it already. */
bool host_memory_backend_set_mapped(HostMemoryBackend *b, bool mapped, Error **errp);

#endif
