/* SPDX-License-Identifier: MIT */
/* ELF files: segments to the ROM list, symbols to base/symbols.h.
 *
 * 32-bit headers are widened, so that there is one path.  Each number from the file is compared
 * with the file's length before it is used; segments together may not claim much more than the file
 * holds, so that a small file cannot ask for much memory. */
#include "base/alloc.h"
#include "base/symbols.h"
#include "hw/core/loader.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

enum { SYMBOL_NAME_MAX = 255, SEGMENTS_MAX = 256 };

typedef struct ElfFile {
    const uint8_t *data;
    size_t len;
    bool is64;
    Elf64_Ehdr h;
} ElfFile;

bool file_is_elf(const uint8_t *data, size_t len)
{
    return len >= EI_NIDENT && memcmp(data, ELFMAG, SELFMAG) == 0;
}

bool file_is_elf32(const char *path)
{
    uint8_t head[EI_NIDENT];
    int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    bool is = fd >= 0 && pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
              file_is_elf(head, sizeof(head)) && head[EI_CLASS] == ELFCLASS32;

    if (fd >= 0) {
        close(fd);
    }
    return is;
}

static bool in_file(const ElfFile *f, uint64_t offset, uint64_t len)
{
    return offset <= f->len && len <= f->len - offset;
}

/* Copy every member of a 32-bit header to its wide form; they have the same names in both. */
#define WIDEN(to, from, member) ((to)->member = (from)->member)

static void widen_ehdr(Elf64_Ehdr *to, const Elf32_Ehdr *from)
{
    memcpy(to->e_ident, from->e_ident, EI_NIDENT);
    WIDEN(to, from, e_type);
    WIDEN(to, from, e_machine);
    WIDEN(to, from, e_entry);
    WIDEN(to, from, e_phoff);
    WIDEN(to, from, e_shoff);
    WIDEN(to, from, e_phentsize);
    WIDEN(to, from, e_phnum);
    WIDEN(to, from, e_shentsize);
    WIDEN(to, from, e_shnum);
}

static bool read_header(ElfFile *f, Error **errp)
{
    Elf32_Ehdr h32;

    if (f->data[EI_DATA] != ELFDATA2LSB) {
        return err_set(errp, "it is big endian; this machine is little endian");
    }
    f->is64 = f->data[EI_CLASS] == ELFCLASS64;
    if (f->len < (f->is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr))) {
        return err_set(errp, "it is cut short: it has only part of an ELF header");
    }
    if (f->is64) {
        memcpy(&f->h, f->data, sizeof(f->h));
    } else {
        memcpy(&h32, f->data, sizeof(h32));
        widen_ehdr(&f->h, &h32);
    }
    return true;
}

/* Program header @i; the table is in the file. */
static Elf64_Phdr segment(const ElfFile *f, unsigned i)
{
    const uint8_t *p = f->data + f->h.e_phoff + (size_t)i * f->h.e_phentsize;
    Elf64_Phdr h = {0};
    Elf32_Phdr h32;

    if (f->is64) {
        memcpy(&h, p, sizeof(h));
        return h;
    }
    memcpy(&h32, p, sizeof(h32));
    WIDEN(&h, &h32, p_type);
    WIDEN(&h, &h32, p_flags);
    WIDEN(&h, &h32, p_offset);
    WIDEN(&h, &h32, p_vaddr);
    WIDEN(&h, &h32, p_paddr);
    WIDEN(&h, &h32, p_filesz);
    WIDEN(&h, &h32, p_memsz);
    return h;
}

static Elf64_Shdr section(const ElfFile *f, unsigned i)
{
    const uint8_t *p = f->data + f->h.e_shoff + (size_t)i * f->h.e_shentsize;
    Elf64_Shdr h = {0};
    Elf32_Shdr h32;

    if (f->is64) {
        memcpy(&h, p, sizeof(h));
        return h;
    }
    memcpy(&h32, p, sizeof(h32));
    WIDEN(&h, &h32, sh_type);
    WIDEN(&h, &h32, sh_offset);
    WIDEN(&h, &h32, sh_size);
    WIDEN(&h, &h32, sh_link);
    WIDEN(&h, &h32, sh_entsize);
    return h;
}

static Elf64_Sym symbol(const ElfFile *f, const uint8_t *p)
{
    Elf64_Sym s = {0};
    Elf32_Sym s32;

    if (f->is64) {
        memcpy(&s, p, sizeof(s));
        return s;
    }
    memcpy(&s32, p, sizeof(s32));
    WIDEN(&s, &s32, st_name);
    WIDEN(&s, &s32, st_value);
    WIDEN(&s, &s32, st_size);
    WIDEN(&s, &s32, st_info);
    WIDEN(&s, &s32, st_shndx);
    return s;
}

