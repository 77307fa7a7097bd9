/* SPDX-License-Identifier: MIT */
/* What the text monitor and QMP have in common about steering.  Main thread, big lock. */
#ifndef INSPECT_RUN_H
#define INSPECT_RUN_H

#include "base/error.h"

/* "cont".  False when the machine cannot go on as it is. */
bool run_cont(Error **errp);

/* "system_wakeup". */
bool run_wakeup(Error **errp);

#endif
