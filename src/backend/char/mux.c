/* SPDX-License-Identifier: MIT */
/* mux=on: several front ends share one terminal.
 *
 * Output of all of them is passed on; keys go to the one in focus. Ctrl-A (-echr) is the escape:
 * the key after it is a command to us. Keys that the front end in focus does not take yet wait in
 * a buffer, so that the escape is seen even if the guest is dead. */
#include "backend/block/block.h"
#include "backend/char/char_int.h"
#include "base/alloc.h"
#include "loop/clock.h"
#include "loop/runstate.h"

enum {
    MUX_FRONTENDS = 4,
    MUX_BUFFER = TEEMU_SMALL ? 64 : 65536,
    MUX_READ_AT_LEAST = 256, /* from a human, even if there is no room */
};

typedef struct MuxPort {
    CharFrontend *fe;
    uint8_t buffer[MUX_BUFFER];
    size_t head, count; /* the oldest key, and how many */
} MuxPort;

typedef struct MuxChardev {
    Chardev chr;
    CharFrontend base; /* our end of the terminal */
    MuxPort port[MUX_FRONTENDS];
    unsigned ports, focus;
    bool escaped; /* the next key is a command */
    bool timestamps;
    bool line_start; /* the next output byte begins a line */
    int64_t timestamps_from;
} MuxChardev;

static uint8_t escape_key = 1; /* Ctrl-A */

void chr_mux_set_escape(uint8_t c)
{
    escape_key = c;
}

/* ---- keys ---- */

static void port_put(MuxPort *p, uint8_t c)
{
    if (p->count < MUX_BUFFER) { /* else the key is lost: see mux_can_read */
        p->buffer[(p->head + p->count++) % MUX_BUFFER] = c;
    }
}

/* Hand over what the front end takes. */
static void port_feed(MuxPort *p)
{
    size_t room;

    while (p->count && (room = chr_fe_can_read(p->fe))) {
        size_t n = MIN(MIN(room, p->count), (size_t)MUX_BUFFER - p->head);
        const uint8_t *from = p->buffer + p->head;

        p->head = (p->head + n) % MUX_BUFFER;
        p->count -= n;
        if (p->fe->handlers->read) {
            p->fe->handlers->read(p->fe->opaque, from, n);
        }
    }
}

static void set_focus(MuxChardev *m, unsigned focus)
{
    chr_fe_event(m->port[m->focus].fe, CHR_EVENT_MUX_OUT);
    m->focus = focus;
    chr_fe_event(m->port[m->focus].fe, CHR_EVENT_MUX_IN);
}

static const char *escape_name(void)
{
    static char name[8];

    if (escape_key < 32) {
        snprintf(name, sizeof(name), "C-%c", escape_key + 'a' - 1);
    } else {
        snprintf(name, sizeof(name), "%c", escape_key);
    }
    return name;
}

static void print_help(MuxChardev *m)
{
    static const struct {
        char key;
        const char *does;
    } rows[] = {
        {'h', "this list"},
        {'x', "end the emulator"},
        {'s', "write snapshot data back to the disk images"},
        {'t', "turn time stamps of the output on or off"},
        {'b', "send a break to the guest (Linux: magic SysRq)"},
        {'c', "give the keyboard to the next: console, monitor"},
    };

    chr_fe_printf(&m->base, "\r\n");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        chr_fe_printf(&m->base, "%s %c    %s\r\n", escape_name(), rows[i].key, rows[i].does);
    }
    chr_fe_printf(&m->base, "%s %s  send %s to the guest\r\n", escape_name(), escape_name(),
                  escape_name());
}

static void save_disks(MuxChardev *m)
{
    Error *err = NULL;

    if (!blk_commit_all(&err)) {
        chr_fe_printf(&m->base, "\r\nteemu: %s\r\n", err_msg(err));
        err_free(err);
    }
}

static void escape_command(MuxChardev *m, uint8_t c)
{
    MuxPort *p = &m->port[m->focus];

    if (c == escape_key) {
        port_put(p, c);
        return;
    }
    switch (c) {
    case 'h':
    case '?':
        print_help(m);
        break;
    case 'x':
        chr_fe_printf(&m->base, "\r\nteemu: terminated\r\n");
        system_shutdown_request(SHUTDOWN_CAUSE_HOST_UI);
        break;
    case 's':
        save_disks(m);
        break;
    case 't':
        m->timestamps = !m->timestamps;
        m->timestamps_from = clock_get_ns(VM_CLOCK_REALTIME);
        break;
    case 'b':
        chr_fe_event(p->fe, CHR_EVENT_BREAK);
        break;
    case 'c':
        if (m->ports > 1) {
            set_focus(m, (m->focus + 1) % m->ports);
        }
        break;
    }
}

/* ---- as the front end of the terminal ---- */

/* A human's key is read even when it must be lost, so that escapes are seen; a file or pipe
 * waits. */
static size_t mux_can_read(void *opaque)
{
    MuxChardev *m = opaque;
    size_t room = m->ports ? MUX_BUFFER - m->port[m->focus].count : 0;

    return m->base.chr && m->base.chr->interactive ? MAX(room, (size_t)MUX_READ_AT_LEAST) : room;
}

