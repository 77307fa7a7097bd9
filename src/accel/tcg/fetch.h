/* SPDX-License-Identifier: MIT */
/* Guest code as the translator reads it. */
#ifndef ACCEL_TCG_FETCH_H
#define ACCEL_TCG_FETCH_H

#include "target/cpu.h"

typedef struct FetchPage {
    uint64_t va;
    uint64_t ram;
    const uint8_t *host; /* NULL: the page cannot be fetched from */
} FetchPage;

typedef struct Fetch {
    CPUState *cpu;
    FetchPage page[2]; /* where the block begins, and the next one */
    bool second_known; /* page[1] was looked up */
    bool incomplete;   /* the block wanted page[1] before it was: prepare, and make it again */
} Fetch;

/* The block begins at @pc, which is at ram address @ram and at @host. */
void fetch_begin(Fetch *f, CPUState *cpu, uint64_t pc, uint64_t ram, const uint8_t *host);

/* Have what fetch_code may give out ready.  Own thread, inside an exec section, tb_lock held; both
 * may be left and entered again.  What was prepared holds until the lock is dropped. */
void fetch_prepare(Fetch *f);

/* TbRequest.fetch, with the Fetch as .opaque.  tb_lock. */
bool fetch_code(TbRequest *r, uint64_t pc, void *buf, unsigned len);

#endif
