/* SPDX-License-Identifier: MIT */
/* Where software goes on a RISC-V board, as OpenSBI and Linux expect it:
 *
 *     RAM start      firmware (OpenSBI fw_dynamic)
 *     + 2 MiB        kernel; 4 MiB on 32-bit harts: the size of a large page
 *     + RAM/2        initial RAM disk, at most 512 MiB above the kernel
 *     near the end   device tree, below 3 GiB so that 32-bit software reaches it
 *
 * The reset vector passes the address of the tree in a1, the hart's number in a0, and in a2 the
 * structure that tells fw_dynamic where to go next. */
#include "hw/riscv/boot.h"

#include "base/alloc.h"
#include "hw/nvram/fw_cfg.h"

#include <unistd.h>

enum {
    INITRD_GAP_MAX = 512 << 20,
    FDT_ALIGN = 2 << 20,
    FW_DYNAMIC_MAGIC = 0x4942534f, /* "OSBI" */
    FW_DYNAMIC_VERSION = 2,
    FW_NEXT_S_MODE = 1,
};

/* ---- firmware ---- */

static const char *const firmware_dirs[] = {
    "/usr/lib/riscv64-linux-gnu/opensbi/generic",
    "/usr/share/qemu",
    "/usr/share/opensbi/lp64/generic/firmware",
};

static const char *const default_firmware_64[] = {
    "fw_dynamic.bin",
    "opensbi-riscv64-generic-fw_dynamic.bin",
    NULL,
};
static const char *const default_firmware_32[] = {
    "opensbi-riscv32-generic-fw_dynamic.bin",
    NULL,
};

/* The first of @names that exists in a firmware directory, yours to free; or NULL. */
static char *search_firmware(const char *const *names)
{
    for (; *names; names++) {
        for (size_t i = 0; i < ARRAY_SIZE(firmware_dirs); i++) {
            char *path = xasprintf("%s/%s", firmware_dirs[i], *names);

            if (access(path, R_OK) == 0) {
                return path;
            }
            free(path);
        }
    }
    return NULL;
}

/* The file that -bios means; NULL with an error. */
static char *riscv_find_firmware(const RiscvBoot *b, Error **errp)
{
    const char *const named[] = {b->bios, NULL};
    char *path;

    if (!b->bios || strcmp(b->bios, "default") == 0) {
        path = search_firmware(b->is_32bit ? default_firmware_32 : default_firmware_64);
        if (!path) {
            err_set(
                errp,
                "-bios default: no %u-bit OpenSBI is installed: %s give -bios FILE, or -bios none",
                b->is_32bit ? 32 : 64, b->is_32bit ? "" : "install Debian's opensbi package,");
        }
        return path;
    }
    if (access(b->bios, F_OK) == 0 || strchr(b->bios, '/')) {
        return xstrdup(b->bios);
    }
    path = search_firmware(named);
    return path ? path : xstrdup(b->bios); /* reading it will say what is wrong */
}

static bool riscv_load_firmware(RiscvBoot *b, Error **errp)
{
    LoadedImage image = {.entry = b->ram_base, .high = b->ram_base};
    char *path = riscv_find_firmware(b, errp);
    uint8_t *data = NULL;
    bool ok = false;
    size_t len;

    if (path) {
        data = load_file("-bios", path, &len, errp);
    }
    if (data && file_is_elf(data, len)) {
        ok = load_elf("-bios", path, data, len, ELF_MACHINE_RISCV, b->is_32bit ? 32 : 64, NULL,
                      &image, errp);
    } else if (data) {
        rom_add_blob(path, "-bios", data, len, len, b->ram_base, NULL);
        image.high = b->ram_base + len;
        ok = true;
    }
    b->firmware_entry = image.entry;
    b->firmware_end = image.high;
    free(data);
    free(path);
    return ok;
}

/* ---- kernel ---- */

/* A Linux Image begins with 64 bytes: at 8 its offset from the start of RAM, at 16 the memory it
 * needs, at 56 a magic number (Documentation/riscv/boot-image-header.rst). */
enum { IMAGE_HEADER = 64, IMAGE_OFFSET = 8, IMAGE_SIZE = 16, IMAGE_MAGIC = 56 };

static uint64_t read64(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, 8);
    return v;
}

static bool is_linux_image(const uint8_t *data, size_t len)
{
    return len >= IMAGE_HEADER && memcmp(data + IMAGE_MAGIC, "RSC\x05", 4) == 0;
}

/* The lowest place above the firmware that suits a kernel. */
static hwaddr kernel_start(const RiscvBoot *b)
{
    return align_up(b->firmware_end, b->is_32bit ? 4 * MiB : 2 * MiB);
}

