/* SPDX-License-Identifier: MIT */
/* Commands about the guest's memory: x, xp, print, memsave, addresses. */
#include <ctype.h>
#include <errno.h>
#include "base/alloc.h"
#include "inspect/guest_memory.h"
#include "inspect/memory_save.h"
#include "inspect/monitor.h"
#include "mem/address_space.h"
#include "mem/ram.h"

/* ---- formats: COUNT, one of x d u o c s i, one of b h w g, in any order ---- */

typedef struct Format {
    uint64_t count;
    char letter;
    unsigned size; /* bytes of an item */
} Format;

static unsigned size_of(char letter)
{
    switch (letter) {
    case 'b':
        return 1;
    case 'h':
        return 2;
    case 'w':
        return 4;
    case 'g':
        return 8;
    default:
        return 0;
    }
}

static bool parse_format(Monitor *mon, const char *text, Format *f)
{
    *f = (Format){1, 'x', 0};
    if (text && isdigit((unsigned char)*text)) {
        f->count = strtoull(text, (char **)&text, 10);
    }
    for (; text && *text; text++) {
        if (strchr("xduocsi", *text)) {
            f->letter = *text;
        } else if (size_of(*text)) {
            f->size = size_of(*text);
        } else {
            monitor_printf(mon, "invalid char in format: '%c'; it is COUNT, one of x d u o c s i, "
                                "and one of b h w g\n", *text);
            return false;
        }
    }
    if (f->letter == 'c' || f->letter == 's') {
        f->size = 1;
    } else if (!f->size) {
        f->size = 4;
    }
    return true;
}

/* ---- values ---- */

static void print_char(Monitor *mon, uint8_t c)
{
    switch (c) {
    case '\'':
    case '\\':
        monitor_printf(mon, "'\\%c'", c);
        break;
    case '\n':
        monitor_puts(mon, "'\\n'");
        break;
    case '\r':
        monitor_puts(mon, "'\\r'");
        break;
    default:
        monitor_printf(mon, isprint(c) ? "'%c'" : "'\\x%02x'", c);
    }
}

/* One item in its column. */
static void print_item(Monitor *mon, const Format *f, uint64_t v)
{
    int bits = f->size * 8, decimal = (bits * 10 + 32) / 33;

    switch (f->letter) {
    case 'x':
        monitor_printf(mon, " 0x%0*" PRIx64, bits / 4, v);
        break;
    case 'o':
        monitor_printf(mon, " %#*" PRIo64, (bits + 2) / 3, v);
        break;
    case 'u':
        monitor_printf(mon, " %*" PRIu64, decimal, v);
        break;
    case 'd':
        monitor_printf(mon, " %*" PRId64, decimal, sextract64(v, 0, bits));
        break;
    default:
        monitor_puts(mon, " ");
        print_char(mon, v);
    }
}

/* ---- x and xp ---- */

static void dump_instructions(Monitor *mon, CPUState *cpu, uint64_t addr, uint64_t count,
                              bool physical)
{
    unsigned len = 1;

    while (count-- && len && !monitor_full(mon)) {
        Str line = {0};

        len = guest_disassemble(cpu, addr, physical, &line);
        monitor_puts(mon, str_get(&line));
        str_free(&line);
        addr += len;
    }
}

static void dump_strings(Monitor *mon, CPUState *cpu, uint64_t addr, uint64_t count,
                         bool physical)
{
    bool ok = true;
    uint8_t c;

    while (count-- && ok && !monitor_full(mon)) {
        monitor_printf(mon, "%016" PRIx64 ": \"", addr);
        while (!monitor_full(mon) && (ok = guest_peek(cpu, addr++, physical, &c, 1)) && c) {
            monitor_printf(mon, isprint(c) ? "%c" : "\\x%02x", c);
        }
        monitor_puts(mon, ok ? "\"\n" : "\" ... Cannot access memory\n");
    }
}

static void dump_items(Monitor *mon, CPUState *cpu, uint64_t addr, const Format *f, bool physical)
{
    unsigned per_line = f->size == 1 ? 8 : 16 / f->size;

    for (uint64_t i = 0; i < f->count && !monitor_full(mon); i++) {
        uint64_t v = 0;

        if (i % per_line == 0) {
            monitor_printf(mon, "%s%016" PRIx64 ":", i ? "\n" : "", addr);
        }
        if (!guest_read(cpu, addr, physical, &v, f->size)) {
            monitor_puts(mon, " Cannot access memory");
            break;
        }
        print_item(mon, f, v);
        addr += f->size;
    }
    monitor_puts(mon, "\n");
}

static void dump(Monitor *mon, const CommandArgs *args, bool physical)
{
    uint64_t addr = arg_num(args, "addr");
    CPUState *cpu = monitor_cpu(mon);
    Format f;

    if (!cpu || !parse_format(mon, arg_str(args, "fmt"), &f)) {
        return;
    }
    if (f.letter == 'i') {
        dump_instructions(mon, cpu, addr, f.count, physical);
    } else if (f.letter == 's') {
        dump_strings(mon, cpu, addr, f.count, physical);
    } else {
        dump_items(mon, cpu, addr, &f, physical);
    }
}

static void x(Monitor *mon, const CommandArgs *args)
{
    dump(mon, args, false);
}
COMMAND(x, "x", "fmt:/,addr:e", "show memory at a virtual address; x/4i $pc disassembles", x);

