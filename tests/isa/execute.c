/* SPDX-License-Identifier: MIT */
/* Runs a generated program: execute ENGINE program.elf, and writes what the program itself would.
 *
 * This is the translator and an engine alone: guest addresses are host addresses, there is no page
 * walk and no exception, and the program ends when it reaches END. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "isa.h"
#include "target/riscv/cpu.h"
#include "tcg/tcg.h"

enum { CODE_ROOM = 16 << 20, BLOCKS = 4096 };

static RISCVCPU *cpu;
static const TcgEngine *engine;
static TcgBuffer buffer;
static TcgCode *blocks[BLOCKS];
static Ir ir;
static JumpEntry jumps[TCG_JUMP_SIZE];

/* ---- memory ---- */

static uint64_t extend(uint64_t v, MemOp m)
{
    unsigned bits = 8 * memop_bytes(m);

    return m & MO_SIGN ? (uint64_t)sextract64(v, 0, bits) : extract64(v, 0, bits);
}

static uint64_t slow_load(TcgEnv *env, uint64_t addr, MemOp m, uintptr_t ra)
{
    uint64_t v = 0;

    memcpy(&v, (void *)(uintptr_t)addr, memop_bytes(m));
    return extend(v, m);
}

static void slow_store(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra)
{
    memcpy((void *)(uintptr_t)addr, &v, memop_bytes(m));
}

static uint64_t slow_rmw(TcgEnv *env, uint64_t addr, uint64_t v, MemOp m, uintptr_t ra)
{
    uint64_t old = slow_load(env, addr, m, ra);
    uint64_t u = extend(old, m & ~MO_SIGN), w = extend(v, m & ~MO_SIGN);
    int64_t s = extend(old, m | MO_SIGN), t = extend(v, m | MO_SIGN);
    const uint64_t results[] = {
        v,         u + w,     u & w,     u | w,    u ^ w,
        MIN(s, t), MAX(s, t), MIN(u, w), MAX(u, w)}; /* in the order of RmwKind */

    slow_store(env, addr, results[memop_rmw(m)], m, ra);
    return old;
}

static uint64_t slow_cmpxchg(TcgEnv *env, uint64_t addr, uint64_t expected, uint64_t v, MemOp m,
                             uintptr_t ra)
{
    uint64_t old = slow_load(env, addr, m, ra);

    if (old == extend(expected, m)) {
        slow_store(env, addr, v, m, ra);
    }
    return old;
}

/* ---- an accelerator for a CPU that never raises anything ---- */

static NORETURN void no_exit(CPUState *c, uintptr_t ra)
{
    fprintf(stderr, "exception %d, block %" PRIx64 "\n", c->exception_index, c->env->pc);
    abort();
}

static void nothing(CPUState *c)
{
}

static const AccelOps accel = {.name = "test",
                               .loop_exit = no_exit,
                               .kick_vcpu = nothing,
                               .tlb_flush = nothing,
                               .state_changed = nothing};

static void *meta_alloc(TcgBuffer *b, size_t size)
{
    static uint8_t arena[CODE_ROOM] __attribute__((aligned(64)));
    static size_t used;
    void *p = &arena[used];

    used += align_up(size, 64);
    return used <= sizeof(arena) ? p : NULL;
}

