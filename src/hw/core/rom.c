/* SPDX-License-Identifier: MIT */
/* The list of what is put into guest memory at each reset. */
#include "base/alloc.h"
#include "base/rcu.h"
#include "base/view.h"
#include "hw/core/loader.h"
#include "mem/ram.h"

typedef struct Rom {
    List link;
    char *name;
    const char *option; /* that put it here, or NULL */
    uint8_t *data;
    size_t len;    /* of data */
    uint64_t size; /* data and zeroes */
    hwaddr addr;
    AddressSpace *as;
    bool is_segment; /* of a program, whose */
    hwaddr entry;    /* first instruction this is; and whose */
    size_t headers;  /* own description these first bytes are */
} Rom;

static List roms = LIST_INIT(roms); /* by address space, then by address */
static bool checked;

static Rom *add(const char *name, const char *option, const void *data, size_t len, uint64_t size,
                hwaddr addr, AddressSpace *as)
{
    List *before = &roms;
    Rom *rom = xnew(Rom), *other;

    rom->name = xstrdup(name);
    rom->option = option;
    rom->data = xcalloc(1, len + 1);
    memcpy(rom->data, data, len);
    rom->len = len;
    rom->size = MAX(size, (uint64_t)len);
    rom->addr = addr;
    rom->as = as ? as : &address_space_memory;
    LIST_FOREACH(other, &roms, link) {
        if (other->as == rom->as && other->addr > addr) {
            before = &other->link;
            break;
        }
    }
    list_insert_before(before, &rom->link);
    checked = false;
    return rom;
}

bool rom_covers(hwaddr addr)
{
    Rom *rom;

    LIST_FOREACH(rom, &roms, link) {
        if (rom->as == &address_space_memory && addr - rom->addr < rom->size) {
            return true;
        }
    }
    return false;
}

void rom_add_blob(const char *name, const char *option, const void *data, size_t len, uint64_t size,
                  hwaddr addr, AddressSpace *as)
{
    if (size) {
        add(name, option, data, len, size, addr, as);
    }
}

void rom_add_segment(const char *name, const char *option, const void *data, size_t len,
                     uint64_t size, hwaddr addr, AddressSpace *as, hwaddr entry, size_t headers)
{
    Rom *rom;

    if (size) {
        rom = add(name, option, data, len, size, addr, as);
        rom->is_segment = true;
        rom->entry = entry;
        rom->headers = headers;
    }
}

/* ---- checks ---- */

/* "-bios fw.bin (0x80000000-0x80020000)" */
static void describe(Str *out, const Rom *rom)
{
    str_printf(out, "%s%s%s (%#" PRIx64 "-%#" PRIx64 ")", rom->option ? rom->option : "",
               rom->option ? " " : "", rom->name, rom->addr, rom->addr + rom->size - 1);
}

/* What the user can do about the place of @rom. */
static const char *advice(const Rom *rom)
{
    static const struct {
        const char *option, *text;
    } advices[] = {
        {"-kernel", "link the kernel at another address (readelf -l shows its places), or leave "
                    "the firmware out "
                    "with -bios none"},
        {"-bios", "choose other firmware, or none with -bios none"},
        {"-initrd", "give the guest more memory with -m, or make the initrd smaller"},
        {"-dtb", "give the guest more memory with -m"},
        {"-device loader", "choose another addr="},
    };

    for (size_t i = 0; rom->option && i < ARRAY_SIZE(advices); i++) {
        if (strcmp(rom->option, advices[i].option) == 0) {
            return advices[i].text;
        }
    }
    return "give the guest more memory with -m";
}

static bool overlap_error(const Rom *a, const Rom *b, Error **errp)
{
    const Rom *movable = b->option && (!a->option || strcmp(a->option, "-kernel") != 0) ? b : a;
    Str text = {0};

    describe(&text, a);
    str_append(&text, " overlaps ");
    describe(&text, b);
    err_set(errp, "%s: %s", str_get(&text), advice(movable));
    str_free(&text);
    return false;
}

