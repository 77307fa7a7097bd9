/* SPDX-License-Identifier: MIT */
/* The goldfish real-time clock: nanoseconds since 1970 in two words, and one alarm.
 *
 * It shows the host's wall clock, and so runs on while the machine stands still, as a clock with a
 * battery does; a guest that sets it moves it by an offset.  Reading TIME_LOW latches the upper
 * word for the TIME_HIGH read that follows.  Registers: Android's goldfish virtual hardware
 * guide. */
#include "base/log.h"
#include "loop/timer.h"
#include "qom/device.h"

enum {
    RTC_TIME_LOW = 0x00,
    RTC_TIME_HIGH = 0x04,
    RTC_ALARM_LOW = 0x08,
    RTC_ALARM_HIGH = 0x0c,
    RTC_IRQ_ENABLED = 0x10,
    RTC_CLEAR_ALARM = 0x14,
    RTC_ALARM_STATUS = 0x18,
    RTC_CLEAR_INTERRUPT = 0x1c,
};

typedef struct GoldfishRtc {
    Device dev;
    Irq *irq;
    Timer timer;
    uint64_t offset; /* shown time less the host's */
    uint64_t alarm;  /* in shown time */
    uint32_t time_high;
    bool alarm_set, pending, enabled;
} GoldfishRtc;

static uint64_t now(GoldfishRtc *s)
{
    return clock_get_ns(VM_CLOCK_HOST) + s->offset;
}

static void update(GoldfishRtc *s)
{
    irq_set(s->irq, s->pending && s->enabled);
}

static void fire(void *opaque)
{
    GoldfishRtc *s = opaque;

    s->alarm_set = false;
    s->pending = true;
    update(s);
}

/* An alarm in the past goes off at once. */
static void arm(GoldfishRtc *s)
{
    if (!s->alarm_set) {
        timer_del(&s->timer);
    } else if (s->alarm <= now(s)) {
        timer_del(&s->timer);
        fire(s);
    } else {
        timer_mod_ns(&s->timer, MIN(s->alarm - s->offset, (uint64_t)INT64_MAX));
    }
}

/* Eight bytes are two registers, the lower first: so the time comes at once. */
static uint64_t rtc_read(void *dev, uint64_t off, unsigned size)
{
    GoldfishRtc *s = dev;
    uint64_t t;

    if (size == 8) {
        t = rtc_read(dev, off, 4);
        return t | rtc_read(dev, off + 4, 4) << 32;
    }
    switch (off) {
    case RTC_TIME_LOW:
        t = now(s);
        s->time_high = t >> 32;
        return (uint32_t)t;
    case RTC_TIME_HIGH:
        return s->time_high;
    case RTC_ALARM_LOW:
        return (uint32_t)s->alarm;
    case RTC_ALARM_HIGH:
        return s->alarm >> 32;
    case RTC_IRQ_ENABLED:
        return s->enabled;
    case RTC_ALARM_STATUS:
        return s->alarm_set;
    default:
        log_guest("goldfish-rtc", "read of register %#x, which cannot be read", (unsigned)off);
        return 0;
    }
}

static void rtc_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    GoldfishRtc *s = dev;
    uint64_t t = now(s);

    if (size == 8) {
        rtc_write(dev, off + 4, val >> 32, 4); /* in this order: the lower word sets the alarm */
        rtc_write(dev, off, (uint32_t)val, 4);
        return;
    }
    switch (off) {
    case RTC_TIME_LOW:
        s->offset += deposit64(t, 0, 32, val) - t;
        arm(s);
        break;
    case RTC_TIME_HIGH:
        s->offset += deposit64(t, 32, 32, val) - t;
        arm(s);
        break;
    case RTC_ALARM_LOW:
        s->alarm = deposit64(s->alarm, 0, 32, val);
        s->alarm_set = true;
        arm(s);
        break;
    case RTC_ALARM_HIGH:
        s->alarm = deposit64(s->alarm, 32, 32, val);
        break;
    case RTC_IRQ_ENABLED:
        s->enabled = val & 1;
        update(s);
        break;
    case RTC_CLEAR_ALARM:
        s->alarm_set = false;
        arm(s);
        break;
    case RTC_CLEAR_INTERRUPT:
        s->pending = false;
        update(s);
        break;
    default:
        log_guest("goldfish-rtc", "write to register %#x, which cannot be written", (unsigned)off);
    }
}

static void rtc_init(Device *dev)
{
    GoldfishRtc *s = (GoldfishRtc *)dev;

    timer_init_ns(&s->timer, VM_CLOCK_HOST, fire, s);
}

static void rtc_unrealize(Device *dev)
{
    timer_del(&((GoldfishRtc *)dev)->timer);
}

/* The time itself goes on through a reset: a battery keeps it. */
static void rtc_reset(Device *dev)
{
    GoldfishRtc *s = (GoldfishRtc *)dev;

    s->alarm = s->time_high = 0;
    s->alarm_set = s->pending = s->enabled = false;
    arm(s);
    update(s);
}

static bool rtc_post_load(Device *dev, Error **errp)
{
    if (dev->realized) {
        arm((GoldfishRtc *)dev);
    }
    return true;
}

DEVICE(GoldfishRtc, .name = "goldfish_rtc", .summary = "real-time clock", .bus = TYPE_SYSBUS,
       .fdt = "google,goldfish-rtc", .irq = offsetof(GoldfishRtc, irq), .irq_count = 1,
       .mmio = {rtc_read, rtc_write, .size = 0x24, .min = 4, .max = 8}, .init = rtc_init,
       .unrealize = rtc_unrealize, .reset = rtc_reset, .post_load = rtc_post_load,
       .state = STATE(GoldfishRtc, offset, alarm, time_high, alarm_set, pending, enabled));
