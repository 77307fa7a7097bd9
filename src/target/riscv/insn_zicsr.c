/* SPDX-License-Identifier: MIT */
/* Zicsr: CSR instructions (unpriv chapter 9).  With x0 or 0 as the source, csrrs and csrrc only
 * read, and csrrw to x0 does not read.
 *
 * A write may change anything the translation depends on, so the main loop looks around behind it.
 * Behind a read of a counter the block ends too: then the number of executed instructions is that
 * of whole blocks, which -icount knows exactly. */
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_zicsr };

static bool is_counter(unsigned csr)
{
    /* cycle time instret, mcycle minstret, and their upper halves for rv32 */
    return (csr & ~0x83) == 0xc00 || (csr & ~0x83) == 0xb00;
}

static bool csr_read(Ir *c, const InsnArgs *a)
{
    trans(c)->stop |= is_counter(a->csr);
    return set_gpr(c, a->rd, ir_call1(c, &helper_row_riscv_csr_read, ir_const(c, a->csr)));
}

static bool csr_write(Ir *c, const InsnArgs *a, Val v)
{
    ir_call2(c, &helper_row_riscv_csr_write, ir_const(c, a->csr), v);
    return leave_behind(c);
}

/* rd = csr, csr = (csr & ~mask) | (v & mask) */
static bool csr_swap(Ir *c, const InsnArgs *a, Val v, Val mask)
{
    set_gpr(c, a->rd, ir_call3(c, &helper_row_riscv_csr_swap, ir_const(c, a->csr), v, mask));
    return leave_behind(c);
}

static Val ones(Ir *c)
{
    return ir_const(c, xtrunc(c, ~(uint64_t)0));
}

INSN(csrrw, "csr rs1 001 rd 1110011", "rd, csr, rs1")
{
    return a->rd ? csr_swap(c, a, gpr(c, a->rs1), ones(c)) : csr_write(c, a, gpr(c, a->rs1));
}

INSN(csrrs, "csr rs1 010 rd 1110011", "rd, csr, rs1")
{
    return a->rs1 ? csr_swap(c, a, ones(c), gpr(c, a->rs1)) : csr_read(c, a);
}

INSN(csrrc, "csr rs1 011 rd 1110011", "rd, csr, rs1")
{
    return a->rs1 ? csr_swap(c, a, ir_const(c, 0), gpr(c, a->rs1)) : csr_read(c, a);
}

INSN(csrrwi, "csr uimm[4:0] 101 rd 1110011", "rd, csr, uimm")
{
    Val v = ir_const(c, a->imm);

    return a->rd ? csr_swap(c, a, v, ones(c)) : csr_write(c, a, v);
}

INSN(csrrsi, "csr uimm[4:0] 110 rd 1110011", "rd, csr, uimm")
{
    return a->imm ? csr_swap(c, a, ones(c), ir_const(c, a->imm)) : csr_read(c, a);
}

INSN(csrrci, "csr uimm[4:0] 111 rd 1110011", "rd, csr, uimm")
{
    return a->imm ? csr_swap(c, a, ir_const(c, 0), ir_const(c, a->imm)) : csr_read(c, a);
}
