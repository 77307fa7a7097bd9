/* SPDX-License-Identifier: MIT */
/* A program of lui, addi, add, lbu, sb, sw, bne and jal, and nothing else.  Without a jump to where
 * a register says, there are no functions: what is needed twice is a macro. */
    .equ PRINTER,   0x10000000
    .equ SWITCH,    0x00100000
    .equ POWER_OFF, 0x5555

/* reg = an address or a number of 32 bits: the assembler's %hi and %lo are its upper 20 and its
 * lower 12 bits, in the way that lui and addi want them. */
    .macro set reg, value
    lui  \reg, %hi(\value)
    addi \reg, \reg, %lo(\value)
    .endm

/* Print the string at \text. */
    .macro print text
    set  x10, \text
    lui  x11, %hi(PRINTER)
    jal  x0, 2f
1:  sb   x12, 0(x11)
    addi x10, x10, 1
2:  lbu  x12, 0(x10)
    bne  x12, x0, 1b
    .endm

/* Print x13 in hex.  Nothing here can shift, but bytes can be loaded one by one, and a table knows
 * the two digits of each. */
    .macro print_hex
    set  x10, number
    sw   x13, 0(x10)
    addi x14, x10, 3            /* the highest byte comes first */
    addi x10, x10, -1
    lui  x11, %hi(PRINTER)
3:  lbu  x12, 0(x14)
    add  x12, x12, x12
    set  x15, digits
    add  x15, x15, x12
    lbu  x12, 0(x15)
    sb   x12, 0(x11)
    lbu  x12, 1(x15)
    sb   x12, 0(x11)
    addi x14, x14, -1
    bne  x14, x10, 3b
    print newline
    .endm

    .globl _start
_start:
    print hello

    print sum                   /* 100 + 99 + ... + 1 */
    addi x13, x0, 0
    addi x5, x0, 100
4:  add  x13, x13, x5
    addi x5, x5, -1
    bne  x5, x0, 4b
    print_hex

    print key                   /* KEY * 0x9e3779b9, bit by bit: double, add where a 1 is */
    set  x6, KEY
    addi x13, x0, 0
    set  x5, factor
    addi x7, x5, 32
5:  add  x13, x13, x13
    lbu  x8, 0(x5)
    addi x5, x5, 1
    bne  x8, x0, 6f
    jal  x0, 7f
6:  add  x13, x13, x6
7:  bne  x5, x7, 5b
    print_hex

    addi x0, x0, 5              /* nothing may change x0: the next store would miss the switch */
    lui  x5, %hi(SWITCH)
    add  x5, x5, x0
    set  x6, POWER_OFF
    sw   x6, 0(x5)
8:  jal  x0, 8b

hello:
    .string "hello from eight instructions\n"
sum:
    .string "the sum of 1 to 100 is "
key:
    .string "the key is "
newline:
    .string "\n"
factor:                         /* the bits of 0x9e3779b9 */
    .byte 1,0,0,1,1,1,1,0, 0,0,1,1,0,1,1,1, 0,1,1,1,1,0,0,1, 1,0,1,1,1,0,0,1
    .set i, 0
digits:
    .rept 256
    .byte '0' + i / 16 - 39 * (i / 16 > 9), '0' + i % 16 - 39 * (i % 16 > 9)
    .set i, i + 1
    .endr
    .balign 4
number:
    .word 0
