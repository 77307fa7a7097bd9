/* SPDX-License-Identifier: MIT */
/* hw/char/serial: the 16550A. */
#include "unit/device_test.h"
#include "unit/chr_test.h"
#include "base/alloc.h"

enum { UART = 0x10000000 };
enum { RBR = UART, THR = UART, DLL = UART, IER = UART + 1, DLM = UART + 1, IIR = UART + 2 };
enum { FCR = UART + 2, LCR = UART + 3, MCR = UART + 4, LSR = UART + 5, MSR = UART + 6 };
enum { SCR = UART + 7 };

static TestChr *chr;
static Wire wire;

static void up_uart(void)
{
    Device *dev = device_new("serial-mm", NULL);

    assert_true(device_set_prop(dev, "chardev", "c0", NULL));
    realize_at(dev, UART);
    device_connect_irq(dev, 0, wire_init(&wire));
}

static int up(void **state)
{
    machine_up(state);
    chr = test_chr_new("c0");
    up_uart();
    return 0;
}

static int down(void **state)
{
    machine_down(state);
    chardev_cleanup();
    return 0;
}

static uint8_t rd(hwaddr a)
{
    return mem_read(a, 1);
}

static void wr(hwaddr a, uint8_t v)
{
    mem_write(a, v, 1);
}

static size_t type(const char *text)
{
    return chr_type(chr, text);
}

static void test_registers_after_reset(void **state)
{
    assert_int_equal(rd(IER), 0);
    assert_int_equal(rd(IIR), 1);
    assert_int_equal(rd(LCR), 0);
    assert_int_equal(rd(LSR), 0x60);
    assert_int_equal(rd(MSR), 0xb0);
    assert_int_equal(wire.level, 0);
}

static void test_a_written_byte_reaches_the_back_end(void **state)
{
    wr(THR, 'h');
    wr(THR, 'i');
    assert_string_equal(chr_out(chr), "hi");
    assert_int_equal(rd(LSR), 0x60);
}

static void test_the_scratch_and_divisor_registers_hold_their_values(void **state)
{
    wr(SCR, 0xa5);
    wr(LCR, 0x80);
    wr(DLL, 0x34);
    wr(DLM, 0x12);
    assert_int_equal(rd(DLL), 0x34);
    assert_int_equal(rd(DLM), 0x12);
    wr(LCR, 0x03);
    assert_int_equal(rd(SCR), 0xa5);
    assert_int_equal(rd(IER), 0);
    assert_int_equal(chr_out(chr)[0], 0);
}

static void test_an_empty_transmitter_interrupts_until_iir_is_read(void **state)
{
    wr(IER, 2);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(IIR), 2);
    assert_int_equal(wire.level, 0);
    assert_int_equal(rd(IIR), 1);
    wr(THR, 'x');
    assert_int_equal(wire.level, 1);
}

static void test_a_back_end_that_is_full_keeps_the_transmitter_busy(void **state)
{
    wr(FCR, 1);
    wr(IER, 2);
    rd(IIR);
    chr->room = 1;
    wr(THR, 'a');
    rd(IIR);
    wr(THR, 'b');
    wr(THR, 'c');
    assert_int_equal(rd(LSR), 0);
    assert_int_equal(wire.level, 0);
    chr->room = SIZE_MAX;
    chr_be_writable(&chr->chr);
    assert_string_equal(chr_out(chr), "abc");
    assert_int_equal(rd(LSR), 0x60);
    assert_int_equal(wire.level, 1);
}

static void test_without_fifo_one_byte_is_taken_at_a_time(void **state)
{
    wr(IER, 1);
    assert_int_equal(type("ab"), 1);
    assert_int_equal(rd(LSR), 0x61);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(IIR), 4);
    assert_int_equal(type("b"), 0);
    assert_int_equal(rd(RBR), 'a');
    assert_int_equal(wire.level, 0);
    assert_int_equal(rd(LSR), 0x60);
    assert_int_equal(type("b"), 1);
    assert_int_equal(rd(RBR), 'b');
}

