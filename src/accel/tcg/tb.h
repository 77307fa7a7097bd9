/* SPDX-License-Identifier: MIT */
/* Translated blocks: how they are found, linked, invalidated and evicted.
 *
 * A block is identified by the physical address of its code, its virtual pc and the state that the
 * decoder looked at.  Look-ups take no lock: a block found is valid until the looking thread leaves
 * its exec section (exclusive.h), because memory of blocks is only reused while no vCPU is inside
 * one.  Everything else happens under tb_lock. */
#ifndef ACCEL_TCG_TB_H
#define ACCEL_TCG_TB_H

#include "base/list.h"
#include "target/cpu.h"
#include "tcg/tcg.h"

typedef struct TranslationBlock TranslationBlock;

/* "@from's direct exit @slot goes to us": on the target's list, so that it can be undone. */
typedef struct TbJump {
    List link;
    TranslationBlock *from;
    unsigned slot;
} TbJump;

struct TranslationBlock {
    TcgCode code; /* must be first: an exit names its block by the address of this */
    uint32_t flags;
    bool invalid; /* atomic: no longer to be entered or linked */
    unsigned nbytes;
    uint64_t phys;    /* ram address of the first byte: with code.pc and flags, the key */
    uint64_t page[2]; /* ram pages that its bytes are on; the second is TB_NO_PAGE for most, and
                       * can be the first one again */
    struct TranslationBlock *hash_next;    /* atomic */
    struct TranslationBlock *page_next[2]; /* on the page's list, for page[0] and page[1] */
    List incoming;                         /* of TbJump: blocks that jump here directly */
    TbJump *jumps;                         /* one per direct exit of ours */
};

#define TB_NO_PAGE (~(uint64_t)0)

static inline TranslationBlock *tb_from_code(const TcgCode *code)
{
    return (TranslationBlock *)container_of(code, TranslationBlock, code);
}

/* ---- the code buffer (code_buffer.c) ---- */

/* Reserve @size bytes of code memory, twice mapped: writable here, executable there. */
bool code_buffer_init(uint64_t size, Error **errp);

/* Give it back; harmless if there is none.  No vCPU is left, and the cache is cleared. */
void code_buffer_destroy(void);

/* A small buffer that is never evicted, for the engine's trampolines. */
TcgBuffer *code_buffer_permanent(void);

/* Where the next block's code and metadata go.  tb_lock. */
TcgBuffer *code_buffer_current(void);

/* The bytes that gen() took are final: the next block begins behind them.  tb_lock. */
void code_buffer_commit(TranslationBlock *tb);

/* The current region is full: go on to the next one.  Its blocks are dropped: no vCPU may be in an
 * exec section. */
void code_buffer_next_region(void);

/* How often a region was dropped: pointers to blocks from before a change may dangle.  Own thread,
 * inside an exec section (where only tb_gen_code can change it). */
unsigned code_buffer_evictions(void);

/* The block whose host code holds the address, or NULL. */
TranslationBlock *code_buffer_find(uintptr_t ra);

/* Figures for `info jit`. */
typedef struct CodeBufferInfo {
    uint64_t size, used;
    unsigned regions, evictions;
} CodeBufferInfo;
void code_buffer_info(CodeBufferInfo *info);

/* ---- the cache (tb_cache.c) ---- */

/* Guards the hash for writing, page lists, links, the code buffer and the one Ir.  Never held
 * across an access to guest memory or a callback; may be taken with or without the BQL held. */
void tb_lock(void);
void tb_unlock(void);

/* Is every store to the page at @ram seen, from the moment on that it was marked (fetch.c)?  Until
 * its last block goes.  tb_lock. */
bool tb_page_watched(uint64_t ram);
void tb_page_set_watched(uint64_t ram);

/* The block at @key, whose first byte is at ram address @phys, if all its bytes are still where
 * they were.  No lock; own thread, inside an exec section. */
TranslationBlock *tb_lookup(CPUState *cpu, uint64_t phys, TbKey key);

/* tb_lock. */
void tb_insert(TranslationBlock *tb);
/* Unlink everything; the memory stays until its region is evicted.  tb_lock. */
void tb_remove(TranslationBlock *tb);

/* Let exit @slot of @from go straight to @to, if both are still valid.  Takes tb_lock. */
void tb_add_jump(TranslationBlock *from, unsigned slot, TranslationBlock *to);

/* Guest code bytes [ram, ram+len) were written: drop the blocks made from them.  Returns true if
 * @running (may be NULL) was among them.  Any thread, no lock held. */
bool tb_invalidate_range(uint64_t ram, uint64_t len, const TranslationBlock *running);

/* Drop the blocks whose guest code, as they see it, holds a byte of [@first, @first+@size).  Any
 * thread, no lock held. */
void tb_invalidate_pcs(uint64_t first, uint64_t size);

/* Drop every block: they were made for other wishes of -d itrace.  Any thread, no lock held; who is
 * inside a block goes on to its end. */
void tb_flush_all(void);

/* Forget all blocks at once: their memory goes.  No vCPU is left to look for one. */
void tb_cache_clear(void);

/* In jump_cache.c: the vCPU's jump caches forget @pc.  tb_lock. */
void tcg_cpu_forget_pc(CPUState *cpu, uint64_t pc);

typedef struct TbStats {
    uint64_t generated, guest_bytes, host_bytes, invalidated, links;
} TbStats;
extern TbStats tb_stats;

/* ---- making blocks (translate_all.c) ---- */

/* Pick the engine and set up the pipeline. */
bool tcg_pipeline_init(const TcgEngine *engine, const CpuOps *ops, uint64_t buffer_size,
                       Error **errp);
void tcg_pipeline_destroy(void); /* no vCPU is left */
extern const TcgEngine *tcg_engine;

/* In a key: the block is one instruction, and leaves to the loop. */
enum { TB_SINGLE_STEP = 1 << 30 };

/* Translate the block at @key, whose first byte is at ram address @phys and at @host.  Own thread,
 * inside an exec section (left and entered again when all vCPUs must leave theirs). */
TranslationBlock *tb_gen_code(CPUState *cpu, TbKey key, uint64_t phys, const uint8_t *host,
                              unsigned max_insns);

#endif
