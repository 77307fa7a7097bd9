/* SPDX-License-Identifier: MIT */
#include "target/diagnose.h"

#include "target/page_view.h"

void cpu_append_situation(CPUState *cpu, Str *out)
{
    str_printf(out, "  %s: ", cpu->name);
    cpu->ops->describe(cpu, out);
    str_append(out, "\n");
    if (cpus_accel->append_history) {
        cpus_accel->append_history(cpu, out);
    }
}

void cpu_diagnose(CPUState *cpu, const uint64_t *va, const char *fmt, ...)
{
    Str text = {0};
    va_list ap;

    if (!diagnose_on) {
        return;
    }
    va_start(ap, fmt);
    str_vprintf(&text, fmt, ap);
    va_end(ap);
    str_append(&text, "\n");
    if (va && cpu->ops->pages) {
        cpu->ops->pages->walk(cpu, *va, &text);
    }
    cpu_append_situation(cpu, &text);
    diagnose(&text);
    str_free(&text);
}
