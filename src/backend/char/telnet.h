/* SPDX-License-Identifier: MIT */
/* The telnet protocol (RFC 854) on a byte stream, as far as a terminal behind it needs: what stands
 * between the bytes is taken out, and the other side is asked to send each key at once. */
#ifndef BACKEND_CHAR_TELNET_H
#define BACKEND_CHAR_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TELNET_IAC = 255 }; /* "interpret as command"; as a byte of data it is sent twice */

/* Where in a command the last bytes ended: they may come one by one. */
typedef struct Telnet {
    enum { TELNET_DATA, TELNET_COMMAND, TELNET_OPTION, TELNET_SUB, TELNET_SUB_COMMAND } state;
    bool after_cr; /* the NUL of "carriage return" (CR NUL) is not data */
    bool got_break; /* the user sent one; who reads it clears it */
} Telnet;

/* What a server says first: we echo, no line mode, bytes have eight bits. */
extern const uint8_t telnet_greeting[12];

/* Leave only the data in @buf; returns how much that is. */
size_t telnet_receive(Telnet *t, uint8_t *buf, size_t n);

#endif
