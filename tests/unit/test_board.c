/* SPDX-License-Identifier: MIT */
/* hw/core/board: rows, the machine object, -smp, -m, RAM back ends; base/phase. */
#include "hw/core/board.h"

#include "base/alloc.h"
#include "base/bql.h"
#include "base/phase.h"
#include "mem/address_space.h"
#include "mem/hostmem.h"
#include "qom/module.h"
#include "qom/user_creatable.h"
#include "unit/unit.h"

#include <unistd.h>

typedef struct TestBoard {
    Machine machine;
    bool extra, made;
} TestBoard;

static bool test_board_init(Machine *m, Error **errp)
{
    TestBoard *b = (TestBoard *)m;

    b->made = true;
    memory_region_add_subregion(get_system_memory(), 0x80000000, m->ram);
    return true;
}

BOARD(TestBoard, .name = "testboard", .alias = "tb", .summary = "for the unit test", .max_cpus = 8,
      .default_cpu = "any", .ram_id = "test.ram", .init = test_board_init,
      .props = PROPS(PROP_BOOL(TestBoard, extra, "extra", false, "something more")));

static Machine *new_machine(void)
{
    const Board *board = board_find("testboard", NULL);

    assert_non_null(board);
    return machine_new(board);
}

static bool smp(Machine *m, const char *text, Error **errp)
{
    KeyVals *kv = keyval_parse("-smp", text, "cpus", NULL);
    bool ok = machine_parse_smp(m, kv, errp);

    keyval_free(kv);
    return ok;
}

static bool memory(Machine *m, const char *text, Error **errp)
{
    KeyVals *kv = keyval_parse("-m", text, "size", NULL);
    bool ok = machine_parse_memory(m, kv, errp);

    keyval_free(kv);
    return ok;
}

static void assert_says(Error *err, const char *word)
{
    assert_non_null(err);
    if (!strstr(err_msg(err), word)) {
        fail_msg("not said: %s; but: %s", word, err_msg(err));
    }
    err_free(err);
}

static void test_a_board_is_found_by_name_and_alias_and_a_typo_is_told(void **state)
{
    Error *err = NULL;

    assert_non_null(board_find("tb", NULL));
    assert_null(board_find("testbaord", &err));
    assert_says(err, "did you mean 'testboard'");
}

static void test_properties_of_board_and_machine_can_be_set(void **state)
{
    Machine *m = new_machine();

    assert_ptr_equal(object_resolve_path("/machine"), m);
    assert_true(object_property_parse(&m->obj, "extra", "on", NULL));
    assert_true(object_property_parse(&m->obj, "append", "quiet", NULL));
    assert_true(((TestBoard *)m)->extra);
    assert_string_equal(m->append, "quiet");
    machine_destroy();
    assert_null(current_machine());
}

static void test_smp_completes_the_topology_or_says_what_does_not_fit(void **state)
{
    Machine *m = new_machine();
    Error *err = NULL;

    assert_true(smp(m, "4", NULL));
    assert_int_equal(m->smp.cpus, 4);
    assert_int_equal(m->smp.cores, 4);
    assert_true(smp(m, "sockets=2,threads=2,cpus=8", NULL));
    assert_int_equal(m->smp.cores, 2);
    assert_true(smp(m, "cores=3", NULL));
    assert_int_equal(m->smp.cpus, 3);
    assert_true(smp(m, "2,maxcpus=4", NULL));
    assert_int_equal(m->smp.max_cpus, 4);
    assert_int_equal(m->smp.cpus, 2);
    assert_false(smp(m, "9", &err));
    assert_says(err, "at most 8");
    err = NULL;
    assert_false(smp(m, "0", &err));
    assert_says(err, "1 to");
    err = NULL;
    assert_false(smp(m, "7,sockets=2,cores=2", &err));
    assert_says(err, "must be the number of CPUs");
    err = NULL;
    assert_false(smp(m, "4,coers=2", &err));
    assert_says(err, "coers");
    err = NULL;
    assert_false(smp(m, "cpus=4096,sockets=4096,cores=4096,threads=4096", &err));
    err_free(err);
    machine_destroy();
}

