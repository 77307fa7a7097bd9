/* SPDX-License-Identifier: MIT */
/* A command is IAC CODE; WILL, WONT, DO and DONT have an option behind them, and SB goes on until
 * IAC SE.  Answers to our greeting need no answer, and what the other side asks for changes
 * nothing. */
#include "backend/char/telnet.h"

enum { SE = 240, BRK = 243, SB = 250, WILL = 251, DO = 253, DONT = 254 };
enum { BINARY = 0, ECHO = 1, SUPPRESS_GO_AHEAD = 3 };

#define SAY(verb, option) TELNET_IAC, verb, option

const uint8_t telnet_greeting[12] = {SAY(WILL, ECHO), SAY(WILL, SUPPRESS_GO_AHEAD),
                                     SAY(WILL, BINARY), SAY(DO, BINARY)};

/* @c came after IAC.  Is it data? */
static bool command(Telnet *t, uint8_t c)
{
    t->state = c >= WILL && c <= DONT ? TELNET_OPTION : c == SB ? TELNET_SUB : TELNET_DATA;
    t->got_break |= c == BRK;
    return c == TELNET_IAC;
}

/* Is @c data? */
static bool take(Telnet *t, uint8_t c)
{
    bool after_cr = t->after_cr;

    switch (t->state) {
    case TELNET_COMMAND:
        return command(t, c);
    case TELNET_OPTION:
        t->state = TELNET_DATA;
        return false;
    case TELNET_SUB:
        t->state = c == TELNET_IAC ? TELNET_SUB_COMMAND : TELNET_SUB;
        return false;
    case TELNET_SUB_COMMAND:
        t->state = c == SE ? TELNET_DATA : TELNET_SUB;
        return false;
    default:
        t->state = c == TELNET_IAC ? TELNET_COMMAND : TELNET_DATA;
        t->after_cr = c == '\r';
        return c != TELNET_IAC && !(after_cr && c == 0);
    }
}

size_t telnet_receive(Telnet *t, uint8_t *buf, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t c = buf[i];

        if (take(t, c)) {
            buf[kept++] = c;
        }
    }
    return kept;
}
