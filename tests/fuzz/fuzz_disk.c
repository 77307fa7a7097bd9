/* SPDX-License-Identifier: MIT */
/* An image of any contents and size, opened in any way, is the disk that its bytes say, or is
 * refused with a sentence; whatever a guest then asks of it, the disk reads like an array in
 * memory, the image is left as its options promise, and the next run opens it again.
 *
 * An input is how to open the image, a list of requests, and the image. */
#include "backend/block/block.h"
#include "fuzz/fuzz.h"
#include "loop/main_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

enum { READ, WRITE, ZERO, DISCARD, FLUSH, COMMIT, KINDS };

typedef struct Request {
    uint8_t kind, fill;
    uint16_t len; /* units of 16 bytes, and a little more when fill is odd */
    uint32_t offset;
} Request;

typedef struct Input {
    uint8_t flags; /* BLK_* */
    uint8_t probe, requests, spare;
    Request request[];
} Input;

/* ---- the array that the disk must agree with ---- */

static int fd; /* the image */
static size_t length;
static uint8_t *disk, *image; /* as the guest sees it; as the file must be */
static unsigned flags;
static bool probed;

static bool is_foreign(const uint8_t *head, size_t n)
{
    return (n >= 4 && (!memcmp(head, "QFI\xfb", 4) || !memcmp(head, "KDMV", 4))) ||
           (n >= 8 && !memcmp(head, "vhdxfile", 8));
}

static void must(bool condition, const char *what)
{
    if (!condition) {
        printf("%s: flags %#x, %zu bytes%s\n", what, flags, length, probed ? ", probed" : "");
        fflush(stdout);
        abort();
    }
}

/* What a write of @n bytes at @at must answer; when that is 0, the array is written. */
static int expect_write(uint64_t at, const uint8_t *data, size_t n)
{
    uint8_t head[8] = {0};

    if (at > length || n > length - at) {
        return -EIO;
    }
    if (flags & BLK_READONLY) {
        return -EROFS;
    }
    memcpy(head, disk, MIN(sizeof(head), length));
    for (size_t i = 0; at + i < sizeof(head) && i < n; i++) {
        head[at + i] = data[i];
    }
    if (probed && at < 512 && is_foreign(head, sizeof(head))) {
        return -EPERM;
    }
    memcpy(disk + at, data, n);
    return 0;
}

/* ---- requests ---- */

static int answer;

static void on_done(void *opaque, int ret)
{
    answer = ret;
}

/* Leave in @data what a write of @r writes: often a header that some format begins with. */
static void make_data(const Request *r, uint8_t *data, size_t n)
{
    static const char *const heads[] = {"QFI\xfb", "KDMV", "vhdxfile", "\x7f" "ELF"};

    for (size_t i = 0; i < n; i++) {
        data[i] = r->fill + i;
    }
    if (r->fill % 8 < ARRAY_SIZE(heads)) {
        memcpy(data, heads[r->fill % 8], MIN(n, strlen(heads[r->fill % 8])));
    }
}

static int range_answer(uint64_t at, size_t n)
{
    return at > length || n > length - at ? -EIO : 0;
}

static void do_read(BlockBackend *blk, uint64_t at, size_t n)
{
    uint8_t *data = xcalloc(1, n + 1);
    struct iovec iov[2] = {{data, n / 3}, {data + n / 3, n - n / 3}};

    blk_aio_preadv(blk, aio_get_main_context(), at, iov, 2, on_done, NULL);
    blk_drain(blk);
    must(answer == range_answer(at, n), "answer of a read");
    must(answer || !memcmp(data, disk + at, n), "contents of a read");
    free(data);
}

static void do_write(BlockBackend *blk, const Request *r, uint64_t at, size_t n)
{
    uint8_t *data = xcalloc(1, n + 1);
    struct iovec iov[2] = {{data, n / 2}, {data + n / 2, n - n / 2}};

    make_data(r, data, n);
    blk_aio_pwritev(blk, aio_get_main_context(), at, iov, 2, on_done, NULL);
    blk_drain(blk);
    must(answer == expect_write(at, data, n), "answer of a write");
    free(data);
}

/* Zeroes are written; a discard frees the range when discard=unmap, and else does nothing. */
static void do_clear(BlockBackend *blk, bool zero, uint64_t at, size_t n)
{
    int expected = range_answer(at, n);

    if (!expected && flags & BLK_READONLY) {
        expected = -EROFS;
    }
    (zero ? blk_aio_pwrite_zeroes : blk_aio_pdiscard)(blk, aio_get_main_context(), at, n, on_done,
                                                      NULL);
    blk_drain(blk);
    must(answer == expected, zero ? "answer of zeroes" : "answer of a discard");
    if (!expected && (zero || (flags & BLK_UNMAP && !(flags & BLK_SNAPSHOT)))) {
        memset(disk + at, 0, n);
    }
}