static void xp(Monitor *mon, const CommandArgs *args)
{
    dump(mon, args, true);
}
COMMAND(xp, "xp", "fmt:/,addr:e", "show memory at a physical address", xp);

static void print(Monitor *mon, const CommandArgs *args)
{
    uint64_t v = arg_num(args, "value");
    Format f;

    if (!parse_format(mon, arg_str(args, "fmt"), &f)) {
        return;
    }
    switch (f.letter) {
    case 'o':
        monitor_printf(mon, "%#" PRIo64 "\n", v);
        break;
    case 'u':
        monitor_printf(mon, "%" PRIu64 "\n", v);
        break;
    case 'd':
        monitor_printf(mon, "%" PRId64 "\n", (int64_t)v);
        break;
    case 'c':
        print_char(mon, v);
        monitor_puts(mon, "\n");
        break;
    default:
        monitor_printf(mon, "%#" PRIx64 "\n", v);
    }
}
COMMAND(print, "print|p", "fmt:/,value:e", "the value of an expression over numbers, $registers "
        "and symbols", print);

static void sum(Monitor *mon, const CommandArgs *args)
{
    uint64_t addr = arg_num(args, "start"), size = arg_num(args, "size");
    CPUState *cpu = monitor_cpu(mon);
    uint16_t total = 0;
    uint8_t buf[4096];

    while (cpu && size) {
        size_t n = MIN(size, sizeof(buf));

        if (!guest_peek(cpu, addr, true, buf, n)) {
            monitor_printf(mon, "Error: there is no memory at %#" PRIx64 "\n", addr);
            return;
        }
        for (size_t i = 0; i < n; i++) {
            total = (total >> 1 | total << 15) + buf[i]; /* BSD's sum */
        }
        addr += n;
        size -= n;
    }
    if (cpu) {
        monitor_printf(mon, "%05d\n", total);
    }
}
COMMAND(sum, "sum", "start:e,size:e", "the BSD checksum of physical memory", sum);

/* ---- addresses ---- */

static void gva2gpa(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu = monitor_cpu(mon);
    uint64_t phys;

    if (!cpu) {
        return;
    }
    if (guest_translate(cpu, arg_num(args, "addr"), &phys)) {
        monitor_printf(mon, "gpa: %#" PRIx64 "\n", phys);
    } else {
        monitor_puts(mon, "Unmapped\n");
    }
}
COMMAND(gva2gpa, "gva2gpa", "addr:e", "the physical address of a virtual one", gva2gpa);

static void gpa2hva(Monitor *mon, const CommandArgs *args)
{
    uint64_t addr = arg_num(args, "addr");
    MemoryRegionSection s = address_space_find(&address_space_memory, addr);

    if (s.mr == &io_mem_unassigned) {
        monitor_printf(mon, "No memory is mapped at address 0x%" PRIx64 "\n", addr);
    } else if (!s.ram) {
        monitor_printf(mon, "Memory at address 0x%" PRIx64 " is not RAM\n", addr);
    } else {
        monitor_printf(mon, "Host virtual address for 0x%" PRIx64 " (%s) is %p\n", addr,
                       s.mr->name, (void *)(s.ram->host + s.offset + (addr - s.first)));
    }
}
COMMAND(gpa2hva, "gpa2hva", "addr:e", "the host's address of a physical one", gpa2hva);

/* ---- to a file ---- */

bool memory_save(CPUState *cpu, uint64_t addr, uint64_t size, bool physical, const char *path,
                 Error **errp)
{
    const uint64_t from = addr, total = size;
    FILE *out = fopen(path, "wb");
    uint8_t buf[4096];
    bool ok = true;

    if (!out) {
        return err_set(errp, "Could not open '%s': %s", path, strerror(errno));
    }
    while (ok && size) {
        size_t n = MIN(size, sizeof(buf) - (addr & (sizeof(buf) - 1)));

        if (!guest_peek(cpu, addr, physical, buf, n)) {
            ok = err_set(errp, "Invalid addr 0x%016" PRIx64 "/size %" PRIu64 " specified: there "
                               "is no memory at %#" PRIx64, from, total, addr);
        } else if (fwrite(buf, 1, n, out) != n) {
            ok = err_set(errp, "cannot write %s: %s", path, strerror(errno));
        }
        addr += n;
        size -= n;
    }
    if (fclose(out) != 0 && ok) {
        ok = err_set(errp, "cannot write %s: %s", path, strerror(errno));
    }
    return ok;
}

static void save(Monitor *mon, const CommandArgs *args, bool physical)
{
    CPUState *cpu = monitor_cpu(mon);
    Error *err = NULL;

    if (cpu && !memory_save(cpu, arg_num(args, "addr"), arg_num(args, "size"), physical,
                            arg_str(args, "filename"), &err)) {
        monitor_error(mon, err);
    }
}

static void memsave(Monitor *mon, const CommandArgs *args)
{
    save(mon, args, false);
}
COMMAND(memsave, "memsave", "addr:e,size:e,filename:f", "write virtual memory to a file", memsave);

static void pmemsave(Monitor *mon, const CommandArgs *args)
{
    save(mon, args, true);
}
COMMAND(pmemsave, "pmemsave", "addr:e,size:e,filename:f", "write physical memory to a file",
        pmemsave);
