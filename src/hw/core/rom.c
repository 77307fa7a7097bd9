/* SPDX-License-Identifier: MIT */
/* The list of what is put into guest memory at each reset. */
#include "base/alloc.h"
#include "base/rcu.h"
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
} Rom;

static List roms = LIST_INIT(roms); /* by address space, then by address */
static bool checked;

void rom_add_blob(const char *name, const char *option, const void *data, size_t len, uint64_t size,
                  hwaddr addr, AddressSpace *as)
{
    List *before = &roms;
    Rom *rom, *other;

    if (!size) {
        return;
    }
    rom = xnew(Rom);
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
}

bool rom_add_file(const char *option, const char *path, hwaddr addr, uint64_t max, uint64_t *size,
                  AddressSpace *as, Error **errp)
{
    size_t len;
    uint8_t *data = load_file(option, path, &len, errp);

    if (!data) {
        return false;
    }
    if (len > max) {
        err_set(errp, "%s %s: %zu bytes do not fit; %" PRIu64 " bytes are free at %#" PRIx64,
                option, path, len, max, addr);
        free(data);
        return false;
    }
    rom_add_blob(path, option, data, len, len, addr, as);
    if (size) {
        *size = len;
    }
    free(data);
    return true;
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

/* Is there RAM or ROM for all of @rom?  A device's registers may lie over a part of it, as HTIF's
 * do over the program's own tohost. */
static bool check_memory(const Rom *rom, Error **errp)
{
    uint64_t done = 0;
    Str text = {0};

    while (done < rom->size) {
        MemoryRegionSection s = address_space_find(rom->as, rom->addr + done);

        if (!s.ram && (done == 0 || s.mr == &io_mem_unassigned)) {
            break;
        }
        if (s.last - (rom->addr + done) >= rom->size - done - 1) {
            return true;
        }
        done = s.last - rom->addr + 1;
    }
    describe(&text, rom);
    err_set(errp, "%s: the board has no memory at %#" PRIx64 "; %s", str_get(&text),
            rom->addr + done, advice(rom));
    str_free(&text);
    return false;
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

static void rom_write(const Rom *rom)
{
    static const uint8_t zeroes[4096];
    uint64_t done = rom->len;

    address_space_write_rom(rom->as, rom->addr, rom->data, rom->len);
    while (done < rom->size) {
        size_t n = MIN(rom->size - done, (uint64_t)sizeof(zeroes));

        address_space_write_rom(rom->as, rom->addr + done, zeroes, n);
        done += n;
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
