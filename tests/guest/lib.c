/* SPDX-License-Identifier: MIT */
/* The guest programs' output, the reports of start.S, and the two functions that gcc calls by
 * itself. */
#include "lib.h"

#define LSR      5
#define LSR_THRE 0x20

static void print_char(char c)
{
    volatile uint8_t *uart = (volatile uint8_t *)UART;

    while (!(uart[LSR] & LSR_THRE)) {
    }
    uart[0] = c;
}

void print(const char *text)
{
    while (*text) {
        print_char(*text++);
    }
}

void print_hex(word value)
{
    print("0x");
    for (int i = sizeof value * 8 - 4; i >= 0; i -= 4) {
        print_char("0123456789abcdef"[value >> i & 15]);
    }
}

void print_dec(word value)
{
    char text[24], *p = text + sizeof text;

    *--p = 0;
    do {
        *--p = '0' + value % 10;
    } while (value /= 10);
    print(p);
}

void report_fail(unsigned line, word got, word want)
{
    print("FAIL line ");
    print_dec(line);
    print(": got ");
    print_hex(got);
    print(", want ");
    print_hex(want);
    print("\n");
    finish(1 << 16 | 0x3333);
}

void report_trap(word cause, word epc, word tval)
{
    print("FAIL unexpected trap: cause ");
    print_hex(cause);
    print(" epc ");
    print_hex(epc);
    print(" tval ");
    print_hex(tval);
    print("\n");
    finish(1 << 16 | 0x3333);
}

void *memset(void *to, int byte, size_t size)
{
    unsigned char *p = to;

    while (size--) {
        *p++ = byte;
    }
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    unsigned char *p = to;
    const unsigned char *q = from;

    while (size--) {
        *p++ = *q++;
    }
    return to;
}
