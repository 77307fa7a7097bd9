/* SPDX-License-Identifier: MIT */
/* hw/core: the ROM list, ELF files, packed files, symbols, and where a RISC-V board puts things. */
#include "hw/core/loader.h"

#include "base/alloc.h"
#include "base/bql.h"
#include "base/log.h"
#include "base/symbols.h"
#include "hw/riscv/boot.h"
#include "unit/unit.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

enum { RAM = 0x80000000, RAM_SIZE = 64 << 20, MROM = 0x1000 };

static MemoryRegion ram, mrom;
static AddressSpace *const as = &address_space_memory;

static int group_setup(void **state)
{
    log_set_file("/dev/null", NULL);
    bql_lock();
    io_mem_init();
    memory_map_init();
    assert_true(memory_region_init_ram(&ram, NULL, "ram", RAM_SIZE, NULL));
    assert_true(memory_region_init_rom(&mrom, NULL, "mrom", 0x1000, NULL));
    memory_region_add_subregion(get_system_memory(), RAM, &ram);
    memory_region_add_subregion(get_system_memory(), MROM, &mrom);
    return 0;
}

static int group_teardown(void **state)
{
    memory_region_del_subregion(get_system_memory(), &ram);
    memory_region_del_subregion(get_system_memory(), &mrom);
    memory_region_finalize(&ram);
    memory_region_finalize(&mrom);
    memory_map_destroy();
    bql_unlock();
    return 0;
}

static int teardown(void **state)
{
    rom_clear();
    symbols_clear();
    return 0;
}

/* Check that @err was set, says each of the words, and free it. */
static void assert_says(Error *err, const char *word, const char *word2)
{
    assert_non_null(err);
    if (!strstr(err_msg(err), word) || !strstr(err_msg(err), word2)) {
        fail_msg("not said: %s, %s; but: %s", word, word2, err_msg(err));
    }
    err_free(err);
}

/* ---- the list ---- */

static void test_a_reset_writes_ram_and_rom_again(void **state)
{
    rom_add_blob("code", NULL, "abcd", 4, 8, MROM + 0x10, NULL);
    rom_add_blob("data", "-kernel", "efgh", 4, 4, RAM, NULL);
    address_space_stq_le(as, RAM, UINT64_MAX, NULL);
    assert_true(rom_check_and_register(NULL));
    rom_reset();
    assert_int_equal(address_space_ldq_le(as, MROM + 0x10, NULL), 0x64636261);
    assert_int_equal(address_space_ldq_le(as, RAM, NULL), 0xffffffff68676665);
    address_space_stl_le(as, RAM, 0, NULL);
    rom_reset();
    assert_int_equal(address_space_ldl_le(as, RAM, NULL), 0x68676665);
}

static void test_an_overlap_names_both_and_the_fix(void **state)
{
    Error *err = NULL;

    rom_add_blob("fw.bin", "-bios", "x", 1, 0x20000, RAM, NULL);
    rom_add_blob("vmlinux", "-kernel", "y", 1, 1, RAM + 0x1ffff, NULL);
    assert_false(rom_check_and_register(&err));
    assert_says(err, "-bios fw.bin (0x80000000-0x8001ffff) overlaps -kernel vmlinux", "-bios none");
}

static void test_a_piece_outside_memory_says_where_memory_ends(void **state)
{
    Error *err = NULL;

    rom_add_blob("big", "-initrd", "x", 1, 2, RAM + RAM_SIZE - 1, NULL);
    assert_false(rom_check_and_register(&err));
    assert_says(err, "no memory at 0x84000000", "-m");
    err = NULL;
    rom_clear();
    rom_add_blob("big", NULL, "x", 1, 0x1000, UINT64_MAX - 10, NULL);
    assert_false(rom_check_and_register(&err));
    assert_says(err, "beyond the last address", "");
}

static void test_info_roms_lists_in_order_of_address(void **state)
{
    Str out = {0};

    rom_add_blob("high", NULL, "x", 1, 0x20, RAM, NULL);
    rom_add_blob("low", NULL, "x", 1, 0x1234, MROM, NULL);
    rom_print(&out);
    assert_string_equal(str_get(&out),
                        "addr=0000000000001000 size=0x001234 mem=rom name=\"low\"\n"
                        "addr=0000000080000000 size=0x000020 mem=ram name=\"high\"\n");
    str_free(&out);
}

