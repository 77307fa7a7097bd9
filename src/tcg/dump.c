/* SPDX-License-Identifier: MIT */
/* IR as text, for -d op and for tests: one line per op.
 *
 *      ---- $0x80000000 #0
 *      add.i64 tmp1, a0, $0x10
 *      ld.i64 a1, tmp1+$0x8, s32 mmu=1
 *      brcond.i64 a0, a1, ltu, L0
 *      exit_tb $0x80000008, slot 0
 *     L0:
 */
#include "tcg/ir.h"
#include "tcg/names.h"

const char *const ir_type_names[] = {"i32", "i64", "f32", "f64"};
const char *const ir_cond_names[] = {"eq",  "ne", "lt", "ge",  "ltu",
                                     "geu", "le", "gt", "leu", "gtu"};
const char *const ir_rmw_names[] = {"swap", "add", "and",  "or",  "xor",
                                    "min",  "max", "minu", "maxu"};
const char *const ir_rm_names[] = {"rne", "rtz", "rdn", "rup", "rmm", "?", "?", "dyn"};

void ir_dump_val(const Ir *c, Val v, Str *out)
{
    const ValInfo *info = &c->vals[v.n];

    switch (info->kind) {
    case VALK_GLOBAL:
        str_append(out, c->globals[info->global].name);
        break;
    case VALK_CONST:
        str_printf(out, "$0x%" PRIx64, info->value);
        break;
    case VALK_TEMP:
        str_printf(out, "tmp%u", v.n - c->nglobals);
        break;
    default:
        str_append(out, "-");
    }
}

static void dump_memop(MemOp m, Str *out)
{
    str_printf(out, ", %c%u", m & MO_SIGN ? 's' : 'u', 8 * memop_bytes(m));
    if (m & MO_ALIGN) {
        str_append(out, " aligned");
    }
    if (memop_mmu(m)) {
        str_printf(out, " mmu=%u", memop_mmu(m));
    }
    if (m & MO_LINEAR) {
        str_append(out, " linear");
    }
}

/* What stands behind the operands: fields whose meaning depends on the op. */
static void dump_details(const IrOp *op, Str *out)
{
    switch (op->opc) {
    case IR_setcond:
    case IR_select:
        str_printf(out, ", %s", ir_cond_names[op->aux]);
        break;
    case IR_brcond:
        str_printf(out, ", %s, L%u", ir_cond_names[op->aux], (unsigned)op->imm);
        break;
    case IR_br:
        str_printf(out, " L%u", (unsigned)op->imm);
        break;
    case IR_rmw:
        str_printf(out, ", %s", ir_rmw_names[memop_rmw(op->aux)]);
        dump_memop(op->aux, out);
        break;
    case IR_ld:
    case IR_st:
    case IR_ldp:
    case IR_stp:
    case IR_probe:
    case IR_cmpxchg:
        dump_memop(op->aux, out);
        break;
    case IR_ldenv:
    case IR_stenv:
        str_printf(out, ", env+$0x%" PRIx64, op->imm);
        dump_memop(op->aux, out);
        break;
    case IR_icount:
        str_printf(out, " %" PRId64, (int64_t)op->imm);
        break;
    case IR_exit_tb:
        str_printf(out, " $0x%" PRIx64 ", slot %u%s", op->imm, op->aux,
                   op->flags & OPN_CHECK ? ", check" : "");
        break;
    default:
        if (ir_op_info[op->opc].flags & OPF_FLOAT) {
            str_printf(out, ", %s", ir_rm_names[op->aux & 7]);
        }
    }
}

/* Is operand @i an address, to which imm is added? */
static bool has_offset(const IrOp *op, unsigned i)
{
    bool memory = op->opc == IR_ld || op->opc == IR_st || op->opc == IR_ldp || op->opc == IR_stp ||
                  op->opc == IR_probe;

    return memory && i == 0 && op->imm;
}

static void dump_operands(const Ir *c, const IrOp *op, Str *out)
{
    bool call = op->opc == IR_call;
    const Val *in;
    unsigned n = ir_inputs(c, op, &in);
    const char *comma = " ";

    if (call) {
        str_printf(out, " %s", op->helper->name);
        comma = ", ";
    }
    if (ir_op_info[op->opc].has_result && !(call && val_is_none(op->d))) {
        str_append(out, comma);
        ir_dump_val(c, op->d, out);
        comma = ", ";
    }
    for (unsigned i = 0; i < n; i++) {
        str_append(out, comma);
        ir_dump_val(c, in[i], out);
        if (has_offset(op, i)) {
            str_printf(out, "+$0x%" PRIx64, op->imm);
        }
        comma = ", ";
    }
}

static void dump_op(const Ir *c, const IrOp *op, Str *out)
{
    if (op->opc == IR_insn) {
        str_printf(out, " ---- $0x%" PRIx64 " #%u\n", op->imm, op->aux);
        return;
    }
    if (op->opc == IR_label) {
        str_printf(out, "L%u:\n", (unsigned)op->imm);
        return;
    }
    str_printf(out, " %s", ir_op_info[op->opc].name);
    if (ir_op_info[op->opc].inputs || ir_op_info[op->opc].has_result) {
        str_printf(out, ".%s", ir_type_names[op->type]);
    }
    dump_operands(c, op, out);
    dump_details(op, out);
    str_append(out, "\n");
}

void ir_dump(const Ir *c, Str *out)
{
    for (unsigned i = 0; i < c->nops; i++) {
        dump_op(c, &c->ops[i], out);
    }
}
