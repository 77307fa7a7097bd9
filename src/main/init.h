/* SPDX-License-Identifier: MIT */
/* Start and end of the emulator. */
#ifndef MAIN_INIT_H
#define MAIN_INIT_H

#include "base/error.h"

/* From the command line to a machine that is ready to run, or runs.  False with a sentence; exits
 * by itself after a help text.  Main thread; returns with the big lock held once the main loop
 * exists. */
bool init(int argc, char **argv, Error **errp);

/* The orderly exit with @status, in cleanup.c: CPUs stopped, disks flushed, terminal restored, all
 * that init has made freed. */
void cleanup(int status);

#endif
