/* SPDX-License-Identifier: MIT */
/* The platform-level interrupt controller: many sources, and for each context (a privilege mode of
 * a hart) a line that is high while one of its enabled sources, above its threshold, is pending.
 *
 *     source line -> gateway -> pending -> [priority, enable, threshold] -> context line
 *                       ^                                                        |
 *                       `------ complete (write of the id) <---- claim (read) <--'
 *
 * The gateway lets the next request of a source through only when the last one was completed; a
 * line that is still high then is a new request.  RISC-V PLIC specification 1.0. */
#include "base/alloc.h"
#include "base/log.h"
#include "base/serial_walk.h"
#include "base/trace.h"
#include "qom/device.h"

TRACE_EVENT(plic_raise, "a source of the PLIC becomes pending");
TRACE_EVENT(plic_claim, "a hart claims a source of the PLIC");
TRACE_EVENT(plic_complete, "a hart has served a source of the PLIC");

enum {
    SOURCES_MAX = 128, /* bits in the maps; source 0 does not exist */
    WORDS = SOURCES_MAX / 32,
    CONTEXTS_MAX = 1024,
    PRIORITY_BASE = 0,
    PENDING_BASE = 0x1000,
    ENABLE_BASE = 0x2000,
    ENABLE_STRIDE = 0x80,
    CONTEXT_BASE = 0x200000,
    CONTEXT_STRIDE = 0x1000,
    CONTEXT_THRESHOLD = 0,
    CONTEXT_CLAIM = 4,
};

typedef struct PlicContext {
    uint32_t enable[WORDS];
    uint32_t threshold;
} PlicContext;

typedef struct Plic {
    Device dev;
    char *hart_config;
    uint32_t num_sources, num_priorities;
    uint32_t num_contexts;
    Irq *irq[CONTEXTS_MAX];
    uint32_t priority[SOURCES_MAX];
    uint32_t pending[WORDS], claimed[WORDS];
    PlicContext context[CONTEXTS_MAX];
} Plic;

static bool test(const uint32_t *map, unsigned n)
{
    return map[n / 32] >> (n % 32) & 1;
}

static void assign(uint32_t *map, unsigned n, bool value)
{
    map[n / 32] = (map[n / 32] & ~(1u << n % 32)) | (uint32_t)value << n % 32;
}

/* The deliverable source of the highest priority above @floor; the lowest id wins a tie.  0: none.
 */
static uint32_t best_pending(const Plic *s, const PlicContext *ctx, uint32_t floor)
{
    uint32_t best = 0;

    for (unsigned w = 0; w < WORDS; w++) {
        uint32_t candidates = s->pending[w] & ctx->enable[w];

        for (; candidates; candidates &= candidates - 1) {
            unsigned irq = w * 32 + __builtin_ctz(candidates);

            if (s->priority[irq] > floor) {
                best = irq;
                floor = s->priority[irq];
            }
        }
    }
    return best;
}

static void update(Plic *s)
{
    for (uint32_t i = 0; i < s->num_contexts; i++) {
        irq_set(s->irq[i], best_pending(s, &s->context[i], s->context[i].threshold) != 0);
    }
}

/* The gateway: a high line becomes a request unless one is under way. */
static void gateway(Plic *s, unsigned irq)
{
    if (s->dev.inputs[irq].level && !test(s->claimed, irq)) {
        assign(s->pending, irq, true);
        if (trace_on(plic_raise)) {
            trace(plic_raise, "plic", "source %u", irq);
        }
        if (serial_walk_on()) {
            serial_walk(WALK_PLIC, "plic", "source %u is pending", irq);
        }
    }
}

static void plic_input(void *dev, int n, int level)
{
    Plic *s = dev;

    if (level && n > 0) {
        gateway(s, n);
        update(s);
    }
}

/* Hand the best source to the hart of @ctx, or 0.  The threshold does not matter here (section 9).
 */
static uint32_t plic_claim(Plic *s, PlicContext *ctx)
{
    uint32_t irq = best_pending(s, ctx, 0);

    if (trace_on(plic_claim)) {
        trace(plic_claim, "plic", "source %u, context %td", irq, ctx - s->context);
    }
    if (irq) {
        assign(s->pending, irq, false);
        assign(s->claimed, irq, true);
        update(s);
    }
    return irq;
}

/* Ignored unless the source is enabled for the context (section 10). */
static void plic_complete(Plic *s, PlicContext *ctx, uint64_t irq)
{
    if (trace_on(plic_complete)) {
        trace(plic_complete, "plic", "source %" PRIu64 ", context %td", irq, ctx - s->context);
    }
    if (irq <= s->num_sources && test(ctx->enable, irq)) {
        assign(s->claimed, irq, false);
        gateway(s, irq);
        update(s);
    }
}

/* ---- registers ---- */

static PlicContext *context_at(Plic *s, uint64_t off, uint64_t base, uint64_t stride, unsigned *reg)
{
    uint64_t n = (off - base) / stride;

    *reg = (off - base) % stride;
    return n < s->num_contexts ? &s->context[n] : NULL;
}

