/* SPDX-License-Identifier: MIT */
/* Commands about CPUs. */
#include "inspect/cpu_view.h"
#include "inspect/monitor_int.h"
#include "loop/thread.h"

#include <unistd.h>

/* ---- on the vCPU's own thread, between two instructions ---- */

typedef struct CpuPrint {
    void (*print)(CPUState *cpu, Str *out);
    Str text;
} CpuPrint;

static void do_print(CPUState *cpu, void *data)
{
    CpuPrint *p = data;

    p->print(cpu, &p->text);
}

void cpu_print(CPUState *cpu, void (*print)(CPUState *cpu, Str *out), Str *out)
{
    CpuPrint p = {print, {0}};

    run_on_cpu(cpu, do_print, &p);
    str_append(out, str_get(&p.text));
    str_free(&p.text);
}

int cpu_thread_id(const CPUState *cpu)
{
    return cpu->thread ? thread_tid(cpu->thread) : getpid();
}

/* ---- commands ---- */

static void print_registers(Monitor *mon, CPUState *cpu)
{
    monitor_printf(mon, "\nCPU#%d\n", cpu->index);
    cpu_print(cpu, cpu->ops->dump_state, &mon->out);
}

static void info_registers(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu;

    if (!monitor_cpu(mon)) {
        return;
    }
    if (!arg_given(args, "a")) {
        print_registers(mon, monitor_cpu(mon));
        return;
    }
    CPU_FOREACH(cpu) {
        print_registers(mon, cpu);
    }
}
COMMAND(info_registers, "info registers", "a:-", "the registers of this CPU, or (-a) of all",
        info_registers);

static void info_cpus(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        Str words = {0};

        if (cpu->ops->describe) {
            cpu_print(cpu, cpu->ops->describe, &words);
        }
        monitor_printf(mon, "%c CPU #%d: thread_id=%d%s%s\n",
                       cpu->index == mon->cpu_index ? '*' : ' ', cpu->index, cpu_thread_id(cpu),
                       words.len ? "  " : "", str_get(&words));
        str_free(&words);
    }
}
COMMAND(info_cpus, "info cpus", "", "the CPUs, their threads, and what they are doing", info_cpus);

static void cpu_command(Monitor *mon, const CommandArgs *args)
{
    uint64_t index = arg_num(args, "index");

    if (index > INT32_MAX || !cpu_by_index(index)) {
        monitor_puts(mon, "Error: there is no such CPU; 'info cpus' lists them\n");
    } else {
        mon->cpu_index = index;
    }
}
COMMAND(cpu, "cpu", "index:e", "choose the CPU that other commands are about", cpu_command);