/* ---- files ---- */

/* A path of this process's own. */
static const char *temp(const char *what)
{
    static char path[64];

    snprintf(path, sizeof(path), "/tmp/test_loader.%d.%s", (int)getpid(), what);
    return path;
}

/* A new file of @len zero bytes. */
static const char *zero_file(const char *what, off_t len)
{
    const char *path = xstrdup(temp(what));

    assert_int_equal(close(creat(path, 0600)), 0);
    assert_int_equal(truncate(path, len), 0);
    return path;
}

static const char *file_with(const void *data, size_t len)
{
    const char *path = temp("file");
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

    assert_int_equal(write(fd, data, len), len);
    close(fd);
    return path;
}

static void test_a_gzipped_file_is_unfolded_and_a_damaged_one_is_explained(void **state)
{
    /* printf hello | gzip -n */
    uint8_t gz[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd,
                    0xc9, 0xc9, 0x07, 0x00, 0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
    Error *err = NULL;
    size_t len;
    uint8_t *data = load_unpacked_file("-kernel", file_with(gz, sizeof(gz)), &len, &err);

    assert_non_null(data);
    assert_int_equal(len, 5);
    assert_string_equal((char *)data, "hello");
    free(data);
    data = load_file("-initrd", file_with(gz, sizeof(gz)), &len, &err); /* the guest unfolds that */
    assert_int_equal(len, sizeof(gz));
    free(data);
    assert_null(load_unpacked_file("-kernel", file_with(gz, sizeof(gz) - 9), &len, &err));
    assert_says(err, "-kernel", "cut short");
    err = NULL;
    gz[20] ^= 1; /* the check sum */
    assert_null(load_unpacked_file("-kernel", file_with(gz, sizeof(gz)), &len, &err));
    assert_says(err, "-kernel", "damaged");
}

static void test_unreadable_files_are_named(void **state)
{
    Error *err = NULL;
    size_t len;

    assert_null(load_file("-kernel", "/nonexistent/Image", &len, &err));
    assert_says(err, "-kernel /nonexistent/Image", "No such file");
    err = NULL;
    assert_null(load_file("-kernel", "/tmp", &len, &err));
    assert_says(err, "/tmp", "directory");
    err = NULL;
    assert_null(load_file("-kernel", file_with("", 0), &len, &err));
    assert_says(err, "empty", "");
}

/* ---- ELF ---- */

typedef struct TestElf {
    Elf64_Ehdr h;
    Elf64_Phdr p[2];
    Elf64_Shdr s[2];
    Elf64_Sym sym[2];
    char names[16];
    uint8_t code[16];
} TestElf;

static TestElf sample(void)
{
    TestElf e = {
        .h = {.e_ident = ELFMAG,
              .e_type = ET_EXEC,
              .e_machine = EM_RISCV,
              .e_entry = 0xffffffff80000004,
              .e_phoff = offsetof(TestElf, p),
              .e_phentsize = sizeof(Elf64_Phdr),
              .e_phnum = 2,
              .e_shoff = offsetof(TestElf, s),
              .e_shentsize = sizeof(Elf64_Shdr),
              .e_shnum = 2},
        .p = {{.p_type = PT_LOAD,
               .p_offset = offsetof(TestElf, code),
               .p_vaddr = 0xffffffff80000000,
               .p_paddr = 0x80200000,
               .p_filesz = 16,
               .p_memsz = 32},
              {.p_type = PT_NOTE, .p_offset = 1 << 30, .p_filesz = 1 << 30}},
        .s = {{.sh_type = SHT_SYMTAB,
               .sh_offset = offsetof(TestElf, sym),
               .sh_size = 2 * sizeof(Elf64_Sym),
               .sh_link = 1},
              {.sh_type = SHT_STRTAB, .sh_offset = offsetof(TestElf, names), .sh_size = 16}},
        .sym = {{.st_name = 1,
                 .st_value = 0x1000,
                 .st_size = 0x10,
                 .st_info = STT_FUNC,
                 .st_shndx = 1},
                {.st_name = 6, .st_value = 0x1020, .st_info = STT_FUNC, .st_shndx = 1}},
        .names = "\0main\0trap",
        .code = "0123456789abcde",
    };

    e.h.e_ident[EI_CLASS] = ELFCLASS64;
    e.h.e_ident[EI_DATA] = ELFDATA2LSB;
    return e;
}

static bool load_sample(const TestElf *e, unsigned bits, LoadedImage *out, Error **errp)
{
    return load_elf("-kernel", "test.elf", (const uint8_t *)e, sizeof(*e), EM_RISCV, bits, NULL,
                    out, errp);
}

static void test_an_elf_file_goes_to_its_physical_addresses(void **state)
{
    TestElf e = sample();
    LoadedImage image;

    assert_true(load_sample(&e, 64, &image, NULL));
    assert_int_equal(image.entry, 0x80200004);
    assert_int_equal(image.low, 0x80200000);
    assert_int_equal(image.high, 0x80200020);
    address_space_stq_le(as, 0x80200010, UINT64_MAX, NULL);
    assert_true(rom_check_and_register(NULL));
    rom_reset();
    assert_int_equal(address_space_ldl_le(as, 0x80200000, NULL), 0x33323130);
    assert_int_equal(address_space_ldq_le(as, 0x80200010, NULL), 0); /* .bss */
}

/* Linker scripts with ".data AT> rom" and ".bss" after it make such files, MicroPython's is one. */
static void test_a_bss_may_have_the_load_address_of_data(void **state)
{
    TestElf e = sample();
    LoadedImage image;

    e.p[1] = (Elf64_Phdr){.p_type = PT_LOAD, .p_paddr = 0x80200000, .p_memsz = 64};
    assert_true(load_sample(&e, 64, &image, NULL));
    assert_true(rom_check_and_register(NULL));
    rom_reset();
    assert_int_equal(address_space_ldl_le(as, 0x80200000, NULL), 0x33323130);
    assert_int_equal(image.high, 0x80200040); /* what comes behind it is placed behind its memory */
}

static void test_the_symbols_of_an_elf_file_are_known(void **state)
{
    TestElf e = sample();
    LoadedImage image;
    uint64_t offset, addr;
    Str text = {0};

    assert_true(load_sample(&e, 0, &image, NULL));
    assert_string_equal(symbols_find(0x100f, &offset), "main");
    assert_int_equal(offset, 15);
    assert_null(symbols_find(0x1010, &offset));
    assert_string_equal(symbols_find(0x5000, &offset), "trap"); /* no size: to the next symbol */
    assert_true(symbols_address("trap", &addr));
    assert_int_equal(addr, 0x1020);
    symbols_describe(&text, 0x1004);
    assert_string_equal(str_get(&text), " (main+0x4)");
    str_free(&text);
}

static void test_symbols_come_from_a_kernels_list_too(void **state)
{
    char path[] = "/tmp/teemu-symbols-XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");
    uint64_t offset;
    Error *err = NULL;

    fputs("ffffffff80000000 T _start\n0000000000000040 A a_constant\n"
          "ffffffff80000040 t inside\t[module]\n", f);
    fflush(f);
    assert_true(load_symbols(path, &err));
    assert_string_equal(symbols_find(0xffffffff8000003f, &offset), "_start");
    assert_string_equal(symbols_find(0xffffffff80000042, &offset), "inside");
    assert_null(symbols_find(0x40, &offset));
    fputs("once upon a time\n", f);
    fclose(f);
    assert_false(load_symbols(path, &err));
    assert_says(err, "neither an ELF file", "System.map");
    remove(path);
}

