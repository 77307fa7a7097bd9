/* SPDX-License-Identifier: MIT */
/* The main thread's loop, and the big lock. */
#ifndef LOOP_MAIN_LOOP_H
#define LOOP_MAIN_LOOP_H

#include <pthread.h>
#include "loop/aio.h"

/* Clocks, signals (signal.h), the main and the iohandler context. Call once, first, on the main
 * thread and before any other thread exists; returns with the big lock held. */
bool init_main_loop(Error **errp);

/* One turn over the main and the iohandler context. With @nonblocking it never sleeps; otherwise
 * until a descriptor is ready, a timer due, or a bottom half scheduled. Main thread, big lock
 * held; it is released while sleeping. */
void main_loop_wait(bool nonblocking);

/* Wake the main thread from its sleep.  Any thread, any signal handler. */
void main_loop_notify(void);

/* True on the thread that called init_main_loop. */
bool in_main_thread(void);

/* Watch @fd in the iohandler context: for devices' back ends.  As aio_set_fd_handler. */
#define set_fd_handler(fd, read, write, opaque)                                                   \
    aio_set_fd_handler_at(iohandler_get_context(), fd, read, write, opaque,                       \
                          CALL_SITE(#read " " #write))

/* The big lock: all device code and each callback of the main thread runs under it. Not
 * recursive. */
void bql_lock(void);
void bql_unlock(void);

/* Does this thread hold it? */
bool bql_locked(void);

/* pthread_cond_wait on the big lock, which the caller holds. */
void bql_cond_wait(pthread_cond_t *cond);

#endif
