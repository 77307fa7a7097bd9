/* SPDX-License-Identifier: MIT */
/* Random blocks for tests of the JIT, and two CPUs in the same random state to run them on. */
#ifndef JIT_RANDOM_H
#define JIT_RANDOM_H

#include "unit/jit_harness.h"

/* ---- helpers that blocks call ---- */

static uint64_t helper_mix(TcgEnv *env, uint64_t a, uint64_t b)
{
    TestCpu *c = cpu_of(env);

    c->reg[3] += a;
    c->reg[12] ^= b;
    c->reg[INTS + 2] += 1;
    return a * 3 + b + c->reg[5];
}
IR_HELPER(mix, "ieii", HF_READS | HF_WRITES | HF_TRAPS);

static uint64_t helper_sum6(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    return a + 3 * b + 5 * c + 7 * d + 11 * e + 13 * f;
}
IR_HELPER(sum6, "iiiiiii", HF_PURE);

static void helper_peek(TcgEnv *env, uint64_t a)
{
    TestCpu *c = cpu_of(env);

    c->jumps[0].pc = JUMP_NO_PC;
    c->env.saved_scratch[7] =
        c->env.saved_scratch[7] * 31 + a + c->reg[1] + c->reg[14] + c->reg[INTS];
}
IR_HELPER(peek, "vei", HF_READS);

/* ---- ops ---- */

static Val pool[64];
static unsigned npool;
static uint64_t placed; /* labels that stand in the main line */

/* Two registers that nobody else writes point into RAM, so that accesses off them form groups. */
static const unsigned bases[] = {6, 15};

static unsigned rnd_reg(void)
{
    unsigned n = rnd() % INTS;

    return n == bases[0] || n == bases[1] ? 0 : n;
}

static Val any_int(void)
{
    unsigned k = rnd() % 8;

    return k < 3 && npool ? pool[rnd() % npool] : k < 7 ? R(rnd() % INTS) : K(rnd_int());
}

static Val any_target(void)
{
    Val t;

    if (rnd() % 3 == 0 && npool < ARRAY_SIZE(pool)) {
        t = ir_temp(&ir, I64);
        pool[npool++] = t;
        return t;
    }
    return R(rnd_reg());
}

static void rnd_pure_op(void)
{
    IrOpcode opc;
    Val a = any_int(), b = any_int();
    unsigned old = npool;
    Val d;

    do {
        opc = rnd() % IR_OPCODES;
    } while (!ir_op_info[opc].eval[I64] || opc == IR_mov);
    d = any_target();
    npool = old;
    ir_emit(&ir, opc, rnd() % 2 ? I64 : I32, d, a, ir_op_info[opc].inputs > 1 ? b : VAL_NONE,
            VAL_NONE, 0, 0);
    npool += ir.vals[d.n].kind == VALK_TEMP;
    if (npool > old) {
        pool[old] = d;
    }
}

static void rnd_float_op(void)
{
    static const uint8_t ops[] = {IR_fadd, IR_fsub, IR_fmul, IR_fdiv,  IR_fsqrt, IR_fmin,
                                  IR_fmax, IR_fneg, IR_fabs, IR_fsgnj, IR_fma};
    IrOpcode opc = ops[rnd() % ARRAY_SIZE(ops)];
    const IrOpInfo *info = &ir_op_info[opc];
    Val a = F(rnd() % FLOATS), b = F(rnd() % FLOATS), c = F(rnd() % FLOATS);

    ir_emit(&ir, opc, F64, F(rnd() % FLOATS), a, info->inputs > 1 ? b : VAL_NONE,
            info->inputs > 2 ? c : VAL_NONE, FP_DYN, 0);
}

