/* SPDX-License-Identifier: MIT */
/* The guest's symbols, from the ELF files that were loaded: for logs, disassembly and messages.
 * Added at start-up; after that read by any thread. */
#ifndef BASE_SYMBOLS_H
#define BASE_SYMBOLS_H

#include "base/str.h"

/* @name is copied.  A @size of 0 reaches to the next symbol. */
void symbols_add(const char *name, uint64_t addr, uint64_t size);

/* The symbol that @addr lies in, and how far; NULL if none.  Borrowed. */
const char *symbols_find(uint64_t addr, uint64_t *offset);

/* The address of the symbol @name. */
bool symbols_address(const char *name, uint64_t *addr);

/* Is there any? */
bool symbols_known(void);

/* How long the symbol that begins at @addr is, if need be up to the next one; 0: there is none. */
uint64_t symbols_size(uint64_t addr);

/* Append " (NAME+0x10)", or nothing. */
void symbols_describe(Str *out, uint64_t addr);

/* Forget all. */
void symbols_clear(void);

#endif
