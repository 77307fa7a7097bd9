/* SPDX-License-Identifier: MIT */
/* A CPU state, a RAM and a code buffer for tests of engines: no guest CPU is needed, for a TcgEnv
 * and some globals are all that IR knows. */
#ifndef JIT_HARNESS_H
#define JIT_HARNESS_H

#include <sys/mman.h>
#include <unistd.h>
#include "base/alloc.h"
#include "tcg/tcg.h"
#include "unit/unit.h"

enum { INTS = 16, FLOATS = 18, GLOBALS = INTS + FLOATS, RAM_SIZE = 4 * 4096, CODE_SIZE = 1 << 22 };
enum { RAM_BASE = 0x40000000 }; /* guest address of cpu.ram */

typedef struct TestCpu {
    TcgEnv env;
    uint64_t reg[GLOBALS];
    JumpEntry jumps[TCG_JUMP_SIZE];
    uint8_t ram[RAM_SIZE] __attribute__((aligned(4096)));
    unsigned slow_accesses;
} TestCpu;

static IrGlobal globals[GLOBALS];
static char names[GLOBALS][8];
static TestCpu *cpu, *cpu2;
static const TcgEngine *jit, *interp;
static TcgBuffer buffer, buffer_start;
static uint8_t meta[1 << 22] __attribute__((aligned(64)));
static size_t meta_used;
static Ir ir;

static UNUSED void *meta_alloc(TcgBuffer *b, size_t size)
{
    void *p = &meta[meta_used];

    meta_used += align_up(size, 8);
    return meta_used <= sizeof(meta) ? p : NULL;
}

static UNUSED TcgCode *new_code(uint64_t pc)
{
    TcgCode *code;

    meta_used = align_up(meta_used, 64);
    code = meta_alloc(NULL, sizeof(*code));
    assert(code);
    memset(code, 0, sizeof(*code));
    code->pc = pc;
    return code;
}

/* ---- a random source that is the same in each run ---- */

static uint64_t seed = 88172645463325252u;

static UNUSED uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x9e3779b97f4a7c15u;
}

/* Mostly values at which something happens. */
static UNUSED uint64_t rnd_int(void)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     63,
                                     31,
                                     0x7f,
                                     0x80,
                                     0xff,
                                     0x7fff,
                                     0x8000,
                                     0xffff,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     0x100000000,
                                     INT64_MAX,
                                     (uint64_t)INT64_MIN,
                                     ~0ULL,
                                     0xffffffff80000000u,
                                     0xffffffff7fffffffu};

    switch (rnd() % 4) {
    case 0:
        return rnd();
    case 1:
        return (int64_t)rnd() >> (rnd() & 63);
    default:
        return edges[rnd() % ARRAY_SIZE(edges)] ^ (rnd() % 8 ? 0 : BIT(rnd() % 64));
    }
}

static UNUSED uint64_t rnd_float(IrType t)
{
    static const uint64_t edges64[] = {0,
                                       BIT(63),
                                       0x3ff0000000000000u,
                                       0xbff0000000000000u,
                                       0x7ff0000000000000u,
                                       0xfff0000000000000u,
                                       F64_NAN,
                                       0x7ff0000000000001u,
                                       0xfff8000000000123u,
                                       1,
                                       0x000fffffffffffffu,
                                       0x0010000000000000u,
                                       0x7fefffffffffffffu,
                                       0x41dfffffffc00000u,
                                       0x41e0000000000000u,
                                       0xc1e0000000000000u,
                                       0xc1e0000000200000u,
                                       0x41efffffffe00000u,
                                       0x41f0000000000000u,
                                       0x43e0000000000000u,
                                       0xc3e0000000000000u,
                                       0x43f0000000000000u,
                                       0x3fe0000000000000u,
                                       0xbfe0000000000000u,
                                       0xbff8000000000000u,
                                       0x47efffffe0000000u,
                                       0x47effffff0000000u};
    static const uint32_t edges32[] = {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000,
                                       0xff800000, F32_NAN,    0x7f800001, 0xffc00123, 1,
                                       0x007fffff, 0x00800000, 0x7f7fffff, 0x4effffff, 0x4f000000,
                                       0xcf000000, 0x4f7fffff, 0x4f800000, 0x5f000000, 0xdf000000,
                                       0x5f800000, 0x3f000000, 0xbf000000, 0xbfc00000};

    if (t == F64) {
        return rnd() % 3 == 0   ? rnd()
               : rnd() % 3 == 0 ? 0x3ff0000000000000u + (rnd() >> 13)
                                : edges64[rnd() % ARRAY_SIZE(edges64)];
    }
    return rnd() % 3 == 0   ? (uint32_t)rnd()
           : rnd() % 3 == 0 ? 0x3f800000 + (rnd() >> 42)
                            : edges32[rnd() % ARRAY_SIZE(edges32)];
}