static void do_commit(BlockBackend *blk)
{
    bool possible = flags & BLK_SNAPSHOT && !(flags & BLK_READONLY);

    must(blk_commit(blk, NULL) == possible, "commit");
    if (possible) {
        memcpy(image, disk, length);
    }
}

static void do_request(BlockBackend *blk, const Request *r)
{
    uint64_t at = r->offset >> 31 ? -(uint64_t)r->offset : r->offset % (length + 64);
    size_t n = r->len % 1024 * 16 + (r->fill & 1 ? r->fill : 0);

    switch (r->kind % KINDS) {
    case READ:
        do_read(blk, at, n);
        break;
    case WRITE:
        do_write(blk, r, at, n);
        break;
    case ZERO:
    case DISCARD:
        do_clear(blk, r->kind % KINDS == ZERO, at, n);
        break;
    case FLUSH:
        blk_aio_flush(blk, aio_get_main_context(), on_done, NULL);
        blk_drain(blk);
        must(answer == 0, "answer of a flush");
        break;
    default:
        do_commit(blk);
    }
}

/* ---- one image ---- */

static BlockBackend *open_image(void)
{
    char *path = xasprintf("/dev/fd/%d", fd);
    BlockBackend *blk = blk_new_open("d", path, probed ? NULL : "raw", flags, NULL);

    free(path);
    return blk;
}

static void check_image(void)
{
    uint8_t *now = xcalloc(1, length + 1);

    must(lseek(fd, 0, SEEK_END) == (off_t)length, "length of the image");
    must(pread(fd, now, length, 0) == (ssize_t)length, "reading the image");
    must(!memcmp(now, image, length), "contents of the image");
    free(now);
}

static void use_image(const Input *in, size_t requests)
{
    BlockBackend *blk = open_image();

    must((blk != NULL) == !(probed && is_foreign(image, length)), "opening");
    if (!blk) {
        return;
    }
    must(blk_getlength(blk) == length, "length of the disk");
    for (size_t i = 0; i < requests; i++) {
        do_request(blk, &in->request[i]);
    }
    if (!(flags & BLK_SNAPSHOT)) {
        memcpy(image, disk, length);
    }
    blk_unref(blk);
    check_image();
    blk = open_image();
    must(blk != NULL, "opening it again");
    blk_unref(blk);
}

static void fuzz_one(const uint8_t *data, size_t len)
{
    const Input *in = (const Input *)data;
    size_t requests, at;

    if (len < sizeof(*in)) {
        return;
    }
    requests = MIN((size_t)in->requests, (len - sizeof(*in)) / sizeof(Request));
    at = sizeof(*in) + requests * sizeof(Request);
    flags = in->flags & ~BLK_NO_LOCK;
    probed = in->probe & 1;
    length = len - at;
    image = xcalloc(1, length + 1);
    disk = xcalloc(1, length + 1);
    memcpy(image, data + at, length);
    memcpy(disk, image, length);
    fd = memfd_create("fuzz", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, image, length) == (ssize_t)length);
    use_image(in, requests);
    close(fd);
    free(disk);
    free(image);
}

/* ---- seeds ---- */

enum { SIZE = 48 * 1024 + 300 };

static struct {
    Input in;
    Request request[12];
    uint8_t image[SIZE];
} seed = {
    .in = {.flags = BLK_UNMAP, .probe = 1, .requests = 12},
    .request = {{READ, 0, 3000, 0}, {WRITE, 9, 40, 0}, {READ, 0, 100, 0}, {WRITE, 16, 4, 0},
                {FLUSH, 0, 0, 0}, {ZERO, 0, 32, 4096}, {WRITE, 100, 600, 20000},
                {DISCARD, 0, 256, 16384}, {READ, 0, 1000, 8192}, {WRITE, 17, 1, 2},
                {COMMIT, 0, 0, 0}, {READ, 0, 1000, 300}},
};

static const FuzzSeed seeds[] = {{&seed, sizeof(seed)}, {&seed, 400}, {&seed, 110}};

int main(int argc, char **argv)
{
    if (!init_main_loop(NULL)) { /* returns with the big lock held */
        return 1;
    }
    for (size_t i = 0; i < SIZE; i++) {
        seed.image[i] = i * 7 + i / 4096;
    }
    return fuzz_run(argc, argv, seeds, ARRAY_SIZE(seeds), fuzz_one);
}
