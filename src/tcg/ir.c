/* SPDX-License-Identifier: MIT */
/* Building IR: values, constants, and one function per op that takes more than its operands. */
#include "tcg/ir.h"

void ir_reset(Ir *c, const IrGlobal *globals, unsigned nglobals)
{
    c->globals = globals;
    c->nglobals = nglobals;
    c->nops = c->nlabels = c->nexits = c->ncall_args = 0;
    c->float_off = false;
    c->vals[0] = (ValInfo){.kind = VALK_NONE};
    for (unsigned i = 0; i < nglobals; i++) {
        c->vals[i + 1] = (ValInfo){.kind = VALK_GLOBAL, .type = globals[i].type, .global = i};
    }
    c->nvals = nglobals + 1;
    memset(c->const_hash, 0, sizeof(c->const_hash));
}

bool ir_is_full(const Ir *c)
{
    return c->nops + 2 * IR_INSN_OPS > IR_MAX_OPS || c->nvals + 2 * IR_INSN_OPS > IR_MAX_VALS ||
           c->nlabels + 32 > IR_MAX_LABELS || c->ncall_args + 64 > IR_MAX_CALL_ARGS;
}

Val ir_global(const Ir *c, unsigned index)
{
    assert(index < c->nglobals);
    return (Val){index + 1};
}

static Val new_val(Ir *c, ValInfo info)
{
    assert(c->nvals < IR_MAX_VALS);
    c->vals[c->nvals] = info;
    return (Val){c->nvals++};
}

Val ir_const(Ir *c, uint64_t value)
{
    uint16_t *head = &c->const_hash[(value ^ value >> 8 ^ value >> 40) % IR_CONST_HASH];
    Val v;

    for (unsigned n = *head; n; n = c->vals[n].next) {
        if (c->vals[n].value == value) {
            return (Val){n};
        }
    }
    v = new_val(c, (ValInfo){.kind = VALK_CONST, .type = I64, .value = value, .next = *head});
    *head = v.n;
    return v;
}

Val ir_temp(Ir *c, IrType type)
{
    return new_val(c, (ValInfo){.kind = VALK_TEMP, .type = type});
}

bool ir_is_const(const Ir *c, Val v, uint64_t *value)
{
    if (c->vals[v.n].kind != VALK_CONST) {
        return false;
    }
    *value = c->vals[v.n].value;
    return true;
}

IrOp *ir_emit(Ir *c, IrOpcode opc, IrType type, Val d, Val a, Val b, Val cc, uint32_t aux,
              uint64_t imm)
{
    IrOp *op = &c->ops[c->nops++];

    assert(c->nops <= IR_MAX_OPS);
    *op = (IrOp){.opc = opc, .type = type, .d = d, .in = {a, b, cc}, .aux = aux, .imm = imm};
    return op;
}

IrType ir_type2(const Ir *c, Val a, Val b)
{
    if (c->vals[a.n].kind != VALK_CONST) {
        return c->vals[a.n].type;
    }
    return c->vals[b.n].kind != VALK_CONST ? c->vals[b.n].type : I64;
}

Val ir_result(Ir *c, IrOpcode opc, IrType type, Val a, Val b, Val cc)
{
    Val d = ir_temp(c, type);

    ir_emit(c, opc, type, d, a, b, cc, 0, 0);
    return d;
}

/* The class of the result differs from the op's type in comparisons, classifications and
 * conversions. */
static IrType float_result_type(IrOpcode opc, IrType type)
{
    switch (opc) {
    case IR_feq:
    case IR_flt:
    case IR_fle:
    case IR_fclass:
    case IR_f2i32:
    case IR_f2u32:
    case IR_f2i64:
    case IR_f2u64:
    case IR_f2bits:
        return I64;
    case IR_f2f:
        return type == F32 ? F64 : F32;
    case IR_fbox:
        return F64;
    default:
        return type;
    }
}

Val ir_float(Ir *c, IrOpcode opc, IrType type, unsigned rm, Val a, Val b, Val cc)
{
    Val d = ir_temp(c, float_result_type(opc, type));

    ir_emit(c, opc, type, d, a, b, cc, rm, 0);
    return d;
}

void ir_set(Ir *c, Val d, Val a)
{
    /* A float is copied as the bits it consists of. */
    ir_emit(c, IR_mov, c->vals[d.n].type == I32 ? I32 : I64, d, a, VAL_NONE, VAL_NONE, 0, 0);
}

Val ir_setcond(Ir *c, IrCond cond, Val a, Val b)
{
    IrType type = ir_type2(c, a, b);
    Val d = ir_temp(c, type);

    ir_emit(c, IR_setcond, type, d, a, b, VAL_NONE, cond, 0);
    return d;
}

