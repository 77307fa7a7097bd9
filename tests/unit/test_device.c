/* SPDX-License-Identifier: MIT */
/* qom/device, bus and irq: a row becomes a device that plugs, goes live, resets and leaves. */
#include "unit/unit.h"
#include "base/alloc.h"
#include "qom/device.h"
#include "qom/module.h"

static Str trail;

/* A base row with a bus of its own, a child row, and a device for that bus. */
typedef struct Base {
    Device dev;
    uint32_t base_value;
} Base;

typedef struct Host {
    union {
        Device dev;
        Base base;
    };
    Irq *irq[2];
    Bus slot;
    bool fail;
    uint32_t seen[3];
} Host;

typedef struct Card {
    Device dev;
    uint64_t size;
    char *name;
    Irq *irq;
    bool came_late; /* what it knew when it was realized */
} Card;

static bool base_realize(Device *dev, Error **errp)
{
    str_append(&trail, "base+ ");
    return true;
}

static void base_unrealize(Device *dev)
{
    str_append(&trail, "base- ");
}

static void base_reset(Device *dev)
{
    str_append(&trail, "base0 ");
}

static void host_input(void *dev, int n, int level)
{
    ((Host *)dev)->seen[n] = level + 10;
}

static void host_init(Device *dev)
{
    Host *s = (Host *)dev;

    device_init_irq_inputs(dev, host_input, ARRAY_SIZE(s->seen));
    bus_init(&s->slot, sizeof(s->slot), "test-bus", dev, NULL);
    s->slot.max_children = 1;
}

static bool host_realize(Device *dev, Error **errp)
{
    if (((Host *)dev)->fail) {
        return err_set(errp, "asked to fail");
    }
    str_append(&trail, "host+ ");
    return true;
}

static void host_unrealize(Device *dev)
{
    str_append(&trail, "host- ");
}

static void host_reset(Device *dev)
{
    str_append(&trail, "host0 ");
}

static void host_finalize(Device *dev)
{
    bus_fini(&((Host *)dev)->slot);
    str_append(&trail, "host. ");
}

static bool card_realize(Device *dev, Error **errp)
{
    ((Card *)dev)->came_late = dev->hotplugged;
    return true;
}

static void card_reset(Device *dev)
{
    str_append(&trail, "card0 ");
}

static void card_unrealize(Device *dev)
{
    irq_lower(((Card *)dev)->irq);
}

DEVICE(Base, .name = "test-base", .abstract = true, .bus = TYPE_SYSBUS,
       .props = PROPS(PROP_U32(Base, base_value, "base-value", 5, "of the base")),
       .realize = base_realize, .unrealize = base_unrealize, .reset = base_reset);
DEVICE(Host, .name = "test-host", .parent = "test-base", .summary = "has a slot", .init = host_init,
       .irq = offsetof(Host, irq), .irq_count = 2,
       .props = PROPS(PROP_BOOL(Host, fail, "fail", false, "refuse to be realized")),
       .realize = host_realize, .unrealize = host_unrealize, .reset = host_reset,
       .finalize = host_finalize);
DEVICE(Card, .name = "test-card", .summary = "goes into a slot", .bus = "test-bus",
       .category = "test", .irq = offsetof(Card, irq), .irq_count = 1,
       .props = PROPS(PROP_SIZE(Card, size, "size", 1 * MiB, "its size"),
                      PROP_STR(Card, name, "name", "its name")),
       .realize = card_realize, .reset = card_reset, .unrealize = card_unrealize);

/* As harts are: on no bus. */
typedef struct Loner {
    Device dev;
} Loner;

static void loner_hears(void *opaque, int n, int level)
{
}

static void loner_init(Device *dev)
{
    device_init_irq_inputs(dev, loner_hears, 2);
}

DEVICE(Loner, .name = "test-loner", .internal = true, .init = loner_init);

static bool plug(Bus *bus, Device *dev, Error **errp)
{
    if (((Card *)dev)->size == 13) {
        return err_set(errp, "no room for bad luck");
    }
    str_append(&trail, "plug ");
    return true;
}

static void unplug(Bus *bus, Device *dev)
{
    str_append(&trail, "unplug ");
}

