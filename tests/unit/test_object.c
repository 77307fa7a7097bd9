/* SPDX-License-Identifier: MIT */
/* qom/type, object, property and tree: classes, objects, casts, properties, paths. */
#include "unit/unit.h"
#include "base/alloc.h"
#include "qom/module.h"
#include "qom/object.h"
#include "qom/property.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static Str trail; /* what ran, in order */

typedef struct ShapeClass {
    ObjectClass parent;
    int sides;
    int (*area)(void *shape);
} ShapeClass;

typedef struct Shape {
    Object obj;
    uint8_t depth;
    bool filled;
    uint64_t bytes;
    char *label;
    struct Shape *next;
} Shape;

typedef struct Square {
    Shape shape;
    uint32_t side;
} Square;

typedef struct PaintClass {
    InterfaceClass parent;
    const char *(*colour)(void);
} PaintClass;

static const char *grey(void)
{
    return "grey";
}

static const char *red(void)
{
    return "red";
}

static void shape_class_init(ObjectClass *class, const void *data)
{
    str_append(&trail, "class:shape ");
    ((ShapeClass *)class)->sides = 1;
    object_class_add_properties(
        class, PROPS(PROP_U8(Shape, depth, "depth", 3, "how deep"),
                     PROP_BOOL(Shape, filled, "filled", true, "has an inside"),
                     PROP_SIZE(Shape, bytes, "bytes", 4096, "size on disk"),
                     PROP_STR(Shape, label, "label", "what is written on it"),
                     PROP_LINK(Shape, next, "next", "test-shape", "the next one")));
}

static void shape_init(Object *obj)
{
    str_printf(&trail, "init:shape(%u) ", ((Shape *)obj)->depth);
}

static void shape_finalize(Object *obj)
{
    str_append(&trail, "end:shape ");
}

static int square_area(void *shape)
{
    return ((Square *)shape)->side * ((Square *)shape)->side;
}

static void square_class_init(ObjectClass *class, const void *data)
{
    str_append(&trail, "class:square ");
    assert_int_equal(((ShapeClass *)class)->sides, 1); /* copied from the parent */
    ((ShapeClass *)class)->sides = 4;
    ((ShapeClass *)class)->area = square_area;
    OBJECT_CLASS_CHECK(PaintClass, class, "test-paint")->colour = red;
    assert_string_equal(data, "data");
}

static void square_init(Object *obj)
{
    str_append(&trail, "init:square ");
}

static void square_post_init(Object *obj)
{
    str_append(&trail, "post:square ");
}

static void square_finalize(Object *obj)
{
    str_append(&trail, "end:square ");
}

static void paint_class_init(ObjectClass *class, const void *data)
{
    ((PaintClass *)class)->colour = grey;
}

static const char *const paints[] = {"test-paint", NULL};

/* The child is registered first: order does not matter. */
static const TypeInfo infos[] = {
    {.name = "test-square",
     .parent = "test-shape",
     .instance_size = sizeof(Square),
     .class_init = square_class_init,
     .class_data = "data",
     .instance_init = square_init,
     .instance_post_init = square_post_init,
     .instance_finalize = square_finalize,
     .interfaces = paints},
    {.name = "test-shape",
     .parent = TYPE_OBJECT,
     .instance_size = sizeof(Shape),
     .class_size = sizeof(ShapeClass),
     .abstract = true,
     .class_init = shape_class_init,
     .instance_init = shape_init,
     .instance_finalize = shape_finalize},
    {.name = "test-tile", .parent = "test-square"},
    {.name = "test-other", .parent = TYPE_OBJECT, .instance_size = sizeof(Shape)},
    {.name = "test-paint",
     .parent = TYPE_INTERFACE,
     .class_size = sizeof(PaintClass),
     .class_init = paint_class_init},
    {.name = "test-orphan", .parent = "test-nowhere"},
};

static void register_types(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(infos) - 1; i++) {
        type_register_static(&infos[i]);
    }
}
type_init(register_types);

static void test_classes_are_made_once_and_parents_first(void **state)
{
    Object *a, *b;

    assert_string_equal(str_get(&trail), ""); /* registering runs nothing */
    a = object_new("test-square");
    assert_string_equal(str_get(&trail), "class:shape class:square "
                                         "init:shape(3) init:square post:square ");
    b = object_new("test-square");
    assert_int_equal(strstr(str_get(&trail), "class:") - str_get(&trail), 0);
    assert_null(strstr(str_get(&trail) + 12, "class:shape"));
    assert_ptr_equal(a->class, b->class);
    str_free(&trail);
    object_unref(a);
    assert_string_equal(str_get(&trail), "end:square end:shape ");
    object_unref(b);
    str_free(&trail);
}

