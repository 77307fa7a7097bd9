/* SPDX-License-Identifier: MIT */
/* hw/block/virtio_blk, on raw image files. */
#include "unit/virtio_test.h"
#include "backend/block/block.h"
#include "base/alloc.h"
#include "loop/thread.h"
#include "qom/user_creatable.h"
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

enum { DISK_SIZE = 4 << 20 };
enum { HEADER = 0, STATUS = 0x20, PAYLOAD = 0x1000 };
enum { T_IN = 0, T_OUT = 1, T_FLUSH = 4, T_GET_ID = 8, T_DISCARD = 11, T_WRITE_ZEROES = 13 };

static char path[] = "/tmp/teemu-test-blk-XXXXXX";
static int fd;
static VirtioDevice *disk;

static void make_drive(const char *more)
{
    char *text = xasprintf("file=%s,if=none,format=raw,id=x0%s", path, more);
    KeyVals *kv = keyval_parse("-drive", text, NULL, NULL);
    Error *err = NULL;

    if (!blk_new_from_opts(kv, false, &err)) {
        fail_msg("%s", err_msg(err));
    }
    keyval_free(kv);
    free(text);
}

static int up_with(void **state, const char *drive_opts, const char *device)
{
    machine_up(state);
    strcpy(path + strlen(path) - 6, "XXXXXX");
    fd = mkstemp(path);
    assert_int_equal(ftruncate(fd, DISK_SIZE), 0);
    make_drive(drive_opts);
    slot_at(SLOT, false);
    disk = plug(device);
    drive(1, 0);
    return 0;
}

static int up(void **state)
{
    return up_with(state, ",serial=S123", "virtio-blk-device,drive=x0");
}

static int up_readonly(void **state)
{
    return up_with(state, ",readonly=on", "virtio-blk-device,drive=x0");
}

static int up_large_blocks(void **state)
{
    return up_with(state, "",
                   "virtio-blk-device,drive=x0,logical_block_size=4k,physical_block_size=16k,"
                   "min_io_size=8k,opt_io_size=64k,write-cache=off");
}

static int up_small_queue(void **state)
{
    return up_with(state, "", "virtio-blk-device,drive=x0,queue-size=8");
}

static int up_iothread(void **state)
{
    KeyVals *kv = keyval_parse("-object", "iothread,id=io", "qom-type", NULL);

    assert_non_null(user_creatable_add(kv, NULL));
    keyval_free(kv);
    return up_with(state, "", "virtio-blk-device,drive=x0,iothread=io");
}

static int down(void **state)
{
    machine_down(state);
    blk_cleanup();
    close(fd);
    unlink(path);
    return 0;
}

static int down_iothread(void **state)
{
    down(state);
    user_creatable_cleanup();
    return 0;
}

/* Put a request into descriptors 0-2 and kick: header, @len bytes of data at DATA + PAYLOAD,
 * status. */
static void start(uint32_t type, uint64_t sector, uint32_t len, bool data_in)
{
    mem_write32(DATA + HEADER, type);
    mem_write32(DATA + HEADER + 4, 0);
    mem_write(DATA + HEADER + 8, sector, 8);
    mem_write(DATA + STATUS, 0xff, 1);
    desc(0, 0, DATA + HEADER, 16, F_NEXT, len ? 1 : 2);
    desc(0, 1, DATA + PAYLOAD, len, F_NEXT | (data_in ? F_WRITE : 0), 2);
    desc(0, 2, DATA + STATUS, 1, F_WRITE, 0);
    offer(0, 0);
    kick(0);
}

/* The same, to its end; returns the status byte. */
static uint8_t request(uint32_t type, uint64_t sector, uint32_t len, bool data_in)
{
    uint16_t next = used_idx(0) + 1;

    start(type, sector, len, data_in);
    wait_used(0, next);
    return mem_read(DATA + STATUS, 1);
}

static void fill(hwaddr at, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len; i += 4) {
        mem_write32(at + i, seed + i * 2654435761u);
    }
}

