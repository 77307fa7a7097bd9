/* SPDX-License-Identifier: MIT */
/* Three registers, and a program with more values.  One scan: operands are brought to registers,
 * the dead leave, the result takes a free one; else what is needed last of all goes to memory. */
#include <stdio.h>
#include <string.h>

static const char *program[] = {"d=a*b", "e=a+c", "f=b-c", "g=d+e", "h=g*f", NULL};
static char hold[3]; /* the value in each register; 0: free */
static char stored[128] = {['a'] = 1, ['b'] = 1, ['c'] = 1}; /* is a copy in memory? */

/* The next line from @at on that reads @v; 99: none, it is dead. */
static int next_use(char v, int at)
{
    while (program[at] && !strchr(program[at] + 1, v)) {
        at++;
    }
    return program[at] ? at : 99;
}

/* A register for @v at line @at, but not @busy. */
static int take(char v, int at, int busy)
{
    int best = busy == 0;

    for (int r = 0; r < 3 && hold[best]; r++) {
        if (r != busy && (!hold[r] || next_use(hold[r], at) > next_use(hold[best], at))) {
            best = r;
        }
    }
    if (hold[best] && !stored[(int)hold[best]]++) {
        printf("       store %c <- r%d\n", hold[best], best);
    }
    hold[best] = v;
    return best;
}

static int operand(char v, int at, int busy)
{
    const char *found = memchr(hold, v, sizeof(hold));
    int r = found ? (int)(found - hold) : take(v, at, busy);

    if (!found) {
        printf("       load  r%d <- %c\n", r, v);
    }
    return r;
}

int main(void)
{
    for (int at = 0; program[at]; at++) {
        const char *p = program[at];
        int a = operand(p[2], at, -1), b = operand(p[4], at, a);

        for (int r = 0; r < 3; r++) {
            hold[r] = next_use(hold[r], at + 1) == 99 ? 0 : hold[r];
        }
        printf("%s  r%d <- r%d %c r%d\n", p, take(p[0], at + 1, -1), a, p[3], b);
    }
    return 0;
}
