/* SPDX-License-Identifier: MIT */
/* From IR to something that runs: the interface between the accelerator and an engine.
 *
 * An engine is the JIT for this host, or the interpreter; both run the same IR and whatever a guest
 * can observe is the same in both.  The accelerator owns the blocks and the code buffer's regions;
 * the engine fills a TcgCode. */
#ifndef TCG_TCG_H
#define TCG_TCG_H

#include "tcg/ir.h"

/* Where the code of a guest instruction begins: the way back from a host address to a guest pc. */
typedef struct TcgMark {
    uint32_t host; /* offset of the first host byte (interpreter: index of the op); ascending */
    uint16_t insn; /* number of the instruction in the block */
    int32_t pc;    /* guest pc - TcgCode.pc; an extended block can jump back in its page */
} TcgMark;

/* A direct exit: a jump that can be patched to go straight to another block. */
typedef struct TcgExitSlot {
    uint32_t patch;    /* JIT: offset of the rel32 to patch */
    uint32_t unlinked; /* JIT: offset of where it jumps while unlinked */
    struct TcgCode *target; /* the block it is linked to, or NULL (for the interpreter; atomic) */
    uint64_t pc; /* guest pc it goes to */
} TcgExitSlot;

/* The translation of one block.  64-byte aligned, so that an exit number fits in its low bits (see
 * TcgEngine.exec). */
typedef struct TcgCode {
    uint64_t pc;
    const uint8_t *entry; /* executable address */
    uint32_t size;        /* bytes of host code */
    uint16_t nmarks, nexits, ninsns;
    bool float_off; /* from the Ir; blocks are only ever linked to blocks with the same value */
    TcgMark *marks;
    TcgExitSlot *exits;
} __attribute__((aligned(64))) TcgCode;

/* Room in one region of the code buffer.  The host code grows up from @at; metadata (marks, exits,
 * ops) is allocated from the accelerator's arena with meta_alloc. */
typedef struct TcgBuffer {
    uint8_t *write;      /* writable address of the next free byte */
    const uint8_t *exec; /* the same byte's executable address */
    size_t room;         /* bytes left */
    /* 8-aligned; NULL when the region is full */
    void *(*meta_alloc)(struct TcgBuffer *b, size_t size);
    void *opaque;
} TcgBuffer;

typedef struct TcgEngine {
    const char *name, *summary;
    int priority; /* the highest available one is the default */

    /* Once per process.  False when this host cannot run the engine. */
    bool (*init)(const IrGlobal *globals, unsigned nglobals, TcgBuffer *b, Error **errp);

    /* Translate @c (optimised, with liveness) into @code, consuming room of @b.  False: the region
     * is full, nothing was consumed. */
    bool (*gen)(Ir *c, TcgBuffer *b, TcgCode *code);

    /* Run from @code on until something needs the caller.  Returns the TcgCode with the number of
     * the direct exit in its low 6 bits, when an unlinked exit was taken (env->pc is set), else 0
     * with env->exit_kind. */
    uintptr_t (*exec)(TcgEnv *env, const TcgCode *code);

    /* Make exit @n of @code go to @to, or (NULL) back to the caller.  Safe while other threads run
     * the code. */
    void (*link)(TcgCode *code, unsigned n, TcgCode *to);

    /* What JumpEntry.entry holds for a block. */
    const void *(*jump_entry)(const TcgCode *code);

} TcgEngine;

#define TCG_ENGINE(engine) LINKSET_ADD(tcg_engines, engine)

/* The engine called @name, or the best one for NULL. */
const TcgEngine *tcg_find_engine(const char *name, Error **errp);

/* The mark of the instruction that the code at @offset belongs to. */
const TcgMark *tcg_find_mark(const TcgCode *code, uint32_t offset);

/* What the accelerator provides to translated code.  @ra is the host return address in the code
 * buffer: whoever raises an exception finds the block and the mark from it, and so the guest pc. An
 * @ra that lies in no block (the interpreter's own C code) means that env->pc, current and
 * current_insn are exact.  These functions may not return: an exception leaves them by siglongjmp
 * to env->jmp_env.  Every global is exact in env when they are called. */
typedef struct TcgRuntime {
    uint64_t (*load)(TcgEnv *env, uint64_t addr, MemOp m, uintptr_t ra);
    void (*store)(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra);
    uint64_t (*rmw)(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra);
    uint64_t (*cmpxchg)(TcgEnv *env, uint64_t addr, uint64_t expected, uint64_t v, MemOp m,
                        uintptr_t ra);
} TcgRuntime;

extern TcgRuntime tcg_runtime; /* filled by the accelerator before the first block is made */

/* A helper with HF_TRAPS learns the @ra of its caller with this, in its own body (it must not be
 * inlined). */
#define tcg_helper_ra() ((uintptr_t)__builtin_return_address(0))

/* Guest floating-point state, wherever it is right now (the JIT keeps flags in MXCSR). */
uint8_t tcg_fp_flags(TcgEnv *env);
void tcg_fp_set(TcgEnv *env, unsigned rm, uint8_t flags);

/* For engines that use MXCSR: env->mxcsr_guest before translated code runs, and after. */
void tcg_fp_enter(TcgEnv *env);
void tcg_fp_leave(TcgEnv *env);

#endif
