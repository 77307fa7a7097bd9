/* SPDX-License-Identifier: MIT */
/* Commands about translation: page tables (target/page_view.h) and the softmmu TLB. */
#include "accel/tcg/tcg_cpu.h"
#include "inspect/cpu_view.h"
#include "inspect/monitor_int.h"
#include "target/page_view.h"

static const PageView *page_view(Monitor *mon, CPUState **cpu)
{
    *cpu = monitor_cpu(mon);
    if (*cpu && !(*cpu)->ops->pages) {
        monitor_puts(mon, "Error: this CPU has no page tables\n");
    }
    return *cpu ? (*cpu)->ops->pages : NULL;
}

static void info_mem(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu;
    const PageView *view = page_view(mon, &cpu);

    if (view) {
        cpu_print(cpu, view->mappings, &mon->out);
    }
}
COMMAND(info_mem, "info mem", "", "what is mapped in the page tables of this CPU", info_mem);

static void info_pg(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu;
    const PageView *view = page_view(mon, &cpu);

    if (view) {
        cpu_print(cpu, view->entries, &mon->out);
    }
}
COMMAND(info_pg, "info pg", "", "each entry of the page tables of this CPU", info_pg);

/* ---- walk ---- */

typedef struct Walk {
    uint64_t va;
    Str text;
} Walk;

static void do_walk(CPUState *cpu, void *data)
{
    Walk *w = data;

    cpu->ops->pages->walk(cpu, w->va, &w->text);
}

static void walk(Monitor *mon, const CommandArgs *args)
{
    Walk w = {.va = arg_num(args, "addr")};
    CPUState *cpu;

    if (page_view(mon, &cpu)) {
        run_on_cpu(cpu, do_walk, &w);
        monitor_puts(mon, str_get(&w.text));
        str_free(&w.text);
    }
}
COMMAND(walk, "walk", "addr:e", "each step of the translation of a virtual address", walk);

/* ---- the TLB ---- */

static void print_entry(Str *out, unsigned mode, const TlbInfo *i)
{
    str_printf(out, "%4u  %016" PRIx64 "  %016" PRIx64 "  %c%c%c  %s\n", mode, i->page, i->phys,
               i->prot & PROT_R ? 'r' : '-', i->prot & PROT_W ? 'w' : '-',
               i->prot & PROT_X ? 'x' : '-', i->host ? i->ram->name : "i/o");
}

/* What translated code may look at before the TLB: see tcg/env.h. */
static void print_shortcuts(Str *out, unsigned mode, const TcgEnv *env)
{
    const TcgWindow *w = &env->window[mode];

    if (w->size) {
        str_printf(out, "%4u  %016" PRIx64 "  and %#" PRIx64 " bytes more: one piece of RAM\n",
                   mode, w->first, w->size);
    }
    for (size_t i = 0; i < TCG_PAGE_CACHE; i++) {
        if (env->page_cache[mode][i].page != TLB_NO_MATCH) {
            str_printf(out, "%4u  %016" PRIx64 "  is remembered by a loop that loads from it\n",
                       mode, env->page_cache[mode][i].page);
        }
    }
}

static void print_tlb(CPUState *cpu, Str *out)
{
    const TcgCpu *tc = tcg_cpu(cpu);

    str_append(out, "mode  virtual page      physical page     may  memory\n");
    for (unsigned mode = 0; mode < TCG_MMU_MODES; mode++) {
        for (size_t i = 0; i < TCG_TLB_SIZE; i++) {
            if (tc->info[mode][i].page != TLB_NO_MATCH) {
                print_entry(out, mode, &tc->info[mode][i]);
            }
        }
        for (size_t i = 0; i < TCG_VICTIMS; i++) {
            if (tc->victim[mode][i].page != TLB_NO_MATCH) {
                print_entry(out, mode, &tc->victim[mode][i]);
            }
        }
        print_shortcuts(out, mode, cpu->env);
    }
}

static void info_tlb(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu = monitor_cpu(mon);

    if (cpu && !cpu->accel) {
        monitor_puts(mon, "Error: nothing runs this CPU\n");
    } else if (cpu) {
        cpu_print(cpu, print_tlb, &mon->out);
    }
}
COMMAND(info_tlb, "info tlb", "", "the translations that the softmmu TLB of this CPU holds",
        info_tlb);
