/* SPDX-License-Identifier: MIT */
/* hw/char/virtio_serial: ports, and the control channel that announces them. */
#include "unit/virtio_test.h"
#include "base/alloc.h"
#include "hw/char/virtio_serial.h"
#include "unit/chr_test.h"

enum {
    QUEUES = 6,
    PORT0_RX = 0,
    PORT0_TX = 1,
    CTRL_RX = 2,
    CTRL_TX = 3,
    PORT1_RX = 4,
    PORT1_TX = 5
};

static TestChr *chr0, *chr1;
static VirtioDevice *serial;

static int up(void **state)
{
    machine_up(state);
    chr0 = test_chr_new("c0");
    chr1 = test_chr_new("c1");
    slot_at(SLOT, false);
    serial = plug("virtio-serial-device,id=vs");
    return 0;
}

static int up_without_emergency(void **state)
{
    machine_up(state);
    chr0 = test_chr_new("c0");
    slot_at(SLOT, false);
    serial = plug("virtio-serial-device,id=vs,emergency-write=off");
    return 0;
}

static int down(void **state)
{
    machine_down(state);
    chardev_cleanup();
    return 0;
}

/* @count buffers of @len bytes for input on queue @q: descriptor i, at DATA + 0x10000 q + 0x100 i.
 */
static hwaddr input_at(unsigned q, unsigned i)
{
    return DATA + 0x10000 * q + 0x100 * i;
}

static void offer_input(unsigned q, unsigned count, uint32_t len)
{
    for (unsigned i = 0; i < count; i++) {
        desc(q, i, input_at(q, i), len, F_WRITE, 0);
        offer(q, i);
    }
    kick(q);
}

static void output(unsigned q, const char *text)
{
    put_string(DATA + 0x90000, text);
    desc(q, 7, DATA + 0x90000, strlen(text), 0, 0);
    offer(q, 7);
    kick(q);
}

static void control(uint32_t port, uint16_t event, uint16_t value)
{
    mem_write32(DATA + 0x80000, port);
    mem_write(DATA + 0x80004, event, 2);
    mem_write(DATA + 0x80006, value, 2);
    desc(CTRL_TX, 0, DATA + 0x80000, 8, 0, 0);
    offer(CTRL_TX, 0);
    kick(CTRL_TX);
}

/* Control message number @i that the driver got. */
static void assert_message(unsigned i, uint32_t port, uint16_t event, uint16_t value)
{
    hwaddr at = input_at(CTRL_RX, i);

    assert_true(used_idx(CTRL_RX) > i);
    assert_int_equal(mem_read32(at), port);
    assert_int_equal(mem_read(at + 4, 2), event);
    assert_int_equal(mem_read(at + 6, 2), value);
}

static void assert_input(unsigned q, unsigned i, const char *text)
{
    char buf[64] = {0};

    assert_int_equal(used_len(q, i), strlen(text));
    address_space_read(&address_space_memory, input_at(q, i), buf, strlen(text));
    assert_string_equal(buf, text);
}

static void test_a_simple_driver_uses_port_0_without_control(void **state)
{
    plug("virtconsole,chardev=c0");
    drive(2, BIT(1)); /* no MULTIPORT */
    output(PORT0_TX, "hello");
    assert_string_equal(chr_out(chr0), "hello");
    assert_int_equal(chr_type(chr0, "x"), 0); /* no buffer yet */
    offer_input(PORT0_RX, 2, 4);
    assert_int_equal(chr_type(chr0, "typing"), 4);
    assert_int_equal(chr_type(chr0, "ng"), 2);
    assert_input(PORT0_RX, 0, "typi");
    assert_input(PORT0_RX, 1, "ng");
    assert_int_equal(chr_type(chr0, "x"), 0);
    assert_int_equal(ack(), 1);
}

static void test_ports_are_announced_named_and_opened(void **state)
{
    plug("virtconsole,chardev=c0");
    plug("virtserialport,chardev=c1,name=org.test");
    drive(QUEUES, 0);
    assert_int_equal(mem_read32(SLOT + 0x104), 31);
    offer_input(CTRL_RX, 8, 32);
    control(0xffffffff, PORT_DEVICE_READY, 1);
    assert_message(0, 0, PORT_ADD, 1);
    assert_message(1, 1, PORT_ADD, 1);
    control(0, PORT_READY, 1);
    assert_message(2, 0, PORT_CONSOLE, 1);
    assert_message(3, 0, PORT_OPEN, 1);
    control(1, PORT_READY, 1);
    assert_message(4, 1, PORT_NAME, 1);
    assert_int_equal(used_len(CTRL_RX, 4), 8 + strlen("org.test"));
    chr_be_event(&chr1->chr, CHR_EVENT_OPENED);
    assert_message(5, 1, PORT_OPEN, 1);
    chr_be_event(&chr1->chr, CHR_EVENT_CLOSED);
    assert_message(6, 1, PORT_OPEN, 0);
}

