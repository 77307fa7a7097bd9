/* SPDX-License-Identifier: MIT */
/* The inside of a BlockBackend, for block.c and block_opts.c. */
#ifndef BACKEND_BLOCK_BLOCK_BACKEND_INT_H
#define BACKEND_BLOCK_BLOCK_BACKEND_INT_H

#include "backend/block/block_int.h"

struct BlockBackend {
    List link; /* in the order of making */
    char *id;
    BlockNode *node; /* the top layer */
    unsigned flags; /* BLK_* */
    bool guard_head; /* raw by guess: see would_change_format */
    char *interface; /* if= */
    int unit; /* or -1 */
    char *serial; /* or NULL */
    bool is_cdrom;
    char *dev; /* who has it, or NULL */
    atomic_uint in_flight; /* requests not completed, */
    atomic_uint in_iothread; /* and those of them that complete in an iothread */
};

#endif
