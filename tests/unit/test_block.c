/* SPDX-License-Identifier: MIT */
/* backend/block: opening, requests, flushing, snapshots and the options of -drive. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include "backend/block/block.h"
#include "base/types.h"
#include "loop/iothread.h"
#include "loop/main_loop.h"
#include "loop/thread_pool.h"
#include "unit/unit.h"

enum { IMAGE_SIZE = 1024 * 1024 };

static char image[64];

static char pattern(uint64_t offset)
{
    return offset * 7 + offset / 4096;
}

static void make_image(uint64_t size)
{
    FILE *f = fopen(image, "w");

    for (uint64_t i = 0; i < size; i++) {
        fputc(pattern(i), f);
    }
    assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
    strcpy(image, "/tmp/teemu-test-block-XXXXXX");
    close(mkstemp(image));
    make_image(IMAGE_SIZE);
    return 0;
}

static int teardown(void **state)
{
    blk_cleanup();
    unlink(image);
    return 0;
}

static BlockBackend *open_image(unsigned flags)
{
    BlockBackend *blk = blk_new_open("d", image, "raw", flags, NULL);

    assert_non_null(blk);
    return blk;
}

/* Make a drive of the options; "%s" in @fmt is the image.  On failure NULL, with the sentence in
 * said. */
static char said[512];

static BlockBackend *drive(const char *fmt, bool snapshot)
{
    Error *err = NULL;
    BlockBackend *blk;
    char text[256];
    KeyVals *kv;

    snprintf(text, sizeof(text), fmt, image);
    kv = keyval_parse("-drive", text, NULL, NULL);
    blk = blk_new_from_opts(kv, snapshot, &err);
    snprintf(said, sizeof(said), "%s", err ? err_msg(err) : "");
    assert_true(blk != NULL || err != NULL);
    err_free(err);
    keyval_free(kv);
    return blk;
}

static char image_byte(uint64_t offset)
{
    FILE *f = fopen(image, "r");
    int c;

    fseek(f, offset, SEEK_SET);
    c = fgetc(f);
    fclose(f);
    return c;
}

typedef struct Done {
    bool done;
    int ret;
    pthread_t thread;
} Done;

static void on_done(void *opaque, int ret)
{
    Done *d = opaque;

    d->thread = pthread_self();
    d->ret = ret;
    __atomic_store_n(&d->done, true, __ATOMIC_RELEASE);
}

static int wait_for(Done *d)
{
    while (!d->done) {
        aio_poll(aio_get_main_context(), true);
    }
    return d->ret;
}

static int write_async(BlockBackend *blk, uint64_t offset, const void *data, size_t n)
{
    struct iovec iov = {(void *)data, n};
    Done d = {0};

    blk_aio_pwritev(blk, aio_get_main_context(), offset, &iov, 1, on_done, &d);
    assert_false(d.done); /* never from inside the call */
    return wait_for(&d);
}

static void test_a_read_gathers_into_all_pieces_at_any_alignment(void **state)
{
    BlockBackend *blk = open_image(0);
    char a[3], b[5000], c[1];
    struct iovec iov[] = {{a, sizeof(a)}, {b, sizeof(b)}, {c, sizeof(c)}};
    Done d = {0};

    assert_int_equal(blk_getlength(blk), IMAGE_SIZE);
    blk_aio_preadv(blk, aio_get_main_context(), 511, iov, 3, on_done, &d);
    assert_false(d.done);
    assert_int_equal(wait_for(&d), 0);
    for (int i = 0; i < 5004; i++) {
        char got = i < 3 ? a[i] : i < 5003 ? b[i - 3] : c[0];

        assert_int_equal(got, pattern(511 + i));
    }
}

static void test_what_is_written_is_in_the_file_and_can_be_read(void **state)
{
    BlockBackend *blk = open_image(0);
    char got[6] = "";

    assert_int_equal(write_async(blk, 1000, "hello", 5), 0);
    assert_int_equal(blk_pread(blk, 1000, got, 5), 0);
    assert_string_equal(got, "hello");
    assert_int_equal(blk_pwrite(blk, 1001, "E", 1), 0);
    assert_int_equal(image_byte(1001), 'E');
    assert_int_equal(image_byte(1000), 'h');
}

static void test_many_requests_at_once_all_complete(void **state)
{
    enum { N = 500 };
    BlockBackend *blk = open_image(0);
    static char data[N][512];
    static struct iovec iov[N];
    static Done d[N];

    for (int i = 0; i < N; i++) {
        memset(data[i], i, 512);
        iov[i] = (struct iovec){data[i], 512};
        blk_aio_pwritev(blk, aio_get_main_context(), i * 512, &iov[i], 1, on_done, &d[i]);
    }
    blk_drain(blk);
    for (int i = 0; i < N; i++) {
        assert_true(d[i].done);
        assert_int_equal(d[i].ret, 0);
        assert_int_equal(image_byte(i * 512 + 511), (char)i);
    }
}

