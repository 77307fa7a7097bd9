/* SPDX-License-Identifier: MIT */
/* The page tables of a hart for people: satp's tables as S mode sees them, whatever mode the hart
 * is in.
 *
 * Guests may build tables that point to themselves, so that there is no end of mappings: what is
 * looked at is bounded. */
#include "base/symbols.h"
#include "mem/address_space.h"
#include "target/page_view.h"
#include "target/riscv/priv.h"
#include "target/riscv/walk.h"

enum { MAX_TABLES = 20000, MAX_TEXT = 4 << 20 };

typedef struct View {
    CPUState *cpu;
    const WalkScheme *scheme;
    Str *out;
    unsigned tables; /* that may still be looked at */
    bool every_entry;
    /* the run of pages that is not printed yet, for mappings */
    uint64_t va, pa, size, attr;
} View;

/* ---- entries ---- */

/* The table that @addr lies in as bytes of the host, from @addr on; NULL if that is no RAM or ROM
 * throughout. */
static const uint8_t *host_table(const View *v, uint64_t addr)
{
    uint64_t page = addr & TCG_PAGE_MASK;
    MemoryRegionSection s = address_space_find(v->cpu->as, page);
    const uint8_t *host = memory_section_host(&s, page, false);

    return host && s.last - page >= TCG_PAGE_SIZE - 1 ? host + (addr - page) : NULL;
}

static uint64_t load_entry(const View *v, const uint8_t *host)
{
    uint64_t pte = 0;

    memcpy(&pte, host, v->scheme->pte_size);
    return pte;
}

static uint64_t entry_target(const View *v, uint64_t pte)
{
    return extract64(pte, 10, v->scheme->pte_size == 4 ? 22 : 44) << 12;
}

static unsigned level_shift(const View *v, unsigned level)
{
    return 12 + level * v->scheme->index_bits;
}

static bool is_leaf(uint64_t pte)
{
    return pte & (PTE_R | PTE_W | PTE_X);
}

/* "rwxugad", with '-' for what is not there. */
static const char *attributes(uint64_t pte, char *text)
{
    static const uint64_t bits[] = {PTE_R, PTE_W, PTE_X, PTE_U, PTE_G, PTE_A, PTE_D};

    for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
        text[i] = pte & bits[i] ? "rwxugad"[i] : '-';
    }
    text[ARRAY_SIZE(bits)] = 0;
    return text;
}

/* An address of the upper half is written with all its upper bits. */
static uint64_t canonical(const View *v, uint64_t va)
{
    return v->scheme->pte_size == 4 ? va & UINT32_MAX
                                    : (uint64_t)sextract64(va, 0, v->scheme->va_bits);
}

static const char *size_text(uint64_t size, char *text)
{
    const char *unit = size >= 1ULL << 40 ? "TiB" : size >= GiB ? "GiB" : size >= MiB ? "MiB"
                                                                                       : "KiB";
    unsigned shift = size >= 1ULL << 40 ? 40 : size >= GiB ? 30 : size >= MiB ? 20 : 10;

    sprintf(text, "%" PRIu64 " %s", size >> shift, unit);
    return text;
}

/* ---- all of it ---- */

static void print_run(View *v)
{
    char attr[8];

    if (v->size) {
        str_printf(v->out, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %s\n",
                   canonical(v, v->va), v->pa, v->size, attributes(v->attr, attr));
    }
    v->size = 0;
}

static void add_leaf(View *v, uint64_t va, uint64_t pte, uint64_t size)
{
    uint64_t pa = entry_target(v, pte), attr = pte & 0xff;

    if (v->size && v->va + v->size == va && v->pa + v->size == pa && v->attr == attr) {
        v->size += size;
        return;
    }
    print_run(v);
    v->va = va;
    v->pa = pa;
    v->size = size;
    v->attr = attr;
}

static void print_entry(View *v, unsigned level, unsigned index, uint64_t va, uint64_t pte)
{
    char attr[8], size[32];
    int indent = 2 * (v->scheme->levels - 1 - level);

    str_printf(v->out, "%*s[%03x] %016" PRIx64 " %s ", indent, "", index, canonical(v, va),
               attributes(pte, attr));
    if (is_leaf(pte)) {
        str_printf(v->out, "%016" PRIx64 " %s\n", entry_target(v, pte),
                   size_text(1ULL << level_shift(v, level), size));
    } else {
        str_printf(v->out, "table at %016" PRIx64 "\n", entry_target(v, pte));
    }
}

static void look_at_table(View *v, uint64_t table, unsigned level, uint64_t va)
{
    const uint8_t *host = host_table(v, table);

    for (unsigned i = 0; host && i < 1u << v->scheme->index_bits; i++) {
        uint64_t pte = load_entry(v, host + i * v->scheme->pte_size);
        uint64_t at = va | (uint64_t)i << level_shift(v, level);

        if (!(pte & PTE_V)) {
            continue;
        }
        if (v->out->len > MAX_TEXT) {
            return;
        }
        if (v->every_entry) {
            print_entry(v, level, i, at, pte);
        } else if (is_leaf(pte)) {
            add_leaf(v, at, pte, 1ULL << level_shift(v, level));
        }
        if (!is_leaf(pte) && level && v->tables) {
            v->tables--;
            look_at_table(v, entry_target(v, pte), level - 1, at);
        }
    }
}

static bool begin(View *v, CPUState *cpu, Str *out, WalkRegime *r)
{
    *v = (View){.cpu = cpu, .out = out, .tables = MAX_TABLES};
    if (!riscv_regime(riscv_env(cpu), MMU_S, r)) {
        return false;
    }
    v->scheme = riscv_walk_scheme(r->mode);
    return true;
}

