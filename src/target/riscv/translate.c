/* SPDX-License-Identifier: MIT */
/* Blocks: guest code from one pc on -> IR.
 *
 * A block goes on past conditional branches that are not taken, and through forward jumps inside
 * its page (insn_i_flow.c).  Side exits, for the branches that are taken, follow its end.  A branch
 * over an instruction or two that only compute is no branch at all (tcg/branch_over.c).
 *
 * It ends at the end of the page, behind 64 instructions, and behind whatever may change the state
 * that the translation depends on (cpu.h, TBF_*).  An instruction that reaches into the next page
 * is translated only as a block of its own: then no block depends on more than two pages. */
#include "target/riscv/translate.h"

#include "base/rcu.h"
#include "mem/address_space.h"
#include "tcg/tcg.h"

/* ---- registers as globals, hottest first: the host pins as many as it can ---- */

/* A register's place is known twice: by heat, and (below) by number. */
/* clang-format off */
#define GPRS(X)                                                                                    \
    X(2, sp) X(10, a0) X(11, a1) X(12, a2) X(13, a3) X(14, a4) X(15, a5) X(8, s0) X(9, s1)         \
    X(16, a6) X(17, a7) X(1, ra) X(6, t1) X(5, t0) X(7, t2) X(18, s2) X(19, s3) X(20, s4)          \
    X(21, s5) X(28, t3) X(29, t4) X(22, s6) X(23, s7) X(24, s8) X(30, t5) X(31, t6)                \
    X(25, s9) X(26, s10) X(27, s11) X(4, tp) X(3, gp)
#define FPRS(X)                                                                                    \
    X(10, fa0) X(11, fa1) X(12, fa2) X(13, fa3) X(14, fa4) X(15, fa5) X(16, fa6) X(17, fa7)        \
    X(0, ft0) X(1, ft1) X(2, ft2) X(3, ft3) X(4, ft4) X(5, ft5) X(6, ft6) X(7, ft7)                \
    X(8, fs0) X(9, fs1) X(18, fs2) X(19, fs3) X(20, fs4) X(21, fs5) X(22, fs6) X(23, fs7)          \
    X(28, ft8) X(29, ft9) X(30, ft10) X(31, ft11) X(24, fs8) X(25, fs9) X(26, fs10) X(27, fs11)
/* clang-format on */

#define GPR64(n, name) {#name, I64, offsetof(CPURISCVState, gpr[n])},
#define GPR32(n, name) {#name, I32, offsetof(CPURISCVState, gpr[n])},
#define FPR(n, name)   {#name, F64, offsetof(CPURISCVState, fpr[n])},

const IrGlobal riscv64_globals[RISCV_GLOBALS] = {GPRS(GPR64) FPRS(FPR)};
const IrGlobal riscv32_globals[RISCV_GLOBALS] = {GPRS(GPR32) FPRS(FPR)};

enum {
#define NUMBER(n, name) GLOBAL_##name,
    GPRS(NUMBER) FPRS(NUMBER)
};

#define PLACE(n, name) [n] = GLOBAL_##name,
const uint8_t riscv_global_of_gpr[32] = {GPRS(PLACE)};
const uint8_t riscv_global_of_fpr[32] = {FPRS(PLACE)};

#define NAME(n, name) [n] = #name,
const char *const riscv_gpr_names[32] = {"zero", GPRS(NAME)};
const char *const riscv_fpr_names[32] = {FPRS(NAME)};

/* ---- what a translation depends on ---- */

unsigned riscv_data_mmu_index(const CPURISCVState *env)
{
    unsigned priv = env->priv;

    if (priv == PRV_M && env->mstatus & MSTATUS_MPRV) {
        priv = extract64(env->mstatus, 11, 2);
    }
    switch (priv) {
    case PRV_U:
        return MMU_U;
    case PRV_S:
        return env->mstatus & MSTATUS_SUM ? MMU_S_SUM : MMU_S;
    default:
        return MMU_M;
    }
}

TbKey riscv_tb_key(CPUState *cpu)
{
    static const uint8_t fs_class[] = {TBF_FS_OFF, TBF_FS_CLEAN, TBF_FS_CLEAN, TBF_FS_DIRTY};
    const CPURISCVState *env = riscv_env(cpu);
    uint32_t frm = env->frm < FP_RMM    ? TBF_FRM_HOST
                   : env->frm == FP_RMM ? TBF_FRM_RMM
                                        : TBF_FRM_INVALID;

    return (TbKey){
        .pc = env->tcg.pc,
        .flags = env->priv << TBF_PRIV_SHIFT | riscv_data_mmu_index(env) << TBF_MMU_SHIFT |
                 fs_class[extract64(env->mstatus, 13, 2)] << TBF_FS_SHIFT | frm << TBF_FRM_SHIFT |
                 (uint32_t)(env->xlen == 64) << TBF_XLEN64_SHIFT,
    };
}

/* ---- ends of a block ---- */

bool end_block(Ir *c, Val pc, bool look)
{
    if (look || trans(c)->r->single_step) {
        ir_exit_loop(c, pc);
    } else {
        ir_exit_pc(c, pc);
    }
    trans(c)->done = true;
    return true;
}

bool raise_exception(Ir *c, unsigned cause, Val tval)
{
    ir_call2(c, &helper_row_riscv_raise, ir_const(c, cause), tval);
    return end_block(c, ir_const(c, trans(c)->pc), true);
}

/* ---- the block ---- */

