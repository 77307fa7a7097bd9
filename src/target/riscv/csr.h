/* SPDX-License-Identifier: MIT */
/* Control and status registers.  A CSR is one row, in the file of its topic:
 *
 *     CSR(mscratch, 0x340, CSR_FIELD(mscratch), .mask = ~0ULL);
 *     CSR(satp, 0x180, CSR_FIELD(satp), .write = write_satp, .allowed = satp_allowed,
 *         .ext = EXT_s);
 *     CSR_HIGH(mcycleh, 0xb80, 0xb00);
 *
 * The number says the privilege (bits 9:8) and whether it is read-only (bits 11:10 both set); all
 * other conditions are columns.  Values are XLEN bits wide for the guest; a row works on 64 bits,
 * of which an RV32 hart sees the lower half in one CSR and, where it exists, the upper in
 * another. */
#ifndef TARGET_RISCV_CSR_H
#define TARGET_RISCV_CSR_H

#include "base/linkset.h"
#include "target/riscv/priv.h"

typedef struct RISCVCsr {
    const char *name; /* with count: followed by its number, from name_from on */
    uint16_t num;
    uint16_t count;   /* this many consecutive ones; 0 means 1 */
    uint16_t name_from;
    uint16_t high_of; /* the upper half, for RV32, of the CSR (or CSRs) with this number */
    uint32_t ext;     /* exists only with all of these */
    bool (*exists)(const CPURISCVState *env, unsigned csr); /* what else that takes, or NULL */

    /* May it be accessed now, below M mode or with a unit off?  NULL: always. */
    bool (*allowed)(const CPURISCVState *env, unsigned csr);

    /* What it does.  Without read: the field, or 0.  Without write: the bits of mask in the field;
     * others, and a CSR without field, keep their value. */
    uint64_t (*read)(CPURISCVState *env, unsigned csr);
    void (*write)(CPURISCVState *env, unsigned csr, uint64_t value);
    /* What csrrs and csrrc modify, where it is not what they read. */
    uint64_t (*read_to_modify)(CPURISCVState *env, unsigned csr);
    size_t field, field_size; /* in CPURISCVState; size 0: none */
    uint64_t mask;
} RISCVCsr;

#define CSR(name_, num_, ...)                                                                      \
    static const RISCVCsr csr_row_##name_ = {.name = #name_, .num = num_, __VA_ARGS__};            \
    LINKSET_ADD(riscv_csrs, csr_row_##name_)

/* @count of them: name3, name4 ..., from @from on. */
#define CSRS(name_, num_, count_, from_, ...)                                                      \
    CSR(name_, num_, .count = count_, .name_from = from_, __VA_ARGS__)

#define CSR_HIGH(name_, num_, low_num, ...)                                                        \
    CSR(name_, num_, .high_of = low_num, .ext = EXT_rv32, __VA_ARGS__)

#define CSR_FIELD(f) .field = offsetof(CPURISCVState, f), \
                     .field_size = sizeof(((CPURISCVState *)0)->f)

static inline unsigned csr_index(const RISCVCsr *row, unsigned csr)
{
    return csr - row->num;
}

/* The row of CSR @csr, whatever the hart has; NULL when there is none. */
const RISCVCsr *riscv_csr_find(unsigned csr);
/* "mstatus", "pmpaddr3", "0x7c0". */
void riscv_csr_name(unsigned csr, Str *out);

/* Does the hart have @csr?  It never changes, so any thread may ask while the hart runs. */
bool riscv_csr_exists(const CPURISCVState *env, unsigned csr);
/* May the hart, in its current mode, read (or write) @csr? */
bool riscv_csr_accessible(const CPURISCVState *env, unsigned csr, bool write);
/* Without checks; values of XLEN bits.  The BQL may be taken. */
uint64_t riscv_csr_get(CPURISCVState *env, unsigned csr);
void riscv_csr_set(CPURISCVState *env, unsigned csr, uint64_t value);
/* As csrrw (@mask all ones), csrrs and csrrc do; gives the old value. */
uint64_t riscv_csr_change(CPURISCVState *env, unsigned csr, uint64_t value, uint64_t mask);

/* ---- what the topics share ---- */

/* Has the board connected a clock?  For .exists. */
bool riscv_has_time(const CPURISCVState *env, unsigned csr);
/* May the current mode read counter @n (bit n of mcounteren and scounteren)? */
bool riscv_counter_allowed(const CPURISCVState *env, unsigned n);
/* Write as machine mode does: legal bits only, with all consequences. */
void riscv_set_mstatus(CPURISCVState *env, uint64_t v);
void riscv_set_mie(CPURISCVState *env, uint64_t v);
/* Of mip, the bits of @mask that software may write. */
void riscv_set_mip_soft(CPURISCVState *env, uint64_t v, uint64_t mask);
/* menvcfg and senvcfg: bits that exist in both, and only legal values of them. */
uint64_t riscv_envcfg_mask(const CPURISCVState *env);
uint64_t riscv_legal_envcfg(uint64_t v);
bool riscv_satp_mode_supported(const CPURISCVState *env, unsigned mode);

#endif
