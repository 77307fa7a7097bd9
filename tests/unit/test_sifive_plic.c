/* SPDX-License-Identifier: MIT */
/* hw/intc/sifive_plic. */
#include "unit/device_test.h"

enum { PLIC = 0xc000000, CONTEXTS = 4 };

#define PRIORITY(irq)     (PLIC + 4 * (irq))
#define PENDING(word)     (PLIC + 0x1000 + 4 * (word))
#define ENABLE(ctx, word) (PLIC + 0x2000 + 0x80 * (ctx) + 4 * (word))
#define THRESHOLD(ctx)    (PLIC + 0x200000 + 0x1000 * (ctx))
#define CLAIM(ctx)        (THRESHOLD(ctx) + 4)

static Wire line[CONTEXTS];
static Device *plic;

static int up(void **state)
{
    machine_up(state);
    plic = device_new("riscv.sifive.plic", NULL);
    device_set_prop(plic, "hart-config", "MS,MS", NULL);
    realize_at(plic, PLIC);
    for (int i = 0; i < CONTEXTS; i++) {
        device_connect_irq(plic, i, wire_init(&line[i]));
    }
    return 0;
}

/* Source @irq with priority @prio goes to context @ctx. */
static void route(int irq, int prio, int ctx)
{
    mem_write32(PRIORITY(irq), prio);
    mem_write32(ENABLE(ctx, irq / 32), mem_read32(ENABLE(ctx, irq / 32)) | 1u << irq % 32);
}

static void set(int irq, int level)
{
    irq_set(device_irq_input(plic, irq), level);
}

static void test_a_source_raises_only_the_contexts_that_enable_it(void **state)
{
    route(10, 1, 1);
    set(10, 1);
    assert_int_equal(line[0].level, 0);
    assert_int_equal(line[1].level, 1);
    assert_int_equal(mem_read32(PENDING(0)), 1 << 10);
}

static void test_claim_clears_pending(void **state)
{
    route(10, 1, 0);
    set(10, 1);
    assert_int_equal(mem_read32(CLAIM(0)), 10);
    assert_int_equal(mem_read32(PENDING(0)), 0);
    assert_int_equal(line[0].level, 0);
    assert_int_equal(mem_read32(CLAIM(0)), 0);
}

static void test_a_claimed_source_comes_again_only_after_completion(void **state)
{
    route(10, 1, 0);
    set(10, 1);
    mem_read32(CLAIM(0));
    set(10, 0);
    set(10, 1);
    assert_int_equal(line[0].level, 0);
    mem_write32(CLAIM(0), 10);
    assert_int_equal(line[0].level, 1); /* the line is still high */
    assert_int_equal(mem_read32(CLAIM(0)), 10);
    set(10, 0);
    mem_write32(CLAIM(0), 10);
    assert_int_equal(line[0].level, 0);
}

static void test_a_request_stays_pending_when_its_line_falls(void **state)
{
    route(3, 1, 0);
    set(3, 1);
    set(3, 0);
    assert_int_equal(line[0].level, 1);
    assert_int_equal(mem_read32(CLAIM(0)), 3);
}

static void test_the_highest_priority_wins_then_the_lowest_id(void **state)
{
    route(40, 3, 0);
    route(7, 2, 0);
    route(33, 3, 0);
    set(40, 1);
    set(7, 1);
    set(33, 1);
    assert_int_equal(mem_read32(CLAIM(0)), 33);
    assert_int_equal(mem_read32(CLAIM(0)), 40);
    assert_int_equal(mem_read32(CLAIM(0)), 7);
}

static void test_the_threshold_masks_the_line_but_not_the_claim(void **state)
{
    route(5, 4, 0);
    mem_write32(THRESHOLD(0), 4);
    set(5, 1);
    assert_int_equal(line[0].level, 0);
    mem_write32(THRESHOLD(0), 3);
    assert_int_equal(line[0].level, 1);
    mem_write32(THRESHOLD(0), 7);
    assert_int_equal(mem_read32(CLAIM(0)), 5);
}

static void test_priority_zero_never_interrupts(void **state)
{
    route(5, 0, 0);
    set(5, 1);
    assert_int_equal(line[0].level, 0);
    assert_int_equal(mem_read32(CLAIM(0)), 0);
    mem_write32(PRIORITY(5), 1);
    assert_int_equal(line[0].level, 1);
}

