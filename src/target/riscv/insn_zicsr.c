/* SPDX-License-Identifier: MIT */
/* Zicsr: CSR instructions (unpriv chapter 9).  With x0 or 0 as the source, csrrs and csrrc only
 * read, and csrrw to x0 does not read.
 *
 * A write may change anything the translation depends on, so the main loop looks around behind it.
 * Behind a read of a counter the block ends too: then the number of executed instructions is that
 * of whole blocks, which -icount knows exactly. */
#include "target/riscv/csr.h"
#include "target/riscv/translate.h"

enum { INSN_EXT = EXT_zicsr };

/* The row of @csr when it is no more than 64 bits of the hart's state that this block may use:
 * mscratch, sscratch and what a trap leaves behind.  Then neither a call nor a look around is
 * needed.  NULL: ask riscv_csr_accessible when it runs. */
static const RISCVCsr *plain(const Ir *c, unsigned csr)
{
    const RISCVCsr *row = riscv_csr_find(csr);
    const Trans *t = trans(c);

    if (!row || row->read || row->write || row->exists || row->allowed ||
        row->field_size != sizeof(uint64_t) || row->mask != ~0ULL || rv32(c)) {
        return NULL;
    }
    return (csr >> 8 & 3) <= tbf_priv(t->flags) && !(row->ext & ~t->ext) ? row : NULL;
}

static bool is_counter(unsigned csr)
{
    /* cycle time instret, mcycle minstret, and their upper halves for rv32 */
    return (csr & ~0x83) == 0xc00 || (csr & ~0x83) == 0xb00;
}

static bool csr_read(Ir *c, const InsnArgs *a)
{
    const RISCVCsr *row = plain(c, a->csr);

    if (row) {
        return set_gpr(c, a->rd, ir_ldenv(c, I64, row->field, MO_64));
    }
    trans(c)->stop |= is_counter(a->csr);
    return set_gpr(c, a->rd, ir_call1(c, &helper_row_riscv_csr_read, ir_const(c, a->csr)));
}

static bool csr_write(Ir *c, const InsnArgs *a, Val v)
{
    const RISCVCsr *row = plain(c, a->csr);

    if (row) {
        ir_stenv(c, row->field, v, MO_64);
        return true;
    }
    ir_call2(c, &helper_row_riscv_csr_write, ir_const(c, a->csr), v);
    return leave_behind(c);
}

/* rd = csr, csr = (csr & ~mask) | (v & mask) */
static bool csr_swap(Ir *c, const InsnArgs *a, Val v, Val mask)
{
    const RISCVCsr *row = plain(c, a->csr);

    if (row) {
        Val old = ir_ldenv(c, I64, row->field, MO_64);

        v = ir_or(c, ir_and(c, old, ir_not(c, mask)), ir_and(c, v, mask));
        ir_stenv(c, row->field, v, MO_64);
        return set_gpr(c, a->rd, old);
    }
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