static void test_a_child_class_overrides_and_the_parent_keeps_its_own(void **state)
{
    Square *s = OBJECT_CHECK(Square, object_new("test-tile"), "test-square");

    s->side = 3;
    assert_int_equal(OBJECT_GET_CLASS(ShapeClass, s, "test-shape")->sides, 4);
    assert_int_equal(OBJECT_GET_CLASS(ShapeClass, s, "test-shape")->area(s), 9);
    assert_int_equal(((ShapeClass *)object_class_by_name("test-shape"))->sides, 1);
    object_unref(s);
}

static void test_an_interface_has_its_functions_per_class(void **state)
{
    Object *tile = object_new("test-tile"); /* inherits its parent's paint */
    PaintClass *pc = OBJECT_GET_CLASS(PaintClass, tile, "test-paint");

    assert_string_equal(pc->colour(), "red");
    assert_string_equal(((PaintClass *)object_class_by_name("test-paint"))->colour(), "grey");
    assert_ptr_equal(object_dynamic_cast(tile, "test-paint"), tile);
    assert_ptr_equal(pc->parent.concrete, tile->class);
    object_unref(tile);
}

static void test_a_dynamic_cast_knows_parents_but_not_strangers(void **state)
{
    Object *o = object_new("test-square");

    assert_ptr_equal(object_dynamic_cast(o, "test-shape"), o);
    assert_ptr_equal(object_dynamic_cast(o, TYPE_OBJECT), o);
    assert_null(object_dynamic_cast(o, "test-tile"));
    assert_null(object_dynamic_cast(o, "test-other"));
    assert_null(object_dynamic_cast(o, "no such type"));
    assert_null(object_dynamic_cast(NULL, "test-shape"));
    object_unref(o);
}

/* Run @fn in a child that must die by abort; what it said goes to @said. */
static void dies(void (*fn)(void), char *said, size_t size)
{
    int fds[2], status;
    size_t have = 0;
    ssize_t n;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(fds[1], 2);
        fn();
        _exit(0);
    }
    close(fds[1]);
    while ((n = read(fds[0], said + have, size - 1 - have)) > 0) {
        have += n;
    }
    close(fds[0]);
    said[have] = 0;
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void cast_wrongly(void)
{
    (void)OBJECT_CHECK(Square, object_new("test-other"), "test-square");
}

static void make_abstract(void)
{
    object_new("test-shape");
}

static void make_orphan(void)
{
    type_register_static(&infos[ARRAY_SIZE(infos) - 1]);
    object_new("test-orphan");
}

static void register_twice(void)
{
    type_register_static(&infos[0]);
}

static void test_bugs_abort_and_name_the_types(void **state)
{
    char said[512];

    dies(cast_wrongly, said, sizeof(said));
    assert_non_null(strstr(said, "'test-other' is not a 'test-square'"));
    assert_non_null(strstr(said, "test_object.c"));
    dies(make_abstract, said, sizeof(said));
    assert_non_null(strstr(said, "abstract type 'test-shape'"));
    dies(make_orphan, said, sizeof(said));
    assert_non_null(strstr(said, "parent 'test-nowhere' is not registered"));
    dies(register_twice, said, sizeof(said));
    assert_non_null(strstr(said, "'test-square' is registered twice"));
}

/* Register a type and make its class. */
static void make_type(const TypeInfo *info)
{
    type_register_static(info);
    object_class_by_name(info->name);
}

static void make_circle(void)
{
    static const TypeInfo egg = {.name = "test-egg", .parent = "test-hen"};
    static const TypeInfo hen = {.name = "test-hen", .parent = "test-egg"};

    type_register_static(&egg);
    make_type(&hen);
}

static void make_small_instance(void)
{
    static const TypeInfo small = {
        .name = "test-small", .parent = "test-square", .instance_size = sizeof(Shape)};

    make_type(&small);
}

static void make_small_class(void)
{
    static const TypeInfo small = {
        .name = "test-small", .parent = "test-square", .class_size = sizeof(ObjectClass)};

    make_type(&small);
}

static void implement_a_stranger(void)
{
    static const char *const strangers[] = {"test-other", NULL};
    static const TypeInfo actor = {
        .name = "test-actor", .parent = TYPE_OBJECT, .interfaces = strangers};

    make_type(&actor);
}

