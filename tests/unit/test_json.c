/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "inspect/json.h"
#include "unit/unit.h"

/* Parse and write again. */
static void becomes(const char *text, const char *want)
{
    Error *err = NULL;
    Json *j = json_parse(text, strlen(text), &err);
    Str out = {0};

    if (!j) {
        fail_msg("%s: %s", text, err_msg(err));
    }
    json_write(&out, j);
    assert_string_equal(str_get(&out), want);
    str_free(&out);
    json_free(j);
}

static void fails(const char *text, const char *why)
{
    Error *err = NULL;
    Json *j = json_parse(text, strlen(text), &err);

    if (j || !strstr(err_msg(err), why)) {
        fail_msg("%s: %s", text, j ? "it was taken" : err_msg(err));
    }
    err_free(err);
}

static void test_values_of_all_kinds(void **state)
{
    becomes(" { \"a\" : [ 1 , -2, true, false, null ] , \"b\":{} } ",
            "{\"a\": [1, -2, true, false, null], \"b\": {}}");
    becomes("[]", "[]");
    becomes("2.5", "2.5");
    becomes("1e3", "1000");
    becomes("18446744073709551615", "-1"); /* 64 bits, as QMP's integers are */
    becomes("-9223372036854775808", "-9223372036854775808");
    becomes("'single \"quotes\"'", "\"single \\\"quotes\\\"\"");
}

static void test_escapes_become_characters_and_back(void **state)
{
    becomes("\"\\n\\t\\\"\\\\\\/\\u0001\"", "\"\\n\\t\\\"\\\\/\\u0001\"");
    becomes("\"\\u00e4\\u20ac\\ud83d\\ude00\"", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

static void test_bytes_that_are_no_utf8_are_replaced(void **state)
{
    Str out = {0};

    json_write_string(&out, "a\xff" "b\xc3" "c\xed\xa0\x80");
    assert_string_equal(str_get(&out), "\"a\\ufffdb\\ufffdc\\ufffd\\ufffd\\ufffd\"");
    str_free(&out);
}

static void test_what_is_wrong_is_said(void **state)
{
    fails("", "expecting value");
    fails("nul", "invalid keyword 'nul'");
    fails("{1: 2}", "key is not a string");
    fails("{\"a\" 2}", "missing : in object pair");
    fails("{\"a\": 2 \"b\"}", "expected separator in dict");
    fails("[1 2]", "expected separator in list");
    fails("[1,]", "expecting value");
    fails("\"\\ud83d\"", "malformed");
    fails("\"\\u0000\"", "malformed");
    fails("\"abc", "malformed");
    fails("\"\n\"", "malformed");
    fails("-", "malformed");
    fails("1.", "malformed");
    fails("1e999", "malformed");
    fails("1 2", "something follows");
}

static void test_depth_is_bounded(void **state)
{
    char deep[10001];

    memset(deep, '[', 10000);
    deep[10000] = 0;
    fails(deep, "too deep");
}

static void test_keys_are_found_and_there_are_no_two_equal_ones(void **state)
{
    Json *j = json_parse("{'a': 1, 'c': 2}", 16, NULL);
    Str text = {0};

    assert_int_equal(json_get(j, "c")->u, 2);
    assert_null(json_get(j, "b"));
    json_free(j);
    fails("{'a': 1, 'a': 2}", "duplicate key");
    for (int i = 0; i <= JSON_MAX_MEMBERS; i++) {
        str_printf(&text, "%c'k%d': 1", i ? ',' : '{', i);
    }
    str_append(&text, "}");
    fails(str_get(&text), "too many keys");
    str_free(&text);
}

/* Each value of @stream with a '|' behind it. */
static char *split(const char *stream)
{
    JsonSplitter s = {0};
    Str out = {0};

    for (; *stream; stream++) {
        switch (json_split(&s, *stream)) {
        case JSON_MORE:
            break;
        case JSON_COMPLETE:
            str_printf(&out, "%s|", str_get(&s.text));
            json_split_reset(&s);
            break;
        case JSON_TOO_LONG:
            str_append(&out, "too long|");
            break;
        }
    }
    json_split_reset(&s);
    return out.s ? out.s : xstrdup("");
}

static void test_a_stream_is_cut_into_values(void **state)
{
    char *cut = split("{\"a\": \"}\\\"\"}[1, {}] word 12\n {\"half");

    assert_string_equal(cut, "{\"a\": \"}\\\"\"}|[1, {}]|word|12|");
    free(cut);
}

static void test_a_value_that_is_too_long_is_dropped_to_the_end_of_its_line(void **state)
{
    char *stream = xcalloc(1, JSON_MAX_TEXT + 100), *cut;

    memset(stream, '[', JSON_MAX_TEXT + 50);
    strcat(stream, "\n{}");
    cut = split(stream);
    assert_string_equal(cut, "too long|{}|");
    free(cut);
    free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_of_all_kinds),
        cmocka_unit_test(test_escapes_become_characters_and_back),
        cmocka_unit_test(test_bytes_that_are_no_utf8_are_replaced),
        cmocka_unit_test(test_what_is_wrong_is_said),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_keys_are_found_and_there_are_no_two_equal_ones),
        cmocka_unit_test(test_a_stream_is_cut_into_values),
        cmocka_unit_test(test_a_value_that_is_too_long_is_dropped_to_the_end_of_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
