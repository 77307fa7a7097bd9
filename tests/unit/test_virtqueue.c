/* SPDX-License-Identifier: MIT */
/* hw/virtio: the transport's registers, and rings of well- and ill-behaved drivers.  The device
 * under test reverses the out bytes of each chain into its in part. */
#include "unit/virtio_test.h"
#include "base/alloc.h"

typedef struct Mirror {
    union {
        Device dev;
        VirtioDevice vdev;
    };
    unsigned handled;
    bool slow; /* it answers nothing for now, and keeps ... */
    VirtqElem *kept[4 * QSIZE];
    unsigned nkept;
    uint8_t config[8];
} Mirror;

static bool keep(VirtioDevice *vdev, VirtqElem *e)
{
    Mirror *m = (Mirror *)vdev;

    assert_true(m->nkept < ARRAY_SIZE(m->kept));
    m->kept[m->nkept++] = e;
    return true;
}

static bool reverse(VirtioDevice *vdev, VirtqElem *e)
{
    uint8_t buf[256], rev[256];
    size_t n = MIN(e->out_len, (uint64_t)sizeof(buf));
    VirtQueue *vq = e->vq;

    ((Mirror *)vdev)->handled++;
    if (!virtq_read(e, 0, buf, n)) {
        n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        rev[i] = buf[n - 1 - i];
    }
    n = MIN(n, e->in_len);
    virtq_push(e, virtq_write(e, 0, rev, n) ? n : 0);
    virtq_notify(vq);
    return true;
}

static void mirror_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    virtq_drain(vq, ((Mirror *)vdev)->slow ? keep : reverse);
}

static bool mirror_realize(Device *dev, Error **errp)
{
    virtio_add_queue(VIRTIO_DEVICE(dev), 16, mirror_handler);
    virtio_add_queue(VIRTIO_DEVICE(dev), 16, mirror_handler);
    return true;
}

static void mirror_get_config(VirtioDevice *vdev, uint8_t *config)
{
    memcpy(config, ((Mirror *)vdev)->config, 8);
}

static void mirror_set_config(VirtioDevice *vdev, const uint8_t *config)
{
    memcpy(((Mirror *)vdev)->config, config, 8);
}

static const VirtioOps mirror_ops = {.device_id = 77,
                                     .config_size = 8,
                                     .get_config = mirror_get_config,
                                     .set_config = mirror_set_config};

DEVICE(Mirror, .name = "test-virtio-mirror", .parent = TYPE_VIRTIO_DEVICE, .ops = &mirror_ops,
       .realize = mirror_realize);

static Mirror *mirror;

static int up(void **state)
{
    machine_up(state);
    slot_at(SLOT, false);
    mirror = (Mirror *)plug("test-virtio-mirror");
    drive(2, 0);
    return 0;
}

static int up_legacy(void **state)
{
    machine_up(state);
    slot_at(SLOT, true);
    mirror = (Mirror *)plug("test-virtio-mirror");
    return 0;
}

static int up_empty(void **state)
{
    machine_up(state);
    slot_at(SLOT, false);
    return 0;
}

/* A chain "out @text, in 16 bytes" in descriptors @i and @i + 1 of queue 0. */
static void offer_text(unsigned i, const char *text)
{
    put_string(DATA + 0x100 * i, text);
    desc(0, i, DATA + 0x100 * i, strlen(text), F_NEXT, i + 1);
    desc(0, i + 1, DATA + 0x100 * i + 0x80, 16, F_WRITE, 0);
    offer(0, i);
}

static void check_answer(unsigned i, const char *text)
{
    char buf[32] = {0};

    address_space_read(&address_space_memory, DATA + 0x100 * i + 0x80, buf, strlen(text));
    assert_string_equal(buf, text);
}

/* The device has seen that the driver is broken, and stays deaf until it is reset. */
static void assert_broken(void)
{
    uint16_t used = used_idx(0);

    assert_true(mirror->vdev.broken);
    assert_int_equal(vread(0x70), 0x4f);
    assert_int_equal(ack() & 2, 2);
    kick(0);
    assert_int_equal(used_idx(0), used);
    drive(2, 0);
    assert_false(mirror->vdev.broken);
    offer_text(0, "again");
    kick(0);
    check_answer(0, "niaga");
}

/* ---- the transport ---- */

