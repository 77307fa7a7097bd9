/* SPDX-License-Identifier: MIT */
/* Diagnosis of a boot: a console that stays silent, and a kernel that gives up for a reason which
 * the command line can mend. */
#ifndef INSPECT_DIAGNOSE_BOOT_H
#define INSPECT_DIAGNOSE_BOOT_H

/* Watch the console from now on.  Main thread, before the machine runs. */
void diagnose_boot_start(void);

#endif
