/* SPDX-License-Identifier: MIT */
/* inspect/gdbstub_packet.c: packets in a stream of bytes, and the numbers in packets. */
#include "inspect/gdbstub_packet.h"
#include "unit/unit.h"

static GdbParser parser;

static int setup(void **state)
{
    memset(&parser, 0, sizeof(parser));
    return 0;
}

/* The last thing that @n bytes gave, other than nothing. */
static GdbInput feed_n(const char *bytes, size_t n)
{
    GdbInput last = GDB_INPUT_NONE;

    for (size_t i = 0; i < n; i++) {
        GdbInput in = gdb_parse_byte(&parser, bytes[i]);

        last = in != GDB_INPUT_NONE ? in : last;
    }
    return last;
}

static GdbInput feed(const char *text)
{
    return feed_n(text, strlen(text));
}

static void expect_packet(const char *text, const char *data, size_t n)
{
    assert_int_equal(feed(text), GDB_INPUT_PACKET);
    assert_int_equal(parser.len, n);
    assert_memory_equal(parser.data, data, n);
    assert_int_equal(parser.data[n], 0);
}

static void test_a_packet_is_what_stands_between_dollar_and_sum(void **state)
{
    expect_packet("$m80000000,4#55", "m80000000,4", 11);
    expect_packet("$#00", "", 0);
    expect_packet("$OK#9A", "OK", 2); /* digits may be capital */
}

static void test_a_packet_may_come_in_pieces(void **state)
{
    assert_int_equal(feed("$O"), GDB_INPUT_NONE);
    assert_int_equal(feed("K#9"), GDB_INPUT_NONE);
    expect_packet("a", "OK", 2);
}

static void test_a_wrong_sum_makes_it_bad_and_the_next_is_taken(void **state)
{
    assert_int_equal(feed("$OK#9b"), GDB_INPUT_BAD);
    assert_int_equal(feed("$OK#zz"), GDB_INPUT_BAD);
    expect_packet("$OK#9a", "OK", 2);
}

static void test_an_escaped_byte_has_bit_5_turned_over(void **state)
{
    expect_packet("$X}\x03}\x04}\x5d#33", "X#$}", 4);
}

static void test_an_escape_at_the_end_is_bad(void **state)
{
    assert_int_equal(feed("$X}#d5"), GDB_INPUT_BAD);
    expect_packet("$OK#9a", "OK", 2);
}

static void test_a_star_is_data_because_clients_send_no_run_lengths(void **state)
{
    expect_packet("$0*#5a", "0*", 2);
}

static void test_a_dollar_inside_begins_anew(void **state)
{
    expect_packet("$m8000$OK#9a", "OK", 2);
}

static void test_between_packets_acks_and_ctrl_c_are_told_and_noise_is_not(void **state)
{
    assert_int_equal(feed("+"), GDB_INPUT_ACK);
    assert_int_equal(feed("-"), GDB_INPUT_NAK);
    assert_int_equal(feed("\x03"), GDB_INPUT_INTERRUPT);
    assert_int_equal(feed("hello\n#9a"), GDB_INPUT_NONE);
}

static void test_in_a_packet_ctrl_c_and_acks_are_data(void **state)
{
    expect_packet("$X+-\x03#b3", "X+-\x03", 4);
}

static void test_a_packet_that_is_too_long_is_bad_and_harmless(void **state)
{
    assert_int_equal(feed("$"), GDB_INPUT_NONE);
    for (int i = 0; i < 3 * GDB_PACKET_MAX; i++) {
        assert_int_equal(feed("0"), GDB_INPUT_NONE);
    }
    assert_int_equal(feed("#00"), GDB_INPUT_BAD);
    expect_packet("$OK#9a", "OK", 2);
}

static void test_the_longest_packet_is_taken(void **state)
{
    Str out = {0}, data = {0};

    for (int i = 0; i < GDB_PACKET_MAX; i++) {
        str_append(&data, "f");
    }
    gdb_append_packet(&out, data.s, data.len);
    assert_int_equal(feed_n(out.s, out.len), GDB_INPUT_PACKET);
    assert_int_equal(parser.len, GDB_PACKET_MAX);
    str_free(&out);
    str_free(&data);
}

