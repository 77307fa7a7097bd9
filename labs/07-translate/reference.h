/* SPDX-License-Identifier: MIT */
/* Two machines for the tests of chapter 7: `ref` executes an instruction word as the manual says
 * (ref_step); `found` is what the interpreter makes of the IR that riscv_translate returns. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "base/alloc.h"
#include "lab.h"
#include "target/riscv/cpu.h"
#include "target/riscv/translate.h"
#include "tcg/tcg.h"

enum { RAM_BYTES = 65536, CODE_BYTES = 3 * 4096, MAX_ACCESSES = 512, MAX_BLOCKS = 400 };

/* ---- words ---- */

enum { LOAD = 0x03, STORE = 0x23, BRANCH = 0x63, JALR = 0x67, JAL = 0x6f, ADDI = 0x13 };
enum { LB, LH, LW, LD, LBU, LHU, LWU }; /* funct3 */
enum { BEQ, BNE, BLT = 4, BGE, BLTU, BGEU };
enum { ZERO, RA, SP, A0 = 10, A1, A2, A3 };

static uint32_t bits(int64_t v, unsigned low, unsigned n, unsigned to)
{
    return (uint32_t)extract64(v, low, n) << to;
}

static uint32_t i_type(unsigned opcode, unsigned f3, unsigned rd, unsigned rs1, int imm)
{
    return opcode | rd << 7 | f3 << 12 | rs1 << 15 | bits(imm, 0, 12, 20);
}

static uint32_t s_type(unsigned f3, unsigned rs1, unsigned rs2, int imm)
{
    return STORE | f3 << 12 | rs1 << 15 | rs2 << 20 | bits(imm, 5, 7, 25) | bits(imm, 0, 5, 7);
}

static uint32_t b_type(unsigned f3, unsigned rs1, unsigned rs2, int imm)
{
    return BRANCH | f3 << 12 | rs1 << 15 | rs2 << 20 | bits(imm, 12, 1, 31) | bits(imm, 5, 6, 25) |
           bits(imm, 1, 4, 8) | bits(imm, 11, 1, 7);
}

static uint32_t j_type(unsigned rd, int imm)
{
    return JAL | rd << 7 | bits(imm, 20, 1, 31) | bits(imm, 1, 10, 21) | bits(imm, 11, 1, 20) |
           bits(imm, 12, 8, 12);
}

/* ---- two machines: the reference, and the one that runs IR ---- */

typedef struct Access {
    uint64_t addr, value;
    uint32_t store, bytes, mmu, unused;
} Access;

typedef struct Machine {
    uint64_t x[32], pc;
    int cause; /* of the exception, or -1 */
    uint64_t tval;
    uint8_t ram[RAM_BYTES]; /* seen again and again in the whole address space */
    Access access[MAX_ACCESSES];
    unsigned accesses;
} Machine;

static Machine ref, found;
static unsigned xl; /* 32 or 64 */
static bool compressed;
static uint64_t code_base;
static uint8_t code[CODE_BYTES];

static RISCVCPU cpu;
static Ir ir;
static TbRequest request;
static Str text;
static JumpEntry jumps[TCG_JUMP_SIZE];
static jmp_buf raised;

static uint64_t next_random(void)
{
    static uint64_t x = 88172645463325252ULL;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x * 0x9e3779b97f4a7c15ULL;
}

static uint64_t wrap(uint64_t v)
{
    return xl == 32 ? (uint32_t)v : v;
}

static uint64_t extend(uint64_t v, unsigned bytes, bool sign)
{
    return wrap(sign ? (uint64_t)sextract64(v, 0, 8 * bytes) : extract64(v, 0, 8 * bytes));
}

static uint64_t memory(Machine *m, bool store, uint64_t addr, unsigned bytes, unsigned mmu,
                       uint64_t v)
{
    uint64_t result = 0;

    v = extract64(v, 0, 8 * bytes);
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t *p = &m->ram[(addr + i) % RAM_BYTES];

        result |= (uint64_t)*p << 8 * i;
        *p = store ? (uint8_t)(v >> 8 * i) : *p;
    }
    if (m->accesses < MAX_ACCESSES) {
        m->access[m->accesses++] = (Access){addr, store ? v : 0, store, bytes, mmu, 0};
    }
    return result;
}

static uint64_t slow_load(TcgEnv *env, uint64_t addr, MemOp m, uintptr_t ra)
{
    uint64_t v = memory(&found, false, addr, memop_bytes(m), memop_mmu(m), 0);

    return m & MO_SIGN ? (uint64_t)sextract64(v, 0, 8 * memop_bytes(m)) : v;
}

static void slow_store(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra)
{
    memory(&found, true, addr, memop_bytes(m), memop_mmu(m), v);
}

static NORETURN void loop_exit(CPUState *c, uintptr_t ra)
{
    longjmp(raised, 1);
}

static const AccelOps lab_accel = {.name = "lab", .loop_exit = loop_exit};

