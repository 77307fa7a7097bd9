/* SPDX-License-Identifier: MIT */
/* "-device loader": something more in memory before the machine starts, and where a CPU begins.
 *
 *     -device loader,file=prog.elf,cpu-num=0      an ELF file, at its own addresses
 *     -device loader,file=blob.bin,addr=A         any other file (with force-raw=on an ELF, too)
 *     -device loader,addr=A,data=V,data-len=N     N bytes of a number
 *     -device loader,addr=A,cpu-num=N             only where CPU N begins
 *
 * With cpu-num, that CPU begins at the entry of the file, or else at addr, after each reset. */
#include "hw/core/loader.h"
#include "qom/device.h"
#include "target/cpu.h"

#define NO_CPU UINT32_MAX

typedef struct LoaderDevice {
    Device dev;
    char *file;
    uint64_t addr, data;
    uint32_t cpu_num;
    uint8_t data_len;
    bool data_be, force_raw;
} LoaderDevice;

static bool check_options(const LoaderDevice *s, Error **errp)
{
    if (s->dev.hotplugged) {
        return err_set(errp, "memory was filled when the machine started: give -device loader on "
                             "the command line, or write with the debugger");
    }
    if (s->file && (s->data_len || s->data)) {
        return err_set(errp, "file= and data= exclude each other: use two loaders");
    }
    if (s->data_len > sizeof(s->data) || (s->data && !s->data_len)) {
        return err_set(errp, "data-len=%u: data= needs a data-len of 1 to 8 bytes", s->data_len);
    }
    if (s->data_len && s->data_len < 8 && s->data >> 8 * s->data_len) {
        return err_set(errp, "data=%#" PRIx64 " does not fit into data-len=%u bytes", s->data,
                       s->data_len);
    }
    if (!s->file && !s->data_len && s->cpu_num == NO_CPU) {
        return err_set(errp, "nothing to load: give file=, or data= and data-len=, or cpu-num=");
    }
    return true;
}

static bool load(const LoaderDevice *s, hwaddr *entry, Error **errp)
{
    const CPUState *cpu = cpu_by_index(s->cpu_num == NO_CPU ? 0 : s->cpu_num);
    LoadedImage image = {.entry = s->addr};
    size_t len;
    uint8_t *data = load_file("file", s->file, &len, errp);
    bool ok = data != NULL;

    if (data && file_is_elf(data, len) && !s->force_raw) {
        ok = load_elf("file", s->file, data, len, cpu ? cpu->ops->elf_machine : 0, 0, NULL, &image,
                      errp);
    } else if (data) {
        rom_add_blob(s->file, "-device loader", data, len, len, s->addr, NULL);
    }
    free(data);
    *entry = image.entry;
    return ok;
}

static void add_number(const LoaderDevice *s)
{
    uint8_t bytes[sizeof(s->data)];

    for (unsigned i = 0; i < s->data_len; i++) {
        bytes[s->data_be ? s->data_len - 1 - i : i] = s->data >> 8 * i;
    }
    rom_add_blob("data", "-device loader", bytes, s->data_len, s->data_len, s->addr, NULL);
}

static bool loader_realize(Device *dev, Error **errp)
{
    LoaderDevice *s = (LoaderDevice *)dev;
    hwaddr entry = s->addr;

    if (!check_options(s, errp)) {
        return false;
    }
    if (s->cpu_num != NO_CPU && !cpu_by_index(s->cpu_num)) {
        return err_set(errp, "cpu-num=%u: there is no such CPU; -smp says how many there are",
                       s->cpu_num);
    }
    if (s->file && !load(s, &entry, errp)) {
        return false;
    }
    if (s->data_len) {
        add_number(s);
    }
    return s->cpu_num == NO_CPU ||
           object_property_set_uint((Object *)cpu_by_index(s->cpu_num), "resetvec", entry, errp);
}

DEVICE(LoaderDevice, .name = "loader", .category = "misc",
       .summary = "puts a file or a number into memory, or starts a CPU there",
       .props = PROPS(PROP_STR(LoaderDevice, file, "file", "an ELF file, or any other for addr"),
                      PROP_U64(LoaderDevice, addr, "addr", 0, "where to"),
                      PROP_U64(LoaderDevice, data, "data", 0, "a number to be stored"),
                      PROP_U8(LoaderDevice, data_len, "data-len", 0, "its size: 1 to 8 bytes"),
                      PROP_BOOL(LoaderDevice, data_be, "data-be", false, "big endian"),
                      PROP_U32(LoaderDevice, cpu_num, "cpu-num", NO_CPU, "this CPU begins there"),
                      PROP_BOOL(LoaderDevice, force_raw, "force-raw", false,
                                "take an ELF file as bytes, too")),
       .realize = loader_realize);
