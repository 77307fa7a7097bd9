/* SPDX-License-Identifier: MIT */
/* What ram.c and dirty.c owe each other. */
#ifndef MEM_RAM_INT_H
#define MEM_RAM_INT_H

#include "mem/ram.h"

/* The size of the space of ram addresses: it sizes the bitmaps, which are only reserved. */
#define RAM_SPACE (1024 * GiB)

/* Reserve the bitmaps, once. */
bool dirty_bitmaps_init(Error **errp);

/* Every page of the new block @b is dirty and without code. */
void dirty_bitmaps_reset(const RAMBlock *b);

/* Share the block unless its last reference has gone.  Inside rcu_read_lock. */
bool ram_block_try_ref(RAMBlock *b);

#endif
