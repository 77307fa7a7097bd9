/* SPDX-License-Identifier: MIT */
/* An iothread: a thread that serves an AioContext of its own, so that a busy disk does not wait
 * for the main loop. */
#ifndef LOOP_IOTHREAD_H
#define LOOP_IOTHREAD_H

#include "loop/aio.h"
#include "loop/thread.h"

typedef struct IOThread IOThread;

/* Start one; it shows as "IO @name" in `info threads`.  NULL with *errp when the host refuses. */
IOThread *iothread_new(const char *name, Error **errp);

/* Stop and join it.  What is scheduled already still runs.  Not from the iothread itself. */
void iothread_free(IOThread *t);

/* Borrowed. */
AioContext *iothread_get_context(const IOThread *t);
const char *iothread_name(const IOThread *t);
const Thread *iothread_get_thread(const IOThread *t);

/* Main thread. */
IOThread *iothread_find(const char *name);
void iothread_foreach(void (*fn)(IOThread *t, void *opaque), void *opaque);

#endif