static void look_at_all(CPUState *cpu, Str *out, bool every_entry)
{
    WalkRegime r;
    View v;

    if (!begin(&v, cpu, out, &r)) {
        str_append(out, "No translation or protection\n");
        return;
    }
    v.every_entry = every_entry;
    if (every_entry) {
        str_printf(out, "%s, root table at %#" PRIx64 "\n", v.scheme->name, r.root);
    } else {
        str_append(out, "vaddr            paddr            size             attr\n"
                        "---------------- ---------------- ---------------- -------\n");
    }
    look_at_table(&v, r.root, v.scheme->levels - 1, 0);
    print_run(&v);
    if (!v.tables || out->len > MAX_TEXT) {
        str_append(out, "... and more: the tables may point to themselves\n");
    }
}

static void mappings(CPUState *cpu, Str *out)
{
    look_at_all(cpu, out, false);
}

static void entries(CPUState *cpu, Str *out)
{
    look_at_all(cpu, out, true);
}

/* ---- one address ---- */

/* What is wrong with @pte, or NULL. */
static const char *invalid(const View *v, const WalkRegime *r, uint64_t pte, unsigned level)
{
    bool wide = v->scheme->pte_size == 8;

    if (!(pte & PTE_V)) {
        return "not valid (V is 0)";
    }
    if ((pte & (PTE_R | PTE_W)) == PTE_W) {
        return "writable but not readable, which is reserved";
    }
    if (wide && (pte & PTE_RESERVED)) {
        return "reserved bits are set";
    }
    if (wide && (pte & PTE_PBMT) && !r->pbmt) {
        return "PBMT bits are set, and Svpbmt is off";
    }
    if (!is_leaf(pte) && (pte & (PTE_D | PTE_A | PTE_U))) {
        return "a pointer with D, A or U, which is reserved";
    }
    if (!is_leaf(pte) && !level) {
        return "a pointer where only a page can be";
    }
    if (is_leaf(pte) && (entry_target(v, pte) & ((1ULL << level_shift(v, level)) - 1))) {
        return "a superpage that is not aligned to its size";
    }
    return NULL;
}

static void print_answer(View *v, uint64_t phys, uint64_t pte)
{
    MemoryRegionSection s = address_space_find(v->cpu->as, phys);
    bool page;
    unsigned prot = riscv_pmp_prot(riscv_env(v->cpu), phys, 1, PRV_S, &page);

    str_printf(v->out, "physical address %#" PRIx64 " in %s\n", phys,
               s.mr == &io_mem_unassigned ? "no memory and no device" : s.mr->name);
    str_printf(v->out, "  S mode may: %s%s%s\n", pte & PTE_R ? "read " : "",
               pte & PTE_W ? "write " : "", pte & PTE_X && !(pte & PTE_U) ? "execute" : "");
    if (pte & PTE_U) {
        str_append(v->out, "    (a user's page: S mode reads and writes only with mstatus.SUM, and "
                           "never executes)\n");
    }
    str_printf(v->out, "  U mode may: %s%s%s%s\n", pte & PTE_U && pte & PTE_R ? "read " : "",
               pte & PTE_U && pte & PTE_W ? "write " : "",
               pte & PTE_U && pte & PTE_X ? "execute" : "",
               pte & PTE_U ? "" : "nothing (U is 0)");
    if (prot != (PROT_R | PROT_W | PROT_X)) {
        str_printf(v->out, "  but physical memory protection allows only: %s%s%s\n",
                   prot & PROT_R ? "read " : "", prot & PROT_W ? "write " : "",
                   prot & PROT_X ? "execute" : prot ? "" : "nothing");
    }
}

static void walk_tables(View *v, const WalkRegime *r, uint64_t va)
{
    uint64_t table = r->root;

    for (unsigned level = v->scheme->levels; level-- > 0;) {
        unsigned index = extract64(va, level_shift(v, level), v->scheme->index_bits);
        uint64_t addr = table + index * v->scheme->pte_size;
        char attr[8], size[32];
        const uint8_t *host = host_table(v, addr);
        uint64_t pte;
        const char *why;

        str_printf(v->out, "level %u: entry %u at %#" PRIx64, level, index, addr);
        if (!host) {
            str_append(v->out, ": no memory there: access fault\n");
            return;
        }
        pte = load_entry(v, host);
        why = invalid(v, r, pte, level);
        str_printf(v->out, " is %#018" PRIx64 " %s", pte, attributes(pte, attr));
        if (why) {
            str_printf(v->out, ": %s: page fault\n", why);
            return;
        }
        table = entry_target(v, pte);
        if (is_leaf(pte)) {
            uint64_t bytes = 1ULL << level_shift(v, level);

            str_printf(v->out, ": a page of %s at %#" PRIx64 "\n", size_text(bytes, size), table);
            print_answer(v, table | (va & (bytes - 1)), pte);
            return;
        }
        str_printf(v->out, ": the next table is at %#" PRIx64 "\n", table);
    }
}

static void walk(CPUState *cpu, uint64_t va, Str *out)
{
    const CPURISCVState *env = riscv_env(cpu);
    WalkRegime r;
    View v;

    str_printf(out, "%#" PRIx64, va);
    symbols_describe(out, va);
    if (!begin(&v, cpu, out, &r)) {
        str_append(out, ": satp is bare: a virtual address is the physical one\n");
        return;
    }
    str_printf(out, ": %s, root table at %#" PRIx64 "%s\n", v.scheme->name, r.root,
               env->priv == PRV_M ? " (not used now: the hart is in M mode)" : "");
    if (canonical(&v, va) != va) {
        str_printf(out, "bits 63 to %u are not all the same: page fault\n", v.scheme->va_bits - 1);
        return;
    }
    walk_tables(&v, &r, va);
}

const PageView riscv_page_view = {mappings, entries, walk};
