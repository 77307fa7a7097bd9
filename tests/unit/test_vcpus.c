/* SPDX-License-Identifier: MIT */
/* accel/tcg/vcpus, mttcg, rr: harts come, run and go, with their threads and all that was made for
 * them.  Everything is done under thread=multi and under thread=single. */
#include "accel/accel.h"
#include "accel/tcg/tb.h"
#include "loop/runstate.h"
#include "loop/thread.h"
#include "unit/riscv.h"
#include "unit/turn.h"

#include <unistd.h>

enum { HARTS = 3, ROUNDS = 20, COUNTERS = 0x1000, PATIENCE_MS = 20000 };

static RISCVCPU *harts[HARTS];

static const uint32_t counts[] = {
    0x00158593, /* addi a1, a1, 1 */
    0x00b53023, /* sd   a1, 0(a0) */
    0xff9ff06f, /* j    back */
};

static const uint32_t waits[] = {
    0x10500073, /* wfi */
    0xffdff06f, /* j    back */
};

/* ---- harness ---- */

static int setup_accel(const char *text)
{
    static bool once;

    if (!once && test_setup(NULL)) {
        return -1;
    }
    once = true;
    if (!configure_accelerators(&text, 1, NULL)) {
        return -1;
    }
    accel_init_interfaces();
    return 0;
}

static int multi(void **state)
{
    return setup_accel("tcg,thread=multi");
}

static int single(void **state)
{
    return setup_accel("tcg,thread=single");
}

static uint64_t *counter(unsigned n)
{
    return (uint64_t *)((uint8_t *)memory_region_get_ram_ptr(&test_ram) + COUNTERS) + n;
}

/* Hart @n executes what lies at TEST_RAM. */
static RISCVCPU *new_hart(unsigned n)
{
    RISCVCPU *cpu = test_hart("rv64");

    cpu->env.tcg.pc = TEST_RAM;
    cpu->env.gpr[10] = TEST_RAM + COUNTERS + 8 * n;
    return cpu;
}

static void load(const void *code, size_t size)
{
    memcpy(memory_region_get_ram_ptr(&test_ram), code, size);
    memset(counter(0), 0, 8 * HARTS);
}

static void harts_up(const void *code, size_t size)
{
    load(code, size);
    for (unsigned n = 0; n < HARTS; n++) {
        harts[n] = new_hart(n);
    }
    vm_start();
}

static void harts_down(void)
{
    vm_stop(RUN_STATE_PAUSED);
    for (unsigned n = 0; n < HARTS; n++) {
        if (harts[n]) {
            test_hart_free(harts[n]);
            harts[n] = NULL;
        }
    }
}

/* Let the main loop turn until hart @n has counted on. */
static void expect_progress(unsigned n)
{
    uint64_t before = __atomic_load_n(counter(n), __ATOMIC_SEQ_CST);

    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        if (__atomic_load_n(counter(n), __ATOMIC_SEQ_CST) > before + 1000) {
            return;
        }
        turn_main_loop();
    }
    fail_msg("hart %u does not run", n);
}

static void count_thread(const Thread *t, void *opaque)
{
    ++*(unsigned *)opaque;
}

static void expect_nothing_left(void)
{
    CodeBufferInfo info;
    unsigned threads = 0;

    thread_foreach(count_thread, &threads);
    code_buffer_info(&info);
    assert_int_equal(threads, 0);
    assert_int_equal(info.size, 0);
    assert_true(list_empty(&cpu_list));
    assert_null(code_buffer_find((uintptr_t)expect_nothing_left));
}

/* ---- tests ---- */

static void test_harts_in_endless_loops_end_with_their_threads(void **state)
{
    size_t objects = 0;

    for (int round = 0; round < ROUNDS; round++) {
        harts_up(counts, sizeof(counts));
        for (unsigned n = 0; n < HARTS; n++) {
            expect_progress(n);
        }
        harts_down();
        expect_nothing_left();
        if (round == 0) {
            objects = object_count(); /* containers have been made */
        }
        assert_int_equal(object_count(), objects);
    }
}

static void test_harts_that_sleep_and_harts_that_never_ran_end_too(void **state)
{
    harts_up(waits, sizeof(waits));
    bql_unlock();
    usleep(2000);
    bql_lock();
    harts_down();
    expect_nothing_left();
    for (unsigned n = 0; n < HARTS; n++) {
        harts[n] = new_hart(n);
    }
    harts_down();
    expect_nothing_left();
}

static void test_one_hart_goes_and_the_others_run_on(void **state)
{
    harts_up(counts, sizeof(counts));
    for (unsigned gone = 0; gone < HARTS - 1; gone++) {
        expect_progress(gone);
        pause_all_vcpus();
        test_hart_free(harts[gone]);
        harts[gone] = NULL;
        assert_null(cpu_by_index(gone));
        resume_all_vcpus();
        expect_progress(HARTS - 1);
    }
    harts_down();
    expect_nothing_left();
}

static void test_a_hart_comes_again_where_one_went(void **state)
{
    harts_up(counts, sizeof(counts));
    for (int round = 0; round < ROUNDS; round++) {
        pause_all_vcpus();
        test_hart_free(harts[HARTS - 1]);
        harts[HARTS - 1] = new_hart(HARTS - 1);
        assert_ptr_equal(cpu_by_index(HARTS - 1), harts[HARTS - 1]);
        resume_all_vcpus();
        expect_progress(HARTS - 1);
        expect_progress(0);
    }
    harts_down();
    expect_nothing_left();
}

static void test_new_code_at_an_old_address_is_translated_anew(void **state)
{
    for (uint32_t value = 1; value <= ROUNDS; value++) {
        const uint32_t code[] = {
            value << 20 | 0x00000593, /* li   a1, value */
            0x00b53023,               /* sd   a1, 0(a0) */
            0x0000006f,               /* j    here */
        };

        harts_up(code, sizeof(code));
        for (int ms = 0; ms < PATIENCE_MS && !__atomic_load_n(counter(0), __ATOMIC_SEQ_CST); ms++) {
            bql_unlock();
            usleep(1000);
            bql_lock();
        }
        harts_down();
        assert_int_equal(*counter(0), value);
    }
}

static void nothing(CPUState *cpu, void *data)
{
}

static void test_work_that_waits_for_a_hart_ends_with_it(void **state)
{
    harts_up(waits, sizeof(waits));
    vm_stop(RUN_STATE_PAUSED);
    async_run_on_cpu(&harts[1]->cpu, nothing, NULL);
    async_safe_run_on_cpu(&harts[1]->cpu, nothing, NULL);
    harts_down();
    expect_nothing_left();
}

#define BOTH(f)                                                                                    \
    {"multi: " #f, f, multi, NULL, NULL}, {"single: " #f, f, single, NULL, NULL}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_harts_in_endless_loops_end_with_their_threads),
        BOTH(test_harts_that_sleep_and_harts_that_never_ran_end_too),
        BOTH(test_one_hart_goes_and_the_others_run_on),
        BOTH(test_a_hart_comes_again_where_one_went),
        BOTH(test_new_code_at_an_old_address_is_translated_anew),
        BOTH(test_work_that_waits_for_a_hart_ends_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
