/* SPDX-License-Identifier: MIT */
/* The connection of the gdb server: bytes in, packets to their rows, replies out.
 *
 * What is sent waits in a buffer until the back end takes it, and no more packets are taken before;
 * so a client that does not read costs no memory. */
#include "inspect/gdbstub.h"
#include "base/alloc.h"
#include "base/listing.h"
#include "base/log.h"
#include "inspect/gdbstub_int.h"

#include <ctype.h>

LINKSET_DECLARE(gdb_packets);
LOG_ITEM(gdb, "packets of the gdb server");

GdbServer gdb_server = {.sstep = SSTEP_ENABLE | SSTEP_NOIRQ | SSTEP_NOTIMER};

enum { READ_SIZE = 4096, LOGGED = 500 /* bytes of a packet */ };

/* ---- out ---- */

static void send_bytes(GdbServer *s, const char *data, size_t n)
{
    str_append_n(&s->out, data, n);
    chr_fe_flush(&s->fe, &s->out);
}

void gdb_send(GdbServer *s, const char *data, size_t n)
{
    if (log_on(gdb)) {
        log_printf("gdb -> %.*s\n", (int)MIN(n, (size_t)LOGGED), data);
    }
    s->last.len = 0;
    gdb_append_packet(&s->last, data, n);
    send_bytes(s, s->last.s, s->last.len);
}

/* ---- packets ---- */

/* How well @p fits @data: the length of its name, 0: not at all. */
static size_t fits(const GdbPacket *p, const char *data)
{
    size_t n = strlen(p->name);

    if (strncmp(data, p->name, n) != 0) {
        return 0;
    }
    if (n > 1 && isalnum((unsigned char)p->name[n - 1]) && isalnum((unsigned char)data[n])) {
        return 0; /* another word */
    }
    return n;
}

static const GdbPacket *find_packet(const char *data)
{
    const GdbPacket *best = NULL;
    size_t length = 0;

    LINKSET_FOREACH(r, gdb_packets) {
        size_t n = fits(r->row, data);

        if (n > length) {
            best = r->row;
            length = n;
        }
    }
    return best;
}

static void handle_packet(GdbServer *s)
{
    const GdbPacket *p = find_packet(s->in.data);
    Str reply = {0};
    size_t n;

    if (log_on(gdb)) {
        log_printf("gdb <- %.*s\n", (int)MIN(s->in.len, (size_t)LOGGED), s->in.data);
    }
    if (!p) {
        gdb_send(s, "", 0);
        return;
    }
    n = strlen(p->name);
    if (p->handle(s, s->in.data + n, s->in.len - n, &reply)) {
        gdb_send(s, str_get(&reply), reply.len);
    }
    str_free(&reply);
}

static void take_input(GdbServer *s, GdbInput in)
{
    switch (in) {
    case GDB_INPUT_NONE:
        break;
    case GDB_INPUT_ACK:
        s->last.len = 0;
        break;
    case GDB_INPUT_NAK:
        if (!s->no_ack) {
            send_bytes(s, str_get(&s->last), s->last.len);
        }
        break;
    case GDB_INPUT_BAD:
        if (!s->no_ack) {
            send_bytes(s, "-", 1);
        }
        break;
    case GDB_INPUT_INTERRUPT:
        vm_stop(RUN_STATE_PAUSED);
        gdb_stopped(s, RUN_STATE_PAUSED); /* if it was not running: it was for somebody else */
        break;
    case GDB_INPUT_PACKET:
        if (!s->no_ack) {
            send_bytes(s, "+", 1);
        }
        vm_stop(RUN_STATE_PAUSED); /* packets are about a guest that stands still */
        handle_packet(s);
        break;
    }
}

/* ---- the connection ---- */

static size_t can_read(void *opaque)
{
    GdbServer *s = opaque;

    return s->out.len ? 0 : READ_SIZE;
}

static void read_bytes(void *opaque, const uint8_t *buf, size_t n)
{
    GdbServer *s = opaque;

    for (size_t i = 0; i < n && s->connected; i++) {
        take_input(s, gdb_parse_byte(&s->in, buf[i]));
    }
}