static void test_an_empty_slot_has_device_id_0(void **state)
{
    assert_int_equal(vread(0x00), 0x74726976);
    assert_int_equal(vread(0x04), 2);
    assert_int_equal(vread(0x08), 0);
    assert_int_equal(vread(0x0c), 0x554d4551);
    vwrite(0x70, 1);
    vwrite(0x50, 0);
    assert_int_equal(vread(0x70), 0);
    assert_int_equal(vread(0x100), 0);
}

static void test_identity_and_queues_of_a_device(void **state)
{
    assert_int_equal(vread(0x08), 77);
    vwrite(0x30, 1);
    assert_int_equal(vread(0x34), 16);
    vwrite(0x30, 2);
    assert_int_equal(vread(0x34), 0);
    assert_int_equal(vread(0x44), 0);
    assert_int_equal(vread(0xb0), 0xffffffff); /* no shared memory */
    assert_true(offered() & BIT(32));
}

static void test_features_that_were_not_offered_are_refused(void **state)
{
    vwrite(0x70, 0);
    vwrite(0x70, 3);
    accept(offered() | BIT(50));
    vwrite(0x70, 0xb);
    assert_int_equal(vread(0x70), 3);
    accept(offered());
    vwrite(0x70, 0xb);
    assert_int_equal(vread(0x70), 0xb);
}

static void test_a_modern_device_may_be_driven_without_version_1(void **state)
{
    vwrite(0x70, 0);
    vwrite(0x70, 3);
    accept(offered() & ~BIT(32)); /* xv6 */
    vwrite(0x70, 0xb);
    assert_int_equal(vread(0x70), 0xb);
}

static void test_the_configuration_is_read_and_written_in_any_size(void **state)
{
    mem_write(SLOT + 0x100, 0x11, 1);
    mem_write(SLOT + 0x102, 0x3322, 2);
    mem_write(SLOT + 0x104, 0x77665544, 4);
    assert_int_equal(mem_read(SLOT + 0x100, 4), 0x33220011);
    assert_int_equal(mem_read(SLOT + 0x107, 1), 0x77);
    assert_int_equal(mem_read32(SLOT + 0x108), UINT32_MAX); /* behind its end */
    mem_write(SLOT + 0x1f0, 1, 4);
    assert_int_equal(vread(0xfc), 0);
    virtio_notify_config(&mirror->vdev);
    assert_int_equal(vread(0xfc), 1);
    assert_int_equal(ack(), 2);
}

static void test_bad_queue_set_up_is_ignored(void **state)
{
    vwrite(0x70, 0);
    vwrite(0x30, 0);
    vwrite(0x38, 7);
    vwrite(0x38, 32);
    vwrite(0x38, 0);
    assert_int_equal(mirror->vdev.vq[0].num, 16);
    vwrite(0x40, 5); /* legacy register */
    assert_int_equal(vread(0x44), 0);
    vwrite(0x30, 0xffffffff);
    vwrite(0x38, 8);
    vwrite(0x44, 1);
    kick(99);
    mem_write(SLOT + 0x70, 1, 1); /* not a word */
    assert_int_equal(vread(0x70), 0);
}

/* ---- good drivers ---- */

static void test_a_chain_is_read_written_and_given_back(void **state)
{
    offer_text(0, "hello");
    kick(0);
    check_answer(0, "olleh");
    assert_int_equal(used_idx(0), 1);
    assert_int_equal(used_id(0, 0), 0);
    assert_int_equal(used_len(0, 0), 5);
    assert_int_equal(vwire.level, 1);
    assert_int_equal(ack(), 1);
    assert_int_equal(vwire.level, 0);
}

static void test_indices_wrap_around(void **state)
{
    for (unsigned n = 0; n < 70000; n++) {
        offer(0, 0);
        if (n == 0) {
            desc(0, 0, DATA, 1, 0, 0);
        }
        kick(0);
    }
    assert_int_equal(used_idx(0), (uint16_t)70000);
    assert_int_equal(mirror->handled, 70000);
}

static void test_an_indirect_table_is_followed(void **state)
{
    put_string(DATA, "ab");
    put_string(DATA + 0x10, "cd");
    desc_at(TABLE(0), 0, DATA, 2, F_NEXT, 2);
    desc_at(TABLE(0), 2, DATA + 0x10, 2, F_NEXT, 1);
    desc_at(TABLE(0), 1, DATA + 0x80, 4, F_WRITE, 0);
    desc(0, 3, TABLE(0), 48, F_INDIRECT, 0);
    offer(0, 3);
    kick(0);
    check_answer(0, "dcba");
    assert_int_equal(used_id(0, 0), 3);
}

