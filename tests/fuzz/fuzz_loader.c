/* SPDX-License-Identifier: MIT */
/* Kernels, firmware, initrds and device trees of any contents end in success or in a sentence. */
#include "fuzz/fuzz.h"

#include "base/bql.h"
#include "base/log.h"
#include "base/symbols.h"
#include "hw/riscv/boot.h"

#include <elf.h>
#include <sys/mman.h>
#include <libfdt.h>

enum { RAM = 0x80000000, RAM_SIZE = 64 << 20 };

static const struct {
    Elf64_Ehdr h;
    Elf64_Phdr p[3];
    Elf64_Shdr s[3];
    Elf64_Sym sym[4];
    char names[32], code[64];
} elf64 = {
    .h = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
          .e_type = ET_EXEC,
          .e_machine = EM_RISCV,
          .e_entry = RAM,
          .e_phoff = 64,
          .e_phentsize = 56,
          .e_phnum = 3,
          .e_shoff = 64 + 3 * 56,
          .e_shentsize = 64,
          .e_shnum = 3},
    .p = {{PT_LOAD, PF_X, 64, RAM, RAM, 64, 64, 4},
          {PT_LOAD, PF_W, 128, RAM + 4096, RAM + 4096, 32, 8192, 4},
          {PT_DYNAMIC, 0, 0, 0, 0, 0, 0, 0}},
    .s = {{.sh_type = SHT_SYMTAB, .sh_offset = 64 + 3 * (56 + 64), .sh_size = 4 * 24, .sh_link = 1},
          {.sh_type = SHT_STRTAB, .sh_offset = 64 + 3 * (56 + 64) + 4 * 24, .sh_size = 32}},
    .sym = {{1, STT_FUNC, 0, 1, RAM, 16},
            {7, STT_OBJECT, 0, 1, RAM + 16, 0},
            {12, STT_NOTYPE, 0, 1, RAM, 4}},
    .names = "\0_start\0main\0data",
};

static const struct {
    Elf32_Ehdr h;
    Elf32_Phdr p[2];
    char code[32];
} elf32 = {
    .h = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, 1},
          .e_type = ET_EXEC,
          .e_machine = EM_RISCV,
          .e_entry = RAM,
          .e_phoff = 52,
          .e_phentsize = 32,
          .e_phnum = 2},
    .p = {{PT_LOAD, 52, RAM, RAM, 64, 64, PF_X, 4},
          {PT_LOAD, 116, RAM + 4096, RAM + 4096, 16, 64, PF_W, 4}},
};

/* A Linux Image: text offset, size, magic. */
static const uint8_t image[128] = {[10] = 0x20, [18] = 0x80, [48] = 'R', 'I', 'S', 'C',
                                   'V',         [56] = 'R',  'S',        'C', 5};

static const uint8_t gz[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                             0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
                             0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
static const uint8_t zboot[96] = {'M', 'Z',         0,    0,    'z',  'i',        'm',  'g',
                                  64,  0,           0,    0,    25,   [24] = 'g', 'z',  'i',
                                  'p', [64] = 0x1f, 0x8b, 0x08, 0,    0,          0,    0,
                                  0,   0,           3,    0xcb, 0x48, 0xcd,       0xc9, 0xc9,
                                  7,   0,           0x86, 0xa6, 0x10, 0x36,       5};
static uint8_t dtb[2048]; /* made by setup */

static const FuzzSeed seeds[] = {
    {&elf64, sizeof(elf64)}, {&elf32, sizeof(elf32)}, {image, sizeof(image)},
    {gz, sizeof(gz)},        {zboot, sizeof(zboot)},  {dtb, sizeof(dtb)},
};

static void make_dtb(void)
{
    Fdt *dt = dt_new();

    dt_add_node(dt, "/cpus/cpu@0");
    dt_add_node(dt, "/soc/uart@10000000");
    dt_set_reg(dt, "/soc/uart@10000000", 0x10000000, 0x100);
    dt_set_strings(dt, "/soc/uart@10000000", "compatible", "ns16550a", "uart", NULL);
    dt_phandle(dt, "/cpus/cpu@0");
    dt_set_string(dt, "/", "model", "fuzz");
    dt_finish(dt, NULL);
    memcpy(dtb, dt->blob, MIN(dt_size(dt), sizeof(dtb)));
    dt_free(dt);
}

static void setup(void)
{
    static MemoryRegion ram;
    static bool done;

    if (!done) {
        done = true;
        make_dtb();
        log_set_file("/dev/null", NULL);
        bql_lock();
        io_mem_init();
        memory_map_init();
        memory_region_init_ram(&ram, NULL, "ram", RAM_SIZE, NULL);
        memory_region_add_subregion(get_system_memory(), RAM, &ram);
    }
}

/* Everything that can be done with the file as each of the things it may be given for. */
static void boot_with(const char *path, Error **errp)
{
    static const char *const bioses[] = {"none", NULL};
    RiscvBoot b = {.ram_base = RAM, .ram_size = RAM_SIZE, .is_32bit = fuzz_below(4) == 0};
    Fdt *dt = fuzz_below(3) == 0 ? dt_load(path, errp) : dt_new();

    b.bios = fuzz_below(3) ? bioses[0] : path;
    b.kernel =
        fuzz_below(8) || b.bios != path ? path : NULL; /* with nothing at all it only warns */
    b.initrd = fuzz_below(3) ? NULL : path;
    b.append = "console=ttyS0";
    if (dt && riscv_boot_load(&b, errp)) {
        riscv_boot_fill_fdt(&b, dt);
        dt_phandle(dt, "/chosen");
        if (dt_finish(dt, errp) && riscv_place_fdt(&b, dt, errp) && rom_check_and_register(errp)) {
            rom_reset();
        }
    }
    dt_free(dt);
}

static void fuzz_one(const uint8_t *data, size_t len)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    char path[32];
    Error *err = NULL;

    setup();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (write(fd, data, len) == (ssize_t)len) {
        boot_with(path, &err);
    }
    err_free(err);
    rom_clear();
    symbols_clear();
    close(fd);
}

FUZZ_MAIN(seeds)
