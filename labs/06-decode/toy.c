/* SPDX-License-Identifier: MIT */
/* Five instructions as the manual writes them, turned into masks, and found by a plain search. */
#include <stdint.h>
#include <stdio.h>

struct row {
    const char *name, *pattern; /* 32 bits from the highest on: 0, 1, or a letter for "any" */
    uint32_t mask, match;
};

static struct row rows[] = {
    {"add", "0000000bbbbbaaaaa000ddddd0110011", 0, 0},
    {"sub", "0100000bbbbbaaaaa000ddddd0110011", 0, 0},
    {"addi", "iiiiiiiiiiiiaaaaa000ddddd0010011", 0, 0},
    {"lui", "iiiiiiiiiiiiiiiiiiiiddddd0110111", 0, 0},
    {"ecall", "00000000000000000000000001110011", 0, 0},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void understand(struct row *r)
{
    for (int bit = 31; bit >= 0; bit--) {
        char c = r->pattern[31 - bit];

        if (c == '0' || c == '1') {
            r->mask |= 1u << bit;
            r->match |= (uint32_t)(c - '0') << bit;
        }
    }
}

static const struct row *find(uint32_t word)
{
    for (int i = 0; i < ROWS; i++) {
        if ((word & rows[i].mask) == rows[i].match) {
            return &rows[i];
        }
    }
    return NULL;
}

int main(void)
{
    static const uint32_t words[] = {0x00c58533, 0x40c58533, 0xff010113, 0x00000073, 0xffffffff};

    for (int i = 0; i < ROWS; i++) {
        understand(&rows[i]);
    }
    for (int i = 0; i < 5; i++) {
        const struct row *r = find(words[i]);

        printf("%08x %-7s rd %2u, rs1 %2u\n", (unsigned)words[i], r ? r->name : "illegal",
               (unsigned)(words[i] >> 7 & 31), (unsigned)(words[i] >> 15 & 31));
    }
    return 0;
}
