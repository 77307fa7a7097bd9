/* SPDX-License-Identifier: MIT */
/* base/: strings, key=value lists, bitmaps, the linker set and the log. */
#include "base/alloc.h"
#include "base/bitmap.h"
#include "base/keyval.h"
#include "base/linkset.h"
#include "base/log.h"
#include "base/str.h"
#include "unit/unit.h"

#include <pthread.h>

static const int row_one = 1, row_two = 2;
LINKSET_ADD(test_rows, row_one);
LINKSET_ADD(test_rows, row_two);
LINKSET_DECLARE(test_rows);
LINKSET_DECLARE(test_no_rows);

static void test_a_linker_set_holds_each_row_once(void **state)
{
    int sum = 0;

    (void)state;
    LINKSET_FOREACH(r, test_rows) {
        sum += *(const int *)r->row;
    }
    LINKSET_FOREACH(r, test_no_rows) {
        sum += 100;
    }
    assert_int_equal(sum, 3);
}

static void test_a_doubled_comma_is_part_of_the_value(void **state)
{
    KeyVals *kv = keyval_parse("-drive", "virtio,file=a,,b,readonly,size=2M", "if", NULL);
    uint64_t size = 0;
    bool readonly = false;

    (void)state;
    assert_string_equal(keyval_get(kv, "if"), "virtio");
    assert_string_equal(keyval_get(kv, "file"), "a,b");
    assert_true(keyval_get_bool(kv, "readonly", &readonly, NULL));
    assert_true(readonly);
    assert_false(keyval_check_used(kv, NULL));
    assert_true(keyval_get_size(kv, "size", 1, &size, NULL));
    assert_int_equal(size, 2 * MiB);
    assert_true(keyval_check_used(kv, NULL));
    keyval_free(kv);
}

static void test_a_size_says_what_is_wrong_with_it(void **state)
{
    Error *err = NULL;
    uint64_t v;

    (void)state;
    assert_true(parse_size("128", MiB, &v, NULL));
    assert_int_equal(v, 128 * MiB);
    assert_true(parse_size("1.5G", 1, &v, NULL));
    assert_int_equal(v, 1536 * MiB);
    assert_false(parse_size("1.G", 1, &v, NULL));
    assert_false(parse_size("12Q", 1, &v, &err));
    assert_non_null(strstr(err_msg(err), "suffixes"));
    err_free(err);
    assert_false(parse_size("99999999999999G", 1, &v, NULL));
    assert_false(parse_size("-1", 1, &v, NULL));
}

static void test_a_number_begins_with_a_digit(void **state)
{
    static const char *const wrong[] = {"", "-1", " -1", " 1", "+1", "\t-1", "x"};
    uint64_t v;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_false(parse_u64(wrong[i], &v, NULL));
        assert_false(parse_size(wrong[i], 1, &v, NULL));
    }
    assert_true(parse_u64("0x10", &v, NULL));
    assert_int_equal(v, 16);
}

static void *write_lines(void *stop)
{
    while (!atomic_load((atomic_bool *)stop)) {
        log_lock();
        log_printf("one\n");
        log_printf("two\n");
        log_unlock();
    }
    return NULL;
}

static void test_the_log_moves_to_another_file_while_others_write(void **state)
{
    atomic_bool stop = false;
    pthread_t writer;

    (void)state;
    assert_true(log_set_file("/dev/null", NULL));
    assert_int_equal(pthread_create(&writer, NULL, write_lines, &stop), 0);
    for (int i = 0; i < 2000; i++) {
        assert_true(log_set_file("/dev/null", NULL));
    }
    atomic_store(&stop, true);
    pthread_join(writer, NULL);
}

static void test_the_nearest_word_is_found_and_nonsense_is_not(void **state)
{
    Nearest n;

    (void)state;
    nearest_init(&n, "vrit");
    nearest_offer(&n, "spike");
    nearest_offer(&n, "virt");
    assert_string_equal(nearest_get(&n), "virt");
    nearest_init(&n, "qqqqqq");
    nearest_offer(&n, "virt");
    assert_null(nearest_get(&n));
}

static void test_the_next_set_bit_is_found_across_words(void **state)
{
    uint64_t map[3] = {0};

    (void)state;
    bit_set(map, 130);
    assert_int_equal(bitmap_find_next(map, 192, 0), 130);
    assert_int_equal(bitmap_find_next(map, 192, 131), 192);
    bitmap_set_range(map, 60, 10, true);
    assert_int_equal(bitmap_find_next(map, 192, 64), 64);
    assert_int_equal(bitmap_find_next(map, 192, 70), 130);
}

static void test_sizes_are_written_with_three_digits(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } rows[] = {{0, "0 B"}, {999, "999 B"}, {1000, "0.977 KiB"}, {1536, "1.5 KiB"},
                {1 << 20, "1 MiB"}, {UINT64_MAX, "16 EiB"}};

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        Str s = {0};

        str_append_size(&s, rows[i].bytes);
        assert_string_equal(str_get(&s), rows[i].text);
        str_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_linker_set_holds_each_row_once),
        cmocka_unit_test(test_a_doubled_comma_is_part_of_the_value),
        cmocka_unit_test(test_a_size_says_what_is_wrong_with_it),
        cmocka_unit_test(test_a_number_begins_with_a_digit),
        cmocka_unit_test(test_the_log_moves_to_another_file_while_others_write),
        cmocka_unit_test(test_the_nearest_word_is_found_and_nonsense_is_not),
        cmocka_unit_test(test_the_next_set_bit_is_found_across_words),
        cmocka_unit_test(test_sizes_are_written_with_three_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
