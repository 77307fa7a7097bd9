/* SPDX-License-Identifier: MIT */
/* The three clocks.
 *
 * The virtual clock is the monotonic clock plus an offset while it runs, and the offset alone
 * while it stands still. vCPUs read it millions of times a second (the guest's time CSR), so
 * readers take no lock: a sequence counter, odd while a writer is at work, tells them to read
 * again. */
#include "loop/clock.h"

#include <pthread.h>
#include <time.h>
#include "loop/timer_int.h"

static struct {
    pthread_mutex_t lock; /* serialises writers */
    atomic_uint seq; /* odd: a writer is at work */
    _Atomic int64_t offset;
    atomic_bool on;
} virt = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t (*_Atomic virtual_source)(void), (*_Atomic host_source)(void);
static void (*_Atomic virtual_notify)(void);

static int64_t host_clock_ns(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

static int64_t virtual_ns(void)
{
    int64_t (*source)(void) = virtual_source;
    int64_t now;
    unsigned seq;

    if (source) {
        return source();
    }
    do {
        seq = virt.seq;
        now = virt.offset + (virt.on ? host_clock_ns(CLOCK_MONOTONIC) : 0);
    } while ((seq & 1) || seq != virt.seq);
    return now;
}

int64_t clock_get_ns(ClockType type)
{
    int64_t (*host)(void) = host_source;

    switch (type) {
    case VM_CLOCK_VIRTUAL:
        return virtual_ns();
    case VM_CLOCK_HOST:
        return host ? host() : host_clock_ns(CLOCK_REALTIME);
    default:
        return host_clock_ns(CLOCK_MONOTONIC);
    }
}

const char *clock_name(ClockType type)
{
    static const char *const names[VM_CLOCK_COUNT] = {"realtime", "virtual", "host"};

    assert(type < VM_CLOCK_COUNT);
    return names[type];
}

void clock_virtual_enable(bool on)
{
    bool changed;

    pthread_mutex_lock(&virt.lock);
    changed = virt.on != on;
    if (changed) {
        int64_t now = host_clock_ns(CLOCK_MONOTONIC);

        virt.seq++;
        virt.offset += on ? -now : now;
        virt.on = on;
        virt.seq++;
    }
    pthread_mutex_unlock(&virt.lock);
    if (changed) {
        clock_notify(VM_CLOCK_VIRTUAL);
    }
}

bool clock_virtual_enabled(void)
{
    return virt.on;
}

void clock_virtual_set_source(int64_t (*fn)(void))
{
    virtual_source = fn;
    clock_notify(VM_CLOCK_VIRTUAL);
}

void clock_host_set_source(int64_t (*fn)(void))
{
    host_source = fn;
    clock_notify(VM_CLOCK_HOST);
}

bool clock_can_sleep_until(ClockType type)
{
    return type != VM_CLOCK_VIRTUAL || (virt.on && !virtual_source);
}

void clock_virtual_set_notify(void (*fn)(void))
{
    virtual_notify = fn;
}

void clock_virtual_deadline_moved(void)
{
    void (*fn)(void) = virtual_notify;

    if (fn) {
        fn();
    }
}
