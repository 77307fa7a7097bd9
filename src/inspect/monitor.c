/* SPDX-License-Identifier: MIT */
/* Monitors: the output of commands, running one line for somebody else, and connections: what waits
 * in them, and the list of them. */
#include "inspect/monitor.h"
#include "base/alloc.h"
#include "inspect/monitor_int.h"
#include "loop/runstate.h"

static List connections = LIST_INIT(connections); /* of MonitorConnection; big lock */
static bool started;

/* ---- what commands say ---- */

bool monitor_full(const Monitor *mon)
{
    return mon->out.len >= MONITOR_MAX_OUTPUT;
}

void monitor_puts(Monitor *mon, const char *text)
{
    if (!monitor_full(mon)) {
        str_append(&mon->out, text);
    }
}

void monitor_printf(Monitor *mon, const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    text = xvasprintf(fmt, ap);
    va_end(ap);
    monitor_puts(mon, text);
    free(text);
}

void monitor_error(Monitor *mon, Error *err)
{
    monitor_printf(mon, "Error: %s\n", err_msg(err));
    err_free(err);
}

CPUState *monitor_cpu(Monitor *mon)
{
    CPUState *cpu = cpu_by_index(mon->cpu_index);

    if (!cpu) {
        monitor_puts(mon, "Error: this machine has no CPU\n");
    }
    return cpu;
}

char *monitor_run_line(const char *line, int cpu_index)
{
    Monitor mon = {.cpu_index = cpu_index};

    command_execute(&mon, line);
    return mon.out.s ? mon.out.s : xstrdup("");
}

/* ---- one connection ---- */

/* One command in a turn of the main loop, which obeys what a command has requested (reset, stop)
 * before the next one asks how things are. */
static void take_input(void *opaque)
{
    MonitorConnection *c = opaque;
    bool command = false;
    size_t done = 0;

    while (done < c->in_count && !c->out.len && !command && !system_shutdown_requested()) {
        command = c->protocol->byte(c, c->in[done++]);
    }
    memmove(c->in, c->in + done, c->in_count - done);
    c->in_count -= done;
    chr_fe_flush(&c->fe, &c->out);
    if (c->in_count && !c->out.len) {
        bh_schedule(c->more);
    } else {
        chr_fe_accept_input(&c->fe);
    }
}

/* The end of the input, too, is read only when all before it is done. */
static size_t can_read(void *opaque)
{
    MonitorConnection *c = opaque;

    return started && !c->out.len && !c->in_count ? sizeof(c->in) : 0;
}

static void read_bytes(void *opaque, const uint8_t *buf, size_t n)
{
    MonitorConnection *c = opaque;

    memcpy(c->in, buf, n);
    c->in_count = n;
    bh_schedule(c->more);
}

static void writable(void *opaque)
{
    MonitorConnection *c = opaque;

    chr_fe_flush(&c->fe, &c->out);
    bh_schedule(c->more);
}

static void event(void *opaque, ChrEvent what)
{
    MonitorConnection *c = opaque;

    if (what == CHR_EVENT_CLOSED) {
        c->out.len = c->in_count = 0;
    }
    c->protocol->event(c, what);
}

static const CharHandlers handlers = {can_read, read_bytes, event, writable};

bool monitor_connect(MonitorConnection *c, const MonitorProtocol *protocol, struct Chardev *chr,
                     Error **errp)
{
    c->protocol = protocol;
    c->more = bh_new(aio_get_main_context(), take_input, c);
    if (!chr_fe_init(&c->fe, chr, &handlers, c, errp)) {
        bh_delete(c->more);
        return false;
    }
    return true;
}

static void start(MonitorConnection *c)
{
    c->protocol->greet(c);
    chr_fe_accept_input(&c->fe);
}

static void destroy(MonitorConnection *c)
{
    if (c->out.len && chr_fe_is_open(&c->fe)) {
        chr_fe_write_all(&c->fe, c->out.s, c->out.len);
    }
    chr_fe_deinit(&c->fe);
    bh_delete(c->more);
    str_free(&c->out);
    c->protocol->free(c);
}

/* ---- all of them ---- */

void monitor_add_connection(MonitorConnection *c)
{
    list_push_back(&connections, &c->link);
    if (started) {
        start(c);
    }
}

bool monitors_started(void)
{
    return started;
}

void monitor_start(void)
{
    MonitorConnection *c;

    started = true;
    LIST_FOREACH(c, &connections, link) {
        start(c);
    }
}

void monitor_cleanup(void)
{
    while (!list_empty(&connections)) {
        MonitorConnection *c = list_entry(connections.next, MonitorConnection, link);

        list_remove(&c->link);
        destroy(c);
    }
    started = false;
}
