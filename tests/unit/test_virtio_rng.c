/* SPDX-License-Identifier: MIT */
/* hw/virtio/virtio_rng. */
#include "unit/virtio_test.h"

static int up_with(void **state, const char *device)
{
    machine_up(state);
    slot_at(SLOT, false);
    plug(device);
    drive(1, 0);
    return 0;
}

static int up(void **state)
{
    return up_with(state, "virtio-rng-device");
}

static int up_limited(void **state)
{
    return up_with(state, "virtio-rng-device,max-bytes=100,period=1000");
}

static void ask(uint32_t len)
{
    desc(0, 0, DATA, len, F_WRITE, 0);
    offer(0, 0);
    kick(0);
}

static void test_a_buffer_comes_back_full_of_random_bytes(void **state)
{
    unsigned ones = 0;

    ask(5000);
    assert_int_equal(used_idx(0), 1);
    assert_int_equal(used_len(0, 0), 5000);
    for (int i = 0; i < 5000; i++) {
        ones += __builtin_popcount(mem_read(DATA + i, 1));
    }
    assert_in_range(ones, 19000, 21000);
    assert_int_equal(ack(), 1);
}

static void test_huge_and_bad_buffers_are_answered(void **state)
{
    ask(0xffffffff);
    assert_int_equal(used_len(0, 0), 65536);
    desc(0, 0, 0x40000000, 10, F_WRITE, 0);
    offer(0, 0);
    kick(0);
    assert_int_equal(used_len(0, 1), 0);
    desc(0, 0, DATA, 10, 0, 0); /* nothing to fill */
    offer(0, 0);
    kick(0);
    assert_int_equal(used_idx(0), 3);
}

static void test_the_rate_limit_makes_requests_wait(void **state)
{
    ask(80);
    ask(80);
    assert_int_equal(used_len(0, 1), 20);
    ask(80);
    assert_int_equal(used_idx(0), 2);
    for (int i = 0; i < 5; i++) {
        main_loop_wait(true);
    }
    assert_int_equal(used_idx(0), 2);
    clock_step(1000 * NANOSECONDS_PER_MS);
    assert_int_equal(used_idx(0), 3);
    assert_int_equal(used_len(0, 2), 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_buffer_comes_back_full_of_random_bytes, up,
                                        machine_down),
        cmocka_unit_test_setup_teardown(test_huge_and_bad_buffers_are_answered, up, machine_down),
        cmocka_unit_test_setup_teardown(test_the_rate_limit_makes_requests_wait, up_limited,
                                        machine_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
