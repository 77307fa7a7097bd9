/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "inspect/readline.h"
#include "unit/unit.h"

static Str shown, lines; /* what went to the terminal; what was entered, a '|' behind each */

static void print(void *opaque, const char *text)
{
    str_append(&shown, text);
}

static void line(void *opaque, const char *text)
{
    str_append(&lines, text);
    str_append(&lines, "|");
}

static void complete(void *opaque, const char *text, const char *word, Readline *rl)
{
    static const char *const words[] = {"stop", "step", "quit", "dir/"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        readline_offer(rl, words[i]);
    }
}

static const ReadlineOps ops = {print, line, complete};
static Readline rl;

static int setup(void **state)
{
    readline_init(&rl, "> ", &ops, NULL);
    return 0;
}

static int teardown(void **state)
{
    readline_free(&rl);
    str_free(&shown);
    str_free(&lines);
    return 0;
}

static void type(const char *keys)
{
    while (*keys) {
        readline_byte(&rl, *keys++);
    }
}

static void test_a_line_is_what_was_typed(void **state)
{
    type("stop\r");
    assert_string_equal(str_get(&lines), "stop|");
}

static void test_cr_lf_is_one_end_of_line(void **state)
{
    type("a\r\nb\nc\r");
    assert_string_equal(str_get(&lines), "a|b|c|");
}

static void test_keys_edit_the_line(void **state)
{
    type("tpp\x7fs\x1b[D\x1b[D\x1b[Ds\x1b[Co\r"); /* s t o p s: letters put in their places */
    assert_string_equal(str_get(&lines), "stops|");
    type("abc def\x17ghi\x01\x04X\x05Y\r"); /* Ctrl-W, Ctrl-A, Ctrl-D, Ctrl-E */
    assert_string_equal(str_get(&lines), "stops|Xbc ghiY|");
    type("junk\x15good\x0b\x1b[H\x1b[3~g\r"); /* Ctrl-U, Ctrl-K, Home, Delete */
    assert_string_equal(str_get(&lines), "stops|Xbc ghiY|good|");
}

static void test_arrows_walk_through_history(void **state)
{
    type("one\rtwo\rthr");
    type("\x1b[A\x1b[A\x1b[A\r"); /* up, as far as it goes */
    assert_string_equal(str_get(&lines), "one|two|one|");
    type("new\x1b[A\x1b[B\r"); /* the new line comes back */
    assert_string_equal(str_get(&lines), "one|two|one|new|");
}

static void test_history_forgets_the_oldest(void **state)
{
    char text[16];

    for (int i = 0; i < READLINE_HISTORY + 5; i++) {
        snprintf(text, sizeof(text), "line%d\r", i);
        type(text);
    }
    assert_int_equal(rl.history_count, READLINE_HISTORY);
    assert_int_equal(rl.history_first, 5);
    assert_string_equal(rl.history[0], "line5");
}

static void test_tab_completes_the_only_word(void **state)
{
    type("x q\t!\r");
    assert_string_equal(str_get(&lines), "x quit !|");
    type("d\tfile\r"); /* no blank behind a folder */
    assert_string_equal(str_get(&lines), "x quit !|dir/file|");
}

static void test_tab_lists_several_words(void **state)
{
    type("s\t");
    assert_string_equal(rl.buf, "st");
    shown.len = 0;
    type("\t");
    assert_non_null(strstr(str_get(&shown), "step"));
    assert_non_null(strstr(str_get(&shown), "stop"));
    type("o\t\r");
    assert_string_equal(str_get(&lines), "stop |");
}

static void test_a_line_that_is_too_long_is_cut(void **state)
{
    for (int i = 0; i < READLINE_MAX + 100; i++) {
        readline_byte(&rl, 'a');
    }
    type("\r");
    assert_int_equal(lines.len, READLINE_MAX + 1);
}

static void test_random_bytes_do_no_harm(void **state)
{
    uint32_t seed = 1;

    for (int i = 0; i < 300000; i++) {
        seed = seed * 1664525 + 1013904223;
        readline_byte(&rl, seed >> 24);
        assert_true(rl.cursor <= rl.len && rl.len <= READLINE_MAX && !rl.buf[rl.len]);
        shown.len = lines.len = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_line_is_what_was_typed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cr_lf_is_one_end_of_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keys_edit_the_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrows_walk_through_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_history_forgets_the_oldest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tab_completes_the_only_word, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tab_lists_several_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_line_that_is_too_long_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_random_bytes_do_no_harm, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
