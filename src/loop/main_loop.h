/* SPDX-License-Identifier: MIT */
/* The main thread's loop.  It runs under the big lock (base/bql.h). */
#ifndef LOOP_MAIN_LOOP_H
#define LOOP_MAIN_LOOP_H

#include "base/bql.h"
#include "loop/aio.h"

/* Clocks, signals (signal.h), the main and the iohandler context. Call once, first, on the main
 * thread and before any other thread exists; returns with the big lock held. */
bool init_main_loop(Error **errp);

/* Undo it, at the very end: handlers, timers and bottom halves are of no use any more.  Returns
 * without the big lock.  The three signals stay blocked: what they ask for has been done. */
void main_loop_cleanup(void);

/* One turn over the main and the iohandler context. With @nonblocking it never sleeps; otherwise
 * until a descriptor is ready, a timer due, or a bottom half scheduled. Main thread, big lock
 * held; it is released while sleeping. */
void main_loop_wait(bool nonblocking);

/* End the main thread's current or next sleep.  Any thread, any signal handler. */
void main_loop_notify(void);

/* True on the thread that called init_main_loop. */
bool in_main_thread(void);

/* Watch @fd in the iohandler context: for devices' back ends.  As aio_set_fd_handler. */
#define set_fd_handler(fd, read, write, opaque)                                                   \
    aio_set_fd_handler_at(iohandler_get_context(), fd, read, write, opaque,                       \
                          CALL_SITE(#read " " #write))

#endif
