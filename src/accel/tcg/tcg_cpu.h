/* SPDX-License-Identifier: MIT */
/* What the TCG accelerator keeps for each vCPU, and the internal interface between its files. */
#ifndef ACCEL_TCG_TCG_CPU_H
#define ACCEL_TCG_TCG_CPU_H

#include <setjmp.h>
#include "accel/tcg/tb.h"
#include "base/bitmap.h"
#include "mem/address_space.h"
#include "mem/ram.h"

/* The full story of a TLB entry; the fast path sees only the tags and the addend made from it. */
typedef struct TlbInfo {
    uint64_t page; /* virtual page address, or TLB_NO_MATCH */
    uint64_t phys; /* physical page address */
    uint8_t *host; /* of the page, when all of it is memory; NULL: every access goes to mem/ */
    RAMBlock *ram; /* with host */
    ram_addr_t ram_addr;
    uint8_t prot;  /* PROT_* that the walk allowed */
    bool writable; /* the memory itself can be written (RAM, not ROM) */
} TlbInfo;

enum {
    TCG_RECENT = 8,
    TCG_VICTIMS = TEEMU_SMALL ? 2 : 8,
    TCG_TLB_FILLS = TEEMU_SMALL ? 4 : 512,
    TCG_TLB_PAGES = TEEMU_SMALL ? 64 : 8192,
    TCG_JUMP_SETS = TEEMU_SMALL ? 2 : 16,
    TCG_JUMP_FILLS = TEEMU_SMALL ? 4 : 1024,
    TCG_JUMP_PAGES = TEEMU_SMALL ? 64 : 4096,
};

/* The jump cache of one value of the block flags. */
typedef struct JumpSet {
    uint32_t flags;
    bool valid;
    bool stale; /* to be cleared before it is used again */
    uint64_t last_used;
    JumpEntry *entries; /* TCG_JUMP_SIZE, or NULL until it is used; pc may be set to JUMP_NO_PC by
                         * any thread under tb_lock */
    TranslationBlock **tbs; /* the same, as blocks */
    uint16_t fills[TCG_JUMP_FILLS]; /* the entries filled since it was cleared; nfills stays at
                                     * TCG_JUMP_FILLS when they are too many to list */
    unsigned nfills;
} JumpSet;

typedef struct TcgCpu {
    CPUState *cpu;
    sigjmp_buf jmp_env;
    TlbInfo info[TCG_MMU_MODES][TCG_TLB_SIZE];
    /* pages that lost their place, taken back without a walk */
    TlbInfo victim[TCG_MMU_MODES][TCG_VICTIMS];
    unsigned victim_next[TCG_MMU_MODES];
    TlbInfo one_shot;    /* an answer that may not be cached */
    uint32_t used_modes; /* bit per MMU index with anything in it, the window included */
    /* Which entries were filled since the last flush, so that a flush costs no more than the fills
     * did.  When there are too many to list, nfills stays at TCG_TLB_FILLS: any entry may be in
     * use.  Own thread, but read by any (tcg_tlb_protect). */
    uint16_t fills[TCG_MMU_MODES][TCG_TLB_FILLS];
    unsigned nfills[TCG_MMU_MODES];
    uint64_t writable[BITMAP_WORDS(TCG_TLB_PAGES)]; /* host pages that an entry may let writes pass
                                                     * to, by their number modulo TCG_TLB_PAGES */
    JumpSet sets[TCG_JUMP_SETS];
    JumpSet *set; /* the one that env->jumps belongs to */
    uint64_t jump_pages[BITMAP_WORDS(TCG_JUMP_PAGES)]; /* pages that any set may have a pc in, by
                                                        * their number modulo TCG_JUMP_PAGES */
    uint64_t use_count;
    uint64_t icount_total; /* instructions executed in earlier slices */
    int64_t icount_slice;  /* budget that the running slice began with */
    uintptr_t io_ra;       /* during a device access: where in translated code it was made */
    bool in_io;
    struct ITrace *itrace;  /* itrace.c: what was recorded; NULL: nothing yet */
    const char *function;   /* vcpu_function: where it is, and since when */
    int64_t function_since;
    uint64_t recent[TCG_RECENT]; /* where the blocks began that the run loop entered last: n at
                                  * n % TCG_RECENT, counted by stats_exec */
    uint64_t stats_exec, stats_fill, stats_flush, stats_lookups, stats_misses;
} TcgCpu;

static inline TcgCpu *tcg_cpu(CPUState *cpu)
{
    return cpu->accel;
}

static inline CPUState *cpu_from_env(TcgEnv *env)
{
    return env->cpu;
}

/* What an atomic operation makes of @old, which is there, and @v. */
uint64_t tcg_rmw_result(RmwKind kind, uint64_t old, uint64_t v, MemOp m);

/* cputlb.c */
void tcg_tlb_init(TcgCpu *tc);
void tcg_tlb_flush(CPUState *cpu);
void tcg_tlb_flush_page(CPUState *cpu, uint64_t va);
/* Physical (ram) address of code at @va, or TB_NO_PAGE with the exception recorded. *host gets the
 * host address. */