/* A kernel without a format that says where: above the firmware. */
static bool load_flat_kernel(RiscvBoot *b, const uint8_t *data, size_t len, Error **errp)
{
    LoadedImage *out = &b->kernel_image;
    hwaddr at = kernel_start(b);
    uint64_t need = len;

    out->format = "raw";
    if (is_linux_image(data, len)) {
        uint64_t offset = read64(data + IMAGE_OFFSET), size = read64(data + IMAGE_SIZE);

        out->format = "Linux Image";
        if (offset < b->ram_size) {
            at = MAX(at, b->ram_base + offset);
        }
        need = MAX(need, size);
    }
    if (at - b->ram_base > b->ram_size || need > b->ram_size - (at - b->ram_base)) {
        return err_set(errp,
                       "-kernel %s: it needs %" PRIu64 " MiB at %#" PRIx64
                       ", which is more than the RAM there: give more with -m",
                       b->kernel, (uint64_t)(need / MiB + 1), at);
    }
    rom_add_blob(b->kernel, "-kernel", data, len, len, at, NULL);
    out->entry = out->low = at;
    out->high = at + need;
    return true;
}

static bool riscv_load_kernel(RiscvBoot *b, Error **errp)
{
    size_t len;
    uint8_t *data = load_unpacked_file("-kernel", b->kernel, &len, errp);
    bool ok;

    if (!data) {
        return false;
    }
    if (file_is_elf(data, len)) {
        ok = load_elf("-kernel", b->kernel, data, len, ELF_MACHINE_RISCV, b->is_32bit ? 32 : 64,
                      NULL, &b->kernel_image, errp);
    } else {
        ok = load_flat_kernel(b, data, len, errp);
    }
    free(data);
    return ok;
}

/* ---- the rest ---- */

static bool riscv_load_initrd(RiscvBoot *b, Error **errp)
{
    hwaddr base = b->kernel_image.low;
    uint64_t end = b->ram_base + b->ram_size, size;
    hwaddr at = base + MIN(b->ram_size / 2, (uint64_t)INITRD_GAP_MAX);
    size_t len;
    uint8_t *data;

    data = load_file("-initrd", b->initrd, &len, errp);
    if (!data) {
        return false;
    }
    size = len;
    if (at < b->kernel_image.high) {
        at = align_up(b->kernel_image.high, 4 * KiB);
    }
    if (at > end ||
        size + FDT_ALIGN > end - at) { /* then as high as it fits, leaving room for the tree */
        at = align_down(end - MIN(end, size + 2 * FDT_ALIGN), 4 * KiB);
    }
    if (at < b->kernel_image.high) {
        free(data);
        return err_set(errp,
                       "-initrd %s: its %" PRIu64
                       " MiB do not fit into the RAM above the kernel: give more with -m",
                       b->initrd, (uint64_t)(size / MiB + 1));
    }
    rom_add_blob(b->initrd, "-initrd", data, len, len, at, NULL);
    b->initrd_start = at;
    b->initrd_end = at + size;
    free(data);
    return true;
}

/* A guest that has nothing to run is silent: better say so than let the user wonder. */
static void warn_if_nothing_to_run(const RiscvBoot *b)
{
    if (b->kernel || b->flash || b->next_flash) {
        return;
    }
    if (b->firmware_end == b->ram_base && !rom_covers(b->start)) {
        warn_report("-bios none and no -kernel: there is nothing to run");
    } else if (b->firmware_end != b->ram_base &&
               (!b->bios || strcmp(b->bios, "default") == 0)) {
        warn_report("no -kernel: the firmware (OpenSBI) has nothing to start");
    }
}

/* A file's size and contents, which are freed, as two items of fw_cfg.  False: there is none. */
static bool put_file(Device *fw_cfg, uint8_t *data, size_t len, uint16_t size_key,
                     uint16_t data_key)
{
    if (!data) {
        return false;
    }
    fw_cfg_add_u32(fw_cfg, size_key, len);
    fw_cfg_add_bytes(fw_cfg, data_key, data, len);
    free(data);
    return true;
}

/* Nothing goes into memory: firmware that lies in flash takes it from fw_cfg. */
static bool leave_to_next_firmware(const RiscvBoot *b, Error **errp)
{
    const char *append = b->append ? b->append : "";
    uint8_t *data;
    size_t len;

    if (b->kernel) {
        data = load_unpacked_file("-kernel", b->kernel, &len, errp);
        if (!put_file(b->fw_cfg, data, len, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA)) {
            return false;
        }
        fw_cfg_add_u32(b->fw_cfg, FW_CFG_CMDLINE_SIZE, strlen(append) + 1);
        fw_cfg_add_string(b->fw_cfg, FW_CFG_CMDLINE_DATA, append);
    }
    if (b->initrd) {
        data = load_file("-initrd", b->initrd, &len, errp);
        return put_file(b->fw_cfg, data, len, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA);
    }
    return true;
}