static void mux_read(void *opaque, const uint8_t *buf, size_t n)
{
    MuxChardev *m = opaque;

    for (size_t i = 0; i < n; i++) {
        if (m->escaped) {
            m->escaped = false;
            escape_command(m, buf[i]);
        } else if (buf[i] == escape_key) {
            m->escaped = true;
        } else {
            port_put(&m->port[m->focus], buf[i]);
        }
    }
    port_feed(&m->port[m->focus]);
}

static void mux_event(void *opaque, ChrEvent event)
{
    MuxChardev *m = opaque;

    if (event == CHR_EVENT_BREAK) {
        chr_fe_event(m->port[m->focus].fe, event);
        return;
    }
    m->chr.is_open = chr_fe_is_open(&m->base);
    for (unsigned i = 0; i < m->ports; i++) {
        chr_fe_event(m->port[i].fe, event);
    }
}

static void mux_writable(void *opaque)
{
    MuxChardev *m = opaque;

    for (unsigned i = 0; i < m->ports; i++) {
        chr_fe_writable(m->port[i].fe);
    }
}

static const CharHandlers mux_handlers = {
    .can_read = mux_can_read,
    .read = mux_read,
    .event = mux_event,
    .writable = mux_writable,
};

/* ---- as the back end of the front ends ---- */

static void print_timestamp(MuxChardev *m)
{
    int64_t ms = (clock_get_ns(VM_CLOCK_REALTIME) - m->timestamps_from) / NANOSECONDS_PER_MS;

    chr_fe_printf(&m->base, "[%02d:%02d:%02d.%03d] ", (int)(ms / 3600000), (int)(ms / 60000 % 60),
                  (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static size_t mux_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    MuxChardev *m = container_of(chr, MuxChardev, chr);
    size_t done;

    if (!m->timestamps) {
        done = chr_fe_write(&m->base, buf, n);
        m->line_start = done ? buf[done - 1] == '\n' : m->line_start;
        return done;
    }
    for (done = 0; done < n; done++) {
        if (m->line_start) {
            m->line_start = false;
            print_timestamp(m);
        }
        if (!chr_fe_write(&m->base, &buf[done], 1)) {
            break;
        }
        m->line_start = buf[done] == '\n';
    }
    return done;
}

static void mux_accept_input(Chardev *chr)
{
    MuxChardev *m = container_of(chr, MuxChardev, chr);

    if (m->ports) {
        port_feed(&m->port[m->focus]);
    }
    chr_fe_accept_input(&m->base);
}

static bool mux_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    const char *name = keyval_get(opts, "chardev");
    MuxChardev *m = container_of(chr, MuxChardev, chr);
    Chardev *base = name ? chardev_find(name) : NULL;

    if (!base) {
        return err_set(errp, "a mux needs chardev=ID of the device below it");
    }
    chr->is_mux = true;
    m->line_start = true;
    chr->description = xasprintf("mux:%s", base->description);
    if (!chr_fe_init(&m->base, base, &mux_handlers, m, errp)) {
        return false;
    }
    chr->is_open = chr_fe_is_open(&m->base);
    return true;
}

static void mux_close(Chardev *chr)
{
    MuxChardev *m = container_of(chr, MuxChardev, chr);

    for (unsigned i = 0; i < m->ports; i++) {
        m->port[i].fe->chr = NULL;
    }
    m->ports = 0;
    chr_fe_deinit(&m->base);
}

CHARDEV(mux, .name = "mux", .size = sizeof(MuxChardev),
        .help = "chardev=ID: share ID between consoles and a monitor (Ctrl-A H helps)",
        .open = mux_open, .write = mux_write, .accept_input = mux_accept_input,
        .close = mux_close);

Chardev *chr_mux_new(const char *id, Chardev *base, Error **errp)
{
    KeyVals *opts = keyval_parse("-chardev", "", NULL, errp);
    Chardev *chr;

    keyval_set(opts, "chardev", base->id);
    chr = chardev_new(&chardev_mux, id, opts, errp);
    keyval_free(opts);
    return chr;
}

/* The newest front end has the keyboard: boards attach their console after the monitor was made. */
bool chr_mux_attach(Chardev *chr, CharFrontend *fe, Error **errp)
{
    MuxChardev *m = container_of(chr, MuxChardev, chr);

    if (m->ports == MUX_FRONTENDS) {
        return err_set(errp, "character device %s: at most %d can share it", chr->id,
                       MUX_FRONTENDS);
    }
    m->port[m->ports] = (MuxPort){.fe = fe};
    m->ports++;
    chr->fe = m->port[0].fe;
    if (m->ports > 1) {
        set_focus(m, m->ports - 1);
    }
    return true;
}

void chr_mux_detach(Chardev *chr, CharFrontend *fe)
{
    MuxChardev *m = container_of(chr, MuxChardev, chr);

    for (unsigned i = 0; i < m->ports; i++) {
        if (m->port[i].fe == fe) {
            m->ports--;
            memmove(&m->port[i], &m->port[i + 1], (m->ports - i) * sizeof(m->port[0]));
            m->port[m->ports].fe = NULL;
            chr->fe = m->port[0].fe;
            if (m->focus > i) {
                m->focus--;
            } else if (m->focus == i) {
                m->focus = m->ports ? m->ports - 1 : 0;
                chr_fe_event(m->port[m->focus].fe, CHR_EVENT_MUX_IN);
            }
            return;
        }
    }
}
