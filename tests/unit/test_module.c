/* SPDX-License-Identifier: MIT */
/* qom/module: constructors by kind. */
#include "unit/unit.h"
#include "base/str.h"
#include "qom/module.h"

static Str ran, traced;

static void first(void)
{
    str_append(&ran, "first ");
}
block_init(first);

static void second(void)
{
    str_append(&ran, "second ");
}
block_init(second);

static void other_kind(void)
{
    str_append(&ran, "opts ");
}
opts_init(other_kind);

static void trace(ModuleInitType type, const ModuleEntry *e)
{
    str_printf(&traced, "%s:%s ", module_type_name(type), e->name);
}

static void test_nothing_runs_before_main_asks(void **state)
{
    assert_string_equal(str_get(&ran), "");
}

static void test_the_list_walk_gives_the_registration_order(void **state)
{
    const ModuleEntry *e = module_first(MODULE_INIT_BLOCK);

    while (e && strcmp(e->name, "first")) {
        e = e->next;
    }
    assert_non_null(e);
    assert_string_equal(e->next->name, "second");
    assert_non_null(strstr(e->file, "test_module.c"));
}

static void test_one_kind_runs_in_order_and_only_once(void **state)
{
    module_trace = trace;
    module_call_init(MODULE_INIT_BLOCK);
    assert_non_null(strstr(str_get(&ran), "first second "));
    assert_null(strstr(str_get(&ran), "opts"));
    assert_non_null(strstr(str_get(&traced), "block:first block:second "));
    str_free(&ran);
    module_call_init(MODULE_INIT_BLOCK);
    assert_string_equal(str_get(&ran), "");
    module_call_init(MODULE_INIT_OPTS);
    assert_non_null(strstr(str_get(&ran), "opts "));
    assert_non_null(strstr(str_get(&traced), "opts:other_kind "));
    str_free(&ran);
    str_free(&traced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_runs_before_main_asks),
        cmocka_unit_test(test_the_list_walk_gives_the_registration_order),
        cmocka_unit_test(test_one_kind_runs_in_order_and_only_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
