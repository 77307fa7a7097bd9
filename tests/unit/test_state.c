/* SPDX-License-Identifier: MIT */
/* qom/state: what is saved can be loaded, for every device there is; and garbage is refused. */
#include "unit/device_test.h"
#include "base/alloc.h"
#include "qom/device.h"

LINKSET_DECLARE(devices);

typedef struct Point {
    uint16_t x, y[2];
} Point;

typedef struct Sample {
    Device dev;
    bool on;
    uint8_t bytes[3];
    uint16_t half;
    int32_t neg;
    uint64_t wide[2];
    Point points[3];
    uint32_t not_saved;
} Sample;

static bool sample_post_load(Device *dev, Error **errp)
{
    return ((Sample *)dev)->half < 1000 || err_set(errp, "half is out of range");
}

static void sample_input(void *dev, int n, int level)
{
}

static void sample_init(Device *dev)
{
    device_init_irq_inputs(dev, sample_input, 2);
}

DEVICE(Sample, .name = "test-sample", .init = sample_init,
       .state = STATE(Sample, on, bytes, half, neg, wide),
       .nested = NESTED(NEST(Sample, points, Point, x, y)), .version = 2,
       .post_load = sample_post_load);

static Sample *filled(void)
{
    Sample *s = (Sample *)device_new("test-sample", NULL);

    s->on = true;
    memcpy(s->bytes, "abc", 3);
    s->half = 999;
    s->neg = -5;
    s->wide[0] = 0x0123456789abcdef;
    s->wide[1] = ~0ULL;
    s->points[2] = (Point){7, {8, 9}};
    irq_set(device_irq_input(&s->dev, 1), 1);
    s->not_saved = 42;
    return s;
}

static bool load(Device *dev, const Str *bytes, size_t len, Error **errp)
{
    StateReader in = {(const uint8_t *)bytes->s, (const uint8_t *)bytes->s + len};

    return state_load(dev, &in, errp) && in.pos == in.end;
}

static void test_loading_restores_every_listed_field_and_no_other(void **state)
{
    Sample *a = filled(), *b = (Sample *)device_new("test-sample", NULL);
    Str bytes = {0};

    state_save(&a->dev, &bytes);
    assert_true(load(&b->dev, &bytes, bytes.len, NULL));
    assert_true(b->on);
    assert_memory_equal(b->bytes, "abc", 3);
    assert_int_equal(b->half, 999);
    assert_int_equal(b->neg, -5);
    assert_memory_equal(b->wide, a->wide, sizeof(a->wide));
    assert_memory_equal(b->points, a->points, sizeof(a->points));
    assert_int_equal(b->dev.inputs[1].level, 1);
    assert_int_equal(b->not_saved, 0);
    str_free(&bytes);
    object_unref(a);
    object_unref(b);
}

static void test_every_shorter_stream_is_refused(void **state)
{
    Sample *a = filled();
    Str bytes = {0};

    state_save(&a->dev, &bytes);
    for (size_t n = 0; n < bytes.len; n++) {
        Error *err = NULL;

        assert_false(load(&a->dev, &bytes, n, &err));
        assert_non_null(strstr(err_msg(err), "state of test-sample: "));
        err_free(err);
    }
    str_free(&bytes);
    object_unref(a);
}

static void test_flipped_bytes_never_harm(void **state)
{
    Sample *a = filled();
    Str bytes = {0};

    state_save(&a->dev, &bytes);
    for (size_t i = 0; i < bytes.len; i++) {
        char kept = bytes.s[i];

        for (int bit = 0; bit < 8; bit++) {
            bytes.s[i] = kept ^ 1 << bit;
            load(&a->dev, &bytes, bytes.len, NULL);
            assert_true(*(uint8_t *)&a->on <= 1);
        }
        bytes.s[i] = kept;
    }
    str_free(&bytes);
    object_unref(a);
}

static void test_post_load_may_refuse(void **state)
{
    Sample *a = filled();
    Str bytes = {0};
    Error *err = NULL;

    a->half = 1000;
    state_save(&a->dev, &bytes);
    assert_false(load(&a->dev, &bytes, bytes.len, &err));
    assert_string_equal(err_msg(err), "state of test-sample: half is out of range");
    err_free(err);
    str_free(&bytes);
    object_unref(a);
}

/* A device of that row, live if it can be without a back end. */
static Device *some_device(const DeviceInfo *row)
{
    Device *dev = device_new(row->name, NULL);

    if (object_property_find(&dev->obj, "hart-config")) {
        device_set_prop(dev, "hart-config", "MS,MS", NULL);
    }
    device_set_realized(dev, true, NULL);
    return dev;
}

/* What is saved from one device and loaded into another one is saved again: both must be equal. */
static void check_device(const DeviceInfo *row)
{
    Device *a = some_device(row), *b = some_device(row);
    Str first = {0}, second = {0};
    Error *err = NULL;

    state_save(a, &first);
    if (!load(b, &first, first.len, &err)) {
        fail_msg("%s: %s", row->name, err ? err_msg(err) : "bytes are left over");
    }
    state_save(b, &second);
    if (first.len != second.len || memcmp(first.s, second.s, first.len)) {
        fail_msg("%s: save, load, save are not equal", row->name);
    }
    device_unrealize(a);
    device_unrealize(b);
    object_unref(a);
    object_unref(b);
    str_free(&first);
    str_free(&second);
}

static void test_save_load_save_is_equal_for_each_registered_device(void **state)
{
    for (int i = 0; i < 2; i++) { /* slots for virtio devices */
        realize_at(device_new("virtio-mmio", NULL), 0x10001000 + 0x1000 * i);
    }
    LINKSET_FOREACH(r, devices) {
        const DeviceInfo *row = r->row;

        if (!row->abstract) {
            check_device(row);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loading_restores_every_listed_field_and_no_other),
        cmocka_unit_test(test_every_shorter_stream_is_refused),
        cmocka_unit_test(test_flipped_bytes_never_harm),
        cmocka_unit_test(test_post_load_may_refuse),
        MACHINE_TEST(test_save_load_save_is_equal_for_each_registered_device),
    };

    module_call_init(MODULE_INIT_QOM);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
