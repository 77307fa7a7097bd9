/* SPDX-License-Identifier: MIT */
/* A CPU, whatever its instruction set: what accelerators and boards see of it.
 *
 * A target's CPU is a Device whose state struct begins with a CPUState; its row's .ops is a CpuOps.
 * The state that translated code works on begins with a TcgEnv and is found through cpu->env.  Lock
 * notes name the BQL (base/bql.h); "own thread" is the thread that runs this vCPU. */
#ifndef TARGET_CPU_H
#define TARGET_CPU_H

#include <pthread.h>
#include "qom/device.h"
#include "tcg/ir.h"

typedef struct CPUState CPUState;

typedef enum MmuAccess { MMU_LOAD, MMU_STORE, MMU_FETCH } MmuAccess;

enum { PROT_R = 1, PROT_W = 2, PROT_X = 4 };

/* The answer of a page walk.  Valid for the @size bytes around the address (a power of two,
 * aligned); smaller than a page when protection is finer (RISC-V PMP): such an answer is never
 * cached. */
typedef struct TlbFill {
    uint64_t phys; /* physical address of the address asked for */
    uint64_t size;
    unsigned prot; /* PROT_*: all that is allowed here, so that one walk serves the next access too.
                    * PROT_W only when the page's dirty bit is already set */
    /* So are all these around it, as physical addresses: same offset to the virtual ones, same
     * prot.  first > last: nothing is known of others. */
    uint64_t linear_first, linear_last;
    bool noncacheable; /* memory attributes only: no effect on what is read */
} TlbFill;

/* What identifies a translation besides its physical address: the virtual pc and all state the
 * decoder looked at. */
typedef struct TbKey {
    uint64_t pc;
    uint32_t flags; /* the target's own encoding; must fit 16 bits */
} TbKey;

/* One block to be translated. */
typedef struct TbRequest {
    TbKey key;
    unsigned max_insns; /* 1 ... IR_MAX_INSNS */
    bool single_step;   /* leave to the loop after each instruction */
    /* Shall the block end before the instruction at @pc, if that is not its first one?  NULL:
     * nowhere. */
    bool (*ends_before)(uint64_t pc);
    bool counted;       /* what is executed is counted: nothing may be computed in vain */
    /* Guest bytes at @pc; fewer than @len are never delivered.  False: the fetch faults.  The
     * target then ends the block before this instruction, or, when it is the first one, emits
     * code that raises the fault. */
    bool (*fetch)(struct TbRequest *r, uint64_t pc, void *buf, unsigned len);
    void *opaque;
    /* filled by the target: */
    unsigned ninsns;
    unsigned nbytes; /* from key.pc on: the bytes of guest code that the block depends on.  0: it
                      * raises a fetch fault; run it once, and let nobody find it again */
} TbRequest;

/* What a target does. */
typedef struct CpuOps {
    const IrGlobal *globals;
    unsigned nglobals;
    /* Other 64-bit fields that instructions change, for -d itrace: control registers. */
    const IrGlobal *state;
    unsigned nstate;
    uint16_t elf_machine; /* EM_*: programs for this CPU */

    /* The key of the block that starts at the current state. */
    TbKey (*tb_key)(CPUState *cpu);

    /* Translate one block into @c.  It must end in an exit. */
    void (*translate)(CPUState *cpu, Ir *c, TbRequest *r);

    /* An exception was raised in the middle of a block: the instruction at @pc did not complete.
     * Sets env->pc, and whatever else translated code leaves stale.  May be NULL: then env->pc =
     * pc. */
    void (*restore_state)(CPUState *cpu, uint64_t pc);

    /* Translate @va for an access of @size bytes.  False: no translation; the exception is recorded
     * (exception_index and its details) unless @probe.  Sets A/D bits as the architecture says. */
    bool (*tlb_fill)(CPUState *cpu, uint64_t va, unsigned size, MmuAccess access, int mmu_idx,
                     bool probe, TlbFill *out);

    /* Record the exception for an access that failed at the bus (@phys has no device) or that may
     * not be misaligned. */
    void (*bus_error)(CPUState *cpu, uint64_t va, uint64_t phys, MmuAccess access);
    void (*misaligned)(CPUState *cpu, uint64_t va, MmuAccess access);

    /* Is there a reason to leave halt? */
    bool (*has_work)(CPUState *cpu);
    /* Enter the handler of the recorded exception, cpu->exception_index.  Own thread, no lock. */
    void (*do_exception)(CPUState *cpu);
    /* Enter the handler of the best pending interrupt, if one can be taken now (returns true).  Own
     * thread, BQL held. */
    bool (*do_interrupt)(CPUState *cpu);

    /* MMU index that data accesses of the current state use; for debuggers and semihosting. */
    int (*mmu_index)(CPUState *cpu, MmuAccess access);
    /* va -> phys as a debugger sees it: no faults, no A/D updates. */
    bool (*debug_translate)(CPUState *cpu, uint64_t va, uint64_t *phys);

    /* Text of the instruction at @buf (never reads past @len); returns its length in bytes. */
    unsigned (*disassemble)(CPUState *cpu, uint64_t pc, const uint8_t *buf, unsigned len, Str *out);
    /* "info registers", "-d cpu,fpu". */
    void (*dump_state)(CPUState *cpu, Str *out);
    void (*dump_core)(CPUState *cpu, Str *out); /* "-d cpu": without floating point */
    /* In words, for messages: "S mode, load page fault at ...".  */
    void (*describe)(CPUState *cpu, Str *out);
    const struct GdbTarget *gdb; /* registers as gdb sees them (target/gdb.h); may be NULL */
    const struct PageView *pages; /* page tables as people see them (target/page_view.h), or NULL */
} CpuOps;

