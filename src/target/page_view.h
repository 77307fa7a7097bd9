/* SPDX-License-Identifier: MIT */
/* Page tables as people see them: what "info mem", "info pg" and "walk" of the monitor print.  All
 * functions: the vCPU's own thread, between two instructions; nothing is changed, and only RAM is
 * read, wherever the tables point. */
#ifndef TARGET_PAGE_VIEW_H
#define TARGET_PAGE_VIEW_H

#include "target/cpu.h"

typedef struct PageView {
    /* What is mapped: a line for each run of pages that belong together. */
    void (*mappings)(CPUState *cpu, Str *out);
    /* Each entry of each table, indented by its level. */
    void (*entries)(CPUState *cpu, Str *out);
    /* Each step of the translation of @va, until the answer or the reason why there is none. */
    void (*walk)(CPUState *cpu, uint64_t va, Str *out);
} PageView;

#endif