static void test_bus_class_init(ObjectClass *class, const void *data)
{
    ((BusClass *)class)->plug = plug;
    ((BusClass *)class)->unplug = unplug;
}

static const TypeInfo test_bus_type = {
    .name = "test-bus", .parent = TYPE_BUS, .class_init = test_bus_class_init};

static void register_test_bus(void)
{
    type_register_static(&test_bus_type);
}
type_init(register_test_bus);

static int start(void **state)
{
    str_free(&trail);
    device_set_machine_running(false);
    return 0;
}

static int stop(void **state)
{
    device_set_machine_running(false);
    system_bus_destroy();
    device_clear_globals();
    if (object_resolve_path("/machine")) {
        object_unparent(object_resolve_path("/machine"));
    }
    str_free(&trail);
    return 0;
}

static Host *host(void)
{
    Device *dev = device_new("test-host", NULL);

    assert_non_null(dev);
    assert_true(device_realize_and_unref(dev, system_bus(), NULL));
    return (Host *)dev;
}

static Device *add(const char *text, Error **errp)
{
    KeyVals *kv = keyval_parse("-device", text, "driver", NULL);
    Device *dev = device_add(kv, errp);

    keyval_free(kv);
    return dev;
}

/* -device @text must fail with a sentence that has @part in it. */
static void add_fails(const char *text, const char *part)
{
    Error *err = NULL;

    assert_null(add(text, &err));
    assert_non_null(err);
    if (!strstr(err_msg(err), part)) {
        fail_msg("\"%s\" lacks \"%s\"", err_msg(err), part);
    }
    err_free(err);
}

static void test_rows_chain_base_first_and_leave_child_first(void **state)
{
    Host *s = host();

    assert_string_equal(str_get(&trail), "base+ host+ base0 host0 ");
    assert_int_equal(s->base.base_value, 5);
    assert_true(s->dev.realized);
    str_free(&trail);
    device_unrealize(&s->dev);
    assert_string_equal(str_get(&trail), "host- base- host. ");
}

static void test_a_failing_realize_unwinds(void **state)
{
    Device *dev = device_new("test-host", NULL);
    Error *err = NULL;

    assert_true(device_set_prop(dev, "fail", "on", NULL));
    assert_false(device_realize(dev, system_bus(), &err));
    assert_string_equal(err_msg(err), "asked to fail");
    err_free(err);
    assert_string_equal(str_get(&trail), "base+ base- ");
    assert_false(dev->realized);
    assert_null(dev->bus);
    assert_null(dev->obj.parent);
    assert_int_equal(dev->obj.refs, 1);
    object_unref(dev); /* the leak checker sees that nothing is left */
}

static void test_realized_is_a_property(void **state)
{
    Host *s = host();
    Device *card = device_new("test-card", NULL);
    Error *err = NULL;

    assert_false(object_property_get_bool(&card->obj, "realized", NULL));
    assert_true(object_property_set_bool(&card->obj, "realized", true, NULL));
    assert_ptr_equal(card->bus, &s->slot);
    assert_true(object_property_get_bool(&card->obj, "realized", NULL));
    assert_ptr_equal(object_resolve_path("/machine/unattached/device[1]"), card);
    assert_false(device_set_prop(card, "size", "1", &err));
    assert_non_null(strstr(err_msg(err), "cannot change once it is realized"));
    err_free(err);
    assert_true(object_property_set_bool(&card->obj, "realized", false, NULL));
    assert_null(card->bus);
    object_unref(card);
}

static void test_a_bus_takes_only_its_own_kind_and_number(void **state)
{
    Host *s = host();
    Device *card = device_new("test-card", NULL), *more;
    Error *err = NULL;

    assert_false(device_realize(card, system_bus(), &err));
    assert_non_null(strstr(err_msg(err), "needs a bus of type test-bus, but 'main-system-bus'"));
    err_free(err);
    err = NULL;
    assert_false(device_realize(card, NULL, &err));
    assert_non_null(strstr(err_msg(err), "got none"));
    err_free(err);
    err = NULL;
    assert_true(device_realize_and_unref(card, &s->slot, NULL));
    more = device_new("test-card", NULL);
    assert_false(device_realize_and_unref(more, &s->slot, &err));
    assert_non_null(strstr(err_msg(err), "no room for more than 1 device"));
    err_free(err);
}

