/* SPDX-License-Identifier: MIT */
/* A byte-code interpreter: a loop round a switch, hence indirect jumps. @set integer */
#include "bench.h"

enum { PUSH, LOAD, STORE, ADD, SUB, MUL, XOR, SHR, LESS, JUMP_IF, JUMP, DUP, HALT };

/* for (i = 0; i < n; i++) { a = a * 31 + i; if (a & 4096 is less than b) b = b ^ (a >> 3); else b =
 * b - i; } */
static const int32_t program[] = {
    PUSH, 0, STORE, 0,
    LOAD, 0, LOAD, 3, LESS, JUMP_IF, 13, JUMP, 53,
    LOAD, 1, PUSH, 31, MUL, LOAD, 0, ADD, DUP, STORE, 1,
    LOAD, 2, LESS, JUMP_IF, 38,
    LOAD, 2, LOAD, 0, SUB, STORE, 2, JUMP, 46,
    LOAD, 1, SHR, LOAD, 2, XOR, STORE, 2,
    LOAD, 0, PUSH, 1, ADD, JUMP, 2,
    HALT,
};

static uint64_t run(uint64_t *vars)
{
    uint64_t stack[16], *sp = stack, steps = 0;
    const int32_t *pc = program;

    for (;; steps++) {
        switch (*pc++) {
        case PUSH: *sp++ = *pc++; break;
        case LOAD: *sp++ = vars[*pc++]; break;
        case STORE: vars[*pc++] = *--sp; break;
        case ADD: sp--; sp[-1] += *sp; break;
        case SUB: sp--; sp[-1] -= *sp; break;
        case MUL: sp--; sp[-1] *= *sp; break;
        case XOR: sp--; sp[-1] ^= *sp; break;
        case SHR: sp[-1] >>= 3; break;
        case LESS: sp--; sp[-1] = sp[-1] < *sp; break;
        case JUMP_IF: pc = *--sp ? program + *pc : pc + 1; break;
        case JUMP: pc = program + *pc; break;
        case DUP: *sp = sp[-1]; sp++; break;
        default: return steps;
        }
    }
}

uint64_t bench(void)
{
    uint64_t vars[4] = { 0, 1, 2, 4500000 };
    uint64_t steps = run(vars);

    return mix(mix(vars[1], vars[2]), steps);
}
