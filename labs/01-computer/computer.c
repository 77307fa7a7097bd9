/* SPDX-License-Identifier: MIT */
/* The whole computer of chapter 1: fetch, decode, execute. */
#include "labs/01-computer/computer.h"
#include <stdbool.h>
#include <string.h>

enum {
    OP_LOAD = 0x03,
    OP_IMM = 0x13,
    OP_STORE = 0x23,
    OP = 0x33,
    LUI = 0x37,
    BRANCH = 0x63,
    JAL = 0x6f,
};
enum { ADD = 0, BYTE = 0, NE = 1, WORD = 2, BYTE_UNSIGNED = 4 };

/* ---- taking words apart ---- */

/* Bits @high..@low of @word. */
static uint32_t bits(uint32_t word, unsigned high, unsigned low)
{
    return word << (31 - high) >> (31 - high + low);
}

/* The number whose sign is bit @sign of @value. */
static uint32_t extend(uint32_t value, unsigned sign)
{
    uint32_t one = 1u << sign;

    return (value ^ one) - one;
}

static uint32_t imm_i(uint32_t word)
{
    return extend(bits(word, 31, 20), 11);
}

static uint32_t imm_s(uint32_t word)
{
    return extend(bits(word, 31, 25) << 5 | bits(word, 11, 7), 11);
}

static uint32_t imm_b(uint32_t word)
{
    return extend(bits(word, 31, 31) << 12 | bits(word, 7, 7) << 11 | bits(word, 30, 25) << 5 |
                      bits(word, 11, 8) << 1,
                  12);
}

static uint32_t imm_j(uint32_t word)
{
    return extend(bits(word, 31, 31) << 20 | bits(word, 19, 12) << 12 | bits(word, 20, 20) << 11 |
                      bits(word, 30, 21) << 1,
                  20);
}

/* ---- memory ---- */

/* Where the @size bytes at @address are, or NULL when that is not all RAM. */
static uint8_t *ram_at(Computer *c, uint32_t address, uint32_t size)
{
    uint32_t offset = address - RAM_BASE;

    return offset <= RAM_SIZE - size ? &c->ram[offset] : NULL;
}

static uint32_t load_word(const uint8_t *p)
{
    return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static Outcome store(Computer *c, uint32_t address, uint32_t value, uint32_t size)
{
    uint8_t *p = ram_at(c, address, size);

    if (p) {
        for (uint32_t i = 0; i < size; i++) {
            p[i] = value >> (8 * i);
        }
        return DONE;
    }
    if (address == PRINTER && size == 1) {
        c->print((char)value);
        return DONE;
    }
    return address == SWITCH && size == 4 && value == POWER_OFF ? POWERED_OFF : BAD_STORE;
}

/* ---- the eight instructions ---- */

static Outcome set(Computer *c, unsigned rd, uint32_t value)
{
    if (rd) {
        c->x[rd] = value;
    }
    return DONE;
}

static Outcome load(Computer *c, unsigned rd, uint32_t address)
{
    const uint8_t *p = ram_at(c, address, 1);

    return p ? set(c, rd, *p) : BAD_LOAD;
}

/* Execute @word; *next is where it goes on. */
static Outcome execute(Computer *c, uint32_t word, uint32_t *next)
{
    unsigned rd = bits(word, 11, 7), funct3 = bits(word, 14, 12), funct7 = bits(word, 31, 25);
    uint32_t a = c->x[bits(word, 19, 15)], b = c->x[bits(word, 24, 20)];

    switch (bits(word, 6, 0)) {
    case LUI:
        return set(c, rd, word & 0xfffff000);
    case OP_IMM:
        return funct3 == ADD ? set(c, rd, a + imm_i(word)) : ILLEGAL;
    case OP:
        return funct3 == ADD && !funct7 ? set(c, rd, a + b) : ILLEGAL;
    case OP_LOAD:
        return funct3 == BYTE_UNSIGNED ? load(c, rd, a + imm_i(word)) : ILLEGAL;
    case OP_STORE:
        if (funct3 != BYTE && funct3 != WORD) {
            return ILLEGAL;
        }
        return store(c, a + imm_s(word), b, funct3 == BYTE ? 1 : 4);
    case BRANCH:
        if (funct3 != NE) {
            return ILLEGAL;
        }
        *next = a != b ? c->pc + imm_b(word) : *next;
        return DONE;
    case JAL:
        *next = c->pc + imm_j(word);
        return set(c, rd, c->pc + 4);
    default:
        return ILLEGAL;
    }
}

/* ---- what everything else sees ---- */

void computer_reset(Computer *c)
{
    memset(c->x, 0, sizeof(c->x));
    c->pc = RAM_BASE;
}

Outcome computer_step(Computer *c)
{
    const uint8_t *p = c->pc % 4 ? NULL : ram_at(c, c->pc, 4);
    uint32_t next = c->pc + 4;
    Outcome outcome = p ? execute(c, load_word(p), &next) : BAD_FETCH;

    if (outcome == DONE || outcome == POWERED_OFF) {
        c->pc = next;
    }
    return outcome;
}

Outcome computer_run(Computer *c, uint64_t limit)
{
    Outcome outcome = DONE;

    while (outcome == DONE && limit--) {
        outcome = computer_step(c);
    }
    return outcome;
}
