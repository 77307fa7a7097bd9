/* SPDX-License-Identifier: MIT */
/* A guest may run anything: random words, random instructions that exist, random values in any CSR,
 * random page tables, stores into its own code and into every device of the board.
 *
 * The board is a real virt, stopped; its hart is run here, for a number of instructions, so that an
 * input depends on its seed alone.  fuzz_guest_*.c do the same under another engine or CPU. */
#include "fuzz/fuzz.h"

#include "base/bql.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/init.h"
#include "mem/address_space.h"
#include "target/riscv/cpu.h"
#include "target/riscv/csr.h"
#include "target/riscv/decode.h"
#include "accel/tcg/tcg_cpu.h"

#include <sys/mman.h>
#include <sys/time.h>

#ifndef FUZZ_ENGINE
#define FUZZ_ENGINE "jit"
#define FUZZ_CPU "max"
#endif

/*   0x80000000      code, then whatever was left there
 *   0x8000f000      a trap handler that steps over the instruction
 *   0x80010000      page tables: four pages of random entries
 *   0x80020000      data */
enum { RAM = 0x80000000, HANDLER = RAM + 0xf000, TABLES = RAM + 0x10000, DATA = RAM + 0x20000 };
enum { RAM_SIZE = 4 << 20 };
enum { WORDS = 400, ENTRIES = 4 * 512, RUN_INSNS = 1500 };

LINKSET_DECLARE(riscv_csrs);

static CPUState *cpu;
static unsigned nrows;

/* Instructions that matter most where there are many of them. */
static const uint32_t seed_words[] = {
    0x0000100f, /* fence.i */
    0x12000073, /* sfence.vma */
    0x30200073, /* mret */
    0x10200073, /* sret */
    0x10500073, /* wfi */
    0x00000073, /* ecall */
    0x00533023, /* sd t0, 0(t1) */
    0x00033283, /* ld t0, 0(t1) */
    0x005332af, /* amoadd.d t0, t0, (t1) */
    0x0043200f, /* cbo.zero (t1) */
    0x000300e7, /* jalr t1 */
    0x18031073, /* csrw satp, t1 */
    0x30531073, /* csrw mtvec, t1 */
    0x1005332f, /* lr.d t1, (a0) */
};

static const FuzzSeed seeds[] = {{seed_words, sizeof(seed_words)}};

/* ---- the machine ---- */

/* An instruction that traps is not counted, and so a loop of traps must be ended from outside. */
static void kick(int sig)
{
    __atomic_store_n(&cpu->env->exit_request, 1, __ATOMIC_SEQ_CST);
}

static void allow_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaddset(&set, SIGVTALRM);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    signal(SIGVTALRM, kick);
}

static void setup(void)
{
    static char *argv[] = {"teemu", "-M", "virt", "-cpu", FUZZ_CPU, "-m", "4M", "-S", "-bios",
                           "none", "-display", "none", "-nodefaults", "-D", "/dev/null", "-accel",
                           "tcg,thread=single,tb-size=1,engine=" FUZZ_ENGINE, "-drive", NULL,
                           "-device", "virtio-blk-device,drive=d", "-device", "virtio-rng-device",
                           NULL};
    Error *err = NULL;
    int fd;

    if (cpu) {
        return;
    }
    fd = memfd_create("fuzz", 0);
    argv[18] = xasprintf("file=/dev/fd/%d,if=none,format=raw,file.locking=off,id=d", fd);
    if (ftruncate(fd, 1 << 20) || !init(ARRAY_SIZE(argv) - 1, argv, &err)) {
        err_report(err);
        exit(3);
    }
    free(argv[18]);
    cpu = cpu_by_index(0);
    allow_signals();
    while (decoder_row(riscv_decoder(), nrows)) {
        nrows++;
    }
}

static void poke(uint64_t addr, const void *data, size_t len)
{
    address_space_write(&address_space_memory, addr, data, len);
}

/* ---- what the guest is made of ---- */

static uint64_t some_address(void)
{
    static const uint64_t devices[] = {0x100000,   0x101000,   0x2000000,  0x2004000, 0xc000000,
                                       0x10000000, 0x10001000, 0x10007000, 0x10008000, 0x10100000,
                                       0x20000000, 0x22000000, 0};

    switch (fuzz_below(6)) {
    case 0:
        return devices[fuzz_below(ARRAY_SIZE(devices))] + fuzz_below(0x1000);
    case 1:
        return RAM + RAM_SIZE - fuzz_below(16);
    case 2:
        return TABLES + fuzz_below(ENTRIES * 8);
    case 3:
        return RAM + fuzz_below(WORDS * 4) / 4 * 4;
    default:
        return DATA + fuzz_below(0x2000);
    }
}

static uint64_t some_value(void)
{
    return fuzz_below(3) == 0 ? fuzz_nasty() : fuzz_below(3) ? some_address() : fuzz_random();
}