static void test_device_add_finds_a_bus_and_says_what_is_wrong(void **state)
{
    Device *dev;

    add_fails("test-card", "this machine has none");
    host();
    add_fails("test-crad", "did you mean 'test-card'?");
    add_fails("test-base", "not a valid device model name");
    add_fails("test-host", "part of a board");
    add_fails("test-card,sise=1", "did you mean 'size'?");
    add_fails("test-card,size=big", "property 'size' of test-card");
    add_fails("test-card,bus=test-bus.1", "did you mean 'test-bus.0'?");
    add_fails("test-card,id=a/b", "only letters");
    add_fails("test-card,size=13", "no room for bad luck");
    str_free(&trail);
    dev = add("test-card,id=c0,size=2M,name=my,,card,bus=test-bus.0", NULL);
    assert_non_null(dev);
    assert_string_equal(str_get(&trail), "plug card0 ");
    assert_int_equal(((Card *)dev)->size, 2 * MiB);
    assert_string_equal(((Card *)dev)->name, "my,card");
    assert_ptr_equal(device_find("c0"), dev);
    add_fails("test-card,id=c0", "is taken");
    add_fails("test-card", "every bus of type test-bus is full");
    assert_true(device_del("c0", NULL));
    assert_null(device_find("c0"));
    assert_non_null(add("test-card", NULL));
    assert_non_null(object_resolve_path("/machine/peripheral-anon/device[0]"));
}

static void test_the_newest_free_bus_is_taken_first(void **state)
{
    host();
    host();
    assert_non_null(bus_find("test-bus.0"));
    assert_string_equal(add("test-card", NULL)->bus->name, "test-bus.1");
    assert_string_equal(add("test-card", NULL)->bus->name, "test-bus.0");
}

static void test_a_running_machine_takes_devices_only_on_hot_plug_buses(void **state)
{
    Host *s = host();
    Card *card;

    device_set_machine_running(true);
    add_fails("test-card", "while the machine runs");
    s->slot.hotplug = true;
    card = (Card *)add("test-card,id=x", NULL);
    assert_true(card->dev.hotplugged && card->came_late);
    s->slot.hotplug = false;
    assert_false(device_del("x", NULL));
    s->slot.hotplug = true;
    assert_true(device_del("x", NULL));
}

static void test_globals_are_set_when_objects_are_made(void **state)
{
    Device *dev;
    Error *err = NULL;

    assert_false(device_parse_global("test-card.size", &err));
    assert_non_null(strstr(err_msg(err), "DRIVER.PROPERTY=VALUE"));
    err_free(err);
    err = NULL;
    assert_true(device_parse_global("test-base.base-value=7", NULL)); /* reaches subtypes */
    dev = device_new("test-host", NULL);
    assert_int_equal(((Base *)dev)->base_value, 7);
    object_unref(dev);
    device_add_global("test-card", "size", "huge");
    host();
    dev = device_new("test-card", NULL);
    assert_false(device_realize_and_unref(dev, bus_find("test-bus.0"), &err));
    assert_non_null(strstr(err_msg(err), "-global: property 'size'"));
    err_free(err);
}

static void test_no_user_makes_a_device_live_before_its_time(void **state)
{
    Error *err = NULL;
    Device *dev;

    host();
    add_fails("test-card,realized=on", "is not for users");
    device_add_global("test-card", "realized", "on");
    dev = device_new("test-card", NULL);
    assert_false(dev->realized);
    assert_false(device_realize_and_unref(dev, bus_find("test-bus.0"), &err));
    assert_non_null(strstr(err_msg(err), "-global: property 'realized'"));
    err_free(err);
}

