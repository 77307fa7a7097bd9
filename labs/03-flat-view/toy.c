/* SPDX-License-Identifier: MIT */
/* A map of 32 addresses.  Regions overlap; the first in the table wins.  Ask every address, then
 * write down where the answer changes: that list is a flat view. */
#include <stdio.h>

struct region {
    const char *name;
    int start, size;
};

static const struct region regions[] = {
    {"uart", 12, 2}, /* winners first */
    {"ram", 8, 16},
    {"rom", 4, 8},
};

static const struct region *who_answers(int addr)
{
    for (unsigned i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
        if (addr >= regions[i].start && addr < regions[i].start + regions[i].size) {
            return &regions[i];
        }
    }
    return NULL;
}

int main(void)
{
    const struct region *now = NULL, *next;
    int first = 0;

    for (int addr = 0; addr <= 32; addr++) {
        next = addr < 32 ? who_answers(addr) : NULL;
        if (next != now) {
            if (now) {
                printf("%2d-%2d %s from %d\n", first, addr - 1, now->name, first - now->start);
            }
            first = addr;
            now = next;
        }
    }
    return 0;
}