static void test_completion_by_a_context_that_has_it_disabled_is_ignored(void **state)
{
    route(5, 1, 0);
    set(5, 1);
    mem_read32(CLAIM(0));
    mem_write32(CLAIM(1), 5);
    assert_int_equal(line[0].level, 0);
    mem_write32(CLAIM(0), 5);
    assert_int_equal(line[0].level, 1);
    mem_write32(CLAIM(0), 0xffffffff);
}

static void test_registers_keep_only_the_bits_that_exist(void **state)
{
    mem_write32(PRIORITY(1), 0xffffffff);
    assert_int_equal(mem_read32(PRIORITY(1)), 7);
    mem_write32(PRIORITY(0), 5);
    assert_int_equal(mem_read32(PRIORITY(0)), 0);
    mem_write32(ENABLE(3, 0), 0xffffffff);
    assert_int_equal(mem_read32(ENABLE(3, 0)), 0xfffffffe);
    mem_write32(ENABLE(3, 3), 0xffffffff); /* the last source is 96 */
    assert_int_equal(mem_read32(ENABLE(3, 3)), 1);
    mem_write32(PRIORITY(96), 3);
    assert_int_equal(mem_read32(PRIORITY(96)), 3);
    mem_write32(PRIORITY(97), 3);
    assert_int_equal(mem_read32(PRIORITY(97)), 0);
    mem_write32(PENDING(0), 0xffffffff);
    assert_int_equal(mem_read32(PENDING(0)), 0);
    mem_write32(ENABLE(4, 0), 0xffffffff); /* no such context */
    assert_int_equal(mem_read32(ENABLE(4, 0)), 0);
    assert_int_equal(mem_read32(CLAIM(4)), 0);
    assert_int_equal(mem_read32(PLIC + 0x5ffffc), 0);
    assert_true(access_fails(PLIC, 8, false));
    assert_true(access_fails(PLIC, 1, true));
}

static void test_reset_forgets_but_a_high_line_can_come_again(void **state)
{
    route(5, 1, 0);
    set(5, 1);
    device_reset(plic);
    assert_int_equal(line[0].level, 0);
    route(5, 1, 0);
    assert_int_equal(line[0].level, 0);
    set(5, 1);
    assert_int_equal(line[0].level, 1);
}

static void test_nonsense_configurations_are_refused(void **state)
{
    static const char *const bad[][2] = {{"hart-config", "MX"},
                                         {"hart-config", ""},
                                         {"num-sources", "0"},
                                         {"num-sources", "1000"},
                                         {"num-priorities", "6"}};

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        Device *dev = device_new("riscv.sifive.plic", NULL);
        Error *err = NULL;

        device_set_prop(dev, "hart-config", "M", NULL);
        device_set_prop(dev, bad[i][0], bad[i][1], NULL);
        assert_false(device_realize_and_unref(dev, system_bus(), &err));
        assert_non_null(strstr(err_msg(err), bad[i][0]));
        err_free(err);
    }
}

static void test_loaded_state_is_checked(void **state)
{
    Str saved = {0};
    StateReader in;

    route(5, 1, 0);
    set(5, 1);
    state_save(plic, &saved);
    device_reset(plic);
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    assert_true(state_load(plic, &in, NULL));
    assert_int_equal(mem_read32(CLAIM(0)), 5);
    str_free(&saved);
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, machine_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_source_raises_only_the_contexts_that_enable_it),
        T(test_claim_clears_pending),
        T(test_a_claimed_source_comes_again_only_after_completion),
        T(test_a_request_stays_pending_when_its_line_falls),
        T(test_the_highest_priority_wins_then_the_lowest_id),
        T(test_the_threshold_masks_the_line_but_not_the_claim),
        T(test_priority_zero_never_interrupts),
        T(test_completion_by_a_context_that_has_it_disabled_is_ignored),
        T(test_registers_keep_only_the_bits_that_exist),
        T(test_reset_forgets_but_a_high_line_can_come_again),
        T(test_nonsense_configurations_are_refused),
        T(test_loaded_state_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
