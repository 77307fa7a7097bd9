/* SPDX-License-Identifier: MIT */
/* A loop run twice: looking at each instruction in each turn, and once, to write x86-64 code. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static const struct insn { char op; int8_t rd, rs, x; } program[] = {
    {'+', 0, 0, 1},  /* r0 = r0 + r1 */
    {'i', 1, 1, -1}, /* r1 = r1 - 1 */
    {'b', 0, 1, -2}, /* if (r1 != 0) go back by two */
};
enum { INSNS = 3, TURNS = 1000000 };
static unsigned looked_at;

static void interpret(int64_t *r)
{
    for (int n = 0; n < INSNS; n++, looked_at++) {
        const struct insn *i = &program[n];
        switch (i->op) {
        case '+': r[i->rd] = r[i->rs] + r[i->x]; break;
        case 'i': r[i->rd] = r[i->rs] + i->x; break;
        default:  n += r[i->rs] ? i->x - 1 : 0;
        }
    }
}

static uint8_t *translate(uint8_t *out) /* host code; register rdi holds the address of r */
{
    uint8_t *begin[INSNS];

    for (const struct insn *i = program; i < program + INSNS; i++, looked_at++) {
        uint8_t load[] = {0x48, 0x8b, 0x47, 8 * i->rs}, save[] = {0x48, 0x89, 0x47, 8 * i->rd};
        uint8_t add[] = {0x48, 0x03, 0x47, 8 * i->x}, addi[] = {0x48, 0x83, 0xc0, i->x};
        uint8_t test_jne[] = {0x48, 0x85, 0xc0, 0x75};
        begin[i - program] = out;
        out = mempcpy(out, load, 4); /* mov rax, [rdi + 8 * rs] */
        out = mempcpy(out, i->op == '+' ? add : i->op == 'i' ? addi : test_jne, 4);
        if (i->op == 'b') {
            out = mempcpy(out, &(uint8_t){begin[i - program + i->x] - (out + 1)}, 1);
        } else {
            out = mempcpy(out, save, 4); /* mov [rdi + 8 * rd], rax */
        }
    }
    return mempcpy(out, "\xc3", 1); /* ret */
}

int main(void)
{
    int64_t a[2] = {0, TURNS}, b[2] = {0, TURNS};
    uint8_t *code = mmap(NULL, 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    interpret(a);
    printf("interpreter: %ld, looked at %u instructions\n", (long)a[0], looked_at);
    looked_at = 0;
    printf("translator: wrote %d bytes, ", (int)(translate(code) - code));
    ((void (*)(int64_t *))code)(b); /* on an x86-64 host */
    printf("%ld, looked at %u instructions\n", (long)b[0], looked_at);
}
