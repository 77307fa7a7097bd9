/* SPDX-License-Identifier: MIT */
/* The bytes of gdb's remote protocol: how packets stand in the stream.
 *
 *     $ data # c s      a packet; cs is the sum of the bytes between, in two hex digits
 *     + -               the packet was received well, or is to be sent again
 *     0x03              not in a packet: stop the machine (Ctrl-C)
 *
 * In data, '}' says that the next byte was sent with bit 5 turned over: so '#', '$', '*' and '}'
 * can be part of it.  We send no run lengths, and clients never do.  (gdb manual, appendix E.1) */
#ifndef INSPECT_GDBSTUB_PACKET_H
#define INSPECT_GDBSTUB_PACKET_H

#include "base/str.h"

enum { GDB_PACKET_MAX = 0x4000 }; /* bytes of data that we take; as PacketSize says */

typedef enum GdbInput {
    GDB_INPUT_NONE, /* more bytes are needed, or this one means nothing */
    GDB_INPUT_PACKET, /* data and len of the parser are a packet, until the next byte */
    GDB_INPUT_BAD, /* one was damaged, or longer than we take */
    GDB_INPUT_ACK,
    GDB_INPUT_NAK,
    GDB_INPUT_INTERRUPT,
} GdbInput;

/* All zero is the state at the beginning of a connection. */
typedef struct GdbParser {
    enum { GDB_IDLE, GDB_DATA, GDB_ESCAPED, GDB_SUM1, GDB_SUM2 } state;
    bool too_long;
    uint8_t sum, said; /* computed; the first digit of what the client says */
    size_t len;
    char data[GDB_PACKET_MAX + 1]; /* a NUL follows data[len - 1] */
} GdbParser;

/* Take the next byte of the stream. */
GdbInput gdb_parse_byte(GdbParser *p, uint8_t c);

/* Append a packet with these @n bytes to @out. */
void gdb_append_packet(Str *out, const char *data, size_t n);

/* ---- what packets are made of ---- */

/* Append @n bytes as 2 * @n digits. */
void gdb_append_hex(Str *out, const void *data, size_t n);
/* @n bytes from the 2 * @n digits at @text; false if there are not that many. */
bool gdb_parse_bytes(const char *text, void *data, size_t n);
/* A number of at least one hex digit; *text goes on behind it.  False: none, or over 64 bits. */
bool gdb_parse_number(const char **text, uint64_t *value);
/* Is @c next?  Then go on behind it. */
bool gdb_parse_char(const char **text, char c);

/* "p1.2", "p1", "2"; -1 is all, 0 is any.  What is not said is all. */
typedef struct GdbThreadId {
    int64_t pid, tid;
} GdbThreadId;
bool gdb_parse_thread_id(const char **text, GdbThreadId *id);

#endif
