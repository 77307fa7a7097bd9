/* SPDX-License-Identifier: MIT */
/* A computer, as a program sees it: registers, memory, and two addresses where something answers.
 *
 *   0x00100000            the power switch: storing the word 0x5555 turns the computer off
 *   0x10000000            the printer: a byte stored here appears on paper
 *   0x80000000-0x8000ffff RAM; the first instruction is at its start
 *
 * It understands eight instructions of RV32I (unprivileged manual, chapter 2; "I", "U", "S", "B",
 * "J" are the formats of 2.2 and 2.3):
 *
 *   lui  rd, imm          U  0110111      rd = imm, which has its lower 12 bits zero
 *   addi rd, rs1, imm     I  0010011 000  rd = rs1 + imm
 *   add  rd, rs1, rs2     R  0110011 000  rd = rs1 + rs2                 (bits 31..25 are zero)
 *   lbu  rd, imm(rs1)     I  0000011 100  rd = the byte at rs1 + imm
 *   sb   rs2, imm(rs1)    S  0100011 000  the byte at rs1 + imm = lowest byte of rs2
 *   sw   rs2, imm(rs1)    S  0100011 010  the word at rs1 + imm = rs2, lowest byte first
 *   bne  rs1, rs2, imm    B  1100011 001  if rs1 != rs2: pc = pc + imm
 *   jal  rd, imm          J  1101111      rd = pc + 4, pc = pc + imm
 *
 * All but the last two go on at pc + 4.  The machine `virt` of teemu has the same three things at
 * the same addresses, so it runs the same programs. */
#ifndef LABS_COMPUTER_H
#define LABS_COMPUTER_H

#include <stdint.h>

enum {
    SWITCH = 0x00100000,
    PRINTER = 0x10000000,
    RAM_SIZE = 0x10000,
    POWER_OFF = 0x5555,
};
#define RAM_BASE 0x80000000u

typedef struct Computer {
    uint32_t pc;           /* address of the next instruction */
    uint32_t x[32];        /* x[0] is zero, whatever is written to it */
    void (*print)(char c); /* what the printer does; set by the owner */
    uint8_t ram[RAM_SIZE];
} Computer;

/* What became of an instruction.  All but the first two are traps: then nothing has changed, and pc
 * is still the address of the instruction. */
typedef enum Outcome {
    DONE,
    POWERED_OFF, /* done, too: the instruction was the one that turned the computer off */
    BAD_FETCH,   /* pc is no multiple of four, or the instruction is not in RAM */
    ILLEGAL,     /* the word is none of the eight */
    BAD_LOAD,    /* only RAM can be loaded from */
    BAD_STORE,   /* not all in RAM; or no byte to the printer, no word 0x5555 to the switch */
} Outcome;

/* Press the button: pc is the start of RAM, and all registers are zero.  RAM keeps what it has. */
void computer_reset(Computer *c);

/* Execute one instruction. */
Outcome computer_step(Computer *c);

/* Execute instructions until one is not DONE, but at most @limit (then DONE is what comes back). */
Outcome computer_run(Computer *c, uint64_t limit);

#endif
