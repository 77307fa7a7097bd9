/* SPDX-License-Identifier: MIT */
/* The terminal on standard input: raw while a guest uses it, restored on each way out. */
#ifndef BACKEND_CHAR_TERM_H
#define BACKEND_CHAR_TERM_H

#include "base/types.h"

/* Every key goes to us at once and is not echoed. @signals: Ctrl-C, Ctrl-Z and Ctrl-\ keep their
 * meaning; otherwise they are keys like all others. Does nothing if standard input is no
 * terminal. */
void term_raw(bool signals);

/* As it was. Async-signal-safe; harmless if term_raw was not called. Also runs at exit() and when
 * a fatal signal kills us. */
void term_restore(void);

#endif
