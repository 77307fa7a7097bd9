/* SPDX-License-Identifier: MIT */
/* The text monitor: a connection on which a human types commands.
 *
 * What is said waits in a buffer until the terminal takes it, and no more keys are looked at
 * before; so a client that does not read costs no more than the output of one command. */
#include "backend/char/char.h"
#include "base/alloc.h"
#include "inspect/complete.h"
#include "inspect/monitor_int.h"
#include "inspect/readline.h"
#include "loop/aio.h"
#include "loop/runstate.h"

enum { INPUT_SIZE = 512 };

typedef struct Hmp {
    MonitorConnection connection;
    CharFrontend fe;
    Monitor mon;
    Readline rl;
    Str out; /* to be sent */
    uint8_t in[INPUT_SIZE]; /* keys that wait until out is sent */
    size_t in_count;
    BH *more; /* looks at them */
    bool line_done; /* a command was executed in this turn of the main loop */
    bool focused; /* a mux gives us the keyboard, or there is none */
    bool greeted; /* the client has seen the banner */
} Hmp;

/* ---- out ---- */

static void flush_out(Hmp *h)
{
    size_t done = h->out.len ? chr_fe_write(&h->fe, h->out.s, h->out.len) : 0;

    if (done) {
        memmove(h->out.s, h->out.s + done, h->out.len - done + 1);
        h->out.len -= done;
    }
}

/* Terminals in raw mode want a carriage return, too. */
static void print(void *opaque, const char *text)
{
    Hmp *h = opaque;

    while (*text) {
        size_t n = strcspn(text, "\n");

        str_append_n(&h->out, text, n);
        text += n;
        if (*text) {
            str_append(&h->out, "\r\n");
            text++;
        }
    }
    flush_out(h);
}

static void greet(Hmp *h)
{
    if (!h->focused || !monitors_started() || !chr_fe_is_open(&h->fe)) {
        return;
    }
    if (!h->greeted) {
        print(h, "teemu " TEEMU_VERSION " monitor - type 'help' for more information\n");
        h->greeted = true;
    } else {
        print(h, "\n");
    }
    readline_prompt(&h->rl);
}

/* ---- in ---- */

static void do_line(void *opaque, const char *line)
{
    Hmp *h = opaque;

    command_execute(&h->mon, line);
    h->line_done = true;
    if (h->mon.out.len) {
        print(h, str_get(&h->mon.out));
    }
    str_free(&h->mon.out);
    if (!system_shutdown_requested()) {
        readline_prompt(&h->rl);
    }
}

static void complete(void *opaque, const char *text, const char *word, Readline *rl)
{
    Hmp *h = opaque;

    command_complete(&h->mon, text, word, rl);
}

static const ReadlineOps readline_ops = {print, do_line, complete};

/* One command in a turn of the main loop, which obeys what a command has requested (reset, stop)
 * before the next one asks how things are. */
static void take_input(void *opaque)
{
    Hmp *h = opaque;
    size_t done = 0;

    h->line_done = false;
    while (done < h->in_count && !h->out.len && !h->line_done && !system_shutdown_requested()) {
        readline_byte(&h->rl, h->in[done++]);
    }
    memmove(h->in, h->in + done, h->in_count - done);
    h->in_count -= done;
    if (h->in_count && !h->out.len) {
        bh_schedule(h->more);
    } else {
        chr_fe_accept_input(&h->fe);
    }
}

/* The end of the input, too, is read only when all before it is done. */
static size_t can_read(void *opaque)
{
    Hmp *h = opaque;

    return monitors_started() && !h->out.len && !h->in_count ? INPUT_SIZE : 0;
}

static void read_bytes(void *opaque, const uint8_t *buf, size_t n)
{
    Hmp *h = opaque;

    memcpy(h->in, buf, n);
    h->in_count = n;
    bh_schedule(h->more);
}

static void writable(void *opaque)
{
    Hmp *h = opaque;

    flush_out(h);
    bh_schedule(h->more);
}

static void event(void *opaque, ChrEvent what)
{
    Hmp *h = opaque;

    switch (what) {
    case CHR_EVENT_OPENED:
        greet(h);
        break;
    case CHR_EVENT_CLOSED:
        h->greeted = false;
        h->out.len = h->in_count = 0;
        readline_clear(&h->rl);
        break;
    case CHR_EVENT_MUX_IN:
        h->focused = true;
        greet(h);
        break;
    case CHR_EVENT_MUX_OUT:
        h->focused = false;
        break;
    case CHR_EVENT_BREAK:
        break;
    }
}

static const CharHandlers handlers = {can_read, read_bytes, event, writable};

/* ---- life ---- */

static void start(MonitorConnection *c)
{
    Hmp *h = container_of(c, Hmp, connection);

    greet(h);
    chr_fe_accept_input(&h->fe);
}

static void destroy(MonitorConnection *c)
{
    Hmp *h = container_of(c, Hmp, connection);

    if (h->out.len && chr_fe_is_open(&h->fe)) {
        chr_fe_write_all(&h->fe, h->out.s, h->out.len);
    }
    chr_fe_deinit(&h->fe);
    bh_delete(h->more);
    readline_free(&h->rl);
    str_free(&h->out);
    str_free(&h->mon.out);
    free(h);
}

bool hmp_new(struct Chardev *chr, Error **errp)
{
    Hmp *h = xnew(Hmp);

    h->connection.start = start;
    h->connection.destroy = destroy;
    h->focused = true;
    h->mon.readline = &h->rl;
    h->more = bh_new(aio_get_main_context(), take_input, h);
    readline_init(&h->rl, "(teemu) ", &readline_ops, h);
    if (!chr_fe_init(&h->fe, chr, &handlers, h, errp)) {
        bh_delete(h->more);
        readline_free(&h->rl);
        free(h);
        return false;
    }
    monitor_add_connection(&h->connection);
    return true;
}

/* ---- history ---- */

static void info_history(Monitor *mon, const CommandArgs *args)
{
    const Readline *rl = mon->readline;

    for (size_t i = 0; rl && i < rl->history_count; i++) {
        monitor_printf(mon, "%" PRIu64 ": '%s'\n", rl->history_first + i, rl->history[i]);
    }
}
COMMAND(info_history, "info history", "", "the commands that were typed here", info_history);
