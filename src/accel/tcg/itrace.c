/* SPDX-License-Identifier: MIT */
/* What -d itrace records, and how it is shown.  Translated code calls the functions at the end of
 * this file (itrace_ir.c puts the calls in), so recording an instruction costs a row of a ring that
 * is written over, and nothing is made into text before somebody wants to read it. */
#include "accel/tcg/itrace_int.h"

#include "accel/tcg/debug.h"
#include "base/alloc.h"
#include "base/symbols.h"
#include "base/view.h"

enum {
    LAST_DEFAULT = 100,
    LAST_MAX = 1 << 20,
    STATE_MAX = 32,
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
    unsigned version; /* counts how often itrace was asked for; never 0 */
} asked = {.last = LAST_DEFAULT, .version = 1};

static unsigned made_for; /* atomic: version of the blocks that there are; 0: made without calls */

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

/* Said before the machine starts, or while no vCPU runs: as all of *asked. */
static void begin(void)
{
    free(asked.from.text);
    free(asked.to.text);
    free(asked.func.text);
    asked.from = asked.to = asked.func = (Place){0};
    asked.last = LAST_DEFAULT;
    asked.version++;
    __atomic_store_n(&asked.resolved, false, __ATOMIC_RELEASE);
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
    return true;
}
LOG_ITEM_OPTIONS(itrace, "the last instructions with what they changed: from=, to=, func=, last=",
                 begin, option);