static void test_requests_beyond_the_end_fail_and_the_image_does_not_grow(void **state)
{
    BlockBackend *blk = open_image(0);
    struct stat st;
    char buf[2];

    assert_int_equal(blk_pread(blk, IMAGE_SIZE - 1, buf, 2), -EIO);
    assert_int_equal(blk_pread(blk, UINT64_MAX, buf, 2), -EIO);
    assert_int_equal(write_async(blk, IMAGE_SIZE, "x", 1), -EIO);
    assert_int_equal(write_async(blk, UINT64_MAX - 1, "xxxx", 4), -EIO);
    stat(image, &st);
    assert_int_equal(st.st_size, IMAGE_SIZE);
}

static void test_a_read_only_drive_refuses_writes(void **state)
{
    BlockBackend *blk = open_image(BLK_READONLY);

    assert_true(blk_is_read_only(blk));
    assert_int_equal(write_async(blk, 0, "x", 1), -EROFS);
    assert_int_equal(image_byte(0), pattern(0));
}

static void test_flush_discard_and_write_zeroes_complete(void **state)
{
    BlockBackend *blk = open_image(BLK_UNMAP);
    Done d[3] = {0};

    blk_aio_flush(blk, aio_get_main_context(), on_done, &d[0]);
    assert_int_equal(wait_for(&d[0]), 0);
    blk_aio_pwrite_zeroes(blk, aio_get_main_context(), 100, 70000, on_done, &d[1]);
    assert_int_equal(wait_for(&d[1]), 0);
    assert_int_equal(image_byte(99), pattern(99));
    assert_int_equal(image_byte(100), 0);
    assert_int_equal(image_byte(70099), 0);
    assert_int_equal(image_byte(70100), pattern(70100));
    blk_aio_pdiscard(blk, aio_get_main_context(), 0, IMAGE_SIZE, on_done, &d[2]);
    assert_int_equal(wait_for(&d[2]), 0);
}

static void test_a_discard_without_unmap_changes_nothing(void **state)
{
    BlockBackend *blk = open_image(0);
    Done d = {0};

    blk_aio_pdiscard(blk, aio_get_main_context(), 0, IMAGE_SIZE, on_done, &d);
    assert_int_equal(wait_for(&d), 0);
    assert_int_equal(image_byte(4096), pattern(4096));
}

/* ---- snapshots ---- */

static void test_a_snapshot_keeps_writes_to_itself(void **state)
{
    BlockBackend *blk = open_image(BLK_SNAPSHOT);
    char got[4] = "";

    assert_false(blk_is_read_only(blk));
    assert_int_equal(write_async(blk, 65535, "abc", 3), 0); /* across a cluster's border */
    assert_int_equal(blk_pread(blk, 65535, got, 3), 0);
    assert_string_equal(got, "abc");
    assert_int_equal(blk_pread(blk, 65533, got, 3), 0);
    assert_int_equal(got[0], pattern(65533));
    assert_int_equal(got[2], 'a');
    assert_int_equal(image_byte(65535), pattern(65535));
    blk_unref(blk);
    assert_int_equal(image_byte(65535), pattern(65535));
}

static void test_a_snapshot_under_random_parallel_writes_reads_like_memory(void **state)
{
    BlockBackend *blk = open_image(BLK_SNAPSHOT);
    static char shadow[IMAGE_SIZE], got[IMAGE_SIZE], data[64][3000];
    unsigned seed = 7;

    for (uint64_t i = 0; i < IMAGE_SIZE; i++) {
        shadow[i] = pattern(i);
    }
    for (int round = 0; round < 20; round++) {
        static struct iovec iov[64];
        static Done d[64];

        for (int i = 0; i < 64; i++) { /* in stripes, so that no two of a round overlap */
            uint64_t stripe = IMAGE_SIZE / 64;
            size_t n = 1 + (seed = seed * 1103515245 + 12345) / 65536 % sizeof(data[0]);
            uint64_t at = i * stripe + (seed >> 4) % (stripe - n);

            memset(data[i], round * 64 + i, n);
            memcpy(shadow + at, data[i], n);
            iov[i] = (struct iovec){data[i], n};
            d[i] = (Done){0};
            blk_aio_pwritev(blk, aio_get_main_context(), at, &iov[i], 1, on_done, &d[i]);
        }
        blk_drain(blk);
    }
    assert_int_equal(blk_pread(blk, 0, got, IMAGE_SIZE), 0);
    assert_memory_equal(got, shadow, IMAGE_SIZE);
}

