/* SPDX-License-Identifier: MIT */
/* What the event loop shows of itself: who waits for what, and who asked for it. */
#include <poll.h>
#include <unistd.h>
#include "base/view.h"
#include "loop/iothread.h"
#include "loop/thread.h"

typedef struct Print {
    Str *out;
    unsigned kinds; /* 1 << AIO_CALLBACK_* of what is printed */
    bool places; /* with file and line */
} Print;

static void print_place(const Print *p, const CallSite *site)
{
    if (p->places) {
        str_printf(p->out, "  (%s, %s:%d)", site->func, site->file, site->line);
    }
    str_append(p->out, "\n");
}

static void print_callback(const AioCallback *cb, void *opaque)
{
    const Print *p = opaque;
    int64_t left;

    if (!(p->kinds & 1u << cb->kind)) {
        return;
    }
    switch (cb->kind) {
    case AIO_CALLBACK_FD:
        str_printf(p->out, "  fd %-4d %c%c  %s", cb->fd, cb->events & POLLIN ? 'r' : '-',
                   cb->events & POLLOUT ? 'w' : '-', cb->site->name);
        break;
    case AIO_CALLBACK_BH:
        str_printf(p->out, "  bh %-8s %s", cb->scheduled ? "pending" : "", cb->site->name);
        break;
    case AIO_CALLBACK_TIMER:
        left = cb->expire_ns - clock_get_ns(cb->clock);
        str_printf(p->out, "  timer %-8s in %" PRId64 ".%06d ms  %s", clock_name(cb->clock),
                   (int64_t)(left / NANOSECONDS_PER_MS), (int)(llabs(left) % NANOSECONDS_PER_MS),
                   cb->site->name);
        break;
    }
    print_place(p, cb->site);
}

static void print_context(AioContext *ctx, void *opaque)
{
    const Print *p = opaque;

    str_printf(p->out, "%s:\n", aio_context_name(ctx));
    aio_foreach_callback(ctx, print_callback, opaque);
}

static void print_aio(Str *out)
{
    aio_context_foreach(print_context, &(Print){out, 1u << AIO_CALLBACK_FD, false});
}
VIEW(aio, "the contexts of the event loop, and the descriptors that each watches", print_aio);

static void print_timers(Str *out)
{
    for (ClockType c = 0; c < VM_CLOCK_COUNT; c++) {
        str_printf(out, "clock %-8s %" PRId64 " ns%s\n", clock_name(c), clock_get_ns(c),
                   c == VM_CLOCK_VIRTUAL && !clock_virtual_enabled() ? ", standing still" : "");
    }
    aio_context_foreach(print_context, &(Print){out, 1u << AIO_CALLBACK_TIMER, false});
}
VIEW(timers, "the clocks, and the timers that are armed", print_timers);

static void print_callbacks(Str *out)
{
    aio_context_foreach(print_context, &(Print){out, ~0u, true});
}
VIEW(callbacks, "each handler, timer and bottom half, and who registered it where",
     print_callbacks);

/* ---- threads ---- */

static void print_thread(const Thread *t, void *opaque)
{
    str_printf(opaque, "%-16s tid %d\n", thread_name(t), thread_tid(t));
}

static void print_threads(Str *out)
{
    str_printf(out, "%-16s tid %d\n", "main", (int)getpid());
    thread_foreach(print_thread, out);
}
VIEW(threads, "our threads, with the ids that top and gdb show", print_threads);

static void print_iothread(IOThread *t, void *opaque)
{
    str_printf(opaque, "%s:\n  thread_id=%d\n", iothread_name(t),
               thread_tid(iothread_get_thread(t)));
}

static void print_iothreads(Str *out)
{
    iothread_foreach(print_iothread, out);
}
VIEW(iothreads, "threads of -object iothread", print_iothreads);
