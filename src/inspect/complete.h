/* SPDX-License-Identifier: MIT */
/* What Tab may make of a word. */
#ifndef INSPECT_COMPLETE_H
#define INSPECT_COMPLETE_H

#include "inspect/monitor.h"
#include "inspect/readline.h"

/* Offer to @rl what @word, the last one of the line @text, may become. */
void command_complete(Monitor *mon, const char *text, const char *word, Readline *rl);

#endif