static void test_commit_writes_a_snapshot_back(void **state)
{
    BlockBackend *blk = open_image(BLK_SNAPSHOT);
    char got[4] = "";

    write_async(blk, 200000, "new", 3);
    assert_true(blk_commit_all(NULL));
    assert_int_equal(image_byte(200000), 'n');
    assert_int_equal(image_byte(200003), pattern(200003));
    assert_int_equal(blk_pread(blk, 200000, got, 3), 0);
    assert_string_equal(got, "new");
    write_async(blk, 200000, "X", 1); /* is a snapshot as before */
    assert_int_equal(image_byte(200000), 'n');
}

/* ---- sharing ---- */

static void test_two_writers_of_one_image_are_refused_and_two_readers_are_not(void **state)
{
    Error *err = NULL;

    open_image(0);
    assert_null(blk_new_open("e", image, "raw", 0, &err));
    assert_non_null(strstr(err_msg(err), "in use"));
    err_free(err);
    assert_non_null(blk_new_open("f", image, "raw", BLK_NO_LOCK, NULL));
    blk_cleanup();
    open_image(BLK_READONLY);
    assert_non_null(blk_new_open("e", image, "raw", BLK_SNAPSHOT, NULL));
    assert_null(blk_new_open("g", image, "raw", 0, NULL));
}

static void test_a_drive_belongs_to_one_device(void **state)
{
    BlockBackend *blk = open_image(0);
    Error *err = NULL;

    assert_true(blk_attach_dev(blk, "virtio-blk 1", NULL));
    assert_false(blk_attach_dev(blk, "virtio-blk 2", &err));
    assert_non_null(strstr(err_msg(err), "virtio-blk 1"));
    err_free(err);
    blk_detach_dev(blk);
    assert_true(blk_attach_dev(blk, "virtio-blk 2", NULL));
}

typedef struct OnIOThread {
    BlockBackend *blk;
    Done done;
    char byte;
    struct iovec iov;
} OnIOThread;

static void read_there(void *opaque)
{
    OnIOThread *t = opaque;

    t->iov = (struct iovec){&t->byte, 1};
    blk_aio_preadv(t->blk, aio_get_current_context(), 12345, &t->iov, 1, on_done, &t->done);
}

static void test_completions_come_to_the_context_that_submitted(void **state)
{
    IOThread *io = iothread_new("io", NULL);
    OnIOThread t = {.blk = open_image(0)};

    bh_schedule_oneshot(iothread_get_context(io), read_there, &t);
    while (!__atomic_load_n(&t.done.done, __ATOMIC_ACQUIRE)) {
        usleep(100);
    }
    assert_int_equal(t.done.ret, 0);
    assert_int_equal(t.byte, pattern(12345));
    assert_false(pthread_equal(t.done.thread, pthread_self()));
    blk_drain(NULL);
    iothread_free(io);
}

/* ---- options ---- */

static void test_drive_options_set_what_they_name(void **state)
{
    BlockBackend *blk = drive("file=%s,if=pflash,format=raw,unit=1,serial=S1,readonly=on,"
                              "cache=writethrough", false);

    assert_non_null(blk);
    assert_ptr_equal(blk_by_interface("pflash", 1), blk);
    assert_null(blk_by_interface("pflash", 0));
    assert_ptr_equal(blk_by_name("pflash1"), blk);
    assert_string_equal(blk_serial(blk), "S1");
    assert_true(blk_is_read_only(blk));
    assert_false(blk_enable_write_cache(blk));
    blk = drive("file=%s,if=pflash,format=raw,readonly=on", false);
    assert_int_equal(blk_unit(blk), 0); /* the first that is free */
    blk = drive("file=%s,if=none,format=raw,id=x0,readonly,media=cdrom", false);
    assert_ptr_equal(blk_by_name("x0"), blk);
    assert_true(blk_is_cdrom(blk));
}

static void test_the_global_snapshot_holds_unless_a_drive_says_no(void **state)
{
    BlockBackend *blk = drive("file=%s,format=raw,id=a", true);

    blk_pwrite(blk, 0, "S", 1);
    assert_int_equal(image_byte(0), pattern(0));
    blk_cleanup();
    blk = drive("file=%s,format=raw,id=a,snapshot=off", true);
    blk_pwrite(blk, 0, "S", 1);
    assert_int_equal(image_byte(0), 'S');
}