static void test_types_that_cannot_be_are_refused_with_a_sentence(void **state)
{
    char said[512];

    dies(make_circle, said, sizeof(said));
    assert_string_equal(said, "teemu: bug: type 'test-hen' is among its own parents\n");
    dies(make_small_instance, said, sizeof(said));
    assert_non_null(strstr(said, "type 'test-small': its instance has"));
    dies(make_small_class, said, sizeof(said));
    assert_non_null(strstr(said, "type 'test-small': its class has"));
    dies(implement_a_stranger, said, sizeof(said));
    assert_non_null(strstr(said, "type 'test-actor': 'test-other' is not an interface"));
}

static void test_properties_have_defaults_types_and_ranges(void **state)
{
    Object *o = object_new("test-square");
    Error *err = NULL;

    assert_int_equal(object_property_get_uint(o, "depth", NULL), 3);
    assert_true(object_property_get_bool(o, "filled", NULL));
    assert_int_equal(object_property_get_uint(o, "bytes", NULL), 4096);
    assert_null(object_property_get_str(o, "label", NULL));
    assert_true(object_property_set_uint(o, "depth", 255, NULL));
    assert_int_equal(((Shape *)o)->depth, 255);

    assert_false(object_property_set_uint(o, "depth", 256, &err));
    assert_string_equal(err_msg(err), "property 'depth' of test-square: 256 is more than a uint8 "
                                      "can hold");
    err_free(err);
    err = NULL;
    assert_false(object_property_set_bool(o, "depth", true, &err));
    assert_non_null(strstr(err_msg(err), "is a uint8, not a bool"));
    err_free(err);
    err = NULL;
    assert_false(object_property_get_bool(o, "label", &err));
    assert_non_null(strstr(err_msg(err), "is a str, not a bool"));
    err_free(err);
    err = NULL;
    assert_false(object_property_set_bool(o, "fillled", true, &err));
    assert_non_null(strstr(err_msg(err), "did you mean 'filled'?"));
    err_free(err);
    object_unref(o);
}

static void test_properties_are_parsed_and_printed_as_users_write_them(void **state)
{
    Object *o = object_new("test-square");
    char *text;

    assert_true(object_property_parse(o, "bytes", "2M", NULL));
    assert_true(object_property_parse(o, "filled", "off", NULL));
    assert_true(object_property_parse(o, "label", "one", NULL));
    assert_true(object_property_parse(o, "label", "two", NULL)); /* the first is freed */
    assert_true(object_property_parse(o, "depth", "0x10", NULL));
    assert_false(object_property_parse(o, "depth", "ten", NULL));
    assert_false(object_property_parse(o, "filled", "maybe", NULL));
    text = object_property_print(o, "bytes", NULL);
    assert_string_equal(text, "2097152");
    free(text);
    text = object_property_print(o, "filled", NULL);
    assert_string_equal(text, "false");
    free(text);
    assert_string_equal(object_property_get_str(o, "label", NULL), "two");
    assert_int_equal(((Shape *)o)->depth, 16);
    object_unref(o);
}

static void test_a_frozen_object_keeps_its_configuration(void **state)
{
    Object *o = object_new("test-square");
    Error *err = NULL;

    o->frozen = true;
    assert_false(object_property_set_uint(o, "depth", 1, &err));
    assert_non_null(strstr(err_msg(err), "once it is realized"));
    err_free(err);
    assert_int_equal(((Shape *)o)->depth, 3);
    object_unref(o);
}

static void test_a_link_checks_the_type_and_holds_a_reference(void **state)
{
    Object *a = object_new("test-square"), *b = object_new("test-square");
    Object *stranger = object_new("test-other");
    Error *err = NULL;

    assert_true(object_property_set_link(a, "next", b, NULL));
    assert_int_equal(b->refs, 2);
    assert_ptr_equal(((Shape *)a)->next, b);
    assert_true(object_property_set_link(a, "next", b, NULL));
    assert_int_equal(b->refs, 2);
    assert_false(object_property_set_link(a, "next", stranger, &err));
    assert_non_null(strstr(err_msg(err), "needs a test-shape, but the object is a test-other"));
    err_free(err);
    object_unref(a);
    assert_int_equal(b->refs, 1);
    object_unref(b);
    object_unref(stranger);
}

