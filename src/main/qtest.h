/* SPDX-License-Identifier: MIT */
/* -qtest: a script drives the machine. */
#ifndef MAIN_QTEST_H
#define MAIN_QTEST_H

#include "base/error.h"

/* Is this terminal the script's? */
bool qtest_uses_stdio(void);

/* Listen to the script, if there is to be one.  When the machine is complete. */
bool create_qtest(Error **errp);

void qtest_cleanup(void);

#endif
