/* SPDX-License-Identifier: MIT */
/* "gdbserver". */
#include "inspect/gdbstub.h"
#include "inspect/monitor.h"

static void gdbserver(Monitor *mon, const CommandArgs *args)
{
    const char *device = arg_given(args, "device") ? arg_str(args, "device") : "tcp::1234";
    Error *err = NULL;

    if (!gdbserver_start(device, &err)) {
        monitor_error(mon, err);
    } else if (!strcmp(device, "none")) {
        monitor_puts(mon, "Disabled gdbserver\n");
    } else {
        monitor_printf(mon, "Waiting for gdb connection on device '%s'\n", device);
    }
}
COMMAND(gdbserver, "gdbserver", "device:s?", "let gdb connect (tcp::1234), or none: stop that",
        gdbserver);