static void test_a_wrong_elf_file_is_refused_in_words(void **state)
{
    static const struct {
        size_t offset;
        uint8_t value;
        const char *says;
    } faults[] = {
        {EI_DATA, ELFDATA2MSB, "big endian"},
        {EI_CLASS, ELFCLASS32, "32-bit"},
        {offsetof(TestElf, h.e_machine), EM_X86_64, "machine 62"},
        {offsetof(TestElf, h.e_type), ET_REL, "link it"},
        {offsetof(TestElf, h.e_phnum), 0, "0 segments"},
        {offsetof(TestElf, h.e_phoff) + 7, 0xff, "outside the file"},
        {offsetof(TestElf, p[0].p_offset) + 7, 0xff, "segment 0 lies outside"},
        {offsetof(TestElf, p[0].p_filesz) + 7, 0xff, "segment 0"},
        {offsetof(TestElf, p[0].p_memsz), 1, "impossible size"},
        {offsetof(TestElf, p[0].p_paddr) + 7, 0xff, NULL},
    };

    for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
        TestElf e = sample();
        LoadedImage image;
        Error *err = NULL;
        bool ok;

        ((uint8_t *)&e)[faults[i].offset] = faults[i].value;
        ok = load_sample(&e, 64, &image, &err) && rom_check_and_register(&err);
        assert_false(ok);
        assert_says(err, faults[i].says ? faults[i].says : "no memory", "test.elf");
        rom_clear();
    }
}

