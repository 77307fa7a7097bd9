/* SPDX-License-Identifier: MIT */
/* ACLINT timer: mtime counts for all harts; a hart's line is high while mtime >= its mtimecmp.
 * mtime is the virtual clock in ticks, plus a delta that writing mtime changes.
 * RISC-V ACLINT specification 1.0, chapter 2. */
#include "base/log.h"
#include "base/phase.h"
#include "hw/core/sysbus.h"
#include "hw/intc/riscv_aclint.h"
#include "loop/timer.h"

typedef struct AclintMtimer AclintMtimer;

typedef struct MtimerHart {
    AclintMtimer *owner;
    Timer timer;
    uint64_t timecmp;
} MtimerHart;

struct AclintMtimer {
    Device dev;
    uint32_t hartid_base, num_harts, timebase_freq;
    uint64_t time_delta; /* read by any thread, written under the big lock: atomic */
    Irq *irq[ACLINT_HARTS_MAX];
    MtimerHart hart[ACLINT_HARTS_MAX];
};

/* Without overflow: 2^63 ns times a frequency needs more than 64 bits. */
static uint64_t ticks_at(AclintMtimer *s, int64_t ns)
{
    return (unsigned __int128)ns * s->timebase_freq / NANOSECONDS_PER_SECOND;
}

uint64_t riscv_aclint_mtimer_time(void *mtimer)
{
    AclintMtimer *s = mtimer;

    return ticks_at(s, clock_get_ns(VM_CLOCK_VIRTUAL)) +
           __atomic_load_n(&s->time_delta, __ATOMIC_RELAXED);
}

/* Drive the line of @h, and when it is low, arrange to be called when that changes. */
static void update(MtimerHart *h)
{
    AclintMtimer *s = h->owner;
    uint64_t time = riscv_aclint_mtimer_time(s), raw;
    unsigned __int128 ns;

    if (time >= h->timecmp) {
        timer_del(&h->timer);
        irq_raise(s->irq[h - s->hart]);
        return;
    }
    irq_lower(s->irq[h - s->hart]);
    raw = h->timecmp - s->time_delta; /* ticks of the virtual clock at that moment, rounded up */
    ns =
        ((unsigned __int128)raw * NANOSECONDS_PER_SECOND + s->timebase_freq - 1) / s->timebase_freq;
    if (raw < h->timecmp - time || ns > INT64_MAX) {
        timer_del(&h->timer); /* never: "set mtimecmp to -1" is how guests switch the timer off */
    } else {
        timer_mod_ns(&h->timer, ns);
    }
}

static void update_all(AclintMtimer *s)
{
    for (uint32_t i = 0; i < s->num_harts; i++) {
        update(&s->hart[i]);
    }
}

static void fire(void *opaque)
{
    update(opaque);
}

static bool is_time(uint64_t off)
{
    return (off & ~7ULL) == ACLINT_MTIMER_TIME;
}

static uint64_t mtimer_read(void *dev, uint64_t off, unsigned size)
{
    AclintMtimer *s = dev;
    uint64_t v, hart = off / 8;

    if (is_time(off)) {
        v = riscv_aclint_mtimer_time(s);
    } else if (hart < s->num_harts) {
        v = s->hart[hart].timecmp;
    } else {
        log_guest("aclint", "read of mtimecmp of hart %" PRIu64 ", which does not exist", hart);
        return 0;
    }
    return size == 8 ? v : extract64(v, off % 8 * 8, 32);
}

static void mtimer_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    AclintMtimer *s = dev;
    uint64_t hart = off / 8, time, v;
    unsigned pos = off % 8 * 8, len = size * 8;

    if (is_time(off)) {
        time = riscv_aclint_mtimer_time(s);
        v = deposit64(time, pos, len, val);
        __atomic_store_n(&s->time_delta, s->time_delta + v - time, __ATOMIC_RELAXED);
        update_all(s);
    } else if (hart < s->num_harts) {
        s->hart[hart].timecmp = deposit64(s->hart[hart].timecmp, pos, len, val);
        update(&s->hart[hart]);
    } else {
        log_guest("aclint", "write of mtimecmp of hart %" PRIu64 ", which does not exist", hart);
    }
}

static void mtimer_init(Device *dev)
{
    AclintMtimer *s = (AclintMtimer *)dev;

    for (int i = 0; i < ACLINT_HARTS_MAX; i++) {
        s->hart[i].owner = s;
        timer_init_ns(&s->hart[i].timer, VM_CLOCK_VIRTUAL, fire, &s->hart[i]);
    }
}

static bool mtimer_realize(Device *dev, Error **errp)
{
    AclintMtimer *s = (AclintMtimer *)dev;

    if (s->num_harts == 0 || s->num_harts > ACLINT_HARTS_MAX) {
        return err_set(errp, "num-harts must be 1 to %d, not %u", ACLINT_HARTS_MAX, s->num_harts);
    }
    return s->timebase_freq > 0 || err_set(errp, "timebase-freq must not be 0");
}

static void mtimer_unrealize(Device *dev)
{
    AclintMtimer *s = (AclintMtimer *)dev;

    for (uint32_t i = 0; i < s->num_harts; i++) {
        timer_del(&s->hart[i].timer);
    }
}

/* mtime starts over.  mtimecmp keeps what it held, which is 0 at power-on: so the timer is due at
 * once (no hart listens yet), and a 32-bit guest that writes the lower half only gets its tick. */
static void mtimer_reset(Device *dev)
{
    AclintMtimer *s = (AclintMtimer *)dev;

    s->time_delta = -ticks_at(s, clock_get_ns(VM_CLOCK_VIRTUAL));
    update_all(s);
}

static bool mtimer_post_load(Device *dev, Error **errp)
{
    if (dev->realized) {
        update_all((AclintMtimer *)dev);
    }
    return true;
}

DEVICE(AclintMtimer, .name = "riscv.aclint.mtimer", .summary = "timer of harts", .bus = TYPE_SYSBUS,
       .fdt = "riscv,aclint-mtimer", .irq = offsetof(AclintMtimer, irq),
       .irq_count = ACLINT_HARTS_MAX,
       .mmio = {mtimer_read, mtimer_write, .size = ACLINT_MTIMER_SIZE, .min = 4, .max = 8},
       .props = PROPS(PROP_U32(AclintMtimer, hartid_base, "hartid-base", 0, "first hart"),
                      PROP_U32(AclintMtimer, num_harts, "num-harts", 1, "how many harts"),
                      PROP_U32(AclintMtimer, timebase_freq, "timebase-freq", ACLINT_TIMEBASE_FREQ,
                               "ticks of mtime in a second")),
       .init = mtimer_init, .realize = mtimer_realize, .unrealize = mtimer_unrealize,
       .reset = mtimer_reset, .post_load = mtimer_post_load,
       .state = STATE(AclintMtimer, time_delta),
       .nested = NESTED(NEST(AclintMtimer, hart, MtimerHart, timecmp)));

Device *riscv_aclint_mtimer_create(hwaddr addr, uint32_t hartid_base, uint32_t num_harts,
                                   uint32_t timebase_freq, Error **errp)
{
    INIT_STEP();
    Device *dev = device_new("riscv.aclint.mtimer", errp);

    object_property_set_uint(&dev->obj, "hartid-base", hartid_base, NULL);
    object_property_set_uint(&dev->obj, "num-harts", num_harts, NULL);
    object_property_set_uint(&dev->obj, "timebase-freq", timebase_freq, NULL);
    if (!sysbus_realize_and_unref(dev, errp)) {
        return NULL;
    }
    sysbus_mmio_map(dev, addr);
    return dev;
}
