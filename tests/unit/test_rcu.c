/* SPDX-License-Identifier: MIT */
/* base/rcu: nothing is freed while a reader that may see it is inside. */
#include "base/rcu.h"
#include "unit/unit.h"

#include <pthread.h>

static void count_call(void *arg)
{
    ++*(int *)arg;
}

static void test_without_readers_a_deferred_call_runs_at_once(void **state)
{
    int calls = 0;

    rcu_defer(count_call, &calls);
    assert_int_equal(calls, 1);
}

static void test_a_reader_holds_back_what_was_unpublished_after_it_entered(void **state)
{
    int first = 0, second = 0;

    rcu_read_lock();
    rcu_read_lock();
    rcu_defer(count_call, &first);
    rcu_read_unlock();
    rcu_reclaim();
    assert_int_equal(first, 0);
    rcu_read_unlock();

    rcu_read_lock(); /* this reader came later and cannot see what first stands for */
    assert_int_equal(rcu_reclaim(), 0);
    assert_int_equal(first, 1);
    rcu_defer(count_call, &second);
    assert_int_equal(second, 0);
    rcu_read_unlock();
    assert_int_equal(rcu_reclaim(), 0);
    assert_int_equal(second, 1);
}

static _Atomic(int *) shared;
static atomic_bool stop;

static void poison(void *arg)
{
    *(int *)arg = -1;
    free(arg);
}

static void *reader(void *arg)
{
    long bad = 0;

    while (!atomic_load(&stop)) {
        rcu_read_lock();
        bad += *atomic_load(&shared) < 0;
        rcu_read_unlock();
    }
    return (void *)bad;
}

static void test_concurrent_readers_never_see_a_freed_object(void **state)
{
    pthread_t t[2];
    long bad = 0;

    shared = calloc(1, sizeof(int));
    for (int i = 0; i < 2; i++) {
        pthread_create(&t[i], NULL, reader, NULL);
    }
    for (int i = 0; i < 20000; i++) {
        rcu_defer(poison, atomic_exchange(&shared, calloc(1, sizeof(int))));
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        void *result;

        pthread_join(t[i], &result);
        bad += (long)result;
    }
    assert_int_equal(rcu_reclaim(), 0);
    assert_int_equal(bad, 0);
    free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_readers_a_deferred_call_runs_at_once),
        cmocka_unit_test(test_a_reader_holds_back_what_was_unpublished_after_it_entered),
        cmocka_unit_test(test_concurrent_readers_never_see_a_freed_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
