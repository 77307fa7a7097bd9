/* SPDX-License-Identifier: MIT */
/* The jump cache of a vCPU: where a pc is looked up first, by the run loop and by translated code
 * itself (exit_pc).
 *
 *     block flags -> a set:  jump_index(pc) -> pc, host code | block
 *
 * Translated code sees the set of the flags that it was made for (env->jumps), so it compares the
 * pc alone.  An entry holds as long as the pc is mapped to the same code: a TLB flush empties the
 * sets, the current one at once and the others when they are selected again.  A block that goes is
 * forgotten by whoever removes it, from any thread. */
#include "accel/tcg/tcg_cpu.h"
#include "base/alloc.h"

/* Costs no more than filling it did. */
static void set_clear(JumpSet *s)
{
    bool listed = s->nfills < TCG_JUMP_FILLS;
    size_t used = listed ? s->nfills : TCG_JUMP_SIZE;

    for (size_t n = 0; n < used; n++) {
        __atomic_store_n(&s->entries[listed ? s->fills[n] : n].pc, JUMP_NO_PC, __ATOMIC_RELAXED);
    }
    s->nfills = 0;
}

/* From now on other threads may find the entries. */
static void set_alloc(JumpSet *s)
{
    JumpEntry *entries = xnew_n(JumpEntry, TCG_JUMP_SIZE);

    for (size_t i = 0; i < TCG_JUMP_SIZE; i++) {
        entries[i].pc = JUMP_NO_PC;
    }
    s->tbs = xnew_n(TranslationBlock *, TCG_JUMP_SIZE);
    __atomic_store_n(&s->entries, entries, __ATOMIC_RELEASE);
}

void tcg_jumps_init(TcgCpu *tc)
{
    set_alloc(&tc->sets[0]);
    tc->set = &tc->sets[0];
    tc->cpu->env->jumps = tc->set->entries;
}

void tcg_jumps_free(TcgCpu *tc)
{
    for (size_t i = 0; i < TCG_JUMP_SETS; i++) {
        free(tc->sets[i].entries);
        free(tc->sets[i].tbs);
    }
}

/* Every set but the current one is cleared when it is selected again. */
void tcg_jumps_flush(TcgCpu *tc)
{
    for (size_t i = 0; i < TCG_JUMP_SETS; i++) {
        tc->sets[i].stale = true;
    }
    set_clear(tc->set);
    tc->set->stale = false;
    memset(tc->jump_pages, 0, sizeof(tc->jump_pages));
}

static size_t jump_page(uint64_t va)
{
    return (va >> TCG_PAGE_BITS) % TCG_JUMP_PAGES;
}

/* Most flushed pages have data.  A block can begin in one page and end in the next. */
void tcg_jumps_flush_page(TcgCpu *tc, uint64_t va)
{
    if (bit_test(tc->jump_pages, jump_page(va)) ||
        bit_test(tc->jump_pages, jump_page(va - TCG_PAGE_SIZE))) {
        tcg_jumps_flush(tc);
    }
}

void tcg_cpu_forget_pc(CPUState *cpu, uint64_t pc)
{
    TcgCpu *tc = tcg_cpu(cpu);

    for (size_t i = 0; tc && i < TCG_JUMP_SETS; i++) {
        JumpEntry *entries = __atomic_load_n(&tc->sets[i].entries, __ATOMIC_ACQUIRE);
        JumpEntry *e = entries ? &entries[jump_index(pc)] : NULL;

        if (e && __atomic_load_n(&e->pc, __ATOMIC_RELAXED) == pc) {
            __atomic_store_n(&e->pc, JUMP_NO_PC, __ATOMIC_RELAXED);
        }
    }
}

static JumpSet *known_set(TcgCpu *tc, uint32_t flags)
{
    for (JumpSet *s = tc->sets; s < tc->sets + TCG_JUMP_SETS; s++) {
        if (s->flags == flags && s->valid) {
            return s;
        }
    }
    return NULL;
}

/* The set not used for longest becomes that of @flags. */
static JumpSet *take_set(TcgCpu *tc, uint32_t flags)
{
    JumpSet *oldest = &tc->sets[0];

    for (JumpSet *s = tc->sets; s < tc->sets + TCG_JUMP_SETS; s++) {
        oldest = s->last_used < oldest->last_used ? s : oldest;
    }
    if (!oldest->entries) {
        set_alloc(oldest);
    }
    oldest->flags = flags;
    oldest->valid = oldest->stale = true;
    return oldest;
}

/* From now on blocks are looked up, by translated code too, in the set for @flags. */
static void select_set(TcgCpu *tc, uint32_t flags)
{
    JumpSet *s;

    if (tc->set->valid && tc->set->flags == flags) {
        return;
    }
    s = known_set(tc, flags);
    tc->set = s ? s : take_set(tc, flags);
    if (tc->set->stale) {
        set_clear(tc->set);
        tc->set->stale = false;
    }
    tc->set->last_used = ++tc->use_count;
    tc->cpu->env->jumps = tc->set->entries;
}

TranslationBlock *tcg_jumps_find(TcgCpu *tc, TbKey key)
{
    size_t n = jump_index(key.pc);
    bool known;

    select_set(tc, key.flags);
    known = __atomic_load_n(&tc->set->entries[n].pc, __ATOMIC_RELAXED) == key.pc;
    return known ? tc->set->tbs[n] : NULL;
}

void tcg_jumps_add(TcgCpu *tc, TranslationBlock *tb)
{
    JumpSet *s = tc->set;
    size_t n = jump_index(tb->code.pc);
    JumpEntry *e = &s->entries[n];

    if (s->nfills < TCG_JUMP_FILLS) {
        s->fills[s->nfills++] = n;
    }
    bit_set(tc->jump_pages, jump_page(tb->code.pc));
    __atomic_store_n(&e->pc, JUMP_NO_PC, __ATOMIC_RELAXED);
    e->entry = tcg_engine->jump_entry(&tb->code);
    s->tbs[n] = tb;
    __atomic_store_n(&e->pc, tb->code.pc, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&tb->invalid, __ATOMIC_SEQ_CST)) {
        /* Removed meanwhile; whoever did it may have looked at this entry too early. */
        __atomic_store_n(&e->pc, JUMP_NO_PC, __ATOMIC_RELAXED);
    }
}
