/* SPDX-License-Identifier: MIT */
/* What a chapter's test.c is written against: cmocka's assertions, and a table of tests.
 *
 *     const LabTest lab_tests[] = {
 *         LAB_TEST(test_a_hole_has_no_range, 10, "flatview_lookup: where does the range begin?"),
 *         LAB_TESTS_END
 *     };
 *
 * The points of a chapter, those of its guest programs included, add up to 100.  A hint names the
 * function or the section to think about, never the answer. */
#ifndef LAB_H
#define LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct LabTest {
    const char *name;
    void (*fn)(void **state);
    int points;
    const char *hint;
} LabTest;

#define LAB_TEST(fn, points, hint) {#fn, fn, points, hint}
#define LAB_TESTS_END {0}

extern const LabTest lab_tests[];

/* Fail unless @found equals @expected; the text before the numbers is a printf format. */
#define expect_equal(found, expected, ...)                                                         \
    lab_expect((uint64_t)(found), (uint64_t)(expected), __FILE__, __LINE__, __VA_ARGS__)
/* The same for counts and times: printed in decimal, with a sign. */
#define expect_number(found, expected, ...)                                                        \
    lab_expect_number((int64_t)(found), (int64_t)(expected), __FILE__, __LINE__, __VA_ARGS__)
#define expect_true(condition, ...) lab_expect_true(condition, __FILE__, __LINE__, __VA_ARGS__)

void lab_expect(uint64_t found, uint64_t expected, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void lab_expect_number(int64_t found, int64_t expected, const char *file, int line, const char *fmt,
                       ...) __attribute__((format(printf, 5, 6)));
void lab_expect_true(bool condition, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