enum {
    EXCP_NONE = -1,
    EXCP_HALTED = 0x10001, /* leave cpu_exec: nothing to do until has_work */
    EXCP_DEBUG,            /* a breakpoint or a finished single step */
};

/* interrupt_request bits that every target has; the rest are the target's. */
enum {
    CPU_INTERRUPT_HARD = 1,   /* some interrupt line may be deliverable */
    CPU_INTERRUPT_HALT = 2,   /* stop until has_work */
};

/* Why a vCPU returned EXCP_DEBUG. */
typedef struct DebugEvent {
    enum { DEBUG_NONE, DEBUG_BREAK, DEBUG_STEP, DEBUG_WATCH } reason;
    uint64_t watch; /* DEBUG_WATCH: where the watchpoint begins ... */
    unsigned watch_kind; /* ... and what it waited for: set of WATCH_* */
} DebugEvent;

/* qemu.sstepbits of the gdb protocol. */
enum {
    SSTEP_ENABLE = 1,
    SSTEP_NOIRQ = 2,   /* no interrupt is taken meanwhile */
    SSTEP_NOTIMER = 4, /* the virtual clock stands still meanwhile */
};

typedef struct CPUWork CPUWork;

struct CPUState {
    Device dev;
    const CpuOps *ops;
    TcgEnv *env; /* start of the target's architectural state */
    int index;   /* 0, 1, ... in creation order */
    char *name;  /* "vcpu0" */

    /* own thread */
    int32_t exception_index;
    bool running; /* inside cpu_exec */
    bool count_insns; /* insn_count must be exact from now on: see cpu_count_insns */
    void *accel;  /* the accelerator's own state for this vCPU */

    /* any thread, atomically */
    uint32_t interrupt_request;

    /* BQL */
    struct Thread *thread;
    bool stop, stopped, halted, unplug;
    unsigned polls; /* how often in a row it waited with something pending; own thread */
    /* Atomic: it executes firmware that was called, and had better not be held up: all may be
     * waiting for it, and it has races that show then (OpenSBI 1.1 marks a hart as started before
     * it writes where to). */
    bool in_firmware;
    pthread_cond_t *halt_cond;
    bool start_powered_off;

    /* For debuggers (target/debug.h).  BQL; what the own thread does not write
     * changes only while no vCPU runs. */
    struct {
        bool held;       /* resume_all_vcpus passes it by */
        unsigned step;   /* set of SSTEP_*; 0: run freely */
        uint64_t step_from, step_to; /* go on stepping in here */
        bool stepped; /* own thread: it has taken one */
        DebugEvent event; /* own thread: why it stopped; taken away by whoever reports it */
    } debug;

    pthread_mutex_t work_lock; /* guards the work list */
    List work;                 /* of CPUWork */

    struct AddressSpace *as;   /* its physical memory; set by the board before realize */
    List link;                 /* in cpu_list */
};

/* All vCPUs in creation order.  Changed only under the BQL while no vCPU runs. */
extern List cpu_list;
#define CPU_FOREACH(cpu) LIST_FOREACH(cpu, &cpu_list, link)

CPUState *cpu_by_index(int index);

/* Common part of init, realize and finalize of a target's row.  init sets env->cpu. */
void cpu_init_common(CPUState *cpu, const CpuOps *ops, TcgEnv *env);
bool cpu_realize_common(CPUState *cpu, Error **errp); /* starts the vCPU thread, stopped */
void cpu_unrealize_common(CPUState *cpu); /* ends the thread; no vCPU runs */
void cpu_finalize_common(CPUState *cpu);
void cpu_reset_common(CPUState *cpu);
void cpu_log_reset(CPUState *cpu); /* "-d cpu_reset"; before the target's reset changes anything */