static bool fetch(TbRequest *r, uint64_t pc, void *buf, unsigned len)
{
    if (wrap(pc - code_base) + len > CODE_BYTES) {
        return false;
    }
    memcpy(buf, code + wrap(pc - code_base), len);
    return true;
}

/* A hart of @width bits with code at @base; @c: it has compressed instructions. */
static void start(unsigned width, bool c, uint64_t base)
{
    static bool again;

    if (!again) { /* it is large: once */
        memset(cpu.env.tcg.tlb, 0xff, sizeof(cpu.env.tcg.tlb));
        for (unsigned i = 0; i < TCG_JUMP_SIZE; i++) {
            jumps[i].pc = JUMP_NO_PC;
        }
        again = true;
    }
    cpu.cpu.env = &cpu.env.tcg;
    cpu.env.tcg.cpu = &cpu.cpu;
    cpu.env.tcg.jumps = jumps;
    cpu.env.xlen = xl = width;
    cpu.env.ext = (EXT_rv32 - 1) | (width == 32 ? EXT_rv32 : EXT_rv64);
    cpu.env.ext &= c ? ~0u : ~(uint32_t)EXT_c;
    cpu.env.priv = PRV_S;
    compressed = c;
    code_base = base;
    memset(code, 0, sizeof(code));
    request = (TbRequest){.max_insns = IR_MAX_INSNS, .fetch = fetch};
    cpus_accel = &lab_accel;
    tcg_runtime.load = slow_load;
    tcg_runtime.store = slow_store;
}

static void put32(unsigned at, uint32_t word)
{
    memcpy(code + at, &word, 4);
}

static uint32_t word_at(uint64_t pc)
{
    uint32_t word;

    memcpy(&word, code + wrap(pc - code_base), 4);
    return word;
}

static bool in_code(uint64_t pc, unsigned bytes)
{
    return wrap(pc - code_base) < bytes && !(pc & 3);
}

/* ---- the reference: what an instruction does ---- */

static bool ref_compare(unsigned f3, uint64_t a, uint64_t b)
{
    int64_t sa = sextract64(a, 0, xl), sb = sextract64(b, 0, xl);

    return (f3 >> 1 == 0 ? a == b : f3 >> 1 == 2 ? sa < sb : a < b) != (f3 & 1);
}

static uint64_t ref_jump(uint64_t target)
{
    if (target & 2 && !compressed) {
        ref.cause = RISCV_EXCP_INST_MISALIGNED;
        ref.tval = target;
        return ref.pc;
    }
    return target;
}

static void ref_step(uint32_t w)
{
    unsigned rd = w >> 7 & 31, f3 = w >> 12 & 7, mmu = MMU_S;
    uint64_t a = ref.x[w >> 15 & 31], b = ref.x[w >> 20 & 31], next = wrap(ref.pc + 4), v = a;
    int64_t imm_i = (int32_t)w >> 20, imm_s = (imm_i & ~31LL) | rd;
    int64_t imm_b = (imm_s & ~0x801LL) | (rd & 1) << 11;
    int64_t imm_j = ((int32_t)w >> 31) * 0x100000LL | (w & 0xff000) | (w >> 9 & 0x800) |
                    (w >> 20 & 0x7fe);
    bool link = false;

    switch (w & 127) {
    case LOAD:
        v = memory(&ref, false, wrap(a + imm_i), 1 << (f3 & 3), mmu, 0);
        v = extend(v, 1 << (f3 & 3), f3 < 4);
        break;
    case STORE:
        memory(&ref, true, wrap(a + imm_s), 1 << f3, mmu, b);
        rd = 0;
        break;
    case BRANCH:
        next = ref_compare(f3, a, b) ? ref_jump(wrap(ref.pc + imm_b)) : next;
        rd = 0;
        break;
    case JAL:
    case JALR:
        link = true;
        v = next;
        next = ref_jump(wrap((w & 127) == JAL ? ref.pc + imm_j : (a + imm_i) & ~1LL));
        break;
    default: /* addi */
        v = wrap(a + imm_i);
    }
    if (rd && !(link && ref.cause >= 0)) {
        ref.x[rd] = v;
    }
    ref.pc = next;
}

/* ---- translating and running ---- */

/* Translate the block at @pc; its text is the result. */
static const char *translate(uint64_t pc)
{
    const IrGlobal *globals = xl == 64 ? riscv64_globals : riscv32_globals;
    Error *err = NULL;
    bool ok;

    cpu.env.tcg.pc = pc;
    request.key = riscv_tb_key(&cpu.cpu);
    ir_reset(&ir, globals, RISCV_GLOBALS);
    riscv_translate(&cpu.cpu, &ir, &request);
    str_free(&text);
    ir_dump(&ir, &text);
    ok = ir_verify(&ir, &err);
    expect_true(ok, "this IR breaks a rule of tcg/ir.h: %s\n%s", ok ? "" : err_msg(err),
                str_get(&text));
    return str_get(&text);
}

