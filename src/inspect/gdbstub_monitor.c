/* SPDX-License-Identifier: MIT */
/* Between gdb and the monitor: "monitor COMMAND" in gdb, "gdbserver" and "where" in both. */
#include "base/alloc.h"
#include "inspect/cpu_view.h"
#include "inspect/gdbstub.h"
#include "inspect/gdbstub_int.h"
#include "inspect/monitor.h"

/* ---- monitor commands of gdb ---- */

/* Text for the user goes in packets of its own, before the answer. */
static void send_output(GdbServer *s, const char *text)
{
    enum { PIECE = (GDB_PACKET_MAX - 1) / 2 };
    size_t len = strlen(text);

    for (size_t at = 0; at < len; at += PIECE) {
        Str packet = {0};

        str_append(&packet, "O");
        gdb_append_hex(&packet, text + at, MIN(len - at, (size_t)PIECE));
        gdb_send(s, str_get(&packet), packet.len);
        str_free(&packet);
    }
}

static bool monitor_command(GdbServer *s, const char *args, size_t n, Str *reply)
{
    char line[GDB_PACKET_MAX / 2 + 1], *said;

    if (!gdb_parse_char(&args, ',') || n < 3 || n % 2 == 0 ||
        !gdb_parse_bytes(args, line, n / 2)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    line[n / 2] = 0;
    s->in_monitor = true;
    said = monitor_run_line(line, s->cpu->index);
    s->in_monitor = false;
    send_output(s, said);
    free(said);
    return gdb_ok(reply);
}
GDB_PACKET(monitor, "qRcmd", "qRcmd,HEX: a command of the monitor", monitor_command);

/* ---- monitor commands about us ---- */

static void gdbserver(Monitor *mon, const CommandArgs *args)
{
    const char *device = arg_given(args, "device") ? arg_str(args, "device") : "tcp::1234";
    Error *err = NULL;

    if (gdb_server.in_monitor) {
        monitor_puts(mon, "Error: gdb cannot saw off the branch that it sits on; use a monitor\n");
    } else if (!gdbserver_start(device, &err)) {
        monitor_error(mon, err);
    } else if (!strcmp(device, "none")) {
        monitor_puts(mon, "Disabled gdbserver\n");
    } else {
        monitor_printf(mon, "Waiting for gdb connection on device '%s'\n", device);
    }
}
COMMAND(gdbserver, "gdbserver", "device:s?", "let gdb connect there (tcp::1234), or to none",
        gdbserver);

static void say_where(Monitor *mon, CPUState *cpu)
{
    Str text = {0};

    if (cpu->ops->describe) {
        cpu_print(cpu, cpu->ops->describe, &text);
    }
    monitor_printf(mon, "CPU#%d: %s\n", cpu->index, str_get(&text));
    str_free(&text);
}

static void where(Monitor *mon, const CommandArgs *args)
{
    CPUState *cpu = monitor_cpu(mon);

    if (cpu && !arg_given(args, "a")) {
        say_where(mon, cpu);
    } else if (cpu) {
        CPU_FOREACH(cpu) {
            say_where(mon, cpu);
        }
    }
}
COMMAND(where, "where", "a:-", "privilege, symbol and last trap of this CPU, or (-a) of all",
        where);