/* ---- symbols: a file without usable ones is fine ---- */

static void add_symbol(const Elf64_Sym *s, const uint8_t *names, uint64_t names_len)
{
    unsigned type = ELF64_ST_TYPE(s->st_info);
    char name[SYMBOL_NAME_MAX + 1];
    size_t n;

    if (s->st_shndx == SHN_UNDEF || type > STT_FUNC || s->st_name >= names_len) {
        return;
    }
    n = strnlen((const char *)names + s->st_name,
                MIN(names_len - s->st_name, (uint64_t)SYMBOL_NAME_MAX));
    memcpy(name, names + s->st_name, n);
    name[n] = 0;
    if (n && name[0] != '$' &&
        !str_starts(name, ".L")) { /* mapping symbols and labels help nobody */
        symbols_add(name, s->st_value, s->st_size);
    }
}

/* False: there are none. */
static bool add_symbols(const ElfFile *f)
{
    size_t entry = f->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    size_t header = f->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

    if (f->h.e_shentsize != header || !in_file(f, f->h.e_shoff, (uint64_t)f->h.e_shnum * header)) {
        return false;
    }
    for (unsigned i = 0; i < f->h.e_shnum; i++) {
        Elf64_Shdr table = section(f, i), names;

        if (table.sh_type != SHT_SYMTAB || table.sh_link >= f->h.e_shnum) {
            continue;
        }
        names = section(f, table.sh_link);
        if (!in_file(f, table.sh_offset, table.sh_size) ||
            !in_file(f, names.sh_offset, names.sh_size)) {
            continue;
        }
        for (uint64_t at = 0; at + entry <= table.sh_size; at += entry) {
            Elf64_Sym s = symbol(f, f->data + table.sh_offset + at);

            add_symbol(&s, f->data + names.sh_offset, names.sh_size);
        }
        return true; /* there is one; a file with more only wants to keep us busy */
    }
    return false;
}

/* ---- segments ---- */

static bool check_header(const ElfFile *f, unsigned machine, unsigned bits, Error **errp)
{
    size_t header = f->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

    if (machine && f->h.e_machine != machine) {
        return err_set(errp, "it is an ELF file for machine %u; this board's CPUs are machine %u",
                       f->h.e_machine, machine);
    }
    if (bits && bits != (f->is64 ? 64 : 32)) {
        return err_set(errp, "it is a %u-bit program, but the CPUs have %u bits: give another -cpu",
                       f->is64 ? 64 : 32, bits);
    }
    if (f->h.e_type != ET_EXEC && f->h.e_type != ET_DYN) {
        return err_set(errp, "it is an ELF file, but no program: link it first");
    }
    if (!f->h.e_phnum || f->h.e_phnum > SEGMENTS_MAX) {
        return err_set(errp, "it has %u segments: 1 to %d can be loaded", f->h.e_phnum,
                       SEGMENTS_MAX);
    }
    if (f->h.e_phentsize != header || !in_file(f, f->h.e_phoff, (uint64_t)f->h.e_phnum * header)) {
        return err_set(errp, "it is damaged: its table of segments lies outside the file");
    }
    return true;
}

static bool check_segment(const ElfFile *f, unsigned i, const Elf64_Phdr *p, uint64_t *claimed,
                          Error **errp)
{
    if (!in_file(f, p->p_offset, p->p_filesz)) {
        return err_set(errp, "it is damaged or cut short: segment %u lies outside the file", i);
    }
    if (p->p_memsz < p->p_filesz || (p->p_memsz && p->p_memsz - 1 > UINT64_MAX - p->p_paddr)) {
        return err_set(errp, "it is damaged: segment %u has an impossible size", i);
    }
    *claimed += p->p_filesz;
    if (*claimed > 4 * (uint64_t)f->len) {
        return err_set(errp, "it is damaged: its segments claim more than the file holds");
    }
    return true;
}

/* How much of a segment describes the file: headers, which no program needs to run. */
static size_t headers_in(const ElfFile *f, const Elf64_Phdr *p)
{
    return p->p_offset ? 0 : MAX(f->h.e_phoff + f->h.e_phnum * f->h.e_phentsize, sizeof(f->h));
}

