/* SPDX-License-Identifier: MIT */
/* Where things are in a generated program: an ELF file for Linux with one segment at BASE. */
#ifndef ISA_H
#define ISA_H

enum {
    BASE = 0x10000000,
    CODE = BASE + 0x100,
    END = BASE + 0x10000,    /* a page of its own: writes DATA ... LIMIT to stdout and exits */
    DATA = BASE + 0x11000,   /* two pages that the program loads and stores in */
    INIT = BASE + 0x13000,   /* x0-x31 and f0-f31 at the start, 8 bytes each */
    RESULT = BASE + 0x14000, /* the same at the end, then fcsr */
    LIMIT = BASE + 0x15000,
};

#endif
