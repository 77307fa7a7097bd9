/* SPDX-License-Identifier: MIT */
/* Putting files into guest memory: firmware, kernels, initial RAM disks, device trees.
 *
 * What is to be in memory when the machine starts is kept on a list (ROMs, whether the guest could
 * write there or not) and written at each reset, so a reboot finds it as the first boot did.
 * The list is checked once, when the board is complete: pieces that overlap, or that lie where the
 * board has no memory, are explained with what to do about it.
 *
 * All input files are untrusted: whatever they hold, the result is a sentence or success.
 * Main thread, big lock. */
#ifndef HW_CORE_LOADER_H
#define HW_CORE_LOADER_H

#include "mem/address_space.h"

/* ---- files ---- */

/* The largest file that is read, and that a gzip'ed one may unfold to. */
#define LOADER_MAX_FILE (2 * GiB)

/* All of @path in memory of yours (free it), *len bytes and a NUL.  @option ("-kernel") is for the
 * message. */
uint8_t *load_file(const char *option, const char *path, size_t *len, Error **errp);

/* The same, unfolded if it is gzip'ed or an EFI zboot image: for kernels. */
uint8_t *load_unpacked_file(const char *option, const char *path, size_t *len, Error **errp);

/* ---- the list ---- */

/* Write @len bytes at @data, which are copied, to @addr of @as (NULL: memory) at each reset, then
 * zeroes up to @size bytes in all.  @name is for messages and "info roms"; @option is what the user
 * wrote to get it there ("-bios"), or NULL for the board's own. */
void rom_add_blob(const char *name, const char *option, const void *data, size_t len, uint64_t size,
                  hwaddr addr, AddressSpace *as);

/* The same for a segment of a program that starts at @entry.  A part that lies where the board has
 * no memory is left out, unless the program would start there: the headers of the file, say, which
 * linkers put below the code.  A part that is more than the first @headers bytes, and zeroes, is
 * not left out silently. */
void rom_add_segment(const char *name, const char *option, const void *data, size_t len,
                     uint64_t size, hwaddr addr, AddressSpace *as, hwaddr entry, size_t headers);

/* Check the list; the board's memory must be complete.  Call once, before the first reset. */
bool rom_check_and_register(Error **errp);

/* Is something to be written at @addr of the memory? */
bool rom_covers(hwaddr addr);

/* Write everything.  At each reset, before the CPUs' own reset. */
void rom_reset(void);

/* "info roms": address, size and name of each. */
void rom_print(Str *out);

/* Empty the list, for tests and for an exit without leaks. */
void rom_clear(void);

/* ---- formats ---- */

enum { ELF_MACHINE_RISCV = 243, ELF_MACHINE_X86_64 = 62, ELF_MACHINE_386 = 3 };

typedef struct LoadedImage {
    hwaddr entry;       /* where execution begins; for an ELF file a physical address */
    hwaddr low, high;   /* the memory it occupies: [low, high) */
    unsigned bits;      /* 32 or 64 for an ELF file, else 0 */
    const char *format; /* "ELF", "Linux Image" or "raw" */
} LoadedImage;

bool file_is_elf(const uint8_t *data, size_t len);

/* Is there a 32-bit program at @path?  False for anything else, also for what cannot be read. */
bool file_is_elf32(const char *path);

/* Add the segments of the little-endian ELF file in @data at their physical addresses, and its
 * symbols to base/symbols.h.  @machine, @bits 0: any.  False also for an ELF file of another
 * machine. */
bool load_elf(const char *option, const char *path, const uint8_t *data, size_t len,
              unsigned machine, unsigned bits, AddressSpace *as, LoadedImage *out, Error **errp);

/* "-symbols FILE,FILE": the symbols of ELF files that are not loaded, for the emulator's messages.
 */
bool load_symbols(const char *files, Error **errp);

#endif