static void make_buffer(void)
{
    int fd = memfd_create("code", 0);

    if (ftruncate(fd, CODE_ROOM)) {
        abort();
    }
    buffer.write = mmap(NULL, CODE_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    buffer.exec = mmap(NULL, CODE_ROOM, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    buffer.room = CODE_ROOM;
    buffer.meta_alloc = meta_alloc;
}

/* ---- blocks ---- */

static bool fetch(TbRequest *r, uint64_t pc, void *buf, unsigned len)
{
    memcpy(buf, (void *)(uintptr_t)pc, len);
    return true;
}

static TcgCode *find_block(TbKey key)
{
    TcgCode **slot = &blocks[(key.pc >> 1 ^ key.flags << 3) % BLOCKS];
    TbRequest r = {.key = key, .max_insns = IR_MAX_INSNS, .fetch = fetch};
    bool rv32 = !tbf_xlen64(key.flags);
    Error *err = NULL;

    /* TcgCode has no place for the flags, and nobody here asks for ninsns. */
    if (*slot && (*slot)->pc == key.pc && (*slot)->ninsns == key.flags) {
        return *slot;
    }
    ir_reset(&ir, rv32 ? riscv32_globals : riscv64_globals, RISCV_GLOBALS);
    riscv_translate(&cpu->cpu, &ir, &r);
    if (!ir_verify(&ir, &err)) {
        err_exit(err);
    }
    if (getenv("DUMP")) {
        Str text = {0};

        ir_dump(&ir, &text);
        fprintf(stderr, "%s\n", str_get(&text));
        str_free(&text);
    }
    ir_optimise(&ir);
    ir_liveness(&ir);
    *slot = meta_alloc(&buffer, sizeof(TcgCode));
    memset(*slot, 0, sizeof(TcgCode));
    (*slot)->pc = key.pc;
    (*slot)->ninsns = key.flags;
    if (!engine->gen(&ir, &buffer, *slot)) {
        abort();
    }
    return *slot;
}

static void run(void)
{
    TcgEnv *env = &cpu->env.tcg;
    uint32_t flags = 0;
    TcgCode *from = NULL;
    unsigned slot = 0;

    while (env->pc != END) {
        TbKey key = riscv_tb_key(&cpu->cpu);
        TcgCode *code = find_block(key);
        uintptr_t ret;

        if (from && key.flags == flags && from->float_off == code->float_off) {
            engine->link(from, slot, code);
        }
        if (flags != key.flags) {
            memset(jumps, 0xff, sizeof(jumps));
            flags = key.flags;
        }
        jumps[jump_index(key.pc)] = (JumpEntry){key.pc, engine->jump_entry(code)};
        ret = engine->exec(env, code);
        from = (TcgCode *)(ret & ~(uintptr_t)63);
        slot = ret & 63;
    }
}

static void make_cpu(bool rv32)
{
    cpu = aligned_alloc(64, align_up(sizeof(*cpu), 64));
    memset(cpu, 0, sizeof(*cpu));
    cpu->cpu.env = &cpu->env.tcg;
    cpu->cpu.exception_index = EXCP_NONE;
    cpu->env.tcg.cpu = &cpu->cpu;
    cpu->env.tcg.jumps = jumps;
    cpu->env.tcg.pc = CODE;
    cpu->env.xlen = rv32 ? 32 : 64;
    cpu->env.ext = (EXT_rv32 - 1) | (rv32 ? EXT_rv32 : EXT_rv64);
    cpu->env.mstatus = FS_CLEAN << 13;
    cpu->env.load_res = RISCV_NO_RESERVATION;
    memset(cpu->env.tcg.tlb, 0xff, sizeof(cpu->env.tcg.tlb));
    for (uint64_t va = DATA; va < LIMIT; va += TCG_PAGE_SIZE) {
        cpu->env.tcg.tlb[MMU_U][tlb_index(va)] = (TlbEntry){.read_tag = va, .write_tag = va};
    }
}

int main(int argc, char **argv)
{
    uint8_t *image = mmap((void *)(uintptr_t)BASE, LIMIT - BASE, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    FILE *f = fopen(argv[2], "rb");
    Error *err = NULL;
    bool rv32;

    if (image == MAP_FAILED || !f || fread(image, LIMIT - BASE, 1, f) != 1) {
        return 2;
    }
    rv32 = image[4] == 1;
    cpus_accel = &accel;
    tcg_runtime = (TcgRuntime){slow_load, slow_store, slow_rmw, slow_cmpxchg};
    make_cpu(rv32);
    make_buffer();
    engine = tcg_find_engine(argv[1], &err);
    if (!engine ||
        !engine->init(rv32 ? riscv32_globals : riscv64_globals, RISCV_GLOBALS, &buffer, &err)) {
        err_exit(err);
    }
    memset(jumps, 0xff, sizeof(jumps));
    run();
    return fwrite(image + (DATA - BASE), LIMIT - DATA, 1, stdout) != 1;
}
