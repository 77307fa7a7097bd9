/* SPDX-License-Identifier: MIT */
/* "info jit": the code cache in figures. */
#include "accel/tcg/tcg_cpu.h"
#include "base/view.h"

/* On the vCPU's own thread, which counts. */
static void print_vcpu(CPUState *cpu, void *out)
{
    const TcgCpu *tc = tcg_cpu(cpu);

    str_printf(out, "%-8s TLB fills %" PRIu64 ", flushes %" PRIu64 "; blocks looked up %" PRIu64
                    ", of which %" PRIu64 " not in the jump cache\n",
               cpu->name, tc->stats_fill, tc->stats_flush, tc->stats_lookups, tc->stats_misses);
}

static void print_jit(Str *out)
{
    CodeBufferInfo info;
    CPUState *cpu;

    if (!tcg_engine) {
        str_append(out, "no code is translated: there is no CPU\n");
        return;
    }
    tb_lock();
    code_buffer_info(&info);
    str_printf(out, "engine             %s\n", tcg_engine->name);
    str_printf(out, "gen code size      %" PRIu64 "/%" PRIu64 "\n", info.used, info.size);
    str_printf(out, "TB generated       %" PRIu64 "\n", tb_stats.generated);
    str_printf(out, "TB avg target size %" PRIu64 " bytes\n",
               tb_stats.generated ? tb_stats.guest_bytes / tb_stats.generated : 0);
    str_printf(out, "TB avg host size   %" PRIu64 " bytes\n",
               tb_stats.generated ? tb_stats.host_bytes / tb_stats.generated : 0);
    str_printf(out, "TB direct jumps    %" PRIu64 "\n", tb_stats.links);
    str_printf(out, "TB invalidate count %" PRIu64 "\n", tb_stats.invalidated);
    str_printf(out, "TB flush count     %u (regions of %" PRIu64 " bytes that were given up)\n",
               info.evictions, info.regions ? info.size / info.regions : 0);
    tb_unlock();
    CPU_FOREACH(cpu) {
        if (cpu->accel) {
            run_on_cpu(cpu, print_vcpu, out);
        }
    }
}
VIEW(jit, "translated blocks and the code buffer", print_jit);