static void test_the_configuration_describes_the_disk(void **state)
{
    assert_int_equal(mem_read(SLOT + 0x100, 4), DISK_SIZE / 512);
    assert_int_equal(mem_read(SLOT + 0x104, 4), 0);
    assert_int_equal(mem_read(SLOT + 0x100, 8), DISK_SIZE / 512);
    assert_int_equal(mem_read32(SLOT + 0x10c), 256 - 2); /* what a full ring leaves for data */
    assert_int_equal(mem_read(SLOT + 0x11a, 2), 0);      /* no size is better than another */
    assert_int_equal(mem_read32(SLOT + 0x114), 512);
    assert_int_equal(mem_read(SLOT + 0x120, 1), 1); /* write cache on */
    assert_int_equal(mem_read(SLOT + 0x122, 2), 1);
    assert_int_equal(mem_read32(SLOT + 0x124), 4194303);
    assert_true(offered() & BIT(9));
    assert_false(offered() & BIT(5));
}

static void test_blocks_are_as_large_as_the_device_says(void **state)
{
    assert_int_equal(mem_read(SLOT + 0x100, 8), DISK_SIZE / 512);
    assert_int_equal(mem_read32(SLOT + 0x114), 4096);
    assert_int_equal(mem_read(SLOT + 0x118, 1), 2); /* 2^2 blocks are written at once */
    assert_int_equal(mem_read(SLOT + 0x11a, 2), 2);
    assert_int_equal(mem_read32(SLOT + 0x11c), 16);
    assert_int_equal(mem_read(SLOT + 0x120, 1), 0); /* write-cache */
    assert_int_equal(mem_read32(SLOT + 0x12c), 8);  /* sectors that a discard takes at once */
    assert_int_equal(request(T_IN, 8, 4096, true), 0);
    assert_int_equal(request(T_IN, 1, 4096, true), 1);
    assert_int_equal(request(T_IN, 8, 512, true), 1);
}

static void test_what_was_written_is_read_back_and_is_in_the_file(void **state)
{
    char a[1024], b[1024];

    fill(DATA + PAYLOAD, 1024, 1);
    address_space_read(&address_space_memory, DATA + PAYLOAD, a, 1024);
    assert_int_equal(request(T_OUT, 5, 1024, false), 0);
    assert_int_equal(used_len(0, 0), 1);
    assert_int_equal(request(T_FLUSH, 0, 0, false), 0);
    assert_int_equal(pread(fd, b, 1024, 5 * 512), 1024);
    assert_memory_equal(a, b, 1024);
    address_space_set(&address_space_memory, DATA + PAYLOAD, 0, 1024);
    assert_int_equal(request(T_IN, 5, 1024, true), 0);
    assert_int_equal(used_len(0, 2), 1025);
    address_space_read(&address_space_memory, DATA + PAYLOAD, b, 1024);
    assert_memory_equal(a, b, 1024);
    assert_int_equal(ack(), 1);
}

static void test_a_legacy_driver_may_flush_by_another_number(void **state)
{
    assert_int_equal(request(5, 0, 0, false), 0); /* FLUSH_OUT */
    assert_int_equal(request(9, 0, 0, false), 2);
}

static void test_a_request_larger_than_a_chunk_is_whole(void **state)
{
    enum { N = 0xe0000 };
    uint8_t *a = xcalloc(1, N), *b = xcalloc(1, N);

    fill(DATA + PAYLOAD, N, 7);
    address_space_read(&address_space_memory, DATA + PAYLOAD, a, N);
    assert_int_equal(request(T_OUT, 100, N, false), 0);
    address_space_set(&address_space_memory, DATA + PAYLOAD, 0, N);
    assert_int_equal(request(T_IN, 100, N, true), 0);
    address_space_read(&address_space_memory, DATA + PAYLOAD, b, N);
    assert_memory_equal(a, b, N);
    free(a);
    free(b);
}

static void test_bad_ranges_and_sizes_are_errors(void **state)
{
    assert_int_equal(request(T_IN, DISK_SIZE / 512, 512, true), 1);
    assert_int_equal(request(T_IN, DISK_SIZE / 512 - 1, 1024, true), 1);
    assert_int_equal(request(T_IN, UINT64_MAX, 512, true), 1);
    assert_int_equal(request(T_OUT, UINT64_MAX / 512, 512, false), 1);
    assert_int_equal(request(T_IN, 0, 100, true), 1);
    assert_int_equal(request(T_IN, DISK_SIZE / 512 - 1, 512, true), 0);
    assert_int_equal(request(99, 0, 0, false), 2);
}

