/* SPDX-License-Identifier: MIT */
/* A RISC-V hart: its state, and what the files of this folder share.
 *
 *     decode.c           instruction rows -> decision tree
 *     insn_*.c           one row and one short body per instruction: guest code -> IR
 *     translate.c        blocks
 *     csr*.c, trap.c ... the privileged side; translated code reaches it through the helpers below
 *
 * "unpriv" and "priv" in comments are the RISC-V specifications of 20191213 and 20211203. */
#ifndef TARGET_RISCV_CPU_H
#define TARGET_RISCV_CPU_H

#include "loop/timer.h"
#include "target/cpu.h"

/* ---- extensions ---- */

/* X(name): each is a bool in RISCVExt, a bit EXT_name, and (cpu.c) a property of -cpu. */
#define RISCV_EXTENSIONS(X)                                                                        \
    X(i) X(m) X(a) X(f) X(d) X(c) X(s) X(u)                                                        \
    X(zicsr) X(zifencei) X(zicntr) X(zicbom) X(zicboz) X(zba) X(zbb) X(zbc) X(zbs)                 \
    X(sstc) X(svinval) X(svpbmt)

typedef struct RISCVExt {
#define EXT_FIELD(name) bool name;
    RISCV_EXTENSIONS(EXT_FIELD)
#undef EXT_FIELD
} RISCVExt;

enum {
#define EXT_NUMBER(name) EXT_NUMBER_##name,
    RISCV_EXTENSIONS(EXT_NUMBER)
#undef EXT_NUMBER
    EXT_COUNT
};

/* What an instruction may need: a set of these.  The register width counts like an extension. */
enum {
#define EXT_BIT(name) EXT_##name = 1 << EXT_NUMBER_##name,
    RISCV_EXTENSIONS(EXT_BIT)
#undef EXT_BIT
    EXT_rv32 = 1 << EXT_COUNT,
    EXT_rv64 = 1 << (EXT_COUNT + 1),
};

/* ---- numbers of the privileged specification ---- */

enum { PRV_U = 0, PRV_S = 1, PRV_M = 3 };

/* mcause without the interrupt bit: what CPUState.exception_index and cpu_raise take. */
enum {
    RISCV_EXCP_INST_MISALIGNED = 0,
    RISCV_EXCP_INST_ACCESS = 1,
    RISCV_EXCP_ILLEGAL = 2,
    RISCV_EXCP_BREAKPOINT = 3,
    RISCV_EXCP_LOAD_MISALIGNED = 4,
    RISCV_EXCP_LOAD_ACCESS = 5,
    RISCV_EXCP_STORE_MISALIGNED = 6, /* and AMO; the same for the other store causes */
    RISCV_EXCP_STORE_ACCESS = 7,
    RISCV_EXCP_U_ECALL = 8, /* + PRV_*: from S is 9, from M is 11 */
    RISCV_EXCP_INST_PAGE_FAULT = 12,
    RISCV_EXCP_LOAD_PAGE_FAULT = 13,
    RISCV_EXCP_STORE_PAGE_FAULT = 15,
};

/* Bits of mip, mie, mideleg, and mcause of an interrupt. */
enum { IRQ_SSI = 1, IRQ_MSI = 3, IRQ_STI = 5, IRQ_MTI = 7, IRQ_SEI = 9, IRQ_MEI = 11 };

/* mstatus, kept in 64 bits for rv32 too (mstatush is its upper half).  priv figures 3.6 and 3.7:
 *  63  37  36   35:34 33:32  22   21 20  19  18  17   16:15 14:13 12:11 10:9 8   7    5   3   1
 * |SD|..|MBE|SBE|SXL| UXL |..|TSR|TW|TVM|MXR|SUM|MPRV| XS | FS  | MPP | VS |SPP|MPIE|SPIE|MIE|SIE|
 */
#define MSTATUS_SIE  BIT(1)
#define MSTATUS_MIE  BIT(3)
#define MSTATUS_SPIE BIT(5)
#define MSTATUS_MPIE BIT(7)
#define MSTATUS_SPP  BIT(8)
#define MSTATUS_VS   (3ULL << 9)
#define MSTATUS_MPP  (3ULL << 11)
#define MSTATUS_FS   (3ULL << 13)
#define MSTATUS_MPRV BIT(17)
#define MSTATUS_SUM  BIT(18)
#define MSTATUS_MXR  BIT(19)
#define MSTATUS_TVM  BIT(20)
#define MSTATUS_TW   BIT(21)
#define MSTATUS_TSR  BIT(22)
#define MSTATUS_UXL  (3ULL << 32)
#define MSTATUS_SXL  (3ULL << 34)

/* MSTATUS_FS >> 13 */
enum { FS_OFF, FS_INITIAL, FS_CLEAN, FS_DIRTY };

/* ---- state ---- */

enum { RISCV_PMP_ENTRIES = 16 };

typedef struct RISCVPmp {
    uint8_t cfg;
    uint64_t addr; /* as the CSR reads: address >> 2 */
    uint64_t first, last; /* bytes that it covers, derived from both and the entry below */
} RISCVPmp;

