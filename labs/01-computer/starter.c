/* SPDX-License-Identifier: MIT */
/* Chapter 1: a computer.  The contract is labs/01-computer/computer.h.
 *
 * What is here already: one instruction, addi, in the shape that the others will have.  It is not
 * right yet: try what `addi x1, x0, -1` does. */
#include "labs/01-computer/computer.h"
#include <string.h>

/* Bits @high..@low of @word. */
static uint32_t bits(uint32_t word, unsigned high, unsigned low)
{
    return word << (31 - high) >> (31 - high + low);
}

void computer_reset(Computer *c)
{
    memset(c->x, 0, sizeof(c->x));
    c->pc = RAM_BASE;
}

Outcome computer_step(Computer *c)
{
    const uint8_t *p = &c->ram[c->pc - RAM_BASE]; /* exercise 2: and when it points elsewhere? */
    uint32_t word = p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
    unsigned rd = bits(word, 11, 7), rs1 = bits(word, 19, 15);

    switch (bits(word, 6, 0)) {
    case 0x13: /* addi */
        c->x[rd] = c->x[rs1] + bits(word, 31, 20);
        break;
    default:
        return ILLEGAL;
    }
    c->pc += 4;
    return DONE;
}

Outcome computer_run(Computer *c, uint64_t limit)
{
    return computer_step(c); /* exercise 3 */
}
