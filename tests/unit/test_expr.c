/* SPDX-License-Identifier: MIT */
#include "base/symbols.h"
#include "inspect/expr.h"
#include "unit/unit.h"

static uint64_t value(const char *text)
{
    const char *p = text;
    Error *err = NULL;
    uint64_t v;

    if (!expr_eval(&p, NULL, &v, &err)) {
        fail_msg("%s: %s", text, err_msg(err));
    }
    assert_string_equal(p, "");
    return v;
}

static void fails(const char *text, const char *why)
{
    const char *p = text;
    Error *err = NULL;
    uint64_t v;

    assert_false(expr_eval(&p, NULL, &v, &err));
    if (!strstr(err_msg(err), why)) {
        fail_msg("%s: %s", text, err_msg(err));
    }
    err_free(err);
}

static void test_operators_bind_as_in_c(void **state)
{
    assert_int_equal(value("1 + 2 * 3"), 7);
    assert_int_equal(value("(1 + 2) * 3"), 9);
    assert_int_equal(value("10 - 4 - 3"), 3);
    assert_int_equal(value("1 << 4 + 1"), 32);
    assert_int_equal(value("0xff & 0x0f | 0x30 ^ 0x10"), 0x2f);
    assert_int_equal(value("100 / 7 % 4"), 2);
    assert_int_equal(value("-1 >> 60"), 15);
    assert_int_equal(value("~0x0f & 0xff"), 0xf0);
    assert_int_equal(value("- - 5"), 5);
}

static void test_numbers_have_c_notations_and_some_more(void **state)
{
    assert_int_equal(value("0x1F"), 31);
    assert_int_equal(value("0b101"), 5);
    assert_int_equal(value("010"), 8);
    assert_int_equal(value("'A'"), 65);
    fails("0x", "number");
    fails("12ab", "is not a number");
}

static void test_a_shift_by_too_much_is_zero(void **state)
{
    assert_int_equal(value("1 << 64"), 0);
    assert_int_equal(value("1 >> 200"), 0);
}

static void test_mistakes_are_explained(void **state)
{
    fails("1 / 0", "division by zero");
    fails("1 % (2 - 2)", "division by zero");
    fails("(1 + 2", "')' is missing");
    fails("", "a number is missing");
    fails("1 +", "a number is missing");
    fails("*", "was expected");
    fails("$pc", "no CPU");
    fails("nobody", "no symbol 'nobody'");
}

static void test_symbols_have_values(void **state)
{
    symbols_add("start_kernel", 0x80200000, 16);
    assert_int_equal(value("start_kernel + 4"), 0x80200004);
    symbols_clear();
}

static void test_an_expression_ends_where_the_next_begins(void **state)
{
    const char *p = "1 + 2 3";
    uint64_t v;

    assert_true(expr_eval(&p, NULL, &v, NULL));
    assert_int_equal(v, 3);
    assert_string_equal(p, "3");
    p = "0x1000 /tmp/file";
    assert_true(expr_eval(&p, NULL, &v, NULL));
    assert_string_equal(p, "/tmp/file");
}

static void test_depth_is_bounded(void **state)
{
    char deep[20001];

    memset(deep, '(', 20000);
    deep[20000] = 0;
    fails(deep, "too deep");
    memset(deep, '-', 20000);
    fails(deep, "too deep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators_bind_as_in_c),
        cmocka_unit_test(test_numbers_have_c_notations_and_some_more),
        cmocka_unit_test(test_a_shift_by_too_much_is_zero),
        cmocka_unit_test(test_mistakes_are_explained),
        cmocka_unit_test(test_symbols_have_values),
        cmocka_unit_test(test_an_expression_ends_where_the_next_begins),
        cmocka_unit_test(test_depth_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