/* A base register that points into RAM, aligned as the access is most of the time. */
static void rnd_memory_op(void)
{
    unsigned base = rnd_reg();
    MemOp m = MO_MMU(1) | (rnd() & (MO_SIZE | MO_SIGN | MO_LINEAR));
    uint64_t addr = RAM_BASE + rnd() % (RAM_SIZE - 256), off = rnd() % 2 ? 0 : rnd() % 200;
    bool is_float = (m & MO_SIZE) >= MO_32 && rnd() % 4 == 0;
    Val args[2], v;

    if (rnd() % 8) {
        addr &= -8;
        off &= -8;
    }
    if (is_float && (m & MO_SIZE) == MO_32) {
        m = (m & ~3) | MO_64;
    }
    ir_set(&ir, R(base), K(addr));
    switch (rnd() % 6) {
    case 0:
        m &= ~MO_SIGN;
        args[0] = any_int();
        v = any_target();
        npool -= ir.vals[v.n].kind == VALK_TEMP;
        ir_emit(&ir, IR_rmw, I64, v, R(base), args[0], VAL_NONE, m | MO_RMW(rnd() % (RMW_MAXU + 1)),
                0);
        npool += ir.vals[v.n].kind == VALK_TEMP;
        break;
    case 1:
    case 2:
        if (is_float) {
            ir_st(&ir, F64, R(base), off, F(rnd() % FLOATS), m);
        } else {
            ir_st(&ir, I64, R(base), off, any_int(), m);
        }
        break;
    default:
        if (is_float) {
            ir_emit(&ir, IR_ld, F64, F(rnd() % FLOATS), R(base), VAL_NONE, VAL_NONE, m, off);
        } else {
            v = any_target();
            npool -= ir.vals[v.n].kind == VALK_TEMP;
            ir_emit(&ir, IR_ld, I64, v, R(base), VAL_NONE, VAL_NONE, m, off);
            npool += ir.vals[v.n].kind == VALK_TEMP;
        }
    }
}

static void rnd_group_op(void)
{
    unsigned base = bases[rnd() % 2];
    MemOp m = MO_MMU(1) | (rnd() & (MO_SIZE | MO_SIGN | MO_LINEAR));
    int64_t off = (int64_t)(rnd() % 64) - 16;
    Val v;

    off &= rnd() % 8 ? -(int64_t)memop_bytes(m) : -1;
    switch (rnd() % 8) {
    case 0: /* the base moves, back and forth */
        ir_set(&ir, R(base), ir_addi(&ir, R(base), rnd() % 2 ? 8 : -8));
        break;
    case 1:
        ir_st(&ir, F64, R(base), off & -8, F(rnd() % FLOATS), MO_MMU(1) | MO_64);
        break;
    case 2:
        ir_emit(&ir, IR_ld, F64, F(rnd() % FLOATS), R(base), VAL_NONE, VAL_NONE, MO_MMU(1) | MO_64,
                off & -8);
        break;
    case 3:
    case 4:
        ir_st(&ir, I64, R(base), off, any_int(), m);
        break;
    default:
        v = any_target();
        npool -= ir.vals[v.n].kind == VALK_TEMP;
        ir_emit(&ir, IR_ld, rnd() % 4 || (m & MO_SIZE) == MO_64 ? I64 : I32, v, R(base), VAL_NONE,
                VAL_NONE, m, off);
        npool += ir.vals[v.n].kind == VALK_TEMP;
    }
}

static void rnd_call(void)
{
    Val args[6];
    Val d;

    for (unsigned i = 0; i < 6; i++) {
        args[i] = any_int();
    }
    switch (rnd() % 3) {
    case 0:
        d = ir_call(&ir, &helper_row_sum6, 6, args);
        break;
    case 1:
        d = ir_call(&ir, &helper_row_mix, 2, args);
        break;
    default:
        ir_call(&ir, &helper_row_peek, 1, args);
        return;
    }
    if (npool < ARRAY_SIZE(pool) && rnd() % 2) {
        pool[npool++] = d;
    } else {
        ir_set(&ir, R(rnd_reg()), d);
    }
}

static void rnd_control(unsigned *labels)
{
    unsigned l;
    Val a, b, c, d;

    switch (rnd() % 4) {
    case 3: /* an exit behind a branch, which only that branch avoids */
        if (ir.nexits < 8) {
            l = ir_new_label(&ir);
            (*labels)++;
            ir_emit(&ir, IR_brcond, rnd() % 2 ? I32 : I64, VAL_NONE, any_int(), any_int(), VAL_NONE,
                    rnd() % IR_CONDS, l);
            ir_exit_tb(&ir, 0x6000 + 4 * l, rnd() % 2);
            ir_label(&ir, l);
            placed |= BIT(l);
            npool = 0;
        }
        break;
    case 0:
        a = any_int(), b = any_int(), d = R(rnd_reg());
        ir_emit(&ir, IR_setcond, rnd() % 2 ? I32 : I64, d, a, b, VAL_NONE, rnd() % IR_CONDS, 0);
        break;
    case 1:
        a = any_int(), b = any_int(), c = any_int();
        d = R(rnd_reg());
        ir_emit(&ir, IR_select, rnd() % 2 ? I32 : I64, d, a, b, c, rnd() % IR_CONDS, 0)->in[3] =
            any_int();
        break;
    default: /* a side exit */
        if (*labels < 8) {
            l = ir_new_label(&ir);
            assert_int_equal(l, *labels);
            ++*labels;
            ir_emit(&ir, IR_brcond, rnd() % 2 ? I32 : I64, VAL_NONE, any_int(), any_int(), VAL_NONE,
                    rnd() % IR_CONDS, l);
        }
        break;
    }
}

