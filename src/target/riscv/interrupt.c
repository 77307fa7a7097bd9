/* SPDX-License-Identifier: MIT */
/* What interrupts are pending, and the supervisor's own timer (Sstc).
 *
 *     lines from devices (mip_lines) --.
 *     bits that software wrote (mip_soft) +--> mip -- & mie --> CPU_INTERRUPT_HARD
 *     stimecmp against time (stimer_due) -'
 *
 * SEIP is the line or-ed with what software wrote; a read-modify-write of mip must not turn the
 * line into the written bit, so both are kept (priv 3.1.9).  SSIP from a device is an edge: it
 * sets the bit, which software clears.  Everything here runs under the BQL; translated code and
 * has_work only read mip, atomically. */
#include "base/bql.h"
#include "target/riscv/priv.h"

void riscv_update_mip(RISCVCPU *cpu)
{
    CPURISCVState *env = &cpu->env;
    uint64_t mip = env->mip_lines | env->mip_soft;

    assert(bql_locked());
    if (riscv_sstc_on(env)) {
        mip = (mip & ~MIP_STIP) | (env->stimer_due ? MIP_STIP : 0);
    }
    __atomic_store_n(&env->mip, mip, __ATOMIC_SEQ_CST);
    if (mip & env->mie) {
        cpu_interrupt(&cpu->cpu, CPU_INTERRUPT_HARD);
    } else {
        cpu_reset_interrupt(&cpu->cpu, CPU_INTERRUPT_HARD);
    }
}

void riscv_set_irq(void *opaque, int n, int level)
{
    RISCVCPU *cpu = opaque;
    CPURISCVState *env = &cpu->env;

    if (n == IRQ_SSI) {
        env->mip_soft |= level ? MIP_SSIP : 0;
    } else if (level) {
        env->mip_lines |= BIT(n);
    } else {
        env->mip_lines &= ~BIT(n);
    }
    riscv_update_mip(cpu);
}

bool riscv_has_work(CPUState *cs)
{
    CPURISCVState *env = riscv_env(cs);

    return (__atomic_load_n(&env->mip, __ATOMIC_SEQ_CST) & env->mie) != 0;
}

/* Priority is not the order of the numbers (priv 3.1.9). */
static int best_of(uint64_t pending)
{
    static const uint8_t order[] = {IRQ_MEI, IRQ_MSI, IRQ_MTI, IRQ_SEI, IRQ_SSI, IRQ_STI};

    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        if (pending & BIT(order[i])) {
            return order[i];
        }
    }
    return pending ? __builtin_ctzll(pending) : -1;
}

int riscv_pending_interrupt(const CPURISCVState *env)
{
    uint64_t pending = __atomic_load_n(&env->mip, __ATOMIC_SEQ_CST) & env->mie;
    bool m_on = env->priv < PRV_M || (env->mstatus & MSTATUS_MIE);
    bool s_on = env->priv < PRV_S || (env->priv == PRV_S && (env->mstatus & MSTATUS_SIE));

    if (m_on && (pending & ~env->mideleg)) {
        return best_of(pending & ~env->mideleg);
    }
    return s_on ? best_of(pending & env->mideleg) : -1;
}

/* ---- the supervisor's timer ---- */

/* When, on the virtual clock, does time reach @ticks more?  Rounded up; never earlier than it
 * does. */
static int64_t deadline(uint64_t ticks, uint32_t freq)
{
    __int128 ns = ((__int128)ticks * NANOSECONDS_PER_SECOND + freq - 1) / freq;
    int64_t now = clock_get_ns(VM_CLOCK_VIRTUAL);

    return ns > INT64_MAX - now ? INT64_MAX : now + (int64_t)ns;
}

void riscv_update_stimer(RISCVCPU *cpu)
{
    CPURISCVState *env = &cpu->env;
    uint64_t now;

    if (!cpu->stimer) {
        return;
    }
    env->stimer_due = false;
    timer_del(cpu->stimer);
    if (riscv_sstc_on(env) && env->rdtime) {
        now = env->rdtime(env->rdtime_opaque);
        env->stimer_due = now >= env->stimecmp;
        if (!env->stimer_due) {
            timer_mod_ns(cpu->stimer, deadline(env->stimecmp - now, env->rdtime_freq));
        }
    }
    riscv_update_mip(cpu);
}

static void stimer_fired(void *opaque)
{
    riscv_update_stimer(opaque);
}

void riscv_stimer_init(RISCVCPU *cpu)
{
    cpu->stimer = timer_new_ns(VM_CLOCK_VIRTUAL, stimer_fired, cpu);
}

void riscv_cpu_set_rdtime(CPUState *cs, uint64_t (*fn)(void *opaque), void *opaque, uint32_t freq)
{
    CPURISCVState *env = riscv_env(cs);

    assert(freq > 0);
    env->rdtime = fn;
    env->rdtime_opaque = opaque;
    env->rdtime_freq = freq;
    riscv_update_stimer(riscv_cpu(cs));
}
