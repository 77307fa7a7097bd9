/* SPDX-License-Identifier: MIT */
#include "unit/unit.h"
#include "base/alloc.h"
#include "base/bql.h"
#include "loop/main_loop.h"
#include "loop/thread.h"
#include "qom/module.h"
#include "target/cpu.h"

/* ---- a CPU with nothing in it, and an accelerator whose threads only do queued work ---- */


typedef struct ToyState {
    CPUState cpu;
    TcgEnv env;
    bool flag;
    uint64_t number;
} ToyState;

static const CpuOps toy_ops = {.nglobals = 0};
static pthread_cond_t kicked = PTHREAD_COND_INITIALIZER;
static unsigned safe_calls;
static bool refuse_thread;

static void *toy_thread(void *arg)
{
    CPUState *cpu = arg;

    bql_lock();
    while (!cpu->unplug) {
        cpu_process_work(cpu);
        bql_cond_wait(&kicked);
    }
    bql_unlock();
    return NULL;
}

static bool toy_create(CPUState *cpu, Error **errp)
{
    if (refuse_thread) {
        return err_set(errp, "no more threads");
    }
    cpu->thread = thread_create(cpu->name, toy_thread, cpu);
    return true;
}

static void toy_kick(CPUState *cpu)
{
    pthread_cond_broadcast(&kicked);
}

static void toy_destroy(CPUState *cpu)
{
    toy_kick(cpu);
    bql_unlock();
    thread_join(cpu->thread);
    bql_lock();
}

static void toy_nothing(CPUState *cpu)
{
}

static void toy_safe_work(CPUState *cpu, RunOnCpu *fn, void *data)
{
    assert_false(bql_locked());
    safe_calls++;
    fn(cpu, data);
}

static const AccelOps toy_accel = {
    .name = "toy",
    .create_vcpu_thread = toy_create,
    .destroy_vcpu_thread = toy_destroy,
    .kick_vcpu = toy_kick,
    .reset_vcpu = toy_nothing,
    .safe_work = toy_safe_work,
};

static void toy_init(Device *dev)
{
    ToyState *s = (ToyState *)dev;

    cpu_init_common(&s->cpu, &toy_ops, &s->env);
}

static bool toy_realize(Device *dev, Error **errp)
{
    return cpu_realize_common((CPUState *)dev, errp);
}

static void toy_unrealize(Device *dev)
{
    cpu_unrealize_common((CPUState *)dev);
}

static void toy_reset(Device *dev)
{
    cpu_reset_common((CPUState *)dev);
}

static void toy_finalize(Device *dev)
{
    cpu_finalize_common((CPUState *)dev);
}

static const DeviceInfo toy_base = {
    .name = "toy-cpu",
    .summary = "base",
    .instance_size = sizeof(ToyState),
    .abstract = true,
    .internal = true,
    .init = toy_init,
    .realize = toy_realize,
    .unrealize = toy_unrealize,
    .reset = toy_reset,
    .finalize = toy_finalize,
};
LINKSET_ADD(devices, toy_base);

static const DeviceInfo toy_red = {
    .name = "red-toy-cpu",
    .summary = "the red one",
    .parent = "toy-cpu",
    .instance_size = sizeof(ToyState),
    .internal = true,
    .props = PROPS(PROP_BOOL(ToyState, flag, "flag", false, "a flag"),
                   PROP_U64(ToyState, number, "number", 7, "a number")),
};
LINKSET_ADD(devices, toy_red);

static ToyState *new_toy(const char *text)
{
    Error *err = NULL;
    Device *dev = cpu_new_from_text("toy-cpu", text, &err);

    assert_null(err);
    assert_non_null(dev);
    return (ToyState *)dev;
}

static void expect_error(const char *text, const char *part)
{
    Error *err = NULL;

    assert_null(cpu_new_from_text("toy-cpu", text, &err));
    assert_non_null(err);
    if (!strstr(err_msg(err), part)) {
        fail_msg("'%s' does not contain '%s'", err_msg(err), part);
    }
    err_free(err);
}

static ToyState *live_toy(void)
{
    ToyState *s = new_toy("red");

    assert_true(device_realize(&s->cpu.dev, NULL, NULL));
    return s;
}

static void drop(ToyState *s)
{
    device_unrealize(&s->cpu.dev);
    object_unparent(s);
    object_unref(s);
}

/* ---- tests ---- */

static void test_model_is_found_by_short_and_full_name(void **state)
{
    ToyState *a = new_toy("red"), *b = new_toy("red-toy-cpu");

    assert_string_equal(object_get_typename(&a->cpu.dev.obj), "red-toy-cpu");
    assert_int_equal(a->number, 7);
    object_unref(a);
    object_unref(b);
}

