/* SPDX-License-Identifier: MIT */
/* The host takes memory away: a file behind guest RAM was made shorter, or a chip failed. The
 * kernel says so with SIGBUS, to the thread that touched it. */
#ifndef ACCEL_SIGBUS_H
#define ACCEL_SIGBUS_H

/* From now on such a SIGBUS is reported with the guest's address before it ends us.  Main thread,
 * once. */
void init_sigbus(void);

#endif