Val ir_select(Ir *c, IrCond cond, Val a, Val b, Val if_true, Val if_false)
{
    IrType type = ir_type2(c, a, b);
    Val d = ir_temp(c, ir_type2(c, if_true, if_false));

    ir_emit(c, IR_select, type, d, a, b, if_true, cond, 0)->in[3] = if_false;
    return d;
}

unsigned ir_new_label(Ir *c)
{
    assert(c->nlabels < IR_MAX_LABELS);
    return c->nlabels++;
}

void ir_brcond(Ir *c, IrCond cond, Val a, Val b, unsigned label)
{
    ir_emit(c, IR_brcond, ir_type2(c, a, b), VAL_NONE, a, b, VAL_NONE, cond, label);
}

void ir_br(Ir *c, unsigned label)
{
    ir_emit(c, IR_br, I64, VAL_NONE, VAL_NONE, VAL_NONE, VAL_NONE, 0, label);
}

void ir_label(Ir *c, unsigned label)
{
    ir_emit(c, IR_label, I64, VAL_NONE, VAL_NONE, VAL_NONE, VAL_NONE, 0, label);
}

Val ir_ld(Ir *c, IrType type, Val base, int64_t off, MemOp m)
{
    Val d = ir_temp(c, type);

    ir_emit(c, IR_ld, type, d, base, VAL_NONE, VAL_NONE, m, off);
    return d;
}

void ir_st(Ir *c, IrType type, Val base, int64_t off, Val v, MemOp m)
{
    ir_emit(c, IR_st, type, VAL_NONE, base, v, VAL_NONE, m, off);
}

Val ir_rmw(Ir *c, IrType type, RmwKind kind, Val addr, Val v, MemOp m)
{
    Val d = ir_temp(c, type);

    ir_emit(c, IR_rmw, type, d, addr, v, VAL_NONE, m | MO_RMW(kind), 0);
    return d;
}

Val ir_cmpxchg(Ir *c, IrType type, Val addr, Val expected, Val v, MemOp m)
{
    Val d = ir_temp(c, type);

    ir_emit(c, IR_cmpxchg, type, d, addr, expected, v, m, 0);
    return d;
}

void ir_fence(Ir *c)
{
    ir_emit(c, IR_fence, I64, VAL_NONE, VAL_NONE, VAL_NONE, VAL_NONE, 0, 0);
}

Val ir_ldenv(Ir *c, IrType type, uint32_t offset, MemOp m)
{
    Val d = ir_temp(c, type);

    ir_emit(c, IR_ldenv, type, d, VAL_NONE, VAL_NONE, VAL_NONE, m, offset);
    return d;
}

void ir_stenv(Ir *c, uint32_t offset, Val v, MemOp m)
{
    ir_emit(c, IR_stenv, c->vals[v.n].type, VAL_NONE, v, VAL_NONE, VAL_NONE, m, offset);
}

Val ir_call(Ir *c, const IrHelper *h, unsigned nargs, const Val *args)
{
    Val d = h->sig[0] == 'v' ? VAL_NONE : ir_temp(c, I64);
    IrOp *op = ir_emit(c, IR_call, I64, d, VAL_NONE, VAL_NONE, VAL_NONE, nargs, c->ncall_args);

    assert(c->ncall_args + nargs <= IR_MAX_CALL_ARGS);
    assert(strlen(h->sig) - 1 == nargs + (strchr(h->sig, 'e') != NULL));
    for (unsigned i = 0; i < nargs; i++) {
        c->call_args[c->ncall_args++] = args[i];
    }
    op->helper = h;
    return d;
}

void ir_insn(Ir *c, uint64_t pc, unsigned number)
{
    ir_emit(c, IR_insn, I64, VAL_NONE, VAL_NONE, VAL_NONE, VAL_NONE, number, pc);
}

void ir_exit_tb(Ir *c, uint64_t pc, bool check)
{
    if (c->nexits == IR_MAX_EXITS) {
        ir_exit_pc(c, ir_const(c, pc));
        return;
    }
    ir_emit(c, IR_exit_tb, I64, VAL_NONE, VAL_NONE, VAL_NONE, VAL_NONE, c->nexits++, pc)->flags =
        check ? OPN_CHECK : 0;
}

void ir_exit_pc(Ir *c, Val pc)
{
    ir_emit(c, IR_exit_pc, c->vals[pc.n].type, VAL_NONE, pc, VAL_NONE, VAL_NONE, 0, 0);
}

void ir_exit_loop(Ir *c, Val pc)
{
    ir_emit(c, IR_exit_loop, c->vals[pc.n].type, VAL_NONE, pc, VAL_NONE, VAL_NONE, 0, 0);
}
