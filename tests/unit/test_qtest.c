/* SPDX-License-Identifier: MIT */
#include "unit/device_test.h"

#include "accel/accel.h"
#include "accel/qtest/qtest.h"
#include "hw/intc/riscv_aclint.h"

static Str heard;
static QTest *q;
static Device *timer;

static void hear(void *opaque, const char *text, size_t n)
{
    str_append_n(&heard, text, n);
}

static int begin(void **state)
{
    const char *accel = "qtest";

    machine_up(state);
    assert_true(configure_accelerators(&accel, 1, NULL));
    accel_init_interfaces();
    timer = riscv_aclint_mtimer_create(0x2004000, 0, 2, 1000000000, NULL);
    assert_non_null(timer);
    q = qtest_new(hear, NULL, NULL);
    return 0;
}

static int end(void **state)
{
    qtest_free(q);
    str_free(&heard);
    return machine_down(state);
}

static const char *ask(const char *line)
{
    heard.len = 0;
    str_append(&heard, "");
    qtest_feed(q, (const uint8_t *)line, strlen(line));
    qtest_feed(q, (const uint8_t *)"\n", 1);
    return str_get(&heard);
}

static void test_numbers_of_each_size_are_written_and_read(void **state)
{
    assert_string_equal(ask("writeq 0x80000000 0x8877665544332211"), "OK\n");
    assert_string_equal(ask("readb 0x80000001"), "OK 0x0000000000000022\n");
    assert_string_equal(ask("readw 0x80000002"), "OK 0x0000000000004433\n");
    assert_string_equal(ask("readl 0x80000004"), "OK 0x0000000088776655\n");
    assert_string_equal(ask("writeb 2147483648 -1"), "OK\n");
    assert_string_equal(ask("readq 0x80000000"), "OK 0x88776655443322ff\n");
}

static void test_bytes_come_in_hex_and_in_base64(void **state)
{
    assert_string_equal(ask("write 0x80000000 5 0x0102030405"), "OK\n");
    assert_string_equal(ask("read 0x80000000 5"), "OK 0x0102030405\n");
    assert_string_equal(ask("b64read 0x80000000 5"), "OK AQIDBAU=\n");
    assert_string_equal(ask("b64read 0x80000000 4"), "OK AQIDBA==\n");
    assert_string_equal(ask("b64read 0x80000000 3"), "OK AQID\n");
    assert_string_equal(ask("b64write 0x80000001 4 /+7dzA=="), "OK\n");
    assert_string_equal(ask("memset 0x80000004 2 0x155"), "OK\n");
    assert_string_equal(ask("read 0x80000000 7"), "OK 0x01ffeedd555500\n");
}

static void test_what_is_wrong_is_said_and_harms_nobody(void **state)
{
    assert_string_equal(ask("readx 0"), "FAIL Unknown command 'readx'\n");
    assert_string_equal(ask(""), "FAIL Unknown command ''\n");
    assert_string_equal(ask("writel 0"), "FAIL writel ADDR VALUE: VALUE is missing\n");
    assert_string_equal(ask("writel 0 x"), "FAIL writel ADDR VALUE: x is not a number\n");
    assert_string_equal(ask("write 0x80000000 2 0x0g"), "FAIL 0x0g: not such data\n");
    assert_string_equal(ask("write 0x80000000 2 0x012"), "FAIL 0x012: not such data\n");
    assert_string_equal(ask("read 0 0xffffffffffffffff"), "FAIL at most 1048576 bytes at a time\n");
    assert_string_equal(ask("clock_step 0x7fffffffffffffff0"),
                        "FAIL clock_step [NS]: 0x7fffffffffffffff0 is not a number\n");
    assert_string_equal(ask("irq_intercept_in /nobody"), "FAIL Unknown device\n");
}

static void test_a_line_without_end_is_dropped(void **state)
{
    static uint8_t x[4096];

    memset(x, 'x', sizeof(x));
    for (int i = 0; i < 1000; i++) {
        qtest_feed(q, x, sizeof(x));
    }
    assert_string_equal(ask(""), "FAIL a line is at most 2097408 bytes long\n");
    assert_string_equal(ask("endianness"), "OK little\n");
}

static void test_a_timer_fires_when_the_clock_comes_to_it_and_not_before(void **state)
{
    char path[80], line[120];
    char *name = object_get_path(&timer->obj);

    snprintf(path, sizeof(path), "%s", name);
    free(name);
    snprintf(line, sizeof(line), "irq_intercept_out %s", path);
    assert_string_equal(ask(line), "OK\n");
    assert_string_equal(ask("writeq 0x2004008 500"), "OK\n");
    assert_string_equal(ask("clock_step 499"), "OK 499\n");
    assert_string_equal(ask("clock_step 1"), "IRQ raise 1\nOK 500\n");
    assert_string_equal(ask("writeq 0x2004008 900"), "IRQ lower 1\nOK\n");
    assert_string_equal(ask("clock_step"), "IRQ raise 1\nOK 900\n");
    assert_string_equal(ask("clock_set 800"), "OK 900\n");
}

static void test_who_leaves_hears_no_more_of_lines(void **state)
{
    char line[120];
    char *path = object_get_path(&timer->obj);

    snprintf(line, sizeof(line), "irq_intercept_out %s", path);
    free(path);
    assert_string_equal(ask(line), "OK\n");
    qtest_closed(q);
    qtest_opened(q);
    assert_string_equal(ask("writeq 0x2004000 0"), "OK\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_numbers_of_each_size_are_written_and_read, begin, end),
        cmocka_unit_test_setup_teardown(test_bytes_come_in_hex_and_in_base64, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_wrong_is_said_and_harms_nobody, begin, end),
        cmocka_unit_test_setup_teardown(test_a_line_without_end_is_dropped, begin, end),
        cmocka_unit_test_setup_teardown(
            test_a_timer_fires_when_the_clock_comes_to_it_and_not_before, begin, end),
        cmocka_unit_test_setup_teardown(test_who_leaves_hears_no_more_of_lines, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
