/* SPDX-License-Identifier: MIT */
#include "accel/tcg/itrace.h"

#include "accel/tcg/debug.h"
#include "base/alloc.h"
#include "base/symbols.h"
#include "base/view.h"

enum {
    LAST_DEFAULT = 100,
    LAST_MAX = 1 << 20,
    INSN_BYTES = 16,
    CHANGES = 4,
    GLOBALS_MAX = 128,
};

/* ---- what was asked for ---- */

typedef struct Place {
    char *text; /* NULL: not given */
    uint64_t addr, size; /* of its symbol; 0: one address */
} Place;

static struct {
    Place from, to, func;
    uint64_t last; /* 0: show each at once */
    bool resolved; /* atomic */
    bool impossible;
    bool blocks_dropped; /* atomic: those from before, which may lead through a place */
} asked = {.last = LAST_DEFAULT};

static bool set_last(const char *value, Error **errp)
{
    if (strcmp(value, "all") == 0) {
        asked.last = 0;
        return true;
    }
    if (!parse_u64(value, &asked.last, errp) || asked.last < 1 || asked.last > LAST_MAX) {
        if (!errp || !*errp) {
            err_set(errp, "1 to %d, or all", LAST_MAX);
        }
        err_prepend(errp, "-d itrace,last=%s: ", value);
        return false;
    }
    return true;
}

static bool option(const char *key, const char *value, Error **errp)
{
    Place *place = strcmp(key, "from") == 0   ? &asked.from
                   : strcmp(key, "to") == 0   ? &asked.to
                   : strcmp(key, "func") == 0 ? &asked.func
                                              : NULL;

    if (strcmp(key, "last") == 0) {
        return set_last(value, errp);
    }
    if (!place) {
        return err_set(errp, "-d itrace,%s=%s: there are from, to, func and last", key, value);
    }
    free(place->text);
    *place = (Place){.text = xstrdup(value)};
    __atomic_store_n(&asked.resolved, false, __ATOMIC_RELEASE);
    return true;
}
LOG_ITEM_OPTIONS(itrace, "the last instructions with what they changed: from=, to=, func=, last=",
                 option);

/* Symbols are known when the first instruction runs, and not before. */
static void resolve(Place *p)
{
    if (!p->text || parse_u64(p->text, &p->addr, NULL)) {
        return;
    }
    if (!symbols_address(p->text, &p->addr)) {
        warn_report("-d itrace: there is no symbol '%s' (-symbols FILE reads some); nothing will "
                    "recorded", p->text);
        asked.impossible = true;
        return;
    }
    p->size = symbols_size(p->addr);
}

