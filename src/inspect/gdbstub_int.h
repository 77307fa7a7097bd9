/* SPDX-License-Identifier: MIT */
/* Between the files of the gdb server: the connection, and the rows that packets are.
 *
 *     GDB_PACKET(read_memory, "m", "m ADDR,LEN: read memory", read_memory);
 */
#ifndef INSPECT_GDBSTUB_INT_H
#define INSPECT_GDBSTUB_INT_H

#include "backend/char/char.h"
#include "base/linkset.h"
#include "inspect/gdbstub_packet.h"
#include "loop/runstate.h"
#include "target/cpu.h"

typedef struct GdbServer {
    CharFrontend fe;
    Chardev *made; /* the back end, if it was made for us */
    VMChangeStateEntry *watcher;
    GdbParser in;
    Str out;  /* not taken by the back end yet */
    Str last; /* the last packet sent, until it is acknowledged */
    bool connected;

    /* what the client chose */
    bool no_ack;
    bool multiprocess; /* thread ids with "p1." */
    bool physical;     /* addresses of m, M and X are physical */
    unsigned sstep;    /* SSTEP_* of its single steps */
    CPUState *cpu;     /* Hg: whose registers and memory */
    CPUState *run_cpu; /* Hc: which one c and s mean */

    bool in_monitor; /* a command that it sent is being done */
    bool awaiting; /* it has let the machine run, and waits for a stop reply */
} GdbServer;

extern GdbServer gdb_server;

/* What a packet does.  Returns true when @reply is to be sent, which is "" for "I don't know this",
 * and false when the answer comes later. */
typedef bool GdbHandler(GdbServer *s, const char *args, size_t n, Str *reply);

typedef struct GdbPacket {
    /* How it begins.  A letter alone takes anything after it; a word must end there or with it. */
    const char *name;
    const char *help;
    GdbHandler *handle; /* @args are the @n bytes behind the name, NUL-terminated */
    const char *offer; /* in the answer to qSupported, or NULL */
} GdbPacket;

#define GDB_PACKET(symbol, name_, help_, handle_) GDB_FEATURE(symbol, name_, help_, handle_, NULL)
#define GDB_FEATURE(symbol, name_, help_, handle_, offer_)                                         \
    static const GdbPacket gdb_packet_##symbol = {name_, help_, handle_, offer_};                  \
    LINKSET_ADD(gdb_packets, gdb_packet_##symbol)

/* Answers. */
enum {
    GDB_ERROR_FAULT = 14,  /* no memory there, as EFAULT */
    GDB_ERROR_INVALID = 22, /* the packet makes no sense, as EINVAL */
};
static inline bool gdb_ok(Str *reply)
{
    str_append(reply, "OK");
    return true;
}
static inline bool gdb_error(Str *reply, unsigned code)
{
    str_printf(reply, "E%02x", code);
    return true;
}

/* ---- gdbstub.c ---- */

/* Send a packet: a reply, or one by our own will. */
void gdb_send(GdbServer *s, const char *data, size_t n);

/* ---- gdbstub_threads.c ---- */

void gdb_append_thread(GdbServer *s, CPUState *cpu, Str *out);
/* The vCPU that is meant, the first one for "any" and "all"; NULL: there is none such. */
CPUState *gdb_find_thread(GdbServer *s, const GdbThreadId *id);

/* ---- gdbstub_run.c ---- */

/* The machine has stopped, in @state: say so if the client waits for it. */
void gdb_stopped(GdbServer *s, RunState state);
/* All vCPUs run freely, and no points are left. */
void gdb_let_go(GdbServer *s);

#endif
