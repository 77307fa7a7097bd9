/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

#define RV64GC (EXT_rv64 | EXT_i | EXT_m | EXT_a | EXT_f | EXT_d | EXT_c | EXT_zicsr | EXT_zifencei)
#define RV32GC ((RV64GC & ~EXT_rv64) | EXT_rv32)
#define ALL64  (((1u << EXT_COUNT) - 1) | EXT_rv64)
#define ALL32  (((1u << EXT_COUNT) - 1) | EXT_rv32)

static uint32_t next_random(void)
{
    static uint64_t x = 88172645463325252ULL;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x >> 16;
}

static InsnArgs args;

static const char *find(uint32_t word, uint32_t have)
{
    const Insn *insn = decoder_find(riscv_decoder(), word, have, &args);

    return insn ? insn->row->name : "-";
}

static void test_fields_are_gathered_from_all_their_pieces(void **state)
{
    assert_string_equal(find(0xfe0598e3, RV64GC), "bne"); /* bne a1, zero, .-16 */
    assert_int_equal(args.rs1, 11);
    assert_int_equal(args.rs2, 0);
    assert_int_equal(args.imm, -16);

    assert_string_equal(find(0x800000b7, RV64GC), "lui");
    assert_int_equal(args.rd, 1);
    assert_int_equal(args.imm, INT32_MIN);

    assert_string_equal(find(0x7fe0f0ef, RV64GC), "jal"); /* the largest even part of 11 bits */
    assert_int_equal(args.imm, 0xf7fe);

    assert_string_equal(find(0xfe75af23, RV64GC), "sw"); /* sw t2, -2(a1) */
    assert_int_equal(args.imm, -2);
    assert_int_equal(args.rs2, 7);
}

static void test_compressed_registers_are_x8_to_x15(void **state)
{
    assert_string_equal(find(0x4188, RV64GC), "c_lw"); /* c.lw a0, 0(a1) */
    assert_int_equal(args.rd, 10);
    assert_int_equal(args.rs1, 11);
    assert_string_equal(find(0x8c89, RV64GC), "c_sub"); /* c.sub s1, a0 */
    assert_int_equal(args.rd, 9);
    assert_int_equal(args.rs1, 9);
    assert_int_equal(args.rs2, 10);
}

static void test_limits_tell_rows_with_the_same_fixed_bits_apart(void **state)
{
    assert_string_equal(find(0x6105, RV64GC), "c_addi16sp"); /* c.addi16sp sp, 32 */
    assert_int_equal(args.imm, 32);
    assert_string_equal(find(0x7139, RV64GC), "c_addi16sp"); /* sp, -64 */
    assert_int_equal(args.imm, -64);
    assert_string_equal(find(0x6505, RV64GC), "c_lui");
    assert_int_equal(args.imm, 0x1000);
    assert_string_equal(find(0x8082, RV64GC), "c_jr");
    assert_string_equal(find(0x852e, RV64GC), "c_mv");
    assert_string_equal(find(0x9002, RV64GC), "c_ebreak");
    assert_string_equal(find(0x9102, RV64GC), "c_jalr");
    assert_string_equal(find(0x952e, RV64GC), "c_add");
    assert_string_equal(find(0x0001, RV64GC), "c_nop");
}

static void test_reserved_encodings_have_no_row(void **state)
{
    static const uint32_t words[] = {
        0x0000, /* all zero */
        0x8002, /* c.jr x0 */
        0x6101, /* c.addi16sp sp, 0 */
        0x6081, /* c.lui ra, 0 */
        0x2001, /* c.addiw x0 */
        0x4002, /* c.lwsp x0 */
        0x9c41, /* reserved in c.subw's group */
        0xffffffff,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
        assert_string_equal(find(words[i], RV64GC), "-");
    }
}

static void test_register_width_and_extensions_select_rows(void **state)
{
    assert_string_equal(find(0x2085, RV64GC), "c_addiw");
    assert_string_equal(find(0x2085, RV32GC), "c_jal");
    assert_string_equal(find(0x6188, RV64GC), "c_ld");
    assert_string_equal(find(0x6188, RV32GC), "c_flw");
    assert_string_equal(find(0x6188, RV32GC & ~EXT_f), "-");
    assert_string_equal(find(0x02b50533, RV64GC), "mul");
    assert_string_equal(find(0x02b50533, RV64GC & ~EXT_m), "-");
    assert_string_equal(find(0x02b5053b, RV32GC), "-"); /* mulw */
    assert_string_equal(find(0x20b52533, RV64GC), "-"); /* sh1add */
    assert_string_equal(find(0x20b52533, RV64GC | EXT_zba), "sh1add");
}