/* The second page of the first instruction had no translation when the block was made. */
static void helper_riscv_fetch_fault(TcgEnv *env, uint64_t va)
{
    CPUState *cpu = env->cpu;
    unsigned idx = cpu->ops->mmu_index(cpu, MMU_FETCH);
    uintptr_t ra = tcg_helper_ra();
    TlbFill fill;
    bool memory;

    if (!cpu->ops->tlb_fill(cpu, va, 2, MMU_FETCH, idx, false, &fill)) {
        cpu_raise(cpu, cpu->exception_index, ra);
    }
    rcu_read_lock();
    MemoryRegionSection s = address_space_find(cpu->as, fill.phys);
    memory = s.mr && memory_section_host(&s, fill.phys, false);
    rcu_read_unlock();
    if (!memory) {
        cpu->ops->bus_error(cpu, va, fill.phys, MMU_FETCH);
        cpu_raise(cpu, cpu->exception_index, ra);
    }
    /* It has one by now: back to the main loop, which translates again. */
}
IR_HELPER(riscv_fetch_fault, "vei", HF_TRAPS);

static void fetch_fault(Ir *c, uint64_t va)
{
    ir_insn(c, trans(c)->pc, 0);
    ir_call1(c, &helper_row_riscv_fetch_fault, ir_const(c, va));
    end_block(c, ir_const(c, trans(c)->pc), true);
}

/* The instruction at t->pc, in @word; its size is the result.  0: the bytes at *@fault cannot be
 * had, or not in this block. */
static unsigned fetch_insn(Trans *t, bool first, uint32_t *word, uint64_t *fault)
{
    bool crosses = is_last_halfword(t->pc);
    uint16_t half[2] = {0};

    *fault = t->pc;
    if (!t->r->fetch(t->r, t->pc, &half[0], 2)) {
        return 0;
    }
    if (insn_bytes(half[0]) == 4) {
        *fault = tbf_xlen64(t->flags) ? t->pc + 2 : (uint32_t)(t->pc + 2);
        if ((crosses && !first) || !t->r->fetch(t->r, *fault, &half[1], 2)) {
            return 0;
        }
        t->stop |= crosses;
    }
    *word = half[0] | (uint32_t)half[1] << 16;
    return insn_bytes(half[0]);
}

/* Note the rounding mode that the instruction names.  False: there is no such mode. */
static bool find_rounding(Trans *t, unsigned rm_field)
{
    if (rm_field == FP_DYN) {
        t->rm = tbf_frm(t->flags) == TBF_FRM_RMM ? FP_RMM : FP_DYN;
        return tbf_frm(t->flags) != TBF_FRM_INVALID;
    }
    t->rm = rm_field;
    return rm_field <= FP_RMM;
}

static bool translate_word(Ir *c, uint32_t word)
{
    Trans *t = trans(c);
    InsnArgs a;
    const Insn *insn = decoder_find(t->decoder, word, t->ext, &a);

    return insn && !(c->float_off && insn->need & (EXT_f | EXT_d)) &&
           (!(insn->fields & 1 << FIELD_RM) || find_rounding(t, a.rm)) &&
           insn->row->translate(c, &a);
}

/* Translate the instruction at t->next_pc, number @n of the block. */
static void translate_insn(Ir *c, unsigned n)
{
    Trans *t = trans(c);
    TbRequest *r = t->r;
    uint64_t fault;
    uint32_t word;
    unsigned size;

    t->pc = t->next_pc;
    size = fetch_insn(t, n == 0, &word, &fault);
    if (!size) {
        t->stop = true;
        if (n == 0) {
            fetch_fault(c, fault);
        }
        return;
    }
    ir_insn(c, t->pc, n);
    r->ninsns = n + 1;
    r->nbytes = MAX(r->nbytes, (unsigned)(t->pc - r->key.pc) + size);
    t->next_pc = xtrunc(c, t->pc + size);
    if (!translate_word(c, word)) {
        raise_exception(c, RISCV_EXCP_ILLEGAL, ir_const(c, word));
    }
    if (!t->done && t->leave) {
        end_block(c, ir_const(c, t->next_pc), true);
    }
}

/* The main line has come to where its last branch goes: was that a short one? */
static void join_branch(Ir *c)
{
    Trans *t = trans(c);

    if (t->nsides && t->side[t->nsides - 1].pc == t->next_pc && !t->r->counted &&
        ir_select_over(c, t->side[t->nsides - 1].op)) {
        t->nsides--;
    }
}

void riscv_translate(CPUState *cpu, Ir *c, TbRequest *r)
{
    Trans t = {
        .r = r,
        .ext = riscv_env(cpu)->ext,
        .flags = r->key.flags,
        .decoder = riscv_decoder(),
        .next_pc = r->key.pc,
    };

    c->front = &t;
    c->float_off = tbf_fs(t.flags) == TBF_FS_OFF;
    r->ninsns = r->nbytes = 0;
    for (unsigned n = 0; !t.done && !t.stop && n < r->max_insns && !ir_is_full(c); n++) {
        if ((t.next_pc ^ r->key.pc) & TCG_PAGE_MASK) {
            break;
        }
        if (n && r->ends_before && r->ends_before(t.next_pc)) {
            break;
        }
        translate_insn(c, n);
        join_branch(c);
    }
    if (!t.done) {
        exit_to(c, t.next_pc, false);
    }
    for (unsigned i = 0; i < t.nsides; i++) {
        ir_label(c, t.side[i].label);
        exit_to(c, t.side[i].pc, false);
    }
    c->front = NULL;
}