/* Any vCPU's thread. */
static void resolve_once(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    if (likely(__atomic_load_n(&asked.resolved, __ATOMIC_ACQUIRE))) {
        return;
    }
    pthread_mutex_lock(&lock);
    if (!asked.resolved) {
        asked.impossible = false;
        __atomic_store_n(&asked.blocks_dropped, false, __ATOMIC_RELAXED);
        resolve(&asked.from);
        resolve(&asked.to);
        resolve(&asked.func);
        __atomic_store_n(&asked.resolved, true, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
}

/* When the monitor turns recording on, there are blocks that were made without it.  Own thread, no
 * lock held. */
static void drop_blocks_once(void)
{
    if (unlikely(!__atomic_load_n(&asked.blocks_dropped, __ATOMIC_RELAXED))) {
        __atomic_store_n(&asked.blocks_dropped, true, __ATOMIC_RELAXED);
        if (asked.from.text) {
            tb_invalidate_pcs(asked.from.addr, 1);
        }
        if (asked.func.text) {
            tb_invalidate_pcs(asked.func.addr, MAX(asked.func.size, 1ULL));
        }
    }
}

static bool in_function(uint64_t pc)
{
    return !asked.func.text || pc - asked.func.addr < MAX(asked.func.size, 1ULL);
}

/* ---- what is kept ---- */

typedef struct Insn {
    uint64_t pc, times; /* more than once in a row: a jump to itself */
    uint8_t code[INSN_BYTES];
    uint8_t len;
    bool completed; /* else it raised an exception */
    uint8_t nregs, nmem;
    struct {
        uint64_t value;
        uint8_t global;
    } reg[CHANGES];
    struct {
        uint64_t va, value;
        uint8_t size;
        bool store;
    } mem[CHANGES];
} Insn;

typedef struct ITrace {
    Insn *ring;
    uint64_t size, count; /* the newest is ring[(count - 1) % size] */
    bool started;  /* from was met, and to was not since */
    uint64_t before[GLOBALS_MAX];
} ITrace;

static ITrace *trace_of(TcgCpu *tc)
{
    if (!tc->itrace) {
        tc->itrace = xnew(ITrace);
        tc->itrace->size = MAX(asked.last, 1ULL) + 1; /* and the one under way */
        tc->itrace->ring = xnew_n(Insn, tc->itrace->size);
        tc->itrace->started = !asked.from.text;
    }
    return tc->itrace;
}

static Insn *newest(const ITrace *t, uint64_t back)
{
    return t->count > back ? &t->ring[(t->count - 1 - back) % t->size] : NULL;
}

static uint64_t global_value(const CPUState *cpu, unsigned n)
{
    uint64_t v;

    memcpy(&v, (const char *)cpu->env + cpu->ops->globals[n].offset, sizeof(v));
    return v;
}

static void append_insn(CPUState *cpu, const Insn *in, Str *out)
{
    Str text = {0}, at = {0};

    str_printf(&at, "%#" PRIx64, in->pc);
    symbols_describe(&at, in->pc);
    cpu->ops->disassemble(cpu, in->pc, in->code, in->len, &text);
    for (char *p = text.s; p && *p; p++) {
        *p = *p == '\t' ? ' ' : *p;
    }
    str_printf(out, "itrace: %s %-30s %-*s", cpu->name, str_get(&at),
               in->nregs || in->nmem || !in->completed || in->times > 1 ? 28 : 0, str_get(&text));
    for (unsigned i = 0; i < in->nregs; i++) {
        str_printf(out, " %s=%#" PRIx64, cpu->ops->globals[in->reg[i].global].name,
                   in->reg[i].value);
    }
    for (unsigned i = 0; i < in->nmem; i++) {
        str_printf(out, " %s%u[%#" PRIx64 "]%s%#" PRIx64, in->mem[i].store ? "store" : "load",
                   8 * in->mem[i].size, in->mem[i].va, in->mem[i].store ? "=" : ":",
                   in->mem[i].value);
    }
    if (!in->completed) {
        str_append(out, " raises an exception");
    }
    if (in->times > 1) {
        str_printf(out, " (%" PRIu64 " times)", in->times);
    }
    str_append(out, "\n");
    str_free(&text);
    str_free(&at);
}

static void show_at_once(CPUState *cpu, const Insn *in)
{
    Str text = {0};

    append_insn(cpu, in, &text);
    log_printf("%s", str_get(&text));
    str_free(&text);
}

void itrace_append(CPUState *cpu, Str *out)
{
    const ITrace *t = tcg_cpu(cpu) ? tcg_cpu(cpu)->itrace : NULL;

    if (t && asked.last) {
        for (uint64_t back = MIN(t->count, MIN(asked.last, t->size - 1)); back > 0; back--) {
            append_insn(cpu, newest(t, back - 1), out);
        }
    }
}

void itrace_print_all(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        Str text = {0};

        itrace_append(cpu, &text);
        log_printf("%s", str_get(&text));
        str_free(&text);
    }
}

static void append_work(CPUState *cpu, void *data)
{
    itrace_append(cpu, data);
}

static void print_view(Str *out)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        run_on_cpu(cpu, append_work, out);
    }
}
VIEW(itrace, "the last instructions of each CPU (-d itrace)", print_view);

/* ---- recording ---- */

bool itrace_or_break_at(uint64_t pc)
{
    resolve_once();
    return (asked.from.text && pc == asked.from.addr) || (asked.func.text && in_function(pc)) ||
           debug_break_at(pc);
}

