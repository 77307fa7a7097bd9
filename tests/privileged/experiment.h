/* SPDX-License-Identifier: MIT */
/* What the cases are made with: random numbers, CSRs by number, code, and the experiment that runs
 * it in a mode and prints what came of it.  A case is one line of output, fields "name=value". */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include "lib.h"

#define RV64 (__riscv_xlen == 64)
#define ALL_ONES ((word)-1)
#define DATA 0x80400000ul /* where the cases load and store: 4 pages that hold nothing else */
#define DATA_BYTES 0x4000

enum {
    CSR_SSTATUS = 0x100, CSR_STVEC = 0x105, CSR_SCOUNTEREN = 0x106, CSR_SENVCFG = 0x10a,
    CSR_SSCRATCH = 0x140, CSR_SEPC = 0x141, CSR_SCAUSE = 0x142, CSR_STVAL = 0x143,
    CSR_STIMECMP = 0x14d, CSR_STIMECMPH = 0x15d, CSR_SATP = 0x180,
    CSR_MSTATUS = 0x300, CSR_MEDELEG = 0x302, CSR_MIDELEG = 0x303, CSR_MIE = 0x304,
    CSR_MTVEC = 0x305, CSR_MCOUNTEREN = 0x306, CSR_MENVCFG = 0x30a, CSR_MENVCFGH = 0x31a,
    CSR_MCOUNTINHIBIT = 0x320, CSR_MSCRATCH = 0x340, CSR_MEPC = 0x341, CSR_MIP = 0x344,
    CSR_PMPCFG0 = 0x3a0, CSR_PMPADDR0 = 0x3b0, PMP_ENTRIES = 16,
};

enum { ZERO, A0 = 10, A1, A2, A3, A4, A5 };
enum { CSRRW = 1, CSRRS, CSRRC, CSRRWI = 5, CSRRSI, CSRRCI };
#define NOP    0x13
#define ECALL  0x73
#define EBREAK 0x100073
#define SRET   0x10200073
#define MRET   0x30200073
#define WFI    0x10500073
#define JR_A3  0x00068067
#define LW_A3  0x0006a503 /* a0, (a3) */
#define SW_A3  0x00b6a023 /* a1, (a3) */
#define SFENCE_VMA(rs1, rs2) (0x12000073u | (rs1) << 15 | (rs2) << 20)

/* What an experiment begins with, and what the trap that ended it left (experiment.S). */
typedef struct Frame {
    word mstatus, pc, cause, tval, s_entry, m_entry, a[6], saved[14];
} Frame;

extern Frame frame;
extern uint32_t code[1024]; /* a page: what the experiment runs */
extern unsigned code_length;
extern char m_vector[], s_vector[];

/* The same numbers for this case whatever became of those before it. */
void begin_case(const char *name, word number);
word rnd(word below);
word random_word(void);
bool one_in(word n);

word csr_read(unsigned number);
void csr_write(unsigned number, word value);
uint32_t csr_insn(unsigned number, unsigned op, unsigned rd, unsigned rs1);

void print_digits(word value);
void field(const char *name, word value); /* " name=value" */
void add_code(uint32_t insn);             /* runs it, and prints it */
/* A random load or store of an address in a3, or a jump to it. */
uint32_t random_access(void);
void clear(word *from, unsigned bytes); /* faster than memset */
word hash_data(void);
void run_experiment(word mode, word mstatus, word pc);
void print_outcome(void);
void end_case(void);

/* Everything that a case may have changed goes back, but for entries of PMP that are locked. */
void baseline(void);

void csr_case(word number);
void page_case(word number);
void trap_case(word number);
void pmp_case(word number);
void locked_pmp_case(word number);

#endif