/* Raise or withdraw interrupt_request bits; raising makes the vCPU look.  Any thread (BQL for bits
 * that devices own). */
void cpu_interrupt(CPUState *cpu, uint32_t mask);
void cpu_reset_interrupt(CPUState *cpu, uint32_t mask);

/* Run @fn on @cpu's own thread between two blocks.  run_on_cpu waits (BQL held by the caller;
 * dropped while waiting); async does not; the safe form runs while no other vCPU is in translated
 * code. */
typedef void RunOnCpu(CPUState *cpu, void *data);
void run_on_cpu(CPUState *cpu, RunOnCpu *fn, void *data);
void async_run_on_cpu(CPUState *cpu, RunOnCpu *fn, void *data);
/* For thread loops: run what was queued for @cpu.  Own thread, BQL held (dropped around safe work).
 */
void cpu_process_work(CPUState *cpu);
bool cpu_work_pending(CPUState *cpu);
void cpu_drop_work(CPUState *cpu); /* forget what was queued; its waiters go on */
void async_safe_run_on_cpu(CPUState *cpu, RunOnCpu *fn, void *data);

/* What the accelerator does for CPUs.  One is chosen at start-up, before the first CPU is made. */
typedef struct AccelOps {
    const char *name;
    /* mttcg_start_vcpu_thread, kvm_start_vcpu_thread ...: made stopped */
    bool (*create_vcpu_thread)(CPUState *cpu, Error **errp);
    /* cpu->unplug is set, no vCPU runs: end its thread, or its part of one; with the last vCPU
     * goes all that was made for them.  BQL held, dropped while waiting. */
    void (*destroy_vcpu_thread)(CPUState *cpu);
    void (*kick_vcpu)(CPUState *cpu);  /* make it leave guest code soon; any thread */
    /* @cpu waits for what another one does: let those that share its thread run first.  Own
     * thread, from helpers at the end of a block. */
    void (*yield)(CPUState *cpu);
    void (*reset_vcpu)(CPUState *cpu); /* caches of the accelerator, after a reset */
    void (*safe_work)(CPUState *cpu, RunOnCpu *fn, void *data);

    /* Own thread, from helpers and tlb_fill: */
    /* Raise cpu->exception_index; @ra as in tcg/tcg.h. */
    NORETURN void (*loop_exit)(CPUState *cpu, uintptr_t ra);
    void (*tlb_flush)(CPUState *cpu); /* all cached translations of this vCPU */
    void (*tlb_flush_page)(CPUState *cpu, uint64_t va);
    /* A debugger set a breakpoint: no code may be left that would run past it.  BQL, no vCPU runs.
     */
    void (*breakpoint_added)(uint64_t pc);
    /* Read and write guest memory as the guest would, at @mmu_idx; may raise. */
    uint64_t (*load)(CPUState *cpu, uint64_t va, MemOp m, uintptr_t ra);
    void (*store)(CPUState *cpu, uint64_t va, uint64_t v, MemOp m, uintptr_t ra);
    /* The executed instructions, the running one included; exact under -icount and with
     * cpu->count_insns, else one in a nanosecond of guest time. */
    uint64_t (*insn_count)(CPUState *cpu);
    /* Append what it executed last, a line for each fact; may be NULL.  Own thread, or while it
     * does not run. */
    void (*append_history)(CPUState *cpu, Str *out);
} AccelOps;

extern const AccelOps *cpus_accel;

/* Have instructions counted exactly on @cpu until its reset, which makes its code a little slower:
 * for a guest that has written an instruction counter and so cares.  Counting begins anew.  Own
 * thread, from a helper at the end of a block. */
void cpu_count_insns(CPUState *cpu);

/* Leave the current instruction with exception @index.  Own thread, from helpers. */
NORETURN void cpu_raise(CPUState *cpu, int index, uintptr_t ra);

/* Read or write @len bytes of guest memory as a debugger does, by virtual or by physical address.
 * False when some of it is not there.  BQL. */
bool cpu_memory_rw_debug(CPUState *cpu, uint64_t va, void *buf, size_t len, bool is_write);
bool cpu_physical_rw_debug(CPUState *cpu, uint64_t addr, void *buf, size_t len, bool is_write);

/* "-cpu NAME,prop=...": a board asks for a CPU type by the user's words.  Lists the models of one
 * base type. */
Device *cpu_new_from_text(const char *base_type, const char *text, Error **errp);
void cpu_help(const char *base_type, FILE *out);

#endif