static void test_memory_is_counted_in_mebibytes_unless_said_otherwise(void **state)
{
    Machine *m = new_machine();
    Error *err = NULL;

    assert_int_equal(m->ram_size, 128 * MiB);
    assert_true(memory(m, "256", NULL));
    assert_int_equal(m->ram_size, 256 * MiB);
    assert_true(memory(m, "size=2G", NULL));
    assert_int_equal(m->ram_size, 2 * GiB);
    assert_false(memory(m, "0", &err));
    assert_says(err, "-m 0");
    err = NULL;
    assert_false(memory(m, "12X", &err));
    err_free(err);
    machine_destroy();
}

static Object *object_add(const char *text, Error **errp)
{
    KeyVals *kv = keyval_parse("-object", text, "qom-type", NULL);
    Object *obj = user_creatable_add(kv, errp);

    keyval_free(kv);
    return obj;
}

static void to_accel_phase(void)
{
    phase_reset();
    phase_advance(PHASE_MACHINE_CREATED);
    phase_advance(PHASE_ACCEL_CREATED);
}

static void test_a_boards_ram_can_be_a_file_that_others_see(void **state)
{
    char path[] = "/tmp/test_board_XXXXXX";
    int fd = mkstemp(path);
    char *text = xasprintf("memory-backend-file,id=mem0,size=2M,share=on,mem-path=%s", path);
    Machine *m = new_machine();
    char word[5] = "";

    assert_non_null(object_add(text, NULL));
    assert_true(object_property_parse(&m->obj, "memory-backend", "mem0", NULL));
    to_accel_phase();
    assert_true(machine_run_board_init(m, NULL));
    assert_int_equal(m->ram_size, 2 * MiB);
    address_space_write(&address_space_memory, 0x80000010, "hello", 5);
    assert_int_equal(pread(fd, word, 5, 0x10), 5);
    assert_memory_equal(word, "hello", 5);
    assert_false(user_creatable_del("mem0", NULL)); /* in use */
    machine_destroy();
    user_creatable_cleanup();
    close(fd);
    unlink(path);
    free(text);
}

static void test_a_memory_backend_serves_once(void **state)
{
    Error *err = NULL;
    HostMemoryBackend *b;

    assert_non_null(object_add("memory-backend-ram,id=m1,size=1M", NULL));
    b = host_memory_backend_find("m1", NULL);
    assert_true(host_memory_backend_set_mapped(b, true, NULL));
    assert_false(host_memory_backend_set_mapped(b, true, &err));
    assert_says(err, "in use already");
    host_memory_backend_set_mapped(b, false, NULL);
    assert_true(user_creatable_del("m1", NULL));
}

static void test_a_wrong_object_is_explained_and_leaves_nothing(void **state)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"memory-backend-rma,id=x", "did you mean 'memory-backend-ram'"},
        {"memory-backend-ram", "id="},
        {"memory-backend-ram,id=x", "size="},
        {"memory-backend-file,id=x,size=1M", "mem-path="},
        {"memory-backend-ram,id=x,sise=1M", "size"},
        {"machine,id=x", "no such object"},
        {"memory-backend-ram,id=a/b,size=1M", "may not contain"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        Error *err = NULL;

        assert_null(object_add(wrong[i].text, &err));
        assert_says(err, wrong[i].says);
        assert_null(user_creatable_find("x"));
    }
}

static void test_the_board_runs_after_its_ram_is_made(void **state)
{
    Machine *m = new_machine();

    to_accel_phase();
    assert_true(memory(m, "8", NULL));
    assert_true(machine_run_board_init(m, NULL));
    assert_true(((TestBoard *)m)->made);
    assert_string_equal(m->ram->name, "test.ram");
    assert_int_equal(m->ram->size, 8 * MiB);
    machine_destroy();
}

static int setup(void **state)
{
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    io_mem_init();
    memory_map_init();
    return 0;
}

static int teardown(void **state)
{
    memory_map_destroy();
    bql_unlock();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_board_is_found_by_name_and_alias_and_a_typo_is_told),
        cmocka_unit_test(test_properties_of_board_and_machine_can_be_set),
        cmocka_unit_test(test_smp_completes_the_topology_or_says_what_does_not_fit),
        cmocka_unit_test(test_memory_is_counted_in_mebibytes_unless_said_otherwise),
        cmocka_unit_test(test_a_boards_ram_can_be_a_file_that_others_see),
        cmocka_unit_test(test_a_memory_backend_serves_once),
        cmocka_unit_test(test_a_wrong_object_is_explained_and_leaves_nothing),
        cmocka_unit_test(test_the_board_runs_after_its_ram_is_made),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