/* Pages that the page walk has read tables from, and where they are in the host. */
typedef struct RISCVTablePage {
    uint64_t page;    /* physical; S mode may read all of it */
    uint64_t view_id; /* of the memory map that it was found in; 0: nothing is here */
    const uint8_t *host;
} RISCVTablePage;

enum { RISCV_TABLE_PAGES = TEEMU_SMALL ? 2 : 64 };

/* Where superpages may be in the TLB; first > last: nowhere. */
typedef struct RISCVSuperpages {
    uint64_t first, last;
} RISCVSuperpages;

typedef struct CPURISCVState {
    TcgEnv tcg; /* first */

    /* Registers, for rv32 zero-extended.  gpr[0] is 0 and not seen by translated code. */
    uint64_t gpr[32];
    uint64_t fpr[32];

    /* LR/SC: SC succeeds if the address is load_res and memory still holds load_val (in the form
     * that LR gave to rd).  RISCV_NO_RESERVATION is no address. */
    uint64_t load_res, load_val;

    uint8_t priv; /* PRV_* */
    uint8_t xlen; /* 32 or 64, for ever */
    uint8_t frm;  /* as the CSR reads, 5-7 included; tcg.fp.rm follows while it is valid */
    uint32_t ext; /* set of EXT_*, for ever: what the decoder allows */
    uint64_t resetvec;

    uint64_t mstatus, mtvec, mepc, mcause, mtval, mscratch;
    uint64_t mie, mideleg, medeleg, menvcfg;
    uint64_t stvec, sepc, scause, stval, sscratch, senvcfg, satp;
    uint32_t mcounteren, scounteren, mcountinhibit;
    uint64_t stimecmp;
    uint64_t mcycle_off, minstret_off; /* CSR = what the accelerator counts + this */
    uint64_t mvendorid, marchid, mimpid, mhartid;
    RISCVPmp pmp[RISCV_PMP_ENTRIES];
    unsigned pmp_used; /* entries from here on match nothing; derived */

    /* What is pending.  Sources change under the BQL; mip is made of them (interrupt.c) and may be
     * read by any thread, atomically. */
    uint64_t mip;
    uint64_t mip_lines; /* levels that devices drive */
    uint64_t mip_soft;  /* SSIP, STIP, SEIP as software has written them */
    bool stimer_due;    /* time has reached stimecmp */

    uint64_t badaddr;    /* mtval of the exception that is being raised ... */
    bool badaddr_is_insn; /* ... unless that is the instruction itself, read when it is needed */
    int64_t mode_since;   /* riscv_mode: when the hart came into its mode */
    bool was_lost;        /* a jump to where nothing lives was reported */
    bool waits_for_nothing; /* atomic: in wfi, with no interrupt enabled */
    uint64_t stuck_pc;    /* the trap handler that was reported as faulting itself */
    struct {
        uint64_t pc, tval; /* of the last exception */
        unsigned cause;
        bool returned;  /* it was left by mret or sret */
        uint32_t times; /* in a row: 0 after a return to elsewhere */
    } last_trap;        /* own thread: to tell a user whose guest makes no progress */
    RISCVSuperpages superpages[2]; /* of the lower and the upper half of the address space */
    RISCVTablePage table_pages[RISCV_TABLE_PAGES]; /* by page number; mmu.c */

    uint64_t (*rdtime)(void *opaque); /* the board's timer, for time and stimecmp; NULL: none */
    void *rdtime_opaque;
    uint32_t rdtime_freq; /* Hz */
} CPURISCVState;

#define RISCV_NO_RESERVATION (~(uint64_t)0)

typedef struct RISCVCPU {
    union { /* first */
        Device dev;
        CPUState cpu;
    };
    CPURISCVState env;
    RISCVExt cfg; /* as the properties say; env.ext is made of it at realize */
    uint8_t satp_max; /* largest satp.MODE: 0 none, 1 Sv32, 8 Sv39, 9 Sv48, 10 Sv57 */
    bool mmu, pmp;
    uint16_t sv_on, sv_off; /* BIT(satp.MODE) that the user asked for or forbade */
    bool short_isa_string;
    Timer *stimer; /* Sstc */
} RISCVCPU;

static inline RISCVCPU *riscv_cpu(CPUState *cpu)
{
    return (RISCVCPU *)cpu;
}

static inline CPURISCVState *riscv_env(CPUState *cpu)
{
    return &riscv_cpu(cpu)->env;
}

/* From a helper's argument to its CPU. */
static inline CPUState *riscv_env_cpu(TcgEnv *env)
{
    return &container_of(env, RISCVCPU, env.tcg)->cpu;
}

/* ---- what a translation depends on: TbKey.flags ---- */

/*      9     8 7   6 5  4 2  1  0
 * | xlen64 | frm | FS | mmu | priv |     mmu: index of data accesses; MPRV and SUM are in it */