/* ---- a memory: the slow path works on the same RAM, but counts ---- */

static UNUSED TestCpu *cpu_of(TcgEnv *env)
{
    return (TestCpu *)env;
}

static UNUSED uint8_t *ram_at(TcgEnv *env, uint64_t addr, MemOp m)
{
    assert_in_range(addr, RAM_BASE, RAM_BASE + RAM_SIZE - memop_bytes(m));
    return &cpu_of(env)->ram[addr - RAM_BASE];
}

static UNUSED uint64_t extended(uint64_t v, MemOp m)
{
    return m & MO_SIGN ? (uint64_t)sextract64(v, 0, 8 * memop_bytes(m))
                       : extract64(v, 0, 8 * memop_bytes(m));
}

static UNUSED uint64_t raw_load(TcgEnv *env, uint64_t addr, MemOp m)
{
    uint64_t v = 0;

    memcpy(&v, ram_at(env, addr, m), memop_bytes(m));
    return extended(v, m);
}

static UNUSED uint64_t slow_load(TcgEnv *env, uint64_t addr, MemOp m, uintptr_t ra)
{
    cpu_of(env)->slow_accesses++;
    return raw_load(env, addr, m);
}

static UNUSED void slow_store(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra)
{
    cpu_of(env)->slow_accesses++;
    memcpy(ram_at(env, addr, m), &v, memop_bytes(m));
}

static UNUSED uint64_t slow_rmw(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra)
{
    uint64_t old = raw_load(env, addr, m), a = extended(old, m), b = extended(v, m);
    uint64_t us = extended(old, m & ~MO_SIGN), vs = extended(v, m & ~MO_SIGN), r = 0;
    int64_t sa = extended(old, m | MO_SIGN), sb = extended(v, m | MO_SIGN);

    switch (memop_rmw(m)) {
    case RMW_SWAP:
        r = b;
        break;
    case RMW_ADD:
        r = a + b;
        break;
    case RMW_AND:
        r = a & b;
        break;
    case RMW_OR:
        r = a | b;
        break;
    case RMW_XOR:
        r = a ^ b;
        break;
    case RMW_MIN:
        r = sa < sb ? sa : sb;
        break;
    case RMW_MAX:
        r = sa > sb ? sa : sb;
        break;
    case RMW_MINU:
        r = us < vs ? us : vs;
        break;
    case RMW_MAXU:
        r = us > vs ? us : vs;
        break;
    }
    memcpy(ram_at(env, addr, m), &r, memop_bytes(m));
    return old;
}

static UNUSED uint64_t slow_cmpxchg(TcgEnv *env, uint64_t addr, uint64_t expected, uint64_t v,
                                    MemOp m, uintptr_t ra)
{
    uint64_t old = raw_load(env, addr, m);

    if (extended(old, m) == extended(expected, m)) {
        memcpy(ram_at(env, addr, m), &v, memop_bytes(m));
    }
    return old;
}

static UNUSED void map_page(TestCpu *c, unsigned page, bool writable)
{
    uint64_t va = RAM_BASE + page * TCG_PAGE_SIZE;
    TlbEntry *e = &c->env.tlb[1][tlb_index(va)];

    e->read_tag = va;
    e->write_tag = writable ? va : TLB_NO_MATCH;
    e->addend = (uintptr_t)&c->ram[page * TCG_PAGE_SIZE] - va;
}