/* A linker puts the ELF headers on a page of their own below the code: here below RAM. */
static void test_headers_below_memory_are_left_out(void **state)
{
    TestElf e = sample();
    LoadedImage image;
    Error *err = NULL;

    e.p[0].p_paddr = e.p[0].p_vaddr = RAM - offsetof(TestElf, code);
    e.p[0].p_offset = 0;
    e.p[0].p_filesz = e.p[0].p_memsz = sizeof(e);
    e.h.e_entry = RAM;
    assert_true(load_sample(&e, 64, &image, NULL));
    assert_true(rom_check_and_register(NULL));
    rom_reset();
    assert_int_equal(address_space_ldl_le(as, RAM, NULL), 0x33323130);
    rom_clear();

    e.p[1] = e.p[0]; /* a segment that holds nothing but headers */
    e.p[1].p_paddr = e.p[1].p_vaddr = RAM - 0x1000;
    e.p[1].p_filesz = offsetof(TestElf, s);
    e.p[1].p_memsz = 0x800;
    e.p[0].p_offset = offsetof(TestElf, code);
    e.p[0].p_paddr = e.p[0].p_vaddr = RAM;
    e.p[0].p_filesz = e.p[0].p_memsz = 16;
    assert_true(load_sample(&e, 64, &image, NULL));
    assert_true(rom_check_and_register(NULL));
    rom_clear();

    e.h.e_entry = RAM - 4; /* but code that is to run must be somewhere */
    e.p[0] = sample().p[0];
    e.p[0].p_paddr = e.p[0].p_vaddr = RAM - 8;
    e.p[1] = sample().p[1];
    assert_true(load_sample(&e, 64, &image, NULL));
    assert_false(rom_check_and_register(&err));
    assert_says(err, "test.elf", "no memory at 0x7ffffff8");
}

/* By the page, this would take minutes. */
static void test_zeroes_where_there_is_no_memory_cost_nothing(void **state)
{
    const uint8_t byte = 0x5a;

    rom_add_segment("huge", "-kernel", &byte, 1, 1ULL << 62, 1ULL << 61, NULL, RAM, 0);
    rom_add_segment("around", "-kernel", &byte, 1, RAM - 0x1000 + 0x20, 0x1000, NULL, 0, 0);
    address_space_stl_le(as, RAM + 0x1c, 0x11111111, NULL);
    address_space_stl_le(as, RAM + 0x20, 0x22222222, NULL);
    assert_true(rom_check_and_register(NULL));
    rom_reset();
    assert_int_equal(address_space_ldl_le(as, RAM + 0x1c, NULL), 0);
    assert_int_equal(address_space_ldl_le(as, RAM + 0x20, NULL), 0x22222222);
}

static void test_each_prefix_of_an_elf_file_is_handled(void **state)
{
    for (size_t len = EI_NIDENT; len < sizeof(TestElf); len++) {
        TestElf e = sample();
        uint8_t *part = malloc(len); /* exact, so that ASan sees a read beyond it */
        LoadedImage image;
        Error *err = NULL;

        memcpy(part, &e, len);
        if (!load_elf("-kernel", "x", part, len, EM_RISCV, 64, NULL, &image, &err)) {
            assert_non_null(err);
        }
        err_free(err);
        free(part);
        rom_clear();
    }
}

/* ---- where a RISC-V board puts things ---- */

static RiscvBoot board(void)
{
    return (RiscvBoot){.ram_base = RAM, .ram_size = RAM_SIZE, .bios = "none"};
}

static const char *flat_kernel(bool image)
{
    uint8_t k[256] = {0x13};

    if (image) {
        k[10] = 0x20; /* text_offset 0x200000 */
        k[18] = 0x80; /* 8 MiB of memory */
        memcpy(k + 48, "RISCV", 5);
        memcpy(k + 56, "RSC\x05", 4);
    }
    return file_with(k, sizeof(k));
}

