/* SPDX-License-Identifier: MIT */
/* The way of a key from the host's keyboard to the guest and back, step by step
 * (-trace serial_walk).  Each place that it comes through says so; a place that is reached out of
 * turn (an interrupt of another device, say) has nothing to do with the key and says nothing.
 *
 *     descriptor readable -> chardev -> FIFO of the UART -> PLIC -> trap of a hart -> echo
 *
 * Two keys that are under way at once cannot be told apart: the second one begins a new walk. */
#ifndef BASE_SERIAL_WALK_H
#define BASE_SERIAL_WALK_H

#include "base/types.h"

typedef enum SerialWalk {
    WALK_FD,
    WALK_CHARDEV,
    WALK_FIFO,
    WALK_PLIC,
    WALK_TRAP,
    WALK_ECHO,
    WALK_STEPS
} SerialWalk;

/* Does anybody want to know? */
bool serial_walk_on(void);

/* The key has come to @step, which is on @track.  Any thread. */
void serial_walk(SerialWalk step, const char *track, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