static void test_lines_carry_levels_and_count_edges(void **state)
{
    Host *a = host(), *b = host();
    Str out = {0};

    irq_set(a->irq[0], 1); /* not connected: nothing happens */
    device_connect_irq(&a->dev, 1, device_irq_input(&b->dev, 2));
    irq_raise(a->irq[1]);
    assert_int_equal(b->seen[2], 11);
    irq_raise(a->irq[1]);
    irq_lower(a->irq[1]);
    assert_int_equal(b->seen[2], 10);
    irq_raise(a->irq[1]);
    irq_lower(a->irq[1]);
    assert_int_equal(device_irq_output(&a->dev, 1)->count, 2);
    device_print_irqs(&out);
    assert_non_null(strstr(str_get(&out), "line    2  level 0  raised 2"));
    str_free(&out);
}

static void test_raised_lines_of_a_device_without_a_bus_are_listed_too(void **state)
{
    Device *dev = device_new("test-loner", NULL);
    Str out = {0};

    object_property_add_child(container_get("/machine"), "loner", dev);
    assert_true(device_realize(dev, NULL, NULL));
    irq_raise(device_irq_input(dev, 1));
    irq_lower(device_irq_input(dev, 1));
    device_print_irqs(&out);
    assert_string_equal(str_get(&out), "loner                    line    1  level 0  raised 1\n");
    str_free(&out);
    device_unrealize(dev);
    object_unparent(dev);
    object_unref(dev);
}

static void test_cold_reset_reaches_the_whole_tree_children_first(void **state)
{
    host();
    add("test-card", NULL);
    str_free(&trail);
    bus_cold_reset(system_bus());
    assert_string_equal(str_get(&trail), "card0 base0 host0 ");
}

static void test_tearing_down_lowers_lines_of_devices_that_still_exist(void **state)
{
    Host *s = host();
    Device *card = add("test-card", NULL);

    device_connect_irq(card, 0, device_irq_input(&s->dev, 0));
    irq_raise(((Card *)card)->irq);
    str_free(&trail);
    device_unrealize(&s->dev); /* takes the card with it */
    assert_string_equal(str_get(&trail), "unplug host- base- host. ");
    assert_true(list_empty(&system_bus()->children));
}

static void test_help_lists_what_a_user_may_add_with_its_options(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    Error *err = NULL;

    device_help(f);
    assert_true(device_help_props("test-card", f, NULL));
    assert_false(device_help_props("test-crd", f, &err));
    err_free(err);
    fclose(f);
    assert_non_null(strstr(text, "Test devices:\nname \"test-card\", bus test-bus, "
                                 "desc \"goes into a slot\"\n"));
    assert_null(strstr(text, "test-host"));
    assert_non_null(strstr(text, "test-card options:\n"));
    assert_non_null(strstr(text, "  size=<size>                  - its size (default: 1048576)\n"));
    assert_non_null(strstr(text, "  name=<str>                   - its name\n"));
    free(text);
}

static void test_the_bus_tree_is_printed(void **state)
{
    Str out = {0};

    host();
    add("test-card,id=c1", NULL);
    bus_print_tree(system_bus(), 0, &out, NULL);
    assert_non_null(strstr(str_get(&out), "bus: main-system-bus\n  type System\n"));
    assert_non_null(strstr(str_get(&out), "    bus: test-bus.0\n      type test-bus\n"
                                          "      dev: test-card, id \"c1\"\n"));
    str_free(&out);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_rows_chain_base_first_and_leave_child_first),
        T(test_a_failing_realize_unwinds),
        T(test_realized_is_a_property),
        T(test_a_bus_takes_only_its_own_kind_and_number),
        T(test_device_add_finds_a_bus_and_says_what_is_wrong),
        T(test_the_newest_free_bus_is_taken_first),
        T(test_a_running_machine_takes_devices_only_on_hot_plug_buses),
        T(test_globals_are_set_when_objects_are_made),
        T(test_no_user_makes_a_device_live_before_its_time),
        T(test_lines_carry_levels_and_count_edges),
        T(test_raised_lines_of_a_device_without_a_bus_are_listed_too),
        T(test_cold_reset_reaches_the_whole_tree_children_first),
        T(test_tearing_down_lowers_lines_of_devices_that_still_exist),
        T(test_help_lists_what_a_user_may_add_with_its_options),
        T(test_the_bus_tree_is_printed),
    };

    module_call_init(MODULE_INIT_QOM);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
