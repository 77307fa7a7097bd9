/* SPDX-License-Identifier: MIT */
/* The accelerator "tcg": options, the AccelOps table, and what it hears from mem/. */
#include "accel/accel.h"
#include "accel/tcg/exclusive.h"
#include "accel/tcg/itrace.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/phase.h"
#include "base/str.h"
#include "base/symbols.h"
#include "loop/clock.h"
#include "loop/thread.h"

enum { DEFAULT_TB_MIB = 64 };

static struct {
    const TcgEngine *engine;
    uint64_t tb_size;
    bool multi; /* a thread for each vCPU */
    bool ready; /* the pipeline is set up: from the first CPU, which says what its globals are,
                 * until the last one goes */
} config;

static bool mttcg_enabled(void)
{
    return config.multi;
}

/* ---- AccelOps ---- */

/* The memory map changed: what TLBs remember of it is old. */
static void flush_work(CPUState *cpu, void *data)
{
    tcg_tlb_flush(cpu);
}

static void memory_changed(MemoryListener *l)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (!cpu->accel) {
            continue;
        }
        if (cpu == current_cpu) {
            tcg_tlb_flush(cpu);
        } else {
            async_run_on_cpu(cpu, flush_work, NULL);
        }
    }
}

static MemoryListener listener = {.commit = memory_changed, .name = "tcg"};

static void whereabouts(Str *out)
{
    unsigned not_done;
    uint64_t pc;

    if (current_cpu && tcg_cpu(current_cpu)->in_io) {
        tcg_pc_of(current_cpu, tcg_cpu(current_cpu)->io_ra, &pc, &not_done);
        str_printf(out, "%s pc 0x%" PRIx64, current_cpu->name, pc);
        symbols_describe(out, pc);
    }
}

static void code_written(ram_addr_t addr, uint64_t len)
{
    tb_invalidate_range(addr, len, NULL);
}

static void dirty_reset(ram_addr_t addr, uint64_t len)
{
    for (ram_addr_t a = addr & TCG_PAGE_MASK; a < addr + len; a += TCG_PAGE_SIZE) {
        tcg_tlb_protect(a);
    }
}

static bool prepare(CPUState *cpu, Error **errp)
{
    if (!tcg_pipeline_init(config.engine, cpu->ops, config.tb_size, errp)) {
        return false;
    }
    memory_set_code_write_hook(code_written);
    memory_set_dirty_reset_hook(dirty_reset);
    memory_set_whereabouts_hook(whereabouts);
    memory_listener_register(&listener, cpu->as);
    config.ready = true;
    return true;
}

/* What was made for the CPUs goes with the last of them: blocks are found by the address of their
 * code, and other memory may come to have it. */
static void unprepare(void)
{
    memory_listener_unregister(&listener);
    memory_set_code_write_hook(NULL);
    memory_set_dirty_reset_hook(NULL);
    memory_set_whereabouts_hook(NULL);
    tcg_pipeline_destroy();
    config.ready = false;
}

static bool tcg_create_vcpu_thread(CPUState *cpu, Error **errp)
{
    if (!config.ready && !prepare(cpu, errp)) {
        return false;
    }
    if (mttcg_enabled()) {
        mttcg_start_vcpu_thread(cpu);
    } else {
        rr_start_vcpu_thread(cpu);
    }
    return true;
}

static void tcg_destroy_vcpu_thread(CPUState *cpu)
{
    if (mttcg_enabled()) {
        mttcg_destroy_vcpu_thread(cpu);
    } else {
        rr_destroy_vcpu_thread(cpu);
    }
    if (cpu_list.next == cpu_list.prev) { /* @cpu is the only one */
        unprepare();
    }
}

static void tcg_kick_vcpu(CPUState *cpu)
{
    if (!cpu->halt_cond) {
        return; /* not started */
    }
    if (mttcg_enabled()) {
        mttcg_kick_vcpu_thread(cpu);
    } else {
        rr_kick_vcpu_thread(cpu);
    }
}

static void tcg_yield(CPUState *cpu)
{
    if (!mttcg_enabled()) {
        rr_yield(cpu);
    } else {
        mttcg_yield(cpu);
    }
}