/* Pages @first ... @last can be read as one piece. */
static UNUSED void map_window(TestCpu *c, unsigned first, unsigned last)
{
    c->env.window[1] =
        (TcgWindow){.first = RAM_BASE + first * TCG_PAGE_SIZE,
                    .size = (last - first + 1) * TCG_PAGE_SIZE - TCG_WINDOW_REACH,
                    .addend = (uintptr_t)c->ram - RAM_BASE};
}

static UNUSED void reset_cpu(TestCpu *c)
{
    memset(&c->env, 0, sizeof(c->env));
    memset(c->env.tlb, 0xff, sizeof(c->env.tlb));
    memset(c->env.page_cache, 0xff, sizeof(c->env.page_cache));
    for (unsigned i = 0; i < TCG_JUMP_SIZE; i++) {
        c->jumps[i].pc = JUMP_NO_PC;
    }
    c->env.jumps = c->jumps;
    c->slow_accesses = 0;
}

static UNUSED int setup(void **state)
{
    int fd = memfd_create("code", 0);
    Error *err = NULL;

    assert_int_equal(ftruncate(fd, CODE_SIZE), 0);
    buffer.write = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    buffer.exec = mmap(NULL, CODE_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    buffer.room = CODE_SIZE;
    buffer.meta_alloc = meta_alloc;
    close(fd);
    for (unsigned i = 0; i < GLOBALS; i++) {
        snprintf(names[i], sizeof(names[i]), "%c%u", i < INTS ? 'r' : 'f', i < INTS ? i : i - INTS);
        globals[i] = (IrGlobal){names[i], i < INTS ? I64 : F64, offsetof(TestCpu, reg) + 8 * i};
    }
    cpu = aligned_alloc(4096, align_up(sizeof(TestCpu), 4096));
    cpu2 = aligned_alloc(4096, align_up(sizeof(TestCpu), 4096));
    tcg_runtime = (TcgRuntime){slow_load, slow_store, slow_rmw, slow_cmpxchg};
    jit = tcg_find_engine("jit", NULL);
    interp = tcg_find_engine("interp", NULL);
    assert_true(jit->init(globals, GLOBALS, &buffer, &err));
    buffer_start = buffer;
    return 0;
}

static UNUSED TcgCode *compile(const TcgEngine *engine)
{
    TcgCode *code = new_code(0x1000);
    Error *err = NULL;

    if (!ir_verify(&ir, &err)) {
        fail_msg("%s", err_msg(err));
    }
    ir_liveness(&ir);
    assert_true(engine->gen(&ir, &buffer, code));
    return code;
}

static UNUSED void forget_code(void)
{
    buffer = buffer_start;
    meta_used = 0;
}

static UNUSED void begin(void)
{
    ir_reset(&ir, globals, GLOBALS);
    ir_insn(&ir, 0x1000, 0);
}

static UNUSED Val R(unsigned n)
{
    return ir_global(&ir, n);
}

static UNUSED Val F(unsigned n)
{
    return ir_global(&ir, INTS + n);
}

static UNUSED Val K(uint64_t v)
{
    return ir_const(&ir, v);
}

/* Compile the block, run it on the cpu, check that it left by exit_loop. */
static UNUSED void run(void)
{
    TcgCode *code;

    ir_exit_loop(&ir, K(0x2000));
    code = compile(jit);
    assert_int_equal(jit->exec(&cpu->env, code), 0);
    assert_int_equal(cpu->env.exit_kind, TCG_EXIT_LOOP);
    assert_int_equal(cpu->env.pc, 0x2000);
}

static UNUSED void dump_and_fail(const char *what, uint64_t got, uint64_t want)
{
    Str s = {0};

    ir_dump(&ir, &s);
    printf("%s\n", str_get(&s));
    fail_msg("%s: %#" PRIx64 ", should be %#" PRIx64, what, got, want);
}

#endif
