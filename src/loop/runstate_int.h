/* SPDX-License-Identifier: MIT */
/* Between runstate.c and requests.c. */
#ifndef LOOP_RUNSTATE_INT_H
#define LOOP_RUNSTATE_INT_H

#include "loop/runstate.h"

/* Tell the event notifiers. */
void system_event(const char *name, ShutdownCause cause);

/* Call the wakeup hook. */
void system_wakeup(void);

#endif