enum {
    TBF_PRIV_SHIFT = 0,
    TBF_MMU_SHIFT = 2,
    TBF_FS_SHIFT = 5,
    TBF_FRM_SHIFT = 7,
    TBF_XLEN64_SHIFT = 9,
};

/* MMU indexes.  A TLB entry holds what its index may do, so what decides that is in the index, or
 * a change of it (MXR, satp, PMP) flushes.  S fetches use MMU_S whatever SUM is. */
enum { MMU_U, MMU_S, MMU_S_SUM, MMU_M };

/* TBF_FS */
enum { TBF_FS_OFF, TBF_FS_CLEAN, TBF_FS_DIRTY };

/* TBF_FRM: what "rounding mode from frm" means to translated code. */
enum { TBF_FRM_HOST, TBF_FRM_RMM, TBF_FRM_INVALID };

static inline unsigned tbf_priv(uint32_t flags)
{
    return flags & 3;
}

static inline unsigned tbf_mmu(uint32_t flags)
{
    return flags >> TBF_MMU_SHIFT & 7;
}

static inline unsigned tbf_fs(uint32_t flags)
{
    return flags >> TBF_FS_SHIFT & 3;
}

static inline unsigned tbf_frm(uint32_t flags)
{
    return flags >> TBF_FRM_SHIFT & 3;
}

static inline bool tbf_xlen64(uint32_t flags)
{
    return flags >> TBF_XLEN64_SHIFT & 1;
}

/* The key of the current state: CpuOps.tb_key.  (translate.c) */
TbKey riscv_tb_key(CPUState *cpu);

/* MMU index of data accesses in the current state: privilege, MPRV and SUM.  (translate.c) */
unsigned riscv_data_mmu_index(const CPURISCVState *env);

/* ---- for boards (models.c, interrupt.c) ---- */

#define TYPE_RISCV_CPU "riscv-cpu"

enum { RISCV_CBO_BLOCK = 64 }; /* bytes of a cache block */

/* Where time and the supervisor's timer get the time from: @fn gives ticks of @freq Hz and may be
 * called by any thread.  Without it, reading time is an illegal instruction. */
void riscv_cpu_set_rdtime(CPUState *cpu, uint64_t (*fn)(void *opaque), void *opaque,
                          uint32_t freq);

/* For the device tree: "rv64imafdc_zicsr..." (yours to free), "riscv,sv57".  Realized CPUs only. */
char *riscv_isa_string(CPUState *cpu);
const char *riscv_mmu_type(CPUState *cpu);

/* ---- translation and disassembly: CpuOps members (translate.c, disas.c) ---- */

extern const IrGlobal riscv64_globals[], riscv32_globals[];
enum { RISCV_GLOBALS = 31 + 32 };

void riscv_translate(CPUState *cpu, Ir *c, TbRequest *r);
unsigned riscv_disassemble(CPUState *cpu, uint64_t pc, const uint8_t *buf, unsigned len, Str *out);

extern const char *const riscv_gpr_names[32], *const riscv_fpr_names[32]; /* ABI names */

/* ---- helpers of the privileged side that translated code calls ----
 *
 * Each is an IR_HELPER row in the file that implements it.  After all of them but csr_read and cbo
 * the block ends by exit_loop, so they may change privilege, flags and translation regime freely;
 * they flush the TLB themselves. */

/* riscv_raise, "veii": exception @cause (RISCV_EXCP_*) with @tval; does not return. */
IR_HELPER_EXTERN(riscv_raise);
/* riscv_csr_read, "iei": the value of CSR @csr, or an illegal instruction.
 * riscv_csr_write, "veii": CSR @csr = value.
 * riscv_csr_swap, "ieiii": CSR @csr = (old & ~mask) | (value & mask); gives the old value.  One
 * whose mask happens to be 0 is still a write.  Values are XLEN bits, zero-extended. */
IR_HELPER_EXTERN(riscv_csr_read);
IR_HELPER_EXTERN(riscv_csr_write);
IR_HELPER_EXTERN(riscv_csr_swap);
/* riscv_mret, riscv_sret, "ie": give the pc to go on at. */
IR_HELPER_EXTERN(riscv_mret);
IR_HELPER_EXTERN(riscv_sret);
/* riscv_wfi, "ve": checks TW, then asks for halt unless there is work. */
IR_HELPER_EXTERN(riscv_wfi);
/* riscv_pause, "ve": lets other harts run. */
IR_HELPER_EXTERN(riscv_pause);
/* riscv_sfence_vma, "veiii": @va, @asid, and a set of which of them count. */
enum { SFENCE_VA = 1, SFENCE_ASID = 2 };
IR_HELPER_EXTERN(riscv_sfence_vma);
/* riscv_svinval_fence, "ve": only checks that sfence.w.inval and sfence.inval.ir are allowed. */
IR_HELPER_EXTERN(riscv_svinval_fence);
/* riscv_cbo, "veii": cache-block operation on @va's block: 0 inval, 1 clean, 2 flush, 4 zero, as
 * the instruction's imm says; menvcfg and senvcfg decide whether it is allowed. */
IR_HELPER_EXTERN(riscv_cbo);

#endif