static void test_wrong_drive_options_are_explained(void **state)
{
    static const struct {
        const char *options, *says;
    } cases[] = {
        {"if=none", "file=PATH"},
        {"file=/nonexistent/x", "No such file"},
        {"file=/dev/null", "neither a file nor a block device"},
        {"file=%s,format=rw", "did you mean 'raw'"},
        {"file=%s,cache=writebak", "writeback"},
        {"file=%s,if=pflsh", "pflash"},
        {"file=%s,unit=999", "at most 255"},
        {"file=%s,readonly=maybe", "readonly"},
        {"file=%s,fromat=raw", "fromat"},
        {"file=%s,media=floppy", "cdrom"},
        {"file=%s,discard=perhaps", "unmap"},
        {"file=%s,werror=stop", "werror=report"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_null(drive(cases[i].options, false));
        if (!strstr(said, cases[i].says)) {
            fail_msg("%s: %s", cases[i].options, said);
        }
    }
}

static void test_two_drives_of_one_name_are_refused(void **state)
{
    assert_non_null(drive("file=%s,format=raw,id=a,readonly=on", false));
    assert_null(drive("file=%s,format=raw,id=a,readonly=on", false));
    assert_non_null(strstr(said, "two drives named 'a'"));
}

static void test_an_image_of_a_foreign_format_is_refused_by_name(void **state)
{
    FILE *f = fopen(image, "w");

    fwrite("QFI\xfb\0\0\0\3", 1, 8, f);
    fclose(f);
    assert_null(drive("file=%s", false));
    assert_non_null(strstr(said, "qcow2"));
    assert_non_null(drive("file=%s,format=raw", false));
}

static void test_a_guest_cannot_give_a_probed_image_another_format(void **state)
{
    BlockBackend *blk = drive("file=%s,id=a", false);

    assert_int_equal(blk_pwrite(blk, 0, "QFI\xfb\0\0\0\3", 8), -EPERM);
    assert_int_equal(blk_pwrite(blk, 0, "plain", 5), 0);
    blk_unref(blk);
    assert_non_null(drive("file=%s,id=a", false));
}

static void test_an_empty_image_is_a_disk_of_no_bytes(void **state)
{
    BlockBackend *blk;
    char c;

    fclose(fopen(image, "w"));
    blk = drive("file=%s,id=a", false);
    assert_int_equal(blk_getlength(blk), 0);
    assert_int_equal(blk_pread(blk, 0, &c, 1), -EIO);
    assert_int_equal(blk_pread(blk, 0, &c, 0), 0);
    blk_cleanup();
    assert_non_null(drive("file=%s,id=a,snapshot=on", false));
}

static int count;

static void describe(BlockBackend *blk, const BlockInfo *info, void *opaque)
{
    assert_string_equal(info->path, image);
    assert_string_equal(info->format, "raw");
    assert_true(info->snapshot && !info->no_flush);
    assert_null(info->dev);
    count++;
}

static void test_info_block_describes_each_drive(void **state)
{
    open_image(BLK_SNAPSHOT);
    blk_foreach(describe, NULL);
    assert_int_equal(count, 1);
}

static int group_setup(void **state)
{
    bql_lock();
    return 0;
}

static int group_teardown(void **state)
{
    thread_pool_cleanup();
    return 0;
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_read_gathers_into_all_pieces_at_any_alignment),
        T(test_what_is_written_is_in_the_file_and_can_be_read),
        T(test_many_requests_at_once_all_complete),
        T(test_requests_beyond_the_end_fail_and_the_image_does_not_grow),
        T(test_a_read_only_drive_refuses_writes),
        T(test_flush_discard_and_write_zeroes_complete),
        T(test_a_discard_without_unmap_changes_nothing),
        T(test_a_snapshot_keeps_writes_to_itself),
        T(test_a_snapshot_under_random_parallel_writes_reads_like_memory),
        T(test_commit_writes_a_snapshot_back),
        T(test_two_writers_of_one_image_are_refused_and_two_readers_are_not),
        T(test_a_drive_belongs_to_one_device),
        T(test_completions_come_to_the_context_that_submitted),
        T(test_drive_options_set_what_they_name),
        T(test_the_global_snapshot_holds_unless_a_drive_says_no),
        T(test_wrong_drive_options_are_explained),
        T(test_two_drives_of_one_name_are_refused),
        T(test_an_image_of_a_foreign_format_is_refused_by_name),
        T(test_a_guest_cannot_give_a_probed_image_another_format),
        T(test_an_empty_image_is_a_disk_of_no_bytes),
        T(test_info_block_describes_each_drive),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