static void tcg_reset_vcpu(CPUState *cpu)
{
    if (cpu->accel) {
        tcg_tlb_flush(cpu);
    }
}

static void tcg_safe_work(CPUState *cpu, RunOnCpu *fn, void *data)
{
    start_exclusive();
    fn(cpu, data);
    end_exclusive();
}

/* Blocks that were chained to are not among them, so each is the first of some. */
static void tcg_append_history(CPUState *cpu, Str *out)
{
    const TcgCpu *tc = tcg_cpu(cpu);
    uint64_t n = tc ? MIN(tc->stats_exec, (uint64_t)TCG_RECENT) : 0;

    if (n) {
        str_printf(out, "  last blocks that %s entered from outside:", cpu->name);
    }
    for (; n > 0; n--) {
        uint64_t pc = tc->recent[(tc->stats_exec - n) % TCG_RECENT];

        str_printf(out, " %#" PRIx64, pc);
        symbols_describe(out, pc);
    }
    str_append(out, "\n");
    itrace_append(cpu, out);
}

static uint64_t tcg_insn_count(CPUState *cpu)
{
    if (icount_enabled) {
        return icount_of(tcg_cpu(cpu));
    }
    if (cpu->count_insns) {
        return INT64_MAX - cpu->env->icount_budget;
    }
    /* Nobody counts: one instruction a nanosecond is what a guest is told. */
    return clock_get_ns(VM_CLOCK_VIRTUAL);
}

static void tcg_breakpoint_added(uint64_t pc)
{
    tb_invalidate_pcs(pc, 1);
}

static const AccelOps tcg_ops = {
    .name = "tcg",
    .create_vcpu_thread = tcg_create_vcpu_thread,
    .destroy_vcpu_thread = tcg_destroy_vcpu_thread,
    .kick_vcpu = tcg_kick_vcpu,
    .yield = tcg_yield,
    .reset_vcpu = tcg_reset_vcpu,
    .safe_work = tcg_safe_work,
    .loop_exit = tcg_loop_exit,
    .tlb_flush = tcg_tlb_flush,
    .tlb_flush_page = tcg_tlb_flush_page,
    .breakpoint_added = tcg_breakpoint_added,
    .load = tcg_load,
    .store = tcg_store,
    .insn_count = tcg_insn_count,
    .append_history = tcg_append_history,
};

/* ---- options ---- */

static bool parse_thread(const char *text, Error **errp)
{
    if (text && strcmp(text, "single") && strcmp(text, "multi")) {
        return err_set(errp, "-accel tcg: thread=%s: say single or multi", text);
    }
    config.multi = text ? !strcmp(text, "multi") : !icount_enabled;
    if (config.multi && icount_enabled) {
        return err_set(errp, "-icount needs a fixed order of vCPUs: use -accel tcg,thread=single");
    }
    return true;
}

static bool tcg_init(KeyVals *opts, Error **errp)
{
    INIT_STEP();
    const char *engine = keyval_get(opts, "engine");
    uint64_t mib = DEFAULT_TB_MIB;

    config.engine = tcg_find_engine(engine, errp);
    if (!config.engine || !parse_thread(keyval_get(opts, "thread"), errp) ||
        !keyval_get_u64(opts, "tb-size", &mib, errp)) {
        return false;
    }
    if (mib < 1 || mib > 1024) {
        return err_set(errp, "-accel tcg: tb-size=%" PRIu64 ": 1 to 1024 (MiB)", mib);
    }
    config.tb_size = mib * MiB;
    if (icount_enabled) {
        icount_start();
    }
    return true;
}

static void tcg_accel_ops_init(void)
{
    INIT_STEP();
    cpus_accel = &tcg_ops;
    tcg_take_vcpus();
    init_trace("%s", mttcg_enabled() ? "a thread for each vCPU" : "one thread for all vCPUs");
}

static const Accel tcg_accel = {
    .name = "tcg",
    .summary = "translate guest code (engine=jit|interp, thread=single|multi, tb-size=MiB)",
    .init = tcg_init,
    .ops_init = tcg_accel_ops_init,
};
ACCEL(tcg_accel);