/* Symbols are known when the first instruction runs, and not before. */
static void resolve(Place *p)
{
    if (!p->text || parse_u64(p->text, &p->addr, NULL)) {
        return;
    }
    if (!symbols_address(p->text, &p->addr)) {
        warn_report("-d itrace: there is no symbol '%s' (-symbols FILE reads some); nothing will "
                    "be recorded", p->text);
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
        resolve(&asked.from);
        resolve(&asked.to);
        resolve(&asked.func);
        __atomic_store_n(&asked.resolved, true, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
}

void itrace_prepare(void)
{
    unsigned wanted = log_on(itrace) ? asked.version : 0;

    if (likely(__atomic_load_n(&made_for, __ATOMIC_ACQUIRE) == wanted)) {
        return;
    }
    resolve_once();
    tb_flush_all();
    __atomic_store_n(&made_for, wanted, __ATOMIC_RELEASE);
}

bool itrace_records(uint64_t pc)
{
    return log_on(itrace) && !asked.impossible &&
           (!asked.func.text || pc - asked.func.addr < MAX(asked.func.size, 1ULL));
}

bool itrace_or_break_at(uint64_t pc)
{
    return itrace_records(pc) || debug_break_at(pc);
}

bool itrace_ends_anywhere(void)
{
    return asked.func.text != NULL;
}

unsigned itrace_places(uint64_t pc)
{
    return (asked.from.text && pc == asked.from.addr ? ITRACE_FROM : 0) |
           (asked.to.text && pc == asked.to.addr ? ITRACE_TO : 0);
}

/* ---- what is kept ---- */

typedef struct Change {
    uint64_t before, value;
    uint8_t what; /* which global, or which row of CpuOps.state */
} Change;

typedef struct Insn {
    uint64_t pc, times; /* more than once in a row: a jump to itself */
    uint8_t code[ITRACE_CODE];
    uint8_t len;
    bool completed; /* else it raised an exception */
    uint8_t nregs, nstate, nmem;
    Change reg[ITRACE_WRITES], state[ITRACE_STATES];
    struct {
        uint64_t va, value;
        uint8_t size;
        bool store;
    } mem[ITRACE_ACCESSES];
} Insn;

typedef struct ITrace {
    unsigned version; /* what it was made for: asked.version */
    Insn *ring;
    uint64_t size, count; /* @count were recorded, the newest is at newest */
    uint64_t newest;
    Insn *under_way; /* or NULL */
    bool raising;    /* it is about to end by an exception */
    bool stopped;    /* from was not met yet, or to was */
    bool watched;    /* state_before holds what was before the instruction under way */
    uint64_t state_before[STATE_MAX];
} ITrace;

void itrace_release(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    if (tc->itrace) {
        free(tc->itrace->ring);
        free(tc->itrace);
        tc->itrace = NULL;
    }
}

static ITrace *trace_of(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);
    ITrace *t = tc->itrace;

    if (unlikely(!t || t->version != asked.version)) {
        itrace_release(cpu);
        t = xnew(ITrace);
        t->version = asked.version;
        t->size = MAX(asked.last, 1ULL) + 1; /* and the one under way */
        t->ring = xnew_n(Insn, t->size);
        t->stopped = asked.from.text != NULL;
        assert(cpu->ops->nstate <= STATE_MAX);
        tc->itrace = t;
    }
    return tc->itrace;
}

/* What was recorded of @cpu since it was asked for, or NULL. */
static ITrace *trace_if_any(CPUState *cpu)
{
    ITrace *t = tcg_cpu(cpu) ? tcg_cpu(cpu)->itrace : NULL;

    return t && t->version == asked.version ? t : NULL;
}

static Insn *newest(const ITrace *t, uint64_t back)
{
    return t->count > back ? &t->ring[(t->newest + t->size - back) % t->size] : NULL;
}

static uint64_t field_value(const CPUState *cpu, const IrGlobal *field)
{
    uint64_t v;

    memcpy(&v, (const char *)cpu->env + field->offset, sizeof(v));
    return v;
}

/* ---- showing ---- */

static void append_changes(const Insn *in, const CpuOps *ops, Str *out)
{
    for (unsigned i = 0; i < in->nregs; i++) {
        str_printf(out, " %s=%#" PRIx64, ops->globals[in->reg[i].what].name, in->reg[i].value);
    }
    for (unsigned i = 0; i < in->nstate; i++) {
        str_printf(out, " %s=%#" PRIx64, ops->state[in->state[i].what].name, in->state[i].value);
    }
    for (unsigned i = 0; i < in->nmem; i++) {
        str_printf(out, " %s%u[%#" PRIx64 "]%s%#" PRIx64, in->mem[i].store ? "store" : "load",
                   8 * in->mem[i].size, in->mem[i].va, in->mem[i].store ? "=" : ":",
                   in->mem[i].value);
    }
}

static void append_insn(CPUState *cpu, const Insn *in, Str *out)
{
    bool more = in->nregs || in->nstate || in->nmem || !in->completed || in->times > 1;
    Str text = {0}, at = {0};

    str_printf(&at, "%#" PRIx64, in->pc);
    symbols_describe(&at, in->pc);
    cpu->ops->disassemble(cpu, in->pc, in->code, in->len, &text);
    for (char *p = text.s; p && *p; p++) {
        *p = *p == '\t' ? ' ' : *p;
    }
    str_printf(out, "itrace: %s %-30s %-*s", cpu->name, str_get(&at), more ? 28 : 0,
               str_get(&text));
    str_append(out, in->completed                 ? ""
                    : in->nregs || in->nstate ? " raises an exception:"
                                              : " raises an exception");
    append_changes(in, cpu->ops, out);
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

/* ---- recording ---- */

static void watch_state(CPUState *cpu, ITrace *t)
{
    for (unsigned n = 0; n < cpu->ops->nstate; n++) {
        t->state_before[n] = field_value(cpu, &cpu->ops->state[n]);
    }
    t->watched = true;
}

/* Keep what has changed.  A register that was written with what it held already has not.  Returns
 * how much that is. */
static unsigned note_changes(CPUState *cpu, ITrace *t, Insn *in)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < in->nregs; i++) {
        Change c = in->reg[i];

        c.value = field_value(cpu, &cpu->ops->globals[c.what]);
        if (c.value != c.before) {
            in->reg[kept++] = c;
        }
    }
    in->nregs = kept;
    for (unsigned n = 0; t->watched && n < cpu->ops->nstate; n++) {
        uint64_t value = field_value(cpu, &cpu->ops->state[n]);

        if (value != t->state_before[n] && in->nstate < ITRACE_STATES) {
            in->state[in->nstate++] = (Change){t->state_before[n], value, n};
        }
    }
    return kept + in->nstate;
}

/* Has @last, which is at the same place as one without effect, had none either?  Then there is
 * nothing new to show. */
static bool is_without_effect(const Insn *last)
{
    return last->completed && !last->nregs && !last->nstate && !last->nmem;
}

static void forget_newest(ITrace *t)
{
    t->count--;
    t->newest = (t->newest + t->size - 1) % t->size;
}

static void finish(CPUState *cpu, ITrace *t, bool completed)
{
    Insn *in = t->under_way, *last = &t->ring[t->newest ? t->newest - 1 : t->size - 1];
    bool same_place = t->count > 1 && last->pc == in->pc;

    t->under_way = NULL;
    in->completed = completed;
    if (note_changes(cpu, t, in) == 0 && unlikely(same_place) && completed && !in->nmem &&
        is_without_effect(last)) {
        last->times++;
        forget_newest(t);
    } else if (!asked.last) {
        show_at_once(cpu, in);
    }
}

