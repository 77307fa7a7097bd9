/* SPDX-License-Identifier: MIT */
/*
 * Runs every floating-point operation in every rounding mode on the same
 * operands, and prints what came out.  Compiled for RISC-V it uses the
 * machine's instructions, otherwise softfloat: the outputs must be equal.
 *
 * usage: float             a line "operation mode hash" for each
 *        float OP MODE     the operands, result and flags of one, in full
 */
#include "float/operands.h"
#include "float/ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { VECTORS = 20000 };

static const char *const modes[] = { "rne", "rtz", "rdn", "rup", "rmm" };

#ifdef __riscv

typedef float REG_F32;
typedef double REG_F64;
typedef int32_t REG_I32;
typedef uint32_t REG_U32;
typedef int64_t REG_I64;
typedef uint64_t REG_U64;

#define IN_F32 "f"
#define IN_F64 "f"
#define IN_I32 "r"
#define IN_U32 "r"
#define IN_I64 "r"
#define IN_U64 "r"

/* One asm, so that nothing of the compiler's comes between the instruction and
 * the flags. */
#define RUN(insn, args, R, ...)                                                                   \
    __asm__ volatile("fsflags zero\n\t" insn " %0, " args "\n\tfrflags %1"                        \
                     : "=&" IN_##R(r), "=&r"(f)                                                   \
                     : __VA_ARGS__)
#define RUN_1(insn, R, A) RUN(insn, "%2", R, IN_##A(a))
#define RUN_2(insn, R, A) RUN(insn, "%2, %3", R, IN_##A(a), IN_##A(b))
#define RUN_3(insn, R, A) RUN(insn, "%2, %3, %4", R, IN_##A(a), IN_##A(b), IN_##A(c))

#define MACHINE_OP(name, insn, R, A, n)                                                           \
    static uint64_t run_##name(const uint64_t *x, int rm, unsigned *flags)                        \
    {                                                                                             \
        REG_##A a, b, c;                                                                          \
        REG_##R r;                                                                                \
        uint64_t f, bits = 0;                                                                     \
                                                                                                  \
        memcpy(&a, &x[0], sizeof(a));                                                             \
        memcpy(&b, &x[1], sizeof(b));                                                             \
        memcpy(&c, &x[2], sizeof(c));                                                             \
        __asm__ volatile("fsrm %0" : : "r"(rm));                                                  \
        RUN_##n(insn, R, A);                                                                      \
        memcpy(&bits, &r, sizeof(r));                                                             \
        *flags = f;                                                                               \
        return bits;                                                                              \
    }

#else

#include "float/soft.h"

#define MACHINE_OP(name, insn, R, A, n)                                                           \
    static uint64_t run_##name(const uint64_t *x, int rm, unsigned *flags)                        \
    {                                                                                             \
        FpStatus s = { .rm = rm };                                                                \
        uint64_t r = soft_##name(x, &s);                                                          \
                                                                                                  \
        *flags = s.flags;                                                                         \
        return r;                                                                                 \
    }

#endif

FP_OPS(MACHINE_OP)

typedef struct Op {
    const char *name;
    int type; /* of its operands */
    int count;
    uint64_t (*run)(const uint64_t *x, int rm, unsigned *flags);
} Op;

#define ROW(name, insn, R, A, n) { #name, OPERANDS_##A, n, run_##name },
static const Op ops[] = { FP_OPS(ROW) };

/* Run @op in mode @rm on all operands, print each if @full, and return a hash
 * (FNV-1a by words) of the results and flags. */
static uint64_t run(const Op *op, int rm, int full)
{
    Operands o = { .state = 1 };
    uint64_t hash = 0xcbf29ce484222325ULL;

    for (int i = 0; i < VECTORS; i++) {
        uint64_t x[3] = { 0 }, r;
        unsigned flags;

        for (int j = 0; j < op->count; j++) {
            x[j] = operands_next(&o, op->type);
        }
        r = op->run(x, rm, &flags);
        hash = (hash ^ r) * 0x100000001b3ULL;
        hash = (hash ^ flags) * 0x100000001b3ULL;
        if (full) {
            printf("%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " -> %016" PRIx64 " %02x\n", x[0],
                   x[1], x[2], r, flags);
        }
    }
    return hash;
}

int main(int argc, char **argv)
{
    for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        for (int rm = 0; rm < 5; rm++) {
            if (argc < 3) {
                printf("%s %s %016" PRIx64 "\n", ops[i].name, modes[rm], run(&ops[i], rm, 0));
            } else if (!strcmp(argv[1], ops[i].name) && !strcmp(argv[2], modes[rm])) {
                run(&ops[i], rm, 1);
            }
        }
    }
    return 0;
}
