/* SPDX-License-Identifier: MIT */
/* The smallest computer: one register, three instructions, memory of sixteen numbers.  An
 * instruction is a number as well: 100 * what + where. */
#include <stdio.h>

enum { LOAD = 1, ADD = 2, PRINT = 3 }; /* 0: stop */

int main(void)
{
    int memory[16] = {
        100 * LOAD + 8,  /* the program is at 0 ... */
        100 * ADD + 9,   /* */
        100 * PRINT + 0, /* */
        0,
        [8] = 40, /* ... and its data at 8, in the same memory */
        [9] = 2,
    };
    int pc = 0, a = 0;

    for (;;) {
        int word = memory[pc++];                     /* fetch */
        int what = word / 100, where = word % 100;   /* decode */

        printf("pc %d: word %3d: ", pc - 1, word);
        if (what == LOAD) {                          /* execute */
            a = memory[where];
            printf("load %d, a is %d\n", where, a);
        } else if (what == ADD) {
            a += memory[where];
            printf("add %d, a is %d\n", where, a);
        } else if (what == PRINT) {
            printf("print: %d\n", a);
        } else {
            printf("stop\n");
            return 0;
        }
    }
}