static void test_without_firmware_a_raw_kernel_is_at_the_start_of_ram(void **state)
{
    RiscvBoot b = board();

    b.kernel = flat_kernel(false);
    assert_true(riscv_boot_load(&b, NULL));
    assert_int_equal(b.start, RAM);
    assert_int_equal(b.kernel_image.entry, RAM);
}

static void test_an_image_in_flash_runs_first(void **state)
{
    RiscvBoot b = board();

    b.flash = 0x20000000;
    b.kernel = flat_kernel(false);
    assert_true(riscv_boot_load(&b, NULL));
    assert_int_equal(b.start, 0x20000000);
    assert_int_equal(b.kernel_image.entry, RAM);
}

static void test_an_image_goes_to_its_text_offset_and_keeps_its_memory(void **state)
{
    RiscvBoot b = board();
    const char *fw = zero_file("fw", 8);

    b.bios = fw;
    b.kernel = flat_kernel(true);
    assert_true(riscv_boot_load(&b, NULL));
    assert_int_equal(b.start, RAM);
    assert_int_equal(b.kernel_image.entry, RAM + 0x200000);
    assert_int_equal(b.kernel_image.high, RAM + 0x200000 + 0x800000);
    assert_string_equal(b.kernel_image.format, "Linux Image");
    assert_true(rom_check_and_register(NULL));
    unlink(fw);
    free((char *)fw);
}

static void test_an_initrd_and_the_tree_are_placed_apart(void **state)
{
    RiscvBoot b = board();
    Fdt *dt = dt_new();
    const char *path = zero_file("initrd", 30 << 20); /* at RAM / 2 it would meet the tree */
    size_t len;

    b.kernel = flat_kernel(true);
    b.initrd = path;
    b.append = "console=ttyS0";
    assert_true(riscv_boot_load(&b, NULL));
    riscv_boot_fill_fdt(&b, dt);
    assert_true(dt_finish(dt, NULL));
    assert_true(riscv_place_fdt(&b, dt, NULL));
    riscv_setup_rom_reset_vec(&b, MROM, 0x1000);
    assert_true(rom_check_and_register(NULL));
    rom_reset();
    assert_int_equal(b.fdt_addr % (2 << 20), 0);
    assert_string_equal(dt_get(dt, "/chosen", "bootargs", &len), "console=ttyS0");
    assert_int_equal(address_space_ldq_le(as, MROM + 24, NULL), b.start);
    assert_int_equal(address_space_ldq_le(as, MROM + 32, NULL), b.fdt_addr);
    assert_int_equal(address_space_ldq_le(as, MROM + 40, NULL), 0x4942534f);
    assert_int_equal(address_space_ldl_le(as, MROM + 4, NULL), 0x02828613);
    assert_int_equal(address_space_ldl_le(as, MROM + 12, NULL), 0x0202b583);
    assert_int_equal(address_space_ldl_le(as, b.fdt_addr, NULL), 0xedfe0dd0);
    dt_free(dt);
    unlink(path);
    free((char *)path);
}

static void test_what_does_not_fit_asks_for_more_memory(void **state)
{
    RiscvBoot b = board();
    Error *err = NULL;
    const char *path = zero_file("initrd", 60 << 20);

    b.kernel = flat_kernel(true);
    b.initrd = path;
    assert_false(riscv_boot_load(&b, &err));
    assert_says(err, "-initrd", "-m");
    unlink(path);
    free((char *)path);

    err = NULL;
    rom_clear();
    b = board();
    b.ram_size = 4 << 20;
    b.kernel = flat_kernel(true);
    assert_false(riscv_boot_load(&b, &err));
    assert_says(err, "-kernel", "-m");
}

/* ---- device trees ---- */