static void test_the_id_is_the_serial_number(void **state)
{
    char id[21] = {0};

    assert_int_equal(request(T_GET_ID, 0, 20, true), 0);
    address_space_read(&address_space_memory, DATA + PAYLOAD, id, 20);
    assert_string_equal(id, "S123");
    assert_int_equal(used_len(0, 0), 21);
}

static void range(uint64_t sector, uint32_t sectors, uint32_t flags)
{
    mem_write(DATA + PAYLOAD, sector, 8);
    mem_write32(DATA + PAYLOAD + 8, sectors);
    mem_write32(DATA + PAYLOAD + 12, flags);
}

static void test_zeroes_are_written_and_sectors_discarded(void **state)
{
    char buf[1536];

    fill(DATA + PAYLOAD, 1536, 3);
    assert_int_equal(request(T_OUT, 8, 1536, false), 0);
    range(9, 1, 1);
    assert_int_equal(request(T_WRITE_ZEROES, 0, 16, false), 0);
    assert_int_equal(pread(fd, buf, 1536, 8 * 512), 1536);
    assert_int_not_equal(buf[511], 0);
    for (int i = 512; i < 1024; i++) {
        assert_int_equal(buf[i], 0);
    }
    assert_int_not_equal(buf[1027], 0);
    range(8, 3, 0);
    assert_int_equal(request(T_DISCARD, 0, 16, false), 0);
    range(8, 3, 1);
    assert_int_equal(request(T_DISCARD, 0, 16, false), 2); /* unmap is for write zeroes */
    range(DISK_SIZE / 512, 1, 0);
    assert_int_equal(request(T_DISCARD, 0, 16, false), 1);
    range(0, 0xffffffff, 0);
    assert_int_equal(request(T_WRITE_ZEROES, 0, 16, false), 1);
    range(0, 1, 0);
    assert_int_equal(request(T_WRITE_ZEROES, 0, 8, false), 1);
}

static void test_a_read_only_disk_refuses_writes(void **state)
{
    assert_true(offered() & BIT(5));
    assert_int_equal(request(T_OUT, 0, 512, false), 1);
    range(0, 1, 0);
    assert_int_equal(request(T_WRITE_ZEROES, 0, 16, false), 1);
    assert_int_equal(request(T_IN, 0, 512, true), 0);
}

static void test_a_request_without_status_byte_breaks_the_device(void **state)
{
    desc(0, 0, DATA, 16, 0, 0);
    offer(0, 0);
    kick(0);
    assert_true(disk->broken);
    drive(1, 0);
    assert_int_equal(request(T_IN, 0, 512, true), 0);
    desc(0, 0, DATA, 15, F_NEXT, 2); /* a short header */
    offer(0, 0);
    kick(0);
    assert_true(disk->broken);
}

static void test_data_outside_memory_is_an_error_of_the_request(void **state)
{
    mem_write32(DATA, T_OUT);
    mem_write(DATA + 8, 0, 8);
    desc(0, 0, DATA, 16, F_NEXT, 1);
    desc(0, 1, 0x40000000, 512, F_NEXT, 2);
    desc(0, 2, DATA + STATUS, 1, F_WRITE, 0);
    offer(0, 0);
    kick(0);
    wait_used(0, 1);
    assert_int_equal(mem_read(DATA + STATUS, 1), 1);
    mem_write32(DATA, T_IN);
    desc(0, 1, 0x40000000, 512, F_NEXT | F_WRITE, 2);
    offer(0, 0);
    kick(0);
    wait_used(0, 2);
    assert_int_equal(mem_read(DATA + STATUS, 1), 1);
}

static void test_a_reset_waits_for_requests_under_way(void **state)
{
    start(T_IN, 0, 0xe0000, true);
    vwrite(0x70, 0);
    address_space_set(&address_space_memory, DATA + PAYLOAD, 0x5a, 0xe0000);
    for (int i = 0; i < 50; i++) {
        main_loop_wait(true);
    }
    for (int i = 0; i < 0xe0000; i += 512) {
        assert_int_equal(mem_read(DATA + PAYLOAD + i, 1), 0x5a);
    }
    drive(1, 0);
    assert_int_equal(request(T_IN, 0, 512, true), 0);
}

