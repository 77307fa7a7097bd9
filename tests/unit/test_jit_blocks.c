/* SPDX-License-Identifier: MIT */
/* The JIT against the interpreter: random blocks run in both, and everything they leave behind must
 * be equal. */
#include "unit/jit_random.h"

static void test_random_blocks_do_the_same_in_both_engines(void **state)
{
    for (unsigned round = 0; round < 8000; round++) {
        bool optimise = rnd() % 2;

        forget_code();
        rnd_cpus();
        rnd_block(5 + rnd() % 60);
        if (optimise) {
            ir_optimise(&ir);
        }
        run_in_both();
    }
}

static void test_a_full_buffer_is_refused_and_left_as_it_was(void **state)
{
    TcgBuffer old;
    TcgCode *code = new_code(0x1000);

    forget_code();
    rnd_block(60);
    ir_liveness(&ir);
    buffer.room = 1200;
    old = buffer;
    assert_false(jit->gen(&ir, &buffer, code));
    assert_memory_equal(&old, &buffer, sizeof(old));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_full_buffer_is_refused_and_left_as_it_was),
        cmocka_unit_test(test_random_blocks_do_the_same_in_both_engines),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