uint64_t tcg_code_address(CPUState *cpu, uint64_t va, const uint8_t **host);
/* The page at ram address @addr got translated code, or became clean: no TLB may write to it
 * unseen.  Any thread.  True: some other vCPU may have looked into its TLB before, and be about to
 * store, until all vCPUs were seen outside of translated code (and somebody has said so). */
bool tcg_tlb_protect(ram_addr_t addr);
void tcg_tlb_no_late_stores(void); /* exclusive */
uint64_t tcg_load(CPUState *cpu, uint64_t va, MemOp m, uintptr_t ra);
void tcg_store(CPUState *cpu, uint64_t va, uint64_t v, MemOp m, uintptr_t ra);
void tcg_runtime_init(void);

/* jump_cache.c.  Own thread. */
void tcg_jumps_init(TcgCpu *tc);
void tcg_jumps_free(TcgCpu *tc);
/* The block at @key, or NULL.  The set of its flags is the current one from now on. */
TranslationBlock *tcg_jumps_find(TcgCpu *tc, TbKey key);
void tcg_jumps_add(TcgCpu *tc, TranslationBlock *tb); /* to the current set */
void tcg_jumps_flush(TcgCpu *tc);
void tcg_jumps_flush_page(TcgCpu *tc, uint64_t va); /* what depends on the mapping of this page */

/* A device access begins and ends: for the exact instruction count, and for messages.  Own thread.
 */
static inline void tcg_io_begin(CPUState *cpu, uintptr_t ra)
{
    tcg_cpu(cpu)->io_ra = ra;
    tcg_cpu(cpu)->in_io = true;
}

static inline void tcg_io_end(CPUState *cpu)
{
    tcg_cpu(cpu)->in_io = false;
}

/* cpu_exec.c */
enum { EXCP_INTERRUPT = 0x10000 }; /* cpu_exec returned because it was asked to */

/* Run @cpu until something needs its thread: EXCP_INTERRUPT, EXCP_HALTED, EXCP_DEBUG,
 * or (under -icount) EXCP_INTERRUPT with the budget used up.  No lock held. */
int cpu_exec(CPUState *cpu);

/* The key of the block at the pc of @cpu. */
TbKey tcg_current_key(CPUState *cpu);

/* The block at @key, translated now if there is none, with at most @max_insns instructions.  NULL:
 * its first byte cannot be fetched; the exception is recorded.  Own thread, inside an exec
 * section. */
TranslationBlock *tcg_find_block(CPUState *cpu, TbKey key, unsigned max_insns);

/* The pc of the instruction that called out of translated code at @ra; false when @ra lies in no
 * block. */
bool tcg_pc_of(CPUState *cpu, uintptr_t ra, uint64_t *pc, unsigned *insns_not_done);
NORETURN void tcg_loop_exit(CPUState *cpu, uintptr_t ra);

/* icount.c: the virtual clock counts instructions. */
extern bool icount_enabled;
void icount_start(void);
void icount_charge(Ir *c, unsigned ninsns); /* charge.c: make a block pay for its instructions */
uint64_t icount_of(TcgCpu *tc);             /* instructions it has executed */
int64_t icount_budget_until_deadline(void); /* instructions that may run before a timer is due */
bool icount_trap(TcgCpu *tc);               /* it takes time; false: the budget is used up */
void icount_account(TcgCpu *tc);            /* the slice of @tc ended: add what it executed.  BQL */
void icount_idle(void);       /* all vCPUs wait: let time pass to the next timer.  BQL */
void icount_run_timers(void); /* BQL */

/* vcpus.c: what the two kinds of thread loops share.  BQL. */
bool tcg_thread_is_idle(CPUState *cpu);
void tcg_wait_io_event(CPUState *cpu); /* sleep while idle; obey stop; run queued work */
void tcg_wait_io_event_common(CPUState *cpu);
extern __thread CPUState *current_cpu; /* the vCPU whose code this thread is running */
void tcg_cpu_prepare(CPUState *cpu);   /* makes cpu->accel */
void tcg_cpu_release(CPUState *cpu);   /* frees it: nobody runs the vCPU any more */
void tcg_take_vcpus(void);              /* pausing and resuming vCPUs is done here */
int tcg_cpus_exec(CPUState *cpu);      /* one slice: BQL dropped around cpu_exec */

/* The two kinds of thread loops, mttcg.c and rr.c: AccelOps' members of these names. */
void mttcg_start_vcpu_thread(CPUState *cpu);
void mttcg_destroy_vcpu_thread(CPUState *cpu);
void mttcg_kick_vcpu_thread(CPUState *cpu);
void mttcg_yield(CPUState *cpu);
void rr_start_vcpu_thread(CPUState *cpu);
void rr_destroy_vcpu_thread(CPUState *cpu);
void rr_kick_vcpu_thread(CPUState *cpu);
void rr_yield(CPUState *cpu);

#endif
