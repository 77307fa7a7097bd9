/* SPDX-License-Identifier: MIT */
/* A device of two registers: a turnstile.  Register 0 counts people, and reading it starts the
 * count anew; register 1 says at how many of them the wire goes up.  What is saved is a list. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct turnstile {
    unsigned char count, level;
    int wire; /* follows from the other two */
};

static const struct {
    const char *name;
    size_t offset;
} saved[] = {{"count", offsetof(struct turnstile, count)},
             {"level", offsetof(struct turnstile, level)}};

static void update(struct turnstile *s)
{
    s->wire = s->level && s->count >= s->level;
}

static unsigned char read_register(struct turnstile *s, unsigned offset)
{
    unsigned char value = offset ? s->level : s->count;

    if (offset == 0) {
        s->count = 0; /* reading does something: this is no memory */
    }
    update(s);
    return value;
}

static void someone_passes(struct turnstile *s)
{
    s->count++;
    update(s);
    printf("one more passes: wire %d\n", s->wire);
}

int main(void)
{
    struct turnstile gate = {.level = 2}, other = {0};

    someone_passes(&gate);
    for (unsigned i = 0; i < 2; i++) { /* the other one becomes what this one is */
        printf("saved %s %d\n", saved[i].name, *((char *)&gate + saved[i].offset));
        memcpy((char *)&other + saved[i].offset, (char *)&gate + saved[i].offset, 1);
    }
    update(&other);
    someone_passes(&other);
    printf("reading the count: %d\n", read_register(&other, 0));
    printf("and once more: %d, wire %d\n", read_register(&other, 0), other.wire);
    return 0;
}
