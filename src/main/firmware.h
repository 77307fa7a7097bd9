/* SPDX-License-Identifier: MIT */
/* -fw_cfg and -uuid, handed to the board's fw_cfg device. */
#ifndef MAIN_FIRMWARE_H
#define MAIN_FIRMWARE_H

#include "base/error.h"

/* After the board's init, before anything runs.  Big lock. */
bool firmware_options_apply(Error **errp);

#endif