/* csrrw, csrrs ... of a CSR that exists, or nearly. */
static uint32_t csr_insn(void)
{
    const RISCVCsr *csr =
        __start_set_riscv_csrs[fuzz_below(__stop_set_riscv_csrs - __start_set_riscv_csrs)].row;
    uint32_t num = csr->num + fuzz_below(MAX(csr->count, 1)), f3 = 1 + fuzz_below(7);

    num ^= fuzz_below(20) ? 0 : BIT(fuzz_below(12));
    return num << 20 | fuzz_below(32) << 15 | f3 << 12 | fuzz_below(32) << 7 | 0x73;
}

static uint32_t some_insn(void)
{
    const Insn *insn = decoder_row(riscv_decoder(), fuzz_below(nrows));

    switch (fuzz_below(12)) {
    case 0:
        return fuzz_random();
    case 1:
        return csr_insn();
    case 2:
        return seed_words[fuzz_below(ARRAY_SIZE(seed_words))];
    default: /* a compressed one comes with any other half */
        return ((uint32_t)fuzz_random() & ~insn->mask) | insn->match;
    }
}

/* A page table entry, more often than not one that works. */
static uint64_t some_entry(void)
{
    uint64_t target = fuzz_below(3) ? TABLES + 4096 * fuzz_below(4) : some_address();
    uint64_t flags = fuzz_below(3) ? 0xcf | fuzz_below(2) << 4 : fuzz_below(1024);

    if (fuzz_below(10) == 0) {
        return fuzz_random();
    }
    if (fuzz_below(3) == 0) {
        flags = 1; /* points to another table, perhaps itself */
    } else if (fuzz_below(2)) {
        target = RAM; /* large pages are aligned */
    }
    return target >> 12 << 10 | flags;
}

/* Steps over what trapped, so that a program gets further than its first bad instruction. */
static const uint32_t handler[] = {
    0x34029073, /* csrw mscratch, t0 */
    0x341022f3, /* csrr t0, mepc */
    0x00428293, /* addi t0, t0, 4 */
    0x34129073, /* csrw mepc, t0 */
    0x340022f3, /* csrr t0, mscratch */
    0x30200073, /* mret */
};

static void fill_memory(const uint8_t *data, size_t len)
{
    uint32_t code[WORDS];
    uint64_t table[ENTRIES];

    for (size_t i = 0; i < WORDS; i++) {
        code[i] = some_insn();
    }
    len = MIN(len, sizeof(code));
    memcpy((uint8_t *)code + fuzz_below(sizeof(code) - len), data, len);
    for (size_t i = 0; i < ENTRIES; i++) {
        table[i] = some_entry();
    }
    poke(RAM, code, sizeof(code));
    poke(HANDLER, handler, sizeof(handler));
    poke(TABLES, table, sizeof(table));
}

static void fill_hart(CPURISCVState *env)
{
    static const uint64_t modes[] = {0, 1ULL << 31, 8ULL << 60, 9ULL << 60, 10ULL << 60};

    for (size_t i = 1; i < 32; i++) {
        env->gpr[i] = some_value();
        env->fpr[i] = fuzz_random();
        if (env->xlen == 32) {
            env->gpr[i] = (int32_t)env->gpr[i];
        }
    }
    env->mtvec = fuzz_below(16) ? HANDLER : RAM + fuzz_below(WORDS * 4) / 4 * 4;
    env->stvec = RAM + fuzz_below(WORDS * 4) / 4 * 4;
    env->medeleg = fuzz_below(8) == 0 ? fuzz_random() & 0xb3ff : 0;
    env->mstatus |= fuzz_random() & (MSTATUS_FS | MSTATUS_MPRV | MSTATUS_MXR | MSTATUS_SUM);
    env->tcg.pc = RAM;
    env->priv = fuzz_below(3) ? PRV_M : fuzz_below(2);
    if (fuzz_below(2)) {
        env->satp = modes[fuzz_below(ARRAY_SIZE(modes))] | TABLES >> 12;
        env->satp &= env->xlen == 32 ? 0xffffffff : ~0ULL;
        env->pmp[0] = (RISCVPmp){.cfg = 0x1f, .addr = ~0ULL >> 10, .last = ~0ULL};
    }
}

static void nothing(CPUState *cs, void *data)
{
}

/* The big lock is held outside. */
static void run_hart(void)
{
    run_on_cpu(cpu, nothing, NULL); /* the hart's own thread has done what it was asked to */
    cpu->count_insns = true;
    cpu->env->icount_budget = RUN_INSNS;
    bql_unlock();
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){.it_value.tv_usec = 2000}, NULL);
    __atomic_store_n(&cpu->env->exit_request, 0, __ATOMIC_SEQ_CST); /* of run_on_cpu */
    cpu_exec(cpu);
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){0}, NULL);
    bql_lock();
}

static void fuzz_one(const uint8_t *data, size_t len)
{
    int status;

    setup();
    system_reset(SHUTDOWN_CAUSE_NONE);
    fill_memory(data, len);
    fill_hart(riscv_env(cpu));
    run_hart();
    main_loop_wait(true);
    main_loop_should_exit(&status);
}

FUZZ_MAIN(seeds)
