/* SPDX-License-Identifier: MIT */
/* The connection of a QMP monitor: greeting, one command in a turn of the main loop, events. */
#include "inspect/qmp.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "inspect/monitor_int.h"
#include "inspect/qmp_call.h"
#include "loop/aio.h"
#include "loop/runstate.h"

#include <sys/time.h>

enum {
    INPUT_SIZE = 4096,
    MAX_EVENTS_UNREAD = 1 << 20, /* bytes: who reads no answers hears of no more events */
};

typedef struct Qmp {
    MonitorConnection connection;
    CharFrontend fe;
    JsonSplitter splitter;
    bool negotiated; /* the client has said qmp_capabilities */
    bool greeted;
    Str out; /* to be sent */
    uint8_t in[INPUT_SIZE]; /* bytes that wait until out is sent */
    size_t in_count;
    BH *more; /* looks at them */
    Notifier events;
} Qmp;

static void flush_out(Qmp *q)
{
    size_t done = q->out.len ? chr_fe_write(&q->fe, q->out.s, q->out.len) : 0;

    if (done) {
        memmove(q->out.s, q->out.s + done, q->out.len - done + 1);
        q->out.len -= done;
    }
}

static void greet(Qmp *q)
{
    if (monitors_started() && !q->greeted && chr_fe_is_open(&q->fe)) {
        str_append(&q->out, "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 1, "
                            "\"major\": 0}, \"package\": \"teemu " TEEMU_VERSION "\"}, "
                            "\"capabilities\": []}}\r\n");
        q->greeted = true;
        flush_out(q);
    }
}

/* ---- in ---- */

/* True when @c was the last byte of a command. */
static bool take_byte(Qmp *q, uint8_t c)
{
    if (c == 0xff) { /* no byte of UTF-8: clients begin anew with it */
        json_split_reset(&q->splitter);
        return false;
    }
    switch (json_split(&q->splitter, c)) {
    case JSON_MORE:
        return false;
    case JSON_TOO_LONG:
        qmp_write_error(&q->out, "GenericError", "JSON parse error, the input is too long", NULL);
        return true;
    case JSON_COMPLETE:
        qmp_execute(q->splitter.text.s, q->splitter.text.len, &q->negotiated, &q->out);
        json_split_reset(&q->splitter);
        return true;
    }
    return false;
}

/* One command in a turn of the main loop, which obeys what it has requested before the next. */
static void take_input(void *opaque)
{
    Qmp *q = opaque;
    bool command = false;
    size_t done = 0;

    while (done < q->in_count && !q->out.len && !command && !system_shutdown_requested()) {
        command = take_byte(q, q->in[done++]);
    }
    memmove(q->in, q->in + done, q->in_count - done);
    q->in_count -= done;
    flush_out(q);
    if (q->in_count && !q->out.len) {
        bh_schedule(q->more);
    } else {
        chr_fe_accept_input(&q->fe);
    }
}

/* The end of the input, too, is read only when all before it is done. */
static size_t can_read(void *opaque)
{
    Qmp *q = opaque;

    return monitors_started() && !q->out.len && !q->in_count ? INPUT_SIZE : 0;
}

static void read_bytes(void *opaque, const uint8_t *buf, size_t n)
{
    Qmp *q = opaque;

    memcpy(q->in, buf, n);
    q->in_count = n;
    bh_schedule(q->more);
}

static void writable(void *opaque)
{
    Qmp *q = opaque;

    flush_out(q);
    bh_schedule(q->more);
}

static void event(void *opaque, ChrEvent what)
{
    Qmp *q = opaque;

    if (what == CHR_EVENT_OPENED) {
        greet(q);
    } else if (what == CHR_EVENT_CLOSED) {
        q->greeted = q->negotiated = false;
        q->out.len = q->in_count = 0;
        json_split_reset(&q->splitter);
    }
}

static const CharHandlers handlers = {can_read, read_bytes, event, writable};

/* ---- events ---- */

static void system_event_happened(Notifier *n, void *data)
{
    Qmp *q = container_of(n, Qmp, events);
    const SystemEvent *e = data;
    struct timeval now;

    if (!q->negotiated || q->out.len > MAX_EVENTS_UNREAD) {
        return;
    }
    gettimeofday(&now, NULL);
    str_printf(&q->out, "{\"timestamp\": {\"seconds\": %ld, \"microseconds\": %ld}, "
                        "\"event\": \"%s\"", (long)now.tv_sec, (long)now.tv_usec, e->name);
    if (!strcmp(e->name, "SHUTDOWN") || !strcmp(e->name, "RESET")) {
        str_printf(&q->out, ", \"data\": {\"guest\": %s, \"reason\": \"%s\"}",
                   e->guest ? "true" : "false", shutdown_cause_name(e->cause));
    }
    str_append(&q->out, "}\r\n");
    flush_out(q);
}

/* ---- life ---- */

static void start(MonitorConnection *c)
{
    Qmp *q = container_of(c, Qmp, connection);

    greet(q);
    chr_fe_accept_input(&q->fe);
}

static void destroy(MonitorConnection *c)
{
    Qmp *q = container_of(c, Qmp, connection);

    if (q->out.len && chr_fe_is_open(&q->fe)) {
        chr_fe_write_all(&q->fe, q->out.s, q->out.len);
    }
    notifier_remove(&q->events);
    chr_fe_deinit(&q->fe);
    bh_delete(q->more);
    json_split_reset(&q->splitter);
    str_free(&q->out);
    free(q);
}

bool qmp_new(struct Chardev *chr, Error **errp)
{
    Qmp *q = xnew(Qmp);

    q->connection.start = start;
    q->connection.destroy = destroy;
    q->more = bh_new(aio_get_main_context(), take_input, q);
    if (!chr_fe_init(&q->fe, chr, &handlers, q, errp)) {
        bh_delete(q->more);
        free(q);
        return false;
    }
    q->events.notify = system_event_happened;
    system_event_notifier_add(&q->events);
    monitor_add_connection(&q->connection);
    return true;
}
