/* SPDX-License-Identifier: MIT */
#include "inspect/guest_memory.h"

#include "base/symbols.h"
#include "mem/address_space.h"

typedef struct Translate {
    uint64_t va, phys;
    bool ok;
} Translate;

static void translate(CPUState *cpu, void *data)
{
    Translate *t = data;

    t->ok = cpu->ops->debug_translate(cpu, t->va, &t->phys);
}

bool guest_translate(CPUState *cpu, uint64_t va, uint64_t *phys)
{
    Translate t = {.va = va};

    run_on_cpu(cpu, translate, &t);
    *phys = t.phys;
    return t.ok;
}

/* One number is read as the guest would read it: in one access, untorn while the guest runs. */
static bool read_number(AddressSpace *as, uint64_t addr, void *buf, unsigned size)
{
    MemTxResult result;
    uint64_t v = address_space_ld_le(as, addr, size, &result);

    memcpy(buf, &v, size);
    return result == MEMTX_OK;
}

static bool is_number(uint64_t addr, size_t len)
{
    return len <= 8 && is_power_of_two(len) && !(addr & (len - 1));
}

/* Bytes of @as, all of which must be there; with @peek, all of which must be plain memory. */
static bool read_physical(AddressSpace *as, uint64_t addr, void *buf, size_t len, bool peek)
{
    uint8_t *p = buf;

    while (len) {
        MemoryRegionSection s = address_space_find(as, addr);
        size_t n = len - 1 <= s.last - addr ? len : s.last - addr + 1;
        const uint8_t *host = memory_section_host(&s, addr, false);

        if (s.mr == &io_mem_unassigned || (peek && !host)) {
            return false;
        }
        if (n == len && is_number(addr, n)) {
            return read_number(as, addr, p, n);
        }
        if (peek) {
            memcpy(p, host, n); /* in one piece: the section ends where its memory ends */
        } else if (address_space_read(as, addr, p, n) != MEMTX_OK) {
            return false;
        }
        addr += n;
        p += n;
        len -= n;
    }
    return true;
}

static bool read_guest(CPUState *cpu, uint64_t addr, bool physical, void *buf, size_t len,
                       bool peek)
{
    AddressSpace *as = cpu ? cpu->as : &address_space_memory;
    uint8_t *p = buf;

    if (physical) {
        return read_physical(as, addr, buf, len, peek);
    }
    while (len) {
        size_t n = MIN(len, (size_t)(TCG_PAGE_SIZE - (addr & ~TCG_PAGE_MASK)));
        uint64_t phys;

        if (!guest_translate(cpu, addr, &phys) || !read_physical(as, phys, p, n, peek)) {
            return false;
        }
        addr += n;
        p += n;
        len -= n;
    }
    return true;
}

bool guest_read(CPUState *cpu, uint64_t addr, bool physical, void *buf, size_t len)
{
    return read_guest(cpu, addr, physical, buf, len, false);
}

bool guest_peek(CPUState *cpu, uint64_t addr, bool physical, void *buf, size_t len)
{
    return read_guest(cpu, addr, physical, buf, len, true);
}

unsigned guest_disassemble(CPUState *cpu, uint64_t addr, bool physical, Str *out)
{
    uint8_t buf[16];
    unsigned len = sizeof(buf), used;
    uint64_t word = 0;
    Str text = {0};

    while (len && !guest_peek(cpu, addr, physical, buf, len)) {
        len--; /* up to the end of the memory */
    }
    str_printf(out, "0x%016" PRIx64 ":  ", addr);
    if (!len) {
        str_append(out, "Cannot access memory\n");
        return 0;
    }
    used = MAX(cpu->ops->disassemble(cpu, addr, buf, len, &text), 1u);
    memcpy(&word, buf, MIN(used, sizeof(word)));
    str_printf(out, "%0*" PRIx64 "%*s%s", (int)used * 2, word, MAX(18 - (int)used * 2, 1), "",
               str_get(&text));
    symbols_describe(out, addr);
    str_append(out, "\n");
    str_free(&text);
    return used;
}