static void test_an_indirect_table_may_be_longer_than_the_ring(void **state)
{
    enum { ROOM = 100 };

    put_string(DATA, "ab");
    for (uint16_t i = 0; i < ROOM; i++) {
        bool in = i >= ROOM - 2;

        desc_at(TABLE(0), i, in ? DATA + 0x80 + i - (ROOM - 2) : DATA + i, i < 2 || in,
                (in ? F_WRITE : 0) | (i < ROOM - 1 ? F_NEXT : 0), i + 1);
    }
    desc(0, 0, TABLE(0), 16 * ROOM, F_INDIRECT, 0);
    offer(0, 0);
    kick(0);
    check_answer(0, "ba");
}

static void test_buffers_may_be_split_anywhere(void **state)
{
    put_string(DATA, "split");
    desc(0, 0, DATA, 1, F_NEXT, 1);
    desc(0, 1, DATA + 1, 0, F_NEXT, 2);
    desc(0, 2, DATA + 1, 4, F_NEXT, 3);
    desc(0, 3, DATA + 0x80, 2, F_WRITE | F_NEXT, 4);
    desc(0, 4, DATA + 0x82, 3, F_WRITE, 0);
    offer(0, 0);
    kick(0);
    check_answer(0, "tilps");
}

static void test_the_driver_may_ask_not_to_be_interrupted(void **state)
{
    drive(2, BIT(VIRTIO_RING_F_EVENT_IDX));
    mem_write(AVAIL(0), 1, 2);
    offer_text(0, "quiet");
    kick(0);
    assert_int_equal(used_idx(0), 1);
    assert_int_equal(vwire.level, 0);
    mem_write(AVAIL(0), 0, 2);
    offer_text(0, "loud");
    kick(0);
    assert_int_equal(vwire.level, 1);
}

static void test_event_indices_say_when_to_interrupt_and_kick(void **state)
{
    uint64_t used_event = AVAIL(0) + 4 + 2 * QSIZE, avail_event = USED(0) + 4 + 8 * QSIZE;

    mem_write(used_event, 2, 2); /* interrupt at the third */
    offer_text(0, "1");
    kick(0);
    ack(); /* the first one after a set-up always interrupts */
    assert_int_equal(mem_read(avail_event, 2), 1);
    offer_text(0, "2");
    kick(0);
    assert_int_equal(vwire.level, 0);
    offer_text(0, "3");
    kick(0);
    assert_int_equal(vwire.level, 1);
    assert_int_equal(mem_read(avail_event, 2), 3);
}

static void test_reset_forgets_the_queues(void **state)
{
    offer_text(0, "x");
    kick(0);
    vwrite(0x70, 0);
    assert_int_equal(vwire.level, 0);
    assert_int_equal(vread(0x70), 0);
    vwrite(0x30, 0);
    assert_int_equal(vread(0x44), 0);
    offer_text(0, "y");
    kick(0);
    assert_int_equal(used_idx(0), 1);
}

static void test_nothing_happens_before_driver_ok(void **state)
{
    vwrite(0x70, 0);
    vwrite(0x70, 3);
    accept(offered());
    vwrite(0x70, 0xb);
    setup_queue(0);
    offer_text(0, "early");
    kick(0);
    assert_int_equal(used_idx(0), 0);
    vwrite(0x70, 0xf);
    kick(0);
    assert_int_equal(used_idx(0), 1);
}

static void test_a_legacy_driver_gives_a_page_number(void **state)
{
    uint64_t base = TEST_RAM + 0x10000, avail = base + 16 * 16, used = base + 0x1000;

    assert_int_equal(vread(0x04), 1);
    assert_int_equal(vread(0xfc), 0);
    vwrite(0x28, 4096); /* Linux says this once, and resets the device afterwards */
    vwrite(0x70, 0);
    vwrite(0x70, 1);
    vwrite(0x70, 3);
    vwrite(0x24, 0);
    vwrite(0x20, offered());
    vwrite(0x30, 0);
    vwrite(0x38, 16);
    vwrite(0x3c, 4096);
    vwrite(0x40, base / 4096);
    assert_int_equal(vread(0x40), base / 4096);
    vwrite(0x70, 7);
    put_string(DATA, "old");
    desc_at(base, 0, DATA, 3, F_NEXT, 1);
    desc_at(base, 1, DATA + 0x80, 3, F_WRITE, 0);
    mem_write(avail + 4, 0, 2);
    mem_write(avail + 2, 1, 2);
    vwrite(0x50, 0);
    check_answer(0, "dlo");
    assert_int_equal(mem_read(used + 2, 2), 1);
    vwrite(0x40, 0);
    assert_false(mirror->vdev.vq[0].ready);
}

