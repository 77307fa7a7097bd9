/* SPDX-License-Identifier: MIT */
/* base/listing: tables print as they are written. */
#include "base/listing.h"
#include "unit/unit.h"

static void print_row(FILE *out, const LinkRow *r)
{
    listing_line(out, r, r->row, NULL);
}

static void test_rows_are_listed_in_the_order_of_files_and_lines(void **state)
{
    const LinkRow rows[] = {{"c", "b.c", 9}, {"b", "b.c", 1}, {"a", "a.c", 50}, {"d", "b.c", 10}};
    char text[256] = "", *p = text;
    FILE *out = fmemopen(text, sizeof(text), "w");

    listing_foreach(out, rows, rows + ARRAY_SIZE(rows), print_row);
    fclose(out);
    for (const char *want = "abcd"; *want; want++) {
        assert_int_equal(*p, *want);
        p = strchr(p, '\n') + 1;
    }
    assert_int_equal(*p, 0);
}

static void test_an_empty_set_lists_nothing(void **state)
{
    const LinkRow row = {"a", "a.c", 1};

    listing_foreach(stdout, &row, &row, print_row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_listed_in_the_order_of_files_and_lines),
        cmocka_unit_test(test_an_empty_set_lists_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
