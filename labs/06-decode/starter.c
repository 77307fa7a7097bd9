/* SPDX-License-Identifier: MIT */
/* From an instruction word to its row: your version of src/target/riscv/decode.c, and below it of
 * src/target/riscv/insn_m.c.
 *
 * target/riscv/decode.h says what each function must do and what insn_parse made of a row; the
 * chapter (README.md beside this file) how to find one among 250 in four steps.  Functions, types
 * and variables that you add must be static.
 *
 * As it stands no word has a row: every instruction is illegal. */
#include "target/riscv/decode.h"

#include <pthread.h>
#include "base/alloc.h"
#include "target/riscv/translate.h"

struct Decoder {
    Insn *insns;
    unsigned count;
};

bool insn_match(const Insn *insn, uint32_t word, InsnArgs *a)
{
    return false; /* exercise 1 */
}

Decoder *decoder_new(const LinkRow *start, const LinkRow *stop)
{
    return xnew(Decoder); /* exercise 2, and 5 */
}

const Insn *decoder_find(const Decoder *d, uint32_t word, uint32_t have, InsnArgs *a)
{
    return NULL; /* exercise 3, and 5 */
}

const Insn *decoder_row(const Decoder *d, unsigned n)
{
    return NULL; /* exercise 2 */
}

LINKSET_DECLARE(riscv_insns);

const Decoder *riscv_decoder(void)
{
    static const Decoder none;

    return &none; /* exercise 4 */
}

/* ---- M: multiplication and division (exercise 6) ----
 *
 * Two rows to begin with.  gpr(c, n) is the value of register n, set_gpr(c, n, v) stores one, and
 * set_gpr_w its lower 32 bits with their sign.  ir_... make the operations: tcg/ops.h. */
enum { INSN_EXT = EXT_m };

INSN(mul, "0000001 rs2 rs1 000 rd 0110011", "rd, rs1, rs2")
{
    return set_gpr(c, a->rd, ir_mul(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}

INSN(mulw, "0000001 rs2 rs1 000 rd 0111011", "rd, rs1, rs2", .also = EXT_rv64)
{
    return set_gpr_w(c, a->rd, ir_mul_32(c, gpr(c, a->rs1), gpr(c, a->rs2)));
}
