/* SPDX-License-Identifier: MIT */
/* CSR accesses: find the row, check, read and write. */
#include "target/riscv/csr.h"
#include "base/listing.h"
#include "base/log.h"

LINKSET_DECLARE(riscv_csrs);

enum { CSR_NUMBERS = 4096 };

/* ---- finding rows ---- */

static const RISCVCsr *table[CSR_NUMBERS];

/* Before main, so that no thread ever sees it half done. */
static void __attribute__((constructor)) fill_table(void)
{
    LINKSET_FOREACH(link, riscv_csrs) {
        const RISCVCsr *row = link->row;

        for (unsigned i = 0; i < MAX(row->count, 1); i++) {
            assert(row->num + i < CSR_NUMBERS && !table[row->num + i]);
            table[row->num + i] = row;
        }
    }
}

const RISCVCsr *riscv_csr_find(unsigned csr)
{
    return csr < CSR_NUMBERS ? table[csr] : NULL;
}

void riscv_csr_name(unsigned csr, Str *out)
{
    const RISCVCsr *row = riscv_csr_find(csr);

    if (!row) {
        str_printf(out, "%#x", csr);
    } else if (row->count) {
        str_printf(out, "%s%u", row->name, row->name_from + csr_index(row, csr));
    } else {
        str_append(out, row->name);
    }
}

/* ---- conditions ---- */

/* The row that holds the value: of the lower half, for an upper one. */
static const RISCVCsr *whole(const RISCVCsr *row)
{
    return row->high_of ? riscv_csr_find(row->high_of) : row;
}

static bool hart_has(const CPURISCVState *env, const RISCVCsr *row, unsigned csr)
{
    const RISCVCsr *low = whole(row);

    return riscv_has(env, row->ext) && riscv_has(env, low->ext) &&
           (!low->exists || low->exists(env, low->num + csr_index(row, csr)));
}

bool riscv_csr_exists(const CPURISCVState *env, unsigned csr)
{
    const RISCVCsr *row = riscv_csr_find(csr);

    return row && hart_has(env, row, csr);
}

bool riscv_csr_accessible(const CPURISCVState *env, unsigned csr, bool write)
{
    const RISCVCsr *row = riscv_csr_find(csr), *low;
    bool read_only = (csr >> 10 & 3) == 3;

    if (!row) {
        log_unimp("cpu", "hart %" PRIu64 ": there is no CSR %#x", env->mhartid, csr);
    }
    if (!row || (csr >> 8 & 3) > env->priv || (write && read_only) || !hart_has(env, row, csr)) {
        return false;
    }
    low = whole(row);
    return !low->allowed || low->allowed(env, low->num + csr_index(row, csr));
}

/* ---- values ---- */

static uint64_t field_get(const CPURISCVState *env, const RISCVCsr *row)
{
    const char *p = (const char *)env + row->field;
    uint32_t narrow;
    uint64_t wide;

    if (row->field_size == sizeof(narrow)) {
        memcpy(&narrow, p, sizeof(narrow));
        return narrow;
    }
    assert(row->field_size == sizeof(wide));
    memcpy(&wide, p, sizeof(wide));
    return wide;
}

static void field_set(CPURISCVState *env, const RISCVCsr *row, uint64_t v)
{
    uint32_t narrow = v;

    memcpy((char *)env + row->field, row->field_size == 4 ? (void *)&narrow : (void *)&v,
           row->field_size);
}

static uint64_t read_whole(CPURISCVState *env, const RISCVCsr *row, unsigned csr)
{
    if (row->read) {
        return row->read(env, csr);
    }
    return row->field_size ? field_get(env, row) : 0;
}

static void write_whole(CPURISCVState *env, const RISCVCsr *row, unsigned csr, uint64_t v)
{
    if (row->write) {
        row->write(env, csr, v);
    } else if (row->field_size && row->mask) {
        field_set(env, row, (field_get(env, row) & ~row->mask) | (v & row->mask));
    }
}

static uint64_t xlen_part(const CPURISCVState *env, uint64_t v)
{
    return env->xlen == 64 ? v : (uint32_t)v;
}

uint64_t riscv_csr_get(CPURISCVState *env, unsigned csr)
{
    const RISCVCsr *row = riscv_csr_find(csr);

    if (row->high_of) {
        unsigned low = row->high_of + csr_index(row, csr);

        return read_whole(env, riscv_csr_find(low), low) >> 32;
    }
    return xlen_part(env, read_whole(env, row, csr));
}

void riscv_csr_set(CPURISCVState *env, unsigned csr, uint64_t value)
{
    const RISCVCsr *row = riscv_csr_find(csr);

    if (row->high_of) {
        unsigned low = row->high_of + csr_index(row, csr);

        row = riscv_csr_find(low);
        value = value << 32 | (uint32_t)read_whole(env, row, low);
        csr = low;
    } else if (env->xlen == 32) {
        value = (read_whole(env, row, csr) & ~0xffffffffULL) | (uint32_t)value;
    }
    write_whole(env, row, csr, value);
}

uint64_t riscv_csr_change(CPURISCVState *env, unsigned csr, uint64_t value, uint64_t mask)
{
    const RISCVCsr *row = riscv_csr_find(csr);
    uint64_t old = riscv_csr_get(env, csr);
    uint64_t base = row->read_to_modify ? row->read_to_modify(env, csr) : old;

    riscv_csr_set(env, csr, (base & ~mask) | (value & mask));
    return old;
}

/* ---- for translated code ---- */

static uint64_t helper_riscv_csr_read(TcgEnv *tcg, uint64_t csr)
{
    CPURISCVState *env = riscv_env_of(tcg);

    if (!riscv_csr_accessible(env, csr, false)) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    return riscv_csr_get(env, csr);
}
IR_HELPER(riscv_csr_read, "iei", HF_TRAPS | HF_FLOAT);

static void helper_riscv_csr_write(TcgEnv *tcg, uint64_t csr, uint64_t value)
{
    CPURISCVState *env = riscv_env_of(tcg);

    if (!riscv_csr_accessible(env, csr, true)) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    riscv_csr_set(env, csr, value);
}
IR_HELPER(riscv_csr_write, "veii", HF_TRAPS | HF_FLOAT);

static uint64_t helper_riscv_csr_swap(TcgEnv *tcg, uint64_t csr, uint64_t value, uint64_t mask)
{
    CPURISCVState *env = riscv_env_of(tcg);

    if (!riscv_csr_accessible(env, csr, true)) {
        riscv_raise_illegal(env, tcg_helper_ra());
    }
    return riscv_csr_change(env, csr, value, mask);
}
IR_HELPER(riscv_csr_swap, "ieiii", HF_TRAPS | HF_FLOAT);

/* ---- "-list csrs" ---- */

static void print_csr(FILE *out, const LinkRow *r)
{
    const RISCVCsr *row = r->row;
    char name[32], number[32];

    if (row->count > 1) {
        snprintf(name, sizeof(name), "%s%u..%u", row->name, row->name_from,
                 row->name_from + row->count - 1);
        snprintf(number, sizeof(number), "0x%03x-0x%03x", row->num, row->num + row->count - 1);
    } else {
        snprintf(name, sizeof(name), "%s", row->name);
        snprintf(number, sizeof(number), "0x%03x", row->num);
    }
    listing_line(out, r, name, number);
}

static void list_csrs(FILE *out)
{
    LISTING_FOREACH(out, riscv_csrs, print_csr);
}
LISTING(csrs, "control and status registers of RISC-V", list_csrs);