/* ---- blocks ---- */

static void rnd_block(unsigned nops)
{
    unsigned labels = 0;
    bool groups = rnd() % 2;

    begin();
    npool = 0;
    placed = 0;
    for (unsigned i = 0; i < nops; i++) {
        unsigned k = rnd() % 16;

        if (rnd() % 4 == 0) {
            ir_insn(&ir, 0x1000 + 4 * i, i);
        }
        if (k < 4 && groups) {
            rnd_group_op();
        } else if (k < 8) {
            rnd_pure_op();
        } else if (k < 10) {
            rnd_float_op();
        } else if (k < 12) {
            rnd_memory_op();
        } else if (k < 13) {
            rnd_call();
        } else {
            rnd_control(&labels);
        }
    }
    ir_exit_tb(&ir, rnd() % 2 ? 0x1000 : 0x4000, rnd() % 2); /* a loop, or not */
    for (unsigned l = 0; l < labels; l++) {
        if (placed >> l & 1) {
            continue;
        }
        ir_label(&ir, l);
        if (rnd() % 2) {
            ir_set(&ir, R(rnd_reg()), K(rnd()));
        }
        switch (rnd() % 4) {
        case 0:
            /* no guest's pc is JUMP_NO_PC, which is odd */
            ir_exit_pc(&ir, rnd() % 2 ? ir_and(&ir, R(rnd() % INTS), K(-2)) : K(rnd_int() & -2));
            break;
        case 1:
            ir_exit_loop(&ir, R(rnd() % INTS));
            break;
        default:
            ir_exit_tb(&ir, 0x5000 + 4 * l, rnd() % 2);
        }
    }
}

/* Both CPUs in the same state: registers, and which pages an access finds at once. */
static void rnd_cpus(void)
{
    for (unsigned i = 0; i < GLOBALS; i++) {
        cpu->reg[i] = cpu2->reg[i] = i < INTS ? rnd_int() : rnd_float(F64);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(bases); i++) {
        cpu->reg[bases[i]] = cpu2->reg[bases[i]] =
            RAM_BASE + 4096 * (rnd() % 3) + (rnd() % 2 ? 4064 : 2048) + (rnd() % 8 ? 0 : rnd() % 8);
    }
    reset_cpu(cpu);
    reset_cpu(cpu2);
    cpu->env.fp.rm = cpu2->env.fp.rm = rnd() % 4;
    cpu->env.exit_request = cpu2->env.exit_request = rnd() % 4 == 0;
    for (unsigned p = 0; p < RAM_SIZE / TCG_PAGE_SIZE; p++) {
        bool present = rnd() % 4, writable = rnd() % 4;

        if (present) {
            map_page(cpu, p, writable);
            map_page(cpu2, p, writable);
        }
    }
    if (rnd() % 2) {
        unsigned first = rnd() % 3, last = first + rnd() % (4 - first);

        map_window(cpu, first, last);
        map_window(cpu2, first, last);
    }
}

/* What the blocks left behind must be equal. */
static void compare_cpus(void)
{
    for (unsigned i = 0; i < GLOBALS; i++) {
        if (cpu->reg[i] != cpu2->reg[i]) {
            dump_and_fail(names[i], cpu->reg[i], cpu2->reg[i]);
        }
    }
    for (unsigned i = 0; i < RAM_SIZE; i++) {
        if (cpu->ram[i] != cpu2->ram[i]) {
            printf("at %#x: ", RAM_BASE + i);
            dump_and_fail("memory", cpu->ram[i], cpu2->ram[i]);
        }
    }
    assert_int_equal(cpu->env.pc, cpu2->env.pc);
    assert_int_equal(cpu->env.fp.flags, cpu2->env.fp.flags);
    if (cpu->env.saved_scratch[7] != cpu2->env.saved_scratch[7]) {
        dump_and_fail("what a helper saw", cpu->env.saved_scratch[7], cpu2->env.saved_scratch[7]);
    }
}

/* Run the block in both engines, with what they do to their CPUs compared. */
static void run_in_both(void)
{
    TcgCode *a = compile(jit), *b = compile(interp);
    uintptr_t left = jit->exec(&cpu->env, a), left2 = interp->exec(&cpu2->env, b);

    compare_cpus();
    assert_int_equal(left & 63, left2 & 63);
    if (!left) {
        assert_int_equal(cpu->env.exit_kind, cpu2->env.exit_kind);
    }
}

#endif