static void *meta_alloc(TcgBuffer *b, size_t size)
{
    static uint64_t meta[1 << 19];
    void *p = (char *)meta + (uintptr_t)b->opaque;

    b->opaque = (char *)b->opaque + align_up(size, 8);
    return (uintptr_t)b->opaque <= sizeof(meta) ? p : NULL;
}

/* Run what is in ir; then `found` is the state behind it. */
static void run_ir(void)
{
    static TcgCode block;
    TcgBuffer buffer = {.meta_alloc = meta_alloc};
    const TcgEngine *interp = tcg_find_engine("interp", NULL);
    bool generated;

    block = (TcgCode){.pc = cpu.env.tcg.pc};
    generated = interp && interp->gen(&ir, &buffer, &block);
    expect_true(generated, "the interpreter takes no block");
    memcpy(cpu.env.gpr, found.x, sizeof(found.x));
    cpu.cpu.exception_index = -1;
    if (!setjmp(raised)) {
        interp->exec(&cpu.env.tcg, &block);
    }
    memcpy(found.x, cpu.env.gpr, sizeof(found.x));
    found.pc = cpu.env.tcg.pc;
    found.cause = cpu.cpu.exception_index;
    found.tval = found.cause >= 0 ? cpu.env.badaddr : 0;
}

/* Lines for the student. */
static void show(const char *title, const char *lines)
{
    char *copy = xstrdup(lines);

    print_error("[  ERROR   ] --- %s\n", title);
    for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
        print_error("[  ERROR   ] ---   %s\n", line);
    }
    free(copy);
}

static void same_start(uint64_t pc)
{
    ref.pc = pc;
    ref.cause = -1;
    ref.tval = ref.accesses = 0;
    found = ref;
}

/* Some registers are small, near each other, or equal: so that branches go both ways. */
static void random_state(void)
{
    static const uint64_t edges[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 63, ~0ULL};

    for (unsigned i = 0; i < RAM_BYTES; i++) {
        ref.ram[i] = next_random() >> 32;
    }
    for (unsigned i = 1; i < 32; i++) {
        uint64_t r = next_random() >> 3;

        ref.x[i] = wrap(r % 3 == 0   ? next_random()
                        : r % 3 == 1 ? edges[r / 3 % ARRAY_SIZE(edges)]
                                     : ref.x[r / 3 % i]);
    }
}

static void compare_accesses(const char *what)
{
    for (unsigned i = 0; i < MAX(ref.accesses, found.accesses); i++) {
        const Access *e = &ref.access[i], *f = &found.access[i];

        expect_true(i < found.accesses, "%s does not access address %#" PRIx64, what, e->addr);
        expect_true(i < ref.accesses, "%s accesses address %#" PRIx64 ", it should not", what,
                    f->addr);
        expect_equal(f->store, e->store, "%s: is it a store", what);
        expect_equal(f->addr, e->addr, "%s: address", what);
        expect_equal(f->bytes, e->bytes, "%s: bytes accessed", what);
        expect_equal(f->value, e->value, "%s: value stored", what);
        expect_equal(f->mmu, e->mmu, "%s: MMU index (memop() knows it)", what);
    }
}

static bool same_result(void)
{
    return ref.accesses == found.accesses && ref.cause == found.cause && ref.pc == found.pc &&
           ref.tval == found.tval && !memcmp(ref.x, found.x, sizeof(ref.x)) &&
           !memcmp(ref.ram, found.ram, RAM_BYTES) &&
           !memcmp(ref.access, found.access, ref.accesses * sizeof(Access));
}

static void compare(const char *what)
{
    if (!same_result()) {
        show("the last IR was", str_get(&text));
    }
    compare_accesses(what);
    expect_true(found.cause == ref.cause,
                "%s: expected %s, found exception %d (-1: none, 0: misaligned target, 2: illegal)",
                what, ref.cause < 0 ? "no exception" : "exception 0", found.cause);
    expect_equal(found.pc, ref.pc, "%s: the pc behind it", what);
    expect_equal(found.tval, ref.tval, "%s: tval", what);
    for (unsigned i = 1; i < 32; i++) {
        expect_equal(found.x[i], ref.x[i], "%s: register %s", what, riscv_gpr_names[i]);
    }
    expect_true(!memcmp(found.ram, ref.ram, RAM_BYTES), "%s: memory differs", what);
}

/* Execute @word, at byte @at of the code, both ways, from the registers of `ref`. */
static void run_one(uint32_t word, unsigned at)
{
    char what[120];
    Str s = {0};

    put32(at, word);
    request.max_insns = 1;
    insn_print(word, wrap(code_base + at), cpu.env.ext, false, &s);
    snprintf(what, sizeof(what), "%u bits: %s", xl, str_get(&s));
    for (char *tab; (tab = strchr(what, '\t'));) {
        *tab = ' ';
    }
    str_free(&s);
    same_start(wrap(code_base + at));
    translate(ref.pc);
    run_ir();
    ref_step(word);
    compare(what);
}

#endif
