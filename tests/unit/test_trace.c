/* SPDX-License-Identifier: MIT */
/* base/trace.h and base/serial_walk.h: events as text and as JSON, and the way of a key. */
#include "base/trace.h"

#include "base/alloc.h"
#include "base/serial_walk.h"
#include "unit/unit.h"

#include <unistd.h>

TRACE_EVENT(test_apple, "an event of this test");
TRACE_EVENT(test_pear, "another one");

static char path[] = "/tmp/teemu-trace-XXXXXX";

static int set_up(void **state)
{
    close(mkstemp(path));
    return 0;
}

static int tear_down(void **state)
{
    trace_cleanup();
    unlink(path);
    strcpy(path + strlen(path) - 6, "XXXXXX");
    return 0;
}

/* "-trace WORDS,file=..." */
static void option(const char *words)
{
    char *text = xasprintf("%s,file=%s", words, path);

    assert_true(trace_option(text, NULL));
    free(text);
}

/* What the file holds once all is closed. */
static char *written(void)
{
    static char text[4096];
    FILE *f;

    trace_cleanup();
    f = fopen(path, "r");
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    return text;
}

static void test_an_event_that_is_off_says_nothing(void **state)
{
    option("test_pear");
    assert_false(trace_on(test_apple));
    assert_true(trace_on(test_pear));
    trace(test_apple, "tree", "falls");
    assert_string_equal(written(), "");
}

static void test_a_line_has_stamp_name_track_words_and_duration(void **state)
{
    unsigned seconds, ns, took;

    option("test_*");
    trace_span(test_apple, "tree", trace_clock_ns(), "number %d", 3);
    assert_int_equal(sscanf(written(), "%u.%9u test_apple tree: number 3 (%u ns)\n", &seconds, &ns,
                            &took), 3);
}

static void test_a_minus_turns_off_again(void **state)
{
    option("test_*,-test_pear");
    assert_true(trace_on(test_apple));
    assert_false(trace_on(test_pear));
}

static void test_an_unknown_event_is_an_error_that_names_the_nearest(void **state)
{
    Error *err = NULL;

    assert_false(trace_option("test_aple", &err));
    assert_non_null(strstr(err_msg(err), "did you mean 'test_apple'?"));
    err_free(err);
}

static void test_json_has_tracks_slices_and_escapes(void **state)
{
    const char *text;

    assert_true(trace_json_open(path, NULL));
    trace(test_apple, "tree", "say \"hi\"\n");
    trace_slice(test_pear, "tree", trace_clock_ns(), "ripe");
    text = written();
    assert_non_null(
        strstr(text, "\"tid\":1,\"name\":\"thread_name\",\"args\":{\"name\":\"tree\"}"));
    assert_non_null(strstr(text, "{\"ph\":\"i\""));
    assert_non_null(strstr(text, "{\"text\":\"say \\\"hi\\\"\\u000a\"}"));
    assert_non_null(strstr(text, "\"cat\":\"teemu\",\"name\":\"ripe\",\"dur\":"));
    assert_string_equal(text + strlen(text) - 4, "{}]\n");
}

static void test_a_key_passes_each_place_once_and_in_order(void **state)
{
    char *text;

    option("serial_walk");
    serial_walk(WALK_TRAP, "cpu", "not of a key");
    serial_walk(WALK_FD, "loop", "a");
    serial_walk(WALK_CHARDEV, "chr", "a");
    serial_walk(WALK_CHARDEV, "chr", "of another device");
    serial_walk(WALK_ECHO, "uart", "too early");
    serial_walk(WALK_FIFO, "uart", "a");
    text = written();
    assert_null(strstr(text, "not of a key"));
    assert_null(strstr(text, "another"));
    assert_null(strstr(text, "early"));
    assert_non_null(strstr(text, "serial_walk loop: 1 fd, a\n"));
    assert_non_null(strstr(text, "serial_walk uart: 3 FIFO, a\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_event_that_is_off_says_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_has_stamp_name_track_words_and_duration,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_minus_turns_off_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_unknown_event_is_an_error_that_names_the_nearest,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_has_tracks_slices_and_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_key_passes_each_place_once_and_in_order, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
