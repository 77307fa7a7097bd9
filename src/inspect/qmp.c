/* SPDX-License-Identifier: MIT */
/* The connection of a QMP monitor: greeting, commands, events. */
#include "inspect/qmp.h"
#include "base/alloc.h"
#include "inspect/monitor_int.h"
#include "inspect/qmp_call.h"
#include "loop/runstate.h"

#include <sys/time.h>

enum { MAX_EVENTS_UNREAD = 1 << 20 }; /* bytes: who reads no answers hears of no more events */

typedef struct Qmp {
    MonitorConnection connection;
    JsonSplitter splitter;
    bool negotiated; /* the client has said qmp_capabilities */
    bool greeted;
    Notifier events;
} Qmp;

static void greet(MonitorConnection *c)
{
    Qmp *q = container_of(c, Qmp, connection);

    if (monitors_started() && !q->greeted && chr_fe_is_open(&c->fe)) {
        str_append(&c->out, "{\"QMP\": {\"version\": " QMP_VERSION ", "
                            "\"capabilities\": []}}\r\n");
        q->greeted = true;
        chr_fe_flush(&c->fe, &c->out);
    }
}

/* ---- in ---- */

static bool take_byte(MonitorConnection *c, uint8_t byte)
{
    Qmp *q = container_of(c, Qmp, connection);

    if (byte == 0xff) { /* no byte of UTF-8: clients begin anew with it */
        json_split_reset(&q->splitter);
        return false;
    }
    switch (json_split(&q->splitter, byte)) {
    case JSON_MORE:
        return false;
    case JSON_TOO_LONG:
        qmp_write_error(&c->out, "GenericError", "JSON parse error, the input is too long", NULL);
        return true;
    case JSON_COMPLETE:
        qmp_execute(q->splitter.text.s, q->splitter.text.len, &q->negotiated, &c->out);
        json_split_reset(&q->splitter);
        return true;
    }
    return false;
}

static void event(MonitorConnection *c, ChrEvent what)
{
    Qmp *q = container_of(c, Qmp, connection);

    if (what == CHR_EVENT_OPENED) {
        greet(c);
    } else if (what == CHR_EVENT_CLOSED) {
        q->greeted = q->negotiated = false;
        json_split_reset(&q->splitter);
    }
}

/* ---- events ---- */

static void system_event_happened(Notifier *n, void *data)
{
    Qmp *q = container_of(n, Qmp, events);
    MonitorConnection *c = &q->connection;
    const SystemEvent *e = data;
    struct timeval now;

    if (!q->negotiated || c->out.len > MAX_EVENTS_UNREAD) {
        return;
    }
    gettimeofday(&now, NULL);
    str_printf(&c->out, "{\"timestamp\": {\"seconds\": %ld, \"microseconds\": %ld}, "
                        "\"event\": \"%s\"", (long)now.tv_sec, (long)now.tv_usec, e->name);
    if (!strcmp(e->name, "SHUTDOWN") || !strcmp(e->name, "RESET")) {
        str_printf(&c->out, ", \"data\": {\"guest\": %s, \"reason\": \"%s\"}",
                   e->guest ? "true" : "false", shutdown_cause_name(e->cause));
    }
    str_append(&c->out, "}\r\n");
    chr_fe_flush(&c->fe, &c->out);
}

/* ---- life ---- */

static void qmp_free(MonitorConnection *c)
{
    Qmp *q = container_of(c, Qmp, connection);

    notifier_remove(&q->events);
    json_split_reset(&q->splitter);
    free(q);
}

static const MonitorProtocol protocol = {greet, take_byte, event, qmp_free};

bool qmp_new(struct Chardev *chr, Error **errp)
{
    Qmp *q = xnew(Qmp);

    if (!monitor_connect(&q->connection, &protocol, chr, errp)) {
        free(q);
        return false;
    }
    q->events.notify = system_event_happened;
    system_event_notifier_add(&q->events);
    monitor_add_connection(&q->connection);
    return true;
}
