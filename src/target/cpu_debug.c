/* SPDX-License-Identifier: MIT */
/* Memory as a debugger reads and writes it: no faults, no messages about the guest, no side effects
 * on the page tables, and ROM can be written. */
#include "mem/address_space.h"
#include "target/cpu.h"

/* Is there something at each of @len bytes?  BQL. */
static bool is_mapped(AddressSpace *as, uint64_t addr, size_t len)
{
    while (len) {
        MemoryRegionSection s = address_space_find(as, addr);

        if (s.mr == &io_mem_unassigned) {
            return false;
        }
        if (len - 1 <= s.last - addr) {
            return true;
        }
        len -= s.last - addr + 1;
        addr = s.last + 1;
    }
    return true;
}

bool cpu_physical_rw_debug(CPUState *cpu, uint64_t addr, void *buf, size_t len, bool is_write)
{
    if (!is_mapped(cpu->as, addr, len)) {
        return false;
    }
    if (is_write) {
        address_space_write_rom(cpu->as, addr, buf, len);
        return true;
    }
    return address_space_read(cpu->as, addr, buf, len) == MEMTX_OK;
}

bool cpu_memory_rw_debug(CPUState *cpu, uint64_t va, void *buf, size_t len, bool is_write)
{
    uint8_t *p = buf;

    while (len) {
        size_t n = MIN(len, (size_t)(TCG_PAGE_SIZE - (va & ~TCG_PAGE_MASK)));
        uint64_t phys;

        if (!cpu->ops->debug_translate(cpu, va, &phys) ||
            !cpu_physical_rw_debug(cpu, phys, p, n, is_write)) {
            return false;
        }
        va += n;
        p += n;
        len -= n;
    }
    return true;
}