static void test_every_row_finds_itself(void **state)
{
    const Insn *insn;

    for (unsigned n = 0; (insn = decoder_row(riscv_decoder(), n)); n++) {
        bool only32 = insn->need & EXT_rv32;

        for (unsigned i = 0; i < 200; i++) {
            uint32_t word = (next_random() & ~insn->mask) | insn->match;

            word = insn->bytes == 2 ? (uint16_t)word : word;
            if (insn_match(insn, word, &args)) {
                assert_string_equal(find(word, only32 ? ALL32 : ALL64), insn->row->name);
            }
        }
    }
}

/* Is there a word that both rows call theirs? */
static bool rows_overlap(const Insn *x, const Insn *y)
{
    uint32_t fixed = x->mask | y->mask, match = x->match | y->match;

    if (x->bytes != y->bytes || ((x->match ^ y->match) & x->mask & y->mask) ||
        ((x->need | y->need) & (EXT_rv32 | EXT_rv64)) == (EXT_rv32 | EXT_rv64)) {
        return false;
    }
    for (unsigned i = 0; i < 2000; i++) {
        uint32_t word = (next_random() & ~fixed) | match;

        word = x->bytes == 2 ? (uint16_t)word : word;
        if (insn_match(x, word, &args) && insn_match(y, word, &args)) {
            return true;
        }
    }
    return false;
}

static void test_no_word_belongs_to_two_rows(void **state)
{
    const Decoder *d = riscv_decoder();
    const Insn *x, *y;

    for (unsigned i = 0; (x = decoder_row(d, i)); i++) {
        for (unsigned j = 0; j < i; j++) {
            y = decoder_row(d, j);
            if (rows_overlap(x, y)) {
                fail_msg("%s and %s overlap", x->row->name, y->row->name);
            }
        }
    }
}

static void test_each_word_finds_the_row_that_a_search_of_all_rows_finds(void **state)
{
    const Decoder *d = riscv_decoder();

    for (unsigned i = 0; i < 200000; i++) {
        uint32_t word = i < 65536 ? i : next_random();
        uint32_t have = i & 1 ? ALL64 : ALL32;
        const Insn *found = NULL, *insn;
        InsnArgs a;

        word = insn_bytes(word) == 2 ? (uint16_t)word : word;
        for (unsigned n = 0; !found && (insn = decoder_row(d, n)); n++) {
            if (insn->bytes == insn_bytes(word) && !(insn->need & ~have) &&
                insn_match(insn, word, &a)) {
                found = insn;
            }
        }
        assert_ptr_equal(decoder_find(d, word, have, &a), found);
    }
}

static void check_bad_pattern(const char *pattern, const char *complaint)
{
    const InsnRow row = {.name = "test", .pattern = pattern, .operands = ""};
    Error *err = NULL;
    Insn insn;

    assert_false(insn_parse(&row, &insn, &err));
    if (!strstr(err_msg(err), complaint)) {
        fail_msg("%s: %s", pattern, err_msg(err));
    }
    err_free(err);
}

static void test_a_wrong_pattern_is_explained(void **state)
{
    check_bad_pattern("0000000 rs2 rs1 000 rd 011011", "too few bits");
    check_bad_pattern("00000000 rs2 rs1 000 rd 0110011", "too many");
    check_bad_pattern("0000000 rs9 rs1 000 rd 0110011", "no such field");
    check_bad_pattern("imm[5:11] rs2 rs1 000 rd 0110011", "range");
    check_bad_pattern("imm[11:5 rs2 rs1 000 rd 0110011", "] expected");
    check_bad_pattern("imm rs1 000 rd 0110011", "too many or too few");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_gathered_from_all_their_pieces),
        cmocka_unit_test(test_compressed_registers_are_x8_to_x15),
        cmocka_unit_test(test_limits_tell_rows_with_the_same_fixed_bits_apart),
        cmocka_unit_test(test_reserved_encodings_have_no_row),
        cmocka_unit_test(test_register_width_and_extensions_select_rows),
        cmocka_unit_test(test_every_row_finds_itself),
        cmocka_unit_test(test_no_word_belongs_to_two_rows),
        cmocka_unit_test(test_each_word_finds_the_row_that_a_search_of_all_rows_finds),
        cmocka_unit_test(test_a_wrong_pattern_is_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