/* The instruction at @pc begins; @info as ITRACE_INFO has it. */
static void helper_itrace_begin(TcgEnv *env, uint64_t pc, uint64_t code, uint64_t info)
{
    CPUState *cpu = cpu_from_env(env);
    ITrace *t = trace_of(cpu);
    Insn *in;

    if (unlikely(t->under_way)) {
        finish(cpu, t, true);
    }
    if (unlikely(info & (ITRACE_FROM | ITRACE_TO))) {
        t->stopped = !(info & ITRACE_FROM);
    }
    if (t->stopped) {
        return;
    }
    t->newest = t->newest + 1 == t->size ? 0 : t->newest + 1;
    t->count++;
    t->under_way = in = &t->ring[t->newest];
    in->pc = pc;
    in->times = 1;
    in->len = info & ITRACE_LEN;
    memcpy(in->code, &code, sizeof(code));
    in->nregs = in->nstate = in->nmem = 0;
    for (uint64_t what = info >> ITRACE_WRITES_SHIFT; what; what >>= 8) {
        Change *c = &in->reg[in->nregs++];

        c->what = (what & 0xff) - 1;
        c->before = field_value(cpu, &cpu->ops->globals[c->what]);
    }
    t->watched = false;
    if (info & ITRACE_STATE) {
        watch_state(cpu, t);
    }
}
IR_HELPER(itrace_begin, "veiii", HF_READS);

void itrace_finish(CPUState *cpu)
{
    ITrace *t = trace_if_any(cpu);

    if (t && t->under_way) {
        finish(cpu, t, !t->raising);
    }
}

/* It is done, and the block is about to be left. */
static void helper_itrace_end(TcgEnv *env)
{
    itrace_finish(cpu_from_env(env));
}
IR_HELPER(itrace_end, "ve", HF_READS);

static void note_memory(ITrace *t, uint64_t va, uint64_t value, unsigned size, bool store)
{
    Insn *in = t->under_way;

    if (in && in->nmem < ITRACE_ACCESSES) {
        in->mem[in->nmem].va = va;
        in->mem[in->nmem].size = size;
        in->mem[in->nmem].store = store;
        in->mem[in->nmem++].value = extract64(value, 0, 8 * size);
    }
}

/* It has read or written @value at @va; @info is the size, and ITRACE_STORE. */
static void helper_itrace_memory(TcgEnv *env, uint64_t va, uint64_t value, uint64_t info)
{
    note_memory(trace_of(cpu_from_env(env)), va, value, info & ITRACE_LEN, info & ITRACE_STORE);
}
IR_HELPER(itrace_memory, "veiii", 0);

/* It has found @old at @va and left what the operation of @m makes of that and @v. */
static void helper_itrace_rmw(TcgEnv *env, uint64_t va, uint64_t old, uint64_t v, uint64_t m)
{
    ITrace *t = trace_of(cpu_from_env(env));

    note_memory(t, va, old, memop_bytes(m), false);
    note_memory(t, va, tcg_rmw_result(memop_rmw(m), old, v, m), memop_bytes(m), true);
}
IR_HELPER(itrace_rmw, "veiiii", 0);

/* It has found @old at @va, and left @v if that was @expected. */
static void helper_itrace_cmpxchg(TcgEnv *env, uint64_t va, uint64_t old, uint64_t expected,
                                  uint64_t v, uint64_t m)
{
    unsigned bits = 8 * memop_bytes(m);

    if (extract64(old, 0, bits) == extract64(expected, 0, bits)) {
        note_memory(trace_of(cpu_from_env(env)), va, v, memop_bytes(m), true);
    }
}
IR_HELPER(itrace_cmpxchg, "veiiiii", 0);

/* Is it the one at the pc that was not completed, or did that one not even begin? */
static bool is_at_pc(CPUState *cpu, const ITrace *t)
{
    return t->under_way && t->under_way->pc == cpu->env->pc;
}

void itrace_do_exception(CPUState *cpu)
{
    ITrace *t = trace_of(cpu);

    t->raising = is_at_pc(cpu, t);
    if (!t->raising) {
        itrace_finish(cpu);
    } else {
        t->under_way->nmem = 0; /* what it would have done */
        if (!t->watched) {
            watch_state(cpu, t);
        }
    }
    cpu->ops->do_exception(cpu); /* says what is kept if the guest is stuck, this one included */
    itrace_finish(cpu);
    t->raising = false;
}

void itrace_abandon(CPUState *cpu)
{
    ITrace *t = trace_of(cpu);

    if (is_at_pc(cpu, t)) {
        t->under_way = NULL;
        forget_newest(t);
    }
}

/* ---- the ring, to be read ---- */

void itrace_append(CPUState *cpu, Str *out)
{
    const ITrace *t = trace_if_any(cpu);

    itrace_finish(cpu);
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
