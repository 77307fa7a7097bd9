/* SPDX-License-Identifier: MIT */
/* The board "none": no memory, no CPU, no device.  For looking at an empty machine. */
#include "hw/core/board.h"

typedef struct NoneMachine {
    Machine machine;
} NoneMachine;

static bool none_init(Machine *m, Error **errp)
{
    if (m->kernel || m->firmware) {
        return err_set(errp, "machine 'none' has no memory for -kernel or -bios: choose a board, "
                             "'-M help' lists them");
    }
    return true;
}

BOARD(NoneMachine, .name = "none", .summary = "empty machine", .init = none_init);
