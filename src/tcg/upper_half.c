/* SPDX-License-Identifier: MIT */
#include "tcg/upper_half.h"

/* A number below 2^31 is both sign- and zero-extended. */
enum { UPPER_BOTH = UPPER_SIGN | UPPER_ZERO };

unsigned upper_half_of_const(uint64_t value)
{
    return (value == (uint64_t)(int32_t)value ? UPPER_SIGN : 0) |
           (value == (uint32_t)value ? UPPER_ZERO : 0);
}

static unsigned of_load(MemOp m)
{
    bool narrow = (m & MO_SIZE) < MO_32;

    if ((m & MO_SIZE) == MO_64) {
        return 0;
    }
    return m & MO_SIGN ? UPPER_SIGN : narrow ? UPPER_BOTH : UPPER_ZERO;
}

/* Shifts to the right by a constant bring known bits from the top. */
static unsigned of_shift(const Ir *c, const IrOp *op)
{
    uint64_t count;

    if (!ir_is_const(c, op->in[1], &count)) {
        return 0;
    }
    if (op->type == I32) { /* a cleared bit 31 makes zero- and sign-extended the same */
        return op->opc == IR_shr && count % 32 ? UPPER_BOTH : UPPER_ZERO;
    }
    if (count % 64 < 32) {
        return 0;
    }
    if (op->opc == IR_sar) {
        return UPPER_SIGN;
    }
    return count % 64 > 32 ? UPPER_BOTH : UPPER_ZERO;
}

unsigned upper_half_of_result(const Ir *c, const IrOp *op, unsigned a, unsigned b)
{
    switch (op->opc) {
    case IR_sext8:
    case IR_sext16:
    case IR_sext32:
        return op->type == I64 ? UPPER_SIGN : UPPER_ZERO;
    case IR_zext8:
    case IR_zext16:
    case IR_setcond:
    case IR_clz:
    case IR_ctz:
    case IR_popcnt:
        return UPPER_BOTH;
    case IR_zext32:
        return UPPER_ZERO;
    case IR_ld:
        return op->type == I64 ? of_load(op->aux) : 0;
    case IR_mov:
        return op->type == I64 ? a : 0;
    case IR_select: /* its type is that of the comparison */
        return a & b;
    case IR_and:
        if (op->type == I64) { /* zeroes win; else both must agree */
            return a == UPPER_BOTH || b == UPPER_BOTH ? UPPER_BOTH
                                                      : (a & b) | ((a | b) & UPPER_ZERO);
        }
        break;
    case IR_or:
    case IR_xor:
        if (op->type == I64) {
            return a & b;
        }
        break;
    case IR_shr:
    case IR_sar:
        if (op->type == I64 || ir_is_const(c, op->in[1], &(uint64_t){0})) {
            return of_shift(c, op);
        }
        break;
    }
    return op->type == I32 && (ir_op_info[op->opc].flags & OPF_PURE) ? UPPER_ZERO : 0;
}

/* Ops whose result's low half depends on the low halves of the operands only. */
static bool is_low_to_low(const Ir *c, const IrOp *op)
{
    static const uint8_t low_to_low[] = {IR_mov, IR_add, IR_sub,  IR_neg, IR_mul, IR_not,
                                         IR_and, IR_or,  IR_xor, IR_andc, IR_orc, IR_eqv};

    return memchr(low_to_low, op->opc, sizeof(low_to_low)) ||
           (op->opc == IR_shl && ir_is_const(c, op->in[1], &(uint64_t){0}));
}

static bool is_extension(IrOpcode opc)
{
    return opc == IR_sext8 || opc == IR_sext16 || opc == IR_sext32 || opc == IR_zext8 ||
           opc == IR_zext16 || opc == IR_zext32;
}

bool reads_upper_half(const Ir *c, const IrOp *op, unsigned k, bool result)
{
    uint64_t mask;

    switch (op->opc) {
    case IR_st:
        return k == 0 || (op->aux & MO_SIZE) == MO_64;
    case IR_select:
        return k < 2 ? op->type == I64 : result;
    case IR_setcond:
    case IR_brcond:
        return op->type == I64;
    case IR_and:
        if (ir_is_const(c, op->in[!k], &mask) && (upper_half_of_const(mask) & UPPER_ZERO)) {
            return false;
        }
        break;
    }
    if (!(ir_op_info[op->opc].flags & OPF_PURE)) {
        return true;
    }
    if (op->type == I32 || is_extension(op->opc)) {
        return false;
    }
    return is_low_to_low(c, op) ? result : true;
}