/* ---- bad drivers ---- */

static void test_a_head_outside_the_table_breaks_the_device(void **state)
{
    offer(0, QSIZE);
    kick(0);
    assert_broken();
}

static void test_a_next_outside_the_table_breaks_the_device(void **state)
{
    desc(0, 0, DATA, 1, F_NEXT, 1000);
    offer(0, 0);
    kick(0);
    assert_broken();
}

static void test_a_loop_breaks_the_device(void **state)
{
    desc(0, 0, DATA, 1, F_NEXT, 1);
    desc(0, 1, DATA, 1, F_NEXT, 0);
    offer(0, 0);
    kick(0);
    assert_broken();
}

static void test_a_loop_in_an_indirect_table_breaks_the_device(void **state)
{
    desc_at(TABLE(0), 0, DATA, 1, F_NEXT, 0);
    desc(0, 0, TABLE(0), 16, F_INDIRECT, 0);
    offer(0, 0);
    kick(0);
    assert_broken();
}

static void test_nested_or_odd_indirect_tables_break_the_device(void **state)
{
    desc_at(TABLE(0), 0, TABLE(0), 16, F_INDIRECT, 0);
    desc(0, 0, TABLE(0), 16, F_INDIRECT, 0);
    offer(0, 0);
    kick(0);
    assert_broken();
    desc(0, 0, TABLE(0), 17, F_INDIRECT, 0);
    offer(0, 0);
    kick(0);
    assert_broken();
    desc(0, 0, TABLE(0), 0, F_INDIRECT, 0);
    offer(0, 0);
    kick(0);
    assert_broken();
}

static void test_readable_behind_writable_breaks_the_device(void **state)
{
    desc(0, 0, DATA, 1, F_WRITE | F_NEXT, 1);
    desc(0, 1, DATA, 1, 0, 0);
    offer(0, 0);
    kick(0);
    assert_broken();
}

static void test_an_index_that_jumps_breaks_the_device(void **state)
{
    mem_write(AVAIL(0) + 2, QSIZE + 1, 2);
    kick(0);
    assert_broken();
}

static void test_rings_outside_memory_break_the_device(void **state)
{
    vwrite(0x30, 0);
    vwrite(0x44, 0);
    vwrite(0x94, 0x7fffffff);
    vwrite(0x44, 1);
    kick(0);
    assert_broken();
    vwrite(0x30, 0);
    vwrite(0x44, 0);
    vwrite(0xa4, 0x7fffffff); /* only the used ring is bad */
    vwrite(0x44, 1);
    offer_text(0, "x");
    kick(0);
    assert_true(mirror->vdev.broken);
    drive(2, 0);
    vwrite(0x30, 0);
    vwrite(0x44, 0);
    vwrite(0x80, 0xfffffff8); /* the table runs off the end of the address space */
    vwrite(0x84, 0xffffffff);
    vwrite(0x44, 1);
    offer(0, 1);
    kick(0);
    assert_true(mirror->vdev.broken);
}

static void test_data_outside_memory_is_given_back_empty(void **state)
{
    desc(0, 0, 0x40000000, 4, F_NEXT, 1);
    desc(0, 1, DATA, 4, F_WRITE, 0);
    offer(0, 0);
    kick(0);
    assert_int_equal(used_idx(0), 1);
    assert_int_equal(used_len(0, 0), 0);
    desc(0, 0, UINT64_MAX - 1, 0xffffffff, 0, 1); /* wraps around */
    offer(0, 0);
    kick(0);
    assert_int_equal(used_idx(0), 2);
}

static void test_rings_inside_the_slot_do_not_recurse(void **state)
{
    vwrite(0x30, 0);
    vwrite(0x44, 0);
    vwrite(0x90, SLOT);
    vwrite(0x44, 1);
    kick(0);
    assert_broken();
}

