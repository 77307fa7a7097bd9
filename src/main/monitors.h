/* SPDX-License-Identifier: MIT */
/* The monitors that the command line asks for. */
#ifndef MAIN_MONITORS_H
#define MAIN_MONITORS_H

#include "base/error.h"

/* Does one of them take this terminal for itself? */
bool monitors_use_stdio(void);

/* Make them; character devices and serial ports exist.  They listen from monitor_start on. */
bool create_monitors(Error **errp);

#endif
