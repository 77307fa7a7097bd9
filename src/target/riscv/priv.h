/* SPDX-License-Identifier: MIT */
/* What the files of the privileged side share with each other. */
#ifndef TARGET_RISCV_PRIV_H
#define TARGET_RISCV_PRIV_H

#include "target/riscv/cpu.h"
#include "tcg/tcg.h"

/* ---- bits of CSRs that only the privileged side looks at ---- */

#define MSTATUS32_SD BIT(31)
#define MSTATUS64_SD BIT(63)

/* Causes that medeleg can delegate: all but the machine's own ecall and the reserved ones. */
#define MEDELEG_MASK 0xb3ffULL

#define MIP_SSIP BIT(IRQ_SSI)
#define MIP_MSIP BIT(IRQ_MSI)
#define MIP_STIP BIT(IRQ_STI)
#define MIP_MTIP BIT(IRQ_MTI)
#define MIP_SEIP BIT(IRQ_SEI)
#define MIP_MEIP BIT(IRQ_MEI)
#define MIP_S    (MIP_SSIP | MIP_STIP | MIP_SEIP)
#define MIP_M    (MIP_MSIP | MIP_MTIP | MIP_MEIP)

/* menvcfg and senvcfg:  63   62        7    6   5:4    0
 *                     |STCE|PBMTE|...|CBZE|CBCFE|CBIE|..|FIOM| */
#define ENVCFG_FIOM  BIT(0)
#define ENVCFG_CBIE  (3ULL << 4)
#define ENVCFG_CBCFE BIT(6)
#define ENVCFG_CBZE  BIT(7)
#define ENVCFG_PBMTE BIT(62)
#define ENVCFG_STCE  BIT(63)

/* mcounteren, scounteren, mcountinhibit: bit n for counter n. */
enum { COUNTER_CY, COUNTER_TM, COUNTER_IR };

/* satp.MODE */
enum { SATP_BARE = 0, SATP_SV32 = 1, SATP_SV39 = 8, SATP_SV48 = 9, SATP_SV57 = 10 };

static inline bool riscv_has(const CPURISCVState *env, uint32_t ext)
{
    return (env->ext & ext) == ext;
}

static inline RISCVCPU *riscv_cpu_of(const CPURISCVState *env)
{
    return container_of(env, RISCVCPU, env);
}

static inline CPURISCVState *riscv_env_of(TcgEnv *env)
{
    return container_of(env, CPURISCVState, tcg);
}

/* Does the supervisor's timer compare with stimecmp (Sstc), or is STIP the machine mode's to set?
 */
static inline bool riscv_sstc_on(const CPURISCVState *env)
{
    return riscv_has(env, EXT_sstc) && (env->menvcfg & ENVCFG_STCE);
}

/* ---- models.c, cpu_device.c ---- */

/* Do the properties make a hart?  Then fill in what follows from them: ext and satp_max. */
bool riscv_check_model(RISCVCPU *cpu, Error **errp);
/* For the init of a model: 32 or 64. */
void riscv_init_width(RISCVCPU *cpu, unsigned xlen);

/* ---- interrupt.c ---- */

/* Compute mip from its sources, and tell the vCPU.  After any change of a source or of mie.
 * BQL. */
void riscv_update_mip(RISCVCPU *cpu);
/* The input lines of the device. */
void riscv_set_irq(void *opaque, int n, int level);
/* time, stimecmp or menvcfg.STCE changed: is the supervisor's timer due, or when?  BQL. */
void riscv_update_stimer(RISCVCPU *cpu);
void riscv_stimer_init(RISCVCPU *cpu);
bool riscv_has_work(CPUState *cs);
/* The number of the interrupt to take now, or -1. */
int riscv_pending_interrupt(const CPURISCVState *env);

/* ---- trap.c ---- */

void riscv_do_exception(CPUState *cs);

/* A hart that makes no progress is reported (stuck.c).  @cause was raised in mode @from at @epc,
 * and its handler is entered; mret or sret is about to go on at @pc. */
void riscv_watch_exception(CPURISCVState *env, unsigned from, uint64_t epc, unsigned cause,
                           uint64_t tval);
void riscv_watch_wait(CPURISCVState *env); /* in wfi */
void riscv_watch_return(CPURISCVState *env, uint64_t pc);
bool riscv_do_interrupt(CPUState *cs);
/* Raise an illegal instruction exception whose mtval is the instruction. */
NORETURN void riscv_raise_illegal(CPURISCVState *env, uintptr_t ra);

/* ---- describe.c ---- */

/* "load page fault", "supervisor timer interrupt"; @cause without the interrupt bit. */
const char *riscv_cause_name(bool interrupt, uint64_t cause);
const char *riscv_priv_name(unsigned priv);
void riscv_dump_state(CPUState *cs, Str *out);
void riscv_dump_core(CPUState *cs, Str *out);
void riscv_describe(CPUState *cs, Str *out);

/* ---- page_view.c ---- */

extern const struct PageView riscv_page_view;

/* ---- gdb.c ---- */

extern const struct GdbTarget riscv_gdb;

/* ---- csr.c and csr_*.c ---- */

uint64_t riscv_mstatus(const CPURISCVState *env); /* as the CSR reads */
uint64_t riscv_misa(const CPURISCVState *env);

/* ---- mmu.c ---- */

bool riscv_tlb_fill(CPUState *cs, uint64_t va, unsigned size, MmuAccess access, int mmu_idx,
                    bool probe, TlbFill *out);
void riscv_bus_error(CPUState *cs, uint64_t va, uint64_t phys, MmuAccess access);
void riscv_misaligned(CPUState *cs, uint64_t va, MmuAccess access);
bool riscv_debug_translate(CPUState *cs, uint64_t va, uint64_t *phys);
int riscv_mmu_index(CPUState *cs, MmuAccess access);
/* satp as a regime (target/riscv/walk.h) for accesses at @mmu_idx; false: they are physical. */
struct WalkRegime;
bool riscv_regime(const CPURISCVState *env, int mmu_idx, struct WalkRegime *r);
/* Forget translations: all, or those of the page that @va is in. */
void riscv_tlb_flush(CPUState *cs);
void riscv_tlb_flush_page(CPUState *cs, uint64_t va);
/* The protection of tables has changed. */
void riscv_forget_table_pages(CPURISCVState *env);
/* Read @len bytes of code at @va as the instruction fetch sees it, without faults. */
bool riscv_read_code(CPUState *cs, uint64_t va, void *buf, unsigned len);

/* ---- pmp.c ---- */

/* The addresses around @addr that the same entry decides about (or none does). */
void riscv_pmp_extent(const CPURISCVState *env, uint64_t addr, uint64_t *first, uint64_t *last);

/* What may mode @priv do with the @size bytes at @addr, which lie in one page?  PROT_*.  *page: the
 * answer holds for all of that page. */
unsigned riscv_pmp_prot(const CPURISCVState *env, uint64_t addr, unsigned size, unsigned priv,
                        bool *page);
/* Write the configuration or the address of an entry, as far as it is not locked; true if anything
 * changed. */
bool riscv_pmp_set_cfg(CPURISCVState *env, unsigned n, uint8_t cfg);
bool riscv_pmp_set_addr(CPURISCVState *env, unsigned n, uint64_t addr);
void riscv_pmp_reset(CPURISCVState *env);
/* cfg and addr were loaded: derive the rest. */
void riscv_pmp_rebuild(CPURISCVState *env);

#endif
