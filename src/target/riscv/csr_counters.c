/* SPDX-License-Identifier: MIT */
/* Counters (priv 3.1.10 to 3.1.12, unpriv chapter 10): cycles and retired instructions, which are
 * the same here, the time, and the event counters, which count nothing and read 0. */
#include "target/riscv/csr.h"

enum { EVENT_COUNTERS = 29, FIRST_EVENT_COUNTER = 3 };

/* ---- who may look ---- */

bool riscv_counter_allowed(const CPURISCVState *env, unsigned n)
{
    if (env->priv < PRV_M && !(env->mcounteren >> n & 1)) {
        return false;
    }
    return env->priv != PRV_U || !riscv_has(env, EXT_s) || (env->scounteren >> n & 1);
}

static bool user_counter_allowed(const CPURISCVState *env, unsigned csr)
{
    return riscv_counter_allowed(env, csr & 31);
}

bool riscv_has_time(const CPURISCVState *env, unsigned csr)
{
    return env->rdtime != NULL;
}

CSR(mcounteren, 0x306, CSR_FIELD(mcounteren), .mask = 0xffffffff, .ext = EXT_u);
CSR(scounteren, 0x106, CSR_FIELD(scounteren), .mask = 0xffffffff, .ext = EXT_s);

/* ---- cycles and instructions: what the accelerator counts, plus an offset; the offset alone while
 * the counter is inhibited.  The accelerator counts the running instruction too, which a read does
 * not; and the one that writes a counter does not increment it (priv 3.1.10). ---- */

static bool inhibited(const CPURISCVState *env, unsigned n)
{
    return env->mcountinhibit >> n & 1;
}

static uint64_t count(const CPURISCVState *env, unsigned n)
{
    return inhibited(env, n) ? 0 : cpus_accel->insn_count(&riscv_cpu_of(env)->cpu);
}

/* What the next instruction will read. */
static uint64_t next_cycle(const CPURISCVState *env)
{
    return count(env, COUNTER_CY) + env->mcycle_off;
}

static uint64_t next_instret(const CPURISCVState *env)
{
    return count(env, COUNTER_IR) + env->minstret_off;
}

static uint64_t read_cycle(CPURISCVState *env, unsigned csr)
{
    return next_cycle(env) - !inhibited(env, COUNTER_CY);
}

static uint64_t read_instret(CPURISCVState *env, unsigned csr)
{
    return next_instret(env) - !inhibited(env, COUNTER_IR);
}

/* Let the next instruction read these. */
static void set_counters(CPURISCVState *env, uint64_t cycle, uint64_t instret)
{
    env->mcycle_off = cycle - count(env, COUNTER_CY);
    env->minstret_off = instret - count(env, COUNTER_IR);
}

static void write_mcycle(CPURISCVState *env, unsigned csr, uint64_t v)
{
    uint64_t instret = next_instret(env);

    cpu_count_insns(riscv_env_cpu(&env->tcg));
    set_counters(env, v, instret);
}

static void write_minstret(CPURISCVState *env, unsigned csr, uint64_t v)
{
    uint64_t cycle = next_cycle(env);

    cpu_count_insns(riscv_env_cpu(&env->tcg));
    set_counters(env, cycle, v);
}

static void write_mcountinhibit(CPURISCVState *env, unsigned csr, uint64_t v)
{
    uint64_t cycle = next_cycle(env), instret = next_instret(env);

    env->mcountinhibit = v & ~(1u << COUNTER_TM);
    set_counters(env, cycle, instret);
}

CSR(mcountinhibit, 0x320, CSR_FIELD(mcountinhibit), .write = write_mcountinhibit);
CSR(mcycle, 0xb00, .read = read_cycle, .write = write_mcycle);
CSR(minstret, 0xb02, .read = read_instret, .write = write_minstret);
CSR_HIGH(mcycleh, 0xb80, 0xb00);
CSR_HIGH(minstreth, 0xb82, 0xb02);

CSR(cycle, 0xc00, .read = read_cycle, .allowed = user_counter_allowed, .ext = EXT_zicntr);
CSR(instret, 0xc02, .read = read_instret, .allowed = user_counter_allowed, .ext = EXT_zicntr);
CSR_HIGH(cycleh, 0xc80, 0xc00);
CSR_HIGH(instreth, 0xc82, 0xc02);

/* ---- time ---- */

static uint64_t read_time(CPURISCVState *env, unsigned csr)
{
    return env->rdtime(env->rdtime_opaque);
}

CSR(time, 0xc01, .read = read_time, .exists = riscv_has_time, .allowed = user_counter_allowed,
    .ext = EXT_zicntr);
CSR_HIGH(timeh, 0xc81, 0xc01);

/* ---- event counters ---- */

CSRS(mhpmcounter, 0xb03, EVENT_COUNTERS, FIRST_EVENT_COUNTER, .mask = 0);
CSRS(mhpmevent, 0x323, EVENT_COUNTERS, FIRST_EVENT_COUNTER, .mask = 0);
CSRS(hpmcounter, 0xc03, EVENT_COUNTERS, FIRST_EVENT_COUNTER,
     .allowed = user_counter_allowed);
CSRS(mhpmcounterh, 0xb83, EVENT_COUNTERS, FIRST_EVENT_COUNTER, .high_of = 0xb03,
     .ext = EXT_rv32);
CSRS(hpmcounterh, 0xc83, EVENT_COUNTERS, FIRST_EVENT_COUNTER, .high_of = 0xc03,
     .ext = EXT_rv32);
