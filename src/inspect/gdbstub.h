/* SPDX-License-Identifier: MIT */
/* The gdb server: a debugger elsewhere looks at and steers the guest, by gdb's remote protocol.
 *
 * Harts are threads of one process.  While the guest runs the client waits; whatever it sends then
 * stops the machine.  Main thread, big lock. */
#ifndef INSPECT_GDBSTUB_H
#define INSPECT_GDBSTUB_H

#include "base/error.h"

/* Serve gdb at @device: tcp::PORT, unix:PATH, stdio, pty, chardev:ID, or "none" to stop serving.
 * There is one server at a time; the last word counts.  After the machine was made. */
bool gdbserver_start(const char *device, Error **errp);

/* Tell the client that the program ends with @status, and stop serving. */
void gdbserver_exit(int status);

#endif
