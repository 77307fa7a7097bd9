/* SPDX-License-Identifier: MIT */
/* What the register allocator made, as text: one line per op, moves indented.  Behind each place
 * stands the value that is there. */
#include "tcg/names.h"
#include "tcg/regalloc.h"

static void dump_loc(const RegAlloc *ra, Loc l, Str *out)
{
    const char *reg;

    switch (l.kind) {
    case LOC_REG:
        reg = l.reg < RA_REGS ? ra->host->reg_names[l.reg] : NULL;
        str_append(out, reg ? reg : "no register");
        break;
    case LOC_ENV:
        str_printf(out, "[env+%#x]", (unsigned)l.off);
        break;
    case LOC_IMM:
        str_printf(out, "$%#" PRIx64, ra->c->vals[l.val.n].value);
        return;
    default:
        str_append(out, "-");
        return;
    }
    str_append(out, "(");
    ir_dump_val(ra->c, l.val, out);
    str_append(out, ")");
}

static void dump_one(const RegAlloc *ra, const RaOp *m, Str *out)
{
    const Val *in;
    unsigned n = m->op ? ir_inputs(ra->c, m->op, &in) : 1;

    if (m->op && m->op->opc == IR_insn) {
        str_printf(out, " ---- $%#" PRIx64 "\n", m->op->imm);
        return;
    }
    if (m->op) {
        str_printf(out, " %s.%s ", ir_op_info[m->op->opc].name, ir_type_names[m->op->type]);
    } else {
        str_append(out, "     move ");
    }
    if (m->d.kind != LOC_NONE) {
        dump_loc(ra, m->d, out);
        str_append(out, " <- ");
    }
    for (unsigned k = 0; k < n; k++) {
        str_append(out, k ? ", " : "");
        dump_loc(ra, m->in[k], out);
    }
    str_append(out, "\n");
}

void ra_dump(const RegAlloc *ra, Str *out)
{
    for (unsigned i = 0; i < ra->nops; i++) {
        dump_one(ra, &ra->ops[i], out);
    }
}