/* Reset the disk, as a vCPU does that waits for nothing, and fill its queue, again and again. */
static void *impatient_driver(void *opaque)
{
    for (int round = 0; round < 5; round++) {
        drive(1, 0);
        for (int i = 0; i < QSIZE; i++) {
            start(T_IN, 0, 512, true);
        }
    }
    return NULL;
}

static void test_resets_do_not_pile_up_requests(void **state)
{
    Thread *vcpu = thread_create("vcpu", impatient_driver, NULL);

    bql_unlock();
    thread_join(vcpu);
    bql_lock();
    assert_int_equal(mem_read(DATA + STATUS, 1), 1); /* no longer taken: an error at once */
    blk_drain(NULL);
    drive(1, 0);
    assert_int_equal(request(T_IN, 0, 512, true), 0);
}

/* We hold the big lock, for which the iothread waits with the first of them. */
static void test_kicks_of_a_busy_iothread_do_not_pile_up(void **state)
{
    size_t before = mallinfo2().uordblks;

    for (int i = 0; i < 20000; i++) {
        kick(0);
    }
    assert_true(mallinfo2().uordblks < before + 100000);
    blk_drain(NULL);
    assert_int_equal(request(T_IN, 0, 512, true), 0);
}

static void test_the_cache_mode_follows_driver_and_configuration(void **state)
{
    drive(1, BIT(9) | BIT(11)); /* a driver that cannot flush */
    assert_int_equal(mem_read(SLOT + 0x120, 1), 0);
    assert_int_equal(request(T_OUT, 0, 512, false), 0);
    drive(1, 0);
    assert_int_equal(mem_read(SLOT + 0x120, 1), 1);
    mem_write(SLOT + 0x120, 0, 1);
    assert_int_equal(mem_read(SLOT + 0x120, 1), 0);
    assert_int_equal(request(T_OUT, 0, 512, false), 0);
}

static void test_wrong_options_get_a_sentence(void **state)
{
    static const char *const bad[][2] = {
        {"virtio-blk-device", "a drive is needed"},
        {"virtio-blk-device,drive=none", "no drive 'none'"},
        {"virtio-blk-device,drive=x0", "x0"}, /* it belongs to the first device */
        {"virtio-blk-device,drive=x0,queue-size=3", "queue-size"},
        {"virtio-blk-device,drive=x0,num-queues=99", "num-queues"},
    };

    slot_at(SLOT + 0x1000, false);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        KeyVals *kv = keyval_parse("-device", bad[i][0], "driver", NULL);
        Error *err = NULL;

        assert_null(device_add(kv, &err));
        assert_non_null(strstr(err_msg(err), bad[i][1]));
        err_free(err);
        keyval_free(kv);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_the_configuration_describes_the_disk),
        cmocka_unit_test_setup_teardown(test_blocks_are_as_large_as_the_device_says,
                                        up_large_blocks, down),
        T(test_what_was_written_is_read_back_and_is_in_the_file),
        T(test_a_legacy_driver_may_flush_by_another_number),
        T(test_a_request_larger_than_a_chunk_is_whole),
        T(test_bad_ranges_and_sizes_are_errors),
        T(test_the_id_is_the_serial_number),
        T(test_zeroes_are_written_and_sectors_discarded),
        cmocka_unit_test_setup_teardown(test_a_read_only_disk_refuses_writes, up_readonly, down),
        T(test_a_request_without_status_byte_breaks_the_device),
        T(test_data_outside_memory_is_an_error_of_the_request),
        T(test_a_reset_waits_for_requests_under_way),
        cmocka_unit_test_setup_teardown(test_resets_do_not_pile_up_requests, up_small_queue, down),
        cmocka_unit_test_setup_teardown(test_kicks_of_a_busy_iothread_do_not_pile_up, up_iothread,
                                        down_iothread),
        T(test_the_cache_mode_follows_driver_and_configuration),
        T(test_wrong_options_get_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