static void test_properties_follow_the_model(void **state)
{
    ToyState *s = new_toy("red,flag=on,number=0x10");

    assert_true(s->flag);
    assert_int_equal(s->number, 16);
    object_unref(s);
    s = new_toy("red,flag");
    assert_true(s->flag);
    object_unref(s);
}

static void test_mistakes_name_what_was_meant(void **state)
{
    expect_error("rad", "did you mean 'red'?");
    expect_error("zzzzzzzzzz", "'-cpu help' lists them");
    expect_error("red,flog=on", "flag");
    expect_error("red,number=many", "many");
    expect_error("", "model");
    expect_error("toy-cpu", "no such CPU model");
}

static void test_help_lists_models_and_not_the_base(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);

    cpu_help("toy-cpu", f);
    fclose(f);
    assert_string_equal(text, "red              the red one\n");
    free(text);
}

static void test_cpus_are_listed_in_order(void **state)
{
    ToyState *a = live_toy(), *b = live_toy();

    assert_int_equal(a->cpu.index, 0);
    assert_int_equal(b->cpu.index, 1);
    assert_string_equal(b->cpu.name, "vcpu1");
    assert_ptr_equal(cpu_by_index(1), &b->cpu);
    assert_null(cpu_by_index(2));
    drop(b);
    assert_null(cpu_by_index(1));
    drop(a);
}

static void test_failed_thread_unwinds(void **state)
{
    ToyState *s = new_toy("red");
    Error *err = NULL;

    refuse_thread = true;
    assert_false(device_realize(&s->cpu.dev, NULL, &err));
    refuse_thread = false;
    assert_true(list_empty(&cpu_list));
    err_free(err);
    object_unparent(s);
    object_unref(s);
}

static void test_interrupt_bits_come_and_go(void **state)
{
    ToyState *s = live_toy();

    cpu_interrupt(&s->cpu, CPU_INTERRUPT_HARD | CPU_INTERRUPT_HALT);
    cpu_reset_interrupt(&s->cpu, CPU_INTERRUPT_HALT);
    assert_int_equal(s->cpu.interrupt_request, CPU_INTERRUPT_HARD);
    device_reset(&s->cpu.dev);
    assert_int_equal(s->cpu.interrupt_request, 0);
    drop(s);
}

static void add_here(CPUState *cpu, void *data)
{
    assert_ptr_equal(thread_self(), cpu->thread);
    ++*(unsigned *)data;
}

static void test_work_runs_on_the_cpus_own_thread(void **state)
{
    ToyState *s = live_toy();
    unsigned n = 0;

    safe_calls = 0;
    for (int i = 0; i < 100; i++) {
        async_run_on_cpu(&s->cpu, add_here, &n);
    }
    async_safe_run_on_cpu(&s->cpu, add_here, &n);
    run_on_cpu(&s->cpu, add_here, &n); /* in order: all before it are done too */
    assert_int_equal(n, 102);
    assert_int_equal(safe_calls, 1);
    assert_false(cpu_work_pending(&s->cpu));
    drop(s);
}

static void *ask_ten_thousand_times(void *arg)
{
    CPUState *cpu = arg;
    unsigned done = 0;

    bql_lock();
    for (int i = 0; i < 10000; i++) {
        run_on_cpu(cpu, add_here, &done);
    }
    bql_unlock();
    return (void *)(uintptr_t)done;
}

static void test_four_threads_ask_ten_thousand_times_each(void **state)
{
    ToyState *s = live_toy();
    Thread *asker[4];

    for (int i = 0; i < 4; i++) {
        asker[i] = thread_create("asker", ask_ten_thousand_times, s);
    }
    bql_unlock();
    for (int i = 0; i < 4; i++) {
        assert_int_equal((uintptr_t)thread_join(asker[i]), 10000);
    }
    bql_lock();
    assert_false(cpu_work_pending(&s->cpu));
    drop(s);
}

static int setup(void **state)
{
    if (!init_main_loop(NULL)) {
        return -1;
    }
    module_call_init(MODULE_INIT_QOM);
    cpus_accel = &toy_accel;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_is_found_by_short_and_full_name),
        cmocka_unit_test(test_properties_follow_the_model),
        cmocka_unit_test(test_mistakes_name_what_was_meant),
        cmocka_unit_test(test_help_lists_models_and_not_the_base),
        cmocka_unit_test(test_cpus_are_listed_in_order),
        cmocka_unit_test(test_failed_thread_unwinds),
        cmocka_unit_test(test_interrupt_bits_come_and_go),
        cmocka_unit_test(test_work_runs_on_the_cpus_own_thread),
        cmocka_unit_test(test_four_threads_ask_ten_thousand_times_each),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