static void test_a_tree_grows_and_is_read_back(void **state)
{
    Fdt *dt = dt_new();
    uint32_t phandle;
    size_t len;

    for (int i = 0; i < 2000; i++) {
        char *path = xasprintf("/soc/bus@%x/device@%x", i % 7, i);

        dt_add_node(dt, path);
        dt_set_cells(dt, path, "interrupts", 2, i, 4);
        dt_set_reg(dt, path, 0x100000000 + i, 0x1000);
        free(path);
    }
    dt_set_strings(dt, "/soc", "compatible", "first", "second", NULL);
    dt_set_empty(dt, "/soc", "ranges");
    phandle = dt_phandle(dt, "/soc/bus@3");
    assert_int_equal(dt_phandle(dt, "/soc/bus@3"), phandle);
    assert_int_not_equal(dt_phandle(dt, "/soc/bus@4"), phandle);
    assert_true(dt_finish(dt, NULL));
    assert_memory_equal(dt_get(dt, "/soc", "compatible", &len), "first\0second", 13);
    assert_int_equal(len, 13);
    assert_int_equal(dt_get_cell(dt, "/soc/bus@0/device@7", "interrupts", 99), 7);
    assert_int_equal(dt_get_cell(dt, "/soc/bus@0/device@7", "reg", 99), 1);
    assert_int_equal(dt_get_cell(dt, "/nowhere", "reg", 99), 99);
    dt_free(dt);
}

static void test_a_tree_survives_the_way_through_a_file(void **state)
{
    Fdt *dt = dt_new(), *again;
    Error *err = NULL;

    dt_add_node(dt, "/chosen");
    dt_set_string(dt, "/chosen", "stdout-path", "/uart");
    dt_phandle(dt, "/chosen");
    assert_true(dt_finish(dt, NULL));
    assert_true(dt_dump(dt, temp("dtb"), NULL));
    again = dt_load(temp("dtb"), NULL);
    assert_non_null(again);
    dt_add_node(again, "/memory@0");
    assert_int_equal(dt_phandle(again, "/memory@0"), 2);
    assert_true(dt_has_node(again, "/chosen"));
    dt_del_node(again, "/chosen");
    assert_false(dt_has_node(again, "/chosen"));
    assert_true(dt_finish(again, NULL));
    dt_free(again);
    dt_free(dt);
    unlink(temp("dtb"));

    assert_null(dt_load(file_with("hello", 5), &err));
    assert_says(err, "-dtb", "dtc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_reset_writes_ram_and_rom_again, teardown),
        cmocka_unit_test_teardown(test_an_overlap_names_both_and_the_fix, teardown),
        cmocka_unit_test_teardown(test_a_piece_outside_memory_says_where_memory_ends, teardown),
        cmocka_unit_test_teardown(test_info_roms_lists_in_order_of_address, teardown),
        cmocka_unit_test_teardown(test_a_gzipped_file_is_unfolded_and_a_damaged_one_is_explained,
                                  teardown),
        cmocka_unit_test_teardown(test_unreadable_files_are_named, teardown),
        cmocka_unit_test_teardown(test_an_elf_file_goes_to_its_physical_addresses, teardown),
        cmocka_unit_test_teardown(test_a_bss_may_have_the_load_address_of_data, teardown),
        cmocka_unit_test_teardown(test_the_symbols_of_an_elf_file_are_known, teardown),
        cmocka_unit_test_teardown(test_symbols_come_from_a_kernels_list_too, teardown),
        cmocka_unit_test_teardown(test_a_wrong_elf_file_is_refused_in_words, teardown),
        cmocka_unit_test_teardown(test_headers_below_memory_are_left_out, teardown),
        cmocka_unit_test_teardown(test_zeroes_where_there_is_no_memory_cost_nothing, teardown),
        cmocka_unit_test_teardown(test_each_prefix_of_an_elf_file_is_handled, teardown),
        cmocka_unit_test_teardown(test_without_firmware_a_raw_kernel_is_at_the_start_of_ram,
                                  teardown),
        cmocka_unit_test_teardown(test_an_image_in_flash_runs_first, teardown),
        cmocka_unit_test_teardown(test_an_image_goes_to_its_text_offset_and_keeps_its_memory,
                                  teardown),
        cmocka_unit_test_teardown(test_an_initrd_and_the_tree_are_placed_apart, teardown),
        cmocka_unit_test_teardown(test_what_does_not_fit_asks_for_more_memory, teardown),
        cmocka_unit_test_teardown(test_a_tree_grows_and_is_read_back, teardown),
        cmocka_unit_test_teardown(test_a_tree_survives_the_way_through_a_file, teardown),
    };
    int failed = cmocka_run_group_tests(tests, group_setup, group_teardown);

    unlink(temp("file"));
    return failed;
}