/* Bytes @from to @to of @rom have no memory.  May they be left out? */
static bool leave_out(const Rom *rom, uint64_t from, uint64_t to)
{
    bool silent = true;

    if (!rom->is_segment || (rom->entry >= rom->addr + from && rom->entry <= rom->addr + to)) {
        return false;
    }
    for (uint64_t i = MAX(from, (uint64_t)rom->headers); i <= to && i < rom->len; i++) {
        silent = silent && !rom->data[i];
    }
    if (!silent) {
        warn_report("%s %s: the board has no memory at %#" PRIx64 "-%#" PRIx64
                    ": that part of the program is left out",
                    rom->option ? rom->option : "", rom->name, rom->addr + from, rom->addr + to);
    }
    return true;
}

/* Is there RAM or ROM for all of @rom that matters?  A device's registers may lie over a part of
 * it, as HTIF's do over the program's own tohost. */
static bool check_memory(const Rom *rom, Error **errp)
{
    uint64_t done = 0, end = 0;
    Str text = {0};

    for (; done < rom->size; done = end + 1) {
        MemoryRegionSection s = address_space_find(rom->as, rom->addr + done);

        end = MIN(s.last - rom->addr, rom->size - 1);
        if (!s.ram && (done == 0 || s.mr == &io_mem_unassigned) && !leave_out(rom, done, end)) {
            describe(&text, rom);
            err_set(errp, "%s: the board has no memory at %#" PRIx64 "; %s", str_get(&text),
                    rom->addr + done, advice(rom));
            str_free(&text);
            return false;
        }
    }
    return true;
}

bool rom_check_and_register(Error **errp)
{
    const Rom *rom, *other;

    LIST_FOREACH(rom, &roms, link) {
        if (rom->size - 1 > UINT64_MAX - rom->addr) {
            return err_set(errp, "%s: it reaches beyond the last address; %s", rom->name,
                           advice(rom));
        }
        if (!check_memory(rom, errp)) {
            return false;
        }
    }
    LIST_FOREACH(rom, &roms, link) {
        if (rom->link.next == &roms) {
            break;
        }
        other = list_entry(rom->link.next, Rom, link);
        if (other->as == rom->as && other->addr - rom->addr < rom->size) {
            return overlap_error(rom, other, errp);
        }
    }
    checked = true;
    return true;
}

/* ---- use ---- */

/* A part that check_memory left out may be as large as the address space. */
static void rom_write(const Rom *rom)
{
    static const uint8_t zeroes[4096];
    uint64_t done = rom->len, n;

    address_space_write_rom(rom->as, rom->addr, rom->data, rom->len);
    for (; done < rom->size; done += n) {
        MemoryRegionSection s = address_space_find(rom->as, rom->addr + done);

        n = MIN(s.last - (rom->addr + done), rom->size - done - 1) + 1;
        if (s.ram) {
            n = MIN(n, (uint64_t)sizeof(zeroes));
            address_space_write_rom(rom->as, rom->addr + done, zeroes, n);
        }
    }
}

void rom_reset(void)
{
    const Rom *rom;

    assert(checked || list_empty(&roms)); /* else a rom might not fit anywhere */
    LIST_FOREACH(rom, &roms, link) {
        rom_write(rom);
    }
}

void rom_print(Str *out)
{
    const Rom *rom;

    LIST_FOREACH(rom, &roms, link) {
        str_printf(out, "addr=%016" PRIx64 " size=0x%06" PRIx64 " mem=%s name=\"%s\"\n", rom->addr,
                   rom->size, address_space_find(rom->as, rom->addr).readonly ? "rom" : "ram",
                   rom->name);
    }
}

VIEW(roms, "what is written into memory at each reset", rom_print);

void rom_clear(void)
{
    Rom *rom, *next;

    LIST_FOREACH_SAFE(rom, next, &roms, link) {
        list_remove(&rom->link);
        free(rom->name);
        free(rom->data);
        free(rom);
    }
}