static uint64_t plic_read(void *dev, uint64_t off, unsigned size)
{
    Plic *s = dev;
    PlicContext *ctx;
    unsigned reg;

    if (off >= CONTEXT_BASE) {
        ctx = context_at(s, off, CONTEXT_BASE, CONTEXT_STRIDE, &reg);
        if (ctx && reg == CONTEXT_THRESHOLD) {
            return ctx->threshold;
        }
        if (ctx && reg == CONTEXT_CLAIM) {
            return plic_claim(s, ctx);
        }
    } else if (off >= ENABLE_BASE) {
        ctx = context_at(s, off, ENABLE_BASE, ENABLE_STRIDE, &reg);
        if (ctx && reg / 4 < WORDS) {
            return ctx->enable[reg / 4];
        }
    } else if (off >= PENDING_BASE) {
        if ((off - PENDING_BASE) / 4 < WORDS) {
            return s->pending[(off - PENDING_BASE) / 4];
        }
    } else if (off / 4 <= s->num_sources) {
        return s->priority[off / 4];
    }
    log_guest("plic", "read of register %#" PRIx64 ", which does not exist", off);
    return 0;
}

/* The enable bits that exist in word @w. */
static uint32_t source_mask(const Plic *s, unsigned w)
{
    uint32_t mask = 0;

    for (unsigned irq = MAX(w * 32, 1u); irq < MIN(w * 32 + 32, s->num_sources + 1); irq++) {
        mask |= 1u << irq % 32;
    }
    return mask;
}

static void plic_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    Plic *s = dev;
    PlicContext *ctx;
    unsigned reg;

    if (off >= CONTEXT_BASE) {
        ctx = context_at(s, off, CONTEXT_BASE, CONTEXT_STRIDE, &reg);
        if (ctx && reg == CONTEXT_THRESHOLD) {
            ctx->threshold = val & s->num_priorities;
            update(s);
            return;
        }
        if (ctx && reg == CONTEXT_CLAIM) {
            plic_complete(s, ctx, val);
            return;
        }
    } else if (off >= ENABLE_BASE) {
        ctx = context_at(s, off, ENABLE_BASE, ENABLE_STRIDE, &reg);
        if (ctx && reg / 4 < WORDS) {
            ctx->enable[reg / 4] = val & source_mask(s, reg / 4);
            update(s);
            return;
        }
    } else if (off < PENDING_BASE && off / 4 <= s->num_sources) {
        if (off) {
            s->priority[off / 4] = val & s->num_priorities;
            update(s);
        }
        return;
    }
    log_guest("plic", "write of register %#" PRIx64 ", which does not exist or is read only", off);
}

/* ---- life ---- */

/* "MS,MS": a context for each letter; a comma begins the next hart. */
static bool count_contexts(Plic *s, Error **errp)
{
    s->num_contexts = 0;
    for (const char *p = s->hart_config ? s->hart_config : ""; *p; p++) {
        if (strchr("MSHU", *p)) {
            s->num_contexts++;
        } else if (*p != ',') {
            return err_set(errp,
                           "hart-config '%s': write M, S, H, U for modes, and commas between "
                           "harts",
                           s->hart_config);
        }
    }
    return (s->num_contexts > 0 && s->num_contexts <= CONTEXTS_MAX) ||
           err_set(errp, "hart-config gives %u contexts; 1 to %d are possible", s->num_contexts,
                   CONTEXTS_MAX);
}

static bool plic_realize(Device *dev, Error **errp)
{
    Plic *s = (Plic *)dev;

    if (s->num_sources < 1 || s->num_sources >= SOURCES_MAX) {
        return err_set(errp, "num-sources must be 1 to %d, not %u", SOURCES_MAX - 1,
                       s->num_sources);
    }
    if (!is_power_of_two(s->num_priorities + 1ULL)) {
        return err_set(errp, "num-priorities must be one less than a power of two, not %u",
                       s->num_priorities);
    }
    if (!count_contexts(s, errp)) {
        return false;
    }
    if (!dev->inputs) {
        device_init_irq_inputs(dev, plic_input, s->num_sources + 1);
    }
    return true;
}

static void plic_reset(Device *dev)
{
    Plic *s = (Plic *)dev;

    memset(s->priority, 0, sizeof(s->priority));
    memset(s->pending, 0, sizeof(s->pending));
    memset(s->claimed, 0, sizeof(s->claimed));
    memset(s->context, 0, sizeof(s->context));
    update(s);
}

static bool plic_post_load(Device *dev, Error **errp)
{
    Plic *s = (Plic *)dev;

    for (unsigned w = 0; w < WORDS; w++) {
        uint32_t mask = source_mask(s, w);

        if ((s->pending[w] | s->claimed[w]) & ~mask) {
            return err_set(errp, "a source that does not exist is pending or claimed");
        }
        for (uint32_t i = 0; i < s->num_contexts; i++) {
            s->context[i].enable[w] &= mask;
        }
    }
    return true;
}

DEVICE(Plic, .name = "riscv.sifive.plic", .summary = "interrupt controller", .bus = TYPE_SYSBUS,
       .fdt = "sifive,plic-1.0.0 riscv,plic0", .irq = offsetof(Plic, irq),
       .irq_count = CONTEXTS_MAX,
       .mmio = {plic_read, plic_write, .size = 0x600000, .min = 4, .max = 4},
       .props = PROPS(PROP_STR(Plic, hart_config, "hart-config", "modes of each hart: MS,MS"),
                      PROP_U32(Plic, num_sources, "num-sources", 96, "the last source"),
                      PROP_U32(Plic, num_priorities, "num-priorities", 7, "highest priority")),
       .realize = plic_realize, .reset = plic_reset, .post_load = plic_post_load,
       .state = STATE(Plic, priority, pending, claimed),
       .nested = NESTED(NEST(Plic, context, PlicContext, enable, threshold)));
