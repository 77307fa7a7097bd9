/* SPDX-License-Identifier: MIT */
/* The computer of chapter 1 with a case around it: puts a file into RAM and presses the button.
 *
 *     computer FILE [-trace]
 *
 * Exit status: 0 when the program turned the computer off, 1 when it trapped or never ended. */
#include "labs/01-computer/computer.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LIMIT = 10 * 1000 * 1000 };

static const char *const outcomes[] = {
    [DONE] = "it was still running after 10 million instructions",
    [BAD_FETCH] = "there is no instruction",
    [ILLEGAL] = "this word is no instruction that we know",
    [BAD_LOAD] = "it loads from where no memory is",
    [BAD_STORE] = "it stores to where nobody answers",
};

static Computer computer;

static void print(char c)
{
    putchar(c);
    fflush(stdout);
}

static bool load_file(const char *name)
{
    FILE *f = fopen(name, "rb");
    size_t n;

    if (!f) {
        perror(name);
        return false;
    }
    n = fread(computer.ram, 1, sizeof(computer.ram), f);
    if (!n || fgetc(f) != EOF) {
        fprintf(stderr, "%s: must have 1 to %d bytes, all of RAM\n", name, RAM_SIZE);
    }
    fclose(f);
    return n;
}

/* One line before each instruction: where, and the registers that are not zero. */
static Outcome run_traced(void)
{
    for (unsigned n = 0; n < LIMIT; n++) {
        Outcome outcome;

        fprintf(stderr, "%08x ", (unsigned)computer.pc);
        for (unsigned i = 1; i < 32; i++) {
            if (computer.x[i]) {
                fprintf(stderr, " x%u=%x", i, (unsigned)computer.x[i]);
            }
        }
        fputc('\n', stderr);
        outcome = computer_step(&computer);
        if (outcome != DONE) {
            return outcome;
        }
    }
    return DONE;
}

int main(int argc, char **argv)
{
    bool trace = argc == 3 && !strcmp(argv[2], "-trace");
    Outcome outcome;

    if (argc != 2 && !trace) {
        fprintf(stderr, "usage: %s FILE [-trace]\n", argv[0]);
        return 1;
    }
    if (!load_file(argv[1])) {
        return 1;
    }
    computer.print = print;
    computer_reset(&computer);
    outcome = trace ? run_traced() : computer_run(&computer, LIMIT);
    if (outcome != POWERED_OFF) {
        fprintf(stderr, "computer: pc %#x: %s\n", (unsigned)computer.pc, outcomes[outcome]);
    }
    return outcome != POWERED_OFF;
}