static void test_what_is_written_is_read_back(void **state)
{
    char all[256];
    Str out = {0};

    for (int i = 0; i < 256; i++) {
        all[i] = i;
    }
    gdb_append_packet(&out, all, sizeof(all));
    assert_int_equal(out.len, 1 + 256 + 4 + 3); /* four bytes are escaped */
    assert_int_equal(feed_n(out.s, out.len), GDB_INPUT_PACKET);
    assert_int_equal(parser.len, 256);
    assert_memory_equal(parser.data, all, 256);
    str_free(&out);
}

static void test_a_reply_has_its_sum(void **state)
{
    Str out = {0};

    gdb_append_packet(&out, "OK", 2);
    gdb_append_packet(&out, "", 0);
    assert_string_equal(str_get(&out), "$OK#9a$#00");
    str_free(&out);
}

static void test_bytes_are_two_digits_each(void **state)
{
    uint8_t bytes[] = {0x00, 0x9f, 0xff}, back[3];
    Str out = {0};

    gdb_append_hex(&out, bytes, 3);
    assert_string_equal(str_get(&out), "009fff");
    assert_true(gdb_parse_bytes("009fFF", back, 3));
    assert_memory_equal(bytes, back, 3);
    assert_false(gdb_parse_bytes("009f", back, 3));
    assert_false(gdb_parse_bytes("009fF", back, 3));
    assert_false(gdb_parse_bytes("00xfff", back, 3));
    str_free(&out);
}

static void test_numbers_have_at_most_64_bits(void **state)
{
    const char *p = "ffffffffffffffff,0", *long_one = "10000000000000000", *none = ",";
    uint64_t v;

    assert_true(gdb_parse_number(&p, &v));
    assert_int_equal(v, UINT64_MAX);
    assert_true(gdb_parse_char(&p, ','));
    assert_false(gdb_parse_char(&p, ','));
    assert_true(gdb_parse_number(&p, &v));
    assert_int_equal(v, 0);
    assert_false(gdb_parse_number(&long_one, &v));
    assert_false(gdb_parse_number(&none, &v));
}

static void expect_thread(const char *text, int64_t pid, int64_t tid)
{
    GdbThreadId id;

    assert_true(gdb_parse_thread_id(&text, &id));
    assert_int_equal(id.pid, pid);
    assert_int_equal(id.tid, tid);
    assert_int_equal(*text, 0);
}

static void test_thread_ids_have_a_process_or_none(void **state)
{
    const char *bad[] = {"", "p", "p1.", "-2", "x", "123456789", "p-", "."};
    GdbThreadId id;

    expect_thread("2", -1, 2);
    expect_thread("-1", -1, -1);
    expect_thread("0", -1, 0);
    expect_thread("p1.2", 1, 2);
    expect_thread("p1.-1", 1, -1);
    expect_thread("p1", 1, -1);
    expect_thread("p0.0", 0, 0);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const char *text = bad[i];

        assert_false(gdb_parse_thread_id(&text, &id));
    }
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_packet_is_what_stands_between_dollar_and_sum),
        TEST(test_a_packet_may_come_in_pieces),
        TEST(test_a_wrong_sum_makes_it_bad_and_the_next_is_taken),
        TEST(test_an_escaped_byte_has_bit_5_turned_over),
        TEST(test_an_escape_at_the_end_is_bad),
        TEST(test_a_star_is_data_because_clients_send_no_run_lengths),
        TEST(test_a_dollar_inside_begins_anew),
        TEST(test_between_packets_acks_and_ctrl_c_are_told_and_noise_is_not),
        TEST(test_in_a_packet_ctrl_c_and_acks_are_data),
        TEST(test_a_packet_that_is_too_long_is_bad_and_harmless),
        TEST(test_the_longest_packet_is_taken),
        TEST(test_what_is_written_is_read_back),
        TEST(test_a_reply_has_its_sum),
        TEST(test_bytes_are_two_digits_each),
        TEST(test_numbers_have_at_most_64_bits),
        TEST(test_thread_ids_have_a_process_or_none),
    };

    return cmocka_run_group_tests_name("gdbstub_packet", tests, NULL, NULL);
}
