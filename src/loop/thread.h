/* SPDX-License-Identifier: MIT */
/* Threads with names. Each is listed until joined, so that `info threads` can show them; gdb and
 * top show the name too. A new thread has all asynchronous signals blocked: they belong to the
 * main thread's signalfd. */
#ifndef LOOP_THREAD_H
#define LOOP_THREAD_H

#include <pthread.h>
#include "base/types.h"

typedef struct Thread Thread;

/* Start @fn(@arg).  Ends the program with a message if the host refuses. */
Thread *thread_create(const char *name, void *(*fn)(void *arg), void *arg);

/* Wait for its end and free @t; returns what @fn returned. */
void *thread_join(Thread *t);

const char *thread_name(const Thread *t);

/* The host's thread id, as gdb, top and strace show it. */
int thread_tid(const Thread *t);

/* The caller's Thread, or NULL on a thread that thread_create did not make (the main thread). */
Thread *thread_self(void);

/* Each listed thread, the main thread not included.  @fn must not create or join threads. */
void thread_foreach(void (*fn)(const Thread *t, void *opaque), void *opaque);

#endif
