/* SPDX-License-Identifier: MIT */
/* Guest-virtual memory as a debugger reads and writes it: no faults, no side effects on the page
 * tables, and ROM can be written. */
#include "mem/address_space.h"
#include "target/cpu.h"

bool cpu_memory_rw_debug(CPUState *cpu, uint64_t va, void *buf, size_t len, bool is_write)
{
    uint8_t *p = buf;

    while (len) {
        size_t n = MIN(len, (size_t)(TCG_PAGE_SIZE - (va & ~TCG_PAGE_MASK)));
        uint64_t phys;

        if (!cpu->ops->debug_translate(cpu, va, &phys)) {
            return false;
        }
        if (is_write) {
            address_space_write_rom(cpu->as, phys, p, n);
        } else if (address_space_read(cpu->as, phys, p, n) != MEMTX_OK) {
            return false;
        }
        va += n;
        p += n;
        len -= n;
    }
    return true;
}
