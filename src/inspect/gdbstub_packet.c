/* SPDX-License-Identifier: MIT */
#include "inspect/gdbstub_packet.h"

enum { ESCAPE = '}', ESCAPE_BIT = 0x20, CTRL_C = 0x03 };

/* The value of a hex digit, or -1. */
static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ---- in ---- */

static void begin(GdbParser *p)
{
    p->state = GDB_DATA;
    p->too_long = false;
    p->sum = 0;
    p->len = 0;
}

static void put(GdbParser *p, char c)
{
    if (p->len < GDB_PACKET_MAX) {
        p->data[p->len++] = c;
    } else {
        p->too_long = true;
    }
}

static GdbInput idle_byte(GdbParser *p, uint8_t c)
{
    switch (c) {
    case '$':
        begin(p);
        return GDB_INPUT_NONE;
    case '+':
        return GDB_INPUT_ACK;
    case '-':
        return GDB_INPUT_NAK;
    case CTRL_C:
        return GDB_INPUT_INTERRUPT;
    default:
        return GDB_INPUT_NONE;
    }
}

static GdbInput data_byte(GdbParser *p, uint8_t c)
{
    if (c == '$') {
        begin(p); /* the client began anew: the rest of the last one got lost */
    } else if (c == '#') {
        p->state = p->state == GDB_ESCAPED ? GDB_IDLE : GDB_SUM1;
        return p->state == GDB_IDLE ? GDB_INPUT_BAD : GDB_INPUT_NONE;
    } else {
        p->sum += c;
        if (p->state == GDB_ESCAPED) {
            put(p, c ^ ESCAPE_BIT);
            p->state = GDB_DATA;
        } else if (c == ESCAPE) {
            p->state = GDB_ESCAPED;
        } else {
            put(p, c);
        }
    }
    return GDB_INPUT_NONE;
}

static GdbInput last_byte(GdbParser *p, uint8_t c)
{
    int high = hex_digit(p->said), low = hex_digit(c);

    p->state = GDB_IDLE;
    p->data[p->len] = 0;
    if (high < 0 || low < 0 || (high << 4 | low) != p->sum || p->too_long) {
        return GDB_INPUT_BAD;
    }
    return GDB_INPUT_PACKET;
}

GdbInput gdb_parse_byte(GdbParser *p, uint8_t c)
{
    switch (p->state) {
    case GDB_IDLE:
        return idle_byte(p, c);
    case GDB_SUM1:
        p->said = c;
        p->state = GDB_SUM2;
        return GDB_INPUT_NONE;
    case GDB_SUM2:
        return last_byte(p, c);
    default:
        return data_byte(p, c);
    }
}

/* ---- out ---- */

void gdb_append_packet(Str *out, const char *data, size_t n)
{
    uint8_t sum = 0;
    size_t from = out->len + 1;

    str_append_n(out, "$", 1);
    for (size_t i = 0; i < n; i++) {
        char c = data[i];

        if (c == '#' || c == '$' || c == '*' || c == ESCAPE) {
            str_append_n(out, "}", 1);
            c ^= ESCAPE_BIT;
        }
        str_append_n(out, &c, 1);
    }
    for (size_t i = from; i < out->len; i++) {
        sum += (uint8_t)out->s[i];
    }
    str_printf(out, "#%02x", sum);
}

/* ---- what packets are made of ---- */

void gdb_append_hex(Str *out, const void *data, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = data;

    for (size_t i = 0; i < n; i++) {
        char two[] = {digits[p[i] >> 4], digits[p[i] & 15]};

        str_append_n(out, two, sizeof(two));
    }
}

bool gdb_parse_bytes(const char *text, void *data, size_t n)
{
    uint8_t *p = data;

    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(text[2 * i]);
        int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);

        if (low < 0) {
            return false;
        }
        p[i] = high << 4 | low;
    }
    return true;
}

bool gdb_parse_number(const char **text, uint64_t *value)
{
    const char *p = *text;
    uint64_t v = 0;

    for (; hex_digit(*p) >= 0; p++) {
        if (v >> 60) {
            return false;
        }
        v = v << 4 | (unsigned)hex_digit(*p);
    }
    if (p == *text) {
        return false;
    }
    *text = p;
    *value = v;
    return true;
}

bool gdb_parse_char(const char **text, char c)
{
    if (**text != c) {
        return false;
    }
    ++*text;
    return true;
}

static bool parse_id(const char **text, int64_t *id)
{
    uint64_t v;

    if (gdb_parse_char(text, '-')) {
        *id = -1;
        return gdb_parse_char(text, '1');
    }
    if (!gdb_parse_number(text, &v) || v > INT32_MAX) {
        return false;
    }
    *id = v;
    return true;
}

bool gdb_parse_thread_id(const char **text, GdbThreadId *id)
{
    *id = (GdbThreadId){-1, -1};
    if (!gdb_parse_char(text, 'p')) {
        return parse_id(text, &id->tid);
    }
    return parse_id(text, &id->pid) && (!gdb_parse_char(text, '.') || parse_id(text, &id->tid));
}
