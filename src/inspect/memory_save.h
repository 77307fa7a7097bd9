/* SPDX-License-Identifier: MIT */
/* memsave and pmemsave, of the text monitor and of QMP. */
#ifndef INSPECT_MEMORY_SAVE_H
#define INSPECT_MEMORY_SAVE_H

#include "target/cpu.h"

/* Write @size bytes of RAM or ROM at @addr to the file @path. */
bool memory_save(CPUState *cpu, uint64_t addr, uint64_t size, bool physical, const char *path,
                 Error **errp);

#endif