bool itrace_wants(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);
    ITrace *t = trace_of(tc);
    uint64_t pc = cpu->env->pc;
    bool wanted;

    resolve_once();
    drop_blocks_once();
    if (asked.from.text && pc == asked.from.addr) {
        t->started = true;
    } else if (asked.to.text && pc == asked.to.addr) {
        t->started = false;
    }
    wanted = log_on(itrace) && t->started && !asked.impossible && in_function(pc);
    if (wanted != tc->itrace_on) {
        tc->itrace_on = wanted;
        tcg_tlb_flush(cpu); /* what passes the TLB changes */
    }
    return wanted;
}

/* The bytes of the instruction at @pc, which is of @len; an instruction may end on another page. */
static unsigned read_code(CPUState *cpu, uint64_t pc, unsigned len, uint8_t *code)
{
    unsigned done = 0;

    len = MIN(len, (unsigned)INSN_BYTES);
    while (done < len) {
        uint64_t left = TCG_PAGE_SIZE - ((pc + done) & ~TCG_PAGE_MASK);
        const uint8_t *host;
        unsigned n = MIN((uint64_t)(len - done), left);

        if (tcg_code_address(cpu, pc + done, &host) == TB_NO_PAGE) {
            cpu->exception_index = EXCP_NONE; /* the instruction itself will find out */
            break;
        }
        memcpy(code + done, host, n);
        done += n;
    }
    return done;
}

static void begin(CPUState *cpu, ITrace *t, const TranslationBlock *tb)
{
    Insn *in, *last = newest(t, 0);

    if (last && !last->completed && !asked.last) {
        show_at_once(cpu, last);
    }
    in = &t->ring[t->count++ % t->size];
    *in = (Insn){.pc = tb->code.pc, .times = 1};
    in->len = read_code(cpu, in->pc, tb->nbytes, in->code);
    for (unsigned n = 0; n < MIN(cpu->ops->nglobals, (unsigned)GLOBALS_MAX); n++) {
        t->before[n] = global_value(cpu, n);
    }
}

/* The same again, with no effect: there is nothing new to show. */
static bool repeats(const Insn *a, const Insn *b)
{
    return b && b->completed && a->pc == b->pc && !a->nregs && !a->nmem && !b->nregs && !b->nmem;
}

static void complete(CPUState *cpu, ITrace *t)
{
    Insn *in = newest(t, 0), *last = newest(t, 1);

    in->completed = true;
    for (unsigned n = 0; n < MIN(cpu->ops->nglobals, (unsigned)GLOBALS_MAX); n++) {
        if (global_value(cpu, n) != t->before[n] && in->nregs < CHANGES) {
            in->reg[in->nregs].global = n;
            in->reg[in->nregs++].value = global_value(cpu, n);
        }
    }
    if (repeats(in, last)) {
        last->times++;
        t->count--;
    } else if (!asked.last) {
        show_at_once(cpu, in);
    }
}

void itrace_run(CPUState *cpu, int *ret)
{
    ITrace *t = tcg_cpu(cpu)->itrace;
    TranslationBlock *tb;

    if ((icount_enabled || cpu->count_insns) && cpu->env->icount_budget <= 0) {
        *ret = EXCP_INTERRUPT;
        return;
    }
    tb = tcg_debug_find_single(cpu);
    if (!tb) {
        return; /* the exception is next */
    }
    begin(cpu, t, tb);
    tb = tcg_debug_find_single(cpu); /* a page walk for its second page may have let it go */
    if (tb) {
        tcg_engine->exec(cpu->env, &tb->code);
        complete(cpu, t);
    }
}

void itrace_note_memory(TcgCpu *tc, uint64_t va, unsigned size, uint64_t value, bool store)
{
    Insn *in = tc->itrace ? newest(tc->itrace, 0) : NULL;

    if (in && !in->completed && in->nmem < CHANGES) {
        in->mem[in->nmem].va = va;
        in->mem[in->nmem].size = size;
        in->mem[in->nmem].store = store;
        in->mem[in->nmem++].value = extract64(value, 0, 8 * size);
    }
}
