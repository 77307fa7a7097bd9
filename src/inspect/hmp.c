/* SPDX-License-Identifier: MIT */
/* The text monitor: a connection on which a human types commands. */
#include "base/alloc.h"
#include "inspect/complete.h"
#include "inspect/monitor_int.h"
#include "inspect/readline.h"
#include "loop/runstate.h"

typedef struct Hmp {
    MonitorConnection connection;
    Monitor mon;
    Readline rl;
    bool line_done; /* the last key ended a line */
    bool focused; /* a mux gives us the keyboard, or there is none */
    bool greeted; /* the client has seen the banner */
} Hmp;

/* ---- out ---- */

/* Terminals in raw mode want a carriage return, too. */
static void print(void *opaque, const char *text)
{
    Hmp *h = opaque;

    while (*text) {
        size_t n = strcspn(text, "\n");

        str_append_n(&h->connection.out, text, n);
        text += n;
        if (*text) {
            str_append(&h->connection.out, "\r\n");
            text++;
        }
    }
    chr_fe_flush(&h->connection.fe, &h->connection.out);
}

static void greet(MonitorConnection *c)
{
    Hmp *h = container_of(c, Hmp, connection);

    if (!h->focused || !monitors_started() || !chr_fe_is_open(&c->fe)) {
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

static bool take_byte(MonitorConnection *c, uint8_t byte)
{
    Hmp *h = container_of(c, Hmp, connection);

    h->line_done = false;
    readline_byte(&h->rl, byte);
    return h->line_done;
}

static void event(MonitorConnection *c, ChrEvent what)
{
    Hmp *h = container_of(c, Hmp, connection);

    switch (what) {
    case CHR_EVENT_OPENED:
        greet(c);
        break;
    case CHR_EVENT_CLOSED:
        h->greeted = false;
        readline_clear(&h->rl);
        break;
    case CHR_EVENT_MUX_IN:
        h->focused = true;
        greet(c);
        break;
    case CHR_EVENT_MUX_OUT:
        h->focused = false;
        break;
    case CHR_EVENT_BREAK:
        break;
    }
}

/* ---- life ---- */

static void hmp_free(MonitorConnection *c)
{
    Hmp *h = container_of(c, Hmp, connection);

    readline_free(&h->rl);
    str_free(&h->mon.out);
    free(h);
}

static const MonitorProtocol protocol = {greet, take_byte, event, hmp_free};

bool hmp_new(struct Chardev *chr, Error **errp)
{
    Hmp *h = xnew(Hmp);

    h->focused = true;
    h->mon.readline = &h->rl;
    readline_init(&h->rl, "(teemu) ", &readline_ops, h);
    if (!monitor_connect(&h->connection, &protocol, chr, errp)) {
        hmp_free(&h->connection);
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