static void test_input_waits_until_the_guest_opens_the_port(void **state)
{
    plug("virtserialport,chardev=c1");
    drive(QUEUES, 0);
    offer_input(PORT1_RX, 1, 16);
    assert_int_equal(chr_type(chr1, "a"), 0);
    control(1, PORT_OPEN, 1);
    assert_int_equal(chr_type(chr1, "a"), 1);
    assert_input(PORT1_RX, 0, "a");
    control(1, PORT_OPEN, 0);
    assert_int_equal(chr_type(chr1, "a"), 0);
}

static void test_output_waits_for_a_slow_reader(void **state)
{
    plug("virtconsole,chardev=c0");
    drive(QUEUES, 0);
    chr0->room = 3;
    output(PORT0_TX, "abcdef");
    assert_string_equal(chr_out(chr0), "abc");
    assert_int_equal(used_idx(PORT0_TX), 0);
    chr0->room = SIZE_MAX;
    chr_be_writable(&chr0->chr);
    assert_string_equal(chr_out(chr0), "abcdef");
    assert_int_equal(used_idx(PORT0_TX), 1);
}

static void test_output_to_nobody_vanishes(void **state)
{
    drive(QUEUES, 0);
    output(PORT1_TX, "void");
    assert_int_equal(used_idx(PORT1_TX), 1);
    plug("virtserialport,nr=1"); /* without a character device */
    output(PORT1_TX, "void");
    assert_int_equal(used_idx(PORT1_TX), 2);
}

static void test_a_port_may_come_and_go_while_the_guest_runs(void **state)
{
    drive(QUEUES, 0);
    offer_input(CTRL_RX, 4, 32);
    device_set_machine_running(true);
    plug("virtserialport,chardev=c1,id=p1");
    assert_message(0, 1, PORT_ADD, 1);
    assert_true(device_del("p1", NULL));
    assert_message(1, 1, PORT_REMOVE, 1);
    device_set_machine_running(false);
    control(1, PORT_OPEN, 1); /* of a port that is gone */
    assert_false(serial->broken);
}

static void test_emergency_output_needs_no_queues(void **state)
{
    plug("virtconsole,chardev=c0");
    assert_true(offered() & BIT(2));
    mem_write32(SLOT + 0x108, '!');
    assert_string_equal(chr_out(chr0), "!");
}

static void test_emergency_output_can_be_switched_off(void **state)
{
    plug("virtconsole,chardev=c0");
    assert_false(offered() & BIT(2));
    mem_write32(SLOT + 0x108, '!');
    assert_string_equal(chr_out(chr0), "");
}

static void test_messages_without_room_are_kept_up_to_a_limit(void **state)
{
    plug("virtconsole,chardev=c0");
    drive(QUEUES, 0);
    for (int i = 0; i < 2000; i++) {
        control(0, PORT_READY, 1);
    }
    offer_input(CTRL_RX, 8, 32);
    assert_message(0, 0, PORT_CONSOLE, 1);
    assert_message(7, 0, PORT_OPEN, 1);
    assert_false(serial->broken);
}

static void test_empty_and_tiny_input_buffers_do_not_stop_a_port(void **state)
{
    plug("virtconsole,chardev=c0");
    drive(2, BIT(1));
    desc(PORT0_RX, 0, DATA, 0, F_WRITE, 0);
    offer(PORT0_RX, 0);
    offer(PORT0_RX, 0);
    desc(PORT0_RX, 1, DATA, 1, F_WRITE, 0);
    offer(PORT0_RX, 1);
    kick(PORT0_RX);
    assert_int_equal(chr_type(chr0, "z"), 1);
    assert_int_equal(used_idx(PORT0_RX), 3);
}

static void test_numbers_are_given_out_and_checked(void **state)
{
    static const char *const bad[][2] = {
        {"virtserialport,nr=1", "is taken"},
        {"virtserialport,nr=0", "is for a virtconsole"},
        {"virtserialport,name=org.first", "has the name 'org.first' already"},
        {"virtserialport,nr=31", "not below max_ports"},
        {"virtserialport,chardev=none", "no character device"},
    };

    plug("virtserialport,name=org.first");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        KeyVals *kv = keyval_parse("-device", bad[i][0], "driver", NULL);
        Error *err = NULL;

        assert_null(device_add(kv, &err));
        assert_non_null(strstr(err_msg(err), bad[i][1]));
        err_free(err);
        keyval_free(kv);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_simple_driver_uses_port_0_without_control),
        T(test_ports_are_announced_named_and_opened),
        T(test_input_waits_until_the_guest_opens_the_port),
        T(test_output_waits_for_a_slow_reader),
        T(test_output_to_nobody_vanishes),
        T(test_a_port_may_come_and_go_while_the_guest_runs),
        T(test_emergency_output_needs_no_queues),
        cmocka_unit_test_setup_teardown(test_emergency_output_can_be_switched_off,
                                        up_without_emergency, down),
        T(test_messages_without_room_are_kept_up_to_a_limit),
        T(test_empty_and_tiny_input_buffers_do_not_stop_a_port),
        T(test_numbers_are_given_out_and_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
