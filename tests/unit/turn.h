/* SPDX-License-Identifier: MIT */
/* Waiting, in a test that plays the main thread, for what other threads do. */
#ifndef UNIT_TURN_H
#define UNIT_TURN_H

#include "loop/main_loop.h"

#include <unistd.h>

/* Turn the main loop once, and give the others the big lock for a millisecond: they may need it,
 * and need not wake the main loop when they are done. */
static inline void turn_main_loop(void)
{
    main_loop_wait(true);
    bql_unlock();
    usleep(1000);
    bql_lock();
}

#endif
