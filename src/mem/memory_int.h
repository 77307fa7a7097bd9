/* SPDX-License-Identifier: MIT */
/* What the files of mem/ share. */
#ifndef MEM_MEMORY_INT_H
#define MEM_MEMORY_INT_H

#include "mem/address_space.h"

/* Render every address space anew and tell the listeners what changed.  Big lock. */
void address_spaces_update(void);

/* Does any flat view still show @mr?  Big lock. */
bool address_spaces_show(const MemoryRegion *mr);

/* Each address space, in order of creation.  Big lock. */
extern List address_spaces;

/* @r as a section of @as. */
MemoryRegionSection section_of(AddressSpace *as, const FlatRange *r);

/* Write the guest log line about an access of @size bytes that ended in a hole of @as. */
void report_hole(AddressSpace *as, hwaddr addr, size_t size, bool is_write);

/* "-d mtree": log the view that @as shows from now on.  Big lock. */
void mtree_log(const AddressSpace *as);

/* Appends ", pc ..." when the accelerator knows. */
void append_whereabouts(Str *out);

#endif
