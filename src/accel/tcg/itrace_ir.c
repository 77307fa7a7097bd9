/* SPDX-License-Identifier: MIT */
/* -d itrace: a block of one instruction calls the recorder.
 *
 *      insn                        it begins: its bytes, and the registers that it will write
 *      call itrace_begin
 *      tmp = add base, offset
 *      d = ld ...                  each access, once it has been made
 *      call itrace_memory, tmp, d
 *      ...
 *      call itrace_end             before each way out, if the next one may not be recorded
 *      exit_tb
 *
 * Otherwise an instruction has come to its end when the next one begins, or when the run loop tells
 * of an exception or an interrupt. */
#include "accel/tcg/itrace_int.h"

static bool is_access(const IrOp *op)
{
    return op->opc == IR_ld || op->opc == IR_st || op->opc == IR_rmw || op->opc == IR_cmpxchg;
}

/* The globals that the block writes, and whether it may change other state. */
static uint64_t effects(const Ir *c)
{
    uint64_t info = 0;
    unsigned n = 0;

    for (unsigned i = 0; i < c->nops; i++) {
        const IrOp *op = &c->ops[i];
        const ValInfo *d = &c->vals[op->d.n];
        bool known = false;

        if (op->opc == IR_stenv || (op->opc == IR_call && !(op->helper->effects & HF_PURE))) {
            info |= ITRACE_STATE;
        }
        if (d->kind != VALK_GLOBAL) {
            continue;
        }
        for (unsigned k = 0; k < n; k++) {
            known |= (info >> (ITRACE_WRITES_SHIFT + 8 * k) & 0xff) == d->global + 1u;
        }
        if (!known && n < ITRACE_WRITES) {
            info |= (d->global + 1ULL) << (ITRACE_WRITES_SHIFT + 8 * n++);
        }
    }
    return info;
}

static void call_begin(Ir *c, TbRequest *r, uint64_t info)
{
    uint8_t buf[ITRACE_CODE] = {0};
    unsigned len = MIN(r->nbytes, (unsigned)ITRACE_CODE);
    uint64_t code;

    if (!r->fetch(r, r->key.pc, buf, len)) {
        len = 0;
    }
    memcpy(&code, buf, sizeof(code));
    ir_call3(c, &helper_row_itrace_begin, ir_const(c, r->key.pc), ir_const(c, code),
             ir_const(c, info | itrace_places(r->key.pc) | len));
}

/* Behind @op, whose address was @va. */
static void call_memory(Ir *c, const IrOp *op, Val va)
{
    Val m = ir_const(c, op->aux), old = op->d;

    switch (op->opc) {
    case IR_ld:
    case IR_st:
        ir_call3(c, &helper_row_itrace_memory, va, op->opc == IR_ld ? op->d : op->in[1],
                 ir_const(c, memop_bytes(op->aux) | (op->opc == IR_st ? ITRACE_STORE : 0)));
        break;
    case IR_rmw:
        ir_call(c, &helper_row_itrace_rmw, 4, (Val[]){va, old, op->in[1], m});
        break;
    default:
        ir_call(c, &helper_row_itrace_cmpxchg, 5, (Val[]){va, old, op->in[1], op->in[2], m});
    }
}

void itrace_instrument(Ir *c, TbRequest *r)
{
    static IrOp old[IR_MAX_OPS]; /* tb_lock */
    bool ends = itrace_ends_anywhere();
    uint64_t info = effects(c);
    unsigned n = c->nops;

    memcpy(old, c->ops, n * sizeof(IrOp));
    c->nops = 0;
    for (unsigned i = 0; i < n; i++) {
        const IrOp *op = &old[i];
        Val va = VAL_NONE;

        if (is_access(op)) {
            va = ir_result(c, IR_add, I64, op->in[0], ir_const(c, op->imm), VAL_NONE);
        } else if (ends && (ir_op_info[op->opc].flags & OPF_END) && op->opc != IR_br) {
            ir_call0(c, &helper_row_itrace_end);
        }
        c->ops[c->nops++] = *op;
        if (op->opc == IR_insn) {
            call_begin(c, r, info);
        } else if (is_access(op)) {
            call_memory(c, op, va);
        }
    }
}