static void test_the_fifo_interrupts_at_its_trigger_level(void **state)
{
    wr(FCR, 0x81); /* 8 bytes */
    wr(IER, 1);
    assert_int_equal(rd(IIR), 0xc1);
    assert_int_equal(type("1234567"), 7);
    assert_int_equal(wire.level, 0);
    assert_int_equal(type("89abcdefghij"), 9); /* 16 in all */
    assert_int_equal(rd(IIR), 0xc4);
    for (const char *p = "123456789abcdefg"; *p; p++) {
        assert_int_equal(rd(RBR), *p);
    }
    assert_int_equal(rd(LSR), 0x60);
    assert_int_equal(wire.level, 0);
}

static void test_few_bytes_interrupt_after_four_character_times(void **state)
{
    wr(FCR, 0xc1);
    wr(IER, 1);
    type("x");
    assert_int_equal(wire.level, 0);
    clock_step(NANOSECONDS_PER_SECOND * 40 / (3686400 / 16 / 12) - 1);
    assert_int_equal(wire.level, 0);
    clock_step(2);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(IIR), 0xcc);
    assert_int_equal(rd(RBR), 'x');
    assert_int_equal(wire.level, 0);
    clock_step(NANOSECONDS_PER_SECOND);
    assert_int_equal(wire.level, 0);
}

static void test_clearing_the_fifos_empties_them(void **state)
{
    wr(FCR, 1);
    type("abc");
    wr(FCR, 1 | 2);
    assert_int_equal(rd(LSR), 0x60);
    type("d");
    assert_int_equal(rd(RBR), 'd');
}

static void test_a_break_is_an_error_and_a_zero_byte(void **state)
{
    wr(IER, 4);
    chr_be_event(&chr->chr, CHR_EVENT_BREAK);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(IIR), 6);
    assert_int_equal(rd(LSR), 0x71);
    assert_int_equal(wire.level, 0);
    assert_int_equal(rd(RBR), 0);
    assert_int_equal(rd(LSR), 0x60);
}

static void test_loopback_turns_output_into_input(void **state)
{
    wr(MCR, 0x1f);
    assert_int_equal(rd(MSR) & 0xf0, 0xf0);
    wr(MCR, 0x1a); /* RTS and OUT2 */
    assert_int_equal(rd(MSR), 0x96);
    assert_int_equal(rd(MSR), 0x90); /* the deltas are gone */
    wr(THR, 'z');
    assert_int_equal(rd(RBR), 'z');
    assert_int_equal(chr_out(chr)[0], 0);
    assert_int_equal(type("no"), 0);
    wr(THR, '1');
    wr(THR, '2'); /* the receiver is full */
    assert_int_equal(rd(LSR) & 2, 2);
    wr(MCR, 0);
    assert_int_equal(rd(MSR) & 0xf0, 0xb0);
}

static void test_an_overrun_loses_the_new_byte_but_without_fifo_the_old_one(void **state)
{
    wr(MCR, 0x10);
    wr(THR, '1');
    wr(THR, '2');
    assert_int_equal(rd(LSR), 0x63);
    assert_int_equal(rd(RBR), '2');
    assert_int_equal(rd(LSR), 0x60);
    wr(FCR, 1);
    for (unsigned i = 0; i < 17; i++) {
        wr(THR, 'a' + i);
    }
    assert_int_equal(rd(LSR), 0x63);
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(rd(RBR), 'a' + i);
    }
    assert_int_equal(rd(LSR), 0x60);
}

static void test_a_modem_change_interrupts_when_enabled(void **state)
{
    wr(IER, 8);
    assert_int_equal(wire.level, 0);
    wr(MCR, 0x10);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(IIR), 0);
    rd(MSR);
    assert_int_equal(wire.level, 0);
}

static void test_wide_accesses_reach_the_register_at_their_address(void **state)
{
    mem_write32(THR, 'w');
    assert_string_equal(chr_out(chr), "w");
    assert_int_equal(mem_read(UART, 8), 0);
}