static void writable(void *opaque)
{
    GdbServer *s = opaque;

    chr_fe_flush(&s->fe, &s->out);
    if (!s->out.len) {
        chr_fe_accept_input(&s->fe);
    }
}

static void connected(GdbServer *s)
{
    vm_stop(RUN_STATE_PAUSED);
    memset(&s->in, 0, sizeof(s->in));
    s->out.len = s->last.len = 0;
    s->connected = true;
    s->no_ack = s->multiprocess = s->physical = s->awaiting = false;
    s->sstep = SSTEP_ENABLE | SSTEP_NOIRQ | SSTEP_NOTIMER;
    s->cpu = s->run_cpu = cpu_by_index(0);
}

static void disconnected(GdbServer *s)
{
    bool running = runstate_is_running();

    s->connected = s->awaiting = false;
    s->out.len = s->last.len = 0;
    /* Nobody would hear that a breakpoint was hit.  A machine that stands still waits for the next
     * client. */
    vm_stop(RUN_STATE_PAUSED);
    gdb_let_go(s);
    if (running) {
        vm_start();
    }
}

static void event(void *opaque, ChrEvent what)
{
    if (what == CHR_EVENT_OPENED) {
        connected(opaque);
    } else if (what == CHR_EVENT_CLOSED) {
        disconnected(opaque);
    }
}

static const CharHandlers handlers = {can_read, read_bytes, event, writable};

static void run_state_changed(void *opaque, bool running, RunState state)
{
    if (!running) {
        gdb_stopped(opaque, state);
    }
}

/* ---- starting and ending ---- */

static void stop_serving(GdbServer *s)
{
    if (s->connected) {
        disconnected(s);
    }
    chr_fe_deinit(&s->fe);
    if (s->made) {
        chardev_delete(s->made, NULL);
        s->made = NULL;
    }
    if (s->watcher) {
        vm_change_state_handler_del(s->watcher);
        s->watcher = NULL;
    }
    str_free(&s->out);
    str_free(&s->last);
}

/* Sockets are for servers here, and nobody is waited for. */
static char *full_device(const char *device)
{
    bool socket = str_starts(device, "tcp:") || str_starts(device, "unix:");

    return socket && !strstr(device, "server") ? xasprintf("%s,server=on,wait=off", device)
                                               : xstrdup(device);
}

bool gdbserver_start(const char *device, Error **errp)
{
    GdbServer *s = &gdb_server;
    char *text = full_device(device);
    Chardev *chr = NULL;
    bool ok;

    stop_serving(s);
    ok = chardev_new_legacy("gdb", text, &chr, errp);
    free(text);
    if (!ok) {
        err_prepend(errp, "-gdb %s: ", device);
        return false;
    }
    if (!chr) {
        return true; /* none */
    }
    s->made = str_starts(device, "chardev:") ? NULL : chr;
    if (list_empty(&cpu_list)) {
        err_set(errp, "-gdb %s: there is no CPU to debug", device);
    } else if (chr_fe_init(&s->fe, chr, &handlers, s, errp)) {
        s->watcher = vm_change_state_handler_add(run_state_changed, s);
        return true;
    }
    stop_serving(s);
    return false;
}

void gdbserver_exit(int status)
{
    char reply[8];

    if (gdb_server.connected && gdb_server.awaiting) {
        snprintf(reply, sizeof(reply), "W%02x", status & 0xff);
        gdb_server.awaiting = false;
        gdb_send(&gdb_server, reply, strlen(reply));
    }
    gdb_server.connected = false; /* the vCPUs shall not run on, as they do when a client leaves */
    stop_serving(&gdb_server);
}

static void list_packet(FILE *out, const LinkRow *r)
{
    const GdbPacket *p = r->row;

    listing_line(out, r, p->name, p->help);
}

static void list_packets(FILE *out)
{
    LISTING_FOREACH(out, gdb_packets, list_packet);
}
LISTING(gdb, "packets of the gdb server", list_packets);