static void test_the_tree_is_walked_by_paths(void **state)
{
    Object *box = container_get("/machine/box"), *a = object_new("test-square"), *b, *c;
    char *path;
    Str out = {0};

    object_property_add_child(box, "shape[*]", a);
    b = object_new("test-square");
    object_property_add_child(box, "shape[*]", b);
    object_property_set_link(a, "next", b, NULL);
    path = object_get_path(b);
    assert_string_equal(path, "/machine/box/shape[1]");
    free(path);
    assert_ptr_equal(object_resolve_path("/machine/box/shape[0]"), a);
    assert_ptr_equal(object_resolve_path("/machine/box/shape[0]/next"), b); /* through the link */
    assert_ptr_equal(object_resolve_path("shape[1]"), b);
    assert_null(object_resolve_path("/machine/box/shape[7]"));
    assert_null(object_resolve_path("/machine/box/shape[0]/depth"));
    assert_null(object_resolve_path(""));
    assert_ptr_equal(object_resolve_path("/"), object_get_root());

    c = object_new("test-square"); /* a name that is found twice is not found */
    object_property_add_child(container_get("/other"), "shape[1]", c);
    assert_null(object_resolve_path("shape[1]"));

    object_print_tree(object_resolve_path("/machine"), &out);
    assert_string_equal(str_get(&out), "/machine (container)\n  /box (container)\n"
                                       "    /shape[0] (test-square)\n"
                                       "    /shape[1] (test-square)\n");
    str_free(&out);
    object_print_properties(a, &out);
    assert_non_null(strstr(str_get(&out), "type (string)\n"));
    assert_non_null(strstr(str_get(&out), "depth (uint8)\n"));
    assert_non_null(strstr(str_get(&out), " (link<test-shape>)\n"));
    str_free(&out);
    object_print_properties(box, &out);
    assert_non_null(strstr(str_get(&out), "child<test-square>"));
    str_free(&out);

    object_unref(a);
    object_unref(b);
    object_unref(c);
    str_free(&trail);
    object_unparent(object_resolve_path("/machine")); /* takes everything below with it */
    assert_string_equal(str_get(&trail), "end:square end:shape end:square end:shape ");
    str_free(&trail);
    object_unparent(c);
    object_unparent(object_resolve_path("/other"));
}

static void test_types_are_listed_with_their_parents(void **state)
{
    Str out = {0};

    object_print_types(&out);
    assert_non_null(strstr(str_get(&out), "test-tile                test-square "));
    assert_non_null(strstr(str_get(&out), "test-shape               object                   "
                                          "(abstract)"));
    str_free(&out);
}

static void test_an_embedded_object_is_finalized_but_not_freed(void **state)
{
    Square s;

    object_initialize(&s, sizeof(s), "test-square");
    object_property_set_str(&s.shape.obj, "label", "text", NULL);
    str_free(&trail);
    object_unref(&s);
    assert_string_equal(str_get(&trail), "end:square end:shape ");
    str_free(&trail);
}

static void *ref_and_unref(void *obj)
{
    for (int i = 0; i < 20000; i++) {
        object_ref(obj);
        object_unref(obj);
    }
    return NULL;
}

static void test_references_are_counted_across_threads(void **state)
{
    Object *o = object_new("test-square");
    pthread_t t[4];

    for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
        pthread_create(&t[i], NULL, ref_and_unref, o);
    }
    for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
        pthread_join(t[i], NULL);
    }
    assert_int_equal(o->refs, 1);
    object_unref(o);
    str_free(&trail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_are_made_once_and_parents_first),
        cmocka_unit_test(test_a_child_class_overrides_and_the_parent_keeps_its_own),
        cmocka_unit_test(test_an_interface_has_its_functions_per_class),
        cmocka_unit_test(test_a_dynamic_cast_knows_parents_but_not_strangers),
        cmocka_unit_test(test_bugs_abort_and_name_the_types),
        cmocka_unit_test(test_types_that_cannot_be_are_refused_with_a_sentence),
        cmocka_unit_test(test_properties_have_defaults_types_and_ranges),
        cmocka_unit_test(test_properties_are_parsed_and_printed_as_users_write_them),
        cmocka_unit_test(test_a_frozen_object_keeps_its_configuration),
        cmocka_unit_test(test_a_link_checks_the_type_and_holds_a_reference),
        cmocka_unit_test(test_the_tree_is_walked_by_paths),
        cmocka_unit_test(test_types_are_listed_with_their_parents),
        cmocka_unit_test(test_an_embedded_object_is_finalized_but_not_freed),
        cmocka_unit_test(test_references_are_counted_across_threads),
    };

    module_call_init(MODULE_INIT_QOM);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