static void test_state_survives_saving_with_bytes_in_the_fifo(void **state)
{
    Device *dev = (Device *)object_resolve_path("/machine/unattached/device[0]");
    Str saved = {0};
    StateReader in;

    wr(FCR, 0xc1);
    wr(IER, 1);
    type("q");
    state_save(dev, &saved);
    device_reset(dev);
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    assert_true(state_load(dev, &in, NULL));
    clock_step(NANOSECONDS_PER_SECOND);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(RBR), 'q');
    str_free(&saved);
}

/* Save, reset and load the UART, as it is.  The host says nothing meanwhile. */
static void save_and_load(void)
{
    Device *dev = (Device *)object_resolve_path("/machine/unattached/device[0]");
    Str saved = {0};
    StateReader in;

    state_save(dev, &saved);
    device_reset(dev);
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    assert_true(state_load(dev, &in, NULL));
    str_free(&saved);
}

static void test_bytes_that_waited_when_it_was_saved_are_sent_after_loading(void **state)
{
    wr(FCR, 1);
    wr(IER, 2);
    rd(IIR);
    chr->room = 0;
    wr(THR, 'a');
    wr(THR, 'b');
    chr->room = SIZE_MAX;
    save_and_load();
    assert_string_equal(chr_out(chr), ""); /* other devices may not be loaded yet */
    assert_int_equal(wire.level, 0);
    clock_step(1);
    assert_string_equal(chr_out(chr), "ab");
    assert_int_equal(rd(LSR), 0x60);
    assert_int_equal(wire.level, 1);
    assert_int_equal(rd(IIR), 0xc2);
}

static void test_a_host_that_is_still_full_after_loading_is_waited_for(void **state)
{
    chr->room = 0;
    wr(THR, 'a');
    save_and_load();
    clock_step(1);
    assert_int_equal(rd(LSR), 0);
    chr->room = SIZE_MAX;
    chr_be_writable(&chr->chr);
    assert_string_equal(chr_out(chr), "a");
    assert_int_equal(rd(LSR), 0x60);
}

static void test_a_reset_after_loading_forgets_what_was_to_be_sent(void **state)
{
    chr->room = 0;
    wr(THR, 'a');
    chr->room = SIZE_MAX;
    save_and_load();
    device_reset((Device *)object_resolve_path("/machine/unattached/device[0]"));
    clock_step(1);
    assert_string_equal(chr_out(chr), "");
    assert_int_equal(rd(IIR), 1);
    wr(IER, 2);
    assert_int_equal(rd(IIR), 2);
}

static void test_an_unknown_character_device_is_refused(void **state)
{
    Device *dev = device_new("serial-mm", NULL);
    Error *err = NULL;

    device_set_prop(dev, "chardev", "nobody", NULL);
    assert_false(device_realize_and_unref(dev, system_bus(), &err));
    assert_non_null(strstr(err_msg(err), "no character device 'nobody'"));
    err_free(err);
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_registers_after_reset),
        T(test_a_written_byte_reaches_the_back_end),
        T(test_the_scratch_and_divisor_registers_hold_their_values),
        T(test_an_empty_transmitter_interrupts_until_iir_is_read),
        T(test_a_back_end_that_is_full_keeps_the_transmitter_busy),
        T(test_without_fifo_one_byte_is_taken_at_a_time),
        T(test_the_fifo_interrupts_at_its_trigger_level),
        T(test_few_bytes_interrupt_after_four_character_times),
        T(test_clearing_the_fifos_empties_them),
        T(test_a_break_is_an_error_and_a_zero_byte),
        T(test_loopback_turns_output_into_input),
        T(test_an_overrun_loses_the_new_byte_but_without_fifo_the_old_one),
        T(test_a_modem_change_interrupts_when_enabled),
        T(test_wide_accesses_reach_the_register_at_their_address),
        T(test_state_survives_saving_with_bytes_in_the_fifo),
        T(test_bytes_that_waited_when_it_was_saved_are_sent_after_loading),
        T(test_a_host_that_is_still_full_after_loading_is_waited_for),
        T(test_a_reset_after_loading_forgets_what_was_to_be_sent),
        T(test_an_unknown_character_device_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