/* The kernel and its RAM disk into memory. */
static bool load_kernel_and_initrd(RiscvBoot *b, Error **errp)
{
    if (!b->kernel) {
        return true;
    }
    if (!riscv_load_kernel(b, errp)) {
        return false;
    }
    b->next = b->kernel_image.entry;
    if (b->firmware_end == b->ram_base) {
        b->start = b->kernel_image.entry;
    }
    return !b->initrd || riscv_load_initrd(b, errp);
}

bool riscv_boot_load(RiscvBoot *b, Error **errp)
{
    bool ok;

    b->firmware_end = b->start = b->ram_base;
    if (!b->bios || strcmp(b->bios, "none") != 0) {
        if (!riscv_load_firmware(b, errp)) {
            return false;
        }
        b->start = b->firmware_entry;
    }
    if (b->initrd && !b->kernel) {
        return err_set(errp, "-initrd %s needs a -kernel that uses it", b->initrd);
    }
    if (b->append && *b->append && !b->kernel) {
        return err_set(errp, "-append %s needs a -kernel that reads it", b->append);
    }
    ok = b->next_flash ? leave_to_next_firmware(b, errp) : load_kernel_and_initrd(b, errp);
    if (b->next_flash) {
        b->next = b->next_flash;
    }
    if (b->flash) {
        b->start = b->flash;
    }
    if (ok) {
        warn_if_nothing_to_run(b);
    }
    return ok;
}

void riscv_boot_fill_fdt(const RiscvBoot *b, Fdt *dt)
{
    dt_add_node(dt, "/chosen");
    if (b->append && *b->append) {
        dt_set_string(dt, "/chosen", "bootargs", b->append);
    }
    if (b->initrd_end) {
        dt_set_u64(dt, "/chosen", "linux,initrd-start", b->initrd_start);
        dt_set_u64(dt, "/chosen", "linux,initrd-end", b->initrd_end);
    }
}

bool riscv_place_fdt(RiscvBoot *b, const Fdt *dt, Error **errp)
{
    uint64_t size = dt_size(dt);
    hwaddr end = b->ram_base + b->ram_size;

    if (b->ram_base < 3 * GiB) {
        end = MIN(end, (hwaddr)(3 * GiB));
    }
    if (size > end - b->ram_base) {
        return err_set(errp,
                       "the device tree (%" PRIu64 " KiB) does not fit into RAM: give more with -m",
                       (uint64_t)(size / KiB));
    }
    b->fdt_addr = align_down(end - size, FDT_ALIGN);
    if (b->fdt_addr < b->ram_base) {
        b->fdt_addr = align_down(end - size, 8);
    }
    rom_add_blob("fdt", "-dtb", dt->blob, size, size, b->fdt_addr, NULL);
    return true;
}

/* ---- the reset vector ---- */

/* Append a number of the harts' width. */
static void put_word(const RiscvBoot *b, Str *out, uint64_t v)
{
    str_append_n(out, (const char *)&v, b->is_32bit ? 4 : 8);
}

void riscv_setup_rom_reset_vec(const RiscvBoot *b, hwaddr rom_base, uint64_t rom_size)
{
    enum { START = 24, FDT = 32, DYNAMIC = 40 };         /* offsets in the ROM */
    const uint32_t load = b->is_32bit ? 0x2003 : 0x3003; /* lw or ld, before operands */
    const uint32_t code[] = {
        0x00000297,                            /* auipc t0, 0 */
        0x00028613 | DYNAMIC << 20,            /* addi  a2, t0, DYNAMIC */
        0xf1402573,                            /* csrr  a0, mhartid */
        load | FDT << 20 | 5 << 15 | 11 << 7,  /* lx a1, FDT(t0) */
        load | START << 20 | 5 << 15 | 5 << 7, /* lx t0, START(t0) */
        0x00028067,                            /* jr    t0 */
    };
    const uint64_t pointers[] = {b->start, b->fdt_addr};
    Str rom = {0};

    str_append_n(&rom, (const char *)code, sizeof(code));
    str_append_n(&rom, (const char *)pointers, sizeof(pointers));
    put_word(b, &rom, FW_DYNAMIC_MAGIC);
    put_word(b, &rom, FW_DYNAMIC_VERSION);
    put_word(b, &rom, b->next);
    put_word(b, &rom, FW_NEXT_S_MODE);
    put_word(b, &rom, 0); /* options */
    put_word(b, &rom, 0); /* the hart that boots: any */
    assert(rom.len <= rom_size);
    rom_add_blob("mrom.reset", NULL, rom.s, DYNAMIC, DYNAMIC, rom_base, NULL);
    rom_add_blob("mrom.finfo", NULL, rom.s + DYNAMIC, rom.len - DYNAMIC, rom.len - DYNAMIC,
                 rom_base + DYNAMIC, NULL);
    str_free(&rom);
}