/* The entry is a virtual address; if its segment is to lie elsewhere physically, it moves along. */
static void fix_entry(const ElfFile *f, const Elf64_Phdr *p, LoadedImage *out)
{
    if (f->h.e_entry - p->p_vaddr < p->p_memsz) {
        out->entry = f->h.e_entry - p->p_vaddr + p->p_paddr;
    }
}

static bool add_segments(const ElfFile *f, const char *option, const char *path, AddressSpace *as,
                         LoadedImage *out, Error **errp)
{
    uint64_t claimed = 0;

    for (unsigned i = 0; i < f->h.e_phnum; i++) { /* all checks before the first is added */
        Elf64_Phdr p = segment(f, i);

        if (p.p_type == PT_LOAD && !check_segment(f, i, &p, &claimed, errp)) {
            return false;
        }
    }
    for (unsigned i = 0; i < f->h.e_phnum; i++) {
        Elf64_Phdr p = segment(f, i);

        if (p.p_type != PT_LOAD || !p.p_memsz) {
            continue;
        }
        out->low = MIN(out->low, p.p_paddr);
        out->high = MAX(out->high, p.p_paddr + p.p_memsz);
        fix_entry(f, &p, out);
    }
    for (unsigned i = 0; i < f->h.e_phnum; i++) {
        Elf64_Phdr p = segment(f, i);

        /* Nothing is loaded for a .bss of its own: RAM is zero, the program clears it anyway, and
         * in files for microcontrollers it has the load address of what is stored for .data. */
        if (p.p_type == PT_LOAD && p.p_filesz) {
            char *name = xasprintf("%s ELF program header segment %u", path, i);

            rom_add_segment(name, option, f->data + p.p_offset, p.p_filesz, p.p_memsz, p.p_paddr,
                            as, out->entry, headers_in(f, &p));
            free(name);
        }
    }
    return out->high > out->low || err_set(errp, "it has no segments to load");
}

bool load_elf(const char *option, const char *path, const uint8_t *data, size_t len,
              unsigned machine, unsigned bits, AddressSpace *as, LoadedImage *out, Error **errp)
{
    ElfFile f = {.data = data, .len = len};

    assert(file_is_elf(data, len));
    if (!read_header(&f, errp) || !check_header(&f, machine, bits, errp)) {
        err_prepend(errp, "%s %s: ", option, path);
        return false;
    }
    *out = (LoadedImage){
        .entry = f.h.e_entry,
        .low = UINT64_MAX,
        .bits = f.is64 ? 64 : 32,
        .format = "ELF",
    };
    if (!add_segments(&f, option, path, as, out, errp)) {
        err_prepend(errp, "%s %s: ", option, path);
        return false;
    }
    add_symbols(&f);
    return true;
}

/* ---- -symbols ---- */

/* A line of a kernel's System.map or /proc/kallsyms: "ffffffff80000000 T _start".  What has type A
 * is a number and no place. */
static bool add_map_line(const char *line)
{
    char name[SYMBOL_NAME_MAX + 1], type;
    uint64_t addr;

    if (sscanf(line, "%" SCNx64 " %c %127s", &addr, &type, name) != 3) {
        return false;
    }
    if (type != 'A' && type != 'a' && name[0] != '$' && !str_starts(name, ".L")) {
        symbols_add(name, addr, 0);
    }
    return true;
}

/* @text ends with a NUL. */
static bool add_map(char *text)
{
    char *line;

    while ((line = strsep(&text, "\n"))) {
        if (*line && !add_map_line(line)) {
            return false;
        }
    }
    return true;
}

static bool load_symbol_file(const char *path, Error **errp)
{
    size_t len;
    uint8_t *data = load_file("-symbols", path, &len, errp);
    ElfFile f = {.data = data, .len = len};
    bool ok = data != NULL;

    if (ok && !file_is_elf(data, len)) {
        if (memchr(data, 0, len) || !add_map((char *)data)) {
            ok = err_set(errp, "-symbols %s: it is neither an ELF file nor a list of symbols such "
                               "as System.map", path);
        }
    } else if (ok && !read_header(&f, errp)) {
        err_prepend(errp, "-symbols %s: ", path);
        ok = false;
    } else if (ok && !add_symbols(&f)) {
        ok = err_set(errp, "-symbols %s: it has no symbols (was it stripped?)", path);
    }
    free(data);
    return ok;
}

bool load_symbols(const char *files, Error **errp)
{
    char *copy = xstrdup(files), *rest = copy, *path;
    bool ok = true;

    while (ok && (path = strsep(&rest, ","))) {
        ok = load_symbol_file(path, errp);
    }
    free(copy);
    return ok;
}
