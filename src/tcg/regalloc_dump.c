/* SPDX-License-Identifier: MIT */
/* What the register allocator made, as text: one line per op, moves indented. */
#include "tcg/regalloc.h"

static void dump_loc(const RegAlloc *ra, Loc l, Str *out)
{
    switch (l.kind) {
    case LOC_REG:
        str_append(out, ra->host->reg_names[l.reg]);
        break;
    case LOC_ENV:
        str_printf(out, "[env+%#x]", (unsigned)l.off);
        break;
    case LOC_IMM:
        str_printf(out, "$%#" PRIx64, ra->c->vals[l.val.n].value);
        break;
    default:
        str_append(out, "-");
    }
}

void ra_dump(const RegAlloc *ra, Str *out)
{
    static const char *const types[IR_TYPES] = {"i32", "i64", "f32", "f64"};

    for (unsigned i = 0; i < ra->nops; i++) {
        const RaOp *m = &ra->ops[i];
        const Val *in;
        unsigned n = m->op ? ra_inputs(ra->c, m->op, &in) : 1;

        if (m->op) {
            str_printf(out, " %s.%s ", ir_op_info[m->op->opc].name, types[m->op->type]);
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
}
