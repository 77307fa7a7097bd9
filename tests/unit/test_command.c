/* SPDX-License-Identifier: MIT */
#include "base/view.h"
#include "inspect/monitor.h"
#include "unit/unit.h"

/* A command of each kind of argument; it says what it was given. */
static void try(Monitor *mon, const CommandArgs *args)
{
    monitor_printf(mon, "fmt=%s addr=%" PRIu64 " word=%s rest=%s\n",
                   arg_given(args, "fmt") ? arg_str(args, "fmt") : "-", arg_num(args, "addr"),
                   arg_given(args, "word") ? arg_str(args, "word") : "-",
                   arg_given(args, "rest") ? arg_str(args, "rest") : "-");
}
COMMAND(try, "tryout|t", "fmt:/,addr:e,word:s?,rest:r?", "for this test", try);

static void flags(Monitor *mon, const CommandArgs *args)
{
    monitor_printf(mon, "a=%d b=%d path=%s\n", arg_given(args, "a"), arg_given(args, "b"),
                   arg_given(args, "path") ? arg_str(args, "path") : "-");
}
COMMAND(flags, "info flagged", "a:-,b:-,path:f?", "for this test", flags);

static void endless(Monitor *mon, const CommandArgs *args)
{
    while (!monitor_full(mon)) {
        monitor_puts(mon, "0123456789012345678901234567890123456789012345678901234567890123456\n");
    }
}
COMMAND(endless, "endless", "", "for this test", endless);

static void show(Str *out)
{
    str_append(out, "a view\n");
}
VIEW(viewed, "for this test", show);

static void says(const char *line, const char *want)
{
    char *said = monitor_run_line(line, 0);

    assert_string_equal(said, want);
    free(said);
}

static void says_among(const char *line, const char *want)
{
    char *said = monitor_run_line(line, 0);

    if (!strstr(said, want)) {
        fail_msg("%s: %s", line, said);
    }
    free(said);
}

static void test_arguments_become_what_the_row_says(void **state)
{
    says("tryout 1 + 2", "fmt=- addr=3 word=- rest=-\n");
    says("t/4xw 16 \"two words\" and all  the rest ",
         "fmt=4xw addr=16 word=two words rest=and all  the rest \n");
    says("  tryout 7 \"a\\\"b\\\\\"", "fmt=- addr=7 word=a\"b\\ rest=-\n");
}

static void test_flags_come_first_in_any_order(void **state)
{
    says("info flagged", "a=0 b=0 path=-\n");
    says("info flagged -b -a", "a=1 b=1 path=-\n");
    says("info flagged -ab /tmp/x", "a=1 b=1 path=/tmp/x\n");
    says_among("info flagged -z", "there is no flag -z");
}

static void test_a_view_is_a_command(void **state)
{
    says("info viewed", "a view\n");
    says_among("info viewed x", "nothing is expected at 'x'");
}

static void test_mistakes_are_explained(void **state)
{
    says_among("tryuot 1", "unknown command: 'tryuot'; did you mean 'tryout'?");
    says_among("info viewd", "unknown command: 'info viewd'; did you mean 'info viewed'?");
    says_among("tryout", "the argument 'addr' is missing");
    says_among("tryout 1 \"x", "word: the closing '\"' is missing");
    says_among("tryout 1 +", "addr: a number is missing");
}

static void test_nothing_and_comments_say_nothing(void **state)
{
    says("", "");
    says("   \t", "");
    says("# a comment", "");
}

static void test_help_is_made_of_the_rows(void **state)
{
    says("help tryout", "tryout|t[/fmt] addr [word] [rest] -- for this test\n");
    says("help t", "tryout|t[/fmt] addr [word] [rest] -- for this test\n");
    says("help info flagged", "info flagged [-a] [-b] [path] -- for this test\n");
    says_among("help", "endless -- for this test\n");
    says_among("info", "info viewed -- for this test\n");
}

static void test_output_is_bounded(void **state)
{
    char *said = monitor_run_line("endless", 0);

    assert_in_range(strlen(said), MONITOR_MAX_OUTPUT, MONITOR_MAX_OUTPUT + 100);
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments_become_what_the_row_says),
        cmocka_unit_test(test_flags_come_first_in_any_order),
        cmocka_unit_test(test_a_view_is_a_command),
        cmocka_unit_test(test_mistakes_are_explained),
        cmocka_unit_test(test_nothing_and_comments_say_nothing),
        cmocka_unit_test(test_help_is_made_of_the_rows),
        cmocka_unit_test(test_output_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