/* A driver that refills while it is served gets its work in turns of the main loop. */
static void test_work_per_kick_is_bounded(void **state)
{
    desc(0, 0, DATA, 1, 0, 0);
    for (int i = 0; i < QSIZE; i++) {
        offer(0, 0);
    }
    kick(0);
    assert_int_equal(mirror->handled, QSIZE);
    offer(0, 0);
    main_loop_wait(true); /* the rest comes without a kick */
    assert_int_equal(mirror->handled, QSIZE + 1);
}

/* Else a fast driver of a slow disk could have us remember any number of requests. */
static void test_more_requests_than_entries_break_the_device(void **state)
{
    mirror->slow = true;
    desc(0, 0, DATA, 1, 0, 0);
    for (int i = 0; i < QSIZE; i++) {
        offer(0, 0);
    }
    kick(0);
    assert_false(mirror->vdev.broken);
    offer(0, 0);
    kick(0);
    main_loop_wait(true);
    assert_int_equal(mirror->nkept, QSIZE);
    mirror->slow = false;
    assert_broken();
    while (mirror->nkept) {
        virtq_push(mirror->kept[--mirror->nkept], 0); /* they are stale by now */
    }
    assert_int_equal(used_idx(0), 1);
}

/* Whatever stands in the rings, the device survives it. */
static void test_random_rings_do_no_harm(void **state)
{
    uint8_t junk[0x100];
    unsigned seed = 1;

    for (int round = 0; round < 3000; round++) {
        drive(1, round % 2 ? BIT(VIRTIO_RING_F_EVENT_IDX) : 0);
        for (size_t i = 0; i < sizeof(junk); i++) {
            seed = seed * 1103515245 + 12345;
            junk[i] = seed >> 16;
            if (seed >> 24 & 3) {
                junk[i] &= 3;
            }
        }
        address_space_write(&address_space_memory, RINGS(0), junk, 16 * QSIZE);
        for (int i = 0; i < QSIZE; i++) { /* addresses that exist, more often than not */
            mem_write(RINGS(0) + 16 * i, i % 3 ? RINGS(0) + junk[i] : DATA, 8);
            mem_write(RINGS(0) + 16 * i + 14, junk[i] % (QSIZE + 1), 2);
        }
        address_space_write(&address_space_memory, AVAIL(0) + 4, junk, 2 * QSIZE);
        mem_write(AVAIL(0) + 2, junk[7] % (QSIZE + 2), 2);
        kick(0);
        main_loop_wait(true);
    }
}

#define T(f)           cmocka_unit_test_setup_teardown(f, up, machine_down)
#define T_WITH(f, up_) cmocka_unit_test_setup_teardown(f, up_, machine_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T_WITH(test_an_empty_slot_has_device_id_0, up_empty),
        T(test_identity_and_queues_of_a_device),
        T(test_features_that_were_not_offered_are_refused),
        T(test_a_modern_device_may_be_driven_without_version_1),
        T(test_the_configuration_is_read_and_written_in_any_size),
        T(test_bad_queue_set_up_is_ignored),
        T(test_a_chain_is_read_written_and_given_back),
        T(test_indices_wrap_around),
        T(test_an_indirect_table_is_followed),
        T(test_an_indirect_table_may_be_longer_than_the_ring),
        T(test_buffers_may_be_split_anywhere),
        T(test_the_driver_may_ask_not_to_be_interrupted),
        T(test_event_indices_say_when_to_interrupt_and_kick),
        T(test_reset_forgets_the_queues),
        T(test_nothing_happens_before_driver_ok),
        T_WITH(test_a_legacy_driver_gives_a_page_number, up_legacy),
        T(test_a_head_outside_the_table_breaks_the_device),
        T(test_a_next_outside_the_table_breaks_the_device),
        T(test_a_loop_breaks_the_device),
        T(test_a_loop_in_an_indirect_table_breaks_the_device),
        T(test_nested_or_odd_indirect_tables_break_the_device),
        T(test_readable_behind_writable_breaks_the_device),
        T(test_an_index_that_jumps_breaks_the_device),
        T(test_rings_outside_memory_break_the_device),
        T(test_data_outside_memory_is_given_back_empty),
        T(test_rings_inside_the_slot_do_not_recurse),
        T(test_work_per_kick_is_bounded),
        T(test_more_requests_than_entries_break_the_device),
        T(test_random_rings_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
