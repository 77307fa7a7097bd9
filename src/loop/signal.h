/* SPDX-License-Identifier: MIT */
/* Signals as events. SIGINT, SIGTERM and SIGHUP are blocked everywhere and read from a signalfd
 * by the main loop, so that being told to end takes the same orderly way as the guest's
 * power-off: disks flushed, terminal restored. */
#ifndef LOOP_SIGNAL_H
#define LOOP_SIGNAL_H

#include <signal.h>
#include "base/error.h"

/* Called by init_main_loop, before any thread exists.  SIGPIPE is ignored from then on. */
bool signal_init(Error **errp);
void signal_cleanup(void); /* they are read no more */

/* Call @fn, async-signal-safe code only, when the program is about to die of a fatal signal (a
 * crash, an assertion, SIGQUIT): the last moment to restore the terminal or to explain. At most
 * SIGNAL_FATAL_HOOKS of them. */
enum { SIGNAL_FATAL_HOOKS = 4 };
typedef void SignalFatalHook(const siginfo_t *info, void *opaque);
void signal_add_fatal_hook(SignalFatalHook *fn, void *opaque);

#endif
