/* SPDX-License-Identifier: MIT */
/* Editing a line on a terminal: cursor keys, history, completion.
 *
 * Keys: arrows, Home, End, Delete, Backspace, Ctrl-A B D E F H K L N P U W, Tab, Enter.  It knows
 * bytes in and text out, and no terminal; so it runs without one. */
#ifndef INSPECT_READLINE_H
#define INSPECT_READLINE_H

#include "base/str.h"

enum { READLINE_MAX = 4095, READLINE_HISTORY = 64 };

typedef struct Readline Readline;

typedef struct ReadlineOps {
    void (*print)(void *opaque, const char *text); /* to the terminal */
    void (*line)(void *opaque, const char *line);  /* Enter: do it, then readline_prompt */
    /* Call readline_offer with each word that the last word of @text may become; may be NULL. */
    void (*complete)(void *opaque, const char *text, const char *word, Readline *rl);
} ReadlineOps;

struct Readline {
    const ReadlineOps *ops;
    void *opaque;
    const char *prompt;
    char buf[READLINE_MAX + 1];
    size_t len, cursor;
    enum { KEY_PLAIN, KEY_ESC, KEY_CSI, KEY_SS3 } state;
    unsigned csi; /* the number in an escape sequence */
    bool after_cr; /* a '\n' now belongs to the '\r' before it */
    char *history[READLINE_HISTORY]; /* the oldest first */
    size_t history_count;
    uint64_t history_first; /* the number of history[0] */
    size_t history_at; /* what is shown: history[history_at]; history_count: the new line */
    char *saved; /* the new line while an old one is shown */
    char **offers;
    size_t offer_count, offer_from; /* the words; where the word that they replace begins */
};

void readline_init(Readline *rl, const char *prompt, const ReadlineOps *ops, void *opaque);
void readline_free(Readline *rl);

/* Show the prompt and what was typed behind it. */
void readline_prompt(Readline *rl);

/* A key's byte. */
void readline_byte(Readline *rl, uint8_t c);

/* Forget the line that was begun. */
void readline_clear(Readline *rl);

/* For ops.complete: a word; it counts if it begins as the word to be completed does.  Copied. */
void readline_offer(Readline *rl, const char *word);

#endif
